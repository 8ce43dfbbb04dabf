"""Running cases move to another version: what the preview says is what happens, case by case, and nothing is lost."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine.bundle import Bundle
from tasks import clock, history
from tasks.casefile import read_json
from tasks.commands import cases, messages, migrating, publishing, work
from tasks.commands.migrating import Order
from tasks.errors import Forbidden, InvalidValue, NotFound, Stale, WrongState
from tasks.moving import CaseMove
from tests.engine.drawing import flows, folder, tasks

PERMIT = bundles.read(Path(__file__).parent / "bundles" / "permit")
BPMN, END = "permit.bpmn", '<endEvent id="done"/>'
REMIND = (
    '<bpmn:boundaryEvent id="nag" attachedToRef="check" cancelActivity="false"><bpmn:timerEventDefinition>'
    "<bpmn:timeDuration>P5D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    '<bpmn:endEvent id="nagged"/><bpmn:sequenceFlow id="fn" sourceRef="nag" targetRef="nagged"/></bpmn:process>'
)
RENAMED = {BPMN: [('id="wait_reply" name', 'id="await_reply" name'), (">wait_reply<", ">await_reply<"),
                  ('"wait_reply"', '"await_reply"')], "deadlines.toml": [("wait_reply", "await_reply")]}  # fmt: skip
NO_CHECK = {BPMN: [('"check"', '"inspect"'), (">check<", ">inspect<"), ('name="Tarkista"', 'name="Tutki"'),
                   ("check.complete", "inspect.complete")],
            "process.toml": [('"check"', '"inspect"')], "deadlines.toml": [("check", "inspect")],
            "labels.toml": [("check", "inspect")]}  # fmt: skip
VERSIONS: dict[str, Mapping[str, list[tuple[str, str]]]] = {
    "nag": {BPMN: [("</bpmn:process>", REMIND)]},
    "renamed": RENAMED,
    "role": {"process.toml": [('role = "grant_officer"', 'role = "decision_maker"')]},
    "no_check": NO_CHECK,
    "asks_else": {
        "forms/check.json": [('"complete"', '"whole"')],
        BPMN: [("check.complete", "check.whole")],
        "process.toml": [("complete = true", "whole = true")],
    },
}


def edited(name: str) -> Bundle:
    """The permit with all texts of one edit replaced."""
    files = dict(PERMIT.files)
    for path, pairs in VERSIONS[name].items():
        content = files[path].decode()
        for old, new in pairs:
            assert old in content, old
            content = content.replace(old, new)
        files[path] = content.encode()
    if name == "no_check":
        files["forms/inspect.json"] = files.pop("forms/check.json")
    return bundles.read(bundles.pack(files))


def publish(town: Any, *made: Bundle) -> int:
    result = publishing.publish(
        town.database, town.user("outi"), made, author="olga", approver="oona", from_on=date(2026, 2, 1), now=town.now
    )
    clock.run_until(town.database, town.now)  # dates that the new rows change are computed
    return result[-1].number


def order(to: int, from_: int = 1, **told: str) -> Order:
    return Order("permit", from_, to, told)


def preview(town: Any, wanted: Order, who: str = "outi", **more: Any) -> list[CaseMove]:
    return list(migrating.preview(town.database, town.user(who), wanted, now=town.now, **more))


def moved(town: Any, wanted: Order, who: str = "outi", **more: Any) -> dict[int, str]:
    """Move, and tell what became of each case."""
    move_id = migrating.begin_move(town.database, town.user(who), wanted, now=town.now, **more)
    found: list[CaseMove] = []
    migrating.run_move(town.database, move_id, town.now, found.append)
    assert town.value("SELECT state FROM moves WHERE id = :m", m=move_id) == "finished"
    return {case.case_id: case.state for case in found}


def everything(town: Any, case_id: int) -> dict[str, list[Any]]:
    """Every row of a case."""
    tables = ("tasks", "deadlines", "timers", "subscriptions", "events", "answers")
    rows = {t: town.rows(f"SELECT * FROM {t} WHERE case_id = :c ORDER BY number", c=case_id) for t in tables}
    return rows | {"cases": town.rows("SELECT * FROM cases WHERE id = :c", c=case_id)}


def test_a_preview_writes_nothing_and_needs_no_lock(town) -> None:
    started = town.start()
    to, before = publish(town, edited("nag")), everything(town, started.case_id)
    (found,) = preview(town, order(to))
    assert (found.number, found.state, [effect.code for effect in found.effects]) == ("LU/1/2026", "movable", ["armed"])
    assert [(d.kind, d.name, d.old, d.new) for d in found.dates] == [
        ("timer", "nag", None, "2026-02-14T08:00:00.000000+00:00")
    ]
    assert everything(town, started.case_id) == before


def test_a_moved_case_keeps_assignee_draft_hold_and_dates(town) -> None:
    started = town.start()
    task, vilma = started.task_ids[0], town.user("vilma")
    work.claim(town.database, vilma, task, now=town.now)
    work.save_draft(town.database, vilma, task, draft={"complete": "true"}, now=town.now)
    work.hold(town.database, vilma, task, until=date(2026, 2, 20), reason="loma", now=town.now)
    to = publish(town, edited("nag"))
    kept = "SELECT assignee_id, draft, hold_until, hold_reason, due_on, legal_on, opened_at FROM tasks"
    before, revision = town.rows(kept), town.value("SELECT revision FROM tasks")
    dates = town.rows("SELECT * FROM deadlines")
    assert moved(town, order(to)) == {started.case_id: "moved"}
    assert (town.rows(kept), town.rows("SELECT * FROM deadlines")) == (before, dates)
    assert town.value("SELECT revision FROM tasks") == revision + 1
    assert town.value("SELECT version FROM tasks") == town.value("SELECT version FROM cases") == 2
    assert sorted(row.kind for row in town.rows("SELECT kind FROM timers")) == [
        "engine", "escalation", "hold_end", "reminder",
    ]  # fmt: skip


def test_a_draft_that_the_new_form_has_no_place_for_is_told_and_kept(town) -> None:
    task = town.start().task_ids[0]
    work.save_draft(town.database, town.user("vilma"), task, draft={"complete": "true"}, now=town.now)
    (found,) = preview(town, order(publish(town, edited("asks_else"))))
    assert [(effect.code, effect.facts) for effect in found.effects] == [("draft", {"fields": "complete"})]
    moved(town, order(2))
    assert read_json(town.value("SELECT draft FROM tasks")) == {"complete": "true"}


def test_two_workers_move_each_case_once(town) -> None:
    started = [town.start().case_id for _ in range(12)]
    move_id = migrating.begin_move(town.database, town.user("outi"), order(publish(town, edited("nag"))), now=town.now)
    found: list[CaseMove] = []
    workers = [
        Thread(target=migrating.run_move, args=(town.database, move_id, town.now, found.append)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted((case.case_id, case.state) for case in found) == [(case_id, "moved") for case_id in started]
    assert {town.events(case_id).count("case_migrated") for case_id in started} == {1}
    assert town.value("SELECT state FROM moves") == "finished"


def test_the_move_is_in_the_history_with_its_versions_and_the_chain_holds(town) -> None:
    started = town.start()
    moved(town, order(publish(town, edited("nag"))))
    assert town.events(started.case_id)[-1] == "case_migrated"
    row = town.rows("SELECT payload, actor FROM events ORDER BY number DESC LIMIT 1")[0]
    told = read_json(row.payload)
    assert (told["old"], told["new"], told["author"], row.actor) == ({"version": 1}, {"version": 2}, "olga", "outi")
    assert history.verify(town.database).breaks == ()


def test_a_form_that_was_open_during_the_move_is_stale(town) -> None:
    started = town.start()
    moved(town, order(publish(town, edited("nag"))))
    with pytest.raises(Stale):
        town.complete("vilma", started.task_ids[0], {"complete": "true"}, version=1)


def test_an_open_task_goes_to_the_role_of_the_new_version(town) -> None:
    town.start()
    (found,) = preview(town, order(publish(town, edited("role"))))
    assert [(e.code, e.facts["new"]) for e in found.effects] == [("role", "decision_maker")]
    moved(town, order(2))
    assert town.value("SELECT role FROM tasks") == "decision_maker"


def test_what_waits_under_another_name_is_still_answered(town) -> None:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    due = town.rows("SELECT number, due_on FROM deadlines WHERE name = 'reply_time'")
    assert moved(town, order(publish(town, edited("renamed")))) == {started.case_id: "moved"}
    assert [tuple(row) for row in town.rows("SELECT path, element FROM subscriptions")] == [("await_reply",) * 2]
    assert town.rows("SELECT number, due_on FROM deadlines WHERE name = 'reply_time'") == due
    messages.record_message(
        town.database,
        town.user("vilma"),
        started.case_id,
        message="reply",
        answers={"text": "x"},
        channel="letter",
        now=town.now,
    )
    (row,) = town.rows("SELECT element, version FROM tasks WHERE state = 'open'")
    assert tuple(row) == ("check", 2)


def test_a_case_that_cannot_move_is_left_and_the_others_move(town) -> None:
    first, second, third = (town.start() for _ in range(3))
    town.complete("vilma", second.task_ids[0], {"complete": "false"})
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE cases SET state = :s WHERE id = :c"), {"s": b"{broken", "c": third.case_id})
    to, before = publish(town, edited("no_check")), everything(town, second.case_id)
    assert moved(town, order(to, check="inspect")) == {
        first.case_id: "moved", second.case_id: "moved", third.case_id: "failed",
    }  # fmt: skip
    assert town.value("SELECT element FROM tasks WHERE case_id = :c", c=first.case_id) == "inspect"
    assert everything(town, second.case_id) != before
    error = town.value("SELECT error FROM moved_cases WHERE state = 'failed'")
    assert "stored state" in error


def test_why_a_case_is_blocked_is_kept_with_the_move(town) -> None:
    started = town.start()
    to = publish(town, edited("no_check"))
    before = everything(town, started.case_id)
    (found,) = preview(town, order(to))
    assert [(r.code, r.path) for r in found.reasons] == [("element_lost", "check")]
    assert moved(town, order(to)) == {started.case_id: "blocked"}
    assert everything(town, started.case_id) == before
    assert "element_lost" in str(town.value("SELECT found FROM moved_cases"))


def test_a_worker_carries_a_move_on_in_slices(town) -> None:
    for _ in range(5):
        town.start()
    move_id = migrating.begin_move(town.database, town.user("outi"), order(publish(town, edited("nag"))), now=town.now)
    assert [migrating.carry_on(town.database, town.now, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert town.value("SELECT count(*) FROM cases WHERE version = 2") == 5
    assert town.value("SELECT state FROM moves WHERE id = :m", m=move_id) == "finished"


def test_a_case_that_closed_or_moved_meanwhile_is_left_alone(town) -> None:
    started = [town.start() for _ in range(2)]
    to = publish(town, edited("nag"))
    first = migrating.begin_move(town.database, town.user("outi"), order(to), now=town.now)
    assert moved(town, order(to), cases=[started[0].case_id]) == {started[0].case_id: "moved"}
    migrating.run_move(town.database, first, town.now)
    states = town.rows("SELECT state FROM moved_cases WHERE move_id = :m ORDER BY case_id", m=first)
    assert [row.state for row in states] == ["gone", "moved"]
    assert town.events(started[0].case_id).count("case_migrated") == 1


def test_a_move_can_be_stopped_and_leaves_the_rest_where_it_is(town) -> None:
    for _ in range(3):
        town.start()
    move_id = migrating.begin_move(town.database, town.user("outi"), order(publish(town, edited("nag"))), now=town.now)
    migrating.carry_on(town.database, town.now, limit=1)
    migrating.stop_move(town.database, town.user("outi"), move_id, now=town.now)
    assert migrating.carry_on(town.database, town.now) == 0
    assert [row.version for row in town.rows("SELECT version FROM cases ORDER BY id")] == [2, 1, 1]
    with pytest.raises(WrongState):
        migrating.stop_move(town.database, town.user("outi"), move_id, now=town.now)


@pytest.mark.parametrize(("who", "may"), [("outi", True), ("olga", True), ("esko", False), ("vilma", False)])
def test_operators_and_process_owners_move_cases(town, who, may) -> None:
    town.start()
    to = publish(town, edited("nag"))
    assert migrating.may_move(town.database, town.user(who), "permit", town.now).allowed is may
    if may:
        assert len(preview(town, order(to), who)) == 1
        return
    for ask in (preview, moved):
        with pytest.raises(Forbidden):
            ask(town, order(to), who)


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (order(1), InvalidValue),
        (order(9), NotFound),
        (Order("nothing", 1, 2, {}), NotFound),
        (order(2, check="nowhere"), InvalidValue),
        (order(1, from_=2), InvalidValue),
    ],
)
def test_an_order_that_cannot_be_is_refused(town, wanted, error) -> None:
    town.start()
    publish(town, edited("nag"))
    with pytest.raises(error):
        moved(town, wanted)
    assert town.value("SELECT count(*) FROM moves") == 0


WORDS = '"title": "a", "x-i18n": {"sv": {"title": "a"}, "en": {"title": "a"}}'
FIELD = f'{{"type": "string", "x-kind": "text", "x-secrecy": "ordinary", {WORDS}}}'
FORM = f'{{{WORDS}, "type": "object", "properties": {{"note": {FIELD}}}}}'
HEAD = 'area = "finding_work"\nowner = "o"\nprefix = "EX"\nname = {fi = "a", sv = "b", en = "c"}\n'
LANE = '[lanes.office]\nrole = "grant_officer"\n'


def part(*names: str) -> Bundle:
    body = '<startEvent id="s"/>' + tasks(*names) + END + flows(" > ".join(["s", *names, "done"]))
    files = {f"forms/{name}.json": FORM for name in names}
    files["labels.toml"] = "".join(f'[elements.{name}]\nsv = "x"\nen = "x"\n' for name in names)
    return folder(body, "hearing", files=files | {"process.toml": f'id = "hearing"\nkind = "part"\n{HEAD}{LANE}'})


def test_a_step_of_a_called_part_gets_the_version_of_its_part(town) -> None:
    call = '<startEvent id="s"/><callActivity id="hear" calledElement="hearing"/>' + END + flows("s > hear > done")
    party = '[parties.applicant]\nkind = "person"\nprincipal = true\nname = {fi = "a", sv = "b", en = "c"}\n'
    main = folder(call, files={"process.toml": f'id = "example"\nkind = "process"\n{HEAD}{LANE}{party}'})
    publish(town, part("listen"), main)
    publish(town, part("listen", "note"), main)
    cases.start_case(
        town.database, town.user("vilma"), process="example", message=None, parties={"applicant": town.customer},
        answers={}, unit_id=town.unit("north"), version=1, now=town.now,
    )  # fmt: skip
    assert moved(town, Order("example", 1, 2, {})) == {1: "moved"}
    rows = town.rows("SELECT path, process, version FROM tasks")
    assert [tuple(row) for row in rows] == [("hear/listen", "hearing", 2)]


def play(town: Any, dice: random.Random, case_id: int) -> None:
    """One more thing happens on a case."""
    tasks_ = town.rows("SELECT number, element FROM tasks WHERE case_id = :c AND state = 'open'", c=case_id)
    if not tasks_:
        messages.record_message(
            town.database,
            town.user("vilma"),
            case_id,
            message="reply",
            answers={"text": "x"},
            channel="letter",
            now=town.now,
        )
    elif tasks_[0].element in ("check", "inspect"):
        role = town.value("SELECT role FROM tasks WHERE case_id = :c AND state = 'open'", c=case_id)
        who = "vilma" if role == "grant_officer" else "paula"
        town.complete(who, f"{case_id}-{tasks_[0].number}", {"complete": dice.choice(["true", "false"])})


@pytest.mark.parametrize("seed", range(4))
def test_what_the_preview_says_is_what_happens(town, seed) -> None:
    dice, numbers = random.Random(seed), {"permit": 1}
    started = [town.start().case_id for _ in range(8)]
    numbers |= {name: publish(town, edited(name)) for name in VERSIONS}
    for _ in range(6):
        town.pass_time(hours=dice.randint(1, 60))
        for case_id in dice.sample(started, 4):
            play(town, dice, case_id)
        clock.run_until(town.database, town.now)
        from_, to = dice.sample(sorted(numbers.values()), 2)
        told = {"check": "inspect"} if to == numbers["no_check"] and dice.random() < 0.5 else {}
        wanted = Order("permit", from_, to, told)
        seen = {case.case_id: case for case in preview(town, wanted)}
        if not seen:
            continue
        before = {case: dates(town, case) for case in seen}
        happened = moved(town, wanted)
        assert happened == {c: "moved" if found.state == "movable" else found.state for c, found in seen.items()}
        for case_id, found in seen.items():
            changed = {(d.kind, d.path, d.name): d.new for d in found.dates if d.new is not None}
            gone = {(d.kind, d.path, d.name) for d in found.dates if d.new is None}
            expected = {key: value for key, value in before[case_id].items() if key not in gone} | changed
            if not [effect for effect in found.effects if effect.code == "renamed"]:
                assert dates(town, case_id) == expected
    assert history.verify(town.database).breaks == ()


def dates(town: Any, case_id: int) -> dict[tuple[str, str, str], str]:
    """The dates of a case as its rows have them."""
    due = town.rows("SELECT scope, name, due_on FROM deadlines WHERE case_id = :c AND state = 'open'", c=case_id)
    rings = town.rows("SELECT path, due_at FROM timers WHERE case_id = :c AND kind = 'engine'", c=case_id)
    found = {("deadline", row.scope, row.name): str(row.due_on) for row in due}
    return found | {("timer", row.path, row.path.rpartition("/")[2]): moment(row.due_at) for row in rings}


def moment(value: Any) -> str:
    return value if isinstance(value, str) else value.isoformat(timespec="microseconds")
