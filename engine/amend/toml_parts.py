"""The lines of a TOML file that tomllib has read: headers, pairs, and where their values stand."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from engine.amend.change import Path
from engine.amend.spans import Edit, Item, Span
from engine.errors import AmendError
from engine.said import say

BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_KEY = re.compile(r"""[ \t]*(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')[ \t]*""")
_QUIET = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_VALUE = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|'
    r"'''.*?'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*'|"
    r"[^\s,\]}#]+(?: [0-9:.]+[^\s,\]}#]*)?",
    re.DOTALL,
)


@dataclass(slots=True)
class Line:
    """A header or a pair: its path, where its lines begin and end (the line break included), its value."""

    path: Path
    start: int
    end: int
    home: Path
    """the table of the header that it stands under; a header's own is its path"""
    span: Span | None = None


class Parts:
    """A text of TOML with the places of its values."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.newline = "\r\n" if "\r\n" in text else "\n"
        self.lines: list[Line] = []
        self.headers: dict[Path, Line] = {}
        self._read()

    def _read(self) -> None:
        counts: dict[Path, int] = {}
        home: Path = ()
        at = self._quiet(0)
        while at < len(self.text):
            start = self.text.rfind("\n", 0, at) + 1
            if self.text[at] == "[":
                several = self.text.startswith("[[", at)
                keys, stop = self._keys(at + (2 if several else 1))
                home = self._resolved(keys, counts, several)
                stop += 2 if several else 1
                line = Line(home, start, self._line_end(stop), home)
                self.headers.setdefault(home, line)
            else:
                keys, stop = self._keys(at)
                span = self._value(self._quiet(stop + 1))
                line = Line((*home, *keys), start, self._line_end(span.end), home, span)
                self.lines.append(line)
            at = self._quiet(line.end)

    def _resolved(self, keys: list[str], counts: dict[Path, int], several: bool) -> Path:
        """The path of a header: keys of lists of tables lead to the last table so far."""
        path: Path = ()
        for at, key in enumerate(keys):
            path = (*path, key)
            last = at == len(keys) - 1
            if last and several:
                counts[path] = counts.get(path, -1) + 1
            if path in counts:
                path = (*path, counts[path])
        return path

    def _quiet(self, at: int) -> int:
        return _QUIET.match(self.text, at).end()  # type: ignore[union-attr]  # matches the empty text too

    def _line_end(self, at: int) -> int:
        found = self.text.find("\n", at)
        return len(self.text) if found < 0 else found + 1

    def _keys(self, at: int) -> tuple[list[str], int]:
        found = []
        while match := _KEY.match(self.text, at):
            raw = match[0].strip()
            found.append(next(iter(tomllib.loads(f"{raw} = 1"))))
            at = match.end()
            if self.text[at] != ".":
                break
            at += 1
        return found, at

    def _value(self, at: int) -> Span:
        if self.text[at] not in "[{":
            match = _VALUE.match(self.text, at)
            assert match is not None
            return Span(at, match.end())
        span = Span(at, at, "list" if self.text[at] == "[" else "table")
        at = self._quiet(at + 1)
        while self.text[at] not in "]}":
            start, keys = at, [""]
            if span.kind == "table":
                keys, stop = self._keys(at)
                at = self._quiet(stop + 1)
            value = self._value(at)
            self._hang(span, start, keys, value)
            at = self._quiet(value.end)
            if self.text[at] == ",":
                at = self._quiet(at + 1)
        span.end = at + 1
        return span

    def _hang(self, span: Span, start: int, keys: list[str], value: Span) -> None:
        """A dotted key between braces is a table that cannot be told from its place: it can only be read."""
        key = ".".join(keys) if len(keys) == 1 else f"\0{'.'.join(keys)}"
        span.items.append(Item(key if span.kind == "table" else None, start, value))

    def span(self, path: Path) -> Span | None:
        """Where the value at a path stands, or None when it is no value in one place."""
        for line in self.lines:
            if path[: len(line.path)] == line.path and line.span is not None:
                return line.span.at(path[len(line.path) :])
        return None

    def below(self, path: Path) -> list[Path]:
        """The paths of headers and pairs below a path."""
        known = [*self.headers, *(line.path for line in self.lines)]
        return [found for found in known if len(found) > len(path) and found[: len(path)] == path]

    def home(self, path: Path) -> Path:
        """The table with a header that a path lies in, the innermost; () is the top of the file."""
        return next((path[:n] for n in range(len(path) - 1, 0, -1) if path[:n] in self.headers), ())

    def line_after(self, home: Path, path: Path, line: str) -> Edit:
        """A line for a new pair, after those that it belongs with: of the same table, else the last of its home."""
        own = [each for each in self.lines if each.home == home]
        near = [each for each in own if len(path) - len(home) > 1 and each.path[: len(path) - 1] == path[:-1]]
        known = near or own or [header for path, header in self.headers.items() if path == home]
        if not known:
            return 0, 0, line + self.newline
        after = known[-1]
        if self.text[after.start : after.end].endswith("\n"):
            return after.end, after.end, line + self.newline
        return after.end, after.end, self.newline + line

    def block(self, path: Path, lines: list[str], before: int | None) -> Edit:
        """A table for a list of tables, after the last one that there is, or before another with what is said above."""
        if before is not None and (*path, before) in self.headers:
            start = self.headers[*path, before].start
            while (line := self.text[self.text.rfind("\n", 0, start - 1) + 1 : start]).startswith("#"):
                start -= len(line)
            return start, start, self.newline.join(lines) + self.newline * 2
        last = max(
            header[len(path)] for header in self.headers if header[: len(path)] == path and len(header) > len(path)
        )
        return self.after((*path, last), lines)

    def kin(self, path: Path) -> Path:
        """The last table with a header that lies beside a path, () where there is none: `[lanes.clerk]`."""
        beside = [header for header in self.headers if len(header) == len(path) and header[:-1] == path[:-1]]
        return beside[-1] if beside and all(isinstance(part, str) for part in path) else ()

    def after(self, path: Path, lines: list[str]) -> Edit:
        """The lines of a new table after all that is at a path."""
        end = max(each.end for each in self._under(path))
        lead = self.newline if self.text[:end].endswith("\n") else self.newline * 2
        return end, end, lead + self.newline.join(lines) + self.newline

    def _under(self, path: Path) -> list[Line]:
        """Every header and pair at a path and below it."""
        every = [*self.headers.values(), *self.lines]
        return [each for each in every if each.path[: len(path)] == path]

    def removed(self, path: Path) -> list[Edit]:
        """The lines of all at a path, and the empty line before each header that goes."""
        found = self._under(path)
        if not found:
            raise AmendError(say("{names} stands in no line of its own", names=".".join(map(str, path))))
        heads = {each.start for each in self.headers.values()}
        return [(self._with_gap(each.start) if each.start in heads else each.start, each.end, "") for each in found]

    def _with_gap(self, start: int) -> int:
        for gap in ("\r\n\r\n", "\n\n"):
            if self.text[:start].endswith(gap):
                return start - len(gap) // 2
        return start
