"""What can go wrong in the engine, and the findings that say where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LONGEST = 600


def clipped(message: str) -> str:
    """A message of a length that can be read, whatever value it shows."""
    return message if len(message) <= _LONGEST else message[:_LONGEST] + " …"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: the rule, where it is, and a sentence with the value and what was expected."""

    rule: str
    severity: str
    message: str
    file: str = ""
    element: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One change that the normaliser made to a diagram before running it."""

    element: str
    message: str


class EngineError(Exception):
    """The engine refused what it was asked to do."""


class BundleError(EngineError):
    """A process folder cannot be used: its findings say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        said = [f"{f.file}: {f.message}" if f.file else f.message for f in self.findings[:5]]
        super().__init__("; ".join(said) or "unusable process folder")


class CitationError(EngineError):
    """A section of law is cited in a form that cannot be read."""


class UncaughtError(EngineError):
    """An error was thrown that nothing in the case catches."""

    def __init__(self, element: str, code: str) -> None:
        self.code = code
        super().__init__(f"{element}: nothing catches the error {code!r}")


class XmlError(EngineError):
    """An XML file is broken, hostile or too large."""

    def __init__(self, message: str, *, line: int | None = None, element: str | None = None) -> None:
        self.line = line
        self.element = element
        super().__init__(message)


class RedrawError(EngineError):
    """A change to a stored drawing cannot be made; the drawing is left as it was."""


class FeelError(EngineError):
    """An expression cannot be read or evaluated."""

    def __init__(self, message: str, *, source: str = "", position: int | None = None) -> None:
        self.message = message
        self.source = source
        self.position = position
        super().__init__(f"{message}{self._where()}")

    def _where(self) -> str:
        """Name the place: the character of a line, or line and column with the text of that line."""
        if self.position is None or not self.source:
            return ""
        if "\n" not in self.source:
            return f" at character {self.position + 1} of {self.source!r}"
        before = self.source[: self.position].split("\n")
        text = self.source.split("\n")[len(before) - 1]
        return f" at line {len(before)}, column {len(before[-1]) + 1}: {text.strip()!r}"


class DecisionError(EngineError):
    """A decision table cannot be read or gives no usable result."""


class UnusableError(DecisionError):
    """A decision cannot be read at all, or what is given for an input cannot be read as its type."""


class DeadlineError(EngineError):
    """A deadline rule or its facts do not give a date."""


class StepError(EngineError):
    """The step is not open: it was completed, withdrawn or never there."""


class MappingError(EngineError):
    """An element that a case is to be moved from or to is not in that version."""


class LimitError(EngineError):
    """The work would not end: a limit on steps, size or depth was passed."""
