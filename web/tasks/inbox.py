"""My tasks: in order of urgency, with the filter in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from tasks.commands import work
from tasks.commands.views import record_views
from tasks.errors import TasksError
from tasks.published import Published, published
from tasks.queries import inbox, task
from tasks.queries.inbox import Cursor, Line
from tasks.queries.people import Person, workers
from tasks.queries.queues import standing_queue_of
from tasks.queries.worklist import GROUPS, Days, Filter, Queue
from web import current, handover, words
from web.badge import Badge, badge, soon_until
from web.handover import Chosen
from web.i18n import pick, t
from web.tasks import blueprint

WHO = ("open", "mine", "free", "all")
NOTHING = Chosen()
TRIES = 20
"""How many tasks are tried when others keep taking them first, or one may not do them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list in words."""

    line: Line
    badge: Badge
    what: str
    process: str
    supervised: bool
    stands_in: bool
    takes: bool
    """whether it is free and work of the person's own roles"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the filter may be set to: (value, words) pairs."""

    units: tuple[tuple[str, str], ...]
    processes: tuple[tuple[str, str], ...]
    roles: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...] = ()
    """whose tasks a supervisor looks at, and to whom they are given"""


@blueprint.get("/")
def index() -> Any:
    """The list, opened on one's own work and what nobody has yet."""
    return draw(every="all" in request.args.getlist("select"))


def draw(chosen: Chosen = NOTHING, *, every: bool = False) -> str:
    """The list; with `every` task selected, or those of an order that was given, and what became of it."""
    wanted = read_filter()
    with current.database().read() as connection:
        versions = published(current.database()).refresh(connection)
        queue, days = standing_queue_of(connection, current.person(), versions, current.today()), days_of(versions)
        page = inbox.page(connection, queue, wanted, days, Cursor.read(request.args.get("after", "")))
        counts = inbox.counts(connection, queue, wanted, days)
        options = _options(connection, current.person(), queue, versions)
    record_views(
        current.database(), current.actor(), what="task_list", why="work_role_in_unit", now=current.now(),
        seen=list(dict.fromkeys((None, line.case_id) for line in page.lines)),
    )  # fmt: skip
    groups = {
        group: [_row(line, versions, queue) for line in page.lines if line.group == group]
        for group in GROUPS
        if any(line.group == group for line in page.lines)
    }
    return render_template(
        "tasks/index.html", groups=groups, counts=counts, most=inbox.MOST_COUNTED, wanted=wanted, options_=options,
        after=page.after, first="after" not in request.args, query=filter_query(wanted), every=every, chosen=chosen,
        colleagues=handover.colleagues() if queue.watched else (), step=_step(wanted, versions),
        cursor=request.args.get("after"),
    )  # fmt: skip


@blueprint.post("/next")
def take_next() -> Response:
    """Take the most urgent task within the filter and open it; others may be faster, so a few are tried."""
    found = claim_next(read_filter())
    if found is None:
        flash(t("tasks.none_left"), "done")
        return redirect(url_for("tasks.index", **filter_query(read_filter())))
    return redirect(url_for("tasks.show", task=found))


def claim_next(wanted: Filter) -> str | None:
    """Claim the most urgent task; its public id, or None when there is nothing to take.

    What an absent person has stays theirs: it is opened for the substitute who may do it, not claimed.
    """
    database, refused = current.database(), list[str]()
    for _ in range(TRIES):
        with database.read() as connection:
            versions = published(database).refresh(connection)
            queue = standing_queue_of(connection, current.person(), versions, current.today())
            line = inbox.first_free(connection, queue, wanted, days_of(versions), refused)
        if line is None:
            return None
        if line.assignee_id == current.person().id:
            return line.id
        try:
            if line.assignee_id is not None:
                _stand_in(line)
            else:
                work.claim(database, current.actor(), line.id, version=line.revision, now=current.now())
        except TasksError:
            refused.append(line.id)
            continue
        return line.id
    return None


def _stand_in(line: Line) -> None:
    """Whether the person may do it in place of who has it; Forbidden, as claiming would say it."""
    database = current.database()
    with database.read() as connection:
        task.desk(connection, database, current.actor(), line.id, current.now()).may.require()


def read_filter() -> Filter:
    """The filter out of the address; what is unknown does not limit."""
    who, assignee = request.values.get("who", "open"), request.values.get("assignee", type=int)
    group = request.values.get("group", "")
    return Filter(
        "all" if assignee is not None else who if who in WHO else "open",
        request.values.get("unit", type=int),
        request.values.get("process", ""),
        request.values.get("role", ""),
        request.values.get("element", ""),
        assignee,
        group if group in GROUPS else "",
    )


def filter_query(wanted: Filter) -> dict[str, Any]:
    """The filter as it stands in an address, without what does not limit."""
    values = asdict(wanted)
    values["unit"], values["assignee"] = values.pop("unit_id"), values.pop("assignee_id")
    return {name: value for name, value in values.items() if value and (name, value) != ("who", "open")}


def days_of(versions: Published) -> Days:
    """Today, and the last day that counts as soon."""
    return Days(current.today(), soon_until(current.today(), versions.law.calendar))


def _step(wanted: Filter, versions: Published) -> str:
    """The name of the step that the address asks for, by the newest version that has it."""
    folder, _, element = wanted.element.rpartition("/")
    newest = versions.newest(folder or wanted.process) if folder or wanted.process else None
    return words.element(versions.bundle(newest.process, newest.number), element) if newest else element


def _options(connection: Any, person: Person, queue: Queue, versions: Published) -> Options:
    """What the filter offers, by name in the page's language."""
    watched = {reach.unit_id for reach in queue.watched}
    people = workers(connection, watched, current.today()) if watched else ()
    reached = dict.fromkeys((*queue.pairs, *queue.watched))
    roles = {reach.role: words.work_role(reach.role) for reach in reached}
    units = {str(unit): pick(name) for unit, name in person.units.items() if any(r.unit_id == unit for r in reached)}
    named = {row.process: words.process(versions, row.process) for row in versions.rows if row.kind == "process"}
    return Options(
        _by_name(units), _by_name(named), _by_name(roles), tuple((str(each.id), each.full_name) for each in people)
    )


def _by_name(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(names.items(), key=lambda pair: pair[1].lower()))


def _row(line: Line, versions: Published, queue: Queue) -> Row:
    unit = words.deadline_unit(versions, line.process, line.deadline) if line.paused_on and line.deadline else "days"
    shown = badge(
        today=current.today(), calendar=versions.law.calendar, due_on=line.due_on, legal_on=line.legal_on,
        kind=line.deadline_kind, paused_on=line.paused_on, remaining=line.remaining, unit=unit,
    )  # fmt: skip
    what = words.task(versions, line.process, line.version, line.element)
    supervised = queue.supervises(line.unit_id, line.case_process)
    stands_in = (line.assignee_id, line.unit_id) in queue.stands_for
    takes = line.assignee_id is None and queue.serves(line.unit_id, line.role, line.case_process)
    return Row(line, shown, what, words.process(versions, line.case_process), supervised, stands_in, takes)
