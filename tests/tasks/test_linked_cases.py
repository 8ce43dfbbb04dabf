"""Linked cases: begun by the diagram once and for all, or by a person, from open and from closed cases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from engine.story import read_story
from tasks import clock
from tasks.actor import Actor
from tasks.commands import cases, customers, incidents, publishing, work
from tasks.errors import Forbidden, InvalidValue, NotPublishable
from tasks.player import play
from tasks.stage import prepare, throw_away
from tests.engine.drawing import flows, folder, message, tasks
from tests.tasks.calling import whole

STORY = Actor(None, "somebody", "story")
START = '<startEvent id="s"/>'
RULE = """
[[starts.cases]]
on = "refused"
process = "claim"
message = "claim_made"
kind = "rectification"
data = {why = "decide.why"}
"""


def deciding(rule: str = RULE) -> Any:
    """A process that ends refused, and begins what the rule says."""
    body = START + tasks("decide") + '<endEvent id="refused"/>' + flows("s > decide > refused")
    return folder(body, files={"forms/decide.json": whole("why", "text")}, manifest=rule)


def claim() -> Any:
    """The process that begins with a message."""
    body = f'<startEvent id="s">{message("claim_made")}</startEvent>' + tasks("look") + '<endEvent id="done"/>'
    files = {"forms/claim_made.json": whole("why", "text"), "forms/look.json": whole("note", "text")}
    manifest = '[starts]\nmessages = ["claim_made"]\n'
    return folder(body + flows("s > look > done"), "claim", files=files, manifest=manifest, messages=["claim_made"])


def publish(town: Any, *made: Any) -> None:
    publishing.publish(
        town.database, STORY, made, author="olga", approver="oona", from_on=town.now.date(), now=town.now
    )


def refuse(town: Any) -> int:
    started = cases.start_case(
        town.database, STORY, process="example", message=None, answers={}, parties={"customer": town.customer},
        unit_id=town.unit("north"), now=town.now,
    )  # fmt: skip
    work.complete(town.database, STORY, started.task_ids[0], answers={"why": "myöhässä"}, now=town.now)
    return started.case_id


def linked(town: Any) -> list[tuple[Any, ...]]:
    return [
        tuple(row)
        for row in town.rows(
            "SELECT l.from_case_id, l.kind, l.path, c.process FROM links l JOIN cases c ON c.id = l.case_id"
        )
    ]


def test_an_outcome_begins_a_linked_case_with_its_data_and_parties(town) -> None:
    publish(town, deciding(), claim())
    case = refuse(town)
    assert linked(town) == []
    clock.run_until(town.database, town.now)
    assert linked(town) == [(case, "rectification", "refused", "claim")]
    other = town.value("SELECT case_id FROM links")
    assert town.value("SELECT data FROM answers WHERE form = 'claim_made'") in (
        {"why": "myöhässä"},
        '{"why":"myöhässä"}',
    )
    assert town.value("SELECT customer_id FROM parties WHERE case_id = :c", c=other) == town.customer
    assert town.events(case)[-1] == "case_linked"
    clock.run_until(town.database, town.now)
    assert len(linked(town)) == 1


def test_a_beginning_that_fails_half_way_leaves_nothing_and_is_done_once_later(town, monkeypatch) -> None:
    publish(town, deciding(), claim())
    refuse(town)

    def dies(*_: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as broken:
        broken.setattr("tasks.linking.tell_link", dies)  # after the new case was written
        clock.tick(town.database, town.now)
    assert (linked(town), town.value("SELECT count(*) FROM cases WHERE process = 'claim'")) == ([], 0)
    incident = town.value("SELECT id FROM incidents WHERE resolved_at IS NULL")
    incidents.retry_incident(town.database, town.user("outi"), incident, now=town.now)
    clock.run_until(town.database, town.now)
    assert len(linked(town)) == 1
    assert town.value("SELECT count(*) FROM incidents WHERE resolved_at IS NULL") == 0


def test_two_clocks_at_once_begin_a_case_once(town) -> None:
    publish(town, deciding(), claim())
    refuse(town)
    with ThreadPoolExecutor(4) as workers:
        list(workers.map(lambda _: clock.run_until(town.database, town.now), range(4)))
    assert len(linked(town)) == 1
    assert town.value("SELECT count(*) FROM cases WHERE process = 'claim'") == 1


def test_a_case_begins_for_each_item_for_whom_its_code_says(town) -> None:
    another = customers.create_customer(
        town.database, STORY, kind="person", name="Toinen", identity_code="131052-901X", now=town.now
    )
    each = (
        RULE + 'each = "[{code: \\"131052-308T\\"}, {code: \\"131052-901X\\"}]"\nparties = {customer = "=item.code"}\n'
    )
    publish(town, deciding(each), claim())
    refuse(town)
    clock.run_until(town.database, town.now)
    rows = town.rows("SELECT customer_id FROM cases WHERE process = 'claim' ORDER BY id")
    assert [row.customer_id for row in rows] == [town.customer, another]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (RULE.replace('"claim"', '"nothing"'), "there is no folder 'nothing'"),
        (RULE.replace("claim_made", "unheard"), "does not start claim, expected one of claim_made"),
        (RULE.replace("{why =", "{how ="), "'how' is no field of claim/forms/claim_made.json"),
        (RULE + 'parties = {friend = "customer"}\n', "claim has no party 'friend'"),
        (RULE.replace('on = "refused"', 'on = "decide"'), "expected the id of an end event"),
    ],
)
def test_a_rule_that_fits_nothing_is_not_published(town, rule, said) -> None:
    with pytest.raises(NotPublishable, match=said):
        publish(town, deciding(rule), claim())


def test_a_person_links_a_case_to_a_closed_one_that_they_see(town) -> None:
    publish(town, deciding(), claim())
    closed = refuse(town)
    given = {
        "process": "claim", "message": "claim_made", "answers": {"why": "oikaisu"}, "now": town.now,
        "parties": {"customer": town.customer}, "unit_id": town.unit("north"), "linked_to": closed,
    }  # fmt: skip
    started = cases.start_case(town.database, town.user("vilma"), link="appeal", idempotency_key="k", **given)
    assert linked(town) == [(closed, "appeal", None, "claim")]
    assert town.events(closed)[-1] == "case_linked"
    assert cases.start_case(town.database, town.user("vilma"), link="appeal", idempotency_key="k", **given).again
    assert town.events(closed).count("case_linked") == 1
    with pytest.raises(InvalidValue, match="expected one of follow_up"):
        cases.start_case(town.database, town.user("vilma"), link="friend", **given)
    with pytest.raises(Forbidden):
        cases.start_case(town.database, town.user("saara"), link="appeal", **given | {"unit_id": town.unit("south")})
    assert started.case_id != closed


def test_a_story_follows_a_case_into_the_one_that_it_begins() -> None:
    steps = [
        {"at": date(2026, 2, 9), "start": ""},
        {"at": date(2026, 2, 9), "do": "decide", "data": {"why": "x"}, "expect": {"started": ["claim"]}},
        {"at": date(2026, 2, 10), "in": "claim", "expect": {"open": ["look"], "data": {"claim_made.why": "x"}}},
        {"at": date(2026, 2, 11), "in": "claim", "do": "look", "expect": {"outcome": "done"}},
        {"at": date(2026, 2, 11), "expect": {"outcome": "refused", "started": []}},
    ]
    parties = {"customer": {"name": "Sami", "kind": "person", "identity_code": "131052-308T"}}
    story = read_story("s", {"process": "example", "parties": parties, "steps": steps})
    with throw_away(None) as database:
        assert play(prepare(database, [deciding(), claim()]), story).failures == ()
