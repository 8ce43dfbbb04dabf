"""A process with a customer's plan: it is made within ten days, and renewed every month until it ends."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from engine.bundle import Bundle
from tasks.clock import run_until
from tasks.commands.cases import cancel_case, start_case
from tasks.commands.publishing import publish
from tasks.commands.work import complete
from tasks.moments import day
from tests.engine.drawing import flow, flows, folder, tasks
from tests.tasks.calling import STORY, whole
from tests.tasks.conftest import Town

RULES = """
[plan_made]
name = {fi = "Suunnitelma tehtävä", sv = "Planen ska göras", en = "Plan to be made"}
kind = "statutory"
binds = "authority"
anchor = "case.arrived_on"
event = {fi = "työnhaku alkoi", sv = "jobbsökningen började", en = "the job search began"}
unit = "days"
roll = "target"
shown_on = ["make"]
plan = "make"
statute = "681/2023 20 §"
rows = [{from = 2025-01-01, length = 10}]

[plan_renewed]
name = {fi = "Suunnitelma tarkistettava", sv = "Planen ska ses över", en = "Plan to be renewed"}
kind = "statutory"
binds = "authority"
anchor = "if renew.on != null then renew.on else make.on"
event = {fi = "suunnitelma tehtiin", sv = "planen gjordes", en = "the plan was made"}
unit = "days"
roll = "target"
shown_on = ["renew"]
renews_at = ["renew"]
plan = "renew"
statute = "681/2023 22 §"
rows = [{from = 2025-01-01, length = 30}]
"""


def planned(rules: str = RULES) -> Bundle:
    """The folder with these deadlines."""
    body = (
        '<startEvent id="s"/>' + tasks("make", "renew") + '<exclusiveGateway id="g" default="over"/><endEvent id="e"/>'
    )
    body += flows("s > make > renew > g") + flow("g", "renew", 'renew.note = "goes on"') + flow("g", "e", id="over")
    files: dict[str, bytes | str] = {f"forms/{step}.json": whole("note", "text") for step in ("make", "renew")}
    return folder(body, files={**files, "deadlines.toml": rules.encode()})


def published(town: Town, rules: str = RULES) -> None:
    """The folder is published as of today."""
    publish(town.database, STORY, [planned(rules)], author="olga", approver="oona", from_on=day(town.now), now=town.now)


def begun(town: Town, unit: str = "north") -> str:
    """The task of a new case in which the plan is made."""
    return start_case(
        town.database, STORY, process="example", message=None, answers={}, parties={"customer": town.customer},
        unit_id=town.unit(unit), now=town.now,
    ).task_ids[0]  # fmt: skip


def done(town: Town, task: str, note: str = "goes on") -> str:
    """The step is done; gives the task that renews the plan, or nothing at the end."""
    opened: Any = complete(town.database, STORY, task, answers={"note": note}, now=town.now).opened
    return opened[0] if opened else ""


def standing(town: Town) -> None:
    """Three plans that were made 41 days ago, one of them renewed since; one not made; one still to be made."""
    published(town)
    renewed = done(town, begun(town))
    for _ in range(2):
        done(town, begun(town))
    begun(town)
    town.pass_time(days=20)
    done(town, renewed)
    town.pass_time(days=21)
    begun(town)


def lived(town: Town, cases: int, days: int, seed: int = 5) -> None:
    """So many cases by chance: plans are made and renewed early or late, end, or are called off."""
    published(town)
    chance = random.Random(seed)
    arriving = sorted(chance.randrange(days) for _ in range(cases))
    standing: list[str] = []
    for on in range(days + 1):
        run_until(town.database, town.now)
        while arriving and arriving[0] == on:
            arriving.pop(0)
            standing.append(begun(town, chance.choice(["north", "north", "south"])))
        for task in list(standing):
            fate = chance.random()
            if fate >= 0.05:
                continue
            standing.remove(task)
            if fate < 0.003:
                cancel_case(town.database, STORY, int(task.split("-")[0]), reason="Peruttu", now=town.now)
            elif after := done(town, task, "goes on" if fate < 0.035 else "ends"):
                standing.append(after)
        if on < days:
            town.now += timedelta(days=1)
