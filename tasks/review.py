"""What an approver weighs besides the differences of a draft: the dates that it moves, the cases that it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from engine.bundle import Bundle
from engine.compare import Change
from engine.errors import EngineError
from engine.inquiry import inquire
from engine.law import LAW, Edition, Law
from engine.rule import Computed
from tasks.published import Published
from tasks.queries.drafts import open_cases

CHRISTMAS = (12, 25)


@dataclass(frozen=True, slots=True)
class Example:
    """One deadline for an event on a day: by the version before and by the draft; None where a side gives no day."""

    event_on: date
    old: Computed | None
    new: Computed | None

    @property
    def moved(self) -> bool:
        """Whether the two sides give different days."""
        return _days(self.old) != _days(self.new)


@dataclass(frozen=True, slots=True)
class Dates:
    """One deadline on an example day, and at Christmas where its length is known without a case."""

    name: str
    ordinary: Example
    christmas: Example | None


@dataclass(frozen=True, slots=True)
class Reached:
    """How many open cases follow the new dated rows when a draft is published, and how many keep their drawing."""

    follow: int
    stay: int


def _days(found: Computed | None) -> tuple[date, date] | None:
    return None if found is None else (found.legal_on, found.target_on)


def laws(versions: Published, process: str, base: int | None, draft: Bundle) -> tuple[Law, Law]:
    """The dated rows before and after: every published folder, of this process up to the version that it builds on."""
    editions = [
        Edition(row.label, versions.bundle(row.process, row.number))
        for row in versions.rows
        if row.process != process or (base is not None and row.number <= base)
    ]
    return Law.of(editions), Law.of([*editions, Edition(f"{process}@", draft)])


def laws_of(versions: Published, old: Bundle, new: Bundle) -> tuple[Law, Law]:
    """The dated rows of two folders of one process, each beside every other published folder."""
    others = [Edition(row.label, versions.bundle(row.process, row.number)) for row in versions.rows]
    others = [edition for edition in others if edition.bundle.process != new.process]
    before, after = (Law.of([*others, Edition(f"{new.process}@", bundle)]) for bundle in (old, new))
    return before, after


def as_process(bundle: Bundle, process: str) -> Bundle:
    """A folder under another process id: what a local copy was made from, to be compared with the copy."""
    renamed = {f"{bundle.process}.bpmn": f"{process}.bpmn"}
    files = {renamed.get(path, path): content for path, content in bundle.files.items()}
    return replace(bundle, manifest=replace(bundle.manifest, id=process), files=files)


def dates(old: Law, new: Law, names: Sequence[str], process: str, on: date) -> list[Dates]:
    """Both sides of each deadline for an event on a day, and for an event whose time runs out at Christmas."""
    found = []
    for name in names:
        ordinary = example(old, new, process, name, on)
        either = ordinary.old or ordinary.new
        christmas = None
        if either is not None:
            day = date(on.year if (on.month, on.day) < CHRISTMAS else on.year + 1, *CHRISTMAS)
            christmas = example(old, new, process, name, day - (either.nominal_on - either.event_on))
        found.append(Dates(name, ordinary, christmas))
    return found


def example(old: Law, new: Law, process: str, name: str, on: date) -> Example:
    """Both sides of a deadline of a process for an event on a day."""
    return Example(on, _computed(old, process, name, on), _computed(new, process, name, on))


def _computed(law: Law, process: str, name: str, on: date) -> Computed | None:
    """None where there is no such deadline on the day, or its length needs the data of a case."""
    newest = law.newest(process)
    if newest is None or name not in newest.deadlines:
        return None
    try:
        return inquire(law, process, name, on, {}, on)
    except EngineError:
        return None


def reached(connection: Connection, versions: Published, draft: Bundle, changes: Sequence[Change]) -> Reached:
    """Which open cases a publication of the draft reaches: dated rows follow the law, all else stays as it began."""
    pinned = [
        (row.process, row.number)
        for row in versions.rows
        if row.kind == "process" and (draft.kind == LAW or draft.process in (row.process, *row.parts))
    ]
    count = open_cases(connection, pinned)
    return Reached(
        count if any(change.dated for change in changes) else 0,
        count if any(not change.dated for change in changes) else 0,
    )
