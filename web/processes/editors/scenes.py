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

TARGETS = {"do": "task", "pick": "task", "hold": "task", "start": "message", "message": "message", "answer": "service",
           "cancel": "reason", "publish": "change"}  # fmt: skip
"""the field in which an action says what it is about"""
LETTER = ("to", "contains", "lacks")
DATES = ("nominal", "legal", "target", "paused", "remaining")
NAMED_BY_ID = ("open", "waits", "calls", "outcome", "letters", "no_deadline", "escalated")
OF_DEADLINES = ("no_deadline", "escalated")
NAMED = ("due", "data")
"""expectations of several things, each by its name"""


def answers(step: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers for a step."""
    action = next((name for name in ACTIONS if name in step), "none")
    found: dict[str, Any] = {
        "moment": moment(step.get("at")), "action": action, "as": step.get("as", ""), "way": step.get("channel", ""),
    }  # fmt: skip
    found |= _about(action, step.get(action))
    data = step.get("data", {})
    found["facts"] = [{"name": name, "value": typed(value)} for name, value in data.items()] if _table(data) else []
    found["expect"] = _expected(step.get("expect", {}))
    return found


def _about(action: str, target: Any) -> dict[str, str]:
    """What an action is about, by the fields of the form."""
    if action == "none":
        return {}
    if action == "hold":
        told = target if _table(target) else {}
        return {name: typed(told[name]) for name in ("task", "until", "reason") if name in told}
    return {TARGETS[action]: typed(target)}


def _table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _expected(expect: Any) -> list[dict[str, str]]:
    found = []
    for what, value in expect.items() if _table(expect) else ():
        if what == "letter" and _table(value) and _plain_letter(value):
            found += _letter_rows(value)
        elif what in NAMED and _table(value):
            for name, each in value.items():
                days = each if what == "due" and _table(each) else {"": each}
                found += [{"what": f"due_{key}" if key in DATES else what, "name": name, "value": typed(day)}
                          for key, day in days.items()]  # fmt: skip
        else:
            found.append({"what": what, "name": "", "value": _listed(value) if what in LISTS else typed(value)})
    return found


def _plain_letter(letter: Mapping[str, Any]) -> bool:
    """Whether what is expected of a letter can be told row by row."""
    said = [letter[key] for key in ("contains", "lacks") if key in letter]
    texts = [one for each in said for one in (each if isinstance(each, list) and each else [None])]
    plain = all(isinstance(one, str) and one == " ".join(one.split()) != "" for one in texts)
    return plain and bool(letter.get("name")) and letter.keys() <= {"name", *LETTER}


def _letter_rows(letter: Mapping[str, Any]) -> list[dict[str, str]]:
    name = str(letter["name"])
    told = [("to", letter["to"])] if "to" in letter else []
    told += [(key, each) for key in ("contains", "lacks") for each in letter.get(key, ())]
    rows = [{"what": f"letter_{key}", "name": name, "value": str(each)} for key, each in told]
    return rows or [{"what": "letter", "name": name, "value": ""}]


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
    action = clean["action"]
    field = TARGETS.get(action, "")
    if action == "publish" and not _table(read(clean.get("change", ""))):
        found.append(wrong("/change", "story.wrong_target", clean.get("change")))
    elif action not in ("none", "start", "publish") and not clean.get(field):
        found.append(wrong(f"/{field}", "story.wrong_no_target"))
    if action == "hold" and not isinstance(read(clean.get("until", "")), date):
        found.append(wrong("/until", "story.wrong_until", clean.get("until")))
    letters = {row.get("name") for row in clean.get("expect", ()) if row["what"].startswith("letter_")}
    if len(letters) > 1:
        found.append(wrong("/expect", "story.wrong_two_letters"))
    for place, row in enumerate(clean.get("expect", ())):
        if row["what"].startswith(("due", "data", "letter_")) and not row.get("name"):
            found.append(wrong(f"/expect/{place}/name", "story.wrong_no_name"))
    return found


def wanted(clean: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """The step as the file is to have it; None for a key that goes."""
    was = answers(old) if old else {}
    found: dict[str, Any] = {"at": old["at"] if was.get("moment") == clean["moment"] else at(clean["moment"])}
    found |= dict.fromkeys(ACTIONS)
    action = clean["action"]
    if action != "none":
        about = ("task", "until", "reason") if action == "hold" else (TARGETS[action],)
        said = {name: clean.get(name) or "" for name in about}
        same = was.get("action") == action and said == {name: was.get(name, "") for name in about}
        found[action] = old[action] if same else _target(action, said)
    found |= {"as": clean.get("as") or None, "channel": clean.get("way") or None}
    data = {row["name"]: read(row["value"]) for row in clean.get("facts", ())}
    found["data"] = _kept(old.get("data"), data) if data or _table(old.get("data")) else None
    expect = _expect(clean, old.get("expect", {}))
    found["expect"] = _kept(old.get("expect"), expect) if expect or _table(old.get("expect")) else None
    return found


def _target(action: str, said: Mapping[str, str]) -> Any:
    if action == "hold":
        return {"task": said["task"], "until": read(said["until"]), "reason": said["reason"]}
    text = said[TARGETS[action]]
    return read(text) if action == "publish" else _plain(text)


def _plain(text: str) -> Any:
    value = read(text)
    return value if isinstance(value, bool) else text.strip()


def _expect(clean: Mapping[str, Any], old: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    before = old.get("due", {}) if _table(old) else {}
    for row in clean.get("expect", ()):
        what, value = row["what"], row.get("value", "")
        first, _, part = what.partition("_")
        if first == "letter" and (part or row.get("name")):
            _of_letter(found.setdefault("letter", {"name": row["name"]}), part, value)
        elif first == "due":
            _due(found.setdefault("due", {}), row["name"], part or "due", read(value))
        elif what in NAMED:
            found.setdefault(what, {})[row["name"]] = read(value)
        elif what in LISTS:
            listed = read(value)
            found[what] = (
                listed if isinstance(listed, list) else [part.strip() for part in value.split(",") if part.strip()]
            )
        else:
            found[what] = _plain(value) if what == "outcome" else read(value)
    for name, days in found.get("due", {}).items():
        if days.keys() == {"due"} and not (_table(before) and _table(before.get(name))):
            found["due"][name] = days["due"]
    return found


def _of_letter(letter: dict[str, Any], part: str, value: str) -> None:
    if part == "to":
        letter["to"] = value
    elif part:
        letter.setdefault(part, []).append(value)


def _due(due: dict[str, Any], name: str, part: str, value: Any) -> None:
    """The dates of a deadline; the last day alone stands without its table."""
    due.setdefault(name, {})[part] = value


def _kept(old: Any, new: dict[str, Any]) -> dict[str, Any]:
    """The table with what it had and has no more marked as gone; a table that was empty has no row to be seen by."""
    had = {key: value if value == {} else None for key, value in old.items()} if _table(old) else {}
    return had | new


def event(step: Mapping[str, Any], called: Mapping[str, str]) -> str:
    """What happens in a step, in words; `called` names tasks and messages."""
    action = next((name for name in ACTIONS if name in step), "none")
    if action == "none":
        return t("story.event_none")
    about = _about(action, step[action])
    target = about.get(TARGETS[action], "")
    told = t(f"story.event_{action}", target=f"{called[target]} ({target})" if target in called else target)
    return t("story.event_until", event=told, until=about.get("until", ""), reason=about.get("reason", "")) if (
        action == "hold") else told  # fmt: skip


def expectations(
    step: Mapping[str, Any], called: Mapping[str, str], deadlines: Mapping[str, str], letters: Mapping[str, str]
) -> list[str]:
    """What is expected after a step, in words; `called` names tasks, messages and outcomes.

    A deadline may have the id of a task, and has its own name.
    """
    told: list[str] = []
    expect = step.get("expect", {})
    for what, value in expect.items() if _table(expect) else ():
        if what == "letter" and _table(value) and (words := _letter(value, {**called, **letters})):
            told += words
        elif what == "due" and _table(value):
            told += [_due_words(deadlines.get(name, name), days) for name, days in value.items()]
        else:
            told += [_words(row, called, deadlines, letters) for row in _expected({what: value})]
    if step.get("refused"):
        told.append(t("story.refused", why=str(step["refused"])))
    return told


def _due_words(deadline: str, days: Any) -> str:
    pairs = [f"{t(f'shortfall.{key}')} {typed(day)}" for key, day in days.items()] if _table(days) else [typed(days)]
    return t("story.expect_due", value=f"{deadline} = {', '.join(pairs)}")


def _words(
    row: Mapping[str, str], called: Mapping[str, str], deadlines: Mapping[str, str], letters: Mapping[str, str]
) -> str:
    what, value = row["what"], row["value"]
    if what in NAMED_BY_ID:
        names = deadlines if what in OF_DEADLINES else letters if what == "letters" else called
        value = ", ".join(names.get(id) or names.get(id.rpartition("/")[2], id) for id in value.split(", "))
    return t(f"story.expect_{what}", value=f"{row['name']} = {value}" if row["name"] else value or "–")


def _letter(wanted: Mapping[str, Any], called: Mapping[str, str]) -> list[str]:
    """What is expected of a letter: what it says, lacks, and to whom it goes; nothing where it has no name."""
    name = str(wanted.get("name", ""))
    if not name:
        return []
    said = {key: ", ".join(f'"{one}"' for one in wanted[key]) for key in ("contains", "lacks") if key in wanted}
    found = [t(f"shortfall.{key}", letter=called.get(name, name), text=text) for key, text in said.items()]
    to = str(wanted.get("to", ""))
    return found + ([t("shortfall.letter_to", value=called.get(to, to))] if to else [])
