"""Letters of a draft: the text beside what becomes of it on example data, with the parts that the law requires."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.letter import lacking
from tasks.check import read_folders
from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web.processes.editors import specimen

__all__ = ["olga"]
NOTICE = f"{DRAFT}/letters/notice/fi"


def test_every_letter_of_ours_is_written_on_example_data_with_its_required_parts() -> None:
    wrong = []
    for bundle in read_folders(Path(__file__).parents[2] / "workflows"):
        for (name, language), template in bundle.letters.items():
            html, why = specimen.tried(template, bundle, language, date(2026, 12, 1), ())
            wrong += [(template.file, why)] if why else []
            wrong += [(template.file, part) for part in lacking(template, bundle.manifest.letters[name].requires, html)]
    assert wrong == []


def test_a_letter_is_shown_saved_and_left_as_it_was(town: Town, olga: Browser) -> None:
    before = stored(town, "letters/notice.fi.html")
    assert "Kirje esimerkkitiedoilla" in send(olga, NOTICE)
    assert stored(town, "letters/notice.fi.html") == before
    page = send(olga, NOTICE, "show", text=f"{before}<p>Lisätty kappale {{{{ case.number }}}}</p>\n")
    assert "Lisätty kappale ESIM/1/2026" in page
    assert stored(town, "letters/notice.fi.html") == before
    send(olga, NOTICE, text=f"{before}<p>Lisätty</p>\n")
    assert stored(town, "letters/notice.fi.html") == f"{before}<p>Lisätty</p>\n"


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "{{ case.number", "{% for x in a %}"])
def test_a_text_that_is_no_letter_is_never_written(olga: Browser, text: str) -> None:
    page = send(olga, NOTICE, "show", text=text)
    assert "Kirjettä ei voi näyttää" in page
    assert "<script>alert" not in page


def test_a_required_part_that_is_missing_is_told(town: Town, olga: Browser) -> None:
    old = stored(town, "process.toml")
    rules = '[letters.notice]\nrequires = ["appeal_instruction"]\n'
    base = fields(olga.get(f"{DRAFT}/files/process.toml"))["base"]
    olga.post(f"{DRAFT}/files/process.toml", act="save", base=base, text=old.replace("[letters.notice]\n", rules))
    page = olga.get(NOTICE)
    assert ("puuttuu</span> <code>appeal_instruction" in page, "letter-part" in page) == (True, True)


def test_two_who_write_one_letter_lose_nothing(town: Town, olga: Browser) -> None:
    mine = fields(olga.get(NOTICE))
    send(Browser(town, "oona"), NOTICE, text="<p>Oonan</p>\n")
    page = olga.post(NOTICE, 412, **mine | {"act": "save", "text": "<p>Olgan</p>"})
    assert ("&lt;p&gt;Oonan" in page, "&lt;p&gt;Olgan" in page) == (True, True)
    assert stored(town, "letters/notice.fi.html") == "<p>Oonan</p>\n"
