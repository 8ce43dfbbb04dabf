"""The demo's town: an employment area with its people, and a few hundred cases in every state, dated around today.

Nothing is written by hand: every case is a story of its process folder, moved in time so that today falls between two
of its steps, with made-up customers, and played through the real commands on a virtual clock.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text

from engine.bundle import Bundle
from engine.calendar import add_months, end_of_month
from engine.errors import EngineError
from engine.story import HELSINKI, Story, StoryStep, read_story
from tasks import access, mailroom
from tasks.actor import Actor
from tasks.clock import run_until
from tasks.commands.customers import create_customer
from tasks.commands.people import add_municipality, add_unit
from tasks.commands.publishing import publish
from tasks.commands.remarks import comment
from tasks.commands.work import claim, hold, save_draft
from tasks.db import Database
from tasks.errors import TasksError
from tasks.keksila import FIRST_DAY, OPENED, employ, establish
from tasks.office import keep_up, live
from tasks.player import Player
from tasks.stage import Stage
from tasks.strays import send_strays
from tasks.synthetic import example

HOUSE = Actor(None, "demo", "cli")
SEED = 20250101
SATURDAY = 5
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


CASEWORK = ("grant_officer", "employment_expert", "payment_officer", "benefit_expert")
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


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to make: a story moved in time by `move`, played up to and with step number `last`.

    `waits_for` names what the case then waits for, when that is why it is made; one such case is enough.
    """

    story: Story
    last: int
    move: Callable[[date], date]
    waits_for: str = ""


