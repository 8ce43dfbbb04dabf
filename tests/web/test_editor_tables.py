"""Decision tables and conditions of a draft: in a grid and as sentences, with what they leave open told beside."""

from __future__ import annotations

import pytest

from tests.engine.test_amend_table import SAMPLE
from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from tests.web.test_editors import DRAFT, fields, olga, send, stored
from web.i18n import LANGUAGES
from web.processes.editors.condition import Subject, Term, literal, parse, sentence, write

__all__ = ["olga"]
TABLE = f"{DRAFT}/tables/age"
EXAMPLES = 'name,in:years,out:adult\nLapsi,17,false\nAikuinen,30,true\nVanha,99,"""kyllä"""\n'


@pytest.fixture
def tabled(olga: Browser) -> Browser:
    """The draft with a decision table and worked examples, one of which is wrong."""
    olga.post(f"{DRAFT}/files/age.dmn", act="save", base="", text=SAMPLE.decode())
    olga.post(f"{DRAFT}/files/age.csv", act="save", base="", text=EXAMPLES)
    return olga


def test_a_table_shows_its_rows_examples_and_what_it_leaves_open(tabled: Browser) -> None:
    assert 'tables/age"' in tabled.get(f"{DRAFT}/tables")
    page = tabled.get(TABLE)
    assert ("&lt; 18</textarea>" in page, "1 esimerkki 3:sta poikkeaa" in page) == (True, True)
    page = send(tabled, TABLE, "show", **{"r.0.0": "< 15"})
    assert ("mikään rivi ei sovi" in page, "Muutosta ei ole vielä tallennettu" in page) == (True, True)
    page = send(tabled, TABLE, "show", **{"r.0.0": "< 20"})
    assert "sopivat molemmat" in page


def test_saving_a_table_writes_the_cell_and_nothing_else(town: Town, tabled: Browser) -> None:
    send(tabled, TABLE)
    assert stored(town, "age.dmn") == SAMPLE.decode()
    send(tabled, TABLE, **{"r.1.0": ">= 21"})
    assert stored(town, "age.dmn") == SAMPLE.decode().replace("&gt;= 18", "&gt;= 21")


def test_rows_are_added_moved_and_taken_out_and_saved_in_the_end(town: Town, tabled: Browser) -> None:
    page = send(tabled, TABLE, "add:0", **{"r.0.0": "< 16"})
    assert ('name="r.2.0"' in page, "&lt; 16</textarea>" in page, 'id="c-1-0"' in page) == (True, True, True)
    page = tabled.post(TABLE, **fields(page) | {"act": "up:1", "r.1.0": "null", "r.1.1": "false"})
    page = tabled.post(TABLE, **fields(page) | {"act": "drop:2"})
    tabled.post(TABLE, **fields(page) | {"act": "save"})
    after = stored(town, "age.dmn")
    assert ('id="r1"' in after, 'id="r2"' in after, "<text>null</text>" in after) == (True, False, True)
    assert after.index("null") < after.index('id="r1"')


def test_a_cell_that_cannot_be_read_is_refused_at_the_cell(town: Town, tabled: Browser) -> None:
    page = send(tabled, TABLE, "save", 422, **{"r.0.0": "< <", "r.0.note": "Selite jää"})
    assert ('href="#c-0-0"' in page, "Selite jää</textarea>" in page) == (True, True)
    assert stored(town, "age.dmn") == SAMPLE.decode()


def test_two_who_change_one_table_lose_nothing(town: Town, tabled: Browser) -> None:
    mine = fields(tabled.get(TABLE))
    send(Browser(town, "oona"), TABLE, **{"r.1.0": ">= 20"})
    page = tabled.post(TABLE, 412, **mine | {"act": "save", "r.0.0": "< 17"})
    assert "Oona tallensi" in page
    assert "&lt; 17</textarea>" in page
    assert "&gt;= 20" in stored(town, "age.dmn")


def test_a_formula_of_comparisons_is_a_sentence_and_the_same_formula_again() -> None:
    subjects = {"a.n": Subject("a.n", "Kesto", "number"), "a.k": Subject("a.k", "Laji", "string", (("x", "Uusi"),))}
    source = 'a.n >= 6.5 and a.k = "x" and a.d != null'
    read = parse(source)
    assert read is not None
    assert write(*read) == source
    assert sentence(*read, subjects) == "”Kesto” on vähintään 6,5 ja ”Laji”: Uusi ja a.d on annettu"
    for other in ("count(a) = 0", "a = 1 and b = 2 or c = 3", "not(a)", "a = b", "a", "if a then b", "", "null = 1"):
        assert parse(other) is None, other


@pytest.mark.parametrize(
    ("typed", "kind", "told"),
    [("6,5", "number", "6.5"), ("x y", "string", '"x y"'), ("5.1.2027", "date", 'date("2027-01-05")'),
     ("true", "boolean", "true"), ("null", "string", "null"), ('a "b"', "string", '"a \\"b\\""')],
)  # fmt: skip
def test_what_is_typed_becomes_a_value_of_its_kind(typed: str, kind: str, told: str) -> None:
    value = literal(typed, Subject("a", "a", kind))
    assert value == told
    assert parse(f"a = {value}") == ("and", (Term("a", "=", value),))


@pytest.mark.parametrize("language", LANGUAGES)
def test_conditions_are_told_as_sentences(olga: Browser, language: str) -> None:
    olga.post("/language", language=language)
    page = olga.get(f"{DRAFT}/conditions")
    word = {"fi": "Ehdot", "sv": "Villkor", "en": "Conditions"}[language]
    assert (f"<h1>{word}</h1>" in page, "check.complete" in page) == (True, True)


def test_a_condition_is_changed_by_choices_or_as_a_formula(town: Town, olga: Browser) -> None:
    before = stored(town, "permit.bpmn")
    here = f"{DRAFT}/conditions/f4"
    send(olga, here)
    assert stored(town, "permit.bpmn") == before
    page = send(olga, here, "show", **{"t.0.value": "true"})
    assert ("kyllä.</strong>" in page, "Muutosta ei ole vielä tallennettu" in page) == (True, True)
    old = before[before.index("conditionExpression") :].partition(">")[2].partition("<")[0]
    send(olga, here, way="formula", formula="check.complete = true and today > check.on")
    assert stored(town, "permit.bpmn") == before.replace(old, "check.complete = true and today &gt; check.on", 1)
    page = send(olga, here, "save", 422, way="formula", formula="check. =")
    assert ("Kaavaa ei voi lukea" in page, "check. =</textarea>" in page) == (True, True)
    page = send(olga, here, "add", way="words")
    assert 'name="t.0.path"' in page
