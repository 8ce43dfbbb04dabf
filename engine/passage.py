"""Passages that letters share, such as the head with the authority and the recipient: put in where a letter names them.

A letter says `{% include "head" %}` on a line of its own and gets the text of `letters/passages/head.<language>.html`
of its own folder (engine/bundle.py puts the house's passages there). A passage includes nothing itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import Finding
from engine.said import say

PLACE = "letters/passages/"
_INCLUDE = re.compile(r'[ \t]*\{%-?\s*include\s+"([a-z][a-z0-9_]*)"\s*-?%\}[ \t]*')


@dataclass(frozen=True, slots=True)
class Text:
    """A letter with its passages put in; `origins` tells for each line the file and the line that it comes from."""

    source: str
    origins: tuple[tuple[str, int], ...]

    def place(self, line: int | None) -> tuple[str, int | None]:
        """The file and line where somebody wrote what stands on a line."""
        if line is None or not self.origins:
            return (self.origins[0][0] if self.origins else ""), line
        return self.origins[max(0, min(line, len(self.origins)) - 1)]


def included(source: str) -> tuple[str, ...]:
    """The names of the passages that a letter includes, each once."""
    found = (_INCLUDE.fullmatch(line) for line in source.split("\n"))
    return tuple(dict.fromkeys(match[1] for match in found if match))


def expand(source: str, file: str, passages: Mapping[str, tuple[str, str]]) -> tuple[Text, list[Finding]]:
    """A letter with its passages (file and text by name) put in, and a finding for each that there is not."""
    lines: list[str] = []
    origins: list[tuple[str, int]] = []
    findings: list[Finding] = []
    for number, line in enumerate(source.split("\n"), 1):
        match = _INCLUDE.fullmatch(line)
        if match is None:
            lines.append(line)
            origins.append((file, number))
        elif match[1] in passages:
            place, text = passages[match[1]]
            taken = text.rstrip("\n").split("\n")
            lines += taken
            origins += [(place, row) for row in range(1, len(taken) + 1)]
        else:
            known = ", ".join(sorted(passages)) or say("none")
            message = say(
                "the letter includes {match!r}, a passage that is not there; known: {known}",
                match=match[1], known=known,
            )  # fmt: skip
            findings.append(Finding("letter-passage", "error", message, file, None, number))
    return Text("\n".join(lines), tuple(origins)), findings
