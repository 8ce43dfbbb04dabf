"""Trying a draft by hand in the browser: its own clock, its own forms, one step back, and kept as a story."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from engine import bundle as bundles
from tasks.commands.publishing import publish
from tests.tasks.calling import calling
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.tasks.test_drafts import begin, content, save, swap
from tests.tasks.test_rehearsing import STORY, order, play, states
from tests.web.conftest import Browser
from web import formats
from web.current import EXTENSION
from web.democlock import DemoClock
from web.i18n import LANGUAGES

RUN = "/processes/tryouts/1"
BEGUN = {"day": "9.2.2026", "channel": "e_service", "reason": "Työpaja", "party-applicant": "Aino Olematon"}


@pytest.fixture
def draft(town: Town) -> int:
    """Olga's draft of the permit, number 1."""
    return begin(town)


@pytest.fixture
def olga(town: Town, draft: int) -> Browser:
    """Its writer, with a run of it, number 1."""
    found = Browser(town, "olga")
    assert "Aloita kokeilu: Lupa" in found.post(f"/processes/drafts/{draft}/tryouts")
    return found


def words(page: str) -> str:
    """The page as people read it: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ").split())


def run(olga: Browser, **more: str) -> str:
    return olga.post(f"{RUN}/start", **BEGUN, **more)


def link(page: str, place: str) -> str:
    found = re.search(rf'href="({RUN}/{place}[^"]*)"', page)
    assert found, place
    return unescape(found[1])


def test_a_run_goes_from_the_application_over_a_missed_reply_to_a_story_that_holds(town: Town, olga: Browser) -> None:
    page = run(olga)
    assert "Kokeilun kello on ma 9.2.2026 10.00" in words(page)
    page = olga.post(link(page, "task"), complete="false")
    assert "Kirjaa saapunut : Vastaus" in words(page)
    page = olga.post(f"{RUN}/time", **{"pass": "next"})
    assert "Jatka ilman vastausta" in words(page)
    page = olga.post(link(page, "task"))
    page = olga.post(link(page, "task"), approved="true")
    assert ("Asia on päättynyt." in words(page), "Kokeilun vaiheet 5" in words(page)) == (True, True)
    letter = words(olga.get(link(page, "letters")))
    assert ("Aino Olematon" in letter, "Kirje on kokeilun" in letter) == (True, True)
    page = olga.post(f"{RUN}/story", name="missed_reply", title="Vastaus jäi tulematta", text="Koe", draft="1")
    assert "Tarina on talletettu: stories/missed_reply.toml" in words(page)
    story = tomllib.loads(content(town, 1, "stories/missed_reply.toml").decode())
    assert (story["name"], len(story["steps"])) == ("Vastaus jäi tulematta", 5)
    assert (story["steps"][0]["expect"]["open"], story["steps"][2]["expect"]["open"]) == (["check"], ["go_on"])
    assert (story["steps"][4]["expect"]["outcome"], story["steps"][4]["expect"]["letters"]) == (
        "decided", ["notice"],
    )  # fmt: skip
    found = order(town, 1)
    play(town)
    assert states(town, found) == {"missed_reply": "passed"}


def test_the_demonstrations_clock_stays_what_it_is_beside_the_runs_own(town: Town, draft: int, tmp_path: Path) -> None:
    browser = Browser(town, "olga", demo_clock=str(tmp_path / "clock"))
    app, clock = browser.client.application, DemoClock(tmp_path / "clock", lambda: town.now + timedelta(days=400))
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=clock.now, demo_clock=clock)
    browser.post(f"/processes/drafts/{draft}/tryouts")
    page = browser.post(link(run(browser), "task"), 200, example="1")
    assert f"Kokeilun kello: {words(formats.weekday(clock.now()))}" in words(page)


def test_what_a_story_is_for_need_not_be_told_and_its_text_is_folded(olga: Browser) -> None:
    run(olga)
    page = olga.get(f"{RUN}/story")
    assert "Miksi tarina on olemassa (vapaaehtoinen)" in words(page)
    assert re.search(r'<details class="sheet">\s*<summary><h2 id="text-title">Tarina tekstinä', page)


def test_nothing_of_a_run_reaches_real_cases(town: Town, olga: Browser) -> None:
    run(olga)
    assert (town.value("SELECT count(*) FROM cases"), town.value("SELECT count(*) FROM outbox")) == (0, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_run_speaks_the_language(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    title = {"fi": "Kokeilun vaiheet", "sv": "Försökets steg", "en": "Steps of the tryout"}[language]
    assert title in run(olga)


def test_what_is_wrong_comes_back_as_it_was_typed(olga: Browser) -> None:
    page = olga.post(f"{RUN}/start", 422, day="31.2.2026", channel="e_service", reason="Oma syy")
    assert ("31.2.2026" in page, "Oma syy" in page, "aikaisintaan 1.1.2025" in words(page)) == (True, True, True)
    assert 'aria-describedby="f-day-hint f-day-error" aria-invalid="true"' in page
    page = olga.post(f"{RUN}/start", 422, **BEGUN | {"reason": "", "party-applicant": ""})
    assert page.count('class="field-error"') == 2
    task = link(run(olga), "task")
    page = olga.post(task, 422, complete="")
    assert "Valitse kyllä tai ei" in words(page)
    page = olga.post(f"{RUN}/time", 422, to="1.2.2026")
    assert ("myöhempi" in words(page), 'value="1.2.2026"' in page) == (True, True)
    assert "Kokeilun vaiheet 1" in words(olga.get(RUN))


def test_time_passes_by_a_day_a_week_a_month_and_to_a_day(olga: Browser) -> None:
    run(olga)
    for step, day in (("day", "ti 10.2.2026"), ("week", "ti 17.2.2026"), ("month", "ti 17.3.2026")):
        assert f"Kokeilun kello on {day} 10.00" in words(olga.post(f"{RUN}/time", **{"pass": step}))
    assert "Kokeilun kello on to 2.4.2026 12.00" in words(olga.post(f"{RUN}/time", to="2.4.2026"))


def test_a_message_is_recorded_with_the_moment_it_came(town: Town, olga: Browser) -> None:
    olga.post(link(run(olga), "task"), complete="false")
    page = olga.post(f"{RUN}/time", **{"pass": "day"})
    page = olga.post(link(page, "message"), arrival_moment="9.2.2026 15.30", arrival_channel="letter", text="Liitteenä")
    assert "Saapui" in words(page)
    (told,) = [str(row.told) for row in town.rows("SELECT told FROM tryouts")]
    assert ("2026-02-09T15:30:00" in told, "letter" in told) == (True, True)


def test_who_prepared_does_not_decide_and_the_other_is_offered(olga: Browser) -> None:
    page = olga.post(link(run(olga), "task"), complete="true")
    page = olga.get(link(page, "task"))
    names = re.findall(r'<option value="(decision_maker[^"]*)"', page)
    assert names == ["decision_maker", "decision_maker_2"]


def test_a_step_is_undone_and_all_of_them(olga: Browser) -> None:
    run(olga)
    olga.post(f"{RUN}/time", **{"pass": "day"})
    assert "Kokeilun vaiheet 1" in words(olga.post(f"{RUN}/undo", to="2"))
    assert "Aloita kokeilu: Lupa" in words(olga.post(f"{RUN}/undo", to="1"))


def test_a_change_of_the_draft_is_tried_at_once_or_stops_the_run_where_it_no_longer_fits(
    town: Town, draft: int, olga: Browser
) -> None:
    assert "ma 23.2.2026" in words(run(olga))
    swap(town, draft, "deadlines.toml", b"length = 14", b"length = 9")
    assert "ke 18.2.2026" in words(olga.get(RUN))
    swap(town, draft, "forms/application.json", b'"required": [', b'"required": ["why", ')
    save(town, draft, "deadlines.toml", content(town, draft, "deadlines.toml").replace(b'"target"', b'"sideways"'))
    assert "Luonnoksessa on virheitä" in words(olga.get(RUN))


def test_a_story_needs_an_id_that_is_free(town: Town, draft: int, olga: Browser) -> None:
    save(town, draft, "stories/own.toml", STORY.encode())
    run(olga)
    assert "alkaa kirjaimella" in words(olga.post(f"{RUN}/story", 422, name="../x", draft="1"))
    assert "on jo tämän niminen tarina" in words(olga.post(f"{RUN}/story", 422, name="own", draft="1"))


def test_a_run_of_a_published_version_is_kept_in_a_draft_of_it(town: Town, draft: int) -> None:
    oona = Browser(town, "oona")
    page = oona.post("/processes/permit/versions/1/tryouts")
    assert "Aloita kokeilu: Lupa" in page
    run(oona)
    assert '<select id="f-draft" name="draft"' in oona.get(f"{RUN}/story")
    oona.post(f"{RUN}/story", name="by_hand", draft=str(draft))
    assert b"Aino Olematon" in content(town, draft, "stories/by_hand.toml")


def test_the_diagram_shows_where_the_run_stands(olga: Browser) -> None:
    page = run(olga)
    assert '"check": "now"' in unescape(page)
    assert "bpmn:definitions" in olga.get(f"{RUN}/diagram")


def test_a_case_that_the_run_begins_is_followed_and_its_next_step_chosen(town: Town, draft: int, olga: Browser) -> None:
    guidance = bundles.read(BUNDLES / "guidance")
    publish(town.database, HOUSE, [guidance], author="olga", approver="oona", now=town.now)
    rule = b'[[starts.cases]]\non = "decided"\nprocess = "guidance"\nmessage = "application"\nkind = "follow_up"\n'
    save(town, draft, "process.toml", content(town, draft, "process.toml") + rule)
    page = olga.post(link(run(olga), "task"), complete="true")
    page = olga.post(link(page, "task"), approved="true")
    assert "Kokeilun asiat" in words(page)
    page = olga.get(f"{RUN}?case=2")
    assert "Ohjaus" in words(page)
    task = link(page, "task")
    assert "Puhelu" in words(olga.get(task))
    page = olga.post(task, element="phone_call")
    assert "Valittiin : Puhelu" in words(page) or "Valittiin: Puhelu" in words(page)
    olga.post(f"{RUN}/story", name="with_guidance", draft="1")
    story = tomllib.loads(content(town, draft, "stories/with_guidance.toml").decode())
    assert (story["steps"][2]["expect"]["started"], story["steps"][3]["in"], story["steps"][3]["pick"]) == (
        ["guidance"], "guidance", "phone_call",
    )  # fmt: skip


def test_a_call_is_answered_for_the_service_with_data_or_by_its_error(town: Town) -> None:
    publish(town.database, HOUSE, [calling()], author="olga", approver="oona", now=town.now)
    olga = Browser(town, "olga")
    olga.post("/processes/example/versions/1/tryouts")
    olga.post(f"{RUN}/start", day="1.3.2026", **{"party-customer": "Aino Olematon"})
    page = olga.post(link(olga.get(RUN), "task"), code="K-1")
    call = link(page, "call")
    assert "Vastaa palvelun puolesta" in words(page)
    assert "last" in words(olga.post(call, amount="12,50"))
    olga.post(f"{RUN}/undo")
    assert "wrong" in words(olga.post(call, error="fault"))
    assert "ei voitu tehdä" in words(olga.post(link(olga.post(f"{RUN}/undo"), "call"), 422, error="unheard"))


def test_a_run_is_its_persons_own(town: Town, olga: Browser) -> None:
    run(olga)
    assert "toisen henkilön" in words(Browser(town, "oona").get(RUN, 403))
    Browser(town, "vilma").get(RUN, 403)
    Browser(town, "vilma").post("/processes/drafts/1/tryouts", 403)
    assert olga.get("/processes/tryouts/99", 404)


def test_the_page_of_a_draft_and_of_a_version_lead_to_the_run(olga: Browser) -> None:
    for address in ("/processes/drafts/1", "/processes/permit"):
        assert "Kokeile käsin" in olga.get(address)


def kept(town: Town, olga: Browser, name: str) -> dict[str, object]:
    """The run as a story of the draft, which then holds when it is played."""
    olga.post(f"{RUN}/story", name=name, draft="1")
    found = order(town, 1)
    play(town)
    assert states(town, found) == {name: "passed"}
    return tomllib.loads(content(town, 1, f"stories/{name}.toml").decode())


def test_a_reply_time_changes_meanwhile_and_only_later_requests_get_it(town: Town, olga: Browser) -> None:
    page = olga.post(f"{RUN}/start", **BEGUN | {"day": "20.2.2026"})
    page = olga.post(link(page, "task"), complete="false")
    assert "pe 27.2.2026" in words(page)
    change = link(page, "row")
    assert ('value="1.3.2026"' in olga.get(change), "Vastausaika: nyt 7 päivää (Lupa)" in words(olga.get(change))) == (
        True, True,
    )  # fmt: skip
    what = "deadlines/permit/reply_time"
    page = olga.post(change, 422, what=what, new="kolme viikkoa", **{"from": "1.1.2025"})
    assert page.count('class="field-error"') == 2
    page = olga.post(change, what=what, new="21", **{"from": "1.3.2026"})
    assert ("pe 27.2.2026" in words(page), "Vastausaika: 1.3.2026 alkaen 21" in words(page)) == (True, True)
    olga.post(f"{RUN}/time", to="24.2.2026")
    olga.post(link(olga.get(RUN), "message"), arrival_moment="24.2.2026 12.00", arrival_channel="letter", text="Liite")
    page = olga.post(f"{RUN}/time", to="2.3.2026")
    page = olga.post(link(page, "task"), complete="false")
    assert "ma 23.3.2026" in words(page)
    steps = kept(town, olga, "longer_reply")["steps"]
    rows = steps[2]["publish"]["deadlines"]["reply_time"]["rows"]  # type: ignore[index]
    assert rows == [
        {"from": date(2025, 1, 1), "length": 7, "to": date(2026, 2, 28)}, {"from": date(2026, 3, 1), "length": 21},
    ]  # fmt: skip


PARAMETERS = b"""[handling_days]
name = {fi = "Hoitoaika", sv = "Handl\xc3\xa4ggningstid", en = "Handling time"}
unit = "days"
local = true
source = "HL 23 \xc2\xa7"
rows = [{from = 2025-01-01, value = 14}]
"""


@pytest.fixture
def valued(town: Town, draft: int) -> None:
    """The draft's check is due in days that an area may set."""
    save(town, draft, "parameters.toml", PARAMETERS)
    swap(town, draft, "deadlines.toml", b"length = 14", b'length = "parameter(\\"handling_days\\")"')


