"""One command's way through a case: lock and read, check, run the engine, project, write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from engine import runner
from engine.bundle import Bundle
from engine.definition import Definition
from engine.feel import Value
from engine.register import FIRST_DAY, Own, OwnValue
from engine.result import Result, Situation
from engine.scope import View
from forms.errors import FormError
from tasks import access, incident
from tasks.access import Place, Rights, Verdict
from tasks.actor import Actor
from tasks.casefile import CaseFile, Row, in_force, lock, look, read_json
from tasks.changes import Changes
from tasks.db import Database
from tasks.documents import consented, write_letter
from tasks.errors import InvalidAnswers, InvalidValue, NotFound, Stale, WrongState
from tasks.formlogic import Around
from tasks.history import Chain, answer_digest
from tasks.moments import day, read_day, read_moment, utc
from tasks.project import Projection, Versions
from tasks.published import Published, published

CASEWORK = sorted(access.CASEWORK)
PARAMETER = "parameter."
"""what the names of an area's own values of parameters begin with"""


def task_id(case_id: int, number: int) -> str:
    """The public id of a task."""
    return f"{case_id}-{number}"


def read_task_id(public: str) -> tuple[int, int]:
    """(case id, number) of a public task id; NotFound when it is none."""
    case, _, number = public.partition("-")
    if not (
        case.isascii()
        and case.isdigit()
        and number.isascii()
        and number.isdigit()
        and len(case) < 19
        and len(number) < 10
    ):
        raise NotFound("task", public)
    return int(case), int(number)


