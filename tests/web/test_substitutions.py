from __future__ import annotations

from tasks import clock
from tasks.commands import people, work
from tests.tasks.conftest import Town
from tests.tasks.test_substituting import stand_in, taken
from tests.web.conftest import Browser


def form(town: Town, **more: object) -> dict[str, object]:
    """What a supervisor fills in."""
    people = {"user_id": town.user("vilma").user_id, "substitute_id": town.user("kalle").user_id}
    return people | {"from_on": "9.2.2026", "to_on": "13.2.2026"} | more


def test_a_supervisor_makes_and_ends_a_substitution(town: Town) -> None:
    esko = Browser(town, "esko")
    assert "Sijaisuuksia ei ole" in esko.get("/substitutions/")
    page = esko.post("/substitutions/", **form(town))
    for words in ("Sijaisuus on lisätty.", "voimassa", "Merkinnyt Esko 9.2.2026 10.00"):
        assert words in page
    number = town.value("SELECT id FROM substitutions")
    assert "lopetettu" in esko.post(f"/substitutions/{number}/end")
    assert "Sijaisuus on jo päättynyt." in esko.post(f"/substitutions/{number}/end")


def test_what_is_wrong_is_told_at_its_field_and_the_rest_is_kept(town: Town) -> None:
    esko = Browser(town, "esko")
    page = esko.post("/substitutions/", status=422, **form(town, user_id="", to_on="pian"))
    assert '<a href="#user_id">Valitse, kuka on poissa.</a>' in page
    assert '<a href="#to_on">' in page
    assert 'value="pian"' in page
    assert f'<option value="{town.user("kalle").user_id}" selected>' in page
    assert "jo sijainen" not in esko.post("/substitutions/", **form(town))
    assert "jo sijainen" in esko.post("/substitutions/", status=422, **form(town))


def test_the_page_is_for_supervisors(town: Town, vilma: Browser) -> None:
    vilma.get("/substitutions/", status=403)
    assert 'href="/substitutions/"' not in vilma.get("/tasks/")
    assert 'href="/substitutions/"' in Browser(town, "esko").get("/tasks/")


def test_the_list_and_the_task_tell_for_whom_one_stands_in(town: Town) -> None:
    task = taken(town, "vilma")
    stand_in(town, "vilma", "kalle")
    kalle = Browser(town, "kalle")
    assert "sijaistat: Vilma" in kalle.get("/tasks/")
    page = kalle.get(f"/tasks/{task}")
    assert "Sijaistat: Vilma." in page
    assert f'action="/tasks/{task}/complete"' in page
    assert f'action="/tasks/{task}/release"' not in page
    kalle.post(f"/tasks/{task}/complete", version=2, complete="true")
    history = kalle.get(f"/cases/{task.split('-')[0]}/history")
    assert "sijaisena, tehtävä oli: Vilma" in history


def test_take_next_opens_what_one_stands_in_for_by_haste_and_leaves_it_to_whom_it_is(town: Town) -> None:
    theirs = taken(town, "vilma")
    town.pass_time(days=1)
    free = town.start().task_ids[0]
    stand_in(town, "vilma", "kalle")
    kalle = Browser(town, "kalle")
    page = kalle.post("/tasks/next")
    assert f'action="/tasks/{theirs}/complete"' in page
    assert "Sijaistat: Vilma." in page
    page = kalle.post(f"/tasks/{theirs}/complete", version=2, complete="true", next="1")
    assert f'action="/tasks/{free}/complete"' in page  # claimed: it was nobody's
    claimed = town.rows("SELECT case_id FROM events WHERE kind = 'task_claimed' AND actor = 'Kalle'")
    assert [row.case_id for row in claimed] == [int(free.split("-")[0])]


def test_take_next_passes_over_what_the_substitute_may_not_do(town: Town) -> None:
    theirs = taken(town, "vilma")
    free = town.start().task_ids[0]
    stand_in(town, "vilma", "kalle")
    kalle = town.user("kalle")
    people.declare_disqualification(
        town.database, kalle, int(theirs.split("-")[0]), user_id=kalle.user_id, reason="Läheinen", now=town.now
    )
    assert f'action="/tasks/{free}/complete"' in Browser(town, "kalle").post("/tasks/next")


def test_a_reminder_tells_for_whom_one_stands_in(town: Town) -> None:
    taken(town, "vilma")
    town.pass_time(days=11)
    clock.run_until(town.database, town.now)
    kalle = Browser(town, "kalle")
    assert "Sami Esimerkki" not in kalle.get("/reminders/")
    stand_in(town, "vilma", "kalle")
    page = kalle.get("/reminders/")
    assert "sijaistat: Vilma" in page
    assert '<span class="new" aria-hidden="true">1</span>' in page


def test_giving_work_to_somebody_away_warns_once_and_in_bulk(town: Town) -> None:
    one, other = town.start().task_ids[0], town.start().task_ids[0]
    stand_in(town, "vilma", "kalle")
    esko, vilma = Browser(town, "esko"), town.user("vilma").user_id
    warning = "Vilma on poissa 16.2.2026 asti, sijaisena Kalle."
    assert "Vilma (poissa)" in esko.get(f"/tasks/{one}")
    assert warning in esko.post(f"/tasks/{one}/assign", version=1, person=vilma)
    assert "Vilma (poissa)" in esko.get("/tasks/?who=all")
    page = esko.post("/tasks/hand-over?who=all", task=[f"{other}:1"], person=vilma)
    assert f"Annettu: Vilma. {warning}" in page
    work.claim(town.database, town.user("pauli"), town.start().task_ids[0], now=town.now)
    assert warning not in esko.post("/tasks/hand-over?who=all", task=[f"{other}:2"], person=town.user("pauli").user_id)


def test_the_trail_tells_it_by_names(town: Town) -> None:
    from tests.tasks.conftest import HOUSE

    people.add_role(town.database, HOUSE, user_id=town.user("outi").user_id, role="auditor", now=town.now)
    stand_in(town, "vilma", "kalle")
    page = Browser(town, "outi").get("/audit/changes")
    assert "sijaisuus lisätty" in page
    assert "sijainen: Kalle" in page
