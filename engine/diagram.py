"""A BPMN drawing as plain data: nodes, flows, lanes and messages, read from safe XML and independent of any engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import dialect, xml
from engine.errors import XmlError
from engine.notation import BPMN, DRAWN_ONLY, IGNORED_TAGS, NEUTRAL, NODE_TAGS, OURS

MAX_NODES, MAX_FLOWS = 500, 1500


@dataclass(frozen=True, slots=True)
class Event:
    """What an event reacts to or throws: its kind, the id or code it refers to, and a timer's expression."""

    kind: str
    ref: str = ""
    timer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Multi:
    """How a task is repeated over a collection: FEEL for the collection or the number, the item's name, the order."""

    collection: str
    cardinality: str
    item: str
    sequential: bool
    until: str


@dataclass(frozen=True, slots=True)
class Loop:
    """How an activity is repeated round by round: while FEEL is true, at most so often, asked first or after."""

    condition: str
    maximum: int | None
    before: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One element of the flow; `parent` is the sub-process it lies in, "" at the main level."""

    id: str
    kind: str
    name: str = ""
    parent: str = ""
    line: int | None = None
    lane: str = ""
    events: tuple[Event, ...] = ()
    attached_to: str = ""
    interrupting: bool = True
    default: str = ""
    multi: Multi | None = None
    loop: Loop | None = None
    event_triggered: bool = False
    script: str = ""
    called: str = ""
    message: str = ""
    documentation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()
    foreign: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def event(self) -> Event | None:
        """The single event definition, if there is one."""
        return self.events[0] if self.events else None


@dataclass(frozen=True, slots=True)
class Flow:
    """One sequence flow with its FEEL condition ("" when unconditional)."""

    id: str
    source: str
    target: str
    condition: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Diagram:
    """One process drawing: elements by id in document order, flows, lanes, messages, and what could not be placed."""

    process: str
    name: str
    file: str
    executable: bool
    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]
    lanes: Mapping[str, str]
    messages: Mapping[str, str]
    codes: Mapping[str, str]
    oddities: tuple[tuple[str, str, int | None], ...] = ()
    drawn_only: tuple[tuple[str, str], ...] = ()
    asides: tuple[str, ...] = ()
    foreign: tuple[tuple[str, str], ...] = ()

    def leaving(self, node: str) -> tuple[Flow, ...]:
        """The flows that leave an element, in document order."""
        return tuple(flow for flow in self.flows if flow.source == node)

    def entering(self, node: str) -> tuple[Flow, ...]:
        """The flows that enter an element, in document order."""
        return tuple(flow for flow in self.flows if flow.target == node)

    def inside(self, parent: str) -> tuple[Node, ...]:
        """The elements directly inside a sub-process, or at the main level for ""."""
        return tuple(node for node in self.nodes.values() if node.parent == parent)

    def handlers(self, parent: str) -> tuple[Node, ...]:
        """The event sub-processes directly inside a sub-process, or at the main level for ""."""
        return tuple(node for node in self.inside(parent) if node.event_triggered)

    def decides(self, level: str) -> bool:
        """Whether an end event of a level is an outcome: at the main level, and where that one is interrupted to."""
        node = self.nodes.get(level)
        if node is None:
            return not level
        return node.event_triggered and not node.parent and all(start.interrupting for start in self.starts(level))

    def starts(self, parent: str) -> tuple[Node, ...]:
        """The start events directly inside a sub-process, or at the main level for ""."""
        return tuple(node for node in self.inside(parent) if node.kind == "startEvent")

    def boundaries(self, host: str) -> tuple[Node, ...]:
        """The boundary events attached to an element."""
        return tuple(node for node in self.nodes.values() if node.kind == "boundaryEvent" and node.attached_to == host)


def read(data: bytes, *, file: str) -> Diagram:
    """Read the one process of a BPMN file; raises XmlError when there is none, more than one, or too much in it.

    Of several processes the only one marked executable is meant, and the others are pools drawn for readers.
    """
    root, processes = _processes(data, file)
    marked = [process for process in processes if process.get("isExecutable") == "true"]
    if len(processes) > 1 and len(marked) == 1:
        asides = tuple(process.get("id", "") for process in processes if process is not marked[0])
        return _read(root, marked[0], file, asides)
    if len(processes) != 1:
        raise XmlError(f"{file}: found {len(processes)} processes with elements, expected exactly one")
    return _read(root, processes[0], file)


def read_all(data: bytes, *, file: str) -> tuple[Diagram, ...]:
    """Every process of a BPMN file, for checking; raises XmlError as `read` does for a file that cannot be read."""
    root, processes = _processes(data, file)
    return tuple(_read(root, process, file) for process in processes)


def _processes(data: bytes, file: str) -> tuple[Any, list[Any]]:
    root = xml.parse(data, file=file)
    if root.tag != f"{BPMN}definitions":
        raise XmlError(f"{file}: found <{_local(root.tag)}>, expected BPMN 2.0 definitions", line=root.sourceline)
    drawn = [p for p in root.iter(f"{BPMN}process") if any(_local(child.tag) in NODE_TAGS for child in p)]
    return root, drawn


def _read(root: Any, process: Any, file: str, asides: tuple[str, ...] = ()) -> Diagram:
    reader = _Reader(process, _lanes_of(process))
    reader.read_level(process, "")
    if len(reader.nodes) > MAX_NODES or len(reader.flows) > MAX_FLOWS:
        found = f"{len(reader.nodes)} elements and {len(reader.flows)} flows"
        raise XmlError(f"{file}: {found}, at most {MAX_NODES} and {MAX_FLOWS} in one drawing", line=process.sourceline)
    return Diagram(
        process=process.get("id", ""),
        name=process.get("name", ""),
        file=file,
        executable=process.get("isExecutable", "true") != "false",
        nodes=reader.nodes,
        flows=tuple(reader.flows),
        lanes={lane.get("id", ""): lane.get("name", "") for lane in process.iter(f"{BPMN}lane")},
        messages={m.get("id", ""): m.get("name", "") for m in root.iter(f"{BPMN}message")},
        codes=_codes(root),
        oddities=tuple(reader.oddities),
        drawn_only=tuple(
            (element.get("id") or tag, tag) for tag in DRAWN_ONLY for element in process.iter(f"{BPMN}{tag}")
        ),
        asides=asides,
        foreign=tuple(dict.fromkeys(_foreign(process))),
    )


def _foreign(process: Any) -> Iterator[tuple[str, str]]:
    """The extension elements of other engines that mean nothing here, with the element that they belong to."""
    for extensions in process.iter(f"{BPMN}extensionElements"):
        owner = extensions.getparent()
        if owner.tag == f"{BPMN}multiInstanceLoopCharacteristics":
            owner = owner.getparent()
        used = dialect.understand(owner).used
        for child in extensions:
            if isinstance(child.tag, str) and not child.tag.startswith(OURS) and child.tag not in used:
                yield owner.get("id") or _local(owner.tag), child.tag


def is_feel(to: str) -> bool:
    """Whether a letter's recipient is FEEL (`input.addressee`, `=expression`) and not the name of a party role."""
    return "." in to or to.startswith("=")


