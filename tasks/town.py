"""The demo's town: an employment area with its people, and a few hundred cases in every state, dated around today.

Nothing is written by hand: every case is a story of its process folder, moved in time so that today falls between two
of its steps, with made-up customers, and played through the real commands on a virtual clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from engine.bundle import Bundle
from engine.errors import EngineError
from engine.story import HELSINKI, StoryStep, read_story
from tasks import access, bottleneck, mailroom
from tasks.actor import Actor
from tasks.clock import begin_linked, run_until
from tasks.commands.customers import create_customer
from tasks.commands.people import add_municipality, add_unit
from tasks.commands.publishing import publish
from tasks.commands.remarks import comment
from tasks.commands.work import claim, hold, save_draft
from tasks.db import Database
from tasks.errors import TasksError
from tasks.keksila import FIRST_DAY, OPENED, employ, establish
from tasks.moments import read_moment
from tasks.office import keep_up, live
from tasks.player import Player
from tasks.stage import Stage
from tasks.strays import send_strays
from tasks.townplan import SEED, Plan, moved, plans, resident

HOUSE = Actor(None, "demo", "cli")
ONE_LATE_IN = 8
"""cases: in one of so many, nobody does in time what falls due"""


@dataclass(frozen=True, slots=True)
class Citizen:
    """A demo user: sign-in name, full name, title, access role, work roles, and the units (None: all)."""

    name: str
    full_name: str
    title: str
    role: str
    work_roles: tuple[str, ...]
    units: tuple[int, ...] | None


CASEWORK = (
    "grant_officer", "employment_expert", "employer_expert", "payment_officer", "benefit_expert",
    "procurement_officer", "guidance_psychologist",
)  # fmt: skip
PEOPLE = (
    Citizen("kaisa.kasittelija", "Kaisa Käsittelijä", "asiantuntija", "caseworker", CASEWORK, (0,)),
    Citizen("kalle.kasittelija", "Kalle Käsittelijä", "asiantuntija", "caseworker", CASEWORK, (0,)),
    Citizen("stina.handlaggare", "Stina Handläggare", "sakkunnig", "caseworker", CASEWORK, (1,)),
    Citizen("raija.ratkaisija", "Raija Ratkaisija", "palvelupäällikkö", "decision_maker", ("decision_maker",), None),
    Citizen(
        "hannu.hyvaksyja", "Hannu Hyväksyjä", "talousasiantuntija", "payment_approver", ("payment_approver",), None
    ),
    Citizen("eeva.esihenkilo", "Eeva Esihenkilö", "yksikön päällikkö", "supervisor", ("supervisor",), None),
    Citizen("olga.omistaja", "Olga Omistaja", "prosessin omistaja", "process_owner", (), None),
    Citizen("oskari.omistaja", "Oskari Omistaja", "prosessin omistaja", "process_owner", (), None),
    Citizen("ylermi.yllapitaja", "Ylermi Ylläpitäjä", "ylläpitäjä", "operator", (), None),
    Citizen("taina.tarkastaja", "Taina Tarkastaja", "sisäinen tarkastaja", "auditor", (), None),
)
UNITS = (
    ("keskusta", {"fi": "Keksilän keskusta", "sv": "Keksilä centrum", "en": "Keksilä centre"}),
    ("rannikko", {"fi": "Rannikon toimipiste", "sv": "Kustens verksamhetsställe", "en": "Coastal office"}),
)
NOTES = (
    "Soitin hakijalle, palaa asiaan ensi viikolla.", "Odotetaan vielä tilinpäätöstä.", "Liitteet tarkistettu.",
    "Työnantaja pyysi puheluun aamupäivällä.", "Arvo ringde och frågade om tidtabellen.",
)  # fmt: skip

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Town:
    """The furnished database: units by index and people by name."""

    database: Database
    area_id: int
    units: tuple[int, ...]
    people: Mapping[str, Actor]


def furnish(database: Database, bundles: Sequence[Bundle]) -> Town:
    """Make the area, its municipalities, units and people, and publish the folders. The schema must be there."""
    area = establish(database, HOUSE)
    for code, fi, sv, responsible in (("990", "Keksilä", "Keksilä", True), ("991", "Mallila", "Mallböle", False)):
        names = {"fi": fi, "sv": sv, "en": fi}
        add_municipality(database, HOUSE, code=code, name=names, area_id=area, now=OPENED, responsible=responsible)
    units = tuple(add_unit(database, HOUSE, code=c, name=n, area_id=area, now=OPENED) for c, n in UNITS)
    people = {citizen.name: _citizen(database, citizen, units) for citizen in PEOPLE}
    publish(database, HOUSE, bundles, author="olga.omistaja", approver="eeva.esihenkilo", from_on=FIRST_DAY, now=OPENED)
    return Town(database, area, units, people)


def _citizen(database: Database, citizen: Citizen, units: Sequence[int]) -> Actor:
    user = employ(
        database, HOUSE, name=citizen.name, full_name=citizen.full_name, title=citizen.title,
        language="sv" if citizen.title == "sakkunnig" else "fi", roles={citizen.role: citizen.work_roles},
        units=None if citizen.units is None else [units[i] for i in citizen.units],
    )  # fmt: skip
    return Actor(user, citizen.full_name, "web")


def fill(town: Town, bundles: Sequence[Bundle], now: datetime, count: int, progress: Progress) -> int:
    """Play the town's cases; gives how many there are. A step that does not fit its new days ends its case's play."""
    every = [read_story(id, source) for bundle in bundles for id, source in sorted(bundle.stories.items())]
    processes = {bundle.process for bundle in bundles if bundle.kind == "process"}
    stories = [story for story in every if story.process in processes]  # nobody has a case of a part by itself
    made, waits, today = 0, set(), now.astimezone(HELSINKI).date()
    for plan in (*bottleneck.plans(stories, today), *plans(stories, today, count)):
        if made == count or plan.waits_for in waits:
            continue
        if _play(town, plan, made, now) and plan.waits_for:
            waits.add(plan.waits_for)
        made += 1
        progress(made, count)
    run_until(town.database, now)
    _busy(town, now)
    bottleneck.settle([_stage(town, unit, 0) for unit in range(len(UNITS))], now)
    send_strays(town.database, now)
    return made


def _play(town: Town, plan: Plan, number: int, now: datetime) -> bool:
    """Whether every step could be done: the days of a story may not fit together in another month."""
    stage = _stage(town, (0 if number % 3 else 1) if plan.unit is None else plan.unit, number)
    player = Resident(stage, moved(plan, number))
    whole = True
    for step in player.story.steps[: plan.last + 1]:
        whole = step.at <= now
        if not whole:
            break
        try:
            live(stage, player.main_id, step.at, now)
            if step.action and not step.refused:
                player.act(step)
        except (TasksError, EngineError):
            if player.main_id is None:
                raise  # a step may not fit its new days, but every case starts
            whole = False
            break
    if number % ONE_LATE_IN and not plan.left:
        _keep_up(player, plan.last, now)
    live(stage, player.main_id, now, now)
    return whole


def _keep_up(player: Resident, last: int, now: datetime) -> None:
    """Do what falls due in the story's case, and in the cases that began from it, and in theirs."""
    following = player.story.steps[last + 1 :]
    database, known = player.stage.database, set()
    reached = [(player.main_id, "", player.story.steps[last].at)]
    while reached:
        player.case_id, process, since = reached.pop()
        if player.case_id is None or player.case_id in known:
            continue
        known.add(player.case_id)
        later = tuple(step for step in following if step.inside == process)
        keep_up(player.stage, player.case_id, later, since, now, player.act)
        with database.read() as connection:
            begun = connection.execute(_BEGUN, {"case": player.case_id}).all()
        # the story tells of a case that began no more than what it does there: the rest goes on from then
        reached += [(row.id, row.process, read_moment(row.told) or since) for row in begun]


