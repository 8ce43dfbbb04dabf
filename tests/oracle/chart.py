"""A BPMN file as the oracle reads it: elements, flows and levels, read with the standard library alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree import ElementTree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
OURS = "{urn:asiavirta:bpmn:1}"
PEOPLE = ("task", "userTask", "manualTask")
LEVELS = ("subProcess", "adHocSubProcess", "transaction")
ACTIVITIES = (*PEOPLE, *LEVELS, "scriptTask", "serviceTask", "receiveTask", "callActivity")
GATEWAYS = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway")
EVENTS = ("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent")


@dataclass
class Flow:
    """A sequence flow; `condition` is "" where it has none."""

    id: str
    source: str
    target: str
    condition: str = ""


@dataclass
class Multi:
    """Multi-instance: over a collection or so many times, one after the other or together, until a condition."""

    collection: str
    cardinality: str
    item: str
    sequential: bool
    until: str


@dataclass
class Loop:
    """A standard loop."""

    condition: str
    maximum: int | None
    before: bool


@dataclass
class AdHoc:
    """An ad-hoc sub-process: one step at a time or not, what ends it, and whether the end withdraws what is open."""

    sequential: bool
    until: str
    cancels: bool


@dataclass
class Node:
    """One flow node."""

    id: str
    kind: str
    parent: str = ""
    event: str = ""
    """its event definition: message, timer, …; "" for none"""
    code: str = ""
    """the message, signal name, error or escalation code (""  catches any), or a conditional event's condition"""
    timer: tuple[str, str] = ("", "")
    host: str = ""
    interrupting: bool = True
    default: str = ""
    multi: Multi | None = None
    loop: Loop | None = None
    ad_hoc: AdHoc | None = None
    handler: bool = False
    """an event sub-process"""
    script: list[tuple[str, str]] = field(default_factory=list)
    called: str = ""
    inputs: list[tuple[str, str]] = field(default_factory=list)
    undo: str = ""
    """the activity that undoes this one, by its compensation event"""
    undoes: bool = False
    activation: str = ""
    """when a complex gateway opens"""
    needs: int = 1
    """how many tokens an activity begins with"""
    gives: int = 1
    """how many tokens leave it on each flow"""
    waits: bool = True
    """of a compensation event: whether it waits until all is undone"""
    leaving: list[Flow] = field(default_factory=list)
    entering: list[Flow] = field(default_factory=list)
    boundaries: list[Node] = field(default_factory=list)

    @property
    def joins(self) -> bool:
        """Whether tokens wait for each other here."""
        if self.kind == "complexGateway" or self.needs > 1:
            return True
        return self.kind in ("parallelGateway", "inclusiveGateway") and len(self.entering) > 1


@dataclass
class Chart:
    """One process: its nodes by id, and what its parts give back (`outputs`, from process.toml)."""

    process: str
    nodes: dict[str, Node]
    outputs: dict[str, str] = field(default_factory=dict)
    known: dict[str, bool] = field(default_factory=dict, repr=False)
    reached: dict[tuple[str, str], set[str]] = field(default_factory=dict, repr=False)

    def inside(self, level: str) -> list[Node]:
        """The nodes directly inside a sub-process, or at the main level for ""."""
        return [node for node in self.nodes.values() if node.parent == level]

    def free(self, level: str) -> list[Node]:
        """The steps and events of an ad-hoc sub-process that no flow enters."""
        kinds = (*ACTIVITIES, "intermediateCatchEvent")
        return [n for n in self.inside(level) if n.kind in kinds and not n.entering and not n.handler]

    def undoer(self, level: str) -> Node | None:
        """The event sub-process that says how a sub-process is undone."""
        handlers = [node for node in self.inside(level) if node.handler]
        return next((node for node in handlers if self.begins(node.id)[0].event == "compensate"), None)

    def undoable(self, node: Node) -> bool:
        """Whether an activity can be undone once it is completed: by an activity, or by what was completed in it."""
        if node.id not in self.known:
            self.known[node.id] = self._undoable(node)
        return self.known[node.id]

    def _undoable(self, node: Node) -> bool:
        if node.undoes or node.kind not in ACTIVITIES or (node.handler and self.undoer(node.parent) is node):
            return False
        inside = self.inside(node.id) if node.kind in LEVELS else []
        return bool(node.undo or (inside and self.undoer(node.id)) or any(map(self.undoable, inside)))

    def handlers(self, level: str) -> list[tuple[Node, Node]]:
        """The event sub-processes of a level, each with its start event."""
        found = []
        for node in self.inside(level):
            if node.handler and self.begins(node.id)[0].event != "compensate":
                found.append((node, next(n for n in self.inside(node.id) if n.kind == "startEvent")))
        return found

    def begins(self, level: str) -> list[Node]:
        """Where tokens begin in a level: its start events, or without one the elements that no flow enters."""
        if level and self.nodes[level].ad_hoc is not None:
            return []
        inside = [node for node in self.inside(level) if not node.handler]
        starts = [node for node in inside if node.kind == "startEvent"]
        return starts or [n for n in inside if not n.entering and n.kind != "boundaryEvent"]

    def reach(self, start: str, join: Node) -> set[str]:
        """The flows into a join on which a token at a node could come, without passing the join before."""
        if (start, join.id) not in self.reached:
            found: set[str] = set()
            waiting, seen = [start], set[str]()
            while waiting:
                current = self.nodes[waiting.pop()]
                if current.id in seen or (current.id == join.id and seen):
                    continue
                seen.add(current.id)
                for flow in [*current.leaving, *(f for event in current.boundaries for f in event.leaving)]:
                    if flow.target == join.id:
                        found.add(flow.id)
                    waiting.append(flow.target)
            self.reached[start, join.id] = found
        return self.reached[start, join.id]


