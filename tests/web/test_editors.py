"""The editors of a draft in words: a law that changes is written without knowing a file format, and nobody is lost."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from html import unescape
from typing import Any

import pytest

from engine import bundle as bundles
from tasks.commands.publishing import publish
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.web.conftest import Browser
from web.i18n import LANGUAGES

DRAFT = "/processes/drafts/1"
REPLY = f"{DRAFT}/deadlines/reply_time"


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner with a draft of the permit, number 1."""
    found = Browser(town, "olga")
    found.post("/processes/drafts", how="version", process="permit", title="Uusi vastausaika")
    return found


def stored(town: Town, path: str) -> str:
    row = town.rows("SELECT content FROM draft_files WHERE draft_id = 1 AND path = :p", p=path)
    return bytes(row[0].content).decode() if row else ""


def fields(page: str) -> dict[str, Any]:
    """What the form of a page would send."""
    form = page[page.index('id="form"') :].partition("</form>")[0]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if told.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        found.setdefault(told["name"], []).append(unescape(told["value"]))
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        found.setdefault(name, []).append(unescape(text))
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        found.setdefault(name, []).extend(re.findall(r'<option value="([^"]*)" selected', options) or [""])
    return {name: value for name, value in found.items() if name != "csrf_token"}


def send(browser: Browser, path: str, act: str = "save", status: int = 200, **changed: object) -> str:
    """Open a form, change some of its fields, and press a button."""
    sent = fields(browser.get(path)) | {"act": act} | changed
    return browser.post(path.split("?")[0], status, **sent)


def test_saving_a_form_unchanged_keeps_every_byte(town: Town, olga: Browser) -> None:
    files = {path: content.decode() for path, content in bundles.read(BUNDLES / "permit").files.items()}
    for deadline in ("check", "reply_time"):
        assert "Tallennettu." in send(olga, f"{DRAFT}/deadlines/{deadline}")
    assert {path: stored(town, path) for path in files} == files


def test_what_was_typed_into_a_draft_proposed_meanwhile_is_shown_by_the_words_of_the_form(
    town: Town, olga: Browser
) -> None:
    sent = fields(olga.get(REPLY)) | {"act": "save", "change_from": "1.4.2026", "change_length": "21"}
    olga.post(f"{DRAFT}/propose", revision=town.value("SELECT revision FROM drafts"), comment="")
    page = olga.post(REPLY, 409, **sent)
    assert ("Luonnos on lukittu." in page, "asian nykyiseen" in page) == (True, False)
    typed = page.partition('id="typed"')[2].partition("</dl>")[0]
    told = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", typed, re.S))
    assert (told["Uusi pituus"], told["Päivätyt rivit, Rivi 1: Pituus"], told["Yksikkö"]) == ("21", "7", "päivää")
    assert not {"change_length", "rows.0.length", "base", "act"} & set(told)


def test_a_reply_time_changes_from_a_day_on_and_the_old_row_stays(town: Town, olga: Browser) -> None:
    before = stored(town, "deadlines.toml")
    page = send(olga, REPLY, change_from="1.4.2026", change_length="21")
    assert stored(town, "deadlines.toml") == before.replace(
        "rows = [{from = 2025-01-01, length = 7}]",
        "rows = [{from = 2025-01-01, length = 7, to = 2026-03-31}, {from = 2026-04-01, length = 21}]",
    )
    assert "21 päivää siitä, kun pyyntö lähetettiin; siirtyy seuraavaan arkipäivään." in page.replace("\xa0", " ")
    page = page.replace("\xa0", " ")
    assert "Kun pyyntö lähetettiin ti 31.3.2026, viimeinen päivä on ti 7.4.2026." in page
    assert "Kun pyyntö lähetettiin ke 1.4.2026, viimeinen päivä on ke 22.4.2026." in page
    assert "Pohjaversion mukaan ke 8.4.2026." in page


