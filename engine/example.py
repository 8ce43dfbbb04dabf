"""Worked examples of a decision: a CSV table that its expert owns, played against it (docs/process-folder.md)."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine import feel
from engine.decision import Decisions
from engine.errors import DecisionError, EngineError, FeelError, Finding
from engine.feel import Host, Value
from engine.said import Said, say

MAX_EXAMPLES = 5_000


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: its name, its line in the file, the inputs, and the outputs that are checked."""

    name: str
    line: int
    inputs: Mapping[str, Value]
    outputs: Mapping[str, Value]


def read_examples(text: str, file: str = "") -> tuple[Example, ...]:
    """Read a CSV with the columns `name`, `in:<input>` and `out:<output>`, cells in FEEL; `,` or `;` between them.

    An empty `in:` cell is null, an empty `out:` cell is not checked; `in:application.amount` makes a context. Raises
    DecisionError with the line and the column.
    """
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=separator(text), strict=True)
    try:
        rows = [(lines.line_num, row) for row in lines if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise DecisionError(
            say("{file}, line {line_num}: not CSV: {reason}", file=file, line_num=lines.line_num, reason=str(error))
        ) from None
    if not rows:
        raise DecisionError(say("{file}: found nothing; expected a header with name, in:… and out:…", file=file))
    if len(rows) > MAX_EXAMPLES:
        raise DecisionError(
            say("{file}: {count} lines; at most {most} are read", file=file, count=len(rows), most=MAX_EXAMPLES)
        )
    header = [cell.strip() for cell in rows[0][1]]
    for column in header:
        if column != "name" and not column.startswith(("in:", "out:")):
            raise DecisionError(
                say(
                    "{file}, line 1: found the column {column!r}; expected name, in:<input> or out:<output>",
                    file=file,
                    column=column,
                )
            )
    return tuple(_example(header, row, line, file) for line, row in rows[1:])


def separator(text: str) -> str:
    """What stands between the cells of a CSV: the sign that its first line has more of."""
    first = text.partition("\n")[0]
    return ";" if first.count(";") > first.count(",") else ","


def _example(header: Sequence[str], row: Sequence[str], line: int, file: str) -> Example:
    if len(row) != len(header):
        raise DecisionError(
            say(
                "{file}, line {line}: found {count} cells; expected {count_2}",
                file=file,
                line=line,
                count=len(row),
                count_2=len(header),
            )
        )
    name = ""
    inputs: dict[str, Value] = {}
    outputs: dict[str, Value] = {}
    for column, cell in zip(header, row, strict=True):
        kind, _, path = column.partition(":")
        if kind == "name":
            name = cell.strip()
        elif kind == "in":
            _place(inputs, path.strip(), _literal(cell, file, line, column))
        elif cell.strip():
            outputs[path.strip()] = _literal(cell, file, line, column)
    return Example(name or f"line {line}", line, inputs, outputs)


def literal(cell: str) -> Value:
    """The value of a cell; None for an empty one. EngineError for what is no value by itself."""
    if not cell.strip():
        return None
    expression = feel.compile(cell.strip())
    if expression.paths:
        raise FeelError(say("{paths!r} is a name; a text is written in quotes", paths=expression.paths[0]))
    return expression({})


def _literal(cell: str, file: str, line: int, column: str) -> Value:
    try:
        return literal(cell)
    except EngineError as error:
        raise DecisionError(
            say(
                "{file}, line {line}, column {column!r}: {reason}",
                file=file,
                line=line,
                column=column,
                reason=error.said,
            )
        ) from None


def _place(inputs: dict[str, Value], path: str, value: Value) -> None:
    """Put a value at a dotted path, making the contexts on the way."""
    inner = inputs
    *above, last = path.split(".")
    for name in above:
        made = inner.setdefault(name, {})
        if not isinstance(made, dict):
            made = inner[name] = {}
        inner = made
    inner[last] = value


def run_examples(
    decisions: Decisions, decision: str, examples: Sequence[Example], functions: Host | None = None, *, file: str = ""
) -> list[Finding]:
    """Play the examples; each output that differs is an error that says what was expected and which rules decided."""
    findings: list[Finding] = []
    for example in examples:
        findings += [
            Finding(
                "decision-example",
                "error",
                say("example {name!r}: {message}", name=example.name, message=message),
                file,
                decision,
                example.line,
            )
            for message in _differences(decisions, decision, example, functions)
        ]
    return findings


def _differences(decisions: Decisions, decision: str, example: Example, functions: Host | None) -> list[Said]:
    try:
        found, trace = decisions.evaluate_outputs(decision, example.inputs, functions)
    except EngineError as error:
        return [error.said]
    rows = ", ".join(str(match.row) for match in trace) or say("none")
    differences = []
    for name, expected in example.outputs.items():
        if name not in found:
            names = ", ".join(found)
            differences.append(say("there is no output {name!r}; found {names}", name=name, names=names))
        elif feel.equal(found[name], expected) is not True:
            got, wanted = feel.text(found[name]), feel.text(expected)
            differences.append(
                say(
                    "{name} is {got}, expected {wanted} (rules that decided: {rows})",
                    name=name, got=got, wanted=wanted, rows=rows,
                )
            )  # fmt: skip
    return differences
