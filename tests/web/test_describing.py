"""`check --describe` tells what a folder asks of others: services to configure, and cases that it begins."""

from __future__ import annotations

from engine import definition
from engine.bundle import Bundle
from tests.tasks.calling import calling
from tests.tasks.test_linked_cases import deciding
from web.cli.describing import describe


def told(bundle: Bundle) -> dict[str, object]:
    return describe(bundle, definition.build(bundle, {}))


def test_the_services_that_an_operator_must_configure_are_told() -> None:
    (service,) = told(calling())["services"]  # type: ignore[misc]
    assert (service["id"], service["service"], service["inputs"]) == ("ask", "register", ["code"])
    assert [field["name"] for field in service["fields"]] == ["amount"]


def test_the_cases_that_it_begins_are_told() -> None:
    assert told(deciding())["cases"] == ["claim"]