@dataclass(slots=True)
class Course:
    """A locked case with everything a command needs; `save` writes what was changed."""

    connection: Connection
    actor: Actor
    now: datetime
    occurred_at: datetime
    file: CaseFile
    case: Row
    """the case row"""
    bundle: Bundle
    """the pinned folder of the case"""
    published: Published
    rights: Rights
    changes: Changes
    chain: Chain
    dirty: Row
    problems: tuple[str, ...] = ()
    called_off: tuple[str, ...] = ()
    _settings: Row | None = None
    _seen: tuple[Situation, View] | None = None

    @classmethod
    def open(
        cls, connection: Connection, database: Database, actor: Actor, case_id: int, now: datetime,
        occurred_at: datetime | None = None, *, task: int = 0, skip_locked: bool = False,
    ) -> Course:  # fmt: skip
        """Lock the case; NotFound, InvalidValue for a moment that lies ahead."""
        now = utc(now)
        occurred = checked_occurred(now, occurred_at)
        file = lock(connection, case_id, actor.user_id, task=task, skip_locked=skip_locked)
        return cls.begin(connection, database, actor, file, now, occurred)

    @classmethod
    def look(
        cls, connection: Connection, database: Database, actor: Actor, case_id: int, now: datetime, *, task: int = 0
    ) -> Course:
        """The same without a lock, for reading: what a page may ask before anybody commands; NotFound."""
        now = utc(now)
        return cls.begin(connection, database, actor, look(connection, case_id, actor.user_id, task=task), now, now)

    @classmethod
    def begin(
        cls, connection: Connection, database: Database, actor: Actor, file: CaseFile, now: datetime, occurred: datetime
    ) -> Course:
        """A course over a case file that is read (or, at a start, made up)."""
        case, versions = file.case, published(database).refresh(connection, file.newest)
        bundle = versions.bundle(case["process"], case["version"])
        changes = Changes(case["id"])
        chain = Chain(changes, actor, now, occurred, case["event_count"], case["event_hash"])
        rights = access.read_rights(actor.user_id, file.rights, day(now))
        return cls(connection, actor, now, occurred, file, case, bundle, versions, rights, changes, chain, {})

    def at(self, occurred_at: datetime) -> None:
        """Let what follows have happened at this moment (a timer's due moment)."""
        self.occurred_at = self.chain.occurred_at = min(occurred_at, self.now)

    # what the case is

    @property
    def definition(self) -> Definition:
        """The pinned definition of the case."""
        return self.published.definition(self.case["process"], self.case["version"])

    def folder(self, process: str) -> tuple[Bundle, int]:
        """The pinned bundle and version number of the case's process or of a part it calls."""
        number = self.published.number_of(self.case["process"], self.case["version"], process)
        return self.published.bundle(process, number), number

    @property
    def settings(self) -> Row:
        """The area's settings in force today, then what the case was started with."""
        if self._settings is None:
            self._settings = in_force(self.file.settings, day(self.now).isoformat()) | (self.case["settings"] or {})
        return self._settings

    def place(self, task: Row | None = None) -> Place:
        """Where the case or one of its tasks stands, for the access check."""
        area = self.bundle.manifest.area
        if task is None:
            return Place(self.case["unit_id"], area, self.case["process"])
        return Place(task["unit_id"], area, self.case["process"], task["path"], task["role"])

    # checks

    def require_open(self) -> None:
        """The case goes on; WrongState."""
        if self.case["status"] != "open":
            raise WrongState(f"case {self.case['number']}", self.case["status"])

    def open_task(self, number: int, version: int | None) -> Row:
        """The task, open and unchanged since it was read; NotFound, Stale, WrongState."""
        task = self.file.task(number)
        public = task_id(self.case["id"], number)
        if task is None:
            raise NotFound("task", public)
        who, when = task["changed_by"] or "", read_moment(task["changed_at"])
        what = task["state"] if task["state"] != "open" else "claimed" if task["assignee_id"] else "changed"
        if version is not None and version != task["revision"]:
            raise Stale(who, when, what)
        if task["state"] != "open":
            raise WrongState(f"task {public}", task["state"], who=who, when=when)
        return task

    def may_work(self, task: Row) -> Verdict:
        """May the actor complete the task now: rights, claim (or substitution), delegation and four-eyes."""
        place = self.place(task)
        verdict = access.work(self.rights, place)
        if not verdict.allowed or self.rights.house:
            return verdict
        if task["assignee_id"] not in (None, self.actor.user_id) and not self.stands_in(task):
            return Verdict(False, "assigned_to_other", {"who": task["assignee"] or ""})
        delegated, pairs = self._step_rules(task)
        for check in (access.decide(self.rights, place, delegated), self._four_eyes(task, pairs)):
            if check is not None and not check.allowed:
                return check
        return verdict

    def stands_in(self, task: Row) -> bool:
        """Whether the actor stands in for who has the task."""
        return (task["assignee_id"], task["unit_id"]) in self.rights.stands_for

    def _step_rules(self, task: Row) -> tuple[list[str], list[tuple[str, str, str]]]:
        """Delegated paths and four-eyes pairs, of the case's process and of the part that the task comes from."""
        manifest = self.bundle.manifest
        delegated = list(manifest.delegated)
        pairs = [(pair.id, pair.first, pair.second) for pair in manifest.four_eyes]
        if task["process"] != self.case["process"]:
            part = self.folder(task["process"])[0].manifest
            scope = task["path"].removesuffix(task["element"])
            delegated += [scope + path for path in part.delegated]
            pairs += [(pair.id, scope + pair.first, scope + pair.second) for pair in part.four_eyes]
        return delegated, pairs

    def _four_eyes(self, task: Row, pairs: list[tuple[str, str, str]]) -> Verdict | None:
        found = access.other_side(self.rights, task["path"], pairs)
        if found is None:
            return None
        wanted = self.settings.get(f"four_eyes.{found[0]}")
        if wanted is None:
            # formats.md 38: on by default where two people are there
            wanted = colleagues(self.connection, self.case["unit_id"], task["role"], day(self.now)) > 1
        return access.four_eyes(*found) if wanted else None

    # the engine

    def case_object(self) -> dict[str, Value]:
        """The read-only `case` of expressions and letters."""
        settings = self.settings
        acts = dict(self.bundle.manifest.acts)
        acts |= {name.removeprefix("acts."): str(value) for name, value in settings.items() if name.startswith("acts.")}
        parties: dict[str, Any] = {
            party["role"]: {
                "name": party["name"], "kind": party["kind"], "language": party["language"],
                "channel": party["channel"], "authority": bool(party["authority"]),
                "protected": bool(party["protected"]),
            }
            for party in self.file.parties
        }  # fmt: skip
        started = read_moment(self.case["started_at"]) or self.now
        plain = {name: value for name, value in settings.items() if not name.startswith(("acts.", PARAMETER))}
        return {
            "number": self.case["number"], "process": self.case["process"], "language": self.case["language"],
            "started_on": day(started), "arrived_on": read_day(self.case["arrived_on"]),
            "acts": acts, "settings": plain, "parties": parties,
        }  # fmt: skip

    def situation(self) -> Situation:
        """What the engine may know of the world."""
        return Situation(
            now=self.now, occurred_at=self.occurred_at, law=self.published.law, case=self.case_object(),
            local=self._own_values(),
        )  # fmt: skip

    def _own_values(self) -> Own:
        """The area's own values, each from its day on; what the case was started with holds always."""
        given = {name: [OwnValue(FIRST_DAY, value)] for name, value in (self.case["settings"] or {}).items()}
        found: dict[str, list[OwnValue]] = {}
        for row in self.file.settings:
            if row["name"].startswith(PARAMETER) and (from_on := read_day(row["from_on"])):
                found.setdefault(row["name"], []).append(OwnValue(from_on, row["value"]))
        return {
            name.removeprefix(PARAMETER): sorted(rows, key=lambda own: own.from_on)
            for name, rows in (found | given).items() if name.startswith(PARAMETER)
        }  # fmt: skip

    def clean(
        self, process: str, form: str, path: str, answers: Mapping[str, Any], step_id: str = ""
    ) -> dict[str, Any]:
        """The answers as the form of the pinned version understands them; InvalidAnswers."""
        found = self.published.form(process, self.folder(process)[1], form)
        if found is None:
            if answers:
                raise InvalidValue(
                    next(iter(answers)), "unknown", f"{process} has no form {form!r}: no answers expected"
                )
            return {}
        data = Around(lambda: self._around(path, step_id)) if self.file.state else {}
        try:
            return found.validate(answers, data=data, on=day(self.occurred_at))
        except FormError as error:
            raise InvalidAnswers(error) from error

    def _around(self, path: str, step_id: str) -> Mapping[str, Any]:
        situation = self.situation()
        view = runner.scope_data(self.definition, self.file.state or b"", situation, path, step_id)
        self._seen = situation, view
        return view

    def sender(self, process: str, message: str | None, path: str = "") -> str:
        """Who a message comes from when nobody says otherwise: as its process.toml has it, else the principal."""
        rules = self.folder(process)[0].manifest.messages.get(message or "")
        if rules is None or not rules.sender:
            return self.bundle.manifest.principal_role
        _, _, handed_in = rules.sender.partition("input.")
        if not handed_in:
            return rules.sender
        given = self._around(path, "").get("input")
        role = given.get(handed_in) if isinstance(given, Mapping) else None
        return str(role) if role else self.bundle.manifest.principal_role

    def complete(self, step_id: str, answers: Mapping[str, Any]) -> Result:
        """Let the engine complete a step; a state that its form has read already is not loaded anew."""
        situation, seen = self._seen or (self.situation(), None)
        self._seen = None
        return runner.complete(self.definition, self.file.state or b"", situation, step_id, answers, seen=seen)

    def answer(
        self, kind: str, form: str, process: str, path: str | None, data: Mapping[str, Any], source: str,
        channel: str | None = None, task: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Store answers with their provenance; gives what the event tells about them."""
        number = self.next_number()
        self.changes.insert(
            "answers", number=number, kind=kind, form=form, process=process, path=path, task_number=task,
            data=dict(data), source=source, channel=channel, entered_by=self.actor.user_id, via=self.actor.via,
            at=self.now, occurred_at=self.occurred_at,
        )  # fmt: skip
        return {"form": form, "answer": number, "answer_sha256": answer_digest(data)}

    def next_number(self) -> int:
        """The next child number of the case."""
        self.case["row_count"] += 1
        return int(self.case["row_count"])

    def apply(self, result: Result, *, done: frozenset[str] = frozenset(), cancelled: bool = False) -> tuple[str, ...]:
        """Project the engine's result and write its letters; gives the public ids of the tasks that opened."""
        row = self.published.row(self.case["process"], self.case["version"])
        versions = Versions(row.process, row.number, row.parts)
        calendar = self.published.law.calendar
        opened = Projection(
            self.file, result, self.changes, self.chain, versions, calendar, self.now, self.occurred_at, done, cancelled
        ).write()
        self._write_letters(result)
        self.problems, self.called_off = result.problems, result.called_off
        self.dirty |= {"state": result.state, "summary": _summary(self.bundle, result.data)}
        if result.closed:
            self._close(result.outcome, cancelled)
        return tuple(task_id(self.case["id"], number) for number in opened)

    def _write_letters(self, result: Result) -> None:
        for letter in result.letters:
            bundle, number = self.folder(letter.process)
            person = self.file.rights or {}
            sender = {"name": person.get("full_name") or "", "title": person.get("title") or ""}
            write_letter(
                letter, bundle, f"{letter.process}@{number}", self.file, self.changes, self.chain, self.next_number(),
                self.case_object(), sender, (self.bundle,), self.now, self.occurred_at,
                consented(self.connection, letter, bundle, self.file, day(self.now)),
            )  # fmt: skip

    def _close(self, outcome: str | None, cancelled: bool) -> None:
        status = "cancelled" if cancelled else "closed"
        self.case["status"] = status
        self.dirty |= {
            "status": status, "outcome": outcome, "closed_at": self.now, "closed_on": day(self.occurred_at),
        }  # fmt: skip
        self.chain.add(f"case_{status}", {"outcome": outcome})

    def save(self) -> None:
        """Write everything; nothing reached the database before."""
        self.changes.update_case(self.case["revision"], **self.counters(), **self.dirty)
        self.write()

    def write(self) -> None:
        """Write the gathered rows, and incidents: of dates that could not be computed, of calls that are over."""
        self.changes.write(self.connection)
        for job in self.called_off:
            incident.resolve(self.connection, self.case["id"], "call", self.now, self.actor.name, job=int(job))
        if self.problems:
            incident.note(self.connection, self.case["id"], "deadline", "; ".join(self.problems), self.now)

    def counters(self) -> Row:
        """The counters that the case row keeps."""
        return {
            "task_count": self.case["task_count"], "row_count": self.case["row_count"],
            "event_count": self.chain.count, "event_hash": self.chain.hash,
        }  # fmt: skip


def checked_occurred(now: datetime, occurred_at: datetime | None) -> datetime:
    """When it happened: now unless told, never later than now; InvalidValue."""
    occurred = now if occurred_at is None else utc(occurred_at, "occurred_at")
    if occurred > now:
        raise InvalidValue("occurred_at", "future", f"{occurred.isoformat()} is later than now, {now.isoformat()}")
    return occurred


def colleagues(connection: Connection, unit_id: int, work_role: str, on: date) -> int:
    """How many active people hold the work role in the unit."""
    people = set()
    for row in connection.execute(_PEOPLE):
        rights = access.read_rights(row.user_id, {"active": True, "roles": [_role(row)]}, on)
        if any(work_role in role.work_roles and role.covers(unit_id, "") for role in rights.roles):
            people.add(row.user_id)
    return len(people)


def _role(row: Any) -> Row:
    return {
        "role": row.role, "work_roles": read_json(row.work_roles), "units": read_json(row.units), "areas": None,
        "from_on": None if row.from_on is None else str(row.from_on),
        "to_on": None if row.to_on is None else str(row.to_on),
    }  # fmt: skip


_PEOPLE = text(
    "SELECT r.user_id, r.role, r.work_roles, r.units, r.from_on, r.to_on"
    " FROM user_roles r JOIN users u ON u.id = r.user_id WHERE u.active"
)


def _summary(bundle: Bundle, data: Mapping[str, Any]) -> Row:
    found: Row = {}
    for path in bundle.manifest.summary_fields:
        value: Any = data
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        found[path] = value
    return found
