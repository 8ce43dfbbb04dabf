"""Reading TOML with findings: a table that knows its file and says what was found and what was expected."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from engine import citation
from engine.errors import CitationError, Finding
from engine.said import Said, say

LANGUAGES = ("fi", "sv", "en")
LONGEST_LINE = 10_000
"""bytes: a key of thousands of dots would keep the reader busy for a minute"""


class Findings(list[Finding]):
    """The findings of one file, collected while it is read."""

    def __init__(self, file: str, text: str = "") -> None:
        super().__init__()
        self.file = file
        self.text = text

    def error(self, rule: str, message: Said, element: str | None = None) -> None:
        """Add an error at the table `element`, with the line of its header when it can be found."""
        self.append(Finding(rule, "error", message, self.file, element, self._line(element)))

    def warning(self, rule: str, message: Said, element: str | None = None) -> None:
        """Add a warning; it does not block publishing."""
        self.append(Finding(rule, "warning", message, self.file, element, self._line(element)))

    def _line(self, element: str | None) -> int | None:
        if not element:
            return None
        for key in (element, element.split(".")[0]):
            match = re.search(rf"^\[+{re.escape(key)}[\].]|^{re.escape(key)}\s*=", self.text, re.MULTILINE)
            if match:
                return self.text.count("\n", 0, match.start()) + 1
        return None


def parse(data: bytes, findings: Findings) -> dict[str, Any]:
    """Parse TOML bytes; a syntax error becomes a finding and the result is empty."""
    longest = max(map(len, data.splitlines()), default=0)
    if longest > LONGEST_LINE:
        findings.error(
            "toml-syntax", say("a line of {longest} bytes, at most {most} are read", longest=longest, most=LONGEST_LINE)
        )
        return {}
    try:
        findings.text = data.decode("utf-8")
        return tomllib.loads(findings.text)
    except UnicodeDecodeError as error:
        findings.error(
            "toml-encoding",
            say("the file is not UTF-8: byte {start} is {data:#04x}", start=error.start, data=data[error.start]),
        )
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        findings.append(
            Finding(
                "toml-syntax",
                "error",
                say("not TOML: {reason}", reason=str(error)),
                findings.file,
                None,
                int(line[1]) if line else None,
            )
        )
    except (RecursionError, ValueError):
        findings.error("toml-syntax", say("not TOML: nested too deeply, or a number too long"))
    return {}


class Table:
    """One TOML table: typed access that records a finding for every wrong or unknown value."""

    def __init__(self, values: object, findings: Findings, where: str) -> None:
        self.findings = findings
        self.where = where
        self.seen: set[str] = set()
        if isinstance(values, Mapping):
            self.values: Mapping[str, Any] = values
        else:
            findings.error(
                "toml-type", say("{where} is {values!r}, expected a table", where=where, values=values), where
            )
            self.values = {}

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = None, *, required: bool = False) -> Any:
        """The value of `key` when it has the kind; otherwise the default and, when wrong, a finding."""
        self.seen.add(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.findings.error(
                    "toml-missing", say("{where} has no '{key}'", where=self.where, key=key), self.where
                )
            return default
        wrong_bool = isinstance(value, bool) and kind is not bool and not (isinstance(kind, tuple) and bool in kind)
        if not isinstance(value, kind) or wrong_bool:
            names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
            self.findings.error(
                "toml-type",
                say(
                    "{where}.{key} is {value!r}, expected {names}", where=self.where, key=key, value=value, names=names
                ),
                self.where,
            )
            return default
        return value

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A string."""
        value: str = self.get(key, str, default, required=required)
        return value

    def choice(self, key: str, allowed: Iterable[str], default: str | None = None) -> str:
        """A string from a closed list; required when there is no default."""
        options = tuple(allowed)
        value = self.text(key, default or options[0], required=default is None)
        if value not in options:
            message = say(
                "{where}.{key} is {value!r}, expected one of {names}",
                where=self.where, key=key, value=value, names=", ".join(options),
            )  # fmt: skip
            self.findings.error("toml-choice", message, self.where)
            return default or options[0]
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """A boolean."""
        return bool(self.get(key, bool, default))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self.get(key, list, [])
        if not all(isinstance(item, str) for item in value):
            self.findings.error(
                "toml-type",
                say("{where}.{key} is {value!r}, expected a list of strings", where=self.where, key=key, value=value),
                self.where,
            )
            return ()
        return tuple(value)

    def day(self, key: str, *, required: bool = False) -> datetime.date | None:
        """A date without a time."""
        value = self.get(key, datetime.date, required=required)
        if isinstance(value, datetime.datetime):
            self.findings.error(
                "toml-type",
                say(
                    "{where}.{key} is {value!r}, expected a date without a time", where=self.where, key=key, value=value
                ),
                self.where,
            )
            return None
        return value if isinstance(value, datetime.date) else None

    def names(self, key: str, *, required: bool = True) -> dict[str, str]:
        """Texts in Finnish, Swedish and English."""
        value = self.get(key, dict, {}, required=required)
        if value or required:
            for language in LANGUAGES:
                if not isinstance(value.get(language), str) or not value[language].strip():
                    self.findings.error(
                        "text-missing",
                        say("{where}.{key} has no text in '{language}'", where=self.where, key=key, language=language),
                        self.where,
                    )
        return {language: text for language, text in value.items() if isinstance(text, str)}

    def remark(self, key: str) -> dict[str, str]:
        """What is said about a value, by language; a text alone is Finnish, and lacks the other languages."""
        value = self.get(key, (str, dict), {})
        texts = {"fi": value} if isinstance(value, str) and value else value or {}
        told = {language: text for language, text in texts.items() if isinstance(text, str) and text.strip()}
        missing = [f"{key}.{language}" for language in LANGUAGES if texts and language not in told]
        if missing:
            message = say(
                "{where}.{key} is not told in every language; give {names}",
                where=self.where, key=key, names=" and ".join(missing),
            )  # fmt: skip
            self.findings.warning(f"{key}-language", message, self.where)
        return told

    def citation(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A section of law in the Finnish form, which engine.citation writes in the other languages."""
        value = self.text(key, default, required=required)
        if value and key in self.values:
            self.cited(value, key)
        return value

    def cited(self, value: str, key: str) -> None:
        """Report a section of law under `key` that cannot be read."""
        try:
            citation.read(value)
        except CitationError as error:
            self.findings.error(
                "citation", say("{where}.{key}: {reason}", where=self.where, key=key, reason=error.said), self.where
            )

    def source(self, key: str = "source", *, required: bool = False) -> dict[str, str]:
        """Where a value comes from, by language: a section of law in the Finnish form, or a text in each language."""
        if isinstance(self.values.get(key), dict):
            return self.names(key, required=required)
        value = self.citation(key, required=required)
        return {language: citation.write(value, language) for language in LANGUAGES} if value else {}

    def table(self, key: str) -> Table:
        """A sub-table; empty when absent."""
        return Table(self.get(key, dict, {}), self.findings, f"{self.where}.{key}" if self.where else key)

    def tables(self, key: str) -> list[Table]:
        """An array of tables."""
        rows = self.get(key, list, [])
        return [Table(row, self.findings, f"{self.where}.{key}[{i + 1}]") for i, row in enumerate(rows)]

    def named(self, key: str) -> dict[str, Table]:
        """A table of tables, by name."""
        value = self.get(key, dict, {})
        return {name: Table(row, self.findings, f"{key}.{name}") for name, row in value.items()}

    def finish(self) -> None:
        """Report the keys that nobody asked for: a misspelt key must not be silently ignored."""
        for key in self.values:
            if key not in self.seen:
                self.findings.error(
                    "toml-unknown",
                    say("{where} has an unknown key '{key}'", where=self.where or say("the file"), key=key),
                    self.where or key,
                )
