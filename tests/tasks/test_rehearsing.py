"""All stories of a draft are played beside the published folders, in a process that can be ended; a worker does it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from tasks.clock import Worker
from tasks.commands import drafts, rehearsing, reviewing
from tasks.commands.publishing import publish
from tasks.errors import Forbidden, InvalidValue, NotPublishable, WrongState
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.tasks.test_drafts import begin, kinds, save, step, swap

STORY = """name = "Lupa"
process = "permit"
text = "Hakemus tarkistetaan."
[parties]
applicant = {name = "Sami Esimerkki", kind = "person", identity_code = "131052-308T"}
[[steps]]
at = 2026-02-09T10:00:00
start = "application"
channel = "e_service"
data = {reason = "Työpaja"}
expect = {open = ["check"]}
"""
WRONG = STORY.replace('open = ["check"]', 'open = ["decide"]')
ENDLESS = STORY + "[[steps]]\nat = 2999-01-01\n"


def with_stories(town: Town, **stories: str) -> int:
    draft = begin(town)
    for name, story in stories.items():
        save(town, draft, f"stories/{name}.toml", story.encode())
    return draft


def order(town: Town, draft: int, who: str = "olga") -> int:
    return rehearsing.order(town.database, town.user(who), draft, now=town.now)


def play(town: Town, **limits: float) -> int:
    return rehearsing.carry_on(town.database, lambda: town.now, **limits)


def states(town: Town, rehearsal: int) -> dict[str, str]:
    rows = town.rows("SELECT story, state FROM rehearsed_stories WHERE rehearsal_id = :r", r=rehearsal)
    return {row.story: row.state for row in rows}


def state(town: Town, rehearsal: int) -> str:
    return str(town.value("SELECT state FROM rehearsals WHERE id = :r", r=rehearsal))


def test_every_story_is_played_with_its_result_and_the_coverage(town) -> None:
    draft = with_stories(town, good=STORY, wrong=WRONG)
    found = order(town, draft)
    assert (state(town, found), states(town, found)) == ("waiting", {"good": "waiting", "wrong": "waiting"})
    assert play(town) == 1
    assert (state(town, found), states(town, found)) == ("finished", {"good": "passed", "wrong": "failed"})
    (row,) = town.rows("SELECT failures, content FROM rehearsed_stories s JOIN rehearsals r ON r.id = s.rehearsal_id"
                       " WHERE story = 'wrong'")  # fmt: skip
    assert "decide" in str(row.failures)
    assert row.content is None
    assert '"visited"' in str(town.value("SELECT coverage FROM rehearsals")).replace("'", '"')
    assert town.value("SELECT count(*) FROM cases") == 0
    assert kinds(town, draft)[-1] == "rehearsed"
    assert play(town) == 0


def test_what_is_played_is_the_draft_and_not_the_published_version(town) -> None:
    draft = with_stories(town, good=STORY.replace('open = ["check"]', "due = {check = 2026-02-18}"))
    swap(town, draft, "deadlines.toml", b"length = 14", b"length = 9")
    found = order(town, draft)
    play(town)
    assert states(town, found) == {"good": "passed"}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # it is played on a database of its own
def test_a_story_is_played_through_the_process_that_it_names(town) -> None:
    guidance = bundles.read(BUNDLES / "guidance")
    publish(town.database, HOUSE, [guidance], author="olga", approver="oona", now=town.now)
    draft = drafts.start_from_version(
        town.database, town.user("olga"), process="guidance", title="Ohjaus", now=town.now
    )  # fmt: skip
    save(town, draft, "stories/through.toml", STORY.encode())
    save(town, draft, "stories/lost.toml", STORY.replace('"permit"', '"nowhere"').encode())
    found = order(town, draft)
    play(town)
    assert (state(town, found), states(town, found)) == ("finished", {"through": "passed", "lost": "failed"})


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # it is played on a database of its own
def test_a_story_that_does_not_end_is_ended_and_the_others_are_played(town) -> None:
    draft = with_stories(town, a_good=STORY, b_endless=ENDLESS, c_good=STORY)
    swap(
        town, draft, "permit.bpmn", b'<bpmn:timeDate xsi:type="bpmn:tFormalExpression">deadline("reply_time")',
        b'<bpmn:timeDate xsi:type="bpmn:tFormalExpression">deadline("reply_time") ',
    )  # fmt: skip
    cycle = (
        b'<bpmn:boundaryEvent id="again" name="Taas" attachedToRef="check" cancelActivity="false">'
        b'<bpmn:outgoing>fa</bpmn:outgoing><bpmn:timerEventDefinition id="again_timer"><bpmn:timeCycle '
        b'xsi:type="bpmn:tFormalExpression">R/PT1M</bpmn:timeCycle></bpmn:timerEventDefinition></bpmn:boundaryEvent>'
        b'<bpmn:sequenceFlow id="fa" sourceRef="again" targetRef="noted"/><bpmn:endEvent id="noted" name="Huomattu">'
        b"<bpmn:incoming>fa</bpmn:incoming></bpmn:endEvent></bpmn:process>"
    )
    swap(town, draft, "permit.bpmn", b"</bpmn:process>", cycle)
    swap(
        town, draft, "permit.bpmn", b"<bpmn:flowNodeRef>arrived</bpmn:flowNodeRef>",
        b"<bpmn:flowNodeRef>arrived</bpmn:flowNodeRef><bpmn:flowNodeRef>again</bpmn:flowNodeRef>"
        b"<bpmn:flowNodeRef>noted</bpmn:flowNodeRef>",
    )  # fmt: skip
    found = order(town, draft)
    play(town, story_seconds=8.0)
    assert states(town, found) == {"a_good": "passed", "b_endless": "late", "c_good": "passed"}
    assert state(town, found) == "finished"


def test_the_same_content_is_ordered_once_and_other_content_again(town) -> None:
    draft = with_stories(town, good=STORY)
    first = order(town, draft)
    assert order(town, draft, "oona") == first
    swap(town, draft, "stories/good.toml", b"Hakemus tarkistetaan.", b"Hakemus tarkistetaan heti.")
    assert order(town, draft) != first


def test_an_order_needs_stories_a_folder_without_errors_and_a_process_owner(town) -> None:
    with pytest.raises(InvalidValue):
        order(town, begin(town))
    draft = with_stories(town, good=STORY)
    with pytest.raises(Forbidden):
        order(town, draft, "vilma")
    swap(town, draft, "forms/check.json", b'"yes_no"', b'"maybe"')
    with pytest.raises(NotPublishable):
        order(town, draft)


def test_a_rehearsal_is_stopped_and_nothing_more_is_played(town) -> None:
    found = order(town, with_stories(town, good=STORY))
    with pytest.raises(Forbidden):
        rehearsing.stop(town.database, town.user("vilma"), found, now=town.now)
    rehearsing.stop(town.database, town.user("oona"), found, now=town.now)
    assert (state(town, found), states(town, found), play(town)) == ("stopped", {"good": "left"}, 0)
    with pytest.raises(WrongState):
        rehearsing.stop(town.database, town.user("oona"), found, now=town.now)


def test_what_a_lost_worker_left_is_begun_anew_but_not_what_is_under_way(town) -> None:
    found = order(town, with_stories(town, good=STORY))
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE rehearsals SET state = 'running', beat_at = ordered_at"))
    assert play(town) == 0
    town.now += rehearsing.LEASE + timedelta(seconds=1)
    assert (play(town), states(town, found)) == (1, {"good": "passed"})


def test_a_worker_that_stops_lets_the_rehearsal_wait(town) -> None:
    found = order(town, with_stories(town, good=STORY))
    looks = iter([False])
    rehearsing.carry_on(town.database, lambda: town.now, lambda: next(looks, True))
    assert (state(town, found), states(town, found)) == ("waiting", {"good": "waiting"})


def test_the_worker_plays_what_waits(town) -> None:
    found = order(town, with_stories(town, good=STORY))
    worker = Worker(town.database, read_clock=lambda: town.now)
    assert worker.rehearse(rehearsing.carry_on) == 1
    assert state(town, found) == "finished"


def test_only_the_latest_rehearsals_of_a_draft_are_kept(town) -> None:
    draft = with_stories(town, good=STORY)
    for _ in range(rehearsing.KEPT + 2):
        rehearsing.stop(town.database, town.user("olga"), order(town, draft), now=town.now)
    last = order(town, draft)
    assert town.value("SELECT count(*) FROM rehearsals") == rehearsing.KEPT + 1
    assert town.value("SELECT max(id) FROM rehearsals") == last


def test_a_draft_that_stands_still_can_be_played_too(town) -> None:
    draft = with_stories(town, good=STORY)
    step(town, reviewing.propose, draft, "olga", comment="")
    order(town, draft, "oona")
    assert play(town) == 1
