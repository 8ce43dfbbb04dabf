"""One DMN file while it is read: the names it declares, what was compiled, and the findings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine import feel
from engine.dmn.types import Types
from engine.errors import FeelError, Finding
from engine.feel import Expression, UnaryTests
from engine.said import Said, say

Compiled = TypeVar("Compiled", Expression, UnaryTests)


@dataclass(slots=True)
class Reading:
    """One file while it is read: the names that FEEL may meet, what was compiled, and the findings."""

    file: str
    types: Types = field(default_factory=lambda: Types({}))
    names: frozenset[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    expressions: list[tuple[Expression | UnaryTests, str, int | None, frozenset[str]]] = field(default_factory=list)
    local: frozenset[str] = frozenset()

    def error(self, rule: str, message: Said, element: Any) -> None:
        """Add an error at an element of the file."""
        self.findings.append(
            Finding(rule, "error", message, self.file, element.get("id") or element.get("name"), element.sourceline)
        )

    def warning(self, rule: str, message: Said, element: Any) -> None:
        """Add a warning at an element of the file."""
        self.findings.append(Finding(rule, "warning", message, self.file, element.get("id"), element.sourceline))

    def expression(self, source: str, place: str, element: Any) -> Expression | None:
        """Compile an expression; a problem becomes a finding that names the place."""
        return self._compiled(feel.compile, source, place, element)

    def tests(self, source: str, place: str, element: Any) -> UnaryTests | None:
        """Compile the unary tests of a cell; a problem becomes a finding that names the place."""
        return self._compiled(feel.compile_unary, source, place, element)

    def _compiled(self, compiler: Callable[..., Compiled], source: str, place: str, element: Any) -> Compiled | None:
        try:
            made = compiler(source, self.names | self.local, self.types.by_name, misuse=True)
        except FeelError as error:
            self.error("decision-feel", say("{place}: {reason}", place=place, reason=error.said), element)
            return None
        for misuse in made.misuses:
            self.error("decision-feel", say("{place}: {reason}", place=place, reason=misuse.said), element)
        self.expressions.append((made, place, element.sourceline, self.local))
        return made
