"""Files of a draft are saved one by one, each against the content that it was read with, so that nobody is overwritten.

What somebody types and has not saved is kept for that person alone, until the file is saved or the text is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine import bundle as bundles
from engine.manifest import read_manifest
from engine.table import Findings
from tasks import draftstates
from tasks.actor import Actor
from tasks.commands.drafts import put, unpack
from tasks.db import Database
from tasks.drafting import Drafting, digest
from tasks.errors import FileChanged, InvalidValue, NotFound, WrongState
from tasks.models import DraftFile, DraftText
from tasks.moments import utc

LONGEST_PATH = 200
LONGEST_TEXT = 2_000_000
"""characters of a text that is kept while somebody types it"""


def save_file(
    database: Database, actor: Actor, draft_id: int, path: str, content: bytes, *, expected: str, now: datetime,
    typed: bool = True,
) -> str:  # fmt: skip
    """Write a file that stood with the hash `expected` ("" for a new one); gives its new hash.

    What the actor has typed into its text is dropped, unless the content is not what was `typed`. FileChanged with
    what stands there now when somebody was first; NotFound, Forbidden, WrongState, InvalidValue for a path or a size.
    """
    return save_files(database, actor, draft_id, {path: content}, expected={path: expected}, now=now, typed=typed)[path]


def save_files(
    database: Database, actor: Actor, draft_id: int, contents: Mapping[str, bytes], *, expected: Mapping[str, str],
    now: datetime, typed: bool = True,
) -> dict[str, str]:  # fmt: skip
    """Write several files at once, all or none, each as `save_file` does; gives their new hashes by path.

    FileChanged for the first of them that somebody has changed since it was read.
    """
    for path in contents:
        check_path(path)
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now)
        saved = [path for path, data in contents.items() if _save(drafting, path, data, expected.get(path, ""))]
        if saved:  # one state for all of them: undoing brings back what one save changed
            whole = "process.toml" in saved
            drafting.change(**({"area": _area(drafting, contents["process.toml"])} if whole else {}))
        _limit(connection, draft_id)
        for path in contents if typed else ():
            _forget(connection, draft_id, path, actor)
    return {path: digest(data) for path, data in contents.items()}


def _save(drafting: Drafting, path: str, content: bytes, expected: str) -> bool:
    row, hash = _file(drafting.connection, drafting.row.id, path), digest(content)
    if row is not None and row.hash == hash:  # somebody wrote the very same
        return False
    _unchanged(drafting, row, path, expected)
    if path == "process.toml":
        _same_process(drafting, content)
    _write(drafting.connection, drafting, path, content, row)
    _add_passages(drafting, path, content)
    drafting.note("saved", path=path, old=row.hash if row else None, new=hash)
    return True


def _write(connection: Connection, drafting: Drafting, path: str, content: bytes, row: Any) -> None:
    if row is None:
        put(connection, drafting.row.id, {path: content}, drafting.now, drafting.actor.name)
        return
    here = update(DraftFile).where(DraftFile.draft_id == drafting.row.id, DraftFile.path == path)
    connection.execute(
        here.values(
            content=content, hash=digest(content), changed_at=drafting.now, changed_by=drafting.actor.name
        )
    )  # fmt: skip


def _add_passages(drafting: Drafting, path: str, content: bytes) -> None:
    """What the letter includes and the folder lacks becomes a file of the folder: what is approved holds it all."""
    paths = select(DraftFile.path).where(DraftFile.draft_id == drafting.row.id)
    there = dict.fromkeys(drafting.connection.execute(paths).scalars(), b"")
    added = bundles.with_passages(there | {path: content})
    new = {name: data for name, data in added.items() if name not in there and name != path}
    put(drafting.connection, drafting.row.id, new, drafting.now, drafting.actor.name)


def _same_process(drafting: Drafting, content: bytes) -> None:
    """process.toml keeps the process id, and a process area that is the actor's; InvalidValue, Forbidden."""
    manifest = read_manifest(content, Findings("process.toml"))
    if manifest.id not in ("", drafting.row.process):
        raise InvalidValue("id", "process", f"id is {manifest.id!r}, expected {drafting.row.process!r}")
    if manifest.area:
        drafting.allow(manifest.area)


def _area(drafting: Drafting, content: bytes) -> str:
    """The process area that process.toml names; the one before while it cannot be read."""
    return read_manifest(content, Findings("process.toml")).area or str(drafting.row.area)


def _needed(path: str) -> None:
    if path == "process.toml":
        raise InvalidValue("path", "needed", "a process folder has its process.toml; it stays where it is")


