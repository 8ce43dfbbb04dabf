"""Numbers (DMN 1.5, 10.3.4.5): rounding, remainders, roots."""

from __future__ import annotations

from datetime import timedelta
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)  # fmt: skip

from engine.feel.functions.builtin import builtin
from engine.feel.values import CONTEXT, Months, Value, finite

_SCALES = range(-6111, 6177)


def _rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal | None:
    digits = int(scale or 0)
    if digits not in _SCALES:
        return None
    context = CONTEXT.copy()
    context.rounding = mode
    result = number.quantize(Decimal(1).scaleb(-digits), context=context)
    if result.is_finite():
        return result
    return number  # more digits asked for than 34 can show: nothing to round


for _name, _mode in {
    "decimal": ROUND_HALF_EVEN,
    "floor": ROUND_FLOOR,
    "ceiling": ROUND_CEILING,
    "round up": ROUND_UP,
    "round down": ROUND_DOWN,
    "round half up": ROUND_HALF_UP,
    "round half down": ROUND_HALF_DOWN,
}.items():
    _optional = "?" if _name in ("floor", "ceiling") else ""

    def _round(n: Decimal, scale: Decimal | None = None, mode: str = _mode) -> Decimal | None:
        return _rounded(n, scale, mode)

    builtin(f"{_name}(n: number, scale{_optional}: number)")(_round)


@builtin("abs(n: any)")
def _abs(n: Value) -> Value:
    if isinstance(n, Months):
        return Months(abs(n.months))
    if isinstance(n, timedelta):
        return abs(n)
    return abs(n) if isinstance(n, Decimal) else None


@builtin("modulo(dividend: number, divisor: number)")
def _modulo(dividend: Decimal, divisor: Decimal) -> Value:
    if not divisor:
        return None
    quotient = CONTEXT.divide(dividend, divisor).to_integral_value(ROUND_FLOOR)
    return finite(CONTEXT.subtract(dividend, CONTEXT.multiply(divisor, quotient)))


@builtin("sqrt(number: number)")
def _sqrt(number: Decimal) -> Value:
    return finite(CONTEXT.sqrt(number)) if number >= 0 else None


@builtin("log(number: number)")
def _log(number: Decimal) -> Value:
    return finite(CONTEXT.ln(number)) if number > 0 else None


@builtin("exp(number: number)")
def _exp(number: Decimal) -> Value:
    return finite(CONTEXT.exp(number))


@builtin("odd(number: number)")
def _odd(number: Decimal) -> Value:
    return bool(number.remainder_near(Decimal(2))) if _whole(number) else None


@builtin("even(number: number)")
def _even(number: Decimal) -> Value:
    return not number.remainder_near(Decimal(2)) if _whole(number) else None


def _whole(number: Decimal) -> bool:
    return number == number.to_integral_value() and abs(number) < Decimal("1E+34")


@builtin("not(negand: any)")
def _not(negand: Value) -> Value:
    return not negand if isinstance(negand, bool) else None
