"""The figures once more, slowly and plainly: every event and every row is read, and the definitions are followed word
by word. What ended is taken from the history, what stands from the rows.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from engine.calendar import Calendar
from tasks.figures.conditions import Asked
from tasks.figures.period import Period
from tasks.moments import day, read_day, read_moment
from tests.tasks.conftest import Town

Row = dict[str, Any]
LIMITS = (7, 14, 30, 60, 90, 180)


def table(town: Town, name: str) -> list[Row]:
    """Every row of a table, days and moments read."""
    found = []
    for row in town.rows(f"SELECT * FROM {name}"):
        values = dict(row._mapping)
        for key, value in values.items():
            if key.endswith("_on") and key != "shown_on":
                values[key] = read_day(value)
            elif key.endswith("_at"):
                values[key] = read_moment(value)
        found.append(values)
    return found


def share(days: Iterable[int], of: float) -> int | None:
    """The smallest of some days within which so large a share of them lies."""
    ranked = sorted(days)
    return ranked[ceil(of * len(ranked)) - 1] if ranked else None


@dataclass
class Rows:
    """What a town has written down."""

    town: Town
    cases: dict[int, Row] = field(init=False)
    tasks: list[Row] = field(init=False)
    deadlines: dict[tuple[int, int], Row] = field(init=False)
    documents: list[Row] = field(init=False)
    events: list[Row] = field(init=False)

    def __post_init__(self) -> None:
        self.cases = {row["id"]: row for row in table(self.town, "cases")}
        self.tasks = table(self.town, "tasks")
        self.deadlines = {(row["case_id"], row["number"]): row for row in table(self.town, "deadlines")}
        self.documents = table(self.town, "documents")
        self.events = table(self.town, "events")
        for event in self.events:
            event["on"] = day(event["occurred_at"])
            if isinstance(event["payload"], str):
                event["payload"] = json.loads(event["payload"])


@dataclass
class Plain:
    """The figures of what was asked, of everybody's cases."""

    rows: Rows
    asked: Asked
    calendar: Calendar

    def fits(self, case_id: int) -> bool:
        """Whether the case is what was asked for."""
        case, asked = self.rows.cases[case_id], self.asked
        return (
            asked.process in ("", case["process"])
            and asked.unit_id in (None, case["unit_id"])
            and asked.version in (None, case["version"])
        )

    def happened(self, *kinds: str, when: Period | None = None) -> Iterator[tuple[Row, Row]]:
        """(event, case) of these kinds of events in a period, otherwise in the asked one."""
        for event in self.rows.events:
            if event["kind"] in kinds and event["on"] in (when or self.asked.period) and self.fits(event["case_id"]):
                yield event, self.rows.cases[event["case_id"]]

    @cached_property
    def standing(self) -> list[Row]:
        """The open cases."""
        return [case for case in self.rows.cases.values() if case["status"] == "open" and self.fits(case["id"])]

    @cached_property
    def open_tasks(self) -> list[Row]:
        """The open tasks."""
        return [task for task in self.rows.tasks if task["state"] == "open" and self.fits(task["case_id"])]

    def lead(self, by: str = "", *, working: bool = False, when: Period | None = None) -> dict[Any, list[int]]:
        """Days from arrival to completion, by a column of the case."""
        found: defaultdict[Any, list[int]] = defaultdict(list)
        for event, case in self.happened("case_closed", when=when):
            arrived, on = case["arrived_on"], event["on"]
            days = self.calendar.working_days_between(arrived, on) if working else (on - arrived).days
            found[case[by] if by else ""].append(days)
        return found

    def received(self, by: str = "", when: Period | None = None) -> Counter[Any]:
        """Cases that arrived in the period."""
        return Counter(
            case[by] if by else "" for case in self.rows.cases.values()
            if case["arrived_on"] in (when or self.asked.period) and self.fits(case["id"])
        )  # fmt: skip

    def cancelled(self, by: str = "", when: Period | None = None) -> Counter[Any]:
        """Cases that were called off."""
        return Counter(case[by] if by else "" for _, case in self.happened("case_cancelled", when=when))

    def late(self, kind: str = "") -> dict[int, Row]:
        """Open cases with an open task whose legal day is over while its clock runs."""
        return {
            task["case_id"]: self.rows.cases[task["case_id"]] for task in self.open_tasks
            if task["paused_on"] is None and task["legal_on"] and task["legal_on"] < self.asked.today
            and (not kind or (task["deadline_kind"] == kind and task["deadline_binds"] == "authority"))
        }  # fmt: skip

    def outcomes(self) -> Counter[tuple[str, int, str]]:
        """Completed cases by process, version and outcome."""
        return Counter(
            (case["process"], case["version"], event["payload"]["outcome"])
            for event, case in self.happened("case_closed")
        )

    def ended_deadlines(self, when: Period | None = None) -> Iterator[tuple[Row, Row, date]]:
        """(deadline, case, day) of those that were met or missed."""
        for event, case in self.happened("deadline_met", "deadline_missed", "deadline_passed", when=when):
            yield self.rows.deadlines[case["id"], event["payload"]["deadline"]], case, event["on"]

    def kept(self, by: str = "", when: Period | None = None) -> tuple[Counter[Any], Counter[Any]]:
        """The authority's deadlines of law that were met, and missed, by a column of the case."""
        found: dict[bool, Counter[Any]] = {True: Counter(), False: Counter()}
        for row, case, on in self.ended_deadlines(when):
            if row["kind"] == "statutory" and row["binds"] == "authority":
                found[on <= row["legal_on"]][case[by] if by else ""] += 1
        return found[True], found[False]

    def rules(self) -> dict[tuple[str, str], tuple[int, int, int | None]]:
        """How deadlines went, by folder and name: met, missed, within how many days half of them ended."""
        met: Counter[tuple[str, str]] = Counter()
        missed: Counter[tuple[str, str]] = Counter()
        days: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for row, _, on in self.ended_deadlines():
            name = (row["process"], row["name"])
            (met if on <= row["legal_on"] else missed)[name] += 1
            days[name].append(max(0, (on - row["event_on"]).days))
        return {name: (met[name], missed[name], share(took, 0.5)) for name, took in days.items()}

    def ages(self) -> tuple[int, ...]:
        """Open cases by their age."""
        found = Counter(
            sum((self.asked.today - case["arrived_on"]).days > limit for limit in LIMITS) for case in self.standing
        )
        return tuple(found[number] for number in range(len(LIMITS) + 1))

    def weeks(self) -> list[tuple[date, int, int]]:
        """(Monday, received, completed) of thirteen weeks, the last of them the one of the period's last day."""
        last = self.asked.period.to_on - timedelta(days=self.asked.period.to_on.weekday())
        found = []
        for number in range(12, -1, -1):
            monday = last - timedelta(weeks=number)
            week = Period(monday, min(monday + timedelta(days=6), self.asked.period.to_on))
            completed = sum(1 for _ in self.happened("case_closed", when=week))
            found.append((monday, self.received(when=week)[""], completed))
        return found

    def steps(self) -> dict[str, tuple[int, int, int, int | None]]:
        """Open, late, completed in the period and within how many days half of them, by path."""
        days: defaultdict[str, list[int]] = defaultdict(list)
        opened = {(task["case_id"], task["number"]): task["opened_on"] for task in self.rows.tasks}
        for event, case in self.happened("task_completed"):
            days[event["path"]].append((event["on"] - opened[case["id"], event["task_number"]]).days)
        standing = Counter(task["path"] for task in self.open_tasks)
        late = Counter(
            task["path"] for task in self.open_tasks
            if task["paused_on"] is None and task["legal_on"] and task["legal_on"] < self.asked.today
        )  # fmt: skip
        return {
            path: (standing[path], late[path], len(days[path]), share(days[path], 0.5))
            for path in sorted({*standing, *days})
        }

    def load(self) -> dict[tuple[int, str], tuple[int, int, int, int]]:
        """Open, late, free and waiting tasks by unit and role."""
        found: defaultdict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        today = self.asked.today
        for task in self.open_tasks:
            counts = found[task["unit_id"], task["role"]]
            waits = task["paused_on"] is not None or (task["hold_until"] is not None and self._held(task) > today)
            counts["open"] += 1
            counts["late"] += bool(not waits and task["legal_on"] and task["legal_on"] < today)
            counts["free"] += task["assignee_id"] is None
            counts["waits"] += waits
        return {key: (n["open"], n["late"], n["free"], n["waits"]) for key, n in found.items()}

    @staticmethod
    def _held(task: Mapping[str, Any]) -> date:
        return read_day(task["hold_until"]) or date.min

    def letters(self) -> Counter[tuple[str, str]]:
        """Letters that were sent in the period."""
        return Counter(
            (row["process"], row["element"]) for row in self.rows.documents
            if row["sent_on"] in self.asked.period and self.fits(row["case_id"])
        )  # fmt: skip

    def products(self, when: Period) -> dict[str, int]:
        """Decisions: letters that tell them. Interviews: checks after which one could decide."""
        letters = self.happened("letter_written", when=when)
        checks = self.happened("task_completed", when=when)
        return {
            "decision": sum(event["path"] == "send_notice" for event, _ in letters),
            "interview": sum(
                event["path"] == "check" and "decide" in event["payload"]["visited"] for event, _ in checks
            ),
        }

    def due(self, until: date) -> Counter[tuple[date, int]]:
        """Open tasks by their legal day and unit, from today on."""
        return Counter(
            (task["legal_on"], task["unit_id"]) for task in self.open_tasks
            if task["paused_on"] is None and task["legal_on"] and self.asked.today <= task["legal_on"] <= until
        )  # fmt: skip

    def like(self, part: str, name: str, length: str, step: str, left: int) -> tuple[int, int]:
        """(late, all) of the deadlines of the last year's whole months that stood at a step with so many days left."""
        today = self.asked.today
        since, until = (today - timedelta(days=366)).replace(day=1), today.replace(day=1)
        found: Counter[bool] = Counter()
        for row in self.rows.deadlines.values():
            if (row["process"], row["name"], self.length(row)) != (part, name, length):
                continue
            if row["state"] not in ("met", "missed", "lapsed", "open") or not since <= row["legal_on"] < until:
                continue
            then = row["legal_on"] - timedelta(days=left)
            stood = [(row["event_on"], row["closed_on"])]
            if step:
                stood = [
                    (task["opened_on"], min((on for on in (_done(task), row["closed_on"]) if on), default=None))
                    for task in self.of_case[row["case_id"]]
                    if task["path"] == step and task["state"] in ("open", "completed")
                    and row["event_on"] <= task["opened_on"] <= (row["closed_on"] or date.max)
                ]  # fmt: skip
            found[row["state"] != "met"] += sum(from_on <= then <= (to_on or date.max) for from_on, to_on in stood)
        return found[True], found.total()

    @cached_property
    def of_case(self) -> Mapping[int, list[Row]]:
        """The tasks of each case."""
        found: defaultdict[int, list[Row]] = defaultdict(list)
        for task in self.rows.tasks:
            found[task["case_id"]].append(task)
        return found

    @staticmethod
    def length(row: Row) -> str:
        """The kind and length of a deadline, as its explanation tells them."""
        trace = json.loads(row["trace"]) if isinstance(row["trace"], str) else row["trace"]
        return f"{row['kind']} {trace[0]['length']} {trace[0]['unit']}"


def _done(task: Row) -> date | None:
    return day(task["completed_at"]) if task["completed_at"] else None
