"""What an area decides for itself: who may, what is told, and targets beside the figures of the board."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tasks import area
from tasks.commands import areas, people
from tasks.errors import Forbidden, InvalidValue, NotFound
from tasks.published import published
from tests.tasks.conftest import HOUSE, Town
from tests.web.conftest import Browser

PAIR = "four_eyes.check_and_decision"
TARGET = {"value": "30", "source": "Työllisyyslautakunta 12.1.2026 § 4", "from_on": "9.2.2026"}


@pytest.fixture
def ritva(town: Town) -> Browser:
    """A supervisor of everything."""
    user = people.add_user(town.database, HOUSE, name="ritva", full_name="Ritva", now=town.now)
    people.add_role(town.database, HOUSE, user_id=user, role="supervisor", now=town.now)
    return Browser(town, "ritva")


def kept(town: Town, name: str) -> list[tuple[date, Any]]:
    """The rows of a value: from which day, and what."""
    with town.database.read() as connection:
        return [(row.from_on, row.value) for row in area.rows(connection, 1) if row.name == name]


def test_every_value_that_the_area_may_decide_is_on_the_page(town: Town, ritva: Browser) -> None:
    page = ritva.get("/area/")
    with town.database.read() as connection:
        found = area.known(published(town.database).refresh(connection), town.now.date())
    for name in found:
        assert f'href="/area/1/{name}"' in page, name
        assert 'id="new-title"' in ritva.get(f"/area/1/{name}")
    assert PAIR in found
    assert "kyllä, kun tekijöitä on ainakin kaksi" in page


def test_a_value_is_set_from_a_day_and_taken_back_before_it(town: Town, ritva: Browser) -> None:
    page = ritva.post(f"/area/1/{PAIR}", value="no", from_on="1.3.2026")
    assert "1.3.2026 alkaen: Ei" in page
    assert kept(town, PAIR) == [(date(2026, 3, 1), False)]
    page = ritva.post(f"/area/1/{PAIR}/take-back", from_on="1.3.2026")
    assert "Tuleva arvo on peruttu." in page
    assert kept(town, PAIR) == []
    ritva.post(f"/area/1/{PAIR}", value="no", from_on="9.2.2026")
    assert "Arvo on jo voimassa" in ritva.post(f"/area/1/{PAIR}/take-back", from_on="9.2.2026")
    assert kept(town, PAIR) == [(date(2026, 2, 9), False)]
    changes = town.rows("SELECT kind FROM audit WHERE kind = 'setting_changed'")
    assert len(changes) == 3


def test_a_value_set_on_the_page_reaches_the_figures_that_use_it(town: Town, ritva: Browser) -> None:
    assert 'name="purpose"' not in ritva.get("/board/people")
    ritva.post("/area/1/figures.persons", value="yes", from_on="9.2.2026")
    assert 'name="purpose"' in ritva.get("/board/people")


@pytest.mark.parametrize(
    ("name", "typed", "field", "words"),
    [
        (PAIR, {}, "value", "Anna arvo."),
        (PAIR, {"value": "ehkä"}, "value", "Valitse yksi vaihtoehdoista."),
        ("alerts.stuck_days", {"value": "kuukausi"}, "value", "”kuukausi” ei ole kokonaisluku."),
        ("alerts.stuck_days", {"value": "0"}, "value", "0 ei käy: sallittu on 1–10000."),
        ("exports.smallest_group", {"value": "4"}, "value", "4 ei käy: sallittu on 5–10000."),
        ("targets.in_time", {"value": "101", "source": "x"}, "value", "101 ei käy: sallittu on 0–100."),
        ("targets.plan_share", {"value": "101", "source": "x"}, "value", "101 ei käy: sallittu on 0–100."),
        ("targets.median", {"value": "30"}, "source", "Kerro, kuka tavoitteesta päätti ja milloin."),
        ("targets.median", {"value": "30", "source": "x" * 201}, "source", "enintään 200 merkkiä"),
        ("alerts.stuck_days", {"value": "20", "from_on": "pian"}, "from_on", "”pian” ei ole päivä."),
        ("alerts.stuck_days", {"value": "20", "from_on": "8.2.2026"}, "from_on", "8.2.2026 on jo mennyt."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_all_is_kept(
    town: Town, ritva: Browser, name: str, typed: dict[str, str], field: str, words: str
) -> None:
    page = ritva.post(f"/area/1/{name}", status=422, **({"from_on": "9.2.2026"} | typed))
    assert f'<a href="#{field}">' in page
    assert words in page
    for text in () if name == PAIR else typed.values():  # what is chosen is not typed
        assert f'value="{text}"' in page
    assert kept(town, name) == []


def test_a_target_stands_beside_its_figure_with_its_source(town: Town, ritva: Browser) -> None:
    assert "Tavoite" not in ritva.get("/board/")
    ritva.post("/area/1/targets.late", **(TARGET | {"value": "0", "borrowed": "yes"}))
    page = ritva.get("/board/")
    for words in ("enintään 0 asiaa", "tavoitteessa", TARGET["source"], "Muualta lainattu tavoite"):
        assert words in page
    town.start()
    town.pass_time(days=60)
    assert "ei tavoitteessa" in ritva.get("/board/")


def test_a_process_has_a_target_of_its_own(town: Town, ritva: Browser) -> None:
    ritva.post("/area/1/targets.median", **TARGET)
    ritva.post("/area/1/targets.median.permit", **(TARGET | {"value": "14"}))
    assert "enintään 30 päivää" in ritva.get("/board/")
    page = ritva.get("/board/?process=permit")
    assert "enintään 14 päivää" in page
    assert "enintään 30 päivää" not in page


def test_areas_seen_together_have_a_common_target_only_when_they_aim_at_the_same(town: Town, ritva: Browser) -> None:
    elsewhere = people.add_area(town.database, HOUSE, code="b", name={"fi": "Toinen"}, now=town.now)
    people.add_unit(town.database, HOUSE, code="other", name={"fi": "Muu"}, area_id=elsewhere, now=town.now)
    ritva.post("/area/1/targets.median", **TARGET)
    assert "enintään 30 päivää" not in ritva.get("/board/")
    assert "enintään 30 päivää" in ritva.get(f"/board/?unit={town.unit('north')}")
    ritva.post(f"/area/{elsewhere}/targets.median", **TARGET)
    assert "enintään 30 päivää" in ritva.get("/board/")


def test_who_supervises_a_part_of_the_area_sets_nothing(town: Town) -> None:
    esko = Browser(town, "esko")
    assert "Asetuksia muuttaa se" in esko.get("/area/")
    esko.get("/area/1/alerts.stuck_days", status=403)
    with pytest.raises(Forbidden):
        areas.take_back(town.database, town.user("esko"), area_id=1, name=PAIR, from_on=date(2027, 1, 1), now=town.now)


def test_the_page_is_for_who_governs(town: Town, vilma: Browser) -> None:
    vilma.get("/area/", status=403)
    vilma.get(f"/area/1/{PAIR}", status=403)
    assert 'href="/area/"' not in vilma.get("/tasks/")
    Browser(town, "outi").get("/area/")


def test_what_nobody_may_set_is_not_there(town: Town, ritva: Browser) -> None:
    ritva.get("/area/1/parameter.unknown", status=404)
    ritva.get("/area/99/alerts.stuck_days", status=404)
    given = {"typed": {"value": "3"}, "from_on": town.now.date(), "now": town.now}
    for area_id, name in ((1, "parameter.unknown"), (99, "alerts.stuck_days")):
        with pytest.raises(NotFound):
            areas.set_value(town.database, HOUSE, area_id=area_id, name=name, **given)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("whole", "1 200", 1200),
        ("clock", "16.15", "16:15"),
        ("clock", "8:05", "08:05"),
        ("number", "12,5", "12.5"),
        ("number", "12,0", 12),
        ("act", "here", "here"),
        ("switch", "yes", True),
    ],
)
def test_a_value_is_read_as_people_write_it(kind: Any, text: str, value: object) -> None:
    assert area.read_value(area.Known("x", "parameters", kind), {"value": text}) == value


@pytest.mark.parametrize(("kind", "text"), [("clock", "25.00"), ("number", "paljon"), ("number", "-1"), ("whole", "²")])
def test_what_is_no_value_is_refused(kind: Any, text: str) -> None:
    with pytest.raises(InvalidValue):
        area.read_value(area.Known("x", "parameters", kind), {"value": text})
