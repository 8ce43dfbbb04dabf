"""What one does in a run by hand: begin it, do a task, choose a step, record a message, answer for a service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.errors import EngineError
from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks import tryout
from tasks.errors import Forbidden, InvalidAnswers, NotFound, NotWaiting, TasksError
from tasks.queries import calls as call_query
from tasks.queries import case as cases
from tasks.queries import task as task_query
from tasks.queries import wait as wait_query
from web import casepage, current, formats, words
from web.cases.arrivals import asked, changed_rows, pressed, read_arrival
from web.i18n import t
from web.processes import blueprint
from web.processes.tried import Scene, Tried, scene, tried
from web.processes.tryouts import people, refused
from web.sheet import Sheet, sheet


@dataclass(frozen=True)
class Deed:
    """One thing to do in the run: its words, its form, and what the form reads."""

    title: str
    step: Mapping[str, Any]
    """the step without what is answered"""
    on: date
    form: Form | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    instruction: str = ""
    people: Sequence[tuple[str, str]] = ()
    barred: Mapping[str, str] = field(default_factory=dict)
    """who may not, and why"""
    offers: Sequence[tuple[str, str, str]] = ()
    ends: bool = True
    arrives: bool = False
    service: bool = False
    shape: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    """what the step does with the answers, where they are no answers of a form of the process"""
    judge: Callable[[Mapping[str, Any]], Sequence[FieldError]] | None = None
    """what such answers have wrong that their form cannot tell"""
    begun: Mapping[str, Any] = field(default_factory=dict)
    """what stands in the form at first"""
    lead: str = ""

    @property
    def usual(self) -> str:
        """Who does it when nobody is named: the first who may."""
        return next((name for name, _ in self.people if name not in self.barred), "")


@blueprint.route("/tryouts/<int:tryout_id>/task", methods=["GET", "POST"])
def tryout_task(tryout_id: int) -> Any:
    """Do an open task by its own form, or choose the next step where the task is such a choice."""
    return turn(tryout_id, _task)


def _task(found: Scene) -> Deed:
    wanted, database = request.args.get("task", ""), found.run.stage.database
    with database.read() as connection:
        desk = task_query.desk(connection, database, found.actor, wanted, current.now())
        row, seen = desk.task, found.seen
        who = people(found, row.role)
        barred = {}
        for name, _ in who:
            may = task_query.desk(connection, database, found.run.stage.people[name], wanted, current.now()).may
            if not may.allowed:
                barred[name] = refused(Forbidden(may.reason, may.params))
    if row.state != "open":
        raise NotFound("task", wanted)
    bundle = seen.published.bundle(row.process, row.version)
    offered = [path.rpartition("/")[2] for path in desk.choice.offers] if desk.choice else []
    return Deed(
        words.element(bundle, row.element), found.step(do=row.path), current.today(),
        seen.published.form(row.process, row.version, desk.form), desk.data,
        words.instruction(bundle, row.element), who, barred,
        [(name, words.element(bundle, name), words.instruction(bundle, name)) for name in offered],
        desk.choice is None or desk.choice.ends,
    )  # fmt: skip


@blueprint.route("/tryouts/<int:tryout_id>/message", methods=["GET", "POST"])
def tryout_message(tryout_id: int) -> Any:
    """Record a message that the case waits for."""
    return turn(tryout_id, _message)


def _message(found: Scene) -> Deed:
    seen, database = found.seen, found.run.stage.database
    wanted, path = request.args.get("message", ""), request.args.get("path", "")
    with database.read() as connection:
        waits = cases.waits(connection, seen.head.id)
    wait = next((each for each in waits if each.message == wanted and path in ("", each.path)), None)
    if wait is None:
        raise NotWaiting(wanted, tuple(each.message for each in waits))
    data = wait_query.data(database, found.actor, seen.head.id, wait.path, current.now())
    form = seen.published.form(wait.process, seen.version(wait.process), wanted)
    title = casepage.message(seen, wait.process, wanted)
    return Deed(title, found.step(message=wanted), current.today(), form, data, arrives=True)


@blueprint.route("/tryouts/<int:tryout_id>/call", methods=["GET", "POST"])
def tryout_call(tryout_id: int) -> Any:
    """Answer for an outside service: nothing leaves the house."""
    return turn(tryout_id, _call)


def _call(found: Scene) -> Deed:
    seen, database, wanted = found.seen, found.run.stage.database, request.args.get("call", 0, type=int)
    with database.read() as connection:
        row = next((each for each in call_query.of_case(connection, seen.head.id) if each.number == wanted), None)
    if row is None:
        raise NotFound("call", wanted)
    bundle = seen.folder(row.process)
    named = words.nodes(bundle)[row.element].attributes.get("form") or row.element
    data = wait_query.data(database, found.actor, seen.head.id, row.path, current.now())
    form = seen.published.form(row.process, seen.version(row.process), named)
    return Deed(
        words.element(bundle, row.element), found.step(answer=row.path), current.today(), form, data, service=True
    )


def turn(tryout_id: int, read: Callable[[Scene], Deed]) -> Any:
    """Show what is to be done, or do it."""
    it = tried(tryout_id)
    with scene(it, request.args.get("case", type=int)) as found:
        if not found.followed:
            raise Forbidden("other_tryout_case")
        deed, now = read(found), current.now()
        if request.method == "GET":
            raw = deed.begun or (deed.form.prefill(deed.data, deed.on) if deed.form else {})
            return draw(it, deed, raw, arrival=asked().sheet("") if deed.arrives else None)
        raw = answered(deed)
        came = read_arrival() if deed.arrives else None
        blank = changed_rows(deed.form, raw) if pressed() or "example" in request.form else None
        arrival = came.sheet(request.full_path) if came else None
        if blank is not None:
            return draw(it, deed, raw, blank=blank, arrival=arrival)
        step = {**deed.step, **_who(deed), **_arrived(came, now)}
        clean, wrong = clean_answers(deed, raw, came.at if came else None)
        if wrong or (came and came.errors):
            return draw(it, deed, raw, wrong, arrival=arrival), 422
    return do(it, deed, _given(deed, step, clean), raw, arrival)


def _who(deed: Deed) -> dict[str, str]:
    chosen = request.form.get("who", deed.usual)
    named = [name for name, _ in deed.people]
    return {"as": chosen} if chosen in named and chosen != named[0] else {}


def _arrived(came: Any, now: datetime) -> dict[str, str]:
    if came is None or came.at is None:
        return {}
    told = {"channel": came.channel}
    return told if came.at >= now.replace(second=0) else told | {"occurred": tryout.local(came.at)}


def _given(deed: Deed, step: dict[str, Any], clean: Mapping[str, Any]) -> dict[str, Any]:
    if deed.shape:
        return step | dict(deed.shape(clean))
    element, code = request.form.get("element", ""), request.form.get("error", "").strip()
    if element and element in [offer[0] for offer in deed.offers]:
        del step["do"]
        return step | {"pick": element}
    if deed.service and code:
        return step | {"error": code}
    return step | ({"data": dict(clean)} if clean else {})


def answered(deed: Deed) -> dict[str, Any]:
    """The answers as typed, or those of the form's own example when these were asked for."""
    if deed.form is None:
        return {}
    raw = posted.read(deed.form, request.form.items(multi=True))
    return raw | dict(deed.form.example) if "example" in request.form else raw


