"""The clock: fires what is due, oldest first, one timer of one case at a time; and the worker that looks at it.

Due cases are read without a lock. Per case each firing is one transaction that locks the case row first (skipped when
somebody else holds it), re-reads the timers, fires the earliest at its own due moment, and looks again. Late is late
whenever one asks, so a stop of any length loses nothing. A case that fails becomes an incident with a back-off and
never stops the others.
"""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Connection, text

from tasks import incident, linking
from tasks.actor import CLOCK
from tasks.casefile import Row
from tasks.changes import Changes
from tasks.commands.alerting import Watched, watch_by_the_hour
from tasks.commands.arrivals import deliver_early
from tasks.commands.jobs import Called, call_out
from tasks.commands.migrating import carry_on
from tasks.commands.quarters import tell_quarters
from tasks.commands.summing import add_up
from tasks.course import Course
from tasks.db import Database
from tasks.errors import DatabaseAway, NotFound
from tasks.firing import fire
from tasks.job import Caller
from tasks.moments import iso, read_moment, utc

LOG = logging.getLogger("asiavirta.clock")
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=6)
BETWEEN_WATCHES = 60.0
"""seconds after which a worker asks whether it is time to look for the causes of alerts"""
BETWEEN_SUMS = 60.0
"""seconds after which a worker adds what has changed to the sums behind the figures"""
MOST_CALLS = 200
"""calls in one look"""
MOST_PER_CASE = 1000
"""firings of one case in one tick: a case that sets timers in the past for ever must not stop the clock"""


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many timers fired or early messages moved, and how many failed; `cases` were looked at."""

    fired: int
    failed: int
    cases: int


DUE = text(
    "SELECT case_id FROM timers WHERE state = 'waiting' AND next_at <= :now ORDER BY next_at, case_id LIMIT :limit"
)


STARTS = text(
    "SELECT DISTINCT case_id FROM timers"
    " WHERE state = 'waiting' AND kind = 'start' AND attempts = 0 AND next_at <= :now ORDER BY case_id"
)


def due_cases(connection: Connection, now: datetime, limit: int) -> list[int]:
    """The cases with something due, the oldest first."""
    moment: Any = iso(now) if connection.dialect.name == "sqlite" else now
    rows = connection.execute(DUE, {"now": moment, "limit": limit})
    return list(dict.fromkeys(row.case_id for row in rows))


def tick(database: Database, now: datetime, limit: int = 200, only: int | None = None) -> Ticked:
    """Deliver early messages, fire what is due, for up to `limit` timers' cases or for one; DatabaseAway of none."""
    now = utc(now)
    with database.read() as connection:
        cases = due_cases(connection, now, limit) if only is None else [only]
    fired = deliver_early(database, now)
    failed = 0
    for case_id in cases:
        try:
            fired += _wake(database, case_id, now)
        except DatabaseAway:
            raise
        except Exception as error:
            failed += 1
            LOG.warning("case %s did not wake: %s", case_id, type(error).__name__)
            _give_up_for_now(database, case_id, error, now)
    return Ticked(fired, failed, len(cases))


def begin_linked(database: Database, now: datetime) -> int:
    """Start the linked cases that wait to begin, and nothing else: for stories, where a step shows what it began."""
    begun, now = 0, utc(now)
    for _ in range(MOST_PER_CASE):
        with database.read() as connection:
            waiting = connection.execute(STARTS, {"now": _moment(connection, now)}).scalars().all()
        if not waiting:
            break
        begun += sum(_wake(database, case_id, now, kind="start") for case_id in waiting)
    return begun


def run_until(database: Database, now: datetime, limit: int = 200, only: int | None = None) -> Ticked:
    """Tick until nothing is due by `now`, in all cases or one (but for what failed and waits to be tried again)."""
    fired = failed = cases = 0
    while True:
        once = tick(database, now, limit, only)
        fired, failed, cases = fired + once.fired, failed + once.failed, cases + once.cases
        if not once.fired and not once.failed:
            return Ticked(fired, failed, cases)


def _wake(database: Database, case_id: int, now: datetime, kind: str = "") -> int:
    for fired in range(MOST_PER_CASE):
        with database.transaction() as connection:
            try:
                course = Course.open(connection, database, CLOCK, case_id, now, skip_locked=True)
            except NotFound:
                return fired  # somebody is working on it: the next tick finds it again
            timer = _earliest(course, now, kind)
            if timer is None:
                return fired
            course.at(read_moment(timer["due_at"]) or now)
            if timer["kind"] == "start":
                linking.begin(database, course, timer)
            else:
                fire(course, timer)
            course.save()
            if timer["attempts"]:
                incident.resolve(connection, case_id, "timer", now)
    return MOST_PER_CASE


def _earliest(course: Course, now: datetime, kind: str = "") -> Row | None:
    latest = iso(now)
    due = [
        timer
        for timer in course.file.timers
        if timer["state"] == "waiting"
        and kind in ("", timer["kind"])
        and iso(read_moment(timer["next_at"]) or now) <= latest
    ]
    return min(due, key=lambda timer: (iso(read_moment(timer["due_at"]) or now), timer["number"]), default=None)


