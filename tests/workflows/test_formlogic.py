"""The expressions of forms know our functions, those of the case too once there is one."""

from __future__ import annotations

from datetime import date

import pytest

from engine.errors import FeelError
from engine.law import LAW
from forms.form import Form
from tasks.formlogic import compile_form
from tasks.player import Player
from tasks.published import codes, published
from tasks.queries.task import desk
from tasks.stage import EVERYONE, Stage, fresh
from tests.workflows.folders import folders, stories


def test_dates_are_computed_before_there_is_a_case() -> None:
    assert compile_form("end_of_month(data.start)")({"data": {"start": date(2026, 2, 9)}}) == date(2026, 2, 28)


def test_a_function_that_nobody_has_is_refused_when_the_form_is_read() -> None:
    with pytest.raises(FeelError, match="nonesuch"):
        compile_form("nonesuch(1)")


def test_a_task_opens_with_what_the_parameters_and_dates_of_the_case_say(sqlite_stage: Stage) -> None:
    assert opened(sqlite_stage, "supplement_without_reply", 2)["reply_days"] == 14


def test_the_day_of_payment_is_the_one_that_was_approved(sqlite_stage: Stage) -> None:
    steps = stories()["pay_subsidy/paid_and_closed"].steps
    approved = next(number for number, step in enumerate(steps) if step.target == "payment/approve_payment")
    assert opened(sqlite_stage, "paid_and_closed", approved)["paid_on"] == "2026-04-20"


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


def opened(stage: Stage, name: str, last: int) -> dict[str, object]:
    """What the form of the newest open task is filled with after a step of a story."""
    story = stories()[f"pay_subsidy/{name}"]
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
            return form.prefill(found.data, now.date())