_BEGUN = text(
    "SELECT c.id, c.process, (SELECT max(e.at) FROM events e WHERE e.case_id = c.id) AS told"
    " FROM links l JOIN cases c ON c.id = l.case_id WHERE l.from_case_id = :case"
)


def _stage(town: Town, unit: int, number: int) -> Stage:
    return Stage(town.database, town.area_id, town.units[unit], _crew(town, unit, number))


def _crew(town: Town, unit: int, number: int) -> dict[str, Actor]:
    """Who does what in this case: the story's people by role are the town's people."""
    first = ("stina.handlaggare",) if unit else ("kaisa.kasittelija", "kalle.kasittelija")
    caseworker = town.people[first[number % len(first)]]
    crew = dict.fromkeys(CASEWORK, caseworker) | {f"{role}_2": caseworker for role in CASEWORK}
    crew |= {"everyone": caseworker, "supervisor": town.people["eeva.esihenkilo"]}
    crew |= dict.fromkeys(("decision_maker", "decision_maker_2"), town.people["raija.ratkaisija"])
    crew |= dict.fromkeys(("payment_approver", "payment_approver_2"), town.people["hannu.hyvaksyja"])
    return crew


class Resident(Player):
    """A player whose parties are made-up residents of the town."""

    residents = 0
    """how many of them the case has brought already: two companies of one case are two"""

    def act(self, step: StoryStep) -> None:
        """Do one step in its own case or in one that began from it; what it begins has then begun."""
        if step.inside:
            self.case_id = self._about(step)
        self._act(step)
        begin_linked(self.stage.database, step.at)

    def _customer(self, values: Mapping[str, Any], at: datetime) -> int:
        number = int(self.story.id.rsplit("#", 1)[1])
        made = resident(values, number, self.residents, at.date())
        self.residents += 1
        kept = {key: values[key] for key in ("channel", "authority", "protected") if key in values}
        street, _, town = made.address.partition(", ")
        code, _, office = town.partition(" ")
        return create_customer(
            self.stage.database, HOUSE, kind=made.kind, name=made.name, language=made.language, now=at,
            identity_code=made.identity_code or None, business_id=made.business_id or None,
            address={"street": street, "postal_code": code, "city": office},
            **({"protected": number % 40 == 0 and made.kind == "person"} | kept),
        )  # fmt: skip


