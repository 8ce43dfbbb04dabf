"""Starting a case: which matter, whose it is, when and how it arrived, and what it says."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.bundle import Bundle
from engine.manifest import PartyRole
from forms import posted
from forms.errors import FieldError
from forms.form import Form
from tasks.access import CASEWORK
from tasks.commands.arrivals import start_from_message
from tasks.commands.cases import start_case
from tasks.errors import InvalidAnswers, NotFound
from tasks.published import Edited
from tasks.queries import customer as customers
from tasks.queries.case import Head
from tasks.queries.messages import MessageRow
from web import current, i18n, sight, words
from web.cases import blueprint, finding, linking
from web.cases.arrivals import Arrival, asked, changed_rows, check, pressed, read_arrival, sent
from web.i18n import t
from web.sheet import Sheet, sheet


@dataclass(frozen=True, slots=True)
class PartyAsked:
    """One party role on the page: what was typed, the customer found, and the error."""

    role: str
    title: str
    kind: str
    principal: bool
    typed: str = ""
    customer_id: int | None = None
    error: str = ""
    namesakes: tuple[tuple[str, str], ...] = ()
    """whom the text may have meant, to choose from"""


@blueprint.get("/new")
def new() -> Any:
    """Choose what arrived: the processes in force and the messages that start them."""
    sight.caseworker()
    versions = sight.published()
    found = []
    for process in sorted({row.process for row in versions.rows if row.kind == "process"}):
        edition = _in_force(process)
        if edition is not None:
            bundle = versions.bundle(process, edition.number)
            messages = [(name, message_title(bundle, edition, name)) for name in bundle.manifest.start_messages]
            found.append((process, words.process(versions, process), messages))
    by_name = sorted(found, key=lambda each: each[1].lower())
    return render_template(
        "cases/new.html", processes=by_name, customer=request.args.get("customer", type=int), origin=linking.asked()
    )


@blueprint.route("/new/<process>/<message>", methods=["GET", "POST"])
def start(process: str, message: str) -> Any:
    """Start a case with the message that arrived."""
    sight.caseworker()
    edition = _in_force(process)
    bundle = sight.published().bundle(process, edition.number) if edition else None
    if edition is None or bundle is None or message not in bundle.manifest.start_messages:
        raise NotFound("start", f"{process}/{message}")
    form = sight.published().form(process, edition.number, message)
    came = sent(message)
    page = _Page(bundle, edition, message, form, came, linking.asked())
    if request.method == "GET":
        raw = dict(came.payload) if came else page.prefilled()
        offered = parties(bundle.manifest.parties, first=True, known=linking.known(page.origin, came))
        return page.render(offered, asked(came), raw, secrets.token_hex(16))
    raw = posted.read(form, request.form.items(multi=True)) if form else {}
    asked_parties, arrival = parties(bundle.manifest.parties), asked(came) if came else read_arrival()
    once = request.form.get("once", "")[:64] or secrets.token_hex(16)
    if pressed():
        plain = [PartyAsked(p.role, p.title, p.kind, p.principal, p.typed) for p in asked_parties]
        return page.render(plain, Arrival(arrival.raw), raw, once, blank=changed_rows(form, raw))
    try:
        errors = list(check(form, raw, {}, arrival))
        unit = request.form.get("unit", type=int)
        if errors or arrival.errors or arrival.at is None or any(p.error for p in asked_parties) or unit not in units():
            return page.render(asked_parties, arrival, raw, once, errors), 422
        found = {p.role: p.customer_id for p in asked_parties if p.customer_id is not None}
        if came is not None:
            case_id, number = _with(came, process, found, unit, raw)
        else:
            started = start_case(
                current.database(), current.actor(), process=process, message=message, answers=raw, parties=found,
                unit_id=unit, channel=arrival.channel, now=current.now(), occurred_at=arrival.at, idempotency_key=once,
                linked_to=page.origin.id if page.origin else None, link=linking.kind(),
            )  # fmt: skip
            case_id, number = started.case_id, started.number
    except InvalidAnswers as error:
        return page.render(asked_parties, arrival, raw, once, error.error.errors), 422
    flash(t("case.started", number=number), "done")
    return redirect(url_for("cases.page", case_id=case_id))


def _with(came: MessageRow, process: str, found: Mapping[str, int], unit: int, raw: Mapping[str, Any]) -> Any:
    """Start the case with the message of another system; gives its id and number."""
    arrived = start_from_message(
        current.database(), current.actor(), came.id, process=process, parties=found, unit_id=unit, answers=raw,
        now=current.now(),
    )  # fmt: skip
    return arrived.case_id, arrived.case_number


def _in_force(process: str) -> Edited | None:
    return sight.published().taking(process, current.today())


def message_title(bundle: Bundle, edition: Edited, name: str) -> str:
    """What a start message is called: labels.toml, else the title of its form."""
    if name in bundle.labels.messages:
        return words.label(bundle, "messages", name)
    form = sight.published().form(edition.process, edition.number, name)
    return form.title(i18n.language()) if form else name


def units() -> dict[int, str]:
    """The units where the person may start cases, by name."""
    person = current.person()
    grants = [grant for grant in person.grants if grant.role in CASEWORK]
    return {
        unit: i18n.pick(name)
        for unit, name in person.units.items()
        if any(grant.units is None or unit in grant.units for grant in grants)
    }


def parties(
    roles: Mapping[str, PartyRole], *, first: bool = False, known: Mapping[str, int] | None = None
) -> list[PartyAsked]:
    """The party roles as asked or as posted: a customer by number, identifier or name, exactly one each.

    `known` are customers that a message or a linked case brings along, by role.
    """
    found = []
    for role, wanted in roles.items():
        name = i18n.pick(wanted.name)
        title = name[:1].upper() + name[1:]
        if first:
            typed = _offered(wanted, (known or {}).get(role))
            found.append(PartyAsked(role, title, wanted.kind, wanted.principal, typed))
        else:
            typed = _typed(role)
            met = _resolve(typed, wanted)
            found.append(
                PartyAsked(role, title, wanted.kind, wanted.principal, typed, met.customer_id, met.error, met.namesakes)
            )
    return found


def _typed(role: str) -> str:
    """What was typed of a party; the namesake that was chosen instead, unless the text has changed since."""
    typed = request.form.get(f"party-{role}", "").strip()
    return request.form.get(f"namesake-{role}") or typed if request.form.get(f"typed-{role}") == typed else typed


def _offered(wanted: PartyRole, known: int | None) -> str:
    """The customer that is known, or whose page one came from, when it can be the principal customer."""
    number = known or (request.args.get("customer", type=int) if wanted.principal else None)
    if number is None:
        return ""
    with current.database().read() as connection:
        row = customers.page(connection, number)
    if row is None or not wanted.fits(row.kind):
        return ""
    finding.record([(row.id, None)], "start_case")
    return finding.named(row)


def _resolve(typed: str, wanted: PartyRole) -> finding.Found:
    """The customer that a text names, or what was expected."""
    if not typed:
        return finding.Found(None, t("case.party_missing") if wanted.principal else "")
    return finding.look(typed, wanted.kind, "start_case")


@dataclass(frozen=True, slots=True)
class _Page:
    """The page that starts a case, drawn with what was typed so far."""

    bundle: Bundle
    edition: Edited
    message: str
    form: Form | None
    came: MessageRow | None = None
    origin: Head | None = None

    def prefilled(self) -> dict[str, Any]:
        """What the form is filled with: its own defaults, and what the case that this one comes from would hand on."""
        if self.form is None:
            return {}
        handed = linking.handed_on(self.origin, self.edition.process, self.message)
        return self.form.prefill({}, current.today()) | self.form.taken(handed)

    def render(
        self,
        asked_parties: Sequence[PartyAsked],
        arrival: Arrival,
        raw: Mapping[str, Any],
        once: str,
        errors: Sequence[FieldError] = (),
        blank: Mapping[str, int] | None = None,
    ) -> str:
        """The page."""
        process, address = self.edition.process, self._address()
        answers: Sheet | None = None
        if self.form is not None:
            answers = sheet(
                self.form, raw, data={}, on=current.today(), errors=errors, refresh=address, blank_rows=blank
            )
        offered = units()
        chosen = request.form.get("unit", type=int)
        unit_error = (
            t("case.unit_missing") if request.method == "POST" and not pressed() and chosen not in offered else ""
        )
        drawn = None if self.came else arrival.sheet(address)
        wrong = [(f"party-{party.role}", f"{party.title}: {party.error}") for party in asked_parties if party.error]
        wrong += [("unit", unit_error)] if unit_error else []
        return render_template(
            "cases/start.html",
            wrong=[*wrong, *(drawn.errors if drawn else ()), *(answers.errors if answers else ())],
            process=words.process(sight.published(), process),
            title=message_title(self.bundle, self.edition, self.message),
            address=address,
            parties=asked_parties,
            units=offered,
            unit=chosen if chosen in offered else next(iter(offered), None),
            unit_error=unit_error,
            arrival=drawn,
            came=self.came,
            **linking.choice(self.origin),
            answers=answers,
            once=once,
        )

    def _address(self) -> str:
        return url_for(
            "cases.start", process=self.edition.process, message=self.message,
            arrived=self.came.id if self.came else None, linked=self.origin.id if self.origin else None,
        )  # fmt: skip
