"""The steps of a draft's drawing as a list that needs no script: add, join, move, say what they are, take out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import flash, redirect, request, url_for

from engine.diagram import Diagram, Node
from engine.errors import EngineError
from engine.redraw import Remove, redraw, steps
from engine.redraw.outline import outline
from tasks import drawnwords
from tasks.commands import draft_files
from tasks.drafting import digest
from tasks.errors import FileChanged, InvalidValue
from web import current, i18n, words
from web.i18n import t
from web.processes import blueprint, catalogue, places
from web.processes.draft_file import first_words
from web.processes.drafts import wrong
from web.processes.naming import id_of
from web.sentences import tell

KINDS = steps.ADDED
HUNG = steps.HUNG


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the list: the element, its words, kind, lane, depth, and where it leads on."""

    id: str
    name: str
    kind: str
    lane: str
    depth: int
    onward: tuple[tuple[str, str, str, str], ...]
    """(flow, its label, what it leads to, the name of that)"""


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of the form of a step: what it is called, its value and its choices."""

    field: catalogue.Field
    value: str
    choices: Sequence[tuple[str, str]]
    chosen: frozenset[str]
    label: str
    key: str = ""
    """the input that it is about, where a field has several"""

    @property
    def name(self) -> str:
        """The name of its control."""
        return f"c-{self.field.id}.{self.key}" if self.key else f"c-{self.field.id}"


def listed(diagram: Diagram | None, labels: Mapping[str, Mapping[str, str]]) -> list[Shown]:
    """The steps in the order in which a case comes to them."""
    if diagram is None:
        return []
    lanes = {id: i18n.pick({"fi": name or id, **labels.get(id, {})}) for id, name in diagram.lanes.items()}
    return [
        Shown(
            row.node.id, words.point(diagram, labels, row.node.id), kind_of(row.node), lanes.get(row.node.lane, ""),
            min(row.depth, 3),
            tuple(
                (flow.id, i18n.pick({"fi": flow.name, **labels.get(flow.id, {})}) if flow.name else "",
                 flow.target, words.point(diagram, labels, flow.target))
                for flow in row.onward if flow.target in diagram.nodes
            ),
        )
        for row in outline(diagram)
    ]  # fmt: skip


def kind_of(node: Node) -> str:
    """The kind of an element in words."""
    key = f"canvas.kind_{node.kind}"
    return t(key) if i18n.known(key) else node.kind


def form_of(
    step: str, diagram: Diagram | None, values: Mapping[str, str], choices: Mapping[str, Any],
    expected: Mapping[str, Sequence[str]] = MappingProxyType({}), instead: Mapping[str, str] = MappingProxyType({}),
) -> list[Asked]:  # fmt: skip
    """The fields of a step (or of an arrow or a lane) with what they say now, or what is to stand there `instead`.

    `expected` are the inputs that called parts and tables ask for.
    """
    if diagram is None:
        return []
    found = []
    for field in catalogue.fields(_traits(step, diagram)):
        label = t(f"canvas.field_{field.id}")
        if field.control == "inputs":
            node = diagram.nodes[step]
            found += [
                Asked(field, instead.get(f"{field.id}.{name}", value), (), frozenset(), name, name)
                for name, value in places.inputs(node, expected)
            ]
        elif field.control != "begin" and ("{message}" not in field.place or places.address(step, field, diagram)):
            value = instead.get(field.id, places.value(step, field, diagram, values))
            chosen = frozenset(value.split(",")) if field.control == "many" else frozenset[str]()
            found.append(Asked(field, value, choices.get(field.choices, []), chosen, label))
    return found


def typed(form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What was typed into the fields of a step, by field: what could not be saved is shown again as it was typed."""
    said = {name.removeprefix("c-"): values for name, values in form.items() if name.startswith("c-")}
    many = {field.id for field in catalogue.FIELDS if field.control == "many"}
    return {name: ",".join(sorted(values)) if name in many else values[0] for name, values in said.items()}


def _traits(step: str, diagram: Diagram) -> frozenset[str]:
    node = diagram.nodes.get(step)
    if node is not None:
        return catalogue.traits(node.kind, node.event.kind if node.event else "", laned=bool(diagram.lanes))
    return frozenset({"lane"} if step in diagram.lanes else {"sequenceFlow"})


