"""Our FEEL functions: deadlines, parameters and Finnish days, beside the built-in ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from engine import calendar
from engine.errors import EngineError
from engine.euro import euros

if TYPE_CHECKING:
    from engine.reading import Reading
    from engine.run import Run

_CENT = Decimal("0.01")


def host_functions(
    run: Run, scope: str, on: date | None = None, read: list[Reading] | None = None
) -> Mapping[str, Callable[..., Any]]:
    """The functions for one scope; `on` is the day that `parameter("name")` looks at, default the command's day.

    What parameters give is also told to `read`, for who has to say where it comes from. Null in gives null out, as
    FEEL's own functions do; other wrong arguments raise EngineError.
    """
    situation, process = run.situation, run.scopes.process(scope)
    law = situation.law
    today = run.moment.date()

    def parameter(name: Any, day: Any = None) -> Any:
        found = law.reading(process, _text(name), _date(day) or on or today, situation.local)
        if read is not None:
            read.append(found)
        return found.value

    def deadline(name: Any) -> date | None:
        use = run.dues.compute(scope, _text(name))
        return use.computed.legal_on if use else None

    def deemed_received(sent_on: Any, channel: Any) -> date | None:
        day = _date(sent_on)
        if day is None or channel is None:
            return None
        return law.receipt(day, _text(channel))

    return {
        "deadline": deadline,
        "parameter": parameter,
        "deemed_received": deemed_received,
        "today": lambda: today,
        "now": lambda: run.moment,
        "working_days": lambda a, b: _both(law.calendar.working_days_between, _date(a), _date(b)),
        **_PLAIN,
    }


def plain_functions() -> dict[str, Callable[..., Any]]:
    """The functions that need neither a case nor the law: months, periods, ends of them, rounding, euros in words."""
    return dict(_PLAIN)


def _both(function: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    return None if a is None or b is None else function(a, b)


def _one(function: Callable[[date], date]) -> Callable[[Any], date | None]:
    def call(value: Any) -> date | None:
        day = _date(value)
        return None if day is None else function(day)

    return call


def _add_months(value: Any, months: Any) -> date | None:
    return _both(calendar.add_months, _date(value), _whole(months))  # type: ignore[no-any-return]


def _last_day(start: Any, months: Any) -> date | None:
    return _both(calendar.last_day_of_period, _date(start), _whole(months))  # type: ignore[no-any-return]


def _round2(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(_CENT, ROUND_HALF_UP)


def _euros(amount: Any, language: Any) -> str | None:
    return None if amount is None else euros(Decimal(amount), _text(language))


_PLAIN: dict[str, Callable[..., Any]] = {
    "add_months": _add_months,
    "last_day": _last_day,
    "end_of_month": _one(calendar.end_of_month),
    "end_of_year": _one(calendar.end_of_year),
    "round2": _round2,
    "euros": _euros,
}


NAMES = frozenset(("deadline", "parameter", "deemed_received", "today", "now", "working_days", *_PLAIN))
"""what expressions may call beside FEEL's own functions"""


def _date(value: Any) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    raise EngineError(f"found {value!r}, expected a date")


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, (Decimal, int)) and value == int(value):
        return int(value)
    raise EngineError(f"found {value!r}, expected a whole number")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise EngineError(f"found {value!r}, expected a text")
