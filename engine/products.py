"""Work products: which steps of a folder make a decision, a statement, a plan, an interview or a payment.

process.toml names each such step in `[[products]]`, a task or the sending of a letter. What is made is one, and is made
once: where a process has two ways to the same product, each way has a step of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.errors import FeelError, Finding
from engine.feel import Expression
from engine.feel import compile as feel
from engine.said import Said, say
from engine.stored import form_shape, restore
from engine.table import Table

if TYPE_CHECKING:
    from engine.definition import Part

KINDS = ("decision", "statement", "plan", "interview", "payment")


@dataclass(frozen=True, slots=True)
class Product:
    """What a step makes; `when` is FEEL over the answers of its form, None where it always does."""

    kind: str
    step: str
    when: Expression | None = None


def read_products(rows: Iterable[Table]) -> tuple[Product, ...]:
    """Read `[[products]]`; problems become findings."""
    found: list[Product] = []
    for row in rows:
        kind, step, source = row.choice("kind", KINDS), row.text("step", required=True), row.text("when")
        row.finish()
        if step in {each.step for each in found}:
            sentence = say("{where}: {step!r} makes a product already", where=row.where, step=step)
            row.findings.error("product-step", sentence, "products")
            continue
        try:
            found.append(Product(kind, step, feel(source) if source else None))
        except FeelError as error:
            sentence = say("{where}.{place}: {reason}", where=row.where, place="when", reason=error.said)
            row.findings.error("feel", sentence, "products")
    return tuple(found)


def made(products: Iterable[Product], step: str, form: Mapping[str, Any], answers: Mapping[str, Any]) -> str | None:
    """The kind of product that a completed step has made with these answers of its form; None when it made none."""
    product = next((each for each in products if each.step == step), None)
    if product is None or product.when is None:
        return product.kind if product is not None else None
    try:
        return product.kind if product.when(restore(dict(answers), form_shape(form))) is True else None
    except FeelError:  # a condition that cannot be told is not met, as in a drawing
        return None


def sent(products: Iterable[Product], step: str) -> str | None:
    """The kind of product that the letter of a step is; None when it is none."""
    return made(products, step, {}, {})


def check(part: Part) -> Iterator[Finding]:
    """What `[[products]]` names is there: a task or the sending of a letter, and fields of the task's form."""
    for product in part.bundle.manifest.products:
        for sentence in _wrong(part, product):
            yield Finding("product-step", "error", sentence, "process.toml", product.step)


def _wrong(part: Part, product: Product) -> Iterator[Said]:
    node = part.diagram.nodes.get(product.step)
    if node is None or node.kind not in ("userTask", "sendTask"):
        yield say("products: {step!r} is no task and sends no letter in the diagram", step=product.step)
    elif product.when is not None:
        fields = part.bundle.forms.get(node.result, {}).get("properties") or {} if node.kind == "userTask" else {}
        for path in product.when.paths:
            if path.partition(".")[0] not in fields:
                yield say(
                    "products: the condition on {step!r} reads {path!r}, which is no field of its form",
                    step=product.step, path=path,
                )  # fmt: skip
