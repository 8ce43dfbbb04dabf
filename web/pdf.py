"""A frozen letter as a tagged PDF (PDF/UA-1), made by WeasyPrint where the extra `pdf` is installed.

The elements are those that the page shows (web/paper.py). Nothing is fetched: neither the network nor any file is
asked, the fonts that the style names come from memory. Without the extra, or without Pango, a letter is printed from
its page.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib import import_module
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parent / "static"
WEIGHTS = ("400", "600")
_FONT = "asiavirta-font:"
_STYLE = """
html { font-family: "Source Sans 3", sans-serif; font-size: 10.5pt; line-height: 1.4; color: #000000; }
body { margin: 0; }
.letter header { display: flex; flex-wrap: wrap; }
.letter header p { overflow-wrap: normal; }
.letter .authority { width: 65%; }
.letter .sent { width: 35%; }
.letter .recipient { width: 100%; margin-top: 10mm; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 0.5pt solid #999999; }
tr { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; line-height: 1.25; }
@page {
  size: A4;
  @bottom-right { content: counter(page) " (" counter(pages) ")"; font: 9pt "Source Sans 3", sans-serif; }
}
"""


@cache
def _library() -> Any:
    """WeasyPrint, or None: not installed, or the machine has no Pango (it then raises OSError when imported)."""
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        return None


def available() -> bool:
    """Whether letters can be had as PDF here."""
    return _library() is not None


def render(letter: str, *, title: str, language: str) -> bytes:
    """The PDF of a letter's elements (as `paper.shown` gives them), with its title and its language.

    Raises RuntimeError when the extra is not installed.
    """
    library = _library()
    if library is None:
        raise RuntimeError("WeasyPrint or Pango is missing; install asiavirta[pdf] and libpango")
    page = (
        f'<!DOCTYPE html><html lang="{escape(language)}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'</head><body><article class="sheet letter">{letter}</article></body></html>'
    )
    from weasyprint.text.fonts import FontConfiguration

    fonts, fetcher = FontConfiguration(), _fetcher()
    style = library.CSS(string=_style(), url_fetcher=fetcher, font_config=fonts)
    document = library.HTML(string=page, url_fetcher=fetcher, base_url=None)
    data: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return data


def _fetcher() -> Any:
    """What answers WeasyPrint's requests: the fonts of the style from memory, and nothing else."""
    urls = import_module("weasyprint.urls")
    fetcher = urls.URLFetcher(allowed_protocols=())

    def fetch(url: str, headers: object = None) -> Any:
        weight = url.removeprefix(_FONT)
        if url.startswith(_FONT) and weight in WEIGHTS:
            return urls.URLFetcherResponse(url, _font(weight), {"Content-Type": "font/woff2"})
        raise ValueError(f"a letter loads nothing; refused {url[:80]!r}")

    fetcher.fetch = fetch
    return fetcher


@cache
def _font(weight: str) -> bytes:
    return (STATIC / "vendor" / "source-sans-3" / f"source-sans-3-latin-{weight}-normal.woff2").read_bytes()


@cache
def _style() -> str:
    """The letter's own style sheet with the tokens that it uses, the fonts, and what only a PDF needs."""
    tokens = re.search(r":root \{[^}]*\}", (STATIC / "asiavirta.css").read_text(encoding="utf-8"))
    faces = "".join(
        f'@font-face {{ font-family: "Source Sans 3"; font-weight: {weight}; src: url("{_FONT}{weight}"); }}'
        for weight in WEIGHTS
    )
    own = (STATIC / "letter.css").read_text(encoding="utf-8")
    return "\n".join((tokens[0] if tokens else "", faces, own, _STYLE))
