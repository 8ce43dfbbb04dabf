"""A position of the token game: tokens, levels and data as they stand, comparable whatever the order they came in."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

COME, THROUGH, JOIN, WAIT, HOLD, GO, ARMED, LINE, RESET = (
    "come", "through", "join", "wait", "hold", "go", "armed", "line", "reset",
)  # fmt: skip
PENDING = (COME, THROUGH, GO)


@dataclass(slots=True)
class Record:
    """A completed activity that can be undone: which token did it, and what it completed inside if that is undone."""

    number: int
    at: str
    inside: list[Record] | None
    item: dict[str, Any] | None = None
    whole: bool = False
    """all of a repeated activity, and not one of its items or rounds"""


@dataclass(slots=True)
class Token:
    """One token. Stages: just come to a node, through a join, waiting in one, waiting for an event or a person, holding
    what runs inside, about to go on, an event armed on its host (host 0: in its level), in line for its turn, or a
    complex gateway that has opened and waits to be reset."""

    number: int
    at: str
    level: int
    stage: str
    came: str = ""
    host: int = 0
    inner: bool = False
    """one item or round of a repeated activity, whose token is its host"""
    item: dict[str, Any] | None = None
    rest: list[Any] = field(default_factory=list)
    index: int = 0
    rounds: int = 0
    race: int = 0
    label: str = ""
    due: datetime | None = None
    since: datetime | None = None
    turn: int = 1
    began: int = 0
    """the number again where something can be undone: of what began last is undone first"""
    opening: bool = True
    """of what goes through a complex gateway: whether it opens or is reset"""
    known: bool = False
    """a condition that has happened and was not found false since"""
    given: str = ""
    """the inputs of a call"""
    undo: list[Record] = field(default_factory=list)
    """what was completed in it and can be undone"""
    then: list[tuple[int, list[Record]]] = field(default_factory=list)
    """of a compensation event: what it has still to undo, by how many levels up"""
    aside: bool = False
    cancelled: bool = False
    ending: bool = False
    """an ad-hoc sub-process in which nothing more begins"""


@dataclass(slots=True)
class Level:
    """A running process, sub-process or called part; `host` is the token that stands on it, 0 for the case."""

    number: int
    process: str
    element: str
    host: int
    scope: int
    prefix: str
    undo: list[Record] = field(default_factory=list)
    undoing: bool = False
    plan: list[Record] = field(default_factory=list)
    """of a level in which things are undone: what is left, the next one last"""


@dataclass(slots=True)
class Scope:
    """The data of the case or of one called part."""

    process: str
    data: dict[str, Any]
    input: dict[str, Any] | None = None

    def look(self, name: str) -> Any:
        """What a name stands for here; None when nothing has it."""
        return self.data.get(name, self.input if name == "input" else None)


@dataclass(slots=True)
class Position:
    """Everything at one moment."""

    now: datetime
    tokens: dict[int, Token] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    count: int = 0
    outcome: str | None = None
    closed: bool = False
    ordered: bool = False
    """whether it matters which token came first: where something may be undone"""

    def number(self) -> int:
        """A number that nothing has yet."""
        self.count += 1
        return self.count

    def copy(self) -> Position:
        """The same position, to try something on."""
        return pickle.loads(pickle.dumps(self, -1))

    def pending(self) -> list[Token]:
        """Tokens that move by themselves."""
        return [token for token in self.tokens.values() if token.stage in PENDING]

    def within(self, level: int) -> list[Token]:
        """The tokens of a level, its armed events among them."""
        return [token for token in self.tokens.values() if token.level == level]

    def _numbers(self) -> set[int]:
        """The numbers of what can be undone, or could be if it were completed."""
        waiting = [one for level in self.levels.values() for one in (*level.undo, *level.plan)]
        for token in self.tokens.values():
            waiting += [*token.undo, *(one for _, records in token.then for one in records)]
        numbers = {token.began for token in self.tokens.values()}
        while waiting:
            record = waiting.pop()
            numbers.add(record.number)
            waiting += record.inside or []
        return numbers

    def key(self) -> str:
        """Equal for positions that no observer could ever tell apart."""
        groups: dict[int, list[Token]] = {}
        inside: dict[int, list[Level]] = {}
        for token in self.tokens.values():
            groups.setdefault(token.host or -token.level, []).append(token)
        for level in self.levels.values():
            inside.setdefault(level.host, []).append(level)
        races: dict[int, int] = {}
        ranks = {number: rank for rank, number in enumerate(sorted(self._numbers()))} if self.ordered else {}

        def of_record(record: Record) -> str:
            inside = None if record.inside is None else [of_record(one) for one in record.inside]
            return f"<{ranks[record.number]} {record.at} {inside} {record.item} {record.whole}>"

        def of_token(token: Token) -> str:
            hanging = "".join(sorted(of_token(other) for other in groups.get(token.number, ())))
            levels = "".join(of_level(level) for level in inside.get(token.number, ()))
            race = races.setdefault(token.race, len(races)) if token.race else ""
            facts = (
                f"{token.at} {token.stage} {token.came} {token.label} {token.due} {token.turn} {race} {token.rounds}"
            )
            facts += f" {token.opening} {token.known} {token.given} {token.ending}"
            if self.ordered:
                then = [(up, [of_record(one) for one in records]) for up, records in token.then]
                undo = [of_record(one) for one in token.undo]
                facts += f" {ranks[token.began]} {undo} {then} {token.aside} {token.cancelled}"
            return f"({facts} {token.item} {token.rest} {hanging} {levels})"

        def of_level(level: Level) -> str:
            tokens = "".join(sorted(of_token(token) for token in groups.get(-level.number, ())))
            scope = self.scopes[level.scope]
            undo = [[of_record(one) for one in records] for records in (level.undo, level.plan)]
            return f"[{level.process} {level.element} {scope.data} {scope.input} {level.undoing} {undo} {tokens}]"

        running = "".join(of_level(level) for level in inside.get(0, ()))
        return f"{self.outcome} {running or [scope.data for scope in self.scopes.values()]}"
