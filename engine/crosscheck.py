"""Checks across the files of a folder, and across folders that call each other: what the diagram names must exist."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine import products, reads
from engine.bundle import Bundle
from engine.diagram import Diagram, Node, is_feel
from engine.errors import DecisionError, Finding
from engine.manifest import CALLER
from engine.notation import BEGINNERS
from engine.register import AUTHORITY, MAKE, RENEW
from engine.said import Said, say

if TYPE_CHECKING:
    from engine.definition import Part

OUTSIDE = frozenset(
    {"authority", "customer", "employer", "provider", "payer", "keha", "wellbeing_county", "other_authority"}
)
"""who may send a message besides the parties of a case: the authority itself and the outside parties of the glossary"""


def check(parts: Mapping[str, Part], process: str, law: Bundle | None) -> list[Finding]:
    """The findings of one folder: forms, lanes, letters, decisions, parts, products, deadlines and paths."""
    part = parts[process]
    found: list[Finding] = []
    for node in part.diagram.nodes.values():
        found += [_finding(part, rule, "error", node, text) for rule, text in _node(part, parts, node)]
    found += _due_dates(part)
    found += _identity(part)
    found += _messages(part, law)
    found += _cases(part)
    found += products.check(part)
    found += reads.check(part, law)
    found += _deadlines(parts, part, process)
    return found


def _due_dates(part: Part) -> Iterator[Finding]:
    """Another engine's due date that names a deadline of the folder, which does not name the task."""
    for node in part.diagram.nodes.values():
        deadline = part.bundle.deadlines.get(node.attributes.get("due", ""))
        if deadline is not None and node.id not in deadline.elements:
            sentence = say(
                "its due date is the deadline {name!r}, which deadlines.toml does not show on it", name=deadline.name
            )
            yield _finding(part, "due-date", "warning", node, sentence)


def _finding(part: Part, rule: str, severity: str, node: Node, sentence: Said) -> Finding:
    return Finding(
        rule, severity, say("{id}: {sentence}", id=node.id, sentence=sentence), part.diagram.file, node.id, node.line
    )


def _identity(part: Part) -> Iterator[Finding]:
    diagram, manifest = part.diagram, part.bundle.manifest
    if diagram.process != manifest.id:
        sentence = say(
            "the diagram's process is {process!r}, expected the folder's id {id!r}",
            process=diagram.process, id=manifest.id,
        )  # fmt: skip
        yield Finding("process-id", "error", sentence, diagram.file, diagram.process)
    for message in manifest.start_messages:
        if message not in {n.event.ref for n in diagram.inside("") if n.kind == "startEvent" and n.event}:
            sentence = say(
                "starts with the message {message!r}, but no start event of the diagram has it", message=message
            )
            yield Finding("start-message", "error", sentence, "process.toml", message)


def _messages(part: Part, law: Bundle | None) -> Iterator[Finding]:
    """What process.toml says of messages: each is caught somewhere, and its key reads fields of its form."""
    bundle, file = part.bundle, "process.toml"
    caught = {message for node in part.diagram.nodes.values() if (message := message_of(node))}
    for name, rules in bundle.manifest.messages.items():
        if name not in caught:
            sentence = say("messages.{name}: nothing in the diagram catches the message {name!r}", name=name)
            yield Finding("message-unknown", "error", sentence, file, name)
        parameters = bundle.parameters.keys() | (law.parameters.keys() if law is not None else set())
        if rules.keep_parameter and rules.keep_parameter not in parameters:
            sentence = say(
                "messages.{name}.keep_parameter: there is no parameter {keep_parameter!r} here or in law",
                name=name, keep_parameter=rules.keep_parameter,
            )  # fmt: skip
            yield Finding("name-unknown", "error" if law is not None else "warning", sentence, file, name)
        inputs = {f"input.{each}" for each in bundle.manifest.inputs}
        senders = bundle.manifest.parties.keys() | inputs | OUTSIDE
        if rules.sender and rules.sender not in senders:
            sentence = say(
                "messages.{name}.from is {sender!r}, expected one of {names}",
                name=name, sender=rules.sender, names=", ".join(sorted(senders)),
            )  # fmt: skip
            yield Finding("message-sender", "error", sentence, file, name)
        fields = bundle.forms.get(name, {}).get("properties") or {}
        for key, found in rules.keys.items():
            for path in found.message.paths:
                if path.partition(".")[0] not in fields:
                    sentence = say(
                        "messages.{name}.keys.{key}: reads {path!r}, which is no field of forms/{name}.json",
                        name=name, key=key, path=path,
                    )  # fmt: skip
                    yield Finding("path-unset", "error", sentence, file, name)


