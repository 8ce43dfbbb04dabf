"""Every story of every folder holds on both databases, and together they go everywhere in the diagrams."""

from __future__ import annotations

import pytest

from engine.story import Story
from tasks.player import play
from tasks.stage import Stage, fresh
from tests.workflows.folders import alone, definitions, folders, stories

EXPLAINED = {
    "D-PAL-13": "workflows/payment/amount.dmn computes the cap of a partial period; it is an amount, no date",
    "D-PAL-14": "workflows/pay_subsidy/parameters.toml carries the index review as the doubt of the caps",
    "D-STA-05": "workflows/payment/ counts the five days of a calendar week; it is a number of days, no date",
}


@pytest.mark.parametrize("name", stories())
def test_a_story_holds(name: str, stage: Stage) -> None:
    with fresh(stage) as own:
        played = play(own, stories()[name])
    assert [f"{f.at}: expected {f.expected}, got {f.got}" for f in played.failures] == []


def test_the_stories_visit_every_element_of_every_diagram(sqlite_stage: Stage) -> None:
    running = definitions() | alone()
    drawn = [each.coverage_elements for each in running.values()]
    missed = {(part, element) for parts in drawn for part, names in parts.items() for element in names}
    telling, rest = _telling_first()
    for story in telling + rest:
        if not missed:
            break
        with fresh(sqlite_stage) as own:
            visited = play(own, story).visited
        elements = running[story.process].elements
        missed -= {(elements[path].process, elements[path].element) for path in visited if path in elements}
    assert not missed


def _telling_first() -> tuple[list[Story], list[Story]]:
    """The stories that do or find something new, the richest first; then the others, which are rarely needed."""
    known: set[tuple[str, str]] = set()
    telling: list[Story] = []
    rest: list[Story] = []
    for story in sorted(stories().values(), key=lambda story: -len(_targets(story))):
        (telling if _targets(story) - known else rest).append(story)
        known |= _targets(story)
    return telling, rest


def _targets(story: Story) -> set[tuple[str, str]]:
    """What a story does, what it finds open and how it ends."""
    return {
        *((step.action, str(step.target)) for step in story.steps),
        *(("open", task) for step in story.steps for task in step.expect.get("open", ())),
        *(("outcome", step.expect["outcome"]) for step in story.steps if "outcome" in step.expect),
    }


def test_every_part_has_stories_of_its_own() -> None:
    assert not [bundle.process for bundle in folders().values() if bundle.kind != "law" and not bundle.stories]


def test_every_outcome_is_the_end_of_a_story() -> None:
    reached = {step.expect.get("outcome") for story in stories().values() for step in story.steps}
    running = definitions() | alone()
    assert not {end for definition in running.values() for end in definition.main_ends} - reached


def test_every_deadline_of_both_supports_in_the_register_is_used_or_explained() -> None:
    used = {deadline.law for bundle in folders().values() for deadline in bundle.deadlines.values()}
    register = {f"D-PAL-{number:02}" for number in range(1, 18)} | {f"D-STA-{number:02}" for number in range(1, 9)}
    assert register - used == set(EXPLAINED)


def test_every_deadline_of_a_process_or_part_is_a_date_in_some_story() -> None:
    seen = {name for story in stories().values() for step in story.steps for name in step.expect.get("due", {})}
    own = {name for bundle in folders().values() if bundle.kind != "law" for name in bundle.deadlines}
    assert not own - seen


def test_every_refusal_reason_is_found_by_a_story() -> None:
    reasons = {name for process in definitions() for name in folders()[process].labels.reasons}
    told = repr([step.expect for story in stories().values() for step in story.steps])
    assert not [reason for reason in sorted(reasons) if f"'{reason}'" not in told]
