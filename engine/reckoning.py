"""Rule + event + pauses -> date with its trace, and the trace alone -> the same date.

A trace is a list of JSON steps, in this order; dates are ISO strings, `days` are skipped days `{on, why}`:

| step | holds |
|---|---|
| start | what led to the event, handed in by the caller (deemed receipt: channel, sent_on, received_on, assumed) |
| rule | every field of the Rule |
| value | a parameter that the length was read from: name, process, version (of its folder), area (true: the area's |
| | own value), on (the day that it was read for), value, unit, source, doubt, valid_from; one step for each parameter |
| event | on |
| calendar | closed: the extra closed days that could matter (on, name, statutory) |
| count | length, unit, direction, inclusive, from, to, clamped, basis |
| skip | days: days off that a count in working days passed |
| pause | on, reason, and while it is open: remaining, unit |
| resume | on, paused, unit, from, to, days |
| roll | mode, from, to, basis, choice (true: the authority's own choice, not the law), days |
| stay | mode, on, why: a day off that this mode does not move |
| target | from, to, days: an authority's duty is planned for a working day |
| result | nominal, legal, target, paused_on, remaining |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from engine.calendar import ONE_DAY, Calendar, ClosedDay
from engine.duration import between, count, later
from engine.errors import DeadlineError
from engine.rule import Computed, Pause, Rule, TraceStep
from engine.said import say

ROLL_BASIS = "150/1930 5 §"
# Law.md K1: the Act governs only times set in an act or decree; a time that the authority sets rests on this.
AUTHORITY_BASIS = "HL 33 §"


def compute(
    rule: Rule,
    event_on: date,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    start: Sequence[TraceStep] = (),
    values: Sequence[TraceStep] = (),
) -> Computed:
    """The date of a rule for an event, with its trace.

    `start` are JSON steps that explain the event day, `values` those that say where the length comes from; they are
    only passed on. Pauses may come in any order and overlap; what lies before the event or after the deadline has no
    effect. DeadlineError when the count leaves the calendar, or when a date that is counted back is to be paused.
    """
    if type(event_on) is not date:
        raise DeadlineError(
            say(
                "event {event_on!r} of {name!r}: expected a date without a time of day",
                event_on=event_on,
                name=rule.name,
            )
        )
    nominal = count(rule, event_on, calendar)
    steps = _count_steps(rule, event_on, nominal, calendar)
    paused_on: date | None = None
    remaining: int | None = None
    if pauses:
        nominal, paused_on, remaining = _pause(rule, event_on, nominal, calendar, pauses, steps)
    legal, target = _roll(rule, nominal, calendar, steps)
    head: list[TraceStep] = [*start, rule.to_step(), *values, {"step": "event", "on": event_on.isoformat()}]
    head += _calendar_step(rule, calendar, min(event_on, nominal, target), max(event_on, nominal, legal))
    result = {
        "step": "result",
        "nominal": nominal.isoformat(),
        "legal": legal.isoformat(),
        "target": target.isoformat(),
        "paused_on": paused_on.isoformat() if paused_on else None,
        "remaining": remaining,
    }
    return Computed(event_on, nominal, legal, target, paused_on, remaining, (*head, *steps, result))


def recompute(trace: Sequence[Mapping[str, Any]]) -> Computed:
    """The date computed again from the facts of a trace alone; its steps and result are not trusted, only its facts.

    DeadlineError when the trace holds no rule or no event, or holds something else than a trace.
    """
    rule: Rule | None = None
    event_on: date | None = None
    start: list[TraceStep] = []
    values: list[TraceStep] = []
    extra: list[ClosedDay] = []
    pauses: list[Pause] = []
    try:
        for step in trace:
            match step["step"]:
                case "start":
                    start.append(dict(step))
                case "rule":
                    rule = Rule.from_step(step)
                case "value":
                    values.append(dict(step))
                case "event":
                    event_on = date.fromisoformat(step["on"])
                case "calendar":
                    extra = [ClosedDay(date.fromisoformat(d["on"]), d["name"], d["statutory"]) for d in step["closed"]]
                case "pause":
                    pauses.append(Pause(date.fromisoformat(step["on"]), None, step["reason"]))
                case "resume":
                    pauses[-1] = replace(pauses[-1], to_on=date.fromisoformat(step["on"]))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise DeadlineError(say("not a trace of a date: {reason!r}", reason=str(error))) from error
    if rule is None or event_on is None:
        raise DeadlineError(say("not a trace of a date: expected the steps rule and event"))
    return compute(rule, event_on, Calendar(tuple(extra)), pauses, start, values)


def _count_steps(rule: Rule, event_on: date, nominal: date, calendar: Calendar) -> list[TraceStep]:
    by_number = rule.unit in ("months", "years")
    basis = None
    if rule.kind == "statutory" and not rule.inclusive and rule.unit != "working days":
        section = 4 if rule.before else 2 if rule.unit == "days" else 3
        basis = f"150/1930 {section} §"
    counted: TraceStep = {
        "step": "count",
        "length": rule.length,
        "unit": rule.unit,
        "direction": "before" if rule.before else "after",
        "inclusive": rule.inclusive,
        "from": event_on.isoformat(),
        "to": nominal.isoformat(),
        "clamped": by_number and not rule.inclusive and nominal.day != event_on.day,
        "basis": basis,
    }
    if rule.unit != "working days":
        return [counted]
    first, last = min(event_on, nominal), max(event_on, nominal)
    skipped = _closed(first, last, calendar, but=None if rule.inclusive else event_on)
    return [counted, {"step": "skip", "days": skipped}] if skipped else [counted]


def _pause(
    rule: Rule, event_on: date, nominal: date, calendar: Calendar, pauses: Iterable[Pause], steps: list[TraceStep]
) -> tuple[date, date | None, int | None]:
    """Nominal date after all pauses; the day and the remaining length when the last one is open (formats.md 15)."""
    if rule.before:
        raise DeadlineError(say("{name!r} is counted back from its event and cannot be paused", name=rule.name))
    unit = "working days" if rule.unit == "working days" else "days"
    running_from = event_on
    for pause in sorted(pauses, key=lambda p: (p.from_on, p.to_on or date.max)):
        on = max(pause.from_on, running_from)
        if pause.to_on is not None and pause.to_on <= on:
            continue
        if on > _legal(rule, nominal, calendar):
            break  # the time had run out before it could stop
        if pause.to_on is None:
            remaining = max(0, between(rule, on, nominal, calendar))
            if rule.inclusive and (unit == "days" or calendar.working_day(on)):
                remaining += 1  # the day of the pause is itself a day of the period that is left
            steps.append(
                {"step": "pause", "on": on.isoformat(), "reason": pause.reason, "remaining": remaining, "unit": unit}
            )
            return nominal, on, remaining
        running_from = pause.to_on
        steps.append({"step": "pause", "on": on.isoformat(), "reason": pause.reason})
        nominal = _resume(rule, on, pause.to_on, nominal, calendar, steps)
    return nominal, None, None


def _resume(
    rule: Rule, paused_on: date, resumed_on: date, nominal: date, calendar: Calendar, steps: list[TraceStep]
) -> date:
    """The nominal date moved by resumed_on − paused_on; never before the day of resumption."""
    paused = between(rule, paused_on, resumed_on, calendar)
    moved = later(rule, nominal, paused, calendar)
    if moved < resumed_on:  # it stood on its last day, or on the days off after it
        moved = calendar.next_working_day(resumed_on) if rule.unit == "working days" else resumed_on
    working = rule.unit == "working days"
    steps.append(
        {
            "step": "resume",
            "on": resumed_on.isoformat(),
            "paused": paused,
            "unit": "working days" if working else "days",
            "from": nominal.isoformat(),
            "to": moved.isoformat(),
            "days": _closed(nominal + ONE_DAY, moved, calendar) if working else [],
        }
    )
    return moved


def _legal(rule: Rule, nominal: date, calendar: Calendar) -> date:
    return calendar.next_due_day(nominal) if rule.roll == "forward" else nominal


def _roll(rule: Rule, nominal: date, calendar: Calendar, steps: list[TraceStep]) -> tuple[date, date]:
    """Legal and target day of a nominal date by the rule's roll mode (law.md 2.2)."""
    if rule.roll == "forward":
        legal = calendar.next_due_day(nominal)
        if legal != nominal:
            steps.append(_forward_step(rule, nominal, legal, calendar))
        return legal, legal
    why = calendar.why_closed(nominal) if rule.roll == "target" else calendar.day_off(nominal)
    if why is not None:
        steps.append({"step": "stay", "mode": rule.roll, "on": nominal.isoformat(), "why": why})
    if rule.roll != "target":
        return nominal, nominal
    target = calendar.previous_working_day(nominal)
    if target != nominal:
        days = _closed(target + ONE_DAY, nominal, calendar)
        steps.append({"step": "target", "from": nominal.isoformat(), "to": target.isoformat(), "days": days})
    return nominal, target