def _cases(part: Part) -> Iterator[Finding]:
    """The linked cases of process.toml begin at events that are drawn, and every thrown message begins one."""
    nodes, rules = part.diagram.nodes, part.bundle.manifest.starts_cases
    for on in rules:
        if on not in nodes or nodes[on].kind not in BEGINNERS or ":" in on:
            sentence = say(
                "starts.cases: on = {on!r}, expected the id of an end event or a throwing event of the diagram", on=on
            )
            yield Finding("linked-case", "error", sentence, "process.toml", "starts")
    for node in nodes.values():
        if node.attributes.get("throws") and node.id not in rules:
            sentence = say(
                "throws the message {throws!r} to nobody, expected [[starts.cases]] on it",
                throws=node.attributes["throws"],
            )
            yield _finding(part, "linked-case", "error", node, sentence)


def message_of(node: Node) -> str:
    """The message that an element catches; empty for every other element."""
    return node.message or (node.event.ref if node.event and node.event.kind == "message" else "")


def _node(part: Part, parts: Mapping[str, Part], node: Node) -> Iterator[tuple[str, Said]]:
    bundle = part.bundle
    if node.kind in ("userTask", "adHocSubProcess"):
        yield from _user_task(bundle, node)
    message = message_of(node)
    if message and message not in bundle.forms:
        yield "form-missing", say("the message {message!r} has no form forms/{message}.json", message=message)
    if node.kind == "businessRuleTask":
        yield from _decision(bundle, node.attributes["decision"])
    if node.kind == "sendTask":
        name, to = node.attributes["letter"], node.attributes["to"]
        if (name, "fi") not in bundle.letters:
            yield "letter-unknown", say("names the letter {name!r}, expected letters/{name}.fi.html", name=name)
        if bundle.manifest.parties and not is_feel(to) and to not in bundle.manifest.parties:
            yield "party-unknown", say("writes to {to!r}, expected a party of process.toml", to=to)
    if node.kind == "serviceTask":
        yield from _service(bundle, node)
    if node.kind == "callActivity":
        yield from _call(bundle, parts, node)


def _service(bundle: Bundle, node: Node) -> Iterator[tuple[str, Said]]:
    form, retry = node.attributes.get("form"), node.attributes.get("retry")
    if form and form not in bundle.forms:
        yield "form-missing", say("has no form forms/{form}.json", form=form)
    if retry and retry not in bundle.manifest.retries:
        named = ", ".join(bundle.manifest.retries) or say("none")
        yield (
            "retries",
            say(
                "names the retries {retry!r}, expected one of process.toml's [retries]: {named}",
                retry=retry,
                named=named,
            ),
        )


def _decision(bundle: Bundle, name: str) -> Iterator[tuple[str, Said]]:
    if name not in bundle.decisions:
        yield "decision-unknown", say("names the decision {name!r}, which has no .dmn file here", name=name)
        return
    try:
        bundle.decisions[name].get(name)
    except DecisionError as error:
        yield "decision-unknown", error.said


def _user_task(bundle: Bundle, node: Node) -> Iterator[tuple[str, Said]]:
    form = node.attributes.get("form") or node.id
    if node.kind == "userTask" and form not in bundle.forms:
        yield "form-missing", say("has no form forms/{form}.json", form=form)
    lane = bundle.manifest.lanes.get(node.lane)
    if lane is None:
        yield "lane-role", say("lies in the lane {lane!r}, which process.toml gives no role", lane=node.lane)
    elif lane.outside:
        yield (
            "lane-outside",
            say("lies in the lane {lane!r} of an outside party, who has no user tasks", lane=node.lane),
        )


def _call(bundle: Bundle, parts: Mapping[str, Part], node: Node) -> Iterator[tuple[str, Said]]:
    called = parts.get(node.called)
    if called is None:
        yield "part-unknown", say("calls {called!r}, which is no usable folder here", called=node.called)
        return
    manifest, given = called.bundle.manifest, {name for name, _ in node.inputs}
    lane = bundle.manifest.lanes.get(node.lane)
    if any(each.role == CALLER for each in manifest.lanes.values()) and not (lane and lane.role):
        yield (
            "part-lane",
            say(
                "calls {called!r} outside every lane with a work role, and its tasks need the caller's",
                called=node.called,
            ),
        )
    if not any(n.kind == "startEvent" and not n.events for n in called.diagram.inside("")):
        yield "part-start", say("calls {called!r}, which has no start event without a message", called=node.called)
    if manifest.kind != "part":
        yield (
            "part-kind",
            say("calls {called!r}, which is a {kind} and no part", called=node.called, kind=manifest.kind),
        )
    for name in sorted(given - manifest.inputs.keys()):
        yield "part-input", say("hands in {name!r}, which {called} does not declare", name=name, called=node.called)
    for name in sorted(manifest.inputs.keys() - given):
        yield "part-input", say("does not hand in {name!r}, which {called} needs", name=name, called=node.called)


