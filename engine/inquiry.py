"""One date asked without a case: a rule, an event date and perhaps some data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from engine.deadline import Computed, compute
from engine.errors import DeadlineError
from engine.functions import plain_functions
from engine.law import Law
from engine.reading import Reading, steps_of
from engine.said import say


def inquire(law: Law, process: str, name: str, event_on: date, data: Mapping[str, Any], today: date) -> Computed:
    """The date of a deadline of `process` (or of the law folder) for an event on a day; DeadlineError when it has none.

    `data` is case data for a length that depends on it; `parameter("…")` in a length is the value on the event day.
    """
    definition, row, version = law.deadline(process, name, event_on)
    length: Any = row.length
    read: list[Reading] = []
    if not isinstance(length, int):

        def parameter(key: Any, on: Any = None) -> Any:
            read.append(law.reading(process, str(key), on if isinstance(on, date) else event_on))
            return read[-1].value

        functions = {"parameter": parameter, "today": lambda: today, **plain_functions()}
        length = length(data, functions)
    if not isinstance(length, (int, Decimal)) or length != int(length):
        raise DeadlineError(
            say(
                "the length of {name!r} is {length!r} with this data, expected a whole number", name=name, length=length
            )
        )
    rule = definition.rule(row, process, version, int(length))
    return compute(rule, event_on, law.calendar, values=steps_of(read))
