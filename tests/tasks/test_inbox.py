from __future__ import annotations

from datetime import date, timedelta

import pytest

from tasks.commands import work
from tasks.queries import inbox
from tasks.queries.inbox import Cursor
from tasks.queries.worklist import GROUPS, Days, Filter, Queue, Reach
from tests.tasks.conftest import Town

DAYS = Days(date(2026, 2, 9), date(2026, 2, 12))


def queue(town: Town, name: str = "vilma") -> Queue:
    """The person's reach: grant officers in the north."""
    user_id = town.user(name).user_id
    assert user_id is not None
    return Queue(user_id, (Reach(town.unit("north"), "grant_officer"),))


def groups(town: Town, days: Days, wanted: Filter = Filter(), size: int = 50) -> list[tuple[str, str]]:  # noqa: B008
    """(group, public id) of every line, page by page."""
    found: list[tuple[str, str]] = []
    after: Cursor | None = None
    with town.database.read() as connection:
        while True:
            page = inbox.page(connection, queue(town), wanted, days, after, size)
            found += [(line.group, line.id) for line in page.lines]
            if page.after is None:
                return found
            after = Cursor.read(page.after)


def test_the_list_goes_from_late_to_later_by_the_day(town: Town) -> None:
    early = town.start().task_ids[0]
    town.pass_time(days=5)
    late = town.start().task_ids[0]
    # the checks are due on 23.2. and 27.2. (the 28th is a Saturday)
    assert groups(town, DAYS) == [("later", early), ("later", late)]
    assert groups(town, Days(date(2026, 2, 21), date(2026, 2, 25))) == [("soon", early), ("later", late)]
    assert groups(town, Days(date(2026, 2, 26), date(2026, 3, 3))) == [("late", early), ("soon", late)]


def test_between_target_and_legal_day_a_task_is_soon_not_late(town: Town) -> None:
    town.pass_time(days=5)
    task = town.start().task_ids[0]
    saturday = date(2026, 2, 28)
    assert groups(town, Days(saturday, saturday)) == [("soon", task)]
    assert groups(town, Days(saturday + timedelta(1), saturday + timedelta(1))) == [("late", task)]


def test_paging_by_cursor_shows_every_task_once_in_the_same_order(town: Town) -> None:
    for _ in range(5):
        town.start()
        town.start()
        town.pass_time(days=1)
    held = groups(town, DAYS)[3][1]
    work.hold(town.database, town.user("vilma"), held, until=date(2026, 3, 1), reason="odottaa", now=town.now)
    whole = groups(town, DAYS)
    assert len(whole) == 10
    assert whole[-1] == ("held", held)
    for size in (1, 3, 4):
        assert groups(town, DAYS, size=size) == whole


def test_filters_choose_whose_work_is_shown(town: Town) -> None:
    mine, free, others = (town.start().task_ids[0] for _ in range(3))
    work.claim(town.database, town.user("vilma"), mine, now=town.now)
    work.claim(town.database, town.user("kalle"), others, now=town.now)
    shown = {who: {task for _, task in groups(town, DAYS, Filter(who))} for who in ("open", "mine", "free", "all")}
    assert shown == {"open": {mine, free}, "mine": {mine}, "free": {free}, "all": {mine, free, others}}
    assert groups(town, DAYS, Filter(process="permit", role="grant_officer")) != []
    assert groups(town, DAYS, Filter(process="other")) == []