def _codes(root: Any) -> dict[str, str]:
    codes = {e.get("id", ""): e.get("errorCode") or e.get("id", "") for e in root.iter(f"{BPMN}error")}
    codes |= {e.get("id", ""): e.get("escalationCode") or e.get("id", "") for e in root.iter(f"{BPMN}escalation")}
    return codes | {s.get("id", ""): s.get("name") or s.get("id", "") for s in root.iter(f"{BPMN}signal")}


def _lanes_of(process: Any) -> dict[str, str]:
    lanes: dict[str, str] = {}
    for lane in process.iter(f"{BPMN}lane"):  # inner lanes come later in document order and win
        for ref in lane.findall(f"{BPMN}flowNodeRef"):
            lanes[(ref.text or "").strip()] = lane.get("id", "")
    return lanes


class _Reader:
    def __init__(self, process: Any, lanes: Mapping[str, str]) -> None:
        self.lanes = lanes
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.oddities: list[tuple[str, str, int | None]] = []
        self._process = process

    def read_level(self, level: Any, parent: str) -> None:
        for child in level:
            if not isinstance(child.tag, str):
                continue  # comments and processing instructions
            tag = _local(child.tag)
            if child.tag == f"{BPMN}sequenceFlow":
                self.flows.append(_flow(child))
            elif child.tag.startswith(BPMN) and tag in NODE_TAGS:
                self._add(child, tag, parent)
            elif child.tag.startswith(BPMN) and tag not in IGNORED_TAGS and not tag.endswith("EventDefinition"):
                self.oddities.append((child.get("id", tag), f"found <{tag}>, which is not executed", child.sourceline))

    def _add(self, element: Any, tag: str, parent: str) -> None:
        node_id = element.get("id", "")
        if not node_id or node_id in self.nodes:
            what = f"the id {node_id!r} twice" if node_id else f"<{tag}> without an id"
            sentence = f"found {what}, expected one id for each element"
            self.oddities.append((node_id or tag, sentence, element.sourceline))
            return
        lane = self.lanes.get(node_id) or (self.nodes[parent].lane if parent else "")
        self.nodes[node_id] = _node(element, tag, parent, lane)
        if tag in ("subProcess", "transaction", "adHocSubProcess"):
            self.read_level(element, node_id)


