"""Reading a whole DMN file into a requirement graph, with the files that it imports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine import xml
from engine.decision_table import Table
from engine.dmn.boxes import BOXES, Logic, read_box, read_function
from engine.dmn.columns import read_table
from engine.dmn.doubt import read_doubts
from engine.dmn.element import child, children, local_name, text_of, type_of
from engine.dmn.graph import Graph, Need, Node
from engine.dmn.imports import imported
from engine.dmn.reading import Reading
from engine.dmn.types import read_types
from engine.errors import DecisionError, EngineError, Finding
from engine.feel import FUNCTION_NAMES, Type
from engine.functions import NAMES
from engine.said import say

_KINDS = {"inputData": "input", "decision": "decision", "businessKnowledgeModel": "model", "decisionService": "service"}
_DEEPEST = 20
"""files that import each other in a row"""


@dataclass(slots=True)
class Loaded:
    """A file that was read: its graph and findings, its decisions' tables, and the types that it declares in words."""

    graph: Graph
    findings: list[Finding]
    tables: dict[str, Table] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    declared: dict[str, str] = field(default_factory=dict)
    doubts: tuple[tuple[str, Mapping[str, str]], ...] = ()


def load_graph(data: bytes, file: str, others: Mapping[str, bytes], above: tuple[str, ...] = ()) -> Loaded:
    """Read a file and its imports; raises XmlError, and DecisionError for what is no DMN or goes in a circle."""
    root = xml.parse(data, file=file)
    if local_name(root) != "definitions" or "/DMN/" not in (root.tag or ""):
        raise DecisionError(say("{file}: found {tag!r}, expected the definitions of DMN", file=file, tag=root.tag))
    reading = Reading(file)
    imports = tuple(_imports(root, file, others, above, reading))
    elements = {e.get("id") or _name(e): e for e in children(root, *_KINDS)}
    reading.types = read_types(root, reading, _imported_types(imports))
    inside = {node.name for _, graph in imports for node in graph.nodes.values()}
    inside = inside.union(*(graph.types.names() for _, graph in imports), (name for name, _ in imports if name))
    reading.names = frozenset(map(_name, elements.values())) | reading.types.names() | inside
    graph = Graph(file, root.get("namespace", ""), {}, reading.types, imports)
    loaded = Loaded(graph, reading.findings, doubts=tuple(read_doubts(root, reading)))
    nodes = {key: _bare(key, element, graph, elements, reading) for key, element in elements.items()}
    loaded.graph = replace(graph, nodes=nodes)
    for key, element in elements.items():
        first = len(reading.expressions)
        nodes[key] = _with_logic(nodes[key], element, loaded, reading)
        _cross_check(element, nodes[key], first, loaded.graph, reading)
    loaded.graph.broken.extend(f.message for f in reading.findings if f.severity == "error")
    _refuse_cycles(loaded.graph)
    return loaded


def _imports(
    root: Any, file: str, others: Mapping[str, bytes], above: tuple[str, ...], reading: Reading
) -> Iterator[tuple[str, Graph]]:
    for element, name, data in imported(root, others):
        asked = element.get("locationURI") or element.get("namespace", "")
        if data is None:
            message = say("imports {asked!r}, which is not among the DMN files beside it", asked=asked)
            reading.error("decision-import", message, element)
        elif name in above or len(above) >= _DEEPEST:
            raise DecisionError(say("{file} imports {name}, which imports it again: a circle", file=file, name=name))
        else:
            try:
                inner = load_graph(data, name, others, (*above, file))
            except EngineError as error:
                reading.error(
                    "decision-import", say("imports {asked!r}: {reason}", asked=asked, reason=error.said), element
                )
                continue
            name = " ".join(element.get("name", "").split())
            yield name, inner.graph
            if not name:  # what it imports without a name itself is passed on
                yield from ((further, graph) for further, graph in inner.graph.imports if not further)


def _imported_types(imports: tuple[tuple[str, Graph], ...]) -> dict[str, Type]:
    found: dict[str, Type] = {}
    for name, graph in imports:
        for key, one in graph.types.by_name.items():
            found.setdefault(f"{name}.{key}" if name else key, one)
    return found


def _name(element: Any) -> str:
    variable = child(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())


