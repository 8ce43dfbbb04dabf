"""A step of a story between its table in the file and the answers of its form, and in words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from engine.amend.toml_text import write
from engine.story import ACTIONS, LISTS
from forms.errors import FieldError
from web import formats
from web.i18n import t
from web.processes.editors.piece import wrong

WHOLE = ("hold", "publish")
"""actions whose target is a table"""
NAMED_BY_ID = ("open", "waits", "outcome", "no_deadline", "escalated")
OF_DEADLINES = ("no_deadline", "escalated")
NAMED = ("due", "data")
"""expectations of several things, each by its name"""


def answers(step: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers for a step."""
    action = next((name for name in ACTIONS if name in step), "none")
    found: dict[str, Any] = {
        "moment": moment(step.get("at")), "action": action, "as": step.get("as", ""), "way": step.get("channel", ""),
        "target": "" if action == "none" else typed(step[action]),
    }  # fmt: skip
    data = step.get("data", {})
    found["facts"] = [{"name": name, "value": typed(value)} for name, value in data.items()] if _table(data) else []
    found["expect"] = _expected(step.get("expect", {}))
    return found


def _table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _expected(expect: Any) -> list[dict[str, str]]:
    found = []
    for what, value in expect.items() if _table(expect) else ():
        if what in NAMED and _table(value):
            found += [{"what": what, "name": name, "value": typed(each)} for name, each in value.items()]
        else:
            found.append({"what": what, "name": "", "value": _listed(value) if what in LISTS else typed(value)})
    return found


def _listed(value: Any) -> str:
    plain = isinstance(value, list) and all(isinstance(one, str) and "," not in one and one == one.strip() != ""
                                            for one in value)  # fmt: skip
    return ", ".join(value) if plain else write(value)


def moment(value: Any) -> str:
    """A moment or a day of a story as people write it."""
    if isinstance(value, datetime):
        clock = f"{value.hour}.{value.minute:02d}" + (f".{value.second:02d}" if value.second else "")
        return f"{formats.day(value.date())} {clock}"
    return formats.day(value) if isinstance(value, date) else str(value or "")


def typed(value: Any) -> str:
    """A value as it stands in a field: a text as it is where it cannot be taken for anything else."""
    if isinstance(value, str) and value.strip() == value and read(value) == value:
        return value
    if type(value) is date:
        return formats.day(value)
    return write(value)


def read(text: str) -> Any:
    """What a field says: a day, a number, true or false, a list or table as TOML has them, else a text."""
    plain = text.strip()
    parts = plain.split(".")
    if len(parts) == 3 and all(part.isdigit() for part in parts) and (day := formats.read_day(plain)):
        return day
    try:
        return tomllib.loads(f"x = {plain}")["x"]
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return plain


def at(text: str) -> datetime | date | None:
    """The moment that was typed, or None: "9.2.2026 10.00", "9.2.2026"."""
    day, _, clock = text.strip().partition(" ")
    found = formats.read_day(day)
    if found is None or not clock.strip():
        return found
    parts = clock.strip().replace(":", ".").split(".")
    if not 2 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    try:
        return datetime.combine(found, time.fromisoformat(":".join(part.zfill(2) for part in parts)))
    except ValueError:
        return None


def faults(clean: Mapping[str, Any]) -> list[FieldError]:
    """What the form itself cannot tell."""
    found = [] if at(clean["moment"]) else [wrong("/moment", "story.wrong_at", clean["moment"])]
    if clean["action"] in WHOLE and not _table(read(clean.get("target", ""))):
        found.append(wrong("/target", "story.wrong_target", clean.get("target")))
    if clean["action"] in ("do", "message", "answer", "pick") and not clean.get("target"):
        found.append(wrong("/target", "story.wrong_no_target"))
    for place, row in enumerate(clean.get("expect", ())):
        if row["what"] in NAMED and not row.get("name"):
            found.append(wrong(f"/expect/{place}/name", "story.wrong_no_name"))
    return found


