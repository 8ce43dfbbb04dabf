"""What an approver reads of a draft: its differences in words, days before and after, the cases that it reaches."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from engine import bundle as bundles
from engine.compare import compare
from tasks import review
from tasks.commands import drafts, rehearsing
from tasks.commands.publishing import publish
from tasks.published import published
from tests.tasks.conftest import HOUSE, Town
from tests.tasks.test_drafts import begin, content, save, swap
from tests.tasks.test_rehearsing import STORY
from tests.web.conftest import Browser
from web.i18n import LANGUAGES
from web.processes.sides import tables

FOLDERS = Path(__file__).resolve().parents[2] / "workflows"
TITLES = {"fi": "Erot pohjaan", "sv": "Skillnader mot grunden", "en": "Differences from the base"}


@pytest.fixture
def draft(town: Town) -> int:
    """Olga's draft of the permit, number 1."""
    return begin(town)


@pytest.fixture
def oona(town: Town) -> Browser:
    """The approver."""
    return Browser(town, "oona")


def read(browser: Browser, query: str = "") -> str:
    """The page as people read it: no tags, single spaces."""
    page = browser.get(f"/processes/drafts/1/review{query}")
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_speaks_the_language(draft: int, oona: Browser, language: str) -> None:
    oona.post("/language", language=language)
    assert TITLES[language] in read(oona)


def test_a_draft_like_its_base_says_so(draft: int, oona: Browser) -> None:
    assert "Luonnos on samanlainen" in read(oona)


def test_a_longer_time_shows_its_rule_and_both_days_at_christmas(town: Town, draft: int, oona: Browser) -> None:
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 14")
    page = read(oona, "?on=2.3.2026")
    assert "7 päivää siitä, kun pyyntö lähetettiin" in page
    assert "14 päivää siitä, kun pyyntö lähetettiin" in page
    assert "ma 2.3.2026 ma 9.3.2026 ma 16.3.2026" in page
    # seven days after 18.12. is Christmas Day, which moves to Monday; fourteen days after it is New Year's Day
    assert "pe 18.12.2026 ma 28.12.2026 la 2.1.2027" not in page
    assert "pe 18.12.2026 ma 28.12.2026 ma 4.1.2027" in page
    assert "Miksi uusi päivä?" in page


def test_a_value_that_a_deadline_counts_with_moves_its_days_too(town: Town, draft: int, oona: Browser) -> None:
    parameters = (
        '[days]\nname = {fi = "Tarkistuspäivät", sv = "Granskningsdagar", en = "Days to check"}\nunit = "days"\n'
        'source = "HL 23 §"\nrows = [{from = 2025-01-01, value = 10}]\n'
    )
    save(town, draft, "parameters.toml", parameters.encode())
    before = content(town, draft, "deadlines.toml")
    save(town, draft, "deadlines.toml", before.replace(b"length = 14", b"length = 'parameter(\"days\")'"))
    page = read(oona, "?on=2.3.2026")
    assert ("Tarkistuspäivät" in page, "1.1.2025 ei mitään 10 päivää" in page) == (True, True)
    assert "ma 2.3.2026 ma 16.3.2026 to 12.3.2026" in page


def test_a_day_that_is_none_is_said_and_today_is_taken(town: Town, draft: int, oona: Browser) -> None:
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 14")
    page = read(oona, "?on=31.2.2026")
    assert ("muodossa 5.1.2027" in page, "ma 9.2.2026 ma 16.2.2026 ma 23.2.2026" in page) == (True, True)


def test_a_new_form_is_told_with_its_questions(town: Town, draft: int, oona: Browser) -> None:
    save(town, draft, "forms/call.json", content(town, draft, "forms/check.json"))
    assert "Lomake: Tarkista hakemus on lisätty. Se kysyy: Onko hakemus täydellinen?" in read(oona)


