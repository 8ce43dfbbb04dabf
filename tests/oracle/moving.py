"""A case that is moved to another version while it runs: the oracle keeps its position and takes the other chart."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from engine import runner
from tests.oracle.chart import Flow, Node
from tests.oracle.dice import Dice
from tests.oracle.engine_side import EngineSide
from tests.oracle.folder import Unusable, build
from tests.oracle.match import Disagreement, Match, Step, charts_of
from tests.oracle.play import describe
from tests.oracle.sketch import Drawing


@dataclass
class MovingMatch(Match):
    """A match in which the case is moved now and then; `moved` and `kept` tell how often it could be and could not."""

    moved: int = 0
    kept: int = 0

    def _take(self, step: Step, dice: Dice) -> bool:
        if dice.chance(50):
            self._move(changed(self.drawing, dice, f"new{len(self.told)}"))
        return super()._take(step, dice)

    def _move(self, drawing: Drawing) -> None:
        side = self.side
        assert isinstance(side, EngineSide)
        try:
            new, _ = build(drawing)
        except Unusable:
            return
        done = [step.path for step in self.steps if step.kind == "complete"]
        move = runner.migrate(side.definition, new, side.state, side.situation(), done=done)
        if move.result is None:
            self.kept += 1
            return
        self.moved += 1
        self.told.append("moved to another version")
        side.definition, side.fingerprint, side.result = new, new.fingerprint, move.result
        if side.seen() != self.seen:
            raise Disagreement(self.story(f"moved, the case shows {describe(side.seen())}"))
        self.drawing = drawing
        self.play = self.play.on(charts_of(drawing))


def changed(drawing: Drawing, dice: Dice, name: str) -> Drawing:
    """Another version of a drawing: other names, another condition or script, or a step more on some flow."""
    process = dice.pick(sorted(drawing.files))
    text = drawing.files[process]
    kind = dice.pick(["name", "step", "step", "script", "condition"])
    if kind == "name":
        text = text.replace("<userTask id=", '<userTask name="Toinen" id=').replace('name="Toinen" id="', 'id="')
        text = text.replace("<endEvent ", '<endEvent name="Loppu" ')
    elif kind == "script":
        text = re.sub(r"(<script>v\d+ = )1<", r"\g<1>2<", text)
    elif kind == "condition":
        text = text.replace("1 = 2", "2 = 2", 1)
    else:
        flow = dice.pick(_free(drawing, process) or [None])
        text = _with_step(text, flow, dice, name) if flow is not None else text
    return replace(drawing, files={**drawing.files, process: text})


def _free(drawing: Drawing, process: str) -> list[Flow]:
    """The flows on which another step may stand: none behind an event-based gateway, none into a join."""
    nodes: dict[str, Node] = charts_of(drawing)[process].nodes
    flows = [flow for node in nodes.values() for flow in node.leaving if not flow.id.endswith(":link")]
    return [f for f in flows if nodes[f.source].kind != "eventBasedGateway" and not nodes[f.target].joins]


def _with_step(text: str, flow: Flow, dice: Dice, name: str) -> str:
    """A task or script in the middle of a flow, whose first half keeps its id and condition."""
    old = f'<sequenceFlow id="{flow.id}" sourceRef="{flow.source}" targetRef="{flow.target}">'
    step = dice.pick(
        [f'<userTask id="{name}"></userTask>', f'<scriptTask id="{name}"><script>{name} = 1</script></scriptTask>']
    )
    second = f'<sequenceFlow id="{name}_to" sourceRef="{name}" targetRef="{flow.target}"></sequenceFlow>'
    first = old.replace(f'targetRef="{flow.target}"', f'targetRef="{name}"')
    lane = f"<flowNodeRef>{name}</flowNodeRef></lane>" if "userTask" in step else "</lane>"
    return text.replace(old, step + second + first).replace("</lane>", lane, 1)
