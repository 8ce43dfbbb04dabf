"""A drawing tried out without a case: choices, events and answers are supplied, every process is brought to its end.

A simulation shows how tokens run, not what data do: conditions are chosen and not evaluated, scripts, tables, letters
and calls out are done by hand. Whatever was supplied or stood in for is reported. The search is bounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.definition import Definition, Part, of_parts
from engine.diagram import Diagram
from engine.drawing import read_all
from engine.errors import BundleError, Finding, Rewrite, XmlError
from engine.lint import check_diagram
from engine.normalise import normalise
from engine.simulation.folder import empty_folder
from engine.simulation.supply import supply
from engine.simulation.walk import Budget, Search, Walk
from engine.standin import as_executable

Told = tuple[Diagram, tuple[Rewrite, ...]]
__all__ = ["Simulation", "Walk", "simulate", "simulate_diagrams"]


@dataclass(frozen=True, slots=True)
class Simulation:
    """One process tried out: one walk to an end for each of its starts, and the elements that any walk came to.

    `executable` is what the file says; `refused` are the errors that no stand-in answers: then there is no walk.
    """

    process: str
    name: str
    executable: bool
    additions: tuple[Rewrite, ...]
    refused: tuple[Finding, ...]
    walks: tuple[Walk, ...]
    elements: tuple[str, ...]
    visited: tuple[str, ...]

    @property
    def ended(self) -> bool:
        """Whether the process was brought to an end, from every one of its starts."""
        return bool(self.walks) and all(walk.ended for walk in self.walks)

    @property
    def missed(self) -> tuple[str, ...]:
        """The drawn elements that no walk came to."""
        return tuple(element for element in self.elements if element not in set(self.visited))


def simulate(data: bytes, *, file: str) -> tuple[Simulation, ...]:
    """Try out every process of a BPMN file, pool by pool; XmlError when the file or a process in it is unreadable."""
    drawn: list[Diagram] = []
    for diagram in read_all(data, file=file, asides=True):
        if isinstance(diagram, XmlError):
            raise diagram
        drawn.append(diagram)
    return simulate_diagrams(drawn)


def simulate_diagrams(drawn: list[Diagram]) -> tuple[Simulation, ...]:
    """Try out processes that may call each other."""
    whole = {diagram.process: _whole(diagram) for diagram in drawn}
    ready = {process: _ready(process, whole, from_outside=False) for process in whole}
    budget = Budget()
    found = [_simulate(diagram, ready, budget) for diagram in drawn]
    if all(one.ended and not one.missed for one in found):
        return tuple(found)
    # What waits for a signal of another branch, or of another process, may wait for ever: then it is supplied too.
    other = {process: _ready(process, whole, from_outside=True) for process in whole}
    for place, diagram in enumerate(drawn):
        if (not found[place].ended or found[place].missed) and other[diagram.process][0] != ready[diagram.process][0]:
            found[place] = _better(found[place], _simulate(diagram, other, budget))
    return tuple(found)


def _better(first: Simulation, second: Simulation) -> Simulation:
    """Two trials of a process as one: the one that ended, and what either came to."""
    walked = second if second.ended and not first.ended else first
    both = {*first.visited, *second.visited}
    additions = tuple(dict.fromkeys((*first.additions, *second.additions)))
    return replace(walked, visited=tuple(id for id in first.elements if id in both), additions=additions)


def _whole(diagram: Diagram) -> Told:
    normal, told = normalise(diagram)
    whole, stood_in = as_executable(normal)
    return whole, (*told, *stood_in)


def _ready(process: str, whole: Mapping[str, Told], *, from_outside: bool) -> Told:
    """A process as it is tried out, and all that was added to it."""
    diagram, told = whole[process]
    supplied, more = supply(diagram, _callable(process, whole), from_outside=from_outside)
    ready, last = as_executable(supplied)
    return ready, tuple(dict.fromkeys((*told, *more, *last)))


def _callable(process: str, whole: Mapping[str, Told]) -> set[str]:
    """The processes of the file that a process may call: they begin without a message, and never lead back to it."""
    calls = {name: _calls(diagram) & whole.keys() for name, (diagram, _) in whole.items()}
    return {
        name
        for name, (diagram, _) in whole.items()
        if any(not start.events for start in diagram.starts("")) and process not in _reached(name, calls)
    }


def _calls(diagram: Diagram) -> set[str]:
    return {node.called for node in diagram.nodes.values() if node.kind == "callActivity"}


def _reached(name: str, calls: Mapping[str, set[str]]) -> set[str]:
    """A process and all that it calls, directly and through others."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current not in found:
            found.add(current)
            waiting += calls.get(current, ())
    return found


def _simulate(drawn: Diagram, ready: Mapping[str, Told], budget: Budget) -> Simulation:
    parts = {name: diagram for name, (diagram, _) in ready.items()}
    mine = _reached(drawn.process, {name: _calls(diagram) for name, diagram in parts.items()})
    refused = tuple(f for name in sorted(mine) for f in check_diagram(parts[name]) if f.severity == "error")
    elements = tuple(id for id in drawn.nodes if id in parts[drawn.process].nodes)
    additions = ready[drawn.process][1]
    shown = Simulation(drawn.process, drawn.name, drawn.executable, additions, refused, (), elements, ())
    if refused:
        return shown
    try:
        definition = _definition(drawn.process, {name: parts[name] for name in mine})
    except BundleError as error:
        return replace(shown, refused=error.findings)
    search = Search(definition, parts[drawn.process], budget)
    walks = search.to_the_ends()
    search.to_the_rest(elements)
    return replace(shown, walks=walks, visited=tuple(id for id in elements if id in search.visited))


def _definition(process: str, parts: Mapping[str, Diagram]) -> Definition:
    return of_parts({name: Part(empty_folder(name), part, {}) for name, part in parts.items()}, process, {}, ())
