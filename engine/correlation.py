"""How a message finds its case: keys that process.toml declares, computed of the case's data and of the message.

BPMN 2.0.2, 8.4.2: a correlation key is a set of properties; the message gives each by its retrieval expression, the
waiting case by its correlation subscription, evaluated anew as its data changes. All properties must agree.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from engine.errors import FeelError
from engine.feel import Expression
from engine.feel import compile as feel
from engine.feel.functions.conversion import number_text
from engine.feel.temporal import text_of
from engine.feel.values import Months
from engine.said import say
from engine.stored import form_shape, restore
from engine.table import Table
from engine.timer import Length, parse_length

KEPT = Length(days=30)
"""how long an early message is kept when its folder does not say"""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a correlation key: FEEL over the waiting case's data, and FEEL over the message's answers."""

    case: Expression
    message: Expression


@dataclass(frozen=True, slots=True)
class MessageRules:
    """What process.toml says of a message: how long an early one is kept, and the properties of its key by name.

    `keep_parameter` names a parameter of the folder that gives the length instead of `keep`. `sender` is who it comes
    from when nobody says otherwise: a role, or "input.<name>" where a part is handed one in; empty for the principal.
    """

    keep: Length = KEPT
    keep_parameter: str = ""
    sender: str = ""
    keys: Mapping[str, Property] = field(default_factory=dict)


def read_rules(row: Table) -> MessageRules:
    """Read one `[messages.<id>]`; problems become findings."""
    text = row.text("keep")
    keep = parse_length(text) if text else KEPT
    if keep is None:
        row.findings.error(
            "message-keep",
            say("{where}.keep is {text!r}, expected a length such as P30D", where=row.where, text=text),
            row.where,
        )
    parameter = row.text("keep_parameter")
    if text and parameter:
        row.findings.error(
            "message-keep", say("{where} has both keep and keep_parameter, expected one", where=row.where), row.where
        )
    sender = row.text("from")
    keys = {name: _property(name, each) for name, each in _named(row, "keys").items()}
    row.finish()
    return MessageRules(
        keep or KEPT, parameter, sender, {name: found for name, found in keys.items() if found is not None}
    )


def _named(row: Table, key: str) -> dict[str, Table]:
    values = row.get(key, dict, {})
    return {name: Table(value, row.findings, f"{row.where}.{key}.{name}") for name, value in values.items()}


def _property(name: str, row: Table) -> Property | None:
    sources = {"case": row.text("case", required=True), "message": row.text("message", name)}
    row.finish()
    compiled = {}
    for place, source in sources.items():
        try:
            compiled[place] = feel(source)
        except FeelError as error:
            row.findings.error(
                "feel", say("{where}.{place}: {reason}", where=row.where, place=place, reason=error.said), row.where
            )
    return Property(compiled["case"], compiled["message"]) if len(compiled) == 2 else None


def case_key(rules: MessageRules | None, value: Callable[[Expression], Any]) -> str | None:
    """The key that a case waits with, from its data; None without declared keys, or while one of them is null."""
    if rules is None or not rules.keys:
        return None
    return fingerprint({name: value(found.case) for name, found in rules.keys.items()})


def message_key(
    rules: MessageRules | None, form: Mapping[str, Any], answers: Mapping[str, Any], given: Mapping[str, Any]
) -> str | None:
    """The key that a message brings: `given` by its sender, else read from its answers; None as in `case_key`."""
    if rules is None or not rules.keys:
        return None
    typed = restore(dict(answers), form_shape(form))
    found = {}
    for name, each in rules.keys.items():
        found[name] = given[name] if name in given else _read(each.message, typed)
    return fingerprint(found)


def _read(expression: Expression, typed: Mapping[str, Any]) -> Any:
    try:
        return expression(typed)
    except FeelError:
        return None


def fingerprint(values: Mapping[str, Any]) -> str | None:
    """sha256 over the properties in order of their names; None when one is null or is no single value."""
    texts = {name: _text(value) for name, value in values.items()}
    if not texts or any(text is None for text in texts.values()):
        return None
    joined = "\0".join(f"{name}={texts[name]}" for name in sorted(texts))
    return hashlib.sha256(joined.encode()).hexdigest()


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, (Decimal, int, float)):
        return number_text(Decimal(str(value)))
    if isinstance(value, (date, time, timedelta, Months)):
        return text_of(value)
    return None
