"""What an expression sees while it runs: its names, its functions and how much work it has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.errors import LimitError
from engine.feel import limits
from engine.feel.values import PLAIN, SIMPLE, Function, Value, normal

Host = Mapping[str, Callable[..., object]]
Code = Callable[["Scope"], Value]
MISSING = object()


class Scope:
    """A frame of names inside an outer one; the outermost counts the work of the whole evaluation."""

    __slots__ = ("calls", "functions", "left", "names", "outer", "root")

    def __init__(self, names: Mapping[str, object], functions: Host | None, outer: Scope | None = None) -> None:
        self.names = names
        self.functions = functions
        self.outer = outer
        if outer is None:
            self.root = self
            self.left = limits.STEPS
            self.calls = 0
        else:
            self.root = outer.root

    def inside(self, names: Mapping[str, object]) -> Scope:
        """Make a frame inside this one."""
        return Scope(names, self.functions, self)

    def spend(self, steps: int) -> None:
        """Count steps of work; raises LimitError when the evaluation has used them up."""
        root = self.root
        root.left -= steps
        if root.left < 0:
            raise LimitError(f"the expression takes more than {limits.STEPS} steps")

    def take(self, value: object) -> Value:
        """Make a FEEL value of what a context holds, counting the items of a list."""
        if isinstance(value, (list, tuple)):
            self.spend(len(value))
        return normal(value)

    def weigh(self, value: Value) -> Value:
        """Count everything inside a value that was made or is compared: nesting cannot multiply; gives it back."""
        root = self.root
        left = root.left
        if type(value) is tuple:  # arguments: plain values as a rule
            light = left - 1
            for one in value:
                if type(one) is str:
                    light -= 1 + len(one) // 100
                elif one is None or type(one) in SIMPLE:
                    light -= 1
                else:
                    break
            else:
                if light >= 0:
                    root.left = light
                    return value
        waiting: list[object] = [value]
        while waiting:
            part = waiting.pop()
            left -= 1 + len(part) // 100 if isinstance(part, str) else 1
            if part is None or type(part) in SIMPLE:
                pass
            elif isinstance(part, (list, tuple)):
                waiting.extend(part)
            elif isinstance(part, Mapping):
                waiting.extend(part.values())
            if left < 0:
                break
        self.spend(self.root.left - left)
        return value

    def find(self, name: str) -> Value:
        """Give the value of a name, from the innermost frame that has it; null when none has."""
        frame: Scope | None = self
        while frame is not None:
            value = frame.names.get(name, MISSING)
            if value is not MISSING:
                return value if type(value) in PLAIN else self.take(value)  # type: ignore[return-value]
            frame = frame.outer
        return None

    def function(self, name: str) -> Function | None:
        """Give the function value of a name; other values, such as a form field, never hide a function."""
        frame: Scope | None = self
        while frame is not None:
            value = frame.names.get(name)
            if type(value) is Function:
                return value
            frame = frame.outer
        return None
