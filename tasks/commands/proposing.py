"""A process folder that comes from outside as a proposal: a draft that stands still until a process owner judges it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from engine import bundle as bundles
from engine.manifest import read_manifest
from engine.table import Findings
from tasks.actor import Actor
from tasks.commands.drafts import checked_title, new_process, put, unpack
from tasks.commands.people import require_role
from tasks.commands.reviewing import checked_comment
from tasks.db import Database
from tasks.drafting import Drafting
from tasks.errors import Forbidden, NotPublishable
from tasks.models import Draft
from tasks.moments import utc
from tasks.published import published
from tasks.workbench import examine


@dataclass(frozen=True, slots=True)
class Proposal:
    """The draft that a proposal became; `new` is false for content that waits for its judgement already."""

    draft_id: int
    process: str
    hash: str
    new: bool


def propose_zip(
    database: Database, actor: Actor, content: bytes, *, title: str, comment: str = "", now: datetime
) -> Proposal:
    """Put a folder before the process owners, as a draft in the state proposed whose author is the actor.

    BundleError for a zip that cannot be used, NotPublishable with every finding when the folder has errors, Forbidden
    for who is neither an integration nor a process owner, InvalidValue.
    """
    title, comment = checked_title(title), checked_comment(comment, needed=False)
    files = bundles.with_passages(unpack(content))
    manifest, hash = read_manifest(files["process.toml"], Findings("process.toml")), bundles.fingerprint(files)
    with database.read() as connection:
        require_role(connection, actor, now, "integration", "process_owner")
        versions = published(database).refresh(connection)
    if errors := examine(manifest.id, files, versions).errors:  # before the transaction: it takes a moment
        raise NotPublishable(errors)
    with database.transaction() as connection:
        if actor.user_id is None:
            raise Forbidden("no_draft_person")
        base = published(database).refresh(connection).latest(manifest.id)
        if base is None:
            new_process(manifest.id)
        same = select(Draft.id).where(Draft.process == manifest.id, Draft.state == "proposed", Draft.hash == hash)
        waiting = connection.execute(same.order_by(Draft.id).limit(1)).scalar_one_or_none()
        if waiting is not None:
            return Proposal(int(waiting), manifest.id, hash, new=False)
        at, number = utc(now), base.number if base else None
        made = insert(Draft).values(
            process=manifest.id, area=manifest.area, title=title, base_version=number, state="proposed", revision=1,
            hash=hash, owner_id=actor.user_id, created_at=at, changed_at=at, changed_by=actor.name,
        )  # fmt: skip
        draft_id = int(connection.execute(made.returning(Draft.id)).scalar_one())
        put(connection, draft_id, files, at, actor.name)
        row = connection.execute(select(Draft.__table__).where(Draft.id == draft_id)).one()
        drafting = Drafting(connection, actor, versions, row, at)
        drafting.note("started", source="zip", title=title, **({"version": number} if number is not None else {}))
        drafting.note("proposed", hash=hash, why=comment)
        return Proposal(draft_id, manifest.id, hash, new=True)