def _give_up_for_now(database: Database, case_id: int, error: Exception, now: datetime) -> None:
    with database.transaction() as connection:
        try:
            course = Course.open(connection, database, CLOCK, case_id, now)
        except NotFound:
            return
        timer = _earliest(course, now)
        if timer is None:
            return
        attempts = int(timer["attempts"]) + 1
        next_at = now + min(FIRST_RETRY * 2 ** min(attempts - 1, 20), LONGEST_RETRY)
        changes = Changes(case_id)
        changes.update("timers", timer["number"], attempts=attempts, next_at=next_at)
        changes.update_case(course.case["revision"])
        changes.write(connection)
        error_text = f"{type(error).__name__}: {error}"
        incident.note(
            connection, case_id, "timer", error_text, now, attempts=attempts, timer=timer["number"], next_at=next_at
        )


def _moment(connection: Connection, moment: datetime) -> Any:
    return iso(moment) if connection.dialect.name == "sqlite" else moment


_BEAT = text(
    "INSERT INTO heartbeats (worker, started_at, at, fired, failed) VALUES (:worker, :started, :now, :fired, :failed)"
    " ON CONFLICT (worker) DO UPDATE SET at = :now, fired = heartbeats.fired + :fired,"
    " failed = heartbeats.failed + :failed"
)


Rehearse = Callable[[Database, Callable[[], datetime], Callable[[], bool]], int]
"""plays what waits (tasks.commands.rehearsing.carry_on): with a clock, and what says that it is time to stop"""


class Worker:
    """Looks at the clock every few seconds; APScheduler is only the alarm clock, the database is the calendar."""

    def __init__(
        self,
        database: Database,
        *,
        every: float = 5.0,
        read_clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        also: Callable[[Database, datetime], object] | None = None,
        call: Caller | None = None,
        rehearse: Rehearse | None = None,
    ) -> None:
        self.database = database
        self.name = f"worker-{secrets.token_hex(4)}"
        self._read_clock = read_clock
        self._also = also
        self._started = read_clock()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._scheduler.add_job(
            self.beat, "interval", seconds=every, coalesce=True, max_instances=1, next_run_time=datetime.now(UTC)
        )
        self._scheduler.add_job(  # beside the clock: counting a large house takes a while
            self.watch, "interval", seconds=BETWEEN_WATCHES, coalesce=True, max_instances=1,
            next_run_time=datetime.now(UTC) + timedelta(seconds=every),
        )  # fmt: skip
        self._scheduler.add_job(
            self.add_up, "interval", seconds=BETWEEN_SUMS, coalesce=True, max_instances=1,
            next_run_time=datetime.now(UTC) + timedelta(seconds=every),
        )  # fmt: skip
        if call is not None:  # beside the clock: a slow service never holds up a timer
            self._scheduler.add_job(self.call_out, "interval", (call,), seconds=every, coalesce=True, max_instances=1)
        if rehearse is not None:  # the stories of a draft take minutes, in a process of their own
            self._scheduler.add_job(
                self.rehearse, "interval", (rehearse,), seconds=every, coalesce=True, max_instances=1
            )

    def beat(self) -> Ticked | None:
        """One look at the clock; a database that is away is tried again at the next (None)."""
        now = self._read_clock()
        try:
            ticked = tick(self.database, now)
            carry_on(self.database, now)
            if self._also is not None:
                self._also(self.database, now)
            with self.database.transaction() as connection:
                connection.execute(
                    _BEAT,
                    {
                        "worker": self.name, "started": _moment(connection, self._started),
                        "now": _moment(connection, now), "fired": ticked.fired, "failed": ticked.failed,
                    },
                )  # fmt: skip
        except DatabaseAway as error:
            LOG.warning("the database is away, trying again: %s", error)
            return None
        return ticked

    def watch(self) -> Watched | None:
        """Look for the causes of alerts when an hour has passed; None when it has not."""
        try:
            return watch_by_the_hour(self.database, self._read_clock())
        except DatabaseAway as error:
            LOG.warning("the database is away, alerts are looked for when it is back: %s", error)
            return None

    def add_up(self) -> int:
        """Bring the sums behind the figures up to date and tell the quarters; gives how many cases had changed."""
        now = self._read_clock()
        try:
            changed = add_up(self.database, now)
            tell_quarters(self.database, now)
            return changed
        except DatabaseAway as error:
            LOG.warning("the database is away, sums are brought up to date when it is back: %s", error)
            return 0

    def call_out(self, call: Caller) -> int:
        """Make the calls that are due, until none is or a good many are made; gives how many."""
        made = 0
        try:
            while made < MOST_CALLS and not self._stopping.is_set():
                called = call_out(self.database, call, self._read_clock)
                if called == Called():
                    break
                made += called.answered + called.failed + called.late
        except DatabaseAway as error:
            LOG.warning("the database is away, calls are made when it is back: %s", error)
        return made

    def rehearse(self, rehearse: Rehearse) -> int:
        """Play the drafts' stories that somebody ordered; gives how many rehearsals there were."""
        try:
            return rehearse(self.database, self._read_clock, self._stopping.is_set)
        except DatabaseAway as error:
            LOG.warning("the database is away, stories are played when it is back: %s", error)
            return 0

    def start(self) -> None:
        """Begin looking, in a thread of its own."""
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the look and the calls that are under way and stop."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)

    def run(self, stop: threading.Event) -> None:
        """Look until `stop` is set."""
        self.start()
        stop.wait()
        self.stop()
