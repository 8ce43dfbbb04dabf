"""What the pages of a run by hand share: whose run it is, what it plays, and its case as a page sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.bundle import Bundle
from tasks import tryout
from tasks.access import Verdict
from tasks.actor import Actor
from tasks.commands import trying
from tasks.errors import Forbidden, NotFound
from tasks.moments import day
from tasks.published import Published
from tasks.published import published as published_of
from tasks.queries import case as cases
from tasks.queries import moves, reach
from tasks.queries import tryouts as queries
from tasks.queries.tryouts import TryoutRow
from tasks.stage import EVERYONE
from tasks.tryout import Piece, Run
from web import current, i18n, sight
from web.processes.desk import Desk, desk, reader
from web.sight import Sight


@dataclass(frozen=True)
class Tried:
    """A run by hand before the person whose it is."""

    row: TryoutRow
    bundle: Bundle
    versions: Published
    desk: Desk | None
    """the draft, when it is one of a draft"""

    @property
    def name(self) -> str:
        """What the process is called."""
        return i18n.pick(self.bundle.manifest.name) or self.row.process

    @property
    def broken(self) -> int:
        """How many errors keep the draft from being played."""
        return len(self.desk.examined().errors) if self.desk else 0

    @property
    def told(self) -> Mapping[str, Any]:
        """The story so far."""
        return self.row.told

    @property
    def steps(self) -> list[Mapping[str, Any]]:
        """The steps so far."""
        return list(self.row.told.get("steps", ()))

    @cached_property
    def piece(self) -> Piece:
        """What is played."""
        return tryout.piece(self.bundle, self.versions)

    def go_on(self, step: Mapping[str, Any], told: Mapping[str, Any] | None = None) -> None:
        """Do one step more and keep it; raises what the commands raise."""
        self.write(tryout.go_on(self.piece, self.told if told is None else told, step))

    def write(self, told: Mapping[str, Any]) -> None:
        """Keep another story."""
        trying.write(
            current.database(), current.actor(), self.row.id, told, revision=self.row.revision, now=current.now()
        )


@dataclass(frozen=True)
class Scene:
    """One case of a run."""

    run: Run
    seen: Sight
    cases: tuple[cases.Head, ...]
    """every case of the run, the run's own first"""

    @property
    def actor(self) -> Actor:
        """Who looks: somebody who may do everything."""
        return self.run.stage.people[EVERYONE]

    @property
    def inside(self) -> str:
        """The process by which a step names this case; empty for the run's own."""
        return "" if self.seen.head.id == self.cases[0].id else self.seen.head.process

    @property
    def followed(self) -> bool:
        """Whether steps can be about this case: the run's own, or the newest one of its process."""
        newest = [head.id for head in self.cases[1:] if head.process == self.seen.head.process][-1:]
        return not self.inside or newest == [self.seen.head.id]

    def step(self, **told: Any) -> dict[str, Any]:
        """A step about this case at the present moment of the virtual clock."""
        inside = {"in": self.inside} if self.inside else {}
        return {"at": tryout.local(self.run.now), **inside, **told}


def tried(tryout_id: int) -> Tried:
    """The reader's own run. NotFound, Forbidden for another's."""
    reader()
    with current.database().read() as connection:
        row = queries.tryout(connection, tryout_id)
    if row is None:
        raise NotFound("tryout", tryout_id)
    if row.user_id != current.person().id:
        raise Forbidden("own_tryout")
    if row.draft_id is not None:
        it = desk(row.draft_id)
        return Tried(row, it.examined().bundle, it.versions, it)
    versions = sight.published()
    return Tried(row, versions.bundle(row.process, row.version or 0), versions, None)


@contextmanager
def scene(it: Tried, case_id: int | None = None) -> Iterator[Scene]:
    """A case of the run (its own, when none is named), told as of the virtual clock. NotFound, Broken."""
    with tryout.played(it.piece, it.told) as run, current.at(run.now):
        database, ids = run.stage.database, run.cases
        with database.read() as connection:
            versions = published_of(database).refresh(connection)
            heads = tuple(head for id in ids if (head := cases.head(connection, id)) is not None)
            head = next((each for each in heads if case_id in (None, each.id)), None)
            if head is None:
                raise NotFound("case", case_id)
            user_id = run.stage.people[EVERYONE].user_id or 0
            rights = reach.rights(connection, user_id, day(run.now), head.id)
            earlier = moves.earlier_versions(connection, head.id)
        bundle = versions.bundle(head.process, head.version)
        yield Scene(run, Sight(head, bundle, versions, rights, Verdict(True, "tryout"), earlier), heads)
