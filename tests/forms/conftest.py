"""Small forms for the tests of forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from forms.codes import Codes
from forms.form import Form

Make = Callable[..., Form]


def words(text: str = "Otsikko") -> dict[str, Any]:
    return {"title": text, "x-i18n": {"sv": {"title": f"{text} sv"}, "en": {"title": f"{text} en"}}}


def field(kind: str, type_: str = "string", **more: Any) -> dict[str, Any]:
    return {"type": type_, **words(), "x-kind": kind, "x-secrecy": "ordinary", **more}


def options(*codes: str) -> dict[str, Any]:
    return {"enum": list(codes), "x-enum": {code: {"fi": code, "sv": code, "en": code} for code in codes}}


def definition(required: tuple[str, ...] = (), checks: tuple[Any, ...] = (), **fields: Any) -> dict[str, Any]:
    """A whole form file with these fields."""
    return {
        **words("Lomake"),
        "type": "object",
        "required": list(required),
        "properties": fields,
        "x-checks": list(checks),
    }


def compile_python(source: str) -> Callable[[Mapping[str, object]], object]:
    """Stands in for FEEL: "name = value" compares, "a >= b" orders, "name" reads."""
    if source.count("=") > 1 or not source.strip():
        raise ValueError(f"cannot read {source!r}")
    for sign, compare in ((" >= ", lambda a, b: a >= b), (" = ", lambda a, b: a == b)):
        if sign in source:
            left, right = (_read(part) for part in source.split(sign))
            return lambda ctx: None if None in (left(ctx), right(ctx)) else compare(left(ctx), right(ctx))
    return _read(source)


def _read(text: str) -> Callable[[Mapping[str, object]], Any]:
    constants = {"true": True, "false": False}
    if text in constants or text.isdigit():
        return lambda ctx: constants[text] if text in constants else int(text)
    if text.startswith('"'):
        return lambda ctx: text.strip('"')

    def walk(ctx: Any) -> Any:
        for part in text.split("."):
            ctx = ctx.get(part) if isinstance(ctx, Mapping) else None
        return ctx

    return walk


@pytest.fixture
def make() -> Make:
    def load(codes: Mapping[str, Codes] | None = None, **parts: Any) -> Form:
        return Form.load(definition(**parts), file="forms/test.json", compile=compile_python, codes=codes)

    return load
