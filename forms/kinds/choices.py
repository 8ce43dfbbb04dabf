"""Yes or no, one of the options, many of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from forms.kinds.text import Value, refuse


class YesNo(Value):
    """A question answered yes or no; no answer is neither."""

    kind = "yes_no"
    json_types = ("boolean",)
    feel = "boolean"
    example = "true"
    words: ClassVar[dict[str, bool]] = {
        **dict.fromkeys(("true", "on", "1", "kyllä", "yes"), True),
        **dict.fromkeys(("false", "off", "0", "ei", "nej", "no"), False),
        "ja": True,
    }
    names: ClassVar[dict[str, tuple[str, str]]] = {"fi": ("Ei", "Kyllä"), "sv": ("Nej", "Ja"), "en": ("No", "Yes")}

    def read(self, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        answer = self.words.get(value.strip().lower()) if isinstance(value, str) else None
        if answer is None:
            refuse("yes_no")
        return answer

    def show(self, value: Any, language: str) -> str:
        return self.names.get(language, self.names["fi"])[bool(value)]


class Choice(Value):
    """One code of the field's options."""

    kind = "choice"

    def __init__(self, names: Mapping[str, Mapping[str, str]]) -> None:
        super().__init__()
        self.names = names

    def read(self, value: Any) -> Any:
        code = value.strip() if isinstance(value, str) else value
        if not isinstance(code, str) or code not in self.names:
            refuse("choice", options=list(self.names.values())[:12])
        return code

    def show(self, value: Any, language: str) -> str:
        names = self.names.get(str(value)) if isinstance(value, str) else None
        return (names.get(language) or names["fi"]) if names else str(value)


class Many(Choice):
    """Any number of the field's options, kept in the order of the file, each once."""

    kind = "many"
    json_types = ("array",)
    feel = "list"

    def __init__(self, names: Mapping[str, Mapping[str, str]], fewest: int = 0, most: int = 200) -> None:
        super().__init__(names)
        self.fewest = fewest
        self.most = most

    def read(self, value: Any) -> Any:
        given = [value] if isinstance(value, str) else value
        if not isinstance(given, Iterable) or isinstance(given, Mapping):
            refuse("choice", options=list(self.names.values())[:12])
        chosen = {super(Many, self).read(code) for code in given if code != ""}
        if not chosen:
            return None
        if len(chosen) < self.fewest:
            refuse("too_few_items", limit=self.fewest, length=len(chosen))
        if len(chosen) > self.most:
            refuse("too_many_items", limit=self.most, length=len(chosen))
        return [code for code in self.names if code in chosen]

    def show(self, value: Any, language: str) -> str:
        return ", ".join(super(Many, self).show(code, language) for code in value)
