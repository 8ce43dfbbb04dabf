"""The page of one task: its form on the left, what one needs to know of the case on the right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from engine.bundle import Bundle
from forms.errors import FieldError
from forms.form import Form
from tasks.access import Verdict
from tasks.commands import remarks
from tasks.published import published
from tasks.queries import case as cases
from tasks.queries import papers, people, substitutions
from tasks.queries import task as task_query
from tasks.queries.case import Head, PartyRow
from tasks.queries.papers import AttachmentRow, CommentRow, DocumentRow
from tasks.queries.people import Colleague
from tasks.queries.task import Desk
from web import casepage, chronicle, current, verdicts, words
from web.casepage import AnswerShown, DateShown
from web.chronicle import Happening
from web.i18n import pick
from web.sheet import Sheet, sheet
from web.sight import Sight
from web.tasks import blueprint

EVENTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the form."""

    head: Head
    process: str
    parties: tuple[tuple[PartyRow, str], ...]
    answers: tuple[AnswerShown, ...]
    documents: tuple[tuple[DocumentRow, str], ...]
    attachments: tuple[AttachmentRow, ...]
    comments: tuple[CommentRow, ...]
    events: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A step that may be chosen next, in words."""

    element: str
    name: str
    instruction: str


@dataclass(frozen=True, slots=True)
class Page:
    """A task's page before what was typed is put in."""

    desk: Desk
    form: Form | None
    title: str
    instruction: str
    unit: str
    deadlines: tuple[DateShown, ...]
    around: Around
    colleagues: tuple[Colleague, ...]
    offers: tuple[Offer, ...] = ()
    away: frozenset[int] = frozenset()
    """who has a substitute today"""

    @property
    def open(self) -> bool:
        """Whether the task is still to be done."""
        return self.desk.task.state == "open"

    @property
    def mine(self) -> bool:
        """Whether the asker, or for whom the asker stands in, has the task, and the asker may do it."""
        return self.open and self.desk.task.assignee_id is not None and self.desk.may.allowed

    @property
    def stands_in(self) -> bool:
        """Whether the asker may do it in place of who has it."""
        return self.mine and self.desk.task.assignee_id != current.person().id

    @property
    def free(self) -> bool:
        """Whether the asker may take the task."""
        return self.open and self.desk.task.assignee_id is None and self.desk.may.allowed

    @property
    def held(self) -> bool:
        """Whether the task is set aside until a later day."""
        until = self.desk.task.hold_until
        return self.open and until is not None and until > current.today()


@blueprint.get("/<task>")
def show(task: str) -> Any:
    """The page; looking at it is recorded."""
    return render(read(task))


def record(page: Page) -> None:
    """Record that the page was seen, whatever led to it: a form redrawn shows the case as well."""
    remarks.record_view(
        current.database(), current.actor(), what=f"task {page.desk.task.id}", why=ground(page.desk).reason,
        now=current.now(), customer_id=page.around.head.customer_id, case_id=page.desk.task.case_id,
    )  # fmt: skip


def read(task: str) -> Page:
    """Read everything that the page shows. NotFound, Forbidden."""
    database = current.database()
    with database.read() as connection:
        versions = published(database).refresh(connection)
        desk = task_query.desk(connection, database, current.actor(), task, current.now())
        row = desk.task
        head = cases.head(connection, row.case_id)
        assert head is not None  # the desk was read from this case
        bundle = versions.bundle(row.process, row.version)
        sight = Sight(head, versions.bundle(head.process, head.version), versions, desk.rights, ground(desk))
        return Page(
            desk, versions.form(row.process, row.version, desk.form), words.element(bundle, row.element),
            words.instruction(bundle, row.element), pick(row.unit),
            casepage.dates(sight, task_query.shown(cases.deadlines(connection, row.case_id), row)),
            _around(connection, sight),
            people.colleagues(connection, row.unit_id, row.role, current.today()) if desk.supervises else (),
            _offers(bundle, desk),
            frozenset(user for user, _ in substitutions.in_force(connection, current.today())),
        )  # fmt: skip


def _offers(bundle: Bundle, desk: Desk) -> tuple[Offer, ...]:
    """The steps of an ad-hoc sub-process that may be chosen next."""
    names = [path.rpartition("/")[2] for path in desk.choice.offers] if desk.choice else []
    return tuple(Offer(name, words.element(bundle, name), words.instruction(bundle, name)) for name in names)


def _around(connection: Any, sight: Sight) -> Around:
    head = sight.head
    letters = tuple((each, casepage.document(sight, each)) for each in papers.documents(connection, head.id))
    parties = tuple(
        (each, casepage.role(sight, each.role)) for each in cases.parties(connection, head.id) if each.ended_at is None
    )
    known = {each.id: each.full_name for each in people.everyone(connection, current.today())}
    events = papers.events(connection, head.id, limit=EVENTS_SHOWN)
    return Around(
        head, words.process(sight.published, head.process), parties,
        casepage.answers(sight, papers.answers(connection, head.id)), letters,
        papers.attachments(connection, head.id), papers.comments(connection, head.id),
        chronicle.happenings(sight, events, known),
    )  # fmt: skip


def render(
    page: Page,
    *,
    raw: Mapping[str, Any] | None = None,
    errors: Sequence[FieldError] = (),
    blank_rows: Mapping[str, int] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> str:
    """The page with what was typed: `raw` answers of the form, `wrong` words for the smaller forms beside it."""
    record(page)
    may = page.desk.may
    return render_template(
        "tasks/task.html", page=page, task=page.desk.task, sheet=draw(page, raw, errors, blank_rows),
        wrong=defaultdict(str, wrong or {}), sent=request.form.get, why=verdicts.why(ground(page.desk), page.unit),
        why_not="" if may.allowed else verdicts.why_not(may.reason, may.params),
        work_role=words.work_role(page.desk.task.role),
    )  # fmt: skip


def draw(
    page: Page,
    raw: Mapping[str, Any] | None,
    errors: Sequence[FieldError] = (),
    blank_rows: Mapping[str, int] | None = None,
) -> Sheet | None:
    """The form with the answers typed, else the draft, else what the case data fills in; None without a form."""
    form, desk = page.form, page.desk
    if form is None or not page.open:
        return None
    on = current.today()
    typed = raw if raw is not None else desk.task.draft
    answers = typed if typed is not None else form.prefill(desk.data, on)
    address = f"/tasks/{desk.task.id}/refresh"
    return sheet(form, answers, data=desk.data, on=on, errors=errors, refresh=address, blank_rows=blank_rows)


def ground(desk: Desk) -> Verdict:
    """The verdict that lets the person see the page."""
    return desk.may if desk.may.allowed else desk.sees
