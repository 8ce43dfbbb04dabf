"""Days and moments: Finnish, ISO or objects in; ISO out."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from forms.kinds.text import Value, refuse

HELSINKI = ZoneInfo("Europe/Helsinki")
YEARS = (1900, 2199)


class Day(Value):
    """A day: "5.1.2027", ISO, or a date object."""

    kind = "date"
    feel = "date"
    example = "5.1.2027"
    pattern = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
    iso = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

    def read(self, value: Any) -> Any:
        if isinstance(value, datetime) or not isinstance(value, date | str):
            refuse("date")
        return _in_years(value if isinstance(value, date) else self.day(value.strip(), "date"))

    def day(self, text: str, code: str) -> date:
        """The date of a text; refuses with `code` when it has another form, with no_such_day for 31.2."""
        if finnish := self.pattern.fullmatch(text):
            day, month, year = (int(part) for part in finnish.groups())
        elif found := self.iso.fullmatch(text):
            year, month, day = (int(part) for part in found.groups())
        else:
            refuse(code)
        try:
            return date(year, month, day)
        except ValueError:
            refuse("no_such_day")

    def store(self, value: Any) -> Any:
        return value.isoformat()

    def show(self, value: Any, language: str) -> str:
        on = date.fromisoformat(value) if isinstance(value, str) else value
        return f"{on.day}.{on.month}.{on.year}"


class Moment(Day):
    """A day and a time of day: "5.1.2027 14.30" (local time), ISO with or without an offset; stored in Finnish time."""

    kind = "datetime"
    feel = "datetime"
    example = "5.1.2027 14.30"
    split = re.compile(r"(.+?)(?:T|,?\s+(?:klo|kl\.?|at)?\s*)(\d{1,2})[.:](\d{2})(?::(\d{2})(?:\.\d+)?)?")

    def read(self, value: Any) -> Any:
        if not isinstance(value, datetime):
            if not isinstance(value, str):
                refuse("datetime")
            value = self.moment(value.strip())
        if value.tzinfo is None:
            value = value.replace(tzinfo=HELSINKI)
            if value.astimezone(UTC).astimezone(HELSINKI).replace(tzinfo=HELSINKI) != value:
                refuse("no_such_moment")
        _in_years(value.date())
        return value.astimezone(HELSINKI)

    def moment(self, text: str) -> datetime:
        """The moment of a text: local without an offset."""
        if parts := self.split.fullmatch(text):
            on = self.day(parts[1], "datetime")
            hour, minute, second = int(parts[2]), int(parts[3]), int(parts[4] or 0)
            if hour < 24 and minute < 60 and second < 60:
                return datetime(on.year, on.month, on.day, hour, minute, second)  # noqa: DTZ001  # read() adds the zone
        elif "T" in text:
            try:
                return datetime.fromisoformat(text)
            except ValueError:
                pass
        refuse("datetime")

    def show(self, value: Any, language: str) -> str:
        at = (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(HELSINKI)
        return f"{super().show(at.date(), language)} {at.hour}.{at.minute:02}"


def _in_years(on: date) -> date:
    if not YEARS[0] <= on.year <= YEARS[1]:
        refuse("date_range", first=YEARS[0], last=YEARS[1])
    return on
