"""Where work sticks in the demo's town: three cases that will be late this week, in a step where like ones were.

Large requests for documents have waited for their assessment past the month that the law gives. One came each month;
three wait now, in the centre, where there are two people to share them. What else looks late this week has been done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import text

from engine.calendar import add_months
from engine.errors import EngineError
from engine.story import HELSINKI, Story
from tasks import office
from tasks.commands.summing import add_up
from tasks.commands.work import claim, complete, release
from tasks.course import read_task_id
from tasks.errors import TasksError
from tasks.figures import coming
from tasks.figures.coming import Risk
from tasks.figures.conditions import Asked
from tasks.figures.period import Period
from tasks.figures.sums import Sums
from tasks.published import published
from tasks.queries.reach import Reach
from tasks.stage import EVERYONE, Stage
from tasks.townplan import Plan

PROCESS, STORY, STEP = "document_request", "large_request_one_month", "assess_publicity"
CENTRE = 0
"""the unit where the three wait"""
MONTHS = 12
WAITED = timedelta(days=24)
"""how much longer than in the story the assessment took"""
DAYS_LEFT = (2, 3, 4)
WEEK = timedelta(days=7)
ROUNDS = 5
"""what is done may open something that looks late as well"""


def plans(stories: Sequence[Story], today: date) -> list[Plan]:
    """The cases that were late, one in each of the last months, and the three that wait; none without the story."""
    story = next((each for each in stories if (each.process, each.id) == (PROCESS, STORY)), None)
    if story is None:
        return []
    asked = next(number for number, step in enumerate(story.steps) if step.target == STEP)
    came, looked = (story.steps[number].at.astimezone(HELSINKI).date() for number in (0, asked - 1))
    month = today.replace(day=1)
    late = [
        Plan(story, len(story.steps) - 1, _stretched(add_months(month, -number - 1) + timedelta(days=4) - came, looked),
             unit=number % 2)
        for number in range(1, MONTHS + 1)
    ]  # fmt: skip
    waiting = [
        replace(late[0], last=asked - 1, move=_stretched(add_months(today + timedelta(days=left), -1) - came, looked),
                unit=CENTRE, left=True)
        for left in DAYS_LEFT
    ]  # fmt: skip
    return late + waiting


def _stretched(by: timedelta, until: date) -> Callable[[date], date]:
    """The story's days later, and those after the step that sticks later still."""
    return lambda day: day + by if day <= until else day + by + WAITED


def waits(process: str, element: str) -> bool:
    """Whether a task is where work sticks."""
    return (process, element) == (PROCESS, STEP)


def settle(stages: Sequence[Stage], now: datetime) -> None:
    """The three are one caseworker's; what else is likely to be late this week has been done, as far as it can be.

    `stages` are those of the units, in their order.
    """
    by_unit, centre = {stage.unit_id: stage for stage in stages}, stages[CENTRE]
    for _ in range(ROUNDS):
        others = [risk for risk in likely(centre, now) if not waits(risk.step_part, risk.step_element)]
        for risk in others:
            with suppress(TasksError, EngineError):
                _do(by_unit[risk.unit_id], risk.task, now)
        if not others:
            break
    for risk in likely(centre, now):
        if risk.assignee is None and waits(risk.step_part, risk.step_element):
            claim(centre.database, centre.people[EVERYONE], risk.task, now=now)


def _do(stage: Stage, task: str, now: datetime) -> None:
    """Do a task as its work role does, whoever had it."""
    case_id, number = read_task_id(task)
    with stage.database.read() as connection:
        row = connection.execute(_TASK, {"case": case_id, "number": number}).one()
    if row.assignee_id is not None:
        release(stage.database, stage.people["supervisor"], task, now=now)
    found = office.example(stage, task, now)
    if found is not None:
        complete(stage.database, stage.people[row.role], task, answers=found[2], now=now)


_TASK = text("SELECT role, assignee_id FROM tasks WHERE case_id = :case AND number = :number")


def likely(stage: Stage, now: datetime) -> list[Risk]:
    """What is likely to be late this week, as the supervisor of all units is told."""
    add_up(stage.database, now)
    today = now.astimezone(HELSINKI).date()
    with stage.database.snapshot() as connection:
        calendar = published(stage.database).refresh(connection).law.calendar
        sums = Sums(connection, Reach(), Asked(Period(today, today), today), calendar)
        return [risk for risk in coming.read_risks(sums) if risk.likely and risk.legal_on < today + WEEK]
