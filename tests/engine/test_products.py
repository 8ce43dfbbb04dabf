"""[[products]]: what a step makes, on which answers, and that it names what is there."""

from __future__ import annotations

from typing import Any

import pytest

from engine import definition
from engine.products import made, read_products, sent
from engine.table import Findings, Table
from tests.engine.drawing import flows, folder, tasks
from tests.workflows.folders import folders

BODY = '<startEvent id="s"/>' + tasks("talk") + '<endEvent id="e"/>' + flows("s > talk > e")
FORM = {"properties": {"held": {"type": "boolean", "x-kind": "yes_no"}, "n": {"type": "number", "x-kind": "number"}}}


def read(*rows: dict[str, Any]) -> tuple[tuple[Any, ...], list[str]]:
    """The products and what is said of them."""
    findings = Findings("process.toml")
    found = read_products([Table(row, findings, f"products[{at}]") for at, row in enumerate(rows, 1)])
    return found, [finding.message for finding in findings]


def said(manifest: str) -> list[str]:
    """What the check says of a folder with one step, `talk`, whose form has the field `note`."""
    bundle = folder(BODY, manifest=f"[[products]]\n{manifest}")
    return [found.message for found in (*bundle.findings, *definition.check(bundle, {})[1]) if "product" in found.rule]


@pytest.mark.parametrize(
    ("when", "answers", "kind"),
    [
        ("", {}, "interview"), ("held = true", {"held": True}, "interview"), ("held = true", {"held": False}, None),
        ("held = true", {}, None), ("n > 2", {"n": "3"}, "interview"), ("n", {"n": "3"}, None),
    ],
)  # fmt: skip
def test_a_step_makes_its_product_where_its_condition_is_true(when: str, answers: Any, kind: str | None) -> None:
    products, _ = read({"kind": "interview", "step": "talk"} | ({"when": when} if when else {}))
    assert made(products, "talk", FORM, answers) == kind
    assert made(products, "another", FORM, answers) is None


def test_a_letter_is_a_product_without_a_condition() -> None:
    assert sent(read({"kind": "decision", "step": "send"})[0], "send") == "decision"


def test_what_cannot_be_read_is_told() -> None:
    row = {"kind": "interview", "step": "talk"}
    assert read(row, row | {"kind": "plan"})[1] == ["products[2]: 'talk' makes a product already"]
    assert "expected one of decision, statement, plan" in read(row | {"kind": "song"})[1][0]
    assert "products[1].when" in read(row | {"when": "held ="})[1][0]
    assert "unknown key 'whn'" in read(row | {"whn": "held"})[1][0]


def test_a_step_that_is_not_there_and_a_field_that_its_form_lacks_are_told() -> None:
    assert said('kind = "plan"\nstep = "talk"\nwhen = "note = \\"x\\""') == []
    assert said('kind = "plan"\nstep = "e"') == ["products: 'e' is no task and sends no letter in the diagram"]
    assert said('kind = "plan"\nstep = "talk"\nwhen = "held = true"') == [
        "products: the condition on 'talk' reads 'held', which is no field of its form"
    ]


def test_our_folders_tell_what_their_steps_make() -> None:
    assert {
        (product.kind, bundle.process, product.step, product.when.source if product.when else "")
        for bundle in folders().values()
        for product in bundle.manifest.products
    } == {
        ("decision", "decision", "record_decision", ""),
        ("decision", "decision", "send_decision", ""),
        ("payment", "payment", "record_payment", ""),
        ("payment", "payment", "send_payment_decision", ""),
        ("statement", "statement", "record_statement", ""),
        ("statement", "statement", "send_statement", ""),
        ("statement", "pay_subsidy", "report_employment", ""),
        ("statement", "appeal_146", "write_statement", ""),
        ("plan", "labour_market_training", "approve_plan", 'result = "approved"'),
        ("interview", "pay_subsidy", "hold_conversation", ""),
        ("interview", "training_participation", "hold_conversation", "held = true"),
        ("interview", "booking", "record_attendance", 'result = "attended"'),
        ("interview", "integration_support", "assess", "interview = true"),
        ("interview", "integration_support", "hold_review", "held = true"),
        ("plan", "integration_support", "make_plan", 'result = "made"'),
        ("plan", "integration_support", "renew_plan", ""),
    }
