"""Parties of a case: adding a customer in a role of the process, and ending the part of one added in error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.manifest import PartyRole
from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands import customers as commands
from tasks.errors import InvalidValue, NotFound
from tasks.queries import case as queries
from tasks.queries.case import PartyRow
from web import casepage, current, i18n, ownform, sight, words
from web.cases import blueprint, finding
from web.i18n import t
from web.sheet import sheet
from web.sight import Sight

PARTY, END = (Path(__file__).parent / f"{name}.json" for name in ("party", "party_end"))


def roles(seen: Sight) -> Mapping[str, PartyRole]:
    """The roles that a party may be added in: all but the principal customer's."""
    return {name: role for name, role in seen.bundle.manifest.parties.items() if not role.principal}


@blueprint.route("/<int:case_id>/parties/new", methods=["GET", "POST"])
def add_party(case_id: int) -> Any:
    """Add a customer to the case in a role, with the one who acts for them."""
    seen = sight.case(case_id, "party")
    offered = roles(seen)
    if not offered or seen.head.status != "open":
        raise NotFound("party", case_id)
    form = ownform.with_options(PARTY, {"role": {name: capital(role.name) for name, role in offered.items()}})
    if request.method == "GET":
        only = next(iter(offered)) if len(offered) == 1 else ""
        return _draw(seen, form, {"role": only})
    raw = posted.read(form, request.form.items(multi=True))
    try:
        clean = form.validate(raw, on=current.today())
        customer, representative = _found(clean, offered)
        commands.add_party(
            current.database(), current.actor(), case_id, role=clean["role"], customer_id=customer,
            representative_id=representative, now=current.now(),
        )  # fmt: skip
    except FormError as error:
        return _draw(seen, form, raw, error.errors), 422
    except InvalidValue as error:
        pointer = "/customer" if error.field == "customer_id" else "/role"
        return _draw(seen, form, raw, [told(pointer, _taken(error))]), 422
    flash(t("party.added"), "done")
    return redirect(url_for("cases.page", case_id=case_id, _anchor="parties"))


def capital(names: Mapping[str, str]) -> dict[str, str]:
    """A role's name by language with a capital first, as the options of a form are written."""
    picked = {language: i18n.pick(names, language) for language in i18n.LANGUAGES}
    return {language: name[:1].upper() + name[1:] for language, name in picked.items()}


def _found(clean: Mapping[str, Any], offered: Mapping[str, PartyRole]) -> tuple[int, int | None]:
    """The customer and the representative that were typed; FormError with what was expected of either."""
    errors = []
    customer, wrong = finding.find(clean["customer"], offered[clean["role"]].kind, "add_party")
    if wrong:
        errors.append(told("/customer", wrong))
    representative, typed = None, clean.get("representative")
    if typed:
        representative, wrong = finding.find(typed, None, "add_party")
        if wrong or representative == customer:
            errors.append(told("/representative", wrong or t("party.acts_for_oneself")))
    if errors or customer is None:
        raise FormError(errors)
    return customer, representative


def told(pointer: str, sentence: str) -> FieldError:
    """An error of a field in a sentence that stands in the page's language."""
    return FieldError(pointer, "check", {"texts": dict.fromkeys(i18n.LANGUAGES, sentence)})


def _taken(error: InvalidValue) -> str:
    if error.code == "one_only":
        return t("party.one_only", name=error.params["name"])
    return t("party.taken") if error.code == "taken" else t("customer.error_other")


def _draw(seen: Sight, form: Form, raw: Mapping[str, Any], errors: Sequence[FieldError] = ()) -> str:
    return render_template(
        "cases/party_new.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        answers=sheet(form, raw, data={}, on=current.today(), errors=errors),
    )


@blueprint.route("/<int:case_id>/parties/<int:party>/end", methods=["GET", "POST"])
def end_party(case_id: int, party: int) -> Any:
    """End the part of a customer who was added in error, with what went wrong."""
    seen = sight.case(case_id, "party")
    row = _party(case_id, party)
    form, raw = ownform.load(END), posted.read(ownform.load(END), request.form.items(multi=True))
    errors: Sequence[FieldError] = ()
    if request.method == "POST":
        try:
            clean = form.validate(raw, on=current.today())
            commands.end_party(
                current.database(), current.actor(), case_id, party, reason=clean["reason"], now=current.now()
            )
            flash(t("party.ended", name=row.name), "done")
            return redirect(url_for("cases.page", case_id=case_id, _anchor="parties"))
        except FormError as error:
            errors = error.errors
        except InvalidValue:
            errors = [told("/reason", t("customer.error_other"))]
    page = render_template(
        "cases/party_end.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        party=row,
        role=casepage.role(seen, row.role),
        answers=sheet(form, raw, data={}, on=current.today(), errors=errors),
    )
    return (page, 422) if errors else page


def _party(case_id: int, number: int) -> PartyRow:
    """A party that may end: there still, and not the principal customer; NotFound."""
    with current.database().read() as connection:
        rows = queries.parties(connection, case_id)
    found = next((row for row in rows if row.number == number and row.ended_at is None and not row.principal), None)
    if found is None:
        raise NotFound("party", f"{case_id}-{number}")
    return found
