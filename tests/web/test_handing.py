from __future__ import annotations

import re

import pytest

from tasks.commands import people, work
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser
from web.i18n import LANGUAGES


@pytest.fixture
def esko(town: Town) -> Browser:
    """The supervisor of the north."""
    return Browser(town, "esko")


def hand(browser: Browser, *tasks: str, status: int = 200, **fields: object) -> str:
    return browser.post("/tasks/hand-over?who=all", status=status, task=list(tasks), **fields)


def test_a_supervisor_selects_tasks_and_a_caseworker_does_not(town: Town, vilma: Browser, esko: Browser) -> None:
    task = town.start().task_ids[0]
    assert f'form="hand-over" name="task" value="{task}:1"' in esko.get("/tasks/?who=all")
    assert 'form="hand-over"' not in vilma.get("/tasks/?who=all")


def test_everything_on_the_page_is_selected_by_a_link(town: Town, esko: Browser) -> None:
    for _ in range(3):
        town.start()
    assert " checked" not in esko.get("/tasks/?who=all")
    assert "Valitse kaikki tällä sivulla" in esko.get("/tasks/?who=all")
    page = esko.get("/tasks/?who=all&select=all")
    assert page.count(" checked></span>") == 3
    assert "Poista valinnat" in page


def test_each_row_tells_what_became_of_it(town: Town, esko: Browser) -> None:
    moved, changed = town.start().task_ids[0], town.start().task_ids[0]
    work.claim(town.database, town.user("vilma"), changed, now=town.now)
    page = hand(esko, f"{moved}:1", f"{changed}:1", person=town.user("kalle").user_id)
    assert "1/2 tehtävää siirtyi." in page
    assert f'<a href="/tasks/{moved}">Tarkista, LU/1/2026</a>: Annettu: Kalle.' in page
    assert "vilma otti tehtävän tai muutti sitä 9.2.2026 10.00." in page


@pytest.mark.parametrize(
    ("language", "words"),
    list(zip(LANGUAGES, ("hänellä ei ole", "som hen inte har", "which they do not hold"), strict=True)),
)
def test_who_may_not_is_told_as_a_sentence_about_the_colleague(
    town: Town, esko: Browser, language: str, words: str
) -> None:
    task = town.start().task_ids[0]
    esko.post("/language", language=language)
    page = hand(esko, f"{task}:1", person=town.user("paula").user_id)
    assert words in page
    assert page.count(" checked></span>") == 1


def test_of_several_units_the_list_tells_where_each_colleague_works(town: Town) -> None:
    database, area = town.database, town.value("SELECT id FROM areas")
    east = people.add_unit(database, HOUSE, code="east", name={"fi": "Itä"}, area_id=area, now=town.now)
    for name, role, work_roles, units in (
        ("ritva", "supervisor", [], [town.unit("north"), east]),
        ("anni", "caseworker", ["grant_officer"], [town.unit("north"), east]),
        ("into", "caseworker", ["grant_officer"], [east]),
    ):
        user = people.add_user(database, HOUSE, name=name, full_name=name.title(), now=town.now)
        people.add_role(database, HOUSE, user_id=user, role=role, work_roles=work_roles, units=units, now=town.now)
    town.start()
    ritva, esko = Browser(town, "ritva"), Browser(town, "esko")
    for page in ("/tasks/?who=all", "/substitutions/"):
        told = re.findall(r'<option value="\d+"[^>]*>([^<]*)</option>', ritva.get(page))
        assert {"Anni: kaikki yksikkösi", "Into: Itä", "Kalle: Pohjola"} <= set(told)
        assert "Saara" not in " ".join(told)
        assert ">Kalle</option>" in esko.get(page), "who supervises one unit has nothing to tell apart"


def test_the_selected_are_released(town: Town, esko: Browser) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("vilma"), task, now=town.now)
    assert "Palautettu vapaaksi." in hand(esko, f"{task}:2", release="1")
    assert town.value("SELECT count(*) FROM tasks WHERE assignee_id IS NOT NULL") == 0


def test_nothing_chosen_and_nobody_named_are_told_at_their_places(town: Town, esko: Browser) -> None:
    task = town.start().task_ids[0]
    page = hand(esko, status=422)
    assert '<a href="#hand-over">Valitse listalta ainakin yksi tehtävä.</a>' in page
    assert '<a href="#hand-over-person">' in page
    kept = hand(esko, f"{task}:1", status=422)
    assert kept.count(" checked></span>") == 1


def test_a_task_of_another_unit_is_refused_without_its_name(town: Town, esko: Browser) -> None:
    task = town.start(actor=town.user("saara"), unit_id=town.unit("south")).task_ids[0]
    page = hand(esko, f"{task}:1", "x:1", person=town.user("kalle").user_id)
    assert "LU/1/2026" not in page
    assert "yksikköön, johon roolisi eivät ulotu" in page
    assert "Tällaista tehtävää ei ole" in page


def test_a_figure_leads_to_its_tasks_by_the_address(town: Town, esko: Browser) -> None:
    task = town.start().task_ids[0]
    work.claim(town.database, town.user("kalle"), task, now=town.now)
    address = f"/tasks/?who=all&unit={town.unit('north')}&process=permit&element=check&group=later"
    page = esko.get(f"{address}&assignee={town.user('kalle').user_id}")
    assert f'href="/tasks/{task}"' in page
    assert "Vain vaihe Tarkista." in page
    assert "Vain ryhmä Myöhemmin." in page
    for other in (f"{address}&assignee={town.user('vilma').user_id}", address.replace("later", "late")):
        assert f'href="/tasks/{task}"' not in esko.get(other)
