"""Decisions of a DMN file: read once, checked, and evaluated with the rules that decided (DMN 1.5).

`evaluate` gives what DMN says; `evaluate_outputs` what a business rule task stores: a context of outputs by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine import xml
from engine.decision_table import InputColumn, Matched, OutputColumn, Table
from engine.dmn.boxes import Logic, read_box, read_function
from engine.dmn.columns import read_table
from engine.dmn.element import child, children, local_name, text_of, type_of
from engine.dmn.reading import Reading
from engine.dmn.types import Types, read_types
from engine.errors import DecisionError, FeelError, Finding, LimitError
from engine.feel import FUNCTION_NAMES, HOUSE_FUNCTIONS, Host, Json, Scope, Value, settled
from engine.feel import to_json as feel_to_json
from engine.hit_policy import MANY

__all__ = ["Decision", "Decisions", "InputColumn", "Matched", "OutputColumn", "check", "load", "to_json"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: its table if it has one, the ids of the decisions and models that it needs, its input data."""

    id: str
    name: str
    type: str
    table: Table | None
    needs: tuple[str, ...]
    data: Mapping[str, str]
    _logic: Logic | None = field(repr=False, compare=False)

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
class Decisions:
    """All decisions of one file; `data` are its declared input data, name -> type as the file names it."""

    file: str
    by_id: Mapping[str, Decision]
    data: Mapping[str, str]
    findings: tuple[Finding, ...]
    _models: Mapping[str, tuple[str, Logic | None, tuple[str, ...]]] = field(repr=False)
    _types: Types = field(repr=False)

    def get(self, decision: str) -> Decision:
        """Give a decision by its id or its name; raises DecisionError when the file has none."""
        found = self.by_id.get(decision) or next((d for d in self.by_id.values() if d.name == decision), None)
        if found is None:
            known = ", ".join(self.by_id) or "none"
            raise DecisionError(f"{self.file}: there is no decision {decision!r}; found {known}")
        return found

    def evaluate(self, decision: str, inputs: Mapping[str, object], functions: Host | None = None) -> Value:
        """Evaluate a decision by id or name: a value, a context of outputs, or a list where the table collects.

        Raises DecisionError for a contradiction or a value that is not allowed, FeelError and LimitError.
        """
        return self.evaluate_traced(decision, inputs, functions)[0]

    def evaluate_traced(
        self, decision: str, inputs: Mapping[str, object], functions: Host | None = None
    ) -> tuple[Value, tuple[Matched, ...]]:
        """Evaluate like `evaluate`, and name the rules that decided, those of needed decisions first."""
        trace: list[Matched] = []
        found = self.get(decision)
        # what is given may be a whole case: only the declared names are read and typed here
        scope = Scope(inputs, functions).inside(self._typed(inputs))
        try:
            value = settled(self._run(found, scope, {}, trace))
        except RecursionError:
            raise LimitError(f"{self.file}: decision {decision!r} is nested too deep") from None
        return value, tuple(trace)

    def inputs(self, decision: str) -> dict[str, str]:
        """Give what a decision and those that it needs read, name -> type: input data, or the table's columns."""
        found = self.get(decision)
        names = {name: self._types.base(kind) for name, kind in found.data.items()}
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

    def typed_inputs(self, decision: str, inputs: Mapping[str, object]) -> dict[str, object]:
        """Read JSON data as the types of the declared input data (texts as dates, …); raises DecisionError.

        Columns of a table type what they read themselves; an unknown decision is refused here.
        """
        self.get(decision)
        return {**inputs, **self._typed(inputs)}

    def _typed(self, inputs: Mapping[str, object]) -> dict[str, object]:
        typed: dict[str, object] = {}
        for name, type_name in self.data.items():
            if name in inputs:
                try:
                    typed[name] = self._types.typed(inputs[name], type_name)
                except FeelError as error:
                    raise DecisionError(f"{self.file}, input {name!r}: {error.message}") from None
        return typed

    def _names(self, needs: tuple[str, ...]) -> set[str]:
        return {self.by_id[need].name for need in needs if need in self.by_id}

    def _run(self, decision: Decision, scope: Scope, done: dict[str, Value], trace: list[Matched]) -> Value:
        """Evaluate what a decision needs, each once, and then the decision itself."""
        names: dict[str, Value] = {}
        for need in decision.needs:
            if need in self.by_id:
                needed = self.by_id[need]
                if need not in done:
                    done[need] = self._run(needed, scope, done, trace)
                names[needed.name] = done[need]
            else:
                names.update(self._model(need, scope, trace))
        if decision._logic is None:
            reasons = "; ".join(f.message for f in self.findings if f.severity == "error")
            raise DecisionError(f"{self.file}: decision {decision.name!r} cannot be evaluated: {reasons}")
        return decision._logic(scope.inside(names), trace)

    def _model(self, need: str, scope: Scope, trace: list[Matched]) -> dict[str, Value]:
        """Give a business knowledge model as a function that sees the models that it needs itself."""
        name, logic, needs = self._models[need]
        inner: dict[str, Value] = {}
        for further in needs:
            inner.update(self._model(further, scope, trace))
        return {name: logic(scope.inside(inner), trace) if logic else None}