def test_days_are_shown_for_what_is_typed_and_nothing_is_saved(town: Town, olga: Browser) -> None:
    before = stored(town, "deadlines.toml")
    page = send(olga, REPLY, "show", **{"rows.0.length": "14", "on": "23.12.2026"}).replace("\xa0", " ")
    assert "viimeinen päivä on to 7.1.2027" in page
    assert ("loppiainen" in page, "Muutosta ei ole vielä tallennettu" in page) == (True, True)
    assert stored(town, "deadlines.toml") == before


def test_two_who_change_different_deadlines_do_not_meet_and_the_same_one_is_lost_by_neither(
    town: Town, olga: Browser
) -> None:
    oona = Browser(town, "oona")
    mine = fields(oona.get(REPLY))
    send(olga, f"{DRAFT}/deadlines/check", **{"rows.0.length": "10"})
    assert "Tallennettu." in oona.post(REPLY, **mine | {"act": "save", "rows.0.length": "9"})
    told = tomllib.loads(stored(town, "deadlines.toml"))
    assert (told["check"]["rows"][0]["length"], told["reply_time"]["rows"][0]["length"]) == (10, 9)
    mine = fields(oona.get(REPLY))
    send(olga, REPLY, name_fi="Olgan nimi")
    page = oona.post(REPLY, 412, **mine | {"act": "save", "name_fi": "Oonan nimi"})
    assert ("Olgan nimi" in page, 'value="Oonan nimi"' in page) == (True, True)
    assert "Olgan nimi" in stored(town, "deadlines.toml")
    oona.post(REPLY, **fields(page) | {"act": "save"})
    assert "Oonan nimi" in stored(town, "deadlines.toml")


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"statute": "jokin laki"}, "Säädöstä ei voi lukea"),
        ({"anchor": "if then"}, "Kaavaa ei voi lukea"),
        ({"rows.0.length": "7 +"}, "Kaavaa ei voi lukea"),
        ({"change_from": "1.1.2025", "change_length": "3"}, "Tästä päivästä alkaa jo rivi"),
        ({"change_from": "1.4.2026"}, "Uusi pituus"),
        ({"change_length": "21"}, "Muutos koskee aikaa, joka alkaa: Anna päivä"),
        ({"rows.0.length": "7,5"}, "Pituus: Kirjoita pelkkä kokonaisluku"),
        ({"rows.0.length": "7.5"}, "Pituus: Kirjoita pelkkä kokonaisluku"),
        ({"rows.0.length": "14 päivää"}, "Pituus: Kirjoita pelkkä kokonaisluku"),
        ({"change_from": "1.4.2026", "change_length": "-3"}, "Uusi pituus: Kirjoita pelkkä kokonaisluku"),
        ({"rows.0.to": "1.1.2024"}, "päättyy ennen"),
        ({"name_sv": ""}, "Nimi ruotsiksi"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_what_was_typed_stays(
    town: Town, olga: Browser, changed: dict[str, str], told: str
) -> None:
    before = stored(town, "deadlines.toml")
    page = send(olga, REPLY, "save", 422, **changed, name_fi="Kirjoitettu nimi")
    assert (told in page, 'class="error-summary"' in page, 'value="Kirjoitettu nimi"' in page) == (True, True, True)
    assert stored(town, "deadlines.toml") == before


def test_a_new_deadline_stands_last_and_can_go_again(town: Town, olga: Browser) -> None:
    before = stored(town, "deadlines.toml")
    page = olga.get(f"{DRAFT}/new-deadline?id=follow_up")
    sent = fields(page) | {
        "act": "save", "starts": "own", "unit": "weeks", "roll": "target", "kind": "agreed", "binds": "authority",
        "anchor": "decide.on",
        "statute": "HL 23 §", "rows.0.from": "1.1.2026", "rows.0.length": "2", "shown_on": "go_on",
    }  # fmt: skip
    sent |= {f"{name}_{language}": f"{name} {language}" for name in ("name", "event") for language in LANGUAGES}
    olga.post(f"{DRAFT}/deadlines/follow_up", **sent)
    after = stored(town, "deadlines.toml")
    assert after.startswith(before)
    assert tomllib.loads(after)["follow_up"] == {
        "name": {language: f"name {language}" for language in LANGUAGES}, "kind": "agreed",
        "binds": "authority", "anchor": "decide.on",
        "unit": "weeks", "roll": "target", "statute": "HL 23 §", "shown_on": ["go_on"],
        "event": {language: f"event {language}" for language in LANGUAGES},
        "rows": [{"from": date(2026, 1, 1), "length": 2}],
    }  # fmt: skip
    send(olga, f"{DRAFT}/deadlines/follow_up", "drop")
    assert stored(town, "deadlines.toml") == before
    assert "pieniä kirjaimia" in olga.get(f"{DRAFT}/new-deadline?id=untimed", 422)


def test_a_deadline_becomes_a_plans_and_is_none_again(town: Town, olga: Browser) -> None:
    before = stored(town, "deadlines.toml")
    send(olga, REPLY, plan="renew", renews_at="go_on")
    after = stored(town, "deadlines.toml")
    told = tomllib.loads(after)["reply_time"]
    assert (told["plan"], told["renews_at"]) == ("renew", ["go_on"])
    send(olga, REPLY, name_fi="Vastausaika toisin")
    assert tomllib.loads(stored(town, "deadlines.toml"))["reply_time"]["plan"] == "renew"
    send(olga, REPLY, plan="", renews_at="", name_fi=tomllib.loads(before)["reply_time"]["name"]["fi"])
    assert tomllib.loads(stored(town, "deadlines.toml")) == tomllib.loads(before)


def test_a_row_more_and_a_row_less_keep_what_was_typed(olga: Browser) -> None:
    page = send(olga, REPLY, "", add="rows", name_fi="Kesken")
    assert ('name="rows.1.length"' in page, 'value="Kesken"' in page) == (True, True)
    page = send(olga, REPLY, "", remove="rows.0", name_fi="Kesken")
    assert 'name="rows.0.length" value=""' in page


def test_an_amount_is_begun_and_gets_a_dated_row(town: Town, olga: Browser) -> None:
    page = olga.get(f"{DRAFT}/new-value?id=fee")
    sent = fields(page) | {
        "act": "save", "unit": "euro", "source": "HL 23 §", "rows.0.from": "1.1.2026", "rows.0.value": "1260",
        "local": "false",
    } | {f"name_{language}": f"fee {language}" for language in LANGUAGES}  # fmt: skip
    olga.post(f"{DRAFT}/values/fee", **sent)
    page = send(olga, f"{DRAFT}/values/fee", change_from="1.6.2026", change_value="1 300,50 €", doubt_fi="Tarkista")
    assert "1.6.2026 alkaen 1 300,50 €" in page.replace("\xa0", " ")
    told = tomllib.loads(stored(town, "parameters.toml"))["fee"]
    assert told["rows"] == [
        {"from": date(2026, 1, 1), "value": "1260.00"}, {"from": date(2026, 6, 1), "value": "1300.50"},
    ]  # fmt: skip
    assert (told["doubt"], "local" in told) == ({"fi": "Tarkista"}, False)
    page = send(olga, f"{DRAFT}/values/fee", "save", 422, change_from="1.7.2026", change_value="paljon")
    assert "Anna luku" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Uusi arvo: ”2100,505”: euromäärässä on enintään kaksi desimaalia."),
        ("sv", "Nytt värde: ”2100,505”: ett belopp i euro har högst två decimaler."),
        ("en", "New value: “2100,505”: an amount in euros has at most two decimals."),
    ],
)
def test_an_amount_finer_than_cents_is_refused_by_name_and_never_rounded(
    town: Town, olga: Browser, language: str, words: str
) -> None:
    text = (
        'fee = {name = {fi = "M", sv = "A", en = "F"}, unit = "euro", source = "HL 23 §",'
        ' rows = [{from = 2025-01-01, value = "2020.00"}]}\n'
    )
    olga.post(f"{DRAFT}/files/parameters.toml", act="save", base="", text=text)
    olga.post("/language", language=language)
    page = send(olga, f"{DRAFT}/values/fee", "save", 422, change_from="1.6.2026", change_value="2100,505")
    assert words in unescape(page)
    assert 'value="2100,505"' in page
    send(olga, f"{DRAFT}/values/fee", "save", 422, change_from="1.6.2026", change_value="1e40")
    assert stored(town, "parameters.toml") == text
    send(olga, f"{DRAFT}/values/fee", "save", 200, change_from="1.6.2026", change_value="2100,500")
    assert "2100.50" in stored(town, "parameters.toml")


