"""Dates, times, money and distances in words, for people, in the language of the page."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import dates, numbers

from engine.calendar import Calendar
from web import i18n

HELSINKI = ZoneInfo("Europe/Helsinki")
LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
# In running text: Finnish essive (tiistaina), Swedish definite form (tisdagen den).
_LONG = {"fi": "EEEE d. MMMM y", "sv": "EEEE'en den' d MMMM y", "en": "EEEE d MMMM y"}
NBSP = "\N{NO-BREAK SPACE}"


def _locale(language: str | None) -> str:
    return LOCALES[language or i18n.language()]


def as_day(value: date | datetime | str) -> date:
    """The calendar day in Helsinki of a date, an aware moment or an ISO string."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
    if isinstance(value, datetime):
        return local(value).date()
    return value


def local(moment: datetime | str) -> datetime:
    """A moment in Helsinki time; a moment without a zone (as SQLite gives it) is UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))).astimezone(HELSINKI)


def day(value: date | datetime | str) -> str:
    """5.1.2027, the same in every language: it is how dates stand in decisions and in the forms."""
    on = as_day(value)
    return f"{on.day}.{on.month}.{on.year}"


def weekday(value: date | datetime | str, language: str | None = None) -> str:
    """ti 5.1.2027: the short weekday and the day."""
    on = as_day(value)
    name = dates.format_date(on, "ccc", locale=_locale(language)).rstrip(".")
    return f"{name}{NBSP}{day(on)}"


def long_day(value: date | datetime | str, language: str | None = None) -> str:
    """tiistaina 5. tammikuuta 2027: a day in running text."""
    chosen = language or i18n.language()
    return dates.format_date(as_day(value), _LONG[chosen], locale=LOCALES[chosen])


def clock(moment: datetime | str) -> str:
    """14.30, in Helsinki time."""
    at = local(moment)
    return f"{at.hour}.{at.minute:02d}"


def when(moment: datetime | str) -> str:
    """5.1.2027 14.30, in Helsinki time."""
    at = local(moment)
    return f"{day(at)} {clock(at)}"


def iso(value: date | datetime | str) -> str:
    """The value for the `datetime` attribute of a `<time>` element."""
    return value if isinstance(value, str) else value.isoformat()


def number(value: Decimal | int | str, language: str | None = None) -> str:
    """A number with the separators of the language: 1 260,5."""
    return numbers.format_decimal(Decimal(str(value)), locale=_locale(language))


def money(value: Decimal | int | str, language: str | None = None) -> str:
    """Euros with cents: 1 260,00 €."""
    return numbers.format_currency(Decimal(str(value)), "EUR", locale=_locale(language))


def distance(today: date, due: date, calendar: Calendar, language: str | None = None) -> str:
    """How far a day is, in words: `3 työpäivää`, `tänään`, `myöhässä 2 työpäivää`.

    Counts working days; where there is none in between (a Sunday seen on a Saturday), calendar days.
    """
    chosen = language or i18n.language()
    if due == today:
        return i18n.translate("date.today", chosen)
    if (due - today).days == 1:
        return i18n.translate("date.tomorrow", chosen)
    side = "late" if due < today else "left"
    first, last = sorted((today, due))
    working = calendar.working_days_between(first, last)
    if working:
        return i18n.translate(f"date.{side}_working_days", chosen, n=working)
    return i18n.translate(f"date.{side}_days", chosen, n=(last - first).days)


def remaining(amount: int, unit: str, language: str | None = None) -> str:
    """A length in the deadline's own unit: `9 päivää`. `unit` is days, working days, weeks, months or years."""
    return i18n.translate(f"date.unit_{unit.replace(' ', '_')}", language or i18n.language(), n=amount)


def unbroken(citation: str) -> str:
    """A section of law whose sign stays on the line of its number."""
    return citation.replace(" §", f"{NBSP}§")


def read_day(text: str) -> date | None:
    """The day that somebody typed as 5.1.2027 (or in ISO form); None when it is not a day."""
    parts = text.strip().rstrip(".").split(".")
    try:
        return date(*(int(part) for part in reversed(parts))) if len(parts) == 3 else date.fromisoformat(text.strip())
    except (ValueError, TypeError):
        return None
