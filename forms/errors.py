"""What can be wrong with an answer, and with a form file itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forms.texts import sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """What a field kind says about one value: a code of forms.texts and the numbers or names of its sentence."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong answer: where (JSON pointer), what was expected, and the value as it was typed."""

    pointer: str
    code: str
    params: Mapping[str, object] = field(default_factory=dict)
    # never in logs: the value may be an identity code or a diagnosis
    value: object = field(default=None, repr=False)

    def message(self, language: str) -> str:
        """Say in fi, sv or en what was expected; never repeats the value."""
        return sentence(self.code, self.params, language)


class FormError(Exception):
    """The answers are not what the form asks for; `errors` says where and what was expected."""

    def __init__(self, errors: Sequence[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__("; ".join(f"{e.pointer or '/'}: {e.message('en')}" for e in self.errors))


@dataclass(frozen=True, slots=True)
class DefinitionFinding:
    """One fault of a form file: the file, the JSON pointer, what stands there and what was expected."""

    file: str
    pointer: str
    found: str
    """as it stands there; empty for nothing"""
    expected: str
    """a sentence with names in braces; `values` stand for them, one by language where it is a word"""
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The finding as one sentence."""
        values = {name: value["en"] if isinstance(value, Mapping) else value for name, value in self.values.items()}
        found, expected = self.found or "nothing", self.expected.format_map(values)
        return f"{self.pointer or '/'}: found {found}, expected {expected}"


class FormDefinitionError(Exception):
    """A form file cannot be used; `findings` lists every fault."""

    def __init__(self, findings: Sequence[DefinitionFinding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(f"{f.file}{f.message}" for f in self.findings[:5]))
