"""Notes to the owners of processes on both databases: who sees which, and in what order."""

from __future__ import annotations

from tasks.commands import noting
from tasks.queries import notes
from tasks.queries.people import person
from tests.tasks.conftest import Town

AREAS = {"permit": "supporting_employment"}


def write(town: Town, text: str) -> int:
    asked = {"process": "permit", "version": 1, "unit_id": town.unit("north"), "text": text}
    return noting.write_note(town.database, town.user("esko"), now=town.now, **asked)


def read(town: Town, who: str) -> list[tuple[str, str | None]]:
    with town.database.read() as connection:
        found = person(connection, town.user(who).user_id, town.now.date())
        return [(row.text, row.answerer) for row in notes.listed(connection, notes.visible(found, AREAS))]


def waiting(town: Town, who: str) -> int:
    with town.database.read() as connection:
        found = person(connection, town.user(who).user_id, town.now.date())
        return notes.open_count(connection, notes.owned(found, AREAS))


def test_those_without_an_answer_come_first_and_only_owners_are_waited_for(town) -> None:
    first, second = write(town, "yksi"), write(town, "kaksi")
    assert first != second
    assert read(town, "esko") == [("kaksi", None), ("yksi", None)]
    noting.answer_note(town.database, town.user("olga"), second, text="Selvä", now=town.now)
    assert read(town, "olga") == [("yksi", None), ("kaksi", "Olga")]
    assert [waiting(town, who) for who in ("olga", "oona", "esko", "vilma")] == [1, 1, 0, 0]
    assert read(town, "vilma") == []
