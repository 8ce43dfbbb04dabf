"""Two versions of a process side by side by what happened in them: did the change help, and at which step?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, request, url_for

from tasks.errors import NotFound
from tasks.figures.board import Line, read_line
from tasks.figures.duties import duties
from tasks.figures.spread import ENOUGH, Spread
from tasks.figures.steps import Step, read_steps
from tasks.published import Published
from web import formats, sight, words
from web.board import addresses, asking, blueprint
from web.board.addresses import Query
from web.board.figure import days, share
from web.board.results import change
from web.board.steps import notes
from web.i18n import t


@dataclass(frozen=True, slots=True)
class Side:
    """One version: its number, its figures, the steps that its drawing has, and how its lists are asked for."""

    number: int
    line: Line
    steps: Mapping[str, Step]
    """those with figures, by path"""
    drawn: Mapping[str, str]
    """every step of the version by path: the folder that it lies in"""
    query: Query
    source: str
    """where the drawing is"""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one version tells of a step; empty texts where it does not have the step."""

    open: int
    done: int
    median: str
    p90: str
    standing: str
    """where the open tasks are listed"""
    completed: str


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in both versions."""

    name: str
    inside: str
    only: str
    """says that one version alone has it"""
    cells: tuple[Cell | None, Cell | None]
    change: str


@dataclass(frozen=True, slots=True)
class Whole:
    """A figure of all cases of each version."""

    id: str
    cells: tuple[str, str]
    lists: tuple[str, str]
    change: str


@blueprint.get("/versions/<process>")
def versions(process: str) -> Any:
    """Both versions beside each other; `?old=` and `?new=` choose them, else the two newest."""
    ask, published = asking.read(), sight.published()
    if process not in dict(ask.processes):
        raise NotFound("process", process)
    rows = [row for row in published.rows if row.process == process]
    numbers = [row.number for row in rows]
    chosen = (
        request.args.get("old", numbers[-2] if len(numbers) > 1 else numbers[-1], type=int),
        request.args.get("new", numbers[-1], type=int),
    )
    for number in chosen:
        if number not in numbers:
            raise NotFound("version", f"{process}@{number}")
    both = tuple(_side(ask, process, number) for number in chosen)
    old, new = both
    return render_template(
        "board/versions.html", ask=ask, query=ask.query, process=process, name=words.process(published, process),
        choices=[(row.number, t("compare.version", n=row.number, day=formats.day(row.from_on))) for row in rows],
        old=old, new=new, wholes=list(_wholes(old, new)), verdict=_verdict(old, new), enough=ENOUGH,
        lines=list(_lines(published, process, old, new)), limits=_limits(ask.query),
        drawings=[(side, notes(side.steps), dict.fromkeys(_outer_open(side), "now")) for side in both],
    )  # fmt: skip


def _limits(query: Query) -> dict[str, Any]:
    """What the form keeps beside the period that it chooses."""
    return {name: value for name, value in query.items() if name in ("unit", "from", "to")}


def _side(ask: asking.Asking, process: str, number: int) -> Side:
    published = sight.published()
    with asking.sums(replace(ask.asked, process=process, version=number)) as sums:
        line, found = read_line(sums, duties(published)), read_steps(sums)
    query = {**ask.query, "process": process, "version": number}
    source = url_for("processes.diagram", process=process, number=number)
    return Side(number, line, found, dict(_drawn(published, process, number, process)), query, source)


def _drawn(published: Published, process: str, number: int, folder: str, prefix: str = "") -> Iterator[tuple[str, str]]:
    """The path and folder of every task of a version, those of the parts that it calls among them."""
    parts = published.row(process, number).parts
    bundle = published.bundle(folder, published.number_of(process, number, folder))
    for node in words.nodes(bundle).values():
        if node.kind in ("userTask", "adHocSubProcess"):
            yield prefix + node.id, folder
        elif node.called in parts:
            yield from _drawn(published, process, number, node.called, f"{prefix}{node.id}/")


def _lines(published: Published, process: str, old: Side, new: Side) -> Iterator[StepLine]:
    """The steps in the order of the newer drawing, those that only the older one has last."""
    for path in dict.fromkeys((*new.drawn, *old.drawn)):
        sides = [side if path in side.drawn else None for side in (old, new)]
        there = [side for side in sides if side is not None]
        if len(there) == 2 and not any(path in side.steps for side in there):
            continue  # a step that both have and nothing was done at
        newest = there[-1]
        only = t("board.only_in", number=newest.number) if len(there) == 1 else ""
        inside = words.task(published, process, newest.number, path.split("/", 1)[0]) if "/" in path else ""
        cells = tuple(_cell(side, path) if side is not None else None for side in sides)
        yield StepLine(
            words.task_at(published, process, newest.number, path), inside, only, (cells[0], cells[1]),
            _apart(*(_spread(side, path) for side in there)) if len(there) == 2 else "",
        )  # fmt: skip


def _spread(side: Side, path: str) -> Spread:
    step = side.steps.get(path)
    return step.spread if step is not None else Spread()


def _cell(side: Side, path: str) -> Cell:
    step = side.steps.get(path) or Step("", side.number, "")
    return Cell(
        step.open, step.done, _days(step.spread, step.spread.median), _days(step.spread, step.spread.p90),
        addresses.entries(side.query, "standing", step.open, path=path),
        addresses.entries(side.query, "done", step.done, path=path),
    )  # fmt: skip


def _days(spread: Spread, value: int | None) -> str:
    """A time, or that there are too few to tell one."""
    return days(value) if spread.enough or not spread.n else t("board.too_few", n=ENOUGH)


def _apart(old: Spread, new: Spread) -> str:
    """The change of the median in days; nothing where either has too few."""
    return change(new.median, old.median) if old.enough and new.enough else ""


def _wholes(old: Side, new: Side) -> Iterator[Whole]:
    """The figures of all cases."""
    sides = (old, new)
    for id in ("received", "completed", "open", "late"):
        numbers = [getattr(side.line, id) for side in sides]
        lists = [addresses.cases(side.query, id, n) for side, n in zip(sides, numbers, strict=True)]
        yield Whole(id, (str(numbers[0]), str(numbers[1])), (lists[0], lists[1]), "")
    leads = (old.line.lead, new.line.lead)
    for id, values in (("median", [lead.median for lead in leads]), ("p90", [lead.p90 for lead in leads])):
        told = [_days(lead, value) for lead, value in zip(leads, values, strict=True)]
        apart = change(values[1], values[0]) if all(lead.enough for lead in leads) else ""
        yield Whole(id, (told[0], told[1]), ("", ""), apart)
    ended = [side.line.met + side.line.missed for side in sides]
    shares = [share(side.line.in_time) if n >= ENOUGH or not n else t("board.too_few", n=ENOUGH)
              for side, n in zip(sides, ended, strict=True)]  # fmt: skip
    percents = [round(100 * (side.line.in_time or 0)) for side in sides]
    yield Whole("in_time", (shares[0], shares[1]), ("", ""),
                change(percents[1], percents[0]) if min(ended) >= ENOUGH else "")  # fmt: skip


def _verdict(old: Side, new: Side) -> str:
    """Whether cases got done faster, in a sentence; that it cannot be told where either version has too few."""
    leads = (old.line.lead, new.line.lead)
    for side, lead in zip((old, new), leads, strict=True):
        if not lead.enough:
            return t("board.verdict_few", number=side.number, done=lead.n, n=ENOUGH)
    before, after = leads[0].median or 0, leads[1].median or 0
    told = {"old": old.number, "new": new.number, "before": days(before), "after": days(after)}
    if after == before:
        return t("board.verdict_same", **told)
    return t("board.verdict_faster" if after < before else "board.verdict_slower", **told, n=days(abs(after - before)))


def _outer_open(side: Side) -> set[str]:
    """The elements of the drawing at which something stands."""
    return {path.split("/", 1)[0] for path, step in side.steps.items() if step.open}
