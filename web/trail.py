"""What a change outside the cases changed, in words: the names of its fields, and their values where these are ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from web import i18n, words
from web.i18n import t

_IDS = re.compile(r"\w+")
_OPEN = "–"


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of a page of changes are called: users, units, and processes by their ids."""

    users: Mapping[int, str]
    units: Mapping[int, str]
    processes: Mapping[str, str]


def told(values: object, names: Names) -> str:
    """The fields of a change, old or new: "Rooli: käsittelijä, Yksiköt: Pohjola". Empty for none."""
    return ", ".join(_fields(values, names)) if isinstance(values, Mapping) else ""


def _fields(values: Mapping[str, Any], names: Names) -> Iterator[str]:
    for name, value in values.items():
        yield f"{_field(name)}: {_value(name, value, names)}"


def _field(name: str) -> str:
    for key in (f"audit.field_{name}", f"customer.{name}"):
        if i18n.known(key):
            return t(key)
    return name


def _value(name: str, value: Any, names: Names) -> str:
    if value is None:
        return _OPEN
    if isinstance(value, Mapping) and "hidden" in value:
        return t("audit.hidden")
    if isinstance(value, bool):
        return t("frame.yes" if value else "frame.no")
    text = str(value)
    if name in ("work_roles", "units"):
        return ", ".join(_one(name, id, names) for id in _IDS.findall(text)) or _OPEN
    return _one(name, text, names)


def _one(name: str, id: str, names: Names) -> str:
    """One id in words; what is no id of ours, or is gone, stays as it is."""
    if name in ("user_id", "users", "substitute_id"):
        return names.users.get(int(id), id) if id.isdigit() else id
    if name in ("units", "unit_id"):
        return names.units.get(int(id), id) if id.isdigit() else id
    if name == "process":
        return names.processes.get(id, id)
    if name == "work_roles":
        return words.work_role(id)
    for key in (f"{name}.{id}", f"customer.{name}_{id}", f"case.{name}_{id}"):
        if i18n.known(key):
            return t(key)
    return id
