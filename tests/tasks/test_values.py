"""Where the length of a date came from stands in its trace: a dated row, the day it was read for, or the area's own."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from engine import bundle as bundles
from tasks.clock import run_until
from tasks.commands import people
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.tasks.test_publishing import publish

REPLY_DAYS = """[reply_days]
name = {fi = "Vastausaika", sv = "Svarstid", en = "Time to reply"}
unit = "days"
source = "HL 33 §"
local = true
doubt = {fi = "arvo on ehdotus", sv = "värdet är ett förslag", en = "the value is a proposal"}
rows = [{from = 2025-01-01, value = 14}, {from = 2026-02-09, value = 21}]
"""


def read_from_values(town: Town, length: str) -> None:
    """From now on the time to reply is read from a value."""
    files = dict(bundles.read(BUNDLES / "permit").files)
    files["deadlines.toml"] = files["deadlines.toml"].replace(b"length = 7", f"length = '{length}'".encode())
    publish(town, bundles.assemble(files | {"parameters.toml": REPLY_DAYS.encode()}, "permit"))


def steps(town: Town) -> tuple[list[Any], str]:
    """The steps `value` of the time to reply of a new case that waits for a reply, and its day."""
    case = town.start()
    town.complete("vilma", case.task_ids[0], {"complete": False})
    row = town.rows("SELECT trace, due_on FROM deadlines WHERE name = 'reply_time' ORDER BY case_id DESC")[0]
    trace = json.loads(row.trace) if isinstance(row.trace, str) else row.trace
    return [step for step in trace if step["step"] == "value"], str(row.due_on)


def test_a_length_of_its_own_names_no_value(town: Town) -> None:
    assert steps(town) == ([], "2026-02-16")


def test_the_row_of_the_event_day_is_named_with_its_version_source_and_doubt(town: Town) -> None:
    read_from_values(town, 'parameter("reply_days")')
    told = {
        "step": "value", "name": "reply_days", "process": "permit", "version": "permit@2", "area": False,
        "on": "2026-02-09", "value": 21, "unit": "days", "source": "HL 33 §", "doubt": "arvo on ehdotus",
        "valid_from": "2026-02-09",
    }  # fmt: skip
    assert steps(town) == ([told], "2026-03-02")


def test_a_value_read_for_another_day_names_the_day(town: Town) -> None:
    read_from_values(town, 'parameter("reply_days", date("2026-02-08"))')
    (step,), due_on = steps(town)
    assert (step["on"], step["value"], step["valid_from"], due_on) == ("2026-02-08", 14, "2025-01-01", "2026-02-23")


def test_an_areas_own_value_is_told_apart_from_the_published_one_that_is_as_long(town: Town) -> None:
    read_from_values(town, 'parameter("reply_days")')
    steps(town)  # the same date from the published value: what is kept of it must not answer for the area's
    people.set_setting(
        town.database, HOUSE, area_id=1, name="parameter.reply_days", value=21, from_on=date(2026, 2, 1), now=town.now
    )
    (step,), due_on = steps(town)
    assert (step["area"], step["value"], step["doubt"]) == (True, 21, "")
    assert (step["valid_from"], due_on) == ("2026-02-01", "2026-03-02")


def test_an_areas_value_from_a_later_day_moves_no_time_that_began_before(town: Town) -> None:
    """A time follows the value of the day from which it is counted, whoever has set it (decision 0038)."""
    read_from_values(town, 'parameter("reply_days")')
    case = town.start()
    town.complete("vilma", case.task_ids[0], {"complete": False})
    own = {"area_id": 1, "name": "parameter.reply_days", "value": 30}
    people.set_setting(town.database, HOUSE, **own, from_on=date(2026, 2, 10), now=town.now)
    town.pass_time(days=2)
    read_from_values(town, 'parameter("reply_days") + 0')  # another row: running cases are looked at again
    run_until(town.database, town.now)
    moved = "SELECT due_on FROM deadlines WHERE name = 'reply_time' ORDER BY case_id DESC"
    assert str(town.rows(moved)[0].due_on) == "2026-03-02"
    (step,), due_on = steps(town)
    assert (step["area"], step["valid_from"], due_on) == (True, "2026-02-10", "2026-03-13")