def _deadlines(parts: Mapping[str, Part], part: Part, process: str) -> Iterator[Finding]:
    reachable = frozenset(_paths(parts, process, "", ()))
    for name, definition in part.bundle.deadlines.items():
        for where in (*definition.shown_on, *definition.stops_at, *definition.renews_at):
            if where not in reachable:
                sentence = say("{name} names {where!r}, which is no element of the diagram", name=name, where=where)
                yield Finding("deadline-element", "error", sentence, "deadlines.toml", name)
        shown = definition.stops_at or definition.renews_at or not reachable.isdisjoint(definition.elements)
        if not shown and not _mentioned(part.bundle, name):
            sentence = say("{name} is shown on no step and nothing names it, so no case has it", name=name)
            yield Finding("deadline-unused", "warning", sentence, "deadlines.toml", name)
    yield from _plans(part.bundle)


def _plans(bundle: Bundle) -> Iterator[Finding]:
    """A customer's plan has both its days, each a duty of the authority; each renewal is a deadline of its own."""
    said = {definition.plan: name for name, definition in bundle.deadlines.items() if definition.plan}
    for name, definition in bundle.deadlines.items():
        if definition.plan and definition.binds != AUTHORITY:
            sentence = say("{name}: a plan is made and renewed by the authority, so it binds the authority", name=name)
            yield Finding("deadline-plan", "error", sentence, "deadlines.toml", name)
        if definition.plan == RENEW and not definition.renews_at:
            sentence = say("{name}: renews_at must name the step that renews the plan", name=name)
            yield Finding("deadline-plan", "error", sentence, "deadlines.toml", name)
    if len(said) == 1:
        ((given, name),) = said.items()
        sentence = say(
            "{name} has plan = {given!r}, but no deadline has plan = {lacks!r}",
            name=name, given=given, lacks=MAKE if given == RENEW else RENEW,
        )  # fmt: skip
        yield Finding("deadline-plan", "warning", sentence, "deadlines.toml", name)


def _mentioned(bundle: Bundle, name: str) -> bool:
    """Whether a file of the folder names a deadline: a formula, a timer, a letter, another deadline; stories apart."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])".encode())
    for path, data in bundle.files.items():
        if path == "deadlines.toml":
            data = _HEADER.sub(b"", data)
        if not path.startswith("stories/") and word.search(data):
            return True
    return False


_HEADER = re.compile(rb"^\s*\[[^\n]*\]", re.MULTILINE)
"""of a deadline and its rows: there it is defined"""


def _paths(parts: Mapping[str, Part], process: str, prefix: str, above: tuple[str, ...]) -> Iterator[str]:
    if process not in parts or process in above:
        return
    for node in parts[process].diagram.nodes.values():
        yield prefix + node.id
        if node.kind == "callActivity":
            yield from _paths(parts, node.called, f"{prefix}{node.id}/", (*above, process))


def check_calls(parts: Mapping[str, Part], process: str) -> list[Finding]:
    """What only the whole tree of calls can tell: a folder that calls itself, and errors that nobody catches."""
    found = list(_walk(parts, process, (), ()))
    if parts[process].bundle.kind == "part":  # its callers catch what it throws
        return [finding for finding in found if finding.rule != "error-uncaught"]
    return found


def _walk(
    parts: Mapping[str, Part], process: str, above: tuple[str, ...], callers: tuple[tuple[Diagram, Node], ...]
) -> Iterator[Finding]:
    part = parts[process]
    if process in above:
        sentence = say("{process} calls itself: {names}", process=process, names=" -> ".join((*above, process)))
        yield Finding("call-cycle", "error", sentence, part.diagram.file, process)
        return
    for node in part.diagram.nodes.values():
        if node.kind == "callActivity" and node.called in parts:
            yield from _walk(parts, node.called, (*above, process), (*callers, (part.diagram, node)))
        event = node.event
        if node.kind == "endEvent" and event is not None and event.kind == "error":
            code = part.diagram.codes.get(event.ref, "")
            if not _caught(part.diagram, node, code, callers):
                yield _finding(
                    part, "error-uncaught", "error", node, say("nothing catches the error {code!r}", code=code)
                )


def _caught(diagram: Diagram, node: Node, code: str, callers: tuple[tuple[Diagram, Node], ...]) -> bool:
    for drawn, start in [(diagram, node), *reversed(callers)]:
        catching = [] if start is node else list(drawn.boundaries(start.id))
        inside, handling = start, False
        while True:
            if not handling:  # an event sub-process that interrupts ends the others of its level
                catching += [s for h in drawn.handlers(inside.parent) for s in drawn.starts(h.id)]
            if not inside.parent:
                break
            inside = drawn.nodes[inside.parent]
            handling = inside.event_triggered and all(s.interrupting for s in drawn.starts(inside.id))
            catching += drawn.boundaries(inside.id)
            if _stands_alone(drawn, inside):
                break
        events = [other.event for other in catching if other.event and other.event.kind == "error"]
        if any(not event.ref or drawn.codes.get(event.ref) == code for event in events):
            return True
        if _stands_alone(drawn, inside):
            return False
    return False


def _stands_alone(diagram: Diagram, node: Node) -> bool:
    """Whether an element undoes something: it is begun from anywhere, so nothing drawn around it catches its errors."""
    return node.undoes or diagram.undoer(node.parent) is node
