"""The shapes that several resources of the API share."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate


class Fault(Schema):
    """One thing that is wrong."""

    pointer = fields.String(metadata={"description": "JSON pointer into the body; `?query/…` for the address."})
    code = fields.String()
    detail = fields.String(required=True)
    file = fields.String(metadata={"description": "In a process folder: the file,"})
    line = fields.Integer(allow_none=True, metadata={"description": "its line"})
    element = fields.String(allow_none=True, metadata={"description": "and element,"})
    rule = fields.String(metadata={"description": "and the rule that says so."})


class Problem(Schema):
    """A problem document (RFC 9457)."""

    type = fields.String(required=True, metadata={"description": "urn:asiavirta:problem:…, see docs/api.md"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.List(fields.Nested(Fault))


class Paged(Schema):
    """How much of a list, and from where on."""

    size = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(metadata={"description": "The `next` of the last page."})


class Reference(fields.Field[Any]):
    """A row by its id (an integer), or by a code."""

    def __init__(self, codes: type[Schema] | None = None, **named: Any) -> None:
        super().__init__(**named)
        self.codes = codes

    def _deserialize(self, value: Any, attr: str | None, data: Any, **named: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**63:
            return value
        if self.codes is None and isinstance(value, str) and value:
            return value
        if self.codes is not None and isinstance(value, dict):
            return self.codes().load(value)
        kind = "an object" if self.codes is not None else "a code"
        raise ValidationError(f"{value!r} is neither an id (an integer) nor {kind}")


class CustomerCodes(Schema):
    """A customer by identity code or business id; with a name it is added when nobody has the code."""

    identity_code = fields.String()
    business_id = fields.String()
    name = fields.String(validate=validate.Length(1, 200))
    language = fields.String(validate=validate.Length(2, 35))
    channel = fields.String()
    email = fields.String()
    phone = fields.String()
    address = fields.Dict(keys=fields.String(), values=fields.String())


class Names(Schema):
    """One name in three languages."""

    fi = fields.String(required=True)
    sv = fields.String()
    en = fields.String()


class DeadlineShown(Schema):
    """The date that a task is sorted by."""

    name = fields.String(allow_none=True)
    kind = fields.String(allow_none=True, metadata={"enum": ["statutory", "agreed", "target", None]})
    due_on = fields.Date(allow_none=True)
    legal_on = fields.Date(allow_none=True)
    paused_on = fields.Date(allow_none=True)
    remaining = fields.Integer(allow_none=True, metadata={"description": "days left when the clock stopped"})


class Led(Schema):
    """What a step led to."""

    case = fields.Integer(required=True)
    opened = fields.List(fields.String(), required=True, metadata={"description": "tasks that opened"})
    closed = fields.Boolean(required=True)
    outcome = fields.String(allow_none=True, required=True)
