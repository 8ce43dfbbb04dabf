"""A real browser on a real server: the small authority of tests/tasks, served on a free port, nothing from outside."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright
from playwright.sync_api import Error as PlaywrightError
from sqlalchemy import insert
from werkzeug.serving import make_server

from tasks.actor import Actor
from tasks.arrival import Incoming
from tasks.commands import customers, draft_files, drafts, rehearsing, trying, work
from tasks.commands.alerting import watch
from tasks.commands.arrivals import deliver_message
from tasks.models import Move
from tasks.moments import day
from tests.conftest import Templates
from tests.engine.test_amend_table import SAMPLE
from tests.run import CHROMIUM
from tests.tasks.conftest import Town, prepare
from tests.tasks.test_rehearsing import STORY
from tests.web.test_customer_groups import tell
from web.app import create_app
from web.config import Config
from web.current import EXTENSION

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]
REFUSED = "Content Security Policy"
EXAMPLES = b"name,in:years,out:adult\nLapsi,17,false\nVanha,99,true\n"
FEE = """[fee]
name = {fi = "Maksu", sv = "Avgift", en = "Fee"}
unit = "euro"
source = "HL 23 §"
rows = [{from = 2025-01-01, value = "12.00"}]
"""
SECRET = "only for tests, forty characters in all."


@dataclass
class Site:
    """The served town: its address, its tasks and its case in the making."""

    address: str
    town: Town
    app: Any
    mine: str
    free: str
    case_id: int
    party: int
    consent: int
    move: int
    draft: int
    rehearsal: int
    tryout: int


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, else the one that playwright installed; skipped where there is neither."""
    with sync_playwright() as playwright:
        found = launch(playwright)
        yield found
        found.close()


def launch(playwright: Playwright) -> Browser:
    """Start the browser, or skip with the reason."""
    try:
        found = os.environ.get("ASIAVIRTA_TEST_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
        return playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
    except PlaywrightError as error:
        pytest.skip(f"no browser: {error}")


@pytest.fixture(scope="module")
def site(templates: Templates) -> Iterator[Site]:
    """The town with a late task, a free one and one of Vilma's own; served while the module's tests run."""
    with templates.copy("sqlite", "town", prepare) as database:
        town = Town(database)
        started = town.start()
        town.pass_time(days=16)
        mine, free = town.start().task_ids[0], town.start().task_ids[0]
        work.claim(database, town.user("vilma"), mine, now=town.now)
        town.pass_time(days=1)
        party, consent = employer(town, started.case_id)
        lost_message(town)
        watch(database, town.now)  # alert 1 is of the late task
        tell(town)
        tell(town, date(2025, 7, 1))
        config = Config(secret_key=SECRET, secure_cookies=False, demo=True, session_idle_minutes=10**6)
        app = create_app(config, database)
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], clock=lambda: town.now)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        yield Site(address, town, app, mine, free, started.case_id, party, consent, ordered(town), *drafted(town))
        server.shutdown()


def ordered(town: Town) -> int:
    """A move that somebody ordered, of no case; gives its id."""
    move = {
        "process": "permit", "from_version": 1, "to_version": 1, "told": {}, "state": "finished", "user_name": "Outi",
        "via": "web", "started_at": town.now,
    }  # fmt: skip
    with town.database.transaction() as connection:
        return int(connection.execute(insert(Move).values(move).returning(Move.id)).scalar_one())


def drafted(town: Town) -> tuple[int, int, int]:
    """A draft of the permit with a story of its own, an order to play it, and a run by hand; gives their ids."""
    olga = (town.database, town.user("olga"))
    draft = drafts.start_from_version(*olga, process="permit", title="Uusi vastausaika", now=town.now)
    draft_files.save_file(*olga, draft, "stories/own.toml", STORY.encode(), expected="", now=town.now)
    for path, text in (("parameters.toml", FEE.encode()), ("age.dmn", SAMPLE), ("age.csv", EXAMPLES)):
        draft_files.save_file(*olga, draft, path, text, expected="", now=town.now)
    rehearsal = rehearsing.order(*olga, draft, now=town.now)
    return draft, rehearsal, trying.begin(*olga, draft_id=draft, now=town.now)


def lost_message(town: Town) -> None:
    """The first message of another system, for a case that nobody knows."""
    sender = Actor(town.user("liisa").user_id, "register", "api")
    said = {"case": "LU/99/2026", "parties": {"applicant": {"identity_code": "131052-308T"}}}
    incoming = Incoming("reply", "m-1", {"text": "Liitteenä"}, said)
    deliver_message(town.database, sender, incoming, now=town.now)


def employer(town: Town, case_id: int) -> tuple[int, int]:
    """A company becomes the employer of a case and consents; gives the numbers of its part and of the consent."""
    vilma = (town.database, town.user("vilma"))
    company = customers.create_customer(*vilma, kind="organisation", name="Kuituri Oy", now=town.now)
    party = customers.add_party(*vilma, case_id, role="employer", customer_id=company, now=town.now)
    consent = customers.add_consent(
        *vilma, company, case_id=case_id, scope="Lausunto", purpose="Sovittelu", recipient="employer",
        from_on=day(town.now), now=town.now,
    )  # fmt: skip
    return party, consent


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A fresh browser window that reaches nothing but the site, and whose console must stay empty of faults."""
    context = browser.new_context(base_url=site.address, locale="fi-FI", reduced_motion="reduce")
    found = context.new_page()
    outside: list[str] = []
    faults: list[str] = []

    def guard(route: Route) -> None:
        if route.request.url.startswith(site.address):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", guard)
    found.on("console", lambda message: faults.append(f"{found.url}: {message.text}") if REFUSED in message.text else 0)
    found.on("pageerror", lambda error: faults.append(str(error)))
    yield found
    context.close()
    assert outside == []
    assert faults == []


def sign_in(page: Page, name: str = "Vilma", language: str = "fi") -> Page:
    """Become a person from the demo's list, in a language."""
    page.goto("/login")
    page.get_by_role("row", name=name).get_by_role("button").click()
    if language != "fi":
        page.locator(f"button[name=language][value={language}]").click()
    return page


def later(site: Site, **amount: int) -> None:
    """Let time pass on the site."""
    site.town.now += timedelta(**amount)
