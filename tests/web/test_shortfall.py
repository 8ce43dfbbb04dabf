"""What a story expected and got, in words: nobody who reads Finnish meets the words of a program."""

from __future__ import annotations

import pytest

from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from web.processes.shortfall import Shortfall, told

NAMES = {
    "check": "Tarkista", "decide": "Päätä", "reply": "Vastaus", "granted": "Myönnetty",
    "notice": "Päätöksen ilmoitus",
}  # fmt: skip
DEADLINES = {"reply_time": "Vastausaika", "check": "Tarkistusaika"}
AT = "2026-03-09 08:05"


@pytest.mark.parametrize(
    ("expected", "got", "words"),
    [
        ("open: ['check', 'part/decide']", "[]", ("avoinna: Tarkista, Päätä", "–")),
        ("waits: ['reply']", "['decide']", ("odotetaan: Vastaus", "Päätä")),
        ("outcome: 'granted'", "''", ("asia on päättynyt: Myönnetty", "ei mitään")),
        ("reply_time due {'nominal': '2026-03-19'}", "not open",
         ("määräpäivä Vastausaika: laskettu päivä 19.3.2026", "määräaika ei ollut avoinna")),
        ("reply_time due {'due': '2026-03-19'}", "[{'due': '2026-03-20'}]",
         ("määräpäivä Vastausaika: viimeinen päivä 19.3.2026", "viimeinen päivä 20.3.2026")),
        ("check due {'due': '2026-03-19'}", "not open",
         ("määräpäivä Tarkistusaika: viimeinen päivä 19.3.2026", "määräaika ei ollut avoinna")),
        ("no open deadline check", "check", ("ei määräaikaa: Tarkistusaika", "Tarkistusaika")),
        ("escalated: check", "[]", ("ilmoitettu ohi menneeksi: Tarkistusaika", "–")),
        ("a letter 'notice'", "[]", ("kirjoitettu: Päätöksen ilmoitus", "–")),
        ("letter notice contains '14 §'", "", ("kirjeessä Päätöksen ilmoitus lukee '14 §'", "ei mitään")),
        ("do check", "WrongState: task check is not open, expected one of decide",
         ("Tehdään: Tarkista", "Tarkista ei ollut avoinna. Avoinna oli: Päätä")),
        ("message reply", "NotWaiting: message reply is not awaited, expected one of none",
         ("Saapuu: Vastaus", "Vastaus ei ollut avoinna. Avoinna oli: –")),
    ],
)  # fmt: skip
def test_a_shortfall_is_told_in_words(town: Town, expected: str, got: str, words: tuple[str, str]) -> None:
    with Browser(town, "olga").client.application.test_request_context():
        assert told({"at": AT, "expected": expected, "got": got}, NAMES, DEADLINES) == Shortfall(
            "9.3.2026 8.05", *words
        )
