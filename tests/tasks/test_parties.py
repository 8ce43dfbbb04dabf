"""Parties that come and go, and consents that say what they cover, what for and who may get it."""

from __future__ import annotations

from datetime import date

import pytest

from engine.manifest import PartyRole
from tasks.commands import cases, customers
from tasks.errors import Forbidden, InvalidValue, NotFound, WrongState
from tests.tasks.test_publishing import changed, publish
from tests.tasks.test_secrecy import DIAGNOSIS, letter, told  # noqa: F401  # a fixture

REASON = ["permit:application.reason"]


def employer(town, case: int) -> int:
    """A company is added as the employer; gives the number of its part."""
    company = customers.create_customer(
        town.database, town.user("vilma"), kind="organisation", name="Kuituri Oy", now=town.now
    )
    return customers.add_party(
        town.database, town.user("vilma"), case, role="employer", customer_id=company, now=town.now
    )


def end(town, case: int, number: int, who: str = "vilma", reason: str = "Väärä yritys") -> None:
    customers.end_party(town.database, town.user(who), case, number, reason=reason, now=town.now)


def test_a_party_added_in_error_ends_and_the_history_keeps_why(town) -> None:
    case = town.start().case_id
    end(town, case, employer(town, case))
    assert town.value("SELECT count(*) FROM parties WHERE ended_at IS NOT NULL") == 1
    assert town.events(case)[-2:] == ["party_added", "party_ended"]
    employer_again = town.value("SELECT id FROM customers WHERE kind = 'organisation'")
    customers.add_party(
        town.database, town.user("vilma"), case, role="employer", customer_id=employer_again, now=town.now
    )


def test_a_role_takes_one_party_at_a_time(town) -> None:
    case = town.start().case_id
    first = employer(town, case)
    with pytest.raises(InvalidValue, match="the role takes one"):
        employer(town, case)
    end(town, case, first)
    employer(town, case)


def test_a_role_of_several_takes_as_many_as_there_are(town, tmp_path) -> None:
    new = changed("process.toml", "[parties.employer]", "[parties.employer]\nseveral = true", tmp_path)
    publish(town, new)
    case = town.start().case_id
    assert len({employer(town, case), employer(town, case)}) == 2


def test_a_part_ends_once_by_who_sees_the_case_and_never_the_principals(town) -> None:
    case = town.start().case_id
    number = employer(town, case)
    principal = town.value("SELECT number FROM parties WHERE principal")
    with pytest.raises(InvalidValue, match="principal"):
        end(town, case, principal)
    with pytest.raises(NotFound):
        end(town, case, 99)
    with pytest.raises(Forbidden):
        end(town, case, number, "saara")
    with pytest.raises(InvalidValue):
        end(town, case, number, reason=" ")
    end(town, case, number)
    with pytest.raises(WrongState):
        end(town, case, number)


def test_a_case_has_one_principal_customer_and_takes_no_party_after_closing(town) -> None:
    case = town.start().case_id
    other = customers.create_customer(town.database, town.user("vilma"), kind="person", name="Aino", now=town.now)
    vilma = (town.database, town.user("vilma"), case)
    with pytest.raises(InvalidValue, match="one principal"):
        customers.add_party(*vilma, role="applicant", customer_id=other, now=town.now)
    number = employer(town, case)
    cases.cancel_case(*vilma, reason="Perui", now=town.now)
    with pytest.raises(WrongState):
        end(town, case, number)


@pytest.mark.parametrize(
    ("consent", "printed"),
    [({"fields": REASON, "recipient": "employer"}, True), ({"fields": REASON, "recipient": "applicant"}, False),
     ({"fields": REASON, "recipient": ""}, False), ({"fields": [], "recipient": "employer"}, False)],
)  # fmt: skip
def test_a_letter_prints_what_the_consent_covers_to_whom_it_names(told, consent, printed) -> None:  # noqa: F811
    assert (DIAGNOSIS in letter(told, consent | {"purpose": "Työn sovittaminen"})) is printed


@pytest.mark.parametrize(
    "wrong", [{"fields": ["permit:application.nothing"]}, {"fields": REASON}, {"recipient": "nobody"}]
)
def test_a_consent_covers_what_the_letters_of_the_case_ask_for(town, wrong) -> None:
    case = town.start().case_id
    with pytest.raises(InvalidValue):
        customers.add_consent(
            town.database, town.user("vilma"), town.customer, case_id=case, scope="x", from_on=date(2026, 2, 1),
            now=town.now, **wrong,
        )  # fmt: skip


def test_the_consent_of_a_party_added_in_error_no_longer_counts(told) -> None:  # noqa: F811
    case = told.start(DIAGNOSIS)
    vilma = (told.database, told.user("vilma"))
    wrong = customers.create_customer(*vilma, kind="organisation", name="Toinen Oy", now=told.now)
    number = customers.add_party(*vilma, case.case_id, role="employer", customer_id=wrong, now=told.now)
    customers.add_consent(*vilma, wrong, case_id=case.case_id, scope="x", from_on=date(2026, 2, 1), now=told.now)
    end(told, case.case_id, number)
    employer(told, case.case_id)
    done = told.complete("vilma", case.task_ids[0], {"complete": True})
    told.complete("pauli", done.opened[0], {"approved": True})
    assert DIAGNOSIS not in told.value("SELECT html FROM documents WHERE recipient_role = 'employer'")


def test_a_consent_is_withdrawn_once(town) -> None:
    case, vilma = town.start().case_id, (town.database, town.user("vilma"))
    consent = customers.add_consent(
        *vilma, town.customer, case_id=case, scope="x", from_on=date(2026, 2, 1), now=town.now
    )
    customers.withdraw_consent(*vilma, consent, now=town.now)
    with pytest.raises(WrongState):
        customers.withdraw_consent(*vilma, consent, now=town.now)


@pytest.mark.parametrize(("role", "kind", "fits"), [("any", "person", True), ("any", "organisation", True),
                                                    ("person", "organisation", False)])  # fmt: skip
def test_a_role_may_be_for_a_person_an_organisation_or_either(role, kind, fits) -> None:
    assert PartyRole({"fi": "saaja"}, role, True).fits(kind) is fits
