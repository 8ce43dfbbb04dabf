"""Taking the event log out: a supervisor's own cases or, for an auditor, all; recorded before the file is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request

from tasks.access import hold_role
from tasks.commands.audit import SHORTEST_REASON
from tasks.commands.exporting import LONGEST_PURPOSE, record_export
from tasks.exporting import FORMATS, MEDIA_TYPES, SUFFIXES, write
from tasks.exporting.extent import Asked
from tasks.queries import audit
from web import current, formats, i18n, sight, words
from web.eventlog import Words
from web.i18n import t

blueprint = Blueprint("exports", __name__, url_prefix="/figures/exports")

FIELDS = ("process", "unit", "from", "to", "format", "plain", "purpose")


@blueprint.get("/")
def index() -> str:
    """The form: which cases, in which format; for an auditor also whether under their own numbers."""
    return _page(dict.fromkeys(FIELDS, "") | {"format": "csv"}, [])


@blueprint.post("/")
def export() -> Any:
    """The file, written while it is read; a form in error comes back as it was typed."""
    hold_role(sight.rights(), "supervisor", "auditor").require()
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    asked, wrong = _read(typed)
    format = typed["format"] if typed["format"] in FORMATS else ""
    if not format:
        wrong.append(("format-csv", t("exports.format_missing")))
    if typed["plain"] and not SHORTEST_REASON <= len(typed["purpose"]) <= LONGEST_PURPOSE:
        wrong.append(("purpose", t("exports.purpose_missing", least=SHORTEST_REASON, most=LONGEST_PURPOSE)))
    return (_page(typed, wrong), 422) if wrong else _file(asked, format, typed)


def _file(asked: Asked, format: str, typed: Mapping[str, str]) -> Response:
    extent = record_export(
        current.database(), current.actor(), asked, format=format, plain=bool(typed["plain"]),
        purpose=typed["purpose"], now=current.now(),
    )  # fmt: skip
    pieces = write(current.database(), extent, format, Words(sight.published(), i18n.language()))
    name = f"events-{current.today().isoformat()}{SUFFIXES[format]}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(pieces, content_type=f"{MEDIA_TYPES[format]}; charset=utf-8", headers=headers)


def _read(typed: Mapping[str, str]) -> tuple[Asked, list[tuple[str, str]]]:
    """What is asked for, and what of it cannot be read: (id of the control, words) pairs."""
    wrong: list[tuple[str, str]] = []
    days: dict[str, date | None] = {}
    for name in ("from", "to"):
        days[name] = formats.read_day(typed[name]) if typed[name] else None
        if typed[name] and days[name] is None:
            wrong.append((name, t("exports.no_day")))
    first, last = days["from"], days["to"]
    if first and last and first > last:
        wrong.append(("to", t("exports.order")))
    unit = typed["unit"]
    unit_id = int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 19 else None
    return Asked(typed["process"], unit_id, first, last), wrong


def _page(typed: Mapping[str, str], wrong: list[tuple[str, str]]) -> str:
    rights = sight.rights()
    hold_role(rights, "supervisor", "auditor").require()
    auditor = hold_role(rights, "auditor").allowed
    published = sight.published()
    processes = sorted({row.process for row in published.rows if row.kind == "process"})
    with current.database().read() as connection:
        every = audit.units(connection)
    own = [role for role in rights.roles if role.role == "supervisor"]
    reached = [id for id in every if auditor or any(role.units is None or id in role.units for role in own)]
    return render_template(
        "exports.html",
        typed=typed,
        wrong=wrong,
        errors=dict(wrong),
        auditor=auditor,
        formats=tuple(FORMATS),
        processes=sorted(((id, words.process(published, id)) for id in processes), key=lambda one: one[1].lower()),
        units=[(str(id), i18n.pick(every[id])) for id in reached],
    )
