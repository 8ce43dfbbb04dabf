"""Amounts and other dated values of a draft: each with its rows, its unit, its source and its doubt."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine.amend import Change, Put, differences
from engine.bundle import Bundle
from engine.register import Parameter
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import NotFound
from web import formats, i18n, ownform, rule
from web.explain import doubt
from web.processes import blueprint
from web.processes.desk import Desk
from web.processes.editors import timing
from web.processes.editors.piece import (
    Piece,
    Turn,
    citation_fault,
    drawn,
    piece,
    texts,
    theirs,
    usable,
    wrong,
)

FILE = "parameters.toml"
FORM = Path(__file__).parent / "value.json"
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+")
WHOLE = ("days", "working_days", "weeks", "months", "years")
"""units that are counted whole: a date is none and a half days away"""


LARGEST = 10**18
"""no value is larger, nor may an amount in a form be (forms.kinds.numbers)"""


@dataclass(frozen=True, slots=True)
class ValueShown:
    """A dated value of the draft in words: (from when, how much, doubt) of each row, and what it was before."""

    name: str
    title: str
    source: str
    doubt: str
    rows: tuple[tuple[str, str, str], ...]
    before: tuple[tuple[str, str, str], ...]


def value_rows(it: Desk, bundle: Bundle) -> list[ValueShown]:
    """Every value of the draft."""
    base = it.versions.bundle(it.row.process, it.row.base_version).parameters if it.row.base_version else {}
    return [_shown(parameter, base.get(parameter.name)) for parameter in bundle.parameters.values()]


def _shown(parameter: Parameter, old: Parameter | None) -> ValueShown:
    rows, before = _rows(parameter), _rows(old) if old else ()
    return ValueShown(
        parameter.name, i18n.pick(parameter.names), i18n.pick(parameter.source), doubt(parameter.doubt), rows,
        before if before != rows else (),
    )  # fmt: skip


def _rows(parameter: Parameter) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (formats.day(row.from_on), rule.value_in_words(parameter, row.value), doubt(row.doubt))
        for row in parameter.rows
    )


@blueprint.route("/drafts/<int:draft_id>/values/<value>", methods=["GET", "POST"])
def draft_value(draft_id: int, value: str) -> Any:
    """The form of one dated value; `act` is save, show (nothing is saved), a row more or less, or drop."""
    read = piece(draft_id, FILE, value)
    table = read.part if isinstance(read.part, dict) else {}
    if read.document is not None and not table and not (request.values.get("new") and usable(value)):
        raise NotFound("value", value)
    form = _form_of(table)
    if request.method == "GET" or read.document is None:
        begun = {f"name_{i18n.language()}": request.args.get("title", "")} if not table else {}
        return _draw(read, value, _answers(table) | begun, form), 200 if request.method == "GET" else 409
    return Turn(
        read, form, _faults, lambda clean: _changes(value, table, clean),
        lambda raw, **more: _draw(read, value, raw, form, **more),
        url_for("processes.draft_dates", draft_id=draft_id), timing.called(table, value),
    ).answer()  # fmt: skip


def _form_of(table: Mapping[str, Any]) -> Form:
    unit = str(table.get("unit", ""))
    known = {code: dict(names) for code, names in _units().items()}
    return ownform.with_options(
        FORM, {"unit": known | ({unit: dict.fromkeys(i18n.LANGUAGES, unit)} if unit and unit not in known else {})}
    )


def _units() -> Mapping[str, Mapping[str, str]]:
    field = next(field for field in ownform.load(FORM).fields if field.name == "unit")
    return {code.code: {language: code.name(language) for language in i18n.LANGUAGES} for code in field.codes}


def _answers(table: Mapping[str, Any]) -> dict[str, Any]:
    source = table.get("source", "")
    found = {"unit": table.get("unit", ""), "local": bool(table.get("local", False))}
    found |= timing.told(table, "name") | timing.told(table, "doubt")
    found |= timing.told(table, "source") if isinstance(source, Mapping) else {"source": source}
    rows = [
        {"value": _typed(row.get("value"), str(table.get("unit", ""))), **timing.told(row, "doubt")}
        | ({"from": row["from"].isoformat()} if isinstance(row.get("from"), date) else {})
        for row in timing.rows_of(table)
    ]
    return found | {"rows": rows}


def _typed(value: Any, unit: str) -> str:
    """A value as people write it: money with its cents, another number as short as it is, with the language's mark."""
    if isinstance(value, bool):
        return i18n.t("frame.yes" if value else "frame.no").lower()
    number = _number(str(value)) if isinstance(value, int | float | str) and unit != "time" else None
    if number is not None:
        told = f"{number:.2f}" if unit.startswith("euro") and number == round(number, 2) else f"{number.normalize():f}"
        return told if i18n.language() == "en" else told.replace(".", ",")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value if value is not None else "")


