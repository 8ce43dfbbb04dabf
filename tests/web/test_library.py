"""The library of processes, the map of which begins which, and the list of what is in doubt."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine.bundle import Bundle
from tasks.commands.people import add_user
from tasks.commands.publishing import publish
from tasks.queries.library import median
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.web.conftest import Browser
from web.i18n import LANGUAGES
from web.processes import library
from web.processes.chart import WIDE, chart, told_once
from web.processes.library import Begins

STARTS = b"""
[[starts.cases]]
on = "decided"
process = "guidance"
message = "guidance_wanted"
kind = "follow_up"
parties = {jobseeker = "applicant"}
"""


def words(page: str) -> str:
    """The page as people read it: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ").split())


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner."""
    return Browser(town, "olga")


def permit(*swaps: tuple[str, bytes, bytes]) -> Bundle:
    files = dict(bundles.read(BUNDLES / "permit").files)
    for path, old, new in swaps:
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    return bundles.assemble(files, "permit")


def close(town: Town, number: int, days: int) -> None:
    """Let a case have closed so many days after it arrived."""
    case = town.start().case_id
    with town.database.transaction() as connection:
        connection.execute(
            text("UPDATE cases SET status = 'closed', arrived_on = :a, closed_on = :c WHERE id = :id"),
            {"a": f"2026-01-{number:02d}", "c": f"2026-01-{number + days:02d}", "id": case},
        )


def test_the_library_tells_whose_it_is_what_is_in_force_and_how_long_cases_take(town: Town, olga: Browser) -> None:
    town.start()
    for number, days in ((1, 3), (2, 5), (3, 20)):
        close(town, number, days)
    told = words(olga.get("/processes/"))
    assert "Lupa 434/2003 43–54 § olga.omistaja työn löytäminen versio 1, 1.1.2026 alkaen 1 5 päivää 3 asiaa" in told


def test_a_coming_version_is_told_beside_the_one_in_force(town: Town, olga: Browser) -> None:
    changed = permit(("labels.toml", b'"Granska"', b'"Kontrollera"'))
    day = town.now.date().replace(month=12)
    publish(town.database, HOUSE, [changed], author="olga", approver="oona", from_on=day, now=town.now)
    told = words(olga.get("/processes/"))
    assert f"alkaen tulossa versio 2, 9.12.{day.year}" in told


def test_who_reads_no_drafts_counts_what_they_may_see(town: Town) -> None:
    town.start()  # in the north
    assert 'status=open" aria-label="1,' in Browser(town, "vilma").get("/processes/")
    assert 'status=open" aria-label="0,' in Browser(town, "saara").get("/processes/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_map_and_doubts_speak_the_language(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    for address, title in (
        ("map", {"fi": "Prosessien kartta", "sv": "Karta över processerna", "en": "Map of the processes"}),
        ("doubts", {"fi": "Epävarmat kohdat", "sv": "Osäkra punkter", "en": "What is in doubt"}),
    ):
        assert f"<h1>{title[language]}" in olga.get(f"/processes/{address}")


def test_the_map_has_a_box_an_arrow_and_a_line_for_what_begins_what(town: Town, olga: Browser) -> None:
    assert "Mikään prosessi ei käynnistä toista." in olga.get("/processes/map")
    guidance = bundles.read(BUNDLES / "guidance")
    message = guidance.manifest.start_messages[0].encode()
    role = guidance.manifest.principal_role.encode()
    rule = STARTS.replace(b"guidance_wanted", message).replace(b"jobseeker", role)
    files = dict(bundles.read(BUNDLES / "permit").files)
    files["process.toml"] += rule
    publish(
        town.database, HOUSE, [guidance, bundles.assemble(files, "permit")], author="olga", approver="oona",
        now=town.now,
    )  # fmt: skip
    page = olga.get("/processes/map")
    assert (page.count('class="map-box"'), page.count('class="map-arrow"')) == (2, 1)
    assert 'aria-label="Lupa, Vireillä 0"' in page
    assert f"Lupa Päätetty {guidance.manifest.name['fi']}" in words(page)


def test_doubts_stand_by_process_with_owner_and_day_of_review(town: Town, olga: Browser) -> None:
    assert "Lupa 1 Omistaja: olga.omistaja. Tarkistetaan: päivää ei ole sovittu" in words(olga.get("/processes/doubts"))
    changed = permit(("process.toml", b'prefix = "LU"', b'review_on = 2026-02-01\nprefix = "LU"'))
    publish(town.database, HOUSE, [changed], author="olga", approver="oona", now=town.now)
    told = words(olga.get("/processes/doubts"))
    assert "1.2.2026 (myöhässä)" in told
    assert "Säilytysaika process.toml retention Aika on ehdotus." in told


def test_a_doubt_is_placed_by_what_people_call_it(town: Town, olga: Browser) -> None:
    doubt = b'{fi = "Kesken.", sv = "\xc3\x96ppet.", en = "Open."}'
    asked = b'"x-doubt": {"fi": "Kesken.", "sv": "\xc3\x96ppet.", "en": "Open."}, "x-kind": "yes_no"'
    changed = permit(
        ("deadlines.toml", b"rows = [{from = 2025-01-01, length = 7}]",
         b"rows = [{from = 2025-01-01, length = 7, doubt = " + doubt + b"}]"),
        ("forms/check.json", b'"x-kind": "yes_no"', asked),
    )  # fmt: skip
    publish(town.database, HOUSE, [changed], author="olga", approver="oona", now=town.now)
    told = words(olga.get("/processes/doubts"))
    assert "Vastausaika, 1.1.2025 alkaen deadlines.toml reply_time from 2025-01-01 Kesken." in told
    question = "Tarkista hakemus: Onko hakemus täydellinen? forms/check.json"
    assert (question in told, question in words(olga.get("/processes/permit"))) == (True, True)


def test_the_median_is_the_middle_of_what_is_counted() -> None:
    assert [median([(3, 1)]), median([(1, 1), (9, 1)]), median([(10, 1), (2, 5), (4, 6)])] == [3, 1, 4]


def test_boxes_stand_after_what_begins_them_and_circles_end() -> None:
    names = {"a": "Ensimmäinen", "b": "Hyvin pitkä nimi joka jakautuu usealle riville", "c": "C", "d": "D"}
    found = chart(names, [("a", "b"), ("b", "c"), ("a", "c"), ("c", "b"), ("d", "d")])
    place = {box.id: box for box in found.boxes}
    assert place["a"].x < place["b"].x
    assert place["a"].x < place["c"].x
    assert len(place["b"].lines) > 1
    assert len(found.arrows) == 5
    assert all(box.x + WIDE <= found.width and box.y + box.height <= found.height for box in found.boxes)
    assert chart({}, []).boxes == ()


def test_an_arrow_goes_through_no_box_on_its_way() -> None:
    found = chart({}, [("a", "b"), ("b", "c"), ("c", "d"), ("a", "d"), ("e", "d")])
    place = {box.id: box for box in found.boxes}
    assert place["e"].x == place["c"].x  # as near to what it begins as can be
    (long,) = (arrow for arrow in found.arrows if (arrow.start, arrow.end) == ("a", "d"))
    passed = {int(y) for y in re.findall(r"L\d+ (\d+)", long.path)}
    assert len(re.findall("L", long.path)) == 2
    for box in (place["b"], place["c"], place["e"]):
        assert not any(box.y <= y <= box.y + box.height for y in passed)


def test_a_process_that_most_lead_to_is_told_once_beside_the_picture(monkeypatch, town: Town, olga: Browser) -> None:
    many = [(origin, "end") for origin in "abcde"] + [("a", "b")]
    assert told_once(many) == {"end": ("a", "b", "c", "d", "e")}
    assert told_once([*many, *((name, "other") for name in "fghijkl")]) == {"other": tuple("fghijkl")}
    lines = [Begins(origin, origin, "Päätetty", end, end, "rectification", False, 3) for origin, end in many]
    monkeypatch.setattr(library, "_begins", lambda *_: iter(lines))
    page = olga.get("/processes/map")
    assert (page.count('class="map-box"'), page.count('class="map-arrow"')) == (2, 1)
    assert "Tähän johtaa 5 prosessia" in page
    assert page.count('<th scope="row">') == 6  # the list is whole


def test_an_owner_sets_the_day_of_review_in_a_draft(town: Town) -> None:
    olga = Browser(town, "olga")
    told = olga.get("/processes/doubts")
    assert "/processes/drafts/new?process=permit" in told
    olga.post("/processes/drafts", how="version", process="permit", title="Tarkistus")
    told = olga.get("/processes/doubts")
    address = re.search(r'href="(/processes/drafts/1/settings)#(f-review_on)"', told)
    assert address
    page = olga.get(address[1])
    assert f'id="{address[2]}"' in page
    assert "Tarkistetaan: päivää ei ole sovittu Aseta päivä" in " ".join(re.sub("<[^>]+>", "", told).split())
    assert "/processes/drafts/" not in Browser(town, "outi").get("/processes/doubts").split("<main")[1]


def test_the_page_of_a_process_counts_and_names_as_the_library_does(town: Town) -> None:
    town.start()
    add_user(town.database, HOUSE, name="olga.omistaja", full_name="Olga Omistaja", now=town.now)
    page = Browser(town, "olga").get("/processes/permit")
    assert re.search(r'<td class="amount">1</td>', page)
    assert "Omistaja Olga Omistaja" in words(page)


def test_versions_name_their_people_who_have_left_too(town: Town, olga: Browser) -> None:
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE users SET full_name = 'Oona Omistaja', active = false WHERE name = 'oona'"))
        connection.execute(text("UPDATE versions SET author = 'oona', approver = 'olga' WHERE process = 'permit'"))
    page = olga.get("/processes/permit").partition('id="versions-title"')[2].partition("</table>")[0]
    assert ("<td>Oona Omistaja</td>" in page, "<td>oona</td>" in page) == (True, False)
