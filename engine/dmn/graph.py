"""The requirement graph of a DMN file: input data, decisions, knowledge models, services, and what each needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.boxes import Logic
from engine.dmn.types import Types
from engine.feel import Type


@dataclass(frozen=True, slots=True)
class Need:
    """What an element requires: the id of an element of this file, or of the import with this number."""

    id: str
    imported: int | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """An element: `kind` is input, decision, model or service; `needs` what its logic reads and calls.

    A service has `outputs` and takes `inputs` in the order of its parameters. `label` is the name of the element where
    its variable is called otherwise.
    """

    id: str
    name: str
    label: str
    kind: str
    type: Type | None
    needs: tuple[Need, ...] = ()
    logic: Logic | None = field(default=None, repr=False, compare=False)
    outputs: tuple[Need, ...] = ()
    inputs: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """The elements of one file by id, its types, and the graphs that it imports under a name ("": without one).

    `broken` says in words why some logic could not be read.
    """

    file: str
    namespace: str
    nodes: Mapping[str, Node]
    types: Types
    imports: tuple[tuple[str, Graph], ...] = ()
    broken: list[str] = field(default_factory=list)

    def resolve(self, need: Need) -> tuple[Graph, Node, str | None]:
        """Give the graph and the element that a need points to, and the name of the import on the way to it."""
        if need.imported is None:
            return self, self.nodes[need.id], None
        name, graph = self.imports[need.imported]
        return graph, graph.nodes[need.id], name

    def find(self, name: str) -> Node | None:
        """Give an element by its id, its variable's name or its own name; decisions before services before models."""
        order = [n for kind in ("decision", "service", "model") for n in self.nodes.values() if n.kind == kind]
        for node in order:
            if node.id == name:
                return node
        plain = " ".join(name.split())
        return next((n for n in order if n.name == plain), next((n for n in order if n.label == plain), None))
