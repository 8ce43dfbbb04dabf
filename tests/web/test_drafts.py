"""The pages on which process owners write, judge and publish drafts; nothing typed is lost, others are not let in."""

from __future__ import annotations

import io
import re
from datetime import date
from html import unescape

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine.errors import Finding
from tasks.commands import publishing, rehearsing
from tasks.drafting import KINDS, OPEN, digest
from tasks.localcopy import copied
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.tasks.test_drafts import save as tasks_save
from tests.tasks.test_rehearsing import STORY
from tests.web.conftest import Browser
from tests.web.test_access import HOSTILE, routes
from web.i18n import LANGUAGES, known
from web.processes.desk import KINDS as FILE_KINDS
from web.processes.desk import LOOKS, kind_of, line_of, readable, written
from web.processes.judging import STEPS

LABELS = "/processes/drafts/1/files/labels.toml"


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner with a draft of the permit, number 1."""
    found = Browser(town, "olga")
    found.post("/processes/drafts", how="version", process="permit", title="Uusi vastausaika")
    return found


@pytest.fixture
def oona(town: Town) -> Browser:
    """Another process owner."""
    return Browser(town, "oona")


def stored(town: Town, path: str) -> bytes:
    return bytes(town.value("SELECT content FROM draft_files WHERE draft_id = 1 AND path = :p", p=path))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def shown(page: str) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    assert found
    return unescape(found[1])


def save(browser: Browser, path: str, old: str, new: str, status: int = 200, base: str = "") -> str:
    page = browser.get(f"/processes/drafts/1/files/{path}")
    text = shown(page)
    assert old in text
    base = base or hidden(page, "base")
    return browser.post(
        f"/processes/drafts/1/files/{path}", status, act="save", base=base,
        text=text.replace(old, new).replace("\n", "\r\n"),
    )  # fmt: skip


def revision(town: Town) -> int:
    return int(town.value("SELECT revision FROM drafts WHERE id = 1"))


def step(browser: Browser, name: str, status: int = 200, **more: object) -> str:
    return browser.post(f"/processes/drafts/1/{name}", status, revision=revision(browser.town), **more)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_begins_from_the_page_of_its_base(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    words = {"fi": "Tee oma kopio", "sv": "Gör en egen kopia", "en": "Make an own copy"}[language]
    found = re.search(rf'href="([^"]+)">{words}', olga.get("/processes/permit"))
    assert found
    page = olga.get(unescape(found[1]).partition("#")[0])
    assert ('id="copy" open' in page, 'name="source" value="permit"' in page) == (True, True)
    names = {"name_fi": "Oma", "name_sv": "Egen", "name_en": "Own"}
    told = {"how": "copy", "source": "permit", "process": "own", "prefix": "OM", "area": "finding_work", "title": "Oma"}
    page = olga.post("/processes/drafts", 422, **told | names | {"name_fi": "Lupa", "title": "Oma"})
    assert ('aria-invalid="true"' in page, 'value="own"' in page) == (True, True)
    page = olga.post("/processes/drafts", **told, **names)
    assert {"fi": "Aloitettu kopiona: Lupa", "sv": "Påbörjat som en kopia", "en": "Begun as a copy"}[language] in page
    there = re.search(r'href="(/processes/own/compare[^"]+)"', page)
    assert there
    page = olga.get(unescape(there[1]))
    assert {"fi": "Vertaa versioita", "sv": "Jämför versioner", "en": "Compare versions"}[language] in page
    assert 'value="base" selected' in page
    assert f": {({'fi': 'Oma', 'sv': 'Egen', 'en': 'Own'})[language]}</h1>" in page


def test_areas_are_offered_by_their_names(olga: Browser) -> None:
    page = olga.get("/processes/drafts/new")
    assert '<option value="finding_work">työn löytäminen</option>' in page
    assert "<option></option>" not in page
    page = olga.get("/processes/drafts/new?copy=permit&version=1")
    assert '<option value="finding_work" selected>' in page


def test_the_page_of_a_copy_tells_what_it_was_made_from(town: Town, olga: Browser) -> None:
    base = bundles.read(BUNDLES / "permit")
    names = {"fi": "Oma", "sv": "Egen", "en": "Own"}
    files = copied(base, "own", area="finding_work", prefix="OM", owner="olga", name=names)
    folder = bundles.assemble(files, "own")
    publishing.publish(town.database, HOUSE, [folder], author="olga", approver="oona", now=town.now)
    assert re.search(r"Kopioitu prosessista</dt>\s*<dd[^>]*>Lupa, versio 1", olga.get("/processes/own"))
    assert "Kopioitu prosessista" not in olga.get("/processes/permit")


def test_a_copy_asks_what_is_copied(olga: Browser) -> None:
    page = olga.post("/processes/drafts", 422, how="copy", title="Oma")
    assert '<a href="#f-copy-source">Valitse prosessi.' in page


def test_the_address_of_a_beginning_that_failed_leads_to_the_list(olga: Browser) -> None:
    assert "<h1>Prosessit</h1>" in olga.get("/processes/drafts")


def test_a_day_of_publishing_that_was_emptied_is_asked_for(olga: Browser, oona: Browser) -> None:
    step(olga, "propose")
    step(oona, "approve")
    page = step(oona, "publish", 422, from_on=" ")
    assert 'aria-describedby="f-from_on-hint f-from_on-error" aria-invalid="true"' in page


def test_a_draft_goes_from_the_process_to_a_published_version(town: Town, olga: Browser, oona: Browser) -> None:
    assert "Aloita luonnos tästä versiosta" in olga.get("/processes/permit")
    assert "Uusi vastausaika" in olga.get("/processes/permit")
    assert "Tallennettu." in save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    assert "Odottaa hyväksyntää" in step(olga, "propose", comment="Katso nimi")
    page = oona.get("/processes/drafts/1")
    assert ("Hyväksy luonnos" in page, "Katso nimi" in page) == (True, True)
    assert "Julkaise versio" in step(oona, "approve", comment="")
    page = step(oona, "publish", from_on="1.3.2026")
    assert "Julkaistu versiona 2, voimassa 1.3.2026 alkaen" in page
    assert "Versio 2 on julkaistu, voimassa 1.3.2026 alkaen." in page
    page = oona.get("/processes/permit")
    assert "tulossa 1.3.2026" in page
    row = town.rows("SELECT author, approver FROM versions ORDER BY id DESC")[0]
    assert (row.author, row.approver) == ("olga", "oona")


def test_folders_to_begin_from_stand_by_their_names(town: Town, olga: Browser) -> None:
    guidance = bundles.read(BUNDLES / "guidance")
    publishing.publish(
        town.database, HOUSE, [guidance], author="olga", approver="oona", from_on=date(2026, 1, 1), now=town.now
    )
    found = re.findall(r'<option value="(\w+)"[^>]*>[^<]+</option>', olga.get("/processes/drafts/new"))
    assert found[:2] == ["permit", "guidance"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_the_language(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    word = {"fi": "Tiedostot", "sv": "Filer", "en": "Files"}[language]
    assert f">{word}</h2>" in olga.get("/processes/drafts/1")
    title = {"fi": "Aloita luonnos", "sv": "Påbörja ett utkast", "en": "Begin a draft"}[language]
    assert f"<h1>{title}</h1>" in olga.get("/processes/drafts/new")


def test_saving_without_a_change_keeps_every_byte(town: Town, olga: Browser) -> None:
    files = dict(bundles.read(BUNDLES / "permit").files)
    for path in files:
        save(olga, path, "", "")
    assert {path: stored(town, path) for path in files} == files


def test_what_the_checks_find_leads_to_its_line(olga: Browser) -> None:
    page = save(olga, "deadlines.toml", 'roll = "target"', 'roll = "sideways"')
    assert ('data-line="' in page, "sideways" in page) == (True, True)
    page = olga.get("/processes/drafts/1")
    assert re.search(r'files/deadlines\.toml#line-\d+"', page)
    assert "1 virhe" in page
    assert "Korjaa ensin virheet (1)" in page
    assert "Luonnoksessa on virheitä" in step(olga, "propose", 422, comment="")


def test_a_text_is_checked_without_being_saved_and_kept_for_its_writer(
    town: Town, olga: Browser, oona: Browser
) -> None:
    text = stored(town, "deadlines.toml").decode().replace('roll = "target"', 'roll = "sideways"')
    hash = digest(stored(town, "deadlines.toml"))
    page = olga.post("/processes/drafts/1/files/deadlines.toml", act="check", base=hash, text=text)
    assert ("ei tallennettu" in page, "sideways" in page) == (True, True)
    assert b"sideways" not in stored(town, "deadlines.toml")
    assert "jota et ole tallentanut" in olga.get("/processes/drafts/1/files/deadlines.toml")
    assert "Tallentamatonta tekstiäsi" in olga.get("/processes/drafts/1")
    assert "sideways" not in oona.get("/processes/drafts/1/files/deadlines.toml")
    page = olga.post("/processes/drafts/1/files/deadlines.toml", act="drop")
    assert "sideways" not in page


def test_what_is_typed_is_kept_by_itself_and_says_so(town: Town, olga: Browser) -> None:
    hash = digest(stored(town, "labels.toml"))
    answer = olga.client.post("/processes/drafts/1/typed/labels.toml", data={"base": hash, "text": "kesken"})
    assert (answer.status_code, "Kirjoittamasi on tallessa 10.00" in answer.json["words"]) == (200, True)
    assert "kesken" in olga.get(LABELS)
    step(olga, "withdraw")
    answer = olga.client.post("/processes/drafts/1/typed/labels.toml", data={"base": hash, "text": "kesken"})
    assert answer.status_code == 409
    assert "ei voitu pitää tallessa" in answer.json["words"]


def test_the_second_who_saves_sees_both_texts_and_loses_neither(town: Town, olga: Browser, oona: Browser) -> None:
    base = hidden(oona.get(LABELS), "base")
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    before = bundles.read(BUNDLES / "permit").files["labels.toml"].decode()
    page = oona.post(LABELS, 412, act="save", base=base, text=before.replace('"Check"', '"Inspect"'))
    assert ("Joku muu ehti ensin" in page, "Olga tallensi tiedoston" in page) == (True, True)
    assert ("Kontrollera" in page, '"Inspect"' in shown(page), "line-gone" in page) == (True, True, True)
    assert b"Inspect" not in stored(town, "labels.toml")
    assert "Inspect" in shown(oona.get(LABELS))  # and it is there after the browser was closed
    both = shown(page).replace('"Granska"', '"Kontrollera"')
    oona.post(LABELS, act="save", base=hidden(page, "base"), text=both)
    assert (b"Inspect" in stored(town, "labels.toml"), b"Kontrollera" in stored(town, "labels.toml")) == (True, True)


def test_a_script_saves_and_checks_and_is_told_in_json(town: Town, olga: Browser) -> None:
    path, wanted = "/processes/drafts/1/files/deadlines.toml", {"Accept": "application/json"}
    before = stored(town, "deadlines.toml")
    broken = before.decode().replace('roll = "target"', 'roll = "sideways"')
    given = {"act": "check", "base": digest(before), "text": broken}
    found = olga.client.post(path, data=given, headers=wanted).json
    assert [(one["severity"], "sideways" in one["message"]) for one in found["findings"]] == [("error", True)]
    assert stored(town, "deadlines.toml") == before
    found = olga.client.post(path, data=given | {"act": "save"}, headers=wanted).json
    assert (found["hash"], found["words"]) == (digest(broken.encode()), "Tallennettu.")
    late = olga.client.post(path, data=given | {"act": "save", "text": "mine"}, headers=wanted)
    assert (late.status_code, late.json["hash"]) == (412, found["hash"])
    wrong = {"act": "save", "base": digest(stored(town, "process.toml")), "text": 'id = "other"'}
    refused = olga.client.post("/processes/drafts/1/files/process.toml", data=wrong, headers=wanted)
    assert (refused.status_code, refused.json["words"]) == (422, "Prosessin tunnusta ei voi vaihtaa.")


def test_a_text_sent_to_a_draft_that_stands_still_is_on_the_page_that_says_so(olga: Browser) -> None:
    step(olga, "propose", comment="")
    page = olga.post(LABELS, 409, act="save", base="x", text="minun tekstini")
    assert "minun tekstini" in page


def test_a_value_that_cannot_be_saved_comes_back_with_the_text(town: Town, olga: Browser) -> None:
    hash = digest(stored(town, "process.toml"))
    text = stored(town, "process.toml").decode().replace('id = "permit"', 'id = "other"')
    page = olga.post("/processes/drafts/1/files/process.toml", 422, act="save", base=hash, text=text)
    assert "Prosessin tunnusta ei voi vaihtaa" in page
    assert 'id = "other"' in shown(page)


def test_a_file_is_added_moved_and_removed(town: Town, olga: Browser) -> None:
    page = olga.get("/processes/drafts/1/new-file?path=stories/own.toml")
    olga.post("/processes/drafts/1/files/stories/own.toml", act="save", base=hidden(page, "base"), text='name = "A"\n')
    hash = digest(b'name = "A"\n')
    assert stored(town, "stories/own.toml") == b'name = "A"\n'
    page = olga.post("/processes/drafts/1/files/stories/own.toml", 422, act="rename", base=hash, to="labels.toml")
    assert "Paikassa on jo tiedosto" in page
    olga.post("/processes/drafts/1/files/stories/own.toml", act="rename", base=hash, to="stories/other.toml")
    olga.post("/processes/drafts/1/files/stories/other.toml", act="remove", base=hash)
    olga.get("/processes/drafts/1/files/stories/other.toml", 404)
    assert "Paikka ../x ei kelpaa" in olga.get("/processes/drafts/1/new-file?path=../x", 422)


def upload(browser: Browser, name: str, data: bytes, status: int = 200, **fields: object) -> str:
    given = {"file": (io.BytesIO(data), name), "revision": revision(browser.town), **fields}
    return browser.post("/processes/drafts/1/upload", status, **given)


def test_a_file_is_uploaded_and_goes_over_another_only_when_told(town: Town, olga: Browser) -> None:
    upload(olga, "own.json", b"{}", place="forms/own.json")
    assert stored(town, "forms/own.json") == b"{}"
    page = upload(olga, "labels.toml", b"# new\n", 409)
    assert "Paikassa labels.toml on jo tiedosto" in page
    upload(olga, "labels.toml", b"# new\n", over="1")
    assert stored(town, "labels.toml") == b"# new\n"
    assert "Valitse tiedosto" in olga.post("/processes/drafts/1/upload", 422)
    page = upload(olga, "large.json", b" " * 5_000_001, 422)
    assert '<a href="#f-upload">Tiedosto large.json on liian suuri: enintään 5 megatavua.' in page
    assert '<a href="#f-path">Paikka a:b.json ei kelpaa.' in upload(olga, "a:b.json", b"{}", 422)


def test_the_folder_goes_out_as_a_zip_and_comes_back_byte_for_byte(town: Town, olga: Browser) -> None:
    zipped = olga.client.get("/processes/drafts/1/zip").data
    assert bundles.unpack(zipped) == dict(bundles.read(BUNDLES / "permit").files)
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    assert "Kansio on korvattu. Muuttuneita tiedostoja: 1." in upload(olga, "permit.zip", zipped)
    assert olga.client.get("/processes/drafts/1/zip").data == zipped
    raw = olga.client.get("/processes/drafts/1/raw/permit.bpmn")
    assert (raw.data, raw.get_etag()[0]) == (stored(town, "permit.bpmn"), digest(stored(town, "permit.bpmn")))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"PK\x03\x04 nonsense", "zip-tiedostoa ei voi käyttää"),
        (bundles.pack({"../up.toml": b""}), "tiedosto kansion ulkopuolella"),
        (bundles.pack({"readme.txt": b""}), "ei ole tiedostoa process.toml"),
        (bundles.pack({f"{n}.txt": b"" for n in range(501)}), "enintään 500 tiedostoa"),
    ],
)
def test_a_hostile_zip_is_refused_with_a_sentence(olga: Browser, data: bytes, said: str) -> None:
    assert said in unescape(upload(olga, "x.zip", data, 422))
    given = {"how": "zip", "title": "Zip", "zip": (io.BytesIO(data), "x.zip")}
    assert said in unescape(olga.post("/processes/drafts", 422, **given))


def test_a_draft_from_a_zip_and_one_from_nothing(town: Town, olga: Browser) -> None:
    zipped = bundles.pack(dict(bundles.read(BUNDLES / "permit").files))
    assert "Aloitettu zip-tiedostosta" in olga.post(
        "/processes/drafts", how="zip", title="Zip", zip=(io.BytesIO(zipped), "permit.zip")
    )
    new = {"process": "trial", "kind": "process", "prefix": "KO", "area": "finding_work", "title": "Kokeilu"}
    names = {"name_fi": "Kokeilu", "name_sv": "Försök", "name_en": "Trial"}
    page = olga.post("/processes/drafts", how="empty", **new, **names)
    assert ("Tarkistus ei löytänyt huomautettavaa" in page, "trial.bpmn" in page) == (True, True)


def test_what_is_missing_from_a_new_draft_is_said_and_what_was_typed_stays(olga: Browser) -> None:
    page = olga.post("/processes/drafts", 422, how="empty", title="Kokeilu", process="Ei Kelpaa", name_fi="Nimi")
    assert ('href="#f-empty-process"' in page, 'value="Ei Kelpaa"' in page, 'value="Nimi"' in page) == (True,) * 3
    assert "Anna otsikko" in olga.post("/processes/drafts", 422, how="version", process="permit", title="")
    page = olga.post("/processes/drafts", 422, how="version", process="", title="")  # nothing is chosen by itself
    assert '<option value="">Valitse' in page
    for words in ("Anna otsikko.", "Valitse prosessi."):
        assert page.count(words) == 2
    assert "Valitse zip-tiedosto" in olga.post("/processes/drafts", 422, how="zip", title="Zip")


def test_who_wrote_is_not_offered_to_judge_and_is_refused_when_trying(olga: Browser) -> None:
    page = step(olga, "propose", comment="")
    assert ("Hyväksy luonnos" in page, "toisen prosessin omistajan on ratkaistava se" in page) == (False, True)
    assert "Toisen prosessin omistajan on ratkaistava" in step(olga, "approve", 403, comment="")


def test_a_draft_is_returned_with_a_comment_that_its_authors_read(olga: Browser, oona: Browser) -> None:
    step(olga, "propose", comment="")
    assert "Kirjoita, miksi" in step(oona, "return", 422, comment=" ")
    step(oona, "return", comment="Liian lyhyt aika")
    page = olga.get("/processes/drafts/1")
    assert ("Liian lyhyt aika" in page, "Ehdota hyväksyttäväksi" in page) == (True, True)


@pytest.mark.parametrize(("day", "said"), [("31.2.2026", "muodossa"), ("1.1.2026", "aikaisintaan tänään")])
def test_a_day_that_cannot_be_is_said_and_stays_typed(olga: Browser, oona: Browser, day: str, said: str) -> None:
    step(olga, "propose", comment="")
    step(oona, "approve", comment="")
    page = step(oona, "publish", 422, from_on=day)
    assert (said in page, f'value="{day}"' in page) == (True, True)


def test_a_draft_behind_a_newer_version_says_so_and_is_brought_up(olga: Browser, oona: Browser) -> None:
    olga.post("/processes/drafts", how="version", process="permit", title="Toinen")
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    step(olga, "propose", comment="")
    step(oona, "approve", comment="")
    step(oona, "publish", from_on="9.2.2026")
    page = olga.get("/processes/drafts/2")
    assert "versio 2 on julkaistu sen jälkeen" in page
    seen = hidden(page, "revision")
    assert "Version 2 muutokset otettu mukaan" in olga.post("/processes/drafts/2/bring_up", revision=seen)
    assert "Toinen" in olga.get("/processes/")


def test_an_old_page_does_not_propose_what_was_changed_meanwhile(olga: Browser, town: Town) -> None:
    seen = revision(town)
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    olga.post("/processes/drafts/1/propose", 412, revision=seen, comment="Perustelu")


@pytest.mark.parametrize("who", ["vilma", "esko"])
def test_others_see_no_draft_and_change_none(town: Town, olga: Browser, who: str) -> None:
    other = Browser(town, who)
    assert "Uusi vastausaika" not in other.get("/processes/") + other.get("/processes/permit")
    for path in ("", "/zip", "/files/labels.toml", "/raw/labels.toml", "/new-file?path=a.txt", "/rehearsals/1"):
        other.get(f"/processes/drafts/1{path}", 403)
    other.get("/processes/drafts/new", 403)
    other.post("/processes/drafts", 403, how="version", process="permit", title="Oma")
    for path in ("upload", "rehearsals", "files/labels.toml", "typed/labels.toml", *STEPS):
        other.post(f"/processes/drafts/1/{path}", 403, act="save", text="", base="", title="x", revision=1, from_on="")
    other.post("/processes/permit/versions/1/retire", 403, why="x")
    assert town.value("SELECT count(*) FROM draft_events") == 1


def test_an_operator_reads_a_draft_and_changes_nothing(town: Town, olga: Browser) -> None:
    outi = Browser(town, "outi")
    page = outi.get("/processes/drafts/1")
    assert ("Uusi vastausaika" in page, "Ehdota hyväksyttäväksi" in page, "Lähetä tiedosto" in page) == (
        True, False, False,
    )  # fmt: skip
    assert "readonly" in outi.get(LABELS)
    outi.post(LABELS, 403, act="save", base="", text="x")
    outi.post("/processes/drafts/1/propose", 403, revision=1, comment="")


def test_a_version_is_retired_from_its_page(town: Town, olga: Browser) -> None:
    page = olga.post("/processes/permit/versions/1/retire", why="Virhe kaaviossa")
    assert ("poistettu käytöstä" in page, "Virhe kaaviossa" in page) == (True, True)
    assert "Hakemus" not in Browser(town, "vilma").get("/cases/new")


@pytest.mark.parametrize("path", ["/processes/drafts/9", "/processes/drafts/1/files/none.toml"])
def test_what_is_not_there_is_not_found(olga: Browser, path: str) -> None:
    olga.get(path, 404)
    olga.post("/processes/drafts/1/dance", 404)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("process.toml", "process"), ("permit.bpmn", "drawing"), ("forms/a.json", "forms"), ("a.dmn", "tables"),
        ("calendar.toml", "dates"), ("letters/passages/head.fi.html", "letters"), ("stories/a.toml", "stories"),
        ("codes/a.toml", "codes"), ("readme.md", "other"), ("other/a.toml", "other"),
    ],
)  # fmt: skip
def test_a_file_has_the_kind_of_its_place(path: str, kind: str) -> None:
    assert kind_of(path) == kind


@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        (b"a\nb\n", "a\r\nc\r\n", b"a\nc\n"),
        (b"a\r\nb\r\n", "a\nc\n", b"a\r\nc\r\n"),
        (b"a\r\nb\nc\r\n", "a\nb\nd\n", b"a\r\nb\nd\r\n"),
        (b"\xef\xbb\xbfa\n", "b\n", b"\xef\xbb\xbfb\n"),
        (None, "a\r\n", b"a\n"),
        (b"a", "a", b"a"),
        (b"a\r\nb", "a\nb", b"a\r\nb"),
    ],
)
def test_lines_that_did_not_change_keep_their_ends(before: bytes | None, typed: str, after: bytes) -> None:
    assert written(typed, before) == after


@pytest.mark.parametrize(
    "content", [b"\xff\xfe", b"a\x00b", b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', b"x" * 1_000_001]
)
def test_what_is_no_text_is_not_edited(content: bytes) -> None:
    assert readable(content) is None


@pytest.mark.parametrize(
    ("file", "element", "text", "line"),
    [
        ("a.bpmn", "check", '<a>\n<b id="check"/>', 2),
        ("deadlines.toml", "reply.rows", "[check]\n\n[reply]\nrows = []", 3),
        ("deadlines.toml", "reply", "[check]\n\n[reply]\n", 3),
        ("process.toml", "id", 'kind = "x"\nid = "y"', 2),
        ("forms/a.json", "/properties/reason/x-kind", '{\n"properties": {\n"reason": {}}}', 3),
        ("a.bpmn", "gone", "<a/>", None),
    ],
)
def test_a_finding_without_a_line_is_placed_by_its_element(
    file: str, element: str, text: str, line: int | None
) -> None:
    assert line_of(Finding("rule", "error", "…", file, element), text) == line


def test_everything_that_is_told_by_its_id_has_words() -> None:
    keys = [f"draft.state_{state}" for state in LOOKS] + [f"draft.state_told_{state}" for state in LOOKS]
    keys += [f"draft.files_{kind}" for kind in FILE_KINDS]
    keys += [f"draft.do_{name}" for name in STEPS] + [f"draft.done_{name}" for name in STEPS]
    keys += [f"draft.event_{kind}" for kind in KINDS if kind != "started"]
    assert [key for key in keys if not known(key)] == []
    assert set(OPEN) < set(LOOKS)


CORRUPTIONS = {
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "binary": lambda data: b"\xff\x00" + data,
    "other words": lambda data: data.replace(b"days", b"moons").replace(b"target", b"sideways").replace(b"user", b"x"),
    "other types": lambda data: data.replace(b'"', b"").replace(b"14", b'"x"'),
}


@pytest.mark.parametrize("how", CORRUPTIONS)
def test_whatever_a_file_holds_every_page_of_its_draft_opens(town: Town, olga: Browser, how: str) -> None:
    tasks_save(town, 1, "stories/own.toml", STORY.encode())
    rehearsing.order(town.database, town.user("olga"), 1, now=town.now)
    for path, data in sorted(bundles.read(BUNDLES / "permit").files.items()):
        for content in (CORRUPTIONS[how](data), data):
            with town.database.transaction() as connection:
                here = {"c": content, "p": path}
                connection.execute(text("UPDATE draft_files SET content = :c WHERE path = :p"), here)
            if content is not data:
                for page in ("", f"/review?file={path}", f"/files/{path}", "/rehearsals/1"):
                    olga.get(f"/processes/drafts/1{page}")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_hostile_values_get_a_clear_answer(olga: Browser, method: str) -> None:
    names = ("title", "act", "base", "text", "to", "place", "revision", "comment", "from_on", "how", "prefix", "area",
             "process", "kind", "name_fi", "number", "version", "path", "on", "file", "new", "callers",
             "why")  # fmt: skip
    values = {"draft_id": 1, "path": "labels.toml", "process": "permit", "number": 1, "step": "publish"}
    found = [route for route in routes(olga, method, values) if "draft" in route[1] or "retire" in route[1]]
    assert len(found) > 5
    for _, address in found:
        for value in HOSTILE:
            if method == "GET" and len(value) > 10_000:
                continue
            given = dict.fromkeys(names, value)
            where = {"query_string": given} if method == "GET" else {"data": given}
            answer = olga.client.open(address, method=method, **where)
            assert answer.status_code < 500, f"{address} {value[:40]!r}"
            if answer.mimetype == "text/html":
                assert "<script>alert" not in answer.text, address


def test_a_draft_goes_back_to_a_saved_state_and_on_again(town: Town, olga: Browser) -> None:
    before = stored(town, "labels.toml")
    assert "Kumoa viimeisin tallennus" not in olga.get("/processes/drafts/1")
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    page = olga.get("/processes/drafts/1/states")
    assert ("muutettu labels.toml" in page, "Luonnoksen alku" in page) == (True, True)
    back = {"revision": revision(town), "back": "/processes/drafts/1/files/labels.toml"}
    page = olga.post("/processes/drafts/1/states", to="undo", **back)
    assert ("Viimeisin tallennus on kumottu." in page, stored(town, "labels.toml")) == (True, before)
    assert "Palattu tallennukseen 1" in olga.get("/processes/drafts/1")
    page = olga.post("/processes/drafts/1/states", to="redo", revision=revision(town))
    assert "Palattu tallennukseen 2" in page
    assert stored(town, "labels.toml") != before
    olga.post("/processes/drafts/1/states", 412, to="1", revision=1)
    olga.post("/processes/drafts/1/states", 404, to="99", revision=revision(town))
    olga.post("/processes/drafts/1/states", 404, to="redo", revision=revision(town))


@pytest.mark.parametrize(
    "page", ["", "/settings", "/drawing", "/files/labels.toml", "/forms/check/fields/complete", "/conditions/f4"]
)
def test_every_editor_of_a_draft_offers_to_undo_once(olga: Browser, page: str) -> None:
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    assert olga.get(f"/processes/drafts/1{page}").count("Kumoa viimeisin tallennus") == 1


@pytest.mark.parametrize(
    ("path", "old", "new", "leads", "told"),
    [
        ("forms/check.json", '"x-kind": "yes_no"', '"x-kind": "nothing"', "/forms/check/fields/complete",
         "Check the application: Is the application complete? (/properties/complete/x-kind): found"),
        ("deadlines.toml", 'anchor = "check.on"', 'anchor = "chekc.on"', "/deadlines/reply_time",
         "Time to reply (reply_time): reads"),
        ("deadlines.toml", 'unit = "days"\nroll = "target"', 'unit = "dags"\nroll = "target"', "/deadlines/check",
         "<strong>Time to check</strong>"),
        ("process.toml", 'to = "applicant"', 'to = "applicant"\nnothing = 1', "/letters/notice/rules",
         "<strong>Send the decision</strong>"),
        ("process.toml", "years = 10", "years = true", "/settings#f-years", "retention.years"),
        ("labels.toml", 'en = "Send the decision"', 'de = "Senden"', "/drawing?step=send_notice#step",
         "<strong>Lähetä päätös</strong>"),
        ("letters/notice.sv.html", "{{", "{{ nobody.x }} {{", "/letters/notice/sv",
         "<strong>Send the decision</strong>"),
        ("permit.bpmn", "check.complete = false", "check.full = false", "/conditions/f4",
         "Is it complete? → Wait for the reply (f4): reads"),
    ],
)  # fmt: skip
def test_what_was_found_leads_to_the_very_thing_and_names_it(
    olga: Browser, path: str, old: str, new: str, leads: str, told: str
) -> None:
    save(olga, path, old, new)
    olga.post("/language", language="en")
    page = olga.get("/processes/drafts/1")
    found = page.partition('id="findings"')[2].partition("<h2")[0]
    lines = [line for line in found.split("</li>") if f'href="/processes/drafts/1{leads}' in line]
    assert any(told in line for line in lines), found
    way = re.findall(rf'href="(/processes/drafts/1{re.escape(leads)}[^"#]*)', lines[0])[0]
    assert olga.get(way.partition("#")[0])


def test_a_name_that_a_story_has_alone_leads_to_its_step(olga: Browser) -> None:
    story = 'name = "Alku"\n\n[[steps]]\nat = 2026-03-02\nstart = "application"\nexpect = {open = ["chekc"]}\n'
    olga.post("/processes/drafts/1/files/stories/begin.toml", act="save", base="", text=story)
    found = olga.get("/processes/drafts/1").partition('id="findings"')[2].partition("<h2")[0]
    assert "askel 1: tehtävää &#39;chekc&#39; ei ole" in found
    assert 'href="/processes/drafts/1/stories/begin/steps/0">Muokkaa sanoina' in found
    assert ("stories/begin.toml, rivi 6" in found, "Alku, Askel 1" in found) == (True, True)
    assert "steps[1]" not in found


def test_what_only_the_text_can_put_right_leads_to_no_editor(olga: Browser) -> None:
    save(olga, "deadlines.toml", "[check]", "[check")
    save(olga, "process.toml", "principal = true\n", "")
    found = olga.get("/processes/drafts/1").partition('id="findings"')[2].partition("<h2")[0]
    lines = {one: line for line in found.split("</li>") for one in ("deadlines.toml, ", "päämies") if one in line}
    assert {one: "Muokkaa sanoina" in line for one, line in lines.items()} == {
        "deadlines.toml, ": False,
        "päämies": False,
    }
    assert "Rivinumero vie oikeaan paikkaan" in found


def test_the_page_leads_from_editing_to_proposing_and_an_approver_to_the_differences(
    olga: Browser, oona: Browser
) -> None:
    page = olga.get("/processes/drafts/1")
    save(olga, "labels.toml", '"Granska"', '"Kontrollera"')
    places = [
        page.index(words) for words in ("Piirrä kaaviota", "Kokeile käsin", "Ehdota hyväksyttäväksi", "labels.toml")
    ]
    assert places == sorted(places)
    step(olga, "propose")
    page = oona.get("/processes/drafts/1")
    assert page.index("Lue ensin, mitä muuttuu") < page.index("Hyväksy luonnos") < page.index("Piirrä kaaviota")
    step(oona, "approve")
    assert 'href="/processes/permit?version=2">Prosessin sivu, versio 2' in step(oona, "publish")


def test_a_new_process_is_compared_with_no_base(olga: Browser) -> None:
    olga.post(
        "/processes/drafts", how="empty", process="brand_new", title="Uusi", kind="process", area="finding_work",
        prefix="UU", name_fi="Uusi", name_sv="Ny", name_en="New",
    )  # fmt: skip
    number = 2
    pages = [olga.get(f"/processes/drafts/{each}") for each in (1, number)]
    assert [f"/processes/drafts/{n}/review" in page for n, page in zip((1, number), pages, strict=True)] == [
        True,
        False,
    ]


def test_what_can_no_longer_be_written_is_offered_to_be_read(town: Town, olga: Browser) -> None:
    assert "Muokkaa sanoina</h2>" in olga.get("/processes/drafts/1")
    assert "Kansiossa ei ole tarinoita." in olga.get("/processes/drafts/1")
    step(olga, "propose", comment="")
    assert "Lue sanoina</h2>" in olga.get("/processes/drafts/1")
