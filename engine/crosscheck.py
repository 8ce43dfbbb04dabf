"""Checks across the files of a folder, and across folders that call each other: what the diagram names must exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bundle import Bundle
from engine.diagram import Diagram, Node, is_feel
from engine.errors import DecisionError, Finding
from engine.feel import FUNCTION_NAMES, Expression
from engine.feel import compile as feel
from engine.functions import NAMES
from engine.lint.expressions import script_lines
from engine.notation import BEGINNERS

if TYPE_CHECKING:
    from engine.definition import Part

_READ_ONLY = frozenset({"case", "today", "input", "outcome"})


def check(parts: Mapping[str, Part], process: str, law: Bundle | None) -> list[Finding]:
    """The findings of one folder: forms, lanes, letters, decisions, parts, deadlines, parameters and paths."""
    part = parts[process]
    found: list[Finding] = []
    for node in part.diagram.nodes.values():
        found += [_finding(part, rule, "error", node, text) for rule, text in _node(part, parts, node)]
    found += _due_dates(part)
    found += _identity(part)
    found += _messages(part, law)
    found += _cases(part)
    found += _expressions(part, law)
    found += _deadlines(parts, part, process)
    return found


def _due_dates(part: Part) -> Iterator[Finding]:
    """Another engine's due date that names a deadline of the folder, which does not name the task."""
    for node in part.diagram.nodes.values():
        deadline = part.bundle.deadlines.get(node.attributes.get("due", ""))
        if deadline is not None and node.id not in deadline.elements:
            sentence = f"its due date is the deadline {deadline.name!r}, which deadlines.toml does not show on it"
            yield _finding(part, "due-date", "warning", node, sentence)


def _finding(part: Part, rule: str, severity: str, node: Node, sentence: str) -> Finding:
    return Finding(rule, severity, f"{node.id}: {sentence}", part.diagram.file, node.id, node.line)


def _identity(part: Part) -> Iterator[Finding]:
    diagram, manifest = part.diagram, part.bundle.manifest
    if diagram.process != manifest.id:
        sentence = f"the diagram's process is {diagram.process!r}, expected the folder's id {manifest.id!r}"
        yield Finding("process-id", "error", sentence, diagram.file, diagram.process)
    for message in manifest.start_messages:
        if message not in {n.event.ref for n in diagram.inside("") if n.kind == "startEvent" and n.event}:
            sentence = f"starts with the message {message!r}, but no start event of the diagram has it"
            yield Finding("start-message", "error", sentence, "process.toml", message)


def _messages(part: Part, law: Bundle | None) -> Iterator[Finding]:
    """What process.toml says of messages: each is caught somewhere, and its key reads fields of its form."""
    bundle, file = part.bundle, "process.toml"
    caught = {message for node in part.diagram.nodes.values() if (message := message_of(node))}
    for name, rules in bundle.manifest.messages.items():
        if name not in caught:
            sentence = f"messages.{name}: nothing in the diagram catches the message {name!r}"
            yield Finding("message-unknown", "error", sentence, file, name)
        parameters = bundle.parameters.keys() | (law.parameters.keys() if law is not None else set())
        if rules.keep_parameter and rules.keep_parameter not in parameters:
            sentence = f"messages.{name}.keep_parameter: there is no parameter {rules.keep_parameter!r} here or in law"
            yield Finding("name-unknown", "error" if law is not None else "warning", sentence, file, name)
        fields = bundle.forms.get(name, {}).get("properties") or {}
        for key, found in rules.keys.items():
            for path in found.message.paths:
                if path.partition(".")[0] not in fields:
                    sentence = f"messages.{name}.keys.{key}: reads {path!r}, which is no field of forms/{name}.json"
                    yield Finding("path-unset", "error", sentence, file, name)


def _cases(part: Part) -> Iterator[Finding]:
    """The linked cases of process.toml begin at events that are drawn, and every thrown message begins one."""
    nodes, rules = part.diagram.nodes, part.bundle.manifest.starts_cases
    for on in rules:
        if on not in nodes or nodes[on].kind not in BEGINNERS or ":" in on:
            sentence = f"starts.cases: on = {on!r}, expected the id of an end event or a throwing event of the diagram"
            yield Finding("linked-case", "error", sentence, "process.toml", "starts")
    for node in nodes.values():
        if node.attributes.get("throws") and node.id not in rules:
            sentence = f"throws the message {node.attributes['throws']!r} to nobody, expected [[starts.cases]] on it"
            yield _finding(part, "linked-case", "error", node, sentence)


def message_of(node: Node) -> str:
    """The message that an element catches; empty for every other element."""
    return node.message or (node.event.ref if node.event and node.event.kind == "message" else "")


