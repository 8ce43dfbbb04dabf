"""Reading boxed expressions into logic: literals, tables, contexts, lists, relations, invocations, functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.decision_table import Trace
from engine.dmn.columns import read_table
from engine.dmn.element import child, children, local_name, text_of, type_of
from engine.dmn.reading import Reading
from engine.feel import Function, Scope, Type, Value, call, loops
from engine.feel.types import ANY
from engine.said import Said, say

Logic = Callable[[Scope, Trace], Value]
_FEEL = ("", "feel", "https://www.omg.org/spec/DMN/20230324/FEEL/")
BOXES = (
    "literalExpression",
    "decisionTable",
    "context",
    "invocation",
    "functionDefinition",
    "list",
    "relation",
    "conditional",
    "for",
    "every",
    "some",
    "filter",
)


def read_box(element: Any, place: Said, reading: Reading) -> Logic | None:
    """Read the logic inside an element: whichever boxed expression it holds; None when it has none or a broken one."""
    box = next(children(element, *BOXES), None)
    if box is None:
        reading.error(
            "decision-logic", say("{place}: found no logic; expected a table or an expression", place=place), element
        )
        return None
    return read_one(box, place, reading)


def typed(logic: Logic, wanted: Type | None, place: Said) -> Logic:
    """Make what some logic gives conform to a declared type, when there is one."""
    if wanted is None or (wanted.kind == "Any" and wanted.allowed is None):
        return logic
    return lambda scope, trace: trace.declared(logic(scope, trace), wanted, lambda: place)


def _literal(box: Any, place: Said, reading: Reading) -> Logic | None:
    language = box.get("expressionLanguage") or ""
    if language not in _FEEL and "FEEL" not in language.upper():
        reading.error(
            "decision-language",
            say("{place}: found the language {language!r}, expected FEEL", place=place, language=language),
            box,
        )
        return None
    expression = reading.expression(text_of(box), place, box)
    return (lambda scope, trace: expression.run(scope)) if expression else None


def _context(box: Any, place: Said, reading: Reading) -> Logic | None:
    outer = reading.local
    entries: list[tuple[str, Logic]] = []
    broken = False
    for entry in children(box, "contextEntry"):
        variable = child(entry, "variable")
        name = variable.get("name", "") if variable is not None else ""
        logic = read_box(entry, say("{place}, entry {name!r}", place=place, name=name) if name else place, reading)
        broken = broken or logic is None
        reading.local = reading.local | {name}
        if logic:
            entries.append(
                (
                    name,
                    typed(
                        logic,
                        reading.types.get(type_of(variable)),
                        say("{place}, entry {name!r}", place=place, name=name),
                    ),
                )
            )
    reading.local = outer

    def make(scope: Scope, trace: Trace) -> Value:
        made: dict[str, Value] = {}
        inner = scope.inside(made)
        for name, logic in entries:
            value = logic(inner, trace)
            if not name:
                return value  # the result entry of DMN 1.5, 10.2.1.4
            made[name] = value
        return scope.weigh(made)

    return None if broken else make


def _list(box: Any, place: Said, reading: Reading) -> Logic | None:
    items = [read_one(item, place, reading) for item in children(box, *BOXES)]
    whole = [item for item in items if item]

    def make(scope: Scope, trace: Trace) -> Value:
        return scope.weigh(tuple(item(scope, trace) for item in whole))

    return make if len(whole) == len(items) else None


def read_one(box: Any, place: Said, reading: Reading) -> Logic | None:
    """Read a boxed expression itself; what it gives is made conform to the type that the box declares."""
    kind = local_name(box)
    reader = _READERS.get(kind)
    if reader is None:
        reading.error("decision-logic", say("{place}: a boxed {kind!r} is not supported", place=place, kind=kind), box)
        return None
    logic = reader(box, place, reading)
    if logic is None or kind in ("decisionTable", "functionDefinition"):  # these type their results themselves
        return logic
    return typed(logic, reading.types.get(type_of(box)), place)


def _relation(box: Any, place: Said, reading: Reading) -> Logic | None:
    columns = [column.get("name", "") for column in children(box, "column")]
    types = [reading.types.get(type_of(column)) for column in children(box, "column")]
    rows: list[list[Logic]] = []
    for number, row in enumerate(children(box, "row"), start=1):
        where = say("{place}, row {number}", place=place, number=number)
        cells = [read_one(cell, where, reading) for cell in children(row, *BOXES)]
        rows.append([typed(cell, wanted, where) for cell, wanted in zip(cells, types, strict=False) if cell])
        if len(rows[-1]) != len(columns):
            reading.error(
                "decision-columns",
                say("{place}, row {number}: expected {count} cells", place=place, number=number, count=len(columns)),
                row,
            )
            return None

    def make(scope: Scope, trace: Trace) -> Value:
        return scope.weigh(tuple({n: c(scope, trace) for n, c in zip(columns, row, strict=True)} for row in rows))

    return make


def _invocation(box: Any, place: Said, reading: Reading) -> Logic | None:
    called = next(children(box, "literalExpression"), None)
    function = reading.expression(text_of(called), place, box) if called is not None else None
    bindings: list[tuple[str, Logic]] = []
    for binding in children(box, "binding"):
        parameter = child(binding, "parameter")
        name = parameter.get("name", "") if parameter is not None else ""
        logic = read_box(binding, say("{place}, argument {name!r}", place=place, name=name), reading)
        if logic is None:
            return None
        bindings.append((name, logic))
    if function is None:
        return None

    def run(scope: Scope, trace: Trace) -> Value:
        found = function.run(scope)
        given = {name: logic(scope, trace) for name, logic in bindings}
        if not isinstance(found, Function) or not set(given) <= set(found.parameters):
            return None
        return call(scope, found, tuple(given.get(name) for name in found.parameters))

    return run


def read_function(box: Any, place: Said, reading: Reading) -> Logic | None:
    """Read a function definition (also a knowledge model's): logic that gives a function value."""
    if box.get("kind", "FEEL").upper() not in ("FEEL", "F"):
        reading.error(
            "decision-language",
            say("{place}: found a {kind} function, expected FEEL", place=place, kind=box.get("kind")),
            box,
        )
        return lambda scope, trace: None
    parameters = tuple(" ".join(p.get("name", "").split()) for p in children(box, "formalParameter"))
    types = tuple(reading.types.get(type_of(p)) or ANY for p in children(box, "formalParameter"))
    declared = reading.types.get(type_of(box))
    if declared is not None and declared.kind != "function":
        declared = Type("function", declared)  # older files name what the function gives
    outer = reading.local
    reading.local = outer | set(parameters)
    body = read_box(box, place, reading)
    reading.local = outer
    if body is None:
        return None

    def make(scope: Scope, trace: Trace) -> Value:
        def run(arguments: tuple[Value, ...]) -> Value:
            return body(scope.inside(dict(zip(parameters, arguments, strict=True))), trace)

        made = Function(parameters, run, types if any(one is not ANY for one in types) else ())
        return trace.declared(made, declared, lambda: place)

    return make


def _table(box: Any, place: Said, reading: Reading) -> Logic | None:
    table = read_table(box, place, "", reading)
    return table.decide if table else None


def _parts(box: Any, names: tuple[str, ...], place: Said, reading: Reading) -> list[Logic] | None:
    """Read the logic in the named children of a box; None when one is missing or broken."""
    found = []
    for name in names:
        inner = child(box, name)
        if inner is None:
            reading.error(
                "decision-logic",
                say("{place}: found no {name!r} in {box!r}", place=place, name=name, box=local_name(box)),
                box,
            )
            return None
        logic = read_box(inner, say("{place}, {name}", place=place, name=name), reading)
        if logic is None:
            return None
        found.append(logic)
    return found


def _conditional(box: Any, place: Said, reading: Reading) -> Logic | None:
    parts = _parts(box, ("if", "then", "else"), place, reading)
    if parts is None:
        return None
    condition, then, otherwise = parts
    return lambda scope, trace: (then if condition(scope, trace) is True else otherwise)(scope, trace)


def _loop(box: Any, place: Said, reading: Reading) -> Logic | None:
    """Read `for`, `some` and `every`: one iterator over a list, and a body."""
    outer, name, kind = reading.local, box.get("iteratorVariable", "item"), local_name(box)
    source = _parts(box, ("in",), place, reading)
    reading.local = outer | {name, "partial"}
    body = _parts(box, ("return",) if kind == "for" else ("satisfies",), place, reading)
    reading.local = outer
    if source is None or body is None:
        return None

    def run(scope: Scope, trace: Trace) -> Value:
        rounds: loops.Rounds = [(name, lambda inner: source[0](inner, trace), None)]

        def each(inner: Scope) -> Value:
            return body[0](inner, trace)

        if kind == "for":
            return loops.collecting(rounds, each, partial=True)(scope)
        return loops.quantified(rounds, each, kind == "every")(scope)

    return run


def _filter(box: Any, place: Said, reading: Reading) -> Logic | None:
    outer = reading.local
    source = _parts(box, ("in",), place, reading)
    reading.local = outer | {"item"} | reading.types.names()
    match = _parts(box, ("match",), place, reading)
    reading.local = outer
    if source is None or match is None:
        return None
    return lambda scope, trace: loops.filtered(
        lambda inner: source[0](inner, trace), lambda inner: match[0](inner, trace)
    )(scope)


_READERS: dict[str, Callable[[Any, Said, Reading], Logic | None]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "for": _loop,
    "some": _loop,
    "every": _loop,
    "filter": _filter,
}
