"""The board with very many cases: `python -m tests.bench.board --cases 300000` on a PostgreSQL server.

Real cases are played by the demo's town through the real commands; closed ones are then copied over three years and
open ones around their own days, inside the database, with ids, numbers, days, customers and units of their own; then
the sums behind the figures are made as after `asiavirta db upgrade`. What is measured is each page as a supervisor sees
it while a minute's worth of changed cases is not in the sums yet, and then how long it takes to add these.

With `--keep` the database stays and its address is printed; `--kept ADDRESS` measures it again, when the machine is
quiet.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from flask.testing import FlaskClient
from sqlalchemy import Connection, Date, Table, make_url, select, text

from engine.story import HELSINKI
from tasks import migrations
from tasks.check import read_folders
from tasks.commands.people import add_unit
from tasks.commands.summing import add_up
from tasks.db import Database
from tasks.models import Base, User
from tasks.models.base import Moment
from tasks.stage import HOUSE
from tasks.town import fill, furnish
from tests.bench.commands import timed
from tests.bench.figure import milliseconds, percentile
from tests.bench.run import POSTGRESQL
from tests.bench.scene import FOLDERS, throw_away
from web import heap
from web.app import create_app
from web.config import Config

TABLES = ("parties", "tasks", "deadlines", "events", "documents")
"""The tables of a case that figures read, and its history."""
KEPT = "asiavirta_board"
PLAYED = "played_"
"""what the tables of the played cases are called while these are copied"""
APART = 1_000_000
"""ids of one round of copies lie so far from those of the next"""
MORE_UNITS = 10
"""units beside the town's own, which the copies are in as well"""
SPAN = 1095
"""days over which closed cases are spread"""
OPEN_SHARE = 0.1
PAGES = (
    "/board/", "/board/?period=year", "/board/ahead", "/board/steps/pay_subsidy", "/board/cases?what=late",
    "/board/products/decision", "/board/entries?what=made&kind=decision", "/board/versions/pay_subsidy",
)  # fmt: skip
TARGET = 300.0
"""milliseconds, p95, of the first page"""


