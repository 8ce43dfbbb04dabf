"""What a decision table leaves open, and where its rules contradict each other: found with example inputs.

Each question of the table is asked with the values that its cells name, values between and beside them, and what else
may come; the cells themselves answer. A cell that looks at other data is taken to match when gaps are sought, and not
to match when overlaps are: what is reported is there. Source: DMN 1.5, 8.2.10 (completeness and hit policies).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cmp_to_key
from itertools import pairwise

from engine import feel
from engine.decision_table import Rule, Table
from engine.errors import EngineError, Finding
from engine.feel import Months, UnaryTests, Value
from engine.hit_policy import MANY
from engine.said import Said, say

CELLS = 100_000
"""combinations of answers that are looked at in one table"""
SHOWN = 3
"""gaps, and pairs of rules, that are told of one table"""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question: a value, how it is said, and the rules that it leaves, as bits from rule row 1 up."""

    value: Value
    words: str
    surely: int
    perhaps: int


Questions = list[tuple[str, list[Answer]]]


@dataclass(slots=True)
class _Work:
    """How much was looked at, and what was found."""

    left: int
    gaps: list[tuple[str, ...]] = field(default_factory=list)


def analyse(table: Table, file: str) -> list[Finding]:
    """Give warnings for inputs that no rule answers and, where rules may not overlap, for those that two answer.

    No gaps are asked of tables that collect or have a default; after CELLS combinations the search ends and says so.
    """
    work = _Work(CELLS)
    questions = list(_questions(table, work))
    found: list[Said] = []
    if table.hit_policy not in MANY and not any(column.default for column in table.outputs) and questions:
        _seek(questions, (1 << len(table.rules)) - 1, (), work, [set() for _ in questions])
        found += [say("no rule matches, for example, {gap}", gap=_said(questions, gap)) for gap in work.gaps]
    findings = [_finding("decision-gap", message, table, file) for message in found]
    if table.hit_policy in ("UNIQUE", "ANY"):
        for first, second, where in _overlaps(table, questions, work):
            both = say(
                "rule rows {first} and {second} both match, for example, {where}; {allowed}",
                first=first.row, second=second.row, where=where, allowed=_allowed(table.hit_policy),
            )  # fmt: skip
            findings.append(_finding("decision-overlap", both, table, file))
    if table.hit_policy == "FIRST":
        findings += [
            _finding(
                "decision-repeat",
                say("rule row {late} is never reached, row {early} matches whenever it does", late=late, early=early),
                table,
                file,
            )
            for early, late in _covered(table, questions, work)
        ]
    if work.left < 0:
        message = say(
            "looked at {cells} combinations of inputs and stopped; there may be more gaps and overlaps", cells=CELLS
        )
        findings.append(_finding("decision-analysis", message, table, file))
    return findings


def _finding(rule: str, message: Said, table: Table, file: str) -> Finding:
    return Finding(
        rule,
        "warning",
        say("table {name!r}: {message}", name=table.name, message=message),
        file,
        table.decision or None,
    )


def _allowed(policy: str) -> Said:
    if policy == "UNIQUE":
        return say("hit policy UNIQUE allows one")
    return say("hit policy ANY wants the same outputs")


def _said(questions: Questions, words: Sequence[str]) -> str | Said:
    return ", ".join(f"{label} = {said}" for (label, _), said in zip(questions, words, strict=False)) or say(
        "any input"
    )


def _questions(table: Table, work: _Work) -> Iterator[tuple[str, list[Answer]]]:
    """Give each question that is asked, once, with its answers; columns that ask the same are one question."""
    columns: dict[str, list[int]] = {}
    for number, column in enumerate(table.inputs):
        columns.setdefault(column.expression.source, []).append(number)
    for numbers in columns.values():
        column = table.inputs[numbers[0]]
        cells = [[rule.tests[n] for n in numbers if rule.tests[n].source not in ("", "-")] for rule in table.rules]
        if not any(cells):
            continue
        known = [all(feel.constants(test) is not None for test in row) for row in cells]
        values = list(_values([test for row in cells for test in row], column.domain, column.type))
        work.left -= len(values) * len(cells)
        if work.left < 0:
            return
        yield column.label, [_answer(value, words, cells, known) for value, words in values]


def _answer(value: Value, words: str, cells: list[list[UnaryTests]], known: list[bool]) -> Answer:
    surely = perhaps = 0
    for number, row in enumerate(cells):
        holds = known[number] and all(_holds(test, value) for test in row)
        surely |= holds << number
        perhaps |= (holds or not known[number]) << number
    return Answer(value, words, surely, perhaps)


def _holds(test: UnaryTests, value: Value) -> bool:
    try:
        return test(value, {}) is True
    except EngineError:
        return False


