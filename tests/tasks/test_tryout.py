"""A run by hand is a story in the making: played step by step, played again when it must, kept as one that holds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from engine import bundle as bundles
from engine.story import read_story
from tasks import tryout
from tasks.commands import trying
from tasks.errors import Forbidden, InvalidAnswers, InvalidValue, NotFound, Stale, WrongState
from tasks.player import play
from tasks.queries import tryouts
from tasks.rehearsal import reached
from tasks.stage import fresh
from tasks.tryout import Broken, Piece
from tests.tasks.conftest import BUNDLES, Town
from tests.tasks.test_drafts import begin

TOLD = {
    "process": "permit",
    "parties": {"applicant": {"name": "Sami Esimerkki", "kind": "person", "identity_code": "131052-308T"}},
}
START = {"at": "2026-02-09T10:00:00", "start": "application", "channel": "e_service", "data": {"reason": "Työpaja"}}


@pytest.fixture(scope="module")
def piece() -> Piece:
    """The permit and what it reaches."""
    folders = {each.process: each for each in (bundles.read(BUNDLES / name) for name in ("permit", "guidance"))}
    return Piece("permit", reached("permit", folders))


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """No run of an earlier test."""
    yield
    for run in tryout._KEPT.values():
        run.closing.close()
    tryout._KEPT.clear()


def steps(piece: Piece, *further: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = dict(TOLD)
    for step in (START, *further):
        told = tryout.go_on(piece, told, step)
    return told


def test_each_step_says_what_was_so_after_it(piece: Piece) -> None:
    told = steps(piece, {"at": "2026-03-10T12:00:00"})
    with tryout.played(piece, told) as run:
        assert [sorted(one) for one in run.expected] == [["due", "open"], ["due", "open"]]
        assert run.expected[0]["open"] == ["check"]
        assert (str(run.expected[0]["due"]["check"]), run.now.isoformat()) == (
            "2026-02-23", "2026-03-10T12:00:00+02:00",
        )  # fmt: skip


def test_a_run_whose_stage_is_gone_is_played_again(piece: Piece) -> None:
    told = steps(piece, {"at": "2026-03-10T12:00:00"})
    with tryout.played(piece, told) as run:
        first, expected = run, run.expected
    with tryout.played(piece, told) as run:
        assert run is first
    tryout._KEPT.clear()
    with tryout.played(piece, told) as run:
        assert (run is first, run.expected) == (False, expected)


def test_what_is_refused_leaves_the_run_as_it_was(piece: Piece) -> None:
    told = steps(piece)
    with pytest.raises(InvalidAnswers):
        tryout.go_on(piece, told, {"at": "2026-02-20T10:00:00", "do": "check", "data": {"complete": "perhaps"}})
    with pytest.raises(WrongState):
        tryout.go_on(piece, told, {"at": "2026-02-20T10:00:00", "do": "decide"})
    with tryout.played(piece, told) as run:
        assert run.now.isoformat() == "2026-02-09T10:00:00+02:00"


def test_a_run_that_a_change_of_the_draft_breaks_says_at_which_step(piece: Piece) -> None:
    long = {**START, "data": {"reason": "Työpaja Keksilässä"}}
    told = tryout.go_on(piece, TOLD, long)
    files = dict(bundles.read(BUNDLES / "permit").files)
    files["forms/application.json"] = files["forms/application.json"].replace(b'"maxLength": 2000', b'"maxLength": 9')
    changed = Piece("permit", {**piece.folders, "permit": bundles.assemble(files, "permit")})
    with pytest.raises(Broken) as broken, tryout.played(changed, told):
        pass
    assert (broken.value.number, isinstance(broken.value.error, InvalidAnswers)) == (1, True)


def test_few_runs_are_kept(piece: Piece) -> None:
    for day in range(10, 10 + tryout.MOST_RUNS + 2):
        steps(piece, {"at": f"2026-02-{day}T10:00:00"})
    assert len(tryout._KEPT) == tryout.MOST_RUNS


def test_a_kept_story_holds(piece: Piece) -> None:
    told = steps(piece, {"at": "2026-03-10T12:00:00"})
    with tryout.played(piece, told) as run:
        text = tryout.written(told, run.expected, name='Oma "koe"', text="")
    story = read_story("own", tomllib.loads(text))
    assert (story.name, [step.action for step in story.steps]) == ('Oma "koe"', ["start", ""])
    assert story.steps[1].expect["open"] == ["check"]
    with tryout.begun(piece) as stage, fresh(stage) as own:
        assert play(own, story).failures == ()


def test_lists_rows_and_days_become_toml() -> None:
    told = {
        "process": "part", "inputs": {"from_on": "2026-02-09", "many": ["a", "b"]},
        "steps": [{"at": "2026-02-09T10:00:00", "start": "", "data": {"rows": [{"on": True}], "empty": []}}],
    }  # fmt: skip
    found = tomllib.loads(tryout.written(told, [{"open": ["part/do"]}], name="Osa", text="Miksi"))
    assert str(found["inputs"]["from_on"]) == "2026-02-09"
    assert found["steps"][0]["data"] == {"rows": [{"on": True}], "empty": []}
    assert (found["steps"][0]["expect"], found["text"]) == ({"open": ["part/do"]}, "Miksi")


def test_each_person_has_one_run_of_a_draft_and_of_a_version(town: Town) -> None:
    draft, olga, oona = begin(town), town.user("olga"), town.user("oona")
    mine = trying.begin(town.database, olga, draft_id=draft, now=town.now)
    assert trying.begin(town.database, olga, draft_id=draft, now=town.now) == mine
    others = {
        trying.begin(town.database, oona, draft_id=draft, now=town.now),
        trying.begin(town.database, olga, process="permit", version=1, now=town.now),
    }
    assert len(others | {mine}) == 3
    with pytest.raises(NotFound):
        trying.begin(town.database, olga, draft_id=99, now=town.now)
    with pytest.raises(NotFound):
        trying.begin(town.database, olga, process="permit", version=9, now=town.now)
    with pytest.raises(Forbidden):
        trying.begin(town.database, town.user("vilma"), draft_id=draft, now=town.now)


def test_a_run_is_written_by_its_person_over_what_they_saw(town: Town) -> None:
    olga, now = town.user("olga"), town.now
    mine = trying.begin(town.database, olga, process="permit", version=1, now=now)
    assert trying.write(town.database, olga, mine, {"steps": [START]}, revision=1, now=now) == 2
    with pytest.raises(Stale):
        trying.write(town.database, olga, mine, {"steps": []}, revision=1, now=now)
    with pytest.raises(Forbidden):
        trying.write(town.database, town.user("oona"), mine, {"steps": []}, revision=2, now=now)
    with pytest.raises(NotFound):
        trying.write(town.database, olga, 99, {"steps": []}, revision=1, now=now)
    with pytest.raises(InvalidValue):
        trying.write(town.database, olga, mine, {"steps": [START] * (trying.MOST_STEPS + 1)}, revision=2, now=now)
    parties = {"zeta": {"name": "Ensin"}, "a": {"name": "Sitten"}}  # the first is the principal customer
    trying.write(town.database, olga, mine, {"parties": parties, "steps": [START]}, revision=2, now=now)
    with town.database.read() as connection:
        found = tryouts.tryout(connection, mine)
    assert found is not None
    assert (list(found.told["parties"]), found.told["steps"]) == (["zeta", "a"], [START])
