"""All that a BPMN file contains, whether it can run or not: what was read is listed, so that nothing goes unseen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.drawing import definitions
from engine.notation import BPMN, NODE_TAGS, flag, local_id, reference

_DATA = (
    "dataObject", "dataObjectReference", "dataStoreReference", "property", "dataInput", "dataOutput",
    "dataInputAssociation", "dataOutputAssociation",
)  # fmt: skip
_ARTIFACTS = ("textAnnotation", "group", "association")
# What stands beside the processes, by the name of its list.
_BESIDE = {
    "messages": ("message",),
    "signals": ("signal",),
    "errors": ("error",),
    "escalations": ("escalation",),
    "message_flows": ("messageFlow",),
    "data_stores": ("dataStore",),
    "items": ("itemDefinition",),
    "categories": ("category", "categoryValue"),
    "global_tasks": ("globalTask", "globalUserTask", "globalManualTask", "globalScriptTask", "globalBusinessRuleTask"),
    "choreographies": ("choreography", "choreographyTask", "subChoreography", "callChoreography"),
    "conversations": ("conversation", "subConversation", "callConversation", "conversationLink"),
    "interfaces": ("interface", "operation"),
    "resources": ("resource",),
    "imports": ("import",),
}
_REFERENCES = (
    "sourceRef", "targetRef", "messageRef", "attachedToRef", "default", "calledElement", "dataObjectRef",
    "dataStoreRef", "itemSubjectRef", "categoryValueRef", "processRef",
)  # fmt: skip
_WORDS = ("errorCode", "escalationCode", "structureRef", "value", "location", "namespace", "importType")
_STANDARD = (
    "http://www.omg.org/spec/BPMN/2010", "http://www.omg.org/spec/DD/", "http://www.w3.org/",
)  # fmt: skip
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of a file; `parent` is the sub-process or lane that it lies in, `facts` what it refers to."""

    kind: str
    id: str
    name: str
    line: int | None
    parent: str = ""
    lane: str = ""
    events: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProcessContents:
    """One process of a file; `pool` is the participant that it is drawn in, `executable` None where the file is silent.

    Nodes, flows, data and artifacts are those of every level, in document order.
    """

    id: str
    name: str
    executable: bool | None
    pool: str
    lanes: tuple[Entry, ...]
    nodes: tuple[Entry, ...]
    flows: tuple[Entry, ...]
    data: tuple[Entry, ...]
    artifacts: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """A file: its processes, its pools (black boxes have no process), and what stands beside them by kind.

    `diagrams` are the drawn pages with their numbers of shapes and edges, `extensions` the foreign namespaces with
    the number of their elements and attributes.
    """

    exporter: str
    processes: tuple[ProcessContents, ...]
    pools: tuple[Entry, ...]
    beside: Mapping[str, tuple[Entry, ...]]
    diagrams: tuple[Entry, ...]
    extensions: Mapping[str, int]


def contents(data: bytes, *, file: str) -> Contents:
    """Everything in a BPMN file; XmlError when it is no BPMN 2.0 file at all."""
    root = definitions(data, file=file)
    pools = tuple(_entry(element) for element in root.iter(f"{BPMN}participant"))
    homes = {pool.facts["processRef"]: pool.id for pool in pools if "processRef" in pool.facts}
    return Contents(
        exporter=" ".join(filter(None, (root.get("exporter", ""), root.get("exporterVersion", "")))),
        processes=tuple(_process(element, homes) for element in root.iter(f"{BPMN}process")),
        pools=pools,
        beside={key: found for key, tags in _BESIDE.items() if (found := tuple(_entries(root, tags)))},
        diagrams=tuple(_page(page) for page in root.iter(f"{_DI}BPMNDiagram")),
        extensions=_extensions(root),
    )


def _process(process: Any, homes: Mapping[str, str]) -> ProcessContents:
    lanes = tuple(_entries(process, ("lane",)))
    inside = {
        local_id(ref, ref.text or ""): lane.get("id", "")
        for lane in process.iter(f"{BPMN}lane")
        for ref in lane.findall(f"{BPMN}flowNodeRef")
    }
    return ProcessContents(
        id=process.get("id", ""),
        name=process.get("name", ""),
        executable=flag(process, "isExecutable", False) if process.get("isExecutable") else None,
        pool=homes.get(process.get("id", ""), ""),
        lanes=lanes,
        nodes=tuple(_entries(process, NODE_TAGS, inside)),
        flows=tuple(_entries(process, ("sequenceFlow",))),
        data=tuple(_entries(process, _DATA)),
        artifacts=tuple(_entries(process, _ARTIFACTS)),
    )


def _entries(root: Any, tags: Any, lanes: Mapping[str, str] | None = None) -> Iterator[Entry]:
    for element in root.iter(*(f"{BPMN}{tag}" for tag in tags)):
        yield _entry(element, (lanes or {}).get(element.get("id", ""), ""))


def _entry(element: Any, lane: str = "") -> Entry:
    facts = {name: reference(element, name) for name in _REFERENCES if element.get(name)}
    facts |= {name: element.get(name) for name in _WORDS if element.get(name)}
    for child in element.iterchildren(f"{BPMN}sourceRef", f"{BPMN}targetRef", f"{BPMN}conditionExpression"):
        word = _local(child.tag).removesuffix("Expression")
        facts.setdefault(word, local_id(child, child.text or "") if word != "condition" else (child.text or "").strip())
    text = element.find(f"{BPMN}text")
    return Entry(
        kind=_local(element.tag),
        id=element.get("id", ""),
        name=element.get("name") or ("" if text is None else "".join(text.itertext()).strip()),
        line=element.sourceline,
        parent=_parent(element),
        lane=lane,
        events=tuple(
            _local(child.tag).removesuffix("EventDefinition")
            for child in element
            if isinstance(child.tag, str) and child.tag.startswith(BPMN) and child.tag.endswith("EventDefinition")
        ),
        facts=facts,
    )


def _parent(element: Any) -> str:
    """The sub-process, activity or lane that an element lies in; "" directly in its process or beside it."""
    for around in element.iterancestors():
        tag = _local(around.tag)
        if tag in NODE_TAGS or tag in ("lane", "choreography", "subChoreography"):
            return str(around.get("id", ""))
    return ""


def _page(page: Any) -> Entry:
    count = {kind: sum(1 for _ in page.iter(f"{_DI}{kind}")) for kind in ("BPMNShape", "BPMNEdge")}
    facts = {"shapes": str(count["BPMNShape"]), "edges": str(count["BPMNEdge"])}
    plane = page.find(f"{_DI}BPMNPlane")
    if plane is not None and plane.get("bpmnElement"):
        facts["element"] = reference(plane, "bpmnElement")
    return Entry("BPMNDiagram", page.get("id", ""), page.get("name", ""), page.sourceline, facts=facts)


def _extensions(root: Any) -> dict[str, int]:
    """How many elements and attributes of each foreign namespace the file carries; they are kept when it is edited."""
    found: dict[str, int] = {}
    for element in root.iter():
        names = [element.tag, *element.attrib] if isinstance(element.tag, str) else []
        for name in names:
            namespace = name[1:].partition("}")[0] if name.startswith("{") else ""
            if namespace and not namespace.startswith(_STANDARD):
                found[namespace] = found.get(namespace, 0) + 1
    return found


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
