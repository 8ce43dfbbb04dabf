"""Small process folders for engine tests: a diagram from a few lines, and everything else made up around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import orjson

from engine import bundle as bundles
from engine import definition, runner
from engine.bundle import Bundle
from engine.definition import Definition
from engine.law import Edition, Law
from engine.result import Result, Situation

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:asiavirta="urn:asiavirta:bpmn:1" id="d">'
    '<error id="fault" errorCode="fault"/><error id="other_fault" errorCode="other"/><escalation id="rise"/>'
    '<signal id="ring" name="ring"/><signalEventDefinition id="shared" signalRef="ring"/>'
)


def flow(source: str, target: str, condition: str = "", id: str = "") -> str:
    """One sequence flow."""
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    id = id or f"{source}_to_{target}"
    return f'<sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'


def flows(*chains: str) -> str:
    """Flows along chains such as `start > task > end`."""
    made: dict[tuple[str, str], None] = {}
    for chain in chains:
        names = [name.strip() for name in chain.split(">")]
        made |= dict.fromkeys(pairwise(names))
    return "".join(flow(source, target) for source, target in made)


def tasks(*names: str) -> str:
    """User tasks."""
    return "".join(f'<userTask id="{name}" name="{name}"/>' for name in names)


def boundary(id: str, host: str, event: str, *, interrupting: bool = True) -> str:
    """A boundary event with the given definition."""
    flag = "true" if interrupting else "false"
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" cancelActivity="{flag}">{event}</boundaryEvent>'


def timer(kind: str, text: str) -> str:
    """A timer event definition."""
    return f"<timerEventDefinition><{kind}>{text}</{kind}></timerEventDefinition>"


def message(name: str) -> str:
    """A message event definition."""
    return f'<messageEventDefinition messageRef="{name}"/>'


def drawing(body: str, process: str = "example", messages: Sequence[str] = ()) -> bytes:
    """A whole diagram in which every user task and choice of steps lies in the lane `office`."""
    import re

    placed = re.findall(r'<(?:userTask|adHocSubProcess) id="(\w+)"', body)
    refs = "".join(f"<flowNodeRef>{id}</flowNodeRef>" for id in placed)
    lanes = f'<laneSet><lane id="office" name="Toimisto">{refs}</lane></laneSet>'
    declared = "".join(f'<message id="{name}" name="{name}"/>' for name in messages)
    return f'{HEAD}{declared}<process id="{process}" isExecutable="true">{lanes}{body}</process></definitions>'.encode()


def form(**fields: str) -> bytes:
    """A form with fields of the given kinds."""
    properties = {name: {"x-kind": kind, "x-secrecy": "ordinary", "title": name} for name, kind in fields.items()}
    return orjson.dumps({"title": "…", "type": "object", "properties": properties})


def folder(
    body: str,
    process: str = "example",
    *,
    forms: Mapping[str, Mapping[str, str]] | None = None,
    files: Mapping[str, bytes | str] | None = None,
    manifest: str = "",
    kind: str = "process",
    messages: Sequence[str] = (),
) -> Bundle:
    """A bundle around a diagram: forms for every user task and message, and a manifest with one lane."""
    import re

    needed = {*re.findall(r'<userTask id="(\w+)"', body), *messages}
    content: dict[str, bytes] = {f"{process}.bpmn": drawing(body, process, messages)}
    for name in needed:
        content[f"forms/{name}.json"] = form(**(forms or {}).get(name, {"note": "text"}))
    head = f'id = "{process}"\nkind = "{kind}"\nowner = "o"\nprefix = "EX"\n'
    head += "" if "[name]" in manifest else '[name]\nfi = "a"\nsv = "b"\nen = "c"\n'
    head += '[lanes.office]\nrole = "officer"\n'
    if kind == "process":
        head += '[parties.customer]\nkind = "person"\nprincipal = true\nname = {fi = "a", sv = "b", en = "c"}\n'
    content["process.toml"] = (head + manifest).encode()
    content |= {path: data if isinstance(data, bytes) else data.encode() for path, data in (files or {}).items()}
    return bundles.inspect(_zip(content))


def _zip(content: Mapping[str, bytes]) -> bytes:
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, data in content.items():
            archive.writestr(path, data)
    return out.getvalue()


class Played:
    """One case of a bundle: commands by element path, the last result, dates in UTC."""

    def __init__(
        self, main: Bundle, *parts: Bundle, case: Mapping[str, Any] | None = None, published: bool = False
    ) -> None:
        self.bundles = {part.process: part for part in parts}
        self.definition: Definition = definition.build(main, self.bundles, published=published)
        self.law = Law.of([Edition(f"{b.process}@1", b) for b in (main, *parts)])
        self.case = case or {}
        self.at = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
        self.result: Result

    def situation(self) -> Situation:
        """Now, with the published law."""
        return Situation(self.at, self.at, self.law, self.case)

    def start(self, message: str | None = None, **answers: Any) -> Result:
        """Start the case."""
        self.result = runner.start(self.definition, self.situation(), message=message, answers=answers)
        return self.result

    def do(self, path: str, **answers: Any) -> Result:
        """Complete the first open task at a path."""
        step = next(step for step in self.result.steps if step.path == path)
        self.result = runner.complete(self.definition, self.result.state, self.situation(), step.id, answers)
        return self.result

    def pick(self, element: str) -> Result:
        """Choose a step in the first ad-hoc sub-process that offers it."""
        step = next(step for step in self.result.steps if step.choice and element in step.choice.offers)
        self.result = runner.pick(self.definition, self.result.state, self.situation(), step.id, element)
        return self.result

    @property
    def offers(self) -> list[str]:
        """The paths of the steps that may be chosen."""
        return [path for step in self.result.steps if step.choice for path in step.choice.offers]

    def get(self, name: str, **answers: Any) -> Result:
        """Deliver a message to the first wait for it."""
        wait = next(wait for wait in self.result.waits if wait.message == name)
        self.result = runner.deliver(self.definition, self.result.state, self.situation(), wait.id, answers)
        return self.result

    def ring(self, path: str) -> Result:
        """Let time pass until the timer at a path is due, and fire it."""
        alarm = next(alarm for alarm in self.result.alarms if alarm.path == path)
        self.at = max(self.at, alarm.due_at)
        self.result = runner.fire(self.definition, self.result.state, self.situation(), alarm.id)
        return self.result

    @property
    def open(self) -> list[str]:
        """The paths of the open tasks."""
        return [step.path for step in self.result.steps]