@pytest.mark.parametrize("roles", [("grant_officer",), ("decision_maker", "grant_officer", "payment_officer")])
@pytest.mark.parametrize("who", ["open", "mine", "free", "all"])
def test_counts_are_those_of_the_list(town: Town, roles: tuple[str, ...], who: str) -> None:
    for turn in range(4):
        tasks = [town.start().task_ids[0] for _ in range(3)]
        for name, task in zip(("vilma", "kalle"), tasks[: turn % 3], strict=False):
            work.claim(town.database, town.user(name), task, now=town.now)
        town.pass_time(days=3)
    reach = Queue(queue(town).user_id, tuple(Reach(town.unit("north"), role) for role in roles))
    seen = set()
    # 28.2.2026 is a Saturday: what was due then is soon until the Monday, though its day has passed
    for days in (Days(day, day + timedelta(3)) for day in (date(2026, 2, 22) + timedelta(n) for n in range(12))):
        with town.database.read() as connection:
            counts = inbox.counts(connection, reach, Filter(who), days)
            listed = [line.group for line in inbox.page(connection, reach, Filter(who), days).lines]
        assert counts == {group: listed.count(group) for group in GROUPS}, days
        seen |= set(listed)
    assert seen == {"late", "soon", "later"}


def test_no_more_are_counted_than_are_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "MOST_COUNTED", 2)
    inbox._counting.cache_clear()
    for _ in range(5):
        town.start()
    with town.database.read() as connection:
        counts = inbox.counts(connection, queue(town), Filter(), DAYS)
    inbox._counting.cache_clear()
    assert counts["later"] == 3


def test_people_with_the_same_roles_share_the_statements(town: Town) -> None:
    town.start()
    inbox._listing.cache_clear()
    inbox._counting.cache_clear()
    with town.database.read() as connection:
        for name in ("vilma", "kalle", "vilma"):
            inbox.page(connection, queue(town, name), Filter(), DAYS)
            inbox.counts(connection, queue(town, name), Filter(), DAYS)
    assert (inbox._listing.cache_info().misses, inbox._counting.cache_info().misses) == (len(GROUPS), 1)


def test_the_next_task_is_ones_own_first_then_the_most_urgent_free_one(town: Town) -> None:
    free = town.start().task_ids[0]
    town.pass_time(days=1)
    mine = town.start().task_ids[0]
    work.claim(town.database, town.user("vilma"), mine, now=town.now)
    with town.database.read() as connection:
        first = inbox.first_free(connection, queue(town), Filter(), DAYS)
        second = inbox.first_free(connection, queue(town), Filter(), DAYS, [mine])
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == (mine, free)


@pytest.mark.parametrize("text", ["", "late", "later.x.1.2", "never.2026-01-01.1.1", "late.2026-01-01.1.x"])
def test_a_broken_cursor_is_no_cursor(text: str) -> None:
    assert Cursor.read(text) is None


def test_the_list_narrows_to_a_step_a_person_and_a_group(town: Town) -> None:
    mine, kalles, free = (town.start().task_ids[0] for _ in range(3))
    work.claim(town.database, town.user("vilma"), mine, now=town.now)
    work.claim(town.database, town.user("kalle"), kalles, now=town.now)
    people = [town.user(name).user_id for name in ("vilma", "kalle", "pauli")]
    shown = [{task for _, task in groups(town, DAYS, Filter("all", assignee_id=each))} for each in people]
    assert shown == [{mine}, {kalles}, set()]
    assert {task for _, task in groups(town, DAYS, Filter("all", element="check"))} == {mine, kalles, free}
    assert {task for _, task in groups(town, DAYS, Filter("all", element="permit/check"))} == {mine, kalles, free}
    assert groups(town, DAYS, Filter("all", element="decide")) == []
    assert groups(town, DAYS, Filter("all", element="other/check")) == []
    assert groups(town, DAYS, Filter("all", group="late")) == []
    assert len(groups(town, DAYS, Filter("all", group="later"), size=2)) == 3
    with town.database.read() as connection:
        assert inbox.counts(connection, queue(town), Filter("all", assignee_id=people[1]), DAYS)["later"] == 1


def test_whose_tasks_and_which_step_are_asked_share_the_statements(town: Town) -> None:
    town.start()
    inbox._listing.cache_clear()
    for name, element in (("vilma", "check"), ("kalle", "decide")):
        groups(town, DAYS, Filter("all", element=element, assignee_id=town.user(name).user_id))
    assert inbox._listing.cache_info().misses == len(GROUPS)