def main() -> int:
    """Make the data, measure the pages, drop the database; exit status 1 when the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.board", description=__doc__)
    parser.add_argument("--cases", type=int, default=300_000)
    parser.add_argument("--played", type=int, default=1_000, help="cases that are played, at least 1,000 for a figure")
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--changed", type=int, default=100, help="cases that have changed since the sums were kept")
    parser.add_argument("--database", default=POSTGRESQL)
    parser.add_argument("--keep", action="store_true", help="leave the database and print its address")
    parser.add_argument("--kept", default="", help="the address of a database that was left")
    asked = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    with _there(asked.kept) if asked.kept else throw_away(asked.database) as database:
        if not asked.kept:
            _make(database, asked, now)
        _touch(database, asked.changed)
        worst = _measure(database, now, asked.times)
        print(f"{asked.changed} changed cases added in {_add_up(database, now):.2f} s")
        if asked.keep:
            _keep(database, asked.database)
    return 0 if worst <= TARGET else 1


@contextmanager
def _there(url: str) -> Iterator[Database]:
    """A database that an earlier run left."""
    database = Database(url)
    print(_counts(database))
    yield database
    database.dispose()


def _make(database: Database, asked: argparse.Namespace, now: datetime) -> None:
    began = time.monotonic()
    _play(database, asked.played, now)
    _copy(database, asked.cases)
    print(f"\n{_counts(database)} in {(time.monotonic() - began) / 60:.1f} min")
    print(f"added up in {_add_up(database, now) / 60:.1f} min", flush=True)
    vacuum(database)


def _keep(database: Database, server: str) -> None:
    """Give the database another name, so that it is not thrown away."""
    database.dispose()
    name, kept = database.url.database, make_url(server).set(database=KEPT)
    with Database(server).engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{KEPT}" WITH (FORCE)'))
        connection.execute(text(f'ALTER DATABASE "{name}" RENAME TO "{KEPT}"'))
    print(f"kept: {kept.render_as_string(hide_password=False)}")


def _play(database: Database, count: int, now: datetime) -> None:
    migrations.upgrade(database)
    bundles = read_folders(FOLDERS)
    town = furnish(database, bundles)
    made = fill(town, bundles, now.astimezone(HELSINKI), count, _told("playing cases"))
    print(f"\n{made} cases played")
    for number in range(MORE_UNITS):
        add_unit(
            database, HOUSE, code=f"unit-{number}", name={"fi": f"Yksikkö {number}"}, area_id=town.area_id, now=now
        )


def _copy(database: Database, wanted: int) -> None:
    """Copy until there are so many: a tenth of the copies are of open cases."""
    with database.transaction() as connection:
        ended, standing = (
            int(connection.execute(text(f"SELECT count(*) FROM cases WHERE status {sign} 'open'")).scalar_one())
            for sign in ("<>", "=")
        )
    rounds = max(1, round(wanted * (1 - OPEN_SHARE) / max(ended, 1)))
    open_rounds = max(1, round(wanted * OPEN_SHARE / max(standing, 1)))
    with _without_indexes(database):
        _rounds(database, rounds, open_rounds)


@contextmanager
def _without_indexes(database: Database) -> Iterator[None]:
    """Indexes are made at once at the end, not row by row; what is copied is set aside, so that nothing looks for it.

    Only the key of the cases stays: the copies of their tasks ask for it.
    """
    listed = ", ".join(f"'{name}'" for name in ("cases", *TABLES))
    with database.transaction() as connection:
        for name in ("cases", *TABLES):
            connection.execute(text(f"CREATE TABLE {PLAYED}{name} AS SELECT * FROM {name}"))
        keys = connection.execute(
            text(
                "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
                f" WHERE contype = 'p' AND conrelid::regclass::text IN ({listed}) AND conrelid <> 'cases'::regclass"
            )
        ).all()
        indexes = connection.execute(
            text(
                "SELECT i.indexname, i.indexdef FROM pg_indexes i"
                f" WHERE i.schemaname = 'public' AND i.tablename IN ({listed})"
                " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname)"
            )
        ).all()
        for table, name, _ in keys:
            connection.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"))
        for name, _ in indexes:
            connection.execute(text(f"DROP INDEX {name}"))
    yield
    for table, name, key in keys:
        with database.transaction() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            connection.execute(text(f"ALTER TABLE {table} ADD CONSTRAINT {name} {key}"))
    for _, index in indexes:
        with database.transaction() as connection:
            connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
            connection.execute(text(index))
    with database.transaction() as connection:
        for name in ("cases", *TABLES):
            connection.execute(text(f"DROP TABLE {PLAYED}{name}"))
        connection.execute(text("ANALYZE"))


def _rounds(database: Database, rounds: int, open_rounds: int) -> None:
    told = _told("copying")
    for number in range(1, rounds + 1):
        states = ["c.status <> 'open'", *(["c.status = 'open'"] if number <= open_rounds else [])]
        for state in states:
            # closed cases lie back up to three years, open ones a week around their own days
            days = number * SPAN // rounds if state.startswith("c.status <>") else number % 15 - 7
            with database.transaction() as connection:
                # what is copied refers to what is there: nothing is asked row by row
                connection.execute(text("SET LOCAL session_replication_role = replica"))
                _round(connection, state, number * APART, days, number)
        told(number, rounds)


def _add_up(database: Database, now: datetime) -> float:
    """Bring the sums up to date; gives the seconds."""
    began = time.monotonic()
    add_up(database, now)
    return time.monotonic() - began


def vacuum(database: Database) -> None:
    """What PostgreSQL does by itself in a house that has lived."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _touch(database: Database, count: int) -> None:
    """A command for so many open cases, as far as the sums see it: an event and a new revision."""
    names = [column.name for column in Base.metadata.tables["events"].columns if column.server_default is None]
    chosen = ", ".join("c.event_count + 1" if name == "number" else f"e.{name}" for name in names)
    open_cases = "SELECT id FROM cases WHERE status = 'open' ORDER BY id DESC LIMIT :count"
    with database.transaction() as connection:
        connection.execute(
            text(
                f"INSERT INTO events ({', '.join(names)}) SELECT {chosen} FROM cases c"
                f" JOIN events e ON e.case_id = c.id AND e.number = c.event_count WHERE c.id IN ({open_cases})"
            ),
            {"count": count},
        )
        changed = f"UPDATE cases SET revision = revision + 1, event_count = event_count + 1 WHERE id IN ({open_cases})"
        connection.execute(text(changed), {"count": count})


