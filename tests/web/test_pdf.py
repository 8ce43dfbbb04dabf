"""A letter as PDF is tagged, has its language and its title, and is made without asking the network or a file."""

from __future__ import annotations

import io
import socket
from pathlib import Path
from typing import Any
from urllib import request

import pytest

from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from tests.web.test_paper import letter
from web import paper, pdf

lacking = "" if pdf.available() else "no WeasyPrint or no Pango (apt-get install libpango-1.0-0 libpangoft2-1.0-0)"
made = pytest.mark.skipif(bool(lacking), reason=lacking)
LETTER = """
<header><p class="authority">Esimerkkilän työllisyysalue</p><p class="sent">5.1.2027</p>
<p class="recipient">Esimerkki Oy</p></header>
<h1>Päätös palkkatuesta</h1>
<section id="outcome"><h2>Ratkaisu</h2><p>Tukea myönnetään 1 260,00 € – enintään.</p></section>
<table><tr><th scope="col">Jakso</th></tr><tr><td>1.1.2027</td></tr></table>
<section id="appeal_instruction"><h2>Oikaisuvaatimusohje</h2><p>Päätökseen saa vaatia oikaisua.</p></section>
"""


def read(data: bytes) -> Any:
    import pypdf

    return pypdf.PdfReader(io.BytesIO(data))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever is asked of the network or of a file by its address."""
    seen: list[str] = []

    def refuse(self: Any, address: Any, *_: object, **__: object) -> None:
        seen.append(str(getattr(address, "full_url", address)))
        raise OSError("refused")

    monkeypatch.setattr(request.OpenerDirector, "open", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return seen


@made
def test_it_is_tagged_and_has_its_title_and_its_language() -> None:
    found = read(pdf.render(paper.shown(LETTER), title="Päätös PT/1/2027", language="sv"))
    root = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "sv"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert found.metadata.title == "Päätös PT/1/2027"
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_data() or b'pdfuaid:part="1"' in root["/Metadata"].get_data()


@made
def test_its_tags_are_those_of_the_letter() -> None:
    root = read(pdf.render(paper.shown(LETTER), title="x", language="fi")).trailer["/Root"]
    kinds: list[str] = []

    def walk(tag: Any) -> None:
        tag = tag.get_object() if hasattr(tag, "get_object") else tag
        for inner in tag if isinstance(tag, list) else [tag]:
            inner = inner.get_object() if hasattr(inner, "get_object") else inner
            if isinstance(inner, dict) and "/K" in inner:
                kinds.append(str(inner.get("/S")))
                walk(inner["/K"])

    walk(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= set(kinds)


@made
def test_it_says_what_the_letter_says_on_a4() -> None:
    found = read(pdf.render(paper.shown(LETTER), title="x", language="fi"))
    text = "\n".join(page.extract_text() for page in found.pages)
    for words in (
        "Esimerkkilän työllisyysalue",
        "5.1.2027",
        "1 260,00 € – enintään",
        "Päätökseen saa vaatia oikaisua.",
    ):
        assert words in text
    assert [round(float(side)) for side in found.pages[0].mediabox[2:]] == [595, 842]
    assert len(found.pages) == 2  # the instruction begins a page of its own
    fonts = {font.get_object()["/BaseFont"] for font in found.pages[0]["/Resources"]["/Font"].values()}
    assert any("Source-Sans-3" in font for font in fonts)


@made
def test_nothing_is_fetched_for_it(asked: list[str], tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("salaisuus")
    loading = (
        f"<p>a</p><img src='http://127.0.0.1:1/x.png'><img src='{secret.as_uri()}'><img src='asiavirta-font:../x'>"
    )
    loading += (
        f"<a rel='attachment' href='{secret.as_uri()}'>b</a><style>@import url(http://127.0.0.1:1/a.css);</style>"
    )
    data = pdf.render(loading, title="x", language="fi")  # past the wall of paper.shown
    assert asked == []
    assert b"salaisuus" not in data
    assert "/EmbeddedFiles" not in str(read(data).trailer["/Root"].get("/Names"))


@made
def test_the_page_of_a_letter_offers_its_pdf(town: Town, vilma: Browser) -> None:
    address = letter(town, LETTER)
    assert f'href="{address}.pdf"' in vilma.get(address)
    answer = vilma.client.get(f"{address}.pdf")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    found = read(answer.data)
    assert found.trailer["/Root"]["/Lang"] == "fi"
    assert "LU/1/2026" in found.metadata.title


@made
def test_a_protected_address_is_not_in_the_pdf(town: Town, vilma: Browser) -> None:
    from tasks.commands import customers
    from tests.tasks.conftest import HOUSE

    address = letter(town, "<p>Sami Esimerkki<br>Salakuja 1\n00100 Helsinki</p>")
    customers.update_customer(town.database, HOUSE, town.customer, changes={"protected": True}, now=town.now)
    text = read(vilma.client.get(f"{address}.pdf").data).pages[0].extract_text()
    assert "Sami Esimerkki" in text
    assert "Salakuja" not in text


def test_who_may_not_see_the_case_gets_no_pdf(town: Town) -> None:
    address = letter(town, LETTER)
    assert Browser(town, "saara").client.get(f"{address}.pdf").status_code in (403, 404)


def test_without_the_extra_the_page_offers_none(town: Town, vilma: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_library", lambda: None)
    address = letter(town, LETTER)
    assert "Päätös palkkatuesta" in vilma.get(address)
    assert f"{address}.pdf" not in vilma.get(address)
    assert vilma.client.get(f"{address}.pdf").status_code == 404
    with pytest.raises(RuntimeError, match="install asiavirta"):
        pdf.render("", title="x", language="fi")
