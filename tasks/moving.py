"""One case and another version of its process: what a move would do, and the rows that a move rewrites."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import text

from engine import runner
from engine.moving.verdict import Effect, Move, Reason
from engine.result import Result
from tasks.casefile import Row, read_json
from tasks.course import Course
from tasks.moments import iso, read_moment
from tasks.project import due_day, shown_on


@dataclass(frozen=True, slots=True)
class DateChange:
    """A date that a move changes, brings or takes: a deadline's day or a timer's moment, as ISO texts; None for none.

    `name` is the deadline's name or the event's element; `path` the deadline's scope or the event's path.
    """

    kind: str
    process: str
    name: str
    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class CaseMove:
    """What a move would do to one case, or has done: `state` is movable, moved, blocked, gone or failed."""

    case_id: int
    number: str
    state: str
    reasons: tuple[Reason, ...] = ()
    effects: tuple[Effect, ...] = ()
    dates: tuple[DateChange, ...] = ()
    error: str = ""

    def found(self) -> dict[str, Any]:
        """What was found, as JSON for the row of the move."""
        return {name: [asdict(one) for one in getattr(self, name)] for name in ("reasons", "effects", "dates")}


def read_found(found: Mapping[str, Any] | None) -> dict[str, Any]:
    """What `found` wrote, as the fields of a CaseMove."""
    shapes: dict[str, type[Any]] = {"reasons": Reason, "effects": Effect, "dates": DateChange}
    return {name: tuple(shape(**one) for one in (found or {}).get(name, ())) for name, shape in shapes.items()}


def consider(course: Course, to_version: int, told: Mapping[str, str]) -> tuple[Move, CaseMove]:
    """Ask the engine what a move would give; nothing is changed. MappingError for a `told` id that is not there."""
    case = course.case
    move = runner.migrate(
        course.definition, course.published.definition(case["process"], to_version), course.file.state or b"",
        course.situation(), told=told, done=_done(course),
    )  # fmt: skip
    effects, result = move.effects, move.result
    dates: tuple[DateChange, ...] = ()
    if result is not None:
        effects = (*effects, *_unasked(course, to_version, result))
        dates = tuple(_dates(course, move, result))
    state = "movable" if move.possible else "blocked"
    return move, CaseMove(case["id"], case["number"], state, move.reasons, effects, dates)


_DONE = text(
    "SELECT path FROM tasks WHERE case_id = :case AND state = 'completed'"
    " UNION SELECT path FROM answers WHERE case_id = :case AND path IS NOT NULL"
    " UNION SELECT path FROM documents WHERE case_id = :case"
)


def _done(course: Course) -> list[str]:
    """The paths of what was completed, answered and written on the case."""
    return sorted(course.connection.execute(_DONE, {"case": course.case["id"]}).scalars())


_DRAFTS = text("SELECT engine_id, draft FROM tasks WHERE case_id = :case AND state = 'open' AND draft IS NOT NULL")


def _unasked(course: Course, to_version: int, result: Result) -> Iterator[Effect]:
    """Drafts with answers that the new version's form does not ask for: they stay on the task, but are not shown."""
    case = {"case": course.case["id"]}
    drafts = {row.engine_id: read_json(row.draft) for row in course.connection.execute(_DRAFTS, case)}
    for step in result.steps:
        if step.id in drafts:
            before, after = (
                _asked(course, number, step.process, step.form) for number in (course.case["version"], to_version)
            )
            if lost := sorted((drafts[step.id].keys() & before) - after):
                yield Effect("draft", step.path, {"fields": ", ".join(lost)})


def _asked(course: Course, version: int, process: str, name: str) -> frozenset[str]:
    """The fields of a form in a version of the case's process; none when it is not there."""
    parts = course.published.row(course.case["process"], version).parts
    number = version if process == course.case["process"] else parts.get(process)
    form = course.published.form(process, number, name) if number is not None else None
    return frozenset(field.name for field in form.fields) if form is not None else frozenset()


