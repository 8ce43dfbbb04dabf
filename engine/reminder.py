"""When to remind of a date before it, and when to tell a supervisor after it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from engine.calendar import Calendar, add_days, add_months
from engine.duration import parse_length
from engine.errors import DeadlineError
from engine.rule import Computed
from engine.said import say

_SHARE = re.compile(r"([0-9]{1,2}) ?%", re.ASCII)


def reminders(computed: Computed, offsets: Iterable[str], calendar: Calendar) -> tuple[date, ...]:
    """The days to remind on, in order, each once.

    "50 %" is half of the time from the event to the target, "2 working days" so many before the target. Only days
    before the target and, when it lies after its event, after the event; none while the clock stands still, and no
    share of a time that is counted back. DeadlineError for other text.
    """
    days: set[date] = set()
    span = (computed.target_on - computed.event_on).days
    for offset in offsets:
        share = _SHARE.fullmatch(offset.strip())
        if share is not None:
            if span > 0:
                days.add(add_days(computed.event_on, span * int(share[1]) // 100))
        else:
            days.add(_moved(computed.target_on, offset, -1, calendar))
    if computed.paused_on is not None:
        return ()
    return tuple(sorted(day for day in days if day < computed.target_on and (span <= 0 or computed.event_on < day)))


def escalation_on(computed: Computed, offset: str | None, calendar: Calendar) -> date | None:
    """The day to escalate on, counted from the legal day: "1 working days" -> the first working day after it.

    None without an offset and while the clock stands still; DeadlineError for text that is no length.
    """
    if not offset:
        return None
    day = _moved(computed.legal_on, offset, 1, calendar)
    return None if computed.paused_on is not None else day


def _moved(day: date, offset: str, sign: int, calendar: Calendar) -> date:
    try:
        length, unit = parse_length(offset)
    except DeadlineError as error:
        raise DeadlineError(say('{reason}, or a share such as "50 %" for a reminder', reason=error.said)) from error
    if unit == "working days":
        return calendar.add_working_days(day, sign * length)
    if unit in ("months", "years"):
        return add_months(day, sign * length * (12 if unit == "years" else 1))
    return add_days(day, sign * length * (7 if unit == "weeks" else 1))
