"""What arrives: a message that a case waits for ("Kirjaa saapunut"), with its moment and channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands.arrivals import place_message
from tasks.commands.messages import record_message
from tasks.errors import InvalidAnswers, NotWaiting
from tasks.queries import case as queries
from tasks.queries import wait as wait_query
from tasks.queries.messages import MessageRow
from web import casepage, current, formats, ownform, sight, unplaced, words
from web.cases import blueprint
from web.i18n import language, t
from web.sheet import Sheet, sheet

ARRIVAL = Path(__file__).parent / "arrival.json"


@dataclass(frozen=True, slots=True)
class Arrival:
    """When and how something came in, as typed, and once it is right the moment and the channel."""

    raw: Mapping[str, Any]
    errors: tuple[FieldError, ...] = ()
    at: datetime | None = None
    channel: str = ""

    def sheet(self, refresh: str) -> Sheet:
        """The two questions as they stand on the page."""
        form, data = ownform.load(ARRIVAL), {"now": current.now()}
        return sheet(form, self.raw, data=data, on=current.today(), errors=self.errors, refresh=refresh)


def sent(message: str) -> MessageRow | None:
    """The message of another system that the page was opened for, if it was for one; NotFound."""
    number = request.values.get("arrived", type=int)
    return unplaced.asked(number, message) if number is not None else None


def asked(came: MessageRow | None = None) -> Arrival:
    """The arrival before anything is typed: now, by no channel yet; or as the message of another system came."""
    if came is not None:
        return Arrival({}, (), came.occurred_at, came.channel or "")
    return Arrival(ownform.load(ARRIVAL).prefill({"now": current.now()}, current.today()))


def read_arrival() -> Arrival:
    """The arrival as it was posted."""
    form = ownform.load(ARRIVAL)
    raw = posted.read(form, request.form.items(multi=True))
    try:
        clean = form.validate(raw, data={"now": current.now()}, on=current.today())
    except FormError as error:
        return Arrival(raw, error.errors)
    return Arrival(raw, (), datetime.fromisoformat(clean["arrival_moment"]), clean["arrival_channel"])


def changed_rows(form: Form | None, raw: dict[str, Any]) -> dict[str, int]:
    """Apply "add a row" and "remove a row" of the posted form to `raw`; gives the blank rows to add."""
    name, _, index = request.form.get("remove", "").rpartition(".")
    rows = raw.get(name)
    if isinstance(rows, list) and index.isascii() and index.isdigit() and int(index) < len(rows):
        rows.pop(int(index))
    added = request.form.get("add")
    return {added: 1} if form is not None and added else {}


def pressed() -> bool:
    """Was a button pressed that only redraws the form?"""
    return any(name in request.form for name in ("add", "remove", "refresh"))


@blueprint.route("/<int:case_id>/messages/<message>", methods=["GET", "POST"])
def message(case_id: int, message: str) -> Any:
    """Record a message that came in for this case: when, how, and what it says."""
    seen = sight.case(case_id, "message")
    path = request.values.get("path", "")
    with current.database().read() as connection:
        waits = queries.waits(connection, case_id)
    wait = next((each for each in waits if each.message == message and path in ("", each.path)), None)
    if wait is None:
        raise NotWaiting(message, tuple(each.message for each in waits))
    form = seen.published.form(wait.process, seen.version(wait.process), message)
    data = wait_query.data(current.database(), current.actor(), case_id, wait.path, current.now())
    came = sent(message)
    page = _Page(seen, wait, form, data, came)
    if request.method == "GET":
        prefilled = form.prefill(data, current.today()) if form else {}
        return page.render(asked(came), dict(came.payload) if came else prefilled)
    raw = posted.read(form, request.form.items(multi=True)) if form else {}
    arrival = asked(came) if came else read_arrival()
    if pressed():
        return page.render(Arrival(arrival.raw), raw, blank=changed_rows(form, raw))
    try:
        errors = list(check(form, raw, data, arrival))
        if arrival.errors or errors or arrival.at is None:
            return page.render(arrival, raw, errors), 422
        if came is not None:
            place_message(
                current.database(), current.actor(), came.id, case_id, path=wait.path, answers=raw, now=current.now()
            )
        else:
            record_message(
                current.database(), current.actor(), case_id, message=message, answers=raw, channel=arrival.channel,
                now=current.now(), occurred_at=arrival.at, path=wait.path,
            )  # fmt: skip
    except InvalidAnswers as error:
        return page.render(arrival, raw, error.error.errors), 422
    flash(t("case.message_recorded", name=page.title), "done")
    return redirect(url_for("cases.page", case_id=case_id))


def check(form: Form | None, raw: Mapping[str, Any], data: Mapping[str, Any], arrival: Arrival) -> Sequence[FieldError]:
    """The errors of a message's answers, judged on the day it arrived; a message without a form has none."""
    if form is None:
        return ()
    try:
        form.validate(raw, data=data, on=formats.local(arrival.at).date() if arrival.at else current.today())
    except FormError as error:
        return error.errors
    return ()


@dataclass(frozen=True, slots=True)
class _Page:
    """The page of one message, drawn with what was typed so far."""

    seen: sight.Sight
    wait: queries.Wait
    form: Form | None
    data: Mapping[str, Any]
    came: MessageRow | None = None

    @property
    def title(self) -> str:
        """What the message is called."""
        return casepage.message(self.seen, self.wait.process, self.wait.message)

    def render(
        self,
        arrival: Arrival,
        raw: Mapping[str, Any],
        errors: Sequence[FieldError] = (),
        blank: Mapping[str, int] | None = None,
    ) -> str:
        """The page."""
        address = url_for(
            "cases.message", case_id=self.seen.head.id, message=self.wait.message, path=self.wait.path,
            arrived=self.came.id if self.came else None,
        )  # fmt: skip
        answers = None
        if self.form is not None:
            answers = sheet(
                self.form, raw, data=self.data, on=current.today(), errors=errors, refresh=address, blank_rows=blank
            )
        return render_template(
            "cases/message.html",
            head=self.seen.head,
            process=words.process(self.seen.published, self.seen.head.process),
            title=self.title,
            form=self.form,
            address=address,
            arrival=None if self.came else arrival.sheet(address),
            came=self.came,
            answers=answers,
        )


def channels() -> tuple[tuple[str, str], ...]:
    """The ways in which a matter can arrive, by code and name."""
    options = ownform.load(ARRIVAL).field_at("/arrival_channel")
    return tuple(options.options(language(), current.today())) if options else ()
