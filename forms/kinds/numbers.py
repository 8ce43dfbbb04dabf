"""Whole numbers, decimals and euros as people in Finland type them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from forms.kinds.text import NBSP, SPACES, Value, refuse

LONGEST_NUMBER = 40  # characters; int() and Decimal() on more would be work for an attacker


class Integer(Value):
    """A whole number; thousands may be grouped with spaces."""

    kind = "integer"
    json_types: ClassVar[tuple[str, ...]] = ("integer",)
    feel = "number"
    example = "12"

    def __init__(self, minimum: Decimal | None = None, maximum: Decimal | None = None) -> None:
        super().__init__()
        self.minimum = minimum
        self.maximum = maximum

    def read(self, value: Any) -> Any:
        number = _decimal(value, self.kind)
        if number != number.to_integral_value():
            refuse(self.kind)
        self.within(number)
        return int(number)

    def within(self, number: Decimal) -> None:
        """Refuse a number outside the field's limits."""
        if self.minimum is not None and number < self.minimum:
            refuse("too_small", limit=self.show(self.minimum, "fi"))
        if self.maximum is not None and number > self.maximum:
            refuse("too_large", limit=self.show(self.maximum, "fi"))

    def show(self, value: Any, language: str) -> str:
        return _grouped(Decimal(value))


class Number(Integer):
    """A decimal number: "37,5", "37.5", a JSON number; stored as a decimal string, never a binary float."""

    kind = "number"
    json_types = ("number", "string")
    example = "37,5"
    places: ClassVar[int] = 6
    too_fine: ClassVar[str] = "number"
    """the code of a number with more decimals than `places`"""

    def read(self, value: Any) -> Any:
        number = _decimal(value, self.kind)
        if int(number.as_tuple().exponent) < -self.places:
            number = number.normalize()
            if int(number.as_tuple().exponent) < -self.places:
                refuse(self.too_fine)
        self.within(number)
        return number

    def store(self, value: Any) -> Any:
        return format(value, "f")


class Money(Number):
    """Euros with at most two decimals: "1 260,00", "1260.00", "1 260 €"."""

    kind = "money"
    example = "1 260,00"
    places = 2
    too_fine = "cents"

    def read(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.strip().removesuffix("€")
        amount: Decimal = super().read(value)
        return amount.quantize(Decimal("0.01"))

    def show(self, value: Any, language: str) -> str:
        return _grouped(Decimal(value).quantize(Decimal("0.01"))) + f"{NBSP}€"


def _decimal(value: Any, code: str) -> Decimal:
    """A finite decimal of a typed text ("1 260,50"), a JSON number or a Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        refuse(code)
    text = str(value) if not isinstance(value, int) or abs(value) < 10**LONGEST_NUMBER else ""
    text = text.strip().translate(SPACES).replace("\u2212", "-")
    if "," in text:
        text = text.replace(",", ".", 1)
    if len(text) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?", text, re.ASCII):
        refuse(code)
    try:
        number = Decimal(text)
    except InvalidOperation:
        refuse(code)
    if abs(number) >= 10**18:
        refuse("too_large", limit="999 999 999 999 999 999")
    return number


def _grouped(number: Decimal) -> str:
    return f"{number:,f}".replace(",", NBSP).replace(".", ",").replace("-", "\u2212")
