"""Data objects: what an activity takes from them and gives to them, as names in the case's data and FEEL.

A data object is a name in the case's data, its id. An association moves something when it has a transformation or an
assignment (FEEL), or when it joins a named input or output with a data object and both are names that FEEL can read;
any other is an arrow for readers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.notation import BPMN, local_id, reference

Pair = tuple[str, str]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TAKES = frozenset({f"{BPMN}callActivity", f"{BPMN}businessRuleTask", f"{BPMN}serviceTask"})


def objects_of(process: Any) -> dict[str, str]:
    """The data objects that ids of objects and of references to them stand for."""
    found = {each.get("id", ""): each.get("id", "") for each in process.iter(f"{BPMN}dataObject")}
    for each in process.iter(f"{BPMN}dataObjectReference"):
        found[each.get("id", "")] = reference(each, "dataObjectRef") or each.get("id", "")
    return found


def inputs(element: Any, objects: Mapping[str, str]) -> Iterator[Pair]:
    """What a call, a decision or a service is handed in: the name of the input and FEEL."""
    for association in element.findall(f"{BPMN}dataInputAssociation") if element.tag in _TAKES else ():
        yield from _moved_in(element, association, objects)


def outputs(element: Any, objects: Mapping[str, str], result: str) -> Iterator[Pair]:
    """What is written when an element is done: a data object, or a path in one, and FEEL.

    `result` is the name under which the element keeps what it gives, "" for one that sets names itself.
    """
    for association in element.findall(f"{BPMN}dataOutputAssociation"):
        yield from _moved_out(element, association, objects, result)


def collection(element: Any, objects: Mapping[str, str]) -> Pair:
    """The data object that a repeated activity goes through, and the name of one item of it; "" where not said."""
    multi = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    source = _text(multi.find(f"{BPMN}loopDataInputRef"), multi) if multi is not None else ""
    if not source:
        return "", ""
    found = objects.get(source, "")
    for association in element.findall(f"{BPMN}dataInputAssociation"):
        if _end(association, "targetRef") == source:
            found = _text(association.find(f"{BPMN}transformation")) or objects.get(_end(association, "sourceRef"), "")
    item = multi.find(f"{BPMN}inputDataItem")
    return found, "" if item is None else item.get("name") or item.get("id", "")


def for_readers(process: Any, objects: Mapping[str, str], tags: tuple[str, ...]) -> Iterator[Pair]:
    """The elements of these tags that move nothing, by id and tag."""
    moving: set[Any] = set()
    for association in process.iter(f"{BPMN}dataInputAssociation", f"{BPMN}dataOutputAssociation"):
        owner = association.getparent()
        takes = association.tag == f"{BPMN}dataInputAssociation"
        moved = owner.tag in _TAKES and _moved_in(owner, association, objects) if takes else _moved_out(
            owner, association, objects, ""
        )  # fmt: skip
        if any(moved or ()) or _end(association, "targetRef") in _repeated_over(owner):
            moving |= {association, owner.find(f"{BPMN}ioSpecification")}
            moving |= {objects.get(_end(association, end)) for end in ("sourceRef", "targetRef")}
    for tag in tags:
        for element in process.iter(f"{BPMN}{tag}"):
            if element not in moving and objects.get(element.get("id", "")) not in moving - {None}:
                yield element.get("id") or tag, tag


def _repeated_over(element: Any) -> tuple[str, ...]:
    refs = element.iterfind(f"{BPMN}multiInstanceLoopCharacteristics/{BPMN}loopDataInputRef")
    return tuple(_text(ref, ref) for ref in refs)


def _moved_in(element: Any, association: Any, objects: Mapping[str, str]) -> Iterator[Pair]:
    named = _names(element, "dataInput")
    name = named.get(_end(association, "targetRef"), "")
    source = _text(association.find(f"{BPMN}transformation"))
    for assignment in association.findall(f"{BPMN}assignment"):
        target = _text(assignment.find(f"{BPMN}to"))
        yield named.get(target, target) or name, _text(assignment.find(f"{BPMN}from"))
    if source:
        yield name, source
    elif association.find(f"{BPMN}assignment") is None:
        found = objects.get(_end(association, "sourceRef"), "")
        if _NAME.fullmatch(name) and _NAME.fullmatch(found):
            yield name, found


def _moved_out(element: Any, association: Any, objects: Mapping[str, str], result: str) -> Iterator[Pair]:
    target = objects.get(_end(association, "targetRef"), "")
    source = _text(association.find(f"{BPMN}transformation"))
    for assignment in association.findall(f"{BPMN}assignment"):
        yield _text(assignment.find(f"{BPMN}to")) or target, _text(assignment.find(f"{BPMN}from"))
    if source:
        yield target, source
    elif association.find(f"{BPMN}assignment") is None:
        name = _names(element, "dataOutput").get(_end(association, "sourceRef"), "")
        if _NAME.fullmatch(name) and _NAME.fullmatch(target):
            yield target, f"{result}.{name}" if result else name


def _names(element: Any, tag: str) -> dict[str, str]:
    """The names of an element's inputs or outputs by id; an event has them without an ioSpecification around."""
    return {each.get("id", ""): each.get("name", "") for each in element.iter(f"{BPMN}{tag}")}


def _end(association: Any, tag: str) -> str:
    found = association.find(f"{BPMN}{tag}")
    return "" if found is None else local_id(found, found.text or "")


def _text(element: Any, within: Any = None) -> str:
    if element is None:
        return ""
    text = "".join(element.itertext()).strip()
    return text if within is None else local_id(element, text)
