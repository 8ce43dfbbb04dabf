"""Messages of other systems: each finds the case that waits for it, starts one, or is kept; each id has one effect."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from tasks.arrival import Incoming
from tasks.commands.arrivals import deliver_message
from web import current, problems
from web.api.bearer import needs, resource

blueprint = resource("messages", "Messages: what other systems tell a case.")
TEXT = validate.Length(1, 200)


class MessageSent(Schema):
    """A message; the same id again has no further effect and gets the same answer."""

    name = fields.String(required=True, validate=TEXT, metadata={"description": "the id of the bpmn:message"})
    id = fields.String(required=True, validate=TEXT, metadata={"description": "the sender's own, for ever"})
    correlation = fields.Dict(
        load_default=dict,
        metadata={"description": "Whose it is: case, process, unit, parties, keys (docs/process-folder.md)."},
    )
    payload = fields.Dict(load_default=dict, metadata={"description": "the answers of the message's form"})
    channel = fields.String(metadata={"description": "how it came: a code of contact_channels"})
    occurred_at = fields.AwareDateTime(metadata={"description": "when it happened, if not now"})


class CaseFound(Schema):
    """The case that the message reached."""

    id = fields.Integer(required=True)
    number = fields.String(required=True)


class MessageTaken(Schema):
    """What became of the message."""

    message = fields.Integer(required=True, metadata={"description": "the number of the message here"})
    state = fields.String(required=True, metadata={"enum": ["delivered", "started", "early", "unplaced", "discarded"]})
    reason = fields.String(required=True, metadata={"description": "why a person decides; empty otherwise"})
    detail = fields.String(required=True, metadata={"description": "the same in words"})
    case = fields.Nested(CaseFound, allow_none=True, required=True)
    opened = fields.List(fields.String(), required=True, metadata={"description": "tasks that opened"})
    kept_until = fields.AwareDateTime(allow_none=True, required=True)
    again = fields.Boolean(required=True)


@blueprint.post("")
@needs("messages:send")
@blueprint.arguments(MessageSent)
@blueprint.response(200, MessageTaken)
@blueprint.alt_response(202, schema=MessageTaken, description="Kept: no case waits for it yet, or a person decides.")
def send(asked: dict[str, Any]) -> Any:
    """Send a message: to the case that waits for it, to start one, or to be kept until one waits."""
    problems.answers_at("/payload")
    incoming = Incoming(source=current.person().name, **asked)
    arrived = deliver_message(current.database(), current.actor(), incoming, now=current.now())
    found = None if arrived.case_id is None else {"id": arrived.case_id, "number": arrived.case_number}
    answer = {
        "message": arrived.message_id, "state": arrived.state, "reason": arrived.reason, "detail": arrived.sentence,
        "case": found, "opened": list(arrived.opened), "kept_until": arrived.kept_until, "again": arrived.again,
    }  # fmt: skip
    return answer, 202 if arrived.state in ("early", "unplaced") else 200
