"""A form of a draft as a caseworker would see it, in any of the three languages, with answers tried on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import render_template
from markupsafe import Markup

from engine.amend import Change, Put
from engine.bundle import Bundle
from engine.law import LAW
from forms.errors import FieldError, FormDefinitionError, FormError
from forms.form import Form
from tasks.check import fault
from tasks.formlogic import compile_form
from tasks.published import codes
from web import current, i18n, sight
from web.processes.editors.piece import Piece
from web.sentences import tell
from web.sheet import Item, sheet

EXAMPLE = "x-example"


def load(definition: Any, file: str, bundle: Bundle) -> tuple[Form | None, list[str]]:
    """The form of a file with the code lists of its process; else what is wrong with it.

    A form whose only fault is its example is shown without it: on the preview one writes a better one.
    """
    if not isinstance(definition, Mapping):
        return None, []
    lists = codes(bundle, sight.published().law.newest(LAW))
    try:
        return Form.load(definition, file=file, compile=compile_form, codes=lists), []
    except FormDefinitionError as error:
        if EXAMPLE in definition and all(one.pointer.startswith(f"/{EXAMPLE}") for one in error.findings):
            return load({key: value for key, value in definition.items() if key != EXAMPLE}, file, bundle)
        return None, [tell(fault(finding)) for finding in error.findings]


def exemplified(read: Piece, changes: Sequence[Change], name: str) -> list[Change]:
    """What makes the example of the file answer a question that `changes` write, where it no more would; else nothing.

    `name` is the question's own, without those of the groups around it.
    """
    document = json.loads(read.amended(changes).decode("utf-8-sig"))
    example = document.get(EXAMPLE)
    form, _ = load(document, read.path, read.it.examined().bundle) if isinstance(example, Mapping) else (None, [])
    if form is None or form.example:
        return []
    found: list[Change] = []
    for error in _refused(form, example):
        place = [int(step) if step.isdigit() else step for step in error.pointer.split("/")[1:]]
        field = form.field_at(error.pointer)
        if field is not None and field.name == name and (answer := field.sample()) is not None:
            found.append(Put((EXAMPLE, *place), answer))
    after = json.loads(read.amended([*changes, *found]).decode("utf-8-sig")) if found else document
    return [] if any(error.pointer.endswith(f"/{name}") for error in _refused(form, after[EXAMPLE])) else found


def _refused(form: Form, example: Any) -> Sequence[FieldError]:
    try:
        form.validate(example, on=current.today())
    except FormError as error:
        return error.errors
    return ()


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
