"""Letters of a draft: their text beside what becomes of it on example data, and the parts that must be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.bundle import Bundle
from engine.law import LAW
from engine.letter import lacking
from tasks.errors import FileChanged, InvalidValue, NotFound
from tasks.workbench import beside
from web import current, errors, paper, words
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk, plain, readable, written
from web.processes.drafts import wrong as refused
from web.processes.editors import specimen
from web.processes.editors.patterns import LANGUAGES
from web.processes.editors.piece import Piece, first_words, stored

UNWRITTEN = ("letter-closed", "letter-syntax")
"""findings of a text that is never written, not even to be looked at"""


@dataclass(frozen=True, slots=True)
class PartShown:
    """A part that the law requires in a letter, and whether the letter has it."""

    id: str
    there: bool


def path_of(letter: str, language: str) -> str:
    """The file of a letter in a language."""
    return f"letters/{letter}.{language}.html"


@blueprint.get("/drafts/<int:draft_id>/letters")
def draft_letters(draft_id: int) -> Any:
    """The letters of a draft."""
    it = desk(draft_id)
    bundle = it.examined().bundle
    names = dict.fromkeys([*bundle.manifest.letters, *(name for name, _ in bundle.letters)])
    rows = [(name, words.letter_of_file(bundle, name), [one for one in LANGUAGES if path_of(name, one) in bundle.files])
            for name in names]  # fmt: skip
    return render_template("processes/editors/letters.html", it=it, letters=rows, ruled=bundle.manifest.letters)


@blueprint.route("/drafts/<int:draft_id>/letters/<letter>/<language>", methods=["GET", "POST"])
def draft_letter(draft_id: int, letter: str, language: str) -> Any:
    """The text of a letter with its preview; `act` is save or show (nothing is saved)."""
    it, path = desk(draft_id), path_of(letter, language)
    content = stored(it, path)
    if content is None or language not in LANGUAGES:
        raise NotFound("letter", letter)
    text = readable(content)
    read = Piece(it, path, content, {"text": text}, ("text",))
    if request.method == "GET" or text is None:
        return _draw(read, letter, language, text or "")
    typed = plain(request.form.get("text", ""))
    errors.words_sent({t("letter.text"): typed})
    made = written(typed, content)
    if request.form.get("act") != "save":
        return _draw(read, letter, language, typed, content=made)
    try:
        read.save(made)
    except FileChanged as error:
        return _draw(read, letter, language, typed, content=made, first=first_words(error)), 412
    except InvalidValue as error:
        return _draw(read, letter, language, typed, content=made, faults=[("f-text", refused(error))]), 422
    flash(t("draft.saved"), "done")
    return redirect(url_for("processes.draft_letter", draft_id=draft_id, letter=letter, language=language))


def _draw(
    read: Piece, name: str, language: str, text: str, *, content: bytes | None = None, first: str = "",
    faults: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    examined = read.examined(content)
    bundle = examined.bundle
    unsafe = any(one.rule in UNWRITTEN for one in examined.of_file(read.path))
    html, why = ("", t("letter.unusable")) if unsafe else specimen_of(read.it, bundle, name, language)
    rules = bundle.manifest.letters.get(name)
    requires = rules.requires if rules else ()
    template = bundle.letters.get((name, language))
    missing = lacking(template, requires, html) if template and html else requires
    return render_template(
        "processes/editors/letter.html", it=read.it, name=name, path=read.path,
        title=words.letter_of_file(bundle, name), text=text, base=read.base, first=first, faults=faults,
        lang=language, why=why,
        preview=paper.shown(html, None) if html else Markup(),
        parts=[PartShown(part, part not in missing) for part in requires], unsaved=content is not None,
        reads=[path for path in (template.paths if template else ()) if "." in path], ruled=rules is not None,
        others=[one for one in LANGUAGES if one != language and path_of(name, one) in bundle.files],
        findings=read.findings(examined), first_theirs=readable(read.content or b"") if first else "",
    )  # fmt: skip


def specimen_of(it: Desk, bundle: Bundle, name: str, language: str) -> tuple[str, str]:
    """The letter on example data, or why there is none: only a template that the checks let pass is ever written."""
    template = bundle.letters.get((name, language))
    if template is None:
        return "", t("letter.unusable")
    others = beside(it.row.process, it.versions)
    law = (others[LAW],) if LAW in others else ()
    html, why = specimen.tried(template, bundle, language, current.today(), law)
    return html, f"{t('letter.unwritten')} {why}" if why else ""
