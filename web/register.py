"""The register of deadlines: every rule and dated value of every published process, in words, with an example."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from engine.bundle import Bundle
from engine.errors import EngineError
from engine.inquiry import inquire
from engine.law import Law
from engine.register import DeadlineDefinition, DeadlineRow
from tasks.published import Edited
from web import current, explain, formats, i18n, rule, sight
from web import words as words_of
from web.explain import doubt, values_of
from web.processes.library import KINDS
from web.rule import RuleTold

blueprint = Blueprint("register", __name__, url_prefix="/register")


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One dated row of a deadline, and the day it gives for an event on the day asked about (None: it gives none)."""

    id: str
    name: str
    kind: str
    law: str
    told: RuleTold
    day: date | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A dated value: what it is, how much from when on, whether an area may set its own."""

    name: str
    value: str
    valid: str
    local: bool
    source: str
    doubt: str


@dataclass(frozen=True, slots=True)
class UntimedShown:
    """A row of the rule base's register for which no date is computed, and why."""

    id: str
    name: str
    reason: str
    statute: str


@dataclass(frozen=True, slots=True)
class Group:
    """The rules and values of one process in its newest version, and its rows without a date."""

    process: str
    name: str
    edition: Edited
    rules: tuple[RuleShown, ...]
    values: tuple[ValueShown, ...]
    untimed: tuple[UntimedShown, ...]


@blueprint.get("/")
def index() -> Any:
    """The whole register, or what of it fits `?q=`, `?process=`; examples are for an event on the day `?on=`."""
    asked = request.args.get("on", "").strip()
    on = formats.read_day(asked)
    wanted, text = request.args.get("process", ""), request.args.get("q", "").strip()
    groups = list(_groups(text.casefold().split(), wanted, on or current.today()))
    return render_template(
        "register.html",
        groups=groups,
        processes=[(bundle.process, i18n.pick(bundle.manifest.name)) for _, bundle in _bundles()],
        wanted=wanted,
        text=text,
        asked=asked or formats.day(current.today()),
        wrong=bool(asked) and on is None,
        on=on or current.today(),
        count=sum(len(group.rules) for group in groups),
    )


def _bundles() -> list[tuple[Edited, Bundle]]:
    """The newest version of every process: processes first, the law last, by name."""
    versions = sight.published()
    newest = [row for name in {row.process for row in versions.rows} if (row := versions.newest(name))]
    found = [(row, versions.bundle(row.process, row.number)) for row in newest]
    return sorted(found, key=lambda each: (KINDS.index(each[1].kind), i18n.pick(each[1].manifest.name)))


def _groups(words: list[str], wanted: str, on: date) -> Iterator[Group]:
    for edition, bundle in _bundles():
        if wanted and bundle.process != wanted:
            continue
        name = i18n.pick(bundle.manifest.name)
        rules = tuple(_rules(bundle, words, name, on))
        values = tuple(_values(bundle, words, name))
        untimed = tuple(untimed_rows(bundle, words, name))
        if rules or values or untimed:
            yield Group(bundle.process, name, edition, rules, values, untimed)


def _rules(bundle: Bundle, words: list[str], process: str, on: date) -> Iterator[RuleShown]:
    law = sight.published().law
    values = rule.values_on(law, bundle.process, on)
    for definition in bundle.deadlines.values():
        for row in definition.rows:
            told = rule.tell(definition, row, values)
            kind = words_of.kind_of(definition)
            names = rule.names_of(definition.names)
            looked = rule.searchable(told, names, definition.law, row.statute, kind, process, bundle.process)
            if all(word in looked for word in words):
                day, why = _example(law, bundle, definition, row, on)
                id = f"{bundle.process}-{definition.name}" + ("" if row is definition.rows[0] else f"-{row.from_on}")
                yield RuleShown(id, i18n.pick(definition.names), kind, definition.law, told, day, why)


def _example(
    law: Law, bundle: Bundle, definition: DeadlineDefinition, row: DeadlineRow, on: date
) -> tuple[date | None, tuple[str, ...]]:
    """The day and its reasons for an event on a day; none where the row does not hold or needs a case's data."""
    if not row.from_on <= on <= row.to_on:
        return None, ()
    try:
        computed = inquire(law, bundle.process, definition.name, on, {}, on)
    except EngineError:
        return None, ()
    values = values_of(law, computed.trace)
    said = explain.Words(definition.names, definition.event, bundle.manifest.name, row.doubt, values=values)
    return computed.due_on, explain.explain(computed.trace, words=said)


def _values(bundle: Bundle, words: list[str], process: str) -> Iterator[ValueShown]:
    for parameter in bundle.parameters.values():
        for row in parameter.rows:
            shown = ValueShown(
                name=i18n.pick(parameter.names),
                value=rule.value_in_words(parameter, row.value),
                valid=formats.day(row.from_on),
                local=parameter.local,
                source=i18n.pick(parameter.source),
                doubt=doubt(row.doubt or parameter.doubt),
            )
            names = rule.names_of(parameter.names)
            looked = f"{shown.value} {shown.source} {shown.doubt} {names} {process} {bundle.process}".casefold()
            if all(word in looked for word in words):
                yield shown


def untimed_rows(bundle: Bundle, words: list[str], process: str) -> Iterator[UntimedShown]:
    """The rows of a folder without a date that have all the words, in the language of the page."""
    for id, row in bundle.untimed.items():
        shown = UntimedShown(id, i18n.pick(row.name), i18n.pick(row.reason), words_of.statute(row.statute))
        names = rule.names_of(row.name)
        looked = f"{id} {shown.reason} {shown.statute} {names} {process} {bundle.process}".casefold()
        if all(word in looked for word in words):
            yield shown
