"""Lengths of time in a rule's own unit: read from text, counted from a day."""

from __future__ import annotations

import re
from datetime import date

from engine.calendar import Calendar, add_days, add_months, first_day_of_period, last_day_of_period
from engine.errors import DeadlineError
from engine.rule import LONGEST, UNITS, Rule
from engine.said import say

_LENGTH = re.compile(r"([0-9]{1,5}) +((?:working +)?day|week|month|year)s?", re.ASCII)
_DAYS = {"days": 1, "weeks": 7}
_MONTHS = {"months": 1, "years": 12}


def parse_length(text: str) -> tuple[int, str]:
    """Read "14 days" as (14, "days"); also "10 working days", "2 weeks", "3 months", "1 year"; else DeadlineError."""
    match = _LENGTH.fullmatch(text.strip().lower())
    if match is None or int(match[1]) > LONGEST:
        raise DeadlineError(
            say(
                'length {text!r}: expected a number and one of {names}, such as "14 days"',
                text=text[:60],
                names=", ".join(UNITS),
            )
        )
    return int(match[1]), " ".join(match[2].split()) + "s"


def count(rule: Rule, event_on: date, calendar: Calendar) -> date:
    """The nominal last day of a rule from its event, before any pause or roll.

    The event day is not counted (150/1930 2 §) unless the rule is inclusive; then it is the first day of the period,
    or its last day when the count goes back.
    """
    sign = -1 if rule.before else 1
    if rule.unit in _MONTHS:
        months = rule.length * _MONTHS[rule.unit]
        if rule.inclusive and months:
            return first_day_of_period(event_on, months) if rule.before else last_day_of_period(event_on, months)
        return add_months(event_on, sign * months)
    own = 1 if rule.inclusive and rule.length else 0
    if rule.unit == "working days":
        return calendar.add_working_days(add_days(event_on, -sign * own), sign * rule.length)
    return add_days(event_on, sign * (rule.length * _DAYS[rule.unit] - own))


def between(rule: Rule, start: date, end: date, calendar: Calendar) -> int:
    """`end` − `start` in working days for a rule in working days, in days for every other (formats.md 15)."""
    if rule.unit == "working days":
        return calendar.working_days_between(start, end)
    return (end - start).days


def later(rule: Rule, day: date, amount: int, calendar: Calendar) -> date:
    """The day that comes `amount` later, in what `between` counts."""
    if rule.unit == "working days":
        return calendar.add_working_days(day, amount)
    return add_days(day, amount)
