"""Which sections of the catalogue folders carry, which are explained, and which are open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.bundle import Bundle
from engine.errors import Finding
from engine.said import say
from engine.statute.bearer import Bearer, basis, bearers
from engine.statute.catalogue import FILE, Catalogue, Entry
from engine.statute.place import Section

STATES = ("carried", "elsewhere", "planned", "explained", "open")


@dataclass(frozen=True, slots=True)
class Carried:
    """One section: its entry, its state, what carries it in the folders asked about, and which others carry it.

    `state` is one of STATES: carried here; carried by other folders (`elsewhere`); to be carried by a process that has
    no folder yet; not carried for a reason; or open. `rests` are the folders asked about that name it as their basis.
    """

    entry: Entry
    state: str
    bearers: tuple[Bearer, ...]
    elsewhere: tuple[str, ...]
    rests: tuple[str, ...]


def coverage(catalogue: Catalogue, asked: Iterable[Bundle], beside: Iterable[Bundle]) -> tuple[Carried, ...]:
    """What becomes of every section of the catalogue; `beside` are folders that also exist."""
    here, there = list(asked), list(beside)
    borne = _by_section(bearers(bundle) for bundle in here)
    others = _by_section(bearers(bundle) for bundle in there)
    rests = {bundle.process: basis(bundle) for bundle in here}
    numbers = {bundle.manifest.number for bundle in (*here, *there)}
    found = []
    for section, entry in catalogue.entries.items():
        own = borne.get(section, ())
        elsewhere = tuple(dict.fromkeys(bearer.process for bearer in others.get(section, ())))
        state = "carried" if own else "elsewhere" if elsewhere else _why(entry, numbers)
        named = tuple(process for process, sections in rests.items() if section in sections)
        found.append(Carried(entry, state, own, elsewhere, named))
    return tuple(found)


def _by_section(found: Iterable[Iterable[Bearer]]) -> Mapping[Section, tuple[Bearer, ...]]:
    by_section: dict[Section, tuple[Bearer, ...]] = {}
    for folder in found:
        for bearer in folder:
            by_section[bearer.section] = (*by_section.get(bearer.section, ()), bearer)
    return by_section


def _why(entry: Entry, numbers: set[str]) -> str:
    if entry.reason:
        return "explained"
    return "planned" if entry.process and entry.process not in numbers else "open"


def findings(catalogue: Catalogue, carried: Iterable[Carried], asked: Iterable[Bundle]) -> list[Finding]:
    """What is wrong: an open section is an error; a reason that is out of date and an unknown section are warnings."""
    found = []
    for each in carried:
        told = each.entry.citation
        if each.state == "open" and each.entry.process:
            sentence = say(
                "{told}: the folder of {process} is here, but nothing in it cites the section",
                told=told, process=each.entry.process,
            )  # fmt: skip
            found.append(Finding("law-open", "error", sentence, FILE, told))
        elif each.state == "open":
            sentence = say(
                "{told} is carried by nothing; cite it where it is kept to, or give reason.fi, sv and en", told=told
            )
            found.append(Finding("law-open", "error", sentence, FILE, told))
        elif each.state in ("carried", "elsewhere") and each.entry.reason:
            where = ", ".join(dict.fromkeys([*(bearer.process for bearer in each.bearers), *each.elsewhere]))
            sentence = say(
                "{told} has a reason for being carried by nothing, but {where} carries it; take the reason away",
                told=told, where=where,
            )  # fmt: skip
            found.append(Finding("law-stale", "warning", sentence, FILE, told))
    for bundle in asked:
        for bearer in bearers(bundle):
            if catalogue.covers(bearer.section) and bearer.section not in catalogue.entries:
                sentence = say(
                    "{id} cites {citation}, a section that the act does not have",
                    id=bearer.id, citation=bearer.section.citation,
                )  # fmt: skip
                found.append(Finding("law-unknown", "warning", sentence, f"{bearer.process}/{bearer.file}", bearer.id))
    return found