_OPEN = text(
    "SELECT case_id, number, role, unit_id, process, element, opened_at FROM tasks WHERE state = 'open'"
    " ORDER BY case_id, number"
)


def _busy(town: Town, now: datetime) -> None:
    """Some tasks are taken, begun, set aside or talked about, as in any office; older reminders have been seen."""
    chance = random.Random(SEED)
    caseworkers = [town.people[citizen.name] for citizen in PEOPLE if citizen.role in access.CASEWORK]
    mailroom.look(town.database, caseworkers, now)
    with town.database.read() as connection:
        rows = connection.execute(_OPEN).all()
    for row in rows:
        crew = _crew(town, town.units.index(row.unit_id), chance.randint(0, 1))
        actor, task, dice = crew.get(row.role), f"{row.case_id}-{row.number}", chance.random()
        if actor is None or bottleneck.waits(row.process, row.element):
            continue
        opened = read_moment(row.opened_at) or now
        try:
            if dice < 0.35:
                claim(town.database, actor, task, now=max(opened, now - timedelta(hours=chance.randint(1, 90))))
            if dice < 0.06:
                save_draft(town.database, actor, task, draft={"reasons": "Kesken"}, now=now - timedelta(hours=1))
            if 0.35 < dice < 0.40:
                until = now.astimezone(HELSINKI).date() + timedelta(days=chance.randint(1, 12))
                hold(town.database, actor, task, until=until, reason="Odotetaan vastinetta", now=now)
            if chance.random() < 0.15:
                told = max(opened, now - timedelta(hours=2))
                comment(town.database, actor, row.case_id, text=chance.choice(NOTES), now=told)
        except TasksError:
            continue
