"""A decision table, compiled: inputs, rules of unary tests, outputs and a hit policy (DMN 1.5, chapter 8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from engine.errors import DecisionError, FeelError
from engine.feel import Expression, Scope, Type, UnaryTests, Value, converted, from_json, text
from engine.hit_policy import MANY, Hit, aggregate, choose
from engine.said import Said, say


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A question of the table: its label, the FEEL expression asked, its type and the values that it may have.

    `domain` are those values, or else the ones that the type of the question allows.
    """

    label: str
    expression: Expression
    type: str
    allowed: UnaryTests | None
    domain: UnaryTests | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """An answer of the table: its name ("" for none), type, allowed values in order of priority, and default.

    `declared` is the type that its values are made to conform to, `allowed` tests them against the allowed values.
    """

    name: str
    type: str
    values: tuple[Value, ...] | None
    default: Expression | None
    declared: Type | None = None
    allowed: UnaryTests | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: its id, its number from 1, a test for each input, an expression for each output, its annotations.

    `asked` are the tests that ask something (not `-`), each with the number of its column from 0.
    """

    id: str
    row: int
    tests: tuple[UnaryTests, ...]
    outputs: tuple[Expression, ...]
    note: str
    asked: tuple[tuple[int, UnaryTests], ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule that decided: the id of its decision, its own id, its row (from 1) and its annotations."""

    decision: str
    rule: str
    row: int
    note: str


class Trace(list[Matched]):
    """The rules that decided, and the problems met; `strict` says what ends the evaluation instead of giving null.

    "all": any problem, also a value that is not of its declared type; "errors": anything but that; "": nothing.
    """

    def __init__(self, strict: str) -> None:
        super().__init__()
        self.strict = strict
        self.problems: list[str] = []

    def refuse(self, message: Said) -> None:
        """End the evaluation, or note the problem where it gives null; raises DecisionError."""
        if self.strict:
            raise DecisionError(message)
        self.problems.append(message)

    def declared(self, value: Value, wanted: Type | None, place: Callable[[], Said]) -> Value:
        """Make a value conform to a declared type; what does not is null and a problem."""
        if value is None or wanted is None:
            return value
        found = converted(value, wanted)
        if found is None:
            shown = text(value)[:80]
            if wanted.allowed:
                message = say("{place}: {value} is no {kind} that is allowed", place=place(), value=shown, kind=wanted)
            else:
                message = say("{place}: {value} is no {kind}", place=place(), value=shown, kind=wanted)
            if self.strict == "all":
                raise DecisionError(message)
            self.problems.append(message)
        return found


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table; `hit_policy` is a word of DMN ("RULE ORDER", …), `aggregation` "" or one of COLLECT's."""

    decision: str
    name: str
    hit_policy: str
    aggregation: str
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[Rule, ...]

    def decide(self, scope: Scope, trace: Trace) -> Value:
        """Evaluate as DMN says; the rules that count are added to the trace; raises DecisionError."""
        hits = self.hits(scope, trace)
        if not hits:
            return self._nothing(scope, trace)
        if self.aggregation:
            return aggregate(self.aggregation, [hit.outputs[0] for hit in hits])
        results = [self._result(hit.outputs, trace) for hit in hits]
        return tuple(results) if self.hit_policy in MANY else results[0]

    def hits(self, scope: Scope, trace: Trace) -> list[Hit]:
        """Find the rules that count, in the order of the policy, and add them to the trace; raises DecisionError."""
        values = [self._input(column, scope, trace) for column in self.inputs]
        frames = [scope.inside({"?": value}) for value in values]
        found: list[Hit] = []
        scope.spend(1 + len(self.rules))
        for rule in self.rules:
            for column, test in rule.asked:
                if test.test(values[column], frames[column]) is not True:
                    break
            else:
                found.append(Hit(rule.row, tuple(output.run(scope) for output in rule.outputs)))
                if self.hit_policy == "FIRST":
                    break
        try:
            chosen = choose(self.hit_policy, found, [column.values for column in self.outputs])
        except DecisionError as error:
            raise DecisionError(say("table {name!r}: {reason}", name=self.name, reason=error.said)) from None
        for hit in chosen:
            rule = self.rules[hit.row - 1]
            trace.append(Matched(self.decision, rule.id, rule.row, rule.note))
        return [self._allowed(hit, scope, trace) for hit in chosen]

    def _input(self, column: InputColumn, scope: Scope, trace: Trace) -> Value:
        value = column.expression.run(scope)
        if isinstance(value, str) and column.type not in ("", "string", "Any", "any"):
            try:
                value = from_json(value, column.type)
            except FeelError as error:
                trace.refuse(say("{place}: {reason}", place=self._input_place(column), reason=error.message))
                return None
        if value is not None and column.allowed and column.allowed.run(value, scope) is not True:
            trace.refuse(_not_among(self._input_place(column), value, column.allowed))
            return None
        return value

    def _allowed(self, hit: Hit, scope: Scope, trace: Trace) -> Hit:
        """Give a hit whose outputs are all allowed; one that is not is an error, or null."""
        if all(column.allowed is None for column in self.outputs):
            return hit
        outputs = list(hit.outputs)
        for index, column in enumerate(self.outputs):
            output = outputs[index]
            if output is None or column.allowed is None or isinstance(output, tuple):
                continue
            if column.allowed.run(output, scope) is not True:
                name = column.name or self.name
                place = say("table {table!r}, rule row {row}, output {name!r}", table=self.name, row=hit.row, name=name)
                trace.refuse(_not_among(place, output, column.allowed))
                outputs[index] = None
        return Hit(hit.row, tuple(outputs))

    def _input_place(self, column: InputColumn) -> Said:
        return say("table {table!r}, input {label!r}", table=self.name, label=column.label)

    def _output_place(self, column: OutputColumn) -> Said:
        return say("table {table!r}, output {name!r}", table=self.name, name=column.name or self.name)

    def _nothing(self, scope: Scope, trace: Trace) -> Value:
        defaults = tuple(column.default.run(scope) if column.default else None for column in self.outputs)
        if any(column.default for column in self.outputs):
            result = self._result(defaults, trace)
            return (result,) if self.hit_policy in MANY and not self.aggregation else result
        if self.aggregation:
            return aggregate(self.aggregation, [])
        return () if self.hit_policy in MANY else None

    def _result(self, outputs: tuple[Value, ...], trace: Trace) -> Value:
        made = [
            trace.declared(value, column.declared, partial(self._output_place, column))
            for column, value in zip(self.outputs, outputs, strict=True)
        ]
        if len(made) == 1:
            return made[0]
        return {column.name: value for column, value in zip(self.outputs, made, strict=True)}


def _not_among(place: Said, value: Value, allowed: UnaryTests) -> Said:
    return say("{place}: {value!r} is not among {allowed}", place=place, value=text(value), allowed=allowed.source)
