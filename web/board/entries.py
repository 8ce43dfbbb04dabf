"""The work products, letters, deadlines and tasks behind a number of the board, one row for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from engine.products import KINDS
from tasks.commands.views import record_views
from tasks.errors import NotFound
from tasks.figures import conditions
from tasks.figures import entries as behind
from tasks.figures.conditions import Asked, Condition
from tasks.figures.entries import Entry
from web import current, sight, words
from web.board import asking, blueprint
from web.board.lists import PAGE
from web.board.page import unit_name
from web.board.plans import COUNTED
from web.cases.listing import outcome_name
from web.i18n import t

LOADS = ("open", "late", "free", "waiting")
KEPT = {"met": behind.MET, "missed": behind.PASSED}
RULES = (*KEPT, "plans")
"""lists of deadlines"""


@dataclass(frozen=True, slots=True)
class Listed:
    """What is listed: its rows, what it is called, and what narrows its cases beside the question."""

    source: Any
    title: str
    dated: bool = True
    """whether it is of the period, not of now"""
    within: Condition | None = None


@blueprint.get("/entries")
def entries() -> Any:
    """As many rows as the number said, so long as nothing has changed since."""
    within, ask = asking.supervised().cases(), asking.read()
    after = max(request.args.get("after", 0, type=int), 0)
    listed = _listed(_given("what"), ask.asked)
    if listed.within is not None:
        within = within & listed.within
    with current.database().read() as connection:
        found = behind.read(connection, within, ask.asked, listed.source, limit=PAGE + 1, after=after)
    rows = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="board_list", why=asking.ground().reason, now=current.now(),
        seen=list(dict.fromkeys((row.customer_id, row.case_id) for row in rows)),
    )  # fmt: skip
    versions, units = sight.published(), dict(ask.units)
    here = {name: value for name, value in request.args.to_dict().items() if name != "after"}
    return render_template(
        "board/entries.html", rows=rows, listed=listed, ask=ask, here=here, query=ask.query, after=after, size=PAGE,
        more=len(found) > PAGE, name_of=_name, process_name=lambda name: words.process(versions, name),
        unit_name=lambda id: unit_name(units, id), outcome_name=outcome_name,
    )  # fmt: skip


def _given(name: str) -> str:
    return request.args.get(name, "")


def _listed(what: str, asked: Asked) -> Listed:
    """The list of that name; NotFound for one that there is not."""
    make: Mapping[str, Callable[[Asked], Listed]] = {
        "made": _made, "sent": _sent, "met": _kept, "missed": _kept, "load": _load,
        "done": _done, "standing": _standing, "late": _late, "plans": _plans,
    }  # fmt: skip
    if what not in make:
        raise NotFound("list", what)
    return make[what](asked)


def _made(asked: Asked) -> Listed:
    kind, part, element = _given("kind"), _given("part"), _given("element")
    if kind not in KINDS:
        raise NotFound("list", f"made/{kind}")
    status, outcome = _given("status"), _given("outcome")
    name = f": {words.step(sight.published(), part, element)}" if element else ""
    return Listed(
        behind.made(asked.period, kind, part, element), t(f"board.product_{kind}") + name,
        within=conditions.standing_as(status, outcome) if status else None,
    )  # fmt: skip


def _sent(asked: Asked) -> Listed:
    part, element = _given("part"), _given("element")
    return Listed(behind.sent(asked.period, part, element), words.letter_of(sight.published(), part, element))


def _kept(asked: Asked) -> Listed:
    part, name, what = _given("part"), _given("name"), _given("what")
    title = f"{words.deadline(sight.published(), part, name, asked.today)}: {t(f'board.{what}').lower()}"
    return Listed(behind.kept(asked.period, part, name, KEPT[what]), title)


def _load(asked: Asked) -> Listed:
    which, role = _given("which"), _given("role")
    if which not in LOADS:
        raise NotFound("list", f"load/{which}")
    source = behind.load(request.args.get("at", 0, type=int), role, which, asked.today)
    return Listed(source, f"{words.work_role(role)}: {t(f'board.tasks_{which}').lower()}", dated=False)


def _done(asked: Asked) -> Listed:
    return Listed(behind.done(asked.period, _given("path")), f"{_step(asked)}: {t('board.done').lower()}")


def _standing(asked: Asked) -> Listed:
    title = f"{_step(asked)}: {t('board.tasks_open').lower()}"
    return Listed(behind.standing(_given("path")), title, dated=False)


def _late(asked: Asked) -> Listed:
    title = f"{_step(asked)}: {t('board.tasks_late').lower()}"
    return Listed(behind.late(_given("path"), asked.today), title, dated=False)


def _plans(asked: Asked) -> Listed:
    which = _given("which")
    if which not in COUNTED:
        raise NotFound("list", f"plans/{which}")
    return Listed(behind.plans(which, asked.today), t(f"board.plan_{which}"), dated=False)


def _step(asked: Asked) -> str:
    """The name of the step whose path is given, as the version asked for has it, else the newest."""
    versions = sight.published()
    newest = versions.newest(asked.process)
    if newest is None:
        raise NotFound("process", asked.process)
    return words.task_at(versions, asked.process, asked.version or newest.number, _given("path"))


def _name(row: Entry) -> str:
    """What the row is: its deadline, or its step or letter in the version that it is of."""
    versions = sight.published()
    if _given("what") in RULES:
        return words.deadline(versions, row.part, row.name, row.on or current.today())
    if row.task is not None:
        return words.task(versions, row.part, words.number(row.version), row.name)
    return words.letter(versions.bundle(row.part, words.number(row.version)), row.name)
