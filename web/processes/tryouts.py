"""Trying a process by hand: the run on its virtual clock, its way back, and keeping it as a story."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for

from engine.calendar import add_months
from engine.errors import EngineError
from engine.story import HELSINKI
from tasks import tryout
from tasks.commands import draft_files, trying
from tasks.errors import FileChanged, InvalidValue, NotFound, TasksError
from tasks.queries import drafts as draft_queries
from tasks.queries import papers
from tasks.queries.foresight import Event, foresee
from tasks.stage import EVERYONE
from tasks.tryout import Broken
from web import casepage, chronicle, current, errors, formats, paper, steps, words
from web.cases.calls import shown_calls
from web.cases.page import read_rows, where
from web.cases.whatif import Telling
from web.i18n import t
from web.processes import blueprint, dated
from web.processes.naming import id_of
from web.processes.page import drawn
from web.processes.tried import Scene, Tried, scene, tried
from web.sentences import tell
from web.sight import Sight

PASSES = ("next", "day", "week", "month")
"""What one may let pass, besides a day that is typed."""
NAMED = re.compile(r"[a-z][a-z0-9_]{0,59}")
ACTIONS = ("start", "do", "pick", "message", "answer", "publish", "hold", "cancel")


@dataclass(frozen=True, slots=True)
class StepShown:
    """One step of the run in words."""

    at: datetime
    what: str
    which: str


@blueprint.post("/drafts/<int:draft_id>/tryouts")
def try_draft(draft_id: int) -> Any:
    """Open one's run of a draft, a new one when there is none."""
    found = trying.begin(current.database(), current.actor(), draft_id=draft_id, now=current.now())
    return redirect(url_for("processes.tryout", tryout_id=found))


@blueprint.post("/<process>/versions/<int:number>/tryouts")
def try_version(process: str, number: int) -> Any:
    """Open one's run of a published version."""
    found = trying.begin(current.database(), current.actor(), process=process, version=number, now=current.now())
    return redirect(url_for("processes.tryout", tryout_id=found))


@blueprint.get("/tryouts/<int:tryout_id>", endpoint="tryout")
def page(tryout_id: int) -> Any:
    """The run as it stands: open work, awaited messages, dates, letters, diagram, history, and what comes next."""
    it = tried(tryout_id)
    if not it.steps and not it.broken:
        return redirect(url_for("processes.start_tryout", tryout_id=tryout_id))
    return show(it)


def show(it: Tried, wrong: tuple[tuple[str, str], ...] = (), typed: str = "") -> str:
    """Draw the page; `wrong` are (id of the control, words) pairs."""
    common: dict[str, Any] = {"it": it, "errors": wrong, "typed": typed, "passes": PASSES}
    if it.broken:
        return render_template("processes/tryouts/page.html", **common, shown=None, failed=None)
    try:
        with scene(it, request.args.get("case", type=int)) as found:
            shown = _shown(it, found)
    except Broken as error:
        left = [StepShown(datetime.fromisoformat(step["at"]), *_action(step)) for step in it.steps]
        failed = {"number": error.number, "words": refused(error.error), "steps": left}
        return render_template("processes/tryouts/page.html", **common, shown=None, failed=failed)
    return render_template("processes/tryouts/page.html", **common, shown=shown, failed=None)


def _shown(it: Tried, found: Scene) -> dict[str, Any]:
    seen = found.seen
    rows = read_rows(found.run.stage.database, seen.head.id)
    position = where(rows.tasks, rows.waits, rows.events)
    drawing = seen
    if seen.head.process != it.row.process and seen.head.id == found.cases[0].id:  # a part, called by nothing else
        inner = {name: frozenset(map(_inside, getattr(position, name))) for name in ("now", "waiting", "done")}
        position, drawing = replace(position, **inner), replace(seen, bundle=it.bundle)
    ahead = _ahead(found)
    return {
        "scene": found, "head": seen.head, "now": found.run.now, "outcome": casepage.outcome(seen),
        "cases": [(head, words.process(seen.published, head.process)) for head in found.cases],
        "tasks": [(task, words.work_role(task.role)) for task in casepage.tasks(seen, rows.tasks)
                  if task.state == "open"],
        "waits": casepage.waits(seen, rows.waits),
        "calls": shown_calls(found.run.stage.database, seen),
        "dates": [replace(date, register="") for date in casepage.dates(seen, rows.dates)],
        "letters": [(row, casepage.document(seen, row), casepage.role(seen, row.recipient_role))
                    for row in rows.documents],
        "happenings": chronicle.happenings(seen, rows.events, rows.people),
        "marks": position.marks, "steps": steps.of_case(drawing, position),
        "next": Telling(ahead[0]).event(ahead[1]) if ahead else None,
        "whose": ahead[0].head.number if ahead and len(found.cases) > 1 else "",
        "told": [_step(it, found, step) for step in it.steps],
        "diagram": url_for("processes.tryout_diagram", tryout_id=it.row.id, case=seen.head.id),
        "drawn": bool(drawing.bundle.bpmn),
    }  # fmt: skip


