"""What must not get out: health data without consent, a customership, and rights that somebody takes for oneself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from engine import bundle
from tasks.commands import customers, people, publishing, work
from tasks.errors import Forbidden, InvalidValue, NotFound

PERMIT = Path(__file__).parent / "bundles" / "permit"
DIAGNOSIS = "Kilpirauhasen vajaatoiminta"


@pytest.fixture
def told(town):
    """The permit's letter goes to the employer, with the applicant's diagnosis where there is consent."""
    files = dict(bundle.read(PERMIT).files)
    files["process.toml"] = files["process.toml"].replace(
        b'to = "applicant"\nfields = ["application.reason", "decide.*"]',
        b'to = "employer"\nfields = ["application.*", "decide.*"]\nconsent = ["application.reason"]',
    )
    files["permit.bpmn"] = files["permit.bpmn"].replace(b'to="applicant"', b'to="employer"')
    files["forms/application.json"] = files["forms/application.json"].replace(
        b'"x-secrecy": "ordinary"', b'"x-secrecy": "health", "x-category": "380/2023 114 \xc2\xa7"', 1
    )
    for language in ("fi", "sv"):
        name = f"letters/notice.{language}.html"
        files[name] = files[name].replace(
            b"{{ application.reason }}", b"{% if application.reason is defined %}{{ application.reason }}{% endif %}"
        )
    changed = [bundle.read(bundle.pack(files))]
    publishing.publish(
        town.database, town.user("outi"), changed, author="olga", approver="oona", from_on=date(2026, 1, 2),
        now=town.now,
    )  # fmt: skip
    return town


def letter(town, consent: dict | None) -> str:
    """The letter that the employer gets at the end of a case."""
    company = customers.create_customer(
        town.database, town.user("vilma"), kind="organisation", name="Kuituri Oy", now=town.now
    )
    case = town.start(DIAGNOSIS, parties={"applicant": town.customer, "employer": company})
    if consent is not None:
        given = {"scope": "Terveystieto työnantajalle", "from_on": date(2026, 2, 1)} | consent
        customers.add_consent(
            town.database, town.user("vilma"), town.customer, case_id=case.case_id, now=town.now, **given
        )
    done = town.complete("vilma", case.task_ids[0], {"complete": True})
    town.complete("pauli", done.opened[0], {"approved": True})
    written = town.value("SELECT html FROM documents WHERE recipient_role = 'employer'")
    assert "Kuituri Oy" in written
    return str(written)


@pytest.mark.parametrize(
    ("consent", "printed"),
    [(None, False), ({}, True), ({"to_on": date(2026, 2, 8)}, False), ({"from_on": date(2026, 2, 10)}, False)],
)
def test_a_diagnosis_reaches_an_employer_only_while_a_consent_is_in_force(told, consent, printed) -> None:
    assert (DIAGNOSIS in letter(told, consent)) is printed


def test_a_diagnosis_and_a_customership_stand_in_no_history_row_and_no_outgoing_row(told) -> None:
    customers.update_customer(
        told.database, told.user("vilma"), told.customer, changes={"protected": True}, now=told.now
    )
    letter(told, None)
    for table in ("events", "outbox", "audit", "timers", "notices", "incidents"):
        text = str([tuple(row) for row in told.rows(f"SELECT * FROM {table}")])
        for secret in (DIAGNOSIS, "131052-308T", "Salakuja"):
            assert secret not in text, table
    outgoing = str([tuple(row) for row in told.rows("SELECT payload FROM outbox")])
    assert "Sami" not in outgoing


def test_a_withdrawn_consent_holds_no_longer_the_same_day(town) -> None:
    case = town.start().case_id
    vilma = (town.database, town.user("vilma"))
    consent = customers.add_consent(
        *vilma, town.customer, case_id=case, scope="x", from_on=date(2026, 2, 1), now=town.now
    )
    customers.withdraw_consent(*vilma, consent, now=town.now)
    assert str(town.value("SELECT to_on FROM consents")) == "2026-02-08"
    assert town.events(case)[-2:] == ["consent_recorded", "consent_withdrawn"]


def test_consents_and_parties_of_a_case_are_for_who_sees_it(town) -> None:
    case = town.start().case_id
    saara = (town.database, town.user("saara"))
    with pytest.raises(Forbidden):
        customers.add_consent(*saara, town.customer, case_id=case, scope="x", from_on=date(2026, 2, 1), now=town.now)
    with pytest.raises(Forbidden):
        customers.add_party(*saara, case, role="applicant", customer_id=town.customer, now=town.now)


def test_a_party_stands_once_in_a_role_and_the_representative_is_known(town) -> None:
    case, vilma = town.start().case_id, (town.database, town.user("vilma"))
    with pytest.raises(InvalidValue, match="already"):
        customers.add_party(*vilma, case, role="applicant", customer_id=town.customer, now=town.now)
    company = customers.create_customer(*vilma, kind="organisation", name="Kuituri Oy", now=town.now)
    with pytest.raises(NotFound):
        customers.add_party(*vilma, case, role="employer", customer_id=company, representative_id=99, now=town.now)


@pytest.mark.parametrize("name", ["vilma", "esko", "olga", "oona"])
def test_publishing_is_an_operators_act(town, name) -> None:
    permit = bundle.read(PERMIT)
    with pytest.raises(Forbidden):
        publishing.publish(town.database, town.user(name), [permit], author="olga", approver="oona", now=town.now)


def test_nobody_gives_rights_to_oneself(town) -> None:
    for name in ("outi", "esko"):
        actor = town.user(name)
        assert actor.user_id is not None
        with pytest.raises(Forbidden):
            people.add_role(town.database, actor, user_id=actor.user_id, role="caseworker", now=town.now)
        with pytest.raises(Forbidden):
            people.grant_delegation(
                town.database, actor, user_id=actor.user_id, basis="x", from_on=date(2026, 1, 1), now=town.now
            )


def test_changed_rights_leave_a_row(town) -> None:
    outi = (town.database, town.user("outi"))
    people.set_active(*outi, town.user("kalle").user_id, active=False, now=town.now)
    people.set_setting(*outi, area_id=1, name="four_eyes.x", value=False, from_on=date(2026, 1, 1), now=town.now)
    kinds = [row.kind for row in town.rows("SELECT kind FROM audit WHERE user_name = 'outi' ORDER BY id")]
    assert kinds == ["rights_changed", "setting_changed"]


def test_only_who_sees_a_case_declares_oneself_disqualified_on_it(town) -> None:
    case = town.start().case_id
    for name in ("saara", "outi", "olga"):
        actor = town.user(name)
        with pytest.raises(Forbidden):
            people.declare_disqualification(town.database, actor, case, user_id=actor.user_id, reason="x", now=town.now)


def test_assigning_and_claiming_do_not_pass_disqualification_or_four_eyes(town) -> None:
    case = town.start()
    done = town.complete("pauli", case.task_ids[0], {"complete": True})
    decide, pauli = done.opened[0], town.user("pauli")
    for act in (work.claim, work.complete):
        more = {"answers": {"approved": True}} if act is work.complete else {}
        with pytest.raises(Forbidden):
            act(town.database, replace(pauli, via="cli"), decide, now=town.now + timedelta(minutes=1), **more)
    people.declare_disqualification(
        town.database, town.user("paula"), case.case_id, user_id=town.user("paula").user_id, reason="x", now=town.now
    )
    for target in ("paula", "pauli"):
        with pytest.raises(Forbidden):
            work.assign(town.database, town.user("esko"), decide, to_user_id=town.user(target).user_id, now=town.now)
