"""Calling functions: those of the expression, those that the caller hands in, and the built-in ones, in this order.

Only a function value takes part in the search: a form field called `count` or `today` never hides a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature

from engine.errors import FeelError, LimitError
from engine.feel import limits
from engine.feel.functions import BUILTINS
from engine.feel.scope import Code, Scope
from engine.feel.types import converted
from engine.feel.values import Function, Value, normal
from engine.said import Said, say


def call_value(function: Code, arguments: Sequence[Code], keys: tuple[str, ...]) -> Code:
    """Call what an expression gives, when that is a function value; anything else gives null."""

    def call(scope: Scope) -> Value:
        found = function(scope)
        values = tuple(argument(scope) for argument in arguments)
        return invoke(scope, found, values, keys) if isinstance(found, Function) else None

    return call


def call_by_name(name: str, arguments: Sequence[Code], keys: tuple[str, ...]) -> Code:
    """Call a function by its name; a wrong number of arguments of a built-in one is refused here, once."""
    builtin = BUILTINS.get(name)
    answer = None if builtin is None else builtin.prepared(len(arguments), keys)
    only = arguments[0] if len(arguments) == 1 else None

    def call(scope: Scope) -> Value:
        values = (only(scope),) if only is not None else tuple([argument(scope) for argument in arguments])
        own = scope.function(name)
        if own is not None:
            return invoke(scope, own, values, keys)
        scope.weigh(values)
        host = scope.functions.get(name) if scope.functions else None
        if host is not None:
            if keys:
                raise FeelError(say("{name}() takes no named arguments", name=name))
            return normal(_hosted(name, host, values))
        if answer is None:
            raise FeelError(say("there is no function {name!r}", name=name))
        result = answer(values)
        if isinstance(result, str):
            return limits.check_string(result)
        if isinstance(result, tuple):
            limits.check_list(len(result))
            scope.weigh(result)
        return result

    return call


def _hosted(name: str, host: Callable[..., object], values: tuple[Value, ...]) -> object:
    """Call a function of the engine; raises FeelError when it does not take so many arguments."""
    try:
        return host(*values)
    except TypeError:
        try:
            signature(host).bind(*values)
        except TypeError as error:
            raise FeelError(
                say(
                    "{name}() is called with {count} arguments: {reason}",
                    name=name,
                    count=len(values),
                    reason=str(error),
                )
            ) from None
        raise


def misuse_of(name: str, count: int, keys: tuple[str, ...]) -> Said | None:
    """Say that a built-in function does not take so many arguments or none of these names; None when it does."""
    builtin = BUILTINS.get(name)
    if builtin is not None and not builtin.accepts(count, keys):
        given = say("named {names}", names=", ".join(keys)) if keys else count
        return say(
            "{name}() is called with arguments {given}; expected {usage}", name=name, given=given, usage=builtin.usage
        )
    return None


def invoke(scope: Scope, function: Function, values: tuple[Value, ...], keys: tuple[str, ...] = ()) -> Value:
    """Call a function value with arguments in order or by name; null when they do not fit; raises LimitError."""
    if keys:
        given = dict(zip(keys, values, strict=True))
        if set(given) != set(function.parameters):
            return None
        values = tuple(given[name] for name in function.parameters)
    if len(values) != len(function.parameters):
        return None
    if function.types:
        values = tuple([converted(value, wanted) for value, wanted in zip(values, function.types, strict=True)])
    root = scope.root
    scope.spend(1)
    root.calls += 1
    try:
        if root.calls > limits.CALLS:
            raise LimitError(f"functions call each other more than {limits.CALLS} deep")
        found = function.body(values)
        return found if function.result is None else converted(found, function.result)
    finally:
        root.calls -= 1