def test_the_areas_own_value_is_tried_and_kept_in_the_story(valued: None, town: Town, olga: Browser) -> None:
    page = olga.get(f"{RUN}/start")
    assert "Hoitoaika: yhteinen arvo 14 päivää" in words(page)
    page = olga.post(f"{RUN}/start", 422, **BEGUN | {"local-handling_days": "pian"})
    assert 'href="#f-local-handling_days"' in page
    assert "ke 18.2.2026" in words(run(olga, **{"local-handling_days": "9"}))
    assert kept(town, olga, "own_value")["parameters"] == {"handling_days": 9}


def test_a_value_changes_meanwhile_from_a_day_on(valued: None, town: Town, olga: Browser) -> None:
    page = run(olga)
    assert "ma 23.2.2026" in words(page)
    sent = {"what": "parameters/permit/handling_days", "from": "9.2.2026", "new": "9"}
    assert "ke 18.2.2026" in words(olga.post(link(page, "row"), **sent))
    rows = kept(town, olga, "new_value")["steps"][1]["publish"]["parameters"]["handling_days"]["rows"]  # type: ignore[index]
    assert [row["value"] for row in rows] == [14, 9]


def test_a_task_is_put_off_and_comes_back_on_its_day(town: Town, olga: Browser) -> None:
    hold = link(run(olga), "hold")
    page = olga.post(hold, 422, until="1.2.2026", reason="Odottaa selvitystä")
    assert ("Odottaa selvitystä" in page, "error-summary" in page) == (True, True)
    page = olga.post(hold, until="12.2.2026", reason="Odottaa selvitystä")
    assert ("siirretty päivään 12.2.2026" in words(page), "Siirrettiin myöhemmäksi: Tarkista" in words(page)) == (
        True, True,
    )  # fmt: skip
    page = olga.post(f"{RUN}/time", to="12.2.2026")
    assert "siirretty päivään" not in words(page)
    told = kept(town, olga, "put_off")["steps"][1]["hold"]  # type: ignore[index]
    assert told == {"task": "check", "until": date(2026, 2, 12), "reason": "Odottaa selvitystä"}


