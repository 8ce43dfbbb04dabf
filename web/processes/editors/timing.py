"""A deadline between its table in deadlines.toml and the answers of its form: what is written, key by key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from engine.amend import Add, Change, Drop, Put, differences
from engine.duration import parse_length
from engine.errors import DeadlineError
from engine.rule import LONGEST
from forms.errors import FieldError
from web import i18n
from web.processes.editors.piece import citation_fault, formula_fault, texts, wrong

_NUMBER = re.compile(r"\s*[-+]?\d+([.,]\d+)?(\s*[^\W\d_]+\s*)?")
"""a number, with a unit or without"""
PLAIN = ("law", "kind", "binds", "anchor", "unit", "direction", "roll", "statute")
DEFAULTS: Mapping[str, Any] = {"direction": "after", "inclusive": False, "escalate_to": "supervisor", "law": ""}
"""What a table that does not say means: it is not written where it was not"""
ROW = ("unit", "roll", "statute")
STEPS = ("shown_on", "stops_at", "renews_at")
"""lists of steps"""


def answers(table: Mapping[str, Any]) -> dict[str, Any]:
    """The form's answers that a table stands for."""
    found: dict[str, Any] = {name: table.get(name, DEFAULTS.get(name, "")) for name in PLAIN}
    found["inclusive"] = bool(table.get("inclusive", False))
    found["pauses"] = str(table.get("pauses", "")).strip("\n")
    for name in ("name", "event", "suspension", "doubt"):
        found |= told(table, name)
    found |= {name: list(table.get(name, ())) for name in STEPS}
    found["plan"] = table.get("plan", "")
    found["reminders"] = [_reminder(str(offset)) for offset in table.get("reminders", ())]
    if found_offset := _offset(str(table.get("escalation", ""))):
        found["escalation_n"], found["escalation_unit"] = found_offset
    found["escalate_to"] = table.get("escalate_to", "supervisor")
    found["rows"] = [_row(row) for row in rows_of(table)]
    return found