def clean_answers(
    deed: Deed, raw: Mapping[str, Any], at: datetime | None
) -> tuple[dict[str, Any], Sequence[FieldError]]:
    """The answers as the form keeps them, without what is empty; or what is wrong with them."""
    if deed.form is None or request.form.get("error", "").strip():
        return {}, ()
    try:
        clean = deed.form.validate(raw, data=deed.data, on=formats.local(at).date() if at else deed.on)
    except FormError as error:
        return {}, error.errors
    return _filled(clean), deed.judge(clean) if deed.judge else ()


def _filled(value: Any) -> Any:
    """What was answered, without the questions that were not: a story is TOML, which has no null."""
    if isinstance(value, Mapping):
        return {key: _filled(each) for key, each in value.items() if each is not None}
    return [_filled(each) for each in value] if isinstance(value, list | tuple) else value


def do(
    it: Tried, deed: Deed, step: Mapping[str, Any], raw: Mapping[str, Any], arrival: Sheet | None = None,
    told: Mapping[str, Any] | None = None, **more: Any,
) -> Any:  # fmt: skip
    """Do the step and go back to the run; the page again with what was typed when it is refused."""
    try:
        it.go_on(step, told)
    except InvalidAnswers as error:
        return draw(it, deed, raw, error.error.errors, arrival=arrival, **more), 422
    except (TasksError, EngineError) as error:
        return draw(it, deed, raw, also=(("deed", refused(error)),), arrival=arrival, **more), 422
    flash(t("tryout.done", what=deed.title), "done")
    return redirect(url_for("processes.tryout", tryout_id=it.row.id, case=request.args.get("case", type=int)))


def draw(
    it: Tried, deed: Deed, raw: Mapping[str, Any], errors: Sequence[FieldError] = (),
    blank: Mapping[str, int] | None = None, arrival: Sheet | None = None, also: Sequence[tuple[str, str]] = (),
    **more: Any,
) -> str:  # fmt: skip
    """The page of one deed, with what was typed so far."""
    address = request.full_path.rstrip("?")
    answers = None
    if deed.form is not None:
        answers = sheet(deed.form, raw, data=deed.data, on=deed.on, errors=errors, refresh=address, blank_rows=blank)
    told = [*also, *(arrival.errors if arrival else ()), *(answers.errors if answers else ())]
    return render_template(
        "processes/tryouts/act.html", it=it, deed=deed, answers=answers, arrival=arrival, errors=told,
        address=address, sent=request.form, **more,
    )  # fmt: skip
