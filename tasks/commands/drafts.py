"""Drafts begin: from the version in force, from a zip or from nothing; they get a title, and are given up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from engine import bundle as bundles
from engine.errors import BundleError, Finding
from engine.manifest import read_manifest
from engine.said import say
from engine.table import Findings
from tasks.actor import Actor
from tasks.db import Database
from tasks.drafting import OPEN, Drafting, digest, owner, published_area
from tasks.errors import InvalidValue, NotFound
from tasks.localcopy import copied
from tasks.models import Draft, DraftFile, User
from tasks.moments import utc
from tasks.published import Published, published
from tasks.skeleton import skeleton

PROCESS = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST_TITLE = 200
COPIED = ("process", "part")
"""kinds of folders that people make anew, or copies of; that of the law there is once"""
RESERVED = frozenset({"drafts", "tryouts", "map", "doubts", "letters", "codes", "law"})
"""ids that no new process may have: pages and folders of the house are called so"""


def start_from_version(
    database: Database, actor: Actor, *, process: str, title: str, now: datetime, number: int | None = None
) -> int:
    """Begin a draft from a version of a process (the one published last by default); gives its id.

    NotFound, Forbidden, InvalidValue for a title.
    """
    title = checked_title(title)
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        edition = versions.latest(process) if number is None else versions.row(process, number)
        if edition is None:
            raise NotFound("process", process)
        bundle = versions.bundle(process, edition.number)
        owner(connection, actor, now, bundle.manifest.area)
        return _start(
            connection, database, actor, dict(bundle.files), now, process=process, title=title,
            area=bundle.manifest.area, base=edition.number, source="version",
        )  # fmt: skip


def start_from_zip(database: Database, actor: Actor, content: bytes, *, title: str, now: datetime) -> int:
    """Begin a draft from a process folder as a zip, of a process that is published or new; gives its id.

    BundleError for a zip that cannot be used, Forbidden, InvalidValue for a title or a process id.
    """
    title, files = checked_title(title), unpack(content)
    manifest = read_manifest(files["process.toml"], Findings("process.toml"))
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        edition = versions.latest(manifest.id)
        if edition is None:
            new_process(manifest.id)
        owner(connection, actor, now, manifest.area, *published_area(versions, manifest.id))
        return _start(
            connection, database, actor, files, now, process=manifest.id, title=title, area=manifest.area,
            base=edition.number if edition else None, source="zip",
        )  # fmt: skip


def start_empty(
    database: Database, actor: Actor, *, process: str, kind: str, area: str, prefix: str, name: Mapping[str, str],
    title: str, now: datetime,
) -> int:  # fmt: skip
    """Begin a new process or part from a small folder that passes the checks; gives the draft's id.

    Forbidden, InvalidValue for an id that is taken or none, a name that is missing, a kind.
    """
    title = checked_title(title)
    new_process(process)
    if kind not in COPIED:
        raise InvalidValue("kind", "unknown", f"{kind!r}, expected process or part")
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        owner(connection, actor, now, area)
        names = _named(versions, process, kind, prefix, name)
        sign_in = connection.execute(select(User.name).where(User.id == actor.user_id)).scalar_one()
        files = skeleton(process, kind=kind, area=area, prefix=prefix, owner=sign_in, name=names)
        return _start(
            connection, database, actor, files, now, process=process, title=title, area=area, base=None,
            source="empty",
        )  # fmt: skip


def start_copy(
    database: Database, actor: Actor, *, source: str, process: str, area: str, prefix: str, name: Mapping[str, str],
    title: str, now: datetime, number: int | None = None,
) -> int:  # fmt: skip
    """Begin a local copy of a published process or part (its newest version by default); gives the draft's id.

    NotFound, Forbidden, InvalidValue for an id that is taken or none, a name that is missing or that of the base.
    """
    title = checked_title(title)
    with database.transaction() as connection:
        versions = published(database).refresh(connection)
        edition = versions.latest(source) if number is None else versions.row(source, number)
        if edition is None or edition.kind not in COPIED:
            raise NotFound("process", source)
        base = versions.bundle(source, edition.number)
        owner(connection, actor, now, area)
        names = _named(versions, process, base.kind, prefix, name)
        if same := [language for language, text in names.items() if text == base.manifest.name.get(language)]:
            raise InvalidValue(f"name_{same[0]}", "same", f"{names[same[0]]!r} is the name of what is copied")
        sign_in = connection.execute(select(User.name).where(User.id == actor.user_id)).scalar_one()
        files = copied(base, process, area=area, prefix=prefix, owner=sign_in, name=names)
        return _start(
            connection, database, actor, files, now, process=process, title=title, area=area, base=None,
            source="copy", of={"process": source, "number": edition.number},
        )  # fmt: skip


def _named(versions: Published, process: str, kind: str, prefix: str, name: Mapping[str, str]) -> dict[str, str]:
    """The names of a new process or part whose id is free; InvalidValue."""
    new_process(process)
    names = {language: name.get(language, "").strip() for language in ("fi", "sv", "en")}
    if missing := [language for language, text in names.items() if not text]:
        raise InvalidValue(f"name_{missing[0]}", "required", f"the name in {missing[0]!r} is missing")
    if kind == "process" and not re.fullmatch(r"[A-ZÅÄÖ]{1,4}", prefix):
        raise InvalidValue("prefix", "format", f"{prefix!r}, expected one to four capital letters")
    if versions.newest(process) is not None:
        raise InvalidValue("process", "taken", f"{process!r} is a published process; begin from its version")
    return names


def _start(
    connection: Connection, database: Database, actor: Actor, files: Mapping[str, bytes], now: datetime, *,
    process: str, title: str, area: str, base: int | None, source: str, of: Mapping[str, Any] | None = None,
) -> int:  # fmt: skip
    """Write the draft with its files; `of` tells of what a copy is."""
    at = utc(now)
    draft = insert(Draft).values(
        process=process, area=area, title=title, base_version=base, state="draft", revision=1, owner_id=actor.user_id,
        created_at=at, changed_at=at, changed_by=actor.name,
    )  # fmt: skip
    draft_id = int(connection.execute(draft.returning(Draft.id)).scalar_one())
    put(connection, draft_id, bundles.with_passages(files), at, actor.name)
    drafting = Drafting.open(connection, database, actor, draft_id, now)
    told = {"version": base} if base is not None else {}
    drafting.note("started", source=source, title=title, **told, **(of or {}))
    drafting.keep(base)
    return draft_id


def put(connection: Connection, draft_id: int, files: Mapping[str, bytes], at: datetime, who: str) -> None:
    """Write new rows for these files."""
    rows = [
        {"draft_id": draft_id, "path": path, "content": data, "hash": digest(data), "changed_at": at, "changed_by": who}
        for path, data in files.items()
    ]
    if rows:
        connection.execute(insert(DraftFile), rows)


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a process folder as a zip; one that holds the folder itself is taken out of it. BundleError."""
    files = bundles.unpack(content)
    tops = {path.split("/", 1)[0] for path in files}
    if "process.toml" not in files and len(tops) == 1 and f"{(top := tops.pop())}/process.toml" in files:
        files = {path.removeprefix(f"{top}/"): data for path, data in files.items()}
    if "process.toml" not in files:
        raise BundleError([Finding("zip", "error", say("the zip has no process.toml; a process folder has one"))])
    return files


