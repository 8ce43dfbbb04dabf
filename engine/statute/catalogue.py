"""sections.toml of the law folder: the sections that the processes are to carry, and why one is carried by nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.said import say
from engine.statute.place import Section, cited
from engine.table import Findings, Table, parse

Words = Mapping[str, str]
FILE = "sections.toml"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of a section: its subject, and for one that nothing carries why.

    `process` is the number in the rule base (P14) of the process that is to carry it: reason enough until there is a
    folder with that number. `reason` holds for good: a definition, another authority's matter, repealed.
    """

    section: Section
    citation: str
    subject: Words
    process: str = ""
    reason: Words = field(default_factory=dict)
    doubt: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The sections in the order of their acts, the acts by number, and what the processes to come are called."""

    entries: Mapping[Section, Entry] = field(default_factory=dict)
    acts: Mapping[str, Words] = field(default_factory=dict)
    ranges: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    processes: Mapping[str, Words] = field(default_factory=dict)

    def covers(self, section: Section) -> bool:
        """Whether the catalogue tells every section there is around this one."""
        return any(first <= section.order[1] <= last for first, last in self.ranges.get(section.act, ()))


def read_sections(data: bytes, findings: Findings) -> Catalogue:
    """Read sections.toml; every section of the ranges that it names must be there, with its subject."""
    table = Table(parse(data, findings), findings, "")
    acts = table.named("acts")
    ranges = {number: tuple(_range(row, text) for text in row.texts("ranges")) for number, row in acts.items()}
    names = {number: row.names("name") for number, row in acts.items()}
    processes = {number: row.names("name") for number, row in table.named("processes").items()}
    entries: dict[Section, Entry] = {}
    for key, row in table.named("sections").items():
        entry = _entry(key, row, processes)
        if entry is not None:
            entries[entry.section] = entry
    for row in (*acts.values(), *table.named("processes").values()):
        row.seen |= {"name"}
        row.finish()
    table.finish()
    catalogue = Catalogue(
        dict(sorted(entries.items(), key=lambda item: item[0].order)),
        names,
        {number: tuple(pair for pair in found if pair is not None) for number, found in ranges.items()},
        processes,
    )
    _complete(catalogue, findings)
    return catalogue


def _range(row: Table, text: str) -> tuple[int, int] | None:
    first, _, last = text.partition("–")
    if first.isascii() and first.isdigit() and last.isascii() and last.isdigit() and int(first) <= int(last) < 10_000:
        return int(first), int(last)
    row.findings.error(
        "section-range",
        say("{where}.ranges: {text!r} is no range of sections such as '61–72'", where=row.where, text=text),
    )
    return None


def _entry(key: str, row: Table, processes: Mapping[str, Words]) -> Entry | None:
    sections = cited(key)
    process = row.text("process")
    entry = Entry(
        sections[0] if sections else Section("", "0"), key, row.names("subject"), process, row.remark("reason"),
        row.remark("doubt"),
    )  # fmt: skip
    row.finish()
    if len(sections) != 1:
        row.findings.error(
            "section",
            say("{key!r} names {count} sections, expected one such as '380/2023 84 §'", key=key, count=len(sections)),
        )
        return None
    if process and process not in processes:
        known = ", ".join(processes) or say("none")
        row.findings.error(
            "section",
            say(
                "{key}: process is {process!r}, expected one of [processes]: {known}",
                key=key,
                process=process,
                known=known,
            ),
        )
    if process and entry.reason:
        row.findings.error(
            "section", say("{key} has both a process that is to carry it and a reason why none does", key=key)
        )
    return entry


def _complete(catalogue: Catalogue, findings: Findings) -> None:
    for act, ranges in catalogue.ranges.items():
        for first, last in ranges:
            for number in range(first, last + 1):
                section = Section(act, str(number))
                if section not in catalogue.entries:
                    findings.error(
                        "section-missing",
                        say(
                            "{citation} is not told, but lies in {first}–{last}",
                            citation=section.citation,
                            first=first,
                            last=last,
                        ),
                    )
    for section, entry in catalogue.entries.items():
        if not catalogue.covers(section):
            findings.error("section", say("{citation} lies in none of the ranges of its act", citation=entry.citation))
