"""Service tasks: ordered, answered, failed, timed out; what they wait for is data and never a network."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine import runner
from engine.errors import BundleError, EngineError, StepError
from engine.result import Job, Result
from tests.engine.drawing import Played, boundary, flows, folder, form, tasks, timer

CALL = '<serviceTask id="ask" asiavirta:service="register" {}><extensionElements>'
CALL += '<asiavirta:input name="code" value="first.code"/></extensionElements>{}</serviceTask>'
ANSWER = {"forms/ask.json": form(amount="money", found="yes_no"), "forms/first.json": form(code="text")}
START = '<startEvent id="s"/>'


def ask(event: str = "", *, inside: str = "", attributes: str = "", manifest: str = "") -> Played:
    """A case that calls a register between two tasks; an event on the border of the call leads to another task."""
    body = START + tasks("first", "last") + '<endEvent id="e"/>' + CALL.format(attributes, inside)
    body += flows("s > first > ask > last > e")
    if event:
        body += event + tasks("other") + '<endEvent id="f"/>' + flows("event > other > f")
    return Played(folder(body, files=ANSWER, manifest=manifest))


def order(case: Played) -> Job:
    case.start()
    (job,) = case.do("first", code="A1").jobs
    return job


def answer(case: Played, job: Job, **answers: object) -> Result:
    case.result = runner.finish_job(case.definition, case.result.state, case.situation(), job.id, answers)
    return case.result


def error(case: Played, job: Job, code: str) -> Result:
    case.result = runner.fail_job(case.definition, case.result.state, case.situation(), job.id, code)
    return case.result


def test_a_call_is_ordered_with_its_inputs_and_goes_on_with_its_answer() -> None:
    case = ask()
    job = order(case)
    assert (job.path, job.service, job.inputs) == ("ask", "register", {"code": "A1"})
    assert case.open == []
    assert answer(case, job, amount="12.50", found=True).jobs == ()
    assert case.open == ["last"]
    data = runner.scope_data(case.definition, case.result.state, case.situation(), "last")
    assert (data["ask"]["amount"], data["ask"]["found"]) == (Decimal("12.50"), True)


def test_an_answer_counts_once() -> None:
    case = ask()
    job = order(case)
    answer(case, job)
    with pytest.raises(StepError, match="no call waits for an answer"):
        answer(case, job)
    with pytest.raises(StepError, match="no call waits for an answer"):
        error(case, job, "fault")


def test_a_timeout_calls_it_off() -> None:
    case = ask(boundary("event", "ask", timer("timeDuration", "PT1H")))
    job = order(case)
    assert case.ring("event").called_off == (job.id,)
    assert case.open == ["other"]


@pytest.mark.parametrize("caught", ['errorRef="fault"', ""])
def test_a_declared_error_is_caught_on_its_border(caught) -> None:
    case = ask(boundary("event", "ask", f"<errorEventDefinition {caught}/>"))
    assert error(case, order(case), "fault").called_off
    assert case.open == ["other"]


def test_an_error_of_another_code_is_caught_by_nobody() -> None:
    case = ask(boundary("event", "ask", '<errorEventDefinition errorRef="fault"/>'))
    with pytest.raises(EngineError, match="nothing catches the error 'other'"):
        error(case, order(case), "other")


def test_an_error_rises_to_the_sub_process_around() -> None:
    call = CALL.format("", "")
    sub = f'<subProcess id="sub"><startEvent id="is"/>{call}<endEvent id="ie"/>{flows("is > ask > ie")}</subProcess>'
    wrong = boundary("wrong", "sub", '<errorEventDefinition errorRef="fault"/>')
    body = START + tasks("first", "other") + '<endEvent id="e"/><endEvent id="f"/>' + sub + wrong
    case = Played(folder(body + flows("s > first > sub > e", "wrong > other > f"), files=ANSWER))
    error(case, order(case), "fault")
    assert case.open == ["other"]


def test_a_case_that_ends_calls_off_what_it_waits_for() -> None:
    case = ask()
    job = order(case)
    result = runner.cancel(case.definition, case.result.state, case.situation())
    assert (result.called_off, result.closed) == ((job.id,), True)


def test_a_repeated_call_gives_a_list_of_answers() -> None:
    multi = "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    case = ask(inside=multi)
    case.start()
    jobs = case.do("first", code="A1").jobs
    assert len({job.id for job in jobs}) == 3
    for number, job in enumerate(jobs):
        answer(case, job, amount=str(number))
    assert [each["amount"] for each in case.result.data["ask"]] == ["0", "1", "2"]
    assert case.open == ["last"]


def test_retries_are_named_in_the_folder() -> None:
    assert ask(attributes='asiavirta:retry="patient"', manifest='[retries]\npatient = ["PT10M", "P1D"]\n')
    with pytest.raises(BundleError, match=r"expected one of process.toml's \[retries\]: none"):
        ask(attributes='asiavirta:retry="patient"')
    wrong = folder(START, manifest='[retries]\npatient = ["soon"]\n')
    assert "expected at most 50 lengths" in str(wrong.findings)
