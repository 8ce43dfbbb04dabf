"""What stories name must be there: tasks, messages, deadlines, letters, outcomes, values and processes.

An expectation of a name that nothing has may hold for ever ("no open deadline of this name") or never; both are told
with the step and its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import drawing
from engine.bundle import Bundle
from engine.crosscheck import message_of
from engine.diagram import Node
from engine.errors import EngineError, Finding
from engine.law import LAW
from engine.said import Said, say
from engine.story import StoryError, StoryStep, read_story

RULE = "story-name"
MOST_KEPT = 500
_NODES: dict[str, Mapping[str, Node]] = {}
"""the elements of a drawing by its folder's content hash: a draft is checked after each change of one file"""
_HEADER = re.compile(r"^\s*\[\[\s*steps\s*\]\]", re.MULTILINE)


def check(bundle: Bundle, parts: Mapping[str, Bundle]) -> Iterator[Finding]:
    """What the stories of a folder name and is not there; `parts` are the folders beside it."""
    folders = {**parts, bundle.process: bundle}
    reaches: dict[str, Reach | None] = {}
    for id, source in bundle.stories.items():
        try:
            story = read_story(id, source)
        except StoryError:  # told elsewhere
            continue
        file = f"stories/{id}.toml"
        text = bundle.files.get(file, b"").decode("utf-8", "replace")
        for number, step in enumerate(story.steps, start=1):
            process = step.inside or story.process or bundle.process
            if process not in reaches:
                reaches[process] = reach(process, folders)
            here = reaches[process]
            named = _named(here, step, folders) if here is not None else iter(())
            lost = [] if process in folders else [(process, say(
                "step {number}: there is no process {name!r}", number=number, name=process))]  # fmt: skip
            found = [*lost, *((name, _said(kind, number, name)) for kind, name in named)]
            for name, message in dict(found).items():
                yield Finding(RULE, "warning", message, file, f"steps[{number}]", line_of(text, number, name))


@dataclass(frozen=True)
class Reach:
    """A process with all that a case of it comes to: the parts that it calls, and the law."""

    main: Bundle
    folders: tuple[Bundle, ...]
    law: Bundle | None

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every element of the drawings; several folders may have one of the same id."""
        return tuple(node for folder in self.folders for node in _nodes(folder).values())

    @cached_property
    def elements(self) -> frozenset[str]:
        """What the pieces of a task's path may be; a part that is played by itself is called by its own id."""
        return frozenset({*(node.id for node in self.nodes), *(folder.process for folder in self.folders)})

    @cached_property
    def messages(self) -> frozenset[str]:
        """What a case may wait for or begin with."""
        return frozenset(message_of(node) for node in self.nodes) | {""}

    @cached_property
    def deadlines(self) -> frozenset[str]:
        """Those of its folders and of the law."""
        return frozenset(name for folder in (*self.folders, self.law) if folder for name in folder.deadlines)

    @cached_property
    def parameters(self) -> frozenset[str]:
        """Those of its folders and of the law."""
        return frozenset(name for folder in (*self.folders, self.law) if folder for name in folder.parameters)

    @cached_property
    def letters(self) -> frozenset[str]:
        """Those that there are, and those that the drawings send."""
        there = {name for folder in self.folders for name, _ in folder.letters}
        return frozenset(there | {node.attributes.get("letter", "") for node in self.nodes})

    @cached_property
    def outcomes(self) -> frozenset[str]:
        """What a case of it may end with."""
        ends = {id for id, node in _nodes(self.main).items() if node.kind == "endEvent"}
        return frozenset(ends | {*self.main.labels.outcomes, ""})


def reach(process: str, folders: Mapping[str, Bundle]) -> Reach | None:
    """A process and what it calls; None while one of them is not there or cannot be read, which is told elsewhere."""
    found: dict[str, Bundle] = {}
    ahead = [process]
    while ahead:
        name = ahead.pop()
        folder = folders.get(name)
        if folder is None or not _nodes(folder):
            return None
        if name not in found:
            found[name] = folder
            ahead += [node.called for node in _nodes(folder).values() if node.kind == "callActivity"]
    return Reach(found[process], tuple(found.values()), folders.get(LAW))


