"""The days that a figure is about, and the days before that it is compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
LONGEST = 1100
"""days that one period may have: three years and the days at their ends"""
NAMED = ("weeks4", "week", "last_week", "month", "last_month", "quarter", "year")
"""The periods that can be asked for by name; the first is what a board opens on."""


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included."""

    from_on: date
    to_on: date

    def __post_init__(self) -> None:
        if not 1 <= self.days <= LONGEST:
            raise ValueError(f"{self.from_on} to {self.to_on} is not a period of 1 to {LONGEST} days")

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.to_on - self.from_on).days + 1

    @property
    def before(self) -> Period:
        """What it is compared with: as many days, right before it."""
        return Period(self.from_on - timedelta(days=self.days), self.from_on - DAY)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        return self.to_on + DAY

    def __contains__(self, on: date) -> bool:
        return self.from_on <= on <= self.to_on


def named(name: str, today: date) -> Period:
    """A period by its name; one that is not over yet ends today."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    quarter = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    periods = {
        "weeks4": (today - timedelta(days=27), today),
        "week": (monday, today),
        "last_week": (monday - timedelta(days=7), monday - DAY),
        "month": (first, today),
        "last_month": ((first - DAY).replace(day=1), first - DAY),
        "quarter": (quarter, today),
        "year": (today.replace(month=1, day=1), today),
    }
    return Period(*periods[name])
