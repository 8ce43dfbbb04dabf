"""What a story names and nothing has is told with the step and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.errors import Finding
from engine.mention import check
from engine.story import check_stories
from tests.tasks.conftest import BUNDLES

FIRST = 'name = "S"\n[[steps]]\nat = 2026-03-02\nstart = "application"\n\n[[steps]]\nat = 2026-03-03\n'


def found(step: str, law: bool = True) -> list[Finding]:
    """What is found of a story whose second step, from line 8 on, says this."""
    files = {**bundles.read(BUNDLES / "permit").files, "stories/s.toml": (FIRST + step).encode()}
    beside = {"law": bundles.read(Path(__file__).parents[2] / "workflows" / "law")} if law else {}
    return list(check(bundles.assemble(files, "permit"), beside))


@pytest.mark.parametrize(
    ("step", "told", "line"),
    [
        ('do = "chekc"', "there is no task 'chekc'", 8),
        ('hold = {task = "chekc", until = 2026-03-10, reason = "x"}', "there is no task 'chekc'", 8),
        ('message = "replay"', "there is no message 'replay'", 8),
        ('answer = "chekc"', "there is no service 'chekc'", 8),
        ("publish = {deadlines = {reply = {}}}", "there is no deadline 'reply'", 8),
        ('\n[steps.expect]\nopen = ["check"]\nno_deadline = ["reply"]', "there is no deadline 'reply'", 11),
        ("expect = {due = {reply = 2026-03-10}}", "there is no deadline 'reply'", 8),
        ('expect = {waits = ["replay"]}', "there is no message 'replay'", 8),
        ('expect = {letters = ["note"]}', "there is no letter 'note'", 8),
        ('expect = {letter = {name = "note"}}', "there is no letter 'note'", 8),
        ('expect = {outcome = "done"}', "there is no outcome 'done'", 8),
        ('expect = {started = ["other"]}', "there is no process 'other'", 8),
    ],
)
def test_a_name_that_nothing_has_is_told_with_its_step_and_line(step: str, told: str, line: int) -> None:
    (finding,) = found(step)
    assert (finding.message, finding.severity) == (f"step 2: {told}", "warning")
    assert (finding.file, finding.element, finding.line) == ("stories/s.toml", "steps[2]", line)


def test_what_the_process_and_the_law_have_is_no_finding() -> None:
    assert found('do = "check"\nexpect = {open = ["decide"], waits = ["reply"], no_deadline = ["reply_time"],'
                 ' letters = ["notice"], outcome = ""}') == []  # fmt: skip


def test_without_the_law_beside_it_no_deadline_is_missed() -> None:
    assert found('expect = {no_deadline = ["reply"]}', law=False) == []


def test_a_story_that_cannot_be_read_says_at_which_step() -> None:
    (finding,) = check_stories({"s": {"steps": [{"at": "soon", "start": "application"}]}})
    assert finding.element == "steps[1]"
