"""FEEL values in a case's stored data: plain JSON beside a shape that says what is a date, a number or a duration.

The shape is ours, never the user's: it comes from form fields, decision outputs or the value that an expression gave,
and it is kept apart from the data, so that nothing in the data can name a type. A shape is None (as JSON has it), a
name such as date, a list (of one shape for all items, or one for each), or an object of shapes by key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import EngineError, FeelError
from engine.feel.temporal import parse_duration, parse_time, text_of
from engine.feel.values import Months

HELSINKI = ZoneInfo("Europe/Helsinki")
Shape = Any


def store(value: Any) -> tuple[Any, Shape]:
    """A value as JSON and the shape that brings it back; EngineError for a value that data cannot hold."""
    if value is None or isinstance(value, (bool, str)):
        return value, None
    if isinstance(value, (Decimal, int)):
        return str(value), "number"
    if isinstance(value, datetime):
        return value.isoformat(), "datetime"
    if isinstance(value, date):
        return value.isoformat(), "date"
    if isinstance(value, time):
        return value.isoformat(), "time"
    if isinstance(value, (timedelta, Months)):
        return text_of(value), "duration"
    if isinstance(value, Mapping):
        pairs = {str(key): store(item) for key, item in value.items()}
        shapes = {key: shape for key, (_, shape) in pairs.items() if shape is not None}
        return {key: item for key, (item, _) in pairs.items()}, shapes or None
    if isinstance(value, (list, tuple)):
        return _store_list([store(item) for item in value])
    raise EngineError(f"a {type(value).__name__} cannot be kept in case data")


def _store_list(pairs: list[tuple[Any, Shape]]) -> tuple[Any, Shape]:
    shapes = [shape for _, shape in pairs]
    items = [item for item, _ in pairs]
    if all(shape is None for shape in shapes):
        return items, None
    return items, [shapes[0]] if all(shape == shapes[0] for shape in shapes) else shapes


_AS_IS = frozenset({str, bool, type(None)})


def restore(value: Any, shape: Shape) -> Any:
    """The FEEL value of stored JSON; a value that does not fit its shape becomes null, as FEEL does."""
    kind = type(value)
    if kind is dict:
        shapes = shape if isinstance(shape, dict) else {}
        # most of what a form answers is text without a shape, yes or no, or nothing: it stays as it is
        return {
            key: item if type(item) in _AS_IS and key not in shapes else restore(item, shapes.get(key))
            for key, item in value.items()
        }
    if kind is list:
        return tuple(restore(item, _item_shape(shape, index)) for index, item in enumerate(value))
    if value is None or kind is bool:
        return value
    try:
        return _scalar(value, shape)
    except (ValueError, InvalidOperation, FeelError):
        return None


def _item_shape(shape: Shape, index: int) -> Shape:
    if not isinstance(shape, list):
        return shape  # the items of a list field carry the field's type
    return shape[0] if len(shape) == 1 else shape[index] if index < len(shape) else None


def _scalar(value: Any, shape: Shape) -> Any:
    if type(value) is str:
        read = _READ.get(shape) if type(shape) is str else None
        return value if read is None else read(value)
    return Decimal(str(value)) if isinstance(value, (int, float)) else value


def local(moment: datetime) -> datetime:
    """A moment in Finnish time; one without a zone is Finnish already."""
    return moment.replace(tzinfo=HELSINKI) if moment.tzinfo is None else moment.astimezone(HELSINKI)


def utc(moment: datetime) -> datetime:
    """A moment in UTC; one without a zone is Finnish."""
    return local(moment).astimezone(UTC)


_READ: Mapping[str, Callable[[str], Any]] = {
    "number": Decimal,
    "date": date.fromisoformat,
    "datetime": lambda text: local(datetime.fromisoformat(text)),
    "time": parse_time,
    "duration": parse_duration,
}
"""how a text becomes the value that its shape says"""
_KINDS = {
    "date": "date",
    "datetime": "datetime",
    "integer": "number",
    "number": "number",
    "money": "number",
}


def form_shape(form: Mapping[str, Any]) -> dict[str, Shape]:
    """The shape of a form's answers, with the moment, day and channel that the engine adds."""
    return {**_fields(form), "at": "datetime", "on": "date"}


def _fields(form: Mapping[str, Any]) -> dict[str, Shape]:
    shapes: dict[str, Shape] = {}
    properties = form.get("properties")
    for name, field in properties.items() if isinstance(properties, Mapping) else ():
        if not isinstance(field, Mapping):
            continue
        kind = str(field.get("x-kind", field.get("type", "")))
        items = field.get("items")
        if kind == "group" and isinstance(items, Mapping):
            shapes[name] = [_fields(items)]
        elif kind in _KINDS:
            shapes[name] = _KINDS[kind]
    return shapes
