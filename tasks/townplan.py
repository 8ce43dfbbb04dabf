"""What the demo's town plays: which stories, up to which step, and how they are moved so that today falls there."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Any

from engine.calendar import add_months, end_of_month
from engine.story import HELSINKI, Story, StoryStep
from tasks.keksila import FIRST_DAY
from tasks.synthetic import Example, example

SEED = 20250101
SATURDAY = 5
MOST_CASES = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One case to make: a story moved in time by `move`, played up to and with step number `last`.

    `waits_for` names what the case then waits for, or what has begun another case, when that is why it is made; one
    such case is enough. `unit` is where it is, by index, when that matters; in a case that is `left` nobody does what
    falls due.
    """

    story: Story
    last: int
    move: Callable[[date], date]
    waits_for: str = ""
    unit: int | None = None
    left: bool = False


def plans(stories: Sequence[Story], today: date, count: int) -> list[Plan]:
    """A fifth closed, one for each process that a process begins, then cases just before each kind of step (the
    processes in turn), then after each, then others: `count` and more.
    """
    chance = random.Random(SEED)
    standing = [(story, step) for story in stories for step in range(len(story.steps)) if _stands(story, step)]
    chance.shuffle(standing)
    # nobody plays the case that another began, so what was begun long ago is left to those who wait for something
    every = [(story, step) for story, step in standing if not _begun(story, step)]
    first: dict[str, tuple[Story, int]] = {}
    for story, step in every:
        first.setdefault(f"{story.process}/{story.steps[step].target}", (story, step))
    ends = [(story, step) for story, step in every if step == len(story.steps) - 1]
    closings = [(s, i) for s, i in every if s.steps[i].expect.get("outcome")]
    fifth = [closings[n % len(closings)] for n in range(count // 5)] if closings else []
    others = {(s.id, i): (s, i) for s, i in (*first.values(), *ends, *every)}
    chosen = [*first.values(), *(pair for pair in others.values() if pair not in first.values())]
    while chosen and len(chosen) < count:
        chosen.append(chance.choice(every))
    made = [_plan(story, step, today, chance) for story, step in fifth]
    made += [
        replace(plan, waits_for=begun)
        for begun, story, step in _beginning(standing)
        if (plan := _plan(story, step, today, chance)) is not None
    ]
    made += [_plan(story, step, today, chance, waiting=True) for story, step in _in_turn(_waiting(stories))]
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


def _begun(story: Story, last: int) -> bool:
    """Another case has begun by the end of this step."""
    return any(step.expect.get("started") for step in story.steps[: last + 1])


def _beginning(steps: Sequence[tuple[Story, int]]) -> list[tuple[str, Story, int]]:
    """The steps after which a linked case has just begun, with which process began what: one of each is enough.

    All of them, because the days of a story may not fit together in another month.
    """
    found = [
        (" > ".join((story.process, *begun)), story, step)
        for story, step in steps
        if (begun := story.steps[step].expect.get("started"))
    ]
    return sorted(found, key=lambda each: each[0])


def _in_turn(steps: Sequence[tuple[Story, int]]) -> list[tuple[Story, int]]:
    """The same with the processes taking turns, so that a small town has something of each."""
    by_process: dict[str, list[tuple[Story, int]]] = {}
    for pair in steps:
        by_process.setdefault(pair[0].process, []).append(pair)
    rounds = zip_longest(*by_process.values())
    return [pair for each in rounds for pair in each if pair is not None]


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
    if _begun(story, last) and not waiting:
        ago = min(ago, 3)  # nobody plays the case that it began: it has only just come
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


def resident(values: Mapping[str, Any], number: int, place: int, on: date) -> Example:
    """Who has this place among the parties of the town's `number`th case: two companies of one case are two."""
    return example(str(values["kind"]), number + place * MOST_CASES, today=on)


def moved(plan: Plan, number: int) -> Story:
    """The story on its new days, all days in its answers too; nothing is done on a day off that was not so before.

    Where an answer names a party by its code, it names the resident who takes the party's place.
    """
    steps: list[StoryStep] = []
    begins = _moment(plan.story.steps[0].at, plan.move).date()
    codes: dict[str, str] = {}
    for place, values in enumerate(plan.story.parties.values()):
        lives = resident(values, number, place, begins)
        for code in (values.get("identity_code"), values.get("business_id")):
            codes |= {str(code): lives.identity_code or lives.business_id} if code else {}
    for step in plan.story.steps:
        at, occurred = _moment(step.at, plan.move), _moment(step.occurred, plan.move)
        if steps:
            at = max(at, steps[-1].at + timedelta(minutes=1))
        steps.append(
            replace(
                step, at=at, occurred=min(occurred, at), data=_moved(step.data, plan.move, codes),
                target=_moved(step.target, plan.move, codes), who="" if step.who == "everyone" else step.who,
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


def _moved(value: Any, move: Callable[[date], date], codes: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _moved(item, move, codes) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, move, codes) for item in value]
    if isinstance(value, str):
        return codes.get(value, value)
    if isinstance(value, datetime):
        return datetime.combine(move(value.date()), value.time(), value.tzinfo)
    return move(value) if isinstance(value, date) else value
