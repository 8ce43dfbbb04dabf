"""The filters of letters: dates, money, numbers and names in the letter's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from engine import citation
from engine.bundle import Bundle
from engine.euro import euros
from tasks.moments import day


def filters(bundle: Bundle, language: str, others: tuple[Bundle, ...] = ()) -> dict[str, Callable[..., Any]]:
    """The filters of letters for a language by name; labels from the bundle, then from `others`.

    `statute` writes a section of law that is cited in the Finnish form; any other text stays as it is.
    """
    return {
        "date": lambda value: format_date(_day(value), "d.M.yyyy", locale=language),
        "long_date": lambda value: format_date(_day(value), "long", locale=language),
        "money": lambda value: euros(Decimal(str(value)), language),
        "number": lambda value: format_decimal(Decimal(str(value)), locale=language),
        "days": lambda value: days(int(value), language),
        "statute": lambda value: citation.write(str(value), language),
        "label": lambda value: _label(str(value), language, (bundle, *others)),
    }


def days(count: int, language: str) -> str:
    """A number of days in words of the language."""
    words = {"fi": ("päivä", "päivää"), "sv": ("dag", "dagar"), "en": ("day", "days")}.get(
        language, ("päivä", "päivää")
    )
    return f"{count} {words[count != 1]}"


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return day(value)
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


def _label(name: str, language: str, bundles: tuple[Bundle, ...]) -> str:
    for bundle in bundles:
        labels = bundle.labels
        for table in (labels.reasons, labels.options, labels.outcomes, labels.messages):
            names: Mapping[str, Any] | None = table.get(name)
            if names:
                return str(names.get(language) or names["fi"])
    return name
