"""Forms of a draft: the list, the questions of one in their order with a preview, and the editor of a question."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine import drawing
from engine.amend import Change, Place, Put, differences
from engine.bundle import Bundle
from engine.errors import AmendError, EngineError
from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands import draft_files
from tasks.errors import FileChanged, InvalidValue, NotFound
from web import current, i18n, ownform
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk
from web.processes.drafts import wrong as refused
from web.processes.editors import preview, questions
from web.processes.editors.piece import Piece, Turn, drawn, first_words, piece, rows_asked, theirs, wrong

HEAD = Path(__file__).parent / "form.json"
QUESTION = Path(__file__).parent / "field.json"


def path_of(form: str) -> str:
    """The file of a form."""
    return f"forms/{form}.json"


@blueprint.get("/drafts/<int:draft_id>/forms")
def draft_forms(draft_id: int) -> Any:
    """The forms of a draft, and the steps that have none yet."""
    return _listed(desk(draft_id))


def _listed(it: Desk, errors: Sequence[tuple[str, str]] = (), typed: str = "") -> str:
    bundle = it.examined().bundle
    found = []
    for path in bundle.files:
        if path.startswith("forms/") and path.endswith(".json"):
            id = path.removeprefix("forms/").removesuffix(".json")
            wrong_there = [one for one in it.examined().of_file(path) if one.severity == "error"]
            found.append((id, _title(bundle.forms.get(id, {})) or id, len(wrong_there)))
    bare = [(id, i18n.pick(name)) for id, name in _steps(bundle).items() if path_of(id) not in bundle.files]
    return render_template("processes/editors/forms.html", it=it, forms=found, bare=bare, errors=errors, typed=typed)


def _title(form: Mapping[str, Any]) -> str:
    told = questions.told(form, "title")
    return told[f"title_{i18n.language()}"] or told["title_fi"]


def _steps(bundle: Bundle) -> dict[str, dict[str, str]]:
    """The steps and messages that a form can be for, each with its names."""
    try:
        diagram = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn") if bundle.bpmn else None
    except EngineError:
        diagram = None
    found = {}
    for node in diagram.nodes.values() if diagram else ():
        if node.kind == "userTask":
            found[node.id] = {"fi": " ".join(node.name.split()) or node.id, **bundle.labels.elements.get(node.id, {})}
        for event in node.events:
            if event.kind == "message" and event.ref:
                found[event.ref] = {"fi": event.ref, **bundle.labels.messages.get(event.ref, {})}
    return found


@blueprint.post("/drafts/<int:draft_id>/forms")
def begin_form(draft_id: int) -> Any:
    """Make the form of a step or a message: a title, and one question to begin with."""
    it, id = desk(draft_id), request.form.get("form", "").strip()
    names = _steps(it.examined().bundle).get(id)
    if names is None:
        return _listed(it, (("f-new-form", t("question.wrong_step")),), id), 422
    content = json.dumps(_skeleton(names), ensure_ascii=False, indent=2).encode() + b"\n"
    try:
        draft_files.save_file(
            current.database(), current.actor(), draft_id, path_of(id), content, expected="", now=current.now()
        )
    except FileChanged:
        return _listed(it, (("f-new-form", t("draft.is_there", path=path_of(id))),), id), 409
    except InvalidValue as error:
        return _listed(it, (("f-new-form", refused(error)),), id), 422
    return redirect(url_for("processes.draft_form", draft_id=draft_id, form=id))


def _skeleton(names: Mapping[str, str]) -> dict[str, Any]:
    note = {language: i18n.translate("question.note", language) for language in i18n.LANGUAGES}
    question = {
        "type": "string", "title": note["fi"], "x-kind": "long_text", "x-secrecy": "ordinary",
        "x-i18n": {language: {"title": note[language]} for language in questions.TRANSLATED},
    }  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": names["fi"],
        "x-i18n": {language: {"title": names.get(language) or names["fi"]} for language in questions.TRANSLATED},
        "type": "object", "required": [], "properties": {"note": question}, "x-example": {},
    }  # fmt: skip


@blueprint.route("/drafts/<int:draft_id>/forms/<form>", methods=["GET", "POST"])
def draft_form(draft_id: int, form: str) -> Any:
    """A form: its words, its questions in order, and a preview on which answers are tried (`_act`)."""
    read = _piece(draft_id, form)
    head = ownform.load(HEAD)
    if request.method == "GET" or read.document is None:
        return _draw(read, form, _head(read.document or {}), head), 200 if request.method == "GET" else 409
    if "_act" in request.form:
        return _tried(read, form, head)
    what, _, name = request.form.get("act", "").partition(":")
    if what in ("up", "down", "remove"):
        return _ordered(read, form, head, what, name)
    return Turn(
        read, head, lambda clean: [], lambda clean: _head_changes(read.document, clean),
        lambda raw, **more: _draw(read, form, raw, head, **more),
        url_for("processes.draft_forms", draft_id=draft_id), form,
    ).answer()  # fmt: skip


def _piece(draft_id: int, form: str) -> Piece:
    read = piece(draft_id, path_of(form))
    if read.content is None:
        raise NotFound("form", form)
    return read


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    told = questions.told(document, "title") | questions.told(document, "description")
    return told | {"basis": document.get("x-basis", "")}


def _head_changes(document: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    wanted = {
        "title": clean["title_fi"], "description": clean.get("description_fi") or None,
        "x-basis": clean.get("basis") or None,
        "x-i18n": {
            language: {key: clean.get(f"{key}_{language}") or None for key in ("title", "description")}
            for language in questions.TRANSLATED
        },
    }  # fmt: skip
    return list(differences((), document, wanted))


def _ordered(read: Piece, form: str, head: Form, what: str, name: str) -> Any:
    """A question moves up or down, or goes, at once: what stands there is the order that was seen."""
    names = list(read.document.get("properties", {}))
    if name not in names:
        raise NotFound("field", name)
    to = names.index(name) + (1 if what == "down" else -1)
    changes: list[Change] = [Place(("properties", name), to)] if 0 <= to < len(names) else []
    try:
        read.save(read.amended(questions.removed(name, read.document) if what == "remove" else changes))
    except AmendError:
        return _draw(read, form, _head(read.document), head, errors=[wrong("", "editor.cannot")]), 422
    except FileChanged as error:
        return _draw(read, form, _head(read.document), head, first=first_words(error)), 412
    way = {0: "down", len(names) - 1: "up"}.get(to, what)  # where the way on ends, the way back takes the focus
    focus = None if what == "remove" else f"{way}-{name}"
    return redirect(url_for("processes.draft_form", draft_id=read.it.row.id, form=form, focus=focus))


def _tried(read: Piece, name: str, head: Form) -> Any:
    """Answers are tried on the preview, or become the example of the file."""
    form, _ = preview.load(read.document, read.path, read.examined().bundle)
    if form is None:
        return _draw(read, name, _head(read.document), head)
    raw = posted.read(form, request.form.items(multi=True))
    act = request.form.getlist("_act")[-1]
    blank = rows_asked(form, raw) if act == "rows" else None
    tried, errors = t("question.fits"), tuple[FieldError, ...]()
    try:
        clean = form.validate(raw, on=current.today())
        if act == "example":
            read.save(read.amended([Put(("x-example",), clean)]))
            flash(t("question.example_saved"), "done")
            return redirect(url_for("processes.draft_form", draft_id=read.it.row.id, form=name))
    except FormError as error:
        tried, errors = "", error.errors
    except AmendError:
        tried = t("editor.cannot")
    except FileChanged as error:
        return _draw(read, name, _head(read.document), head, first=first_words(error)), 412
    if blank is not None or act == "language":
        tried, errors = "", ()
    page = _draw(read, name, _head(read.document), head, tried=raw, told=tried, faults=errors, blank_tried=blank)
    return page, 422 if errors else 200


def _draw(
    read: Piece, name: str, raw: Mapping[str, Any], head: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
    tried: Mapping[str, Any] | None = None, told: str = "", faults: Sequence[FieldError] = (),
    blank_tried: Mapping[str, int] | None = None, problems: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    here = url_for("processes.draft_form", draft_id=read.it.row.id, form=name)
    examined = read.examined(content)
    now = examined.bundle.forms.get(name, read.document)
    form, unusable = preview.load(now, read.path, examined.bundle)
    chosen = request.values.get("_language", i18n.language())
    language = chosen if chosen in i18n.LANGUAGES else i18n.LANGUAGES[0]
    shown = ""
    if form is not None:
        given = tried if tried is not None else form.example
        shown = preview.draw(form, language, given, errors=faults, refresh=here, blank=blank_tried)
    answers = drawn(head, raw, here, errors, blank)
    parts = (read.document or {}).get("properties", {})
    return render_template(
        "processes/editors/form.html", it=read.it, name=name, path=read.path, base=read.base, answers=answers,
        first=first, theirs=theirs(answers, _head(read.document or {})) if first else [], here=here,
        title=_title(now or {}) or name, readable=read.document is not None, preview=shown, unusable=unusable,
        language=language, languages_of=i18n.LANGUAGE_NAMES, told=told, unsaved=content is not None,
        questions=[_question(key, part, read.document) for key, part in parts.items() if isinstance(part, Mapping)],
        kinds=_kinds(), problems=[*problems, *answers.errors], typed=request.args.get("id", ""),
        findings=read.findings(examined), focus=request.args.get("focus", ""),
    )  # fmt: skip


def _question(name: str, part: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[str, str, str, bool, str]:
    """A question in the list: its name, words, kind, whether it must be answered, its secrecy if not ordinary."""
    kind, secrecy = str(part.get("x-kind", "")), str(part.get("x-secrecy", "ordinary"))
    told = dict(_kinds()).get(kind, kind)
    required = name in document.get("required", [])
    return name, _title(part), told, required, "" if secrecy == "ordinary" else t(f"question.secrecy_{secrecy}")


def _kinds() -> list[tuple[str, str]]:
    field = next(field for field in ownform.load(QUESTION).fields if field.name == "kind")
    return list(field.options(i18n.language()))


@blueprint.get("/drafts/<int:draft_id>/forms/<form>/new-field")
def new_field(draft_id: int, form: str) -> Any:
    """The editor of a question that there is not yet, by the name that was typed."""
    read, name = _piece(draft_id, form), request.args.get("id", "").strip()
    taken = name in (read.document or {}).get("properties", {})
    if taken or not questions.usable(name):
        words = t("question.wrong_taken" if taken else "question.wrong_name")
        problems = (("f-new-field", words),)
        return _draw(read, form, _head(read.document or {}), ownform.load(HEAD), problems=problems), 422
    kind = request.args.get("kind", "")
    return redirect(
        url_for("processes.draft_field", draft_id=draft_id, form=form, field=name, new=1, kind=kind or None)
    )


@blueprint.route("/drafts/<int:draft_id>/forms/<form>/fields/<field>", methods=["GET", "POST"])
def draft_field(draft_id: int, form: str, field: str) -> Any:
    """The editor of one question; `act` is save, show, an option more or less, or drop."""
    whole = _piece(draft_id, form)
    read = Piece(whole.it, whole.path, whole.content, whole.document, ("properties", field))
    part = read.part if isinstance(read.part, Mapping) else {}
    if read.document is not None and not part and not (request.values.get("new") and questions.usable(field)):
        raise NotFound("field", field)
    judge = ownform.load(QUESTION)
    if request.method == "GET" or read.document is None:
        required = field in (read.document or {}).get("required", [])
        kind = request.args.get("kind", "")
        raw = questions.answers(part, required) if part else {"kind": kind, "secrecy": "ordinary"}
        return _draw_field(read, form, field, raw, judge), 200 if request.method == "GET" else 409
    above = url_for("processes.draft_form", draft_id=draft_id, form=form)
    if request.form.get("act") == "drop":
        return _ordered(read, form, ownform.load(HEAD), "remove", field)
    return Turn(
        read, judge, questions.faults, lambda clean: questions.changes(field, read.document, clean),
        lambda raw, **more: _draw_field(read, form, field, raw, judge, **more), above, field,
    ).answer()  # fmt: skip


def _draw_field(
    read: Piece, form: str, name: str, raw: Mapping[str, Any], judge: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    here = url_for("processes.draft_field", draft_id=read.it.row.id, form=form, field=name)
    examined = read.examined(content)
    shown, unusable = preview.load(examined.bundle.forms.get(form), read.path, examined.bundle)
    answers = drawn(judge, raw, here, errors, blank)
    there = questions.answers(read.part, False) if first and isinstance(read.part, Mapping) else {}
    known = shown is not None and any(each.name == name for each in shown.fields)
    return render_template(
        "processes/editors/field.html", it=read.it, form=form, name=name, path=read.path, base=read.base,
        answers=answers, field={item.name: item for item in answers.fields}, first=first, here=here,
        theirs=theirs(answers, there), readable=read.document is not None, is_new=not read.part, unusable=unusable,
        previews=[preview.draw(shown, one, {}, only=name) for one in i18n.LANGUAGES] if shown and known else [],
        title=_title(read.part or {}) or name, form_title=_title(read.document or {}) or form,
        findings=read.findings(examined, f"/properties/{name}"), unsaved=content is not None,
    )  # fmt: skip
