"""One file of a draft: a text editor with line numbers, what the checks say of it, and two people who saved it both."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from tasks.commands import draft_files
from tasks.drafting import digest
from tasks.errors import FileChanged, InvalidValue, NotFound, TasksError
from tasks.queries import drafts as queries
from web import current, errors, formats
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk, plain, readable, written
from web.processes.drafts import show, wrong
from web.processes.finding import placed

NEAR = 2
"""lines around a difference that are shown with it"""


@blueprint.get("/drafts/<int:draft_id>/files/<path:path>")
def draft_file(draft_id: int, path: str) -> Any:
    """The editor of a file; what the reader has typed and not saved stands in it. NotFound unless `?new=1`."""
    it = desk(draft_id)
    content, typed = _read(it, path)
    if content is None and typed is None and not request.args.get("new"):
        raise NotFound("file", path)
    if typed is not None and it.writable:
        return _draw(it, path, content, typed.text, typed.base, unsaved=formats.when(typed.at))
    text = readable(content or b"")
    return _draw(it, path, content, text, digest(content) if content is not None else "")


@blueprint.get("/drafts/<int:draft_id>/new-file")
def new_file(draft_id: int) -> Any:
    """The editor of a file that there is not yet, or of the one that there is."""
    path = request.args.get("path", "").strip()
    it = desk(draft_id)
    try:
        draft_files.check_path(path)
    except InvalidValue as error:
        return show(it, (("f-new", wrong(error)),)), 422
    return redirect(url_for("processes.draft_file", draft_id=draft_id, path=path, new=1))


def _read(it: Desk, path: str) -> tuple[bytes | None, queries.TypedRow | None]:
    with current.database().read() as connection:
        content = queries.content(connection, it.row.id, path)
        return content, queries.typed(connection, it.row.id, path, current.person().id)


@blueprint.post("/drafts/<int:draft_id>/files/<path:path>")
def change_file(draft_id: int, path: str) -> Any:
    """Save, check without saving, drop what was typed, rename or remove.

    Saving and checking also answer in JSON to a script that accepts it: words, the hash that stands now, findings.
    """
    it, act = desk(draft_id), request.form.get("act", "save")
    base, text = request.form.get("base", ""), plain(request.form.get("text", ""))
    house = (current.database(), current.actor(), draft_id, path)
    content, _ = _read(it, path)
    try:
        if act == "drop":
            draft_files.drop_text(*house, now=current.now())
        elif act == "check":
            draft_files.keep_text(*house, text=text, base=base, now=current.now())
            if _scripted():
                return _answer(it, path, t("draft.kept", at=formats.clock(current.now())), base, written(text, content))
            return _draw(it, path, content, text, base, unsaved=formats.when(current.now()), checked=True)
        elif act == "rename":
            to = request.form.get("to", "").strip()
            draft_files.rename_file(*house, to, expected=base, now=current.now())
            return redirect(url_for("processes.draft_file", draft_id=draft_id, path=to))
        elif act == "remove":
            draft_files.remove_file(*house, expected=base, now=current.now())
            flash(t("draft.removed", path=path), "done")
            return redirect(url_for("processes.draft", draft_id=draft_id))
        else:
            hash = draft_files.save_file(*house, written(text, content), expected=base, now=current.now())
            if _scripted():
                return _answer(it, path, t("draft.saved"), hash)
            flash(t("draft.saved"), "done")
    except FileChanged as error:
        if _scripted():
            return jsonify(words=first_words(error), hash=error.hash), 412
        return _both(it, path, error, text if act == "save" else None), 412
    except InvalidValue as error:
        if _scripted():
            return jsonify(words=wrong(error)), 422
        field = "f-to" if error.field in ("to", "path") and act == "rename" else "f-text"
        return _draw(it, path, content, text, base, problems=((field, wrong(error)),)), 422
    return redirect(url_for("processes.draft_file", draft_id=draft_id, path=path))


def _scripted() -> bool:
    """Whether a script asks, which wants an answer instead of a page."""
    return request.accept_mimetypes.best == "application/json"


def _answer(it: Desk, path: str, words: str, hash: str, instead: bytes | None = None) -> Response:
    """What was saved or checked: the hash that stands now, and the findings of the file with their lines."""
    examined = it.examined(**({path: instead} if instead is not None else {}))
    shown = placed(examined.of_file(path), examined.bundle)
    told = [
        {"rule": one.finding.rule, "severity": one.finding.severity, "message": one.told,
         "element": one.finding.element, "line": one.line}
        for one in shown
    ]  # fmt: skip
    return jsonify(words=words, hash=hash, findings=told)


def first_words(error: FileChanged) -> str:
    """Who saved or took away a file first, and when."""
    when = formats.when(error.when) if error.when else ""
    return t("draft.first_gone" if error.content is None else "draft.first_saved", who=error.who, when=when)


@blueprint.post("/drafts/<int:draft_id>/typed/<path:path>")
def keep_typed(draft_id: int, path: str) -> Any:
    """Keep what is being typed, for its writer alone; the answer says so in words."""
    try:
        draft_files.keep_text(
            current.database(), current.actor(), draft_id, path, text=plain(request.form.get("text", "")),
            base=request.form.get("base", ""), now=current.now(),
        )  # fmt: skip
    except TasksError as error:
        status = errors.status(error)
        told = errors.words(error, status) or t(f"error.title_{status}")
        return jsonify(words=t("draft.not_kept", why=told)), status
    return jsonify(words=t("draft.kept", at=formats.clock(current.now())))


@blueprint.get("/drafts/<int:draft_id>/raw/<path:path>")
def raw_file(draft_id: int, path: str) -> Response:
    """The bytes of a file, to be kept; its hash is the ETag."""
    content, _ = _read(desk(draft_id), path)
    if content is None:
        raise NotFound("file", path)
    answer = Response(content, mimetype="application/octet-stream")
    name = path.rpartition("/")[2].encode("ascii", "replace").decode().replace('"', "_")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.set_etag(digest(content))
    return answer


def _both(it: Desk, path: str, error: FileChanged, mine: str | None) -> str:
    """Somebody was first: what is typed stays, what stands there now is shown, and the next save goes over it."""
    theirs = readable(error.content or b"") if error.content is not None else ""
    if mine is not None and it.writable:
        draft_files.keep_text(
            current.database(), current.actor(), it.row.id, path, text=mine, base=error.hash, now=current.now()
        )
    return _draw(
        it, path, error.content, theirs if mine is None else mine, error.hash, first=first_words(error),
        difference=differences(theirs or "", mine) if mine is not None else (),
    )  # fmt: skip


def differences(old: str, new: str) -> list[tuple[str, str, str]]:
    """Where two texts differ, line by line with the lines around: (same | gone | come | skip, line number, text)."""
    before, after = old.split("\n"), new.split("\n")
    found: list[tuple[str, str, str]] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(NEAR):
        if found:
            found.append(("skip", "", ""))
        for what, a1, a2, b1, b2 in group:
            if what == "equal":
                found += [("same", str(b1 + at + 1), line) for at, line in enumerate(after[b1:b2])]
                continue
            found += [("gone", str(a1 + at + 1), line) for at, line in enumerate(before[a1:a2])]
            found += [("come", str(b1 + at + 1), line) for at, line in enumerate(after[b1:b2])]
    return found


def _draw(
    it: Desk, path: str, content: bytes | None, text: str | None, base: str, *, unsaved: str = "",
    checked: bool = False, problems: Sequence[tuple[str, str]] = (), first: str = "",
    difference: Sequence[tuple[str, str, str]] = (),
) -> str:  # fmt: skip
    instead = {path: written(text, content)} if checked and text is not None else {}
    examined = it.examined(**instead)
    stale = content is not None and bool(base) and base != digest(content) and not first
    return render_template(
        "processes/drafts/file.html", it=it, path=path, text=text, base=base,
        there=content is not None, size=len(content or b""), unsaved=unsaved, checked=checked, problems=problems,
        first=first, stale=stale, difference=difference, rows=min(max((text or "").count("\n") + 2, 12), 40),
        findings=placed(examined.of_file(path), examined.bundle), others=sum(f.file != path for f in examined.errors),
    )  # fmt: skip
