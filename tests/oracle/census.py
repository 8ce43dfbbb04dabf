"""What a drawing holds: its constructs, which of them lie in each other, and a hash of its structure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from tests.oracle.chart import Chart, Node

CONTAINERS = ("sub-process", "event sub-process", "call", "multi-instance", "loop marker", "boundary")
PLAIN = {
    "userTask": "task",
    "task": "task",
    "manualTask": "task",
    "scriptTask": "script",
    "receiveTask": "receive task",
    "callActivity": "call",
    "serviceTask": "service task",
    "eventBasedGateway": "event gateway",
}
# What every run must hold at least twenty times; each name is a construct of the census.
WANTED = (
    "task", "script", "receive task", "call", "event gateway", "exclusive split", "exclusive merge",
    "inclusive split", "inclusive join", "parallel split", "parallel join", "sub-process",
    "several flows after a task", "conditions after a task", "catch message", "catch timer", "catch signal",
    "throw signal", "throw escalation", "throw nothing", "link", "end none", "end terminate", "end error",
    "end escalation", "end signal", "no end event", "boundary message interrupting", "boundary message beside",
    "boundary timer interrupting", "boundary timer beside", "boundary signal interrupting",
    "boundary signal beside", "boundary escalation interrupting", "boundary escalation beside",
    "boundary error interrupting", "boundary for any code", "event sub-process message interrupting",
    "event sub-process message beside", "event sub-process timer interrupting", "event sub-process timer beside",
    "event sub-process signal interrupting", "event sub-process signal beside",
    "event sub-process escalation interrupting", "event sub-process escalation beside",
    "event sub-process error interrupting", "timer date", "timer cycle", "multi-instance parallel",
    "multi-instance sequential", "multi-instance until", "multi-instance cardinality", "multi-instance collection",
    "multi-instance task", "multi-instance sub-process", "multi-instance call", "loop marker asked first",
    "loop marker asked after", "loop marker maximum", "loop marker task", "loop marker sub-process",
    "loop drawn with flows", "service task", "ad-hoc", "ad-hoc in sequence", "ad-hoc until", "ad-hoc until enough",
    "ad-hoc that lets steps finish", "catch conditional", "boundary conditional interrupting",
    "boundary conditional beside", "event sub-process conditional interrupting",
    "event sub-process conditional beside", "multi-instance service task", "multi-instance ad-hoc", "transaction",
    "throw compensate", "end compensate", "end cancel", "boundary cancel interrupting",
    "boundary compensate interrupting", "event sub-process compensate interrupting", "compensation of one",
    "compensation aside", "complex gateway", "several tokens to begin", "several tokens at the end",
)  # fmt: skip


def constructs(charts: Mapping[str, Chart]) -> set[str]:
    """The constructs of a drawing, by the names above."""
    return {name for chart in charts.values() for node in chart.nodes.values() for name in _of(chart, node)}


def _of(chart: Chart, node: Node) -> Iterator[str]:
    if node.kind in PLAIN:
        yield PLAIN[node.kind]
    if node.needs > 1:
        yield "several tokens to begin"
    if node.gives > 1:
        yield "several tokens at the end"
    if node.kind == "transaction":
        yield "transaction"
    if node.event == "compensate" and node.kind in ("intermediateThrowEvent", "endEvent"):
        if node.code:
            yield "compensation of one"
        if not node.waits:
            yield "compensation aside"
    if node.ad_hoc is not None:
        yield "ad-hoc in sequence" if node.ad_hoc.sequential else "ad-hoc"
        yield "ad-hoc until" if node.ad_hoc.until else "ad-hoc until enough"
        if not node.ad_hoc.cancels:
            yield "ad-hoc that lets steps finish"
    if node.kind == "subProcess" and not node.handler:
        yield "sub-process"
    if node.kind == "complexGateway":
        yield "complex gateway"
    elif node.kind.endswith("Gateway") and node.kind != "eventBasedGateway":
        kind = node.kind.removesuffix("Gateway")
        if len(node.leaving) > 1:
            yield f"{kind} split"
        if len(node.entering) > 1:
            yield f"{kind} merge" if kind == "exclusive" else f"{kind} join"
    elif len(node.leaving) > 1 and node.kind != "eventBasedGateway":
        conditions = any(flow.condition for flow in node.leaving)
        yield "conditions after a task" if conditions else "several flows after a task"
    if not node.leaving and node.kind != "endEvent" and not node.handler:
        yield "no end event"
    if any(flow.target == node.id or _leads(chart, flow.target, node.id) for flow in node.leaving):
        yield "loop drawn with flows"
    yield from _events(chart, node)
    yield from _repeated(node)


def _events(chart: Chart, node: Node) -> Iterator[str]:
    how = "interrupting" if node.interrupting else "beside"
    if node.event == "link":
        yield "link"
    elif node.kind == "intermediateCatchEvent":
        yield f"catch {node.event}"
    elif node.kind == "intermediateThrowEvent":
        yield f"throw {node.event or 'nothing'}"
    elif node.kind == "endEvent":
        yield f"end {node.event or 'none'}"
    elif node.kind == "boundaryEvent":
        yield f"boundary {node.event} {how}"
        if node.event in ("error", "escalation") and not node.code:
            yield "boundary for any code"
    elif node.kind == "startEvent" and node.parent and chart.nodes[node.parent].handler:
        yield f"event sub-process {node.event} {how}"
    if node.timer[0] in ("timeDate", "timeCycle"):
        yield "timer " + node.timer[0].removeprefix("time").lower()


def _repeated(node: Node) -> Iterator[str]:
    named = {
        "subProcess": "sub-process",
        "adHocSubProcess": "ad-hoc",
        "callActivity": "call",
        "serviceTask": "service task",
    }
    kind = named.get(node.kind, "task")
    if node.multi is not None:
        yield f"multi-instance {'sequential' if node.multi.sequential else 'parallel'}"
        yield f"multi-instance {'collection' if node.multi.collection else 'cardinality'}"
        yield f"multi-instance {kind}"
        if node.multi.until:
            yield "multi-instance until"
    if node.loop is not None:
        yield f"loop marker asked {'first' if node.loop.before else 'after'}"
        yield f"loop marker {kind}"
        if node.loop.maximum is not None:
            yield "loop marker maximum"


def _leads(chart: Chart, source: str, target: str) -> bool:
    waiting, seen = [source], set[str]()
    while waiting:
        current = waiting.pop()
        if current == target:
            return True
        if current not in seen:
            seen.add(current)
            waiting += [flow.target for flow in chart.nodes[current].leaving]
    return False


def nests(charts: Mapping[str, Chart]) -> set[tuple[str, str]]:
    """Which construct lies in which: something other than plain tasks and events inside what holds a level."""
    found: set[tuple[str, str]] = set()
    for chart in charts.values():
        for node in chart.nodes.values():
            inner = _shape(node)
            outer = node.parent
            while inner and outer:
                found.add((_shape(chart.nodes[outer]), inner))
                outer = chart.nodes[outer].parent
            if inner and chart.process != "example":
                found.add(("call", inner))
    return found


def _shape(node: Node) -> str:
    if node.multi is not None:
        return "multi-instance"
    if node.loop is not None:
        return "loop marker"
    if node.handler:
        return "event sub-process"
    names = {
        "subProcess": "sub-process",
        "adHocSubProcess": "ad-hoc",
        "callActivity": "call",
        "boundaryEvent": "boundary",
    }
    gate = node.kind.endswith("Gateway") and len(node.leaving) > 1
    return names.get(node.kind, "gateway" if gate else "")


def structure(charts: Mapping[str, Chart]) -> str:
    """A hash of the drawing's structure: equal however elements are named and in whatever order they are drawn."""
    marks = {(p, n.id): _facts(n) for p, chart in charts.items() for n in chart.nodes.values()}
    for _ in range(len(marks) if len(marks) < 8 else 8):
        marks = {
            (process, node.id): _digest(_around(process, chart, node, marks, charts))
            for process, chart in charts.items()
            for node in chart.nodes.values()
        }
    return _digest(sorted(marks.values()))


