"""Whether the new drawing can go on from where a case stands: no join waits for ever, nothing runs twice.

Each check asks about the new version and holds only what the old version had not: a drawing that is unsound by itself
is not the move's fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

from engine.definition import Definition
from engine.diagram import Diagram
from engine.gateways import Inclusive, Parallel, oldest_by_flow
from engine.moving.floors import Floor, House, Row
from engine.moving.game import Game, Marking
from engine.moving.names import Names
from engine.moving.verdict import Reason
from engine.spiff import Case, Token

_SPLITS = ("parallelGateway", "inclusiveGateway", "complexGateway")


def follow_flows(house: House, names: Names) -> Iterator[Reason]:
    """Let what waits at joins wait on the flows of the new version; gives what waits on a flow that is gone."""
    for floor in house.floors:
        for row in floor.rows:
            if "used" in row.notes and row.new is not None:  # a complex gateway that has opened
                row.notes["used"] = [names.of(floor.process, source) for source in row.notes["used"]]
                if not set(row.notes["used"]) <= set(row.new._inputs):
                    yield Reason("join_flow", row.path, {"from": ", ".join(row.notes["used"])})
            if "from" not in row.notes or row.old is None or row.new is None:
                continue
            flow = _same_flow(row, floor, names)
            if flow is None:
                yield Reason("join_flow", row.path, {"from": row.notes["from"]})
            else:
                row.came, row.notes["from"] = row.notes["from"], flow


def _same_flow(row: Row, floor: Floor, names: Names) -> str | None:
    """The source of a join's flow in the new version: the same, or the only new one in the place of the only lost."""
    now = list(row.new._inputs)
    before = {source: names.of(floor.process, source) for source in row.old._inputs}
    source = before[row.notes["from"]]
    if source in now:
        return source
    lost = [name for name in before.values() if name not in now]
    come = [name for name in now if name not in before.values()]
    return come[0] if len(lost) == len(come) == 1 else None


Standing = list[tuple[Row, str]]


def stand(floor: Floor, *, old: bool) -> Standing:
    """The rows of a floor that go somewhere, each with its element in one of the versions; not what waits beside."""
    hosts = {row.id for row in floor.rows}
    found: Standing = []
    for row in floor.rows:
        spec = row.old if old else row.new
        if spec is not None and not spec.listens and row.parent not in hosts:
            element, _, before = spec.node.id.partition(":")
            found.append((row, element if before in ("turn", "gather") else spec.node.id))
    return found


class Flows:
    """The flows of one level of a drawing, with the way from an activity to the events on its border."""

    def __init__(self, diagram: Diagram, level: str) -> None:
        self.diagram, self.level = diagram, level
        self._out: dict[str, list[str]] = {node.id: [] for node in diagram.inside(level)}
        for flow in diagram.flows:
            if flow.source in self._out and flow.target in self._out:
                self._out[flow.source].append(flow.target)
        self._beside: list[tuple[str, list[str]]] = []
        for node in diagram.inside(level):
            events = [event.id for event in diagram.boundaries(node.id) if event.id in self._out]
            if node.kind in _SPLITS and len(self._out[node.id]) > 1:
                self._beside.append((node.id, list(self._out[node.id])))
            beside = [event for event in events if not diagram.nodes[event].interrupting]
            self._beside += [("", [node.id, event]) for event in beside]
            self._out[node.id] += events

    def reach(self, start: str, without: str = "") -> frozenset[str]:
        """Every element that a token can come to, itself too, not going through `without`."""
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            current = waiting.pop()
            if current in seen or current == without:
                continue
            seen.add(current)
            waiting += self._out.get(current, ())
        return frozenset(seen)

    def together(self, one: str, other: str) -> bool:
        """Whether tokens may stand on two elements (or twice on one) at the same time."""
        for split, branches in self._beside:
            reached = [self.reach(branch, split) | {branch} for branch in branches]
            for a, b in combinations(range(len(reached)), 2):
                if (one in reached[a] and other in reached[b]) or (other in reached[a] and one in reached[b]):
                    return True
        return False


def check(house: House, old: Definition, new: Definition) -> Iterator[Reason]:
    """What cannot go on, or could never have come about, in the new version and could in the old."""
    for floor in house.floors:
        inside = floor.inner(new)
        if floor.element is None or (inside is not None and inside.kind == "adHocSubProcess"):
            continue
        flows = Flows(new.parts[floor.process].diagram, floor.element)
        was = Flows(old.parts[floor.process].diagram, floor.old.element) if floor.old is not None else None
        yield from _starving(floor, old, new)
        yield from _too_many(floor, flows, was)


def _starving(floor: Floor, old: Definition, new: Definition) -> Iterator[Reason]:
    """Joins that would wait for a branch which was never begun, or is past."""
    standing = stand(floor, old=False)
    stuck = Game(new.parts[floor.process].diagram).stuck(_markings(standing))
    if stuck and all(_was_here(row, floor) for row, _ in standing):
        was = Game(old.parts[floor.process].diagram)
        stuck = () if was.stuck(_markings(stand(floor, old=True), old=True)) else stuck
    for join in stuck:
        yield Reason("join_starved", floor.prefix + join)


def _was_here(row: Row, floor: Floor) -> bool:
    """Whether a token stood in the same level of the old version, so that the two can be compared."""
    return row.old is not None and floor.old is not None and floor.old.task_specs.get(row.old.name) is row.old


def _markings(standing: Standing, *, old: bool = False) -> Iterator[Marking]:
    """The tokens of a level for the token game; of events that race, each in its turn is the one that happens."""
    groups: dict[str, Standing] = {}
    for row, element in standing:
        race = row.notes.get("race")
        groups.setdefault(f"race {race}" if race else str(row.id), []).append((row, element))
    for chosen in product(*groups.values()):
        yield tuple(sorted((element, _waits_on(row, old=old)) for row, element in chosen))


def _waits_on(row: Row, *, old: bool) -> str:
    """The flow on which a token waits at a join; a complex gateway may open with what it has."""
    spec = row.old if old else row.new
    return "" if spec.activates else str(row.came if old else row.notes.get("from", ""))


def _too_many(floor: Floor, flows: Flows, was: Flows | None) -> Iterator[Reason]:
    """Two tokens on what the new version runs one at a time."""
    standing = [(row, element) for row, element in stand(floor, old=False) if not row.new.node.event_triggered]
    for (row, one), (twin, other) in combinations(standing, 2):
        race = row.notes.get("race")
        if (race and race == twin.notes.get("race")) or flows.together(one, other):
            continue
        compared = was is not None and _was_here(row, floor) and _was_here(twin, floor)
        if compared and was is not None and not was.together(row.old.node.id, twin.old.node.id):
            continue
        yield Reason("not_together", row.path, {"other": twin.path})


def full(case: Case) -> Iterator[Reason]:
    """Joins that have all they wait for in the new version: a move runs nothing, so they would never go on."""
    for token in case.tokens():
        spec = token.task_spec
        if type(spec) in (Parallel, Inclusive) and "from" in token.internal_data and _complete(token):
            yield Reason("join_full", token.workflow.prefix + spec.node.id)


def _complete(token: Token) -> bool:
    spec, here = token.task_spec, oldest_by_flow(token)
    if isinstance(spec, Parallel):
        return len(here) >= len(spec._inputs)
    for other in token.workflow.live():
        possible = spec.reach.get(other.task_spec.name, frozenset()) if other.task_spec is not spec else frozenset()
        if possible - here.keys() and not possible & here.keys():
            return False
    return True
