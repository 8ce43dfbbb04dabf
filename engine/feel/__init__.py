"""FEEL (DMN 1.5), the only language that is ever evaluated: compiled once to closures, bounded, no attribute access.

`compile` and `compile_unary` give callables; values are None, bool, Decimal, str, date, datetime, time, timedelta,
Months, Range, tuple and Mapping. Errors: FeelError (cannot be read or called so), LimitError (would take too much).
"""

from __future__ import annotations

from engine.feel.calls import invoke as call
from engine.feel.expression import Calls, Expression, UnaryTests, compile_unary
from engine.feel.expression import compile_expression as compile
from engine.feel.functions import BUILTINS
from engine.feel.functions.conversion import text
from engine.feel.json import Json, from_json, to_json
from engine.feel.outline import constants
from engine.feel.scope import Host, Scope
from engine.feel.temporal import parse_duration
from engine.feel.types import Type, converted, is_instance
from engine.feel.values import Function, Months, Range, Value, equal, kind, less, normal, settled

FUNCTION_NAMES = frozenset(BUILTINS)

__all__ = [
    "FUNCTION_NAMES",
    "Calls",
    "Expression",
    "Function",
    "Host",
    "Json",
    "Months",
    "Range",
    "Scope",
    "Type",
    "UnaryTests",
    "Value",
    "call",
    "compile",
    "compile_unary",
    "constants",
    "converted",
    "equal",
    "from_json",
    "is_instance",
    "kind",
    "less",
    "normal",
    "parse_duration",
    "settled",
    "text",
    "to_json",
]
