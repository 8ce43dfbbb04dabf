"""Rows of fields: an array of objects, each judged by the group's own schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError

from forms.kinds.text import Value, refuse


class Group(Value):
    """Between `fewest` and `most` rows; the place of a row never changes, so that errors point at what was typed."""

    kind = "group"
    json_types = ("array",)
    feel = "list"

    def __init__(self, schema: Schema, fewest: int, most: int) -> None:
        super().__init__()
        self.rows = schema
        self.fewest = fewest
        self.most = most

    def read(self, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            refuse("group")
        if not value:
            return None
        if len(value) > self.most:
            refuse("too_many_items", limit=self.most, length=len(value))
        if len(value) < self.fewest:
            refuse("too_few_items", limit=self.fewest, length=len(value))
        typed: list[dict[str, Any]] = []
        wrong: dict[int, Any] = {}
        for index, row in enumerate(value):
            try:
                if not isinstance(row, Mapping):
                    refuse("object")
                typed.append(dict(self.rows.load(row)))
            except ValidationError as error:
                typed.append(dict(error.valid_data) if isinstance(error.valid_data, dict) else {})
                wrong[index] = error.messages
        if wrong:
            raise ValidationError(wrong, valid_data=typed)
        return typed

    def store(self, value: Any) -> Any:
        fields: dict[str, Any] = self.rows.fields
        return [{name: fields[name].store(part) for name, part in row.items() if part is not None} for row in value]
