"""What can be said of each element of a drawing: the fields of the editor, and what their choices are in a draft.

A field's `place` tells where its value lives: `name`, `lane`, `default`, `attribute:…` and `own:…` (ours) of the
element, `text:…` of a part of it, `event:…`, `multi:…`, `loop:…`, `inputs`, or `words:…`, an address of
tasks/drawnwords.py in which {id}, {form} and {message} are the element's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from engine import drawing
from engine.bundle import Bundle
from engine.diagram import Diagram
from engine.errors import XmlError
from engine.notation import ACTIVITIES, BPMN, NODE_TAGS
from engine.receipt import CHANNELS
from tasks.published import Published
from web import i18n, words
from web.i18n import t
from web.processes.desk import Desk

GROUPS = ("names", "work", "choice", "time", "message", "call", "repeat")
TASKS = ("userTask", "manualTask", "task")
"""what people do: other tools write plain tasks, and they run as user tasks"""
WAITS = ("receiveTask", "event:message")
REFERENCES = ("message", "error", "escalation", "signal")


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be said: its id, group, control, place, the kinds of elements that have it, its choices."""

    id: str
    group: str
    control: str
    """text | long | feel | choice | yes_no | many | inputs | suggest"""
    place: str
    on: tuple[str, ...]
    choices: str = ""
    hint: bool = False


FIELDS = (
    Field("name", "names", "text", "name", ("node", "sequenceFlow", "lane", "participant")),
    Field("note", "names", "long", "text:text", ("textAnnotation",)),
    Field("name_sv", "names", "text", "words:elements.{id}.sv", ("node", "sequenceFlow", "lane", "textAnnotation")),
    Field("name_en", "names", "text", "words:elements.{id}.en", ("node", "sequenceFlow", "lane", "textAnnotation")),
    Field("role", "work", "choice", "words:lanes.{id}.role", ("lane",), "roles", hint=True),
    Field("lane", "work", "choice", "lane", ("inlane",), "lanes"),
    Field("instruction", "work", "long", "text:documentation", (*TASKS, *WAITS, "serviceTask"), hint=True),
    Field("instruction_sv", "work", "long", "words:elements.{id}.instruction_sv", (*TASKS, *WAITS, "serviceTask")),
    Field("instruction_en", "work", "long", "words:elements.{id}.instruction_en", (*TASKS, *WAITS, "serviceTask")),
    Field("form", "work", "choice", "own:form", (*TASKS, "serviceTask"), "forms", hint=True),
    Field("new_form", "work", "begin", "words:form.{form}", TASKS, hint=True),
    Field("basis", "work", "text", "words:basis.{form}", TASKS, hint=True),
    Field("deadlines", "time", "many", "words:shown.{id}", ("activity", "event:message"), "deadlines", hint=True),
    Field("timer", "time", "choice", "event:timer", ("event:timer",), "timers"),
    Field("moment", "time", "feel", "event:moment", ("event:timer",), "moments", hint=True),
    Field("interrupting", "time", "yes_no", "attribute:cancelActivity", ("boundaryEvent",), hint=True),
    Field("message", "message", "suggest", "event:message", WAITS, "messages", hint=True),
    Field("message_fi", "message", "text", "words:messages.{message}.fi", WAITS),
    Field("message_sv", "message", "text", "words:messages.{message}.sv", WAITS),
    Field("message_en", "message", "text", "words:messages.{message}.en", WAITS),
    Field("error", "message", "suggest", "event:error", ("event:error",), "errors", hint=True),
    Field("escalation", "message", "suggest", "event:escalation", ("event:escalation",), "escalations", hint=True),
    Field("signal", "message", "suggest", "event:signal", ("event:signal",), "signals", hint=True),
    Field("condition", "choice", "feel", "text:conditionExpression", ("sequenceFlow",), hint=True),
    Field("default", "choice", "yes_no", "default", ("sequenceFlow",), hint=True),
    Field("awaited", "choice", "feel", "event:condition", ("event:conditional",), hint=True),
    Field("outcome_fi", "choice", "text", "words:outcomes.{id}.fi", ("endEvent",), hint=True),
    Field("outcome_sv", "choice", "text", "words:outcomes.{id}.sv", ("endEvent",)),
    Field("outcome_en", "choice", "text", "words:outcomes.{id}.en", ("endEvent",)),
    Field("outcome_law", "choice", "text", "words:outcomes.{id}.law", ("endEvent",), hint=True),
    Field("called", "call", "choice", "attribute:calledElement", ("callActivity",), "parts"),
    Field("decision", "call", "choice", "own:decision", ("businessRuleTask",), "decisions"),
    Field("inputs", "call", "inputs", "inputs", ("callActivity", "businessRuleTask", "serviceTask"), hint=True),
    Field("letter", "call", "choice", "own:letter", ("sendTask",), "letters"),
    Field("letter_fi", "call", "text", "words:elements.{id}.letter_fi", ("sendTask",), hint=True),
    Field("letter_sv", "call", "text", "words:elements.{id}.letter_sv", ("sendTask",)),
    Field("letter_en", "call", "text", "words:elements.{id}.letter_en", ("sendTask",)),
    Field("to", "call", "suggest", "own:to", ("sendTask",), "parties", hint=True),
    Field("channel", "call", "feel", "own:channel", ("sendTask",), "channels", hint=True),
    Field("service", "call", "text", "own:service", ("serviceTask",), hint=True),
    Field("retry", "call", "choice", "own:retry", ("serviceTask",), "retries"),
    Field("byhand", "call", "yes_no", "own:byhand", ("serviceTask",)),
    Field("script", "call", "feel", "text:script", ("scriptTask",), hint=True),
    Field("collection", "repeat", "feel", "multi:collection", ("activity",), hint=True),
    Field("item", "repeat", "text", "multi:item", ("activity",)),
    Field("cardinality", "repeat", "feel", "multi:loopCardinality", ("activity",)),
    Field("sequential", "repeat", "yes_no", "multi:isSequential", ("activity",)),
    Field("until", "repeat", "feel", "multi:completionCondition", ("activity",)),
    Field("while", "repeat", "feel", "loop:loopCondition", ("activity",), hint=True),
    Field("maximum", "repeat", "text", "loop:loopMaximum", ("activity",)),
    Field("enough", "repeat", "feel", "text:completionCondition", ("adHocSubProcess",), hint=True),
)