def test_forms_letters_drawing_and_words_stand_each_in_its_place(town: Town, draft: int, oona: Browser) -> None:
    swap(town, draft, "forms/application.json", b'"maxLength": 2000', b'"maxLength": 500')
    swap(town, draft, "permit.bpmn", b'name="Tarkista"', b'name="Tarkista hakemus"')
    letter = content(town, draft, "letters/notice.fi.html")
    save(town, draft, "letters/notice.fi.html", letter + b"<p>Uusi lause.</p>\n")
    page = read(oona)
    assert "Kenttä: Peruste (" in page or "Peruste" in page
    assert "Vaihe: Tarkista hakemus" in page
    assert re.search(r"jälkeen \d+ <p>Uusi lause\.</p>", page)
    assert "letters/notice.fi.html muuttunut" in page
    assert "Näytä kokonaan" not in page  # both sides stand in the sentences
    page = read(oona, "?file=permit.bpmn")
    assert 'name="Tarkista hakemus"' in page


def test_what_has_no_room_in_a_sentence_can_be_shown_in_full(town: Town, draft: int, oona: Browser) -> None:
    long = b"Tarkista hakemus ja kaikki sen liitteet ennen kuin asia etenee ratkaistavaksi"
    swap(town, draft, "permit.bpmn", b'name="Tarkista"', b'name="' + long + b'"')
    page = read(oona)
    assert ("Näytä kokonaan" in page, f'"fi": "{long.decode()}"' in page) == (True, True)


def test_what_law_locks_is_told_first(town: Town, oona: Browser) -> None:
    files = dict(bundles.read(Path(__file__).parents[1] / "tasks" / "bundles" / "permit").files)
    files["process.toml"] += b'\n[core]\ndeadlines = ["reply_time"]\n'
    old, new = bundles.assemble(files), dict(files)
    new["deadlines.toml"] = files["deadlines.toml"].replace(b"length = 7", b"length = 3")
    assert [change.locked for change in compare(old, bundles.assemble(new))] == [True]
    draft = begin(town)
    save(town, draft, "process.toml", files["process.toml"])
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 3")
    page = read(oona)
    assert page.index("Lain lukitsemat kohdat") < page.index("Määräajat")


def test_a_decision_table_is_told_cell_by_cell() -> None:
    old = bundles.read(FOLDERS / "payment")
    dmn = old.files["timeliness.dmn"].decode()
    cell = re.search(r"<outputEntry[^>]*>\s*<text>([^<]+)</text>", dmn)
    assert cell is not None
    changed = dmn[: cell.start(1)] + '"something_else"' + dmn[cell.end(1) :]
    new = bundles.assemble({**old.files, "timeliness.dmn": changed.encode()})
    ((rows),) = tables(compare(old, new)).values()
    assert [(row.row, row.old, row.new) for row in rows] == [("1", cell[1], '"something_else"')]


def test_the_cases_that_a_publication_reaches_are_counted(town: Town, draft: int, oona: Browser) -> None:
    town.start()
    town.start()
    assert "0 vireillä olevaa asiaa noudattaa" in read(oona)
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 14")
    page = read(oona)
    assert ("2 vireillä olevaa asiaa noudattaa" in page, "0 vireillä olevaa asiaa jatkaa" in page) == (True, True)
    swap(town, draft, "forms/application.json", b'"maxLength": 2000', b'"maxLength": 500')
    assert "2 vireillä olevaa asiaa jatkaa" in read(oona)


def test_the_stories_of_this_very_content_are_told(town: Town, draft: int, oona: Browser) -> None:
    save(town, draft, "stories/good.toml", STORY.encode())
    assert "Tämän sisällön tarinoita ei ole pelattu" in read(oona)
    rehearsing.order(town.database, town.user("olga"), draft, now=town.now)
    rehearsing.carry_on(town.database, lambda: town.now)
    assert "koeajo on valmis, meni läpi 1" in read(oona)
    swap(town, draft, "labels.toml", b'sv = "Granska"', b'sv = "Kontrollera"')
    assert "Tämän sisällön tarinoita ei ole pelattu" in read(oona)


def test_a_new_process_has_no_base_and_says_so(town: Town, oona: Browser) -> None:
    given = {"process": "trial", "kind": "part", "area": "finding_work", "title": "Kokeilu", "prefix": ""}
    names = {f"name_{language}": "Kokeilu" for language in LANGUAGES}
    Browser(town, "olga").post("/processes/drafts", how="empty", **given, **names)
    assert "Uusi prosessi: kaikki on uutta." in read(oona)