def _node(element: Any, tag: str, parent: str, lane: str) -> Node:
    get, other = element.get, dialect.understand(element)
    own = {key[len(OURS) :]: value for key, value in element.attrib.items() if key.startswith(OURS)}
    return Node(
        id=get("id"),
        kind=tag,
        name=get("name", ""),
        parent=parent,
        line=element.sourceline,
        lane=lane or other.means.get("lane", ""),
        events=tuple(_events(element)),
        attached_to=get("attachedToRef", ""),
        interrupting=get("isInterrupting" if tag == "startEvent" else "cancelActivity", "true") != "false",
        default=get("default", ""),
        multi=_multi(element, other.means),
        loop=_loop(element),
        event_triggered=get("triggeredByEvent", "false") == "true",
        script=_text(element.find(f"{BPMN}script")),
        called=get("calledElement") or other.means.get("called", ""),
        message=get("messageRef", ""),
        documentation=_text(element.find(f"{BPMN}documentation")),
        attributes={key: other.means[key] for key in ("form", "decision") if key in other.means} | own,
        inputs=tuple(_inputs(element)),
        foreign=tuple(k for k in element.attrib if k[:1] == "{" and not k.startswith(OURS) and k not in other.used),
        marks=tuple(_marks(element)),
        notes=tuple(other.notes),
    )


def _marks(element: Any) -> Iterator[tuple[str, str]]:
    """What is set on an element that would change how it runs."""
    multi = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    for where in (element,) if multi is None else (element, multi):
        for name, neutral in NEUTRAL.items():
            if where.get(name, neutral) != neutral:
                yield name, where.get(name)
    if element.find(f"{BPMN}eventDefinitionRef") is not None:
        yield "eventDefinitionRef", _text(element.find(f"{BPMN}eventDefinitionRef"))


def _inputs(element: Any) -> Iterator[tuple[str, str]]:
    extensions = element.find(f"{BPMN}extensionElements")
    for child in () if extensions is None else extensions:
        if child.tag in (f"{OURS}in", f"{OURS}input"):
            yield child.get("name", ""), child.get("value", "")


def _events(element: Any) -> Iterator[Event]:
    for child in element:
        if not isinstance(child.tag, str) or not child.tag.endswith("EventDefinition"):
            continue
        kind = _local(child.tag).removesuffix("EventDefinition")
        ref = child.get(f"{kind}Ref", "") if kind != "link" else child.get("name", "")
        if kind != "timer":
            yield Event(kind, ref)
            continue
        inner = [(_local(c.tag), _text(c)) for c in child if isinstance(c.tag, str)]
        parts = [(tag, text) for tag, text in inner if tag.startswith("time")]
        timer, text = parts[0] if len(parts) == 1 else ("", "")
        yield Event(kind, timer=timer, text=text)


def _multi(element: Any, means: Mapping[str, str]) -> Multi | None:
    found = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if found is None:
        return None

    def own(name: str) -> str:
        return str(found.get(f"{OURS}{name}") or element.get(f"{OURS}{name}") or means.get(name, ""))

    return Multi(
        collection=own("collection"),
        cardinality=_text(found.find(f"{BPMN}loopCardinality")),
        item=own("item") or "item",
        sequential=found.get("isSequential", "false") == "true",
        until=_text(found.find(f"{BPMN}completionCondition")),
    )


def _loop(element: Any) -> Loop | None:
    found = element.find(f"{BPMN}standardLoopCharacteristics")
    if found is None:
        return None
    maximum = found.get("loopMaximum", "")
    number = int(maximum) if maximum.isascii() and maximum.isdigit() and len(maximum) < 6 else None
    return Loop(_text(found.find(f"{BPMN}loopCondition")), number, found.get("testBefore", "false") == "true")


def _flow(element: Any) -> Flow:
    condition = _text(element.find(f"{BPMN}conditionExpression"))
    source, target = element.get("sourceRef", ""), element.get("targetRef", "")
    return Flow(element.get("id") or f"{source}:{target}", source, target, condition, element.sourceline)


def _text(element: Any) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