def traits(kind: str, event: str = "", *, laned: bool = False) -> frozenset[str]:
    """What fields ask of an element: its kind, the kind of its event, and what it is besides."""
    found = {kind, f"event:{event}"} if event else {kind}
    if kind in NODE_TAGS:
        found.add("node")
    if kind in ACTIVITIES:
        found.add("activity")
    if laned and kind in NODE_TAGS and kind != "boundaryEvent":
        found.add("inlane")
    return frozenset(found)


def fields(wanted: Iterable[str]) -> tuple[Field, ...]:
    """The fields of an element with these traits."""
    has = frozenset(wanted)
    return tuple(field for field in FIELDS if has & set(field.on))


def place(name: str) -> str:
    """Where the value of a field lives."""
    return next(field.place for field in FIELDS if field.id == name)


def described() -> list[dict[str, Any]]:
    """The fields as the browser reads them, in the page's language."""
    return [
        {
            "id": field.id, "group": field.group, "control": field.control, "place": field.place,
            "on": list(field.on), "choices": field.choices, "label": t(f"canvas.field_{field.id}"),
            "hint": t(f"canvas.hint_{field.id}") if field.hint else "",
        }
        for field in FIELDS
    ]  # fmt: skip


def groups() -> list[tuple[str, str]]:
    """The groups of fields in their order, with their headings."""
    return [(group, t(f"canvas.group_{group}")) for group in GROUPS]


