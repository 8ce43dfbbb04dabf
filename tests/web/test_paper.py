"""A letter shown in the product neither runs nor loads anything, and keeps a protected address to itself."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from tasks.commands import customers
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser
from web import paper

LIVE = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<p onclick='alert(1)'>a</p>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>", "<iframe src=/tasks/></iframe>",
    "<style>p{background:url(https://evil.example)}</style>", "<a href='javascript:alert(1)'>a</a>",
    "<link rel=stylesheet href=https://evil.example>", "<form action=/logout method=post><button>a</button></form>",
    "<svg><script>alert(1)</script></svg>", "<p style='background:url(x)'>a</p>", "<object data=x></object>",
)  # fmt: skip


@pytest.mark.parametrize("live", LIVE)
def test_what_could_run_or_load_is_left_out(live: str) -> None:
    shown = paper.shown(f"<h1>Päätös</h1>{live}<p>loppu</p>")
    assert not re.search(r"<(script|img|meta|iframe|style|a|link|form|button|svg|object)|\son|style=|src=|href=", shown)
    assert "<h1>Päätös</h1>" in shown
    assert "<p>loppu</p>" in shown
    assert "alert" not in shown


def test_a_letter_cannot_close_what_is_around_it() -> None:
    assert paper.shown("<p>a</article></main></p></p><b>b") == "<p>a</p><b>b</b>"
    assert paper.shown("1 &lt; 2 &amp; <table><tr><th scope='col'>c") == (
        '1 &lt; 2 &amp; <table><tr><th scope="col">c</th></tr></table>'
    )


def letter(town: Town, html: str) -> str:
    """The address of a page with a letter of this text."""
    case = town.start().case_id
    with town.database.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO documents (case_id, number, process, version, element, path, name, language,"
                " recipient_role, recipient_id, html, sha256, channel, created_at, sent_on) VALUES (:c, 50, 'permit',"
                " 'permit@1', 'send_notice', 'send_notice', 'notice', 'fi', 'applicant', :r, :h, 'x', 'letter', :n, :d)"
            ),
            {"c": case, "r": town.customer, "h": html, "n": town.now.isoformat(), "d": "2026-02-09"},
        )
    return f"/cases/{case}/documents/50"


def test_the_page_of_a_letter_allows_no_script_at_all(town: Town, vilma: Browser) -> None:
    answer = vilma.client.get(letter(town, "<p>Hyvä asiakas</p><img src=/tasks/>"))
    assert "<p>Hyvä asiakas</p>" in answer.text
    assert "<img" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src" not in policy
    assert "default-src 'none'" in policy


def test_a_letter_from_before_the_protection_hides_the_address_now(town: Town, vilma: Browser) -> None:
    page = letter(town, "<p>Sami Esimerkki<br>Salakuja 1\n00100 Helsinki</p>")
    assert "Salakuja 1" in vilma.get(page)
    customers.update_customer(town.database, HOUSE, town.customer, changes={"protected": True}, now=town.now)
    told = vilma.get(page)
    assert "Salakuja" not in told
    assert "00100" not in told


@pytest.mark.parametrize(
    "name", ['a"; x="b.pdf', "päätös; filename=evil.exe.pdf", "a\r\nSet-Cookie: x=1.pdf", "../a.pdf"]
)
def test_a_file_name_stays_a_name_in_the_header(town: Town, vilma: Browser, name: str) -> None:
    from tasks.commands import remarks

    case = town.start().case_id
    number = remarks.add_attachment(
        town.database, town.user("vilma"), case, content=b"%PDF-1.7", filename=name, now=town.now
    )
    headers = vilma.client.get(f"/cases/{case}/attachments/{number}").headers
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "\nSet-Cookie: x" not in str(headers)
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
