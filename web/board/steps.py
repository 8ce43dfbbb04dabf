"""The drawing of a process as a map: what stands at each step, what of it is late, how long the step takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import render_template, url_for

from tasks.errors import NotFound
from tasks.figures.parts import Measure
from tasks.figures.spread import together
from tasks.figures.steps import Step, read_steps
from web import sight, words
from web.board import addresses, asking, blueprint
from web.board.addresses import Query
from web.board.figure import days
from web.i18n import t


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step in words with its numbers; `inside` names the steps of parts by the call they lie in."""

    path: str
    name: str
    inside: str
    step: Step
    median: str
    p90: str
    open: str
    """where the open tasks are listed"""
    late: str
    done: str


@blueprint.get("/steps/<process>")
def steps(process: str) -> Any:
    """The map of one process in one version: the one asked for, else where most of its open cases are."""
    ask = asking.read()
    versions = sight.published()
    if process not in dict(ask.processes):
        raise NotFound("process", process)
    rows = [row for row in versions.rows if row.process == process]
    asked = replace(ask.asked, process=process, version=None)
    with asking.sums(asked) as sums:
        cases = {int(version): n for version, n in sums.of(Measure.OPEN, ("version",))}
    # A version published this morning has no work yet: the map opens where the work is.
    number = ask.asked.version or max((cases.get(row.number, 0), row.number) for row in rows)[1]
    versions.bundle(process, number)  # NotFound for a version that there is not
    asked = replace(asked, version=number)
    with asking.sums(asked) as sums:
        found = read_steps(sums)
    narrow = {name: value for name, value in ask.query.items() if name not in ("process", "version")}
    exact = narrow | {"process": process, "version": number}
    lines = [_line(path, step, process, number, exact) for path, step in sorted(found.items())]
    return render_template(
        "board/steps.html", ask=ask, query=ask.query, process=process, number=number,
        name=words.process(versions, process), lines=sorted(lines, key=lambda line: (-line.step.late, -line.step.open)),
        notes=notes(found), marks={id: "now" for id, step in _outer(found).items() if step.open},
        others=[(row.number, cases.get(row.number, 0)) for row in rows],
        narrow=narrow,
        source=url_for("processes.diagram", process=process, number=number),
    )  # fmt: skip


def _line(path: str, step: Step, process: str, number: int, query: Query) -> StepLine:
    versions = sight.published()
    outer = path.split("/", 1)[0]
    inside = words.task(versions, process, number, outer) if "/" in path else ""
    return StepLine(
        path, words.task(versions, step.part, step.version, step.element), inside, step, days(step.spread.median),
        days(step.spread.p90),
        *(
            addresses.entries(query, what, n, path=path)
            for what, n in (("standing", step.open), ("late", step.late), ("done", step.done))
        ),
    )  # fmt: skip


def _outer(found: Mapping[str, Step]) -> dict[str, Step]:
    """The steps as the drawing of the process shows them: what happens inside a part stands at its call."""
    outer: dict[str, Step] = {}
    for path, step in found.items():
        name = path.split("/", 1)[0]
        into = outer.setdefault(name, Step(step.part, step.version, name))
        into.open += step.open
        into.late += step.late
        into.done += step.done
        into.spread = together([into.spread, step.spread])
    return outer


def notes(found: Mapping[str, Step]) -> dict[str, str]:
    """What stands beside each element of the drawing: open and late work, and the median time of a step itself.

    The steps inside a part have no time in common that the call could tell.
    """
    return {id: words for id, step in _outer(found).items() if (words := _note(step, found.get(id)))}


def _note(step: Step, own: Step | None) -> str:
    told = []
    if step.open:
        told.append(t("board.note_late" if step.late else "board.note_open", open=step.open, late=step.late))
    if own is not None and own.spread.median is not None:
        told.append(t("board.note_median", days=days(own.spread.median)))
    return " · ".join(told)
