"""Finding a regular expression in a text within a bounded number of steps.

Where the worst case of Python's own search is small it is used. Otherwise the patient matcher goes through the text
once and keeps all ways side by side (R. Pike's and K. Thompson's construction): its work is the length of the text
times the size of the pattern, whatever the pattern is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from engine.errors import FeelError, LimitError
from engine.feel import limits
from engine.feel.pattern import Part, read
from engine.said import say

PROGRAM = 5_000
"""instructions of the patient matcher for one pattern"""
STEPS = 300_000
"""steps of the patient matcher on one text"""


@dataclass(frozen=True, slots=True)
class Found:
    """One place where a pattern was found; `groups` are what it remembered, "" where nothing was."""

    start: int
    end: int
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Instruction:
    """`kind`: one, split, save, start, end, done; `to` where to go on, the most wanted way first."""

    kind: str
    to: tuple[int, ...] = ()
    test: re.Pattern[str] | None = None
    slot: int = 0


class Matcher:
    """A compiled pattern."""

    def __init__(self, pattern: str, flags: str) -> None:
        tree, reading = read(pattern, flags)
        self.pattern = pattern
        self.groups = reading.groups
        self.choices, self.repeats = reading.choices, reading.repeats
        self._flags = re.IGNORECASE if "i" in flags else re.RegexFlag(0)
        self._again = reading.again
        self._risky = reading.risky
        self._tree = tree
        self._program: list[_Instruction] = []
        try:
            self._python = re.compile(tree.python, self._flags)
        except (re.error, OverflowError, RecursionError) as error:
            raise FeelError(
                say("the regular expression {value!r} cannot be read: {reason}", value=pattern, reason=str(error))
            ) from None

    def find(self, text: str) -> Iterator[Found]:
        """Give every place, from the left, none inside another; raises LimitError when it might take too long."""
        if self._quick(text):
            for found in self._python.finditer(text):
                yield Found(found.start(), found.end(), tuple(found.groups("")))
        elif self._again:
            raise LimitError(
                f"the regular expression {self.pattern!r} may take too long on a text of {len(text)} characters"
            )
        else:
            yield from self._patiently(text)

    def is_in(self, text: str) -> bool:
        """Say whether a text has such a place anywhere; raises LimitError like `find`."""
        if self._quick(text):
            return self._python.search(text) is not None
        return next(iter(self.find(text)), None) is not None

    def _quick(self, text: str) -> bool:
        """Say whether the worst case of Python's own search is small enough for this text."""
        return not self._risky and (len(text) + 1) ** (self.repeats + 1) << self.choices <= limits.PATTERN

    def _patiently(self, text: str) -> Iterator[Found]:
        if not self._program:
            self._emit(self._tree)
            self._program.append(_Instruction("done"))
        work = _Run(self._program, text, 2 * self.groups + 2, self.pattern)
        at = 0
        while at <= len(text):
            found = work.first(at)
            if found is None:
                return
            yield found
            at = found.end + (found.end == found.start)

    def _emit(self, part: Part) -> None:
        """Add the instructions of a part; raises LimitError when there are too many."""
        program = self._program
        if len(program) > PROGRAM:
            raise LimitError(f"the regular expression {self.pattern!r} is too large")
        at = len(program)
        if part.kind == "one":
            program.append(_Instruction("one", (at + 1,), re.compile(part.python, self._flags)))
        elif part.kind in ("start", "end"):
            program.append(_Instruction(part.kind, (at + 1,), re.compile(part.python)))
        elif part.kind == "group":
            program.append(_Instruction("save", (at + 1,), slot=2 * part.number))
            self._emit(part.parts[0])
            program.append(_Instruction("save", (len(program) + 1,), slot=2 * part.number + 1))
        elif part.kind == "any":
            self._emit_choice(part.parts)
        elif part.kind == "many":
            self._emit_many(part)
        else:
            for inner in part.parts:
                self._emit(inner)

    def _emit_choice(self, branches: Sequence[Part]) -> None:
        ends = []
        for branch in branches[:-1]:
            at = len(self._program)
            self._program.append(_Instruction("split"))
            self._emit(branch)
            ends.append(len(self._program))
            self._program.append(_Instruction("split"))
            self._program[at] = _Instruction("split", (at + 1, len(self._program)))
        self._emit(branches[-1])
        for end in ends:
            self._program[end] = _Instruction("split", (len(self._program),))

    def _emit_many(self, part: Part) -> None:
        inner = part.parts[0]
        for _ in range(part.least):
            self._emit(inner)
        if part.most is None:
            at = len(self._program)
            self._program.append(_Instruction("split"))
            self._emit(inner)
            self._program.append(_Instruction("split", (at,)))
            self._program[at] = self._split(part, at + 1, len(self._program))
            return
        starts = []
        for _ in range(part.most - part.least):
            starts.append(len(self._program))
            self._program.append(_Instruction("split"))
            self._emit(inner)
        for at in starts:
            self._program[at] = self._split(part, at + 1, len(self._program))

    def _split(self, part: Part, inside: int, behind: int) -> _Instruction:
        return _Instruction("split", (inside, behind) if part.greedy else (behind, inside))


