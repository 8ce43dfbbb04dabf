"""One evaluation of a requirement graph: each element once, with what it needs as names (DMN 1.5, 10.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decision_table import Trace
from engine.dmn.graph import Graph, Need, Node
from engine.dmn.types import read_json
from engine.errors import DecisionError, EngineError, FeelError, LimitError, UnusableError
from engine.feel import Function, Scope, Type, Value, call, converted
from engine.feel.types import ANY
from engine.said import say

Path = tuple[str, ...]
"""the names of the imports on the way to an element"""
_NOTHING = object()


@dataclass(slots=True)
class Evaluation:
    """Everything known while one decision or one call of a service is evaluated; results are kept by import path."""

    given: Mapping[str, object]
    scope: Scope
    trace: Trace
    done: dict[tuple[Path, str], Value] = field(default_factory=dict)
    frames: dict[Path, Scope] = field(default_factory=dict)
    active: set[tuple[Path, str]] = field(default_factory=set)

    def value(self, graph: Graph, node: Node, path: Path = ()) -> Value:
        """Give the value of an element: what was given, decided before, or is decided now."""
        key = (path, node.id)
        if key not in self.done:
            if key in self.active:
                raise DecisionError(say("{file}: {name!r} needs itself", file=graph.file, name=node.name))
            self.active.add(key)
            try:
                self.done[key] = self._made(graph, node, path)
            finally:
                self.active.discard(key)
        return self.done[key]

    def _made(self, graph: Graph, node: Node, path: Path) -> Value:
        if node.kind == "input":
            return self.input(graph, node, path)
        if node.kind != "decision":
            return self.function(graph, node, path)
        try:
            return self._decide(graph, node, path)
        except (EngineError, RecursionError) as error:
            if self.trace.strict or isinstance(error, (LimitError, UnusableError)):
                raise
            if isinstance(error, RecursionError):
                raise LimitError(f"{graph.file}: {node.name!r} is nested too deep") from None
            self.trace.problems.append(f"{node.name}: {error}")
            return None

    def _decide(self, graph: Graph, node: Node, path: Path) -> Value:
        if node.logic is None:
            raise UnusableError(
                say(
                    "{file}: decision {name!r} cannot be evaluated: {names}",
                    file=graph.file,
                    name=node.name,
                    names="; ".join(graph.broken),
                )
            )
        inner = self.frame(graph, path).inside(self.names(graph, node.needs, path))
        return self.trace.declared(
            node.logic(inner, self.trace), node.type, lambda: say("decision {name!r}", name=node.name)
        )

    def input(self, graph: Graph, node: Node, path: Path) -> Value:
        """Read what was given for an input data of this or of an imported file, as its declared type."""
        found = self._given(node, path)
        if found is _NOTHING:
            return None
        try:
            value = read_json(found, node.type)
        except FeelError as error:
            raise UnusableError(
                say("{file}, input {name!r}: {message}", file=graph.file, name=node.name, message=error.message)
            ) from None
        return self.trace.declared(
            value, node.type, lambda: say("{file}, input {name!r}", file=graph.file, name=node.name)
        )

    def _given(self, node: Node, path: Path) -> object:
        """Look up an input under the names of the imports, or else plainly; by the name of its variable or its own."""
        places = [self.given]
        for name in filter(None, path):
            inner = places[-1].get(name)
            if not isinstance(inner, Mapping):
                break
            places.append(inner)
        for place in reversed(places):
            for name in (node.name, node.label, ".".join((*filter(None, path), node.name))):
                if name in place:
                    return place[name]
        return _NOTHING

    def frame(self, graph: Graph, path: Path) -> Scope:
        """Give the scope in which the elements of a file are evaluated: what was given, its input data typed."""
        if path not in self.frames:
            given = {n.name: n for n in graph.nodes.values() if n.kind == "input"}
            typed = {name: self.value(graph, n, path) for name, n in given.items() if self._known(n, path)}
            self.frames[path] = self.scope.inside(typed)
        return self.frames[path]

    def _known(self, node: Node, path: Path) -> bool:
        return (path, node.id) in self.done or self._given(node, path) is not _NOTHING

    def names(self, graph: Graph, needs: tuple[Need, ...], path: Path) -> dict[str, Value]:
        """Give the values of what is required by name; those of an import inside a context of its name."""
        names: dict[str, Value] = {}
        for need in needs:
            owner, node, via = graph.resolve(need)
            if via:
                inner = dict(_context(names.get(via)))
                inner[node.name] = self.value(owner, node, (*path, via))
                names[via] = inner
            elif via is not None or node.kind != "input":
                names.setdefault(node.name, self.value(owner, node, path if via is None else (*path, via)))
        return names

    def function(self, graph: Graph, node: Node, path: Path) -> Value:
        """Give a knowledge model or a service as a function."""
        if node.kind == "service":
            return self.service(graph, node, path)
        names: dict[str, Value] = {}
        inner = self.frame(graph, path).inside(names)
        made = node.logic(inner, self.trace) if node.logic else None
        names[node.name] = made  # a model may call itself
        names.update({n: v for n, v in self.names(graph, node.needs, path).items() if n != node.name})
        if isinstance(made, Function) and node.type is not None:
            declared = node.type if node.type.kind == "function" else Type("function", node.type)
            made = names[node.name] = converted(made, declared)
        return made

    def service(self, graph: Graph, node: Node, path: Path) -> Value:
        """Give a service as a function of its input data and input decisions."""
        takes = [graph.resolve(need) for need in node.inputs]
        parameters = tuple(f"{via}.{one.name}" if via else one.name for _, one, via in takes)
        types = tuple(one.type or ANY for _, one, _ in takes)
        keys = [((*path, via) if via is not None else path, one.id) for _, one, via in takes]

        def run(arguments: tuple[Value, ...]) -> Value:
            given: dict[str, object] = dict(zip((one.name for _, one, _ in takes), arguments, strict=True))
            hidden: dict[str, object] = {n.name: None for n in graph.nodes.values() if n.kind == "input"}
            inside = Evaluation(given, self.scope.inside({**hidden, **given}), self.trace)
            inside.done.update(zip(keys, arguments, strict=True))
            results: dict[str, Value] = {}
            for need in node.outputs:
                owner, one, via = graph.resolve(need)
                results[one.name] = inside.value(owner, one, path if via is None else (*path, via))
            return next(iter(results.values())) if len(results) == 1 else results

        made = Function(parameters, run, types)
        if node.type is None:
            return made
        declared = node.type if node.type.kind == "function" else Type("function", node.type)
        return converted(made, declared)

    def invoked(self, graph: Graph, node: Node) -> Value:
        """Give the result of a decision, or of a model or service called with what was given by name."""
        value = self.value(graph, node)
        if node.kind == "decision" or not isinstance(value, Function):
            return value
        arguments = tuple(self._argument(name, wanted) for name, wanted in _parameters(value))
        return call(self.scope, value, arguments)

    def _argument(self, name: str, wanted: Type) -> Value:
        return read_json(self.given.get(name), wanted)


def _parameters(function: Function) -> list[tuple[str, Type]]:
    types = function.types or (ANY,) * len(function.parameters)
    return list(zip(function.parameters, types, strict=True))


def _context(value: object) -> Mapping[str, Value]:
    return value if isinstance(value, Mapping) else {}
