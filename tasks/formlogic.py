"""The expressions of forms: FEEL with our own functions, of the case whose data the form reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import FeelError
from engine.feel import Expression
from engine.feel import compile as feel
from engine.feel.functions import BUILTINS
from engine.functions import NAMES, plain_functions
from engine.said import say

_PLAIN = plain_functions()


@dataclass(frozen=True, slots=True)
class FormExpression:
    """A compiled expression of a form: call it with {"data": case data, …}.

    Functions that need the case (`parameter`, `deadline`) come with its data (engine.scope.View); where a form stands
    before there is a case, only those of dates are there.
    """

    expression: Expression
    of_case: bool

    @property
    def paths(self) -> tuple[str, ...]:
        """The dotted paths that it reads."""
        return self.expression.paths

    def __call__(self, context: Mapping[str, Any]) -> Any:
        found = getattr(context.get("data"), "functions", None) if self.of_case else None
        return self.expression(context, found or _PLAIN)


def compile_form(source: str) -> FormExpression:
    """Compile an expression of a form; FeelError, also for a function that nobody has."""
    expression = feel(source)
    own = {name for name, _ in expression.calls} - set(BUILTINS)
    if unknown := sorted(own - NAMES):
        raise FeelError(say("there is no function {name!r}", name=unknown[0]))
    return FormExpression(expression, bool(own - set(_PLAIN)))


class Around(Mapping[str, Any]):
    """The case data around a form, read when one of its conditions asks for it: most forms never do."""

    def __init__(self, read: Callable[[], Mapping[str, Any]]) -> None:
        self._read = read
        self._data: Mapping[str, Any] | None = None

    def _loaded(self) -> Mapping[str, Any]:
        if self._data is None:
            self._data = self._read()
        return self._data

    def __getitem__(self, name: str) -> Any:
        return self._loaded()[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a name, or the default."""
        return self._loaded().get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded())

    def __len__(self) -> int:
        return len(self._loaded())

    def __bool__(self) -> bool:
        return True

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]:
        """The functions of the case, for the expressions that call one (tasks.formlogic)."""
        found: Mapping[str, Callable[..., Any]] = getattr(self._loaded(), "functions", {})
        return found
