"""What would happen if a date passed: the coming events of a case in words, from a copy that nothing is written to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for

from engine.result import Alarm, DeadlineUse, Letter, Step, Wait
from tasks.queries import foresight
from tasks.queries.foresight import MOST_EVENTS, Event, Passed
from web import badge, casepage, current, formats, i18n, sight, words
from web.cases import blueprint
from web.i18n import t
from web.sight import Sight


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens: what kind of thing, which one, and for a date its badge on that day."""

    what: str
    which: str
    badge: badge.Badge | None = None


@dataclass(frozen=True, slots=True)
class EventShown:
    """One coming event: its moment in words and what happens then."""

    at: datetime
    when: str
    lines: tuple[Line, ...]


@blueprint.get("/<int:case_id>/what-if")
def what_if(case_id: int) -> Any:
    """The coming events if nobody did anything and nothing came in; only that somebody looked is recorded."""
    seen = sight.case(case_id, "what_if")
    count = min(max(request.args.get("events", 1, type=int), 1), MOST_EVENTS)
    until = formats.read_day(request.args.get("until", ""))
    ahead = foresight.foresee(current.database(), current.actor(), case_id, current.now(), count, until)
    telling = Telling(seen)
    shown = len(ahead.events)
    further = ahead.more and shown < MOST_EVENTS
    return render_template(
        "cases/what_if.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        events=[telling.event(event) for event in ahead.events],
        further=url_for("cases.what_if", case_id=case_id, events=shown + 1) if further else "",
        everything=url_for("cases.what_if", case_id=case_id, events=MOST_EVENTS),
        limit=ahead.more and not further,
        most=MOST_EVENTS,
        closed=ahead.closed,
        tasks=[telling.step(step) for step in ahead.steps],
        waits=[telling.wait(wait) for wait in ahead.waits],
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """The words of one case."""

    seen: Sight

    def event(self, event: Event) -> EventShown:
        """One event."""
        at = formats.local(event.at)
        when = formats.weekday(at) if (at.hour, at.minute) == (0, 0) else f"{formats.weekday(at)} {formats.clock(at)}"
        return EventShown(event.at, when, tuple(self._lines(event)))

    def step(self, step: Step) -> str:
        """A task and whose it is."""
        return t("whatif.task", task=self._named(step), role=words.work_role(step.role))

    def wait(self, wait: Wait) -> str:
        """An awaited message."""
        return casepage.message(self.seen, wait.process, wait.message)

    def _lines(self, event: Event) -> Iterator[Line]:
        yield from (Line(t("whatif.fired"), self._named(alarm)) for alarm in event.fired)
        for passed in event.passed:
            yield self._passed(passed)
            if passed.told_on is not None:
                told = t("whatif.told", day=formats.weekday(passed.told_on), role=words.work_role(passed.told_to))
                yield Line(t("whatif.escalation"), told)
        yield from (Line(t("whatif.opened"), self.step(step)) for step in event.opened)
        yield from (Line(t("whatif.withdrawn"), self.step(step)) for step in event.withdrawn)
        yield from (Line(t("whatif.letter"), self._letter(letter)) for letter in event.letters)
        yield from (Line(t("whatif.wait_ended"), self.wait(wait)) for wait in event.waits_ended)
        yield from (Line(t("whatif.wait_begun"), self.wait(wait)) for wait in event.waits_begun)
        yield from (self._date(t("whatif.date_begun"), use, event) for use in event.dates_begun)
        yield from (self._date(t("whatif.date_moved"), use, event) for _, use in event.dates_moved)
        yield from (Line(t("whatif.date_ended"), _name(use)) for use in event.dates_ended)
        if event.closed:
            outcome = words.label(self.seen.bundle, "outcomes", event.outcome) if event.outcome else ""
            yield Line(t("whatif.closed"), outcome or t("whatif.no_outcome"))

    def _passed(self, passed: Passed) -> Line:
        legal = passed.use.computed.legal_on
        return Line(t("whatif.passed"), t("whatif.passed_by", name=_name(passed.use), day=formats.weekday(legal)))

    def _named(self, it: Step | Alarm) -> str:
        """What an element is called; a timer without words of its own is called after its deadline."""
        bundle = self.seen.folder(it.process)
        node = words.nodes(bundle).get(it.element)
        if isinstance(it, Alarm) and it.deadline and not (node and node.name):
            return words.deadline(self.seen.published, it.process, it.deadline, formats.as_day(it.due_at))
        return words.element(bundle, it.element)

    def _letter(self, letter: Letter) -> str:
        name = words.letter(self.seen.folder(letter.process), letter.element)
        return t("whatif.letter_to", name=name, to=casepage.role(self.seen, letter.to))

    def _date(self, what: str, use: DeadlineUse, event: Event) -> Line:
        computed = use.computed
        shown = badge.badge(
            today=formats.as_day(event.at), calendar=self.seen.published.law.calendar, due_on=computed.due_on,
            legal_on=computed.legal_on, kind=use.definition.kind, paused_on=computed.paused_on,
            remaining=computed.remaining, unit="working days" if use.row.unit == "working days" else "days",
        )  # fmt: skip
        return Line(what, _name(use), shown)


def _name(use: DeadlineUse) -> str:
    return i18n.pick(use.definition.names)
