"""A supervisor writes to the owner of a process from the map; the owner answers; nobody else reads it."""

from __future__ import annotations

import pytest

from tasks.commands import noting, people
from tasks.errors import Forbidden, InvalidValue, NotFound, WrongState
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser

TEXT = "Tarkistus jumittaa: lomake kysyy kahdesti saman."


def written(town: Town, who: str = "esko", **more: object) -> int:
    """A note on the step `check`."""
    asked = {"process": "permit", "version": 1, "unit_id": town.unit("north"), "path": "check", "text": TEXT} | more
    return noting.write_note(town.database, town.user(who), now=town.now, **asked)


def test_from_the_map_to_the_answer(town: Town) -> None:
    town.start()
    esko, olga = Browser(town, "esko"), Browser(town, "olga")
    address = "/notes/new?process=permit&version=1&step=check"
    assert address.replace("&", "&amp;") in esko.get("/board/steps/permit")
    assert "Tarkista" in esko.get(address)
    esko.post("/notes/new", process="permit", version="1", step="check", text=TEXT)
    page = olga.get("/notes/")
    assert TEXT in page
    assert 'odottaa vastausta"' in page or "odottaa vastausta" in page
    number = town.value("SELECT id FROM process_notes")
    page = olga.post(f"/notes/{number}/answer", text="Korjaan seuraavaan versioon.")
    assert "Vastaus on lähetetty." in page
    page = esko.get("/notes/")
    assert "Korjaan seuraavaan versioon." in page
    assert f'action="/notes/{number}/answer"' not in page
    assert "odottaa vastausta" not in Browser(town, "oona").get("/tasks/")


def test_the_owner_sees_in_the_menu_how_many_wait(town: Town) -> None:
    assert "odottaa vastausta" not in Browser(town, "olga").get("/processes/")
    written(town)
    assert "1 odottaa vastausta" in Browser(town, "olga").get("/processes/")
    assert "1 odottaa vastausta" not in Browser(town, "esko").get("/processes/")


def test_two_owners_answer_at_once_and_the_later_keeps_their_words(town: Town) -> None:
    number = written(town)
    Browser(town, "olga").post(f"/notes/{number}/answer", text="Ensimmäinen")
    page = Browser(town, "oona").post(f"/notes/{number}/answer", status=422, text="Toinen vastaus")
    assert "Viestiin oli jo vastattu." in page
    assert "Toinen vastaus" in page
    assert town.value("SELECT answer FROM process_notes") == "Ensimmäinen"


@pytest.mark.parametrize("text", ["", " ", "x" * 2001])
def test_what_will_not_do_is_told_and_kept(town: Town, text: str) -> None:
    page = Browser(town, "esko").post("/notes/new", status=422, process="permit", version="1", step="", text=text)
    assert '<a href="#text">' in page
    assert f">{text}</textarea>" in page
    number = written(town)
    page = Browser(town, "olga").post(f"/notes/{number}/answer", status=422, text=text)
    assert f'<a href="#answer-{number}">' in page
    assert f">{text}</textarea>" in page


def test_a_supervisor_of_two_units_says_for_which(town: Town) -> None:
    south = {"user_id": town.user("esko").user_id, "role": "supervisor", "units": [town.unit("south")]}
    people.add_role(town.database, HOUSE, **south, now=town.now)
    esko, sent = Browser(town, "esko"), {"process": "permit", "version": "1", "step": "", "text": TEXT}
    page = esko.post("/notes/new", status=422, **sent)
    assert "Valitse yksikkö." in page
    assert TEXT in page
    esko.post("/notes/new", **sent, unit=town.unit("south"))
    assert town.value("SELECT unit_id FROM process_notes") == town.unit("south")


def test_others_read_and_write_nothing(town: Town, vilma: Browser) -> None:
    number = written(town)
    vilma.get("/notes/", status=403)
    vilma.get("/notes/new?process=permit&version=1", status=403)
    user = people.add_user(town.database, HOUSE, name="sirpa", full_name="Sirpa", now=town.now)
    south = [town.unit("south")]
    people.add_role(town.database, HOUSE, user_id=user, role="supervisor", units=south, now=town.now)
    people.add_role(town.database, HOUSE, user_id=user, role="process_owner", areas=["other"], now=town.now)
    sirpa = Browser(town, "sirpa")
    assert TEXT not in sirpa.get("/notes/")
    sirpa.post(f"/notes/{number}/answer", status=403, text="x")
    for who in ("sirpa", "vilma", "olga"):
        with pytest.raises(Forbidden):
            written(town, who)
    with pytest.raises(Forbidden):
        noting.answer_note(town.database, town.user("esko"), number, text="x", now=town.now)


def test_what_there_is_not(town: Town) -> None:
    esko = Browser(town, "esko")
    esko.get("/notes/new?process=permit&version=9", status=404)
    esko.get("/notes/new?process=nothing&version=1", status=404)
    with pytest.raises(NotFound):
        noting.answer_note(town.database, town.user("olga"), 99, text="x", now=town.now)
    with pytest.raises(InvalidValue):
        written(town, text="")
    number = written(town)
    noting.answer_note(town.database, town.user("olga"), number, text="x", now=town.now)
    with pytest.raises(WrongState):
        noting.answer_note(town.database, town.user("olga"), number, text="x", now=town.now)
