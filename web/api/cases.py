"""Cases: start, find, read with their dates and events, call off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import RAISE, Schema, fields, validate

from tasks.commands.cases import cancel_case, start_case
from tasks.commands.views import record_views
from tasks.queries import case as queries
from tasks.queries import pages, reach
from tasks.queries.pages import CasesWanted
from web import current, problems, sight
from web.api import paging, references, versions
from web.api.bearer import needs, resource
from web.api.shapes import CustomerCodes, Paged, Reference

blueprint = resource("cases", "Cases: one process running for one matter.")

KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key again gives the case that it made; nothing happens twice.",
}


class Asked(Paged):
    """Which cases."""

    process = fields.String()
    status = fields.String(validate=validate.OneOf(("open", "closed", "cancelled")))
    number = fields.String(metadata={"description": "the case number, whole"})
    unit = fields.String(metadata={"description": "a unit's id or code"})
    customer = fields.Integer(metadata={"description": "a customer's id: cases where it is any party"})
    arrived_from = fields.Date()
    arrived_to = fields.Date()


class Beginning(Schema):
    """A case to start."""

    process = fields.String(required=True)
    version = fields.Integer(metadata={"description": "default: the one in force on the day the matter arrived"})
    message = fields.String(metadata={"description": "what starts it; may be left out when only one message does"})
    customer = Reference(CustomerCodes, required=True, metadata={"description": "the principal customer"})
    parties = fields.Dict(
        keys=fields.String(), values=Reference(CustomerCodes), load_default=dict,
        metadata={"description": "the other customers by their role in the process"},
    )  # fmt: skip
    unit = Reference(required=True, metadata={"description": "a unit's id or code"})
    data = fields.Dict(load_default=dict, metadata={"description": "the answers of the message's form"})
    channel = fields.String(metadata={"description": "how it came: a code of contact_channels"})
    occurred_at = fields.AwareDateTime(metadata={"description": "when it arrived, if not now; law counts from it"})


class Started(Schema):
    """The new case; `again` when the same key had started it before."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)
    tasks = fields.List(fields.String(), required=True)
    again = fields.Boolean(required=True)


class Customer(Schema):
    """A customer by id and name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class CaseShort(Schema):
    """A case as lists have it."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)
    process = fields.String(required=True)
    version = fields.Integer(required=True)
    status = fields.String(required=True, metadata={"enum": ["open", "closed", "cancelled"]})
    outcome = fields.String(allow_none=True)
    unit_id = fields.Integer(required=True)
    customer = fields.Nested(Customer, required=True)
    arrived_on = fields.Date(required=True)
    started_at = fields.AwareDateTime(required=True)
    closed_on = fields.Date(allow_none=True)


class CaseList(Schema):
    """A page of cases, the newest first."""

    items = fields.List(fields.Nested(CaseShort), required=True)
    next = fields.String(allow_none=True, required=True)


