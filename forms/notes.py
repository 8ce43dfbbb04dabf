"""Reading JSON that a person wrote: every fault is noted with its place, what stands there and what was expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from forms import vocabulary as words
from forms.errors import DefinitionFinding
from forms.fields import Condition
from forms.texts import LANGUAGES


class Notes:
    """The faults found so far in one file, and the readers that note them."""

    def __init__(self, file: str, compile: Callable[[str], Condition]) -> None:
        self.file = file
        self.compile = compile
        self.findings: list[DefinitionFinding] = []

    def fault(self, pointer: str, found: object, expected: str, **values: object) -> None:
        """Note one fault; `expected` has names in braces for the values, long found ones are cut."""
        shown = "" if found is None else repr(found)
        self.findings.append(DefinitionFinding(self.file, pointer, shown[:120], expected, values))

    def keys(self, table: Mapping[str, object], known: frozenset[str], pointer: str) -> None:
        """Every key must be known: a misspelt condition must not silently do nothing."""
        for key in table:
            if key not in known:
                self.fault(f"{pointer}/{key}", key, "one of {names}", names=", ".join(sorted(known)))

    def texts(self, table: Mapping[str, object], key: str, pointer: str, *, needed: bool = False) -> dict[str, str]:
        """The Finnish text under `key` and the others under x-i18n: all three or none."""
        finnish = table.get(key)
        if finnish is None and not needed:
            return {}
        if not isinstance(finnish, str) or not finnish.strip():
            self.fault(f"{pointer}/{key}", finnish, "a text in Finnish")
            return {"fi": ""}
        texts = {"fi": finnish}
        others = table.get("x-i18n")
        for language in LANGUAGES[1:]:
            other = others.get(language) if isinstance(others, Mapping) else None
            text = other.get(key) if isinstance(other, Mapping) else None
            if not isinstance(text, str) or not text.strip():
                self.fault(
                    f"{pointer}/x-i18n/{language}/{key}",
                    text,
                    "the text in {language}",
                    language=words.LANGUAGE_NAMES[language],
                )
                continue
            texts[language] = text
        return texts

    def limits(
        self, table: Mapping[str, object], low: str, high: str, pointer: str, most: int, default: int = 0
    ) -> tuple[int, int]:
        """Two whole-number limits, the lower one first; the upper one never above `most`."""
        lower, upper = table.get(low, 0), table.get(high, default or most)
        for key, value in ((low, lower), (high, upper)):
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
                self.fault(f"{pointer}/{key}", value, "a whole number from 0 to {most}", most=most)
                return 0, default or most
        if lower > upper:  # type: ignore[operator]  # both are numbers here
            self.fault(f"{pointer}/{low}", lower, "at most {high}, {upper}", high=high, upper=upper)
        return int(str(lower)), int(str(upper))

    def bound(self, table: Mapping[str, object], key: str, pointer: str) -> Decimal | None:
        """A limit of a number."""
        value = table.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault(f"{pointer}/{key}", value, "a number")
            return None
        return Decimal(str(value))

    def condition(self, table: Mapping[str, object], key: str, pointer: str) -> Condition | None:
        """A FEEL expression, compiled; a text that does not compile is a fault."""
        source = table.get(key)
        if source is None:
            return None
        if not isinstance(source, str):
            self.fault(f"{pointer}/{key}", source, "a FEEL expression as text")
            return None
        try:
            return self.compile(source)
        except Exception as error:  # the compiler is the caller's: its class is not known here
            self.fault(f"{pointer}/{key}", source, "a FEEL expression: {reason}", reason=error)
            return None
