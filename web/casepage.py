"""What the case page shows, in words: dates with their reasons, open work, answers with their source, steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import url_for

from engine.register import DeadlineDefinition
from tasks.queries.case import DeadlineRow, TaskRow, Wait
from tasks.queries.papers import AnswerRow, DocumentRow
from web import badge, current, explain, i18n, words
from web.i18n import t
from web.sight import Sight


@dataclass(frozen=True, slots=True)
class DateShown:
    """A deadline: its badge, its name, the sentences that explain it, and the day it may pass (None: it cannot)."""

    id: str
    name: str
    badge: badge.Badge
    why: tuple[str, ...]
    open: bool
    may_pass: date | None = None
    register: str = ""
    """the address of its rule in the register"""


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A task of the case with its badge."""

    id: str
    title: str
    path: str
    role: str
    state: str
    who: str
    hold_until: object
    badge: badge.Badge
    opened_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitShown:
    """An awaited message, and since when."""

    message: str
    path: str
    title: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """One answered field in words; health data is marked, what is secret in general is told of the whole set."""

    title: str
    value: str
    secrecy: str


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """The answers of one form as given once, with their provenance."""

    title: str
    facts: tuple[Fact, ...]
    secrecy: str
    source: str
    who: str
    channel: str
    at: datetime
    occurred_at: datetime


def dates(sight: Sight, rows: Iterable[DeadlineRow]) -> tuple[DateShown, ...]:
    """The deadlines of the case as its page shows them."""
    return tuple(_date(sight, row) for row in rows)


def _date(sight: Sight, row: DeadlineRow) -> DateShown:
    label = row.law_version or f"{row.process}@{sight.version(row.process)}"
    process, _, number = label.partition("@")
    bundle = sight.published.bundle(process, int(number)) if number.isdigit() else None
    definition = bundle.deadlines.get(row.name) if bundle else None
    names = definition.names if definition else {"fi": row.name}
    shown = (
        badge.badge(
            today=current.today(), calendar=sight.published.law.calendar, due_on=row.due_on, legal_on=row.legal_on,
            kind=row.kind, paused_on=row.paused_on, remaining=row.remaining, unit=_unit(row.trace),
            roll=row.roll, looks_back=_rule(row.trace).get("direction") == "before",
            binds=definition.binds if definition else "",
        )
        if row.state == "open"
        else badge.closed_badge(row.state, row.closed_on)
    )  # fmt: skip
    said = explain.Words(
        name=names, event=definition.event if definition else {}, folder=bundle.manifest.name if bundle else {},
        doubt=_doubt(definition, row.trace), reasons=words.reasons(sight.published, row.trace),
        values=explain.values_of(sight.published.law, row.trace),
    )  # fmt: skip
    why = explain.explain(row.trace, words=said)
    runs = row.state == "open" and row.paused_on is None and row.legal_on >= current.today()
    may_pass = row.legal_on + timedelta(days=1) if runs else None
    register = url_for("register.index", process=process, _anchor=f"{process}-{row.name}")
    return DateShown(f"why-{row.number}", i18n.pick(names), shown, why, row.state == "open", may_pass, register)


def _unit(trace: Sequence[Mapping[str, object]]) -> str:
    """The unit that a paused remainder is counted in (engine.rule.Computed)."""
    return "working days" if _rule(trace).get("unit") == "working days" else "days"


def _doubt(definition: DeadlineDefinition | None, trace: Sequence[Mapping[str, object]]) -> Mapping[str, str]:
    """The doubt of a rule by language; a trace keeps it in Finnish only."""
    told = _rule(trace).get("doubt")
    rows = definition.rows if definition else ()
    return next((row.doubt for row in rows if row.doubt and row.doubt.get("fi") == told), {})


def _rule(trace: Sequence[Mapping[str, object]]) -> Mapping[str, object]:
    """The step of a trace that tells the rule."""
    return next((step for step in trace if step.get("step") == "rule"), {})


def tasks(sight: Sight, rows: Iterable[TaskRow]) -> tuple[TaskShown, ...]:
    """Tasks in words."""
    return tuple(
        TaskShown(
            id=f"{sight.head.id}-{row.number}",
            title=words.task(sight.published, row.process, row.version, row.element),
            path=row.path,
            role=row.role,
            state=row.state,
            who=(row.assignee if row.state == "open" else row.completed_by) or "",
            hold_until=row.hold_until,
            badge=badge.badge(
                today=current.today(), calendar=sight.published.law.calendar, due_on=row.due_on,
                legal_on=row.legal_on, kind=row.deadline_kind, paused_on=row.paused_on, remaining=row.remaining,
            ),
            opened_at=row.opened_at,
            completed_at=row.completed_at,
        )
        for row in rows
    )  # fmt: skip


def waits(sight: Sight, rows: Iterable[Wait]) -> tuple[WaitShown, ...]:
    """Awaited messages in words."""
    return tuple(
        WaitShown(row.message, row.path, message(sight, row.process, row.message), row.opened_at) for row in rows
    )


def message(sight: Sight, process: str, name: str) -> str:
    """What a message is called: labels.toml, else the title of its form, else its id."""
    bundle = sight.folder(process)
    if name in bundle.labels.messages:
        return words.label(bundle, "messages", name)
    form = sight.published.form(process, sight.version(process), name)
    return form.title(i18n.language()) if form else name


def answers(sight: Sight, rows: Iterable[AnswerRow]) -> tuple[AnswerShown, ...]:
    """Answers field by field, in words, each set with who gave it, who entered it and when."""
    return tuple(_answer(sight.at(row.at), row) for row in rows if row.data is not None)


def _answer(sight: Sight, row: AnswerRow) -> AnswerShown:
    form = sight.published.form(row.process, sight.version(row.process), row.form)
    language, data = i18n.language(), row.data or {}
    facts: list[Fact] = []
    secret = False
    for field in form.fields if form else ():
        value = field.format(data.get(field.name), language)
        if value:
            secret = secret or field.secrecy != "ordinary"
            tag = t("case.secrecy_health") if field.secrecy == "health" else ""
            facts.append(Fact(field.title(language), value, tag))
    return AnswerShown(
        title=form.title(language) if form else words.element(sight.folder(row.process), row.form),
        facts=tuple(facts),
        secrecy=t("case.secrecy_secret") if secret else "",
        source=source(sight, row.source),
        who=row.entered_by or t(f"case.via_{row.via}"),
        channel=words.channel(row.channel),
        at=row.at,
        occurred_at=row.occurred_at,
    )


def source(sight: Sight, name: str) -> str:
    """Who the information comes from: a party role, the authority, somebody else outside, or a system by its name."""
    key = f"case.source_{name}"
    return role(sight, name) if name in sight.bundle.manifest.parties or not i18n.known(key) else t(key)


def role(sight: Sight, name: str) -> str:
    """A party role in words."""
    party = sight.bundle.manifest.parties.get(name)
    return i18n.pick(party.name) if party else name


def outcome(sight: Sight) -> str:
    """How the case ended, in words."""
    return words.label(sight.bundle, "outcomes", sight.head.outcome) if sight.head.outcome else ""


def document(sight: Sight, row: DocumentRow) -> str:
    """What a letter is called."""
    return words.letter(sight.folder(row.process), row.path.split("/")[-1].split("[", 1)[0])