def wanted(clean: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The step as the file is to have it; None for a key that goes."""
    was = answers(old) if old else {}
    found: dict[str, Any] = {"at": old["at"] if was.get("moment") == clean["moment"] else at(clean["moment"])}
    found |= dict.fromkeys(ACTIONS)
    action = clean["action"]
    if action != "none":
        same = was.get("action") == action and was.get("target") == clean.get("target", "")
        target = clean.get("target", "")
        found[action] = old[action] if same else read(target) if action in WHOLE else _plain(target)
    found |= {"as": clean.get("as") or None, "channel": clean.get("way") or None}
    data = {row["name"]: read(row["value"]) for row in clean.get("facts", ())}
    found["data"] = _kept(old.get("data"), data) if data or _table(old.get("data")) else None
    expect = _expect(clean)
    found["expect"] = _kept(old.get("expect"), expect) if expect or _table(old.get("expect")) else None
    return found


def _plain(text: str) -> Any:
    value = read(text)
    return value if isinstance(value, bool) else text.strip()


def _expect(clean: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for row in clean.get("expect", ()):
        what, value = row["what"], row.get("value", "")
        if what in NAMED:
            found.setdefault(what, {})[row["name"]] = read(value)
        elif what in LISTS:
            listed = read(value)
            found[what] = (
                listed if isinstance(listed, list) else [part.strip() for part in value.split(",") if part.strip()]
            )
        else:
            found[what] = _plain(value) if what == "outcome" else read(value)
    return found


def _kept(old: Any, new: dict[str, Any]) -> dict[str, Any]:
    """The table with what it had and has no more marked as gone; a table that was empty has no row to be seen by."""
    had = {key: value if value == {} else None for key, value in old.items()} if _table(old) else {}
    return had | new


def event(step: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """What happens in a step, in words; `called` names tasks and messages."""
    action = next((name for name in ACTIONS if name in step), "none")
    if action == "none":
        return t("story.event_none")
    target = typed(step[action])
    return t(f"story.event_{action}", target=f"{called[target]} ({target})" if target in called else target)


def expectations(step: Mapping[str, Any], called: Mapping[str, str], deadlines: Mapping[str, str]) -> list[str]:
    """What is expected after a step, in words; `called` names tasks, messages and outcomes.

    A deadline may have the id of a task, and has its own name.
    """
    told, expect = [], step.get("expect", {})
    for row in _expected(expect):
        what, value = row["what"], row["value"]
        if what == "letter" and _table(expect[what]) and (words := _letter(expect[what], called)):
            told += words
            continue
        if what == "due" and _table(expect[what][row["name"]]):
            value = ", ".join(f"{t(f'shortfall.{key}')} {typed(day)}" for key, day in expect[what][row["name"]].items())
        name = f"{deadlines.get(row['name'], row['name']) if what == 'due' else row['name']} = " if row["name"] else ""
        if what in NAMED_BY_ID:
            names = deadlines if what in OF_DEADLINES else called
            value = ", ".join(names.get(id.rpartition("/")[2], id) for id in value.split(", "))
        told.append(t(f"story.expect_{what}", value=f"{name}{value}" or "–"))
    if step.get("refused"):
        told.append(t("story.refused", why=str(step["refused"])))
    return told


def _letter(wanted: Mapping[str, Any], called: Mapping[str, str]) -> list[str]:
    """What is expected of a letter: what it says, lacks, and to whom it goes; nothing where it has no name."""
    name = str(wanted.get("name", ""))
    if not name:
        return []
    said = {key: ", ".join(f'"{one}"' for one in wanted[key]) for key in ("contains", "lacks") if key in wanted}
    found = [t(f"shortfall.{key}", letter=called.get(name, name), text=text) for key, text in said.items()]
    to = str(wanted.get("to", ""))
    return found + ([t("shortfall.letter_to", value=called.get(to, to))] if to else [])
