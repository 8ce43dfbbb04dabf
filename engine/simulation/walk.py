"""Ways through a runnable drawing, found by trying: first the shortest, then others by chance, a bounded number."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from engine import runner
from engine import state as codec
from engine.definition import Definition
from engine.diagram import Diagram
from engine.errors import EngineError, LimitError
from engine.law import Law
from engine.result import Result, Situation
from engine.simulation.chart import FAR, Chart

MAX_MOVES, MAX_TRIES, MAX_WORK, MAX_ALL_WORK = 1000, 30, 3000, 20_000
"""moves of a walk, walks from a start, and work for a process and for a file: moves, counted by what they keep open"""
_WASTED = 1000
_BEGINNING = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_ENDLESS = "no end was found within the work that is allowed"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was supplied: `kind` is start, complete, message or timer; `to` are the elements come to by it."""

    kind: str
    element: str
    name: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Walk:
    """A way from a start event: to the end with an outcome, or to where it stands still and why."""

    start: str
    moves: tuple[Move, ...]
    ended: bool
    outcome: str = ""
    problem: str = ""


class Budget:
    """The work that is left for a file."""

    def __init__(self) -> None:
        self.left = MAX_ALL_WORK


class Search:
    """Tries out a definition; `visited` collects every element that any walk came to."""

    def __init__(self, definition: Definition, diagram: Diagram, budget: Budget) -> None:
        self.budget = budget
        self.definition = definition
        self.diagram = diagram
        self.chart = Chart(diagram)
        self.visited: set[str] = set()
        self.work = 0
        self._chance = random.Random(1)
        self._charts = [Chart(part.diagram) for part in definition.parts.values()]
        self._to_end = self._far(lambda chart: chart.ends())

    def starts(self) -> list[str]:
        """The start events of the process."""
        return [node.id for node in self.diagram.starts("")]

    def to_the_ends(self) -> tuple[Walk, ...]:
        """For each start event a walk to an end; where none is found, the one that came farthest."""
        return tuple(self._to_an_end(start) for start in self.starts())

    def to_the_rest(self, elements: Iterable[str]) -> None:
        """Walk to elements that no walk has come to yet."""
        for attempt in range(3):
            for element in elements:
                if element in self.visited or self._spent():
                    continue
                far = self.chart.distances([element])
                for start in sorted(self.starts(), key=lambda start: far.get(start, FAR)):
                    if start in far and element not in self.visited:
                        self._walk(start, far, attempt * 0.3, element)

    def _to_an_end(self, start: str) -> Walk:
        longest: Walk | None = None
        for attempt in range(MAX_TRIES):
            walk = self._walk(start, self._to_end, min(attempt * 0.1, 0.6), "")
            if walk.ended:
                return walk
            longest = walk if longest is None or len(walk.moves) > len(longest.moves) else longest
            if self._spent():
                break
        assert longest is not None
        return longest

    def _far(self, targets: Any) -> dict[str, int]:
        found: dict[str, int] = {}
        for chart in self._charts:
            found |= chart.distances(targets(chart))
        return found

    def _walk(self, start: str, far: Mapping[str, int], whim: float, target: str) -> Walk:
        moves: list[Move] = []
        at, message = _BEGINNING, self._message(start)
        result: Result | None = None
        try:
            while result is None or not result.closed:
                if len(moves) >= MAX_MOVES or self._spent():
                    return Walk(start, tuple(moves), False, problem=_ENDLESS)
                if target and target in self.visited:
                    far, target = self._to_end, ""
                choices = self._choose(far, whim)
                if result is None:
                    result = runner.start(self.definition, _situation(at, choices), message=message)
                    kind, element = "start", start
                else:
                    options = self._options(result, far, whim, bool(target))
                    if not options:
                        return Walk(start, tuple(moves), False, problem=self._stands(result))
                    kind, element, id, due = options[0]
                    at = max(at, due) if due is not None else at
                    result = _do(kind, self.definition, result, _situation(at, choices), id)
                self._work(1 + len(result.state) // 1000)
                self.visited |= set(result.visited)
                moves.append(Move(kind, element, self._name(element), result.visited))
        except EngineError as error:
            self._work(_WASTED if isinstance(error, LimitError) else 1)
            return Walk(start, tuple(moves), False, problem=str(error))
        return Walk(start, tuple(moves), True, outcome=result.outcome or "")

    def _work(self, done: int) -> None:
        self.work += done
        self.budget.left -= done

    def _spent(self) -> bool:
        return self.work > MAX_WORK or self.budget.left < 0

    def _message(self, start: str) -> str | None:
        event = self.diagram.nodes[start].event
        return event.ref if event is not None else None

    def _name(self, path: str) -> str:
        element = self.definition.elements.get(path)
        return element.name if element else ""

    def _stands(self, result: Result) -> str:
        """Where a process stands still: at joins that some tokens have come to and others never will."""
        here: dict[str, list[str]] = {}
        for *_, rows in codec.read(result.state)["l"]:
            for row in rows:
                if len(row) > 4 and "from" in row[4]:
                    here.setdefault(row[1], []).append(row[4]["from"])
        return "; ".join(self._join(join, came) for join, came in here.items()) or "nothing can be supplied here"

    def _join(self, join: str, came: list[str]) -> str:
        parts = [part.diagram for part in self.definition.parts.values() if join in part.diagram.nodes]
        missing = [flow.source for diagram in parts for flow in diagram.entering(join) if flow.source not in came]
        return f"the join {join} has tokens from {', '.join(came)} and waits for {', '.join(missing)}"

    def _choose(self, far: Mapping[str, int], whim: float) -> dict[str, tuple[str, ...]]:
        """Which flows are taken at each gateway: the one that leads on most directly, sometimes others."""
        taken: dict[str, tuple[str, ...]] = {}
        for part in self.definition.parts.values():
            for node in part.diagram.nodes.values():
                if node.kind not in ("exclusiveGateway", "inclusiveGateway"):
                    continue
                flows = list(part.diagram.leaving(node.id))
                if not flows:
                    continue
                best = min(flows, key=lambda flow: far.get(flow.target, self._to_end.get(flow.target, FAR) + FAR))
                if self._chance.random() < whim:
                    best = self._chance.choice(flows)
                taken[node.id] = (best.id,)
                if node.kind == "inclusiveGateway" and whim and self._chance.random() < 0.5:
                    taken[node.id] = tuple(flow.id for flow in flows)
        return taken

    def _options(
        self, result: Result, far: Mapping[str, int], whim: float, seeking: bool
    ) -> list[tuple[str, str, str, datetime | None]]:
        """What can be supplied now, the best first: what leads to the target, before that what is not only an event."""
        found = list(_possible(result))
        if whim and self._chance.random() < whim:
            self._chance.shuffle(found)
            return found

        def rank(option: tuple[str, str, str, datetime | None]) -> tuple[int, int]:
            element = option[1].rpartition("/")[2]
            distance = far.get(element, FAR)
            beside = self._beside(option[1])
            return (0, distance) if seeking and distance < FAR else (2 if beside else 1, distance)

        return sorted(found, key=rank)

    def _beside(self, path: str) -> bool:
        """Whether an element is an event on a border or of an event sub-process: nothing need ever happen there."""
        element = self.definition.elements[path]
        diagram = self.definition.parts[element.process].diagram
        node = diagram.nodes[element.element]
        parent = diagram.nodes.get(node.parent)
        return node.kind == "boundaryEvent" or bool(node.kind == "startEvent" and parent and parent.event_triggered)


def _possible(result: Result) -> Iterator[tuple[str, str, str, datetime | None]]:
    for step in result.steps:
        yield "complete", step.path, step.id, None
    for wait in result.waits:
        yield "message", wait.path, wait.id, None
    for alarm in result.alarms:
        yield "timer", alarm.path, alarm.id, alarm.due_at


def _do(kind: str, definition: Definition, result: Result, situation: Situation, id: str) -> Result:
    if kind == "complete":
        return runner.complete(definition, result.state, situation, id, {})
    if kind == "message":
        return runner.deliver(definition, result.state, situation, id, {})
    return runner.fire(definition, result.state, situation, id)


def _situation(at: datetime, choices: Mapping[str, tuple[str, ...]]) -> Situation:
    return Situation(at, at, Law({}), {"choice": choices})
