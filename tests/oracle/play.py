"""Every position that a case may be in: the standard leaves open in which order tokens move, so all orders are tried.

What a watcher sees (`Seen`) then rules out the positions that do not look like that; when none is left, what was seen
is wrong. Watched things keep the label that the watcher knows them by, so that a thing may not turn into another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import permutations, product
from typing import Any

from tests.oracle import formula
from tests.oracle.chart import LEVELS, Chart, Node
from tests.oracle.formula import Unclear, plain
from tests.oracle.game import Game, Refused
from tests.oracle.position import ARMED, GO, HOLD, WAIT, Position, Token

MOST_MOVES = 200
"""in one step"""
MOST_IN_ALL = 800
"""in one case"""
MOST_TOKENS = 40
MOST_AT_REST = 60
Act = Callable[[Game], None]


@dataclass(frozen=True)
class Thing:
    """Something that can be seen: an open task (with its item), an awaited message or a timer (with its moment)."""

    kind: str
    path: str
    detail: str = ""


@dataclass(frozen=True)
class Seen:
    """What a watcher sees of a case: things by label, all data by process, the outcome and whether it is closed."""

    things: Mapping[str, Thing]
    data: str
    outcome: str | None
    closed: bool


@dataclass
class Found:
    """Where a step may lead: positions at rest, whether it may be refused, and all moves between positions."""

    positions: list[Position]
    refused: bool = False
    moves: dict[str, list[str]] = field(default_factory=dict)

    def endless(self) -> bool:
        """Whether tokens may move for ever: back to a position that was there before."""
        left = {key: set(after) for key, after in self.moves.items()}
        while ends := [key for key, after in left.items() if not after & left.keys()]:
            for key in ends:
                del left[key]
        return bool(left)


class Play:
    """Plays one case of a process and its parts."""

    def __init__(self, charts: Mapping[str, Chart], process: str, now: datetime) -> None:
        self.charts = charts
        self.process = process
        self.positions = [Position(now)]
        self.positions[0].ordered = self.ordered = any(
            node.undo or node.event in ("compensate", "cancel")
            for chart in charts.values()
            for node in chart.nodes.values()
        )
        self.labels: set[str] = set()
        self.moves = 0
        nodes = [node for chart in charts.values() for node in chart.nodes.values()]
        self.watches = any(node.event == "conditional" for node in nodes)
        self._late = {
            (process, level): [
                n
                for n in chart.inside(level)
                if n.kind == "complexGateway" or (n.kind == "inclusiveGateway" and n.joins)
            ]
            for process, chart in charts.items()
            for level in ["", *(n.id for n in chart.nodes.values() if n.kind in LEVELS)]
        }
        self.signals = any(node.event == "signal" for node in nodes)

    def on(self, charts: Mapping[str, Chart]) -> Play:
        """The same positions on another version of the drawing."""
        other = Play(charts, self.process, self.positions[0].now)
        other.labels, other.moves = self.labels, self.moves
        other.positions = [position.copy() for position in self.positions]
        for position in other.positions:
            position.ordered = other.ordered
        return other

    def step(self, act: Act, now: datetime) -> Found:
        """Where a step leads from all positions that are possible now."""
        found = Found([])
        keys: set[str] = set()
        if len(self.positions) > MOST_AT_REST:
            raise Unclear("too many orders to try")
        for position in self.positions:
            before = position.copy()
            before.now = now
            for after in self._rest(before, act, found):
                if (key := after.key()) not in keys:
                    keys.add(key)
                    found.positions.append(after)
        return found

    def tick(self, now: datetime) -> Found:
        """Where the clock leads: all that is due by now goes off, each at its own moment, the earliest first."""
        found = Found([])
        waiting, keys = list(self.positions), set[str]()
        while waiting:
            position = waiting.pop()
            due = [t.due for t in position.tokens.values() if t.due and t.stage in (WAIT, ARMED) and t.due <= now]
            if due:
                before, moment = position.copy(), min(due)
                before.now = moment
                waiting += self._rest(before, lambda game, at=moment: game.ring_first(at), found)
            elif (key := position.key()) not in keys:
                keys.add(key)
                found.positions.append(position)
        return found

    def _rest(self, start: Position, act: Act, found: Found) -> Iterator[Position]:
        """Every position at rest that a step from one position can lead to."""
        waiting = list(self._tries(start, act, found))
        known: set[str] = set()
        while waiting:
            position = waiting.pop()
            key = position.key()
            if key in known:
                continue
            known.add(key)
            self.moves += 1
            if len(found.moves) > MOST_MOVES or self.moves > MOST_IN_ALL or len(position.tokens) > MOST_TOKENS:
                raise Unclear("too many orders to try")
            pending = position.pending()
            if not pending and self.watches:
                for after in self._tries(position, Game.watch, found):
                    if after.pending():
                        waiting.append(after)
                        found.moves.setdefault(key, []).append(after.key())
                    else:
                        yield after
            elif not pending:
                yield position
            else:
                first = self._next(position, pending)
                moved = self._moved(position, first, found)
                if len(first) == 1 and all(after.key() in known for after in moved):
                    # one that goes in circles must not keep the others from their turn
                    moved += self._moved(position, [token for token in pending if token is not first[0]], found)
                waiting += moved
                found.moves[key] = [after.key() for after in moved]

    def _moved(self, position: Position, tokens: list[Token], found: Found) -> list[Position]:
        """Where a position leads when one of several tokens moves."""
        moved: list[Position] = []
        for token in tokens:
            moved += self._tries(position, lambda game, n=token.number: game.move(game.at.tokens[n]), found)
        return moved

    def _tries(self, position: Position, act: Act, found: Found) -> Iterator[Position]:
        """One act on copies of a position, with every answer to what it asks."""
        waiting: list[tuple[int, ...]] = [()]
        while waiting:
            given = waiting.pop()
            taken: list[tuple[int, int]] = []

            def choose(most: int, given: tuple[int, ...] = given, taken: list[tuple[int, int]] = taken) -> int:
                answer = given[len(taken)] if len(taken) < len(given) else 0
                taken.append((answer, most))
                return answer

            trial = position.copy()
            try:
                act(Game(self.charts, trial, choose))
            except Refused:
                found.refused = True
            else:
                yield trial
            answers = tuple(answer for answer, _ in taken)
            for place in range(len(given), len(taken)):
                waiting += [(*answers[:place], other) for other in range(1, taken[place][1])]

    def _next(self, position: Position, pending: list[Token]) -> list[Token]:
        """Which tokens to move next: one whose move concerns no other, if there is one, else each."""
        for token in pending:
            if not self._concerns(position, token):
                return [token]
        return pending

    def _concerns(self, position: Position, token: Token) -> bool:
        """Whether it may make a difference if a token moves before or after others."""
        level = position.levels[token.level]
        chart = self.charts[level.process]
        node = chart.nodes[token.at]
        host = position.tokens.get(level.host)
        if self.ordered:
            return True
        if node.kind == "complexGateway":
            return True
        if self._joins_late(position, token) or (host and self._of(position, host).ad_hoc):
            return True
        if any(flow.condition and not formula.constant(flow.condition) for flow in node.leaving):
            return True
        if node.kind in ("exclusiveGateway", "inclusiveGateway") and not node.default and len(node.leaving) > 1:
            return True
        if not node.leaving and (node.event or not level.element or token.inner or self._counted(position, token)):
            return True
        heard = self.signals and any(self._listens(chart, one) for one in (node, *node.boundaries))
        if token.stage == GO:
            return token.inner or heard
        reads = node.kind in ("scriptTask", "callActivity") or node.multi is not None or node.loop is not None
        throws = node.kind == "intermediateThrowEvent" and bool(node.event)
        races = node.kind == "eventBasedGateway" and self.signals
        return heard or reads or throws or races

    def _of(self, position: Position, token: Token) -> Node:
        return self.charts[position.levels[token.level].process].nodes[token.at]

    def _joins_late(self, position: Position, token: Token) -> bool:
        """Whether an inclusive gateway before it may join the token."""
        level = position.levels[token.level]
        late, chart = self._late[level.process, level.element], self.charts[level.process]
        return any(chart.reach(token.at, join) for join in late)

    def _listens(self, chart: Chart, node: Node) -> bool:
        inside = [start for _, start in chart.handlers(node.id)] if node.kind in LEVELS else []
        inside += chart.free(node.id) if node.ad_hoc else []
        return any(one.event == "signal" for one in (node, *inside))

    def _counted(self, position: Position, token: Token) -> bool:
        """Whether the end of a token may end an item or round, or a part, around it."""
        level = position.levels[token.level]
        host = position.tokens.get(level.host)
        return host is None or host.inner or position.levels[host.level].scope != level.scope

    # What a watcher sees

    def keep(self, found: Found, seen: Seen) -> bool:
        """Keep the positions that look like what was seen; whether there are any."""
        fitting = {one.key(): one for position in found.positions for one in self._labelled(position, seen)}
        if fitting:
            self.positions = list(fitting.values())
            self.labels |= seen.things.keys()
        return bool(fitting)

    def _labelled(self, position: Position, seen: Seen) -> Iterator[Position]:
        """A position with the labels seen, in every way that they can belong to it."""
        if (position.outcome, position.closed, self.data(position)) != (seen.outcome, seen.closed, seen.data):
            return
        left = dict(seen.things)
        fresh: dict[Thing, list[int]] = {}
        for token, thing in self.things(position):
            if not token.label:
                fresh.setdefault(thing, []).append(token.number)
            elif left.pop(token.label, None) != thing:
                return
        groups: dict[Thing, list[str]] = {}
        for label, thing in left.items():
            groups.setdefault(thing, []).append(label)
        if {thing: len(g) for thing, g in fresh.items()} != {thing: len(g) for thing, g in groups.items()}:
            return
        if left.keys() & self.labels:
            return  # a label that meant something else before
        ways = [
            [list(zip(numbers, order, strict=True)) for order in _orders(groups[thing])]
            for thing, numbers in fresh.items()
        ]
        for way in product(*ways):
            labelled = position.copy()
            for number, label in (pair for pairs in way for pair in pairs):
                labelled.tokens[number].label = label
            yield labelled

    def things(self, position: Position) -> Iterator[tuple[Token, Thing]]:
        """What can be seen of a position, with the token that it is."""
        game = Game(self.charts, position, lambda most: 0)
        for token in position.tokens.values():
            node, path, items = game.node(token), game.path(token), game.items(token)
            item = plain(items[-1]["value"]) if items else ""
            if token.stage == HOLD and node.ad_hoc is not None and not token.ending and self._opened(position, token):
                yield token, Thing("choice", path, item)
            if token.stage not in (WAIT, ARMED):
                continue
            if node.kind == "serviceTask":
                yield token, Thing("call", path, token.given)
            elif node.event == "message":
                yield token, Thing("wait", path, node.code)
            elif node.event == "timer":
                assert token.due is not None
                yield token, Thing("alarm", path, token.due.isoformat())
            elif not node.event:
                yield token, Thing("task", path, item)

    def _opened(self, position: Position, token: Token) -> bool:
        """Whether a token holds a level itself, and not the items or rounds of a repeated one."""
        return any(level.host == token.number for level in position.levels.values())

    def data(self, position: Position) -> str:
        """All data of a position, the case's first."""
        return data_of([(scope.process, scope.data, scope.input) for scope in position.scopes.values()])

    def describe(self, position: Position) -> str:
        """A position in a few lines, for people."""
        things = [(token.label or "(new)", thing) for token, thing in self.things(position)]
        return _lines(things, position.outcome, position.closed, self.data(position))


def describe(seen: Seen) -> str:
    """What is seen in a few lines, for people."""
    return _lines(list(seen.things.items()), seen.outcome, seen.closed, seen.data)


def _lines(things: list[tuple[str, Thing]], outcome: str | None, closed: bool, data: str) -> str:
    state = f"  -> {'closed' if closed else 'open'}, outcome {outcome}, data {data}"
    listed = sorted(f"     {thing.kind} {thing.path} {thing.detail} ({label})" for label, thing in things)
    return "\n".join([state, *listed])


def _orders(labels: list[str]) -> list[tuple[str, ...]]:
    if len(labels) > 4:
        raise Unclear("too many equal things at once")
    return list(permutations(labels))


def data_of(scopes: list[tuple[str, Any, Any]]) -> str:
    """The data of a case and of the parts that run in it, in no order."""
    return " | ".join(sorted(f"{process} {plain(data)} {plain(given)}" for process, data, given in scopes))
