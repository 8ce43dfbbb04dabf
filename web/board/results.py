"""What got done in words: work products, outcomes and letters, each number with the list behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import render_template

from engine.products import KINDS
from tasks.errors import NotFound
from tasks.figures import products as made
from tasks.figures.board import Board
from tasks.figures.products import Count, Products
from tasks.figures.work import Letter
from web import sight, words
from web.board import addresses, asking, blueprint
from web.board.addresses import Query
from web.board.asking import Asking
from web.i18n import t


@dataclass(frozen=True, slots=True)
class Made:
    """Products that have something in common: how many, and where they are listed."""

    id: str
    """the kind"""
    name: str
    count: Count
    now: str
    """where those of the period are listed"""
    before: str

    @property
    def change(self) -> str:
        """The difference with its sign."""
        return change(self.count.now, self.count.before)


@dataclass(frozen=True, slots=True)
class OfProcess:
    """The products of one process, in the order of the kinds of the table."""

    name: str
    made: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A number with its words and where its rows are listed."""

    process: str
    name: str
    n: int
    address: str


def change(now: int | None, before: int | None) -> str:
    """The difference with its sign, empty when one of the two is not known."""
    if now is None or before is None:
        return ""
    difference = now - before
    return "±0" if difference == 0 else f"{'+' if difference > 0 else '−'}{abs(difference)}"


def kinds(found: Products, ask: Asking) -> list[Made]:
    """The products of everything that was asked for, by kind."""
    return [_made(kind, t(f"board.product_{kind}"), count, ask, {}) for kind, count in found.kinds.items()]


def by_process(found: Products, ask: Asking) -> list[OfProcess]:
    """The same by process, by name."""
    names = dict(ask.processes)
    rows = [
        OfProcess(
            names.get(process, process),
            tuple(
                _made(kind, t(f"board.product_{kind}"), counts.get(kind, Count()), ask, {"process": process})
                for kind in found.kinds
            ),
        )
        for process, counts in found.processes.items()
    ]
    return sorted(rows, key=lambda row: row.name.lower())


def _made(kind: str, name: str, count: Count, ask: Asking, limits: Query, **about: Any) -> Made:
    now, before = (
        addresses.entries({**query, **limits}, "made", n, kind=kind, **about)
        for query, n in ((ask.query, count.now), (ask.query_before, count.before))
    )
    return Made(kind, name, count, now, before)


@blueprint.get("/products/<kind>")
def products(kind: str) -> Any:
    """The products of one kind by step, unit, version and outcome."""
    ask, versions = asking.read(), sight.published()
    if kind not in KINDS:
        raise NotFound("product", kind)
    with asking.sums(ask.asked) as sums:
        found = made.read_detail(sums, kind)
    units, processes = dict(ask.units), dict(ask.processes)

    def row(name: str, count: Count, limits: Query, **about: Any) -> Made:
        return _made(kind, name, count, ask, limits, **about)

    tables = {
        "step": [
            row(f"{words.step(versions, part, element)} ({words.process(versions, part)})", count, {}, part=part,
                element=element)
            for (part, element), count in found.steps.items()
        ],
        "unit": [row(units.get(str(id), str(id)), count, {"unit": id}) for id, count in found.units.items()],
        "version": [
            row(t("board.version", name=processes.get(process, process), number=number), count,
                {"process": process, "version": number})
            for (process, number), count in found.versions.items()
        ],
        "outcome": [
            row(f"{processes.get(process, process)}: {_state(process, status, outcome)}", count, {"process": process},
                status=status, outcome=outcome)
            for (process, status, outcome), count in found.outcomes.items()
        ],
    }  # fmt: skip
    return render_template(
        "board/products.html", ask=ask, query=ask.query, kind=kind,
        tables={name: _ordered(rows) for name, rows in tables.items() if rows},
    )  # fmt: skip


def _ordered(rows: Iterable[Made]) -> list[Made]:
    return sorted(rows, key=lambda row: (-row.count.now, -row.count.before, row.name.lower()))


def _state(process: str, status: str, outcome: str) -> str:
    """How the cases of the products have ended, or that they have not."""
    return outcome_of(process, outcome) if status == "closed" else t(f"case.status_{status}").lower()


def outcome_of(process: str, outcome: str) -> str:
    """An outcome in words, as the newest version that knows it calls it."""
    versions = sight.published()
    for row in reversed(versions.rows):
        if row.process == process and outcome in versions.bundle(process, row.number).labels.outcomes:
            return words.label(versions.bundle(process, row.number), "outcomes", outcome)
    return outcome or "–"


def outcomes(found: Board, ask: Asking) -> list[Line]:
    """Completed cases by process and outcome, the most frequent first."""
    together: dict[tuple[str, str], int] = {}
    for (process, _, outcome), n in found.outcomes.items():
        together[process, outcome] = together.get((process, outcome), 0) + n
    names = dict(ask.processes)
    lines = [
        Line(names.get(process, process), outcome_of(process, outcome), n,
             addresses.cases({**ask.query, "process": process}, "outcome", n, outcome=outcome))
        for (process, outcome), n in together.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.process, -line.n, line.name))


def letters(found: Iterable[Letter], ask: Asking) -> list[Line]:
    """The letters of the period by kind."""
    versions = sight.published()
    return [
        Line("", words.letter(versions.bundle(it.part, words.number(it.version)), it.element), it.n,
             addresses.entries(ask.query, "sent", it.n, part=it.part, element=it.element))
        for it in found
    ]  # fmt: skip