def retitle(database: Database, actor: Actor, draft_id: int, *, title: str, now: datetime) -> None:
    """Call the draft something else; NotFound, Forbidden, WrongState, InvalidValue."""
    title = checked_title(title)
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now)
        if title != drafting.row.title:
            drafting.note("titled", old=drafting.row.title, new=title)
            drafting.change(title=title)


def withdraw(database: Database, actor: Actor, draft_id: int, *, revision: int, now: datetime) -> None:
    """Give a draft up, whatever was decided of it before publishing; its files and its history stay to be read."""
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, states=OPEN, revision=revision)
        drafting.note("withdrawn")
        drafting.change(state="withdrawn")


def checked_title(title: str) -> str:
    """A title in one line; InvalidValue."""
    title = " ".join(title.split())
    if not title:
        raise InvalidValue("title", "required", "the title is missing")
    if len(title) > LONGEST_TITLE:
        raise InvalidValue("title", "long", f"{len(title)} characters, at most {LONGEST_TITLE} are taken")
    return title


def new_process(process: str) -> None:
    """An id that a new process may have; InvalidValue."""
    if not PROCESS.fullmatch(process) or process in RESERVED:
        expected = "expected a new id of small letters, digits and underscores that begins with a letter"
        raise InvalidValue("process", "format", f"{process!r}, {expected}")
