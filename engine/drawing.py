"""A BPMN file -> its diagrams: safe XML, the names of the standard, the words of other tools read as ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine import dataflow, dialect, xml
from engine.diagram import AdHoc, Diagram, Event, Flow, Loop, Multi, Node
from engine.errors import XmlError
from engine.notation import (
    BPMN,
    DRAWN_ONLY,
    IGNORED_TAGS,
    LEVELS,
    NEUTRAL,
    NODE_TAGS,
    OURS,
    flag,
    local_id,
    modernise,
    reference,
)  # fmt: skip
from engine.said import Said, say

_REFERENCES = {"compensate": "activityRef"}
MAX_NODES, MAX_FLOWS = 500, 1500
_MEANT = ("form", "decision", "service", "due")


def read(data: bytes, *, file: str) -> Diagram:
    """Read the one process of a BPMN file; raises XmlError when there is none, more than one, or too much in it.

    Of several processes the only one marked executable is meant, and the others are pools drawn for readers.
    """
    root, meant, asides = _processes(data, file)
    if len(meant) > 1:
        names = ", ".join(process.get("id", "") for process in meant)
        message = say(
            "{file}: found {count} processes with elements ({names}), expected exactly one",
            file=file, count=len(meant), names=names,
        )  # fmt: skip
        raise XmlError(message, line=meant[1].sourceline, element=meant[1].get("id"))
    return _read(root, meant[0], file, asides)


def read_all(data: bytes, *, file: str, asides: bool = False) -> tuple[Diagram | XmlError, ...]:
    """Every process of a BPMN file that is meant to run, for checking, or the error that one of them is too large.

    Those marked executable are meant, or all when none is or `asides` are wanted too; raises XmlError for a file that
    cannot be read at all.
    """
    root, meant, beside = _processes(data, file)
    if asides:
        meant, beside = list(_drawn(root)), ()
    found: list[Diagram | XmlError] = []
    for process in meant:
        try:
            found.append(_read(root, process, file, () if found else beside))
        except XmlError as error:
            found.append(error)
    return tuple(found)


def _processes(data: bytes, file: str) -> tuple[Any, list[Any], tuple[str, ...]]:
    """The file's root, the processes that are meant to run, and the ids of the others."""
    root = definitions(data, file=file)
    drawn = list(_drawn(root))
    if not drawn:
        said = say("{file}: found {instead}, expected a process with elements", file=file, instead=_instead(root))
        raise XmlError(said, line=root.sourceline)
    meant = [process for process in drawn if flag(process, "isExecutable", False)] or drawn
    return root, meant, tuple(process.get("id", "") for process in drawn if process not in meant)


def _drawn(root: Any) -> Iterator[Any]:
    """The processes that have elements."""
    for process in root.iter(f"{BPMN}process"):
        if any(_local(child.tag) in NODE_TAGS for child in process if isinstance(child.tag, str)):
            yield process


def definitions(data: bytes, *, file: str) -> Any:
    """The root element of a BPMN 2.0 file, with the names of the standard; XmlError when it is something else."""
    root = xml.parse(data, file=file)
    modernise(root)
    if root.tag != f"{BPMN}definitions":
        found, _, namespace = root.tag[::-1].partition("}")
        where = say(" of {namespace}", namespace=namespace[::-1][1:]) if namespace else ""
        message = say(
            "{file}: found <{found}>{where}, expected BPMN 2.0 definitions; export the drawing as BPMN 2.0",
            file=file, found=found[::-1], where=where,
        )  # fmt: skip
        raise XmlError(message, line=root.sourceline)
    return root


def _instead(root: Any) -> Said:
    """What a file without a process that could run holds, in words."""
    parts = ("process", "participant", "choreography", "conversationNode", "globalUserTask", "globalTask")
    counts = [(sum(1 for _ in root.iter(f"{BPMN}{tag}")), tag) for tag in parts]
    words = [f"{count} <{tag}>" for count, tag in counts if count]
    return say("{names} without elements", names=" and ".join(words)) if words else say("no process")


