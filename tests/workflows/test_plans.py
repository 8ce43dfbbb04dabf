"""The integration plan of a real case: made, renewed late or in time, each renewal a deadline of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tasks.clock import run_until
from tasks.player import Player
from tasks.stage import Stage, fresh
from tests.workflows.folders import stories

DEADLINES = text("SELECT plan, state, legal_on FROM deadlines WHERE plan IS NOT NULL ORDER BY number")


@pytest.mark.parametrize(
    ("story", "review", "renewal"),
    [
        ("review_is_late", ("renew", "missed", "2026-07-15"), ("renew", "open", "2027-01-20")),
        ("given_here_and_renewed", ("renew", "met", "2026-12-12"), ("renew", "open", "2027-03-18")),
    ],
)
def test_a_plan_is_made_and_each_renewal_is_told(
    stage: Stage, story: str, review: tuple[str, ...], renewal: tuple[str, ...]
) -> None:
    with fresh(stage) as played:
        player = Player(played, stories()[f"integration_support/{story}"])
        for step in player.story.steps[:-1]:
            run_until(played.database, step.at)
            if step.action and not step.refused:
                player._act(step)
        with played.database.read() as connection:
            told = [tuple(map(str, row)) for row in connection.execute(DEADLINES)]
    assert told[0][:2] == ("make", "met")
    assert told[1:] == [review, renewal]