def _dates(course: Course, move: Move, result: Result) -> Iterator[DateChange]:
    old = {(move.scopes.get(r["scope"], r["scope"]), r["process"], r["name"]): r for r in course.file.deadlines}
    for use in result.deadlines:
        row = old.pop((use.scope, use.process, use.name), None)
        before, after = None if row is None else str(row["due_on"]), due_day(use).isoformat()
        if before != after:
            yield DateChange("deadline", use.process, use.name, use.scope, before, after)
    for (scope, process, name), row in old.items():
        yield DateChange("deadline", process, name, scope, str(row["due_on"]), None)
    asked = {alarm.id for alarm in result.alarms if alarm.asks}  # a condition's next question is no date
    rows = {r["engine_id"]: r for r in course.file.timers if r["kind"] == "engine" and r["engine_id"] not in asked}
    for alarm in result.alarms:
        if alarm.asks:
            continue
        row = rows.pop(alarm.id, None)
        before = None if row is None else iso(read_moment(row["due_at"]) or course.now)
        if before != iso(alarm.due_at):
            yield DateChange("timer", alarm.process, alarm.element, alarm.path, before, iso(alarm.due_at))
    for row in rows.values():
        path = str(row["path"] or "")
        moment = iso(read_moment(row["due_at"]) or course.now)
        yield DateChange("timer", course.case["process"], path.rpartition("/")[2], path, moment, None)


def carry_out(course: Course, to_version: int, move: Move, told: CaseMove, order: int) -> None:
    """Swap the state, the version and the open rows of a locked case; drafts, assignees and holds stay."""
    result = move.result
    assert result is not None
    case, edition = course.case, course.published.row(course.case["process"], to_version)
    course.chain.add(
        "case_migrated",
        {
            "old": {"version": case["version"]}, "new": {"version": to_version}, "author": edition.author,
            "approver": edition.approver, "move": order, "dates": told.found()["dates"],
        },
    )  # fmt: skip
    case["version"] = course.dirty["version"] = to_version
    _rewrite_tasks(course, result)
    _rewrite_events(course, result)
    for row in course.file.deadlines:
        if row["scope"] in move.scopes:
            row["scope"] = move.scopes[row["scope"]]
            course.changes.update("deadlines", row["number"], scope=row["scope"])
    _rewrite_shown(course, result)
    for job, path in move.calls.items():
        course.changes.update("jobs", int(job), path=path, element=path.rpartition("/")[2])
    if any(effect.facts.get("event") == "conditional" for effect in move.effects):
        # what may be true already is asked by the clock, right away: a move itself runs nothing
        course.changes.insert(
            "timers", number=course.next_number(), kind="refresh", due_at=course.now, next_at=course.now
        )
    course.apply(result)


def _rewrite_tasks(course: Course, result: Result) -> None:
    rows = {row["engine_id"]: row for row in course.file.open_tasks}
    for step in result.steps:
        row = rows.get(step.id)
        if row is None:
            continue
        now = {
            "process": step.process, "version": course.folder(step.process)[1], "path": step.path,
            "element": step.element, "role": step.role,
        }  # fmt: skip
        row |= now
        course.changes.update(
            "tasks", row["number"], **now, item=step.item, revision=row["revision"] + 1,
            changed_by=course.actor.name, changed_at=course.now,
        )  # fmt: skip


def _rewrite_events(course: Course, result: Result) -> None:
    """Awaited messages and timers under their elements of the new version."""
    waits = {wait.id: wait for wait in result.waits}
    for row in course.file.waits:
        wait = waits.get(row["engine_id"])
        if wait is not None:
            course.changes.update(
                "subscriptions", row["number"], process=wait.process, path=wait.path, element=wait.element,
                message=wait.message,
            )  # fmt: skip
    alarms = {alarm.id: alarm for alarm in result.alarms}
    for row in course.file.timers:
        alarm = alarms.get(row["engine_id"]) if row["kind"] == "engine" else None
        if alarm is not None:
            course.changes.update("timers", row["number"], path=alarm.path)


def _rewrite_shown(course: Course, result: Result) -> None:
    """What shows a deadline, in the paths of the new version."""
    rows: dict[Any, Row] = {(row["scope"], row["process"], row["name"]): row for row in course.file.deadlines}
    for use in result.deadlines:
        row = rows.get((use.scope, use.process, use.name))
        if row is not None and list(shown_on(use)) != row["shown_on"]:
            course.changes.update("deadlines", row["number"], shown_on=list(shown_on(use)))
