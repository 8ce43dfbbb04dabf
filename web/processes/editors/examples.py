"""What a deadline of a draft gives on real days, before and after, each with its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from engine.bundle import Bundle
from engine.law import LAW, Law
from engine.register import DeadlineDefinition
from tasks import review as weighed
from tasks.review import Example
from web import explain, formats, i18n, rule
from web import words as words_of
from web.i18n import t
from web.processes.desk import Desk
from web.rule import RuleTold

MOST_TURNS = 3
"""days around which a row changes that are shown by themselves"""


@dataclass(frozen=True, slots=True)
class ExampleShown:
    """One day as a sentence, why, and what it was before where it moved."""

    sentence: str
    why: tuple[str, ...]
    before: str


@dataclass(frozen=True, slots=True)
class ValueRead:
    """A value that a length is read from: how much it is now, where it is changed, and whether it is common to all."""

    title: str
    value: str
    address: str
    common: bool


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    """A deadline of the draft: its rows as sentences, its examples, and the values that its length is read from."""

    name: str
    title: str
    kind: str
    law: str
    rows: tuple[RuleTold, ...]
    examples: tuple[ExampleShown, ...]
    reads: tuple[ValueRead, ...]


def show(it: Desk, bundle: Bundle, name: str, on: date, *, turns: bool = True) -> DeadlineShown | None:
    """A deadline of a draft (as `bundle` would have it) in words and on days; None where it cannot be used."""
    definition = bundle.deadlines.get(name)
    if definition is None:
        return None
    laws = weighed.laws(it.versions, it.row.process, it.row.base_version, bundle)
    values = rule.values_on(laws[1], it.row.process, on)
    days = [on, *(_turns(definition, on) if turns else ())]
    base, examples = laws[0].newest(it.row.process), []
    based = base is not None and name in base.deadlines
    for day in dict.fromkeys(days):
        for dates in weighed.dates(*laws, [name], it.row.process, day):
            examples.append(_shown(definition, dates.ordinary, bundle, laws[1], based))
            if turns and day == on and dates.christmas is not None:
                examples.append(_shown(definition, dates.christmas, bundle, laws[1], based))
    return DeadlineShown(
        name, i18n.pick(definition.names), words_of.kind_of(definition), definition.law,
        tuple(rule.tell(definition, row, values) for row in definition.rows), tuple(examples),
        tuple(_reads(it, bundle, definition, on)),
    )  # fmt: skip


def _reads(it: Desk, bundle: Bundle, definition: DeadlineDefinition, on: date) -> Iterator[ValueRead]:
    """The values that the lengths name: the draft's own lead to their form, a common one to a draft of the law."""
    newest = it.versions.newest(LAW)
    common = it.versions.bundle(LAW, newest.number).parameters if newest else {}
    for name in dict.fromkeys(name for row in definition.rows for name in row.parameters):
        own = bundle.parameters.get(name)
        parameter = own or common.get(name)
        row = parameter.row(on) if parameter else None
        if parameter is None or row is None:
            continue
        address = (
            url_for("processes.draft_value", draft_id=it.row.id, value=name)
            if own
            else url_for("processes.new_draft", process=LAW)
        )
        told = rule.value_in_words(parameter, row.value)
        yield ValueRead(i18n.pick(parameter.names), told, address, own is None)


def _turns(definition: DeadlineDefinition, on: date) -> Iterator[date]:
    """The days around which another row begins to hold, the newest first."""
    starts: Sequence[date] = sorted((row.from_on for row in definition.rows), reverse=True)
    for start in starts[:-1][:MOST_TURNS]:
        yield start - timedelta(days=1)
        yield start


def _shown(definition: DeadlineDefinition, example: Example, bundle: Bundle, law: Law, based: bool) -> ExampleShown:
    """`based` is whether the version that the draft builds on has the deadline."""
    event, day = i18n.pick(definition.event), formats.weekday(example.event_on)
    if example.new is None:
        return ExampleShown(t("editor.example_none", event=event, day=day), (), "")
    due = formats.weekday(example.new.due_on)
    row = definition.row(example.event_on)
    words = explain.Words(
        definition.names, definition.event, bundle.manifest.name, row.doubt if row else {},
        values=explain.values_of(law, example.new.trace),
    )  # fmt: skip
    before = ""
    if example.moved and based:
        before = t(
            "editor.example_before", day=formats.weekday(example.old.due_on) if example.old else t("draft.no_day")
        )
    return ExampleShown(
        t("editor.example", event=event, day=day, due=due), explain.explain(example.new.trace, words=words), before
    )
