"""Judging answers together: what is shown, what is missing, and the form's own rules across fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from forms.errors import FieldError
from forms.fields import Condition, Field
from forms.kinds.numbers import Number
from forms.kinds.times import Day


@dataclass(frozen=True, slots=True)
class Check:
    """A rule across fields (`x-checks`): FEEL that must not be false, the field it is told at, and its sentence.

    Where `shows` is given, its value stands for {value} in the sentence: the day or number that the answer goes past.
    """

    valid: Condition
    field: str
    messages: Mapping[str, str]
    shows: Condition | None = None

    def error(self, context: Mapping[str, object]) -> FieldError:
        """What is told of answers that break it."""
        shown = {} if self.shows is None else {"value": in_words(self.shows(context))}
        return FieldError(f"/{self.field}", "check", {"texts": self.messages, **shown})


def in_words(value: object) -> str:
    """A day, a number or a text as sentences have it, the same in every language."""
    if isinstance(value, date):
        return Day().show(value, "fi")
    return Number().show(value, "fi") if isinstance(value, int | Decimal) else str(value)


def hidden(fields: Sequence[Field], answers: Mapping[str, object], around: Mapping[str, object]) -> frozenset[str]:
    """Names of the fields that are not shown with these typed answers; a hidden field's answer counts as null.

    A condition may read a field below it or one that is itself hidden, so it is asked until nothing changes.
    """
    conditional = [field for field in fields if field.visible_if is not None]
    gone: frozenset[str] = frozenset()
    everything = {**around, **answers}
    for _ in conditional:
        now = _not_shown(conditional, everything | dict.fromkeys(gone) if gone else everything)
        settled = all(everything.get(name) is None for name in now ^ gone)
        gone = now
        if settled:
            break  # the conditions would read the same values again
    return gone


def _not_shown(fields: Sequence[Field], context: Mapping[str, object]) -> frozenset[str]:
    """The fields whose conditions do not hold; many fields share a condition, and it is asked once."""
    asked: dict[int, bool] = {}
    found = []
    for field in fields:
        condition = id(field.visible_if)
        if condition not in asked:
            asked[condition] = field.visible(context)
        if not asked[condition]:
            found.append(field.name)
    return frozenset(found)


def settle(
    fields: Sequence[Field],
    answers: dict[str, Any],
    wrong: dict[str, Any],
    around: Mapping[str, object],
    place: str = "",
) -> Iterator[FieldError]:
    """Drop what is hidden, answer and error alike, then yield what is missing; rows of groups the same way.

    `answers` are typed and changed in place: every field gets a key, null when there is no answer. `wrong` are
    marshmallow's errors for the same fields. A field that is wrong is not missing too.
    """
    for field in fields:
        answers.setdefault(field.name, None)
    gone = hidden(fields, answers, around)
    for name in gone:
        answers[name] = None
        wrong.pop(name, None)
    context = {**around, **answers}
    for field in fields:
        if field.name in gone or field.kind == "info":
            continue
        pointer = f"{place}/{field.name}"
        if answers[field.name] is None and field.name not in wrong and field.required_now(context):
            yield FieldError(pointer, "missing", {"kind": field.kind})
        if field.kind == "group":
            below = wrong.get(field.name)
            for index, row in enumerate(answers[field.name] or ()):
                inner = below.get(index) if isinstance(below, dict) else None
                yield from settle(
                    field.fields, row, inner if isinstance(inner, dict) else {}, context, f"{pointer}/{index}"
                )


def broken(checks: Sequence[Check], context: Mapping[str, object], wrong: Mapping[str, Any]) -> Iterator[FieldError]:
    """The form's own rules that are false; unknown (null) is not false, and a wrong field has its error already."""
    for check in checks:
        if check.field not in wrong and check.valid(context) is False:
            yield check.error(context)
