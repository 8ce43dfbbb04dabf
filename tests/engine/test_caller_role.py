"""A part whose lane has the role `caller` is done by whoever has the lane in which it is called."""

from __future__ import annotations

from engine import bundle as bundles
from engine import definition
from engine.bundle import Bundle
from tests.engine.drawing import _zip, flows, folder, tasks

LANE = b'[lanes.office]\nrole = "officer"\n'
START, END = '<startEvent id="s"/>', '<endEvent id="e"/>'
CALL = START + '<callActivity id="help" calledElement="{}"/>' + END + flows("s > help > e")
BODY = START + tasks("a") + END + flows("s > a > e")


def laned(bundle: Bundle, role: str) -> Bundle:
    """The folder with another role for its lane, or with a lane of somebody outside."""
    lane = f'role = "{role}"' if role else "outside = true"
    manifest = bundle.files["process.toml"].replace(LANE, f"[lanes.office]\n{lane}\n".encode())
    return bundles.inspect(_zip(dict(bundle.files) | {"process.toml": manifest}))


def placed(bundle: Bundle) -> Bundle:
    """The folder with its call activity in the lane."""
    lane = b'<lane id="office" name="Toimisto">'
    name = f"{bundle.process}.bpmn"
    drawn = bundle.files[name].replace(lane, lane + b"<flowNodeRef>help</flowNodeRef>")
    return bundles.inspect(_zip(dict(bundle.files) | {name: drawn}))


HELPER = laned(folder(BODY, "helper", kind="part"), "caller")
MIDDLE = laned(placed(folder(CALL.format("helper"), "middle", kind="part")), "caller")


def test_the_role_is_that_of_the_lane_of_the_call() -> None:
    for role in ("officer", "expert"):
        built = definition.build(laned(placed(folder(CALL.format("helper"))), role), {"helper": HELPER})
        assert built.elements["help/a"].role == role


def test_a_part_that_is_called_by_a_part_has_the_role_of_the_outermost_call() -> None:
    parts = {"helper": HELPER, "middle": MIDDLE}
    built = definition.build(laned(placed(folder(CALL.format("middle"))), "expert"), parts)
    assert built.elements["help/help/a"].role == "expert"


def test_a_call_outside_every_lane_with_a_role_is_refused() -> None:
    caller = folder(CALL.format("helper"))
    for bundle in (caller, laned(placed(caller), "")):
        rules = {f.rule for f in definition.check(bundle, {"helper": HELPER})[1]}
        assert "part-lane" in rules
    assert not definition.check(placed(caller), {"helper": HELPER})[1]


def test_only_a_part_has_a_caller() -> None:
    assert "lane-role" in {f.rule for f in laned(folder(BODY), "caller").findings}
    assert "lane-role" not in {f.rule for f in HELPER.findings}
