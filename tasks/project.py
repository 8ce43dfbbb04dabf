"""From the engine's result to rows: the only bridge between the two.

The result says what is open now; the case file says what rows were open before. The difference is written: tasks and
awaited messages opened and closed, deadlines opened, moved, met, missed or cancelled, timers replaced, and an event
for each.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.calendar import Calendar
from engine.deadline import escalation_on, reminders
from engine.register import NOBODY, RIGHT
from engine.result import DeadlineUse, Result, Step
from tasks.casefile import CaseFile, Row
from tasks.changes import Changes
from tasks.history import Chain
from tasks.moments import day, iso_day, read_moment, start_of

CLOSED_TASK = {"assignee_id": None, "hold_until": None, "draft": None, "draft_by": None, "draft_at": None}


@dataclass(frozen=True, slots=True)
class Versions:
    """The pinned version numbers of a case: its own process and the parts it calls."""

    process: str
    number: int
    parts: Mapping[str, int]

    def of(self, process: str) -> int:
        """The version of a folder inside this case."""
        return self.number if process == self.process else self.parts[process]


@dataclass(slots=True)
class Projection:
    """Writes one engine result as rows of one case; `done` are the paths of what was completed or delivered."""

    file: CaseFile
    result: Result
    changes: Changes
    chain: Chain
    versions: Versions
    calendar: Calendar
    now: datetime
    occurred_at: datetime
    done: frozenset[str] = frozenset()
    cancelled: bool = False

    def write(self) -> tuple[int, ...]:
        """Project everything; gives the numbers of the tasks that opened."""
        self._close_tasks()
        opened = self._open_tasks()
        self._waits()
        deadlines = self._deadlines()
        self._show_deadlines(opened, deadlines)
        self._alarms()
        self._jobs()
        self._beginnings()
        return tuple(opened)

    def number(self) -> int:
        """The next child number."""
        self.file.case["row_count"] += 1
        return int(self.file.case["row_count"])

    # tasks

    def _close_tasks(self) -> None:
        still_open = {step.id for step in self.result.steps}
        for task in self.file.open_tasks:
            if task["engine_id"] in still_open or task["engine_id"] in self.result.completed:
                continue
            self.changes.update(
                "tasks", task["number"], state="withdrawn", completed_at=self.now, revision=task["revision"] + 1,
                changed_by=self.chain.actor.name, changed_at=self.now, **CLOSED_TASK,
            )  # fmt: skip
            self.chain.add("task_withdrawn", {"element": task["element"]}, path=task["path"], task=task["number"])
            self._drop_timers(task_number=task["number"])
            task["state"] = "withdrawn"

    def _open_tasks(self) -> dict[int, Step]:
        known = {task["engine_id"] for task in self.file.open_tasks}
        opened: dict[int, Step] = {}
        for step in self.result.steps:
            if step.id not in known:
                self.file.case["task_count"] += 1
                opened[self.file.case["task_count"]] = step
        for number, step in opened.items():
            self.chain.add("task_opened", {"element": step.element, "role": step.role}, path=step.path, task=number)
        return opened

    def _insert_task(self, number: int, step: Step, shown: Row) -> None:
        self.changes.insert(
            "tasks", number=number, engine_id=step.id, process=step.process, version=self.versions.of(step.process),
            path=step.path, element=step.element, role=step.role, item=step.item, unit_id=self.file.case["unit_id"],
            raised=self.file.case["raised_reason"] is not None, opened_at=self.now, opened_on=day(self.occurred_at),
            **shown,
        )  # fmt: skip

    # awaited messages

    def _waits(self) -> None:
        open_now = {wait.id: wait for wait in self.result.waits}
        for row in self.file.waits:
            wait = open_now.get(row["engine_id"])
            if wait is not None and wait.key == row["key"]:
                del open_now[wait.id]
            else:  # over; or its key is another one now, so that it waits anew
                self.changes.delete("subscriptions", row["number"])
        for wait in open_now.values():
            self.changes.insert(
                "subscriptions", number=self.number(), engine_id=wait.id, process=wait.process, path=wait.path,
                element=wait.element, message=wait.message, opened_at=self.now, key=wait.key,
            )  # fmt: skip

    # deadlines

    def _deadlines(self) -> list[Row]:
        """The deadlines open after the command, as rows."""
        old = {(row["scope"], row["process"], row["name"]): row for row in self.file.deadlines}
        current = []
        for use in self.result.deadlines:
            row = old.pop((use.scope, use.process, use.name), None)
            if row is not None and self._begun_anew(use, row):
                self._close_deadline(row)
                row = None
            current.append(self._open_deadline(use) if row is None else self._keep_deadline(use, row))
        for row in old.values():
            self._close_deadline(row)
        return current

    def _begun_anew(self, use: DeadlineUse, row: Row) -> bool:
        """Whether the step that renews it was done and its event has happened again: the next time runs."""
        anew, renews = iso_day(use.computed.event_on) != row["event_on"], use.definition.renews_at
        return anew and any(shows(use.scope, renews, path) for path in self.done)

    def _open_deadline(self, use: DeadlineUse) -> Row:
        number, values = self.number(), _dates(use)
        definition = use.definition
        self.changes.insert(
            "deadlines", number=number, scope=use.scope, process=use.process, name=use.name, law=definition.law or None,
            kind=definition.kind, binds=definition.binds, plan=definition.plan or None, roll=use.row.roll,
            statute=use.row.statute or None, doubt=use.row.doubt.get("fi"), shown_on=list(shown_on(use)),
            trace=list(use.computed.trace), state="open", opened_at=self.now, **values,
        )  # fmt: skip
        self.chain.add("deadline_opened", {"deadline": number, "name": use.name, "new": values}, path=use.scope)
        self._set_alarms(use, number)
        return _as_row(use, number, values)

    def _keep_deadline(self, use: DeadlineUse, row: Row) -> Row:
        values = _dates(use)
        if not values.items() <= row.items():
            old = {name: row[name] for name in values}
            self.changes.update("deadlines", row["number"], trace=list(use.computed.trace), **values)
            told = {"deadline": row["number"], "name": use.name, "old": old, "new": values}
            self.chain.add("deadline_changed", told, path=use.scope)
            self._drop_timers(deadline_number=row["number"])
            self._set_alarms(use, row["number"])
        if row["plan"] != (use.definition.plan or None):  # the newest version says it
            self.changes.update("deadlines", row["number"], plan=use.definition.plan or None)
        return _as_row(use, row["number"], values)

    def _close_deadline(self, row: Row) -> None:
        on = day(self.occurred_at)
        ended = self._ended(row, on)
        self.changes.update("deadlines", row["number"], state=ended, closed_at=self.now, closed_on=on)
        kind = "passed" if ended == "missed" and row["binds"] == "customer" else ended
        self.chain.add(f"deadline_{kind}", {"deadline": row["number"], "name": row["name"]}, path=row["scope"])
        self._drop_timers(deadline_number=row["number"])

    def _ended(self, row: Row, on: date) -> str:
        """met or missed by the day on which it happened against the legal day; cancelled when nothing was done.

        A period only ends: nobody meets or misses the last day of a support (law.md 2.2). Nor does one miss the last
        day of one's right: its time lapses. Whether it was used is not said, since an appeal may have gone to a court.
        """
        if self.cancelled:
            return "cancelled"
        if row["roll"] == "period" or row["binds"] == NOBODY:
            return "ended"
        late = on.isoformat() > row["legal_on"] and row["paused_on"] is None
        missed = "lapsed" if row["binds"] == RIGHT else "missed"
        if any(shows(row["scope"], row["shown_on"], path) for path in self.done):
            return missed if late else "met"
        return missed if late else "cancelled" if not self.done else "met"

    def _set_alarms(self, use: DeadlineUse, number: int) -> None:
        today = day(self.now)
        for on in reminders(use.computed, use.definition.reminders, self.calendar):
            if on >= today:
                self._timer("reminder", start_of(on), deadline_number=number)
        escalation = escalation_on(use.computed, use.definition.escalation or None, self.calendar)
        if escalation is not None:
            self._timer("escalation", start_of(escalation), deadline_number=number)

    # what tasks show of their deadlines

    def _show_deadlines(self, opened: Mapping[int, Step], deadlines: list[Row]) -> None:
        for number, step in opened.items():
            self._insert_task(number, step, _most_urgent(step.path, deadlines))
        for task in self.file.open_tasks:
            if task["engine_id"] in self.result.completed:
                continue
            shown = _most_urgent(task["path"], deadlines)
            if any(task[name] != value for name, value in shown.items()):
                self.changes.update("tasks", task["number"], **shown)

    # timers

    def _alarms(self) -> None:
        set_now = {alarm.id: alarm for alarm in self.result.alarms}
        for row in self.file.timers:
            if row["kind"] != "engine":
                continue
            alarm = set_now.pop(row["engine_id"], None)
            if alarm is None:
                self.changes.delete("timers", row["number"])
            elif alarm.due_at != read_moment(row["due_at"]):
                self.changes.update("timers", row["number"], due_at=alarm.due_at, next_at=alarm.due_at, attempts=0)
        for alarm in set_now.values():
            self._timer("engine", alarm.due_at, engine_id=alarm.id, path=alarm.path)

    # calls

    def _jobs(self) -> None:
        for job in self.result.jobs:
            self.changes.insert(
                "jobs", number=int(job.id), service=job.service, process=job.process, path=job.path,
                element=job.element, request=job.inputs, ordered_at=self.now, next_at=self.now,
            )  # fmt: skip
            self.chain.add("call_ordered", {"service": job.service, "job": int(job.id)}, path=job.path)
        for id in self.result.called_off:
            self.changes.update("jobs", int(id), state="called_off", ended_at=self.now, request=None)

    def _beginnings(self) -> None:
        """Linked cases are begun by the clock right after, each by a timer that carries what it starts with."""
        for found in self.result.beginnings:
            payload = {
                "process": found.process, "message": found.message, "kind": found.kind, "data": found.data,
                "parties": found.parties, "codes": found.codes,
            }  # fmt: skip
            self._timer("start", self.occurred_at, path=found.path, payload=payload)

    def _timer(self, kind: str, due_at: datetime, **values: Any) -> None:
        self.changes.insert("timers", number=self.number(), kind=kind, due_at=due_at, next_at=due_at, **values)

    def _drop_timers(self, **match: int) -> None:
        drop_timers(self.file, self.changes, **match)


def drop_timers(file: CaseFile, changes: Changes, **match: int) -> None:
    """Delete the timers of a task or deadline (`task_number=` or `deadline_number=`)."""
    ((name, number),) = match.items()
    gone = [row for row in file.timers if row[name] == number and row["kind"] != "engine"]
    for row in gone:
        changes.delete("timers", row["number"])
        file.timers.remove(row)


def shows(scope: str, shown_on: Collection[str], path: str) -> bool:
    """Whether a deadline of a scope is shown on an element path: named itself, or a call activity around it."""
    if path in shown_on:
        return True
    if scope and not path.startswith(f"{scope}/"):
        return False
    inner = path[len(scope) + 1 :] if scope else path
    last = inner.rsplit("/", 1)[-1]
    return any(name in (inner, last) or inner.startswith(f"{name}/") for name in shown_on)


def due_day(use: DeadlineUse) -> date:
    """The day that people see: the target of an authority's duty, else the legal day."""
    return use.computed.target_on if use.row.roll == "target" else use.computed.legal_on