def _faults(clean: Mapping[str, Any]) -> list[FieldError]:
    found = citation_fault("/source", clean["source"]) if clean.get("source") else []
    if not clean.get("source") and not all(texts(clean, "source").values()):
        found.append(wrong("/source", "editor.wrong_source"))
    days = [row["from"] for row in clean["rows"]]
    for at, row in enumerate(clean["rows"]):
        found += value_fault(f"/rows/{at}/value", row["value"], clean["unit"])
        if row["from"] in days[:at]:
            found.append(wrong(f"/rows/{at}/from", "editor.wrong_same_day", row["from"]))
    if not clean["rows"] and not clean.get("change_from"):
        found.append(wrong("/rows", "editor.wrong_no_row"))
    if clean.get("change_from"):
        found += value_fault("/change_value", clean["change_value"], clean["unit"])
        if clean["change_from"] in days:
            found.append(wrong("/change_from", "editor.wrong_same_day", clean["change_from"]))
    return found


def value_fault(pointer: str, text: str, unit: str) -> list[FieldError]:
    """What is wrong with a value that was typed, or nothing."""
    value = value_of(text, unit, None)
    if unit in WHOLE and not isinstance(value, list):
        fits = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return [] if fits else [wrong(pointer, "editor.wrong_whole", text)]
    typed = _number(text)
    if unit.startswith("euro") and typed is not None and typed != round(typed, 2):
        return [wrong(pointer, "editor.wrong_cents", text, given=text)]  # rounding would publish another amount
    number = isinstance(value, int) or (isinstance(value, str) and _number(value) is not None)
    free = unit in ("time", "yes_no", "boolean", "number") or isinstance(value, list)
    return [] if free or (number and not isinstance(value, bool)) else [wrong(pointer, "editor.wrong_value", text)]


def _number(text: str) -> Decimal | None:
    plain = "".join(text.split()).removesuffix("€").removesuffix("euroa").removesuffix("euro").removeprefix("€")
    if THOUSANDS.fullmatch(plain):  # €2,100.50, as the English page shows it: the point tells what the comma is
        plain = plain.replace(",", "")
    try:
        found = Decimal(plain.replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LARGEST else None


def _same(text: str, old: Any) -> bool:
    """Whether the same number was typed, with a comma or a point, with cents or without."""
    number = None if isinstance(old, bool | list) else _number(str(old))
    return number is not None and _number(text) == number


def value_of(text: str, unit: str, old: Any) -> Any:
    """What was typed as the file has it: money and decimals are texts, whole numbers numbers, yes and no booleans."""
    if old is not None and (text == _typed(old, unit) or _same(text, old)):
        return old
    words = {i18n.translate(f"frame.{word}", language).lower(): word == "yes"
             for word in ("yes", "no") for language in i18n.LANGUAGES} | {"true": True, "false": False}  # fmt: skip
    if text.lower() in words and unit in ("yes_no", "boolean"):
        return words[text.lower()]
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            return text
    number = _number(text)
    if number is None:
        return text
    if unit.startswith("euro") or isinstance(old, str):
        return str(number.quantize(Decimal("0.01"))) if unit.startswith("euro") else str(number)
    return int(number) if number == int(number) else str(number)


def _changes(key: str, old: Mapping[str, Any], clean: Mapping[str, Any]) -> list[Change]:
    source = {language: text for language, text in texts(clean, "source").items() if text}
    given = texts(clean, "doubt")
    wanted: dict[str, Any] = {
        "name": texts(clean, "name"), "unit": clean["unit"], "source": clean.get("source") or source,
        "local": bool(clean.get("local", False)) or (False if "local" in old else None), "doubt": given,
    }  # fmt: skip
    if isinstance(old.get("doubt"), str) and not given["sv"] and not given["en"]:
        wanted["doubt"] = given["fi"]
    before = timing.rows_of(old)
    known = {row.get("from"): row.get("value") for row in before}
    rows = [_row(row, clean["unit"], known) for row in clean["rows"]]
    if clean.get("change_from"):
        added = {"from": clean["change_from"], "value": clean["change_value"]}
        rows.append(_row(added, clean["unit"], {None: rows[-1]["value"] if rows else None}))
    if not old:
        whole = {name: timing.kept(value) for name, value in wanted.items()}
        return [Put((key,), {name: value for name, value in whole.items() if value} | {"rows": rows})]
    spread = [one for change in differences((key,), old, wanted) for one in timing.apart(change)]
    return spread + list(timing.rows_changed((key, "rows"), before, rows))


def _row(row: Mapping[str, Any], unit: str, known: Mapping[Any, Any]) -> dict[str, Any]:
    first = date.fromisoformat(row["from"])
    found: dict[str, Any] = {"from": first, "value": value_of(row["value"], unit, known.get(first, known.get(None)))}
    told = {language: text for language, text in texts(row, "doubt").items() if text}
    return found | ({"doubt": told} if told else {})


def _draw(
    read: Piece, name: str, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    here = url_for("processes.draft_value", draft_id=read.it.row.id, value=name)
    examined = read.examined(content)
    answers = drawn(form, raw, here, errors, blank)
    there = _answers(read.part) if first and isinstance(read.part, dict) else {}
    shown = next((one for one in value_rows(read.it, examined.bundle) if one.name == name), None)
    return render_template(
        "processes/editors/value.html", it=read.it, path=FILE,
        title=shown.title if shown else request.args.get("title") or name,
        base=read.base, answers=answers, field={item.name: item for item in answers.fields},
        readable=read.document is not None, first=first,
        theirs=theirs(answers, there), shown=shown, here=here, findings=read.findings(examined, name),
        unsaved=content is not None, is_new=not read.part,
    )  # fmt: skip
