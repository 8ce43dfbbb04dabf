"""A form of a draft as a caseworker would see it, in any of the three languages, with answers tried on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import render_template
from markupsafe import Markup

from engine.bundle import Bundle
from engine.law import LAW
from forms.errors import FieldError, FormDefinitionError
from forms.form import Form
from tasks.check import fault
from tasks.formlogic import compile_form
from tasks.published import codes
from web import current, i18n, sight
from web.sentences import tell
from web.sheet import Item, sheet


def load(definition: Any, file: str, bundle: Bundle) -> tuple[Form | None, list[str]]:
    """The form of a file with the code lists of its process; else what is wrong with it."""
    if not isinstance(definition, Mapping):
        return None, []
    try:
        lists = codes(bundle, sight.published().law.newest(LAW))
        return Form.load(definition, file=file, compile=compile_form, codes=lists), []
    except FormDefinitionError as error:
        return None, [tell(fault(finding)) for finding in error.findings]


def draw(
    form: Form, language: str, raw: Mapping[str, Any], *, errors: Sequence[FieldError] = (), refresh: str = "",
    only: str = "", blank: Mapping[str, int] | None = None,
) -> Markup:  # fmt: skip
    """The fields of a form (or `only` one of them) in a language, with ids of their own on the page."""
    with i18n.speaking(language):
        drawn = sheet(form, raw, data={}, on=current.today(), errors=errors, refresh=refresh, blank_rows=blank)
        items = [_apart(item, language, bool(only)) for item in drawn.fields if only in ("", item.name)]
        told = [(f"{language}-{id}", words) for id, words in drawn.errors]
        page = render_template(
            "processes/editors/preview.html", items=items, lang=language, title=form.title(language),
            description=form.description(language), errors=told,
        )  # fmt: skip
        return Markup(page)


def _apart(item: Item, language: str, named: bool) -> Item:
    """An item that can stand on a page beside its likes in other languages."""
    rows = tuple(tuple(_apart(part, language, named) for part in row) for row in item.rows_of)
    name = f"{language}.{item.name}" if named else item.name
    return replace(item, id=f"{language}-{item.id}", name=name, rows_of=rows, visible=item.visible or named)