def _read(root: Any, process: Any, file: str, asides: tuple[str, ...] = ()) -> Diagram:
    reader = _Reader(process, _lanes_of(process))
    reader.read_level(process, "")
    reader.read_strays(root)
    id = process.get("id", "")
    if len(reader.nodes) > MAX_NODES or len(reader.flows) > MAX_FLOWS:
        message = say(
            "{file}: {id} has {nodes} elements and {flows} flows, at most {most_nodes} and {most_flows} in one "
            "process; divide it into called parts",
            file=file, id=id, nodes=len(reader.nodes), flows=len(reader.flows),
            most_nodes=MAX_NODES, most_flows=MAX_FLOWS,
        )  # fmt: skip
        raise XmlError(message, line=process.sourceline, element=id)
    return Diagram(
        process=id,
        name=process.get("name", ""),
        file=file,
        executable=flag(process, "isExecutable", True),
        nodes=reader.nodes,
        flows=tuple(reader.flows),
        lanes={lane.get("id", ""): lane.get("name", "") for lane in process.iter(f"{BPMN}lane")},
        messages={m.get("id", ""): m.get("name", "") for m in root.iter(f"{BPMN}message")},
        codes=_codes(root),
        oddities=(*reader.oddities, *_shared(root)),
        drawn_only=tuple(dataflow.for_readers(process, reader.objects, DRAWN_ONLY)),
        asides=asides,
        associations=tuple(_associations(root)),
        foreign=tuple(dict.fromkeys(_foreign(process))),
    )


def _shared(root: Any) -> Iterator[tuple[str, Said, int | None]]:
    """What has the id of a process or a pool, say a message: viewers leave one of the two out, the page stays empty."""
    frames = {e.get("id"): _local(e.tag) for tag in ("process", "participant") for e in root.iter(f"{BPMN}{tag}")}
    for element in root.iter(f"{BPMN}*"):
        id, tag = element.get("id"), _local(element.tag)
        if id in frames and tag != frames[id]:
            sentence = say(
                "found the id {id!r} on a <{frame}> and on a <{tag}>, expected one id for each element",
                id=id, frame=frames[id], tag=tag,
            )  # fmt: skip
            yield id, sentence, element.sourceline


def _associations(root: Any) -> Iterator[tuple[str, str]]:
    """What associations join, in both directions: tools draw them either way."""
    for association in root.iter(f"{BPMN}association"):
        source, target = reference(association, "sourceRef"), reference(association, "targetRef")
        yield source, target
        yield target, source


def _foreign(process: Any) -> Iterator[tuple[str, str]]:
    """The extension elements of other engines that mean nothing here, with the element that they belong to."""
    for extensions in process.iter(f"{BPMN}extensionElements"):
        owner = extensions.getparent()
        if owner.tag == f"{BPMN}multiInstanceLoopCharacteristics":
            owner = owner.getparent()
        used = dialect.understand(owner).used
        for child in extensions:
            if isinstance(child.tag, str) and _is_foreign(child.tag) and child.tag not in used:
                yield owner.get("id") or _local(owner.tag), child.tag


def _is_foreign(name: str) -> bool:
    """Whether a name is of another engine, and not ours or a drawing tool's own note."""
    return name.startswith("{") and not name.startswith(OURS) and not dialect.drawing_tools(name[1:])


def _codes(root: Any) -> dict[str, str]:
    codes = {e.get("id", ""): e.get("errorCode") or e.get("id", "") for e in root.iter(f"{BPMN}error")}
    codes |= {e.get("id", ""): e.get("escalationCode") or e.get("id", "") for e in root.iter(f"{BPMN}escalation")}
    return codes | {s.get("id", ""): s.get("name") or s.get("id", "") for s in root.iter(f"{BPMN}signal")}


def _lanes_of(process: Any) -> dict[str, str]:
    lanes: dict[str, str] = {}
    for lane in process.iter(f"{BPMN}lane"):  # inner lanes come later in document order and win
        for ref in lane.findall(f"{BPMN}flowNodeRef"):
            lanes[local_id(ref, ref.text or "")] = lane.get("id", "")
    return lanes


def _at_home(element: Any, flow: Flow) -> bool:
    """Whether a flow stands in a process that has elements with the ids of its ends."""
    home = next(element.iterancestors(f"{BPMN}process"), None)
    return home is not None and {flow.source, flow.target} <= {inner.get("id") for inner in home.iter()}


