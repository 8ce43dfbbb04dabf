"""Decisions of a DMN file: read once, checked, and evaluated with the rules that decided (DMN 1.5).

`evaluate` gives what DMN says; `evaluate_outputs` what a business rule task stores: a context of outputs by name;
`answer` never fails: what DMN calls an error is null, with the reasons beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decision_table import InputColumn, Matched, OutputColumn, Table, Trace
from engine.dmn.coverage import analyse
from engine.dmn.evaluation import Evaluation
from engine.dmn.graph import Graph
from engine.dmn.loading import Loaded, load_graph
from engine.errors import DecisionError, EngineError, Finding, LimitError, UnusableError
from engine.feel import Host, Json, Scope, Value, settled
from engine.feel import to_json as feel_to_json
from engine.hit_policy import MANY
from engine.said import say

__all__ = [
    "Decision",
    "Decisions",
    "InputColumn",
    "Matched",
    "OutputColumn",
    "check",
    "gaps_and_overlaps",
    "load",
    "to_json",
]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its table if it has one, the ids of the decisions and models that it needs, its input data."""

    id: str
    name: str
    type: str
    table: Table | None
    needs: tuple[str, ...]
    data: Mapping[str, str]

    @property
    def inputs(self) -> tuple[InputColumn, ...]:
        """The input columns of its table."""
        return self.table.inputs if self.table else ()

    @property
    def outputs(self) -> tuple[OutputColumn, ...]:
        """The output columns of its table; an unnamed one is named after the decision."""
        if self.table is None:
            return (OutputColumn(self.name, self.type, None, None),)
        return tuple(
            OutputColumn(c.name or self.name, c.type or self.type, c.values, c.default) for c in self.table.outputs
        )

    @property
    def hit_policy(self) -> str:
        """The hit policy of its table; "" for other logic."""
        return self.table.hit_policy if self.table else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What `answer` gives: the result as DMN has it, and in words what was null because of an error."""

    value: Value
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decisions:
    """All decisions of one file; `data` are its declared input data, name -> type as the file names it."""

    file: str
    by_id: Mapping[str, Decision]
    data: Mapping[str, str]
    findings: tuple[Finding, ...]
    _graph: Graph = field(repr=False)
    doubts: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """ids of the elements that are uncertain, each with its doubt by language"""

    def get(self, decision: str) -> Decision:
        """Give a decision by its id or its name; raises DecisionError when the file has none."""
        node = self._graph.find(decision)
        found = self.by_id.get(node.id) if node else None
        if found is None:
            known = ", ".join(self.by_id) or say("none")
            raise DecisionError(
                say(
                    "{file}: there is no decision {decision!r}; found {known}",
                    file=self.file,
                    decision=decision,
                    known=known,
                )
            )
        return found

    def evaluate(self, decision: str, inputs: Mapping[str, object], functions: Host | None = None) -> Value:
        """Evaluate a decision, service or model by id or name: a value, a context of outputs, or a list.

        Raises DecisionError for a contradiction or a value that is not allowed, FeelError and LimitError. A result that
        is not of its declared type is null, as DMN has it.
        """
        return self._evaluated(decision, inputs, functions, Trace("errors"))

    def evaluate_traced(
        self, decision: str, inputs: Mapping[str, object], functions: Host | None = None
    ) -> tuple[Value, tuple[Matched, ...]]:
        """Evaluate, and name the rules that decided, those of needed decisions first.

        A result that is not of its declared type is a DecisionError: no case goes on with a null that nobody meant.
        """
        trace = Trace("all")
        return self._evaluated(decision, inputs, functions, trace), tuple(trace)

    def answer(self, decision: str, inputs: Mapping[str, object], functions: Host | None = None) -> Answer:
        """Evaluate as DMN 1.5 does where errors are null.

        Raises DecisionError for an unknown decision, UnusableError for logic or data that cannot be read.
        """
        trace = Trace("")
        if self._graph.find(decision) is None:
            self.get(decision)
        try:
            value = self._evaluated(decision, inputs, functions, trace)
        except UnusableError:
            raise
        except EngineError as error:
            return Answer(None, (*trace.problems, str(error)))
        return Answer(value, tuple(trace.problems))

    def _evaluated(self, decision: str, inputs: Mapping[str, object], functions: Host | None, trace: Trace) -> Value:
        node = self._graph.find(decision)
        if node is None:
            self.get(decision)
            raise DecisionError(say("{file}: there is no decision {decision!r}", file=self.file, decision=decision))
        # what is given may be a whole case: only the declared names are read and typed here
        evaluation = Evaluation(inputs, Scope(inputs, functions), trace)
        try:
            return settled(evaluation.invoked(self._graph, node))
        except RecursionError:
            raise LimitError(f"{self.file}: decision {decision!r} is nested too deep") from None

    def inputs(self, decision: str) -> dict[str, str]:
        """Give what a decision and those that it needs read, name -> type: input data, or the table's columns."""
        found = self.get(decision)
        names = {name: self._graph.types.base(kind) for name, kind in found.data.items()}
        if not found.data:
            names = {column.expression.source: column.type for column in found.inputs}
        for need in found.needs:
            names.update(self.inputs(need) if need in self.by_id else {})
        return names if not found.needs else {n: t for n, t in names.items() if n not in self._names(found.needs)}

    def outputs(self, decision: str) -> dict[str, str]:
        """Give the outputs of a decision, name -> type, as `evaluate_outputs` names them."""
        return {column.name: column.type for column in self.get(decision).outputs}

    def evaluate_outputs(
        self, decision: str, inputs: Mapping[str, object], functions: Host | None = None
    ) -> tuple[dict[str, Value], tuple[Matched, ...]]:
        """Give the outputs by name, as a business rule task stores them, and the rules that decided.

        A table that collects gives a list for each output; a context of a decision without a table is given as it is.
        """
        found = self.get(decision)
        value, trace = self.evaluate_traced(decision, inputs, functions)
        names = [column.name for column in found.outputs]
        if found.table is not None and found.hit_policy in MANY and not found.table.aggregation:
            rows = value if isinstance(value, tuple) else ()
            if len(names) == 1:
                return {names[0]: rows}, trace
            return {n: tuple(r[n] for r in rows if isinstance(r, Mapping)) for n in names}, trace
        if isinstance(value, Mapping) and (found.table is None or len(names) > 1):
            return dict(value), trace
        return ({names[0]: value} if len(names) == 1 else dict.fromkeys(names)), trace

    def _names(self, needs: tuple[str, ...]) -> set[str]:
        return {self.by_id[need].name for need in needs if need in self.by_id}