def remove_file(database: Database, actor: Actor, draft_id: int, path: str, *, expected: str, now: datetime) -> None:
    """Take a file away; FileChanged, NotFound, Forbidden, WrongState, InvalidValue for process.toml."""
    _needed(path)
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now)
        row = _present(drafting, path, expected)
        connection.execute(delete(DraftFile).where(DraftFile.draft_id == draft_id, DraftFile.path == path))
        drafting.note("removed", path=path, old=row.hash)
        drafting.change()


def rename_file(
    database: Database, actor: Actor, draft_id: int, path: str, to: str, *, expected: str, now: datetime
) -> None:
    """Give a file another path; FileChanged, NotFound, Forbidden, WrongState, InvalidValue for a path that is taken."""
    _needed(path)
    check_path(to)
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now)
        _present(drafting, path, expected)
        if _file(connection, draft_id, to) is not None:
            raise InvalidValue("to", "taken", f"{to!r} is there already")
        renamed = {"path": to, "changed_at": drafting.now, "changed_by": actor.name}
        here = (DraftFile.draft_id == draft_id, DraftFile.path == path)
        connection.execute(update(DraftFile).where(*here).values(renamed))
        typed = (DraftText.draft_id == draft_id, DraftText.path == path)
        connection.execute(update(DraftText).where(*typed).values(path=to))
        drafting.note("renamed", path=path, to=to)
        drafting.change()


def replace_files(
    database: Database, actor: Actor, draft_id: int, content: bytes, *, revision: int, now: datetime
) -> int:
    """Let a zip of the whole folder take the place of every file; gives how many differ.

    BundleError for a zip that cannot be used, Stale when somebody has changed the draft since `revision`.
    """
    files = bundles.with_passages(unpack(content))
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, revision=revision)
        _same_process(drafting, files["process.toml"])
        return _replace(drafting, files, "replaced")


def bring_up(database: Database, actor: Actor, draft_id: int, *, revision: int, now: datetime) -> tuple[str, ...]:
    """Bring a draft up to the version published last: what it left alone is taken from there.

    Gives the files that both have changed: those stay as the draft has them, for somebody to look at. WrongState when
    the draft builds on that version already; Stale.
    """
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, revision=revision)
        process, base = drafting.row.process, drafting.row.base_version
        newest = drafting.versions.latest(process)
        if newest is None or newest.number == base:
            raise WrongState(f"draft {draft_id}", f"based on version {base}", "one based on an earlier version")
        old = drafting.versions.bundle(process, base).files if base is not None else {}
        files, both = merged(old, drafting.files(), drafting.versions.bundle(process, newest.number).files)
        _replace(drafting, files, "brought_up", version=newest.number, both=list(both))
        return both


def go_back(
    database: Database, actor: Actor, draft_id: int, number: int, *, revision: int, now: datetime, redo: bool = False,
    undo: bool = False,
) -> None:  # fmt: skip
    """Let the draft stand as it did after an earlier change; what it is now is kept, too.

    With `undo` or `redo` this is one of the two, and the steps remember what to redo. NotFound for a state that there
    never was, Stale when somebody has changed the draft since `revision`, Forbidden, WrongState.
    """
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now, revision=revision)
        known = {state.number: state for state in draftstates.states(connection, draft_id)}
        wanted, last = known.get(number), known[max(known)]
        if wanted is None:
            raise NotFound("state", number)
        undone = (*last.undone, last.holds) if undo else tuple(last.undone[:-1]) if redo else (last.holds,)
        back = {"back_to": wanted.holds, "undone": undone}
        files = draftstates.contents(connection, draft_id, wanted)
        _replace(drafting, files, "restored", back, version=wanted.base_version, state=wanted.number)


