"""`play` plays stories in a throw-away database and says what was expected and what was so instead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import SERVER
from tests.web.command_line import WORKFLOWS, CommandLine

CHRISTMAS = Path("pay_subsidy") / "stories" / "christmas.toml"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """A copy of the folders in which one may change things."""
    shutil.copytree(WORKFLOWS, tmp_path / "workflows")
    return tmp_path / "workflows"


def test_a_story_that_holds(cli: CommandLine) -> None:
    answer = cli.ask("play", WORKFLOWS / CHRISTMAS)
    assert answer["stories"] == [{"story": "christmas", "ok": True, "failures": []}]
    coverage = {row["process"]: row for row in answer["coverage"]}
    assert set(coverage["pay_subsidy"]) == {"process", "elements", "visited", "missed"}
    assert (
        len(coverage["pay_subsidy"]["missed"])
        == coverage["pay_subsidy"]["elements"] - coverage["pay_subsidy"]["visited"]
    )


def test_a_folder_plays_all_of_its_stories(cli: CommandLine) -> None:
    answer = cli.ask("play", WORKFLOWS / "interruption")
    assert {story["story"] for story in answer["stories"]} == {
        path.stem for path in (WORKFLOWS / "interruption" / "stories").glob("*.toml")
    }
    (row,) = [row for row in answer["coverage"] if row["process"] == "interruption"]
    assert row["visited"] > 10


def test_a_part_plays_by_itself_and_only_drawn_folders_are_counted(cli: CommandLine, folders: Path) -> None:
    (folders / "hearing" / "stories" / "alone.toml").write_text(
        """process = "hearing"
        parties.customer = {name = "Sami Esimerkki", kind = "person", identity_code = "131052-308T"}
        inputs.addressee = "customer"
        [[steps]]
        at = 2026-02-09
        start = ""
        expect = {open = ["hearing/assess_hearing"]}
        """
    )
    answer = cli.ask("play", folders / "hearing" / "stories" / "alone.toml")
    assert answer["stories"] == [{"story": "alone", "ok": True, "failures": []}]
    (row,) = answer["coverage"]
    assert (row["process"], row["visited"]) == ("hearing", 2)


def test_a_story_that_fails_says_when_what_was_expected_and_what_was_so(cli: CommandLine, folders: Path) -> None:
    deadlines = folders / "law" / "deadlines.toml"
    deadlines.write_text(deadlines.read_text().replace("length = 30", "length = 31"))
    (story,) = cli.ask("play", folders / "pay_subsidy" / "stories" / "refused_over_christmas.toml", status=1)["stories"]
    assert not story["ok"]
    assert set(story["failures"][0]) == {"at", "expected", "got"}
    assert "2026-12-26" in story["failures"][0]["expected"]
    assert "2026-12-27" in str(story["failures"][0]["got"])
    told = cli("play", folders / "pay_subsidy" / "stories" / "refused_over_christmas.toml", status=1).out
    assert "expected" in told
    assert "1 stories, 1 failed" in told


def test_a_step_that_cannot_be_done_is_a_failure(cli: CommandLine, folders: Path) -> None:
    story = folders / CHRISTMAS
    story.write_text(story.read_text().replace('do = "check_completeness"', 'do = "check_everything"'))
    (played,) = cli.ask("play", story, status=1)["stories"]
    assert "check_everything" in played["failures"][-1]["got"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("start = ", "begin = ", "begin"),
        ("[steps.expect]", "[steps.expect", "not TOML"),
        ("at = ", "at = 7 #", "expected a date"),
        ('process = "pay_subsidy"', 'process = "unknown"', "unknown"),
        ("employer = {", "employer = {colour = 1, ", "colour"),
        ("[steps.data]", "[steps.date]", "date"),
        ("due = {", "open = 1\ndue = {", "expected a list"),
    ],
)
def test_a_story_that_cannot_be_read_is_refused(
    cli: CommandLine, folders: Path, before: str, after: str, said: str
) -> None:
    story = folders / CHRISTMAS
    assert before in story.read_text()
    story.write_text(story.read_text().replace(before, after, 1))
    assert said in cli.refused("play", story)


def test_stories_of_a_folder_that_cannot_be_published_are_not_played(cli: CommandLine, folders: Path) -> None:
    drawing = folders / "payment" / "payment.bpmn"
    drawing.write_text(drawing.read_text().replace('calledElement="decision"', 'calledElement="nowhere"'))
    assert "nowhere" in cli.refused("play", folders / CHRISTMAS)


def test_what_is_no_story_is_wrong_usage(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("")
    assert "is not a story" in cli.refused("play", tmp_path / "a.toml")
    assert "has no process.toml" in cli.refused("play", tmp_path)
    assert "does not exist" in cli.refused("play", tmp_path / "nowhere")


def test_a_story_plays_on_postgresql_too_and_leaves_nothing(cli: CommandLine, postgresql: None) -> None:
    assert cli.ask("play", WORKFLOWS / CHRISTMAS, "--database", SERVER)["stories"][0]["ok"]


def test_a_server_that_is_away_is_said_in_one_sentence(cli: CommandLine) -> None:
    assert (
        "does not answer"
        in cli("play", WORKFLOWS / CHRISTMAS, "--database", "postgresql://x@127.0.0.1:1/x", status=2).err
    )
