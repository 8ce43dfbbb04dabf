"""The drawing of a draft over HTTP: what the canvas is given, what it keeps and saves, and what it is refused."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from engine.redraw import Remove, Rename, redraw
from tasks.commands import drafts
from tasks.drafting import digest
from tests.engine.test_carrying import anew
from tests.tasks.conftest import Town
from tests.tasks.test_drafts import NAMES, content, save
from tests.web.conftest import Browser
from web.i18n import LANGUAGES, known
from web.processes import catalogue

PATH = "/processes/drafts/1/drawing"
FILE = "trial.bpmn"


def begun(town: Town) -> Browser:
    """A process owner with a draft of a new process, number 1."""
    drafts.start_empty(
        town.database, town.user("olga"), process="trial", kind="process", area="finding_work", prefix="KO",
        name=NAMES, title="Kokeilu", now=town.now,
    )  # fmt: skip
    return Browser(town, "olga")


@pytest.fixture
def olga(town: Town) -> Browser:
    """A process owner with a draft of a new process, number 1."""
    return begun(town)


def source(browser: Browser) -> dict[str, Any]:
    """What the canvas begins with."""
    return dict(json.loads(browser.get(f"{PATH}/source")))


def send(
    browser: Browser, act: str, *changes: Any, status: int = 200, values: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    """Send the drawing as a tool would, with changes made on the canvas."""
    given = more.pop("given", None) or source(browser)
    opened = anew(given["xml"].encode())
    drawn = more.pop("drawn", None) or redraw(opened, changes, file="x")
    files = {"opened": opened, "drawn": drawn}
    if given["unsaved"] or more.pop("again", False):
        files["source"] = given["xml"].encode()
    form: dict[str, Any] = {"act": act, "bases": json.dumps(given["bases"]), "values": json.dumps(values or {}), **more}
    form |= {name: (io.BytesIO(data), name) for name, data in files.items()}
    answer = browser.client.post(PATH, data=form, content_type="multipart/form-data")
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def test_a_step_is_renamed_in_three_languages_with_one_changed_line_in_each_file(town: Town, olga: Browser) -> None:
    before = {path: content(town, 1, path) for path in (FILE, "labels.toml")}
    values = {"elements.handle.sv": "Granska", "elements.handle.en": "Review"}
    told = send(olga, "save", Rename("handle", "Tarkista"), values=values)
    assert told["words"] == "Tallennettu."
    assert told["bases"][FILE] == digest(content(town, 1, FILE))
    for path, lines in ((FILE, 1), ("labels.toml", 2)):
        old, new = before[path].splitlines(), content(town, 1, path).splitlines()
        assert len(old) == len(new)
        assert sum(a != b for a, b in zip(old, new, strict=True)) == lines, path


def test_what_is_drawn_is_kept_for_its_writer_and_found_again(town: Town, olga: Browser) -> None:
    before = content(town, 1, FILE)
    send(olga, "keep", Rename("handle", "Kesken"), values={"elements.handle.sv": "På gång"})
    assert content(town, 1, FILE) == before
    there = source(olga)
    assert "Kesken" in there["xml"]
    assert there["values"]["elements.handle.sv"] == "På gång"
    assert "tallentamattomia muutoksiasi" in olga.get(PATH)
    other = source(Browser(town, "oona"))
    assert "Kesken" not in other["xml"]
    send(olga, "save", given=there)
    assert "Kesken" in content(town, 1, FILE).decode()
    assert "På gång" in content(town, 1, "labels.toml").decode()
    assert not source(olga)["unsaved"]


def test_what_is_undone_is_no_longer_kept_and_dropping_forgets_it_all(town: Town, olga: Browser) -> None:
    given = source(olga)
    send(olga, "keep", Rename("handle", "Kesken"), given=given)
    send(olga, "keep", given=given)
    assert not source(olga)["unsaved"]
    send(olga, "keep", Rename("handle", "Kesken"), values={"elements.handle.sv": "På gång"})
    send(olga, "drop")
    assert source(olga)["xml"] == given["xml"]
    assert source(olga)["values"] == given["values"]


def test_the_checks_answer_at_the_element_without_saving(town: Town, olga: Browser) -> None:
    before = content(town, 1, FILE)
    assert source(olga)["findings"] == []
    told = send(olga, "check", Remove("to_handled"))
    assert {(one["node"], one["severity"]) for one in told["findings"]} >= {("handled", "error")}
    assert content(town, 1, FILE) == before
    told = send(olga, "check", values={"elements.handle.en": ""})
    assert ("handle", "labels.toml") in {(one["node"], one["file"]) for one in told["findings"]}


def test_a_removed_step_takes_its_words_with_it(town: Town, olga: Browser) -> None:
    send(olga, "save", Remove("handle"))
    assert b"handle]" not in content(town, 1, "labels.toml")
    assert b"[elements.handled]" in content(town, 1, "labels.toml")


def test_the_second_of_two_loses_nothing_and_overwrites_nothing(town: Town, olga: Browser) -> None:
    given = source(olga)
    theirs = content(town, 1, FILE).replace("Käsittele asia".encode(), b"Oonan nimi")
    save(town, 1, FILE, theirs, who="oona")
    assert send(olga, "save", Rename("handle", "Olgan nimi"), given=given, status=409)["source"] is True
    told = send(olga, "save", Rename("handle", "Olgan nimi"), given=given, again=True, status=412)
    assert "oona tallensi" in told["words"]
    assert content(town, 1, FILE) == theirs
    page = olga.get(f"/processes/drafts/1/files/{told['path']}")
    assert "Olgan nimi" in page


@pytest.mark.parametrize("hostile", [b"<a", b"<html/>", b"<!DOCTYPE a><a/>", b"\xff\xfe", b"<a>" * 400])
@pytest.mark.parametrize("act", ["check", "keep", "save"])
def test_hostile_xml_gets_a_sentence_and_changes_nothing(town: Town, olga: Browser, act: str, hostile: bytes) -> None:
    before = content(town, 1, FILE)
    told = send(olga, act, drawn=hostile, status=422)
    assert told["words"]
    assert content(town, 1, FILE) == before


@pytest.mark.parametrize(
    "values",
    ['{"elements.handle": "x"}', '{"elements.handle.de": "x"}', '{"nothing.handle": "x"}', "[1]", "{", '{"": ""}',
     '{"elements.a b.sv": "x"}', '{"shown.handle": "nothing"}', '{"basis.nothing": "HL 22 §"}'],
)  # fmt: skip
def test_values_that_lie_nowhere_are_refused(olga: Browser, values: str) -> None:
    given = source(olga)
    form: dict[str, Any] = {"act": "save", "bases": json.dumps(given["bases"]), "values": values}
    for name in ("opened", "drawn"):
        form[name] = (io.BytesIO(anew(given["xml"].encode())), name)
    assert olga.client.post(PATH, data=form, content_type="multipart/form-data").status_code == 422


def test_who_owns_no_processes_is_not_let_in(town: Town, olga: Browser) -> None:
    vilma = Browser(town, "vilma")
    assert vilma.client.get(PATH).status_code == 403
    assert vilma.client.get(f"{PATH}/source").status_code == 403
    assert vilma.client.post(PATH, data={"act": "drop"}).status_code == 403


def test_a_plain_task_of_another_tool_is_given_a_form_as_a_user_task_is() -> None:
    of = {kind: {field.id for field in catalogue.FIELDS if kind in field.on} for kind in catalogue.TASKS}
    assert of["task"] == of["manualTask"] == of["userTask"] > {"form", "new_form", "basis", "instruction"}


def test_every_field_and_group_has_its_words() -> None:
    for field in catalogue.FIELDS:
        assert known(f"canvas.field_{field.id}"), field.id
        assert known(f"canvas.hint_{field.id}") == field.hint, field.id
        assert field.group in catalogue.GROUPS
    assert all(known(f"canvas.group_{group}") for group in catalogue.GROUPS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_fields_are_sent_in_the_language_of_the_page(olga: Browser, language: str) -> None:
    olga.post("/language", language=language, next=PATH)
    labels = {one["id"]: one["label"] for one in source(olga)["fields"]}
    assert labels["lane"] == {"fi": "Kaista", "sv": "Bana", "en": "Lane"}[language]
    assert source(olga)["tools"]["Delete"] == {"fi": "Poista", "sv": "Ta bort", "en": "Delete"}[language]