def plans(stories: Sequence[Story], today: date, count: int) -> list[Plan]:
    """A fifth closed, then cases just before each kind of step, then after each, then others: `count` and more."""
    chance = random.Random(SEED)
    every = [(story, step) for story in stories for step in range(len(story.steps)) if _stands(story, step)]
    chance.shuffle(every)
    first: dict[str, tuple[Story, int]] = {}
    for story, step in every:
        first.setdefault(f"{story.process}/{story.steps[step].target}", (story, step))
    ends = [(story, len(story.steps) - 1) for story in stories if _stands(story, len(story.steps) - 1)]
    closings = [(s, i) for s, i in every if s.steps[i].expect.get("outcome")]
    fifth = [closings[n % len(closings)] for n in range(count // 5)] if closings else []
    others = {(s.id, i): (s, i) for s, i in (*first.values(), *ends, *every)}
    chosen = [*first.values(), *(pair for pair in others.values() if pair not in first.values())]
    while chosen and len(chosen) < count:
        chosen.append(chance.choice(every))
    made = [_plan(story, step, today, chance) for story, step in fifth]
    made += [_plan(story, step, today, chance, waiting=True) for story, step in _waiting(stories)]
    made += [_plan(story, step, today, chance) for story, step in chosen]
    return [plan for plan in made if plan]


def _waiting(stories: Sequence[Story]) -> list[tuple[Story, int]]:
    """The step before each task that is done and each message that comes, in every story."""
    return [
        (story, step)
        for story in stories
        for step, following in enumerate(story.steps[1:])
        if following.action in ("do", "message") and not following.refused
        and not any(each.action == "publish" for each in story.steps[: step + 1])
    ]  # fmt: skip


def _stands(story: Story, last: int) -> bool:
    """A case can stand after this step: it did something or is the end, and nothing before it changed the law."""
    acts = [step.action for step in story.steps[: last + 1]]
    return (bool(acts[-1]) or last + 1 == len(story.steps)) and "publish" not in acts


def _plan(story: Story, last: int, today: date, chance: random.Random, waiting: bool = False) -> Plan | None:
    """Today comes between this step and the next (`waiting`: on the day of the next), or soon after the last one.

    None when it begins before the law.
    """
    at = _day(story.steps[last].at)
    if last + 1 == len(story.steps):
        # what has ended stays in sight for some months; what nobody went on with is not left lying for so long
        ago = chance.randint(0, 120 if story.steps[last].expect.get("outcome") else 10)
    else:
        room = (_day(story.steps[last + 1].at) - at).days
        ago = room if waiting else int(chance.triangular(0, min(60, max(3, room)), 0))
    wanted = _working(today - timedelta(days=ago))
    move = _months(at, wanted) if _month_bound(story, last) else _shift(wanted - at)
    waits_for = f"{story.process}/{story.steps[last + 1].target}" if waiting else ""
    told = [day for step in story.steps[: last + 1] for day in _days(step.data) if day >= FIRST_DAY]
    first = min([_day(story.steps[0].at), *told])  # a payment of ten years ago, say: no rule here is that old
    return Plan(story, last, move, waits_for) if move(first) >= FIRST_DAY else None


def _working(day: date) -> date:
    """The day, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def _shift(by: timedelta) -> Callable[[date], date]:
    """Every day by the same time."""
    return lambda day: day + by


def _months(at: date, wanted: date) -> Callable[[date], date]:
    """Whole months: the first and the last day of a month stay such."""
    months = (wanted.year - at.year) * 12 + wanted.month - at.month
    if add_months(at, months) > wanted:
        months -= 1

    def move(day: date) -> date:
        moved = add_months(day, months)
        return end_of_month(moved) if day == end_of_month(day) else moved

    return move


def _month_bound(story: Story, last: int) -> bool:
    """The answers so far hold last days of months, as payment periods do."""
    days = [day for step in story.steps[: last + 1] for day in _days(step.data)]
    return any(day == end_of_month(day) for day in days)


def _days(value: Any) -> list[date]:
    if isinstance(value, Mapping):
        return [day for item in value.values() for day in _days(item)]
    if isinstance(value, list):
        return [day for item in value for day in _days(item)]
    if isinstance(value, datetime):
        return [value.date()]
    return [value] if isinstance(value, date) else []


def _day(moment: datetime) -> date:
    return moment.astimezone(HELSINKI).date()


def fill(town: Town, bundles: Sequence[Bundle], now: datetime, count: int, progress: Progress) -> int:
    """Play the town's cases; gives how many there are. A step that does not fit its new days ends its case's play."""
    stories = [read_story(id, source) for bundle in bundles for id, source in sorted(bundle.stories.items())]
    made, waits = 0, set()
    for plan in plans(stories, now.astimezone(HELSINKI).date(), count):
        if made == count or plan.waits_for in waits:
            continue
        if _play(town, plan, made, now) and plan.waits_for:
            waits.add(plan.waits_for)
        made += 1
        progress(made, count)
    run_until(town.database, now)
    _busy(town, now)
    send_strays(town.database, now)
    return made


def _play(town: Town, plan: Plan, number: int, now: datetime) -> bool:
    """Whether every step could be done: the days of a story may not fit together in another month."""
    unit = 0 if number % 3 else 1
    stage = Stage(town.database, town.area_id, town.units[unit], _crew(town, unit, number))
    player = Resident(stage, moved(plan, number))
    whole = True
    for step in player.story.steps[: plan.last + 1]:
        whole = step.at <= now
        if not whole:
            break
        try:
            live(stage, player.case_id, step.at, now)
            if step.action and not step.refused:
                player.act(step)
        except (TasksError, EngineError):
            if player.case_id is None:
                raise  # a step may not fit its new days, but every case starts
            whole = False
            break
    if player.case_id is not None and number % ONE_LATE_IN:
        later, since = player.story.steps[plan.last + 1 :], player.story.steps[plan.last].at
        keep_up(stage, player.case_id, later, since, now, player.act)
    live(stage, player.case_id, now, now)
    return whole


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

    def act(self, step: StoryStep) -> None:
        """Do one step."""
        self._act(step)

    def _customer(self, values: Mapping[str, Any], at: datetime) -> int:
        number = int(self.story.id.rsplit("#", 1)[1])
        made = example(str(values["kind"]), number, today=at.date())
        kept = {key: values[key] for key in ("channel", "authority", "protected") if key in values}
        street, _, town = made.address.partition(", ")
        code, _, office = town.partition(" ")
        return create_customer(
            self.stage.database, HOUSE, kind=made.kind, name=made.name, language=made.language, now=at,
            identity_code=made.identity_code or None, business_id=made.business_id or None,
            address={"street": street, "postal_code": code, "city": office},
            **({"protected": number % 40 == 0 and made.kind == "person"} | kept),
        )  # fmt: skip


def moved(plan: Plan, number: int) -> Story:
    """The story on its new days, all days in its answers too; nothing is done on a day off that was not so before."""
    steps: list[StoryStep] = []
    for step in plan.story.steps:
        at, occurred = _moment(step.at, plan.move), _moment(step.occurred, plan.move)
        if steps:
            at = max(at, steps[-1].at + timedelta(minutes=1))
        steps.append(
            replace(
                step, at=at, occurred=min(occurred, at), data=_moved(step.data, plan.move),
                target=_moved(step.target, plan.move), who="" if step.who == "everyone" else step.who,
            )
        )  # fmt: skip
    return replace(plan.story, id=f"{plan.story.id}#{number}", steps=tuple(steps))


def _moment(moment: datetime, move: Callable[[date], date]) -> datetime:
    """The same local time of day on the moved day; from Saturday and Sunday on to Monday."""
    local = moment.astimezone(HELSINKI)
    day = move(local.date())
    if day.weekday() >= SATURDAY > local.weekday():
        day += timedelta(days=7 - day.weekday())
    return datetime.combine(day, local.time(), HELSINKI)


def _moved(value: Any, move: Callable[[date], date]) -> Any:
    if isinstance(value, Mapping):
        return {key: _moved(item, move) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, move) for item in value]
    if isinstance(value, datetime):
        return datetime.combine(move(value.date()), value.time(), value.tzinfo)
    return move(value) if isinstance(value, date) else value


def _busy(town: Town, now: datetime) -> None:
    """Some tasks are taken, begun, set aside or talked about, as in any office; older reminders have been seen."""
    chance = random.Random(SEED)
    caseworkers = [town.people[citizen.name] for citizen in PEOPLE if citizen.role in access.CASEWORK]
    mailroom.look(town.database, caseworkers, now)
    with town.database.read() as connection:
        rows = connection.execute(
            text("SELECT case_id, number, role, unit_id FROM tasks WHERE state = 'open' ORDER BY case_id, number")
        ).all()
    for row in rows:
        crew = _crew(town, town.units.index(row.unit_id), chance.randint(0, 1))
        actor, task, dice = crew.get(row.role), f"{row.case_id}-{row.number}", chance.random()
        if actor is None:
            continue
        try:
            if dice < 0.35:
                claim(town.database, actor, task, now=now - timedelta(hours=chance.randint(1, 90)))
            if dice < 0.06:
                save_draft(town.database, actor, task, draft={"reasons": "Kesken"}, now=now - timedelta(hours=1))
            if 0.35 < dice < 0.40:
                until = now.astimezone(HELSINKI).date() + timedelta(days=chance.randint(1, 12))
                hold(town.database, actor, task, until=until, reason="Odotetaan vastinetta", now=now)
            if chance.random() < 0.15:
                comment(town.database, actor, row.case_id, text=chance.choice(NOTES), now=now - timedelta(hours=2))
        except TasksError:
            continue
