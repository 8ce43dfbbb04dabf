"""The board in the pages: what stands on it, who may open it, and that its numbers lead to their cases."""

from __future__ import annotations

import html
import re
from collections import Counter
from datetime import date

import pytest

from engine import bundle as bundles
from tasks.commands import people
from tasks.commands.publishing import publish
from tasks.moments import day
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.web.conftest import Browser
from web.board.pictures import BOTTOM, HEIGHT, TOP, ceiling, columns


@pytest.fixture
def esko(town: Town) -> Browser:
    """A supervisor in the north, where one case is done, one late and one new; one more stands in the south."""
    done = town.start().task_ids[0]
    late = town.start().case_id
    town.start(unit_id=town.unit("south"), actor=town.user("saara"))
    town.pass_time(days=3)
    decided = town.complete("vilma", done, {"complete": "true"}).opened[0]
    town.complete("paula", decided, {"approved": "true"})
    town.pass_time(days=13)
    assert late
    town.start()
    return Browser(town, "esko")


def number(page: str, figure: str) -> str:
    """The number of a row of the board, as it is read."""
    row = re.search(
        rf'<th scope="row">{re.escape(figure)}<details.*?</th>\s*<td class="amount big">(.*?)</td>', page, re.S
    )
    assert row, figure
    return " ".join(re.sub(r'<span class="unseen">.*?</span>|<[^>]+>', "", row[1]).split())


def test_the_board_tells_what_stands_and_what_happened(esko: Browser) -> None:
    page = esko.get("/board/")
    figures = ("Myöhässä", "Lain määräaika ylitetty", "Avoinna", "Saapuneet", "Valmistuneet", "Peruutetut")
    assert [number(page, figure) for figure in figures] == ["1", "0", "2", "3", "1", "0"]
    assert number(page, "Läpimenoaika, puolet") == "3 päivää (3 työpäivää)"
    assert "9.2.2026" in page  # the Monday of the first week on the picture's table


def test_each_number_opens_its_cases(esko: Browser) -> None:
    page = esko.get("/board/")
    for address, rows in (
        ("/board/cases?what=late", 1),
        ("/board/cases?what=open", 2),
        ("/board/cases?what=received", 3),
    ):
        assert address in page
        assert len(re.findall(r'<th scope="row" class="number">', esko.get(address))) == rows
    assert len(re.findall(r'<th scope="row" class="number">', esko.get("/board/cases?what=aged&age=2"))) == 1
    esko.get("/board/cases?what=everything", status=404)
    esko.get("/board/cases?what=aged&age=99", status=404)


def test_a_period_of_ones_own_is_counted_and_a_wrong_one_is_told_with_what_was_typed(esko: Browser) -> None:
    page = esko.get("/board/?period=own&from=1.2.2026&to=10.2.2026")
    assert number(page, "Saapuneet") == "2"
    wrong = esko.get("/board/?period=own&from=30.2.2026&to=x")
    assert "Päivää ”30.2.2026” ei voi lukea" in wrong
    assert 'value="30.2.2026"' in wrong
    assert "päättyy ennen kuin se alkaa" in esko.get("/board/?period=own&from=2.2.2026&to=1.2.2026")
    assert "liian pitkä" in esko.get("/board/?period=own&from=1.1.2010&to=1.1.2026")


def test_the_board_is_a_supervisors_and_of_their_units(town: Town, esko: Browser, vilma: Browser) -> None:
    for path in ("/board/", "/board/ahead", "/board/cases", "/board/steps/permit", "/board/people"):
        esko.get(path)
        vilma.get(path, status=403)
    assert "/board/" not in vilma.get("/tasks/")
    south = town.unit("south")
    assert number(esko.get(f"/board/?unit={south}"), "Avoinna") == "2"  # a unit of somebody else's does not widen


def test_what_is_coming_stands_by_day(esko: Browser) -> None:
    page = esko.get("/board/ahead")
    assert "11.3.2026" in page  # the new case is to be checked within 14 days
    assert "Mikään ei eräänny viikon sisällä" in page
    assert "jäi arvioimatta" in page


