"""What pages read of cases, customers and processes, on either database."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert, select

from tasks.commands import cases as case_commands
from tasks.commands import customers as customer_commands
from tasks.commands.people import declare_disqualification
from tasks.commands.views import record_views
from tasks.models import Deadline
from tasks.queries import case, consent, customer, papers, process, reach, search, wait
from tests.tasks.conftest import HOUSE, NOW, Town

AREAS = {"permit": "permits"}


def rights(town: Town, who: str, case_id: int | None = None) -> object:
    with town.database.read() as connection:
        return reach.rights(connection, town.user(who).user_id or 0, town.now.date(), case_id)


def numbers(town: Town, who: str, **wanted: str) -> list[str]:
    within = reach.within(rights(town, who), AREAS)  # type: ignore[arg-type]
    with town.database.read() as connection:
        return [row.number for row in search.cases(connection, within, **wanted)]  # type: ignore[arg-type]


def test_a_case_is_read_with_its_parties_tasks_dates_and_papers(town: Town) -> None:
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    with town.database.read() as connection:
        head = case.head(connection, started.case_id)
        assert head is not None
        assert (head.number, head.status, head.unit["fi"]) == (started.number, "open", "Pohjola")
        assert case.case_id(connection, started.number) == started.case_id
        assert [party.name for party in case.parties(connection, started.case_id)] == ["Sami Esimerkki"]
        assert [task.completed_by for task in case.tasks(connection, started.case_id)] == ["Vilma"]
        assert case.deadlines(connection, started.case_id)[0].state == "open"
        assert [each.message for each in case.waits(connection, started.case_id)] == ["reply"]
        assert [row.form for row in papers.answers(connection, started.case_id)] == ["check", "application"]
        events = papers.events(connection, started.case_id)
        assert papers.event_count(connection, started.case_id) == len(events)
        assert papers.events(connection, started.case_id, limit=1, before=2)[0].kind == "case_started"
        assert papers.people(connection, events) == {}


def test_a_missing_case_reads_as_none(town: Town) -> None:
    with town.database.read() as connection:
        assert case.head(connection, 999) is None
        assert papers.document_html(connection, 999, 1) is None
        assert papers.attachment(connection, 999, 1) is None
        assert customer.page(connection, 999) is None


def test_cases_are_found_within_reach_by_number_name_and_code(town: Town) -> None:
    number = town.start().number
    for words in (number, number.lower(), "sami", "ESIM", "131052-308t"):
        assert numbers(town, "vilma", words=words) == [number]
    assert numbers(town, "vilma", words="%") == []
    assert numbers(town, "vilma", process="other") == []
    assert numbers(town, "vilma", status="closed") == []
    assert numbers(town, "saara") == []
    assert numbers(town, "outi") == []


def test_a_name_is_found_whatever_the_case_of_its_letters(town: Town) -> None:
    customer_commands.create_customer(town.database, HOUSE, kind="person", name="Åsa Ääkkönen", now=NOW)
    with town.database.read() as connection:
        for words in ("ääkkönen", "Ääk", "åsa ääkk"):
            assert [row.name for row in customer.found(connection, words)] == ["Åsa Ääkkönen"]


def test_a_disqualified_person_does_not_find_the_case(town: Town) -> None:
    started = town.start()
    vilma = town.user("vilma")
    declare_disqualification(
        town.database, vilma, started.case_id, user_id=vilma.user_id or 0, reason="Sukulainen", now=town.now
    )
    assert numbers(town, "vilma") == []
    assert numbers(town, "kalle") == [started.number]


def test_a_customers_page_reads_cases_and_coming_dates(town: Town) -> None:
    first, second = town.start(), town.start()
    case_commands.cancel_case(town.database, town.user("vilma"), first.case_id, reason="Perui", now=town.now)
    within = reach.within(rights(town, "vilma"), AREAS)  # type: ignore[arg-type]
    with town.database.read() as connection:
        assert [row.id for row in customer.cases(connection, town.customer, within)] == [
            second.case_id,
            first.case_id,
        ]
        assert {row.case_id for row in customer.coming(connection, town.customer, within)} == {second.case_id}
        assert customer.case_count(connection, town.customer) == 2
        assert [row.id for row in customer.with_cases(connection, within)] == [town.customer]
        assert consent.of_customer(connection, town.customer, within) == ()


def test_processes_are_read_with_their_versions_and_running_cases(town: Town) -> None:
    town.start()
    within = reach.within(rights(town, "vilma"), AREAS)  # type: ignore[arg-type]
    with town.database.read() as connection:
        assert process.open_cases(connection, within) == {"permit": 1}
        assert process.version_cases(connection, "permit", within) == {1: 1}
        assert [(row.author, row.approver) for row in process.versions(connection, "permit")] == [("olga", "oona")]


def test_the_form_of_an_awaited_message_reads_the_case(town: Town) -> None:
    started = town.start("Savipaja")
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    with town.database.read() as connection:
        (waited,) = case.waits(connection, started.case_id)
    data = wait.data(town.database, town.user("vilma"), started.case_id, waited.path, town.now)
    assert data["application"]["reason"] == "Savipaja"


def test_a_list_is_recorded_row_by_row(town: Town) -> None:
    record_views(
        town.database, town.user("vilma"), what="case_list", why="role_in_unit", now=town.now,
        seen=[(town.customer, None), (town.customer, None)],
    )  # fmt: skip
    record_views(town.database, town.user("vilma"), what="x", why="x", now=town.now, seen=[])
    assert town.value("SELECT count(*) FROM views") == 2


def test_the_most_urgent_come_first_on_every_page_and_those_without_a_date_last(town: Town) -> None:
    for age in (3, 0, 0, 9, 3):
        town.start(occurred_at=town.now - timedelta(days=age))
    without = town.start(occurred_at=town.now - timedelta(days=20))
    town.complete("vilma", without.task_ids[0], {"complete": "true"})
    for later in (0, 4):  # two dates that a case waits for, on one day or not
        another_date(town, town.start(occurred_at=town.now - timedelta(days=9)).case_id, later)
    with town.database.read() as connection:
        found = search.cases(connection, reach.everything(), limit=50)
        assert {row.next_on is None for row in found} == {True, False}
        wanted = sorted(found, key=lambda row: (row.next_on or date.max, -row.arrived_on.toordinal(), -row.id))
        for size in (1, 2, 3, 6, 7, 50):
            paged = [
                row
                for after in range(0, len(found) + size, size)
                for row in search.cases(connection, reach.everything(), limit=size, after=after, urgent=True)
            ]
            assert paged == wanted, size


def another_date(town: Town, case_id: int, later: int) -> None:
    """A second deadline beside the one that the case has, so many days later."""
    with town.database.transaction() as connection:
        row = connection.execute(select(*Deadline.__table__.columns).where(Deadline.case_id == case_id)).one()
        more = {"number": row.number + 50, "name": "other", "due_on": row.due_on + timedelta(days=later)}
        connection.execute(insert(Deadline).values(row._asdict() | more))
