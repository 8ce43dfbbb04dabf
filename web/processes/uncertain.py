"""Where a doubt is, by what people call the place: the deadline, the value, the question or the table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine import citation
from engine.bundle import Bundle
from tasks.doubts import Doubt
from web import formats, i18n, words
from web.i18n import t


def place(bundle: Bundle, doubt: Doubt) -> str:
    """The place in words; empty where its file and key are all that there is."""
    folder, _, rest = doubt.file.rpartition("/")
    if doubt.key == "retention":
        return t("process.retention")
    if doubt.file == "sections.toml":
        return citation.write(doubt.key, i18n.language())
    if folder == "forms":
        return _asked(bundle.forms.get(rest.removesuffix(".json"), {}), doubt.key)
    if doubt.file.endswith(".dmn"):
        return _table(bundle, doubt.file.removesuffix(".dmn"))
    dated: Mapping[str, Any] = {"deadlines.toml": bundle.deadlines, "parameters.toml": bundle.parameters}
    name, _, since = doubt.key.partition(" from ")
    row = dated.get(doubt.file, {}).get(name)
    if row is None:
        return ""
    told = i18n.pick(row.names) or name
    return t("library.since", name=told, day=formats.day(date.fromisoformat(since))) if since else told


def _table(bundle: Bundle, name: str) -> str:
    """What the step is called that asks the table."""
    steps = (node.id for node in words.nodes(bundle).values() if node.attributes.get("decision") == name)
    return next((words.element(bundle, step) for step in steps), "")


def _asked(form: Mapping[str, Any], pointer: str) -> str:
    """The title of a form and of the question in it, that of a repeated row too."""
    told, part = [words.title(form)], form
    for key in pointer.split("/")[1:]:
        part = part.get(key, {})
        told += [words.title(part)] if key not in ("properties", "items") else []
    return ": ".join(filter(None, told))
