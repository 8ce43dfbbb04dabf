"""What is coming: the deadlines of the next weeks by day and unit, and those likely to be missed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import Connection, and_, select

from tasks.figures import conditions, parts
from tasks.figures.conditions import Asked, Condition
from tasks.figures.forecast import SPAN, Estimate, Experience, days_left, rule
from tasks.figures.parts import LENGTH, LENGTH_UNIT, Measure
from tasks.figures.sums import Sums
from tasks.models import Case, Customer, Deadline, Task, User

WEEKS = 4
MOST = 500
"""open tasks that are looked at for the list of those likely to be missed, the most urgent first"""
LIKELY = 0.5
"""from this share of like cases on a deadline counts as likely to be missed"""


@dataclass(frozen=True, slots=True)
class Due:
    """Deadlines that run out on one day in one unit."""

    on: date
    unit_id: int
    n: int


@dataclass(frozen=True, slots=True)
class Risk:
    """An open task, the deadline that it shows and how likely that is to be missed."""

    case_id: int
    number: str
    process: str
    customer_id: int
    customer: str
    unit_id: int
    part: str
    name: str
    kind: str
    length: str
    length_unit: str
    event_on: date
    legal_on: date
    step: str
    """the path of the open step that shows the deadline"""
    step_part: str
    step_version: int
    step_element: str
    task_number: int
    task_revision: int
    assignee: str | None
    estimate: Estimate | None = None

    @property
    def task(self) -> str:
        """The public id of the task."""
        return f"{self.case_id}-{self.task_number}"

    @property
    def likely(self) -> bool:
        """Whether it counts as likely to be missed."""
        return self.estimate is not None and self.estimate.share >= LIKELY


def last_day(today: date) -> date:
    """The last day that is looked ahead to."""
    return today + timedelta(weeks=WEEKS)


def read_due(sums: Sums) -> tuple[Due, ...]:
    """The open tasks whose legal day is from today on, by day and unit."""
    today = sums.asked.today
    found: Counter[tuple[date, int]] = Counter()
    for on, (unit_id,), n in sums.of(Measure.DUE, ("on", "about"), today, last_day(today)):
        found[on, int(unit_id)] += n
    return tuple(Due(on, unit_id, n) for (on, unit_id), n in sorted(found.items()))


def read_risks(sums: Sums) -> tuple[Risk, ...]:
    """The open deadlines of the next weeks with their estimates, the likeliest first, then the most urgent."""
    asked = sums.asked
    rows = list(_open(sums.connection, sums.reach.cases(), asked))
    if not rows:
        return ()
    experience = read_experience(sums)
    found = [_judged(row, experience, asked.today) for row in rows]
    return tuple(sorted(found, key=lambda risk: (-_share(risk), risk.legal_on, risk.case_id)))


def _share(risk: Risk) -> float:
    return risk.estimate.share if risk.estimate is not None else -1.0


def _judged(row: Risk, experience: Experience, today: date) -> Risk:
    alike, left = rule(row.kind, row.length, row.length_unit), days_left(today, row.legal_on)
    return replace(row, estimate=experience.estimate(row.part, row.name, alike, row.step, left))


def _open(connection: Connection, within: Condition, asked: Asked) -> Iterator[Risk]:
    """The open tasks with the deadline that each shows, the most urgent first."""
    urgent = (
        select(Task.case_id, Task.number)
        .join(Case, Case.id == Task.case_id)
        .where(within, conditions.narrowed(asked), conditions.running(asked.today, last_day(asked.today)))
        .order_by(Task.legal_on, Task.case_id, Task.number)
        .limit(MOST)
        .subquery()
    )
    statement = (
        select(
            Case.id.label("case_id"), Case.number.label("number"), Case.process.label("process"), Case.customer_id,
            Customer.name.label("customer"), Task.unit_id, Deadline.process.label("part"),
            Deadline.name.label("name"), Deadline.kind, LENGTH, LENGTH_UNIT, Deadline.event_on, Deadline.legal_on,
            Task.path.label("step"), Task.process.label("step_part"), Task.version.label("step_version"),
            Task.element.label("step_element"), Task.number.label("task_number"),
            Task.revision.label("task_revision"), User.full_name.label("assignee"),
        )
        .select_from(urgent)
        .join(Task, and_(Task.case_id == urgent.c.case_id, Task.number == urgent.c.number))
        .join(Case, Case.id == Task.case_id)
        .join(Customer, Customer.id == Case.customer_id)
        .join(Deadline, and_(Deadline.case_id == Case.id, Deadline.name == Task.deadline, Deadline.state == "open",
                             Deadline.legal_on == Task.legal_on))
        .outerjoin(User, User.id == Task.assignee_id)
        .order_by(Task.legal_on, Case.id, Task.number)
    )  # fmt: skip
    seen = set()
    for row in connection.execute(statement):
        risk = Risk(**row._mapping)
        if (risk.case_id, risk.task_number) not in seen:  # two scopes of a case may have a deadline of one name and day
            seen.add((risk.case_id, risk.task_number))
            yield risk


def read_experience(sums: Sums) -> Experience:
    """How the deadlines went whose legal day was in the last year: from its first month to the last whole one.

    What was open after its legal day is late, whatever becomes of it.
    """
    experience, today = Experience(), sums.asked.today
    since = parts.month(today - timedelta(days=SPAN))
    until = parts.month(today) - timedelta(days=1)
    for measure, remember in (
        (Measure.STOOD_FROM, experience.opened), (Measure.STOOD_TO, experience.done),
    ):  # fmt: skip
        for (part, name, alike, step, state), left, n in sums.of(measure, ("about", "days"), since, until):
            remember((part, name, alike, step), left, missed=state != "met", n=n)
    return experience
