"""A parameter as a rule read it: its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from engine.register import Parameter, ParameterRow
from engine.rule import TraceStep


class Reading(NamedTuple):
    """The value of a parameter on a day, and the version of the folder (`law@2`) that has the parameter.

    `row` is None where the value is the area's own; that one holds from `since` on, where the day is known.
    """

    parameter: Parameter
    process: str
    version: str
    on: date
    value: object
    row: ParameterRow | None = None
    since: date | None = None

    def to_step(self) -> TraceStep:
        """The reading as the trace's step `value`; every entry is a plain value.

        An area's own value has no doubt: what the parameter says is in doubt is the value that the area replaced.
        """
        row, parameter = self.row, self.parameter
        since = row.from_on if row else self.since
        return {
            "step": "value",
            "name": parameter.name,
            "process": self.process,
            "version": self.version,
            "area": row is None,
            "on": self.on.isoformat(),
            "value": _plain(self.value),
            "unit": parameter.unit,
            "source": parameter.source.get("fi", ""),
            "doubt": (row.doubt or parameter.doubt).get("fi", "") if row else "",
            "valid_from": since.isoformat() if since else None,
        }


def steps_of(read: Iterable[Reading]) -> list[TraceStep]:
    """The steps of the values that were read, each once."""
    steps = []
    for reading in read:
        step = reading.to_step()
        if step not in steps:
            steps.append(step)
    return steps


def _plain(value: object) -> bool | int | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return ", ".join(str(_plain(item)) for item in value) if isinstance(value, (list, tuple)) else str(value)
