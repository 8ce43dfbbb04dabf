"""The three changes of the guide for process owners, step by step: drawn, tried, approved, in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from playwright.sync_api import Locator, expect
from sqlalchemy import text

from tasks.published import published as versions
from tests.browser.desk import Desk
from tests.browser.test_journey import CANDIDATE, Office, office

__all__ = ["office"]
LAW = "Yhteiset säännöt: yleinen hallinto-oikeus ja työvoimapalvelujen yhteiset arvot"
REQUEST = {"documents": "Päätös", "standing": "public", "manner": "copy"}
UNCLEAR = {"identified": False, "missing": "Miltä ajalta?"}
ASKED = {"missing": "Miltä ajalta?", "consequence": "Pyyntöä ei voi käsitellä."}
NOT_OURS = {"identified": True, "ours": False}
MOVED = {"to_whom": "Kela", "why": "Kela on laatinut asiakirjan.", "transferred_on": "9.2.2026"}


def draft(desk: Desk, process: str, title: str) -> str:
    """Begin a draft; gives its address."""
    desk.page.goto("/processes/")
    desk.page.get_by_role("link", name="Aloita luonnos").click()
    desk.page.get_by_label("Otsikko").first.fill(title)
    desk.page.get_by_label("Prosessi").first.select_option(label=process)
    desk.press("Aloita luonnos")
    desk.says("Luonnos on aloitettu.")
    return desk.page.url


def published(office: Office, olga: Desk, address: str, told: str = "") -> None:
    """Propose; another owner reads the differences, approves and publishes from today on."""
    olga.page.goto(address)
    olga.press("Ehdota hyväksyttäväksi")
    oskari = office.desk("Oskari")
    oskari.page.goto(address)
    oskari.page.locator("main").get_by_role("link", name="Erot pohjaan").click()
    expect(oskari.page.locator("main")).to_contain_text(told)
    oskari.page.get_by_role("link", name="Palaa luonnokseen").click()
    oskari.press("Hyväksy luonnos")
    oskari.press("Julkaise versio")
    oskari.says("on julkaistu, voimassa")
    oskari.close()


def started(kaisa: Desk) -> str:
    """A request for a document that has arrived; gives the address of its case."""
    kaisa.page.goto("/cases/")
    kaisa.page.get_by_role("link", name="Aloita asia").click()
    kaisa.page.get_by_role("link", name="Asiakirjapyyntö").first.click()
    kaisa.page.get_by_label("Asiakirjan pyytäjä").fill(CANDIDATE)
    kaisa.fill({"arrival_channel": "e_service", **REQUEST})
    kaisa.press("Aloita käsittely")
    kaisa.says("on aloitettu")
    kaisa.case = kaisa.page.url
    return kaisa.page.url


def named(place: Desk, values: Mapping[str, str]) -> None:
    """Type into controls by their names."""
    for name, value in values.items():
        control: Locator = place.page.locator(f'main form#form [name="{name}"]')
        if control.evaluate("it => it.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def test_a_follow_up_step_is_drawn_tried_approved_and_arrives_on_a_list(office: Office) -> None:
    olga = office.desk("Olga")
    address, page = draft(olga, "Asiakirjapyyntö", "Soitto siirron jälkeen"), olga.page
    page.get_by_role("link", name="Piirrä kaaviota").click()
    page.locator("#steps").get_by_role("link", name="Kerro siirrosta", exact=True).first.click()
    page.get_by_text("Lisää vaihe tämän jälkeen").click()
    for id, words in (("", "Soita asiakkaalle"), ("_sv", "Ring kunden"), ("_en", "Call the customer")):
        page.locator(f"#a-name{id}").fill(words)
    olga.press("Lisää vaihe")
    page.locator("#step").get_by_role("link", name="Tee uusi määräaika tätä varten").click()
    named(olga, {"rows.0.length": "7", "starts": "done:transfer_request", "statute": "HL 23 §"})
    page.get_by_role("button", name="Tallenna", exact=True).last.click()
    page.locator("#step").get_by_role("link", name="Muokkaa lomaketta").click()
    page.get_by_label("Uusi kysymys").fill("Tavoititko asiakkaan?")
    page.get_by_label("Vastauksen laji").select_option(label="kyllä tai ei")
    olga.press("Lisää kysymys")
    named(olga, {"title_sv": "Nådde du kunden?", "title_en": "Did you reach them?", "required": "true"})
    page.get_by_role("button", name="Tallenna", exact=True).last.click()
    olga.says("Tallennettu.")
    page.goto(address)
    olga.press("Kokeile käsin")
    olga.press("Täytä lomakkeen esimerkkivastauksin")
    olga.press("Aloita kokeilu")
    for title, values in (("Yksilöi pyyntö", NOT_OURS), ("Siirrä pyyntö", MOVED)):
        page.locator("section[aria-labelledby=tasks-title]").get_by_role("link", name=title).first.click()
        olga.fill(values)
        expect(page.get_by_role("button", name="Näytä vastausten")).to_have_count(
            0
        )  # the questions follow by themselves
        olga.press("Tee vaihe")
    expect(page.locator("section[aria-labelledby=tasks-title]")).to_contain_text("Soita asiakkaalle")
    published(office, olga, address, told="Reitti Kerro siirrosta → Jäikö osa meille? kulkee nyt")
    kaisa = office.desk("Kaisa")
    started(kaisa)
    kaisa.do("Yksilöi pyyntö", NOT_OURS)
    kaisa.do("Siirrä pyyntö", MOVED)
    kaisa.page.goto("/tasks/")
    row = kaisa.page.locator("main li, main tr").filter(has_text="Soita asiakkaalle").first
    expect(row).to_contain_text("16.2.2026")
    kaisa.do("Soita asiakkaalle", {"tavoititko_asiakkaan": True, "text": "Tavoitin asiakkaan."})


def test_an_amount_changes_from_a_day_on(office: Office) -> None:
    olga = office.desk("Olga")
    address, page = draft(olga, "Palkkatuki", "Enimmäismäärä"), olga.page
    page.get_by_role("link", name="Määräajat ja arvot").click()
    page.get_by_role("link", name="Palkkatuen enimmäismäärä kuukaudessa, 88 §").click()
    named(olga, {"change_from": "1.1.2027", "change_value": "2 100,50"})
    page.get_by_role("button", name="Tallenna", exact=True).nth(0).click()
    olga.says("Tallennettu.")
    published(office, olga, address, told="2\xa0100,50\xa0€")
    with office.database.read() as connection:
        law = versions(office.database).refresh(connection).law
    found = [law.parameter("pay_subsidy", "cap_88", day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert [str(each) for each in found] == ["2020.00", "2100.50"]


def deadlines(office: Office, case: str) -> dict[str, str]:
    """The last day of each deadline of a case by its name, as it stands now."""
    with office.database.read() as connection:
        rows = connection.execute(
            text("SELECT name, legal_on FROM deadlines WHERE case_id = :case ORDER BY number"),
            {"case": int(case.rpartition("/")[2])},
        )
        return {row.name: str(row.legal_on) for row in rows}


def test_a_reply_time_grows_from_next_month_on_and_nothing_else_moves(office: Office) -> None:
    kaisa, olga = office.desk("Kaisa"), office.desk("Olga")
    sent = started(kaisa)
    kaisa.do("Yksilöi pyyntö", UNCLEAR)
    kaisa.do("Laadi täydennyspyyntö", ASKED)
    waiting = started(kaisa)
    kaisa.do("Yksilöi pyyntö", UNCLEAR)
    before = deadlines(office, sent), deadlines(office, waiting)
    assert before[0]["supplement_reply"] == "2026-03-02"  # received on the seventh day, and fourteen days
    address, page = draft(olga, LAW, "Vastausaika 21 päivään"), olga.page
    page.get_by_role("link", name="Määräajat ja arvot").click()
    page.get_by_role("link", name="Täydennyspyynnön vastausaika").click()
    named(olga, {"change_from": "1.3.2026", "change_value": "21"})
    page.get_by_role("button", name="Tallenna", exact=True).nth(0).click()
    olga.says("Tallennettu.")
    published(office, olga, address, told="Täydennyspyyntö: Täydennyksen viimeinen vastauspäivä")
    assert (deadlines(office, sent), deadlines(office, waiting)) == before
    kaisa.wait("+1 kuukausi")
    kaisa.case = waiting
    kaisa.do("Laadi täydennyspyyntö", ASKED)
    after = deadlines(office, waiting)
    assert after.pop("supplement_reply") == "2026-04-07"  # 9.3., the seventh day, twenty-one days, Easter
    assert after == before[1]
    assert deadlines(office, sent)["supplement_reply"] == "2026-03-02"
