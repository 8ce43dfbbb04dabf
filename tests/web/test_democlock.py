"""The demonstration's clock moves on only, by file, for web and worker alike; outside demo mode there is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tasks.db import Database
from tests.tasks.conftest import Town
from tests.web.conftest import NOW, Browser, make_app
from web.cli.running import demo_environment
from web.current import EXTENSION
from web.democlock import DemoClock, clock_file, clock_of, real_clock, worker_clock


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "demo.db.clock"


def moving(town: Town, file: Path) -> Browser:
    """Vilma's browser on a demonstration whose clock can be moved; the town reads the same clock."""
    start = town.now
    browser = Browser(town, "vilma", demo_clock=str(file))
    clock = DemoClock(file, lambda: start)
    house = browser.client.application.extensions[EXTENSION]
    browser.client.application.extensions[EXTENSION] = type(house)(house.config, house.database, clock.now, clock)
    return browser


def routes(app: Flask) -> list[str]:
    return [rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("demo.")]


def test_the_clock_goes_on_from_where_it_was_moved_and_never_back(file: Path) -> None:
    clock = DemoClock(file, lambda: NOW)
    assert clock.now() == NOW
    assert clock.forward(NOW + timedelta(days=3)) == NOW + timedelta(days=3)
    assert clock.forward(NOW - timedelta(days=9)) == NOW + timedelta(days=3)
    assert DemoClock(file, lambda: NOW + timedelta(hours=1)).now() == NOW + timedelta(days=3, hours=1)


def test_the_worker_reads_the_same_file_in_demo_mode_only(file: Path) -> None:
    DemoClock(file).forward(datetime.now(UTC) + timedelta(days=40))
    named = {"ASIAVIRTA_DEMO_CLOCK": str(file)}
    assert worker_clock(named) is real_clock
    assert worker_clock(named | {"ASIAVIRTA_DEMO": "false"}) is real_clock
    ahead = worker_clock(named | {"ASIAVIRTA_DEMO": "true"})() - datetime.now(UTC)
    assert ahead > timedelta(days=39)


def test_who_works_on_the_demos_database_reads_its_clock(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/demo.db"
    assert clock_of(url) is real_clock
    DemoClock(clock_file(tmp_path / "demo.db")).forward(datetime.now(UTC) + timedelta(days=40))
    assert clock_of(url)() - datetime.now(UTC) > timedelta(days=39)


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "postgresql://127.0.0.1/asiavirta"])
def test_any_other_database_has_the_real_clock(url: str) -> None:
    assert clock_of(url) is real_clock


def test_outside_demo_mode_there_is_no_such_page_and_the_file_is_ignored(database: Database, file: Path) -> None:
    DemoClock(file, lambda: NOW).forward(NOW + timedelta(days=40))
    app = make_app(database, demo=False, demo_clock=str(file))
    assert routes(app) == []
    assert app.extensions[EXTENSION].clock() == NOW
    assert app.test_client().post("/demo/clock", data={"step": "day"}).status_code == 404
    assert routes(make_app(database, demo=True)) == []
    assert routes(make_app(database, demo=True, demo_clock=str(file))) == ["demo.move"]


def test_the_demo_tells_web_and_worker_of_one_file_beside_its_database(tmp_path: Path) -> None:
    told = demo_environment(tmp_path / "demo.db")
    assert told["ASIAVIRTA_DEMO_CLOCK"] == str(clock_file(tmp_path / "demo.db")) == str(tmp_path / "demo.db.clock")


@pytest.mark.parametrize(
    ("step", "day"), [("day", "ti\N{NO-BREAK SPACE}10.2.2026"), ("week", "16.2.2026"), ("month", "9.3.2026")]
)
def test_a_step_lets_that_much_time_pass(town: Town, file: Path, step: str, day: str) -> None:
    page = moving(town, file).post("/demo/clock", step=step)
    assert f"{day}" in page.split("Kokeilun kello:")[1].split("</time>")[0]


def test_what_falls_due_on_the_way_happens(town: Town, file: Path) -> None:
    started = town.start()
    browser = moving(town, file)
    before = len(town.events(started.case_id))
    page = browser.post("/demo/clock", step="month", next=f"/cases/{started.case_id}")
    assert "Sillä välin oli" in page
    assert len(town.events(started.case_id)) > before


def test_the_next_event_is_that_of_the_case_whose_page_is_open(town: Town, file: Path) -> None:
    started = town.start()
    browser = moving(town, file)
    page = browser.get(f"/cases/{started.case_id}")
    assert "Asian seuraava tapahtuma" in page
    browser.post("/demo/clock", step="next", case=started.case_id, next=f"/cases/{started.case_id}")
    assert float(file.read_text()) > 0


def test_a_stranger_and_a_form_without_its_token_move_nothing(town: Town, file: Path) -> None:
    browser = moving(town, file)
    app = browser.client.application
    assert app.test_client().post("/demo/clock", data={"step": "day"}).status_code == 401
    app.config["WTF_CSRF_ENABLED"] = True
    assert browser.client.post("/demo/clock", data={"step": "day"}).status_code == 400
    assert not file.exists()


def test_reminders_of_weeks_ago_have_been_looked_at(town: Town, file: Path) -> None:
    town.start()
    moving(town, file).post("/demo/clock", step="month")
    assert town.value("SELECT count(*) FROM notices WHERE seen_at IS NOT NULL") > 0
