"""Every message is stored as coming from whom it comes from: the trainer, the one who was heard, KEHA, ourselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.definition import build
from engine.errors import BundleError
from tasks.player import Player
from tasks.stage import Stage, fresh
from tests.workflows.folders import folders, stories


@pytest.mark.parametrize(
    ("name", "message", "source"),
    [
        ("training_student/completed_with_statements", "start_notice", "provider"),
        ("training_student/completed_with_statements", "training_application", "student"),
        ("labour_market_training/ordered_and_carried_out", "training_need", "authority"),
        ("labour_market_training/ordered_and_carried_out", "training_started", "provider"),
        ("startup_grant/opinion_meanwhile", "expert_opinion", "provider"),
        ("pay_subsidy/supplement_without_reply", "application", "employer"),
        ("pay_subsidy/hearing_changes_the_matter", "hearing_reply", "employer"),
        ("statement/keha_in_time", "keha_statement", "keha"),
    ],
)
def test_a_message_comes_from_its_sender(sqlite_stage: Stage, name: str, message: str, source: str) -> None:
    with fresh(sqlite_stage) as own:
        player = Player(own, stories()[name])
        for step in player.story.steps:
            player._step(step)
        sql = f"SELECT DISTINCT source FROM answers WHERE form = '{message}'"
        assert [row.source for row in player._rows(sql)] == [source]


def test_a_sender_that_nobody_is_is_told() -> None:
    parts = dict(folders())
    hearing = parts["hearing"]
    rules = {name: replace(each, sender="king") for name, each in hearing.manifest.messages.items()}
    parts["hearing"] = replace(hearing, manifest=replace(hearing.manifest, messages=rules))
    with pytest.raises(BundleError, match=r"'king', expected one of authority, customer, employer, input\.addressee"):
        build(parts["pay_subsidy"], parts)
