"""Forms of the pages themselves, from JSON files beside their modules: judged and drawn like a task's form."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

import orjson

from engine.feel import compile as feel
from forms.form import Form


@cache
def load(path: Path) -> Form:
    """The form of a JSON file that ships with the product; FormDefinitionError when it is broken."""
    return Form.load(orjson.loads(path.read_bytes()), file=path.name, compile=feel)


def with_options(
    path: Path, options: Mapping[str, Mapping[str, Mapping[str, str]]], *, required: tuple[str, ...] = (),
    without: Collection[str] = (),
) -> Form:  # fmt: skip
    """The same with options that a case gives: {field: {code: {language: name}}}; a field without any is left out.

    `required` names fields that are required besides those that the file says, `without` fields that are left out.
    """
    definition = orjson.loads(path.read_bytes())
    for name in without:
        del definition["properties"][name]
    definition["required"] += required
    for name, codes in options.items():
        if not codes:
            del definition["properties"][name]
            continue
        table = definition["properties"][name]
        table["x-enum"] = codes
        holder = table.get("items", table)
        holder["enum"] = list(codes)
    return Form.load(definition, file=path.name, compile=feel)


def with_row_options(path: Path, options: Mapping[str, Mapping[str, Mapping[str, Mapping[str, str]]]]) -> Form:
    """The same with options for choices in the rows of groups: {group: {field: {code: {language: name}}}}."""
    definition = orjson.loads(path.read_bytes())
    for group, fields in options.items():
        for name, codes in fields.items():
            definition["properties"][group]["items"]["properties"][name] |= {"x-enum": codes, "enum": list(codes)}
    return Form.load(definition, file=path.name, compile=feel)
