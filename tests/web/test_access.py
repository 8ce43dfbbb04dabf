"""Who gets what: every address of the route map, asked by every role of the contract."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from tasks.commands import people, remarks
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser
from web.auth import is_keyed, is_public

MORE = {
    # name: (access role, work roles, unit codes)
    "hanna": ("payment_approver", ["payment_approver"], ["south"]),
    "sirpa": ("supervisor", [], ["south"]),
    "petra": ("decision_maker", ["decision_maker"], ["south"]),
    "taina": ("auditor", [], None),
    "inka": ("integration", [], None),
}
ELSEWHERE = ("saara", "petra", "hanna", "sirpa")
"""casework in another unit: customers may be found, the case may not"""
OUTSIDE = ("olga", "outi", "taina", "inka")
"""no casework at all: process owner, operator, auditor, integration"""
OF_THE_CASE = ("Kilpirauhasen vajaatoiminta", "Salainen muistiinpano", "lausunto-salainen.pdf")
OF_THE_CUSTOMER = ("Sami Esimerkki", "131052-308T", "131052-", "Salakuja")
MADE_UP = frozenset(
    f"processes.{name}"
    for name in ("start_tryout", "pass_time", "undo", "tryout_task", "tryout_cancel", "tryout_hold", "tryout_row")
)
"""a run by hand: its case is made up, and the first of its year as well"""
FOR_AUDITORS = frozenset({"audit.index", "audit.changes", "audit.case", "audit.open_case"})


@pytest.fixture
def planted(town: Town) -> dict[str, Any]:
    """A case in the north with secrets in it, and a value for every argument of an address."""
    for name, (role, work_roles, codes) in MORE.items():
        user = people.add_user(town.database, HOUSE, name=name, full_name=name.title(), now=town.now)
        units = None if codes is None else [town.unit(code) for code in codes]
        people.add_role(town.database, HOUSE, user_id=user, role=role, work_roles=work_roles, units=units, now=town.now)
    started = town.start(OF_THE_CASE[0])
    vilma = (town.database, town.user("vilma"), started.case_id)
    remarks.comment(*vilma, text=OF_THE_CASE[1], now=town.now)
    remarks.add_attachment(*vilma, content=b"%PDF-1.7 x", filename=OF_THE_CASE[2], now=town.now)
    return {
        "task": started.task_ids[0], "case_id": started.case_id, "customer_id": town.customer, "number": 1,
        "version": 1, "process": "permit", "message": "application", "case_number": started.number, "consent_id": 1,
        "notice": 1, "to": "kalle",
    }  # fmt: skip


def routes(browser: Browser, method: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    """(endpoint, address) of every route that takes the method and needs a login."""
    app = browser.client.application
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method in (rule.methods or ()) and not is_public(rule.endpoint) and not is_keyed(rule.endpoint):
                chosen = {name: values.get(name, "1") for name in rule.arguments}
                found.append((rule.endpoint, app.url_for(rule.endpoint, **chosen, _external=False)))
    return found


def secrets_of(name: str, planted: dict[str, Any], endpoint: str) -> tuple[str, ...]:
    if name in ELSEWHERE:
        return (*OF_THE_CASE, planted["case_number"])
    if name == "taina" and endpoint in FOR_AUDITORS:
        return (*OF_THE_CASE[:2], *OF_THE_CUSTOMER[1:])
    if endpoint in MADE_UP:
        return (*OF_THE_CASE, *OF_THE_CUSTOMER)
    return (*OF_THE_CASE, *OF_THE_CUSTOMER, planted["case_number"])


@pytest.mark.parametrize("name", [*ELSEWHERE, *OUTSIDE])
def test_no_page_tells_a_secret_to_who_may_not_know_it(town: Town, planted: dict[str, Any], name: str) -> None:
    browser = Browser(town, name)
    told = []
    for endpoint, address in routes(browser, "GET", planted):
        for asked in (address, f"{address}{'&' if '?' in address else '?'}q=Esimerkki", f"{address}?who=all"):
            text = browser.client.get(asked, follow_redirects=True).text
            told += [f"{asked}: {secret}" for secret in secrets_of(name, planted, endpoint) if secret in text]
    assert told == []


@pytest.mark.parametrize("name", [*ELSEWHERE, *OUTSIDE])
def test_no_form_changes_a_case_for_who_may_not_see_it(town: Town, planted: dict[str, Any], name: str) -> None:
    browser = Browser(town, name)
    sent = {"version": "1", "reason": "x", "text": "x", "until": "1.3.2026", "person": "1", "why": "x", "scope": "x",
            "q": "Esimerkki", "party": "#1", "role": "employer"}  # fmt: skip
    before = town.rows("SELECT event_count, revision FROM cases"), town.rows("SELECT revision, state FROM tasks")
    for endpoint, address in routes(browser, "POST", planted):
        if endpoint in ("auth.logout", "settings.sign_out_everywhere", "emergency.index"):
            continue
        text = browser.client.post(address, data=sent, follow_redirects=True).text
        assert not [secret for secret in secrets_of(name, planted, endpoint) if secret in text], address
    after = town.rows("SELECT event_count, revision FROM cases"), town.rows("SELECT revision, state FROM tasks")
    assert before == after


def test_every_address_but_those_listed_needs_a_login(town: Town, planted: dict[str, Any]) -> None:
    browser = Browser(town, "vilma")
    visitor = browser.client.application.test_client()
    for method in ("GET", "POST"):
        for endpoint, address in routes(browser, method, planted):
            answer = visitor.open(address, method=method)
            assert answer.status_code == (302 if method == "GET" else 401), endpoint
    with browser.client.application.test_request_context():
        listed = {e for e in browser.client.application.view_functions if is_public(e)}
    assert listed == {
        "static", "auth.login", "auth.sign_in", "auth.switch", "auth.change_language", "pages.accessibility",
        "pages.accessibility_in_finnish", "pages.privacy", "pages.notices", "health.livez", "health.readyz",
        "metrics.show", "openapi",
    }  # fmt: skip


def test_every_form_is_refused_without_its_token(town: Town, planted: dict[str, Any]) -> None:
    browser = Browser(town, "vilma")
    browser.client.application.config["WTF_CSRF_ENABLED"] = True
    for endpoint, address in routes(browser, "POST", planted):
        assert browser.client.post(address, data={"version": "1"}).status_code == 400, endpoint


def test_no_page_of_a_person_is_stored_or_framed(town: Town, planted: dict[str, Any]) -> None:
    browser = Browser(town, "vilma")
    for endpoint, address in routes(browser, "GET", planted):
        headers = browser.client.get(address).headers
        assert headers["Cache-Control"] == "no-store", endpoint
        assert headers["X-Content-Type-Options"] == "nosniff", endpoint
        assert "default-src 'none'" in headers["Content-Security-Policy"], endpoint


def test_ids_that_are_guessed_lead_nowhere(town: Town, planted: dict[str, Any]) -> None:
    browser, other = Browser(town, "saara"), town.start().case_id
    for case in (planted["case_id"], other, 10**9, 10**25):
        for path in ("", "/history", "/documents/1", "/attachments/1", "/messages/application"):
            assert browser.client.get(f"/cases/{case}{path}").status_code in (403, 404)
        assert browser.client.get(f"/tasks/{case}-1").status_code in (403, 404)


@pytest.mark.parametrize("name", ["vilma", "saara"])
@pytest.mark.parametrize("page", ["/tasks/", "/cases/", "/customers/", "/customers/{customer_id}", "/search?q=Sami",
                                  "/cases/{case_id}", "/tasks/{task}"])  # fmt: skip
def test_every_page_and_list_that_shows_somebody_leaves_a_row(
    town: Town, planted: dict[str, Any], name: str, page: str
) -> None:
    text = Browser(town, name).client.get(page.format(**planted)).text
    rows = town.rows("SELECT customer_id, why FROM views WHERE user_name = :n", n=name.title())
    assert ("Sami Esimerkki" in text) == bool(rows)
    assert all(row.customer_id == town.customer and row.why for row in rows)


def test_a_form_redrawn_with_the_case_beside_it_is_a_view_too(town: Town, planted: dict[str, Any]) -> None:
    Browser(town, "vilma").post(f"/tasks/{planted['task']}/refresh", version=1)
    assert town.value("SELECT count(*) FROM views") >= 1


HOSTILE = ("a\0b", "x" * 300_000, "-1", str(10**30), "../../etc/passwd", "<script>alert(1)</script>", "%s{0}", "'\"--")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_hostile_values_get_a_clear_answer(town: Town, planted: dict[str, Any], method: str) -> None:
    browser = Browser(town, "vilma")
    names = ("q", "after", "before", "unit", "process", "status", "role", "who", "person", "version", "text", "reason",
             "until", "customer", "kind", "name", "why", "path", "once", "party-applicant", "message", "day", "user",
             "case", "from", "to", "scope", "language", "next", "add", "remove", "arrival_moment", "save")  # fmt: skip
    skip = ("auth.logout", "settings.sign_out_everywhere", "cases.call_off", "cases.disqualify")
    for endpoint, address in routes(browser, method, planted):
        for value in HOSTILE if endpoint not in skip else ():
            if method == "GET" and len(value) > 10_000:
                continue
            given = dict.fromkeys(names, value)
            where = {"query_string": given} if method == "GET" else {"data": given}
            answer = browser.client.open(address, method=method, **where)
            assert answer.status_code < 500, f"{endpoint} {value[:40]!r}: {answer.text[:300]}"
            if answer.mimetype == "text/html":
                assert "<script>alert" not in answer.text, endpoint


def test_an_upload_that_is_too_large_is_told_so(town: Town, planted: dict[str, Any]) -> None:
    browser = Browser(town, "vilma", upload_megabytes=1)
    answer = browser.client.post(
        f"/cases/{planted['case_id']}/attachments", data={"text": secrets.token_hex(1_500_000)}
    )
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_an_error_is_logged_without_what_anybody_typed(
    town: Town, planted: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    browser = Browser(town, "vilma")

    def fail() -> None:
        raise ValueError(OF_THE_CUSTOMER[1])

    browser.client.application.view_functions["settings.index"] = fail
    answer = browser.client.get("/settings/")
    assert answer.status_code == 500
    assert "ValueError" in caplog.text
    assert "131052" not in caplog.text + answer.text
