"""What a local copy did to the locked forms, tables, dates, letters and four-eyes pairs of its base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.compare.change import Change
from engine.compare.decisions import compare_decisions
from engine.compare.questions import compare_forms
from engine.crosscheck import message_of
from engine.diagram import Diagram
from engine.errors import Finding
from engine.feel import Expression
from engine.register import FIRST_DAY, DeadlineDefinition, DeadlineRow, Parameter
from engine.said import Said, say

_SHORTER = ("forward", "backward")
"""roll modes whose time is the customer's, or a notice that must be long enough; the others are the authority's"""
_WHOLE = ("kind", "binds", "direction", "inclusive", "stops_at", "renews_at", "plan")


def compared(base: Bundle, copy: Bundle, drawn: Diagram) -> Iterator[Finding]:
    """The findings, file by file; `drawn` is the drawing of the base."""
    yield from _fields(base, copy, drawn)
    yield from _tables(base, copy, drawn)
    for name in base.manifest.core.get("deadlines", ()):
        if name in base.deadlines:
            yield from _deadline(base, copy, name)
    yield from _letters(base, copy)
    yield from _four_eyes(base, copy)
    yield from _core(base, copy)


def _locked(base: Bundle, drawn: Diagram) -> list[Any]:
    """The locked elements that are drawn."""
    return [drawn.nodes[id] for id in base.manifest.core.get("elements", ()) if id in drawn.nodes]


def _fields(base: Bundle, copy: Bundle, drawn: Diagram) -> Iterator[Finding]:
    """The locked fields, and the required ones of every form that a locked step or message has."""
    forms = {node.attributes.get("form") or node.id for node in _locked(base, drawn) if node.kind == "userTask"}
    forms |= {message for node in _locked(base, drawn) if (message := message_of(node))}
    listed = set(base.manifest.core.get("fields", ()))
    for change in compare_forms(base, copy):
        form = change.at.partition(".")[0]
        if change.what == "form" and change.how == "removed" and form in forms | {f.partition(".")[0] for f in listed}:
            yield _found("copy-removed", change.file, form, say("the form {form} is gone; the base has it", form=form))
        if change.what != "field" or (form not in forms and change.at not in listed):
            continue
        required = _requires(base, change.at)
        if change.how == "removed" and (required or change.at in listed):
            gone = say("the field {at} is gone; the base has it", at=change.at)
            if required:
                gone = say("the field {at} is gone; the base has it as a required field", at=change.at)
            yield _found("copy-removed", change.file, change.at, gone)
        elif change.how == "changed" and change.facet == "required" and required:
            yield _found("copy-loosened", change.file, change.at, _required(change.at, change.old, change.new))
        elif change.how == "changed" and (required or change.at in listed) and change.facet in ("kind", "visible"):
            sentence = say(
                "the {facet} of {at} is {new}; the base has {old}",
                facet=change.facet, at=change.at, new=_json(change.new), old=_json(change.old),
            )  # fmt: skip
            yield _found("copy-loosened", change.file, change.at, sentence)


def _requires(bundle: Bundle, path: str) -> bool:
    """Whether a field must be answered, always or on a condition."""
    form, *names = path.split(".")
    part: Mapping[str, Any] = bundle.forms.get(form, {})
    required = False
    for name in names:
        part = part.get("items", part)
        required = name in (part.get("required") or ())
        part = (part.get("properties") or {}).get(name, {})
        required = required or bool(part.get("x-requiredIf"))
    return required


def _required(path: str, old: Any, new: Any) -> Said:
    if isinstance(new, Mapping) and new.get("always"):
        return say("{path} is always required; the base requires it {old}", path=path, old=_json(old))
    return say("{path} is required {new}; the base requires it {old}", path=path, new=_json(new), old=_json(old))


def _json(value: Any) -> str | Said:
    if isinstance(value, Mapping) and value.get("always"):
        return say("always")
    if isinstance(value, Mapping):
        return ", ".join(str(part) for part in value.values()) or say("never")
    return say("never") if value is None else str(value)


def _tables(base: Bundle, copy: Bundle, drawn: Diagram) -> Iterator[Finding]:
    """The tables of locked decisions: the same columns, rules and order; an extension point may add rules."""
    points = base.manifest.core.get("extension_points", ())
    asked = {
        node.attributes["decision"]: node.id in points for node in _locked(base, drawn) if "decision" in node.attributes
    }
    stems = asked | dict.fromkeys(base.manifest.core.get("tables", ()), False)
    for change in compare_decisions(base, copy):
        stem = change.file.removesuffix(".dmn")
        if stem not in stems or (change.how == "added" and (stems[stem] or change.what == "table")):
            continue
        rule = "copy-removed" if change.how == "removed" else "copy-loosened"
        if change.how == "added":
            rule = "copy-outside"
        yield _found(rule, change.file, change.at, _row(change))


def _row(change: Change) -> Said:
    """What became of a row, a column or a whole table."""
    what, at, told = change.what, change.at, change.old or change.new
    if change.how == "changed":
        old, new = change.old, change.new
        return say("the {what} {at} says {new!r}; the base has {old!r}", what=what, at=at, new=new, old=old)
    cells = f": {' | '.join(map(str, told.values()))}" if isinstance(told, Mapping) else ""
    if change.how == "removed":
        return say("the {what} {at} is gone; the base has such{cells}", what=what, at=at, cells=cells)
    return say("the {what} {at} is new; the base has no such{cells}", what=what, at=at, cells=cells)


def _deadline(base: Bundle, copy: Bundle, name: str) -> Iterator[Finding]:
    then, now = base.deadlines[name], copy.deadlines.get(name)
    if now is None:
        yield _dated("copy-removed", name, say("is gone; the base has it by {statute}", statute=then.rows[0].statute))
        return
    for facet in _WHOLE:
        if getattr(then, facet) != getattr(now, facet):
            sentence = say(
                "{facet} is {new}; the base has {old}",
                facet=facet, new=_plain(getattr(now, facet)), old=_plain(getattr(then, facet)),
            )  # fmt: skip
            yield _dated("copy-loosened", name, sentence)
    for facet in ("anchor", "pauses"):
        if _source(getattr(then, facet)) != _source(getattr(now, facet)):
            sentence = say(
                "{facet} is {new}; the base has {old}",
                facet=facet, new=_source(getattr(now, facet)), old=_source(getattr(then, facet)),
            )  # fmt: skip
            yield _dated("copy-loosened", name, sentence)
    if missing := [id for id in then.elements if id not in now.elements]:
        yield _dated(
            "copy-loosened", name, say("is no longer shown on {names}, as in the base", names=", ".join(missing))
        )
    yield from _lengths(base, copy, then, now)


def _lengths(base: Bundle, copy: Bundle, then: DeadlineDefinition, now: DeadlineDefinition) -> Iterator[Finding]:
    rows = {row.from_on: row for row in now.rows}
    for row in then.rows:
        other, since = rows.get(row.from_on), "" if row.from_on == FIRST_DAY else say(" from {day}", day=row.from_on)
        if other is None:
            sentence = say("has no row{since}; the base has {length}", since=since, length=_length(row))
            yield _dated("copy-removed", then.name, sentence)
            continue
        if row.roll != other.roll:
            sentence = say("rolls {new}{since}; the base has {old}", new=other.roll, since=since, old=row.roll)
            yield _dated("copy-loosened", then.name, sentence)
        if row.to_on != other.to_on:
            sentence = say("holds until {new}{since}; the base has {old}", new=other.to_on, since=since, old=row.to_on)
            yield _dated("copy-loosened", then.name, sentence)
        if _looser(row, other):
            sentence = say("is {new}{since}; the base has {old}", new=_length(other), since=since, old=_length(row))
            yield _dated("copy-loosened", then.name, sentence)
        for parameter in row.parameters:
            yield from _valued(base, copy, then.name, parameter)


def _looser(then: DeadlineRow, now: DeadlineRow) -> bool:
    """A longer time of the authority, a shorter one of the customer, another unit, or anything else of a period."""
    if then.unit != now.unit or not isinstance(then.length, int) or not isinstance(now.length, int):
        return then.unit != now.unit or _source(then.length) != _source(now.length)
    if then.roll == "period":
        return then.length != now.length
    return now.length < then.length if then.roll in _SHORTER else now.length > then.length


def _valued(base: Bundle, copy: Bundle, name: str, parameter: str) -> Iterator[Finding]:
    """A value that a locked deadline reads is the base's own, unless the base lets an area set it."""
    then, now = base.parameters.get(parameter), copy.parameters.get(parameter)
    if now is None or (then is not None and (then.local or then.rows == now.rows)):
        return
    told: dict[str, object] = {"name": name, "parameter": parameter, "new": _values(now)}
    sentence = (
        say("the deadline {name} reads {parameter}, which is {new} here; the base takes it from the law", **told)
        if then is None
        else say(
            "the deadline {name} reads {parameter}, which is {new} here; the base has {old}", old=_values(then), **told
        )
    )
    yield _found("copy-loosened", "parameters.toml", parameter, sentence)