def read(data: bytes | str, outputs: dict[str, str] | None = None) -> Chart:
    """Read the one process of a file."""
    root = ElementTree.fromstring(data)
    process = next(p for p in root.iter(f"{BPMN}process"))
    codes = _codes(root)
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    _level(process, "", codes, nodes, flows)
    _links(nodes, flows)
    for association in process.iter(f"{BPMN}association"):
        event = nodes[association.get("sourceRef", "")]
        nodes[event.host].undo = association.get("targetRef", "")
    for flow in flows:
        nodes[flow.source].leaving.append(flow)
        nodes[flow.target].entering.append(flow)
    for node in nodes.values():
        if node.host and node.event != "compensate":
            nodes[node.host].boundaries.append(node)
    return Chart(process.get("id", ""), nodes, outputs or {})


def _codes(root: ElementTree.Element) -> dict[str, str]:
    codes = {}
    for tag, attribute in (("error", "errorCode"), ("escalation", "escalationCode"), ("signal", "name")):
        for element in root.iter(f"{BPMN}{tag}"):
            codes[element.get("id", "")] = element.get(attribute) or element.get("id", "")
    return codes


def _level(level: ElementTree.Element, parent: str, codes: dict[str, str], nodes: dict, flows: list) -> None:
    for element in level:
        tag = element.tag.removeprefix(BPMN)
        if tag == "sequenceFlow":
            condition = (element.findtext(f"{BPMN}conditionExpression") or "").strip()
            flows.append(Flow(element.get("id", ""), element.get("sourceRef"), element.get("targetRef"), condition))
        elif tag in (*ACTIVITIES, *GATEWAYS, *EVENTS):
            nodes[element.get("id", "")] = _node(element, tag, parent, codes)
            if tag in LEVELS:
                _level(element, element.get("id", ""), codes, nodes, flows)


def _node(element: ElementTree.Element, tag: str, parent: str, codes: dict[str, str]) -> Node:
    node = Node(element.get("id", ""), tag, parent)
    node.host = element.get("attachedToRef", "")
    node.interrupting = element.get("isInterrupting" if tag == "startEvent" else "cancelActivity", "true") != "false"
    node.default = element.get("default", "")
    node.activation = (element.findtext(f"{BPMN}activationCondition") or "").strip()
    node.needs, node.gives = int(element.get("startQuantity", "1")), int(element.get("completionQuantity", "1"))
    node.undoes = element.get("isForCompensation") == "true"
    node.handler = element.get("triggeredByEvent") == "true"
    node.called = element.get("calledElement", "")
    for child in element:
        name = child.tag.removeprefix(BPMN)
        if name.endswith("EventDefinition"):
            _event(node, child, name.removesuffix("EventDefinition"), codes)
        elif name == "multiInstanceLoopCharacteristics":
            node.multi = _multi(child)
        elif name == "standardLoopCharacteristics":
            most = child.get("loopMaximum")
            condition = (child.findtext(f"{BPMN}loopCondition") or "").strip()
            node.loop = Loop(condition, int(most) if most else None, child.get("testBefore") == "true")
        elif name == "script":
            lines = [line.partition("=") for line in (child.text or "").splitlines() if line.strip()]
            node.script = [(name.strip(), value.strip()) for name, _, value in lines]
        elif name == "extensionElements":
            node.inputs = [(e.get("name", ""), e.get("value", "")) for e in child if e.tag == f"{OURS}in"]
    if tag == "adHocSubProcess":
        until = (element.findtext(f"{BPMN}completionCondition") or "").strip()
        cancels = element.get("cancelRemainingInstances") != "false"
        node.ad_hoc = AdHoc(element.get("ordering") == "Sequential", until, cancels)
    if tag == "receiveTask":
        node.event, node.code = "message", element.get("messageRef", "")
    return node


def _event(node: Node, child: ElementTree.Element, kind: str, codes: dict[str, str]) -> None:
    node.event = kind
    if kind == "timer":
        node.timer = next((e.tag.removeprefix(BPMN), (e.text or "").strip()) for e in child)
    elif kind == "message":
        node.code = child.get("messageRef", "")
    elif kind == "conditional":
        node.code = (child.findtext(f"{BPMN}condition") or "").strip()
    elif kind == "compensate":
        node.code, node.waits = child.get("activityRef", ""), child.get("waitForCompletion") != "false"
    elif kind == "link":
        node.code = child.get("name", "")
    else:
        node.code = codes.get(child.get(f"{kind}Ref", ""), "")


def _multi(child: ElementTree.Element) -> Multi:
    return Multi(
        child.get(f"{OURS}collection", ""),
        (child.findtext(f"{BPMN}loopCardinality") or "").strip(),
        child.get(f"{OURS}item", "item"),
        child.get("isSequential") == "true",
        (child.findtext(f"{BPMN}completionCondition") or "").strip(),
    )


def _links(nodes: dict[str, Node], flows: list[Flow]) -> None:
    """A link pair is one sequence flow drawn in two pieces (BPMN 2.0.2, 10.5.5)."""
    for throw in [n for n in nodes.values() if n.event == "link" and n.kind == "intermediateThrowEvent"]:
        (catch,) = [n for n in nodes.values() if n.code == throw.code and n is not throw and "Catch" in n.kind]
        flows.append(Flow(f"{throw.id}:link", throw.id, catch.id))