def tools() -> dict[str, str]:
    """What the canvas's own tools are called in the page's language, by what its maker calls them in English."""
    return {i18n.translate(key, "en"): t(key) for key in i18n.texts() if key.startswith("tool.")}


def choices(it: Desk, bundle: Bundle, diagram: Diagram | None) -> dict[str, list[tuple[str, str]]]:
    """What each kind of choice offers: (value, what it is called)."""
    manifest, none = bundle.manifest, ("", t("canvas.none"))
    lanes = dict(diagram.lanes) if diagram else {}
    return {
        "roles": [none, *((role, words.work_role(role)) for role in _roles(it, bundle))],
        "lanes": [(id, _said(bundle, id, name)) for id, name in lanes.items()],
        "forms": [("", t("canvas.own_form")), *((name, name) for name in sorted(bundle.forms))],
        "deadlines": [(name, i18n.pick(row.names)) for name, row in bundle.deadlines.items()],
        "timers": [(kind, t(f"canvas.{kind}")) for kind in ("timeDate", "timeDuration", "timeCycle")],
        "moments": [(f'deadline("{name}")', i18n.pick(row.names)) for name, row in bundle.deadlines.items()],
        **{f"{kind}s": _beside(bundle, kind) for kind in REFERENCES},
        "parts": [none, *_parts(it.versions, it.row.process)],
        "decisions": [none, *((name, name) for name in sorted(bundle.decisions))],
        "letters": [none, *((name, name) for name in sorted(manifest.letters))],
        "parties": [(role, i18n.pick(party.name)) for role, party in manifest.parties.items()],
        "channels": [(f'"{name}"', t(f"case.channel_{name}")) for name in CHANNELS],
        "retries": [none, *((name, name) for name in manifest.retries)],
    }


def expected(it: Desk, bundle: Bundle) -> dict[str, list[str]]:
    """The inputs that a part (`part:decision`) or a table (`table:eligibility`) asks for, by name."""
    newest = {row.process: row for row in it.versions.rows}
    found = {
        f"part:{name}": list(it.versions.bundle(name, newest[name].number).manifest.inputs)
        for name, _ in _parts(it.versions, it.row.process)
    }
    for name, table in bundle.decisions.items():
        if name in table.by_id:
            found[f"table:{name}"] = list(table.inputs(name))
    return found


def _said(bundle: Bundle, id: str, name: str) -> str:
    return i18n.pick({"fi": name or id, **bundle.labels.elements.get(id, {})})


def _beside(bundle: Bundle, kind: str) -> list[tuple[str, str]]:
    """The messages, errors, escalations or signals of a drawing: their ids and what they are called."""
    if bundle.bpmn is None:
        return []
    try:
        root = drawing.definitions(bundle.bpmn, file=f"{bundle.process}.bpmn")
    except XmlError:
        return []
    found = [(one.get("id", ""), one.get("name") or one.get(f"{kind}Code") or "") for one in root.iter(f"{BPMN}{kind}")]
    names = bundle.labels.messages if kind == "message" else {}
    return [(id, i18n.pick({"fi": name, **names.get(id, {})}) or id) for id, name in found if id]


def _parts(versions: Published, own: str) -> list[tuple[str, str]]:
    """The parts that can be called: their newest versions."""
    newest = {row.process: row for row in versions.rows}
    found = [(name, versions.bundle(name, row.number).manifest) for name, row in sorted(newest.items()) if name != own]
    return [(name, i18n.pick(manifest.name)) for name, manifest in found if manifest.kind == "part"]


def _roles(it: Desk, bundle: Bundle) -> list[str]:
    """The work roles that lanes of this and of published processes have."""
    newest = {row.process: row for row in it.versions.rows}
    bundles = [bundle, *(it.versions.bundle(name, row.number) for name, row in newest.items())]
    caller = ["caller"] if bundle.manifest.kind == "part" else []
    return (
        sorted({lane.role for one in bundles for lane in one.manifest.lanes.values() if lane.role} - {"caller"})
        + caller
    )
