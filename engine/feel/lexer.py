"""Cutting an expression into words, numbers, texts and signs; names with spaces where known (DMN 1.5, 10.3.1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import FeelError
from engine.said import say

_BLANK = re.compile(r"(?:[\s\ufeff\u180e\u200b]|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?")
# letters, signs such as emoji, and joiners (DMN 1.5, 10.3.1.2, rules 27 to 29)
_START = r"[^\W\d]|[\u200c\u200d\u2070-\u218f\u2600-\u27bf\U00010000-\U000effff]"
_WORD = re.compile(rf"\?|(?:{_START})(?:{_START}|[\w\u00b7\u0300-\u036f\u203f\u2040\ufe0f])*")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
_PAIR = r"u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_ESCAPE = re.compile(rf"\\({_PAIR}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{6}}|.)", re.DOTALL)
_SYMBOL = re.compile(r"\*\*|\.\.\.|\.\.|<=|>=|!=|->|[-+*/=<>()\[\]{},.:@]")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "'": "'", '"': '"', "\\": "\\"}
_SPOKEN = rf"\s*((?:{_START})[^\n\"(){{}}\[\],:]*?)\s*"
_KEY = re.compile(_SPOKEN + ":")
_PARAMETER = re.compile(_SPOKEN + "(?=[,:)])")


@dataclass(frozen=True, slots=True)
class Token:
    """One word (`word`, `name` when it is a known name), number, text, sign, or the end."""

    kind: str
    text: str
    start: int
    end: int


def unescape(text: str) -> str:
    """Replace the escapes of a text literal by the characters that they stand for; other backslashes stay."""

    def one(found: re.Match[str]) -> str:
        code = found[1]
        if len(code) > 7:  # two halves of one character, as JavaScript and Java write it
            return (bytes.fromhex(code[1:5]) + bytes.fromhex(code[7:])).decode("utf-16-be")
        if code[0] in "uU" and len(code) > 1:
            number = int(code[1:], 16)
            return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"
        return _ESCAPES.get(code, found[0])

    return _ESCAPE.sub(one, text)


def name_pattern(name: str) -> str:
    """Match a name with any blanks between its parts."""
    return r"\s+".join(re.escape(part) for part in name.split())


@lru_cache(maxsize=512)
def _known(names: frozenset[str]) -> re.Pattern[str] | None:
    """Match the longest of the names that are more than one plain word."""
    odd = sorted((n for n in names if n.strip() and not _WORD.fullmatch(n)), key=len, reverse=True)
    return re.compile(f"(?:{'|'.join(map(name_pattern, odd))})(?!\\w)") if odd else None


class Lexer:
    """Gives the token at a position; `names` are the names with spaces or signs that are known there."""

    def __init__(self, source: str, names: Iterable[str], functions: frozenset[str]) -> None:
        self.source = source
        self.names = frozenset(names)
        calls = _known(functions)
        self._calls = re.compile(calls.pattern + r"(?=\s*\()") if calls else None

    def token(self, position: int) -> Token:
        """Read the token at or after a position; raises FeelError for a sign that FEEL does not have."""
        blank = _BLANK.match(self.source, position)
        start = blank.end() if blank else position
        if start >= len(self.source):
            return Token("end", "", start, start)
        known = _known(self.names)
        for pattern in (known, self._calls):
            found = pattern.match(self.source, start) if pattern else None
            if found:
                return Token("name", " ".join(found[0].split()), start, found.end())
        if found := _STRING.match(self.source, start):
            return Token("string", unescape(found[1]), start, found.end())
        for kind, pattern in (("number", _NUMBER), ("word", _WORD), ("symbol", _SYMBOL)):
            if found := pattern.match(self.source, start):
                return Token(kind, found[0], start, found.end())
        found_here = say("found an unknown sign {sign!r}", sign=self.source[start])
        if self.source[start] == '"':
            found_here = say("found a text without its closing quote")
        raise FeelError(found_here, source=self.source, position=start)

    def key(self, position: int) -> tuple[str, int] | None:
        """Read `name :` or `"name" :` at a position: the name and where it ends; None when there is none."""
        blank = _BLANK.match(self.source, position)
        start = blank.end() if blank else position
        if found := _STRING.match(self.source, start):
            colon = re.compile(r"\s*:").match(self.source, found.end())
            return (unescape(found[1]), colon.end()) if colon else None
        if found := _KEY.match(self.source, start):
            return " ".join(found[1].split()), found.end()
        return None

    def parameter(self, position: int) -> tuple[str, int] | None:
        """Read the name of a parameter before `:`, `,` or `)`: the name and where it ends."""
        found = _PARAMETER.match(self.source, position)
        return (" ".join(found[1].split()), found.end()) if found else None
