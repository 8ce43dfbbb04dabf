"""The event log from the page and the command line: for whom, under which keys, and what is said when it is not."""

from __future__ import annotations

import json
import stat
from datetime import date

import pytest

from engine import bundle as bundles
from tasks.commands import people
from tasks.commands.publishing import publish
from tests.tasks.conftest import BUNDLES, HOUSE
from tests.tasks.event_logs import SECRETS, check_ocel, check_xes, live
from tests.web.command_line import on
from tests.web.conftest import Browser

PAGE = "/figures/exports/"
PURPOSE = "Valvontapyyntö 12/2026"


@pytest.fixture
def lived(town):
    """The town with three cases and an auditor."""
    live(town)
    user = people.add_user(town.database, HOUSE, name="taina", full_name="Taina", now=town.now)
    people.add_role(town.database, HOUSE, user_id=user, role="auditor", now=town.now)
    return town


def test_a_supervisor_downloads_their_cases(lived) -> None:
    esko = Browser(lived, "esko")
    page = esko.get(PAGE)
    assert 'name="plain"' not in page
    assert '<a href="/figures/exports/" aria-current="page">' in page  # a tab of the board, and the way back to it
    assert '<a href="/board/"' in page
    answer = esko.client.post(PAGE, data={"format": "xes", "process": "permit", "unit": str(lived.unit("north"))})
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="events-2026-02-10.xes"'
    assert len(check_xes(answer.text).findall("{*}trace")) == 3
    assert not [secret for secret in SECRETS if secret in answer.text]


def test_processes_are_listed_by_name(lived) -> None:
    guidance = bundles.read(BUNDLES / "guidance")
    on = date(2026, 1, 1)
    publish(lived.database, HOUSE, [guidance], author="olga", approver="oona", from_on=on, now=lived.now)
    page = Browser(lived, "esko").get(PAGE)
    assert page.index('<option value="permit">Lupa') < page.index('<option value="guidance">')


def test_an_auditor_is_led_to_no_board(lived) -> None:
    assert 'href="/board/"' not in Browser(lived, "taina").get(PAGE)


def test_others_do_not_come_to_the_page(lived) -> None:
    for name in ("vilma", "outi", "olga"):
        browser = Browser(lived, name)
        browser.get(PAGE, 403)
        browser.post(PAGE, 403, format="csv")


def test_what_cannot_be_read_comes_back_as_it_was_typed(lived) -> None:
    page = Browser(lived, "esko").post(PAGE, 422, format="", purpose="seuranta", **{"from": "31.2.2026", "to": "x"})
    assert 'value="31.2.2026"' in page
    assert ">seuranta</textarea>" in page
    assert page.count('class="field-error"') == 3
    page = Browser(lived, "esko").post(PAGE, 422, format="csv", **{"from": "2.2.2026", "to": "1.2.2026"})
    assert "Viimeinen päivä on ennen ensimmäistä" in page
    assert lived.value("SELECT COUNT(*) FROM audit WHERE kind = 'events_exported'") == 0


def test_an_auditor_tells_a_purpose_for_plain_numbers_and_reads_it_in_the_log(lived) -> None:
    taina = Browser(lived, "taina")
    page = taina.post(PAGE, 422, format="csv", plain="yes", purpose="koe", to="x")
    assert "vähintään 10" in page
    assert page.count('class="field-error"') == 2
    assert "LU/1/2026" in taina.post(PAGE, format="csv", plain="yes", purpose=PURPOSE)
    changes = taina.get("/audit/changes")
    assert "tapahtumaloki viety" in changes
    assert PURPOSE in changes
    assert "Omat numerot: Kyllä" in changes
    assert "vienti omilla numeroilla" in taina.get("/audit/")


def test_a_supervisor_gets_no_plain_numbers(lived) -> None:
    Browser(lived, "esko").post(PAGE, 403, format="csv", plain="yes", purpose=PURPOSE)
    assert lived.value("SELECT COUNT(*) FROM views WHERE what = 'events_export'") == 0


def test_the_command_line_writes_a_file_that_only_its_owner_reads(lived, cli, tmp_path) -> None:
    file = tmp_path / "log.json"
    words = on(str(lived.database.url), "export", "events", "--format", "ocel", "--output", file, "--language", "en")
    told = cli(*words)
    assert told.out == ""
    assert "3 cases, " in told.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    document = json.loads(file.read_text())
    check_ocel(document)
    assert "The case was closed" in {each["name"] for each in document["eventTypes"]}
    assert cli.ask(*words) | {"events": 0} == {
        "format": "ocel", "file": str(file), "plain": False, "cases": 3, "events": 0,
    }  # fmt: skip
    assert list(tmp_path.iterdir()) == [file]


def test_the_command_line_writes_to_standard_output_and_limits(lived, cli) -> None:
    url = str(lived.database.url)
    everything = cli(*on(url, "export", "events", "--format", "csv", "--as", "esko"))
    assert everything.out.count("case_started") == 3
    limited = cli(*on(url, "export", "events", "--format", "csv", "--unit", "south", "--from", "2026-01-01"))
    assert len(limited.out.splitlines()) == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--unit", "nowhere"), "there is no unit nowhere"),
        (("--process", "nothing"), "there is no process nothing"),
        (("--plain", "--purpose", PURPOSE), "person"),
        (("--plain", "--as", "taina"), "purpose"),
        (("--json",), "--output"),
        (("--as", "vilma"), "role"),
    ],
)
def test_the_command_line_refuses_in_a_sentence(lived, cli, more, said) -> None:
    told = cli(*on(str(lived.database.url), "export", "events", "--format", "csv", *more), status=2)
    assert said in told.err
    assert told.out == ""
