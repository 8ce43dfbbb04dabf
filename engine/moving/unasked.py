"""What the new version will need of a case that has passed the place where it is asked for: told, not refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from engine.definition import Part
from engine.diagram import Diagram, Node
from engine.feel import compile as feel
from engine.lint.expressions import script_lines
from engine.moving.floors import Floor, House
from engine.moving.names import Names
from engine.moving.verdict import Effect
from engine.reads import sources


def never_asked(house: House, names: Names) -> Iterator[Effect]:
    """The elements still to come that read what only new elements, or new fields, behind the case would have set."""
    for scope, floors in _by_scope(house.floors).items():
        part, entry = names.new.parts[floors[0].process], house.rest["d"][scope]
        standing = {row.new.node.id.partition(":")[0] for f in floors for row in f.rows if row.new is not None}
        coming = _coming(part.diagram, standing)
        missing = _missing(part, names, coming, entry["data"])
        for element, paths in _readers(part, coming) if missing else ():
            for path in paths:
                root, _, rest = path.partition(".")
                if root in missing or f"{root}.{rest.partition('.')[0]}" in missing:
                    yield Effect("never_asked", floors[0].prefix + element, {"what": path})


def _by_scope(floors: Iterable[Floor]) -> dict[str, list[Floor]]:
    found: dict[str, list[Floor]] = {}
    for floor in floors:
        found.setdefault(floor.scope, []).append(floor)
    return found


def _coming(diagram: Diagram, standing: Set[str]) -> set[str]:
    """The elements where a case stands and all that its tokens can still reach, in and out of sub-processes."""
    seen: set[str] = set()
    waiting = [element for element in standing if element in diagram.nodes]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        node: Node | None = diagram.nodes[current]
        waiting += [start.id for start in diagram.starts(current)] if current not in standing else []
        while node is not None:  # what follows it, and what follows or happens in the sub-processes around it
            waiting += [flow.target for flow in diagram.leaving(node.id)]
            waiting += [event.id for event in diagram.boundaries(node.id)]
            waiting += [start.id for handler in diagram.handlers(node.parent) for start in diagram.starts(handler.id)]
            node = diagram.nodes.get(node.parent)
    return seen


def _missing(part: Part, names: Names, coming: Set[str], data: Mapping[str, Any]) -> set[str]:
    """Names, and `form.field`s, that only elements or fields new in this version set, all of them behind the case."""
    process, old = part.bundle.process, names.old.parts.get(part.bundle.process)
    if old is None:
        return set()
    known = {names.of(process, id) for id in old.diagram.nodes}
    nodes = part.diagram.nodes
    set_later = {name for id in coming for name in _sets(nodes[id])}
    found = {name for id, node in nodes.items() if id not in known | coming for name in _sets(node)}
    found -= set_later | data.keys()
    for name, form in part.bundle.forms.items():
        if name in data and name not in set_later and name in old.bundle.forms:
            before, after = (set(each.get("properties") or ()) for each in (old.bundle.forms[name], form))
            found |= {f"{name}.{field}" for field in after - before}
    return found


def _sets(node: Node) -> list[str]:
    if node.kind == "scriptTask":
        return [name for name, _ in script_lines(node.script)]
    return [node.result] if node.result else []


def _readers(part: Part, coming: Set[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The elements to come and the paths that their expressions, or their decision tables, read."""
    ends = {flow.id: flow.source for flow in part.diagram.flows}
    for owner, _, text in sources(part.diagram):
        element = ends.get(owner, owner)
        if element in coming:
            yield element, feel(text).paths
    for element in coming:
        node = part.diagram.nodes[element]
        name = node.attributes.get("decision", "") if node.kind == "businessRuleTask" and not node.inputs else ""
        if name in part.bundle.decisions:
            for column in part.bundle.decisions[name].get(name).inputs:
                yield element, column.expression.paths