@pytest.mark.parametrize("who", ["vilma", "esko"])
def test_others_do_not_read_it(town: Town, draft: int, who: str) -> None:
    Browser(town, who).get("/processes/drafts/1/review", 403)


def test_both_laws_hold_the_other_folders_and_each_its_own_rows(town: Town, draft: int) -> None:
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 14")
    with town.database.read() as connection:
        versions = published(town.database).refresh(connection)
    rows = town.rows("SELECT path, content FROM draft_files WHERE draft_id = :d", d=draft)
    new = bundles.assemble({row.path: bytes(row.content) for row in rows})
    laws = review.laws(versions, "permit", 1, new)
    (dates,) = review.dates(*laws, ["reply_time"], "permit", date(2026, 3, 2))
    assert dates.ordinary.old is not None
    assert dates.ordinary.new is not None
    assert (str(dates.ordinary.old.legal_on), str(dates.ordinary.new.legal_on)) == ("2026-03-09", "2026-03-16")
    (gone,) = review.dates(*laws, ["nothing"], "permit", date(2026, 3, 2))
    assert (gone.ordinary.old, gone.christmas) == (None, None)


def test_a_change_from_a_day_on_shows_what_holds_before_and_the_days_around_it(
    town: Town, draft: int, oona: Browser
) -> None:
    new = b"length = 7, to = 2026-03-31}, {from = 2026-04-01, length = 21"
    swap(town, draft, "deadlines.toml", b"length = 7", new)
    page = read(oona)
    rule = "siitä, kun pyyntö lähetettiin; siirtyy seuraavaan arkipäivään. HL 33 §"
    assert f"1.4.2026 7 päivää {rule} (1.1.2025 alkaen) 21 päivää {rule}" in page
    assert "ti 31.3.2026 ti 7.4.2026 ti 7.4.2026 sama päivä ke 1.4.2026 ke 8.4.2026 ke 22.4.2026" in page


def test_a_value_that_all_share_tells_the_deadlines_that_it_moves(town: Town, oona: Browser) -> None:
    law = bundles.read(FOLDERS / "law")
    ours = bundles.read(Path(__file__).parents[1] / "tasks" / "bundles" / "permit")
    read_of = ours.files["deadlines.toml"].replace(b"length = 7", b"length = 'parameter(\"supplement_reply_days\")'")
    found = [law, bundles.assemble({**ours.files, "deadlines.toml": read_of})]
    publish(town.database, HOUSE, found, author="olga", approver="oona", from_on=date(2026, 1, 2), now=town.now)
    olga = (town.database, town.user("olga"))
    draft = drafts.start_from_version(*olga, process="law", title="Vastausaika", now=town.now)
    text = content(town, draft, "parameters.toml").decode()
    head, _, rest = text.partition("[supplement_reply_days]")
    save(town, draft, "parameters.toml", (head + "[supplement_reply_days]" + rest.replace(
        "value = 14}]", "value = 14}, {from = 2026-04-01, value = 21}]", 1)).encode())  # fmt: skip
    page = read(oona)
    assert ("Kansiossa ei ole tarinoita" in page, "ei ole pelattu" in page) == (True, False)
    assert "1.4.2026 14 päivää (1.1.2025 alkaen) 21 päivää" in page
    assert "Lupa: Vastausaika ti 31.3.2026 ti 14.4.2026 ti 14.4.2026 sama päivä" in page
    assert "Lupa: Vastausaika ke 1.4.2026 ke 15.4.2026 ke 22.4.2026" in page


def test_a_way_is_told_by_the_names_of_its_ends(town: Town, draft: int, oona: Browser) -> None:
    page = Browser(town, "olga").get(f"/processes/drafts/{draft}/drawing?step=check")
    base = re.search(r'name="base" value="([^"]*)"', page)
    assert base
    Browser(town, "olga").post(
        f"/processes/drafts/{draft}/drawing/steps", act="add", step="check", base=base[1], kind="userTask",
        name="Soita", name_sv="Ring", name_en="Call", new_form="1",
    )  # fmt: skip
    page = read(oona)
    assert re.search(r"Reitti Tarkista → [^:]+ kulkee nyt: Tarkista → Soita", page)
    assert "check →" not in page
