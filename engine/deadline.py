"""Dates that bind: a rule and its facts in, a date and the trace that explains it out.

The parts: rule (what goes in and comes out), duration (lengths), reckoning (the computation), receipt (when a notice
counts as received), reminder (days around a date), calendar (days). Callers import from here.
"""

from __future__ import annotations

from datetime import date

from engine.calendar import Calendar
from engine.duration import parse_length
from engine.errors import DeadlineError
from engine.receipt import deemed_receipt
from engine.reckoning import compute, recompute
from engine.reminder import escalation_on, reminders
from engine.rule import Computed, Pause, Rule, TraceStep

__all__ = [
    "Computed",
    "DeadlineError",
    "Pause",
    "Rule",
    "TraceStep",
    "compute",
    "compute_date",
    "deemed_receipt",
    "escalation_on",
    "parse_length",
    "recompute",
    "reminders",
]


def compute_date(
    from_on: date,
    length: str,
    roll: str,
    before: bool = False,
    inclusive: bool = False,
    calendar: Calendar | None = None,
) -> Computed:
    """One date from a length such as "14 days", as `asiavirta date` gives it; `Computed.answer()` is its JSON.

    DeadlineError for a length or roll mode that is not in the contract, or a date outside the calendar.
    """
    amount, unit = parse_length(length)
    rule = Rule("date", amount, unit, roll, "before" if before else "after", inclusive)
    return compute(rule, from_on, calendar or Calendar())
