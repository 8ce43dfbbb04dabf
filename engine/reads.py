"""What the expressions of a folder read and call: every path is set by something, every function and name is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from engine.bundle import Bundle
from engine.diagram import Diagram, is_feel
from engine.errors import Finding
from engine.feel import FUNCTION_NAMES, Expression
from engine.feel import compile as feel
from engine.functions import NAMES
from engine.lint.expressions import script_lines
from engine.said import Said, say

if TYPE_CHECKING:
    from engine.definition import Part

_READ_ONLY = frozenset({"case", "today", "input", "outcome"})


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


def check(part: Part, law: Bundle | None) -> Iterator[Finding]:
    """What expressions read that nothing sets, and what they call that is not there."""
    known = _known(part)
    for element, line, source in sources(part.diagram):
        expression = feel(source)
        for path in expression.paths:
            if problem := _path_problem(path, known):
                yield Finding(
                    "path-unset",
                    "warning",
                    say("{element}: {problem}", element=element, problem=problem),
                    part.diagram.file,
                    element,
                    line,
                )
        for severity, problem in _calls(part.bundle, expression, law):
            yield Finding(
                "name-unknown",
                severity,
                say("{element}: {problem}", element=element, problem=problem),
                part.diagram.file,
                element,
                line,
            )
    for file, element, expression in _elsewhere(part.bundle):
        for path in expression.paths:
            if problem := _path_problem(path, known):
                yield Finding(
                    "path-unset",
                    "warning",
                    say("{element}: {problem}", element=element, problem=problem),
                    file,
                    element,
                )
        for severity, problem in _calls(part.bundle, expression, law):
            yield Finding(
                "name-unknown", severity, say("{element}: {problem}", element=element, problem=problem), file, element
            )


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


def _calls(bundle: Bundle, expression: Expression, law: Bundle | None) -> Iterator[tuple[str, Said]]:
    for function, arguments in expression.calls:
        if function not in NAMES and function not in FUNCTION_NAMES:
            yield "error", say("calls {function}(), which is no function here", function=function)
        if function not in ("deadline", "parameter") or not arguments or arguments[0] is None:
            continue
        own, national = _tables(function, bundle), _tables(function, law)
        if arguments[0] not in own and arguments[0] not in national:
            yield (
                "error" if law is not None else "warning",
                say("there is no {function} {arguments!r} here or in law", function=function, arguments=arguments[0]),
            )


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
            known[node.attributes["decision"]] = _answers(bundle, node.attributes["decision"])
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


def _answers(bundle: Bundle, decision: str) -> frozenset[str] | None:
    """The names of the answers of a decision table; None for other logic, and while the file cannot be read."""
    found = bundle.decisions[decision].by_id.get(decision) if decision in bundle.decisions else None
    return frozenset(output.name for output in found.outputs) if found is not None and found.table else None


def _path_problem(path: str, known: Mapping[str, frozenset[str] | None]) -> Said | None:
    first, *rest = path.split(".")
    if first not in known:
        return say("reads {path!r}, which no form, decision, script, call or input sets", path=path)
    inside = known[first]
    if rest and inside is not None and rest[0] not in inside:
        return say("reads {path!r}, but {first} has no {name!r}", path=path, first=first, name=rest[0])
    return None