def merged(
    old: Mapping[str, bytes], mine: Mapping[str, bytes], theirs: Mapping[str, bytes]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Two changes of the same folder in one: file by file; and the paths that both changed, which stay as `mine`."""
    found, both = {}, []
    for path in sorted({*mine, *theirs}):
        was, own, other = old.get(path), mine.get(path), theirs.get(path)
        taken = other if own == was else own
        if taken is not None:
            found[path] = taken
        if own != was and other not in (was, own):
            both.append(path)
    return found, tuple(both)


def _replace(
    drafting: Drafting, files: Mapping[str, bytes], kind: str, back: Mapping[str, Any] | None = None, **told: Any
) -> int:
    before = drafting.files()
    gone = [path for path in before if path not in files]
    new = {path: data for path, data in files.items() if before.get(path) != data}
    here = DraftFile.draft_id == drafting.row.id
    drafting.connection.execute(delete(DraftFile).where(here, DraftFile.path.in_([*gone, *new])))
    put(drafting.connection, drafting.row.id, new, drafting.now, drafting.actor.name)
    _limit(drafting.connection, drafting.row.id)
    drafting.note(kind, changed=len(new), gone=len(gone), **told)
    area, base = _area(drafting, files.get("process.toml", b"")), told.get("version", drafting.row.base_version)
    drafting.keep(base, **(back or {}))
    drafting.change(area=area, base_version=base)
    return len(new) + len(gone)


def keep_text(
    database: Database, actor: Actor, draft_id: int, path: str, *, text: str, base: str, now: datetime
) -> None:
    """Keep what the actor has typed into a file and not saved; WrongState, Forbidden, InvalidValue for a size."""
    keep_texts(database, actor, draft_id, {path: text}, bases={path: base}, now=now)


def keep_texts(
    database: Database, actor: Actor, draft_id: int, texts: Mapping[str, str | None], *, bases: Mapping[str, str],
    now: datetime,
) -> None:  # fmt: skip
    """Keep what the actor has changed in several files and not saved; None for a file forgets what was kept."""
    for path, text in texts.items():
        check_path(path)
        if text is not None and len(text) > LONGEST_TEXT:
            raise InvalidValue("text", "long", f"{len(text)} characters, at most {LONGEST_TEXT} are kept")
    with database.transaction() as connection:
        drafting = Drafting.open(connection, database, actor, draft_id, now)
        for path, text in texts.items():
            _forget(connection, draft_id, path, actor)
            if text is not None:
                typed = {"draft_id": draft_id, "path": path, "user_id": actor.user_id, "text": text}
                row = {**typed, "base": bases.get(path, ""), "at": drafting.now}
                connection.execute(insert(DraftText).values(row))


def drop_text(database: Database, actor: Actor, draft_id: int, path: str, *, now: datetime) -> None:
    """Forget what the actor has typed into a file and not saved."""
    with database.transaction() as connection:
        Drafting.open(connection, database, actor, draft_id, now)
        _forget(connection, draft_id, path, actor)


def _forget(connection: Connection, draft_id: int, path: str, actor: Actor) -> None:
    own = (DraftText.draft_id == draft_id, DraftText.path == path, DraftText.user_id == actor.user_id)
    connection.execute(delete(DraftText).where(*own))


def _file(connection: Connection, draft_id: int, path: str) -> Any:
    here = (DraftFile.draft_id == draft_id, DraftFile.path == path)
    return connection.execute(select(DraftFile.__table__).where(*here)).one_or_none()


def _present(drafting: Drafting, path: str, expected: str) -> Any:
    """A file that is there and stands as it was read; NotFound, FileChanged."""
    row = _file(drafting.connection, drafting.row.id, path)
    if row is None:
        raise NotFound("file", path)
    _unchanged(drafting, row, path, expected)
    return row


def _unchanged(drafting: Drafting, row: Any, path: str, expected: str) -> None:
    """The file stands as it was read; FileChanged with what is there now."""
    if row is None and expected:
        raise FileChanged(drafting.row.changed_by, drafting.row.changed_at, path, None, "")
    if row is not None and row.hash != expected:
        raise FileChanged(row.changed_by, utc(row.changed_at), path, bytes(row.content), row.hash)


def check_path(path: str) -> None:
    """A plain relative path of printable characters, no hidden file; InvalidValue."""
    pieces = path.split("/")
    odd = any(not piece or piece.startswith(".") for piece in pieces) or not path.isprintable()
    if odd or len(path) > LONGEST_PATH or any(sign in path for sign in '\\:*?"<>|'):
        raise InvalidValue("path", "path", f"{path!r}, expected a plain path such as forms/check.json", {"path": path})


def _limit(connection: Connection, draft_id: int) -> None:
    """A folder stays within what the engine reads; InvalidValue."""
    rows = select(func.length(DraftFile.content), DraftFile.path).where(DraftFile.draft_id == draft_id)
    sizes = {path: int(size) for size, path in connection.execute(rows)}
    largest = max(sizes, key=lambda path: sizes[path], default="")
    if largest and sizes[largest] > bundles.MAX_FILE:
        found = f"{largest} has {sizes[largest]} bytes; at most {bundles.MAX_FILE} are taken"
        raise InvalidValue("file", "largest", found, {"path": largest})
    if len(sizes) > bundles.MAX_FILES or sum(sizes.values()) > bundles.MAX_FOLDER:
        found = f"{len(sizes)} files, {sum(sizes.values())} bytes"
        limits = f"{bundles.MAX_FILES} files, {bundles.MAX_FOLDER} bytes"
        raise InvalidValue("file", "size", f"the folder would have {found}; at most {limits} are taken")
