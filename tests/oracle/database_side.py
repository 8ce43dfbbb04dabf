"""The product from commands to rows as one side of a match: every step is a transaction, every look a reading."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from engine import state as codec
from engine.errors import EngineError
from tasks import clock
from tasks.casefile import read_json
from tasks.commands import cases, messages, publishing, work
from tasks.errors import TasksError
from tasks.moments import read_moment
from tests.oracle.engine_side import data_in
from tests.oracle.folder import build, bundle_of
from tests.oracle.play import Seen, Thing, plain
from tests.oracle.sketch import MAIN, Drawing
from tests.tasks.conftest import HOUSE, Town


class TimerFailed(EngineError):
    """The clock could not fire a timer."""


class DatabaseSide:
    """One case in a database, begun on a version of its own."""

    ticks = True

    def __init__(self, town: Town, drawing: Drawing, now: datetime) -> None:
        build(drawing)  # Unusable before anything is published
        self.town, self.database, self.now = town, town.database, now
        self.case = 0
        bundles = [bundle_of(drawing, process) for process in drawing.files]
        publishing.publish(
            self.database, HOUSE, bundles, author="olga", approver="oona", from_on=date(2026, 1, 1), now=now
        )
        clock.run_until(self.database, now)  # what a publication asks of cases that were begun before

    def start(self) -> None:
        """The case starts."""
        parties, unit = {"customer": self.town.customer}, self.town.unit("north")
        key = str(self.town.value("SELECT count(*) FROM cases"))

        def begin() -> None:
            self.case = cases.start_case(
                self.database, HOUSE, process=MAIN, message=None, answers={}, parties=parties, unit_id=unit,
                now=self.now, idempotency_key=key,
            ).case_id  # fmt: skip

        self._step(begin)

    def complete(self, label: str, answers: Mapping[str, Any]) -> None:
        """Somebody completes a task."""
        number = self._value("SELECT number FROM tasks WHERE case_id = :case AND engine_id = :label", label=label)
        task = f"{self.case}-{number}"
        self._step(lambda: work.complete(self.database, HOUSE, task, answers=answers, now=self.now))

    def deliver(self, label: str, answers: Mapping[str, Any]) -> None:
        """A message comes to the oldest that waits for it at a place."""
        row = self._rows(
            "SELECT message, path FROM subscriptions WHERE case_id = :case AND engine_id = :label", label=label
        )[0]
        self._step(
            lambda: messages.record_message(
                self.database, HOUSE, self.case, message=row.message, path=row.path, answers=answers, channel=None,
                now=self.now,
            ),
            again="is another",
        )  # fmt: skip

    def oldest(self, label: str) -> str:
        """The label of whoever takes a message that comes to a place."""
        sql = "SELECT engine_id FROM subscriptions WHERE case_id = :case AND path = (SELECT path FROM subscriptions"
        sql += " WHERE case_id = :case AND engine_id = :label) ORDER BY number LIMIT 1"
        return str(self._value(sql, label=label))

    def fire(self, label: str) -> None:
        """The clock fires all that is due, in the order of the moments."""
        self._step(self._tick, again="goes on")

    def _tick(self) -> None:
        if clock.run_until(self.database, self.now).failed:
            raise TimerFailed("a timer failed")

    def cancel(self) -> None:
        """The case is called off."""
        cases.cancel_case(self.database, HOUSE, self.case, reason="peruttu", now=self.now)

    def refuses(self, label: str) -> bool:
        """Whether a task that is not open and a message that nobody waits for are refused and nothing is written."""
        closed = "SELECT number FROM tasks WHERE case_id = :case AND state <> 'open' AND engine_id = :label"
        number = self._value(closed, label=label) or 9999
        before = self._stored()
        tries: list[Callable[[], object]] = [
            lambda: work.complete(self.database, HOUSE, f"{self.case}-{number}", answers={}, now=self.now),
            lambda: messages.record_message(
                self.database, HOUSE, self.case, message="nothing", answers={}, channel=None, now=self.now
            ),
        ]
        return all(_refused(one) for one in tries) and self._stored() == before

    def too_early(self, label: str) -> bool:
        """Whether the clock leaves a timer alone before its moment."""
        before = self._stored()
        clock.run_until(self.database, self.now)
        return self._stored() == before

    def seen(self) -> Seen:
        """The rows, as the oracle compares them."""
        things = {
            row.engine_id: Thing("task", row.path, "" if row.item is None else plain(read_json(row.item)))
            for row in self._rows("SELECT * FROM tasks WHERE case_id = :case AND state = 'open'")
        }
        for row in self._rows("SELECT * FROM subscriptions WHERE case_id = :case"):
            things[row.engine_id] = Thing("wait", row.path, row.message)
        for row in self._rows("SELECT * FROM timers WHERE case_id = :case AND kind = 'engine'"):
            due = read_moment(row.due_at)
            assert due is not None
            things[row.engine_id] = Thing("alarm", row.path, due.isoformat())
        case = self._rows("SELECT status, outcome, state FROM cases WHERE id = :case")[0]
        state, closed = bytes(case.state), case.status != "open"
        # the row tells the outcome of a closed case; the last end that an open one has come to is in its state
        return Seen(things, data_in(state), case.outcome if closed else codec.read(state).get("o"), closed)

    def wrong(self) -> str:
        """Nothing that the rows do not say."""
        return ""

    def _step(self, command: Callable[[], object], again: str = "changes nothing") -> None:
        """Do a command that writes all or nothing; `again` is what the same command once more would do."""
        before = self._stored()
        try:
            command()
        except TimerFailed:
            raise  # it is tried again later, which is written
        except EngineError:
            assert self._stored() == before, "a step that was refused has written something"
            raise

    def _stored(self) -> list[Any]:
        """Every row of every case: what a command may change."""
        tables = ("cases", "tasks", "subscriptions", "timers", "events", "deadlines", "incidents")
        return [sorted(map(str, self._rows(f"SELECT * FROM {table}"))) for table in tables]

    def _rows(self, sql: str, **values: Any) -> list[Any]:
        with self.database.read() as connection:
            return list(connection.execute(text(sql), {"case": self.case, **values}))

    def _value(self, sql: str, **values: Any) -> Any:
        with self.database.read() as connection:
            return connection.execute(text(sql), {"case": self.case, **values}).scalar()


def _refused(command: Callable[[], object]) -> bool:
    try:
        command()
    except TasksError:
        return True
    return False
