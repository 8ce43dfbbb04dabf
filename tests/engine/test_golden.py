"""A state that a released codec wrote is read for ever, and its case goes on to its end as it did then."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from engine import runner
from engine import state as codec
from tests.engine.golden.keep import HERE, go_on, revive, seen
from tests.engine.golden.scenes import SCENES

KEPT = sorted(HERE.glob("codec_*/*.json"))
BY_NAME = pytest.mark.parametrize("file", KEPT, ids=lambda file: f"{file.parent.name}/{file.stem}")


def test_every_kind_of_situation_is_kept_for_the_codec_of_today() -> None:
    assert {file.stem for file in KEPT if file.parent.name == f"codec_{codec.CODEC}"} == set(SCENES)


@BY_NAME
def test_what_is_open_in_a_kept_state_is_what_was_open_then(file: Path) -> None:
    kept = orjson.loads(file.read_bytes())
    case = revive(kept)
    look = runner.look(case.definition, kept["state"].encode())
    assert seen(case) == kept["seen"]
    assert (look.steps, look.waits, look.closed) == (case.result.steps, case.result.waits, case.result.closed)


@BY_NAME
def test_a_kept_state_is_written_back_as_today_writes_it_and_read_again(file: Path) -> None:
    case = revive(orjson.loads(file.read_bytes()))
    again = runner.refresh(case.definition, case.result.state, case.situation())
    assert (again.state, again.steps, again.alarms) == (case.result.state, case.result.steps, case.result.alarms)


@BY_NAME
def test_a_case_goes_on_from_a_kept_state_to_the_end_that_it_had(file: Path) -> None:
    kept = orjson.loads(file.read_bytes())
    case = revive(kept)
    assert list(go_on(case)) == kept["goes_on"]
    assert (case.result.outcome, dict(case.result.data)) == (kept["outcome"], kept["data"])


@BY_NAME
def test_a_kept_state_moves_to_a_version_that_says_the_same(file: Path) -> None:
    case = revive(orjson.loads(file.read_bytes()))
    if case.result.closed:
        return
    move = runner.migrate(case.definition, case.definition, case.result.state, case.situation())
    if file.stem == "step_that_is_being_undone":
        assert [reason.code for reason in move.reasons] == ["undoing"]
        return
    assert (move.reasons, move.effects) == ((), ())
    assert move.result is not None
    assert (move.result.steps, move.result.alarms) == (case.result.steps, case.result.alarms)
