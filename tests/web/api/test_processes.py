"""Processes over the API: listed, read, fetched as they were published, published anew."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from engine import bundle as bundles
from tasks.commands import reviewing
from tests.tasks.conftest import BUNDLES, Town
from tests.web.api.conftest import Machine, machine

PERMIT = BUNDLES / "permit"


def test_a_process_tells_what_starts_it(api: Machine) -> None:
    assert [row["key"] for row in api("GET", "/processes")["items"]] == ["permit"]
    permit = api("GET", "/processes/permit")
    assert permit["name"] == {"fi": "Lupa", "sv": "Tillstånd", "en": "Permit"}
    assert permit["starts"][0]["message"] == "application"
    assert permit["starts"][0]["form"]["required"] == ["reason"]
    assert [party["role"] for party in permit["parties"] if party["principal"]] == ["applicant"]


def test_a_version_comes_back_byte_for_byte(api: Machine) -> None:
    (row,) = api("GET", "/processes/permit/versions")["items"]
    assert api("GET", "/processes/permit/versions/1") == row
    content = api("GET", "/processes/permit/versions/1/bundle")
    assert bundles.read(content).files == bundles.read(PERMIT).files


def test_what_is_not_there_is_told(api: Machine) -> None:
    for path in ("/processes/none", "/processes/none/versions", "/processes/permit/versions/9",
                 "/processes/permit/versions/9/bundle"):  # fmt: skip
        api("GET", path, 404)


def sent(content: bytes, **more: str) -> dict[str, Any]:
    papers = {"author": "olga", "approver": "oona"} | more
    return {"data": papers | {"bundle": (io.BytesIO(content), "permit.zip")}, "content_type": "multipart/form-data"}


def changed(old: str, new: str) -> bytes:
    """The permit as a zip with one text of its drawing replaced."""
    bundle = bundles.read(PERMIT)
    drawing = bundle.files["permit.bpmn"].decode()
    assert old in drawing
    return bundles.pack({**bundle.files, "permit.bpmn": drawing.replace(old, new).encode()})


def test_a_new_version_is_published_and_the_same_again_is_none(town: Town, api: Machine) -> None:
    content = changed('name="Tarkista', 'name="Tarkasta')
    made = api("POST", "/processes/permit/versions", 201, **sent(content))
    assert (made["number"], made["new"]) == (2, True)
    assert api.answer.headers["Location"].endswith("/processes/permit/versions/2")
    assert api("POST", "/processes/permit/versions", 200, **sent(content))["new"] is False


def test_what_must_not_be_published_is_told_with_its_findings(town: Town, api: Machine) -> None:
    told = api("POST", "/processes/permit/versions", 422, **sent(changed("<bpmn:endEvent", "<bpmn:complexGateway")))
    assert {"line", "rule", "detail"} <= set(told["errors"][0])
    for content in (b"", b"no zip", b"PK\x03\x04broken"):
        assert api("POST", "/processes/permit/versions", 422, **sent(content))["errors"]
    told = api("POST", "/processes/permit/versions", 403, **sent(changed('name="T', 'name="t'), approver="olga"))
    assert told["type"] == "urn:asiavirta:problem:forbidden"
    api("POST", "/processes/other/versions", 404, **sent(bundles.pack(bundles.read(PERMIT).files)))
    assert town.value("SELECT count(*) FROM versions") == 1


def test_a_token_that_may_not_publish_proposes_and_another_person_judges(town: Town) -> None:
    other = machine(town, ("processes:propose",))
    content = changed('name="Tarkista', 'name="Tarkasta')
    made = other("POST", "/processes/permit/versions", 202, **sent(content, title="Parempi sana", comment="Katso"))
    assert (made["process"], made["state"], made["new"]) == ("permit", "proposed", True)
    assert other.answer.headers["Location"].endswith(f"/processes/drafts/{made['draft']}")
    assert other("POST", "/processes/permit/versions", 202, **sent(content)) == made | {"new": False}
    row = town.rows("SELECT state, title, base_version, hash FROM drafts")[0]
    assert (row.state, row.title, row.base_version, row.hash) == ("proposed", "Parempi sana", 1, made["hash"])
    assert town.value("SELECT count(*) FROM versions") == 1
    judged = (town.database, town.user("oona"), made["draft"])
    reviewing.approve(*judged, revision=1, comment="", now=town.now)
    reviewing.publish_draft(*judged, revision=2, from_on=town.now.date(), now=town.now)
    assert town.value("SELECT author FROM versions WHERE number = 2") == town.value(
        "SELECT name FROM users WHERE id = :id", id=other.user_id
    )


def test_to_propose_a_token_needs_the_scope(town: Town) -> None:
    other = machine(town, ("processes:read",))
    told = other("POST", "/processes/permit/versions", 403, **sent(changed('name="Tarkista', 'name="Tarkasta')))
    assert told["type"] == "urn:asiavirta:problem:forbidden"
    assert town.value("SELECT count(*) FROM drafts") == 0


def test_a_proposal_with_errors_is_refused_with_its_findings_and_to_publish_needs_two_names(
    town: Town, api: Machine
) -> None:
    other = machine(town, ("processes:propose",))
    told = other("POST", "/processes/permit/versions", 422, **sent(changed("<bpmn:endEvent", "<bpmn:complexGateway")))
    assert {"line", "rule", "detail"} <= set(told["errors"][0])
    other("POST", "/processes/permit/versions", 422, **sent(b"no zip"))
    other("POST", "/processes/other/versions", 404, **sent(changed('name="Tarkista', 'name="Tarkasta')))
    assert town.value("SELECT count(*) FROM drafts") == 0
    nameless = sent(changed('name="Tarkista', 'name="Tarkasta'), author="")
    assert "author" in str(api("POST", "/processes/permit/versions", 422, **nameless)["errors"])


def test_the_file_of_the_description_is_what_is_served(api: Machine) -> None:
    page = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"
    served = api.client.get("/api/v1/openapi.json").text
    assert page.read_text(encoding="utf-8") == served, "python -m web.api > docs/openapi.json writes it anew"
