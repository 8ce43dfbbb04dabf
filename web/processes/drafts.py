"""Drafts: beginning one, its page with files, findings and history, its folder as a zip in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from engine.errors import BundleError
from tasks import access
from tasks.commands import draft_files, drafts
from tasks.commands.publishing import called
from tasks.errors import FileChanged, InvalidValue
from tasks.queries import drafts as queries
from tasks.queries.drafts import FileRow
from web import current, formats, i18n, sight, words
from web.i18n import t
from web.processes import blueprint, library, page
from web.processes.desk import KINDS, LOOKS, Desk, desk, kind_of, reader
from web.processes.finding import placed
from web.processes.told import events

WAYS: Mapping[str, Callable[..., int]] = {
    "version": drafts.start_from_version, "zip": drafts.start_from_zip, "empty": drafts.start_empty,
    "copy": drafts.start_copy,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of a draft in the list: how much was found in it, and whether the reader has unsaved text for it."""

    row: FileRow
    errors: int
    warnings: int
    typed: bool


@blueprint.get("/drafts/new")
def new_draft() -> Any:
    """Choose where a draft begins: a published version, a zip, a copy of a process, or nothing."""
    if source := request.args.get("copy"):
        area = sight.published().areas.get(source, "")
        return _new({"how": "copy", "source": source, "number": request.args.get("version", ""), "area": area})
    return _new({"process": request.args.get("process", ""), "number": request.args.get("version", "")})


@blueprint.get("/drafts")
def all_drafts() -> Any:
    """The address that a draft refused in its beginning leaves behind: it leads to the list."""
    return redirect(url_for("processes.index"))


@blueprint.post("/drafts")
def begin_draft() -> Any:
    """Begin a draft and go to its page."""
    way = request.form.get("how", "version")
    given: dict[str, Any] = {"title": request.form.get("title", "")}
    if way == "zip":
        given["content"] = _uploaded()
    elif way in ("empty", "copy"):
        own = "kind" if way == "empty" else "source"
        given |= {field: request.form.get(field, "").strip() for field in ("process", own, "area", "prefix")}
        given["name"] = {language: request.form.get(f"name_{language}", "") for language in i18n.LANGUAGES}
        given |= {"number": request.form.get("number", type=int)} if way == "copy" else {}
    else:
        given |= {"process": request.form.get("process", ""), "number": request.form.get("number", type=int)}
    if way == "version" and not given["process"]:
        missing = () if given["title"].strip() else (("f-version-title", t("draft.wrong_title_required")),)
        return _new(request.form, (*missing, ("f-version-process", t("draft.wrong_process_missing")))), 422
    if way == "copy" and not given["source"]:
        return _new(request.form, (("f-copy-source", t("draft.wrong_process_missing")),)), 422
    if way == "zip" and not given["content"]:
        return _new(request.form, (("f-zip", t("draft.no_zip")),)), 422
    try:
        draft_id = WAYS.get(way, drafts.start_from_version)(
            current.database(), current.actor(), now=current.now(), **given
        )
    except InvalidValue as error:
        return _new(request.form, ((f"f-{way}-{error.field}", wrong(error)),)), 422
    except BundleError as error:
        return _new(request.form, (), error.findings), 422
    flash(t("draft.begun"), "done")
    return redirect(url_for("processes.draft", draft_id=draft_id))


def wrong(error: InvalidValue) -> str:
    """What is wrong with one value that was typed, in words where we have them."""
    key = f"draft.wrong_{error.field}_{error.code}"
    params = {name: formats.day(value) if isinstance(value, date) else value for name, value in error.params.items()}
    return t(key, **params) if i18n.known(key) else t("error.invalid_value", field=error.field)


def _new(values: Mapping[str, str], errors: tuple[tuple[str, str], ...] = (), findings: Any = ()) -> str:
    rights, versions = reader(), sight.published()
    access.hold_role(rights, "process_owner").require()
    owned = {area for area in versions.areas.values() if area and access.own_processes(rights, area).allowed}
    areas = sorted(((area, library.area_name(area)) for area in owned), key=lambda each: each[1].casefold())
    found = [
        (row.process, words.process(versions, row.process))
        for process in sorted(versions.areas)
        if (row := versions.latest(process)) is not None
        and access.own_processes(rights, versions.areas[process]).allowed
    ]
    choices = sorted(found, key=lambda each: each[1].lower())
    chosen = versions.latest(values.get("process", "") if values.get("how", "version") == "version" else "")
    named = [(row.process, i18n.pick(it.manifest.name)) for row, it in library.newest(versions) if it.kind != "law"]
    sources = sorted(named, key=lambda each: each[1].casefold())
    numbers = [row.number for row in versions.rows if chosen is not None and row.process == chosen.process]
    return render_template(
        "processes/drafts/new.html", values=values, errors=errors, findings=findings, areas=areas, choices=choices,
        chosen=chosen, numbers=numbers[::-1], how=values.get("how", "version"), sources=sources,
    )  # fmt: skip


