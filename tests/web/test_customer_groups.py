"""The page of customers' groups: whole quarters of the whole area, what is held back named and why, no way to cases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from sqlalchemy import insert

from tasks.figures import groups
from tasks.figures.groups import Counted, Tally
from tasks.models import FigureQuarter
from tests.tasks.conftest import Town
from tests.web.api.conftest import Machine, machine
from tests.web.conftest import Browser

Numbers = Mapping[str, Mapping[str, int]]
"""cases by trait and group, each of a customer of their own"""
MANY: Numbers = {
    "customer": {"organisation": 3, "under_25": 12, "25_34": 30, "35_44": 25, "45_54": 0, "over_54": 20},
    "language": {"fi": 80, "sv": 10},
}


def counted(numbers: Numbers = MANY, process: str = "permit") -> Counted:
    """The cases of one process: a tenth fewer completed, in ten days each."""
    found: Counted = {figure: {trait: {} for trait in groups.TRAITS} for figure in groups.FIGURES}
    for figure in groups.FIGURES:
        for trait, names in groups.TRAITS.items():
            of = found[figure][trait][process] = {name: Tally() for name in names}
            for name, n in numbers[trait].items():
                for customer in range(n):
                    of[name].add(customer, 10)
    return found


def tell(town: Town, on: date = date(2025, 10, 1), numbers: Numbers = MANY) -> None:
    """A quarter is told."""
    with town.database.transaction() as connection:
        area = town.value("SELECT id FROM areas")
        told = groups.tell(counted(numbers), 5)
        row = {"area_id": area, "quarter_on": on, "told_on": date(2026, 1, 15), "smallest": 5, "told": told}
        connection.execute(insert(FigureQuarter).values(**row))


def rows(page: str, trait: str) -> dict[str, list[str]]:
    """The numbers of a table as they are read, by group."""
    table = page.partition(f'<h2 id="trait-{trait}">')[2].partition("</table>")[0]
    found = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.S)
    return {name: re.findall(r"<td[^>]*>(.*?)</td>", cells, re.S) for name, cells in found}


def test_the_groups_of_a_quarter_are_told_and_small_ones_held_back_with_the_reason(town: Town) -> None:
    tell(town)
    page = Browser(town, "esko").get("/board/customers")
    found = rows(page, "customer")
    assert found["Henkilö, 25–34 vuotta"] == ["30", "30", "10 päivää"]
    hidden = ["ei kerrota"] * 3
    assert found["Yritys tai muu yhteisö"] == found["Henkilö, alle 25 vuotta"] == hidden
    assert found["Henkilö, 45–54 vuotta"] == hidden  # an empty group beside a small one
    assert found["Yhteensä"] == ["90", "90", "10 päivää"]
    assert rows(page, "language")["Ruotsi"] == ["10", "10", "10 päivää"]
    assert "ryhmässä on alle 5 asiakasta" in page
    assert "4. neljännes 2025, " in page


def test_no_number_leads_to_cases(town: Town) -> None:
    tell(town)
    page = Browser(town, "esko").get("/board/customers")
    assert "/board/cases" not in page.partition("<main")[2]


def test_a_quarter_and_a_process_are_chosen_and_what_is_unknown_does_not_limit(town: Town) -> None:
    tell(town)
    tell(town, date(2025, 7, 1), {"customer": {"under_25": 7}, "language": {"fi": 7}})
    esko = Browser(town, "esko")
    page = esko.get("/board/customers?quarter=2025-07-01&process=permit")
    assert rows(page, "language")["Suomi"][0] == "7"
    assert '<option value="permit" selected>' in page
    page = esko.get("/board/customers?quarter=2025-08-01&process=nothing&unit=1&from=1.7.2025&area=9")
    assert rows(page, "language")["Suomi"][0] == "80"


def test_before_any_quarter_has_been_told_the_page_says_when_the_next_is(town: Town) -> None:
    page = Browser(town, "esko").get("/board/customers")
    assert "Seuraavat lasketaan 15.4.2026" in page


def test_the_page_is_a_supervisors_and_of_their_areas_processes(town: Town, vilma: Browser) -> None:
    tell(town)
    vilma.get("/board/customers", status=403)
    assert 'href="/board/customers"' in Browser(town, "esko").get("/board/")


def test_the_api_tells_what_the_page_tells(town: Town) -> None:
    tell(town)
    blind: Machine = machine(town, ("figures:read",))
    (found,) = blind("GET", "/figures/customers")["quarters"]
    assert (found["from"], found["to"], found["smallest_group"]) == ("2025-10-01", "2025-12-31", 5)
    lines = {(row["process"], row["trait"], row["group"]): row for row in found["groups"]}
    assert lines["permit", "customer", "25_34"] | {"name": ""} == {
        "process": "permit", "trait": "customer", "group": "25_34", "name": "", "received": 30, "completed": 30,
        "mean_days": 10,
    }  # fmt: skip
    assert lines[None, "customer", "organisation"]["received"] is None
    assert lines[None, None, None]["received"] == 90
    machine(town, ("cases:read", "tasks:read"))("GET", "/figures/customers", 403)
