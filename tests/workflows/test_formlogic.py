"""The expressions of forms know our functions, those of the case too once there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from engine.drawing import read
from engine.errors import FeelError
from engine.law import LAW
from engine.story import Story
from forms.errors import FormError
from forms.form import Form
from tasks.formlogic import compile_form
from tasks.player import Player
from tasks.published import codes, published
from tasks.queries.task import desk
from tasks.stage import EVERYONE, Stage, fresh
from tests.workflows.folders import drawn, folders, stories

EARLIER = date(2026, 2, 5)


def test_dates_are_computed_before_there_is_a_case() -> None:
    assert compile_form("end_of_month(data.start)")({"data": {"start": date(2026, 2, 9)}}) == date(2026, 2, 28)


def test_a_function_that_nobody_has_is_refused_when_the_form_is_read() -> None:
    with pytest.raises(FeelError, match="nonesuch"):
        compile_form("nonesuch(1)")


def test_a_task_opens_with_what_the_parameters_and_dates_of_the_case_say(sqlite_stage: Stage) -> None:
    story = stories()["pay_subsidy/supplement_without_reply"]
    assert opened(sqlite_stage, story, 2)["reply_days"] == 14


def test_the_day_of_payment_is_the_one_that_was_approved(sqlite_stage: Stage) -> None:
    story = stories()["pay_subsidy/paid_and_closed"]
    approved = step_of(story, "payment/approve_payment")
    assert opened(sqlite_stage, story, approved)["paid_on"] == "2026-04-20"


@pytest.mark.parametrize(
    ("name", "last", "told"),
    [
        (
            "pay_subsidy/s3_month_end_and_partial_cap", "payment/approve_payment",
            {"Jakso alkaa": "2.3.2026", "Jakso päättyy": "31.3.2026", "Haetut palkkakustannukset": "2 600,00 €",
             "Kalenteripäiviä, joilta maksetaan": "30", "Tuen osuus kustannuksista, prosenttia": "50",
             "Osuus hyväksytyistä kustannuksista": "1 300,00 €", "Enimmäismäärä tältä jaksolta": "1 260,00 €",
             "Maksettava määrä": "1 260,00 €", "Määrä päivältä": ""},
        ),
        (
            "startup_grant/income_deducted", "payment/approve_payment",
            {"Jakso alkaa": "2.2.2026", "Arkipäiviä jaksolla": "20", "Päiviä, joilta maksetaan": "20",
             "Määrä päivältä": "37,21 €", "Yhteensä ennen vähennyksiä": "744,20 €",
             "Vähennetään muita tuloja": "300,00 €", "Maksettava määrä": "444,20 €",
             "Tuen osuus kustannuksista, prosenttia": ""},
        ),
    ],
)  # fmt: skip
def test_who_approves_a_payment_sees_the_calculation(
    sqlite_stage: Stage, name: str, last: str, told: dict[str, str]
) -> None:
    story = stories()[name]
    form, data = at_hand(sqlite_stage, story, step_of(story, last) - 1)
    shown = {title: text.replace("\xa0", " ") for title, text in form.fields[0].tell(data, date(2026, 4, 1), "fi")}
    assert {title: shown.get(title, "") for title in told} == told


@pytest.mark.parametrize(
    ("name", "task"),
    [
        ("pay_subsidy/paid_and_closed", "decision/decide"),
        ("startup_grant/s5_elina", "decision/decide"),
        ("startup_grant/s5_elina", "extension_decision/decide"),
        ("training_student/interrupted_after_five_days", "selection/decision/decide"),
        ("training_student/interrupted_after_five_days", "participation/interruption_decision/decide"),
        ("payment/after_office_hours", "payment/lapse_decision/decide"),
    ],
)
def test_who_decides_is_not_asked_again_what_was_recorded_at_arrival(sqlite_stage: Stage, name: str, task: str) -> None:
    """The parties of these stories take letters, so consent is known from nowhere else than the arrival."""
    story = stories()[name]
    filled = opened(sqlite_stage, story, step_of(story, task) - 1)
    assert (filled["e_notice_consent"], filled["protected_address"]) == (True, False)


@pytest.mark.parametrize(("came", "asked"), [("letter", False), (None, True)])
def test_how_the_application_came_is_asked_only_where_it_is_not_known(came: str | None, asked: bool) -> None:
    shown = published_form("arrival", "register").field_at("/contact_channel")
    assert shown is not None
    assert shown.visible({"data": {"input": {"channel": came}}}) is asked


def test_an_application_left_with_the_trainer_arrived_on_the_day_it_came_there() -> None:
    form, came = published_form("arrival", "register"), {"arrived_on": date(2026, 2, 7)}
    days = [
        form.prefill({"case": came, "input": {"arrived_on": day}}).get("arrived_on") for day in (date(2026, 2, 5), None)
    ]
    assert days == ["2026-02-05", "2026-02-07"]


def test_who_renews_an_integration_plan_begins_with_the_present_one(sqlite_stage: Stage) -> None:
    story = stories()["integration_support/given_here_and_renewed"]
    step = step_of(story, "renew_plan") - 1
    filled = opened(sqlite_stage, story, step)
    assert (filled["goals"], filled["job_search"]) == ("Kielitaito tasolle B1 ja kokin työ.", "reduced")
    assert "integration_training" in str(filled["services"])
    form, data = at_hand(sqlite_stage, story, step)
    shown = dict(form.fields[0].tell(data, date(2026, 9, 16), "fi"))
    assert (shown["Suunnitelmakausi päättyy"], shown["Enimmäiskesto päättyy"]) == ("11.6.2027", "11.6.2028")


def test_a_selection_is_proposed_in_the_language_of_the_applicant(sqlite_stage: Stage) -> None:
    story = stories()["training_student/reserve_lapses_in_swedish"]
    filled = opened(sqlite_stage, story, step_of(story, "propose_selection") - 1)
    assert str(filled["order"]).startswith("Ni har antagits på reservplats till utbildningen ")
    assert str(filled["facts"]).startswith("Ni sökte till utbildningen ")


def test_the_amount_of_a_start_up_grant_is_estimated(sqlite_stage: Stage) -> None:
    """From 2 February to 1 August 2026 there are 130 weekdays: 130 times 37.21."""
    story = stories()["startup_grant/s5_elina"]
    assert opened(sqlite_stage, story, step_of(story, "register_checks") - 1)["de_minimis_estimate"] == "4837.30"


def test_a_statement_of_a_service_is_information_on_it(sqlite_stage: Stage) -> None:
    story = stories()["training_student/completed_with_statements"]
    filled = opened(sqlite_stage, story, step_of(story, "participation/start_statement/prepare_statement") - 1)
    told = ("Etuus työllistymistä edistävän palvelun ajalta", "information")
    assert (filled["subject"], filled["conclusion"]) == told


def test_a_claim_past_the_support_is_told_the_day_on_which_the_support_ends() -> None:
    form = published_form("pay_subsidy", "payment_claim")
    claim = {**form.example, "period_start": "2026-05-01", "period_end": "2026-05-31"}
    with pytest.raises(FormError) as refused:
        form.validate(claim, data={"period_end": date(2026, 5, 15)})
    assert [error.message("fi") for error in refused.value.errors] == [
        "Jakso jatkuu tukijakson päättymisen yli: tuki päättyy 15.5.2026."
    ]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("payment/in_time_after_all", "enintään 1\xa0260\xa0euroa kuukaudessa"),
        ("payment/in_swedish_paid", "högst 1\xa0260\xa0euro i månaden"),
        ("recovery/whole_with_interest_here", "Peritään takaisin 1\xa0260\xa0euroa. Vuotuinen korko 5,5 prosenttia"),
        ("recovery/over_hundred_euro_in_swedish", "Återkrävs 100,01\xa0euro."),
        ("startup_grant/special_reason_granted", "37,21\xa0euroa päivältä"),
    ],
)
def test_a_proposed_decision_writes_sums_as_letters_do(sqlite_stage: Stage, name: str, told: str) -> None:
    story = stories()[name]
    assert told in str(opened(sqlite_stage, story, step_of(story, "decision/decide") - 1)["order"])


def test_a_protected_address_of_the_register_is_known_at_arrival_and_at_the_decision(sqlite_stage: Stage) -> None:
    story = stories()["startup_grant/s5_elina"]
    story = replace(story, parties={role: {**values, "protected": True} for role, values in story.parties.items()})
    for task in ("arrival/register", "decision/decide"):
        assert opened(sqlite_stage, story, step_of(story, task) - 1)["protected_address"] is True


def test_every_caller_hands_the_decision_what_its_arrival_recorded() -> None:
    """A process with an arrival, and a part between it and the decision: either hands on what it has."""
    wrong = []
    for bundle in drawn():
        assert bundle.bpmn is not None
        calls = [node for node in read(bundle.bpmn, file=bundle.process).nodes.values() if node.called]
        arrivals = [node.id for node in calls if node.called == "arrival"]
        has = arrivals[0] if arrivals else "input.arrival" if "arrival" in bundle.manifest.inputs else "null"
        wrong += [f"{bundle.process}/{node.id}: {value}, expected {has}" for node in calls
                  for name, value in node.inputs if name == "arrival" and value != has]  # fmt: skip
        wrong += [f"{bundle.process}/{node.id} takes no arrival" for node in calls
                  if decides(node.called) and "arrival" not in dict(node.inputs)]  # fmt: skip
    assert wrong == []


def decides(process: str) -> bool:
    """Is it the decision, or does it call it?"""
    source = folders()[process].bpmn
    assert source is not None
    called = {node.called for node in read(source, file=process).nodes.values() if node.called}
    return process == "decision" or any(decides(each) for each in called)


def step_of(story: Story, task: str) -> int:
    """The number of the step that does a task."""
    return next(number for number, step in enumerate(story.steps) if step.target == task)


@pytest.mark.parametrize(("fixed", "told"), [(date(2026, 4, 30), "2026-04-30"), (date(2026, 12, 31), None)])
def test_a_last_day_is_offered_only_when_the_work_ends_before_the_support_would(fixed: date, told: str | None) -> None:
    form = published_form("pay_subsidy", "prepare_decision")
    application = {"application_kind": "new", "start_on": date(2026, 3, 2), "fixed_term_end_on": fixed}
    data = {"application": application, "amount": {"months": 5}, "variant": {"id": "section_86"},
            "eligibility": {"reason": []}}  # fmt: skip
    assert form.prefill(data, date(2026, 2, 16)).get("end_on") == told


def published_form(process: str, name: str) -> Form:
    """A form of a folder, read as it is published."""
    bundle = folders()[process]
    return Form.load(bundle.forms[name], file=name, compile=compile_form, codes=codes(bundle, folders()[LAW]))


def opened(stage: Stage, story: Story, last: int) -> dict[str, object]:
    """What the form of the newest open task is filled with after a step of a story."""
    form, data = at_hand(stage, story, last)
    return form.prefill(data, story.steps[last].at.date())


def at_hand(stage: Stage, story: Story, last: int) -> tuple[Form, Mapping[str, object]]:
    """The form of the newest open task after a step of a story, and the data of its case."""
    with fresh(stage) as own:
        player = Player(own, story)
        for step in story.steps[: last + 1]:
            player._step(step)
        number = max(row.number for row in player._rows("SELECT number FROM tasks WHERE case_id = :case"))
        task, now = f"{player.case_id}-{number}", story.steps[last].at
        with own.database.read() as connection:
            found = desk(connection, own.database, own.people[EVERYONE], task, now)
            versions = published(own.database).refresh(connection)
            form = versions.form(found.task.process, found.task.version, found.form)
            assert form is not None
            return form, found.data
