from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from engine.letter import LetterError
from engine.said import say
from tasks.db import Database
from tasks.models import User
from tests.web.conftest import make_app
from web.auth import is_public
from web.errors import STATUS, status, words
from web.i18n import LANGUAGES

OPEN = {
    "auth.login", "auth.sign_in", "auth.switch", "auth.change_language", "health.livez", "health.readyz",
    "metrics.show", "pages.accessibility", "pages.accessibility_in_finnish", "pages.privacy", "pages.notices", "static",
    "openapi",
}  # fmt: skip


def test_every_route_needs_login_unless_listed_here(app: Flask) -> None:
    with app.test_request_context():
        assert {rule.endpoint for rule in app.url_map.iter_rules() if is_public(rule.endpoint)} == OPEN


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/login", "/accessibility", "/privacy", "/notices", "/settings/", "/nowhere"])
def test_a_page_speaks_the_chosen_language(kaisa: FlaskClient, path: str, language: str) -> None:
    kaisa.post("/language", data={"language": language})
    answer = kaisa.get(path, follow_redirects=True)
    assert f'<html lang="{language}">' in answer.text
    assert 'href="/accessibility"' in answer.text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fi", "Kaisa Käsittelijä <span>käsittelijä, Yrityspalvelut</span>"),
        ("sv", "Kaisa Käsittelijä <span>handläggare, Företagstjänster</span>"),
        ("en", "Kaisa Käsittelijä <span>caseworker, Business services</span>"),
    ],
)
def test_a_role_beside_a_name_speaks_the_chosen_language(
    database: Database, kaisa: FlaskClient, language: str, told: str
) -> None:
    with database.transaction() as connection:  # a title is in one language, for letters
        connection.execute(update(User).where(User.name == "kaisa").values(title="asiantuntija"))
    kaisa.post("/language", data={"language": language})
    page = kaisa.get("/settings/").text
    assert told in page
    assert "asiantuntija" not in page


def test_every_answer_carries_a_strict_policy(visitor: FlaskClient) -> None:
    headers = visitor.get("/login").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_pages_hold_no_inline_script_or_style(kaisa: FlaskClient) -> None:
    for path in ("/settings/", "/accessibility", "/notices"):
        page = kaisa.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert page.count("<script") == page.count("<script src=")


def test_liveness_asks_nothing_and_readiness_asks_the_database(visitor: FlaskClient, database: Database) -> None:
    assert visitor.get("/livez").json == {"status": "alive"}
    assert visitor.get("/readyz").json["checks"]["database"] == "ok"  # type: ignore[index]


def test_a_database_that_is_away_is_told_and_nothing_typed_is_lost() -> None:
    away = make_app(Database("sqlite:////nowhere/at/all.db")).test_client()
    assert away.get("/livez").status_code == 200
    assert away.get("/readyz").status_code == 503
    with away.session_transaction() as cookie:
        cookie["token"] = "abc"
    page = away.post("/tasks/1-1/complete", data={"note": "tärkeä teksti"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 503
    assert 'name="note" value="tärkeä teksti"' in page.text


def test_every_refusal_of_the_house_has_a_status_of_its_own() -> None:
    from tasks import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.TasksError]
    refusals = [kind for kind in kinds if issubclass(kind, errors.TasksError)]
    assert all(any(parent in STATUS for parent in kind.__mro__) for kind in refusals)
    assert status(RuntimeError()) == 500


@pytest.mark.parametrize(("language", "told"), [("fi", "Vaihe kirjoittaa kirjeen"), ("sv", "Skedet skriver ett brev")])
def test_a_letter_that_cannot_be_written_is_told_as_such(app: Flask, language: str, told: str) -> None:
    error = LetterError(say("{file}: {reason}", file="letters/list.fi.html", reason="no list"))
    with app.test_request_context(headers={"Accept-Language": language}):
        assert words(error, 422).startswith(told)
        assert "letters/list.fi.html: no list" in words(error, 422)
