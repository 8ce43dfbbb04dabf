"""Consents of a case's parties: recording one with what it covers, and withdrawing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands import customers as commands
from tasks.documents import under_consent
from tasks.errors import InvalidValue, NotFound
from tasks.queries import case as queries
from tasks.queries import consent as consent_query
from tasks.queries.case import PartyRow
from web import consents, current, i18n, ownform, sight, words
from web.cases import blueprint
from web.cases.parties import capital, told
from web.consents import SOMEBODY
from web.i18n import t
from web.sheet import sheet
from web.sight import Sight

CONSENT = Path(__file__).parent / "consent.json"


@dataclass(frozen=True, slots=True)
class _Asked:
    """The form of a case with its parties by number, and whether its letters name data that need a consent."""

    form: Form
    parties: Mapping[str, PartyRow]
    names: Mapping[str, Mapping[str, str]]


def _asked(seen: Sight) -> _Asked:
    edition = seen.published.row(seen.head.process, seen.head.version)
    paths = under_consent(seen.folder(folder) for folder in (edition.process, *edition.parts))
    names = {path: consents.field_names(seen.published, seen.head.process, seen.head.version, path) for path in paths}
    with current.database().read() as connection:
        rows = queries.parties(connection, seen.head.id)
    parties = {str(row.number): row for row in rows if row.ended_at is None}
    other = {language: i18n.translate("consent.somebody_else", language) for language in i18n.LANGUAGES}
    options: dict[str, dict[str, Any]] = {
        "party": {number: _named(seen, row) for number, row in parties.items()},
        "fields": dict(names),
        "recipient": {name: capital(role.name) for name, role in seen.bundle.manifest.parties.items()}
        | {SOMEBODY: capital(other)},
    }
    return _Asked(ownform.with_options(CONSENT, options, required=() if names else ("scope",)), parties, names)


def _named(seen: Sight, row: PartyRow) -> dict[str, str]:
    return {language: f"{row.name}, {name}" for language, name in _role(seen, row.role).items()}


def _role(seen: Sight, role: str) -> dict[str, str]:
    names = seen.bundle.manifest.parties[role].name
    return {language: i18n.pick(names, language) for language in i18n.LANGUAGES}


@blueprint.route("/<int:case_id>/consents/new", methods=["GET", "POST"])
def add_consent(case_id: int) -> Any:
    """Record that a party consents to data being given: which, what for, to whom, and while it holds."""
    seen = sight.case(case_id, "consent")
    asked = _asked(seen)
    if request.method == "GET":
        only = next(iter(asked.parties)) if len(asked.parties) == 1 else ""
        return _draw(seen, asked, {"party": only, "from_on": current.today().isoformat()})
    raw = posted.read(asked.form, request.form.items(multi=True))
    try:
        clean = asked.form.validate(raw, data={"today": current.today()}, on=current.today())
        _record(seen, asked, clean)
    except FormError as error:
        return _draw(seen, asked, raw, error.errors), 422
    except InvalidValue as error:
        pointer = f"/{error.field}" if asked.form.field_at(f"/{error.field}") else "/scope"
        return _draw(seen, asked, raw, [told(pointer, t("customer.error_other"))]), 422
    flash(t("consent.recorded"), "done")
    return redirect(url_for("cases.page", case_id=case_id, _anchor="consents"))


def _record(seen: Sight, asked: _Asked, clean: Mapping[str, Any]) -> None:
    fields, scope = clean.get("fields") or [], clean.get("scope") or ""
    if not fields and not scope:
        raise FormError([told("/fields", t("consent.what_missing"))])
    recipient = clean["recipient"]
    until = clean.get("to_on")
    commands.add_consent(
        current.database(), current.actor(), asked.parties[clean["party"]].customer_id, case_id=seen.head.id,
        scope=scope or "; ".join(asked.names[path]["fi"] for path in fields)[:500], fields=fields,
        purpose=clean["purpose"], recipient="" if recipient == SOMEBODY else recipient,
        from_on=date.fromisoformat(clean["from_on"]), to_on=date.fromisoformat(until) if until else None,
        now=current.now(),
    )  # fmt: skip


def _draw(seen: Sight, asked: _Asked, raw: Mapping[str, Any], errors: Sequence[FieldError] = ()) -> str:
    return render_template(
        "cases/consent_new.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        answers=sheet(asked.form, raw, data={"today": current.today()}, on=current.today(), errors=errors),
    )


@blueprint.route("/<int:case_id>/consents/<int:consent_id>/withdraw", methods=["GET", "POST"])
def withdraw_consent(case_id: int, consent_id: int) -> Any:
    """Withdraw a consent: it holds no longer from today on."""
    seen = sight.case(case_id, "consent")
    with current.database().read() as connection:
        rows = [row for row in consent_query.of_case(connection, case_id) if row.id == consent_id]
    found = consents.shown(seen.published, rows)
    if not found or not found[0].open:
        raise NotFound("consent", consent_id)
    if request.method == "POST":
        commands.withdraw_consent(current.database(), current.actor(), consent_id, now=current.now())
        flash(t("consent.withdrawn"), "done")
        return redirect(url_for("cases.page", case_id=case_id, _anchor="consents"))
    return render_template(
        "cases/consent_withdraw.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        consent=found[0],
    )
