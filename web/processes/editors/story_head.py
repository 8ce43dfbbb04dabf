"""The head of a story: what it is called, why it is there, and the example customers that take part in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine.amend import Change, differences
from engine.bundle import Bundle
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import NotFound
from web import i18n, ownform
from web.processes import blueprint
from web.processes.editors.piece import Piece, Turn, drawn, piece, theirs, wrong

FORM = Path(__file__).parent / "story_head.json"
PLAIN = {
    "name": "name", "kind": "kind", "identity_code": "identity_code", "business_id": "business_id",
    "language": "language", "way": "channel", "protected": "protected",
}  # fmt: skip
"""what the form says of a party, and its key in the file; what else the file says of one stays"""
CUSTOMER = {"customer": {"fi": "asiakas", "sv": "kund", "en": "customer"}}
"""the role that is offered where the folder names none"""


@blueprint.route("/drafts/<int:draft_id>/stories/<story>/head", methods=["GET", "POST"])
def draft_story_head(draft_id: int, story: str) -> Any:
    """The form of a story's head; `act` is save, show, or a row more or less."""
    read = piece(draft_id, f"stories/{story}.toml")
    if read.content is None or read.document is None:
        raise NotFound("story", story)
    head = {key: read.document[key] for key in ("name", "text", "parties") if key in read.document}
    read = Piece(read.it, read.path, read.content, {"head": head}, ("head",))
    form = _form_of(read.it.examined().bundle, head)
    if request.method == "GET":
        return _draw(read, story, answers(head), form)
    above = url_for("processes.draft_story", draft_id=draft_id, story=story)
    return Turn(
        read, form, _faults, lambda clean: list(changes(head, clean)),
        lambda raw, **more: _draw(read, story, raw, form, **more), above, story, after=above,
    ).answer()  # fmt: skip


def _parties(head: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    parties = head.get("parties", {})
    return (
        {role: row for role, row in parties.items() if isinstance(row, Mapping)} if isinstance(parties, Mapping) else {}
    )


def _form_of(bundle: Bundle, head: Mapping[str, Any]) -> Form:
    """The roles are those of process.toml, and what the story has already."""
    roles = {role: dict(party.name) for role, party in bundle.manifest.parties.items()}
    known = {role: dict.fromkeys(i18n.LANGUAGES, role) for role in _parties(head)}
    return ownform.with_row_options(FORM, {"parties": {"role": known | roles or CUSTOMER}})


def answers(head: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the form that a head stands for."""
    rows = [
        {"role": role} | {name: row[key] for name, key in PLAIN.items() if key in row}
        for role, row in _parties(head).items()
    ]
    return {"name": str(head.get("name", "")), "text": str(head.get("text", "")), "parties": rows}


def _faults(clean: Mapping[str, Any]) -> list[FieldError]:
    roles = [row["role"] for row in clean.get("parties", ())]
    return [
        wrong(f"/parties/{at}/role", "story.wrong_role_twice", role)
        for at, role in enumerate(roles)
        if role in roles[:at]
    ]


def changes(head: Mapping[str, Any], clean: Mapping[str, Any]) -> Iterator[Change]:
    """What clean answers change in the file."""
    old = _parties(head)
    parties: dict[str, Any] = dict.fromkeys(old)
    for row in clean.get("parties", ()):
        before = old.get(row["role"], {})
        said = {key: row.get(name) for name, key in PLAIN.items() if row.get(name) not in (None, "")}
        if not said.get("protected") and "protected" not in before:
            said.pop("protected", None)
        parties[row["role"]] = {**before, **dict.fromkeys(PLAIN.values()), **said}
    wanted = {"name": clean["name"], "text": clean.get("text") or None}
    yield from differences((), head, wanted | ({"parties": parties} if parties or "parties" in head else {}))


def _draw(
    read: Piece, story: str, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    examined = read.examined(content)
    sheet = drawn(form, raw, request.path, errors, blank)
    return render_template(
        "processes/editors/story_head.html", it=read.it, path=read.path, base=read.base, answers=sheet, first=first,
        field={item.name: item for item in sheet.fields}, here=request.path,
        story_title=str(read.part.get("name", story)),
        theirs=theirs(sheet, answers(read.part)) if first else [], unsaved=content is not None,
        findings=read.findings(examined), above=url_for("processes.draft_story", draft_id=read.it.row.id, story=story),
    )  # fmt: skip
