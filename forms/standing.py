"""Which fields are shown and asked with the answers so far: for drawing a form that is not finished yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError

from forms.checks import hidden
from forms.fields import Field
from forms.form import Form


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a field is shown, and whether it must be answered."""

    visible: bool
    required: bool


def standing(
    form: Form, raw: Mapping[str, object], *, data: Mapping[str, object] | None = None, on: date | None = None
) -> dict[str, Standing]:
    """The standing of every field by its posted name (`name`, `group.0.name`); a wrong answer counts as none."""
    try:
        answers: Any = form.schema.load(raw)
    except ValidationError as error:
        answers = error.valid_data if isinstance(error.valid_data, dict) else {}
    found: dict[str, Standing] = {}
    _stand(form.fields, dict(answers), raw, {"data": data or {}, "today": on}, "", found)
    return found


def _stand(
    fields: Sequence[Field],
    answers: Mapping[str, Any],
    raw: object,
    around: Mapping[str, object],
    place: str,
    found: dict[str, Standing],
) -> None:
    known = {field.name: answers.get(field.name) for field in fields}
    gone = hidden(fields, known, around)
    context = {**around, **known, **dict.fromkeys(gone)}
    for field in fields:
        name = f"{place}{field.name}"
        found[name] = Standing(field.name not in gone, field.required_now(context))
        if field.kind == "group":
            typed = raw.get(field.name) if isinstance(raw, Mapping) else None
            rows = typed if isinstance(typed, list | tuple) else []
            value = known[field.name]
            told = value if isinstance(value, list | tuple) else []
            # at least one row, so that an empty group can be drawn with its first row
            for index in range(max(len(rows), field.fewest, 1) + 1):
                row = told[index] if index < len(told) and isinstance(told[index], Mapping) else {}
                inner = rows[index] if index < len(rows) else {}
                _stand(field.fields, row, inner, context, f"{name}.{index}.", found)
