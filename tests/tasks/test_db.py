"""The database: away, busy, and two people at once."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import text

from tasks.casefile import lock
from tasks.commands import work
from tasks.db import Database
from tasks.errors import DatabaseAway, Stale


def test_a_database_that_is_away_is_said_so_without_its_password() -> None:
    away = Database("postgresql://postgres:secret@127.0.0.1:1/none")
    with pytest.raises(DatabaseAway) as refused, away.read():
        pass
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_broke_is_told_and_the_next_command_works(town) -> None:
    task, vilma = town.start().task_ids[0], town.user("vilma")
    other = Database(town.database.url.render_as_string(hide_password=False))
    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    with other.read() as connection:
        connection.execute(text(f"{kill} WHERE datname = current_database() AND pid <> pg_backend_pid()"))
    other.dispose()
    with pytest.raises(DatabaseAway):
        work.claim(town.database, vilma, task, now=town.now)
    assert work.claim(town.database, vilma, task, now=town.now) == 2


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_when_one_connection_broke_no_other_that_waited_is_used_again(town) -> None:
    first, second = town.database.transaction(), town.database.transaction()
    with first as one, second as other:  # two at once: both wait for the next transaction afterwards
        pids = [connection.execute(text("SELECT pg_backend_pid()")).scalar() for connection in (one, other)]
    assert pids[0] != pids[1]
    other = Database(town.database.url.render_as_string(hide_password=False))
    with other.read() as connection:
        for pid in pids:
            connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    other.dispose()
    with pytest.raises(DatabaseAway), town.database.read() as connection:
        connection.execute(text("SELECT 1"))
    for _ in range(2):
        with town.database.read() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1


def test_a_transaction_after_another_uses_its_connection_and_sees_nothing_of_it(town) -> None:
    with town.database.read() as before:
        before.connection.driver_connection.execute("UPDATE users SET full_name = 'x'")  # past SQLAlchemy
    with town.database.transaction() as after:
        assert after is before
        assert after.execute(text("SELECT count(*) FROM users WHERE full_name = 'x'")).scalar() == 0
    failed = None

    def fail() -> None:
        nonlocal failed
        with town.database.transaction() as failed:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert failed is after
    with town.database.read() as fresh:
        assert fresh is not failed


def test_an_exception_leaves_nothing_behind(town) -> None:
    def fail() -> None:
        with town.database.transaction() as connection:
            connection.execute(text("UPDATE users SET full_name = 'x'"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert town.value("SELECT count(*) FROM users WHERE full_name = 'x'") == 0


def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(town) -> None:
    task = town.start().task_ids[0]
    results: list[object] = []
    ready = threading.Barrier(2)

    def claim(name: str) -> None:
        actor = town.user(name)
        ready.wait()
        try:
            results.append(work.claim(town.database, actor, task, version=1, now=town.now))
        except Stale as refused:
            results.append(refused.who)

    threads = [threading.Thread(target=claim, args=(name,)) for name in ("vilma", "kalle")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 2 in results
    assert {"vilma", "kalle"} & set(results)


def test_after_waiting_for_the_lock_the_children_are_read_anew(town) -> None:
    """On PostgreSQL the sub-selects of a statement that waited show the time before it: not to be believed."""
    started = town.start()
    vilma, seen = town.user("vilma"), []

    def look() -> None:
        with town.database.transaction() as connection:
            seen.append(lock(connection, started.case_id, vilma.user_id).task(1)["revision"])

    with town.database.transaction() as connection:
        lock(connection, started.case_id, vilma.user_id)
        waiter = threading.Thread(target=look)
        waiter.start()
        waiter.join(0.3)
        connection.execute(text("UPDATE tasks SET revision = 5"))
        connection.execute(text("UPDATE cases SET revision = revision + 1"))
    waiter.join()
    assert seen == [5]


def test_an_in_memory_database_serves_several_threads(tmp_path) -> None:
    database = Database("sqlite://")
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE t (n integer)"))

    def add() -> None:
        for _ in range(20):
            with database.transaction() as connection:
                connection.execute(text("INSERT INTO t VALUES (1)"))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM t")).scalar() == 80
