"""A process that only calls one part, so that the stories of a part can play it by itself (docs/stories.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import quoteattr

import orjson
import tomlkit

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.drawing import read
from engine.errors import BundleError, Finding
from engine.said import say

SUFFIX = "_alone"
OFFICER = "employment_expert"
"""the work role of the lane in which the part is called"""
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:asiavirta="urn:asiavirta:bpmn:1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="urn:asiavirta:processes"
    expressionLanguage="https://www.omg.org/spec/DMN/20211108/FEEL/">
"""
FORMAL = 'xsi:type="bpmn:tFormalExpression"'


def caller(part: Bundle, inputs: Mapping[str, Any], parties: Mapping[str, Mapping[str, Any]]) -> Bundle:
    """The process `<part>_alone`: it starts without a message, calls the part and ends with the part's outcome.

    `inputs` are plain values (an input that is not given is null); `parties` are those of a story, the first is the
    principal customer; without any there is a `customer`. Raises BundleError for an input that the part does
    not declare.
    """
    unknown = sorted(set(inputs) - set(part.manifest.inputs))
    if unknown:
        known = ", ".join(part.manifest.inputs) or say("none")
        message = say(
            "inputs: {process} does not declare {names}; it declares {known}",
            process=part.process, names=", ".join(unknown), known=known,
        )  # fmt: skip
        raise BundleError([Finding("part-input", "error", message, part.process)])
    name, people = part.process + SUFFIX, parties or {"customer": {}}
    manifest = {
        "id": name, "kind": "process", "area": part.manifest.area, "owner": part.manifest.owner, "prefix": "OSA",
        "name": dict(part.manifest.name), "acts": dict(part.manifest.acts), "starts": {"messages": []},
        "lanes": {"officer": {"role": OFFICER}},
        "parties": {role: _party(role, values, not n) for n, (role, values) in enumerate(people.items())},
    }  # fmt: skip
    files = {"process.toml": tomlkit.dumps(manifest).encode(), f"{name}.bpmn": _drawing(name, part, inputs).encode()}
    return bundles.read(bundles.pack(files))


def _party(role: str, values: Mapping[str, Any], principal: bool) -> dict[str, Any]:
    names = dict.fromkeys(("fi", "sv", "en"), role)
    return {"kind": values.get("kind", "any"), "principal": principal, "name": names}


def _drawing(name: str, part: Bundle, inputs: Mapping[str, Any]) -> str:
    call = part.process
    given = "".join(
        f'<asiavirta:in name="{key}" value={quoteattr(literal(inputs.get(key)))} />' for key in part.manifest.inputs
    )
    first, *others = _ends(part)
    flows = [_flow(f"begin{SUFFIX}", call), _flow(call, f"ended{SUFFIX}"), _flow(f"ended{SUFFIX}", first)]
    flows += [_flow(f"ended{SUFFIX}", end, f'{call}.outcome = "{end}"') for end in others]
    return (
        f'{HEAD}<bpmn:process id="{name}" name="{name}" isExecutable="true"><bpmn:laneSet id="lanes">'
        f'<bpmn:lane id="officer"><bpmn:flowNodeRef>{call}</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>'
        f'<bpmn:startEvent id="begin{SUFFIX}" />'
        f'<bpmn:callActivity id="{call}" calledElement="{call}"><bpmn:extensionElements>{given}'
        "</bpmn:extensionElements></bpmn:callActivity>"
        f'<bpmn:exclusiveGateway id="ended{SUFFIX}" default="ended{SUFFIX}_to_{first}" />'
        + "".join(f'<bpmn:endEvent id="{end}" />' for end in (first, *others))
        + "".join(flows)
        + "</bpmn:process></bpmn:definitions>"
    )


def _ends(part: Bundle) -> list[str]:
    """The part's outcomes."""
    assert part.bpmn is not None, part.process
    diagram = read(part.bpmn, file=part.process)
    return [node.id for node in diagram.nodes.values() if node.kind == "endEvent" and diagram.decides(node.parent)]


def _flow(source: str, target: str, when: str = "") -> str:
    condition = f"<bpmn:conditionExpression {FORMAL}>{when}</bpmn:conditionExpression>" if when else ""
    ends = f'id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<bpmn:sequenceFlow {ends}>{condition}</bpmn:sequenceFlow>"


def literal(value: Any) -> str:
    """A plain value as FEEL writes it."""
    if isinstance(value, datetime):
        return f'date and time("{value.isoformat()}")'
    if isinstance(value, (date, time)):
        return f'{type(value).__name__}("{value.isoformat()}")'
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{orjson.dumps(key).decode()}: {literal(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(each) for each in value) + "]"
    if isinstance(value, (float, Decimal)):
        return format(Decimal(str(value)), "f")
    return orjson.dumps(value).decode()  # a text, a whole number, true, false or null