def _inside(path: str) -> str:
    return path.partition("/")[2] or path


def _ahead(found: Scene) -> tuple[Sight, Event] | None:
    """What happens next by itself in any case of the run, and in which."""
    seen = found.seen
    coming = []
    for head in found.cases:
        if head.status == "open":
            events = foresee(found.run.stage.database, found.actor, head.id, found.run.now).events
            coming += [(event.at, head, event) for event in events]
    if not coming:
        return None
    _, head, event = min(coming, key=lambda one: one[:1])
    return replace(seen, head=head, bundle=seen.published.bundle(head.process, head.version)), event


def _action(step: Mapping[str, Any]) -> tuple[str, str]:
    action = next((name for name in ACTIONS if name in step), "")
    target = step.get(action, "")
    if action in ("hold", "publish"):
        target = target["task"] if action == "hold" else ""
    return t(f"tryout.did_{action or 'time'}"), str(target)


def _step(it: Tried, found: Scene, step: Mapping[str, Any]) -> StepShown:
    """A step in words, as the case has them that it is about."""
    what, target = _action(step)
    if "publish" in step:
        moment = datetime.fromisoformat(step["at"]).replace(tzinfo=HELSINKI)
        return StepShown(moment, what, dated.told(step, dict(dated.newest(found)), it.row.process))
    inside = step.get("in", "")
    head = next((head for head in reversed(found.cases) if head.process == inside), found.cases[0])
    seen = replace(found.seen, head=head, bundle=found.seen.published.bundle(head.process, head.version))
    if "cancel" in step:
        named = target
    elif "start" in step or "message" in step:
        named = casepage.message(seen, head.process, target) if target else ""
    else:
        named = words.element(chronicle.folder_of(seen, target), chronicle.last(target)) if target else ""
    return StepShown(datetime.fromisoformat(step["at"]).replace(tzinfo=HELSINKI), what, named)


def refused(error: Exception) -> str:
    """Why a step could not be done, in words where we have them."""
    return errors.words(error, errors.status(error)) or t(
        "tryout.refused", why=(tell(error.said) if isinstance(error, EngineError) else str(error))[:500]
    )


@blueprint.post("/tryouts/<int:tryout_id>/time")
def pass_time(tryout_id: int) -> Any:
    """Let time pass: to the next event, by a day, a week or a month, or to a day."""
    it = tried(tryout_id)
    asked = request.form.get("to", "").strip()
    with scene(it) as found:
        now = found.run.now
        to = _until(found, now, request.form.get("pass", ""), formats.read_day(asked))
    if to is None or to <= now:
        words_ = t("tryout.nothing_ahead") if request.form.get("pass") == "next" else t("tryout.later_day")
        return show(it, (("f-to", words_),), asked), 422
    try:
        it.go_on({"at": tryout.local(to)})
    except (TasksError, EngineError) as error:
        return show(it, (("f-to", refused(error)),), asked), 422
    return _back(it)


def _until(found: Scene, now: datetime, step: str, typed: date | None) -> datetime | None:
    if step == "next":
        ahead = _ahead(found)
        return formats.local(ahead[1].at) if ahead else None
    if step in ("day", "week"):
        return now + timedelta(days=7 if step == "week" else 1)
    if step == "month":
        return datetime.combine(add_months(now.date(), 1), now.time(), HELSINKI)
    return datetime.combine(typed, time(12), HELSINKI) if typed else None


@blueprint.post("/tryouts/<int:tryout_id>/undo")
def undo(tryout_id: int) -> Any:
    """Take the last step back, or (`to`) every step from a number on."""
    it = tried(tryout_id)
    kept = max(min(request.form.get("to", len(it.steps), type=int), len(it.steps)) - 1, 0)
    it.write({**it.told, "steps": it.steps[:kept]})
    flash(t("tryout.undone"), "done")
    return _back(it)


