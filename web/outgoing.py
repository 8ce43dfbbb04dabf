"""Outgoing mail: the letters that wait to leave, and the record that they were sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask import Blueprint, render_template, request

from tasks.commands.letters import mark_sent
from tasks.commands.views import record_views
from tasks.errors import Forbidden, InvalidValue, LetterIncomplete, NotFound, WrongState
from tasks.queries import letters
from tasks.queries.letters import PAGE, LetterRow
from web import current, formats, sight, words
from web.i18n import t

blueprint = Blueprint("outgoing", __name__, url_prefix="/outgoing")

SUOMI_FI = "e_notice"
"""The channel that leads through Suomi.fi messages; every other one leaves from the office by hand."""
MAIL_HOUR = time(16)
"""The moment of an earlier day of sending: when the office's mail is fetched; nobody recorded a better one."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A waiting letter in words; `late` when its own day of sending has passed."""

    row: LetterRow
    name: str
    process: str
    channel: str
    address: tuple[str, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of marking one letter: `told` says it in words, `look` is done, warning or stop."""

    name: str
    look: str
    told: str


@blueprint.get("/")
def index() -> Any:
    """The letters of the person's units that wait, the oldest first."""
    return _draw()


@blueprint.post("/sent")
def sent() -> Any:
    """Mark one letter or the chosen ones as sent on a day; each tells what became of it."""
    one = request.form.get("one", "")
    chosen = [one] if one else list(dict.fromkeys(request.form.getlist("letter")))[:PAGE]
    typed = request.form.get("sent_on", "").strip()
    day = formats.read_day(typed)
    errors = []
    if not chosen:
        errors.append(("letters", t("outgoing.none_chosen")))
    if day is None or day > current.today():
        errors.append(("sent-on", t("outgoing.day_wrong")))
    if errors or day is None:
        return _draw(errors=errors, typed=typed, chosen=chosen), 422
    names = _names(chosen)
    outcomes = [_mark(letter, names.get(letter, ""), day) for letter in chosen]
    refused = [letter for letter, outcome in zip(chosen, outcomes, strict=True) if outcome.look == "stop"]
    return _draw(outcomes=outcomes, chosen=refused, typed=typed)


def _mark(letter: str, name: str, day: date) -> Outcome:
    """Mark one; what it is refused for is told beside it and stops no other."""
    now = current.now()
    at = now if day == current.today() else datetime.combine(day, MAIL_HOUR, formats.HELSINKI)
    try:
        done = mark_sent(current.database(), current.actor(), letter, now=now, occurred_at=at)
    except LetterIncomplete as error:
        return Outcome(name or letter, "stop", t("outgoing.incomplete", parts=", ".join(error.parts)))
    except WrongState as error:
        when = formats.day(error.when) if error.when else ""
        return Outcome(name or letter, "warning", t("outgoing.already", day=when))
    except InvalidValue:
        return Outcome(name or letter, "stop", t("outgoing.before_written", day=formats.day(day)))
    except Forbidden:
        return Outcome(letter, "stop", t("outgoing.not_yours"))
    except NotFound:
        return Outcome(letter, "stop", t("outgoing.unknown"))
    sent_on = formats.day(done.sent_on)
    if done.sent_on > done.written_on:
        return Outcome(name, "warning", t("outgoing.sent_later", day=sent_on, written=formats.day(done.written_on)))
    return Outcome(name, "done", t("outgoing.sent", day=sent_on))


def _waiting(after: int, most: int) -> tuple[LetterRow, ...]:
    within = sight.within()
    with current.database().read() as connection:
        return letters.waiting(connection, within, current.now(), limit=most, after=after)


def _names(chosen: Sequence[str]) -> dict[str, str]:
    """What the chosen letters are called, read before they leave the list."""
    found = {each.row.id: each for each in _letters(_waiting(0, 10 * PAGE)) if each.row.id in chosen}
    return {
        id: t("outgoing.letter_of", name=each.name, number=each.row.case_number, recipient=each.row.recipient or "–")
        for id, each in found.items()
    }


def _draw(
    *, errors: Sequence[tuple[str, str]] = (), outcomes: Sequence[Outcome] = (), typed: str = "",
    chosen: Sequence[str] = (),
) -> str:  # fmt: skip
    verdict = sight.caseworker()
    after = max(request.args.get("after", 0, type=int), 0)
    found = _waiting(after, PAGE + 1)
    rows = found[:PAGE]
    record_views(
        current.database(), current.actor(), what="outgoing", why=verdict.reason, now=current.now(),
        seen=list(dict.fromkeys((row.recipient_id, row.case_id) for row in rows)),
    )  # fmt: skip
    shown = tuple(_letters(rows))
    return render_template(
        "outgoing.html", by_hand=[each for each in shown if each.row.channel != SUOMI_FI],
        suomi_fi=[each for each in shown if each.row.channel == SUOMI_FI], errors=dict(errors), outcomes=outcomes,
        chosen=chosen, sent_on=typed or formats.day(current.today()), after=after, more=len(found) > PAGE, size=PAGE,
    )  # fmt: skip


def _letters(rows: Sequence[LetterRow]) -> Iterator[Letter]:
    versions = sight.published()
    for row in rows:
        number = versions.number_of(row.case_process, row.case_version, row.process)
        step = row.path.split("/")[-1].split("[", 1)[0]
        yield Letter(
            row, words.letter(versions.bundle(row.process, number), step),
            words.process(versions, row.case_process), words.channel(row.channel),
            _address(row.address), row.sent_on < current.today(),
        )  # fmt: skip


def _address(address: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The lines of an address; none when it is protected or unknown."""
    told = address or {}
    town = " ".join(str(told[name]) for name in ("postal_code", "city") if told.get(name))
    return tuple(line for line in (str(told.get("street") or ""), town) if line)