def test_a_case_is_called_off_and_that_is_undone(town: Town, olga: Browser) -> None:
    cancel = link(run(olga), "cancel")
    assert "error-summary" in olga.post(cancel, 422, reason="")
    page = olga.post(cancel, reason="Hakija perui")
    assert ("Asia on päättynyt." in words(page), "Asia lopetettiin kesken: Hakija perui" in words(page)) == (True, True)
    assert "/cancel" not in page
    assert kept(town, olga, "called_off")["steps"][1]["cancel"] == "Hakija perui"  # type: ignore[index]
    assert "Tarkista" in words(olga.post(f"{RUN}/undo"))


def test_two_people_are_asked_or_not_as_an_area_has_it(olga: Browser) -> None:
    assert "Eri ihmiset: Tarkista ja Päätä" in words(olga.get(f"{RUN}/start"))
    page = olga.post(link(run(olga, **{"four_eyes.check_and_decision": "no"}), "task"), complete="true")
    assert "f-who-hint" not in olga.get(link(page, "task"))


def test_a_kept_story_is_called_by_its_name_and_opens_as_a_table(town: Town, olga: Browser) -> None:
    run(olga)
    for id in ("uusi_vastausaika", "uusi_vastausaika_2"):
        page = olga.post(f"{RUN}/story", title="Uusi vastausaika", name="", draft="1")
        assert ("<h1>Uusi vastausaika</h1>" in page, "Päivät, tapahtumat ja odotukset" in page) == (True, True)
        assert content(town, 1, f"stories/{id}.toml")