def _values(cells: Sequence[UnaryTests], allowed: UnaryTests | None, kind: str) -> Iterator[tuple[Value, str]]:
    """Give values to ask with: those that the cells name, and others; only allowed ones where the table says which."""
    named: list[Value] = []
    for test in (*cells, *([allowed] if allowed else [])):
        for value in feel.constants(test) or ():
            if not any(feel.equal(value, other) is True for other in named):
                named.append(value)
    if kind == "boolean" or any(isinstance(value, bool) for value in named):
        named = [value for value in named if not isinstance(value, bool)] + [True, False]
    ordered = [value for value in named if feel.less(value, value) is not None and not isinstance(value, str)]
    others: list[tuple[Value, str]] = [(value, feel.text(value)) for value in _between(ordered)]
    if kind == "string" or any(isinstance(value, str) for value in named):
        others.append((_another(named), "any other text"))
    elif not named:
        others.append((None, "anything"))
    spoken = [(value, f'"{value}"' if isinstance(value, str) else feel.text(value)) for value in named]
    for value, words in spoken + others:
        if allowed is None or value is None or _holds(allowed, value):
            yield value, words


def _order(left: Value, right: Value) -> int:
    return -1 if feel.less(left, right) else 1


def _another(named: Sequence[Value]) -> str:
    taken = {value for value in named if isinstance(value, str)}
    other = "…"
    while other in taken:
        other += "…"
    return other


def _between(values: Sequence[Value]) -> Iterator[Value]:
    """Give a value below the least, above the greatest, and between each two, where there are such."""
    for kind in {type(value) for value in values}:
        ranked = sorted((v for v in values if type(v) is kind), key=cmp_to_key(_order))
        step = _STEPS.get(kind)
        if step is None or not ranked:
            continue
        for low, high in pairwise(ranked):
            middle = _middle(low, high)
            if middle is not None and middle not in (low, high):
                yield middle
        for end, sign in ((ranked[0], "-"), (ranked[-1], "+")):
            beside = feel.compile(f"end {sign} step")({"end": end, "step": step})
            if beside is not None and beside not in ranked:
                yield beside


_STEPS: dict[type, Value] = {
    Decimal: Decimal(1),
    date: timedelta(days=1),
    datetime: timedelta(minutes=1),
    time: timedelta(minutes=1),
    timedelta: timedelta(days=1),
    Months: Months(1),
}


def _middle(low: Value, high: Value) -> Value:
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        whole = (low + 1).to_integral_value("ROUND_FLOOR")
        return whole if whole < high else (low + high) / 2
    if isinstance(low, Months) and isinstance(high, Months):
        return Months((low.months + high.months) // 2)
    if isinstance(low, time) and isinstance(high, time):
        return feel.compile("low + (high - low) / 2")({"low": low, "high": high})
    half = feel.compile("low + (high - low) / 2")({"low": low, "high": high})
    return half.date() if isinstance(half, datetime) and type(low) is date else half


def _seek(questions: Questions, rules: int, said: tuple[str, ...], work: _Work, seen: list[set[int]]) -> None:
    """Look for answers that leave no rule, question by question; what was seen to have none is not looked at again."""
    if not rules:
        work.gaps.append(said)
        return
    number = len(said)
    if number == len(questions) or rules in seen[number]:
        return
    seen[number].add(rules)
    for answer in questions[number][1]:
        work.left -= 1
        if work.left < 0 or len(work.gaps) >= SHOWN:
            return
        _seek(questions, rules & answer.perhaps, (*said, answer.words), work, seen)


def _overlaps(table: Table, questions: list[tuple[str, list[Answer]]], work: _Work) -> Iterator[tuple[Rule, Rule, str]]:
    """Give pairs of rules that match at once with an example, where their outputs differ or only one may match."""
    shown = 0
    for index, first in enumerate(table.rules):
        for later, second in enumerate(table.rules[index + 1 :], start=index + 1):
            work.left -= len(questions) + 1
            if work.left < 0 or shown == SHOWN:
                return
            if _same_tests(first, second) or (table.hit_policy == "ANY" and _same_outputs(first, second)):
                continue
            both = 1 << index | 1 << later
            chosen = [next((a for a in answers if a.surely & both == both), None) for _, answers in questions]
            if all(chosen):
                shown += 1
                yield first, second, _said(questions, [a.words for a in chosen if a])


def _same_tests(first: Rule, second: Rule) -> bool:
    return [test.source for test in first.tests] == [test.source for test in second.tests]  # found when it was read


def _same_outputs(first: Rule, second: Rule) -> bool:
    return [output.source for output in first.outputs] == [output.source for output in second.outputs]


def _covered(table: Table, questions: Questions, work: _Work) -> Iterator[tuple[int, int]]:
    """Give rules that match only where one rule before them does."""
    for later, rule in enumerate(table.rules):
        for earlier in range(later):
            work.left -= len(questions)
            if work.left < 0:
                return
            if _same_tests(table.rules[earlier], rule) or not table.rules[earlier].asked:
                continue
            if all(
                answer.surely >> earlier & 1 or not answer.perhaps >> later & 1
                for _, answers in questions
                for answer in answers
            ):
                yield earlier + 1, later + 1
                break