def load(data: bytes, file: str) -> Decisions:
    """Read a DMN file; raises XmlError for bad XML, DecisionError when it holds no decision; the rest are findings."""
    root = xml.parse(data, file=file)
    if local_name(root) != "definitions" or "/DMN/" not in (root.tag or ""):
        raise DecisionError(f"{file}: found {root.tag!r}, expected the definitions of DMN")
    reading = Reading(file)
    elements = list(children(root, "decision", "inputData", "businessKnowledgeModel"))
    ids = {element.get("id"): element for element in elements if element.get("id")}
    reading.types = read_types(root)
    reading.names = frozenset(_name(element) for element in elements) | reading.types.names()
    decisions: dict[str, Decision] = {}
    models: dict[str, tuple[str, Logic | None, tuple[str, ...]]] = {}
    for element in elements:
        key = element.get("id") or _name(element)
        needs = tuple(_needs(element, ids, reading))
        first = len(reading.expressions)
        if local_name(element) == "decision":
            decisions[key] = _decision(element, key, needs, ids, reading)
        elif local_name(element) == "businessKnowledgeModel":
            inner = child(element, "encapsulatedLogic")
            logic = read_function(inner, _name(element), reading) if inner is not None else None
            models[key] = (_name(element), logic, needs)
        _cross_check(element, needs, ids, first, reading)
    for element in children(root, "decisionService", "import"):
        reading.error(
            "decision-element", f"a DMN {local_name(element)!r} is not supported; expected decisions only", element
        )
    if not decisions:
        raise DecisionError(f"{file}: found no decision; expected at least one")
    _refuse_cycles({**{k: d.needs for k, d in decisions.items()}, **{k: m[2] for k, m in models.items()}}, ids, reading)
    inputs = {_name(e): _input_type(e) for e in elements if local_name(e) == "inputData"}
    return Decisions(file, decisions, inputs, tuple(reading.findings), models, reading.types)


def check(decisions: Decisions) -> list[Finding]:
    """Give everything that is wrong with a file: cells that cannot be read, unknown names, policies, cycles."""
    return list(decisions.findings)


def to_json(value: Value) -> Json:
    """Write a result for people and scripts: numbers as JSON numbers, dates and durations as ISO texts."""
    return feel_to_json(value, numbers=True)


def _name(element: Any) -> str:
    variable = child(element, "variable")
    name = (variable.get("name") if variable is not None else None) or element.get("name") or element.get("id") or ""
    return " ".join(name.split())


def _input_type(element: Any) -> str:
    return type_of(child(element, "variable"))


def _needs(element: Any, ids: Mapping[str, Any], reading: Reading) -> Iterator[str]:
    """Give the ids of the decisions and knowledge models that an element requires."""
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        for target in children(requirement, "requiredDecision", "requiredKnowledge", "requiredInput"):
            key = target.get("href", "").rpartition("#")[2]
            if key not in ids:
                reading.error(
                    "decision-requirement", f"{_name(element)!r} requires {key!r}, which is not in the file", element
                )
            elif local_name(ids[key]) != "inputData":
                yield key


def _decision(element: Any, key: str, needs: tuple[str, ...], ids: Mapping[str, Any], reading: Reading) -> Decision:
    name = _name(element)
    box = child(element, "decisionTable")
    type_name = type_of(child(element, "variable"))
    table = read_table(box, name, key, reading, box.get("typeRef") or type_name) if box is not None else None
    logic: Logic | None
    if table is not None:
        logic = table.decide
    else:
        logic = read_box(element, name, reading) if box is None else None
    return Decision(key, name, reading.types.base(type_name), table, needs, _required_inputs(element, ids), logic)


def _cross_check(element: Any, needs: tuple[str, ...], ids: Mapping[str, Any], first: int, reading: Reading) -> None:
    """Find names and functions that nothing declares, in what was compiled for this element."""
    declared = {_name(ids[need]) for need in needs} | set(_required_inputs(element, ids))
    own = reading.expressions[first:]
    if not declared:  # a bare table: what its input columns ask for is what it is given
        columns = [
            text_of(child(c, "inputExpression"))
            for t in children(element, "decisionTable")
            for c in children(t, "input")
        ]
        declared = {path.split(".")[0] for made, *_ in own if made.source in columns for path in made.paths}
    for made, place, line, local in own:
        known = declared | local
        for path in made.paths:
            root = path.split(".")[0]
            if root not in known and root != "today":
                expected = ", ".join(sorted(known)) or "nothing"
                message = f"{place}: {made.source!r} reads {path!r}, which is not declared; known here: {expected}"
                reading.findings.append(
                    Finding("decision-name", "error", message, reading.file, element.get("id"), line)
                )
        for name, _ in made.calls:
            if name not in FUNCTION_NAMES | HOUSE_FUNCTIONS | known:
                message = f"{place}: {made.source!r} calls {name}(), which is no function"
                reading.findings.append(
                    Finding("decision-name", "error", message, reading.file, element.get("id"), line)
                )


def _required_inputs(element: Any, ids: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for requirement in children(element, "informationRequirement"):
        for target in children(requirement, "requiredInput"):
            key = target.get("href", "").rpartition("#")[2]
            if key in ids:
                found[_name(ids[key])] = _input_type(ids[key])
    return found


def _refuse_cycles(needs: Mapping[str, tuple[str, ...]], ids: Mapping[str, Any], reading: Reading) -> None:
    """Refuse decisions that need themselves: they would never end."""
    finished: set[str] = set()

    def visit(key: str, above: tuple[str, ...]) -> None:
        if key in above:
            raise DecisionError(f"{reading.file}: {' needs '.join((*above[above.index(key) :], key))}: a circle")
        if key not in finished:
            if len(above) > 50:
                raise DecisionError(f"{reading.file}: more than 50 decisions need each other in a row")
            for need in needs.get(key, ()):
                visit(need, (*above, key))
            finished.add(key)

    for key in needs:
        visit(key, ())
