"""Moving running cases of a process to another version: what it would do, the order, and what became of each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from flask import redirect, render_template, request, url_for

from engine import compare, diagram, drawing
from engine.moving.verdict import Reason
from tasks.commands import migrating
from tasks.commands.migrating import Order
from tasks.errors import NotFound
from tasks.moving import CaseMove, DateChange
from tasks.published import Published
from tasks.queries import moves as queries
from web import comparison, current, formats, i18n, moving, sight, words
from web.i18n import t
from web.processes import blueprint, sides
from web.processes.ordered import progress

SHOWN = 300
"""cases that one page shows, and one order moves"""
LOOKS = {"movable": "fine", "moved": "fine", "blocked": "soon", "gone": "none", "failed": "late"}
"""The badge of each state; the others have the plain one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case in words: its number, its state, and why or what else changes."""

    case_id: int
    number: str
    state: str
    look: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Renaming:
    """An element that is gone, and those of its kind that have come: (id, name)."""

    element: str
    name: str
    candidates: tuple[tuple[str, str], ...]
    chosen: str


@blueprint.get("/<process>/moves/new")
def new_move(process: str) -> Any:
    """Choose two versions, and see for each case what a move would do."""
    return _draw(process, request.args)


@blueprint.post("/<process>/moves")
def begin_move(process: str) -> Any:
    """Order the move of the chosen cases; the worker carries it on."""
    chosen = [int(text) for text in request.form.getlist("case") if text.isascii() and text.isdigit()][:SHOWN]
    if not chosen:
        return _draw(process, request.form, errors=(("cases", t("moving.none_chosen")),)), 422
    order = _order(process, request.form)
    move_id = migrating.begin_move(current.database(), current.actor(), order, now=current.now(), cases=chosen)
    return redirect(url_for("processes.move", process=process, move_id=move_id))


@blueprint.get("/<process>/moves/<int:move_id>")
def move(process: str, move_id: int) -> Any:
    """How far a move has come, and what became of each of its cases: a report that can be printed."""
    versions = _allowed(process)
    with current.database().read() as connection:
        row = queries.move(connection, move_id)
        if row is None or row.process != process:
            raise NotFound("move", move_id)
        counts = queries.counts(connection, move_id)
        cases = queries.cases(connection, move_id)
    names = _Names(versions, Order(process, row.from_version, row.to_version, row.told))
    order = ("failed", "blocked", "gone", "left", "waiting", "moved")
    lines = sorted((names.line(case) for case in cases), key=lambda line: order.index(line.state))
    return render_template(
        "processes/move.html", process=process, name=words.process(versions, process), row=row, lines=lines,
        far=progress(
            t(f"moving.state_{row.state}"), "moving.done_of", "moving.state_", counts, order,
            under_way=row.state == "running",
        ),
    )  # fmt: skip


@blueprint.post("/<process>/moves/<int:move_id>/stop")
def stop_move(process: str, move_id: int) -> Any:
    """Leave the cases that have not been looked at where they are."""
    _allowed(process)
    migrating.stop_move(current.database(), current.actor(), move_id, now=current.now())
    return redirect(url_for("processes.move", process=process, move_id=move_id))


def _allowed(process: str) -> Published:
    """The published versions, for one who may move cases of the process; NotFound, Forbidden."""
    migrating.may_move(current.database(), current.actor(), process, current.now()).require()
    return sight.published()


def _order(process: str, values: Mapping[str, Any]) -> Order:
    """The order as it was chosen on the page; a version that is no number is none of the process."""

    def number(name: str) -> int:
        text = str(values.get(name, ""))
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0

    told = {key[4:]: str(value) for key, value in values.items() if key.startswith("map.") and value}
    return Order(process, number("from"), number("to"), told)


def _draw(process: str, values: Mapping[str, Any], errors: Sequence[tuple[str, str]] = ()) -> Any:
    versions = _allowed(process)
    with current.database().read() as connection:
        open_cases = queries.open_by_version(connection, process)
    numbers = [row.number for row in versions.rows if row.process == process]
    order = _order(process, values)
    asked = order.from_version in numbers and order.to_version in numbers and order.from_version != order.to_version
    chosen: dict[str, Any] = {}
    if asked:
        chosen = _chosen(versions, order)
    else:  # the oldest version that cases are on, and the newest there is
        oldest = next((number for number in numbers if open_cases.get(number)), numbers[0])
        order = Order(process, oldest, numbers[-1], {})
    return render_template(
        "processes/new_move.html", process=process, name=words.process(versions, process), numbers=numbers,
        open_cases=open_cases, order=order, asked=asked, errors=errors, every=_every(values, errors),
        choose=lambda which: _choosing(order, which), **chosen,
    )  # fmt: skip


def _every(values: Mapping[str, Any], errors: Sequence[tuple[str, str]]) -> bool:
    """Whether the cases are chosen as the page is drawn: all that can move, until one asks for none."""
    return not errors and values.get("choose") != "none"


def _choosing(order: Order, which: str) -> str:
    """The address of the same cases with all of them chosen, or none."""
    asked: dict[str, Any] = {"from": order.from_version, "to": order.to_version, "choose": which}
    asked |= {f"map.{old}": new for old, new in order.told.items()}
    return url_for("processes.new_move", process=order.process, _anchor="cases", **asked)


def _chosen(versions: Published, order: Order) -> dict[str, Any]:
    """What changes between the versions, and what a move would do to each case."""
    found = migrating.preview(current.database(), current.actor(), order, now=current.now())
    cases = list(islice(found, SHOWN + 1))
    names = _Names(versions, order)
    old, new = (versions.bundle(order.process, n) for n in (order.from_version, order.to_version))
    return {
        "changes": comparison.by_area(sides.with_names(change, (old, new)) for change in compare.compare(old, new)),
        "sentence": comparison.sentence,
        "renamings": _renamings(versions, order), "lines": [names.line(case) for case in cases[:SHOWN]],
        "counts": Counter(case.state for case in cases[:SHOWN]), "more": len(cases) > SHOWN, "shown": SHOWN,
    }  # fmt: skip


def _renamings(versions: Published, order: Order) -> list[Renaming]:
    """Elements that are gone where others of their kind have come: they may be the same under another id."""
    bundles = [versions.bundle(order.process, n) for n in (order.from_version, order.to_version)]
    old, new = (drawing.read(each.bpmn or b"", file="") for each in bundles)
    twins = compare.renamed(old, new)
    come = [node for node in new.nodes.values() if node.id not in old.nodes and node.id not in twins.values()]
    found = []
    for node in old.nodes.values():
        alike = [other for other in come if other.kind == node.kind]
        if node.id in new.nodes or node.id in twins or not alike:
            continue
        candidates = tuple((other.id, _called(bundles[1], other)) for other in alike)
        found.append(Renaming(node.id, _called(bundles[0], node), candidates, order.told.get(node.id, "")))
    return found


def _called(bundle: Any, node: diagram.Node) -> str:
    name = words.element(bundle, node.id)
    return name if name == node.id else f"{name} ({node.id})"


class _Names:
    """What people call the elements of the two versions of a move."""

    def __init__(self, versions: Published, order: Order) -> None:
        self.versions, self.order = versions, order

    def line(self, case: CaseMove) -> Line:
        """One case in words."""
        told = [moving.reason(one, i18n.language(), self._reasoned(one)) for one in case.reasons]
        new, language = self.element(self.order.to_version), i18n.language()
        told += [moving.effect(one, language, new, words.work_role) for one in case.effects]
        told += [moving.dates(one, language, self._date, _shown) for one in case.dates]
        told += [case.error] if case.error else []
        return Line(case.case_id, case.number, case.state, LOOKS.get(case.state, "none"), tuple(told))

    def element(self, number: int) -> Callable[[str], str]:
        """Names of the elements of one version, by their paths."""
        process, versions = self.order.process, self.versions

        def name(path: str) -> str:
            bundle, told = versions.bundle(process, number), []
            for piece in path.split("/") if path else ():
                element = piece.split("[")[0].split("#")[0]
                told.append(words.element(bundle, element))
                node = words.nodes(bundle).get(element)
                part = versions.row(process, number).parts.get(node.called) if node is not None else None
                if node is not None and part is not None:
                    bundle = versions.bundle(node.called, part)
            return ": ".join(told)

        return name

    def _reasoned(self, reason: Reason) -> Callable[[str], str]:
        if reason.code == "party_lost":
            parties = self.versions.bundle(self.order.process, self.order.from_version).manifest.parties
            return lambda role: i18n.pick(parties[role].name) if role in parties else role
        if reason.code == "data_type":
            return self._field
        return self.element(self.order.from_version)

    def _field(self, path: str) -> str:
        name, _, rest = path.partition(".")
        form = self.versions.form(self.order.process, self.order.from_version, name)
        field = next((each for each in form.fields if each.name == rest.partition(".")[0]), None) if form else None
        title = form.title(i18n.language()) if form else name
        return f"{title}: {field.title(i18n.language())}" if field is not None else path

    def _date(self, change: DateChange) -> str:
        if change.kind == "deadline":
            return words.deadline(self.versions, change.process, change.name, current.today())
        return self.element(self.order.to_version if change.new else self.order.from_version)(change.path)


def _shown(value: str) -> str:
    return formats.day(value) if len(value) == 10 else formats.when(datetime.fromisoformat(value))
