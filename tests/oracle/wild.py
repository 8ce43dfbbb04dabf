"""Draws processes without structure: loops into the middle, joins fed by choices, tokens in two places at once.

Only what no linter accepts is avoided by construction (elements that nothing reaches, events behind an event-based
gateway with a second way in); a parallel join that needs a token from behind itself is drawn and refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from tests.oracle.dice import Dice
from tests.oracle.sketch import MAIN, Around, Drawing, Sketch

GATES = ("exclusiveGateway", "parallelGateway", "inclusiveGateway")
KINDS = (
    "task", "task", "task", "exclusiveGateway", "parallelGateway", "inclusiveGateway", "exclusiveGateway", "task",
    "script", "wait", "receive", "race", "sub", "multi_task", "multi_sub", "round_task", "call", "throw", "raised_end",
    "bordered", "parallelGateway", "inclusiveGateway",
    "wild_sub", "service", "choice",
)  # fmt: skip
HOSTS = ("task", "receive", "sub", "multi_task", "multi_sub", "wild_sub", "round_task", "service", "choice")


@dataclass
class Graph:
    """The nodes of one level as they come up: where a flow may begin and end, and which are gateways."""

    sketch: Sketch
    around: Around
    sources: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    gates: dict[str, str] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    pairs: dict[tuple[str, str], None] = field(default_factory=dict)

    def grow(self, size: int) -> None:
        """A start, so many nodes, and flows between them in any direction."""
        dice = self.sketch.dice
        start = self.sketch.node("startEvent")
        self.sources.append(start)
        for _ in range(size):
            before = list(self.sources)
            new = self.place(dice.pick(KINDS))
            source = dice.pick(before if len(before) == 1 else before[1:] if start not in dict(self.pairs) else before)
            self.pairs[start if not self.pairs else source, new] = None
        for _ in range(dice.below(size)):
            pair = dice.pick(self.sources[1:] or self.sources), dice.pick(self.targets)
            self.pairs[pair] = None
        self.draw_flows()

    def place(self, kind: str) -> str:
        """A new node; gives where it is entered."""
        sketch, dice = self.sketch, self.sketch.dice
        if kind == "race":
            return self.race()
        if kind == "raised_end":
            event = dice.pick(["", sketch.event("signal"), "<terminateEventDefinition/>"])
            id = sketch.node("endEvent", event)
            self.targets.append(id)
            return id
        if kind in GATES:
            id = sketch.name("g")
            self.gates[id] = kind
        elif kind == "wild_sub":
            id = self.level()
        elif kind == "bordered":
            host = dice.pick(HOSTS)
            id = self.level() if host == "wild_sub" else getattr(sketch, host)(self.inner())[0]
            self.border(id)
        else:
            id = getattr(sketch, kind)(self.inner())[0]
        if kind == "task":
            self.people.append(id)
            self.around = replace(self.around, facts=(*self.around.facts, id))
        self.sources.append(id)
        self.targets.append(id)
        return id

    def inner(self) -> Around:
        """What a block inside knows."""
        return replace(self.around, depth=min(self.around.depth, 1))

    def level(self) -> str:
        """A sub-process with a graph of its own."""
        sketch = self.sketch
        with sketch.paper() as inner:
            Graph(sketch, replace(self.around, depth=0)).grow(2 + sketch.dice.below(4))
        return sketch.node("subProcess", "".join(inner), id=sketch.name("s"))

    def border(self, host: str) -> None:
        """An event on the border of a node; flows leave it like any other."""
        dice = self.sketch.dice
        kind = dice.pick(["timer", "message", "signal", "conditional", "conditional"])
        interrupting = dice.chance(50)
        event = self.sketch.event(kind, self.around, cycle=not interrupting and dice.chance(50))
        flag = "true" if interrupting else "false"
        id = self.sketch.node("boundaryEvent", event, f'attachedToRef="{host}" cancelActivity="{flag}"')
        self.sources.append(id)

    def race(self) -> str:
        """An event-based gateway and the events behind it."""
        sketch = self.sketch
        gate = sketch.node("eventBasedGateway")
        for _ in range(2):
            event = sketch.event(sketch.dice.pick(["timer", "message", "signal", "conditional"]), self.around)
            caught = sketch.node("intermediateCatchEvent", event)
            self.pairs[gate, caught] = None
            self.sources.append(caught)
        self.targets.append(gate)
        return gate

    def draw_flows(self) -> None:
        """Draw the flows, with conditions where a gateway chooses and now and then behind a task."""
        sketch, dice = self.sketch, self.sketch.dice
        for source in dict.fromkeys(source for source, _ in self.pairs):
            ways = [target for one, target in self.pairs if one == source]
            kind = self.gates.get(source, "")
            chooses = kind in ("exclusiveGateway", "inclusiveGateway") and len(ways) > 1
            asked = source in self.people and len(ways) > 1 and dice.chance(40)
            default = ""
            for place, target in enumerate(ways):
                if chooses and place == len(ways) - 1 and not dice.chance(15):
                    default = f'default="{sketch.flow(source, target)}"'
                else:
                    sketch.flow(source, target, sketch.condition(self.around) if chooses or asked else "")
            if kind:
                sketch.node(kind, "", default, source)
        for gate, kind in self.gates.items():
            if not any(source == gate for source, _ in self.pairs):
                sketch.node(kind, id=gate)


def draw(dice: Dice) -> Drawing:
    """A drawing without structure."""
    sketch = Sketch(dice)
    Graph(sketch, Around(1)).grow(4 + dice.below(7))
    if dice.chance(15):
        sketch.handler(Around(1))
    sketch.files[MAIN] = sketch.page()
    return Drawing(sketch.files, sketch.outputs)
