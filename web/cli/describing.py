"""What a process consists of, for scripts: tasks, messages, outcomes, decisions, deadlines, doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.definition import Definition
from engine.diagram import Node
from engine.register import FIRST_DAY, LAST_DAY, DeadlineDefinition
from tasks.doubts import doubts as read_doubts
from web import i18n


def describe(bundle: Bundle, definition: Definition) -> dict[str, Any]:
    """One process as data: each task and message with its fields, each deadline with its name in the rule base."""
    elements = [element for element in definition.elements.values() if element.process == bundle.process]
    diagram = definition.parts[bundle.process].diagram
    nodes = diagram.nodes.values()
    outcomes = definition.main_ends if definition.process == bundle.process else ()
    tasks = [element for element in elements if element.kind == "userTask"]
    return {
        "process": bundle.process,
        "number": bundle.manifest.number,
        "hash": bundle.hash,
        "name": dict(bundle.manifest.name),
        "choices": [
            {"id": node.id, "name": node.name, "offers": [step.id for step in diagram.free(node.id)]}
            for node in nodes
            if node.ad_hoc is not None
        ],
        "tasks": [{"id": e.element, "role": e.role, "name": e.name, "fields": fields(bundle, e.form)} for e in tasks],
        "messages": [
            {"id": message, "fields": fields(bundle, message)}
            for message in sorted({element.message for element in elements if element.message})
        ],
        "outcomes": [{"id": id, "law": bundle.labels.outcomes.get(id, {}).get("law", "")} for id in sorted(outcomes)],
        "decisions": [decision(name, bundle) for name in sorted(bundle.decisions)],
        "deadlines": [deadline(definition) for definition in bundle.deadlines.values()],
        "calls": sorted({node.called for node in nodes if node.called}),
        "services": [service(node, bundle) for node in nodes if node.kind == "serviceTask"],
        "cases": sorted({rule.process for rules in bundle.manifest.starts_cases.values() for rule in rules}),
    }


def service(node: Node, bundle: Bundle) -> dict[str, Any]:
    """A call to an outside system: the service that the operator configures, what it is told and what it answers."""
    form = node.attributes.get("form") or node.id
    inputs = sorted(name for name, _ in node.inputs)
    return {"id": node.id, "service": node.attributes["service"], "inputs": inputs, "fields": fields(bundle, form)}


def deadline(definition: DeadlineDefinition) -> dict[str, Any]:
    """A deadline's rule with its dated rows."""
    rows = [
        {
            "from": None if row.from_on == FIRST_DAY else row.from_on,
            "to": None if row.to_on == LAST_DAY else row.to_on,
            "length": row.length if isinstance(row.length, int) else row.length.source,
            "unit": row.unit,
            "roll": row.roll,
            "statute": row.statute,
        }
        for row in definition.rows
    ]
    return {
        "id": definition.name,
        "law": definition.law,
        "kind": definition.kind,
        "binds": definition.binds,
        **({"plan": definition.plan} if definition.plan else {}),
        "anchor": definition.anchor.source,
        "rows": rows,
    }


def fields(bundle: Bundle, form: str | None) -> list[dict[str, Any]]:
    """The fields of a form with kind, whether required, and options."""
    definition: Mapping[str, Any] = bundle.forms.get(form or "", {})
    required = definition.get("required", [])
    return [
        {
            "name": name,
            "kind": field.get("x-kind", field.get("type")),
            "required": name in required,
            **({"options": field["enum"]} if "enum" in field else {}),
            **({"required_if": field["x-requiredIf"]} if "x-requiredIf" in field else {}),
        }
        for name, field in definition.get("properties", {}).items()
    ]


def decision(name: str, bundle: Bundle) -> dict[str, Any]:
    """A decision's inputs and outputs."""
    table = bundle.decisions[name]
    return {"id": name, "inputs": list(table.inputs(name)), "outputs": list(table.outputs(name))}


def doubts(bundles: Iterable[Bundle], language: str = "fi") -> list[dict[str, Any]]:
    """Every doubt of the given folders, told in a language: file, key, value, doubt (formats.md 19)."""
    return [
        {
            "file": f"{bundle.process}/{found.file}",
            "key": found.key,
            "value": found.value,
            "doubt": i18n.pick(found.texts, language),
        }
        for bundle in bundles
        for found in read_doubts(bundle)
    ]
