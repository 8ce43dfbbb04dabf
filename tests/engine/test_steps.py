"""Steps added, joined, moved and taken out in a list: the drawing reads well afterwards, and the rest is as it was."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from engine.drawing import read
from engine.errors import RedrawError
from engine.redraw import Change, redraw, steps
from engine.redraw.outline import outline
from tests.engine.exporting import export
from tests.workflows.folders import drawn

FOLDERS = {bundle.process: bundle.bpmn or b"" for bundle in drawn() if bundle.bpmn and len(bundle.bpmn) < 60_000}
REPLY = FOLDERS["supplement_request"]


def made(data: bytes, change: Callable[..., list[Change]], *given: str, **named: str) -> bytes:
    return redraw(data, change(data, *given, **named, file="x"), file="x")


def overlaps(data: bytes) -> set[frozenset[str]]:
    """Shapes of one level that lie on each other."""
    page = steps.Page(data, "x")
    boxes = [(id, box) for id, box in page.boxes.items() if id not in page.frames and id in page.diagram.nodes]
    return {
        frozenset((one, other))
        for at, (one, a) in enumerate(boxes)
        for other, b in boxes[at + 1 :]
        if a.x < b.right and b.x < a.right and a.y < b.y + b.height and b.y < a.y + a.height
    }


def test_a_step_is_added_into_the_flow_and_what_follows_makes_room() -> None:
    there = made(REPLY, steps.add_after, "write_request", kind="userTask", id="ask_more", name="Kysy lisää")
    before, after = read(REPLY, file="x"), read(there, file="x")
    assert [flow.target for flow in after.leaving("write_request")] == ["ask_more"]
    assert [flow.target for flow in after.leaving("ask_more")] == ["set_reply_date"]
    assert (after.nodes["ask_more"].name, after.nodes["ask_more"].lane) == ("Kysy lisää", "handler")
    assert set(after.nodes) - set(before.nodes) == {"ask_more"}
    assert overlaps(there) == overlaps(REPLY)
    page = steps.Page(there, "x")
    assert page.boxes["write_request"].right < page.boxes["ask_more"].x < page.boxes["set_reply_date"].x
    assert page.boxes["supplement_request_pool"].right > steps.Page(REPLY, "x").boxes["supplement_request_pool"].right


def loose(data: bytes) -> set[str]:
    """Ends of arrows that touch no border of the shape that they leave or lead to; told as flow: shape."""
    page = steps.Page(data, "x")
    ends = [
        (f"{flow.id}: {id}", page.boxes[id], page.lines[flow.id][at])
        for flow in page.diagram.flows
        for id, at in ((flow.source, 0), (flow.target, -1))
        if flow.id in page.lines and id in page.boxes
    ]
    return {
        told for told, box, (x, y) in ends
        if not (box.x - 1 <= x <= box.right + 1 and box.y - 1 <= y <= box.y + box.height + 1)
    }  # fmt: skip


@pytest.mark.parametrize("process", sorted(FOLDERS))
def test_arrows_stay_on_their_shapes_when_room_is_made(process: str) -> None:
    data = FOLDERS[process]
    hosts = [node.id for node in read(data, file="x").nodes.values() if node.kind.endswith("Task")]
    for host in hosts:
        there = made(data, steps.add_after, host, kind="userTask", id="added", name="Lisätty")
        assert loose(there) <= loose(data), host


def test_what_says_something_stays_byte_for_byte_where_only_shapes_move() -> None:
    there = made(REPLY, steps.add_after, "write_request", kind="userTask", id="ask_more", name="Kysy lisää")
    model = REPLY[: REPLY.index(b"  <bpmndi:")].splitlines()
    gone = [line for line in model if line not in there.splitlines()]
    assert [line.strip()[:60] for line in gone] == [
        b'<bpmn:sequenceFlow id="write_request_to_set_reply_date" sour'[:60]
    ]


def test_a_taken_out_step_lets_what_led_to_it_lead_on() -> None:
    there = read(made(REPLY, steps.take_out, "set_reply_date"), file="x")
    assert [flow.target for flow in there.leaving("write_request")] == ["send_request"]
    added = made(REPLY, steps.add_after, "write_request", kind="userTask", id="ask_more", name="Kysy lisää")
    back = read(made(added, steps.take_out, "ask_more"), file="x")
    ends = {(flow.source, flow.target) for flow in back.flows}
    assert ends == {(flow.source, flow.target) for flow in read(REPLY, file="x").flows}


def test_a_step_is_moved_behind_another_and_the_flows_close() -> None:
    there = read(made(REPLY, steps.move_after, "write_request", "set_reply_date"), file="x")
    assert [flow.target for flow in there.leaving("completion_needed")] == ["set_reply_date"]
    assert [flow.target for flow in there.leaving("set_reply_date")] == ["write_request"]
    assert [flow.target for flow in there.leaving("write_request")] == ["send_request"]


def test_two_steps_are_joined_once() -> None:
    there = made(REPLY, steps.join, "write_request", "no_reply")
    assert {flow.target for flow in read(there, file="x").leaving("write_request")} == {"set_reply_date", "no_reply"}
    with pytest.raises(RedrawError, match="already"):
        steps.join(there, "write_request", "no_reply", file="x")


@pytest.mark.parametrize(
    ("act", "given"),
    [
        (lambda: steps.add_after(REPLY, "replied", kind="userTask", id="a", name="", file="x"), "end"),
        (lambda: steps.add_after(REPLY, "nowhere", kind="userTask", id="a", name="", file="x"), "nowhere"),
        (lambda: steps.add_after(REPLY, "write_request", kind="process", id="a", name="", file="x"), "process"),
        (lambda: steps.move_after(REPLY, "reply_recorded", "write_request", file="x"), "exactly one"),
        (lambda: steps.move_after(REPLY, "replied", "write_request", file="x"), "cannot stand"),
        (lambda: steps.take_out(REPLY, "nowhere", file="x"), "nowhere"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_sentence(act: Callable[[], object], given: str) -> None:
    with pytest.raises(RedrawError, match=given):
        act()


@pytest.mark.parametrize("process", sorted(FOLDERS))
def test_a_list_has_every_element_once_and_starts_before_what_they_lead_to(process: str) -> None:
    diagram = read(FOLDERS[process], file="x")
    order = [row.node.id for row in outline(diagram)]
    assert sorted(order) == sorted(diagram.nodes)
    for start in diagram.starts(""):
        assert all(order.index(start.id) < order.index(flow.target) for flow in diagram.leaving(start.id))


@pytest.mark.parametrize("seed", range(12))
def test_random_acts_keep_the_drawing_whole(seed: int) -> None:
    dice = random.Random(seed)
    data = dice.choice(list(FOLDERS.values()))
    for number in range(4):
        nodes = [node.id for node in read(data, file="x").nodes.values() if node.kind not in ("startEvent", "endEvent")]
        one, other = dice.choice(nodes), dice.choice(nodes)
        acts: list[Callable[[], list[Change]]] = [
            lambda one=one, number=number, data=data: steps.add_after(
                data, one, kind="userTask", id=f"new_{number}", name="Uusi", file="x"
            ),
            lambda one=one, other=other, data=data: steps.move_after(data, one, other, file="x"),
            lambda one=one, other=other, data=data: steps.join(data, one, other, file="x"),
            lambda one=one, data=data: steps.take_out(data, one, file="x"),
        ]  # type: ignore[misc]
        try:
            data = redraw(data, dice.choice(acts)(), file="x")
        except RedrawError:
            continue
        diagram = read(data, file="x")
        assert all({flow.source, flow.target} <= set(diagram.nodes) for flow in diagram.flows)
        assert len({(f.source, f.target) for f in diagram.flows}) <= len(diagram.flows)


def test_a_drawing_without_a_layout_is_changed_too() -> None:
    data = export("camunda_7")
    task = next(node.id for node in read(data, file="x").nodes.values() if node.kind == "userTask")
    there = made(data, steps.add_after, task, kind="userTask", id="uusi", name="Uusi")
    assert [flow.target for flow in read(there, file="x").leaving(task)] == ["uusi"]
