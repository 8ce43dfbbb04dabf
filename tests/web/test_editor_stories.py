"""Stories and the settings of a draft: tables of steps and rows, changed without touching a byte besides."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import session

from engine import bundle as bundles
from engine.amend import amend_toml, differences
from engine.story import EXPECTATIONS
from tests.tasks.conftest import Town
from tests.tasks.test_rehearsing import STORY
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web import i18n
from web.i18n import LANGUAGES, known
from web.processes.editors import scenes, spoken, story_head
from web.processes.editors import settings as process_settings
from web.processes.editors.stories import FORM, NEW

__all__ = ["olga"]
WORKFLOWS = Path(__file__).parents[2] / "workflows"
OWN = f"{DRAFT}/stories/own"
SETTINGS = f"{DRAFT}/settings"


@pytest.fixture
def storied(olga: Browser) -> Browser:
    """The draft with a story."""
    olga.post(f"{DRAFT}/files/stories/own.toml", act="save", base="", text=STORY)
    return olga


def test_every_step_of_our_stories_says_the_same_after_its_form() -> None:
    wrong = []
    for path in sorted(WORKFLOWS.glob("*/stories/*.toml"))[::4]:
        for number, step in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("steps", ())):
            changed = list(differences(("steps", number), step, scenes.wanted(scenes.answers(step), step)))
            wrong += [(path.name, number, changed)] if changed else []
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_of_our_stories_says_the_same_after_it_was_told_by_names(town: Town, language: str) -> None:
    folders = {path.parent.name: bundles.read(path.parent) for path in sorted(WORKFLOWS.glob("*/process.toml"))}
    wrong = []
    with Browser(town, "olga").client.application.test_request_context():
        session["language"] = language
        assert i18n.language() == language
        for bundle in folders.values():
            named = spoken.names(bundle, folders)
            for id, story in list(bundle.stories.items())[::4]:
                for number, step in enumerate(story.get("steps", ())):
                    answers = scenes.answers(step)
                    said = spoken.resolved(spoken.told(answers, named), named, answers)
                    changed = list(differences(("steps", number), step, scenes.wanted(said, step)))
                    wrong += [(bundle.process, id, number, changed)] if changed else []
    assert wrong == []


def test_a_step_is_shown_by_names_and_its_data_row_by_row(town: Town, storied: Browser) -> None:
    step = """
[[steps]]
at = 2030-01-01
do = "check"
data = {complete = true}
expect = {open = ["decide", "go_on"], due = {reply_time = {nominal = 2030-01-15, paused = true}}, letter = {name = "notice", to = "applicant", contains = ["Kela", "15 §"]}}

