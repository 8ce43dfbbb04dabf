"""People choose the next step of an ad-hoc sub-process: who may, what is recorded, and what the second one is told."""

from __future__ import annotations

import re
from datetime import date

import pytest

from engine import bundle, story
from engine.bundle import Bundle
from tasks.commands import publishing, work
from tasks.commands.cases import start_case
from tasks.errors import Forbidden, InvalidValue, Stale, WrongState
from tasks.player import Player
from tasks.queries.task import desk
from tasks.stage import prepare, throw_away
from tests.tasks.conftest import BUNDLES, HOUSE

MONTH = re.compile("<bpmn:timerEventDefinition>.*</bpmn:timerEventDefinition>")
UNTIL = "<bpmn:completionCondition>home_visit.note = &quot;enough&quot;</bpmn:completionCondition>"


def guidance(until: str = "", late: str = "") -> Bundle:
    """A process in which people choose between a visit, with a report after it, and a call, for thirty days."""
    files = dict(bundle.read(BUNDLES / "guidance").files)
    drawn = files["guidance.bpmn"].decode().replace("</bpmn:adHocSubProcess>", f"{until}</bpmn:adHocSubProcess>")
    files["guidance.bpmn"] = (MONTH.sub(late, drawn) if late else drawn).encode()
    return bundle.read(bundle.pack(files))


def begin(town, until: str = "", late: str = "") -> str:
    """Publish it and start a case that stands in the choice; the task's id."""
    publishing.publish(
        town.database,
        HOUSE,
        [guidance(until, late)],
        author="olga",
        approver="oona",
        from_on=date(2026, 1, 1),
        now=town.now,
    )
    started = start_case(
        town.database, town.user("vilma"), process="guidance", message="application", answers={"note": "x"},
        parties={"applicant": town.customer}, unit_id=town.unit("north"), now=town.now,
    )  # fmt: skip
    return started.task_ids[0]


@pytest.fixture
def begun(town) -> str:
    return begin(town)


def pick(town, who: str, task: str, element: str, **more: int) -> work.Completed:
    return work.pick(town.database, town.user(who), task, element=element, now=town.now, **more)


def test_choosing_opens_the_step_and_leaves_the_choice_open(town, begun: str) -> None:
    opened = pick(town, "vilma", begun, "home_visit").opened
    assert town.rows("SELECT path, state FROM tasks ORDER BY number") == [("support", "open"), ("home_visit", "open")]
    town.complete("vilma", opened[0], {"note": "x"})
    pick(town, "kalle", begun, "home_visit")
    assert [row.path for row in town.rows("SELECT path FROM tasks WHERE state = 'open' ORDER BY number")] == [
        "support", "report", "home_visit",
    ]  # fmt: skip


def test_the_history_tells_who_chose_what(town, begun: str) -> None:
    pick(town, "kalle", begun, "phone_call")
    row = town.rows("SELECT actor, path, task_number FROM events WHERE kind = 'step_chosen'")[0]
    assert (row.actor, row.path, row.task_number) == ("kalle", "phone_call", 1)


def test_only_those_with_the_role_of_its_lane_choose(town, begun: str) -> None:
    with pytest.raises(Forbidden, match="other_unit"):
        pick(town, "saara", begun, "home_visit")
    with pytest.raises(Forbidden):
        pick(town, "paula", begun, "home_visit")


def test_choosing_twice_from_one_page_is_refused(town, begun: str) -> None:
    pick(town, "vilma", begun, "home_visit", version=1)
    with pytest.raises(Stale, match="vilma changed this"):
        pick(town, "vilma", begun, "home_visit", version=1)


@pytest.mark.parametrize("element", ["report", "closing", "nothing"])
def test_what_is_not_offered_is_refused_and_changes_nothing(town, begun: str, element: str) -> None:
    with pytest.raises(WrongState, match="not offered"):
        pick(town, "vilma", begun, element)
    assert town.value("SELECT revision FROM tasks") == 1


def test_a_form_task_is_no_choice(town, begun: str) -> None:
    opened = pick(town, "vilma", begun, "home_visit").opened
    with pytest.raises(WrongState, match="not offered"):
        pick(town, "vilma", opened[0], "phone_call")


def test_completing_the_choice_ends_it_and_takes_no_answers(town, begun: str) -> None:
    pick(town, "vilma", begun, "home_visit")
    with pytest.raises(InvalidValue):
        town.complete("vilma", begun, {"note": "x"})
    town.complete("vilma", begun, {})
    rows = town.rows("SELECT path, state FROM tasks ORDER BY number")
    assert rows == [("support", "completed"), ("home_visit", "withdrawn"), ("closing", "open")]


def test_where_a_condition_ends_it_nobody_else_does(town) -> None:
    task = begin(town, UNTIL)
    with pytest.raises(WrongState, match="ends when"):
        town.complete("vilma", task, {})
    town.complete("vilma", pick(town, "vilma", task, "home_visit").opened[0], {"note": "enough"})
    assert town.value("SELECT path FROM tasks WHERE state = 'open'") == "closing"


def test_a_page_reads_what_is_offered(town, begun: str) -> None:
    with town.database.read() as connection:
        found = desk(connection, town.database, town.user("vilma"), begun, town.now).choice
    assert found is not None
    assert (found.offers, found.ends, found.working) == (("home_visit", "phone_call"), True, 0)


def test_a_story_chooses_steps() -> None:
    when = date(2026, 3, 2)
    source = {
        "process": "guidance",
        "parties": {"applicant": {"name": "Esimerkki", "kind": "person", "identity_code": "131052-308T"}},
        "steps": [
            {"at": when, "start": "application", "expect": {"open": ["support"]}},
            {"at": when, "pick": "report", "refused": "wrong_state"},
            {
                "at": when,
                "pick": "home_visit",
                "expect": {"open": ["support", "home_visit"], "events": ["step_chosen"]},
            },
            {"at": when, "do": "support", "expect": {"open": ["closing"]}},
        ],
    }
    with throw_away(None) as database:
        played = Player(prepare(database, [guidance()]), story.read_story("s", source)).play()
    assert played.failures == ()
    assert played.visited >= {"support", "home_visit"}
