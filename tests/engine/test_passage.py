"""Passages that letters share: put in where a letter names them, checked with it, and a part of its version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from engine import bundle
from engine.errors import Finding
from engine.letter import read_template

WORKFLOWS = Path(bundle.__file__).resolve().parents[1] / "workflows"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house with one part that sends letters, and the passages of all."""
    for name in ("hearing", "letters"):
        shutil.copytree(WORKFLOWS / name, tmp_path / name)
    return tmp_path


def read(text: str, **passages: str) -> tuple[str, list[Finding]]:
    given = {name: (f"letters/passages/{name}.fi.html", content) for name, content in passages.items()}
    template, findings = read_template(text.encode(), "letters/a.fi.html", given)
    return (template.source if template else ""), findings


def test_a_passage_stands_where_the_letter_names_it() -> None:
    assert read('{% include "head" %}\n<h1>A</h1>', head="<p>Head</p>\n") == ("<p>Head</p>\n<h1>A</h1>", [])


def test_an_element_that_the_letter_must_have_may_stand_in_a_passage() -> None:
    template, _ = read_template(b'{% include "c" %}', "a.fi.html", {"c": ("c.fi.html", '<p id="contact">x</p>')})
    assert template is not None
    assert template.ids == ("contact",)


def test_what_is_wrong_in_a_passage_is_told_at_its_own_line() -> None:
    (finding,) = read('<h1>A</h1>\n{% include "head" %}\n', head="<p>\n{{ a.b() }}\n</p>")[1]
    assert (finding.file, finding.line) == ("letters/passages/head.fi.html", 2)


def test_a_line_after_a_passage_keeps_its_number() -> None:
    (finding,) = read('{% include "head" %}\n<p>\n{{ a.b() }}', head="<p>\n</p>\n<p>\n</p>")[1]
    assert (finding.file, finding.line) == ("letters/a.fi.html", 3)


def test_a_passage_that_is_not_there_is_named() -> None:
    (finding,) = read('{% include "heat" %}', head="x")[1]
    assert "'heat'" in finding.message
    assert "known: head" in finding.message


@pytest.mark.parametrize("text", ['<p>{% include "head" %}</p>', "{% include name %}", '{% include ["a"] %}'])
def test_a_passage_is_named_on_a_line_of_its_own(text: str) -> None:
    assert "on a line of its own" in read(text, head="x")[1][0].message


def test_a_passage_includes_none_itself() -> None:
    assert "includes none itself" in read('{% include "a" %}', a='{% include "b" %}', b="x")[1][0].message


def test_two_halves_of_something_live_are_found_together() -> None:
    assert "neither runs nor loads" in read('<\n{% include "a" %}', a="script>")[1][0].message


def test_a_folder_takes_the_passages_that_its_letters_include(house: Path) -> None:
    files = bundle.read(house / "hearing").files
    taken = {name for name in files if name.startswith("letters/passages/")}
    assert taken == {
        f"letters/passages/{name}.{language}.html" for name in ("head", "contact") for language in ("fi", "sv")
    }


def test_a_changed_passage_is_a_new_version_of_the_folder(house: Path) -> None:
    before = bundle.read(house / "hearing").hash
    head = house / "letters" / "head.fi.html"
    head.write_text(head.read_text().replace("Asianumero", "Asia"))
    assert bundle.read(house / "hearing").hash != before


def test_a_zip_of_a_folder_needs_nothing_else(house: Path) -> None:
    whole = bundle.read(house / "hearing")
    again = bundle.read(whole.to_zip())
    assert (again.hash, again.letters) == (whole.hash, whole.letters)


def test_a_folder_that_stands_alone_takes_the_products_own(house: Path) -> None:
    shutil.rmtree(house / "letters")
    assert bundle.read(house / "hearing").hash == bundle.read(WORKFLOWS / "hearing").hash


def test_a_passage_that_nobody_has_is_a_finding_of_the_letter(house: Path) -> None:
    letter = house / "hearing" / "letters" / "hearing.sv.html"
    letter.write_text(letter.read_text().replace('include "head"', 'include "heat"'))
    found = [f for f in bundle.inspect(house / "hearing").findings if f.rule == "letter-passage"]
    assert [(f.file, f.line) for f in found] == [("letters/hearing.sv.html", 1)]
