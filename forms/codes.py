"""Code lists (workflows/codes/<list>.toml): codes with names in each language and the dates they are in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms.errors import DefinitionFinding, FormDefinitionError
from forms.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list, or one option of a field: its value, its names, and from and to which day it is in force."""

    code: str
    names: Mapping[str, str]
    from_on: date | None = None
    to_on: date | None = None

    def name(self, language: str) -> str:
        """The name in a language; Finnish when the language has none."""
        return self.names.get(language) or self.names["fi"]

    def in_force(self, on: date | None) -> bool:
        """Is the code in force on that day? Without a day every code is."""
        if on is None:
            return True
        return (self.from_on is None or self.from_on <= on) and (self.to_on is None or on <= self.to_on)


@dataclass(frozen=True, slots=True)
class Codes:
    """A whole code list in the order of its file."""

    name: str
    rows: tuple[Code, ...]

    @classmethod
    def read(cls, definition: Mapping[str, object], *, name: str, file: str) -> Codes:
        """Read a parsed TOML list: `[[codes]]` tables with code, name {fi, sv, en}, from, to.

        Raises FormDefinitionError with every fault: a missing name, a repeated code, dates the wrong way round.
        """
        tables = definition.get("codes")
        if not isinstance(tables, list) or not tables:
            raise FormDefinitionError([DefinitionFinding(file, "/codes", repr(tables), "a list of [[codes]] tables")])
        findings: list[DefinitionFinding] = []
        rows: list[Code] = []
        for index, table in enumerate(tables):
            row = _row(table, f"/codes/{index}", file, findings)
            if row is None:
                continue
            if any(row.code == other.code and _overlap(row, other) for other in rows):
                findings.append(
                    DefinitionFinding(file, f"/codes/{index}/code", repr(row.code), "each code once at a time")
                )
            rows.append(row)
        if findings:
            raise FormDefinitionError(findings)
        return cls(name, tuple(rows))


def _overlap(one: Code, other: Code) -> bool:
    return (one.from_on or date.min) <= (other.to_on or date.max) and (other.from_on or date.min) <= (
        one.to_on or date.max
    )


def _row(table: object, pointer: str, file: str, findings: list[DefinitionFinding]) -> Code | None:
    if not isinstance(table, Mapping) or not isinstance(table.get("code"), str) or not table["code"]:
        findings.append(DefinitionFinding(file, pointer, repr(table)[:80], 'a table with code = "…"'))
        return None
    names = table.get("name")
    names = names if isinstance(names, Mapping) else {}
    for language in LANGUAGES:
        if not isinstance(names.get(language), str) or not names[language].strip():
            findings.append(DefinitionFinding(file, f"{pointer}/name/{language}", repr(names.get(language)), "a name"))
            return None
    from_on, to_on = table.get("from"), table.get("to")
    if not _days(from_on, to_on):
        findings.append(DefinitionFinding(file, pointer, f"from {from_on!r}, to {to_on!r}", "dates, from before to"))
        return None
    return Code(table["code"], dict(names), from_on, to_on)


def _days(from_on: object, to_on: object) -> bool:
    """Are both days or nothing, and the right way round?"""
    for day in (from_on, to_on):
        if day is not None and (not isinstance(day, date) or isinstance(day, datetime)):
            return False
    return not (isinstance(from_on, date) and isinstance(to_on, date) and from_on > to_on)
