"""Whatever is nested in whatever, compensation undoes each completed activity once, later ones first, nothing else."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from engine import runner
from engine import state as codec
from tests.engine.drawing import Played, boundary, flow, flows, folder, tasks

UNDO, CANCEL = "<compensateEventDefinition/>", "<cancelEventDefinition/>"
TWICE = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]"/>'
Step = tuple[str, object]


class Sketch:
    """Draws nested blocks at random, most of their tasks with one that undoes them; `after` has what follows what."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.body: list[str] = []
        self.count = 0
        self.undoable: set[str] = set()
        self.after: set[tuple[str, str]] = set()

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def block(self, depth: int) -> tuple[str, str, list[str]]:
        """The first and the last element, and the tasks inside."""
        kinds = ("task",) if depth == 0 else ("task", "sequence", "parallel", "sub", "repeated")
        kind = self.dice.choice(kinds)
        return self.task() if kind == "task" else getattr(self, kind)(depth - 1)  # type: ignore[no-any-return]

    def task(self) -> tuple[str, str, list[str]]:
        id = self.name("t")
        self.body.append(tasks(id))
        if self.dice.random() < 0.7:
            self.undoable.add(id)
            undoes = f'<userTask id="u_{id}" isForCompensation="true"/>'
            joined = f'<association id="as_{id}" sourceRef="c_{id}" targetRef="u_{id}"/>'
            self.body.append(boundary(f"c_{id}", id, UNDO) + undoes + joined)
        return id, id, [id]

    def sequence(self, depth: int) -> tuple[str, str, list[str]]:
        (first, middle, before), (then, last, after) = self.block(depth), self.block(depth)
        self.body.append(flow(middle, then))
        self.after |= {(a, b) for a in before for b in after}
        return first, last, before + after

    def parallel(self, depth: int) -> tuple[str, str, list[str]]:
        fork, join, inside = self.name("g"), self.name("g"), []
        self.body.append(f'<parallelGateway id="{fork}"/><parallelGateway id="{join}"/>')
        for _ in range(2):
            first, last, names = self.block(depth)
            self.body.append(flow(fork, first) + flow(last, join))
            inside += names
        return fork, join, inside

    def sub(self, depth: int, marker: str = "") -> tuple[str, str, list[str]]:
        id, start, end = self.name("s"), self.name("i"), self.name("e")
        outer, self.body = self.body, []
        first, last, inside = self.block(depth)
        inner = "".join(self.body) + f'<startEvent id="{start}"/><endEvent id="{end}"/>'
        self.body = [*outer, f'<subProcess id="{id}">{marker}{inner}{flow(start, first)}{flow(last, end)}</subProcess>']
        return id, id, inside

    def repeated(self, depth: int) -> tuple[str, str, list[str]]:
        return self.sub(depth, TWICE)


def thrown(sketch: Sketch) -> Played:
    first, last, _ = sketch.block(3)
    event = f'<intermediateThrowEvent id="x">{UNDO}</intermediateThrowEvent>'
    body = '<startEvent id="s"/><endEvent id="done"/>' + "".join(sketch.body) + event
    return Played(folder(body + flows(f"s > {first}", f"{last} > x > done")))


def cancelled(sketch: Sketch) -> Played:
    first, last, _ = sketch.block(3)
    inner = '<startEvent id="ts"/><parallelGateway id="tp"/>' + tasks("stop", "hold") + '<endEvent id="te"/>'
    inner += f'<endEvent id="off">{CANCEL}</endEvent>' + flows(f"ts > tp > {first}", f"{last} > hold > te")
    inner += flows("tp > stop > off") + "".join(sketch.body)
    body = f'<startEvent id="s"/><endEvent id="done"/><transaction id="deal">{inner}</transaction>'
    return Played(folder(body + boundary("left", "deal", CANCEL) + flows("s > deal > done", "left > done")))


def work(case: Played, dice: random.Random, most: int) -> tuple[list[Step], list[Step]]:
    """Do the open tasks in any order, and cancel where that can be done, after so many; what was done and undone."""
    done: list[Step] = []
    undone: list[Step] = []
    case.start()
    while not case.result.closed:
        plain = [step for step in case.result.steps if step.path not in ("stop", "hold")]
        stops = [step for step in case.result.steps if step.path == "stop" and (len(done) >= most or not plain)]
        step = dice.choice(stops or plain)
        if step.path != "stop":
            (undone if step.path.startswith("u_") else done).append((step.path.removeprefix("u_"), step.item))
        case.result = runner.complete(case.definition, case.result.state, case.situation(), step.id, {})
    return done, undone


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("drawn", [thrown, cancelled])
def test_each_completed_activity_is_undone_once_the_later_first(drawn, seed: int) -> None:
    sketch, dice = Sketch(seed), random.Random(seed)
    case = drawn(sketch)
    done, undone = work(case, dice, dice.randint(0, 12))
    assert Counter(undone) == Counter(step for step in done if step[0] in sketch.undoable)
    order = [path for path, item in undone if item is None]
    assert not [(a, b) for a, b in sketch.after if a in order and b in order and order.index(a) < order.index(b)]
    document = codec.read(case.result.state)
    assert (document["l"][0][4], "u" in document) == ([], False)
