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
from tasks.commands import cases, jobs, messages, publishing, work
from tasks.errors import TasksError, WrongState
from tasks.job import Answer
from tasks.moments import read_moment
from tests.oracle.engine_side import data_in
from tests.oracle.folder import build, bundle_of
from tests.oracle.formula import plain
from tests.oracle.match import charts_of
from tests.oracle.play import Seen, Thing
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
        nodes = [node for chart in charts_of(drawing).values() for node in chart.nodes.values()]
        self.choices = {node.id for node in nodes if node.ad_hoc is not None}
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
        task = self._task(label)
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

    def answer(self, label: str, answers: Mapping[str, Any]) -> None:
        """A service answers."""
        self._end(label, Answer(answers))

    def fail(self, label: str, code: str) -> None:
        """A service answers with an error."""
        self._end(label, Answer(code=code))

    def _end(self, label: str, answer: Answer) -> None:
        """What a worker does with an answer; one that came twice is noted and has no effect."""
        self._step(
            lambda: jobs.finish_job(self.database, self.case, int(label), answer, now=self.now), again="is noted"
        )

    def pick(self, label: str, element: str) -> None:
        """Somebody chooses a step."""
        task = self._task(label)

        def choose() -> None:
            try:
                work.pick(self.database, HOUSE, task, element=element, now=self.now)
            except WrongState as error:
                raise EngineError(str(error)) from error

        self._step(choose, again="is another")

    def enough(self, label: str) -> None:
        """Somebody ends a choice."""
        task = self._task(label)

        def end() -> None:
            try:
                work.complete(self.database, HOUSE, task, answers={}, now=self.now)
            except WrongState as error:
                raise EngineError(str(error)) from error

        self._step(end)

    def _task(self, label: str) -> str:
        number = self._value("SELECT number FROM tasks WHERE case_id = :case AND engine_id = :label", label=label)
        return f"{self.case}-{number}"

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
            row.engine_id: Thing(
                "choice" if row.element in self.choices else "task",
                row.path,
                "" if row.item is None else plain(read_json(row.item)),
            )
            for row in self._rows("SELECT * FROM tasks WHERE case_id = :case AND state = 'open'")
        }
        for row in self._rows("SELECT * FROM jobs WHERE case_id = :case AND state IN ('waiting', 'failed')"):
            things[str(row.number)] = Thing("call", row.path, plain(read_json(row.request)))
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
        tables = ("cases", "tasks", "subscriptions", "timers", "events", "deadlines", "incidents", "jobs")
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