def _forward_step(rule: Rule, nominal: date, legal: date, calendar: Calendar) -> TraceStep:
    statutory = rule.kind == "statutory"
    by_authority = AUTHORITY_BASIS if rule.kind == "agreed" else rule.statute or None
    return {
        "step": "roll",
        "mode": rule.roll,
        "from": nominal.isoformat(),
        "to": legal.isoformat(),
        "basis": ROLL_BASIS if statutory else by_authority,
        "choice": not statutory,
        "days": _closed(nominal, legal - ONE_DAY, calendar),
    }


def _closed(first: date, last: date, calendar: Calendar, but: date | None = None) -> list[dict[str, str]]:
    """The days off from `first` to `last` without the day `but`, with why."""
    days = []
    while first <= last:
        why = calendar.why_closed(first)
        if why is not None and first != but:
            days.append({"on": first.isoformat(), "why": why})
        first += ONE_DAY
    return days


def _calendar_step(rule: Rule, calendar: Calendar, first: date, last: date) -> list[TraceStep]:
    """The extra closed days between the first and the last day that the count touched, if its mode looks at them."""
    working = rule.unit == "working days" or rule.roll == "target"
    closed = [
        {"on": day.on.isoformat(), "name": dict(day.name), "statutory": day.statutory}
        for day in calendar.extra
        if first <= day.on <= last and (working or day.statutory)
    ]
    return [{"step": "calendar", "closed": closed}] if closed else []