def test_what_is_coming_has_no_period_and_hands_on_the_one_that_was_asked_for(esko: Browser) -> None:
    assert 'name="period"' not in esko.get("/board/ahead")
    page = esko.get("/board/ahead?period=own&from=1.2.2026&to=10.2.2026")
    assert 'id="ask-period"' not in page
    for name, value in (("period", "own"), ("from", "1.2.2026"), ("to", "10.2.2026")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in page
    assert "error-summary" not in esko.get("/board/ahead?period=own&from=x&to=y")


@pytest.fixture
def haste(town: Town) -> tuple[Browser, str, str]:
    """A supervisor whose unit has been late a dozen times; a task due within a week, and one due after it."""
    tasks = [town.start().task_ids[0] for _ in range(12)]
    town.pass_time(days=20)
    for task in tasks:
        town.complete("vilma", task, {"complete": "true"})
    soon = town.start().task_ids[0]
    town.pass_time(days=9)
    later = town.start().task_ids[0]
    return Browser(town, "esko"), soon, later


def group(page: str, id: str) -> str:
    """A table of the page by its heading."""
    return page.partition(f'<h2 id="{id}">')[2].partition("</section>")[0]


def test_what_will_be_late_this_week_comes_before_what_is_late_later(haste: tuple[Browser, str, str]) -> None:
    esko, soon, later = haste
    page = esko.get("/board/ahead")
    assert f'href="/tasks/{soon}"' in group(page, "likely_week")
    assert f'href="/tasks/{later}"' in group(page, "likely_later")
    assert page.index('id="likely_week"') < page.index('id="likely_later"')
    assert "Niistä 12 myöhästyi" in group(page, "likely_week")


def test_the_late_to_be_are_given_to_a_colleague_where_they_are_seen(
    town: Town, haste: tuple[Browser, str, str]
) -> None:
    esko, soon, later = haste
    page = esko.post("/board/ahead/hand-over", status=422, task=[f"{soon}:1"])
    assert f'value="{soon}:1"' in page
    assert page.count(" checked></span>") == 1
    page = esko.post("/board/ahead/hand-over", task=[f"{soon}:1", f"{later}:9"], person=town.user("kalle").user_id)
    assert "1/2 tehtävää siirtyi." in page
    assert "Kalle" in group(page, "likely_week")


def test_only_a_supervisor_hands_over_from_the_board(town: Town, haste: tuple[Browser, str, str]) -> None:
    _, soon, _ = haste
    Browser(town, "vilma").post("/board/ahead/hand-over", status=403, task=[f"{soon}:1"], person=1)


def test_the_map_names_the_steps_with_their_numbers(esko: Browser) -> None:
    page = esko.get("/board/steps/permit")
    assert "Tarkista" in page
    assert r"2 avoinna, 1 my\u00f6h" in page
    assert r"puolet 3 p\u00e4iv" in page  # how long the step took the one case that passed it
    esko.get("/board/steps/nothing", status=404)
    esko.get("/board/steps/permit?version=9", status=404)


def test_figures_of_persons_need_the_areas_word_and_a_purpose_and_leave_a_mark(town: Town, esko: Browser) -> None:
    assert "ei ole otettu käyttöön" in esko.get("/board/people")
    area = town.value("SELECT id FROM areas")
    people.set_setting(
        town.database, HOUSE, area_id=area, name="figures.persons", value=True, from_on=date(2026, 1, 1), now=town.now
    )
    assert "Vilma" not in esko.get("/board/people")
    assert "Kirjoita käyttötarkoitus" in esko.post("/board/people", status=422, purpose="  ")
    assert "vapaa" in esko.post("/board/people", purpose="Työn jakaminen")
    marks = town.rows("SELECT why FROM views WHERE what = 'figures_of_persons'")
    assert [row.why for row in marks] == ["Työn jakaminen"]


def test_bars_stand_on_the_floor_and_reach_up_to_their_value() -> None:
    picture = columns([("1", (5, 10)), ("2", (0, 20))])
    heights = [bar.height for bar in picture.bars]
    assert heights == [51, 102, 0, HEIGHT - BOTTOM - TOP - 0.0] or heights[1] == 2 * heights[0]
    assert all(round(bar.y + bar.height, 1) == picture.floor for bar in picture.bars)
    assert [tick.text for tick in picture.ticks] == ["0", "10", "20"]
    assert [ceiling(most) for most in (0, 1, 3, 6, 11, 51, 200)] == [1, 1, 5, 10, 20, 100, 200]
    assert columns([]).bars == ()


LINK = re.compile(r'<a href="(/board/(?:cases|entries)\?[^"]*)"[^>]*>(\d+)<span')


def listed(browser: Browser, address: str) -> int:
    """How many rows a list has."""
    return len(re.findall(r'<th scope="row" class="number">', browser.get(html.unescape(address))))


def test_every_linked_number_of_the_board_leads_to_as_many_rows(town: Town, esko: Browser) -> None:
    links: dict[str, int] = {}
    for address in ("/board/?open=all", "/board/products/decision", "/board/products/interview", "/board/steps/permit"):
        links |= {found: int(n) for found, n in LINK.findall(esko.get(address))}
    assert {address: listed(esko, address) for address in links} == links
    kinds = Counter(re.search(r"what=(\w+)", address)[1] for address in links)  # type: ignore[index]
    assert set(kinds) >= {
        "late", "open", "received", "completed", "outcome", "made", "sent", "met", "load", "done", "standing",
    }, kinds  # fmt: skip


@pytest.fixture
def changed(town: Town) -> Browser:
    """Ten permits done in five days on version 1; then version 2."""
    handle(town, 10, days=5)
    publish_changed(town)
    return Browser(town, "esko")


def publish_changed(town: Town) -> None:
    """Version 2 of the permit, from today: a step has another name, one another id."""
    files = dict(bundles.read(BUNDLES / "permit").files)
    files["forms/ask.json"] = files.pop("forms/go_on.json")
    for name in ("permit.bpmn", "labels.toml", "deadlines.toml"):
        files[name] = files[name].replace(b"go_on", b"ask").replace(b'"Tarkista"', b'"Tarkista heti"')
    second = bundles.assemble(files, "permit")
    publish(town.database, HOUSE, [second], author="olga", approver="oona", from_on=day(town.now), now=town.now)


def handle(town: Town, n: int, days: int) -> None:
    """So many permits arrive and are decided after so many days."""
    tasks = [town.start().task_ids[0] for _ in range(n)]
    town.pass_time(days=days)
    for task in tasks:
        town.complete("paula", town.complete("vilma", task, {"complete": "true"}).opened[0], {"approved": "true"})


VERSIONS = "/board/versions/permit"


def read(browser: Browser, address: str) -> str:
    """A page as people read it."""
    page = re.sub(r'<span class="unseen">.*?</span>|<[^>]+>', " ", browser.get(address))
    return " ".join(html.unescape(page).replace("\N{NO-BREAK SPACE}", " ").split())


def test_versions_side_by_side_say_nothing_of_fewer_than_ten_cases(town: Town, changed: Browser) -> None:
    handle(town, 9, days=3)
    page = read(changed, VERSIONS)
    assert "Versiossa 2 on jaksossa valmistunut 9 asiaa. Alle 10 asiasta ei voi sanoa" in page
    assert "Läpimenoaika, puolet 5 päivää alle 10 – " in page
    assert "Tarkista heti 0 0 10 9 5 päivää alle 10 – 5 päivää alle 10" in page


def test_versions_side_by_side_tell_what_changed_by_step_and_in_all(town: Town, changed: Browser) -> None:
    handle(town, 10, days=3)
    town.start()
    page = read(changed, VERSIONS)
    assert "valmistui versiossa 2 nopeammin: 3 päivää, versiossa 1 5 päivää. Ero on 2 päivää." in page
    assert "Saapuneet 10 11 –" in page
    assert "Avoinna 0 1 –" in page
    assert "Läpimenoaika, puolet 5 päivää 3 päivää −2" in page
    assert "Tarkista heti 0 1 10 10 5 päivää 3 päivää −2 5 päivää 3 päivää" in page
    assert "Jatka ilman vastausta Vain versiossa 1 0 – 0 – – – – – –" in page
    assert "Jatka ilman vastausta Vain versiossa 2 – 0 – 0 – – – – –" in page
    links = {address: int(n) for address, n in LINK.findall(changed.get(VERSIONS))}
    assert {address: listed(changed, address) for address in links} == links
    assert len(links) > 6
    turned = read(changed, f"{VERSIONS}?old=2&new=1")
    assert "valmistui versiossa 1 hitaammin: 5 päivää, versiossa 2 3 päivää" in turned
    assert 'href="/board/versions/permit"' in changed.get("/board/steps/permit")


def test_the_map_opens_where_the_work_is_and_tells_what_it_is_narrowed_to(town: Town, esko: Browser) -> None:
    publish_changed(town)
    page = read(esko, f"/board/steps/permit?unit={town.unit('north')}")
    assert "Versio 1 (2 avoinna) Versio 2 (0 avoinna) Versio 1. Rajaus: Pohjola. Jakso" in page
    for _ in range(4):
        town.start()
    assert "Versio 2. Jakso" in read(esko, "/board/steps/permit")


def test_where_no_version_has_work_the_map_is_of_the_newest(changed: Browser) -> None:
    assert "Versio 2. Jakso" in read(changed, "/board/steps/permit")


def test_one_version_has_nothing_beside_it(town: Town, esko: Browser, vilma: Browser) -> None:
    assert "Prosessista on yksi versio" in esko.get(VERSIONS)
    assert VERSIONS not in esko.get("/board/steps/permit")
    esko.get(f"{VERSIONS}?new=7", status=404)
    esko.get("/board/versions/nothing", status=404)
    vilma.get(VERSIONS, status=403)
