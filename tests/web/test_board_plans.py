"""Customers' plans on the board."""

from __future__ import annotations

import html
import re

import pytest

from tasks.commands import areas
from tests.tasks.conftest import HOUSE, Town
from tests.tasks.planned import standing
from tests.web.conftest import Browser
from tests.web.test_board import number


@pytest.fixture
def plans(town: Town) -> Town:
    """Three that were made, one not, one to be made; two of the three are past their day."""
    standing(town)
    return town


def test_the_board_tells_how_plans_stand_and_each_number_leads_to_them(plans: Town) -> None:
    esko = Browser(plans, "esko")
    page = esko.get("/board/")
    told = {
        "Suunnitelmavelka": "3", "Ajan tasalla": "25 %", "Suunnitelma tekemättä": "1",
        "Tarkistamatta määräajassa": "2", "Ajantasaisia suunnitelmia": "1", "Tehtävä vielä määräajassa": "1",
    }  # fmt: skip
    assert {figure: number(page, figure).replace("\xa0", " ") for figure in told} == told
    assert "Suunnitelma tarkistettava:" in page  # the deadline, with its section of law
    for which, rows in (("debt", 3), ("outdated", 2), ("missing", 1), ("current", 1), ("ahead", 1)):
        address = next(a for a in re.findall(r'href="([^"]+)"', page) if f"what=plans&amp;which={which}" in a)
        listed = esko.get(html.unescape(address))
        assert len(re.findall(r'<th scope="row"', listed)) == rows, which
    assert "Suunnitelma tarkistettava" in esko.get("/board/entries?what=plans&which=debt")
    esko.get("/board/entries?what=plans&which=song", status=404)


def test_a_board_without_plans_says_nothing_of_them(town: Town) -> None:
    town.start()
    assert "Suunnitelmavelka" not in Browser(town, "esko").get("/board/")


def test_a_debt_that_never_was_is_not_drawn(plans: Town) -> None:
    assert 'id="picture-plans"' in Browser(plans, "esko").get("/board/")
    page = Browser(plans, "esko").get("/board/?period=own&from=1.2.2026&to=15.2.2026")
    assert number(page, "Suunnitelmavelka") == "3"
    assert 'id="picture-plans"' not in page


def test_an_area_aims_at_plans_that_are_up_to_date(plans: Town) -> None:
    typed = {"source": "Työllisyyslautakunta 12.1.2026 § 4", "borrowed": "yes"}
    for name, value in (("targets.plan_share", "90"), ("targets.plan_debt", "3")):
        areas.set_value(
            plans.database, HOUSE, name=name, typed=typed | {"value": value}, area_id=1, from_on=plans.now.date(),
            now=plans.now,
        )  # fmt: skip
    page = Browser(plans, "esko").get("/board/").replace("\xa0", " ")
    assert "vähintään 90 %" in page
    assert "enintään 3 suunnitelmaa" in page
