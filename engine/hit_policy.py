"""What a decision table gives when one rule matches, none, or several: the hit policies of DMN 1.5, 8.2.10."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine import feel
from engine.errors import DecisionError
from engine.feel import Value
from engine.said import say

SINGLE = frozenset({"UNIQUE", "ANY", "PRIORITY", "FIRST"})
MANY = frozenset({"COLLECT", "RULE ORDER", "OUTPUT ORDER"})
AGGREGATIONS = frozenset({"SUM", "MIN", "MAX", "COUNT"})


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that matched: its number in the table (from 1) and its outputs, in the order of the columns."""

    row: int
    outputs: tuple[Value, ...]


Priorities = Sequence[tuple[Value, ...] | None]  # for each output column its values, most important first


def choose(policy: str, hits: Sequence[Hit], priorities: Priorities) -> list[Hit]:
    """Give the hits that count, in order; raises DecisionError when rules contradict each other."""
    if len(hits) < 2 or policy in ("COLLECT", "RULE ORDER"):
        return list(hits)
    rows = ", ".join(str(hit.row) for hit in hits)
    if policy == "UNIQUE":
        raise DecisionError(say("rules {rows} match at once; hit policy UNIQUE allows one", rows=rows))
    if policy == "ANY" and any(feel.equal(hits[0].outputs, hit.outputs) is not True for hit in hits[1:]):
        raise DecisionError(
            say("rules {rows} match with different outputs; hit policy ANY wants them alike", rows=rows)
        )
    if policy in ("PRIORITY", "OUTPUT ORDER"):
        ordered = sorted(hits, key=lambda hit: _rank(hit, priorities))
        return ordered if policy == "OUTPUT ORDER" else ordered[:1]
    return [hits[0]]


def _rank(hit: Hit, priorities: Priorities) -> tuple[int, ...]:
    ranks = []
    for output, values in zip(hit.outputs, priorities, strict=True):
        if values is not None:
            ranks.append(next((i for i, value in enumerate(values) if feel.equal(value, output)), len(values)))
    return tuple(ranks)


def _extreme(values: list[Value], ahead: Callable[[Value, Value], bool | None]) -> Value:
    best = values[0] if values else None
    for value in values[1:]:
        first = ahead(value, best)
        if first is None:
            raise DecisionError(
                say(
                    "{text} and {text_2} cannot be compared; expected values of one type",
                    text=feel.text(value),
                    text_2=feel.text(best),
                )
            )
        best = value if first else best
    return best


def aggregate(aggregation: str, values: list[Value]) -> Value:
    """Give the sum, least, greatest or number of the collected outputs; null for the first three of none."""
    if aggregation == "COUNT":
        return Decimal(len(values))
    if aggregation == "SUM":
        total = feel.compile("sum(values)")({"values": values})
        if total is None and values:
            raise DecisionError(say("the outputs to be summed are not all numbers"))
        return total
    if aggregation == "MIN":
        return _extreme(values, feel.less)
    return _extreme(values, lambda value, best: feel.less(best, value))
