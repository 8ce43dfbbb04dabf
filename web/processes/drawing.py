"""The drawing of a draft: a page with its canvas and its outline, what the canvas asks for, and what it saves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import orjson
from flask import Response, jsonify, redirect, render_template, request, url_for

from engine import drawing
from engine.diagram import Diagram
from engine.errors import EngineError, Finding, XmlError
from engine.notation import ACTIVITIES
from engine.redraw import carry_over
from tasks import drawnwords
from tasks.commands import draft_files
from tasks.drafting import digest
from tasks.errors import FileChanged, InvalidValue, NotFound, TasksError
from tasks.queries import drafts as queries
from web import current, errors, formats
from web.i18n import t
from web.processes import blueprint, catalogue, steplist
from web.processes.desk import Desk, desk, readable, written
from web.processes.draft_file import first_words
from web.processes.drafts import wrong
from web.processes.finding import placed
from web.sentences import tell

WHOSE = ("labels.toml", "process.toml", "deadlines.toml")


@dataclass(frozen=True)
class Easel:
    """A draft's drawing before its reader: the files as they are saved, and as the reader left them."""

    it: Desk
    saved: Mapping[str, bytes]
    typed: Mapping[str, queries.TypedRow]

    @property
    def path(self) -> str:
        """The file of the drawing."""
        return f"{self.it.row.process}.bpmn"

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file, with what the reader has changed and not saved in its place."""
        return {**self.saved, **{path: written(row.text, self.saved.get(path)) for path, row in self.typed.items()}}

    def base(self, path: str) -> str:
        """The hash of the saved file that the reader's text is written over."""
        row = self.typed.get(path)
        return row.base if row is not None else digest(self.saved[path]) if path in self.saved else ""

    @property
    def bases(self) -> dict[str, str]:
        """The same for every file that the drawing's editor may change."""
        paths = [path for path in self.files if path in WHOSE or path.startswith("forms/")]
        return {path: self.base(path) for path in (self.path, *paths)}

    @cached_property
    def diagram(self) -> Diagram | None:
        """The drawing as it is saved, or None when it cannot be read."""
        return self._read(self.saved)

    @cached_property
    def expected(self) -> Mapping[str, list[str]]:
        """The inputs that parts and tables ask for."""
        return catalogue.expected(self.it, self.it.examined(**self.saved).bundle)

    @property
    def taken(self) -> frozenset[str]:
        """The ids that the drawing has."""
        return _ids(self.saved[self.path], self.path)

    def _read(self, files: Mapping[str, bytes]) -> Diagram | None:
        return _diagram(files[self.path], self.path) if self.path in files else None


@lru_cache(maxsize=32)
def _diagram(data: bytes, file: str) -> Diagram | None:
    try:
        return drawing.read(data, file=file)
    except XmlError:
        return None


def easel(draft_id: int) -> Easel:
    """The drawing of a draft before the reader; NotFound for a folder without one."""
    it = desk(draft_id)
    with current.database().read() as connection:
        rows = queries.all_typed(connection, draft_id, current.person().id)
    found = Easel(it, it.files(), {row.path: row for row in rows if it.writable})
    if found.path not in found.saved:
        raise NotFound("file", found.path)
    return found


@blueprint.get("/drafts/<int:draft_id>/drawing")
def drawing_page(draft_id: int) -> Any:
    """The canvas with the fields of what is chosen on it, and the outline of the steps beside it."""
    return show(easel(draft_id), step=request.args.get("step", ""))


def show(here: Easel, problems: Any = (), step: str = "") -> str:
    """Draw the page, with the form of a step of the outline where one is chosen."""
    typed, diagram = here.typed.get(here.path), here.diagram
    bundle = here.it.examined(**here.saved).bundle
    rows = steplist.listed(diagram, bundle.labels.elements)
    flow = next((one for one in diagram.flows if one.id == step), None) if diagram else None
    there = diagram is not None and (step in diagram.nodes or step in diagram.lanes or flow is not None)
    names = {row.id: row.name for row in rows}
    name = names.get(step) or (flow and f"{names.get(flow.source)} → {names.get(flow.target)}") or step
    choices = catalogue.choices(here.it, bundle, diagram) if there else {}
    values = drawnwords.read(here.saved)
    sent = steplist.typed(request.form.to_dict(flat=False)) if request.form.get("act") == "say" else instead()
    asked = steplist.form_of(step, diagram, values, choices, here.expected, sent) if there else []
    return render_template(
        "processes/drafts/drawing.html", it=here.it, path=here.path, problems=problems,
        unsaved=formats.when(typed.at) if typed else "", editable=readable(here.saved[here.path]) is not None,
        rows=rows, step=step if there else "", name=name, asked=asked, base=digest(here.saved[here.path]),
        groups=catalogue.groups(), kinds=steplist.KINDS, hung=steplist.HUNG if node_hangs(diagram, step) else (),
        made=[(catalogue.place(field), value) for field, value in instead().items()],
        makers=makers(draft_id=here.it.row.id), form=form_of(here, step), sent=request.form,
    )  # fmt: skip


