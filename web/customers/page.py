"""One customer: contact data, all cases within reach, coming dates, consents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template

from tasks.access import Verdict
from tasks.commands.remarks import record_view
from tasks.errors import NotFound
from tasks.queries import consent
from tasks.queries import customer as customers
from tasks.queries.customer import ComingDate, CustomerCase, CustomerPage
from web import consents, current, i18n, sight, words
from web.badge import Badge, badge
from web.customers import blueprint


@dataclass(frozen=True, slots=True)
class DateShown:
    """A coming date of one of the customer's cases."""

    row: ComingDate
    name: str
    process: str
    badge: Badge


def seen(customer_id: int, what: str) -> tuple[CustomerPage, Verdict]:
    """The customer, recorded as viewed; NotFound, Forbidden."""
    verdict = sight.caseworker()
    with current.database().read() as connection:
        found = customers.page(connection, customer_id)
    if found is None:
        raise NotFound("customer", customer_id)
    record_view(
        current.database(), current.actor(), what=what, why=verdict.reason, now=current.now(), customer_id=customer_id
    )
    return found, verdict


@blueprint.get("/<int:customer_id>")
def page(customer_id: int) -> Any:
    """The customer's page. A protected address is not on it: it is in the editing form, on a reason of its own."""
    customer, _ = seen(customer_id, "customer")
    within = sight.within()
    with current.database().read() as connection:
        cases = customers.cases(connection, customer_id, within)
        total = customers.case_count(connection, customer_id)
        coming = customers.coming(connection, customer_id, within)
        given = consent.of_customer(connection, customer_id, within)
    reached = len({row.id for row in cases})
    return render_template(
        "customers/page.html",
        customer=customer,
        address=() if customer.protected else address_lines(customer.address),
        cases=[(row, *_named(row)) for row in cases],
        beyond=total - reached,
        coming=[_coming(row) for row in coming],
        consents=consents.shown(sight.published(), given),
    )


def address_lines(address: Mapping[str, Any] | None) -> tuple[str, ...]:
    """An address as lines, without empty ones."""
    place = address or {}
    town = " ".join(str(place[key]) for key in ("postal_code", "city") if place.get(key))
    return tuple(line for line in (str(place.get("street") or ""), town) if line)


def _named(row: CustomerCase) -> tuple[str, str, str]:
    """The case's process, the customer's role in it, and its outcome, in words."""
    bundle = sight.published().bundle(row.process, row.version)
    party = bundle.manifest.parties.get(row.role)
    role = i18n.pick(party.name) if party else row.role
    outcome = words.label(bundle, "outcomes", row.outcome) if row.outcome else ""
    return words.process(sight.published(), row.process), role, outcome


def _coming(row: ComingDate) -> DateShown:
    process, _, number = row.law_version.partition("@")
    definition = sight.published().bundle(process, int(number)).deadlines.get(row.name) if number.isdigit() else None
    shown = badge(
        today=current.today(), calendar=sight.published().law.calendar, due_on=row.due_on, legal_on=row.legal_on,
        kind=row.kind, paused_on=row.paused_on, remaining=row.remaining,
        unit="working days" if definition and definition.rows[0].unit == "working days" else "days", roll=row.roll,
    )  # fmt: skip
    name = i18n.pick(definition.names) if definition else row.name
    return DateShown(row, name, words.process(sight.published(), row.case_process), shown)
