from __future__ import annotations

from datetime import date

from tasks.commands import work
from tests.tasks.conftest import Town
from tests.web.conftest import Browser


def test_a_task_stands_with_its_words_customer_number_and_date(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    page = vilma.get("/tasks/")
    assert f'href="/tasks/{task}"' in page
    assert "Sami Esimerkki" in page
    assert "10 työpäivää" in page
    assert "ma\N{NO-BREAK SPACE}23.2.2026" in page
    assert "tavoite" in page


def test_late_tasks_are_told_in_words_of_the_language(town: Town, vilma: Browser) -> None:
    town.start()
    town.pass_time(days=16)
    assert "myöhässä 2 työpäivää" in vilma.get("/tasks/")
    vilma.post("/language", language="sv")
    assert "2 arbetsdagar försenad" in vilma.get("/tasks/")
    vilma.post("/language", language="en")
    assert "2 working days late" in vilma.get("/tasks/")


def test_the_filter_lives_in_the_address(town: Town, vilma: Browser) -> None:
    town.start()
    page = vilma.get("/tasks/?who=mine")
    assert "Rajauksella ei löydy tehtäviä" in page
    assert '<option value="mine" selected>' in page


def test_another_units_tasks_are_not_shown(town: Town) -> None:
    task = town.start().task_ids[0]
    saara = Browser(town, "saara")
    assert task not in saara.get("/tasks/?who=all")
    assert "yksikköön, johon roolisi eivät ulotu" in saara.get(f"/tasks/{task}", status=403)


def test_taking_the_next_task_claims_and_opens_it(town: Town, vilma: Browser) -> None:
    first, second = town.start().task_ids[0], town.start().task_ids[0]
    work.claim(town.database, town.user("kalle"), first, now=town.now)
    page = vilma.post("/tasks/next")
    assert f'action="/tasks/{second}/complete"' in page


def test_with_nothing_to_take_one_is_told_so(vilma: Browser) -> None:
    assert "Ei vapaita tehtäviä" in vilma.post("/tasks/next")


def test_a_supervisor_sees_everybodys_tasks(town: Town) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("kalle"), task, now=town.now)
    assert "Kalle" in Browser(town, "esko").get("/tasks/?who=all")


def test_a_held_task_waits_in_its_own_group_with_its_reason(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    work.hold(town.database, town.user("vilma"), task, until=date(2026, 2, 20), reason="Odottaa soittoa", now=town.now)
    page = vilma.get("/tasks/")
    assert "Siirretty myöhemmäksi" in page
    assert "Odottaa soittoa" in page


def test_the_list_is_called_by_whose_work_it_is(town: Town, vilma: Browser) -> None:
    town.start()
    assert "<h1>Omat tehtävät</h1>" in vilma.get("/tasks/")
    assert "<h1>Tehtävät</h1>" in vilma.get("/tasks/?who=all")


def test_only_work_of_ones_own_roles_is_offered_to_be_taken(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    assert f'action="/tasks/{task}/claim"' in vilma.get("/tasks/?who=all")
    page = Browser(town, "esko").get("/tasks/?who=all")
    assert f'href="/tasks/{task}"' in page
    assert "/claim" not in page