def form_of(here: Easel, step: str) -> str:
    """The form that a step has in the draft, or "" ."""
    node = here.diagram.nodes.get(step) if here.diagram is not None else None
    return node.result if node is not None and f"forms/{node.result}.json" in here.saved else ""


def instead() -> dict[str, str]:
    """What fields are to say because something was made for a step; it stands there, and is saved with the rest."""
    moment = request.args.get("moment", "")
    found = {"timer": "timeDate", "moment": f'deadline("{moment}")'} if moment else {}
    return found | {name: request.args[name] for name in ("decision", "letter", "to") if request.args.get(name)}


def makers(draft_id: int) -> dict[str, str]:
    """The fields for which something is made on a page of its own, and its address, to which the step is added."""
    deadline = url_for("processes.deadline_for_step", draft_id=draft_id)
    return {
        "deadlines": f"{deadline}?step=", "moment": f"{deadline}?timer=1&step=",
        "decision": f"{url_for('processes.draft_tables', draft_id=draft_id)}?step=",
        "letter": f"{url_for('processes.new_letter', draft_id=draft_id)}?step=",
        "condition": f"{url_for('processes.draft_conditions', draft_id=draft_id)}/",
    }  # fmt: skip


def node_hangs(diagram: Diagram | None, step: str) -> bool:
    """Whether events can hang on the border of a step."""
    node = diagram.nodes.get(step) if diagram is not None else None
    return node is not None and node.kind in ACTIVITIES


@blueprint.get("/drafts/<int:draft_id>/drawing/deadline")
def deadline_for_step(draft_id: int) -> Any:
    """To the editor of a new deadline that is for a step, and from there back to the step (`?step=`, `&timer=1`)."""
    here, step = easel(draft_id), request.args.get("step", "")
    if here.diagram is None or step not in here.diagram.nodes:
        raise NotFound("step", step)
    known = here.it.examined(**here.saved).bundle.deadlines
    names = (f"{step}_deadline{number}" for number in ("", *range(2, len(known) + 3)))
    name = next(name for name in names if name not in known)
    timer = request.args.get("timer") or None
    address = url_for("processes.draft_deadline", draft_id=draft_id, deadline=name, step=step, timer=timer, new=1)
    return redirect(address)


@blueprint.get("/drafts/<int:draft_id>/drawing/source")
def drawing_source(draft_id: int) -> Response:
    """What the canvas begins with: the drawing, the words beside it, the fields and their choices, the findings."""
    here = easel(draft_id)
    bundle = here.it.examined(**here.files).bundle
    return jsonify(
        xml=readable(here.files[here.path]), unsaved=here.path in here.typed, bases=here.bases,
        values=drawnwords.read(here.files), fields=catalogue.described(), groups=catalogue.groups(),
        choices=catalogue.choices(here.it, bundle, here.diagram), expected=catalogue.expected(here.it, bundle),
        forms=sorted(bundle.forms), known=_known(here.diagram),
        tools=catalogue.tools(), findings=list(_findings(here, here.files)),
    )  # fmt: skip


def _known(diagram: Diagram | None) -> list[str]:
    """The steps and arrows that are saved: pages of their own can be opened for them."""
    return sorted([*diagram.nodes, *(flow.id for flow in diagram.flows)]) if diagram else []


