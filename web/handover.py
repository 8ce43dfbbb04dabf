"""Giving many tasks of a list to a colleague or putting them back: the order, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import request

from tasks.commands.handing import Handed, hand_over
from tasks.course import read_task_id
from tasks.errors import DatabaseAway, Forbidden, NotFound, Stale, TasksError, WrongState
from tasks.published import published
from tasks.queries import people, substitutions
from tasks.queries.inbox import PAGE
from tasks.queries.queues import queue_of
from tasks.queries.task import briefs
from web import current, formats, verdicts, words
from web import substitutions as absences
from web.i18n import known, t

Named = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one of many tasks: `told` says it in words, `look` is done, warning or stop."""

    task: str
    name: str
    look: str
    told: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the form shows: the tasks selected, to whom, what was wrong with it, and what became of the last order."""

    tasks: tuple[str, ...] = ()
    person: str = ""
    errors: Named = ()
    outcomes: tuple[Outcome, ...] = ()


def carry_out() -> tuple[Chosen, int]:
    """Do what the form orders, each task in the version that the list showed; what to show then, and the status."""
    asked = list(dict.fromkeys(request.form.getlist("task")))[:PAGE]
    person, back = request.form.get("person", type=int), "release" in request.form
    errors = []
    if not asked:
        errors.append(("hand-over", t("handing.none_chosen")))
    if person is None and not back:
        errors.append(("hand-over-person", t("tasks.assign_missing")))
    seen = [(task, version) for task, version in map(_seen, asked) if version is not None]
    if errors or len(seen) < len(asked):
        return Chosen(tuple(task for task, _ in seen), str(person or ""), tuple(errors)), 422
    done = hand_over(current.database(), current.actor(), seen, to_user_id=None if back else person, now=current.now())
    outcomes = _outcomes(done, None if back else person)
    refused = tuple(each.task for each in outcomes if each.look == "stop")
    return Chosen(refused, str(person or ""), (), outcomes), 200


def colleagues() -> Named:
    """To whom the person's supervised tasks may be given, (id, name) by name, with what is worth knowing of them."""
    with current.database().read() as connection:
        watched = {r.unit_id for r in queue_of(current.person(), published(current.database())).watched}
        found = people.workers(connection, watched, current.today()) if watched else ()
        away = {user for user, _ in substitutions.in_force(connection, current.today())}
    labels = [(each, absences.with_units(each, watched)) for each in found]
    return tuple(
        (str(each.id), t("substitutions.away_mark", name=label) if each.id in away else label) for each, label in labels
    )


def _seen(sent: str) -> tuple[str, int | None]:
    """The task's id, and the version that the list showed."""
    task, _, version = sent.partition(":")
    return task, int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None


def _outcomes(done: Sequence[Handed], person: int | None) -> tuple[Outcome, ...]:
    names, to, warning = _names(done), "", ""
    if person is not None:
        with current.database().read() as connection:
            to = people.full_name(connection, person) or ""
        warning = absences.away(person)
    return tuple(Outcome(each.task, names.get(each.task, each.task), *_told(each.error, to, warning)) for each in done)


def _names(done: Sequence[Handed]) -> Mapping[str, str]:
    """What the tasks are called; those of units that the person does not supervise stay unnamed."""
    asked = []
    for each in done:
        try:
            asked.append(read_task_id(each.task))
        except NotFound:
            continue
    with current.database().read() as connection:
        versions = published(current.database()).refresh(connection)
        queue = queue_of(current.person(), versions)
        return {
            row.id: f"{words.task(versions, row.process, row.version, row.element)}, {row.case_number}"
            for row in briefs(connection, asked)
            if queue.supervises(row.unit_id, row.case_process)
        }


def _told(error: TasksError | None, to: str, warning: str) -> tuple[str, str]:
    """How it looks and what it says in words."""
    if error is None:
        return "done", f"{t('handing.moved', name=to)} {warning}".rstrip() if to else t("handing.freed")
    if isinstance(error, Forbidden):
        return "stop", verdicts.why_not(error.reason, error.params)
    if isinstance(error, DatabaseAway):
        return "stop", t("handing.away")
    if isinstance(error, (Stale, WrongState)):
        key = f"conflict.{error.what if isinstance(error, Stale) else error.state}"
        when = formats.when(error.when) if error.when else ""
        return "warning", t(key, who=error.who, time=when) if known(key) else t("handing.free_already")
    return "stop", t("handing.unknown")
