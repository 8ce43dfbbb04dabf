"""Reading a decision table: its columns, rules, allowed values and hit policy."""

from __future__ import annotations

from typing import Any

from engine import feel
from engine.decision_table import InputColumn, OutputColumn, Rule, Table
from engine.dmn.element import child, children, text_of, type_of
from engine.dmn.reading import Reading
from engine.errors import FeelError
from engine.feel import Value
from engine.hit_policy import AGGREGATIONS, MANY, SINGLE
from engine.said import say


def read_table(box: Any, place: str, decision: str, reading: Reading, type_name: str = "") -> Table | None:
    """Read a decision table; None when a column or a rule cannot be used (its findings say which)."""
    before = len(reading.findings)
    policy = box.get("hitPolicy", "UNIQUE").upper()
    aggregation = (box.get("aggregation") or "").upper()
    _check_policy(policy, aggregation, place, box, reading)
    inputs = [_input(column, n, place, reading) for n, column in enumerate(children(box, "input"), start=1)]
    outputs = [_output(column, place, type_name, reading) for column in children(box, "output")]
    if not outputs or (len(outputs) > 1 and (aggregation or not all(column.name for column in outputs))):
        message = say("{place}: expected one output, or several named and no aggregation", place=place)
        reading.error("decision-columns", message, box)
    labels = [column.label if column else "" for column in inputs]
    notes = [column.get("name", "") for column in children(box, "annotation")]
    names = [column.name or place for column in outputs]
    rules = [
        _rule(element, row, (place, labels, names, notes), reading)
        for row, element in enumerate(children(box, "rule"), start=1)
    ]
    if policy in ("PRIORITY", "OUTPUT ORDER") and all(column.values is None for column in outputs):
        message = say("{place}: {policy} needs the allowed values of an output, in order", place=place, policy=policy)
        reading.error("decision-hit-policy", message, box)
    if len(reading.findings) > before:
        return None
    _warn_of_repeats(policy, rules, place, box, reading)
    return Table(
        decision,
        place,
        policy,
        aggregation,
        tuple(column for column in inputs if column),
        tuple(outputs),
        tuple(rule for rule in rules if rule),
    )


def _check_policy(policy: str, aggregation: str, place: str, box: Any, reading: Reading) -> None:
    if policy not in SINGLE | MANY:
        message = say(
            "{place}: found the hit policy {policy!r}; expected one of {expected}",
            place=place, policy=policy, expected=", ".join(sorted(SINGLE | MANY)),
        )  # fmt: skip
        reading.error("decision-hit-policy", message, box)
    if aggregation and (policy != "COLLECT" or aggregation not in AGGREGATIONS):
        message = say(
            "{place}: {policy} does not aggregate with {aggregation!r}",
            place=place, policy=policy, aggregation=aggregation,
        )  # fmt: skip
        reading.error("decision-hit-policy", message, box)


def _warn_of_repeats(policy: str, rules: list[Rule | None], place: str, box: Any, reading: Reading) -> None:
    """Warn of rules that never decide, or never alone: the same conditions twice, or a rule after one without any."""
    seen: dict[tuple[str, ...], int] = {}
    for rule in rules:
        if rule is None or policy in MANY:
            continue
        conditions = tuple(test.source for test in rule.tests)
        first = seen.setdefault(conditions, rule.row)
        open_row = seen.get(("-",) * len(conditions), rule.row)
        if first != rule.row:
            message = say(
                "table {place!r}: rule rows {first} and {row} have the same conditions",
                place=place, first=first, row=rule.row,
            )  # fmt: skip
            reading.warning("decision-repeat", message, box)
        elif policy == "FIRST" and open_row < rule.row:
            message = say(
                "table {place!r}: rule row {row} is never reached, row {open_row} always matches",
                place=place, row=rule.row, open_row=open_row,
            )  # fmt: skip
            reading.warning("decision-repeat", message, box)


def _input(element: Any, number: int, place: str, reading: Reading) -> InputColumn | None:
    inner = child(element, "inputExpression")
    source = text_of(inner)
    label = element.get("label") or source or f"{number}"
    expression = reading.expression(source, say("table {table!r}, input {label!r}", table=place, label=label), element)
    type_name = type_of(inner)
    allowed = text_of(child(element, "inputValues"))
    tests = (
        reading.tests(allowed, say("table {table!r}, allowed values of {label!r}", table=place, label=label), element)
        if allowed
        else None
    )
    of_type = reading.types.values(type_name)
    domain = tests or (
        reading.tests(of_type, say("type {name!r}, allowed values", name=type_name), element) if of_type else None
    )
    return InputColumn(label, expression, reading.types.base(type_name), tests, domain) if expression else None


def _output(element: Any, place: str, type_name: str, reading: Reading) -> OutputColumn:
    name = element.get("name") or ""
    where = say("table {table!r}, output {name!r}", table=place, name=name or place)
    typed = type_of(element) or type_name
    allowed = text_of(child(element, "outputValues"))
    allowed = allowed or reading.types.values(typed)
    default = child(element, "defaultOutputEntry")
    expression = (
        reading.expression(text_of(default), say("{where}, default", where=where), element)
        if text_of(default)
        else None
    )
    tests = reading.tests(allowed, say("{where}, allowed values", where=where), element) if allowed else None
    declared = reading.types.get(type_of(element))
    return OutputColumn(
        name, reading.types.base(typed), _values(allowed) if tests else None, expression, declared, tests
    )


def _values(source: str) -> tuple[Value, ...] | None:
    """Read allowed values as a list of constants; ranges and conditions have no order and are left out."""
    try:
        found = feel.compile(f"[{source}]")({})
    except FeelError:
        return None
    plain = isinstance(found, tuple) and not any(item is None or isinstance(item, feel.Range) for item in found)
    return found if plain and isinstance(found, tuple) else None


def _rule(element: Any, row: int, table: tuple[str, list[str], list[str], list[str]], reading: Reading) -> Rule | None:
    place, labels, names, notes = table
    cells, answers = list(children(element, "inputEntry")), list(children(element, "outputEntry"))
    where = say("table {table!r}, rule row {row}", table=place, row=row)
    if len(cells) != len(labels) or len(answers) != len(names):
        message = say(
            "{where}: found {cells} and {answers} cells, expected {inputs} inputs and {outputs} outputs",
            where=where, cells=len(cells), answers=len(answers), inputs=len(labels), outputs=len(names),
        )  # fmt: skip
        reading.error("decision-columns", message, element)
        return None
    tests = [
        reading.tests(text_of(cell), say("{where}, column {label!r}", where=where, label=label), cell)
        for cell, label in zip(cells, labels, strict=True)
    ]
    outputs = [
        reading.expression(text_of(cell) or "null", say("{where}, column {label!r}", where=where, label=name), cell)
        for cell, name in zip(answers, names, strict=True)
    ]
    made = [text_of(note) for note in children(element, "annotationEntry")]
    labelled = [
        f"{n}: {t}" if n and len(notes) > 1 else t for n, t in zip([*notes, *[""] * len(made)], made, strict=False)
    ]
    note = "; ".join(part for part in [*labelled, text_of(child(element, "description"))] if part)
    good_tests = tuple(test for test in tests if test)
    good_outputs = tuple(output for output in outputs if output)
    if len(good_tests) != len(tests) or len(good_outputs) != len(outputs):
        return None
    asked = tuple((n, test) for n, test in enumerate(good_tests) if test.source not in ("", "-"))
    return Rule(element.get("id") or f"{row}", row, good_tests, good_outputs, note, asked)
