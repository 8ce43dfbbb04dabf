"""For auditors: the access log, the changes outside cases, and the history of a case. Reading is recorded too."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from tasks.access import Verdict, hold_role
from tasks.commands.audit import record_reading
from tasks.errors import NotFound
from tasks.queries import audit as queries
from tasks.queries import case as cases
from tasks.queries import papers
from tasks.queries.audit import Asked
from web import chronicle, current, formats, i18n, sight, trail, words

blueprint = Blueprint("audit", __name__, url_prefix="/audit")

PAGE = 50
EVENTS_A_PAGE = 200
FIELDS = ("customer", "user", "case", "from", "to")


def auditor() -> Verdict:
    """Only auditors read these pages; Forbidden."""
    verdict = hold_role(sight.rights(), "auditor")
    verdict.require()
    return verdict


def read_asked() -> tuple[Asked, dict[str, str]]:
    """The filter out of the address, and as it was typed; what cannot be read does not limit."""
    typed = {name: request.args.get(name, "").strip()[:200] for name in FIELDS}
    number = typed["customer"].lstrip("#")
    return (
        Asked(
            customer_id=int(number) if number.isascii() and number.isdigit() and len(number) < 19 else None,
            user=typed["user"],
            case=typed["case"],
            since=_start(typed["from"], 0),
            until=_start(typed["to"], 1),
            before=request.args.get("before", type=int),
        ),
        typed,
    )


def _start(text: str, days: int) -> datetime | None:
    day = formats.read_day(text)
    return datetime.combine(day + timedelta(days=days), time(), formats.HELSINKI) if day else None


@blueprint.get("/")
def index() -> Any:
    """Who looked at whose data, when and why."""
    return _list("audit/index.html", queries.viewed)


@blueprint.get("/changes")
def changes() -> Any:
    """What was changed outside cases: customers, rights, settings, publications, emergency access."""
    return _list("audit/changes.html", queries.changed)


def _list(template: str, read: Any) -> Any:
    auditor()
    asked, typed = read_asked()
    with current.database().read() as connection:
        found = read(connection, asked, PAGE + 1)
        names = _names(connection)
    rows = found[:PAGE]
    record_reading(
        current.database(), current.actor(), asked=typed | {"page": request.path}, customer_id=_known(asked, rows),
        now=current.now(), rows=[row.id for row in rows],
    )  # fmt: skip
    older: dict[str, Any] = {name: value for name, value in typed.items() if value}
    return render_template(
        template,
        rows=rows,
        typed=typed,
        via=lambda name: _told(f"audit.via_{name}", name),
        what=lambda name: _told(f"audit.what_{name.split(' ')[0]}", name),
        why=lambda name: _told(f"audit.why_{name}", name),
        kind=lambda name: _told(f"audit.kind_{name}", name),
        values=lambda values: trail.told(values, names),
        older=url_for(str(request.endpoint), **older, before=rows[-1].id) if len(found) > PAGE else "",
    )


def _names(connection: Any) -> trail.Names:
    """What ids in the changes are called."""
    published = sight.published()
    processes = {row.process: words.process(published, row.process) for row in published.rows}
    units = {id: i18n.pick(name) for id, name in queries.units(connection).items()}
    return trail.Names(queries.users(connection), units, processes)


def _known(asked: Asked, rows: Any) -> int | None:
    """The customer asked for, when there is such a one."""
    return asked.customer_id if asked.customer_id is not None and rows else None


def _told(key: str, name: str) -> str:
    """A word of the log in the page's language; the id itself when there is none, as for a reason that was typed."""
    return i18n.t(key) if i18n.known(key) else name


@blueprint.get("/case")
def open_case() -> Any:
    """Find the history of a case by its number."""
    auditor()
    with current.database().read() as connection:
        found = cases.case_id(connection, request.args.get("number", "").strip()[:100].upper())
    if found is None:
        raise NotFound("case", "")
    return redirect(url_for("audit.case", case_id=found))


@blueprint.get("/cases/<int:case_id>")
def case(case_id: int) -> Any:
    """The history of a case, the newest first; its data is not shown."""
    seen = sight.of_case(case_id, "history", auditor())
    before = request.args.get("before", type=int)
    with current.database().read() as connection:
        found = papers.events(connection, case_id, limit=EVENTS_A_PAGE + 1, before=before)
        people = papers.people(connection, found)
    events = found[:EVENTS_A_PAGE]
    return render_template(
        "audit/case.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        happenings=chronicle.happenings(seen, events, people),
        before=events[-1].number if len(found) > EVENTS_A_PAGE else None,
    )
