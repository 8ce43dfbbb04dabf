"""What a process consists of, for scripts: tasks, messages, outcomes, decisions, deadlines, doubts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.definition import Definition
from engine.register import FIRST_DAY


def describe(definition: Definition) -> dict[str, Any]:
    """One process as data: each task and message with its fields, each deadline and decision with its law.md name."""
    bundle = definition.bundle
    elements = [element for element in definition.elements.values() if element.process == bundle.process]
    return {
        "process": bundle.process,
        "number": bundle.manifest.number,
        "name": dict(bundle.manifest.name),
        "tasks": [
            {"id": e.element, "role": e.role, "name": e.name, "fields": fields(bundle, e.form)}
            for e in elements
            if e.kind == "userTask"
        ],
        "messages": [
            {"id": message, "fields": fields(bundle, message)}
            for message in sorted({e.message for e in elements if e.message})
        ],
        "outcomes": [
            {"id": id, "law": bundle.labels.outcomes.get(id, {}).get("law", "")} for id in sorted(definition.main_ends)
        ],
        "decisions": [decision(name, bundle) for name in sorted(bundle.decisions)],
        "deadlines": [
            {
                "id": d.name,
                "law": d.law,
                "kind": d.kind,
                "anchor": d.anchor.source,
                "rows": [
                    {
                        "from": None if r.from_on == FIRST_DAY else r.from_on,
                        "roll": r.roll,
                        "unit": r.unit,
                        "statute": r.statute,
                    }
                    for r in d.rows
                ],
            }
            for d in bundle.deadlines.values()
        ],
        "calls": sorted({e.calls for e in elements if e.calls}),
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


def doubts(bundles: Iterable[Bundle]) -> list[dict[str, Any]]:
    """Every doubt of the given folders: file, key, value, doubt (formats.md 19)."""
    return [
        {"file": f"{bundle.process}/{file}", "key": key, "value": value, "doubt": doubt}
        for bundle in bundles
        for file, key, value, doubt in _doubts(bundle)
        if doubt
    ]


def _doubts(bundle: Bundle) -> Iterable[tuple[str, str, Any, str]]:
    retention = bundle.manifest.retention
    yield "process.toml", "retention", retention.get("years"), str(retention.get("doubt", ""))
    for deadline in bundle.deadlines.values():
        for row in deadline.rows:
            length = row.length if isinstance(row.length, int) else row.length.source
            key = deadline.name if row.from_on == FIRST_DAY else f"{deadline.name} from {row.from_on}"
            yield "deadlines.toml", key, f"{length} {row.unit}", row.doubt
    for parameter in bundle.parameters.values():
        for value in parameter.rows:
            yield (
                "parameters.toml",
                f"{parameter.name} from {value.from_on}",
                value.value,
                value.doubt or parameter.doubt,
            )
