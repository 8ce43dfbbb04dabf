"""What holds for every rule, event, calendar and pause."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import Calendar, ClosedDay
from engine.deadline import Computed, Pause, Rule, compute, recompute
from engine.rule import DIRECTIONS, KINDS, ROLLS, UNITS

EVENT = st.dates(date(2024, 1, 1), date(2031, 12, 31))
CALENDAR_UNITS = tuple(unit for unit in UNITS if unit != "working days")


def rules(
    units: tuple[str, ...] = UNITS, rolls: tuple[str, ...] = ROLLS, directions: tuple[str, ...] = ("after",)
) -> st.SearchStrategy[Rule]:
    return st.builds(
        Rule,
        name=st.just("rule"),
        length=st.integers(0, 40),
        unit=st.sampled_from(units),
        roll=st.sampled_from(rolls),
        direction=st.sampled_from(directions),
        inclusive=st.booleans(),
        kind=st.sampled_from(KINDS),
        statute=st.sampled_from(["", "HL 49 c §"]),
    )


Facts = tuple[Rule, date, Calendar, ClosedDay, list[Pause]]
AHEAD = ("forward", "target", "period")


@st.composite
def closed_near(draw: st.DrawFn, event: date, rule: Rule) -> ClosedDay:
    """A closed day on or near the days that the rule touches."""
    nominal = compute(rule, event, Calendar()).nominal_on
    low, high = min(event, nominal) - timedelta(days=5), max(event, nominal) + timedelta(days=5)
    on = draw(st.one_of(st.dates(nominal - timedelta(days=4), nominal + timedelta(days=4)), st.dates(low, high)))
    return ClosedDay(on, {"fi": "Suljettu"}, draw(st.booleans()))


@st.composite
def facts(draw: st.DrawFn, which: st.SearchStrategy[Rule], paused: bool = True) -> Facts:
    rule, event = draw(which), draw(EVENT)
    extra = draw(st.lists(closed_near(event, rule), max_size=4))
    more = draw(closed_near(event, rule))
    pauses = []
    if paused and not rule.before:
        for offset, length in draw(st.lists(st.tuples(st.integers(-5, 60), st.integers(0, 30)), max_size=3)):
            start = event + timedelta(days=offset)
            pauses.append(Pause(start, start + timedelta(days=length), "pause"))
        if draw(st.integers(0, 4)) == 0:
            pauses.append(Pause(event + timedelta(days=draw(st.integers(0, 60))), None, "open"))
    return rule, event, Calendar(tuple(extra)), more, pauses


def both(case: Facts) -> tuple[Computed, Computed]:
    """The date without and with one more closed day."""
    rule, event, calendar, more, pauses = case
    return compute(rule, event, calendar, pauses), compute(rule, event, Calendar((*calendar.extra, more)), pauses)


@given(facts(rules(rolls=("forward",), directions=DIRECTIONS)))
def test_a_forward_due_day_is_never_a_day_off(case: Facts) -> None:
    rule, event, calendar, _, pauses = case
    assert calendar.day_off(compute(rule, event, calendar, pauses).due_on) is None


@given(facts(rules(rolls=("target",), directions=DIRECTIONS)))
def test_a_target_is_a_working_day_on_or_before_the_legal_day(
    case: Facts,
) -> None:
    rule, event, calendar, _, pauses = case
    computed = compute(rule, event, calendar, pauses)
    assert calendar.working_day(computed.target_on)
    assert computed.target_on <= computed.legal_on == computed.nominal_on


@given(facts(rules(rolls=("forward",))))
def test_a_closed_day_never_makes_a_forward_date_earlier(
    case: Facts,
) -> None:
    plain, closed = both(case)
    assert closed.due_on >= plain.due_on


@given(facts(rules(units=CALENDAR_UNITS, rolls=("forward",), directions=("before",))))
def test_a_closed_day_never_makes_a_forward_date_before_an_event_earlier(
    case: Facts,
) -> None:
    plain, closed = both(case)
    assert closed.due_on >= plain.due_on


@given(facts(rules(units=("working days",), rolls=AHEAD)))
def test_a_closed_day_never_makes_a_date_counted_ahead_in_working_days_earlier(
    case: Facts,
) -> None:
    plain, closed = both(case)
    if case[0].length:  # nothing is counted in a length of 0: the target of the event day itself
        assert closed.due_on >= plain.due_on
    assert closed.nominal_on >= plain.nominal_on


@given(facts(rules(units=CALENDAR_UNITS, rolls=("target",), directions=DIRECTIONS)))
def test_a_closed_day_never_makes_a_target_later(case: Facts) -> None:
    plain, closed = both(case)
    assert closed.due_on <= plain.due_on
    assert closed.legal_on == plain.legal_on


@given(facts(rules(rolls=("backward",), directions=DIRECTIONS)))
def test_a_closed_day_never_makes_a_backward_date_later(
    case: Facts,
) -> None:
    plain, closed = both(case)
    assert closed.due_on <= plain.due_on


@given(facts(rules(units=CALENDAR_UNITS, rolls=("period",), directions=DIRECTIONS)))
def test_a_closed_day_does_not_move_a_period(case: Facts) -> None:
    plain, closed = both(case)
    assert closed.due_on == plain.due_on


@given(facts(rules(rolls=AHEAD)), st.integers(-5, 90))
def test_pause_and_resume_on_the_same_day_change_nothing(case: Facts, offset: int) -> None:
    rule, event, calendar, _, pauses = case
    on = event + timedelta(days=offset)
    assert compute(rule, event, calendar, [*pauses, Pause(on, on)]) == compute(rule, event, calendar, pauses)


@given(facts(rules(rolls=AHEAD), paused=False), st.integers(0, 40), st.integers(0, 40))
def test_what_remained_at_a_pause_is_left_on_resumption(case: Facts, offset: int, length: int) -> None:
    rule, event, calendar, _, _ = case
    on = event + timedelta(days=offset)
    stopped = compute(rule, event, calendar, [Pause(on)])
    if not stopped.remaining:
        return
    resumed_on = on + timedelta(days=length)
    resumed = compute(rule, event, calendar, [Pause(on, resumed_on)])
    # of a period the day of the pause is left too, so its last day comes one day sooner
    if rule.unit == "working days":
        left = stopped.remaining - (rule.inclusive and calendar.working_day(on))
        assert resumed.nominal_on == calendar.add_working_days(resumed_on, left) or left == 0
    else:
        assert resumed.nominal_on == resumed_on + timedelta(days=stopped.remaining - rule.inclusive)


@given(facts(rules(directions=DIRECTIONS)))
def test_a_trace_alone_recomputes_to_the_same_date_and_trace(
    case: Facts,
) -> None:
    rule, event, calendar, more, pauses = case
    computed = compute(rule, event, Calendar((*calendar.extra, more)), pauses)
    assert recompute(json.loads(json.dumps(computed.trace))) == computed
