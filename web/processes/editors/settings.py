"""The settings of a draft's process (process.toml): names, owner, lanes, acts, four-eyes pairs, retention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine.amend import Add, Change, Drop, differences
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import InvalidValue
from web import i18n, ownform, words
from web.processes import blueprint
from web.processes.drafts import wrong as refused
from web.processes.editors import timing
from web.processes.editors.piece import Piece, Turn, citation_fault, drawn, piece, texts, theirs, wrong

FILE = "process.toml"
FORM = Path(__file__).parent / "settings.json"
PLAIN = ("owner", "prefix", "number")
ROLES = ("grant_officer", "decision_maker", "payment_officer", "payment_approver", "employment_expert",
         "employer_expert", "caller")  # fmt: skip


@blueprint.route("/drafts/<int:draft_id>/settings", methods=["GET", "POST"])
def draft_settings(draft_id: int) -> Any:
    """The form of the settings; `act` is save, show (nothing is saved), or a row more or less."""
    read = piece(draft_id, FILE)
    document = read.document or {}
    form = _form_of(document)
    if request.method == "GET" or read.document is None:
        return _draw(read, answers(document), form), 200 if request.method == "GET" else 409
    turn = Turn(
        read, form, _faults, lambda clean: list(changes(document, clean)),
        lambda raw, **more: _draw(read, raw, form, **more), request.path, FILE,
    )  # fmt: skip
    try:
        return turn.answer()
    except InvalidValue as error:  # the process area or the id that was there is no more what the draft is for
        return _draw(read, answers(document), form, problems=[("form", refused(error))]), 422


def _form_of(document: Mapping[str, Any]) -> Form:
    used = {str(lane.get("role")) for lane in _tables(document, "lanes").values() if lane.get("role")}
    roles = [*ROLES, *sorted(used - set(ROLES))]
    definition = {role: dict.fromkeys(i18n.LANGUAGES, words.work_role(role)) for role in roles}
    return ownform.with_row_options(FORM, {"lanes": {"role": definition}})


def _tables(document: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """A table of tables."""
    value = document.get(key, {})
    return {name: row for name, row in value.items() if isinstance(row, Mapping)} if isinstance(value, Mapping) else {}


def _listed(document: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """A list of tables."""
    value = document.get(key, [])
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def answers(document: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of the form that process.toml stands for."""
    retention = document.get("retention", {})
    retention = retention if isinstance(retention, Mapping) else {}
    acts = document.get("acts", {})
    found: dict[str, Any] = timing.told(document, "name") | {name: document.get(name, "") for name in PLAIN}
    reviewed = document.get("review_on")
    found["review_on"] = reviewed.isoformat() if isinstance(reviewed, date) else ""
    found["summary_fields"] = "\n".join(map(str, document.get("summary_fields", ())))
    found["basis"] = [dict(row) for row in _listed(document, "basis")]
    found["four_eyes"] = [dict(row) for row in _listed(document, "four_eyes")]
    found["lanes"] = [
        {"id": id, "role": row.get("role", ""), "outside": bool(row.get("outside", False))}
        for id, row in _tables(document, "lanes").items()
    ]
    found["acts"] = [{"id": id, "where": where} for id, where in acts.items()] if isinstance(acts, Mapping) else []
    found |= {"years": retention.get("years", ""), "from": retention.get("from", "")}
    source = retention.get("source", "")
    return found | {"source": source if isinstance(source, str) else ""} | timing.told(retention, "doubt")


def _faults(clean: Mapping[str, Any]) -> list[FieldError]:
    found: list[FieldError] = citation_fault("/source", clean["source"]) if clean.get("source") else []
    for at, row in enumerate(clean.get("basis", ())):
        found += citation_fault(f"/basis/{at}/sections", " ".join(filter(None, (row["act"], row.get("sections")))))
    for at, row in enumerate(clean.get("lanes", ())):
        if bool(row.get("role")) == bool(row.get("outside")):
            found.append(wrong(f"/lanes/{at}/role", "settings.wrong_lane"))
    for name in ("lanes", "acts", "four_eyes"):
        ids = [row["id"] for row in clean.get(name, ())]
        found += [wrong(f"/{name}/{at}/id", "settings.wrong_twice") for at, id in enumerate(ids) if id in ids[:at]]
    return found


def changes(document: Mapping[str, Any], clean: Mapping[str, Any]) -> Iterator[Change]:
    """What clean answers change in process.toml."""
    retention = document.get("retention", {})
    lines = [line.strip() for line in clean.get("summary_fields", "").splitlines() if line.strip()]
    wanted: dict[str, Any] = {"name": texts(clean, "name")} | {name: clean.get(name) or None for name in PLAIN}
    wanted["review_on"] = date.fromisoformat(clean["review_on"]) if clean.get("review_on") else None
    wanted["summary_fields"] = lines or ([] if "summary_fields" in document else None)
    lanes = {row["id"]: _lane(row) for row in clean.get("lanes", ())}
    wanted["lanes"] = lanes if lanes or "lanes" in document else None
    acts = {row["id"]: row["where"] for row in clean.get("acts", ())}
    wanted["acts"] = acts if acts or "acts" in document else None
    kept: dict[str, Any] = {"years": clean.get("years"), "from": clean.get("from") or None}
    doubt = texts(clean, "doubt")
    alone = isinstance(retention.get("doubt"), str) and not doubt["sv"] and not doubt["en"]
    kept["doubt"] = doubt["fi"] if alone else doubt
    if isinstance(retention.get("source", ""), str):
        kept["source"] = clean.get("source") or None
    for change in differences((), document, wanted):
        yield change
    if isinstance(retention, Mapping):
        for change in differences(("retention",), retention, kept):
            yield from timing.apart(change)
    for name in ("basis", "four_eyes"):
        yield from listed_changes((name,), _listed(document, name), clean.get(name, ()))


def _lane(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": row["role"]} if row.get("role") else {"outside": True}


def listed_changes(
    path: tuple[str, ...], old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[Change]:
    """What makes a list of tables another: as many are changed in place, else what is gone goes and more is added."""
    if len(old) == len(new):
        for at, row in enumerate(new):
            yield from differences((*path, at), old[at], dict.fromkeys(old[at]) | dict(row))
        return
    yield from (
        Drop((*path, at)) for at in range(len(old) - 1, -1, -1) if dict(old[at]) not in [dict(row) for row in new]
    )
    yield from (Add(path, dict(row)) for row in new if dict(row) not in [dict(each) for each in old])


def _draw(
    read: Piece, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
    problems: Sequence[tuple[str, str]] = (),
) -> str:  # fmt: skip
    examined = read.examined(content)
    sheet = drawn(form, raw, request.path, errors, blank)
    return render_template(
        "processes/editors/settings.html", it=read.it, path=FILE, base=read.base, answers=sheet,
        field={item.name: item for item in sheet.fields}, first=first, here=request.path,
        theirs=theirs(sheet, answers(read.document or {})) if first else [], readable=read.document is not None,
        problems=[*problems, *sheet.errors], findings=read.findings(examined), unsaved=content is not None,
        area=(read.document or {}).get("area", ""), above=url_for("processes.draft", draft_id=read.it.row.id),
    )  # fmt: skip
