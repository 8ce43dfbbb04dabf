"""No date, length, amount, outcome or condition of a process folder changes unnoticed: a sample of all mutants."""

from __future__ import annotations

import os
import random
import secrets

import pytest

from tests.workflows.mutations import TOLERATED, Mutant, mutants, noticed

FIXED = 20250101
ROTATING = int(os.environ.get("ASIAVIRTA_MUTATION_SEED") or os.environ.get("PYTEST_XDIST_TESTRUNUID", "0")[:8], 16)
"""The same in every process of one run; repeat a failure with ASIAVIRTA_MUTATION_SEED."""
SEED = ROTATING or secrets.randbits(32)
EACH = 6


def sample(seed: int) -> list[Mutant]:
    """A few mutants that any one process folder may have had."""
    return random.Random(seed).sample([mutant for mutant in mutants() if not mutant.tolerated], EACH)


@pytest.mark.parametrize("number", range(EACH))
def test_a_story_notices_a_change(number: int) -> None:
    mutant = sample(FIXED)[number]
    assert noticed(mutant), mutant.name


@pytest.mark.parametrize("number", range(EACH))
def test_a_story_notices_another_change_every_time(number: int) -> None:
    mutant = sample(SEED)[number]
    assert noticed(mutant), f"ASIAVIRTA_MUTATION_SEED={SEED:x}: {mutant.name}"


def test_what_is_tolerated_is_still_there() -> None:
    assert set(TOLERATED) <= {mutant.name for mutant in mutants()}
