"""Data objects run: what an association moves lies in the case's data under the object's id; an arrow alone is told."""

from __future__ import annotations

from engine import lint
from tests.engine.drawing import Played, drawing, flow, flows, folder, message, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
OBJECT = '<dataObject id="grant"/><dataObjectReference id="ref" name="Tuki" dataObjectRef="grant"/>'
FORMS = {"a": {"amount": "integer"}, "b": {"amount": "integer"}}


def given(how: str, output: str = "") -> str:
    io = f"<ioSpecification>{output}</ioSpecification>" if output else ""
    return f"{io}<dataOutputAssociation id='o'>{how}</dataOutputAssociation>"


def task(inner: str, tag: str = "userTask", id: str = "a") -> str:
    return f'<{tag} id="{id}">{inner}</{tag}>'


def done(inner: str, *more: str) -> Played:
    body = START + OBJECT + task(inner) + tasks("b") + END + "".join(more)
    case = Played(folder(body + flows("s > a > b > done"), forms=FORMS))
    case.start()
    case.do("a", amount=7)
    return case


def test_a_named_output_is_written_to_the_data_object() -> None:
    output = '<dataOutput id="out" name="amount"/>'
    assert done(given("<sourceRef>out</sourceRef><targetRef>ref</targetRef>", output)).result.data["grant"] == "7"


def test_a_transformation_is_feel() -> None:
    case = done(given("<targetRef>ref</targetRef><transformation>a.amount * 2</transformation>"))
    assert case.result.data["grant"] == "14"


def test_an_assignment_writes_one_field_and_leaves_the_others() -> None:
    def set(field: str, value: str) -> str:
        assignment = f"<assignment><from>{value}</from><to>grant.{field}</to></assignment>"
        return given(f"<targetRef>ref</targetRef>{assignment}")

    case = done(set("first", "a.amount") + set("second", "a.amount + 1"))
    assert case.result.data["grant"] == {"first": "7", "second": "8"}


def test_conditions_read_a_data_object_by_its_id() -> None:
    body = START + OBJECT + task(given("<targetRef>ref</targetRef><transformation>a.amount > 5</transformation>"))
    body += '<exclusiveGateway id="g" default="g_to_b"/>' + tasks("b", "c") + END
    case = Played(
        folder(body + flows("s > a > g > b > done", "c > done") + flow("g", "c", "grant = true"), forms=FORMS)
    )
    case.start()
    case.do("a", amount=6)
    assert case.open == ["c"]


def test_a_message_that_comes_in_is_written_too() -> None:
    output = '<dataOutput id="out" name="note"/><dataOutputAssociation id="o"><sourceRef>out</sourceRef>'
    output += "<targetRef>ref</targetRef></dataOutputAssociation>"
    catch = f'<intermediateCatchEvent id="x">{output}{message("news")}</intermediateCatchEvent>'
    case = Played(folder(START + OBJECT + catch + tasks("b") + END + flows("s > x > b > done"), messages=["news"]))
    case.start()
    case.get("news", note="hello")
    assert case.result.data["grant"] == "hello"


CALLED = "[inputs]\nsum = {fi = 'a', sv = 'b', en = 'c'}\n[outputs]\ntwice = 'input.sum * 2'\n"


def test_a_call_takes_and_gives_data_objects() -> None:
    io = '<ioSpecification><dataInput id="i" name="sum"/><dataOutput id="out" name="twice"/></ioSpecification>'
    io += '<dataInputAssociation id="ia"><sourceRef>ref</sourceRef><targetRef>i</targetRef></dataInputAssociation>'
    io += '<dataOutputAssociation id="oa"><sourceRef>out</sourceRef><targetRef>ref</targetRef></dataOutputAssociation>'
    call = f'<callActivity id="call" calledElement="helper">{io}</callActivity>'
    written = task(given("<targetRef>ref</targetRef><transformation>a.amount</transformation>"))
    body = START + OBJECT + written + call + tasks("b") + END + flows("s > a > call > b > done")
    helper = folder(
        '<startEvent id="hs"/><endEvent id="he"/>' + flows("hs > he"), "helper", kind="part", manifest=CALLED
    )
    case = Played(folder(body, forms=FORMS), helper)
    case.start()
    case.do("a", amount=7)
    assert case.result.data["grant"] == "14"


def test_a_repeated_activity_goes_through_a_data_object_and_writes_when_all_are_done() -> None:
    io = (
        '<ioSpecification><dataInput id="i"/></ioSpecification><dataInputAssociation id="ia"><sourceRef>ref</sourceRef>'
    )
    io += "<targetRef>i</targetRef></dataInputAssociation>"
    io += "<dataOutputAssociation id='o2'><targetRef>sum</targetRef><transformation>count(b)</transformation>"
    io += "</dataOutputAssociation><multiInstanceLoopCharacteristics><loopDataInputRef>i</loopDataInputRef>"
    io += '<inputDataItem id="one" name="one"/></multiInstanceLoopCharacteristics>'
    first = task(given("<targetRef>ref</targetRef><transformation>[a.amount, 2]</transformation>"))
    body = START + OBJECT + '<dataObject id="sum"/>' + first + task(io, id="b") + tasks("c") + END
    case = Played(folder(body + flows("s > a > b > c > done"), forms=FORMS))
    case.start()
    case.do("a", amount=7)
    assert [step.item for step in case.result.steps] == ["7", "2"]
    case.do("b")
    assert "sum" not in case.result.data
    assert case.do("b").data["sum"] == "2"


def test_an_arrow_that_says_nothing_is_told_and_changes_nothing() -> None:
    arrow = given("<targetRef>ref</targetRef>")
    case = done(arrow)
    assert "grant" not in case.result.data
    told = lint.check(drawing(START + OBJECT + task(arrow) + END + flows("s > a > done")), "x.bpmn")[0]
    assert [rewrite.element for rewrite in told] == ["ref", "o"]


def test_what_moves_data_is_not_told_as_an_arrow() -> None:
    moving = given("<targetRef>ref</targetRef><transformation>1</transformation>")
    assert lint.check(drawing(START + OBJECT + task(moving) + END + flows("s > a > done")), "x.bpmn") == ((), ())