def _values(parameter: Parameter) -> str:
    return ", ".join(f"{row.value} {parameter.unit}" for row in parameter.rows)


def _length(row: DeadlineRow) -> str:
    return f"{_source(row.length)} {row.unit}"


def _source(value: Expression | int | None) -> str | Said:
    return say("none") if value is None else str(value) if isinstance(value, int) else " ".join(value.source.split())


def _plain(value: Any) -> str | Said:
    return (", ".join(value) or say("none")) if isinstance(value, tuple) else str(value)


def _letters(base: Bundle, copy: Bundle) -> Iterator[Finding]:
    """The parts that the law requires in a letter; the letters that [core] locks, to the letter."""
    for name, rules in base.manifest.letters.items():
        other = copy.manifest.letters.get(name)
        if other is None and (rules.requires or name in base.manifest.core.get("letters", ())):
            yield _found(
                "copy-removed",
                "process.toml",
                f"letters.{name}",
                say("the letter {name} is gone; the base has it", name=name),
            )
        for part in rules.requires if other is not None else ():
            if other is not None and part not in other.requires:
                sentence = say(
                    "the letter {name} need not have the part {part!r}; the base requires it", name=name, part=part
                )
                yield _found("copy-removed", "process.toml", f"letters.{name}", sentence)
    for name in base.manifest.core.get("letters", ()):
        for language in ("fi", "sv"):
            then, now = base.letters.get((name, language)), copy.letters.get((name, language))
            if then is not None and now is not None and then.source != now.source:
                file = f"letters/{name}.{language}.html"
                yield _found("copy-loosened", file, name, say("has another text; the base locks the letter as it is"))


