"""Messages of other systems that found no case: people find it, start one, or say that there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from engine.law import LAW
from forms.form import Form
from tasks import access, correlation
from tasks.access import Place, Rights
from tasks.commands.arrivals import discard_message
from tasks.commands.views import record_views
from tasks.errors import InvalidValue, NotFound
from tasks.queries import case as cases
from tasks.queries import customer as customers
from tasks.queries import messages as queries
from tasks.queries.messages import MessageRow
from web import current, formats, i18n, sight, words
from web.casepage import Fact
from web.i18n import t

blueprint = Blueprint("unplaced", __name__, url_prefix="/arrivals")


@dataclass(frozen=True, slots=True)
class Line:
    """A message in words: what it is called, and why it has no case."""

    row: MessageRow
    title: str
    why: str


@blueprint.get("/")
def index() -> str:
    """The messages that wait for a person, then those that wait for their case."""
    sight.caseworker()
    found = unplaced()
    _record(found)
    lines = [line(row) for row in found]
    return render_template(
        "unplaced/index.html",
        undecided=[each for each in lines if each.row.state == "unplaced"],
        early=[each for each in lines if each.row.state == "early"],
    )


@blueprint.get("/<int:number>")
def page(number: int) -> Any:
    """One message: what it says, whose it may be, and what can be done with it."""
    return _draw(asked(number))


@blueprint.post("/<int:number>/case")
def choose(number: int) -> Any:
    """Go to the case whose number was typed, when it waits for the message."""
    row, typed = asked(number), request.form.get("case", "").strip()
    with current.database().read() as connection:
        case_id = cases.case_id(connection, typed.upper())
        waits = cases.waits(connection, case_id) if case_id is not None else ()
    if case_id is None:
        return _draw(row, typed, t("unplaced.case_unknown")), 422
    wait = next((each for each in waits if each.message == row.name), None)
    if wait is None:
        sight.case(case_id, "message")
        return _draw(row, typed, t("unplaced.case_not_waiting")), 422
    address = url_for("cases.message", case_id=case_id, message=row.name, path=wait.path, arrived=row.id)
    return redirect(address)


@blueprint.post("/<int:number>/discard")
def discard(number: int) -> Any:
    """Say that the message belongs to no case."""
    row = asked(number)
    try:
        discard_message(
            current.database(), current.actor(), row.id, reason=request.form.get("reason", ""), now=current.now()
        )
    except InvalidValue:
        return _draw(row, reason_error=t("unplaced.reason_missing")), 422
    flash(t("unplaced.discarded"), "done")
    return redirect(url_for("unplaced.index"))


def unplaced(only: int = 0) -> Sequence[MessageRow]:
    """The messages without a case that the person may sort."""
    with current.database().read() as connection:
        return queries.unplaced(connection, sight.published(), sight.rights(), only)


def asked(number: int, name: str = "") -> MessageRow:
    """One of them (of this name when one is given), recorded as viewed; NotFound."""
    sight.caseworker()
    found = unplaced(number)
    if not found or name not in ("", found[0].name):
        raise NotFound("message", number)
    _record(found)
    return found[0]


def _record(rows: Sequence[MessageRow]) -> None:
    with current.database().read() as connection:
        seen = [pair for row in rows for pair in queries.concerned(connection, row)]
    record_views(
        current.database(), current.actor(), what="messages", why="message_in_unit", now=current.now(),
        seen=list(dict.fromkeys(seen)),
    )  # fmt: skip


def line(row: MessageRow) -> Line:
    """A message as the list shows it."""
    until = formats.day(row.expires_at) if row.expires_at else ""
    why = t("unplaced.why_early", day=until) if row.state == "early" else t(f"unplaced.why_{row.reason}")
    return Line(row, title(row.name), why)


def title(name: str) -> str:
    """What a message is called: by the newest folder that knows it."""
    versions = sight.published()
    for row in {row.process: row for row in versions.rows if row.kind != LAW}.values():
        bundle = versions.bundle(row.process, row.number)
        if name in bundle.labels.messages:
            return words.label(bundle, "messages", name)
    form = _form(name)
    return form.title(i18n.language()) if form else name


def _form(name: str) -> Form | None:
    """The newest form of a message, in any folder."""
    versions = sight.published()
    rows = [row for row in {row.process: row for row in versions.rows}.values() if row.kind != LAW]
    return next((form for row in rows if (form := versions.form(row.process, row.number, name))), None)


def facts(name: str, payload: Mapping[str, Any]) -> list[Fact]:
    """What a message says, field by field in words; what no field knows stands under its own name."""
    form, language = _form(name), i18n.language()
    found, known = [], set()
    for field in form.fields if form else ():
        known.add(field.name)
        if field.name in payload and field.value is not None:
            tag = t("case.secrecy_health") if field.secrecy == "health" else ""
            found.append(Fact(field.title(language), _told(field, payload[field.name], language), tag))
    return [*found, *(Fact(key, str(value), "") for key, value in payload.items() if key not in known)]


def _told(field: Any, value: Any, language: str) -> str:
    """A value as its form shows it; as it came where it does not fit."""
    try:
        return str(field.format(value, language))
    except (ValueError, TypeError, KeyError, AttributeError):
        return str(value)


def _draw(row: MessageRow, typed: str = "", case_error: str = "", reason_error: str = "") -> str:
    versions = sight.published()
    with current.database().read() as connection:
        found = queries.could_be_for(connection, versions, row)
        heads = [(each, cases.head(connection, each.case_id)) for each in found]
        named = correlation.customers(connection, correlation.read(row.correlation))
        people = {role: customers.page(connection, id) for role, id in named.items() if id is not None}
    rights = sight.rights()
    reachable = [(each, head) for each, head in heads if head is not None and _may_see(rights, head)]
    day = formats.local(row.occurred_at).date()
    said = row.correlation
    return render_template(
        "unplaced/page.html",
        line=line(row),
        facts=facts(row.name, row.payload),
        said=[(t(f"unplaced.said_{key}"), str(said[key])) for key in ("case", "unit", "process") if said.get(key)],
        parties=[(_role(row.name, role), found) for role, found in people.items() if found is not None],
        unknown=[_role(row.name, role) for role, id in named.items() if id is None],
        cases=[(each, head, words.process(versions, head.process)) for each, head in reachable],
        starts=[
            (process, words.process(versions, process))
            for process in correlation.starting(versions, row.name, row.process or "", day)
        ],
        typed=typed,
        wrong=[(field, text) for field, text in (("case", case_error), ("reason", reason_error)) if text],
    )


def _may_see(rights: Rights, head: cases.Head) -> bool:
    area = sight.published().areas.get(head.process, "")
    return access.see(rights, Place(head.unit_id, area, head.process)).allowed


def _role(name: str, role: str) -> str:
    """A party role in words, by the first process that knows the message and the role."""
    versions = sight.published()
    for row in correlation.folders(versions, name):
        party = versions.bundle(row.process, row.number).manifest.parties.get(role)
        if party is not None:
            return i18n.pick(party.name)
    return role