[[steps]]
at = 2030-01-02
hold = {task = "decide", until = 2030-01-10, reason = "Odotetaan"}
"""  # noqa: E501
    number = len(tomllib.loads(STORY)["steps"])
    text = STORY + step
    path = f"{DRAFT}/files/stories/own.toml"
    base = re.findall(r'name="base" value="([^"]*)"', storied.get(path))[0]
    storied.post(path, act="save", base=base, text=text)
    told = fields(storied.get(f"{OWN}/steps/{number}"))
    rows = [[told[f"expect.{at}.{key}"][0] for key in ("what", "name", "value")] for at in range(6)]
    assert (told["task"], told["facts.0.name"], told["facts.0.value"]) == (
        ["check"], ["Onko hakemus täydellinen?"], ["Kyllä"],
    )  # fmt: skip
    assert rows == [
        ["open", "", "Päätä, Jatka ilman vastausta"], ["due_nominal", "Vastausaika", "15.1.2030"],
        ["due_paused", "Vastausaika", "Kyllä"], ["letter_to", "Lähetä päätös", "hakija"],
        ["letter_contains", "Lähetä päätös", "Kela"], ["letter_contains", "Lähetä päätös", "15 §"],
    ]  # fmt: skip
    held = fields(storied.get(f"{OWN}/steps/{number + 1}"))
    assert [held[name] for name in ("task", "until", "reason")] == [["decide"], ["10.1.2030"], ["Odotetaan"]]
    assert '<option value="decide" selected>Päätä</option>' in storied.get(f"{OWN}/steps/{number + 1}")
    for each in (number, number + 1):
        send(storied, f"{OWN}/steps/{each}")
    assert stored(town, "stories/own.toml") == text
    send(storied, f"{OWN}/steps/{number + 1}", until="12.1.2030")
    held_now = tomllib.loads(stored(town, "stories/own.toml"))["steps"][-1]["hold"]
    assert (held_now["task"], str(held_now["until"]), held_now["reason"]) == ("decide", "2030-01-12", "Odotetaan")
    assert "Päätä (decide), päivään 12.1.2030 asti. Syy: Odotetaan" in storied.get(OWN)
    page = send(storied, f"{OWN}/steps/{number + 1}", "save", 422, until="joskus")
    assert ("Anna päivä, esimerkiksi" in page, 'value="joskus"' in page) == (True, True)
    send(storied, f"{OWN}/steps/{number}", **{"expect.5.value": "16 §"})
    letter = tomllib.loads(stored(town, "stories/own.toml"))["steps"][number]["expect"]["letter"]
    assert letter == {"name": "notice", "to": "applicant", "contains": ["Kela", "16 §"]}


def test_the_settings_of_our_processes_say_the_same_after_their_form() -> None:
    for path in sorted(WORKFLOWS.glob("*/process.toml")):
        data = path.read_bytes()
        document = tomllib.loads(data.decode())
        clean = {name: value for name, value in process_settings.answers(document).items() if value not in ("", [])}
        assert amend_toml(data, list(process_settings.changes(document, clean)), file=path.name) == data, path


def test_a_story_is_a_table_and_a_step_is_changed(town: Town, storied: Browser) -> None:
    page = storied.get(OWN)
    assert ("Mitä odotetaan" in page, "Asia alkaa: Hakemus (application)" in page) == (True, True)
    number = len(tomllib.loads(STORY)["steps"])
    for step in range(number):
        send(storied, f"{OWN}/steps/{step}")
    assert stored(town, "stories/own.toml") == STORY
    send(storied, f"{OWN}/steps/0", **{"as": "vilma"})
    assert tomllib.loads(stored(town, "stories/own.toml"))["steps"][0]["as"] == "vilma"


def test_a_deadline_of_the_same_id_as_a_task_has_its_own_name(storied: Browser) -> None:
    send(
        storied, f"{OWN}/steps/{NEW}", moment="1.1.2030", action="none",
        **{"expect.0.what": "due", "expect.0.name": "check", "expect.0.value": "9.3.2026",
           "expect.1.what": "no_deadline", "expect.1.value": "check",
           "expect.2.what": "open", "expect.2.value": "check"},
    )  # fmt: skip
    page = storied.get(OWN)
    assert "määräpäivä Tarkistusaika = 9.3.2026" in page
    assert ("ei määräaikaa: Tarkistusaika" in page, "avoinna: Tarkista<" in page) == (True, True)


def test_a_new_step_takes_its_place_by_its_moment_and_can_go_again(town: Town, storied: Browser) -> None:
    first = tomllib.loads(STORY)["steps"][0]["at"]
    day = scenes.moment(first).split()[0]
    page = send(
        storied, f"{OWN}/steps/{NEW}", moment=f"{day} 23.59", action="none",
        **{"expect.0.what": "due", "expect.0.name": "check", "expect.0.value": "9.3.2026"},
    )  # fmt: skip
    assert "Aika kuluu" in page
    steps = tomllib.loads(stored(town, "stories/own.toml"))["steps"]
    assert isinstance(steps[1]["at"], datetime)
    assert str(steps[1]["expect"]["due"]["check"]) == "2026-03-09"
    send(storied, f"{OWN}/steps/1", "drop")
    assert tomllib.loads(stored(town, "stories/own.toml")) == tomllib.loads(STORY)


def test_a_step_that_cannot_be_is_refused(town: Town, storied: Browser) -> None:
    page = send(storied, f"{OWN}/steps/0", "save", 422, moment="huomenna")
    assert ("Anna päivä ja kellonaika" in page, 'value="huomenna"' in page) == (True, True)
    assert stored(town, "stories/own.toml") == STORY


def test_every_expectation_has_its_words_and_its_choice() -> None:
    assert not [what for what in EXPECTATIONS if not known(f"story.expect_{what}")]
    assert set(re.findall(r'"(\w+)": \{"fi"', FORM.read_text(encoding="utf-8"))) >= EXPECTATIONS


def test_settings_are_changed_row_by_row(town: Town, olga: Browser) -> None:
    before = stored(town, "process.toml")
    send(olga, SETTINGS)
    assert stored(town, "process.toml") == before
    send(olga, SETTINGS, years="12", **{"lanes.9.id": "payer", "lanes.9.role": "payment_officer"})
    after = stored(town, "process.toml")
    assert "years = 12" in after
    send(olga, SETTINGS, review_on="31.3.2027")
    assert "review_on = 2027-03-31\n" in stored(town, "process.toml")
    send(olga, SETTINGS, review_on="")
    assert stored(town, "process.toml") == after
    assert '[lanes.customer]\noutside = true\n\n[lanes.payer]\nrole = "payment_officer"\n' in after
    page = send(olga, SETTINGS, "save", 422, **{"lanes.9.id": "both"}, name_fi="Kirjoitettu")
    assert ("joko työrooli" in page, 'value="Kirjoitettu"' in page) == (True, True)


def test_two_who_change_the_settings_lose_nothing(town: Town, olga: Browser) -> None:
    mine = fields(olga.get(SETTINGS))
    send(Browser(town, "oona"), SETTINGS, number="T99")
    page = olga.post(SETTINGS, 412, **mine | {"act": "save", "name_fi": "Olgan nimi"})
    assert ("T99" in page, 'value="Olgan nimi"' in page) == (True, True)


def test_the_heads_of_our_stories_say_the_same_after_their_form() -> None:
    for path in sorted(WORKFLOWS.glob("*/stories/*.toml")):
        document = tomllib.loads(path.read_text(encoding="utf-8"))
        head = {key: document[key] for key in ("name", "text", "parties") if key in document}
        assert (path.name, list(story_head.changes(head, story_head.answers(head)))) == (path.name, [])


def test_the_name_and_the_parties_of_a_story_are_changed_row_by_row(town: Town, storied: Browser) -> None:
    head = f"{OWN}/head"
    before = stored(town, "stories/own.toml")
    page = storied.get(OWN)
    assert "Muuta nimeä, selitystä ja asianosaisia" in page
    send(storied, head)
    assert stored(town, "stories/own.toml") == before
    assert "Uusi nimi" in send(storied, head, name="Uusi nimi", text="Miksi tämä on.")
    rows = len(tomllib.loads(before)["parties"])
    (role, *_) = tomllib.loads(before)["parties"]
    new = {"role": "payer", "name": "Maksaja Oy", "kind": "organisation", "business_id": "9004101-6"}
    page = send(storied, head, "save", 422, **{f"parties.{rows}.{key}": value for key, value in new.items()})
    assert 'value="Maksaja Oy"' in page
    more = {f"parties.{rows}.{key}": value for key, value in new.items()} | {f"parties.{rows}.role": role}
    page = send(storied, head, "save", 422, **more)
    assert ("Rooli on jo toisella rivillä" in page, 'value="Maksaja Oy"' in page) == (True, True)
    send(storied, head, **{"parties.0.name": "Toinen Esimerkki", "parties.0.language": "sv"})
    told = tomllib.loads(stored(town, "stories/own.toml"))
    assert (told["name"], told["text"], told["parties"][role]["language"]) == ("Uusi nimi", "Miksi tämä on.", "sv")
    assert told["steps"] == tomllib.loads(before)["steps"]


def test_a_step_is_written_by_what_things_are_called(town: Town, storied: Browser) -> None:
    send(
        storied, f"{OWN}/steps/{NEW}", moment="1.1.2030", action="do", task="check",
        **{"facts.0.name": "Onko hakemus täydellinen?", "facts.0.value": "Kyllä",
           "expect.0.what": "open", "expect.0.value": "Päätä, go_on"},
    )  # fmt: skip
    assert "avoinna: Päätä, Jatka ilman vastausta" in storied.get(OWN)
    step = tomllib.loads(stored(town, "stories/own.toml"))["steps"][-1]
    assert (step["do"], step["data"], step["expect"]) == ("check", {"complete": True}, {"open": ["decide", "go_on"]})


@pytest.mark.parametrize(("language", "shown", "typed"), [("fi", "2600,50", "2 700,5"), ("en", "2600.50", "2700.5")])
def test_amounts_in_a_story_stand_as_people_write_them(town: Town, language: str, shown: str, typed: str) -> None:
    with Browser(town, "olga").client.application.test_request_context():
        session["language"] = language
        asked = {"pay": {"title": "Palkka", "x-kind": "money"}, "hours": {"title": "Tunnit", "x-kind": "number"}}
        named = spoken.Names({}, {}, {}, {}, {}, {}, {}, {"check": {"properties": asked}}, {})
        step = {"at": date(2030, 1, 1), "do": "check", "data": {"pay": "2600.50", "hours": 37}}
        answers = scenes.answers(step)
        told = spoken.told(answers, named)
        assert [row["value"] for row in told["facts"]] == [shown, "37"]
        assert scenes.wanted(spoken.resolved(told, named, answers), step)["data"] == step["data"]
        told["facts"][0]["value"], told["facts"][1]["value"] = typed, "noin 40"
        changed = scenes.wanted(spoken.resolved(told, named, answers), step)["data"]
        assert changed == {"pay": "2700.5", "hours": "noin 40"}


def test_how_a_message_came_is_chosen_by_its_name(town: Town, storied: Browser) -> None:
    page = storied.get(f"{OWN}/steps/0")
    assert '<option value="visit">Käynti toimipisteessä</option>' in page
    send(storied, f"{OWN}/steps/0", way="visit")
    assert tomllib.loads(stored(town, "stories/own.toml"))["steps"][0]["channel"] == "visit"


def test_what_is_expected_is_written_by_what_deadlines_and_outcomes_are_called(town: Town, storied: Browser) -> None:
    rows = (("due", "Time to check", "9.3.2026"), ("no_deadline", "", "vastausaika"),
            ("escalated", "", "Granskningstid"), ("outcome", "", "Beslutat"))  # fmt: skip
    typed = {f"expect.0.{key}": value for key, value in zip(("what", "name", "value"), rows[0], strict=True)}
    send(storied, f"{OWN}/steps/{NEW}", moment="1.1.2030", action="none", **typed)
    number = len(tomllib.loads(STORY)["steps"])
    for place, (what, _, value) in enumerate(rows[1:], start=1):
        send(storied, f"{OWN}/steps/{number}", **{f"expect.{place}.what": what, f"expect.{place}.value": value})
    expected = tomllib.loads(stored(town, "stories/own.toml"))["steps"][-1]["expect"]
    assert (str(expected["due"]["check"]), expected["outcome"]) == ("2026-03-09", "decided")
    assert (expected["no_deadline"], expected["escalated"]) == (["reply_time"], ["check"])


def test_letters_and_the_days_of_a_deadline_are_told_without_signs_of_a_program(olga: Browser) -> None:
    step = """
[[steps]]
at = 2030-01-01
do = "check"
expect = {due = {reply_time = {nominal = 2030-01-15, legal = 2030-01-16}}, letter = {name = "notice", to = "applicant", contains = ["Kela", "15 §"], lacks = ["Begäran"]}}
"""  # noqa: E501
    olga.post(f"{DRAFT}/files/stories/own.toml", act="save", base="", text=STORY + step)
    page = unescape(olga.get(OWN))
    for words in (
        "määräpäivä Vastausaika = laskettu päivä 15.1.2030, lain päivä 16.1.2030", 'Lähetä päätös lukee "Kela", "15 §"',
        'Lähetä päätös ei lue "Begäran"', "kirjeen saa hakija",
    ):  # fmt: skip
        assert words in page
    assert "nominal" not in page