@blueprint.post("/drafts/<int:draft_id>/drawing/steps")
def change_steps(draft_id: int) -> Any:
    """One act of the list: add, join, move, say or remove; saved at once over what was read."""
    from web.processes.drawing import easel, show

    here, act, step = easel(draft_id), request.form.get("act", ""), request.form.get("step", "")
    if here.path in here.typed:
        return show(here, (("f-steps", t("canvas.save_first")),), step), 409
    try:
        data, values, step = ACTS.get(act, _say)(here, step)
        gone = {step} if act == "remove" else set()
        files = {here.path: data, **drawnwords.change(here.saved, values, gone)}
        new = {path: content for path, content in files.items() if here.saved.get(path) != content}
        expected = {path: digest(here.saved[path]) for path in new if path in here.saved}
        expected[here.path] = request.form.get("base", "")
        draft_files.save_files(
            current.database(), current.actor(), draft_id, new, expected=expected, now=current.now(), typed=False
        )
    except FileChanged as error:
        return show(here, (("f-steps", f"{first_words(error)} {t('canvas.again')}"),), step), 412
    except InvalidValue as error:
        place = {"add": "a-name", "hang": "h-name"}.get(act, "f-steps") if error.field == "name" else "f-steps"
        return show(here, ((place, wrong(error)),), step), 422
    except EngineError as error:
        return show(here, (("f-steps", f"{t('canvas.refused_step')} {tell(error.said)}"),), step), 422
    flash(t("draft.saved"), "done")
    left, place = (None, "steps") if act == "remove" else (step, "step")
    return redirect(url_for("processes.drawing_page", draft_id=draft_id, step=left, _anchor=place))


def _add(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    name, kind = request.form.get("name", "").strip(), request.form.get("kind", "userTask")
    if not name and "Gateway" not in kind:
        raise InvalidValue("name", "required", "the name of the step is missing")
    source = here.saved[here.path]
    id = id_of(name or kind.partition(":")[0], here.taken)
    changes = steps.add_after(source, step, kind=kind, id=id, name=name, file=here.path)
    values = {f"elements.{id}.{it}": request.form.get(f"name_{it}", "") for it in ("sv", "en")} if name else {}
    if kind == "userTask" and request.form.get("new_form"):
        values[f"form.{id}"] = name
    return redraw(source, changes, file=here.path), values, id


def _join(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    source = here.saved[here.path]
    changes = steps.join(source, step, request.form.get("target", ""), file=here.path)
    return redraw(source, changes, file=here.path), {}, step


def _move(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    source = here.saved[here.path]
    changes = steps.move_after(source, step, request.form.get("target", ""), file=here.path)
    return redraw(source, changes, file=here.path), {}, step


def _remove(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    source = here.saved[here.path]
    known = here.diagram is not None and step in here.diagram.nodes
    changes = steps.take_out(source, step, file=here.path) if known else [Remove(step)]
    return redraw(source, changes, file=here.path), {}, step


def _hang(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    name, kind = request.form.get("name", "").strip(), request.form.get("kind", "")
    if not name:
        raise InvalidValue("name", "required", "the name of the event is missing")
    source, id = here.saved[here.path], id_of(name, here.taken)
    changes = steps.hang(source, step, kind=kind, id=id, name=name, file=here.path)
    values = {f"elements.{id}.{it}": request.form.get(f"name_{it}", "") for it in ("sv", "en")}
    return redraw(source, changes, file=here.path), values, id


def _say(here: Any, step: str) -> tuple[bytes, dict[str, str], str]:
    said: dict[str, str] = {}
    drawn: dict[str, dict[str, str]] = {}
    for asked in form_of(step, here.diagram, drawnwords.read(here.saved), {}, here.expected):
        field = asked.field
        if field.control == "many":
            value = ",".join(sorted(request.form.getlist(asked.name)))
        else:
            value = request.form.get(asked.name, asked.value).replace("\r\n", "\n").strip()
        if value == asked.value or (field.control == "many" and frozenset(value.split(",")) == asked.chosen):
            continue
        if field.place.startswith("words:"):
            said[places.address(step, field, here.diagram)] = value
        else:
            drawn.setdefault(field.place.partition(":")[0], {})[asked.key or field.place] = value
    data = here.saved[here.path]
    for way, fields in drawn.items():
        data = redraw(data, places.changes(step, way, fields, here.diagram, data, here.path), file=here.path)
    return data, said, step


ACTS: Mapping[str, Callable[[Any, str], tuple[bytes, dict[str, str], str]]] = {
    "add": _add, "hang": _hang, "join": _join, "move": _move, "remove": _remove, "say": _say,
}  # fmt: skip
