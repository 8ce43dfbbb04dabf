"""The OMG's own test cases for DMN conformance level 2, read from beside the project."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from engine import decision
from engine.errors import EngineError
from engine.feel import Value

FOLDER = Path(__file__).resolve().parents[2] / ".." / "shared" / "dmn-tck" / "compliance-level-2"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
CASES_OF_LEVEL_2 = 116


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
        return {"decimal": Decimal, "boolean": lambda t: t == "true"}.get(kind, str)(text)
    return None


def alike(found: Value, expected: Value) -> bool:
    if isinstance(found, Decimal) and isinstance(expected, Decimal):
        return abs(found - expected) <= Decimal("1e-8") * max(1, abs(expected))
    if isinstance(found, tuple) and isinstance(expected, tuple):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(found, Mapping) and isinstance(expected, Mapping):
        return found.keys() == expected.keys() and all(alike(found[key], expected[key]) for key in found)
    return type(found) is type(expected) and found == expected


def cases() -> list[Any]:
    found = []
    for file in sorted(FOLDER.glob("*/*-test-*.xml")):
        root = etree.parse(str(file)).getroot()
        model = next(named(root, "modelName")).text
        for case in named(root, "testCase"):
            found.append(pytest.param(file.parent / str(model), case, id=f"{file.parent.name}-{case.get('id')}"))
    return found


CASES = cases()


@lru_cache
def loaded(model: Path) -> decision.Decisions:
    return decision.load(model.read_bytes(), model.name)


def test_all_cases_of_level_2_are_there() -> None:
    if not FOLDER.is_dir() and os.environ.get("CI") != "true":
        pytest.skip("no DMN test cases beside the project (../shared/dmn-tck)")
    assert len(CASES) == CASES_OF_LEVEL_2


@pytest.mark.parametrize(("model", "case"), CASES)
def test_a_case_gives_the_expected_result(model: Path, case: Any) -> None:
    decisions = loaded(model)
    inputs = {node.get("name"): value_of(node) for node in named(case, "inputNode")}
    for node in named(case, "resultNode"):
        expected = value_of(next(named(node, "expected")))
        try:
            found = decisions.evaluate(node.get("name"), inputs)
        except EngineError:
            if node.get("errorResult") != "true":
                raise
            found = None
        assert alike(found, expected), f"{node.get('name')}: {found!r}, expected {expected!r}"


@pytest.mark.parametrize("model", sorted(FOLDER.glob("*/*.dmn")), ids=lambda path: path.stem)
def test_a_model_of_the_suite_has_no_findings(model: Path) -> None:
    assert decision.check(loaded(model)) == []