def rows_of(table: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The dated rows of a table."""
    rows = table.get("rows")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def told(table: Mapping[str, Any], name: str) -> dict[str, str]:
    """A text of a table by language; one alone is Finnish."""
    value = table.get(name, {})
    given = value if isinstance(value, Mapping) else {"fi": str(value)}
    return {f"{name}_{language}": str(given.get(language, "")) for language in i18n.LANGUAGES}


def called(table: Mapping[str, Any], id: str) -> str:
    """What a deadline or a value is called in the page's language; its id where it has no name."""
    return i18n.pick({name.removeprefix("name_"): text for name, text in told(table, "name").items() if text}) or id


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    days = {name: row[name].isoformat() for name in ("from", "to") if isinstance(row.get(name), date)}
    return days | {"length": _one_line(row.get("length", ""))} | {name: str(row.get(name, "")) for name in ROW}


def _one_line(length: Any) -> str:
    """A length as its control holds it: a browser drops the line ends of a formula, and `0 else` would read `0else`."""
    return " ".join(str(length).split())


def _kept_lengths(old: Sequence[Mapping[str, Any]], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, each formula that nobody changed with the line ends that it had."""
    was = {_one_line(row.get("length")): row.get("length") for row in old}
    return [row | {"length": was.get(_one_line(row["length"]), row["length"])} for row in rows]


def _offset(offset: str) -> tuple[int, str] | None:
    try:
        return parse_length(offset)
    except DeadlineError:
        return None


def _reminder(offset: str) -> dict[str, Any]:
    share = offset.strip().removesuffix("%").strip()
    if share != offset.strip():
        return {"n": share, "unit": "%"}
    n, unit = _offset(offset) or (offset, "")
    return {"n": n, "unit": unit}


def faults(clean: Mapping[str, Any]) -> list[FieldError]:
    """What the form itself cannot tell: formulas, sections of law, and rows that do not follow each other."""
    found = formula_fault("/anchor", clean["anchor"]) + citation_fault("/statute", clean["statute"])
    if clean.get("pauses"):
        found += formula_fault("/pauses", clean["pauses"])
    for at, row in enumerate(clean["rows"]):
        found += length_fault(f"/rows/{at}/length", row["length"])
        found += citation_fault(f"/rows/{at}/statute", row["statute"]) if row.get("statute") else []
        if row.get("to") and row["to"] < row["from"]:
            found.append(wrong(f"/rows/{at}/to", "editor.wrong_end", row["to"]))
    spans = sorted((row["from"], row.get("to") or "9", at) for at, row in enumerate(clean["rows"]))
    for (_, end, _), (start, _, at) in pairwise(spans):
        if start <= end:
            found.append(wrong(f"/rows/{at}/from", "editor.wrong_overlap", start))
    if not clean["rows"]:
        found.append(wrong("/rows", "editor.wrong_no_row"))
    if clean.get("change_from"):
        found += length_fault("/change_length", clean["change_length"])
        found += citation_fault("/change_statute", clean["change_statute"]) if clean.get("change_statute") else []
        if not found and any(row["from"] == clean["change_from"] for row in clean["rows"]):
            found.append(wrong("/change_from", "editor.wrong_same_day", clean["change_from"]))
    return found


def length_fault(pointer: str, text: str) -> list[FieldError]:
    """What is wrong with a length that was typed, or nothing: a number is whole, and its unit stands elsewhere."""
    if not _NUMBER.fullmatch(text):
        return formula_fault(pointer, text)
    return [] if (plain := _length(text)) in range(LONGEST + 1) else [wrong(pointer, "editor.wrong_length", str(plain))]


def _length(text: str) -> int | str:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() else plain


def changes(key: str, old: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    """What the answers change in a table; a deadline that is not there yet becomes a table of its own."""
    wanted = _wanted(old, clean)
    rows = _kept_lengths(rows_of(old), [_written(row) for row in clean["rows"]])
    if clean.get("change_from"):
        rows = with_change(rows, clean)
    if not old:
        whole = {name: kept(value) for name, value in wanted.items()}
        return [Put((key,), {name: value for name, value in whole.items() if value} | {"rows": rows})]
    spread = [one for change in differences((key,), old, wanted) for one in apart(change)]
    return spread + list(rows_changed((key, "rows"), rows_of(old), rows))


def kept(value: Any) -> Any:
    """A text in several languages without those that it lacks."""
    return {name: each for name, each in value.items() if each} if isinstance(value, Mapping) else value


def apart(change: Change) -> Iterator[Change]:
    """Remarks stand as `doubt.fi = …`, one line for each language."""
    if isinstance(change, Put) and change.path[-1] in ("doubt", "suspension"):
        yield from (Put((*change.path, name), value) for name, value in change.value.items() if value)
    else:
        yield change


def _wanted(old: Mapping[str, Any], clean: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: texts(clean, name) for name in ("name",)}
    found |= {name: clean.get(name, "") for name in PLAIN} | {"event": texts(clean, "event")}
    found["inclusive"] = bool(clean.get("inclusive", False))
    found["pauses"] = _as_was(old.get("pauses"), clean.get("pauses"))
    found["plan"] = clean.get("plan") or None
    for name in STEPS:
        found[name] = _order(old.get(name, ()), clean.get(name, ())) or None
    found["reminders"] = [_said(row) for row in clean.get("reminders", ())] or None
    found["escalation"] = _length_said(clean, "escalation") if clean.get("escalation_n") else None
    found["escalate_to"] = clean.get("escalate_to") or "supervisor"
    for name in ("suspension", "doubt"):
        given = texts(clean, name)
        alone = isinstance(old.get(name), str) and not given["sv"] and not given["en"]
        found[name] = given["fi"] if alone else given
    for name, default in DEFAULTS.items():
        if name not in old and found[name] == default:
            found[name] = None
    return found


def _as_was(old: Any, typed: str | None) -> str | None:
    """A text of several lines keeps the line break that it began or ended with."""
    if isinstance(old, str) and typed is not None and old.strip("\n") == typed.strip("\n"):
        return old
    return typed or None


def _order(old: Sequence[str], chosen: Sequence[str]) -> list[str]:
    """What is chosen in the order that it had; what is new comes last."""
    return [name for name in old if name in chosen] + [name for name in chosen if name not in old]


def _said(row: Mapping[str, Any]) -> str:
    return f"{row['n']} %" if row["unit"] == "%" else f"{row['n']} {row['unit']}"


def _length_said(clean: Mapping[str, Any], name: str) -> str:
    return f"{clean[f'{name}_n']} {clean[f'{name}_unit']}"


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"from": date.fromisoformat(row["from"])}
    if row.get("to"):
        found["to"] = date.fromisoformat(row["to"])
    return found | {"length": _length(row["length"])} | {name: row[name] for name in ROW if row.get(name)}


def with_change(rows: list[dict[str, Any]], clean: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows with one more: the row in force until then ends the day before, what comes later stays."""
    first = date.fromisoformat(clean["change_from"])
    found = [dict(row) for row in rows]
    before = next((row for row in found if row["from"] < first <= row.get("to", date.max)), None)
    later = min((row["from"] for row in found if row["from"] > first), default=None)
    new: dict[str, Any] = {"from": first}
    if before is not None:
        if "to" in before:
            new["to"] = before["to"]
        before["to"] = first - timedelta(days=1)
    elif later is not None:
        new["to"] = later - timedelta(days=1)
    new["length"] = _length(clean["change_length"])
    new |= {name: before[name] for name in ROW if before and name in before}
    if clean.get("change_statute"):
        new["statute"] = clean["change_statute"]
    return [*found, new]


def rows_changed(
    path: tuple[str | int, ...], old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]
) -> Iterator[Change]:
    """What makes the old rows the new ones: as many are changed in place, else they are known by their first day."""
    of_value = any("value" in row for row in new)
    known: tuple[str, ...] = ("from", "value", "doubt") if of_value else ("from", "to", "length", *ROW)
    if len(old) == len(new):
        pairs = list(zip(range(len(old)), new, strict=True))
    else:
        places = {row.get("from"): at for at, row in enumerate(old)}
        pairs = [(places[row["from"]], row) for row in new if row["from"] in places]
    for at, row in pairs:
        was = old[at].get("doubt")
        same = {"doubt": was} if isinstance(was, str) and row.get("doubt") == {"fi": was} else {}
        yield from differences((*path, at), old[at], dict.fromkeys(known) | dict(row) | same)
    kept = {at for at, _ in pairs}
    yield from (Drop((*path, at)) for at in range(len(old) - 1, -1, -1) if at not in kept)
    if len(old) != len(new):
        yield from (Add(path, dict(row)) for row in new if row["from"] not in {each.get("from") for each in old})
