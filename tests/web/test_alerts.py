from __future__ import annotations

import pytest

from tasks.commands import people, work
from tasks.commands.alerting import watch
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser
from web.i18n import LANGUAGES

NEW = {"fi": "1 uusi hälytys", "sv": "1 nytt larm", "en": "1 new alert"}


@pytest.fixture
def esko(town: Town) -> Browser:
    """The supervisor of the north, with a late task alerted of."""
    town.start()
    town.pass_time(days=16)
    watch(town.database, town.now)
    return Browser(town, "esko")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_menu_counts_what_is_new_in_words_too(town: Town, esko: Browser, language: str) -> None:
    esko.post("/language", language=language)
    assert f'<span class="unseen">, {NEW[language]}</span>' in esko.get("/tasks/")


def test_an_alert_tells_its_cause_and_the_action(town: Town, esko: Browser) -> None:
    page = esko.get("/alerts/")
    for words in ("Tehtävä on myöhässä", "Tarkista: määräpäivä oli ma", "LU/1/2026", 'href="/tasks/1-1"'):
        assert words in page
    assert "yksikön Pohjola esihenkilö" in esko.get("/alerts/1")
    assert town.value("SELECT count(*) FROM views WHERE what = 'alerts' AND case_id IS NOT NULL") == 2


def test_what_one_does_is_in_its_history(town: Town, esko: Browser) -> None:
    page = esko.post("/alerts/1/acknowledge", note="Soitan Villelle")
    assert "Otettiin hoidettavaksi" in page
    assert "Soitan Villelle" in page
    assert "Ei uusia hälytyksiä." in esko.get("/alerts/")
    assert "palaa pe" in esko.post("/alerts/1/snooze", until="27.2.2026")
    assert 'href="/alerts/1"' in esko.get("/alerts/?state=snoozed")
    assert "Hälytys on suljettu." in esko.post("/alerts/1/close", note="Hoidettu")
    assert "Hälytys on jo suljettu." in esko.post("/alerts/1/close", note="Hoidettu")
    assert 'href="/alerts/1"' in esko.get("/alerts/?state=closed&kind=overdue")


def test_what_is_wrong_is_told_at_its_field(town: Town, esko: Browser) -> None:
    assert '<a href="#until">' in esko.post("/alerts/1/snooze", status=422, until="joskus")
    assert '<a href="#until">Valitse päivä' in esko.post("/alerts/1/snooze", status=422, until="1.1.2030")
    assert '<a href="#close-note">Kirjoita syy: miksi' in esko.post("/alerts/1/close", status=422, note=" ")
    assert '<a href="#note">Lyhennä: enintään' in esko.post("/alerts/1/acknowledge", status=422, note="x" * 2001)


def test_looking_now_finds_and_closes(town: Town, esko: Browser) -> None:
    work.claim(town.database, town.user("kalle"), town.start().task_ids[0], now=town.now)
    people.set_active(town.database, HOUSE, town.user("kalle").user_id, active=False, now=town.now)
    town.complete("vilma", "1-1", {"complete": "true"})
    page = esko.post("/alerts/look")
    assert "Tarkistettu: uusia 1, poistuneita 1." in page
    assert "1 tehtävä henkilöllä Kalle, joka ei voi enää tehdä sitä." in page
    link = f"/tasks/?who=all&amp;unit={town.unit('north')}&amp;process=permit&amp;assignee={town.user('kalle').user_id}"
    assert f'href="{link}"' in page


def test_others_neither_see_nor_act(town: Town, esko: Browser) -> None:
    vilma = Browser(town, "vilma")
    vilma.get("/alerts/", status=403)
    vilma.get("/alerts/1", status=403)
    vilma.post("/alerts/look", status=403)
    assert 'href="/alerts/"' not in vilma.get("/tasks/")
    esko.get("/alerts/99", status=404)
    south = people.add_user(town.database, HOUSE, name="sanna", full_name="Sanna", now=town.now)
    people.add_role(town.database, HOUSE, user_id=south, role="supervisor", units=[town.unit("south")], now=town.now)
    sanna = Browser(town, "sanna")
    assert "Ei uusia hälytyksiä." in sanna.get("/alerts/")
    sanna.get("/alerts/1", status=404)
    sanna.post("/alerts/1/close", status=403, note="pois")
