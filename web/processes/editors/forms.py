"""Forms of a draft: the list, and the questions of one in their order with a preview on which answers are tried."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from web.processes.catalogue import TASKS
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
            found.append((id, title_of(bundle.forms.get(id, {})) or id, len(wrong_there)))
    bare = [(id, i18n.pick(name)) for id, name in _steps(bundle).items() if path_of(id) not in bundle.files]
    return render_template("processes/editors/forms.html", it=it, forms=found, bare=bare, errors=errors, typed=typed)


def title_of(form: Mapping[str, Any]) -> str:
    """What a form or a question is called in the page's language."""
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
        if node.kind in TASKS:
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


def refused_name(draft_id: int, form: str, words: str) -> str:
    """The page of a form whose new question cannot have the name that was typed."""
    read = piece_of(draft_id, form)
    problems = (("f-new-field", words),)
    return _draw(read, form, _head(read.document or {}), ownform.load(HEAD), problems=problems)


@blueprint.route("/drafts/<int:draft_id>/forms/<form>", methods=["GET", "POST"])
def draft_form(draft_id: int, form: str) -> Any:
    """A form: its words, its questions in order, and a preview on which answers are tried (`_act`)."""
    read = piece_of(draft_id, form)
    head = ownform.load(HEAD)
    if request.method == "GET" or read.document is None:
        return _draw(read, form, _head(read.document or {}), head), 200 if request.method == "GET" else 409
    if "_act" in request.form:
        return _tried(read, form, head)
    what, _, name = request.form.get("act", "").partition(":")
    if what in ("up", "down", "remove"):
        return ordered(
            read, what, name, lambda **more: _draw(read, form, _head(read.document), head, **more),
            lambda focus: url_for("processes.draft_form", draft_id=draft_id, form=form, focus=focus),
        )  # fmt: skip
    return Turn(
        read, head, lambda clean: [], lambda clean: _head_changes(read.document, clean),
        lambda raw, **more: _draw(read, form, raw, head, **more),
        url_for("processes.draft_forms", draft_id=draft_id), form,
    ).answer()  # fmt: skip


def piece_of(draft_id: int, form: str) -> Piece:
    """The file of a form; NotFound where there is none."""
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


def ordered(read: Piece, what: str, name: str, draw: Callable[..., str], back: Callable[[str | None], str]) -> Any:
    """A question moves up or down, or goes, at once: what stands there is the order that was seen."""
    names, own = list(questions.holder_of(name, read.document).get("properties", {})), name.rpartition(".")[2]
    if own not in names:
        raise NotFound("field", name)
    to = names.index(own) + (1 if what == "down" else -1)
    changes: list[Change] = [Place(questions.key_of(name), to)] if 0 <= to < len(names) else []
    try:
        if what == "remove" and len(names) == 1:
            return draw(errors=[wrong("", "question.last")]), 422
        read.save(read.amended(questions.removed(name, read.document) if what == "remove" else changes))
    except AmendError:
        return draw(errors=[wrong("", "editor.cannot")]), 422
    except FileChanged as error:
        return draw(first=first_words(error)), 412
    way = {0: "down", len(names) - 1: "up"}.get(to, what)  # where the way on ends, the way back takes the focus
    return redirect(back(None if what == "remove" else f"{way}-{name}"))


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
    return render_template(
        "processes/editors/form.html", it=read.it, name=name, path=read.path, base=read.base, answers=answers,
        first=first, theirs=theirs(answers, _head(read.document or {})) if first else [], here=here,
        title=title_of(now or {}) or name, readable=read.document is not None, preview=shown, unusable=unusable,
        language=language, languages_of=i18n.LANGUAGE_NAMES, told=told, unsaved=content is not None,
        questions=listed(read.document or {}), kinds=kinds(), problems=[*problems, *answers.errors],
        typed=request.args.get("id", ""),
        findings=read.findings(examined), focus=request.args.get("focus", ""),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question in the list: its name, words, kind, whether it must be answered, its secrecy if not ordinary."""

    name: str
    title: str
    kind: str
    required: bool
    secrecy: str
    inside: tuple[QuestionShown, ...]
    """the questions of each row, where it is repeated"""


def listed(document: Mapping[str, Any], above: str = "") -> tuple[QuestionShown, ...]:
    """The questions of a form, or of the rows of the group named above, in their order."""
    first = f"{above}." if above else ""
    holder = questions.holder_of(f"{first}x", document)
    parts = holder.get("properties", {})
    return tuple(
        _question(f"{first}{name}", part, document)
        for name, part in (parts.items() if isinstance(parts, Mapping) else ())
        if isinstance(part, Mapping)
    )


def _question(name: str, part: Mapping[str, Any], document: Mapping[str, Any]) -> QuestionShown:
    kind, secrecy = str(part.get("x-kind", "")), str(part.get("x-secrecy", "ordinary"))
    return QuestionShown(
        name, title_of(part), dict(kinds()).get(kind, kind),
        name.rpartition(".")[2] in questions.required(name, document),
        "" if secrecy == "ordinary" else t(f"question.secrecy_{secrecy}"),
        listed(document, name) if questions.inside(part) else (),
    )  # fmt: skip


def kinds() -> list[tuple[str, str]]:
    """The kinds of questions: (code, words)."""
    field = next(field for field in ownform.load(QUESTION).fields if field.name == "kind")
    return list(field.options(i18n.language()))