class _Reader:
    def __init__(self, process: Any, lanes: Mapping[str, str]) -> None:
        self.lanes = lanes
        self.nodes: dict[str, Node] = {}
        self.flows: list[Flow] = []
        self.oddities: list[tuple[str, Said, int | None]] = []
        self.objects = dataflow.objects_of(process)

    def read_level(self, level: Any, parent: str) -> None:
        for child in level:
            if not isinstance(child.tag, str):
                continue  # comments and processing instructions
            tag = _local(child.tag)
            if child.tag == f"{BPMN}sequenceFlow":
                self.flows.append(_flow(child))
            elif child.tag.startswith(BPMN) and tag in NODE_TAGS:
                self._add(child, tag, parent)
            elif tag == "completionCondition" and level.tag == f"{BPMN}adHocSubProcess":
                continue  # read with its ad-hoc sub-process
            elif child.tag.startswith(BPMN) and tag not in IGNORED_TAGS and not tag.endswith("EventDefinition"):
                self._odd(child.get("id", tag), say("found <{tag}>, which is not executed", tag=tag), child)

    def read_strays(self, root: Any) -> None:
        """Some tools keep the flows of one pool in the process of another: a flow belongs where both its ends are."""
        if sum(1 for _ in root.iter(f"{BPMN}process")) < 2:
            return
        own = {flow.id for flow in self.flows}
        everything = {element.get("id") for element in root.iter() if element.getparent() is not None}
        self.flows = [flow for flow in self.flows if self._joins(flow) or not {flow.source, flow.target} <= everything]
        for element in root.iter(f"{BPMN}sequenceFlow"):
            flow = _flow(element)
            if flow.id not in own and self._joins(flow, both=True) and not _at_home(element, flow):
                note = f"its flow {flow.id} stands in another process of the file: read as this one's"
                node = self.nodes[flow.source]
                self.flows.append(flow)
                self.nodes[flow.source] = replace(node, notes=(*node.notes, note))

    def _joins(self, flow: Flow, *, both: bool = False) -> bool:
        ends = (flow.source in self.nodes, flow.target in self.nodes)
        return all(ends) if both else any(ends)

    def _odd(self, id: str, sentence: Said, element: Any) -> None:
        self.oddities.append((id, sentence, element.sourceline))

    def _add(self, element: Any, tag: str, parent: str) -> None:
        node_id = element.get("id", "")
        if not node_id or node_id in self.nodes:
            twice = say("found the id {id!r} twice, expected one id for each element", id=node_id)
            without = say("found <{tag}> without an id, expected one id for each element", tag=tag)
            return self._odd(node_id or tag, twice if node_id else without, element)
        lane = self.lanes.get(node_id) or (self.nodes[parent].lane if parent else "")
        self.nodes[node_id] = _node(element, tag, parent, lane, self.objects)
        if tag in LEVELS:
            self.read_level(element, node_id)


def _node(element: Any, tag: str, parent: str, lane: str, objects: Mapping[str, str]) -> Node:
    get, other = element.get, dialect.understand(element)
    own = {key[len(OURS) :]: value for key, value in element.attrib.items() if key.startswith(OURS)}
    node = Node(
        id=get("id"),
        kind=tag,
        name=get("name", ""),
        parent=parent,
        line=element.sourceline,
        lane=lane or other.means.get("lane", ""),
        events=tuple(_events(element)),
        attached_to=reference(element, "attachedToRef"),
        interrupting=flag(element, "isInterrupting" if tag == "startEvent" else "cancelActivity", True),
        default=reference(element, "default"),
        multi=_multi(element, other.means, dataflow.collection(element, objects)),
        loop=_loop(element),
        ad_hoc=_ad_hoc(element) if tag == "adHocSubProcess" else None,
        activation=_text(element.find(f"{BPMN}activationCondition")),
        quantities=(_quantity(element, "startQuantity"), _quantity(element, "completionQuantity")),
        event_triggered=flag(element, "triggeredByEvent", False),
        undoes=flag(element, "isForCompensation", False),
        script=_text(element.find(f"{BPMN}script")) or other.means.get("script", ""),
        called=reference(element, "calledElement") or other.means.get("called", ""),
        message=reference(element, "messageRef"),
        documentation=_text(element.find(f"{BPMN}documentation")),
        attributes={key: other.means[key] for key in _MEANT if key in other.means} | own,
        inputs=(*(tuple(_inputs(element)) or tuple(other.inputs)), *dataflow.inputs(element, objects)),
        foreign=tuple(key for key in element.attrib if _is_foreign(key) and key not in other.used),
        marks=tuple(_marks(element)),
        notes=tuple(other.notes),
    )
    return replace(node, outputs=tuple(dataflow.outputs(element, objects, node.result)))


def _marks(element: Any) -> Iterator[tuple[str, str]]:
    """What is set on an element that would change how it runs."""
    multi = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    for where in (element,) if multi is None else (element, multi):
        for name, neutral in NEUTRAL.items():
            if where.get(name, neutral) != neutral:
                yield name, where.get(name)
    for found in element.findall(f"{BPMN}eventDefinitionRef"):
        if _definition(found) is None:
            yield "eventDefinitionRef", _text(found)


