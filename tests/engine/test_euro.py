"""Euros in words, as letters have them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.euro import euros


@pytest.mark.parametrize(
    ("amount", "language", "words"),
    [
        ("1260", "fi", "1 260 euroa"),
        ("1260.00", "sv", "1 260 euro"),
        ("37.21", "fi", "37,21 euroa"),
        ("1234567.5", "sv", "1 234 567,50 euro"),
        ("0", "fi", "0 euroa"),
        ("1", "fi", "1 euro"),
        ("1.00", "sv", "1 euro"),
        ("-5.005", "fi", "\N{MINUS SIGN}5,01 euroa"),
        ("1260", "en", "1 260 EUR"),
    ],
)
def test_cents_are_told_where_there_are_some_and_nothing_breaks_over_lines(
    amount: str, language: str, words: str
) -> None:
    assert euros(Decimal(amount), language) == words.replace(" ", "\N{NO-BREAK SPACE}")