def _node(part: Part, parts: Mapping[str, Part], node: Node) -> Iterator[tuple[str, str]]:
    bundle = part.bundle
    if node.kind in ("userTask", "adHocSubProcess"):
        yield from _user_task(bundle, node)
    message = message_of(node)
    if message and message not in bundle.forms:
        yield "form-missing", f"the message {message!r} has no form forms/{message}.json"
    if node.kind == "businessRuleTask":
        yield from _decision(bundle, node.attributes["decision"])
    if node.kind == "sendTask":
        name, to = node.attributes["letter"], node.attributes["to"]
        if (name, "fi") not in bundle.letters:
            yield "letter-unknown", f"names the letter {name!r}, expected letters/{name}.fi.html"
        if bundle.manifest.parties and not is_feel(to) and to not in bundle.manifest.parties:
            yield "party-unknown", f"writes to {to!r}, expected a party of process.toml"
    if node.kind == "serviceTask":
        yield from _service(bundle, node)
    if node.kind == "callActivity":
        yield from _call(parts, node)


def _service(bundle: Bundle, node: Node) -> Iterator[tuple[str, str]]:
    form, retry = node.attributes.get("form"), node.attributes.get("retry")
    if form and form not in bundle.forms:
        yield "form-missing", f"has no form forms/{form}.json"
    if retry and retry not in bundle.manifest.retries:
        named = ", ".join(bundle.manifest.retries) or "none"
        yield "retries", f"names the retries {retry!r}, expected one of process.toml's [retries]: {named}"


def _decision(bundle: Bundle, name: str) -> Iterator[tuple[str, str]]:
    if name not in bundle.decisions:
        yield "decision-unknown", f"names the decision {name!r}, which has no .dmn file here"
        return
    try:
        bundle.decisions[name].get(name)
    except DecisionError as error:
        yield "decision-unknown", str(error)


def _user_task(bundle: Bundle, node: Node) -> Iterator[tuple[str, str]]:
    form = node.attributes.get("form") or node.id
    if node.kind == "userTask" and form not in bundle.forms:
        yield "form-missing", f"has no form forms/{form}.json"
    lane = bundle.manifest.lanes.get(node.lane)
    if lane is None:
        yield "lane-role", f"lies in the lane {node.lane!r}, which process.toml gives no role"
    elif lane.outside:
        yield "lane-outside", f"lies in the lane {node.lane!r} of an outside party, who has no user tasks"


def _call(parts: Mapping[str, Part], node: Node) -> Iterator[tuple[str, str]]:
    called = parts.get(node.called)
    if called is None:
        yield "part-unknown", f"calls {node.called!r}, which is no usable folder here"
        return
    manifest, given = called.bundle.manifest, {name for name, _ in node.inputs}
    if not any(n.kind == "startEvent" and not n.events for n in called.diagram.inside("")):
        yield "part-start", f"calls {node.called!r}, which has no start event without a message"
    if manifest.kind != "part":
        yield "part-kind", f"calls {node.called!r}, which is a {manifest.kind} and no part"
    for name in sorted(given - manifest.inputs.keys()):
        yield "part-input", f"hands in {name!r}, which {node.called} does not declare"
    for name in sorted(manifest.inputs.keys() - given):
        yield "part-input", f"does not hand in {name!r}, which {node.called} needs"


def sources(diagram: Diagram) -> Iterator[tuple[str, int | None, str]]:
    """Every expression of a drawing, with the flow or element that has it and its line."""
    for flow in diagram.flows:
        if flow.condition:
            yield flow.id, flow.line, flow.condition
    for node in diagram.nodes.values():
        event = node.event
        texts = [source for _, source in (*node.inputs, *node.outputs)]
        texts += [source for _, source in script_lines(node.script)] if node.kind == "scriptTask" else []
        if node.multi is not None:
            whens = [condition for _, condition, _ in node.multi.throws]
            texts += [t for t in (node.multi.collection, node.multi.cardinality, node.multi.until, *whens) if t]
        if node.loop is not None and node.loop.condition:
            texts.append(node.loop.condition)
        texts += [node.ad_hoc.until] if node.ad_hoc is not None and node.ad_hoc.until else []
        texts += [node.activation] if node.activation else []
        if node.kind == "sendTask":
            texts += [node.attributes["to"].removeprefix("=")] if is_feel(node.attributes["to"]) else []
            texts += [node.attributes["channel"]] if node.attributes.get("channel") else []
        if event is not None and event.timer in ("timeDate", "timeDuration") and not event.text.startswith("P"):
            texts.append(event.text)
        if event is not None and event.kind == "conditional":
            texts.append(event.text)
        for text in texts:
            yield node.id, node.line, text


def _expressions(part: Part, law: Bundle | None) -> Iterator[Finding]:
    known = _known(part)
    for element, line, source in sources(part.diagram):
        expression = feel(source)
        for path in expression.paths:
            if problem := _path_problem(path, known):
                yield Finding("path-unset", "warning", f"{element}: {problem}", part.diagram.file, element, line)
        for severity, problem in _calls(part.bundle, expression, law):
            yield Finding("name-unknown", severity, f"{element}: {problem}", part.diagram.file, element, line)
    for file, element, expression in _elsewhere(part.bundle):
        for path in expression.paths:
            if problem := _path_problem(path, known):
                yield Finding("path-unset", "warning", f"{element}: {problem}", file, element)
        for severity, problem in _calls(part.bundle, expression, law):
            yield Finding("name-unknown", severity, f"{element}: {problem}", file, element)


