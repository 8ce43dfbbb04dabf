"""Notes to the owners of processes: a supervisor writes about what sticks, the owner answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for

from tasks import access
from tasks.commands import noting
from tasks.errors import DatabaseAway, NotFound, WrongState
from tasks.queries import notes
from tasks.queries.notes import NoteRow
from web import current, sight, words
from web.i18n import pick, t

blueprint = Blueprint("notes", __name__, url_prefix="/notes")

READERS = ("supervisor", "process_owner")


def open_count() -> int:
    """How many notes wait for the person's answer; asked once per request and only of process owners."""
    if "process_owner" not in current.person().roles:
        return 0
    if "open_notes" not in g:
        try:
            with current.database().read() as connection:
                g.open_notes = notes.open_count(connection, notes.owned(current.person(), sight.published().areas))
        except DatabaseAway:
            g.open_notes = 0
    found: int = g.open_notes
    return found


@blueprint.get("/")
def index() -> str:
    """The notes that concern the person, those without an answer first."""
    return _draw()


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """The form of a note on a process or one of its steps."""
    access.hold_role(sight.rights(), "supervisor").require()
    process, step = request.values.get("process", ""), request.values.get("step", "")
    version, units = request.values.get("version", 0, type=int), _units(process)
    bundle = sight.published().bundle(process, version)  # NotFound
    if not units:
        access.supervise(sight.rights(), access.Place(-1, bundle.manifest.area, process)).require()
    typed = {"text": request.form.get("text", ""), "unit": request.form.get("unit", "")}
    if len(units) == 1:
        typed["unit"] = next(iter(units))
    wrong: dict[str, str] = {}
    if request.method == "POST":
        if typed["unit"] not in units:
            wrong["unit"] = t("notes.wrong_unit")
        wrong |= _length(typed["text"])
        if not wrong:
            noting.write_note(
                current.database(), current.actor(), process=process, version=version, unit_id=int(typed["unit"]),
                text=typed["text"], path=step, now=current.now(),
            )  # fmt: skip
            flash(t("notes.sent"), "done")
            return redirect(url_for("board.steps", process=process, version=version))
    page = render_template(
        "notes/new.html", process=process, version=version, step=step, name=words.process(sight.published(), process),
        owner=bundle.manifest.owner, step_name=_step(process, version, step), units=units, typed=typed, wrong=wrong,
    )  # fmt: skip
    return page, (422 if wrong else 200)


@blueprint.post("/<int:note_id>/answer")
def answer(note_id: int) -> Any:
    """Answer a note; one that somebody else answered first keeps theirs, and what was typed stays on the page."""
    typed = request.form.get("text", "")
    wrong = _length(typed)
    if not wrong:
        try:
            noting.answer_note(current.database(), current.actor(), note_id, text=typed, now=current.now())
        except WrongState:
            wrong = {"text": t("notes.answered_already")}
        else:
            flash(t("notes.answered"), "done")
            return redirect(url_for("notes.index"))
    return _draw(note_id, typed, wrong["text"]), 422


def _draw(note_id: int = 0, typed: str = "", wrong: str = "") -> str:
    access.hold_role(sight.rights(), *READERS).require()
    published, person = sight.published(), current.person()
    with current.database().read() as connection:
        rows = notes.listed(connection, notes.visible(person, published.areas), request.args.get("process", ""))
    if note_id and all(row.id != note_id for row in rows):
        abort(404)
    return render_template(
        "notes/index.html", rows=[(row, *_told(row), _may_answer(row)) for row in rows], note_id=note_id, typed=typed,
        wrong=wrong,
    )  # fmt: skip


def _length(text: str) -> dict[str, str]:
    if not text.strip():
        return {"text": t("notes.empty_text")}
    return {} if len(text.strip()) <= noting.LONGEST else {"text": t("notes.long_text", longest=noting.LONGEST)}


def _told(row: NoteRow) -> tuple[str, str]:
    return words.process(sight.published(), row.process), _step(row.process, row.version, row.path)


def _may_answer(row: NoteRow) -> bool:
    area = noting.area_of(sight.published(), row.process)
    return row.answered_at is None and access.own_processes(sight.rights(), area).allowed


def _step(process: str, version: int, path: str) -> str:
    """The step in words, with the call that it lies in; empty for the whole process."""
    if not path:
        return ""
    published, outer = sight.published(), path.split("/", 1)[0]
    try:
        name = words.task_at(published, process, version, path)
        return f"{words.task(published, process, version, outer)}: {name}" if "/" in path else name
    except (NotFound, KeyError):
        return path


def _units(process: str) -> dict[str, str]:
    """The units for which the person may write about the process, by name."""
    area, person = sight.published().areas.get(process, ""), current.person()
    found = {
        unit
        for grant in person.grants
        if grant.role == "supervisor" and (grant.areas is None or area in grant.areas)
        for unit in (person.units if grant.units is None else grant.units)
    }
    named = {str(unit): pick(person.units[unit]) for unit in found}
    return dict(sorted(named.items(), key=lambda pair: pair[1].lower()))
