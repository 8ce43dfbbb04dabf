"""The figures over the API: those of the board, defined; nothing of small groups for who reads no cases."""

from __future__ import annotations

from tasks.commands import areas
from tasks.figures import small
from tests.tasks.conftest import HOUSE, Town
from tests.tasks.planned import standing
from tests.web.api.conftest import Machine, machine


def test_the_figures_are_those_of_the_units_with_their_definitions(town: Town, api: Machine) -> None:
    town.start()
    town.start(unit_id=town.unit("south"), actor=town.user("saara"))
    found = api("GET", "/figures", headers={"Accept-Language": "sv"})
    assert (found["now"]["open"], found["now"]["received"], found["before"]["received"]) == (1, 1, 0)
    assert [(row["process"], row["open"]) for row in found["processes"]] == [("permit", 1)]
    assert {"id": "open", "name": "Öppna"}.items() <= found["definitions"][2].items()
    assert api("GET", "/figures?from=2026-01-01&to=2026-01-31")["now"]["received"] == 0
    assert api("GET", "/figures?process=other")["now"]["open"] == 0


def test_targets_of_the_area_stand_beside_the_figures(town: Town, api: Machine) -> None:
    assert api("GET", "/figures")["targets"] == []
    typed = {"value": "30", "source": "Työllisyyslautakunta 12.1.2026 § 4", "borrowed": "yes"}
    asked = {"area_id": 1, "from_on": town.now.date(), "now": town.now}
    areas.set_value(town.database, HOUSE, name="targets.median", typed=typed, **asked)
    areas.set_value(town.database, HOUSE, name="targets.median.permit", typed=typed | {"value": "14"}, **asked)
    told = {"figure": "median", "at": 30, "unit": "days", "direction": "at_most", "borrowed": True}
    told["source"] = typed["source"]
    assert api("GET", "/figures")["targets"] == [told]
    assert api("GET", "/figures?process=permit&unit=north")["targets"] == [told | {"at": 14}]


def test_products_stand_beside_the_figures_by_kind_and_process_and_small_numbers_are_held_back(
    town: Town, api: Machine
) -> None:
    for _ in range(small.FEWEST - 1):
        town.complete("vilma", town.start().task_ids[0], {"complete": "true"})
    n = small.FEWEST - 1
    row = {"kind": "interview", "now": n, "before": 0, "processes": [{"process": "permit", "now": n, "before": 0}]}
    found = api("GET", "/figures", headers={"Accept-Language": "en"})
    assert found["products"] == [row]
    assert {"id": "product_interview", "name": "Interviews"}.items() <= found["definitions"][-2].items()
    blind = machine(town, ("figures:read",))
    held = row | {"now": None, "processes": [{"process": "permit", "now": None, "before": 0}]}
    assert blind("GET", "/figures")["products"] == [held]
    town.complete("vilma", town.start().task_ids[0], {"complete": "true"})
    assert blind("GET", "/figures")["products"][0]["now"] == small.FEWEST


def test_a_period_that_is_none_is_refused_at_its_place(api: Machine) -> None:
    for query in ("from=2026-02-02&to=2026-02-01", "from=2001-01-01"):
        told = api("GET", f"/figures?{query}", 422)
        assert told["errors"][0]["pointer"] == "?query/from"


def test_who_reads_no_cases_is_told_nothing_of_small_groups(town: Town) -> None:
    blind = machine(town, ("figures:read",))
    for _ in range(small.FEWEST - 1):
        town.start()
    assert blind("GET", "/figures")["now"]["open"] is None
    town.start()
    found = blind("GET", "/figures")
    assert found["now"]["open"] == small.FEWEST
    assert found["now"]["late"] == 0
    assert found["now"]["median_days"] is None


def test_a_single_small_group_takes_another_with_it_so_that_the_total_does_not_tell_it() -> None:
    assert small.told({"a": 3, "b": 9, "c": 7, "d": 0}) == {"a": None, "b": 9, "c": None, "d": 0}
    assert small.told({"a": 3, "b": 2, "c": 7}) == {"a": None, "b": None, "c": 7}
    assert small.told({"a": 1, "b": 1, "c": 7, "d": 9}) == {"a": None, "b": None, "c": None, "d": 9}
    assert small.told({"a": 5, "b": 9}) == {"a": 5, "b": 9}
    assert small.told({"a": 3, "b": 0}) == {"a": None, "b": 0}
    assert (small.total(3), small.total(12), small.total(0)) == (None, 12, 0)


def test_plans_stand_beside_the_figures(town: Town, api: Machine) -> None:
    standing(town)
    now = {"current": 1, "outdated": 2, "missing": 1, "ahead": 1, "debt": 3, "share": 0.25}
    found = api("GET", "/figures")["plans"]
    assert (found["now"], found["processes"]) == (now, [now | {"process": "example"}])
    assert (found["before"]["current"], found["before"]["missing"]) == (3, 1)
    blind = machine(town, ("figures:read",))("GET", "/figures")["plans"]
    assert set(blind["now"].values()) == {None}
    assert blind["processes"] == []
