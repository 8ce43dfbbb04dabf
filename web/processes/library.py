"""The library: every process with its owner, law, versions and figures; which begins which; what is in doubt."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template

from engine.bundle import Bundle
from engine.calendar import add_months
from tasks import access
from tasks.doubts import doubts
from tasks.published import Edited, Published
from tasks.queries import drafts as draft_queries
from tasks.queries import library as queries
from tasks.queries import people, reach
from tasks.queries import process as process_queries
from tasks.queries.library import LeadTime
from web import current, i18n, sight, words
from web.processes import blueprint
from web.processes.chart import WIDE, chart, told_once
from web.processes.desk import LOOKS
from web.processes.uncertain import place

KINDS = ("process", "part", "law")
MONTHS = 12
"""of which the figures are"""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One folder of the library, in words."""

    process: str
    name: str
    owner: str
    area: str
    law: str
    in_force: Edited | None
    coming: tuple[Edited, ...]
    open_cases: int
    lead: LeadTime | None


@dataclass(frozen=True, slots=True)
class Begins:
    """One way in which a case of a process begins a case of another, and how many have."""

    origin: str
    origin_name: str
    on: str
    process: str
    name: str
    kind: str
    each: bool
    cases: int


@dataclass(frozen=True, slots=True)
class DoubtShown:
    """One doubt: in which process and file, about what, and in whose care."""

    process: str
    name: str
    owner: str
    review_on: date | None
    place: str
    file: str
    key: str
    words: str


@blueprint.get("/")
def index() -> Any:
    """What is published, by kind, with whose it is, what is in force and coming, and how its cases run."""
    versions, within = sight.published(), counted()
    since = add_months(current.today(), -MONTHS)
    with current.database().read() as connection:
        counts = process_queries.open_cases(connection, within)
        leads = queries.lead_times(connection, since, within)
    names, groups = owners(), dict[str, list[Shelved]]()
    for row, bundle in sorted(newest(versions), key=lambda one: i18n.pick(one[1].manifest.name).casefold()):
        coming = tuple(one for one in versions.rows if one.process == row.process and one.from_on > current.today())
        shown = Shelved(
            row.process, i18n.pick(bundle.manifest.name), names.get(bundle.manifest.owner, bundle.manifest.owner),
            area_name(bundle.manifest.area), _law(bundle), versions.taking(row.process, current.today()),
            tuple(one for one in coming if not one.retired), counts.get(row.process, 0), leads.get(row.process),
        )  # fmt: skip
        groups.setdefault(bundle.kind, []).append(shown)
    return render_template(
        "processes/index.html", groups={kind: groups[kind] for kind in KINDS if kind in groups}, drafts=_under_way(),
        looks=LOOKS, name_of=lambda process: words.process(versions, process), linked=not _reads(),
        may_begin=access.own_processes(sight.rights()).allowed,
    )  # fmt: skip


def newest(versions: Published) -> Iterator[tuple[Edited, Bundle]]:
    """The newest version of every folder, with its content."""
    for process in sorted({row.process for row in versions.rows}):
        row = versions.newest(process)
        if row is not None:
            yield row, versions.bundle(process, row.number)


def area_name(area: str) -> str:
    """A process area in words; its code when we have none."""
    key = f"process.area_{area}"
    return i18n.t(key) if i18n.known(key) else area


def _law(bundle: Bundle) -> str:
    cited = [" ".join(filter(None, (row.get("act"), row.get("sections")))) for row in bundle.manifest.basis]
    return "; ".join(words.statute(text) for text in cited)


def _reads() -> bool:
    """Whether the person reads drafts, and so sees the numbers of all cases: numbers tell of nobody."""
    return access.read_drafts(sight.rights()).allowed


def counted() -> reach.Condition:
    """The cases that are counted for the person: all for who reads drafts, else those within reach."""
    return reach.everything() if _reads() else sight.within()


def owners() -> dict[str, str]:
    """What the users are called that process.toml and versions name."""
    with current.database().read() as connection:
        return people.names(connection)


def _under_way() -> tuple[Any, ...]:
    """The drafts that are not done with, for who may read drafts."""
    if not _reads():
        return ()
    with current.database().read() as connection:
        return draft_queries.under_way(connection)


@blueprint.get("/map")
def process_map() -> Any:
    """Which outcome of which process begins which other, as a picture and as a list, with the numbers of cases."""
    versions, within = sight.published(), counted()
    since = add_months(current.today(), -MONTHS)
    with current.database().read() as connection:
        running = process_queries.open_cases(connection, within)
        begun = {(row.origin, row.process, row.kind): row.cases for row in queries.begun(connection, since, within)}
    lines = list(_begins(versions, begun))
    between: Counter[tuple[str, str]] = Counter()
    for origin, process, kind in {(line.origin, line.process, line.kind) for line in lines}:
        between[origin, process] += begun.get((origin, process, kind), 0)
    names = {line.origin: line.origin_name for line in lines} | {line.process: line.name for line in lines}
    alone = [
        (row.process, i18n.pick(bundle.manifest.name))
        for row, bundle in newest(versions)
        if bundle.kind == "process" and row.process not in names
    ]
    common = told_once(list(between))
    drawn = sorted(edge for edge in between if edge[1] not in common)
    return render_template(
        "processes/map.html", lines=lines, chart=chart(names, drawn), wide=WIDE, between=between, common=common,
        names=names, running=running, alone=alone,
    )  # fmt: skip


def _begins(versions: Published, begun: Mapping[tuple[str, str, str], int]) -> Iterator[Begins]:
    for row, bundle in newest(versions):
        for on, rules in bundle.manifest.starts_cases.items():
            for rule in rules:
                outcome = on in bundle.labels.outcomes
                yield Begins(
                    row.process, i18n.pick(bundle.manifest.name),
                    words.label(bundle, "outcomes", on) if outcome else words.element(bundle, on), rule.process,
                    words.process(versions, rule.process), rule.kind, rule.each is not None,
                    begun.get((row.process, rule.process, rule.kind), 0),
                )  # fmt: skip


@blueprint.get("/doubts")
def all_doubts() -> Any:
    """Everything that is not settled, by process, with its owner and the day on which it is looked at next."""
    names, found = owners(), []
    for row, bundle in newest(sight.published()):
        manifest = bundle.manifest
        found += [
            DoubtShown(
                row.process, i18n.pick(manifest.name), names.get(manifest.owner, manifest.owner), manifest.review_on,
                place(bundle, one), one.file, one.key, i18n.pick(one.texts),
            )
            for one in doubts(bundle)
        ]  # fmt: skip
    found.sort(key=lambda one: (one.review_on or date.max, one.name.casefold(), one.file))
    groups: dict[str, list[DoubtShown]] = {}
    for each in found:
        groups.setdefault(each.process, []).append(each)
    return render_template("processes/doubts.html", groups=groups, total=len(found), settable=_settable())


def _settable() -> dict[str, int]:
    """The processes whose day of review the reader may set, each with a draft in which to do it, or 0."""
    rights, versions = sight.rights(), sight.published()
    own = [name for name, area in versions.areas.items() if access.own_processes(rights, area).allowed]
    with current.database().read() as connection:
        drafts = {row.process: row.id for row in draft_queries.under_way(connection) if row.state == "draft"}
    return {name: drafts.get(name, 0) for name in own}