def _bare(key: str, element: Any, graph: Graph, elements: Mapping[str, Any], reading: Reading) -> Node:
    """Make the node of an element without its logic."""
    targets = ("requiredDecision", "requiredKnowledge", "requiredInput")
    requirements = children(element, "informationRequirement", "knowledgeRequirement")
    needs = [target for requirement in requirements for target in children(requirement, *targets)]

    def found(*references: Any) -> tuple[Need, ...]:
        made = (_need(reference, element, graph, elements, reading) for reference in references)
        return tuple(need for need in made if need is not None)

    return Node(
        key,
        _name(element),
        " ".join(element.get("name", "").split()),
        _KINDS[local_name(element)],
        reading.types.get(type_of(child(element, "variable"))),
        found(*needs),
        None,
        found(*children(element, "outputDecision")),
        found(*children(element, "inputData"), *children(element, "inputDecision")),
    )


def _need(reference: Any, element: Any, graph: Graph, elements: Mapping[str, Any], reading: Reading) -> Need | None:
    """Find what a reference means in this file, or in the import of its namespace."""
    space, _, key = reference.get("href", "").rpartition("#")
    if key in elements and space in ("", graph.namespace):
        return Need(key)
    for number, (name, inner) in enumerate(graph.imports):
        own = not name and space in ("", graph.namespace)
        if (own or space == inner.namespace) and key in inner.nodes:
            return Need(key, number)
    message = say("{name!r} requires {key!r}, which is not in the file", name=_name(element), key=key)
    reading.error("decision-requirement", message, element)
    return None


def _with_logic(node: Node, element: Any, loaded: Loaded, reading: Reading) -> Node:
    if node.kind == "input":
        loaded.data[node.name] = type_of(child(element, "variable"))
        return node
    loaded.declared[node.id] = type_of(child(element, "variable"))
    if node.kind == "decision":
        return replace(node, logic=_decided(node, element, loaded, reading))
    if node.kind == "model":
        inner = child(element, "encapsulatedLogic")
        return replace(
            node, logic=read_function(inner, say("{name}", name=node.name), reading) if inner is not None else None
        )
    return node


def _decided(node: Node, element: Any, loaded: Loaded, reading: Reading) -> Logic | None:
    box = child(element, "decisionTable")
    if box is None:
        logic = read_box(element, say("{name}", name=node.name), reading)
        holds_nothing = next(children(element, *BOXES), None) is None
        return (lambda scope, trace: None) if holds_nothing else logic
    type_name = box.get("typeRef") or loaded.declared[node.id]
    table = read_table(box, node.name, node.id, reading, type_name)
    if table is None:
        return None
    loaded.tables[node.id] = table
    return table.decide


def _cross_check(element: Any, node: Node, first: int, graph: Graph, reading: Reading) -> None:
    """Find names and functions that nothing declares, in what was compiled for this element."""
    declared = {via or one.name for _, one, via in map(graph.resolve, node.needs)}
    own = reading.expressions[first:]
    if not declared:  # a bare table: what its input columns ask for is what it is given
        columns = [
            text_of(child(c, "inputExpression"))
            for t in children(element, "decisionTable")
            for c in children(t, "input")
        ]
        declared = {path.split(".")[0] for made, *_ in own if made.source in columns for path in made.paths}
    if node.kind == "model":
        declared = declared | {node.name}
    for made, place, line, local in own:
        known = declared | local
        for path in made.paths:
            root = path.split(".")[0]
            if root not in known and root != "today":
                expected = ", ".join(sorted(known)) or say("nothing")
                message = say(
                    "{place}: {source!r} reads {path!r}, which is not declared; known here: {expected}",
                    place=place, source=made.source, path=path, expected=expected,
                )  # fmt: skip
                reading.findings.append(
                    Finding("decision-name", "error", message, reading.file, element.get("id"), line)
                )
        for name, _ in made.calls:
            if name not in FUNCTION_NAMES | NAMES | known:
                message = say(
                    "{place}: {source!r} calls {name}(), which is no function",
                    place=place, source=made.source, name=name,
                )  # fmt: skip
                reading.findings.append(
                    Finding("decision-name", "error", message, reading.file, element.get("id"), line)
                )


def _refuse_cycles(graph: Graph) -> None:
    """Refuse decisions that need themselves: they would never end."""
    finished: set[str] = set()

    def visit(key: str, above: tuple[str, ...]) -> None:
        if key in above:
            raise DecisionError(
                say(
                    "{file}: {names}: a circle",
                    file=graph.file,
                    names=" needs ".join((*above[above.index(key) :], key)),
                )
            )
        if key not in finished:
            if len(above) > 50:
                raise DecisionError(say("{file}: more than 50 decisions need each other in a row", file=graph.file))
            node = graph.nodes[key]
            for need in node.needs:
                calls_itself = need.id == key and node.kind == "model"  # a function that calls itself ends at a limit
                if need.imported is None and not calls_itself:
                    visit(need.id, (*above, key))
            finished.add(key)

    for key in graph.nodes:
        visit(key, ())