def _back(it: Tried) -> Response:
    target = url_for("processes.tryout", tryout_id=it.row.id, case=request.form.get("case", type=int))
    return make_response(redirect(target))


@blueprint.get("/tryouts/<int:tryout_id>/diagram")
def tryout_diagram(tryout_id: int) -> Response:
    """The diagram of a case of the run, for the drawing on its page."""
    it = tried(tryout_id)
    with scene(it, request.args.get("case", type=int)) as found:
        own = found.seen.head.id == found.cases[0].id
        return drawn(it.bundle if own else found.seen.bundle)


@blueprint.get("/tryouts/<int:tryout_id>/letters/<int:number>")
def tryout_letter(tryout_id: int, number: int) -> Any:
    """A letter that the run has written, as its recipient would read it."""
    it = tried(tryout_id)
    with scene(it, request.args.get("case", type=int)) as found:
        head = found.seen.head
        with found.run.stage.database.read() as connection:
            html = papers.document_html(connection, head.id, number)
            row = next((each for each in papers.documents(connection, head.id) if each.number == number), None)
        if html is None or row is None:
            raise NotFound("document", f"{head.id}-{number}")
        name, to = casepage.document(found.seen, row), casepage.role(found.seen, row.recipient_role)
    answer = make_response(
        render_template(
            "processes/tryouts/letter.html", it=it, row=row, name=name, to=to, head=head, html=paper.shown(html)
        )
    )
    answer.headers["Content-Security-Policy"] = paper.CONTENT_POLICY
    return answer


@blueprint.get("/tryouts/<int:tryout_id>/story")
def tryout_story(tryout_id: int) -> Any:
    """The run as a story file, and where it may be kept."""
    it = tried(tryout_id)
    return _story(it) if it.steps and not it.broken else redirect(url_for("processes.tryout", tryout_id=tryout_id))


def _story(it: Tried, wrong: tuple[tuple[str, str], ...] = ()) -> str:
    drafts = [it.desk.row] if it.desk else _drafts(it.row.process)
    return render_template(
        "processes/tryouts/story.html", it=it, errors=wrong, sent=request.form, text=_text(it),
        drafts=[row for row in drafts if row.state == "draft"],
    )  # fmt: skip


def _drafts(process: str) -> list[draft_queries.DraftRow]:
    with current.database().read() as connection:
        return list(draft_queries.of_process(connection, process))


def _title(it: Tried) -> str:
    typed = request.form.get("title", "").strip()
    return typed or t("tryout.story_of", name=it.name, day=formats.day(current.now()))


def _text(it: Tried) -> str:
    with tryout.played(it.piece, it.told) as run:
        return tryout.written(it.told, run.expected, name=_title(it), text=request.form.get("text", "").strip())


@blueprint.post("/tryouts/<int:tryout_id>/story")
def keep_story(tryout_id: int) -> Any:
    """Write the run as a story into a draft."""
    it = tried(tryout_id)
    name, draft_id = request.form.get("name", "").strip(), request.form.get("draft", 0, type=int)
    if not name:  # the name that people give tells it well enough
        name = id_of(_title(it), _stories(draft_id), "story")
    if not NAMED.fullmatch(name):
        return _story(it, (("f-name", t("tryout.wrong_name")),)), 422
    path = f"stories/{name}.toml"
    try:
        draft_files.save_file(
            current.database(), current.actor(), draft_id, path, _text(it).encode(), expected="", now=current.now()
        )
    except FileChanged:
        return _story(it, (("f-name", t("tryout.name_taken")),)), 422
    except InvalidValue as error:
        return _story(it, (("f-name", refused(error)),)), 422
    flash(t("tryout.kept", path=path), "done")
    return redirect(url_for("processes.draft_story", draft_id=draft_id, story=name))


def _stories(draft_id: int) -> frozenset[str]:
    """The ids of the stories that the draft has."""
    with current.database().read() as connection:
        paths = [row.path for row in draft_queries.files(connection, draft_id)]
    return frozenset(path.removeprefix("stories/").removesuffix(".toml") for path in paths)


def people(found: Scene, role: str) -> list[tuple[str, str]]:
    """Who on the stage may do the work of a role: (name, words) pairs."""
    there = found.run.stage.people
    names = [name for name in (role, f"{role}_2") if name in there] or [EVERYONE]
    called = words.work_role(role)
    return [(name, f"{called[:1].upper()}{called[1:]} {number}") for number, name in enumerate(names, 1)]