class _Run:
    """One text being searched; all places of the program that are possible are kept side by side."""

    def __init__(self, program: list[_Instruction], text: str, slots: int, pattern: str) -> None:
        self.program = program
        self.text = text
        self.slots = slots
        self.pattern = pattern
        self.left = STEPS

    def first(self, start: int) -> Found | None:
        """Find the leftmost place from a position on, as greedy as the pattern asks."""
        best: tuple[int, ...] | None = None
        ways: list[tuple[int, tuple[int, ...]]] = []
        for at in range(start, len(self.text) + 1):
            if best is None:
                self._follow(0, at, (at,) + (-1,) * (self.slots - 1), ways, {place for place, _ in ways})
            following: list[tuple[int, tuple[int, ...]]] = []
            seen: set[int] = set()
            for place, saved in ways:
                step = self.program[place]
                if step.kind == "done":
                    best = (saved[0], at, *saved[2:])
                    break
                if at < len(self.text) and step.test is not None and step.test.fullmatch(self.text, at, at + 1):
                    self._follow(step.to[0], at + 1, saved, following, seen)
            ways = following
            if not ways and best is not None:
                break
        return self._found(best) if best is not None else None

    def _follow(
        self, place: int, at: int, saved: tuple[int, ...], ways: list[tuple[int, tuple[int, ...]]], seen: set[int]
    ) -> None:
        """Add the places reached without taking a character, the most wanted first."""
        waiting = [(place, saved)]
        while waiting:
            place, saved = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            self.left -= 1
            if self.left < 0:
                raise LimitError(f"the regular expression {self.pattern!r} takes more than {STEPS} steps")
            step = self.program[place]
            if step.kind == "split":
                waiting.extend((to, saved) for to in reversed(step.to))
            elif step.kind == "save":
                waiting.append((step.to[0], (*saved[: step.slot], at, *saved[step.slot + 1 :])))
            elif step.kind in ("start", "end"):
                if step.test is not None and step.test.match(self.text, at):
                    waiting.append((step.to[0], saved))
            else:
                ways.append((place, saved))

    def _found(self, saved: tuple[int, ...]) -> Found:
        groups = tuple(
            self.text[saved[n] : saved[n + 1]] if saved[n] >= 0 and saved[n + 1] >= 0 else ""
            for n in range(2, self.slots, 2)
        )
        return Found(saved[0], saved[1], groups)


@lru_cache(maxsize=256)
def compiled(pattern: str, flags: str) -> Matcher:
    """Read a pattern once; raises FeelError."""
    return Matcher(pattern, flags)
