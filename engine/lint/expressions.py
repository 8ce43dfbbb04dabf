"""Rules about what is evaluated: everything is FEEL and must compile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine import timer
from engine.diagram import Diagram, is_feel
from engine.errors import EngineError, FeelError
from engine.feel import compile as feel
from engine.lint.rule import Found, rule
from engine.lint.structure import RESERVED
from engine.said import Said, say

_TARGET = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_LINE = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)\s*(\S.*)")


def script_lines(script: str) -> Iterator[tuple[str, str]]:
    """The assignments of a script task; a line that is none comes as ("", line)."""
    for line in script.splitlines():
        if line.strip():
            match = _LINE.fullmatch(line.strip())
            yield (match[1], match[2]) if match else ("", line.strip())


def _wrong(source: str) -> Said | None:
    try:
        feel(source)
    except FeelError as error:
        return error.said
    return None


@rule("feel-condition")
def feel_condition(diagram: Diagram) -> Found:
    """A condition is FEEL, on a flow and in an event."""
    for flow in diagram.flows:
        if flow.condition and (problem := _wrong(flow.condition)):
            yield flow, say("the condition cannot be read: {problem}", problem=problem)
    for node in diagram.nodes.values():
        for event in node.events:
            if event.kind == "conditional" and not event.text:
                yield node, say("waits for no condition, expected one in FEEL")
            elif event.kind == "conditional" and (problem := _wrong(event.text)):
                yield node, say("the condition cannot be read: {problem}", problem=problem)


@rule("feel-input")
def feel_input(diagram: Diagram) -> Found:
    """Inputs have a name and FEEL."""
    for node in diagram.nodes.values():
        for name, source in node.inputs:
            if not name or not source:
                yield (
                    node,
                    say(
                        "the input {name!r} has the value {source!r}, expected a name and FEEL",
                        name=name,
                        source=source,
                    ),
                )
            elif problem := _wrong(source):
                yield node, say("the input {name!r} cannot be read: {problem}", name=name, problem=problem)


@rule("data-object")
def data_object(diagram: Diagram) -> Found:
    """What is written to a data object is FEEL, and the object's id is a name that FEEL can read."""
    for node in diagram.nodes.values():
        for target, source in node.outputs:
            name = target.partition(".")[0]
            if not _TARGET.fullmatch(target) or name in RESERVED:
                yield (
                    node,
                    say(
                        "writes to {target!r}, expected a data object with an English snake_case id, or a field of it",
                        target=target,
                    ),
                )
            elif not source:
                yield node, say("writes nothing to {target!r}, expected FEEL", target=target)
            elif problem := _wrong(source):
                yield (
                    node,
                    say("what it writes to {target!r} cannot be read: {problem}", target=target, problem=problem),
                )


@rule("feel-letter")
def feel_letter(diagram: Diagram) -> Found:
    """A letter's recipient and channel may be FEEL."""
    for node in diagram.nodes.values():
        to = node.attributes.get("to", "")
        sources = [to.removeprefix("=") if is_feel(to) else "", node.attributes.get("channel", "")]
        for source in sources if node.kind == "sendTask" else ():
            if source and (problem := _wrong(source)):
                yield node, say("the recipient or channel cannot be read: {problem}", problem=problem)


@rule("feel-collection")
def feel_collection(diagram: Diagram) -> Found:
    """What a repeated activity goes through, and what ends it or an ad-hoc sub-process, is FEEL."""
    for node in diagram.nodes.values():
        multi, loop = node.multi, node.loop
        sources = [multi.collection, multi.cardinality, multi.until, *(t[1] for t in multi.throws)] if multi else []
        sources += [loop.condition] if loop else []
        sources += [node.ad_hoc.until] if node.ad_hoc else []
        for source in sources:
            if source and (problem := _wrong(source)):
                yield node, say("the collection or condition cannot be read: {problem}", problem=problem)


@rule("script")
def script(diagram: Diagram) -> Found:
    """A script task holds lines of `name = FEEL` and nothing else."""
    for node in diagram.nodes.values():
        if node.kind != "scriptTask":
            continue
        lines = list(script_lines(node.script))
        if not lines:
            yield node, say("the script is empty, expected lines of name = FEEL")
        for name, source in lines:
            if not name:
                yield node, say("found the line {source!r}, expected name = FEEL", source=source[:60])
            elif name in RESERVED and name != "item":
                yield node, say("sets {name!r}, which is read-only", name=name)
            elif problem := _wrong(source):
                yield node, say("the value of {name!r} cannot be read: {problem}", name=name, problem=problem)


@rule("timer")
def timer_text(diagram: Diagram) -> Found:
    """A timer has one date, duration or cycle that can be read."""
    for node in diagram.nodes.values():
        for event in node.events:
            if event.kind != "timer":
                continue
            try:
                timer.read(event.timer, event.text)
            except EngineError as error:
                yield node, error.said
