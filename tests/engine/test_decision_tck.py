"""The OMG's own test cases for DMN conformance level 2, read from beside the project, and any others that are named.

`ASIAVIRTA_DMN_TCK` names a folder with more of the suite, such as its level 3; docs/feel.md tells how it scores.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine import decision
from tests.engine import tck

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "dmn-tck" / "compliance-level-2"
MORE = os.environ.get("ASIAVIRTA_DMN_TCK")
CASES_OF_LEVEL_2 = 116
LEAST_OF_MORE = 0.6
"""of the cases in a folder that is named"""

CASES = [
    pytest.param(model, case, id=f"{file.parent.name}-{case.get('id')}") for file, model, case in tck.cases_of(FOLDER)
]


def test_all_cases_of_level_2_are_there() -> None:
    if not FOLDER.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no DMN test cases beside the project (../shared/dmn-tck)")
    assert len(CASES) == CASES_OF_LEVEL_2


@pytest.mark.parametrize(("model", "case"), CASES)
def test_a_case_gives_the_expected_result(model: Path, case: Any) -> None:
    assert tck.differences(model, case) == []


@pytest.mark.parametrize("model", sorted(FOLDER.glob("*/*.dmn")), ids=lambda path: path.stem)
def test_a_model_of_the_suite_has_no_findings(model: Path) -> None:
    assert decision.check(tck.loaded(model)) == []


if MORE:

    def test_most_cases_of_a_named_folder_pass() -> None:
        passed = [not tck.differences(model, case) for _, model, case in tck.cases_of(Path(str(MORE)))]
        assert sum(passed) >= LEAST_OF_MORE * len(passed) > 0