def _nodes(bundle: Bundle) -> Mapping[str, Node]:
    if bundle.hash not in _NODES:
        if len(_NODES) >= MOST_KEPT:
            _NODES.clear()
        try:
            read = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes if bundle.bpmn else {}
        except EngineError:
            read = {}
        _NODES[bundle.hash] = read
    return _NODES[bundle.hash]


def _named(here: Reach, step: StoryStep, folders: Mapping[str, Bundle]) -> Iterator[tuple[str, str]]:
    """The kind and the name of what a step names and is not there."""
    target, expect = step.target, step.expect
    if step.action in ("do", "pick", "hold"):
        yield from _lost("task", [target.get("task", "") if step.action == "hold" else target], here)
    if step.action == "answer":
        yield from _lost("service", [target], here)
    if step.action in ("start", "message"):
        yield from _lost("message", [target], here)
    if step.action == "publish":
        other = reach(str(target["process"]), folders) if target.get("process") not in (None, LAW) else here
        for kind in ("deadline", "parameter"):
            rows = target.get(f"{kind}s")
            yield from _lost(kind, rows if isinstance(rows, Mapping) else (), other or here)
    yield from _lost("task", expect.get("open", ()), here)
    yield from _lost("service", expect.get("calls", ()), here)
    yield from _lost("message", expect.get("waits", ()), here)
    for key in ("due", "no_deadline", "escalated"):
        yield from _lost("deadline", expect.get(key, ()), here)
    letter = expect.get("letter", {})
    yield from _lost("letter", [*expect.get("letters", ()), *([letter["name"]] if letter.get("name") else ())], here)
    yield from _lost("outcome", [expect["outcome"]] if "outcome" in expect else (), here)
    yield from (("process", name) for name in expect.get("started", ()) if name not in folders)


def _lost(kind: str, names: Any, here: Reach) -> Iterator[tuple[str, str]]:
    known: Mapping[str, Callable[[str], bool]] = {
        "task": lambda name: all(piece.partition("[")[0] in here.elements for piece in name.split("/")),
        "service": lambda name: all(piece.partition("[")[0] in here.elements for piece in name.split("/")),
        "message": lambda name: name in here.messages,
        "deadline": lambda name: here.law is None or name in here.deadlines,
        "parameter": lambda name: here.law is None or name in here.parameters,
        "letter": lambda name: name in here.letters,
        "outcome": lambda name: name in here.outcomes,
    }
    yield from ((kind, str(name)) for name in names if not known[kind](str(name)))


def _said(kind: str, number: int, name: str) -> Said:
    told = {
        "task": lambda: say("step {number}: there is no task {name!r}", number=number, name=name),
        "service": lambda: say("step {number}: there is no service {name!r}", number=number, name=name),
        "message": lambda: say("step {number}: there is no message {name!r}", number=number, name=name),
        "deadline": lambda: say("step {number}: there is no deadline {name!r}", number=number, name=name),
        "parameter": lambda: say("step {number}: there is no value {name!r}", number=number, name=name),
        "letter": lambda: say("step {number}: there is no letter {name!r}", number=number, name=name),
        "outcome": lambda: say("step {number}: there is no outcome {name!r}", number=number, name=name),
        "process": lambda: say("step {number}: there is no process {name!r}", number=number, name=name),
    }
    return told[kind]()


def line_of(text: str, number: int, name: str = "") -> int | None:
    """The line of a step in the text of a story, by its number from 1: the one that has the name, else its first."""
    starts = [found.start() for found in _HEADER.finditer(text)]
    if not 0 < number <= len(starts):
        return None
    end = starts[number] if number < len(starts) else len(text)
    found = re.compile(rf"(?<![\w/]){re.escape(name)}(?![\w/])").search(text, starts[number - 1], end) if name else None
    return text.count("\n", 0, found.start() if found else text.index("[", starts[number - 1])) + 1
