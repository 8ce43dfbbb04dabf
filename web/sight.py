"""Looking at a case: may this person see it, and the row that says they did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import g

from engine.bundle import Bundle
from tasks import access
from tasks.access import Place, Rights, Verdict
from tasks.commands.remarks import record_view
from tasks.errors import NotFound
from tasks.published import Published
from tasks.published import published as published_of
from tasks.queries import audit, moves, reach
from tasks.queries import case as cases
from web import current


@dataclass(frozen=True, slots=True)
class Sight:
    """A case that the person may see: its head, its pinned folder, and on what ground it is seen."""

    head: cases.Head
    bundle: Bundle
    published: Published
    rights: Rights
    verdict: Verdict
    earlier: tuple[tuple[datetime, int], ...] = ()
    """when the case was moved to another version, and the version that it was on until then"""

    def at(self, moment: datetime) -> Sight:
        """The case on the version that it was on at a moment: what was said then is told in the words of then."""
        version = next((before for moved_at, before in self.earlier if moment < moved_at), self.head.version)
        if version == self.head.version:
            return self
        head = replace(self.head, version=version)
        return replace(self, head=head, bundle=self.published.bundle(head.process, version))

    def folder(self, process: str) -> Bundle:
        """The pinned folder of the case's process or of a part that it calls."""
        return self.published.bundle(process, self.version(process))

    def version(self, process: str) -> int:
        """The pinned version number of the case's process or of a part."""
        return self.published.number_of(self.head.process, self.head.version, process)


def published() -> Published:
    """The published versions, read at most once per request."""
    if "published" not in g:
        with current.database().read() as connection:
            g.published = published_of(current.database()).refresh(connection)
    found: Published = g.published
    return found


def rights(case_id: int | None = None) -> Rights:
    """The rights of the person who asks."""
    with current.database().read() as connection:
        return reach.rights(connection, current.person().id, current.today(), case_id)


def reached() -> reach.Reach:
    """Which cases the person may see."""
    return reach.of(rights(), published().areas)


def within() -> reach.Condition:
    """The same for the statements of lists."""
    return reached().cases()


def case(case_id: int, what: str) -> Sight:
    """The case, recorded as viewed under `what`. NotFound, Forbidden."""
    return of_case(case_id, what)


def of_case(case_id: int, what: str, ground: Verdict | None = None) -> Sight:
    """The same, for who has another ground (an auditor): then casework is not asked for."""
    with current.database().read() as connection:
        head = cases.head(connection, case_id)
        if head is None:
            raise NotFound("case", case_id)
        who = reach.rights(connection, current.person().id, current.today(), case_id)
        earlier = moves.earlier_versions(connection, case_id)
    bundle = published().bundle(head.process, head.version)
    verdict = ground or access.see(who, Place(head.unit_id, bundle.manifest.area, head.process))
    if not verdict.allowed and not who.disqualified and _let_in(who, case_id):
        verdict = Verdict(True, "emergency_access")
    verdict.require()
    record_view(
        current.database(),
        current.actor(),
        what=what,
        why=verdict.reason,
        now=current.now(),
        customer_id=head.customer_id,
        case_id=case_id,
    )
    return Sight(head, bundle, published(), who, verdict, earlier)


def _let_in(who: Rights, case_id: int) -> bool:
    """Whether an operator reads under emergency access; commands never ask this, so it changes nothing."""
    if not access.hold_role(who, "operator").allowed or who.user_id is None:
        return False
    with current.database().read() as connection:
        return audit.in_emergency(connection, who.user_id, case_id, current.now())


def caseworker() -> Verdict:
    """May the person handle customers at all: any casework role; Forbidden."""
    verdict = access.hold_role(rights(), *access.CASEWORK)
    verdict.require()
    return verdict
