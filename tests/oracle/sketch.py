"""Draws processes at random: blocks that lie in each other, each with one way in and one way out.

A drawing is a set of BPMN files by process id, the main one called `example`; the elements' words are those that the
product reads. What is drawn here is sound in parts only: tokens may stand still, and a step may be refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from xml.sax.saxutils import escape

from tests.oracle.dice import Dice

MAIN = "example"
MESSAGES = ("news", "word")
HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:asiavirta="urn:asiavirta:bpmn:1" id="d">\n'
    '<error id="fault" errorCode="fault"/><error id="other" errorCode="other"/><escalation id="rise"/>'
    '<escalation id="lift"/><signal id="ring" name="ring"/>'
    '<message id="news" name="news"/><message id="word" name="word"/>\n'
)
PEOPLE = ("userTask", "task", "manualTask")


@dataclass
class Drawing:
    """BPMN files by process id, and for each part what it gives back."""

    files: dict[str, str]
    outputs: dict[str, dict[str, str]]


@dataclass
class Around:
    """What a block may use: facts that conditions may read, what is caught around it, and what it lies in."""

    depth: int
    facts: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    errors: frozenset[str] = frozenset()
    rises: frozenset[str] = frozenset()
    signals: bool = True
    repeated: bool = False
    asks: bool = True
    """whether compensation may be asked for there: not in a transaction, where a cancellation asks for all"""

    def deeper(self, **changes: object) -> Around:
        """The same, one block further in."""
        return replace(self, depth=self.depth - 1, **changes)


@dataclass
class Sketch:
    """One drawing being made."""

    dice: Dice
    process: str = MAIN
    shared: dict[str, int] = field(default_factory=lambda: {"count": 0, "room": 36})
    files: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    body: list[str] = field(default_factory=list)

    # Pen and paper

    def name(self, kind: str) -> str:
        """A name that nothing has yet."""
        self.shared["count"] += 1
        return f"{kind}{self.shared['count']}"

    def add(self, element: str) -> None:
        """Draw something."""
        self.body.append(element)

    def node(self, kind: str, inner: str = "", attributes: str = "", id: str = "") -> str:
        """Draw a node; gives its id."""
        id = id or self.name(kind[0] if kind not in PEOPLE else "t")
        self.shared["room"] -= 1
        self.add(f'<{kind} id="{id}"{" " + attributes if attributes else ""}>{inner}</{kind}>')
        return id

    def flow(self, source: str, target: str, condition: str = "") -> str:
        """Draw a flow; gives its id."""
        id = f"{source}_to_{target}"
        inner = f"<conditionExpression>{escape(condition)}</conditionExpression>" if condition else ""
        self.add(f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>')
        return id

    @contextmanager
    def paper(self) -> Iterator[list[str]]:
        """Another sheet: what is drawn meanwhile is kept apart."""
        outer, self.body = self.body, []
        try:
            yield self.body
        finally:
            self.body = outer

    def event(self, kind: str, around: Around | None = None, *, cycle: bool = False) -> str:
        """An event definition of a kind."""
        if kind == "timer":
            if cycle:
                text = self.dice.pick(["R2/PT1H", "R/P1D", "R3/PT5H"])
                return f"<timerEventDefinition><timeCycle>{text}</timeCycle></timerEventDefinition>"
            if self.dice.chance(15):
                text = 'date and time("2026-03-04T09:00:00")'
                return f"<timerEventDefinition><timeDate>{escape(text)}</timeDate></timerEventDefinition>"
            text = self.dice.pick(["PT1H", "P1D", "PT30H", "P2D"])
            return f"<timerEventDefinition><timeDuration>{text}</timeDuration></timerEventDefinition>"
        if kind == "message":
            return f'<messageEventDefinition messageRef="{self.dice.pick(MESSAGES)}"/>'
        if kind == "conditional":
            condition = self.condition(around or Around(0))
            return (
                f"<conditionalEventDefinition><condition>{escape(condition)}</condition></conditionalEventDefinition>"
            )
        if kind == "signal":
            return '<signalEventDefinition signalRef="ring"/>'
        return f"<{kind}EventDefinition/>"

    def condition(self, around: Around) -> str:
        """A condition on what is known there."""
        kinds = ["1 = 1", "1 = 2"]
        kinds += [f"{fact}.ok = true" for fact in around.facts[-3:]] + [f"{fact}.n >= 2" for fact in around.facts[-2:]]
        kinds += [f"{counter} < 2" for counter in around.counters[-2:]]
        return kinds[self.dice.below(len(kinds))]

    # Blocks: each draws itself and gives its first and last node

    def block(self, around: Around, kind: str = "") -> tuple[str, str, Around]:
        """A block of some kind; gives what is known behind it too."""
        if not kind:
            kinds = self.kinds(around)
            kind = self.dice.pick(kinds)
        result = getattr(self, kind)(around)
        return result if len(result) == 3 else (*result, around)

    def kinds(self, around: Around) -> list[str]:
        """What may be drawn there."""
        kinds = ["task", "task", "task", "script", "wait", "receive", "throw"]
        kinds += ["raised"] if around.signals else []
        kinds += ["raised"] * 3 if around.errors or around.rises else []
        kinds += ["throw"] * 2 if around.rises else []
        if around.depth <= 0 or self.shared["room"] <= 0:
            return kinds
        kinds += [
            "sequence", "sequence", "sequence", "parallel", "exclusive", "inclusive", "race", "again", "sub", "sub",
            "guarded", "call", "multi_task", "multi_sub", "multi_call", "round_task", "round_sub", "spread",
            "chosen", "link", "answered", "stopped", "bordered", "bordered", "bordered", "guarded", "guarded",
            "service", "service", "multi_service", "choice", "choice", "multi_choice",
        ]  # fmt: skip
        kinds += ["complex", "quantities", "bordered", "bordered"]
        kinds += ["asked", "asked", "transaction"] if around.asks else []
        return kinds

    def task(self, around: Around) -> tuple[str, str, Around]:
        kind = self.dice.pick(["userTask", "userTask", "userTask", "task", "manualTask"])
        id = self.node(kind)
        return id, id, replace(around, facts=(*around.facts, id))

    def script(self, around: Around) -> tuple[str, str, Around]:
        name = self.dice.pick([*around.counters[-1:], self.name("v")])
        lines = [f"{name} = 1"]
        if around.facts:
            lines.append(f"{name} = {around.facts[-1]}.n")
        if name in around.counters:
            lines.append(f"{name} = {name} + 1")
        id = self.node("scriptTask", f"<script>{escape(self.dice.pick(lines))}</script>")
        return id, id, replace(around, counters=(*around.counters, name))

    def wait(self, around: Around) -> tuple[str, str]:
        id = self.node(
            "intermediateCatchEvent", self.event(self.dice.pick(["timer", "message", "conditional"]), around)
        )
        return id, id

    def receive(self, around: Around) -> tuple[str, str]:
        id = self.node("receiveTask", "", f'messageRef="{self.dice.pick(MESSAGES)}"')
        return id, id

    def service(self, around: Around, marker: str = "") -> tuple[str, str]:
        """A call to an outside system."""
        given = self.dice.pick(["7", *(f"{fact}.n" for fact in around.facts[-1:]), *around.counters[-1:]])
        inner = f'<extensionElements><asiavirta:in name="code" value="{given}"/></extensionElements>{marker}'
        id = self.node("serviceTask", inner, 'asiavirta:service="register"')
        return id, id

    def multi_service(self, around: Around) -> tuple[str, str]:
        return self.service(around, self.marker("", around))

    def throw(self, around: Around) -> tuple[str, str]:
        kinds = ["", *(["signal"] if around.signals else []), *sorted(around.rises) * 3]
        kind = self.dice.pick(kinds)
        event = f'<escalationEventDefinition escalationRef="{kind}"/>' if kind in around.rises else ""
        event = self.event("signal") if kind == "signal" else event
        id = self.node("intermediateThrowEvent", event)
        return id, id

    def raised(self, around: Around) -> tuple[str, str]:
        """A choice, one way of which ends in a throw."""
        ends = [f'<errorEventDefinition errorRef="{code}"/>' for code in sorted(around.errors)] * 2
        ends += [f'<escalationEventDefinition escalationRef="{code}"/>' for code in sorted(around.rises)] * 2
        ends += [self.event("signal")] if around.signals else []
        return self.side_end(around, self.dice.pick(ends))

    def stopped(self, around: Around) -> tuple[str, str]:
        """A choice, one way of which ends all in its level."""
        return self.side_end(around, "<terminateEventDefinition/>")

    def side_end(self, around: Around, event: str) -> tuple[str, str]:
        fork, end, on = self.name("g"), self.node("endEvent", event), self.node("intermediateThrowEvent")
        default = self.flow(fork, on)
        self.node("exclusiveGateway", "", f'default="{default}"', fork)
        self.flow(fork, end, self.condition(around))
        return fork, on

    def sequence(self, around: Around) -> tuple[str, str, Around]:
        first, middle, known = self.block(around.deeper())
        after, last, known = self.block(replace(known, depth=around.depth - 1))
        self.flow(middle, after)
        return first, last, replace(known, depth=around.depth)

    def parallel(self, around: Around) -> tuple[str, str]:
        fork, join = self.node("parallelGateway"), self.node("parallelGateway")
        for _ in range(2 + self.dice.below(2)):
            first, last, _ = self.block(around.deeper())
            self.flow(fork, first)
            self.flow(last, join)
        return fork, join

    def split(self, around: Around, kind: str, ways: int) -> tuple[str, str]:
        fork, join = self.name("g"), self.node(kind)
        default = ""
        for way in range(ways):
            if kind == "inclusiveGateway" and self.dice.chance(20):
                first, last = self.strayed(around)
            else:
                first, last, _ = self.block(around.deeper())
            self.flow(last, join)
            if way == ways - 1 and not self.dice.chance(20):
                default = f'default="{self.flow(fork, first)}"'
            else:
                self.flow(fork, first, self.condition(around))
        self.node(kind, "", default, fork)
        return fork, join

    def complex(self, around: Around) -> tuple[str, str]:
        """Three branches into a complex gateway, which opens for some of them and is reset by the others."""
        fork, gate, merge = self.node("parallelGateway"), self.name("g"), self.node("exclusiveGateway")
        lasts = []
        for _ in range(3):
            first, last, _ = self.block(replace(around, depth=min(around.depth - 1, 1)))
            self.flow(fork, first)
            lasts.append(self.flow(last, gate))
        conditions = ["activationCount >= 2", f"{lasts[0]} >= 1", "activationCount >= 1", "1 = 1"]
        inner = f"<activationCondition>{escape(self.dice.pick(conditions))}</activationCondition>"
        self.flow(gate, merge, "waitingForStart = true")
        after, _, _ = self.task(around)
        default = ""
        if self.dice.chance(50):
            default = f'default="{self.flow(gate, after)}"'
        else:
            self.flow(gate, after, self.dice.pick(["waitingForStart = false", "1 = 1"]))
        self.node("complexGateway", inner, default, gate)
        self.flow(after, self.node("endEvent"))
        return fork, merge

    def quantities(self, around: Around) -> tuple[str, str]:
        """A task that several tokens leave, and one that begins with several."""
        gives, needs = 1 + self.dice.below(3), 1 + self.dice.below(3)
        first = self.node("userTask", "", f'completionQuantity="{gives}"', self.name("t"))
        second = self.node("userTask", "", f'startQuantity="{needs}"', self.name("t"))
        self.flow(first, second)
        return first, second

    def strayed(self, around: Around) -> tuple[str, str]:
        """A task that comes to an end of its own, and only by the event on its border to what follows."""
        task, _, _ = self.task(around)
        self.flow(task, self.node("endEvent"))
        event, flag = self.event(self.dice.pick(["timer", "message"])), "true" if self.dice.chance(50) else "false"
        return task, self.node("boundaryEvent", event, f'attachedToRef="{task}" cancelActivity="{flag}"')

    def exclusive(self, around: Around) -> tuple[str, str]:
        return self.split(around, "exclusiveGateway", 2 + self.dice.below(2))

    def inclusive(self, around: Around) -> tuple[str, str]:
        return self.split(around, "inclusiveGateway", 2 + self.dice.below(2))

    def race(self, around: Around) -> tuple[str, str]:
        gate, join = self.node("eventBasedGateway"), self.node("exclusiveGateway")
        for _ in range(2 + self.dice.below(2)):
            kind = self.dice.pick(["timer", "message", "receive", "signal", "conditional"])
            if kind == "receive":
                caught, _ = self.receive(around)
            else:
                caught = self.node("intermediateCatchEvent", self.event(kind, around))
            self.flow(gate, caught)
            if self.dice.chance(60):
                first, last, _ = self.block(around.deeper())
                self.flow(caught, first)
                self.flow(last, join)
            else:
                self.flow(caught, join)
        return gate, join

    def again(self, around: Around) -> tuple[str, str]:
        """A loop drawn with gateways: counted, or as long as somebody says so."""
        merge, fork = self.node("exclusiveGateway"), self.name("g")
        if around.repeated or self.dice.chance(50):
            ask, _, known = self.task(around)
            condition = f"{ask}.ok = true"
        else:
            count = self.name("n")
            line = f"{count} = if {count} = null then 1 else {count} + 1"
            ask = self.node("scriptTask", f"<script>{line}</script>")
            condition, known = f"{count} < 3", replace(around, counters=(*around.counters, count))
        first, last, _ = self.block(known.deeper())
        self.flow(merge, first)
        self.flow(last, ask)
        self.flow(ask, fork)
        out = self.node("intermediateThrowEvent")
        self.node("exclusiveGateway", "", f'default="{self.flow(fork, out)}"', fork)
        self.flow(fork, merge, condition)
        return merge, out

    def spread(self, around: Around) -> tuple[str, str]:
        """A task that several flows leave: all are taken, and each token goes on for itself."""
        ask, _, known = self.task(around)
        merge = self.node("exclusiveGateway")
        for _ in range(2):
            first, last, _ = self.block(replace(known, depth=0) if self.dice.chance(60) else known.deeper())
            self.flow(ask, first)
            self.flow(last, merge)
        return ask, merge

    def chosen(self, around: Around) -> tuple[str, str]:
        """A task that flows with conditions leave, joined by an inclusive gateway."""
        ask, join = self.name("t"), self.node("inclusiveGateway")
        known = replace(around, facts=(*around.facts, ask))
        ways = [self.block(known.deeper()) for _ in range(2)]
        default = f'default="{self.flow(ask, ways[1][0])}"' if self.dice.chance(70) else ""
        if not default:
            self.flow(ask, ways[1][0], self.condition(known))
        self.flow(ask, ways[0][0], f"{ask}.ok = true")
        for _, last, _ in ways:
            self.flow(last, join)
        self.node("userTask", "", default, ask)
        return ask, join

    def link(self, around: Around) -> tuple[str, str]:
        """Two blocks joined by a pair of link events."""
        name = self.name("l")
        definition = f'<linkEventDefinition name="{name}"/>'
        first, middle, _ = self.block(around.deeper())
        throw = self.node("intermediateThrowEvent", definition)
        catch = self.node("intermediateCatchEvent", definition)
        after, last, _ = self.block(around.deeper())
        self.flow(middle, throw)
        self.flow(catch, after)
        return first, last

    def answered(self, around: Around) -> tuple[str, str]:
        """Two branches, one of which waits for a signal from the other."""
        fork, join = self.node("parallelGateway"), self.node("parallelGateway")
        heard = self.node("intermediateCatchEvent", self.event("signal"))
        first, last, _ = self.block(around.deeper())
        self.flow(fork, heard)
        self.flow(heard, join)
        told = self.node("intermediateThrowEvent", self.event("signal") if around.signals else "")
        self.flow(fork, first)
        self.flow(last, told)
        self.flow(told, join)
        return fork, join

    # Undoing

    def undone(self, around: Around) -> tuple[str, str, Around]:
        """An activity that can be undone, by a task, a script or a sub-process."""
        block = self.dice.pick(
            ["task", "task", "task", "service", "sub", "multi_task", "multi_sub", "round_task", "call"]
        )
        drawn = getattr(self, block)(around)
        host = drawn[0]
        self.undoing(host)
        return host, host, drawn[2] if len(drawn) == 3 else around

    def undoing(self, host: str) -> None:
        """A compensation event on a border, and what it is joined to."""
        kind = self.dice.pick(["userTask", "userTask", "scriptTask", "subProcess"])
        inner, id = "", self.name("u")
        if kind == "scriptTask":
            inner = f"<script>{self.name('v')} = 1</script>"
        if kind == "subProcess":
            with self.paper() as body:
                self.flow(self.node("startEvent"), self.node("userTask", id=self.name("t")))
            inner = "".join(body)
        self.node(kind, inner, 'isForCompensation="true"', id)
        border = self.node("boundaryEvent", "<compensateEventDefinition/>", f'attachedToRef="{host}"')
        self.add(f'<association id="{self.name("j")}" sourceRef="{border}" targetRef="{id}"/>')

    def asked(self, around: Around) -> tuple[str, str]:
        """Things are done, one after the other or together, and then undone."""
        inside = replace(around, depth=min(around.depth - 1, 1))
        first, middle, named = self.done(inside)
        on, last, _ = self.undone(inside) if self.dice.chance(50) else self.block(inside)
        self.flow(middle, on)
        ref = f' activityRef="{named}"' if named and self.dice.chance(25) else ""
        waits = "" if not self.dice.chance(25) else ' waitForCompletion="false"'
        event = f"<compensateEventDefinition{ref}{waits}/>" if around.asks else ""
        if self.dice.chance(25):
            merge = self.node("intermediateThrowEvent")
            fork = self.name("g")
            default = f'default="{self.flow(fork, merge)}"'
            self.node("exclusiveGateway", "", default, fork)
            self.flow(fork, self.node("endEvent", event), self.condition(around))
            self.flow(last, fork)
            return first, merge
        undo = self.node("intermediateThrowEvent", event)
        self.flow(last, undo)
        return first, undo

    def done(self, around: Around) -> tuple[str, str, str]:
        """What is done and can be undone: one thing, two together, or some inside a sub-process; names one of them."""
        shape = self.dice.below(4)
        if shape == 0:
            head, last, _ = self.undone(around)
            return head, last, head
        if shape == 1:
            fork, join = self.node("parallelGateway"), self.node("parallelGateway")
            for _ in range(2):
                head, last, _ = self.undone(around)
                self.flow(fork, head)
                self.flow(last, join)
            return fork, join, head
        marker = self.marker("", around) if shape == 3 else ""
        with self.paper() as inner:
            begin = self.node("startEvent")
            head, last, _ = self.undone(replace(around, depth=0, repeated=shape == 3))
            self.flow(begin, head)
            if self.dice.chance(50):
                on, _, _ = self.undone(replace(around, depth=0, repeated=shape == 3))
                self.flow(last, on)
            if self.dice.chance(50):
                self.undo_handler(around)
        id = self.node("subProcess", marker + "".join(inner), id=self.name("s"))
        return id, id, id

    def undo_handler(self, around: Around) -> None:
        """The event sub-process that says how its sub-process is undone; it may ask for what was done in that."""
        with self.paper() as inner:
            begin = self.node("startEvent", "<compensateEventDefinition/>")
            task = self.node("userTask", id=self.name("t"))
            self.flow(begin, task)
            event = "<compensateEventDefinition/>" if around.asks and self.dice.chance(50) else ""
            self.flow(task, self.node("endEvent", event))
        self.node("subProcess", "".join(inner), 'triggeredByEvent="true"', self.name("h"))

    def transaction(self, around: Around) -> tuple[str, str]:
        """A transaction that may be cancelled."""
        quiet = replace(around, depth=min(around.depth - 1, 1), asks=False)
        with self.paper() as inner:
            begin = self.node("startEvent")
            first, middle, _ = self.done(quiet)
            self.flow(begin, first)
            fork, end = self.name("g"), self.node("endEvent")
            ask, _, _ = self.task(quiet)
            if self.dice.chance(30):
                beside, last, _ = self.undone(quiet)
                self.flow(begin, beside)
                self.flow(last, self.node("endEvent"))
            self.flow(middle, ask)
            self.flow(ask, fork)
            default = f'default="{self.flow(fork, end)}"'
            self.node("exclusiveGateway", "", default, fork)
            condition = self.dice.pick([f"{ask}.ok = true", "1 = 1"])
            self.flow(fork, self.node("endEvent", "<cancelEventDefinition/>"), condition)
        id = self.node("transaction", "".join(inner), id=self.name("s"))
        border = self.node("boundaryEvent", "<cancelEventDefinition/>", f'attachedToRef="{id}"')
        merge = self.node("exclusiveGateway")
        self.flow(id, merge)
        if self.dice.chance(50):
            head, last, _ = self.block(around.deeper())
            self.flow(border, head)
            self.flow(last, merge)
        else:
            self.flow(border, merge)
        if self.dice.chance(40):
            return self.on_border(around, id, self.event(self.dice.pick(["timer", "message"])), True)[0], merge
        return id, merge

    # Levels

    def fill(self, around: Around, *, start: str = "", end: str = "") -> None:
        """The inside of a level: a start, a block, an end, and now and then an event sub-process beside it."""
        begin = self.node("startEvent", start)
        first, last, _ = self.block(around)
        self.flow(begin, first)
        if end or self.dice.chance(80):
            self.flow(last, self.node("endEvent", end))
        if around.depth > 0 and self.dice.chance(45):
            self.handler(replace(around, facts=()))

    def handler(self, around: Around, kind: str = "") -> None:
        """An event sub-process; what begins it is not thrown inside it again."""
        kind = kind or self.dice.pick(["message", "timer", "signal", "error", "escalation", "conditional"])
        interrupting = kind == "error" or self.dice.chance(50)
        event = self.event(kind, around, cycle=not interrupting and self.dice.chance(40))
        quiet = replace(around, depth=min(around.depth - 1, 1), signals=around.signals and kind != "signal")
        if kind == "escalation":
            quiet = replace(quiet, rises=frozenset())
        with self.paper() as inner:
            flag = "true" if interrupting else "false"
            begin = self.node("startEvent", event, f'isInterrupting="{flag}"')
            first, last, _ = self.block(quiet)
            self.flow(begin, first)
            self.flow(last, self.node("endEvent"))
        self.node("subProcess", "".join(inner), 'triggeredByEvent="true"', self.name("h"))

    def sub(self, around: Around, marker: str = "", catching: str = "") -> tuple[str, str]:
        """A sub-process."""
        inside = around.deeper()
        if catching in ("fault", "other"):
            inside.errors = around.errors | {catching}
        if catching in ("rise", "lift"):
            inside.rises = around.rises | {catching}
        guarded = self.dice.below(6) if around.depth > 0 else 0
        if guarded == 4:
            inside.errors |= {"fault"}
        if guarded == 5:
            inside.rises |= {"rise"}
        with self.paper() as inner:
            self.fill(inside, end=self.throwing_end(inside, catching))
            if guarded == 4:
                self.handler(replace(around, facts=()), "error")
            if guarded == 5:
                self.handler(replace(around, facts=()), "escalation")
        id = self.node("subProcess", marker + "".join(inner), id=self.name("s"))
        return id, id

    def choice(self, around: Around, marker: str = "", catching: str = "") -> tuple[str, str]:
        """An ad-hoc sub-process: steps to choose from, some with another behind them."""
        inside = around.deeper(facts=around.facts if not around.repeated else ())
        inside.rises = around.rises | ({catching} & {"rise", "lift"})
        with self.paper() as inner:
            first = ""
            for _ in range(1 + self.dice.below(3)):
                block = self.dice.pick(["task", "task", "script", "service", "multi_task", "round_task", "sub"])
                step = getattr(self, block)(inside)[0]
                first = first or (step if block == "task" else "")
                if self.dice.chance(40):
                    behind = self.dice.pick(["task", "script", "receive", "throw", "wait"])
                    head, last = getattr(self, behind)(inside)[:2]
                    self.flow(step, head)
                    if behind in ("throw", "wait"):
                        self.flow(last, self.task(inside)[0])
            if self.dice.chance(30):
                event = self.event(self.dice.pick(["message", "timer", "signal", "conditional"]), inside)
                self.flow(self.node("intermediateCatchEvent", event), self.task(inside)[0])
            if self.dice.chance(25):
                self.handler(replace(around, facts=()))
        until = f"{first}.ok = true" if first and self.dice.chance(50) else ""
        ends = f"<completionCondition>{until}</completionCondition>" if until else ""
        attributes = self.dice.pick(["", 'ordering="Sequential"']) + self.dice.pick(
            ["", ' cancelRemainingInstances="false"']
        )
        id = self.node("adHocSubProcess", marker + "".join(inner) + ends, attributes, self.name("a"))
        return id, id

    def multi_choice(self, around: Around) -> tuple[str, str]:
        return self.choice(replace(around, repeated=True), self.marker("", around))

    def throwing_end(self, around: Around, catching: str) -> str:
        """Now and then a level ends in what is caught around it."""
        if not catching or self.dice.chance(50):
            return ""
        kind = "error" if catching in ("fault", "other") else "escalation"
        return f'<{kind}EventDefinition {kind}Ref="{catching}"/>'

    def guarded(self, around: Around, inner: str = "") -> tuple[str, str]:
        """A sub-process or call with an event on its border for what is thrown inside."""
        catching = self.dice.pick(["fault", "rise", "other", "lift"])
        block = self.dice.pick(["sub", "multi_sub", "call", "round_sub", "choice"])
        if catching == "fault" and self.dice.chance(50):
            host, _ = self.service(around) if self.dice.chance(50) else self.multi_service(around)
        else:
            host, _ = getattr(self, block)(around, catching=catching)
        kind = "error" if catching in ("fault", "other") else "escalation"
        ref = f' {kind}Ref="{catching}"' if not self.dice.chance(25) else ""
        interrupting = kind == "error" or self.dice.chance(50)
        if self.dice.chance(25):  # two that could catch it: the one for the very code does
            other = f' {kind}Ref="{catching}"' if not ref else ""
            border = self.node("boundaryEvent", f"<{kind}EventDefinition{other}/>", f'attachedToRef="{host}"')
            self.flow(border, self.node("endEvent"))
        return self.on_border(around, host, f"<{kind}EventDefinition{ref}/>", interrupting)

    def bordered(self, around: Around) -> tuple[str, str]:
        """Something that waits, with an event on its border."""
        blocks = ["task", "receive", "sub", "multi_task", "multi_sub", "call", "round_task", "service", "choice"]
        host = getattr(self, self.dice.pick(blocks))(around)[0]
        kind = self.dice.pick(["timer", "message", "signal", "conditional"])
        interrupting = self.dice.chance(50)
        event = self.event(kind, around, cycle=not interrupting and self.dice.chance(60))
        return self.on_border(around, host, event, interrupting)

    def on_border(self, around: Around, host: str, event: str, interrupting: bool) -> tuple[str, str]:
        flag = "true" if interrupting else "false"
        border = self.node("boundaryEvent", event, f'attachedToRef="{host}" cancelActivity="{flag}"')
        where = self.dice.below(3)
        if where == 0:
            self.flow(border, self.node("endEvent"))
            return host, host
        merge = self.node("exclusiveGateway")
        self.flow(host, merge)
        if where == 1:
            first, last, _ = self.block(around.deeper())
            self.flow(border, first)
            self.flow(last, merge)
        else:
            self.flow(border, merge)
        return host, merge

    def call(self, around: Around, marker: str = "", catching: str = "") -> tuple[str, str]:
        """A call of another process, with an input and outputs."""
        part = self.name("part")
        inside = Around(around.depth - 1, signals=around.signals)
        inside.errors, inside.rises = frozenset(around.errors), around.rises
        if catching:
            inside.errors |= {catching} & {"fault", "other"}
            inside.rises |= {catching} & {"rise", "lift"}
        other = Sketch(self.dice, part, self.shared, self.files, self.outputs)
        other.fill(inside, end=other.throwing_end(inside, catching))
        self.files[part] = other.page()
        self.outputs[part] = {"result": "outcome", "given": "input.given"}
        given = self.dice.pick(["7", *(f"{fact}.n" for fact in around.facts[-1:]), *around.counters[-1:]])
        inner = f'<extensionElements><asiavirta:in name="given" value="{given}"/></extensionElements>{marker}'
        id = self.node("callActivity", inner, f'calledElement="{part}"')
        return id, id

    def marker(self, task: str, around: Around) -> str:
        """A multi-instance marker."""
        order = "true" if self.dice.chance(50) else "false"
        until = self.dice.pick(["", "", f"{task}.ok = true" if task else "item >= 2"])
        until = f"<completionCondition>{escape(until)}</completionCondition>" if until else ""
        if self.dice.chance(50):
            items = self.dice.pick(["[1, 2, 3]", "[1, 2]", "[]", "[3]"])
            attributes = f'isSequential="{order}" asiavirta:collection="{items}"'
            return f"<multiInstanceLoopCharacteristics {attributes}>{until}</multiInstanceLoopCharacteristics>"
        numbers = ["2", "3", "0", *(f"{fact}.n" for fact in around.facts[-1:])]
        number = f"<loopCardinality>{self.dice.pick(numbers)}</loopCardinality>"
        tag = "multiInstanceLoopCharacteristics"
        return f'<{tag} isSequential="{order}">{number}{until}</{tag}>'

    def rounds(self, task: str, around: Around) -> str:
        """A loop marker."""
        before = "true" if self.dice.chance(40) else "false"
        condition = f"{task}.ok = true" if task else self.condition(around)
        kind = self.dice.below(3)
        most = f' loopMaximum="{1 + self.dice.below(3)}"' if kind != 0 or not task else ""
        inner = f"<loopCondition>{escape(condition)}</loopCondition>" if kind != 1 else ""
        return f'<standardLoopCharacteristics testBefore="{before}"{most}>{inner}</standardLoopCharacteristics>'

    def multi_task(self, around: Around) -> tuple[str, str]:
        id = self.name("t")
        self.node("userTask", self.marker(id, around), id=id)
        return id, id

    def multi_sub(self, around: Around, catching: str = "") -> tuple[str, str]:
        return self.sub(replace(around, repeated=True), self.marker("", around), catching)

    def multi_call(self, around: Around, catching: str = "") -> tuple[str, str]:
        return self.call(around, self.marker("", around), catching)

    def round_task(self, around: Around) -> tuple[str, str]:
        id = self.name("t")
        self.node("userTask", self.rounds(id, around), id=id)
        return id, id

    def round_sub(self, around: Around, catching: str = "") -> tuple[str, str]:
        return self.sub(around, self.rounds("", around), catching)

    # The whole

    def page(self) -> str:
        """The BPMN file of what was drawn."""
        import re

        tasks = re.findall(rf'<(?:{"|".join((*PEOPLE, "adHocSubProcess"))}) id="(\w+)"', "".join(self.body))
        refs = "".join(f"<flowNodeRef>{id}</flowNodeRef>" for id in tasks)
        lanes = f'<laneSet><lane id="office" name="Toimisto">{refs}</lane></laneSet>'
        lines = "\n".join([lanes, *self.body])
        return f'{HEAD}<process id="{self.process}" isExecutable="true">\n{lines}\n</process>\n</definitions>\n'


BLOCKS = (
    "task", "script", "wait", "receive", "throw", "sequence", "parallel", "exclusive", "inclusive", "race", "again",
    "sub", "guarded", "call", "multi_task", "multi_sub", "multi_call", "round_task", "round_sub", "spread",
    "chosen", "link", "answered", "stopped", "bordered", "bordered", "bordered", "guarded", "guarded", "guarded",
    "guarded",
    "service", "multi_service", "choice", "multi_choice",
    "bordered", "bordered", "bordered", "bordered", "bordered", "asked", "asked", "asked", "transaction", "transaction",
    "bordered", "bordered", "bordered", "bordered",
    "complex", "complex", "complex", "quantities", "quantities",
)  # fmt: skip


def draw(dice: Dice, first: str = "") -> Drawing:
    """A drawing of nested blocks; `first` names the outermost one."""
    sketch = Sketch(dice)
    begin = sketch.node("startEvent", id="begin")
    around = Around(2 + dice.below(2))
    head, last, known = sketch.block(around, first)
    sketch.flow(begin, head)
    for _ in range(1 + dice.below(3)):
        after, last_too, known = sketch.block(replace(known, depth=2))
        sketch.flow(last, after)
        last = last_too
    sketch.flow(last, sketch.node("endEvent", id="finish"))
    if dice.chance(60):
        kind = dice.pick(["message", "timer", "signal", "escalation", "conditional", "conditional"])
        sketch.handler(Around(1, facts=known.facts), kind)
    sketch.files[MAIN] = sketch.page()
    return Drawing(sketch.files, sketch.outputs)
