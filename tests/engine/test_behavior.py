"""A repeated activity may throw an event when an instance is done, and its conditions know how many there are."""

from __future__ import annotations

import pytest

from tests.engine.drawing import Played, boundary, flows, folder, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
SIGNAL, RISE = '<signalEventDefinition signalRef="ring"/>', '<escalationEventDefinition escalationRef="rise"/>'


def three(attributes: str = "", inner: str = "", event: str = SIGNAL, *, interrupting: bool = False) -> Played:
    loop = f"<multiInstanceLoopCharacteristics {attributes}><loopCardinality>3</loopCardinality>{inner}"
    body = START + f'<userTask id="a">{loop}</multiInstanceLoopCharacteristics></userTask>' + tasks("note", "after")
    body += boundary("x", "a", event, interrupting=interrupting) + END
    return Played(folder(body + flows("s > a > after > done", "x > note > done"), forms={"a": {"n": "integer"}}))


@pytest.mark.parametrize(
    ("attributes", "notes"),
    [
        ('behavior="None" noneBehaviorEventRef="shared"', [1, 2, 3]),
        ('behavior="One" oneBehaviorEventRef="shared"', [1, 1, 1]),
        ('behavior="All"', [0, 0, 0]),
        ('behavior="None"', [0, 0, 0]),
    ],
)
def test_each_the_first_or_no_instance_throws(attributes: str, notes: list[int]) -> None:
    case = three(attributes)
    case.start()
    found = []
    for _ in range(3):
        case.do("a")
        found.append(case.open.count("note"))
    assert (found, "after" in case.open) == (notes, True)


def complex_behavior(condition: str, event: str) -> str:
    thrown = f'<event id="thrown">{event}</event>'
    return f"<complexBehaviorDefinition><condition>{condition}</condition>{thrown}</complexBehaviorDefinition>"


def test_a_condition_on_the_numbers_says_when_an_event_is_thrown() -> None:
    case = three('behavior="Complex"', complex_behavior("numberOfCompletedInstances = 2", RISE), RISE)
    case.start()
    case.do("a")
    assert "note" not in case.open
    case.do("a")
    assert case.open == ["a", "note"]


def test_what_interrupts_ends_the_instances_that_are_left() -> None:
    case = three('behavior="One" oneBehaviorEventRef="shared"', interrupting=True)
    case.start()
    case.do("a")
    assert case.open == ["note"]


@pytest.mark.parametrize("order", ["false", "true"])
def test_a_completion_condition_may_ask_how_many_are_done(order: str) -> None:
    until = "<completionCondition>numberOfCompletedInstances / numberOfInstances >= 0.5</completionCondition>"
    case = three(f'isSequential="{order}"', until)
    case.start()
    case.do("a")
    assert set(case.open) == {"a"}
    case.do("a")
    assert case.open == ["after"]


TWICE = '<multiInstanceLoopCharacteristics asiavirta:collection="[1, 2]" asiavirta:item="each"/>'


@pytest.mark.parametrize("order", ["", "isSequential='true'"])
def test_a_script_is_repeated_for_each_item(order: str) -> None:
    loop = TWICE.replace("/>", f" {order}/>")
    body = START + f'<scriptTask id="x">{loop}<script>n = each * 10</script></scriptTask>' + tasks("after") + END
    case = Played(folder(body + flows("s > x > after > done")))
    assert (case.start().data["n"], case.open) == (["10", "20"], ["after"])


def test_a_message_is_awaited_for_each_item() -> None:
    body = START + f'<receiveTask id="x" messageRef="news">{TWICE}</receiveTask>' + tasks("after") + END
    case = Played(folder(body + flows("s > x > after > done"), messages=["news"]))
    assert len(case.start().waits) == 2
    case.get("news", note="one")
    assert case.open == []
    assert [record["note"] for record in case.get("news", note="two").data["news"]] == ["one", "two"]
    assert case.open == ["after"]


def test_a_letter_goes_to_each_item() -> None:
    parties = '<multiInstanceLoopCharacteristics asiavirta:collection="parties" asiavirta:item="party"/>'
    body = START + '<scriptTask id=\'x\'><script>parties = ["customer", "employer"]</script></scriptTask>'
    body += f'<sendTask id="tell" asiavirta:letter="note" asiavirta:to="=party">{parties}</sendTask>' + END
    letter = "<p>Hei</p>"
    case = Played(folder(body + flows("s > x > tell > done"), files={"letters/note.fi.html": letter}))
    assert [found.to for found in case.start().letters] == ["customer", "employer"]
