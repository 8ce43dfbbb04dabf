"""Access: yes or no with a reason, and more rights never mean less access."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks import access
from tasks.access import Delegation, Place, Rights, Role
from tasks.errors import Disqualified, Forbidden, FourEyes

NAMES = ("caseworker", "decision_maker", "payment_approver", "supervisor", "process_owner", "operator", "auditor")
WORK = ("grant_officer", "decision_maker", "payment_approver")

roles = st.builds(
    Role,
    st.sampled_from(NAMES),
    st.frozensets(st.sampled_from(WORK)),
    st.none() | st.frozensets(st.integers(1, 3)),
    st.none() | st.frozensets(st.sampled_from(("a", "b"))),
)
places = st.builds(
    Place, st.integers(1, 3), st.sampled_from(("a", "b")), st.just("permit"), st.just("decide"), st.sampled_from(WORK)
)


@given(st.lists(roles, max_size=3), roles, places)
@settings(max_examples=200, deadline=None)
def test_one_more_role_never_takes_access_away(held, more, place) -> None:
    before, after = Rights(1, True, tuple(held)), Rights(1, True, (*held, more))
    for check in (access.see, access.work, access.supervise):
        assert check(after, place).allowed >= check(before, place).allowed


@given(st.lists(roles, max_size=3), places)
@settings(max_examples=200, deadline=None)
def test_who_may_do_a_task_may_see_its_case(held, place) -> None:
    rights = Rights(1, True, tuple(held))
    assert access.see(rights, place).allowed >= access.work(rights, place).allowed


@given(st.lists(roles, max_size=3), places)
@settings(max_examples=100, deadline=None)
def test_nobody_inactive_or_disqualified_gets_in(held, place) -> None:
    for rights in (Rights(1, False, tuple(held)), Rights(1, True, tuple(held), disqualified=True)):
        assert not access.see(rights, place).allowed
        assert not access.work(rights, place).allowed


@given(st.lists(roles, max_size=3), places)
@settings(max_examples=100, deadline=None)
def test_every_answer_has_a_reason(held, place) -> None:
    assert access.work(Rights(1, True, tuple(held)), place).reason


def test_a_decision_task_is_not_for_a_caseworker_even_with_the_work_role() -> None:
    rights = Rights(1, True, (Role("caseworker", frozenset({"decision_maker"}), None, None),))
    verdict = access.work(rights, Place(1, "a", "permit", "decide", "decision_maker"))
    assert (verdict.allowed, verdict.reason) == (False, "no_access_role")


@pytest.mark.parametrize(
    ("delegation", "allowed"),
    [
        (Delegation(None, None), True),
        (Delegation("permit", 1), True),
        (Delegation("other", None), False),
        (Delegation("permit", 2), False),
    ],
)
def test_a_delegation_counts_for_its_process_and_unit(delegation, allowed) -> None:
    rights = Rights(1, True, (), (delegation,))
    assert access.decide(rights, Place(1, "a", "permit", "decide"), ["decide"]).allowed is allowed


def test_rights_are_those_in_force_on_the_day() -> None:
    row = {"role": "caseworker", "work_roles": [], "units": None, "areas": None, "from_on": "2026-02-01", "to_on": None}
    read = {"active": True, "roles": [row, row | {"from_on": None, "to_on": "2026-01-31"}]}
    assert len(access.read_rights(1, read, date(2026, 1, 31)).roles) == 1
    assert len(access.read_rights(1, read, date(2026, 2, 1)).roles) == 1


def test_both_sides_of_a_pair_count_whichever_came_first() -> None:
    pairs = [("pair", "a", "part/b")]
    assert access.other_side(Rights(1, completed=frozenset({"a"})), "part/b", pairs) == ("pair", "a")
    assert access.other_side(Rights(1, completed=frozenset({"part/b"})), "a", pairs) == ("pair", "part/b")
    assert access.other_side(Rights(1, completed=frozenset({"a"})), "c", pairs) is None


def test_a_repeated_step_is_the_same_step_for_a_pair() -> None:
    rights = Rights(1, completed=frozenset({"pay[1]/check"}))
    assert access.other_side(rights, "pay[2]/approve", [("pair", "pay/check", "pay/approve")])


def test_a_refusal_raises_its_own_error() -> None:
    with pytest.raises(FourEyes):
        access.four_eyes("pair", "a").require()
    with pytest.raises(Disqualified):
        access.see(Rights(1, disqualified=True), Place(1, "a")).require()
    with pytest.raises(Forbidden):
        access.hold_role(Rights(1), "operator").require()
