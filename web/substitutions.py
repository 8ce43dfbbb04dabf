"""Substitutions: a supervisor says who stands in for whom, from which day to which, and ends it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks import access
from tasks.commands import substituting
from tasks.commands.substituting import LONGEST
from tasks.errors import InvalidValue, NotFound, WrongState
from tasks.queries import people, substitutions
from tasks.queries.people import Colleague
from web import current, formats, sight
from web.i18n import pick, t

blueprint = Blueprint("substitutions", __name__, url_prefix="/substitutions")

PEOPLE = ("user_id", "substitute_id", "unit_id")
DAYS = ("from_on", "to_on")


@blueprint.get("/")
def index() -> str:
    """The substitutions of the units that the person supervises, and the form for a new one."""
    return _draw()


@blueprint.post("/")
def make() -> Any:
    """Make a substitution; what is wrong is told at its field and everything typed is kept."""
    typed = {name: request.form.get(name, "").strip() for name in (*PEOPLE, *DAYS)}
    units = _units()
    if len(units) == 1:
        typed["unit_id"] = str(next(iter(units)))
    chosen = {name: int(typed[name]) for name in PEOPLE if typed[name].isascii() and typed[name].isdigit()}
    days = {name: found for name in DAYS if (found := formats.read_day(typed[name]))}
    wrong = {name: t(f"substitutions.missing_{name}") for name in PEOPLE if name not in chosen}
    wrong |= {name: t("tasks.hold_day") for name in DAYS if name not in days}
    if not wrong:
        try:
            substituting.substitute(
                current.database(), current.actor(), user_id=chosen["user_id"], substitute_id=chosen["substitute_id"],
                unit_id=chosen["unit_id"], from_on=days["from_on"], to_on=days["to_on"], now=current.now(),
            )  # fmt: skip
        except InvalidValue as error:
            wrong = {error.field: t(f"substitutions.wrong_{error.code}", days=LONGEST.days)}
        else:
            flash(t("substitutions.made"), "done")
            return redirect(url_for("substitutions.index"))
    return _draw(typed, wrong), 422


@blueprint.post("/<int:number>/end")
def end(number: int) -> Response:
    """End one at once."""
    try:
        substituting.end_substitution(current.database(), current.actor(), number, now=current.now())
    except (NotFound, WrongState):
        flash(t("substitutions.over_already"), "warning")
    else:
        flash(t("substitutions.ended"), "done")
    return redirect(url_for("substitutions.index"))


def away(user_id: int) -> str:
    """A sentence for who gives work to somebody who is away; empty when they are not."""
    with current.database().read() as connection:
        found = substitutions.in_force(connection, current.today()).values()
    row = next((row for row in found if row.user_id == user_id), None)
    if row is None:
        return ""
    return t("substitutions.away", name=row.user, day=formats.day(row.to_on), substitute=row.substitute)


def with_units(worker: Colleague, among: Collection[int]) -> str:
    """A colleague's name, and of several units those where the colleague works: elsewhere nothing can be given."""
    if len(among) < 2:
        return worker.full_name
    names = sorted(pick(current.person().units.get(unit, {})) or str(unit) for unit in worker.units)
    units = t("handing.all_units") if len(worker.units) == len(among) else ", ".join(names)
    return t("handing.of_units", name=worker.full_name, units=units)


def _units() -> Mapping[int, str]:
    """The units that the person supervises, by name; Forbidden for who supervises none."""
    access.hold_role(sight.rights(), "supervisor").require()
    person, units = current.person(), dict[int, None]()
    for grant in person.grants:
        if grant.role == "supervisor":
            units |= dict.fromkeys(person.units if grant.units is None else grant.units)
    named = {unit: pick(person.units[unit]) for unit in units}
    return dict(sorted(named.items(), key=lambda pair: pair[1].lower()))


def _draw(typed: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None) -> str:
    units = _units()
    with current.database().read() as connection:
        rows = substitutions.listed(connection, units)
        workers = people.workers(connection, units, current.today())
    return render_template(
        "substitutions.html", rows=[(row, row.state(current.today())) for row in rows], units=units,
        workers=[(each.id, with_units(each, units)) for each in workers],
        typed=typed or {"from_on": formats.day(current.today())}, wrong=wrong or {}, order=_order(wrong or {}),
    )  # fmt: skip


def _order(wrong: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """What is wrong in the order of the form."""
    return [(name, wrong[name]) for name in (*PEOPLE, *DAYS) if name in wrong]
