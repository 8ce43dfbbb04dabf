"""An office that lives by chance: every day cases come in, are asked about, answered or not, handed on, set aside,
called off and decided, all through the real commands. Two units with tempers of their own, and a change of law on the
way: a longer time, which from then on runs until the decision.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from engine import bundle
from engine.bundle import Bundle
from tasks.actor import Actor
from tasks.arrival import Incoming
from tasks.clock import run_until
from tasks.commands import arrivals, cases, customers, people, publishing, work
from tasks.errors import TasksError
from tasks.moments import day
from tests.tasks.conftest import BUNDLES, HOUSE, Town

CUSTOMERS = 40
DAY = timedelta(days=1)
WILL = {"check": 0.11, "go_on": 0.25, "decide": 0.16}
"""how likely somebody does an open task on a day"""
TEMPER = {"north": 1.0, "south": 0.6}
COMPLETE, ANSWERED, CALLED_OFF, SET_ASIDE, TAKEN = 0.7, 0.09, 0.002, 0.01, 0.08
"""how likely an application is complete, a request is answered on a day, a case is called off, a task is set aside, or
taken by somebody who does not do it yet"""
CLERK = {"north": ("vilma", "kalle"), "south": ("saara",)}


@dataclass
class Lives:
    """So many cases that arrive evenly over so many days, and what becomes of them day by day."""

    town: Town
    cases: int
    days: int
    seed: int = 7
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def go(self, each_evening: Callable[[int], None] = lambda on: None) -> None:
        """Live from the first day to the last; then the clock stands there."""
        change_on = day(self.town.now) + timedelta(days=self.days // 2)
        _publish(self.town, by_law())
        ids = list(_settle(self.town))
        arriving = sorted(self.chance.randrange(self.days) for _ in range(self.cases))
        for on in range(self.days + 1):
            if day(self.town.now) == change_on:
                _publish(self.town, longer(change_on))
            run_until(self.town.database, self.town.now)
            while arriving and arriving[0] == on:
                arriving.pop(0)
                self._arrive(self.chance.choice(ids))
            self._work()
            self._answer()
            each_evening(on)
            if on < self.days:
                self.town.pass_time(days=1)

    def _arrive(self, customer: int) -> None:
        unit = "north" if self.chance.random() < 0.6 else "south"
        self.town.start(
            unit_id=self.town.unit(unit), actor=self.town.user(CLERK[unit][0]), parties={"applicant": customer}
        )

    def _work(self) -> None:
        for row in self.town.rows(_OPEN):
            unit, task = row.code, f"{row.case_id}-{row.number}"
            who = "paula" if row.element == "decide" else row.name or self.chance.choice(CLERK[unit])
            if row.hold_until is not None:
                continue
            fate = self.chance.random()
            will = WILL[row.element] * TEMPER[unit]
            # nobody decides what they checked themselves: the house says no, and the day goes on
            with suppress(TasksError):
                if fate < will:
                    self.town.complete(who, task, self._answers(row.element))
                elif fate < will + CALLED_OFF:
                    actor = self.town.user(CLERK[unit][0])
                    cases.cancel_case(self.town.database, actor, row.case_id, reason="Peruttu", now=self.town.now)
                elif fate < will + CALLED_OFF + SET_ASIDE:
                    until = day(self.town.now) + timedelta(days=self.chance.randrange(1, 9))
                    work.hold(
                        self.town.database, self.town.user(who), task, until=until, reason="Odottaa", now=self.town.now
                    )
                elif row.name is None and fate < will + CALLED_OFF + SET_ASIDE + TAKEN:
                    work.claim(self.town.database, self.town.user(who), task, now=self.town.now)

    def _answers(self, element: str) -> Mapping[str, Any]:
        if element == "check":
            return {"complete": "true" if self.chance.random() < COMPLETE else "false"}
        return {"approved": self.chance.choice(["true", "false"])} if element == "decide" else {"note": "Jatketaan"}

    def _answer(self) -> None:
        register = Actor(self.town.user("liisa").user_id, "register", "api")
        for (case_id,) in self.town.rows(_ASKED):
            if self.chance.random() < ANSWERED:
                message = Incoming(
                    id=f"{case_id}-{self.town.now:%y%m%d}", name="reply", payload={"text": "Tässä"},
                    correlation={"case": str(case_id)},
                )  # fmt: skip
                arrivals.deliver_message(self.town.database, register, message, now=self.town.now)


_OPEN = (
    "SELECT t.case_id, t.number, t.element, t.hold_until, u.code, p.name FROM tasks t JOIN units u ON u.id = t.unit_id"
    " LEFT JOIN users p ON p.id = t.assignee_id WHERE t.state = 'open' ORDER BY t.case_id, t.number"
)
_ASKED = "SELECT case_id FROM subscriptions WHERE message = 'reply' ORDER BY case_id"


def _settle(town: Town) -> Iterable[int]:
    """The people that the chance needs: a maker of decisions for both units, and customers."""
    for user, role in (("paula", "decision_maker"), ("liisa", "integration")):
        people.add_role(
            town.database, HOUSE, user_id=town.user(user).user_id or 0, role=role,
            work_roles=["decision_maker"] if user == "paula" else [], units=[town.unit("south")], now=town.now,
        )  # fmt: skip
    for number in range(CUSTOMERS):
        made = customers.create_customer(
            town.database, HOUSE, kind="person", name=f"Essi Esimerkki {number}", now=town.now
        )  # fmt: skip
        yield made


def _publish(town: Town, permit: Bundle) -> None:
    publishing.publish(
        town.database, HOUSE, [permit], author="olga", approver="oona", from_on=day(town.now), now=town.now
    )


def by_law() -> Bundle:
    """The permit whose time to check is one of law."""
    return _permit('kind = "target"', 'kind = "statutory"')


def longer(from_on: date) -> Bundle:
    """The same with a longer time from a day on, which runs until the decision."""
    shown = 'kind = "statutory"\nshown_on = ["check", "wait_reply", "go_on", "decide"]\nstops_at = ["decide"]'
    return _permit(
        'kind = "target"',
        shown,
        "length = 14}]",
        f"length = 14, to = {from_on - DAY}}}, {{from = {from_on}, length = 21}}]",
    )


def _permit(*changes: str) -> Bundle:
    files = dict(bundle.read(BUNDLES / "permit").files)
    told = files["deadlines.toml"].decode()
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        told = told.replace(old, new, 1)
    return bundle.read(bundle.pack(files | {"deadlines.toml": told.encode()}))
