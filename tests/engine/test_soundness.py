"""Whatever is drawn from sound blocks runs to its end, in whatever order people work, and leaves nothing behind."""

from __future__ import annotations

import random

import pytest

from engine import state as codec
from tests.engine.drawing import Played, boundary, flow, folder, tasks, timer


class Sketch:
    """Draws nested blocks at random: each has one way in and one way out."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0
        self.body: list[str] = []

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def add(self, element: str) -> None:
        self.body.append(element)

    def gateway(self, kind: str) -> str:
        id = self.name("g")
        self.add(f'<{kind}Gateway id="{id}"/>')
        return id

    def block(self, depth: int) -> tuple[str, str]:
        kinds = ["task"] if depth == 0 else ["task", "sequence", "parallel", "exclusive", "inclusive", "loop", "sub"]
        draw = getattr(self, self.dice.choice(kinds))
        return draw(depth - 1)  # type: ignore[no-any-return]

    def task(self, depth: int) -> tuple[str, str]:
        id = self.name("t")
        self.add(tasks(id))
        if self.dice.random() < 0.3:
            event, end = self.name("b"), self.name("e")
            self.add(boundary(event, id, timer("timeDuration", "P1D"), interrupting=False))
            self.add(f'<endEvent id="{end}"/>' + flow(event, end))
        return id, id

    def sequence(self, depth: int) -> tuple[str, str]:
        (first, middle), (after, last) = self.block(depth), self.block(depth)
        self.add(flow(middle, after))
        return first, last

    def split(self, kind: str, depth: int, conditions: list[str]) -> tuple[str, str]:
        fork, join = self.gateway(kind), self.gateway(kind)
        for condition in conditions:
            first, last = self.block(depth)
            self.add(flow(fork, first, condition) + flow(last, join))
        return fork, join

    def parallel(self, depth: int) -> tuple[str, str]:
        return self.split("parallel", depth, [""] * self.dice.randint(2, 3))

    def exclusive(self, depth: int) -> tuple[str, str]:
        return self.split("exclusive", depth, ["1 = 2", "1 = 1"])

    def inclusive(self, depth: int) -> tuple[str, str]:
        return self.split("inclusive", depth, ["1 = 1", "1 = 2", "2 = 2"])

    def loop(self, depth: int) -> tuple[str, str]:
        merge, again, count = self.gateway("exclusive"), self.gateway("exclusive"), self.name("n")
        script = self.name("x")
        line = f"{count} = if {count} = null then 1 else {count} + 1"
        self.add(f'<scriptTask id="{script}"><script>{line}</script></scriptTask>')
        first, last = self.block(depth)
        out = self.gateway("exclusive")
        self.add(flow(merge, script) + flow(script, first) + flow(last, again))
        self.add(flow(again, merge, f"{count} &lt; 3") + flow(again, out, f"{count} &gt;= 3"))
        return merge, out

    def sub(self, depth: int) -> tuple[str, str]:
        id, outer = self.name("s"), self.body
        self.body = []
        start, end = self.name("i"), self.name("e")
        first, last = self.block(depth)
        self.add(f'<startEvent id="{start}"/><endEvent id="{end}"/>' + flow(start, first) + flow(last, end))
        if self.dice.random() < 0.5:
            self.handler()
        inner, self.body = "".join(self.body), outer
        self.add(f'<subProcess id="{id}">{inner}</subProcess>')
        return id, id

    def handler(self) -> None:
        """An event sub-process of this level, begun by a timer, interrupting or not."""
        id, start, work, end = (self.name(kind) for kind in "hite")
        flag = self.dice.choice(["true", "false"])
        inner = f'<startEvent id="{start}" isInterrupting="{flag}">{timer("timeDuration", "P2D")}</startEvent>'
        inner += tasks(work) + f'<endEvent id="{end}"/>' + flow(start, work) + flow(work, end)
        self.add(f'<subProcess id="{id}" triggeredByEvent="true">{inner}</subProcess>')


def sketched(seed: int) -> Played:
    sketch = Sketch(seed)
    first, last = sketch.block(4)
    sketch.add('<startEvent id="begin"/><endEvent id="finish"/>' + flow("begin", first) + flow(last, "finish"))
    return Played(folder("".join(sketch.body)))


@pytest.mark.parametrize("seed", range(60))
def test_every_order_of_work_ends_with_nothing_open(seed: int) -> None:
    case, dice = sketched(seed), random.Random(seed)
    before = case.definition.fingerprint
    case.start()
    for _ in range(3000):
        if case.result.closed:
            break
        if case.result.alarms and dice.random() < 0.2:
            case.ring(dice.choice(case.result.alarms).path)
        else:
            case.do(dice.choice(case.open))
    document = codec.read(case.result.state)
    assert (case.result.closed, case.result.steps, case.result.alarms, document["l"][0][4]) == (True, (), (), [])
    assert case.definition.fingerprint == before
