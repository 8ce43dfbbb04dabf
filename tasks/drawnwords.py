"""What a process folder says of a drawing's elements in files beside it, read and changed one value at a time.

A value has an address: `elements.check.sv` (labels.toml, also outcomes and messages), `lanes.officer.role`
(process.toml), `shown.check` (the deadlines that deadlines.toml shows on an element, with commas between),
`basis.check` (the section of law of a form) and `form.check` (what a form is called that is to be begun). All else in
the files stays byte for byte as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson
import tomlkit
from tomlkit.exceptions import TOMLKitError

from tasks.errors import InvalidValue
from tasks.skeleton import form

LABELS, MANIFEST, DEADLINES = "labels.toml", "process.toml", "deadlines.toml"
_SECTIONS = ("elements", "outcomes", "messages")
_KEYS = {
    "elements": ("sv", "en", "instruction_sv", "instruction_en", "letter_fi", "letter_sv", "letter_en"),
    "outcomes": ("fi", "sv", "en", "law"),
    "messages": ("fi", "sv", "en"),
    "lanes": ("role",),
}
_ID = re.compile(r"[A-Za-z_][\w.-]*")
_BASIS = re.compile(r'("x-basis"\s*:\s*)"(?:[^"\\]|\\.)*"(\s*,)?')
_TITLE = re.compile(r'\n?([ \t]*)"title"\s*:\s*"(?:[^"\\]|\\.)*"\s*,')
LONGEST = 4000


def read(files: Mapping[str, bytes]) -> dict[str, str]:
    """Every value by its address; of a file that cannot be read there are none."""
    labels, manifest, deadlines = (_parsed(files.get(path)) for path in (LABELS, MANIFEST, DEADLINES))
    tables = {section: labels.get(section) for section in _SECTIONS} | {"lanes": manifest.get("lanes")}
    found: dict[str, str] = {}
    for section, rows in tables.items():
        for id, row in rows.items() if isinstance(rows, dict) else ():
            values = row if isinstance(row, dict) else {}
            found |= {f"{section}.{id}.{key}": str(values[key]) for key in _KEYS[section] if key in values}
    shown: dict[str, list[str]] = {}
    for name, row in deadlines.items():
        for id in _shown_on(name, row) if name != "untimed" and isinstance(row, dict) else ():
            shown.setdefault(id, []).append(name)
    found |= {f"shown.{id}": ",".join(names) for id, names in shown.items()}
    for path, data in files.items():
        if path.startswith("forms/") and path.endswith(".json"):
            found |= _of_form(path.removeprefix("forms/").removesuffix(".json"), data)
    return found


def change(files: Mapping[str, bytes], values: Mapping[str, str], gone: Iterable[str] = ()) -> dict[str, bytes]:
    """The files that differ once these values stand, and nothing is said any more of the elements that are `gone`.

    InvalidValue for an address that there is none of, a value that is too long, a file that cannot be read.
    """
    gone = frozenset(gone)
    if not values and not gone:
        return {}
    before, changed = read(files), dict(files)
    wanted = {address: value.strip() for address, value in values.items()}
    for address, value in wanted.items():
        section, _, rest = address.partition(".")
        id, _, key = rest.rpartition(".") if section in _KEYS else (rest, "", "")
        if not _ID.fullmatch(id) or (section in _KEYS and key not in _KEYS[section]) or len(value) > LONGEST:
            raise InvalidValue("drawing", "value", f"{address!r} is no value of at most {LONGEST} characters")
        if value == before.get(address, "") or id in gone:
            continue
        if section in _KEYS:
            path = MANIFEST if section == "lanes" else LABELS
            changed[path] = _set(changed.get(path, b""), path, section, id, key, value)
        elif section == "shown":
            changed[DEADLINES] = _show(changed.get(DEADLINES, b""), id, frozenset(filter(None, value.split(","))))
        elif section in ("basis", "form"):
            _form(changed, section, id, value, wanted)
        else:
            raise InvalidValue("drawing", "value", f"{address!r} names nothing beside a drawing")
    if gone and LABELS in changed:
        changed[LABELS] = _drop(changed[LABELS], gone)
    return {path: data for path, data in changed.items() if files.get(path) != data}


def _parsed(data: bytes | None) -> dict[str, Any]:
    try:
        return tomlkit.parse((data or b"").decode()).unwrap()
    except (TOMLKitError, UnicodeDecodeError):
        return {}


def _document(data: bytes, path: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(data.decode())
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise InvalidValue("drawing", "file", f"{path}: {error}") from None


def _set(data: bytes, path: str, section: str, id: str, key: str, value: str) -> bytes:
    document = _document(data, path)
    rows: Any = document.setdefault(section, tomlkit.table(is_super_table=True))
    new = id not in rows
    if new:
        if not value:
            return data
        rows.append(id, tomlkit.table())
    row = rows[id]
    if value:
        row[key] = value
    else:
        row.pop(key, None)
        if not row:
            rows.pop(id)
    written = _written(document)
    return _spaced(written.decode(), f"[{section}.{id}]").encode() if new else written


def _spaced(text: str, head: str) -> str:
    """The text with one empty line around a new table."""
    before, there, rest = text.partition(f"\n{head}\n")
    if not there:
        return text
    own, bracket, behind = rest.partition("\n[")
    between = f"\n\n[{behind}" if bracket else "\n"
    return (before.rstrip("\n") + "\n\n" if before else "") + f"{head}\n" + own.rstrip("\n") + between


def _written(document: tomlkit.TOMLDocument) -> bytes:
    return tomlkit.dumps(document).encode()


def _shown_on(name: str, row: Mapping[str, Any]) -> list[str]:
    shown = row.get("shown_on")
    return [str(id) for id in shown] if isinstance(shown, list) else [name]


def _show(data: bytes, id: str, names: frozenset[str]) -> bytes:
    """Let exactly these deadlines be shown on an element."""
    document = _document(data, DEADLINES)
    unknown = names - set(document)
    if unknown:
        raise InvalidValue("drawing", "deadline", f"deadlines.toml has no {sorted(unknown)[0]!r}")
    row: Any
    for name, row in document.items():
        if name == "untimed" or not isinstance(row, dict):
            continue
        shown = _shown_on(name, row)
        if (id in shown) == (name in names):
            continue
        if "shown_on" not in row:
            row["shown_on"] = shown
        if id in shown:
            row["shown_on"].remove(id)
        else:
            row["shown_on"].append(id)
    return _written(document)


def _of_form(name: str, data: bytes) -> dict[str, str]:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    said = value.get("x-basis") if isinstance(value, dict) else None
    return {f"basis.{name}": said} if isinstance(said, str) else {}


def _form(files: dict[str, bytes], section: str, name: str, value: str, wanted: Mapping[str, str]) -> None:
    """Begin a form, or set the section of law that it rests on, in place."""
    path = f"forms/{name}.json"
    if section == "form":
        if value and path not in files:
            others = {it: said for it in ("sv", "en") if (said := wanted.get(f"elements.{name}.{it}"))}
            files[path] = form("handle", {"fi": value, **others})
        return
    text = files.get(path, b"").decode("utf-8", "replace")
    said = orjson.dumps(value).decode()
    if _BASIS.search(text) and value:
        new = _BASIS.sub(lambda found: f"{found[1]}{said}{found[2] or ''}", text, count=1)
    elif value:
        new = _TITLE.sub(lambda found: f'{found[0]}\n{found[1]}"x-basis": {said},', text, count=1)
    else:
        new = re.sub(r'[ \t]*"x-basis"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\r?\n?', "", text, count=1)
    if _of_form(name, new.encode()).get(f"basis.{name}", "") != value:
        raise InvalidValue("drawing", "file", f"{path}: the section of law could not be set in place")
    files[path] = new.encode()


def _drop(data: bytes, gone: frozenset[str]) -> bytes:
    document = _document(data, LABELS)
    for section in ("elements", "outcomes"):
        rows: Any = document.get(section, {})
        for id in [id for id in rows if id in gone]:
            rows.pop(id)
    return _written(document)
