"""The saved states of a draft: undone, brought again, gone back to, and nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tasks import draftstates, migrations
from tasks.commands import draft_files, drafts
from tasks.drafting import digest
from tasks.draftstates import StateRow
from tasks.errors import NotFound, Stale, WrongState
from tests.tasks.conftest import Town
from tests.tasks.test_drafts import begin, content, revision, save

LABELS = "labels.toml"


def last(town: Town, draft: int) -> StateRow:
    with town.database.read() as connection:
        found = draftstates.latest(connection, draft)
    assert found is not None
    return found


def go(town: Town, draft: int, step: str, who: str = "olga") -> None:
    state = last(town, draft)
    number = draftstates.before(state) if step == "undo" else draftstates.again(state)
    assert number is not None
    back(town, draft, number, who, undo=step == "undo", redo=step == "redo")


def back(town: Town, draft: int, number: int, who: str = "olga", **how: bool) -> None:
    draft_files.go_back(
        town.database, town.user(who), draft, number, revision=revision(town, draft), now=town.now, **how
    )


@pytest.fixture
def written(town: Town) -> int:
    """A draft whose labels were saved three times: states 1 to 4."""
    draft = begin(town)
    for number in (2, 3, 4):
        save(town, draft, LABELS, f"# {number}\n".encode(), "oona" if number == 3 else "olga")
    return draft


def test_every_save_is_a_state_with_who_and_when(town: Town, written: int) -> None:
    with town.database.read() as connection:
        rows = draftstates.states(connection, written)
    assert [(row.number, row.user_name) for row in rows] == [
        (1, town.user("olga").name), (2, town.user("olga").name), (3, town.user("oona").name),
        (4, town.user("olga").name),
    ]  # fmt: skip
    save(town, written, LABELS, b"# 4\n")
    assert last(town, written).number == 4


def test_files_that_are_saved_at_once_are_undone_at_once(town: Town, written: int) -> None:
    before, paths = content(town, written, LABELS), (LABELS, "parameters.toml")
    expected = {LABELS: digest(before)}
    olga = (town.database, town.user("olga"), written)
    draft_files.save_files(*olga, dict.fromkeys(paths, b"# together\n"), expected=expected, now=town.now)
    state = last(town, written)
    assert (state.number, {state.files[path] for path in paths}) == (5, {digest(b"# together\n")})
    go(town, written, "undo")
    assert content(town, written, LABELS) == before
    assert "parameters.toml" not in last(town, written).files


def test_what_was_undone_is_brought_again_in_its_order(town: Town, written: int) -> None:
    begun = content(town, begin(town), LABELS)
    for step, expected in (
        ("undo", b"# 3\n"), ("undo", b"# 2\n"), ("redo", b"# 3\n"), ("redo", b"# 4\n"), ("undo", b"# 3\n"),
        ("undo", b"# 2\n"), ("undo", begun),
    ):  # fmt: skip
        go(town, written, step)
        assert content(town, written, LABELS) == expected
    assert draftstates.before(last(town, written)) is None
    for expected in (b"# 2\n", b"# 3\n", b"# 4\n"):
        go(town, written, "redo")
        assert content(town, written, LABELS) == expected
    assert draftstates.again(last(town, written)) is None


def test_a_change_after_undoing_ends_the_redoing_and_can_be_undone(town: Town, written: int) -> None:
    go(town, written, "undo")
    save(town, written, LABELS, b"# other\n")
    assert draftstates.again(last(town, written)) is None
    go(town, written, "undo")
    assert content(town, written, LABELS) == b"# 3\n"
    go(town, written, "redo")
    assert content(town, written, LABELS) == b"# other\n"


def test_one_goes_back_to_any_state_and_on_from_there(town: Town, written: int) -> None:
    draft_files.rename_file(
        town.database, town.user("olga"), written, LABELS, "moved.toml", expected=last(town, written).files[LABELS],
        now=town.now,
    )  # fmt: skip
    back(town, written, 2, "oona")
    assert content(town, written, LABELS) == b"# 2\n"
    assert "moved.toml" not in last(town, written).files
    go(town, written, "redo")
    assert content(town, written, "moved.toml") == b"# 4\n"
    assert town.user("oona").user_id in town_authors(town, written)


def town_authors(town: Town, draft: int) -> set[int]:
    rows = town.rows("SELECT user_id FROM draft_events WHERE draft_id = :d AND kind = 'restored'", d=draft)
    return {row.user_id for row in rows}


def test_going_back_is_refused_over_somebody_elses_change_and_for_a_state_that_never_was(
    town: Town, written: int
) -> None:
    seen = revision(town, written)
    save(town, written, LABELS, b"# 5\n", "oona")
    with pytest.raises(Stale):
        draft_files.go_back(town.database, town.user("olga"), written, 1, revision=seen, now=town.now)
    with pytest.raises(NotFound):
        back(town, written, 99)
    drafts.withdraw(town.database, town.user("olga"), written, revision=revision(town, written), now=town.now)
    with pytest.raises(WrongState):
        back(town, written, 1)


def test_a_draft_from_before_begins_with_the_state_in_which_it_stands(town: Town, written: int) -> None:
    with town.database.transaction() as connection:
        for table in ("draft_states", "draft_contents"):
            connection.execute(text(f"DROP TABLE {table}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0017_alerts'"))
    migrations.upgrade(town.database, "0019_draft_states")
    with town.database.transaction() as connection:  # what came later is there
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{migrations.head()}'"))
    state = last(town, written)
    assert (state.number, state.user_name, draftstates.before(state)) == (1, "olga", None)
    save(town, written, LABELS, b"# 5\n")
    go(town, written, "undo")
    assert content(town, written, LABELS) == b"# 4\n"
    assert migrations.check(town.database) == []
