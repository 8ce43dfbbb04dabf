"""A field of a form as the rest of the house sees it: its words, its options, its conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from marshmallow import ValidationError

from forms.codes import Code
from forms.kinds import Value

Condition = Callable[[Mapping[str, object]], object]


def reads_case(condition: Condition | None) -> bool:
    """Does the expression read the case data (`data.…`)? Known only of compilers that tell their paths."""
    return any(str(path).split(".")[0] == "data" for path in getattr(condition, "paths", ()))


@dataclass(frozen=True, slots=True)
class Told:
    """One row of what an info text shows of the case: its name by language, FEEL over the case data, and its kind."""

    titles: Mapping[str, str]
    value: Value
    source: Condition

    def show(self, context: Mapping[str, object], language: str) -> tuple[str, str] | None:
        """(name, value in words); None when the case has no such value."""
        found = self.source(context)
        try:
            text = "" if found is None else self.value.show(self.value.read(found), language)
        except ValidationError:
            return None  # not a value of the row's kind: nothing is better than something wrong
        return (self.titles.get(language) or self.titles["fi"], text) if text else None


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its texts by language, its kind, its secrecy (380/114 §) and when it is shown and asked."""

    name: str
    kind: str
    titles: Mapping[str, str]
    hints: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    secrecy: str = "ordinary"
    category: str = ""
    basis: str = ""
    doubt: Mapping[str, str] = field(default_factory=dict)
    codes: tuple[Code, ...] = ()
    code_list: str = ""
    fields: tuple[Field, ...] = ()
    fewest: int = 0
    most: int = 0
    longest: int = 0
    value: Value | None = None
    visible_if: Condition | None = None
    required_if: Condition | None = None
    default: Condition | None = None
    told: tuple[Told, ...] = ()

    def title(self, language: str) -> str:
        """The label in fi, sv or en; Finnish for any other language."""
        return self.titles.get(language) or self.titles["fi"]

    def hint(self, language: str) -> str:
        """The hint under the label, empty when there is none."""
        return self.hints.get(language) or self.hints.get("fi", "")

    def options(self, language: str, on: date | None = None) -> tuple[tuple[str, str], ...]:
        """(code, name) of each option in force on that day (every option without a day), in the order of the file."""
        return tuple((code.code, code.name(language)) for code in self.codes if code.in_force(on))

    def visible(self, context: Mapping[str, object]) -> bool:
        """Is the field shown? Unknown (null) counts as no."""
        return self.visible_if is None or self.visible_if(context) is True

    def required_now(self, context: Mapping[str, object]) -> bool:
        """Must the field be answered with these other answers?"""
        return self.required or (self.required_if is not None and self.required_if(context) is True)

    def tell(self, data: Mapping[str, object], on: date, language: str) -> tuple[tuple[str, str], ...]:
        """What an info text shows of the case: (name, value) of each row that has a value."""
        context = {**data, "data": data, "today": on}
        return tuple(row for each in self.told if (row := each.show(context, language)) is not None)

    @property
    def feel(self) -> str:
        """The type that FEEL sees: string, number, boolean, date, datetime or list."""
        return self.value.feel if self.value else "list"

    @property
    def example(self) -> str:
        """What an answer looks like, for hints and previews."""
        return self.value.example if self.value else ""

    def sample(self) -> object:
        """An answer that the field takes, as stored JSON; None for a file or rows, which nobody can make up."""
        if self.codes:
            return [self.codes[0].code] if self.kind == "many" else self.codes[0].code
        if self.value is None or self.kind in ("file", "group"):
            return None
        try:
            found: object = self.value.store(self.value.read(self.example))
        except ValidationError:
            return None  # its limits leave the usual example out
        return found

    def format(self, value: object, language: str) -> str:
        """A stored or typed value in words, as the page and the print show it; rows of a group one per line."""
        if value is None or value == "":
            return ""
        if self.value is not None and self.kind != "group":
            return self.value.show(value, language)
        rows = value if isinstance(value, list | tuple) else [value]
        return "\n".join(self._row(row, language) for row in rows if isinstance(row, Mapping))

    def _row(self, row: Mapping[str, object], language: str) -> str:
        shown = ((part.title(language), part.format(row.get(part.name), language)) for part in self.fields)
        return "; ".join(f"{title}: {text}" for title, text in shown if text)
