"""Any two versions side by side: in words, by cells and days, and on both diagrams with signs beside the shapes."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import orjson
import pytest

from engine import bundle as bundles
from engine import captions
from engine.bundle import Bundle
from engine.compare import compare
from tasks.commands.publishing import publish
from tasks.review import as_process
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.tasks.test_drafts import FOLDERS, approved, begin, swap
from tests.tasks.test_drafts import publish as publish_draft
from tests.tasks.test_rehearsing import STORY, order, play
from tests.tasks.test_rehearsing import with_stories as drafted
from tests.web.conftest import Browser
from web.comparison import sentence
from web.i18n import LANGUAGES
from web.processes.sides import drawings

ADDRESS = "/processes/permit/compare"


def words(page: str) -> str:
    """The page as people read it: no tags, single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ").split())


def changed(*swaps: tuple[str, bytes, bytes]) -> Bundle:
    """The permit with some bytes of its files replaced."""
    files = dict(bundles.read(BUNDLES / "permit").files)
    for path, old, new in swaps:
        assert old in files[path]
        files[path] = files[path].replace(old, new)
    return bundles.assemble(files, "permit")


def second(town: Town, *swaps: tuple[str, bytes, bytes]) -> None:
    publish(town.database, HOUSE, [changed(*swaps)], author="olga", approver="oona", now=town.now)


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner."""
    return Browser(town, "olga")


def test_two_published_versions_are_compared_in_words_and_days(town: Town, olga: Browser) -> None:
    second(town, ("deadlines.toml", b"length = 7", b"length = 14"), ("permit.bpmn", b'"Tarkista"', b'"Tarkista heti"'))
    page = olga.get("/processes/permit")
    assert f'href="{ADDRESS}"' in page
    told = words(olga.get(f"{ADDRESS}?old=1&new=2&on=2.3.2026"))
    assert "ma 2.3.2026 ma 9.3.2026 ma 16.3.2026" in told
    assert "≠ muuttunut: Tarkista heti (check)" in told
    assert "≠ muuttunut: Tarkista (check)" in told
    turned = words(olga.get(f"{ADDRESS}?old=2&new=1&on=2.3.2026"))
    assert "ma 2.3.2026 ma 16.3.2026 ma 9.3.2026" in turned


def test_a_new_step_is_told_with_the_role_of_who_does_it(olga: Browser) -> None:
    hearing, request = (FOLDERS[name] for name in ("hearing", "document_request"))
    with olga.client.application.test_request_context():
        told = [sentence(change) for change in compare(hearing, request)]
    assert "Vaihe: Yksilöi pyyntö on lisätty, tekijän rooli tukipäätöksen valmistelija" in told
    assert "Vaihe: Kerro siirrosta on lisätty" in told


def test_a_draft_is_compared_with_a_version_and_its_text_shown(town: Town, olga: Browser) -> None:
    draft = begin(town)
    assert "Versiot ovat samanlaiset." in olga.get(f"{ADDRESS}?old=1&new=draft-{draft}")
    swap(town, draft, "labels.toml", b'"Granska"', b'"Kontrollera"')
    page = olga.get(f"{ADDRESS}?old=1&new=draft-{draft}&file=labels.toml")
    assert ("line-gone" in page, "Kontrollera" in page) == (True, True)


def test_a_draft_that_became_a_version_is_offered_after_the_versions(town: Town, olga: Browser) -> None:
    publish_draft(town, approved(town))
    begin(town)
    offered = re.search(r'<select[^>]*name="old".*?</select>', olga.get(ADDRESS), re.S)
    assert offered
    assert re.findall(r'value="([^"]+)"', offered[0]) == ["draft-2", "2", "1", "draft-1"]


def test_a_local_copy_is_compared_with_what_it_was_made_from(town: Town, olga: Browser) -> None:
    base = bundles.read(BUNDLES / "permit")
    files = dict(base.files)
    files["own_permit.bpmn"] = files.pop("permit.bpmn").replace(b"Tarkista", b"Tarkasta")
    files["own_permit.bpmn"] = files["own_permit.bpmn"].replace(b'"permit"', b'"own_permit"')
    toml = files["process.toml"].replace(b'id = "permit"', b'id = "own_permit"').replace(b'"LU"', b'"OL"')
    files["process.toml"] = f'base = "permit@{base.hash}"\n'.encode() + toml
    publish(town.database, HOUSE, [bundles.assemble(files)], author="olga", approver="oona", now=town.now)
    told = words(olga.get("/processes/own_permit/compare?old=base&new=1"))
    assert ("pohja, josta paikallinen kopio on tehty" in told, "muuttunut: Tarkasta (check)" in told) == (True, True)
    assert "bpmn:definitions" in olga.get("/processes/own_permit/compare/base/diagram")


def test_the_pool_of_a_base_has_its_name_in_the_language_of_the_page() -> None:
    base = as_process(bundles.read(Path(__file__).parents[2] / "workflows" / "pay_subsidy"), "own_subsidy")
    found = captions.names(base, "en").values()
    assert base.manifest.name["en"] in found


def test_elements_that_came_and_went_are_marked_on_their_own_side() -> None:
    old, new = (
        changed(),
        changed(("permit.bpmn", b'"go_on"', b'"carry_on"'), ("permit.bpmn", b">go_on<", b">carry_on<")),
    )
    changes = compare(old, new)
    found = drawings([("1", "/a", old), ("2", "/b", new)], changes)
    assert found is not None
    before, after = found
    assert (before.marks["go_on"], after.marks["carry_on"]) in (("removed", "added"), ("changed", "changed"))
    assert drawings([("1", "/a", old), ("2", "/b", old)], ()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language(town: Town, olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    title = {"fi": "Vertaa versioita", "sv": "Jämför versioner", "en": "Compare versions"}[language]
    assert title in olga.get(ADDRESS)


def test_who_reads_no_drafts_compares_versions_only(town: Town) -> None:
    draft = begin(town)
    vilma = Browser(town, "vilma")
    assert "draft-" not in vilma.get(ADDRESS)
    vilma.get(f"{ADDRESS}?old=1&new=draft-{draft}", 404)
    vilma.get("/processes/nothing/compare", 404)


def test_what_the_stories_missed_is_marked_on_the_diagram_of_the_draft(town: Town, olga: Browser) -> None:
    draft = drafted(town, good=STORY)
    found = order(town, draft)
    play(town)
    page = olga.get(f"/processes/drafts/{draft}/rehearsals/{found}")
    marks = orjson.loads(unescape(re.findall(r'data-marks="([^"]*)"', page)[0]))
    coverage = next(one for one in orjson.loads(str(town.value("SELECT coverage FROM rehearsals"))) if one["process"])
    assert (marks["check"], marks["decide"]) == ("visited", "missed")
    assert sorted(id for id, state in marks.items() if state == "missed") == sorted(coverage["missed"])
    assert list(marks.values()).count("visited") == coverage["visited"]
    listed = re.search(r'id="coverage-title".*?</ul>', page, re.S)
    assert listed
    assert ("<li>Lupa: " in listed[0], "permit" in listed[0]) == (True, False)
    assert "bpmn:definitions" in olga.get(f"/processes/drafts/{draft}/diagram")