def _four_eyes(base: Bundle, copy: Bundle) -> Iterator[Finding]:
    kept = {frozenset((pair.first, pair.second)) for pair in copy.manifest.four_eyes}
    for pair in base.manifest.four_eyes:
        if frozenset((pair.first, pair.second)) not in kept:
            sentence = say(
                "one person may complete both {first} and {second}; the base has the pair {id}",
                first=pair.first, second=pair.second, id=pair.id,
            )  # fmt: skip
            yield _found("copy-loosened", "process.toml", "four_eyes", sentence)


def _core(base: Bundle, copy: Bundle) -> Iterator[Finding]:
    """What the base locks, the copy locks too; what is open there is all that is open here."""
    for key, names in base.manifest.core.items():
        mine = copy.manifest.core.get(key, ())
        if key == "extension_points":
            if more := [name for name in mine if name not in names and name in _all(base)]:
                sentence = say("core.{key} has {names} besides those of the base", key=key, names=", ".join(more))
                yield _found("copy-loosened", "process.toml", "core", sentence)
        elif gone := [name for name in names if name not in mine]:
            sentence = say("core.{key} no longer locks {names}, which the base locks", key=key, names=", ".join(gone))
            yield _found("copy-loosened", "process.toml", "core", sentence)


def _all(bundle: Bundle) -> frozenset[str]:
    return frozenset(bundle.manifest.core.get("elements", ()))


def _dated(rule: str, name: str, sentence: Said) -> Finding:
    return _found(rule, "deadlines.toml", name, say("{name}: {sentence}", name=name, sentence=sentence))


def _found(rule: str, file: str, element: str, sentence: Said) -> Finding:
    return Finding(rule, "error", sentence, file, element)
