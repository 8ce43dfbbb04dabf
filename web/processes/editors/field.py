"""The editor of one question of a form: its words, what kind of answer it takes, and for a group those of its rows.

A question is named as it is asked: `complete`, or `periods.start` in each row of the group `periods`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from flask import redirect, render_template, request, url_for

from engine.amend import Change
from forms import vocabulary
from forms.errors import FieldError
from forms.form import Form
from forms.vocabulary import DEEPEST
from tasks.errors import NotFound
from web import i18n, ownform
from web.i18n import t
from web.processes import blueprint, naming
from web.processes.editors import preview, questions
from web.processes.editors.forms import QUESTION, kinds, listed, ordered, piece_of, refused_name, title_of
from web.processes.editors.piece import Piece, Turn, drawn, theirs


@blueprint.get("/drafts/<int:draft_id>/forms/<form>/new-field")
def new_field(draft_id: int, form: str) -> Any:
    """The editor of a question that there is not yet, by its words or its id; `within` a group, of its rows."""
    read, typed = piece_of(draft_id, form), request.args.get("id", "").strip()
    within = request.args.get("within", "")
    names = questions.holder_of(f"{within}.x" if within else "x", read.document or {}).get("properties", {})
    name = naming.chosen(typed, {*names, *vocabulary.RESERVED})
    whole = f"{within}.{name}" if within else name
    taken = name in names
    if taken or not questions.usable(name):
        words = t("question.wrong_taken" if taken else "question.wrong_name")
        if within:
            page = _group(draft_id, form, within)
            return page(questions.answers(page.args[0].part, False), problems=(("f-new-field", words),)), 422
        return refused_name(draft_id, form, words), 422
    kind = request.args.get("kind") or None
    title = naming.title(typed) or None
    return redirect(
        url_for("processes.draft_field", draft_id=draft_id, form=form, field=whole, new=1, kind=kind, title=title)
    )


def _read(draft_id: int, form: str, field: str) -> Piece:
    whole = piece_of(draft_id, form)
    return Piece(whole.it, whole.path, whole.content, whole.document, questions.key_of(field))


def _group(draft_id: int, form: str, field: str) -> partial[str]:
    """The page of a group that there is, yet to be drawn; NotFound."""
    read = _read(draft_id, form, field)
    if not isinstance(read.part, Mapping):
        raise NotFound("field", field)
    return partial(_draw, read, form, field, judge=_judge(field))


def _judge(field: str) -> Form:
    """The form of the editor: a group stands in a group only so deep."""
    kind = next(each for each in ownform.load(QUESTION).fields if each.name == "kind")
    deep = field.count(".") >= DEEPEST
    return ownform.with_options(
        QUESTION,
        {"kind": {code.code: {language: code.name(language) for language in i18n.LANGUAGES}
                  for code in kind.codes if not deep or code.code != "group"}},
    )  # fmt: skip


@blueprint.route("/drafts/<int:draft_id>/forms/<form>/fields/<field>", methods=["GET", "POST"])
def draft_field(draft_id: int, form: str, field: str) -> Any:
    """The editor of one question; `act` is save, show, an option more or less, drop, or a move in a group."""
    read = _read(draft_id, form, field)
    above, _, own = field.rpartition(".")
    part = read.part if isinstance(read.part, Mapping) else {}
    known = not above or questions.holder_of(field, read.document or {})
    if read.document is not None and not part and not (request.values.get("new") and questions.usable(own) and known):
        raise NotFound("field", field)
    draw = partial(_draw, read, form, field, judge=_judge(field))
    stored = questions.answers(part, own in questions.required(field, read.document or {})) if part else {}
    if request.method == "GET" or read.document is None:
        begun = {"kind": request.args.get("kind", ""), "secrecy": "ordinary"}
        begun[f"title_{i18n.language()}"] = request.args.get("title", "")
        return draw(stored or begun), 200 if request.method == "GET" else 409
    what, _, name = request.form.get("act", "").partition(":")
    address = partial(url_for, draft_id=draft_id, form=form)
    up = address("processes.draft_field", field=above) if above else address("processes.draft_form")
    if what in ("up", "down"):
        here = partial(address, "processes.draft_field", field=field)
        return ordered(read, what, name, partial(draw, stored), lambda focus: here(focus=focus))
    if what == "drop":
        return ordered(read, "remove", field, partial(draw, stored), lambda focus: up)

    def changes(clean: Mapping[str, Any]) -> list[Change]:
        found = questions.changes(field, read.document, clean)
        return [*found, *preview.exemplified(read, found, own)]

    return Turn(read, _judge(field), questions.faults, changes, draw, up, own).answer()


def _draw(
    read: Piece, form: str, name: str, raw: Mapping[str, Any], *, judge: Form, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
    problems: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    here = url_for("processes.draft_field", draft_id=read.it.row.id, form=form, field=name)
    examined = read.examined(content)
    shown, unusable = preview.load(examined.bundle.forms.get(form), read.path, examined.bundle)
    answers = drawn(judge, raw, here, errors, blank)
    part = read.part if isinstance(read.part, Mapping) else {}
    top = name.partition(".")[0]
    known = shown is not None and any(each.name == top for each in shown.fields)
    rows = listed(read.document or {}, name) if part.get("x-kind") == "group" else ()
    return render_template(
        "processes/editors/field.html", it=read.it, form=form, name=name, path=read.path, base=read.base,
        answers=answers, field={item.name: item for item in answers.fields}, first=first, here=here,
        theirs=theirs(answers, questions.answers(part, False)) if first and part else [],
        readable=read.document is not None, is_new=not part, unusable=unusable,
        previews=[preview.draw(shown, one, {}, only=top) for one in i18n.LANGUAGES]
        if shown and known else [],
        title=title_of(part) or _typed_title(raw) or request.args.get("title") or name.rpartition(".")[2],
        form_title=title_of(read.document or {}) or form,
        above=_above(read, form, name), findings=read.findings(examined, "/" + "/".join(questions.key_of(name))),
        unsaved=content is not None, rows=rows, kinds=_kinds(name), problems=[*problems, *answers.errors],
        typed=request.args.get("id", ""), focus=request.args.get("focus", ""),
    )  # fmt: skip


def _typed_title(raw: Mapping[str, Any]) -> str:
    """What a question that is not saved yet is called by who writes it."""
    return str(raw.get(f"title_{i18n.language()}") or raw.get("title_fi") or "").strip()


def _kinds(name: str) -> list[tuple[str, str]]:
    """The kinds that a question of the rows of a group may be."""
    return [one for one in kinds() if one[0] != "group" or name.count(".") + 1 < DEEPEST]


def _above(read: Piece, form: str, name: str) -> list[tuple[str, str]]:
    """The groups around a question: (words, address)."""
    names = name.split(".")[:-1]
    found = []
    for at in range(1, len(names) + 1):
        group = ".".join(names[:at])
        part = questions.holder_of(group, read.document or {}).get("properties", {}).get(names[at - 1], {})
        address = url_for("processes.draft_field", draft_id=read.it.row.id, form=form, field=group)
        found.append((title_of(part) or names[at - 1], address))
    return found
