"""What a browser posts for a form: flat names and texts become the nested answers that Form.validate reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from forms.fields import Field
from forms.form import Form


def read(form: Form, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Answers as typed, from (name, text) pairs: `name`, `name` again for many, `group.0.name` for rows.

    Names that the form does not have (the csrf token, the version) are left out. Rows left wholly empty are dropped;
    the others keep their order.
    """
    posted: dict[str, list[str]] = {}
    for name, text in pairs:
        posted.setdefault(name, []).append(text)
    return _fields(form.fields, posted, "")


def _fields(fields: Iterable[Field], posted: dict[str, list[str]], place: str) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for field in fields:
        name = f"{place}{field.name}"
        if field.kind == "group":
            answers[field.name] = _rows(field, posted, name)
        elif name in posted and field.kind == "many":
            answers[field.name] = [text for text in posted[name] if text]
        elif name in posted:
            answers[field.name] = posted[name][-1]
    return answers


def _rows(field: Field, posted: dict[str, list[str]], name: str) -> list[dict[str, Any]]:
    numbers = {
        int(number)
        for key in posted
        if key.startswith(f"{name}.")
        and (number := key[len(name) + 1 :].split(".")[0]).isascii()
        and number.isdigit()
        and len(number) < 5
    }
    rows = (_fields(field.fields, posted, f"{name}.{number}.") for number in sorted(numbers))
    return [row for row in rows if any(value not in ("", []) for value in row.values())]