def _elsewhere(bundle: Bundle) -> Iterator[tuple[str, str, Expression]]:
    """The expressions of deadlines.toml, of the declared outputs and of correlation keys."""
    for name, definition in bundle.deadlines.items():
        lengths = [row.length for row in definition.rows]
        for expression in (definition.anchor, definition.pauses, *lengths):
            if isinstance(expression, Expression):
                yield "deadlines.toml", name, expression
    for name, expression in bundle.manifest.outputs.items():
        yield "process.toml", f"outputs.{name}", expression
    for message, rules in bundle.manifest.messages.items():
        for name, found in rules.keys.items():
            yield "process.toml", f"messages.{message}.keys.{name}", found.case
    for on, cases in bundle.manifest.starts_cases.items():
        for rule in cases:
            for expression in rule.expressions:
                yield "process.toml", f"starts.cases.{on}", expression


def _calls(bundle: Bundle, expression: Expression, law: Bundle | None) -> Iterator[tuple[str, str]]:
    for function, arguments in expression.calls:
        if function not in NAMES and function not in FUNCTION_NAMES:
            yield "error", f"calls {function}(), which is no function here"
        if function not in ("deadline", "parameter") or not arguments or arguments[0] is None:
            continue
        own, national = _tables(function, bundle), _tables(function, law)
        if arguments[0] not in own and arguments[0] not in national:
            yield "error" if law is not None else "warning", f"there is no {function} {arguments[0]!r} here or in law"


def _tables(function: str, bundle: Bundle | None) -> Mapping[str, Any]:
    if bundle is None:
        return {}
    return bundle.deadlines if function == "deadline" else bundle.parameters


def _known(part: Part) -> dict[str, frozenset[str] | None]:
    """The names that data can have, each with the names inside it, or None where these are not known."""
    bundle = part.bundle
    known: dict[str, frozenset[str] | None] = dict.fromkeys(_READ_ONLY)
    known["input"] = frozenset(bundle.manifest.inputs)
    for name, form in bundle.forms.items():
        known[name] = frozenset(form.get("properties") or ()) | {"at", "on", "channel"}
    for node in part.diagram.nodes.values():
        if node.kind == "businessRuleTask":
            known[node.attributes["decision"]] = None
        elif node.kind == "scriptTask":
            known |= dict.fromkeys(name for name, _ in script_lines(node.script))
        elif node.kind == "callActivity":
            known[node.id] = None
        elif node.kind == "sendTask":
            known[node.id] = frozenset({"sent_on", "channel", "received_on"})
        if node.multi is not None:
            known[node.multi.item] = None
            known |= dict.fromkeys(f"numberOf{which}Instances" for which in ("", "Active", "Completed", "Terminated"))
        known |= {target.partition(".")[0]: None for target, _ in node.outputs}
        if node.kind == "complexGateway":
            flows = [flow.id for flow in part.diagram.entering(node.id)]
            known |= dict.fromkeys((*flows, "activationCount", "waitingForStart"))
    known |= {rule.item: None for rules in bundle.manifest.starts_cases.values() for rule in rules if rule.each}
    return known


def _path_problem(path: str, known: Mapping[str, frozenset[str] | None]) -> str | None:
    first, *rest = path.split(".")
    if first not in known:
        return f"reads {path!r}, which no form, decision, script, call or input sets"
    inside = known[first]
    if rest and inside is not None and rest[0] not in inside:
        return f"reads {path!r}, but {first} has no {rest[0]!r}"
    return None


def _deadlines(parts: Mapping[str, Part], part: Part, process: str) -> Iterator[Finding]:
    reachable = frozenset(_paths(parts, process, "", ()))
    for name, definition in part.bundle.deadlines.items():
        for where in (*definition.shown_on, *definition.stops_at):
            if where not in reachable:
                sentence = f"{name} names {where!r}, which is no element of the diagram"
                yield Finding("deadline-element", "error", sentence, "deadlines.toml", name)


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
        sentence = f"{process} calls itself: {' -> '.join((*above, process))}"
        yield Finding("call-cycle", "error", sentence, part.diagram.file, process)
        return
    for node in part.diagram.nodes.values():
        if node.kind == "callActivity" and node.called in parts:
            yield from _walk(parts, node.called, (*above, process), (*callers, (part.diagram, node)))
        event = node.event
        if node.kind == "endEvent" and event is not None and event.kind == "error":
            code = part.diagram.codes.get(event.ref, "")
            if not _caught(part.diagram, node, code, callers):
                yield _finding(part, "error-uncaught", "error", node, f"nothing catches the error {code!r}")


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
