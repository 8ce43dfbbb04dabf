"""The marshmallow schema of a form: which answers it takes, and how each is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError

from forms.fields import Field


class Answers(Schema):
    """Judges the answers of one form or of one row of a group; an answer that no field asks for is refused."""

    def load(self, data: Any, *, many: Any = None, partial: Any = None, unknown: Any = None) -> dict[str, Any]:
        """As marshmallow does, without what no form has: hooks, parts of a schema, other names for a field.

        A form is judged at every completed task, and most of marshmallow's work there is to find that it has none of
        these. Raises ValidationError with the messages by field and what could be read.
        """
        typed: dict[str, Any] = {}
        wrong: dict[str, Any] = {}
        for name, kind in self.load_fields.items():
            if name not in data:
                continue
            try:
                typed[name] = kind.deserialize(data[name], name, data)
            except ValidationError as error:
                wrong[name] = error.messages
                if error.valid_data:
                    typed[name] = error.valid_data
        for name in data.keys() - self.load_fields.keys():
            wrong[name] = [self.error_messages["unknown"]]
        if wrong:
            raise ValidationError(wrong, data=data, valid_data=typed)
        return typed


def schema_of(fields: Sequence[Field]) -> Schema:
    """The schema of these fields."""
    members: Mapping[str, Any] = {field.name: field.value for field in fields if field.value is not None}
    return Answers.from_dict(dict(members))()
