"""The rules of a letter: who gets it, what of the case it may tell, and the parts that it must have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine.amend import Change, differences
from engine.bundle import Bundle
from engine.letter import OWN_NAMES
from forms import posted
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import NotFound
from web import i18n, ownform, words
from web.processes import blueprint
from web.processes.editors import new_letter, patterns
from web.processes.editors.new_letter import MANIFEST
from web.processes.editors.piece import Piece, Turn, drawn, piece, theirs
from web.processes.finding import placed

FORM = Path(__file__).parent / "letter_rules.json"
LISTS = ("fields", "consent", "requires")


@blueprint.route("/drafts/<int:draft_id>/letters/<letter>/rules", methods=["GET", "POST"])
def draft_letter_rules(draft_id: int, letter: str) -> Any:
    """The form of a letter's rules; `act` is save, show, or allow: what the letter reads is put among what it may."""
    read = piece(draft_id, MANIFEST, "letters", letter)
    rules = read.part
    if not isinstance(rules, Mapping):
        raise NotFound("letter", letter)
    bundle = read.it.examined().bundle
    form = _form_of(bundle, rules)
    if request.method == "GET":
        return _draw(read, letter, answers(rules), form)
    if request.form.get("act") == "allow":
        raw = posted.read(form, request.form.items(multi=True))
        lines = [*_lines(raw.get("fields")), *unseen(bundle, letter, _lines(raw.get("fields")))]
        return _draw(read, letter, {**raw, "fields": "\n".join(lines)}, form)
    return Turn(
        read, form, lambda clean: [], lambda clean: changes(letter, rules, clean),
        lambda raw, **more: _draw(read, letter, raw, form, **more),
        url_for("processes.draft_letters", draft_id=draft_id), letter,
    ).answer()  # fmt: skip


def _form_of(bundle: Bundle, rules: Mapping[str, Any]) -> Form:
    to = str(rules.get("to", ""))
    known = dict(new_letter.recipients(bundle))
    return ownform.with_options(
        FORM, {"to": {code: dict.fromkeys(i18n.LANGUAGES, known.get(code, code)) for code in (*known, to) if code}}
    )


def answers(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the form that the rules stand for."""
    lists = {key: rules[key] for key in LISTS if isinstance(rules.get(key), list)}
    return {"to": str(rules.get("to", "")), **{key: "\n".join(map(str, value)) for key, value in lists.items()}}


def changes(letter: str, rules: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    """What the answers change in process.toml."""
    wanted: dict[str, Any] = {"to": clean["to"]}
    for key in LISTS:
        told = _lines(clean.get(key))
        wanted[key] = told if told or key in rules else None
    return list(differences(("letters", letter), rules, wanted))


def _lines(text: Any) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in str(text or "").splitlines() if line.strip()))


def unseen(bundle: Bundle, letter: str, allowed: Sequence[str]) -> list[str]:
    """What the texts of a letter read and its recipient may not see."""
    read: dict[str, None] = {}
    for (name, _), template in bundle.letters.items():
        read |= dict.fromkeys(template.paths) if name == letter else {}
    return [
        path for path in read
        if path.split(".")[0] not in OWN_NAMES and path not in allowed and f"{path.split('.')[0]}.*" not in allowed
    ]  # fmt: skip


def _draw(
    read: Piece, letter: str, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    here = url_for("processes.draft_letter_rules", draft_id=read.it.row.id, letter=letter)
    examined = read.examined(content)
    bundle = examined.bundle
    answered = drawn(form, raw, here, errors, blank)
    paths = {f"letters/{letter}.{one}.html": one for one in patterns.LANGUAGES}
    found = [one for one in examined.findings if one.file in paths]
    return render_template(
        "processes/editors/letter_rules.html", it=read.it, name=letter, title=words.letter_of_file(bundle, letter),
        path=MANIFEST, base=read.base, answers=answered, here=here, first=first, unsaved=content is not None,
        theirs=theirs(answered, answers(read.part)) if first else [], missing=unseen(bundle, letter, _allowed(raw)),
        findings=[*read.findings(examined, f"letters.{letter}"), *placed(found, bundle)],
        texts=[one for path, one in paths.items() if path in bundle.files],
        asked={path: name for path, name, _ in new_letter.data_of(bundle)},
    )  # fmt: skip


def _allowed(raw: Mapping[str, Any]) -> list[str]:
    return _lines(raw.get("fields"))
