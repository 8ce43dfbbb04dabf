"""Adding a customer and changing one's data; a protected address is seen only here, on a reason that is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands import customers as commands
from tasks.commands.remarks import record_view
from tasks.errors import InvalidValue, Stale
from tasks.queries import customer as customers
from tasks.queries.customer import CustomerPage
from web import current, i18n, ownform, sight
from web.customers import blueprint
from web.customers.page import seen
from web.i18n import t
from web.problems import VersionMissing
from web.sheet import sheet

KINDS = ("person", "organisation")
ADDRESS = ("street", "postal_code", "city")
# identifiers are given once: another code is another customer
ONCE = ("identity_code", "business_id")


def form_of(kind: str) -> Form:
    """The form of a person or an organisation."""
    return ownform.load(Path(__file__).parent / f"{kind}.json")


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> Any:
    """Add a customer: a person or an organisation."""
    sight.caseworker()
    kind = request.values.get("kind", "person")
    kind = kind if kind in KINDS else "person"
    form = form_of(kind)
    if request.method == "GET":
        return _draw_new(kind, {"language": "fi", "notice_channel": "letter"})
    raw = posted.read(form, request.form.items(multi=True))
    try:
        clean = form.validate(raw, on=current.today())
        customer = commands.create_customer(
            current.database(), current.actor(), kind=kind, now=current.now(), **_values(clean), **_codes(clean)
        )
    except FormError as error:
        return _draw_new(kind, raw, error.errors), 422
    except InvalidValue as error:
        return _draw_new(kind, raw, [_told(error, raw)]), 422
    flash(t("customer.added"), "done")
    return redirect(url_for("customers.page", customer_id=customer))


@blueprint.route("/<int:customer_id>/edit", methods=["GET", "POST"])
def edit(customer_id: int) -> Any:
    """Change a customer's contact data. With a protected address the reason of looking is asked first."""
    customer, _ = seen(customer_id, "customer_edit")
    why = " ".join(request.form.get("why", "").split())
    why = why[:500] if why.isprintable() else ""
    if customer.protected and request.method == "GET":
        return render_template("customers/protected.html", customer=customer, error="")
    if customer.protected and not why:
        return render_template("customers/protected.html", customer=customer, error=t("customer.why_missing")), 422
    if "save" not in request.form:
        if customer.protected:
            _record_protected(customer_id, why)
        return _draw_edit(customer, _raw(customer), why=why)
    raw = posted.read(form_of(customer.kind), request.form.items(multi=True))
    version = request.form.get("version", type=int)
    if version is None:
        raise VersionMissing
    try:
        clean = form_of(customer.kind).validate(raw, on=current.today())
        commands.update_customer(
            current.database(), current.actor(), customer_id, changes=_values(clean), now=current.now(),
            version=version, why=why if customer.protected else "",
        )  # fmt: skip
    except FormError as error:
        return _draw_edit(customer, raw, error.errors, why=why), 422
    except InvalidValue as error:
        return _draw_edit(customer, raw, [_told(error, raw)], why=why), 422
    except Stale:
        return _draw_edit(customer, raw, why=why, stale=True), 412
    flash(t("customer.saved"), "done")
    return redirect(url_for("customers.page", customer_id=customer_id))


def _record_protected(customer_id: int, why: str) -> None:
    record_view(
        current.database(), current.actor(), what="protected_address", why=why, now=current.now(),
        customer_id=customer_id,
    )  # fmt: skip


def _values(clean: Mapping[str, Any]) -> dict[str, Any]:
    """Form answers as the command takes them; what was left empty is emptied."""
    values: dict[str, Any] = {name: clean.get(name) for name in ("name", "language", "email", "phone")}
    values["channel"] = clean["notice_channel"]
    values["address"] = {name: clean[name] for name in ADDRESS if clean.get(name)} or None
    values["protected"] = bool(clean.get("protected", False))
    values["authority"] = bool(clean.get("authority", False))
    return values


def _codes(clean: Mapping[str, Any]) -> dict[str, Any]:
    return {name: clean[name] for name in ONCE if name in clean}


def _raw(customer: CustomerPage) -> dict[str, Any]:
    """The stored data as the form's answers."""
    names = ("name", "identity_code", "business_id", "language", "email", "phone", "protected", "authority")
    told = {name: getattr(customer, name) for name in names} | {"notice_channel": customer.channel}
    return told | dict(customer.address or {})


def _told(error: InvalidValue, raw: Mapping[str, Any]) -> FieldError:
    """A refusal of the command at the field of the form that it is about."""
    code = "taken" if error.code == "taken" else "other"
    texts = {language: i18n.translate(f"customer.error_{code}", language) for language in i18n.LANGUAGES}
    return FieldError(f"/{error.field}", "check", {"texts": texts}, raw.get(error.field))


def _draw_new(kind: str, raw: Mapping[str, Any], errors: Sequence[FieldError] = ()) -> str:
    form = form_of(kind)
    return render_template(
        "customers/new.html",
        kind=kind,
        kinds=KINDS,
        answers=sheet(form, _known(form, raw), data={}, on=current.today(), errors=errors),
    )


def _draw_edit(
    customer: CustomerPage, raw: Mapping[str, Any], errors: Sequence[FieldError] = (), *, why: str, stale: bool = False
) -> str:
    form = form_of(customer.kind)
    answers = sheet(form, _known(form, raw), data={}, on=current.today(), errors=errors)
    newest = customer
    if stale:
        with current.database().read() as connection:
            newest = customers.page(connection, customer.id) or customer
    return render_template(
        "customers/edit.html",
        customer=customer,
        version=newest.revision,
        why=why,
        stale=stale,
        answers=answers,
        fixed=[item for item in answers.fields if item.name in ONCE],
        asked=[item for item in answers.fields if item.name not in ONCE],
    )


def _known(form: Form, raw: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in form.fields}
    return {name: value for name, value in raw.items() if name in names}