@blueprint.post("/drafts/<int:draft_id>/drawing")
def change_drawing(draft_id: int) -> Any:
    """Check, keep or save what stands on the canvas; the answer says so in words, with the findings.

    Sent are the drawing as the canvas wrote it on opening (`opened`) and now (`drawn`), the values beside it that
    changed, the hashes of the files they were read from, and the text that was opened where that is not the saved one.
    """
    here, act = easel(draft_id), request.form.get("act", "check")
    house = (current.database(), current.actor(), draft_id)
    try:
        if act == "drop":
            draft_files.keep_texts(
                *house, {path: None for path in here.typed if path in here.bases}, bases={}, now=current.now()
            )
            return jsonify(words=t("canvas.dropped"))
        bases = _json("bases")
        changed = _changed(here, bases, drop=act != "keep")
        if act == "keep":
            _keep(here, changed, bases)
            told = t("draft.kept", at=formats.clock(current.now()))
        elif act == "save":
            bases |= _save(here, changed, bases)
            told = t("draft.saved")
        else:
            told = ""
    except NeedsSource:
        return jsonify(words="", source=True), 409
    except FileChanged as error:
        return jsonify(words=t("canvas.first", path=error.path, told=first_words(error)), path=error.path), 412
    except InvalidValue as error:
        return jsonify(words=wrong(error)), 422
    except EngineError as error:
        return jsonify(words=t("canvas.refused"), detail=tell(error.said)), 422
    except TasksError as error:
        status = errors.status(error)
        return jsonify(words=errors.words(error, status) or t(f"error.title_{status}")), status
    return jsonify(words=told, bases=bases, findings=list(_findings(here, {**here.files, **changed})))


def _keep(here: Easel, changed: Mapping[str, bytes], bases: Mapping[str, str]) -> None:
    """Keep what differs from the saved files for the reader alone; what no longer differs is forgotten."""
    house = (current.database(), current.actor(), here.it.row.id)
    kept = {path: readable(data) for path, data in changed.items() if here.saved.get(path) != data}
    back = {path: None for path in here.typed if path in bases and path not in kept}
    draft_files.keep_texts(*house, {**kept, **back}, bases=bases, now=current.now())


def _save(here: Easel, changed: Mapping[str, bytes], bases: Mapping[str, str]) -> dict[str, str]:
    """Save all that differs, at once; what cannot be saved because somebody was first is kept. FileChanged."""
    house = (current.database(), current.actor(), here.it.row.id)
    unsaved = {path: data for path, data in here.files.items() if path in here.typed and path in bases}
    new = {path: data for path, data in {**unsaved, **changed}.items() if here.saved.get(path) != data}
    try:
        return draft_files.save_files(*house, new, expected=bases, now=current.now())
    except FileChanged:
        _keep(here, {**unsaved, **changed}, bases)
        raise


class NeedsSource(Exception):
    """The saved drawing is no longer the one that was opened, which must be sent too."""


def _changed(here: Easel, bases: Mapping[str, str], *, drop: bool) -> dict[str, bytes]:
    """The files with what changed on the canvas and beside it."""
    sent = {name: request.files[name].read() for name in ("opened", "drawn", "source") if name in request.files}
    source = sent.get("source")
    if source is None:
        source = here.saved[here.path]
        if digest(source) != bases.get(here.path):
            raise NeedsSource
    else:
        source = written(source.decode("utf-8", "replace"), here.saved.get(here.path))
    drawn = carry_over(source, sent.get("opened", b""), sent.get("drawn", b""), file=here.path)
    gone = _ids(source, here.path) - _ids(drawn, here.path) if drop else frozenset()
    return {here.path: drawn, **drawnwords.change(here.files, _json("values"), gone)}


def _ids(data: bytes, file: str) -> frozenset[str]:
    return frozenset(one.get("id") for one in drawing.definitions(data, file=file).iter("{*}*") if one.get("id"))


def _json(name: str) -> dict[str, str]:
    sent = request.form.get(name, "{}")
    try:
        value = orjson.loads(sent)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise InvalidValue("drawing", "value", f"{name} is no object of texts")
    return {str(key): str(item) for key, item in value.items()}


def _findings(here: Easel, files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """What the checks say, each with the element of the drawing that it is about, where there is one."""
    examined = here.it.examined(**files)
    diagram = here._read(files)
    for one in placed(examined.findings, examined.bundle):
        yield {
            "severity": one.finding.severity, "message": one.told, "rule": one.finding.rule,
            "file": one.finding.file, "line": one.line, "node": _node(one.finding, diagram),
        }  # fmt: skip


def _node(finding: Finding, diagram: Diagram | None) -> str:
    """The element of the drawing that a finding is about: its own, or the step of the form that it is in."""
    if diagram is None:
        return ""
    known = {*diagram.nodes, *(flow.id for flow in diagram.flows), *diagram.lanes}
    for piece in (finding.element or "", *(finding.element or "").split(".")):
        if piece in known:
            return piece
    form = finding.file.removeprefix("forms/").removesuffix(".json") if finding.file.startswith("forms/") else ""
    return next((node.id for node in diagram.nodes.values() if form and node.result == form), "")