@blueprint.get("/drafts/<int:draft_id>")
def draft(draft_id: int) -> Any:
    """One draft: where it stands, its files with what was found in them, its stories, its history."""
    return show(desk(draft_id))


def show(
    it: Desk, errors: tuple[tuple[str, str], ...] = (), findings: Any = (), typed: Mapping[str, str] | None = None
) -> str:
    """Draw the page; `errors` are (id of the control, words) pairs, `findings` those of a zip that was refused."""
    examined = it.examined()
    with current.database().read() as connection:
        rows = queries.files(connection, it.row.id)
        typed_into = {row.path for row in queries.all_typed(connection, it.row.id, current.person().id)}
        history = queries.history(connection, it.row.id)
        rehearsals = [(row, queries.counts(connection, row.id)) for row in queries.rehearsals(connection, it.row.id)]
    groups: dict[str, list[FileShown]] = {kind: [] for kind in KINDS}
    for row in rows:
        found = [finding.severity for finding in examined.of_file(row.path)]
        shown = FileShown(row, found.count("error"), found.count("warning"), row.path in typed_into)
        groups[kind_of(row.path)].append(shown)
    return render_template(
        "processes/drafts/draft.html", it=it, looks=LOOKS, groups={kind: rows for kind, rows in groups.items() if rows},
        findings=placed(examined.findings, examined.bundle), errors_found=len(examined.errors), history=events(history),
        rehearsals=rehearsals, stories=len(examined.bundle.stories), hash=examined.bundle.hash, errors=errors,
        copied=page.copy_of(examined.bundle),
        refused=findings, typed=typed or {}, callers=_callers(it),
        unsaved=sorted(typed_into - {row.path for row in rows}), playable=examined.bundle.kind != "law",
    )  # fmt: skip


def _callers(it: Desk) -> list[tuple[str, str]]:
    """The processes whose newest version calls this part: publishing it may give them a version that uses it."""
    newest = {row.process: row for row in it.versions.rows}
    return [
        (name, words.process(it.versions, name))
        for name, row in sorted(newest.items())
        if it.row.state == "approved" and it.row.process in called(it.versions.bundle(name, row.number))
    ]


@blueprint.get("/drafts/<int:draft_id>/zip")
def draft_zip(draft_id: int) -> Response:
    """The folder as a zip, byte for byte what the draft holds."""
    it = desk(draft_id)
    answer = Response(it.examined().bundle.to_zip(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{it.row.process}-draft-{draft_id}.zip"'
    return answer


@blueprint.post("/drafts/<int:draft_id>/upload")
def upload(draft_id: int) -> Any:
    """A zip takes the place of the whole folder; any other file is put at the place named, over the one seen there."""
    it, sent = desk(draft_id), request.files.get("file")
    name, content = (sent.filename or "" if sent else "").replace("\\", "/").rpartition("/")[2], _uploaded("file")
    path = request.form.get("place", "").strip() or name
    if not content and not name:
        return show(it, (("f-upload", t("draft.no_file")),)), 422
    try:
        if name.lower().endswith(".zip"):
            revision = request.form.get("revision", 0, type=int)
            changed = draft_files.replace_files(
                current.database(), current.actor(), draft_id, content, revision=revision, now=current.now()
            )
            flash(t("draft.replaced", n=changed), "done")
        else:
            draft_files.save_file(
                current.database(), current.actor(), draft_id, path, content,
                expected=_seen(draft_id, path) if request.form.get("over") else "", now=current.now(),
            )  # fmt: skip
            flash(t("draft.uploaded", path=path), "done")
    except FileChanged as error:
        return show(it, (("f-over", t("draft.is_there", path=error.path)),), typed=request.form), 409
    except InvalidValue as error:
        return show(it, (("f-upload" if error.field == "file" else "f-path", wrong(error)),), typed=request.form), 422
    except BundleError as error:
        return show(it, findings=error.findings), 422
    return redirect(url_for("processes.draft", draft_id=draft_id))


def _seen(draft_id: int, path: str) -> str:
    with current.database().read() as connection:
        return next((row.hash for row in queries.files(connection, draft_id) if row.path == path), "")


def _uploaded(field: str = "zip") -> bytes:
    sent = request.files.get(field)
    return sent.read() if sent else b""