class Party(Schema):
    """A customer's part in the case."""

    role = fields.String(required=True)
    principal = fields.Boolean(required=True)
    customer_id = fields.Integer(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    ended_at = fields.AwareDateTime(allow_none=True)


class Wait(Schema):
    """A message that the case waits for."""

    message = fields.String(required=True)
    path = fields.String(required=True)
    opened_at = fields.AwareDateTime(required=True)


class CaseWhole(CaseShort):
    """A case with its parties, its open tasks and the messages that it waits for."""

    language = fields.String(required=True)
    parties = fields.List(fields.Nested(Party), required=True)
    tasks = fields.List(fields.String(), required=True, metadata={"description": "ids of the open tasks"})
    waits = fields.List(fields.Nested(Wait), required=True)
    revision = fields.Integer(required=True)


class Happening(Schema):
    """An event: what happened, when, by whom; `payload` is null after erasure."""

    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    at = fields.AwareDateTime(required=True)
    occurred_at = fields.AwareDateTime(required=True)
    actor = fields.String(required=True)
    via = fields.String(required=True)
    path = fields.String(allow_none=True)
    task_number = fields.Integer(allow_none=True)
    payload = fields.Dict(allow_none=True)


class HappeningList(Schema):
    """A page of events in the order they happened."""

    items = fields.List(fields.Nested(Happening), required=True)
    next = fields.String(allow_none=True, required=True)


TRACE = (
    "How the date was computed, step by step; `step` names each: start, rule, value, event, calendar, count, skip, "
    "pause, resume, roll, stay, target, result. A step `value` for each parameter that the length was read from: its "
    "`name`, `value`, `unit` and `valid_from`, the `version` that has it or, where `area` is true, the area's own "
    "settings, the day `on` which it was read for, its `source` and `doubt` in Finnish. Dates computed before there "
    "were such steps have none."
)


class Deadline(Schema):
    """A date with the rule it comes from and the trace that explains it, step by step."""

    number = fields.Integer(required=True)
    name = fields.String(required=True)
    law = fields.String(allow_none=True)
    law_version = fields.String()
    kind = fields.String(required=True)
    roll = fields.String(required=True)
    statute = fields.String(allow_none=True)
    doubt = fields.String(allow_none=True)
    state = fields.String(required=True, metadata={"enum": ["open", "met", "missed", "lapsed", "ended", "cancelled"]})
    event_on = fields.Date(required=True)
    nominal_on = fields.Date(required=True)
    legal_on = fields.Date(required=True)
    target_on = fields.Date(required=True)
    due_on = fields.Date(required=True)
    paused_on = fields.Date(allow_none=True)
    remaining = fields.Integer(allow_none=True)
    closed_on = fields.Date(allow_none=True)
    trace = fields.List(fields.Dict(), required=True, metadata={"description": TRACE})


class DeadlineList(Schema):
    """Every deadline of the case, the open ones first, by date."""

    items = fields.List(fields.Nested(Deadline), required=True)


class Reason(Schema):
    """Why a case is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 2000))
    occurred_at = fields.AwareDateTime()


@blueprint.get("")
@needs("cases:read")
@blueprint.arguments(Asked, location="query", unknown=RAISE)
@blueprint.response(200, CaseList)
def index(asked: dict[str, Any]) -> Any:
    """Find cases within the token's units and process areas, the newest first."""
    size, after = asked.pop("size"), paging.after(1)
    asked.pop("after", None)
    unit = asked.pop("unit", None)
    wanted = CasesWanted(
        unit_id=references.unit(unit) if unit else None, customer_id=asked.pop("customer", None), **asked
    )
    within = sight.within()
    with current.database().read() as connection:
        rows = pages.cases(connection, within, wanted, size=size + 1, after=after[0] if after else None)
    seen = [(row.customer_id, row.id) for row in rows[:size]]
    record_views(
        current.database(), current.actor(), what="case_list", why="role_in_unit", now=current.now(), seen=seen
    )
    shown, headers = paging.page(rows, size, lambda row: (row.id,))
    shown["items"] = [_short(row) for row in shown["items"]]
    return shown, headers


@blueprint.post("")
@needs("cases:start")
@blueprint.arguments(Beginning)
@blueprint.response(201, Started)
@blueprint.doc(parameters=[KEY])
def start(asked: dict[str, Any]) -> Any:
    """Start a case with the message that arrived; 200 when the same Idempotency-Key started it before."""
    problems.answers_at("/data")
    manifest = references.manifest(asked["process"], asked.get("version"))
    parties = {role: references.customer(who, f"parties/{role}") for role, who in asked["parties"].items()}
    parties[manifest.principal_role] = references.customer(asked["customer"], "customer")
    started = start_case(
        current.database(), current.actor(), process=asked["process"],
        message=asked.get("message") or references.only_message(manifest), answers=asked["data"], parties=parties,
        unit_id=references.unit(asked["unit"]), channel=asked.get("channel"), now=current.now(),
        occurred_at=asked.get("occurred_at"), version=asked.get("version"),
        idempotency_key=references.idempotency_key(),
    )  # fmt: skip
    answer = {
        "id": started.case_id, "number": started.number, "tasks": list(started.task_ids), "again": started.again
    }  # fmt: skip
    return answer, 200 if started.again else 201, {"Location": f"{request.path}/{started.case_id}"}


@blueprint.get("/<int:case_id>")
@needs("cases:read")
@blueprint.response(200, CaseWhole, headers=versions.ETAG)
def read(case_id: int) -> Any:
    """Read a case; the view is recorded."""
    sight.case(case_id, "case")
    with current.database().read() as connection:
        (row,) = pages.cases(connection, reach.exactly(case_id), CasesWanted(), size=1)
        parties, tasks = queries.parties(connection, case_id), queries.tasks(connection, case_id)
        waits, head = queries.waits(connection, case_id), queries.head(connection, case_id)
    whole = _short(row) | {
        "language": head.language if head else "fi", "parties": parties, "waits": waits, "revision": row.revision,
        "tasks": [f"{case_id}-{task.number}" for task in tasks if task.state == "open"],
    }  # fmt: skip
    return whole, versions.tag(row.revision)


@blueprint.get("/<int:case_id>/events")
@needs("cases:read")
@blueprint.arguments(Paged, location="query", unknown=RAISE)
@blueprint.response(200, HappeningList)
def events(asked: dict[str, Any], case_id: int) -> Any:
    """Read what happened in a case, in order; the view is recorded."""
    sight.case(case_id, "history")
    size, after = asked["size"], paging.after(1)
    with current.database().read() as connection:
        rows = pages.events(connection, case_id, size=size + 1, after=after[0] if after else 0)
    return paging.page(rows, size, lambda row: (row.number,))


@blueprint.get("/<int:case_id>/deadlines")
@needs("cases:read")
@blueprint.response(200, DeadlineList)
def deadlines(case_id: int) -> Any:
    """Read every date of a case with its explanation; the view is recorded."""
    sight.case(case_id, "case")
    with current.database().read() as connection:
        return {"items": queries.deadlines(connection, case_id)}


@blueprint.post("/<int:case_id>/cancel")
@needs("cases:cancel")
@blueprint.arguments(Reason)
@blueprint.response(204, headers=versions.ETAG)
@blueprint.doc(parameters=[versions.IF_MATCH])
def cancel(asked: dict[str, Any], case_id: int) -> Any:
    """Call a case off: its tasks are withdrawn and its dates cancelled."""
    revision = cancel_case(
        current.database(), current.actor(), case_id, reason=asked["reason"], now=current.now(),
        occurred_at=asked.get("occurred_at"), version=versions.seen(),
    )  # fmt: skip
    return None, versions.tag(revision)


def _short(row: pages.CaseLine) -> dict[str, Any]:
    shown: Mapping[str, Any] = {name: getattr(row, name) for name in CaseShort().fields if name != "customer"}
    return {**shown, "customer": {"id": row.customer_id, "name": row.customer}}