def _dates(use: DeadlineUse) -> Row:
    """What moves when a deadline moves, with days as rows read them: ISO texts."""
    computed = use.computed
    paused_on = computed.paused_on
    return {
        "law_version": use.version, "event_on": iso_day(computed.event_on), "nominal_on": iso_day(computed.nominal_on),
        "legal_on": iso_day(computed.legal_on), "target_on": iso_day(computed.target_on),
        "due_on": iso_day(due_day(use)), "paused_on": None if paused_on is None else iso_day(paused_on),
        "remaining": computed.remaining,
    }  # fmt: skip


def shown_on(use: DeadlineUse) -> tuple[str, ...]:
    """Names from deadlines.toml (the deadline's own by default) and the paths that the engine found showing it."""
    names = (*use.definition.elements, *use.definition.stops_at, *use.definition.renews_at, *use.shown_on)
    return tuple(dict.fromkeys(names))


def _as_row(use: DeadlineUse, number: int, values: Row) -> Row:
    return {
        "number": number, "scope": use.scope, "name": use.name, "kind": use.definition.kind,
        "binds": use.definition.binds, "roll": use.row.roll, "shown_on": shown_on(use), **values,
    }  # fmt: skip


NOT_DUE = dict.fromkeys(("deadline", "deadline_kind", "deadline_binds", "due_on", "legal_on", "paused_on", "remaining"))


def _asks(row: Row) -> bool:
    """Is something to be done by its day?"""
    return row["roll"] != "period" and row["binds"] not in (RIGHT, NOBODY)


def _most_urgent(path: str, deadlines: list[Row]) -> Row:
    """What a task is due by: the deadline due first; a running one before a paused one, a statutory one in a tie.

    The end of a period is no day to do anything by, nor is the last day of somebody's right: they make no task late.
    """
    own = [row for row in deadlines if _asks(row) and shows(row["scope"], row["shown_on"], path)]
    if not own:
        return NOT_DUE
    row = min(own, key=lambda row: (row["paused_on"] is not None, row["due_on"], row["kind"] != "statutory"))
    return {
        "deadline": row["name"], "deadline_kind": row["kind"], "deadline_binds": row["binds"],
        "due_on": row["due_on"], "legal_on": row["legal_on"], "paused_on": row["paused_on"],
        "remaining": row["remaining"],
    }  # fmt: skip