@pytest.mark.parametrize(("language", "money", "share"), [("fi", "2020,00", "12,5"), ("sv", "2020,00", "12,5"),
                                                          ("en", "2020.00", "12.5")])  # fmt: skip
def test_numbers_are_shown_and_taken_with_the_mark_of_the_language_and_with_the_other(
    town: Town, olga: Browser, language: str, money: str, share: str
) -> None:
    text = (
        'fee = {name = {fi = "M", sv = "A", en = "F"}, unit = "euro", source = "HL 23 §",'
        ' rows = [{from = 2025-01-01, value = "2020.00"}]}\n'
        'share = {name = {fi = "O", sv = "D", en = "S"}, unit = "percent", source = "HL 23 §",'
        ' rows = [{from = 2025-01-01, value = "12.50"}, {from = 2026-01-01, value = 50}]}\n'
        'noon = {name = {fi = "K", sv = "K", en = "T"}, unit = "time", source = "HL 23 §",'
        ' rows = [{from = 2025-01-01, value = "12.00"}]}\n'
    )
    olga.post(f"{DRAFT}/files/parameters.toml", act="save", base="", text=text)
    olga.post("/language", language=language)
    told = {name: fields(olga.get(f"{DRAFT}/values/{name}")) for name in ("fee", "share", "noon")}
    assert [told[name]["rows.0.value"] for name in told] == [[money], [share], ["12.00"]]
    assert told["share"]["rows.1.value"] == ["50"]
    for name, typed in [("fee", "2020.00"), ("fee", "2 020,00"), ("share", "12,50"), ("share", "12.5")]:
        send(olga, f"{DRAFT}/values/{name}", **{"rows.0.value": typed})
    assert stored(town, "parameters.toml") == text
    send(olga, f"{DRAFT}/values/fee", change_from="1.1.2027", change_value=money.replace("20", "21", 1))
    assert tomllib.loads(stored(town, "parameters.toml"))["fee"]["rows"][1]["value"] == "2120.00"
    send(olga, f"{DRAFT}/values/fee", change_from="1.2.2027", change_value="€2,100.50")  # as the English page tells it
    assert tomllib.loads(stored(town, "parameters.toml"))["fee"]["rows"][2]["value"] == "2100.50"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_speaks_the_language_and_leads_to_each(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    page = olga.get(f"{DRAFT}/dates?on=23.12.2026")
    word = {"fi": "Määräajat ja arvot", "sv": "Tidsfrister och värden", "en": "Deadlines and values"}[language]
    assert (f"<h1>{word}</h1>" in page, 'deadlines/reply_time"' in page) == (True, True)


def test_what_was_taken_out_is_told_by_its_name(olga: Browser) -> None:
    assert "Poistettu: Vastausaika." in send(olga, REPLY, "drop")


def test_a_file_that_cannot_be_read_leads_to_its_text(town: Town, olga: Browser) -> None:
    text = stored(town, "deadlines.toml")
    page = olga.get(f"{DRAFT}/files/deadlines.toml")
    base = re.search(r'name="base" value="([^"]*)"', page)
    assert base
    olga.post(f"{DRAFT}/files/deadlines.toml", act="save", base=base[1], text=f"{text}\n[[")
    assert "Muokkaa tekstinä: deadlines.toml" in olga.get(REPLY)


def test_who_may_not_write_reads_and_cannot_save(town: Town, olga: Browser) -> None:
    auditor = Browser(town, "outi")
    page = auditor.get(REPLY)
    assert (" disabled>" in page, 'value="save"' in page) == (True, False)
    auditor.post(REPLY, 403, **fields(page) | {"act": "save", "name_fi": "Salaa"})
    assert "Salaa" not in stored(town, "deadlines.toml")


@pytest.fixture
def law(town: Town) -> Town:
    """The common values of law, published, with a draft that changes them: number 1."""
    found = bundles.read(BUNDLES.parents[2] / "workflows" / "law")
    publish(
        town.database, HOUSE, [found], author="olga", approver="oona", from_on=date(2025, 1, 1), now=town.now
    )  # fmt: skip
    Browser(town, "olga").post("/processes/drafts", how="version", process="law", title="Vastausaika")
    return town


def test_a_draft_of_the_common_values_opens_though_it_has_no_drawing(law: Town) -> None:
    page = Browser(law, "olga").get(DRAFT)
    assert ("Määräajat ja arvot" in page, "Piirrä kaaviota" in page) == (True, False)


def test_a_formula_of_several_lines_keeps_them_when_something_else_changes(town: Town, olga: Browser) -> None:
    text = stored(town, "deadlines.toml").replace(
        "length = 7}]", "length = '''\nif check.complete then 0\nelse 14'''}]"
    )
    base = re.search(r'name="base" value="([^"]*)"', olga.get(f"{DRAFT}/files/deadlines.toml"))
    assert base
    olga.post(f"{DRAFT}/files/deadlines.toml", act="save", base=base[1], text=text)
    assert 'value="if check.complete then 0 else 14"' in olga.get(REPLY)
    send(olga, REPLY, change_from="1.4.2026", change_length="21")
    assert "length = '''\nif check.complete then 0\nelse 14'''" in stored(town, "deadlines.toml")
    assert "{from = 2026-04-01, length = 21}" in stored(town, "deadlines.toml")


def test_a_length_that_is_read_from_a_value_leads_to_the_value(law: Town) -> None:
    olga = Browser(law, "olga")
    olga.post("/processes/drafts", how="version", process="permit", title="Pituus arvosta")
    draft = DRAFT.replace("1", "2")
    page = olga.get(f"{draft}/files/deadlines.toml")
    base = re.search(r'name="base" value="([^"]*)"', page)
    text = re.search(r'name="text"[^>]*>\n?(.*?)</textarea>', page, re.S)
    assert base
    assert text
    common = unescape(text[1]).replace("length = 7}", "length = 'parameter(\"supplement_reply_days\")'}")
    olga.post(f"{draft}/files/deadlines.toml", act="save", base=base[1], text=common)
    for page in (olga.get(f"{draft}/dates"), olga.get(f"{draft}/deadlines/reply_time")):
        assert "arvosta Täydennyspyynnön vastausaika, joka on nyt 14 päivää." in page.replace("\xa0", " ")
        assert 'href="/processes/drafts/new?process=law"' in page
    own = '[own_days]\nname = {fi = "Oma aika", sv = "Egen", en = "Own"}\nunit = "days"\nsource = "HL 23 §"\n'
    path = f"{draft}/files/parameters.toml"
    olga.post(path, act="save", base="", text=f"{own}rows = [{{from = 2025-01-01, value = 7}}]\n")
    page = olga.get(f"{draft}/files/deadlines.toml")
    base = re.search(r'name="base" value="([^"]*)"', page)
    assert base
    text_of_own = common.replace("supplement_reply_days", "own_days")
    olga.post(f"{draft}/files/deadlines.toml", act="save", base=base[1], text=text_of_own)
    assert f'href="{draft}/values/own_days">Muuta arvoa: Oma aika' in olga.get(f"{draft}/deadlines/reply_time")


def test_a_deadline_is_begun_by_its_name_and_begins_where_words_say(town: Town, olga: Browser) -> None:
    page = olga.get(f"{DRAFT}/new-deadline?id=Soitto+asiakkaalle")
    assert ("Uusi määräaika: Soitto asiakkaalle" in page, 'value="Soitto asiakkaalle"' in page) == (True, True)
    sent = fields(page) | {
        "act": "save", "roll": "target", "kind": "target", "binds": "authority", "starts": "done:check",
        "statute": "HL 23 §", "rows.0.length": "7", "name_sv": "Samtal", "name_en": "Call", "shown_on": "check",
    }  # fmt: skip
    page = olga.post(f"{DRAFT}/deadlines/soitto_asiakkaalle", **sent).replace("\xa0", " ")
    assert "7 päivää siitä, kun vaihe Tarkista on tehty" in page
    assert "Pohjaversion mukaan" not in page  # it has no such deadline
    told = tomllib.loads(stored(town, "deadlines.toml"))["soitto_asiakkaalle"]
    assert (told["anchor"], told["event"]["en"]) == ("check.on", "the step Check is done")
    assert told["rows"] == [{"from": date(2026, 1, 1), "length": 7}]
    path = f"{DRAFT}/deadlines/soitto_asiakkaalle"
    assert fields(olga.get(path))["starts"] == ["done:check"]
    send(olga, path, starts="case", event_fi="", event_sv="", event_en="")
    told = tomllib.loads(stored(town, "deadlines.toml"))["soitto_asiakkaalle"]
    assert (told["anchor"], told["event"]["fi"]) == ("case.arrived_on", "asia on saapunut")
    send(olga, path, anchor='decide.on + duration("P1D")')
    assert "decide.on + duration" in stored(town, "deadlines.toml")
    page = send(olga, path, "save", 422, starts="own", event_fi="", anchor="")
    assert "Lauseena suomeksi" in page


def test_a_deadline_without_a_beginning_asks_for_that_alone(olga: Browser) -> None:
    page = send(olga, f"{DRAFT}/deadlines/call?new=1&title=Soitto", "save", 422, starts="", **{"rows.0.length": "7"})
    assert "Mistä aika alkaa: Valitse" in page
    for left in ("Lauseena suomeksi: Täytä", "Lauseena ruotsiksi: Täytä", "Mistä päivä luetaan: Täytä"):
        assert left not in page  # made of the choice
    page = send(olga, f"{DRAFT}/deadlines/call?new=1&title=Soitto", "save", 422, starts="own", **{"rows.0.length": "7"})
    assert "Lauseena suomeksi: Täytä" in page


def test_a_deadline_made_for_a_step_has_its_name_and_a_target_of_its_own(olga: Browser) -> None:
    page = olga.get(f"{DRAFT}/deadlines/check_deadline?step=check&new=1")
    found = fields(page)
    wanted = {
        "name_fi": "Tarkista", "name_sv": "Granska", "kind": "target", "roll": "target", "unit": "days",
        "rows.0.from": "1.1.2026", "shown_on": "check",
    }  # fmt: skip
    assert {name: found[name] for name in wanted} == {name: [value] for name, value in wanted.items()}
    assert "<h1>Uusi määräaika: Tarkista</h1>" in page
    assert "Tätä ei ole vielä luonnoksessa" in page


@pytest.mark.parametrize("typed", ["14,5", "-3", "kolme viikkoa", "14 päivää"])
def test_a_number_of_days_is_whole(law: Town, typed: str) -> None:
    olga = Browser(law, "olga")
    path = f"{DRAFT}/values/supplement_reply_days"
    page = send(olga, path, "save", 422, change_from="1.12.2026", change_value=typed)
    assert ("Anna kokonaisluku, esimerkiksi 14" in page, f'value="{typed}"' in page) == (True, True)


def test_a_new_value_without_its_first_day_is_not_lost(law: Town) -> None:
    page = send(Browser(law, "olga"), f"{DRAFT}/values/supplement_reply_days", "save", 422, change_value="21")
    assert ("voimassa alkaen: Anna päivä" in page, 'value="21"' in page) == (True, True)


def test_half_a_day_in_the_file_is_shown_and_can_be_put_right(law: Town) -> None:
    olga = Browser(law, "olga")
    text = stored(law, "parameters.toml").replace("value = 14}", 'value = "14.5"}', 2)
    base = re.search(r'name="base" value="([^"]*)"', olga.get(f"{DRAFT}/files/parameters.toml"))
    assert base
    olga.post(f"{DRAFT}/files/parameters.toml", act="save", base=base[1], text=text)
    assert "14.5" in olga.get(f"{DRAFT}/dates")
