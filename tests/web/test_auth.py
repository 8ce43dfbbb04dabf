from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tasks.db import Database
from tasks.models import LoginAttempt, Session
from tests.web.conftest import NOW, PASSWORD, make_app, sign_in
from web.current import EXTENSION


def test_a_page_without_login_leads_to_the_login_page_and_back(visitor: FlaskClient) -> None:
    answer = visitor.get("/settings/?a=1")
    assert answer.status_code == 302
    assert answer.location == "/login?next=/settings/?a%3D1"
    back = visitor.post("/login", data={"name": "kaisa", "password": PASSWORD, "next": "/settings/?a=1"})
    assert back.location == "/settings/?a=1"


def test_a_session_is_known_to_the_table_by_hash_only(visitor: FlaskClient, database: Database) -> None:
    sign_in(visitor)
    with visitor.session_transaction() as cookie, database.read() as connection:
        row = connection.execute(select(Session.id, Session.user_id)).one()
        assert row.user_id == 1
        assert row.id != cookie["token"]
    assert "Kaisa Käsittelijä" in visitor.get("/settings/").text


def test_a_wrong_password_is_told_with_a_linked_error_and_keeps_the_name(visitor: FlaskClient) -> None:
    answer = visitor.post("/login", data={"name": "kaisa", "password": "väärä"})
    assert answer.status_code == 422
    assert 'href="#login-name"' in answer.text
    assert 'value="kaisa"' in answer.text
    assert 'väärä"' not in answer.text


def test_the_eleventh_guess_is_not_even_heard(visitor: FlaskClient) -> None:
    for _ in range(10):
        visitor.post("/login", data={"name": "arvaus", "password": "x"})
    assert visitor.post("/login", data={"name": "arvaus", "password": "x"}).status_code == 429


def test_signing_in_leads_nowhere_outside_this_site(visitor: FlaskClient) -> None:
    for target in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = visitor.post("/login", data={"name": "kaisa", "password": PASSWORD, "next": target})
        assert answer.location == "/"
        visitor.post("/logout")


def test_signing_out_ends_the_session_in_the_table(kaisa: FlaskClient, database: Database) -> None:
    kaisa.post("/logout")
    with database.read() as connection:
        assert connection.execute(select(Session.id)).all() == []
    assert kaisa.get("/settings/").status_code == 302


def test_signing_out_everywhere_ends_the_other_browser_too(app: Flask, kaisa: FlaskClient) -> None:
    other = sign_in(app.test_client())
    kaisa.post("/settings/sign-out-everywhere")
    assert other.get("/settings/").status_code == 302


def test_becoming_a_demo_user_works_in_demo_mode_only(database: Database, visitor: FlaskClient) -> None:
    assert visitor.post("/switch", data={"person": 2}).status_code == 404
    demo = make_app(database, demo=True).test_client()
    assert "Eero Esihenkilö" in demo.get("/login").text
    assert demo.post("/switch", data={"person": 2}).status_code == 302
    assert "Eero Esihenkilö" in demo.get("/settings/").text


def test_answers_typed_when_the_session_ended_are_offered_again_after_login(visitor: FlaskClient) -> None:
    sent = {"missing": "Palkkalaskelma puuttuu", "version": "3"}
    page = visitor.post("/tasks/1-1/complete", data=sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 401
    assert 'name="kept.missing" value="Palkkalaskelma puuttuu"' in page.text
    form = {"name": "kaisa", "password": PASSWORD, "next": "/tasks/1-1/complete"}
    again = visitor.post("/login", data=form | {f"kept.{name}": value for name, value in sent.items()})
    assert 'action="/tasks/1-1/complete"' in again.text
    assert 'name="missing" value="Palkkalaskelma puuttuu"' in again.text


def test_a_form_sent_by_another_site_is_not_offered_again(visitor: FlaskClient) -> None:
    page = visitor.post("/tasks/1-1/complete", data={"missing": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "kept.missing" not in page.text


def test_every_form_needs_its_token(database: Database) -> None:
    app = make_app(database)
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/login", data={"name": "kaisa", "password": PASSWORD})
    assert answer.status_code == 400
    assert "Lomake vanheni" in answer.text


def test_the_language_is_the_browsers_then_the_chosen_one(visitor: FlaskClient) -> None:
    assert 'lang="sv"' in visitor.get("/login", headers={"Accept-Language": "sv-FI"}).text
    assert visitor.post("/language", data={"language": "en", "next": "/login"}).location == "/login"
    assert "Sign in" in visitor.get("/login").text


def test_guesses_are_counted_for_all_processes_together(database: Database) -> None:
    for _ in range(10):
        make_app(database).test_client().post("/login", data={"name": "kaisa", "password": "x"})
    answer = make_app(database).test_client().post("/login", data={"name": "KAISA", "password": PASSWORD})
    assert answer.status_code == 429


def test_an_attempt_holds_no_name_and_no_address(visitor: FlaskClient, database: Database) -> None:
    visitor.post("/login", data={"name": "kaisa", "password": "x"})
    with database.read() as connection:
        rows = connection.execute(select(LoginAttempt.key)).scalars().all()
    assert len(rows) == 2
    assert not any("kaisa" in row or "127.0.0.1" in row for row in rows)


def test_the_right_password_forgets_the_failures_of_the_name(visitor: FlaskClient) -> None:
    for _ in range(9):
        visitor.post("/login", data={"name": "kaisa", "password": "x"})
    sign_in(visitor)
    visitor.post("/logout")
    assert visitor.post("/login", data={"name": "kaisa", "password": "x"}).status_code == 422


def test_a_session_is_a_new_one_at_each_sign_in(app: Flask, database: Database) -> None:
    browser = sign_in(app.test_client())
    with browser.session_transaction() as cookie:
        first = cookie["token"]
    sign_in(browser)
    with browser.session_transaction() as cookie:
        assert cookie["token"] != first
    with database.read() as connection:
        assert len(connection.execute(select(Session.id)).all()) == 1


@pytest.mark.parametrize("minutes", [61, 12 * 60 + 1])
def test_a_session_ends_when_idle_or_old(app: Flask, kaisa: FlaskClient, minutes: int) -> None:
    house = app.extensions[EXTENSION]
    step = 50 if minutes > 61 else minutes
    for passed in (*range(step, minutes, step), minutes):
        app.extensions[EXTENSION] = replace(house, clock=lambda passed=passed: NOW + timedelta(minutes=passed))
        answer = kaisa.get("/settings/")
    assert answer.status_code == 302