def load(data: bytes, file: str, others: Mapping[str, bytes] | None = None) -> Decisions:
    """Read a DMN file and what it imports of the others; problems in it are findings.

    Raises XmlError for bad XML, DecisionError when it holds no decision or one that needs itself.
    """
    loaded = load_graph(data, file, others or {})
    graph = loaded.graph
    if not any(node.kind == "decision" for node in graph.nodes.values()):
        raise DecisionError(say("{file}: found no decision; expected at least one", file=file))
    by_id = {node.id: _decision(loaded, node.id) for node in graph.nodes.values() if node.kind == "decision"}
    return Decisions(file, by_id, loaded.data, tuple(loaded.findings), graph, loaded.doubts)


def _decision(loaded: Loaded, key: str) -> Decision:
    node = loaded.graph.nodes[key]
    needs = tuple(n.id for n in node.needs if n.imported is None and loaded.graph.nodes[n.id].kind != "input")
    required = {loaded.graph.nodes[n.id].name for n in node.needs if n.imported is None}
    data = {name: kind for name, kind in loaded.data.items() if name in required}
    return Decision(
        key, node.name, loaded.graph.types.base(loaded.declared.get(key, "")), loaded.tables.get(key), needs, data
    )


def check(decisions: Decisions) -> list[Finding]:
    """Give everything that is wrong with a file: cells that cannot be read, unknown names, policies, cycles."""
    return list(decisions.findings)


def gaps_and_overlaps(decisions: Decisions) -> list[Finding]:
    """Give warnings for the tables of a file that leave inputs open or whose rules contradict each other."""
    found: list[Finding] = []
    for decided in decisions.by_id.values():
        if decided.table is not None:
            found += analyse(decided.table, decisions.file)
    return found


def to_json(value: Value) -> Json:
    """Write a result for people and scripts: numbers as JSON numbers, dates and durations as ISO texts."""
    return feel_to_json(value, numbers=True)
