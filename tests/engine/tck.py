"""The OMG's test cases for DMN engines: reading them, and scoring any folder of them.

`python -m tests.engine.tck FOLDER…` prints a table: cases and passes of each folder that holds test files.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from engine import decision
from engine.dmn.imports import beside
from engine.errors import EngineError
from engine.feel import Months, Value, from_json

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
KINDS = {"date": "date", "time": "time", "dateTime": "datetime", "duration": "duration"}


def named(element: Any, *names: str) -> Iterator[Any]:
    return (child for child in element if isinstance(child.tag, str) and etree.QName(child).localname in names)


def value_of(element: Any) -> Value:
    components = {c.get("name"): value_of(c) for c in named(element, "component")}
    if components:
        return components
    for container in named(element, "list"):
        return tuple(value_of(item) for item in named(container, "item"))
    for value in named(element, "value"):
        kind, text = value.get(f"{XSI}type", "").rpartition(":")[2], value.text or ""
        if value.get(f"{XSI}nil") == "true":
            return None
        if kind in KINDS:
            return from_json(text, KINDS[kind])
        if kind in ("decimal", "double", "integer", "int", "float"):
            return Decimal(text)
        return text == "true" if kind == "boolean" else text
    return None


def alike(found: Value, expected: Value) -> bool:
    """Compare as the suite does: numbers within a hundred-millionth, texts of dates with dates."""
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        return found.keys() == expected.keys() and all(alike(found[key], expected[key]) for key in found)
    if isinstance(expected, str) and isinstance(found, (date, time, timedelta, Months)):
        return decision.to_json(found) == expected
    if isinstance(expected, (datetime, time)) and isinstance(found, (datetime, time)):
        return decision.to_json(found) == decision.to_json(expected)
    return type(found) is type(expected) and found == expected


@lru_cache(maxsize=4)
def loaded(model: Path) -> decision.Decisions:
    return decision.load(model.read_bytes(), model.name, beside(model))


def cases_of(folder: Path) -> Iterator[tuple[Path, Path, Any]]:
    """Give the cases of all test files in a folder and below: the file, the model, the case."""
    for file in sorted(folder.rglob("*.xml")):
        root = etree.parse(str(file)).getroot()
        model = next(named(root, "modelName"), None)
        for case in named(root, "testCase") if model is not None else ():
            yield file, file.parent / str(model.text).strip(), case


def differences(model: Path, case: Any) -> list[str]:
    """Evaluate what a case asks for; gives what differs from what it expects."""
    found = []
    for node in named(case, "resultNode"):
        name = case.get("invocableName") if case.get("type") in ("bkm", "decisionService") else node.get("name")
        expected = value_of(next(named(node, "expected")))
        try:
            inputs = {one.get("name"): value_of(one) for one in named(case, "inputNode")}
            answer = loaded(model).answer(name or node.get("name"), inputs)
        except EngineError as error:
            found.append(f"{name}: {error}")
            continue
        if not alike(answer.value, expected):
            found.append(f"{name}: {answer.value!r}, expected {expected!r} {'; '.join(answer.problems)[:200]}")
    return found


def main(folders: list[str]) -> None:
    """Write a line for each folder, what differs with `-v`, and the sum."""
    counts: dict[str, list[int]] = {}
    for folder in folders:
        for file, model, case in cases_of(Path(folder)) if folder != "-v" else ():
            wrong = differences(model, case)
            row = counts.setdefault(file.parent.name, [0, 0])
            row[0] += 1
            row[1] += not wrong
            if wrong and "-v" in folders:
                sys.stdout.write(f"  {file.stem} {case.get('id')}: {wrong[0]}\n")
    counts["all"] = [sum(row[n] for row in counts.values()) for n in (0, 1)]
    for name, (cases, good) in counts.items():
        sys.stdout.write(f"{name:60} {good:5} of {cases:5}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
