"""What can go wrong in the engine, and the findings that say where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.said import LONGEST, Said, say


def clipped(message: str) -> str:
    """A message of a length that can be read, whatever value it shows."""
    return message if len(message) <= LONGEST else message[:LONGEST] + " …"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found: the rule, where it is, and a sentence with the value and what was expected."""

    rule: str
    severity: str
    message: Said
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

    @property
    def said(self) -> Said:
        """Its sentence; that of an error which only operators meet is known in English alone."""
        return say("{reason}", reason=str(self))


class BundleError(EngineError):
    """A process folder cannot be used: its findings say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        said: list[str] = [f"{f.file}: {f.message}" if f.file else f.message for f in self.findings[:5]]
        super().__init__("; ".join(said) or "unusable process folder")


class ToldError(EngineError):
    """A person is told of it in their own language."""

    def __init__(self, said: Said) -> None:
        self._said = said
        super().__init__(said)

    @property
    def said(self) -> Said:
        """Its sentence."""
        return self._said


class CitationError(ToldError):
    """A section of law is cited in a form that cannot be read."""


class UncaughtError(EngineError):
    """An error was thrown that nothing in the case catches."""

    def __init__(self, element: str, code: str) -> None:
        self.code = code
        super().__init__(f"{element}: nothing catches the error {code!r}")


class XmlError(ToldError):
    """An XML file is broken, hostile or too large."""

    def __init__(self, said: Said, *, line: int | None = None, element: str | None = None) -> None:
        self.line = line
        self.element = element
        super().__init__(said)


class TimerError(ToldError):
    """A timer cannot be read, or does not give a moment."""


class RedrawError(ToldError):
    """A change to a stored drawing cannot be made; the drawing is left as it was."""


class AmendError(ToldError):
    """A change to a stored TOML or JSON file cannot be made; the file is left as it was."""


class FeelError(ToldError):
    """An expression cannot be read or evaluated."""

    def __init__(self, message: Said, *, source: str = "", position: int | None = None) -> None:
        self.message = message
        self.source = source
        self.position = position
        super().__init__(self._placed())

    def _placed(self) -> Said:
        """The sentence with its place: the character of a line, or line and column with the text of that line."""
        if self.position is None or not self.source:
            return self.message
        if "\n" not in self.source:
            return say(
                "{message} at character {at} of {source!r}",
                message=self.message, at=self.position + 1, source=self.source,
            )  # fmt: skip
        before = self.source[: self.position].split("\n")
        text = self.source.split("\n")[len(before) - 1]
        return say(
            "{message} at line {line}, column {column}: {text!r}",
            message=self.message, line=len(before), column=len(before[-1]) + 1, text=text.strip(),
        )  # fmt: skip


class DecisionError(ToldError):
    """A decision table cannot be read or gives no usable result."""


class UnusableError(DecisionError):
    """A decision cannot be read at all, or what is given for an input cannot be read as its type."""


class DeadlineError(ToldError):
    """A deadline rule or its facts do not give a date."""


class StepError(EngineError):
    """The step is not open: it was completed, withdrawn or never there."""


class MappingError(EngineError):
    """An element that a case is to be moved from or to is not in that version."""


class LimitError(EngineError):
    """The work would not end: a limit on steps, size or depth was passed."""
