"""A draft is proposed, judged by somebody who wrote nothing of it, and published exactly as it was approved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, select

from engine import bundle as bundles
from tasks import access
from tasks.actor import Actor
from tasks.commands.publishing import PublishedVersion, called, lock, publish_within
from tasks.db import Database
from tasks.drafting import Drafting, read_files
from tasks.errors import Forbidden, InvalidValue, NotFound, NotPublishable, WrongState
from tasks.models import Draft, User
from tasks.moments import day
from tasks.published import Published, published
from tasks.queries import reach
from tasks.workbench import examine

LONGEST_COMMENT = 2000


def propose(database: Database, actor: Actor, draft_id: int, *, revision: int, comment: str, now: datetime) -> None:
    """Put a draft before another process owner: from here on its content stands still.

    NotPublishable with every finding when the folder has errors; Stale, WrongState, Forbidden.
    """
    _checked(database, draft_id)
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, revision=revision)
        hash = bundles.fingerprint(drafting.files())
        drafting.note("proposed", hash=hash, why=checked_comment(comment, needed=False))
        drafting.change(state="proposed", hash=hash)


def _checked(database: Database, draft_id: int) -> None:
    """The folder has no errors. Looked at before the draft is locked: it takes a moment. NotFound, NotPublishable."""
    with database.read() as connection:
        process = connection.execute(select(Draft.process).where(Draft.id == draft_id)).scalar_one_or_none()
        if process is None:
            raise NotFound("draft", draft_id)
        versions = published(database).refresh(connection)
        files = read_files(connection, draft_id)
    if errors := examine(process, files, versions).errors:
        raise NotPublishable(errors)


def take_back(database: Database, actor: Actor, draft_id: int, *, revision: int, now: datetime) -> None:
    """Go on writing a draft that was proposed or approved; an approval is void. An author's act; Forbidden."""
    with database.transaction() as connection:
        drafting = Drafting.open(
            connection, database, actor, draft_id, now, states=("proposed", "approved"), revision=revision
        )
        if actor.user_id not in drafting.authors():
            raise Forbidden("not_author")
        drafting.note("taken_back")
        drafting.change(state="draft", hash=None, approver_id=None)


def send_back(database: Database, actor: Actor, draft_id: int, *, revision: int, comment: str, now: datetime) -> None:
    """Return a draft to its authors with a comment; by another person. Forbidden, InvalidValue without a comment."""
    _judge(database, actor, draft_id, "returned", "draft", checked_comment(comment), revision, now)


def reject(database: Database, actor: Actor, draft_id: int, *, revision: int, comment: str, now: datetime) -> None:
    """Turn a draft down for good, with a comment; by another person. Forbidden, InvalidValue without a comment."""
    _judge(database, actor, draft_id, "rejected", "rejected", checked_comment(comment), revision, now)


def _judge(
    database: Database, actor: Actor, draft_id: int, kind: str, state: str, comment: str, revision: int,
    now: datetime,
) -> None:  # fmt: skip
    with database.transaction() as connection:
        drafting = Drafting.open(
            connection, database, actor, draft_id, now, states=("proposed", "approved"), revision=revision
        )
        drafting.require_other()
        drafting.note(kind, why=comment)
        drafting.change(state=state, hash=None if state == "draft" else drafting.row.hash, approver_id=None)


def approve(database: Database, actor: Actor, draft_id: int, *, revision: int, comment: str, now: datetime) -> None:
    """Approve a proposed draft as it stands; by a process owner who has written nothing of it. Forbidden, Stale."""
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, states=("proposed",), revision=revision)
        drafting.require_other()
        _same_content(drafting)
        drafting.note("approved", hash=drafting.row.hash, why=checked_comment(comment, needed=False))
        drafting.change(state="approved", approver_id=actor.user_id)


def publish_draft(
    database: Database, actor: Actor, draft_id: int, *, revision: int, from_on: date, now: datetime,
    callers: Sequence[str] = (),
) -> tuple[PublishedVersion, ...]:  # fmt: skip
    """Publish an approved draft as the next version, in force from a day that is not past.

    `callers` are processes that call this part and get a version of their own that uses it. Everything is looked at
    again in the transaction: the content is what was approved, approver and publisher are no authors, and no version
    was published meanwhile. Raises NotPublishable, Forbidden, InvalidValue for the day or a caller, WrongState.
    """
    with database.transaction() as connection:
        lock(connection)
        drafting = Drafting.open(connection, database, actor, draft_id, now, states=("approved",), revision=revision)
        drafting.require_other()
        _same_content(drafting)
        author, approver = _names(connection, drafting)
        versions = Published().refresh(connection)
        _in_order(versions, drafting, from_on)
        process = drafting.row.process
        given = {process: bundles.assemble(drafting.files(), process)}
        for name in callers:
            newest = versions.latest(name)
            if newest is None or process not in called(versions.bundle(name, newest.number)):
                raise InvalidValue("callers", "unknown", f"{name!r} does not call {process!r}")
            drafting.allow(versions.bundle(name, newest.number).manifest.area)
            given[name] = versions.bundle(name, newest.number)
        made = publish_within(connection, actor, given, author, approver, from_on, now)
        own = next(version for version in made if version.process == process)
        if not own.new:
            raise WrongState(f"draft {draft_id}", f"the same as version {own.number}", "a folder with changes")
        also = [f"{version.process}@{version.number}" for version in made if version.process != process]
        drafting.note("published", version=own.number, hash=own.hash, from_on=from_on.isoformat(), also=also)
        drafting.change(state="published", version=own.number)
        return made


def _same_content(drafting: Drafting) -> None:
    """The files are what was proposed, byte for byte."""
    if bundles.fingerprint(drafting.files()) != drafting.row.hash:
        raise WrongState(f"draft {drafting.row.id}", "changed since it was proposed", "as it was proposed")


def _names(connection: Connection, drafting: Drafting) -> tuple[str, str]:
    """User names of the authors and of the approver, who is active, a process owner still, and none of them."""
    writers, approver = drafting.authors(), drafting.row.approver_id
    if approver is None or approver in writers:
        raise Forbidden("own_draft", {"who": writers.get(approver, "")})
    access.own_processes(reach.rights(connection, approver, day(drafting.now)), drafting.row.area).require()
    rows = connection.execute(select(User.id, User.name).where(User.id.in_([*writers, approver])))
    names = {row.id: row.name for row in rows}
    return ", ".join(names[writer] for writer in writers), names[approver]


def _in_order(versions: Published, drafting: Drafting, from_on: date) -> None:
    """The draft builds on the version published last, and comes into force neither in the past nor before it."""
    if from_on < (today := day(drafting.now)):
        raise InvalidValue("from_on", "past", f"{from_on} is before {today}; a version begins today or later")
    newest = versions.latest(drafting.row.process)
    if newest is not None and newest.number != drafting.row.base_version:
        base = f"based on version {drafting.row.base_version}"
        raise WrongState(f"draft {drafting.row.id}", base, f"based on version {newest.number}, published meanwhile")
    if newest is not None and from_on < newest.from_on:
        said = f"{from_on} is before {newest.from_on}, the first day of version {newest.number}"
        raise InvalidValue("from_on", "order", said, {"day": newest.from_on})


def checked_comment(comment: str, *, needed: bool = True) -> str:
    """A comment without what stands around it; InvalidValue."""
    comment = comment.strip()
    if needed and not comment:
        raise InvalidValue("comment", "required", "say why")
    if len(comment) > LONGEST_COMMENT:
        raise InvalidValue("comment", "long", f"{len(comment)} characters, at most {LONGEST_COMMENT} are taken")
    return comment