def _inputs(element: Any) -> Iterator[tuple[str, str]]:
    extensions = element.find(f"{BPMN}extensionElements")
    for child in () if extensions is None else extensions:
        if child.tag in (f"{OURS}in", f"{OURS}input"):
            yield child.get("name", ""), child.get("value", "")


def _definition(found: Any) -> Any:
    id = local_id(found, found.text or "")
    return next((each for each in found.getroottree().getroot() if id and each.get("id") == id), None)


def _events(element: Any) -> Iterator[Event]:
    for child in element:
        if child.tag == f"{BPMN}eventDefinitionRef":  # one that several events share stands beside the process
            child = _definition(child)
        if child is not None and isinstance(child.tag, str) and child.tag.endswith("EventDefinition"):
            yield from _read_event(child)


def _read_event(definition: Any) -> Iterator[Event]:
    kind = _local(definition.tag).removesuffix("EventDefinition")
    if kind != "timer":
        name = definition.get("name", "")
        ref = name if kind == "link" else reference(definition, _REFERENCES.get(kind, f"{kind}Ref"))
        waits = flag(definition, "waitForCompletion", True)
        yield Event(kind, ref, text=_text(definition.find(f"{BPMN}condition")), waits=waits)
        return
    inner = [(_local(c.tag), _text(c)) for c in definition if isinstance(c.tag, str)]
    parts = [(tag, text) for tag, text in inner if tag.startswith("time")]
    timer, text = parts[0] if len(parts) == 1 else ("", "")
    yield Event(kind, timer=timer, text=text)


def _multi(element: Any, means: Mapping[str, str], data: tuple[str, str]) -> Multi | None:
    found = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if found is None:
        return None

    def own(name: str) -> str:
        return str(found.get(f"{OURS}{name}") or element.get(f"{OURS}{name}") or means.get(name, ""))

    return Multi(
        collection=own("collection") or data[0],
        cardinality=_text(found.find(f"{BPMN}loopCardinality")),
        item=own("item") or data[1] or "item",
        sequential=flag(found, "isSequential", False),
        until=_text(found.find(f"{BPMN}completionCondition")),
        throws=tuple(_thrown(found)),
    )


def _thrown(multi: Any) -> Iterator[tuple[str, str, Event]]:
    """What a repeated activity throws when an instance is done, by its behavior (BPMN 2.0.2, table 10.29)."""
    behavior = multi.get("behavior", "All")
    for name, when in (("none", "each"), ("one", "first")):
        id = reference(multi, f"{name}BehaviorEventRef")
        if behavior.lower() == name and id:
            definition = next((each for each in multi.getroottree().getroot() if each.get("id") == id), None)
            yield when, "", Event("unknown", id) if definition is None else next(_read_event(definition))
    for each in multi.findall(f"{BPMN}complexBehaviorDefinition") if behavior == "Complex" else ():
        event = each.find(f"{BPMN}event")
        events = [] if event is None else list(_events(event))
        yield "when", _text(each.find(f"{BPMN}condition")), events[0] if events else Event("unknown")


def _loop(element: Any) -> Loop | None:
    found = element.find(f"{BPMN}standardLoopCharacteristics")
    if found is None:
        return None
    maximum = found.get("loopMaximum", "")
    number = int(maximum) if maximum.isascii() and maximum.isdigit() and len(maximum) < 6 else None
    return Loop(_text(found.find(f"{BPMN}loopCondition")), number, flag(found, "testBefore", False))


def _quantity(element: Any, name: str) -> int:
    """How many tokens begin an activity or come out of it; 0 for what is no such number, which the linter refuses."""
    text = element.get(name, "1").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _ad_hoc(element: Any) -> AdHoc:
    return AdHoc(
        sequential=element.get("ordering", "Parallel") == "Sequential",
        until=_text(element.find(f"{BPMN}completionCondition")),
        cancels=flag(element, "cancelRemainingInstances", True),
    )


def _flow(element: Any) -> Flow:
    condition = _text(element.find(f"{BPMN}conditionExpression"))
    source, target = reference(element, "sourceRef"), reference(element, "targetRef")
    id = element.get("id") or f"{source}:{target}"
    return Flow(id, source, target, condition, element.sourceline, " ".join(element.get("name", "").split()))


def _text(element: Any) -> str:
    return "" if element is None else "".join(element.itertext()).strip()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
