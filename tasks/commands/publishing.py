"""Process folders become versions: checked, by two people, parts before their callers, never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, insert, literal, select, text, tuple_

from engine import drawing
from engine.bundle import Bundle
from engine.errors import Finding
from engine.law import LAW
from engine.local import base_of
from engine.said import say
from tasks import trail
from tasks.actor import Actor
from tasks.check import folder_findings
from tasks.commands.people import require_role
from tasks.db import Database
from tasks.errors import Forbidden, NotPublishable
from tasks.models import Case, Moment, Timer, User, Version
from tasks.moments import day, utc
from tasks.published import Published


@dataclass(frozen=True, slots=True)
class PublishedVersion:
    """What publishing gave for one folder: its version, and whether it is new (the same content again is not)."""

    process: str
    number: int
    hash: str
    new: bool


def publish(
    database: Database, actor: Actor, bundles: Iterable[Bundle], *, author: str, approver: str,
    from_on: date | None = None, now: datetime,
) -> tuple[PublishedVersion, ...]:  # fmt: skip
    """Publish folders in one transaction, the law and parts first; all or none.

    `author` and `approver` are user names of two different active people (formats.md 29). Raises NotPublishable with
    every finding, Forbidden.
    """
    if author == approver:
        raise Forbidden("same_person", {"who": author})
    given = {bundle.process: bundle for bundle in bundles}
    with database.transaction() as connection:
        lock(connection)
        require_role(connection, actor, now, "operator", "integration")
        _people(connection, author, approver)
        return publish_within(connection, actor, given, author, approver, from_on or day(now), now)


def lock(connection: Connection) -> None:
    """One publication at a time: ids of versions then grow in the order of commits, which caches rely on."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE versions IN SHARE ROW EXCLUSIVE MODE"))


def publish_within(
    connection: Connection, actor: Actor, given: dict[str, Bundle], author: str, approver: str, from_on: date,
    now: datetime,
) -> tuple[PublishedVersion, ...]:  # fmt: skip
    """Publish within a transaction that holds the lock and has seen to who may; NotPublishable."""
    # a list of its own: other commands must not see versions that are not committed
    versions = Published().refresh(connection)
    results = []
    for bundle in in_order(given):
        check(bundle, given, versions)
        made = _publish(connection, bundle, versions, author, approver, from_on, now)
        results.append(made)
        if made.new:
            told = {"process": made.process, "version": made.number, "hash": made.hash}
            trail.note(connection, actor, "published", now, new=told | {"author": author, "approver": approver})
        versions.refresh(connection)
    return tuple(results)


def _people(connection: Connection, *names: str) -> None:
    known = set(connection.execute(select(User.name).where(User.name.in_(names), User.active)).scalars())
    missing = [name for name in names if name not in known]
    if missing:
        raise Forbidden("unknown_person", {"who": missing[0]})


def in_order(bundles: dict[str, Bundle]) -> list[Bundle]:
    """The law first, then parts before what calls them; NotPublishable for parts that call each other in a circle."""
    ordered: dict[str, Bundle] = {}

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join((*above, name))
            raise NotPublishable(
                (Finding("call-circle", "error", say("parts call each other in a circle: {circle}", circle=circle)),)
            )
        if name in bundles and name not in ordered:
            for part in called(bundles[name]):
                visit(part, (*above, name))
            ordered[name] = bundles[name]

    for name in sorted(bundles, key=lambda name: (name != LAW, name)):
        visit(name, ())
    return list(ordered.values())


@lru_cache(maxsize=256)
def _called(process: str, bpmn: bytes) -> tuple[str, ...]:
    nodes = drawing.read(bpmn, file=f"{process}.bpmn").nodes.values()
    return tuple(sorted({node.called for node in nodes if node.called}))


def called(bundle: Bundle) -> tuple[str, ...]:
    """The folders that the diagram calls."""
    return _called(bundle.process, bundle.bpmn) if bundle.bpmn else ()


def check(bundle: Bundle, given: dict[str, Bundle], versions: Published) -> None:
    """Refuse what `asiavirta check` refuses, in the same words; NotPublishable with every finding that is an error."""
    newest = {row.process: versions.bundle(row.process, row.number) for row in versions.rows}
    beside = {name: each for name, each in (newest | given).items() if name != bundle.process}
    found = folder_findings(bundle, beside, _bases(bundle, newest | given, versions))[1]
    findings = [finding for finding in found if finding.severity == "error"]
    if findings:
        raise NotPublishable(tuple(findings))


def _bases(bundle: Bundle, newest: dict[str, Bundle], versions: Published) -> dict[str, Bundle]:
    """What a local copy may be one of: the very version that it was made from, else the newest."""
    process, hash = base_of(bundle)
    rows = [row for row in versions.rows if hash and row.process == process and row.hash.startswith(hash)]
    named = {process: versions.bundle(process, rows[-1].number)} if rows else {}
    return {name: each for name, each in newest.items() if name != bundle.process} | named


def _publish(
    connection: Connection,
    bundle: Bundle,
    versions: Published,
    author: str,
    approver: str,
    from_on: date,
    now: datetime,
) -> PublishedVersion:
    parts = _resolve(called(bundle), versions)
    newest = versions.newest(bundle.process)
    if newest is not None and newest.hash == bundle.hash and dict(newest.parts) == parts:
        return PublishedVersion(bundle.process, newest.number, newest.hash, new=False)
    number = newest.number + 1 if newest is not None else 1
    connection.execute(
        insert(Version).values(
            process=bundle.process, number=number, kind=bundle.kind, from_on=from_on, hash=bundle.hash, parts=parts,
            content=bundle.to_zip(), author=author, approver=approver, published_at=utc(now),
        )
    )  # fmt: skip
    if newest is not None:
        _wake_cases(connection, bundle, versions, number, now)
    return PublishedVersion(bundle.process, number, bundle.hash, new=True)


def _wake_cases(connection: Connection, bundle: Bundle, versions: Published, number: int, now: datetime) -> None:
    """Let the clock compute the dates of running cases anew: dated rows follow the law (formats.md 1).

    Timers of one moment each, numbered below zero by the version, so that no case row has to be locked here.
    """
    version_id = connection.execute(
        select(Version.id).where(Version.process == bundle.process, Version.number == number)
    ).scalar_one()
    pinned = [
        (row.process, row.number)
        for row in versions.rows
        if row.kind == "process" and (bundle.kind == LAW or bundle.process in (row.process, *row.parts))
    ]
    if not pinned:
        return
    cases = select(
        Case.id, literal(-version_id), literal("refresh"), literal("waiting"), literal(utc(now), Moment()),
        literal(utc(now), Moment()), literal(0),
    ).where(Case.status == "open", tuple_(Case.process, Case.version).in_(pinned))  # fmt: skip
    columns = ["case_id", "number", "kind", "state", "due_at", "next_at", "attempts"]
    connection.execute(insert(Timer).from_select(columns, cases))


def _resolve(names: Sequence[str], versions: Published) -> dict[str, int]:
    """The newest versions of the called parts and of what they call in turn (resolved when they were published)."""
    parts: dict[str, int] = {}
    for name in names:
        row = versions.newest(name)
        if row is not None:
            parts = dict(row.parts) | parts | {name: row.number}
    return parts
