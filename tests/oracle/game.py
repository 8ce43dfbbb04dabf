"""The token game of BPMN 2.0.2, chapter 13, on one position: what nodes do when a token comes, and what else happens.

Written from the standard, not from the product: nothing here imports it. What the standard leaves open is asked of
`choose`, so that a caller can try every answer. Where Asiavirta has decided something the standard leaves to tools, the
comment says where that is written down.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle import formula
from tests.oracle.chart import ACTIVITIES, LEVELS, PEOPLE, Chart, Flow, Node
from tests.oracle.position import (
    ARMED,
    COME,
    GO,
    HOLD,
    JOIN,
    LINE,
    RESET,
    THROUGH,
    WAIT,
    Level,
    Position,
    Record,
    Scope,
    Token,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
LIVE = (COME, THROUGH, JOIN, WAIT, HOLD, GO, LINE)


class Refused(Exception):
    """The step cannot be done, so nothing of it must have happened."""


class Game:
    """Plays on one position of one process and the parts that it calls."""

    def __init__(self, charts: Mapping[str, Chart], position: Position, choose: Callable[[int], int]) -> None:
        self.charts = charts
        self.at = position
        self.choose = choose

    # Where things are

    def node(self, token: Token) -> Node:
        """The node that a token stands on."""
        return self.charts[self.at.levels[token.level].process].nodes[token.at]

    def path(self, token: Token) -> str:
        """The node's path from the main process, calls before it."""
        return self.at.levels[token.level].prefix + token.at

    def items(self, token: Token) -> list[dict[str, Any]]:
        """The items of repeated activities around a token, in its own process, outermost first."""
        found: list[dict[str, Any]] = []
        current: Token | None = token
        while current is not None:
            if current.item is not None:
                found.insert(0, current.item)
            level = self.at.levels[current.level]
            if current.host:
                current = self.at.tokens[current.host]
            else:
                outer = self.at.tokens.get(level.host)
                current = outer if outer and self.at.levels[outer.level].scope == level.scope else None
        return found

    def look(self, token: Token, name: str) -> Any:
        """A name where a token stands: what its items hold, then the data of its process (formats.md, case data)."""
        scope = self.at.scopes[self.at.levels[token.level].scope]
        for item in reversed(self.items(token)):
            if name in item["own"]:
                return item["own"][name]
            if name == item["name"]:
                return item["value"]
        return scope.look(name)

    def value(self, token: Token, source: str) -> Any:
        """The value of an expression where a token stands."""
        return formula.value(source, lambda name: self.look(token, name))

    def holds(self, token: Token, source: str) -> bool:
        """Whether a condition is true where a token stands."""
        return formula.holds(source, lambda name: self.look(token, name))

    def write(self, token: Token, name: str, value: Any) -> None:
        """Store a value; what repeated activities write becomes a list with an entry for each time."""
        data = self.at.scopes[self.at.levels[token.level].scope].data
        items = self.items(token)
        if not items:
            data[name] = value
            return
        items[-1]["own"][name] = value
        before = data.get(name)
        data[name] = [*(before if isinstance(before, list) else []), value]

    # What happens to a process from outside

    def begin(self, process: str) -> None:
        """A case starts."""
        scope = self.at.number()
        self.at.scopes[scope] = Scope(process, {})
        self.open_level(process, "", 0, scope, "")

    def complete(self, label: str, answers: Mapping[str, Any]) -> None:
        """Somebody completes an open task."""
        token = self.labelled(label)
        if token is None or token.stage != WAIT or self.node(token).kind not in PEOPLE:
            raise Refused
        self.record(token, token.at, answers)
        token.stage = GO

    def answer(self, label: str, answers: Mapping[str, Any]) -> None:
        """A service answers a call."""
        token = self.called(label)
        self.record(token, token.at, answers)
        token.stage = GO

    def fail(self, label: str, code: str) -> None:
        """A service answers with an error, which its task throws (10.3.3): its own border catches first."""
        token = self.called(label)
        holder = self.at.tokens[token.host] if token.inner else token
        border = [other for other in self.at.tokens.values() if other.host == holder.number and not other.inner]
        if not self.caught(border, "error", code):
            self.throw(holder, "error", code)
        self.settle()

    def called(self, label: str) -> Token:
        """The token that waits for the answer of a call."""
        token = self.labelled(label)
        if token is None or token.stage != WAIT or self.node(token).kind != "serviceTask":
            raise Refused
        return token

    def pick(self, label: str, element: str) -> None:
        """Somebody chooses a step of an ad-hoc sub-process (10.3.5)."""
        token, level = self.choosing(label)
        node = self.node(token)
        chart = self.charts[level.process]
        offered = [n.id for n in chart.free(level.element) if n.kind in ACTIVITIES]
        if element not in offered or (node.ad_hoc and node.ad_hoc.sequential and self.working(level)):
            raise Refused
        self.add(level.number, element, COME)

    def enough(self, label: str) -> None:
        """Somebody says that an ad-hoc sub-process without a condition is done."""
        token, level = self.choosing(label)
        node = self.node(token)
        if node.ad_hoc is None or node.ad_hoc.until:
            raise Refused
        self.end_choice(token, level, node)
        self.settle()

    def choosing(self, label: str) -> tuple[Token, Level]:
        """The token of an open ad-hoc sub-process, and its level."""
        token = self.labelled(label)
        if token is None or token.stage != HOLD or token.ending or self.node(token).ad_hoc is None:
            raise Refused
        return token, next(level for level in self.at.levels.values() if level.host == token.number)

    def working(self, level: Level) -> list[Token]:
        """The tokens of a level that are not mere listeners."""
        return [token for token in self.at.within(level.number) if token.stage != ARMED]

    def end_choice(self, token: Token, level: Level, node: Node) -> None:
        """Nothing more begins in an ad-hoc sub-process; open steps are withdrawn, or finished if the drawing says."""
        token.ending = True
        for other in self.at.within(level.number):
            stays = self.node(other).kind in ACTIVITIES and other.stage != LINE
            if not (stays and node.ad_hoc and not node.ad_hoc.cancels) and not other.inner and not other.host:
                self.cancel(other)

    def deliver(self, label: str, answers: Mapping[str, Any]) -> None:
        """A message comes to exactly one that waits for it."""
        token = self.labelled(label)
        if token is None or token.stage not in (WAIT, ARMED) or self.node(token).event != "message":
            raise Refused
        self.record(token, self.node(token).code, answers)
        self.happen(token)

    def ring(self, label: str) -> None:
        """A timer goes off."""
        token = self.labelled(label)
        if token is None or token.due is None or token.due > self.at.now:
            raise Refused
        self.happen(token)

    def ring_first(self, moment: datetime) -> None:
        """One of the timers that are due at a moment goes off."""
        due = [token for token in self.at.tokens.values() if token.due == moment and token.stage in (WAIT, ARMED)]
        self.happen(due[self.choose(len(due))])

    def labelled(self, label: str) -> Token | None:
        """The token that is known by a label."""
        return next((token for token in self.at.tokens.values() if token.label == label), None)

    def record(self, token: Token, name: str, answers: Mapping[str, Any]) -> None:
        """Keep answers, with their moment and day in Finland."""
        moment = self.at.now.astimezone(HELSINKI)
        stamp = {"at": moment.isoformat(timespec="seconds"), "on": moment.date().isoformat()}
        self.write(token, name, {**answers, **stamp})

    # A token moves by itself

    def move(self, token: Token) -> None:
        """Let one pending token do what its node does."""
        node = self.node(token)
        if token.stage == GO and node.kind == "endEvent":
            self.undone_end(token, node)
        elif token.stage == GO:
            self.leave(token, node)
        elif token.stage == THROUGH and node.kind.endswith("Gateway"):
            self.depart(token, node)
        elif not token.inner and node.multi is not None:
            self.repeat(token, node, node.multi.sequential)
        elif not token.inner and node.loop is not None:
            self.loop(token, node)
        else:
            self.enter(token, node)
        self.settle()

    def enter(self, token: Token, node: Node) -> None:
        """A token has come to a node that is not repeated, or an item to the activity inside."""
        if not token.inner:
            self.arm_boundaries(token, node)
        if node.kind in (*PEOPLE, "serviceTask", "receiveTask", "intermediateCatchEvent"):
            if node.kind == "intermediateCatchEvent" and node.event in ("", "link"):
                self.leave(token, node)
                return
            token.stage = WAIT
            token.given = formula.plain({name: self.value(token, source) for name, source in node.inputs})
            self.set_due(token, node)
        elif node.kind in LEVELS:
            self.inside(token, node)
        elif node.kind == "callActivity":
            self.call(token, node)
        elif node.kind == "eventBasedGateway":
            self.race(token, node)
        elif node.kind == "endEvent":
            self.end(token, node)
        else:
            for name, source in node.script:
                self.write(token, name, self.value(token, source))
            if node.kind == "intermediateThrowEvent" and node.event in ("signal", "escalation"):
                self.throw(token, node.event, node.code)
            if node.kind == "intermediateThrowEvent" and node.event == "compensate":
                self.undo(token, node)
            if token.number in self.at.tokens and token.stage != HOLD:
                self.leave(token, node)

    def leave(self, token: Token, node: Node) -> None:
        """A token's work at its node is done: its border events are over and tokens go on."""
        for other in [other for other in self.at.tokens.values() if other.host == token.number]:
            self.cancel(other)
        undoing = self.at.levels[token.level].undoing
        if not undoing and self.charts[self.at.levels[token.level].process].undoable(node):
            self.keep(token, node)
        if token.inner:
            self.once_done(token, self.at.tokens[token.host], node)
        elif undoing:
            del self.at.tokens[token.number]
        elif node.kind in ACTIVITIES and self.was_enough(token):
            self.at.tokens.pop(token.number, None)
        else:
            self.depart(token, node)

    def was_enough(self, token: Token) -> bool:
        """After each step of an ad-hoc sub-process its condition is asked (13.3.5); then nothing more follows."""
        level = self.at.levels[token.level]
        host = self.at.tokens.get(level.host)
        node = self.node(host) if host else None
        if host is None or node is None or node.ad_hoc is None:
            return False
        if not host.ending:
            if not node.ad_hoc.until or not self.holds(host, node.ad_hoc.until):
                return False
            del self.at.tokens[token.number]
            self.end_choice(host, level, node)
        return True

    def depart(self, token: Token, node: Node) -> None:
        """A token goes on from its node."""
        if not node.leaving and not node.handler:  # an implicit end (10.5.3); it gets the id that docs/bpmn.md gives it
            self.decide(token, f"{token.at}_end")
        self.go_on(token, self.choice(token, node))

    def choice(self, token: Token, node: Node) -> list[Flow]:
        """The flows that tokens take from a node (13.2.1, 13.3.1 to 13.3.3)."""
        conditional = [f for f in node.leaving if f.condition]
        if not node.leaving or node.kind == "parallelGateway" or not (conditional or node.kind == "exclusiveGateway"):
            return node.leaving
        if node.kind == "complexGateway":
            return self.complex_choice(token, node)
        default = [flow for flow in node.leaving if flow.id == node.default]
        others = [flow for flow in node.leaving if flow.id != node.default]
        if node.kind == "exclusiveGateway":
            for flow in others:
                if not flow.condition or self.holds(token, flow.condition):
                    return [flow]
            taken = default
        else:
            taken = [f for f in others if not f.condition or self.holds(token, f.condition)] or default
        if not taken:
            raise Refused(f"{node.id}: no condition is true")
        return taken

    def complex_choice(self, token: Token, node: Node) -> list[Flow]:
        """Every flow whose condition is true, which may ask for the gateway's state; none need be at the reset."""

        def look(name: str) -> Any:
            return token.opening if name == "waitingForStart" else self.look(token, name)

        others = [flow for flow in node.leaving if flow.id != node.default]
        taken = [flow for flow in others if not flow.condition or formula.holds(flow.condition, look)]
        taken = taken or [flow for flow in node.leaving if flow.id == node.default]
        if not taken and token.opening:
            raise Refused(f"{node.id}: no condition is true")
        return taken

    def go_on(self, token: Token, flows: list[Flow]) -> None:
        """Consume a token and put one on each flow; it comes to the flow's target at once."""
        chart = self.charts[self.at.levels[token.level].process]
        many = self.node(token).gives if self.node(token).kind in ACTIVITIES else 1
        del self.at.tokens[token.number]
        for flow in [flow for flow in flows for _ in range(many)]:
            stage = JOIN if chart.nodes[flow.target].joins else COME
            if chart.nodes[flow.target].kind in ACTIVITIES and self.one_at_a_time(token.level):
                stage = LINE
            new = self.add(token.level, flow.target, stage, came=flow.id)
            if stage == LINE:
                new.turn = 1 + max(
                    (t.turn for t in self.at.within(token.level) if t.stage == LINE and t is not new), default=0
                )
            if stage == JOIN and chart.nodes[flow.target].kind == "parallelGateway":
                self.parallel_join(token.level, chart.nodes[flow.target])
            if stage == JOIN and chart.nodes[flow.target].needs > 1:
                self.gather(token.level, chart.nodes[flow.target])

    def one_at_a_time(self, level: int) -> bool:
        """Whether a level is an ad-hoc sub-process in sequence."""
        host = self.at.tokens.get(self.at.levels[level].host)
        node = self.node(host) if host else None
        return bool(node and node.ad_hoc and node.ad_hoc.sequential)

    def next_in_line(self, level: Level) -> bool:
        """In an ad-hoc sub-process in sequence the first in line begins when nothing else is under way."""
        line = self.working(level)
        if not line or any(token.stage != LINE for token in line):
            return False
        first = min(line, key=lambda token: token.turn)
        first.stage, first.turn = COME, 1
        return True

    def gather(self, level: int, node: Node) -> None:
        """An activity begins when as many tokens have come as it needs, on whatever flows (10.3.1)."""
        here = [token for token in self.at.within(level) if token.stage == JOIN and token.at == node.id]
        if len(here) >= node.needs:
            for token in here[: node.needs]:
                del self.at.tokens[token.number]
            self.add(level, node.id, COME)

    def add(self, level: int, at: str, stage: str, **facts: Any) -> Token:
        """A new token."""
        token = Token(self.at.number(), at, level, stage, **facts)
        chart = self.charts[self.at.levels[level].process]
        token.began = token.number if chart.undoable(chart.nodes[at]) else 0
        self.at.tokens[token.number] = token
        return token

    # Joins

    def waiting(self, level: int, node: Node) -> dict[str, Token]:
        """One token on each flow into a join that has any."""
        found: dict[str, Token] = {}
        for token in self.at.within(level):
            if token.stage == JOIN and token.at == node.id:
                found.setdefault(token.came, token)
        return found

    def parallel_join(self, level: int, node: Node) -> None:
        """Goes on with one token of every flow, as soon as each has one (13.3.1)."""
        here = self.waiting(level, node)
        if len(here) == len(node.entering):
            self.pass_join(level, node, here)

    def pass_join(self, level: int, node: Node, here: Mapping[str, Token], *, opening: bool = True) -> None:
        """Consume one token of each flow that has any."""
        for token in here.values():
            del self.at.tokens[token.number]
        self.add(level, node.id, THROUGH, opening=opening)

    def settle(self) -> None:
        """Inclusive joins go on as soon as they may (13.3.3), and levels end that have no token left."""
        again = True
        while again:
            again = False
            ready = [
                (level.number, node)
                for level in self.at.levels.values()
                for node in self.charts[level.process].inside(level.element)
                if node.kind == "inclusiveGateway" and node.joins and self.may_pass(level.number, node)
            ]
            for one in list(self.at.levels.values()):
                again = self.complex_gateways(one) or again
            if ready:
                level, node = ready[self.choose(len(ready))]
                self.pass_join(level, node, self.waiting(level, node))
                again = True
            for one in list(self.at.levels.values()):
                if one.number in self.at.levels and one.undoing and not self.at.within(one.number):
                    self.go_back(one)
                    again = True
                elif one.number in self.at.levels and self.is_empty(one):
                    self.finish(one)
                    again = True
                elif one.number in self.at.levels and self.next_in_line(one):
                    again = True

    def complex_gateways(self, level: Level) -> bool:
        """Complex gateways open when their condition is true, and are reset when nothing more is expected (13.4.5)."""
        moved = False
        for node in self.charts[level.process].inside(level.element):
            standing = [token for token in self.at.within(level.number) if token.at == node.id]
            if node.kind != "complexGateway" or any(token.stage == THROUGH for token in standing):
                continue
            here = self.waiting(level.number, node)
            reset = next((token for token in standing if token.stage == RESET), None)
            if reset is None and here and self.opens(node, standing):
                self.pass_join(level.number, node, here)
                self.add(level.number, node.id, RESET, rest=sorted(here))
                moved = True
            elif reset is not None:
                new = {flow: token for flow, token in here.items() if flow not in reset.rest}
                if not self.expects(level.number, node, {*reset.rest, *new}):
                    del self.at.tokens[reset.number]
                    self.pass_join(level.number, node, new, opening=False)
                    moved = True
        return moved

    def opens(self, node: Node, standing: list[Token]) -> bool:
        """Whether a complex gateway's condition is true of the tokens that wait there."""
        come = [token for token in standing if token.stage == JOIN]
        counts: dict[str, Any] = {flow.id: sum(t.came == flow.id for t in come) for flow in node.entering}
        counts["activationCount"] = len(come)
        look = self.look
        return not node.activation or formula.holds(
            node.activation, lambda n: counts[n] if n in counts else look(come[0], n)
        )

    def may_pass(self, level: int, node: Node) -> bool:
        """Table 13.3: no token elsewhere can come to an empty flow, unless it could come to one that has a token."""
        here = self.waiting(level, node)
        return bool(here) and not self.expects(level, node, set(here))

    def expects(self, level: int, node: Node, have: set[str]) -> bool:
        """Whether a token elsewhere could still come to a flow that has none, and to none that has one."""
        chart = self.charts[self.at.levels[level].process]
        for token in self.at.within(level):
            if token.stage in LIVE and not token.inner and not (token.stage == JOIN and token.at == node.id):
                possible = chart.reach(token.at, node)
                if possible - have and not possible & have:
                    return True
        return False

    # Levels

    def open_level(self, process: str, element: str, host: int, scope: int, prefix: str) -> None:
        """A process or sub-process begins: its event sub-processes listen, and a token comes up at its start."""
        level = Level(self.at.number(), process, element, host, scope, prefix)
        self.at.levels[level.number] = level
        chart = self.charts[process]
        for start in chart.begins(element):
            self.add(level.number, start.id, COME)
        listening = [start for _, start in chart.handlers(element)]
        if element and chart.nodes[element].ad_hoc is not None:
            listening += [node for node in chart.free(element) if node.kind == "intermediateCatchEvent"]
        for node in listening:
            self.set_due(self.add(level.number, node.id, ARMED), node)

    def inside(self, token: Token, node: Node) -> None:
        """An embedded sub-process begins; it shares the data around it."""
        token.stage = HOLD
        level = self.at.levels[token.level]
        self.open_level(level.process, node.id, token.number, level.scope, level.prefix)

    def call(self, token: Token, node: Node) -> None:
        """A called part begins, with data of its own."""
        token.stage = HOLD
        given = {name: self.value(token, source) for name, source in node.inputs}
        scope = self.at.number()
        self.at.scopes[scope] = Scope(node.called, {}, given)
        self.open_level(node.called, "", token.number, scope, self.path(token) + "/")

    def is_empty(self, level: Level) -> bool:
        """Whether nothing is left in a level but event sub-processes that listen (13.2.3: they do not keep it open)."""
        host = self.at.tokens.get(level.host)
        if host is not None and self.node(host).ad_hoc is not None and not host.ending:
            return False
        return all(token.stage == ARMED and not token.host for token in self.at.within(level.number))

    def finish(self, level: Level) -> None:
        """A level is done."""
        for token in self.at.within(level.number):
            del self.at.tokens[token.number]
        if not level.host:
            del self.at.levels[level.number]
            self.at.closed = True
            return
        host = self.at.tokens[level.host]
        if self.at.levels[host.level].scope != level.scope:
            part = self.at.scopes.pop(level.scope)
            outputs = self.charts[level.process].outputs.items()
            self.write(host, host.at, {name: formula.value(source, part.look) for name, source in outputs})
        else:
            host.undo = level.undo
        del self.at.levels[level.number]
        host.stage = GO

    # Undoing (10.7.2, 13.5.5)

    def keep(self, token: Token, node: Node) -> None:
        """An activity is completed and can be undone from now on; of a repeated one each item, or all at once."""
        if token.inner and node.undo:
            return
        chart, repeated = self.charts[self.at.levels[token.level].process], bool(node.multi or node.loop)
        whole = repeated and not token.inner
        record = Record(token.number, token.at, None if node.undo else token.undo, token.item, whole)
        handled = not whole and node.kind in LEVELS and chart.undoer(node.id) is not None
        if record.inside == [] and not handled:
            return
        token.undo = []
        (self.at.tokens[token.host].undo if token.inner else self.at.levels[token.level].undo).append(record)

    def undo(self, token: Token, node: Node) -> None:
        """A compensation event undoes one activity or all, of its level and of those that it handles events for."""
        then = []
        for up, level in enumerate(self.seen_from(token.level)):
            taken = [record for record in level.undo if node.code in ("", record.at)]
            level.undo = [record for record in level.undo if node.code not in ("", record.at)]
            then += [(up, taken)] if taken else []
        if not then:
            return
        host = token if node.waits else self.add(token.level, token.at, HOLD, aside=True)
        host.stage, host.then = HOLD, then
        self.undo_next(host)

    def seen_from(self, number: int) -> list[Level]:
        """A level, and around an event sub-process the level that it belongs to."""
        level = self.at.levels[number]
        found = [level]
        while (host := self.at.tokens.get(level.host)) and self.node(host).handler:
            level = self.at.levels[host.level]
            found.append(level)
        return found

    def undo_next(self, host: Token) -> None:
        """Begin with what is to be undone in one level."""
        up, records = host.then[0]
        self.open_undoing(host, self.seen_from(host.level)[up], records)

    def open_undoing(self, host: Token, like: Level, records: list[Record]) -> None:
        """What was done is undone by elements of the level where it was done: what began last first."""
        level = Level(self.at.number(), like.process, like.element, host.number, like.scope, like.prefix, undoing=True)
        self.at.levels[level.number] = level
        level.plan = sorted(records, key=lambda record: record.number)
        self.undo_last(level)

    def undo_last(self, level: Level) -> None:
        """Undo the last of a level's plan: by its activity, else what was completed in it."""
        chart, record = self.charts[level.process], level.plan[-1]
        if record.inside is None:
            self.add(level.number, chart.nodes[record.at].undo, COME)
        elif record.whole:
            level.plan[-1:] = sorted(record.inside, key=lambda one: one.number)
            self.undo_last(level)
        else:
            host = self.add(level.number, record.at, HOLD, item=record.item)
            undoer = chart.undoer(record.at)
            inner = Level(self.at.number(), level.process, record.at, host.number, level.scope, level.prefix)
            inner.undoing = True
            self.at.levels[inner.number] = inner
            if undoer is not None:
                inner.undo = record.inside
                self.add(inner.number, undoer.id, COME)
            else:
                inner.plan = sorted(record.inside, key=lambda one: one.number)
                self.undo_last(inner)

    def go_back(self, level: Level) -> None:
        """One thing is undone: the one that began before it is next; after the last one what asked for it goes on."""
        level.plan = level.plan[:-1]
        if level.plan:
            self.undo_last(level)
            return
        del self.at.levels[level.number]
        host = self.at.tokens[level.host]
        if host.cancelled:
            self.left_cancelled(host)
        elif host.then:
            host.then = host.then[1:]
            if host.then:
                self.undo_next(host)
            elif host.aside:
                del self.at.tokens[host.number]
            else:
                host.stage = GO
        else:
            host.stage = GO

    def undone_end(self, token: Token, node: Node) -> None:
        """An end event has undone what it asked for."""
        self.decide(token, node.id)
        del self.at.tokens[token.number]

    def cancel_transaction(self, token: Token) -> None:
        """A cancel end event ends the transaction around it and undoes all that was done in it (10.3.5, 13.5.2)."""
        level = self.at.levels[token.level]
        while self.node(self.at.tokens[level.host]).kind != "transaction":
            level = self.at.levels[self.at.tokens[level.host].level]
        host, records = self.at.tokens[level.host], self.gathered(level)
        for other in [other for other in self.at.tokens.values() if other.host == host.number]:
            if self.node(other).event != "cancel":
                self.cancel(other)
        self.clear(level.number)
        del self.at.levels[level.number]
        host.cancelled = True
        if records:
            self.open_undoing(host, level, records)
        else:
            self.left_cancelled(host)

    def gathered(self, level: Level) -> list[Record]:
        """All that was completed in a level however deep, also in what is still under way."""
        records = list(level.undo)
        for token in self.at.within(level.number):
            inner = next((one for one in self.at.levels.values() if one.host == token.number), None)
            if inner is not None and inner.scope != level.scope:
                continue  # what a called part did is undone by what undoes the call
            inside = token.undo if inner is None else self.gathered(inner)
            if inside:
                node = self.node(token)
                whole = bool(node.multi or node.loop) and not token.inner
                records.append(Record(token.number, token.at, inside, token.item, whole))
        return records

    def left_cancelled(self, host: Token) -> None:
        """A cancelled transaction is left by the cancel event on its border."""
        border = [other for other in self.at.tokens.values() if other.host == host.number]
        self.happen(next(other for other in border if self.node(other).event == "cancel"))

    def cancel(self, token: Token) -> None:
        """End a token without going on, with all that hangs on it and runs inside it."""
        if self.at.tokens.pop(token.number, None) is None:
            return
        for other in [other for other in self.at.tokens.values() if other.host == token.number]:
            self.cancel(other)
        for level in [level for level in self.at.levels.values() if level.host == token.number]:
            self.clear(level.number)
            if self.at.levels[token.level].scope != level.scope:
                del self.at.scopes[level.scope]
            del self.at.levels[level.number]

    def clear(self, level: int, but: Token | None = None) -> None:
        """End every token of a level."""
        for token in self.at.within(level):
            if token is not but:
                self.cancel(token)

    # Ends and throws

    def decide(self, token: Token, end: str) -> None:
        """The last end of a process, or of what replaced it, is its outcome (docs/bpmn.md; one of a part is data)."""
        level = self.at.levels[token.level]
        if level.element:
            chart = self.charts[level.process]
            handler = chart.nodes[level.element]
            if handler.parent or not handler.handler or not chart.begins(level.element)[0].interrupting:
                return
        main = next(one for one in self.at.levels.values() if one.scope == level.scope and not one.element)
        if not main.host:
            self.at.outcome = end
        else:
            self.write(token, "outcome", end)

    def end(self, token: Token, node: Node) -> None:
        """An end event (13.5.6): nothing, an end of all in its level, or a throw."""
        if node.event == "compensate":
            self.undo(token, node)
            if token.stage == HOLD:
                return
        if node.event == "cancel":
            self.cancel_transaction(token)
            return
        self.decide(token, node.id)
        if node.event == "terminate":
            self.clear(token.level, but=token)
        elif node.event in ("signal", "error", "escalation"):
            self.throw(token, node.event, node.code)
        self.at.tokens.pop(token.number, None)

    def throw(self, token: Token, kind: str, code: str) -> None:
        """A signal goes to all that wait for it; an error or escalation to the nearest level around that catches it."""
        if kind == "signal":
            hit = [other for other in self.at.tokens.values() if self.catches(other, kind, code)]
            while hit:
                other = hit.pop(self.choose(len(hit)))
                if other.number in self.at.tokens and other.stage in (WAIT, ARMED):
                    self.happen(other)
            return
        level: Level | None = self.at.levels[token.level]
        while level is not None:
            listening = [t for t in self.at.within(level.number) if t.stage == ARMED and not t.host]
            if self.caught(listening, kind, code):
                return
            host = self.at.tokens.get(level.host)
            if host is None:
                break
            holder = self.at.tokens[host.host] if host.inner else host
            if self.caught([t for t in self.at.tokens.values() if t.host == holder.number], kind, code):
                return
            level = self.at.levels[holder.level]
        if kind == "error":
            raise Refused(f"nothing catches {code}")

    def caught(self, candidates: list[Token], kind: str, code: str) -> bool:
        """Whether one of several armed events catches a throw: one for its code before one for any."""
        for wanted in (code, ""):
            hit = [token for token in candidates if self.catches(token, kind, wanted)]
            if hit:
                self.happen(hit[self.choose(len(hit))])
                return True
        return False

    def catches(self, token: Token, kind: str, code: str) -> bool:
        """Whether a waiting token is for exactly this."""
        if token.stage not in (WAIT, ARMED) or token.inner:
            return False
        node = self.node(token)
        return node.event == kind and node.code == code

    # Events

    def arm_boundaries(self, host: Token, node: Node) -> None:
        """The events on a node's border wait with it."""
        for event in node.boundaries:
            self.set_due(self.add(host.level, event.id, ARMED, host=host.number), event)

    def set_due(self, token: Token, node: Node) -> None:
        """A timer counts from the moment when its token begins to wait."""
        if node.event != "timer":
            return
        token.since = self.at.now
        token.due = due(node.timer, self.at.now, 1)

    def race(self, token: Token, node: Node) -> None:
        """An event-based gateway waits at every event behind it."""
        del self.at.tokens[token.number]
        for flow in node.leaving:
            target = self.charts[self.at.levels[token.level].process].nodes[flow.target]
            waiting = self.add(token.level, target.id, WAIT, came=flow.id, race=token.number)
            self.arm_boundaries(waiting, target)
            self.set_due(waiting, target)

    def happen(self, token: Token) -> None:
        """What a token waits for happens."""
        node = self.node(token)
        if token.stage == WAIT:
            for other in [t for t in self.at.tokens.values() if token.race and t.race == token.race]:
                if other is not token:
                    self.cancel(other)
            token.race = 0
            token.stage, token.due = GO, None
        elif token.host:
            self.on_border(token, node)
        elif node.kind == "intermediateCatchEvent":  # of an ad-hoc sub-process: it may happen again and again
            self.again(token, node, 0)
            token.stage, token.due, token.since, token.label = GO, None, None, ""
        else:
            self.in_level(token, node)

    def on_border(self, token: Token, node: Node) -> None:
        """A boundary event: an interrupting one ends its host first, another one waits again where it can (13.5.3)."""
        host = self.at.tokens[token.host]
        token.host = 0
        if node.interrupting:
            self.cancel(host)
        else:
            self.again(token, node, host.number)
        token.stage, token.due, token.since, token.label = GO, None, None, ""

    def in_level(self, token: Token, node: Node) -> None:
        """An event sub-process: an interrupting one ends all else in its level first (13.5.4)."""
        if node.interrupting:
            self.clear(token.level, but=token)
        else:
            self.again(token, node, 0)
        del self.at.tokens[token.number]
        handler = self.charts[self.at.levels[token.level].process].nodes[node.parent]
        self.inside(self.add(token.level, handler.id, HOLD), handler)

    def again(self, token: Token, node: Node, host: int) -> None:
        """An event beside a running activity may happen again; a timer only if it is a cycle with turns left."""
        if node.event != "timer":
            self.add(token.level, node.id, ARMED, host=host, known=node.event == "conditional")
            return
        kind, text = node.timer
        turns = text.partition("/")[0].removeprefix("R")
        if kind == "timeCycle" and token.since and (not turns or token.turn < int(turns)):
            turn = token.turn + 1
            armed = self.add(token.level, node.id, ARMED, host=host, since=token.since, turn=turn)
            armed.due = due(node.timer, token.since, turn)

    def watch(self) -> None:
        """All is at rest: conditions that are waited for are asked (docs/bpmn.md, Conditions), in any order."""
        true = []
        for token in list(self.at.tokens.values()):
            node = self.node(token)
            if node.event == "conditional" and token.stage in (WAIT, ARMED):
                if not self.holds(token, node.code):
                    token.known = False
                elif not token.known:
                    true.append(token)
        while true:
            token = true.pop(self.choose(len(true)))
            if token.number in self.at.tokens and token.stage in (WAIT, ARMED):
                self.happen(token)
        self.settle()

    # Repetition

    def repeat(self, token: Token, node: Node, sequential: bool) -> None:
        """A multi-instance activity begins (13.3.7)."""
        self.arm_boundaries(token, node)
        assert node.multi is not None
        found = self.value(token, node.multi.collection or node.multi.cardinality)
        if not node.multi.collection:
            found = list(range(1, (found or 0) + 1))
        items = list(enumerate(found or []))
        if not items:
            token.stage = GO
            return
        token.stage = HOLD
        token.rest = items[1:] if sequential else []
        for item in items[:1] if sequential else items:
            self.one_item(token, node, item)

    def one_item(self, token: Token, node: Node, item: tuple[int, Any]) -> None:
        """One item of a multi-instance activity."""
        assert node.multi is not None
        own = {"name": node.multi.item, "value": item[1], "own": {}}
        self.add(token.level, node.id, COME, host=token.number, inner=True, item=own, index=item[0])

    def loop(self, token: Token, node: Node) -> None:
        """A standard loop begins (13.3.6)."""
        self.arm_boundaries(token, node)
        assert node.loop is not None
        if node.loop.before and not self.once_more(token, node, 0):
            token.stage = GO
            return
        token.stage = HOLD
        self.add(token.level, node.id, COME, host=token.number, inner=True, rounds=1)

    def once_more(self, token: Token, node: Node, rounds: int) -> bool:
        """Whether a standard loop goes another round."""
        loop = node.loop
        assert loop is not None
        if loop.maximum is not None and rounds >= loop.maximum:
            return False
        return not loop.condition or self.holds(token, loop.condition)

    def once_done(self, one: Token, whole: Token, node: Node) -> None:
        """One item or round is done."""
        if node.loop is not None:
            del self.at.tokens[one.number]
            if self.once_more(whole, node, one.rounds):
                self.add(one.level, node.id, COME, host=whole.number, inner=True, rounds=one.rounds + 1)
            else:
                whole.stage = GO
            return
        assert node.multi is not None
        enough = bool(node.multi.until) and self.holds(one, node.multi.until)
        del self.at.tokens[one.number]
        left = [t for t in self.at.tokens.values() if t.host == whole.number and t.inner]
        if enough:
            for other in left:
                self.cancel(other)
        elif whole.rest:
            first, whole.rest = whole.rest[0], whole.rest[1:]
            self.one_item(whole, node, first)
            return
        elif left:
            return
        whole.stage = GO


def due(timer: tuple[str, str], since: datetime, turn: int) -> datetime:
    """When a timer is due, in UTC: hours as they pass, days by the calendar in Finland."""
    kind, text = timer
    if kind == "timeDate":
        return datetime.fromisoformat(text.split('"')[1]).replace(tzinfo=HELSINKI).astimezone(UTC)
    length = text.rpartition("/")[2]
    number = int(length.strip("PTHD")) * turn
    if length.endswith("H"):
        return since + timedelta(hours=number)
    return (since.astimezone(HELSINKI) + timedelta(days=number)).astimezone(UTC)
