"""A frozen letter as the product shows it: only the elements that a letter needs, nothing that runs or loads.

A letter is escaped when it is rendered and its template is checked when it is published; this is the third wall, for
letters that were frozen before a check existed. The stored text and its hash stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup

ELEMENTS = frozenset((
    *("address", "article", "b", "blockquote", "br", "caption", "col", "colgroup", "dd", "div", "dl", "dt", "em"),
    *("footer", "h1", "h2", "h3", "h4", "header", "hr", "i", "li", "main", "ol", "p", "section", "small", "span"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul"),
))  # fmt: skip
EMPTY = frozenset(("br", "hr", "col"))
UNREAD = frozenset(("script", "style", "iframe", "object", "svg", "math", "template", "noscript", "title", "textarea"))
"""What these hold is not text for people."""
ATTRIBUTES = frozenset(("class", "colspan", "datetime", "dir", "id", "lang", "rowspan", "scope", "start"))

# no script and no request: the page around the letter needs our own style sheet, fonts and icon only
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.open: list[str] = []
        self.unread = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a known element with its known attributes."""
        if tag in UNREAD:
            self.unread += 1
        elif tag in ELEMENTS and not self.unread:
            kept = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs if name in ATTRIBUTES)
            self.out.append(f"<{tag}{kept}>")
            if tag not in EMPTY:
                self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that closes itself holds nothing to leave out."""
        if tag not in UNREAD:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened here, never what is around the letter."""
        if tag in UNREAD:
            self.unread = max(0, self.unread - 1)
        elif tag in self.open and not self.unread:
            while self.open:
                last = self.open.pop()
                self.out.append(f"</{last}>")
                if last == tag:
                    break

    def handle_data(self, data: str) -> None:
        """Text, escaped."""
        if not self.unread:
            self.out.append(escape(data, quote=False))


def shown(html: str, hidden_address: Mapping[str, Any] | None = None) -> Markup:
    """The letter's elements and text; the parts of a protected address are left out where they stand."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.out) + "".join(f"</{tag}>" for tag in reversed(reader.open))
    for line in _lines(hidden_address or {}):
        text = text.replace(escape(line, quote=False), "***")
    return Markup(text)


def _lines(address: Mapping[str, Any]) -> list[str]:
    """The street and the postal line of an address as letters print them."""
    town = " ".join(str(address.get(name) or "") for name in ("postal_code", "city")).strip()
    return [line for line in (str(address.get("street") or "").strip(), town) if len(line) > 2]
