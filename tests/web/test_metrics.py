"""What the machine that watches over this one reads at /metrics, and who may read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from tasks import clock
from tasks.commands import jobs, work
from tasks.job import Answer, Call, CallFailed
from tests.tasks.calling import order
from tests.tasks.conftest import Town
from tests.web.conftest import Browser
from web.config import Config, ConfigError
from web.current import EXTENSION

TOKEN = "a token of forty characters, only for tests"


@pytest.fixture
def machine(town: Town) -> FlaskClient:
    """A visitor from this machine, not signed in."""
    return Browser(town, "vilma").client.application.test_client()


def read(client: FlaskClient) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert (answer.status_code, answer.content_type.split(";")[0]) == (200, "text/plain")
    families = text_string_to_metric_families(answer.text)
    return {(sample.name, *sample.labels.values()): sample.value for family in families for sample in family.samples}


def test_open_work_is_told_by_process_unit_and_urgency(town: Town, machine: FlaskClient) -> None:
    first = town.start().task_ids[0]
    town.start()
    found = read(machine)
    assert found["asiavirta_cases_open", "permit"] == 2
    assert found["asiavirta_tasks_open", "permit", "north", "later"] == 2
    work.hold(town.database, town.user("vilma"), first, until=town.now.date() + timedelta(60), reason="x", now=town.now)
    # the checks are due on 23.2.2026: three working days before it they are soon, the day after it late
    for days, urgency in ((9, "soon"), (6, "late")):
        town.pass_time(days=days)
        found = read(machine)
        assert found["asiavirta_tasks_open", "permit", "north", urgency] == 1
        assert found["asiavirta_tasks_open", "permit", "north", "held"] == 1


def test_a_clock_that_stands_still_shows(town: Town, machine: FlaskClient) -> None:
    town.start()
    assert read(machine)["asiavirta_timers_due",] == 0
    assert read(machine)["asiavirta_timer_lag_seconds",] == 0
    town.now += timedelta(days=30)
    waiting = int(town.value("SELECT count(*) FROM timers"))
    found = read(machine)
    assert 0 < found["asiavirta_timers_due",] <= waiting
    assert found["asiavirta_timer_lag_seconds",] > 86_400
    assert ("asiavirta_worker_silence_seconds",) not in found
    ticked = clock.Worker(town.database, read_clock=lambda: town.now).beat()
    assert ticked is not None
    assert ticked.fired > 0
    town.now += timedelta(seconds=90)
    found = read(machine)
    assert (found["asiavirta_timers_due",], found["asiavirta_timer_lag_seconds",]) == (0, 0)
    assert found["asiavirta_worker_silence_seconds",] == 90
    assert (found["asiavirta_timers_fired_total",], found["asiavirta_timers_failed_total",]) == (ticked.fired, 0)


def test_what_fails_is_counted_and_names_nobody(town: Town, machine: FlaskClient) -> None:
    order(town)

    def fails(_: Call) -> Answer:
        raise CallFailed("no_code", 404, final=True)

    jobs.call_out(town.database, fails, lambda: town.now)
    found = read(machine)
    assert found["asiavirta_calls", "register", "failed"] == 1
    assert found["asiavirta_incidents_open", "call"] == 1
    text = machine.get("/metrics").text
    assert not [secret for secret in ("Sami", "Vilma", "/2026") if secret in text]


def test_only_this_machine_reads_them_without_a_token(machine: FlaskClient) -> None:
    assert machine.get("/metrics", environ_base={"REMOTE_ADDR": "::1"}).status_code == 200
    assert machine.get("/metrics", environ_base={"REMOTE_ADDR": "10.0.0.7"}).status_code == 403
    assert machine.get("/metrics", headers={"X-Forwarded-For": "10.0.0.7"}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 403), ({"Authorization": "Bearer wrong"}, 403), ({"Authorization": f"Bearer {TOKEN}"}, 200)],
)
def test_with_a_token_it_must_be_shown(machine: FlaskClient, headers: dict[str, Any], status: int) -> None:
    house = machine.application.extensions[EXTENSION]
    machine.application.extensions[EXTENSION] = replace(house, config=replace(house.config, metrics_token=TOKEN))
    assert machine.get("/metrics", headers=headers).status_code == status


def test_a_short_token_is_refused() -> None:
    with pytest.raises(ConfigError, match="metrics_token has 5 characters; at least 32"):
        Config(secret_key="b" * 40, metrics_token="short").check()