def _facts(node: Node) -> str:
    multi = node.multi and (node.multi.sequential, bool(node.multi.until), bool(node.multi.collection))
    loop = node.loop and (bool(node.loop.condition), node.loop.maximum is None, node.loop.before)
    chosen = node.ad_hoc and (node.ad_hoc.sequential, bool(node.ad_hoc.until), node.ad_hoc.cancels)
    facts = (
        PLAIN.get(node.kind, node.kind),
        node.event,
        node.code if node.event not in ("conditional", "compensate") else bool(node.code),
        node.waits,
        bool(node.undo),
        node.timer[0],
        node.interrupting,
        node.handler,
    )
    return _digest((facts, multi, loop, chosen, node.needs, node.gives))


def _around(
    process: str, chart: Chart, node: Node, marks: Mapping[tuple[str, str], str], charts: Mapping[str, Chart]
) -> object:
    """A node's mark and those of its neighbours: before and behind it, around and inside it, on it, called by it."""

    def of(ids: Iterator[str]) -> list[str]:
        return sorted(marks[process, id] for id in ids)

    ways = sorted((marks[process, f.target], bool(f.condition), f.id == node.default) for f in node.leaving)
    called = sorted(marks[node.called, n] for n in charts[node.called].nodes) if node.called else []
    links = [n.id for n in chart.nodes.values() if n.event == "link"] if node.event == "link" else []
    return (
        marks[process, node.id], ways, of(f.source for f in node.entering), of(n.id for n in node.boundaries),
        of(iter([node.host] if node.host else [])), of(iter([node.parent] if node.parent else [])),
        of(n.id for n in chart.inside(node.id)), called, len(links),
    )  # fmt: skip


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
