"""Decision tables and conditions of a draft: in a grid and as sentences, with what they leave open told beside."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text

from engine import decision
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


@pytest.mark.parametrize(
    ("page", "typed", "told", "hidden"),
    [
        ("tables/age", {"r.1.0": ">= 21"}, ("Rivi 2, years", "&gt;= 21"), "r.1.0"),
        ("tables/age/examples", {"e.0.0": "Vauva"}, ("Rivi 1, Esimerkki", "Vauva"), "e.0.0"),
        ("tables/age/columns/0", {"label": "Vuodet"}, ("Otsikko", "Vuodet"), "label"),
        ("conditions/f4", {"way": "formula", "formula": "check.complete = null"},
         ("Ehto on kaava", "check.complete = null"), "formula"),
        ("letters/notice/fi", {"text": "<p>Uusi teksti</p>"}, ("Kirjeen teksti", "&lt;p&gt;Uusi teksti"), "text"),
    ],
)  # fmt: skip
def test_what_was_typed_into_a_draft_that_is_locked_meanwhile_is_told_by_the_words_of_the_page(
    town: Town, tabled: Browser, page: str, typed: dict[str, str], told: tuple[str, str], hidden: str
) -> None:
    sent = fields(tabled.get(f"{DRAFT}/{page}")) | typed | {"act": "save"}
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE drafts SET state = 'proposed'"))
    answer = tabled.post(f"{DRAFT}/{page}", 409, **sent)
    shown = answer.partition('id="typed"')[2].partition("</dl>")[0]
    rows = dict(re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", shown, re.S))
    asked, answered = told
    assert [value for name, value in rows.items() if name.startswith(asked) and answered in value], rows
    assert hidden not in rows


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


COLUMNS = f"{TABLE}/columns"
EXAMPLE_GRID = f"{TABLE}/examples"


def test_a_column_gets_another_name_and_its_examples_follow(town: Town, tabled: Browser) -> None:
    page = send(tabled, f"{COLUMNS}/1", "show", name="grown")
    assert ("Muutosta ei ole vielä tallennettu" in page, stored(town, "age.dmn") == SAMPLE.decode()) == (True, True)
    send(tabled, f"{COLUMNS}/1", name="grown", label="Täysi-ikäinen")
    line = '<output id="o" name="grown" label="Täysi-ikäinen"/>'
    assert stored(town, "age.dmn") == SAMPLE.decode().replace('<output id="o" name="adult"/>', line)
    assert stored(town, "age.csv") == EXAMPLES.replace("out:adult", "out:grown")
    assert "Täysi-ikäinen" in tabled.get(TABLE)


def test_saving_a_column_unchanged_keeps_every_byte(town: Town, tabled: Browser) -> None:
    for number in (0, 1):
        send(tabled, f"{COLUMNS}/{number}")
    assert (stored(town, "age.dmn"), stored(town, "age.csv")) == (SAMPLE.decode(), EXAMPLES)


def test_a_question_is_added_with_what_the_rows_say_and_taken_out_again(town: Town, tabled: Browser) -> None:
    new = f"{TABLE}/new-column?kind=question"
    page = send(tabled, new, "save", 422, kind="question", formula="born <")
    assert ('href="#f-formula"' in page, "born &lt;</textarea>" in page) == (True, True)
    send(tabled, new, kind="question", label="Syntynyt", formula="born", type="date", place="0", fill="not(null)")
    after = stored(town, "age.dmn")
    assert after.index("<text>born</text>") < after.index("<text>years</text>")
    assert after.count("<text>not(null)</text>") == 2
    page = tabled.get(EXAMPLE_GRID)
    assert ("Syntynyt" in page, 'name="e.0.3"' in page) == (True, True)
    send(tabled, f"{COLUMNS}/0", "drop")
    assert (stored(town, "age.dmn"), stored(town, "age.csv")) == (SAMPLE.decode(), EXAMPLES)


def test_an_answer_needs_a_name_of_its_own_and_the_only_one_stays(town: Town, tabled: Browser) -> None:
    new = f"{TABLE}/new-column?kind=answer"
    for name in ("adult", "Oma nimi", ""):
        page = send(tabled, new, "save", 422, kind="answer", name=name)
        assert 'href="#f-name"' in page, name
    assert 'value="drop"' not in tabled.get(f"{COLUMNS}/1")
    send(tabled, f"{COLUMNS}/1", "drop", 422)
    send(tabled, new, kind="answer", name="reason", type="string", fill='"ikä"')
    assert stored(town, "age.dmn").count('<text>"ikä"</text>') == 2
    send(tabled, f"{COLUMNS}/1", "drop")
    assert stored(town, "age.csv").splitlines()[0] == "name,in:years"


def test_a_column_that_somebody_else_changed_is_not_overwritten(town: Town, tabled: Browser) -> None:
    mine = fields(tabled.get(f"{COLUMNS}/0"))
    send(Browser(town, "oona"), TABLE, **{"r.1.0": ">= 20"})
    page = tabled.post(f"{COLUMNS}/0", 412, **mine | {"act": "save", "label": "Ikä vuosina"})
    assert ("Oona tallensi" in page, 'value="Ikä vuosina"' in page) == (True, True)
    assert "Ikä vuosina" not in stored(town, "age.dmn")


def test_what_reads_an_answer_is_told_before_it_gets_another_name(town: Town, tabled: Browser) -> None:
    flow = '<bpmn:sequenceFlow id="f2" sourceRef="check" targetRef="'
    table = """<bpmn:businessRuleTask id="judge_age" name="Ikä" asiavirta:decision="age">
      <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f2b</bpmn:outgoing></bpmn:businessRuleTask>
      <bpmn:sequenceFlow id="f2b" sourceRef="judge_age" targetRef="complete_or_not"/>"""
    changed = stored(town, "permit.bpmn").replace(
        "<bpmn:incoming>f2</bpmn:incoming>", "<bpmn:incoming>f2b</bpmn:incoming>"
    )
    changed = changed.replace(f'{flow}complete_or_not"/>', f'{flow}judge_age"/>{table}')
    changed = changed.replace("check.complete = false<", "age.adult = false<")
    tabled.post(f"{DRAFT}/files/permit.bpmn", act="save", base=_hash(tabled), text=changed)
    assert "Muualla luonnoksessa" not in send(tabled, f"{COLUMNS}/1", "show", label="Täysi-ikäinen")
    page = send(tabled, f"{COLUMNS}/1", "show", name="grown")
    assert ("Muualla luonnoksessa" in page, "age.adult" in page) == (True, True)


def _hash(browser: Browser) -> str:
    return str(fields(browser.get(f"{DRAFT}/files/permit.bpmn"))["base"][0])


def test_examples_are_added_changed_and_taken_out_in_their_grid(town: Town, tabled: Browser) -> None:
    page = tabled.get(EXAMPLE_GRID)
    assert page.count("badge-late") == 2  # the one that differs, and the count of them
    page = send(tabled, EXAMPLE_GRID, "show", **{"e.2.2": "true"})
    assert ("3 esimerkkiä, kaikki odotettuja" in page, "Muutosta ei ole vielä tallennettu" in page) == (True, True)
    page = send(tabled, EXAMPLE_GRID, "copy:0", **{"e.2.2": "true"})
    assert ('name="e.3.2"' in page, page.count("\nLapsi</textarea>")) == (True, 2)
    page = tabled.post(EXAMPLE_GRID, **fields(page) | {"act": "drop:2", "e.1.0": "Vauva, uusi", "e.1.1": "0"})
    tabled.post(EXAMPLE_GRID, **fields(page) | {"act": "save"})
    assert stored(town, "age.csv") == 'name,in:years,out:adult\nLapsi,17,false\n"Vauva, uusi",0,false\nVanha,99,true\n'


def test_saving_examples_unchanged_keeps_every_byte(town: Town, tabled: Browser) -> None:
    odd = 'name;in:years;out:adult\r\n"Lapsi" ;17; false\r\n\r\nVanha;99;true'.replace('"Lapsi" ', '"Lapsi"')
    tabled.post(f"{DRAFT}/files/age.csv", act="save", base=_base_of(tabled), text=odd)
    kept = stored(town, "age.csv")
    send(tabled, EXAMPLE_GRID)
    assert stored(town, "age.csv") == kept


def _base_of(browser: Browser) -> str:
    return str(fields(browser.get(f"{DRAFT}/files/age.csv"))["base"][0])


def test_an_example_that_is_no_value_or_is_empty_is_refused_where_it_stands(town: Town, tabled: Browser) -> None:
    page = send(tabled, EXAMPLE_GRID, "save", 422, **{"e.0.1": "seitsemän"})
    assert ('href="#e-0-1"' in page, "seitsemän</textarea>" in page) == (True, True)
    page = send(tabled, EXAMPLE_GRID, "add")
    page = tabled.post(EXAMPLE_GRID, 422, **fields(page) | {"act": "save"})
    assert 'href="#e-3-0"' in page
    assert stored(town, "age.csv") == EXAMPLES


def test_the_first_examples_make_their_file(town: Town, olga: Browser) -> None:
    olga.post(f"{DRAFT}/files/age.dmn", act="save", base="", text=SAMPLE.decode())
    assert "Esimerkkejä ei vielä ole." in olga.get(EXAMPLE_GRID)
    page = send(olga, EXAMPLE_GRID, "add")
    olga.post(EXAMPLE_GRID, **fields(page) | {"act": "save", "e.0.0": "Lapsi", "e.0.1": "3", "e.0.2": "false"})
    assert stored(town, "age.csv") == "name,in:years,out:adult\nLapsi,3,false\n"


def test_examples_that_are_no_csv_lead_to_their_text(town: Town, tabled: Browser) -> None:
    tabled.post(f"{DRAFT}/files/age.csv", act="save", base=_base_of(tabled), text="name,in:years\nLapsi\n")
    page = tabled.get(EXAMPLE_GRID)
    assert ("ei voi lukea" in page, "files/age.csv" in page) == (True, True)


def test_two_who_change_the_examples_lose_nothing(town: Town, tabled: Browser) -> None:
    mine = fields(tabled.get(EXAMPLE_GRID))
    send(Browser(town, "oona"), EXAMPLE_GRID, **{"e.0.1": "16"})
    page = tabled.post(EXAMPLE_GRID, 412, **mine | {"act": "save", "e.1.1": "31"})
    assert ("Oona tallensi" in page, "31</textarea>" in page) == (True, True)


def test_a_new_table_is_made_and_gets_its_first_question(town: Town, olga: Browser) -> None:
    page = olga.post(f"{DRAFT}/tables", 422, id="Enintään", name="Tuen enimmäismäärä")
    assert ('href="#f-id"' in page, 'value="Tuen enimmäismäärä"' in page) == (True, True)
    assert 'href="#f-name"' in olga.post(f"{DRAFT}/tables", 422, id="largest_amount", name=" ")
    page = olga.post(f"{DRAFT}/tables", id="largest_amount", name="Tuen <enimmäismäärä>")
    assert "Tuen &lt;enimmäismäärä&gt;" in page
    new = f"{DRAFT}/tables/largest_amount/new-column?kind=question"
    send(olga, new, kind="question", label="Kuukausia", formula="months", type="number", fill="> 3")
    send(olga, f"{DRAFT}/tables/largest_amount", **{"r.0.1": "1260"})
    found = decision.load(stored(town, "largest_amount.dmn").encode(), "a.dmn")
    assert found.evaluate_outputs("largest_amount", {"months": 4}, None)[0] == {"result": 1260}
    olga.post(f"{DRAFT}/tables", 409, id="largest_amount", name="Toinen")
