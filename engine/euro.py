"""Euros in words: "1 260 euroa", "37,21 euroa", in Swedish "1 260 euro": in letters and in texts made for them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

NBSP = "\N{NO-BREAK SPACE}"
_CENT = Decimal("0.01")
_NAMES = {"fi": ("euro", "euroa"), "sv": ("euro", "euro")}


def euros(amount: Decimal, language: str) -> str:
    """An amount with its unit; cents only where there are some, no-break spaces in between."""
    exact = amount.quantize(_CENT, ROUND_HALF_UP)
    whole = exact == exact.to_integral_value()
    number = f"{abs(exact):,.{0 if whole else 2}f}".replace(",", NBSP).replace(".", ",")
    sign = "\N{MINUS SIGN}" if exact < 0 else ""
    one, many = _NAMES.get(language, ("EUR", "EUR"))
    return f"{sign}{number}{NBSP}{one if abs(exact) == 1 else many}"
