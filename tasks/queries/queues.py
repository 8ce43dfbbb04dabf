"""Which queues of work a person's roles reach, and the lists that follow from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from engine.manifest import CALLER
from tasks import access
from tasks.access import Place, Rights
from tasks.actor import Actor
from tasks.errors import NotFound
from tasks.published import Published
from tasks.queries import case as case_page
from tasks.queries import inbox, reach, search, substitutions
from tasks.queries.inbox import Line
from tasks.queries.people import Grant, Person, person
from tasks.queries.search import CaseRow
from tasks.queries.worklist import Days, Filter, Queue, Reach


def queue_of(person: Person, versions: Published) -> Queue:
    """The queues that the person's roles reach: to do, and as a supervisor to watch."""
    areas = versions.areas
    pairs: dict[Reach, None] = {}
    watched: dict[Reach, None] = {}
    for grant in person.grants:
        if grant.role not in access.CASEWORK:
            continue
        limits = None if grant.areas is None else tuple(sorted(p for p, area in areas.items() if area in grant.areas))
        for unit in person.units if grant.units is None else grant.units:
            for role in _doable(grant):
                pairs[Reach(unit, role, limits)] = None
            for role in lane_roles(versions) if grant.role == "supervisor" else ():
                watched[Reach(unit, role, limits)] = None
    return Queue(person.id, tuple(pairs), tuple(watched))


def standing_queue_of(connection: Connection, person: Person, versions: Published, on: date) -> Queue:
    """The same with those for whom the person stands in on a day."""
    return replace(queue_of(person, versions), stands_for=substitutions.standing_for(connection, person.id, on))


def lane_roles(versions: Published) -> tuple[str, ...]:
    """Every work role that a lane of a published process names."""
    found = {
        lane.role
        for row in versions.rows
        for lane in versions.bundle(row.process, row.number).manifest.lanes.values()
        if lane.role not in ("", CALLER)
    }
    return tuple(sorted(found))


def _doable(grant: Grant) -> tuple[str, ...]:
    """The work roles of a grant that its access role may hold (tasks.access)."""
    return tuple(role for role in grant.work_roles if grant.role in access.ACCESS_OF_WORK.get(role, access.CASEWORK))


def tasks_of(connection: Connection, versions: Published, user_id: int, days: Days, limit: int) -> tuple[Line, ...]:
    """One's own and nobody's open tasks, the most urgent first."""
    found = person(connection, user_id, days.today)
    if found is None:
        raise NotFound("user", user_id)
    queue = standing_queue_of(connection, found, versions, days.today)
    return inbox.page(connection, queue, Filter(), days, size=limit).lines


def cases_of(
    connection: Connection, versions: Published, user_id: int, on: date, *, process: str, status: str, limit: int
) -> tuple[CaseRow, ...]:
    """The cases that a person may see, newest first."""
    within = reach.within(reach.rights(connection, user_id, on), versions.areas)
    return search.cases(connection, within, process=process, status=status, limit=limit)


def whereabouts(
    connection: Connection, versions: Published, actor: Actor, case_id: int, on: date
) -> tuple[Rights, Place]:
    """The actor's rights on a case and where the case stands, for the access check; NotFound."""
    head = case_page.head(connection, case_id)
    if head is None or actor.user_id is None:
        raise NotFound("case", case_id)
    area = versions.bundle(head.process, head.version).manifest.area
    return reach.rights(connection, actor.user_id, on, case_id), Place(head.unit_id, area, head.process)