def _round(connection: Connection, state: str, apart: int, days: int, number: int) -> None:
    """One copy of every case in a state, so many days earlier."""
    values = {"apart": apart, "days": days, "round": number}
    own = {
        "id": "c.id + :apart",
        "number": "c.number || '/' || :round",
        "idempotency_key": "NULL",
        "unit_id": "(SELECT id FROM units ORDER BY (id + c.id + :round) % (SELECT count(*) FROM units), id LIMIT 1)",
        "customer_id": "(SELECT u.id FROM customers u WHERE u.id >= (c.id * 31 + :round * 17)"
                       " % (SELECT max(id) FROM customers) + 1 ORDER BY u.id LIMIT 1)",
        "state": "NULL",
    }  # fmt: skip
    cases = Base.metadata.tables["cases"]
    connection.execute(text(_insert(cases, own, f"FROM {PLAYED}cases c WHERE {state}")), values)
    for name in TABLES:
        table = Base.metadata.tables[name]
        given = {"case_id": "r.case_id + :apart", "id": f"r.id + :apart * {APART}", "html": "''"}
        source = f"FROM {PLAYED}{name} r JOIN {PLAYED}cases c ON c.id = r.case_id WHERE {state}"
        if name == "tasks":
            given["unit_id"] = "(SELECT k.unit_id FROM cases k WHERE k.id = r.case_id + :apart)"
        connection.execute(text(_insert(table, given, source, "r")), values)


def _insert(table: Table, given: dict[str, str], source: str, alias: str = "c") -> str:
    columns = [column for column in table.columns if column.server_default is None]
    names = [column.name for column in columns]
    chosen = [given.get(column.name) or _earlier(column, f"{alias}.{column.name}") for column in columns]
    return f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(chosen)} {source}"


def _earlier(column: object, name: str) -> str:
    kind = getattr(column, "type", None)
    if isinstance(kind, Date):
        return f"{name} - CAST(:days AS integer)"
    return f"{name} - make_interval(days => :days)" if isinstance(kind, Moment) else name


def _counts(database: Database) -> str:
    with database.read() as connection:
        found = {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("cases", "tasks", "deadlines", "events")
        }
    return ", ".join(f"{n} {name}" for name, n in found.items())


def _measure(database: Database, now: datetime, times: int) -> float:
    """Print the time of every page; gives the p95 of the first in milliseconds."""
    with database.read() as connection:
        supervisor = connection.execute(select(User.id).where(User.name == "eeva.esihenkilo")).scalar_one()
    client = _browser(database, supervisor, now)
    found = []
    for page in PAGES:
        _open(client, page)
    heap.settle(database)  # the collector runs, as it does in `asiavirta serve`
    for page in PAGES:
        taken = [timed(lambda page=page: _open(client, page)) for _ in range(times)]
        found.append(percentile(taken, 0.95))
        print(f"{page}: median {milliseconds(taken):.0f} ms, p95 {found[-1]:.0f} ms of {times}")
    return found[0]


def _open(client: FlaskClient, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 200, answer.text


def _browser(database: Database, person: int, now: datetime) -> FlaskClient:
    app = create_app(Config(secret_key="b" * 40, secure_cookies=False, demo=True), database, clock=lambda: now)
    app.config.update(WTF_CSRF_ENABLED=False)
    client: FlaskClient = app.test_client()
    assert client.post("/switch", data={"person": person}).status_code == 302
    return client


def _told(what: str) -> Callable[[int, int], None]:
    moments: Iterator[float] = iter(lambda: time.monotonic(), None)
    last = [0.0]

    def progress(done: int, of: int) -> None:
        at = next(moments)
        if at - last[0] > 1 or done == of:
            last[0] = at
            print(f"\r{what}: {done} of {of}", end="", file=sys.stderr, flush=True)

    return progress


if __name__ == "__main__":
    sys.exit(main())
