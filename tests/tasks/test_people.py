"""Who may set what holds in an area and give the right to decide: a supervisor within what they supervise."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasks.commands import people
from tasks.errors import Forbidden
from tests.tasks.conftest import HOUSE

ON = date(2026, 1, 1)


def supervisor(town, units: list[str] | None, areas: list[str] | None = None) -> Any:
    """A new supervisor of these units and process areas."""
    user = people.add_user(town.database, HOUSE, name="sirpa", full_name="Sirpa", now=town.now)
    own = None if units is None else [town.unit(code) for code in units]
    people.add_role(town.database, HOUSE, user_id=user, role="supervisor", units=own, areas=areas, now=town.now)
    return town.user("sirpa")


def set_one(town, actor) -> None:
    area = town.value("SELECT id FROM areas")
    people.set_setting(town.database, actor, area_id=area, name="four_eyes.x", value=False, from_on=ON, now=town.now)


def grant(town, actor, **limits: Any) -> int:
    user = town.user("vilma").user_id
    return people.grant_delegation(
        town.database, actor, user_id=user, basis="Hallintosääntö 5 §", from_on=ON, now=town.now, **limits
    )


@pytest.mark.parametrize(
    ("units", "areas", "allowed"),
    [(None, None, True), (["north", "south"], None, True), (["north"], None, False), (None, ["x"], False),
     ([], None, False)],
)  # fmt: skip
def test_an_area_is_set_by_who_supervises_all_of_it(town, units, areas, allowed) -> None:
    actor = supervisor(town, units, areas)
    if allowed:
        set_one(town, actor)
    else:
        with pytest.raises(Forbidden, match="outside_supervision"):
            set_one(town, actor)
    assert town.value("SELECT count(*) FROM settings") == int(allowed)


@pytest.mark.parametrize(("unit", "process"), [(None, None), (None, "permit"), ("south", None), ("south", "permit")])
def test_a_supervisor_grants_no_right_beyond_their_units(town, unit, process) -> None:
    with pytest.raises(Forbidden, match="outside_supervision"):
        grant(town, town.user("esko"), unit_id=unit and town.unit(unit), process=process)


def test_a_supervisor_grants_and_ends_a_right_in_their_own_unit(town) -> None:
    esko = town.user("esko")
    given = grant(town, esko, unit_id=town.unit("north"))
    people.end_delegation(town.database, esko, given, on=ON, now=town.now)
    everywhere = grant(town, HOUSE)
    with pytest.raises(Forbidden):
        people.end_delegation(town.database, esko, everywhere, on=ON, now=town.now)


@pytest.mark.parametrize(("areas", "allowed"), [(["x"], False), (None, True)])
def test_a_supervisor_of_a_process_area_grants_in_its_processes(town, areas, allowed) -> None:
    actor, unit = supervisor(town, ["north"], areas), town.unit("north")
    if allowed:
        assert grant(town, actor, unit_id=unit, process="permit")
    else:
        with pytest.raises(Forbidden):
            grant(town, actor, unit_id=unit, process="permit")


def test_an_operator_sets_and_grants_anywhere_and_a_caseworker_nowhere(town) -> None:
    set_one(town, town.user("outi"))
    assert grant(town, town.user("outi"))
    with pytest.raises(Forbidden, match="no_access_role"):
        set_one(town, town.user("vilma"))
