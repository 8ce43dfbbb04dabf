"""What differs between two folders' dated rows: deadlines, parameters, closed days and letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.compare.change import Change, Facets, keyed, placed
from engine.feel import Expression
from engine.register import LAST_DAY, DeadlineDefinition, DeadlineRow, Parameter

_DEADLINE = (
    "law", "kind", "binds", "direction", "inclusive", "shown_on", "stops_at", "renews_at", "plan", "reminders",
    "escalation", "escalate_to", "suspension",
)  # fmt: skip


def compare_dates(old: Bundle, new: Bundle) -> Iterator[Change]:
    """The changes of deadlines.toml, parameters.toml, calendar.toml and the letters' texts."""
    core = new.manifest.core.get("deadlines", ())
    names = {name: definition.names for name, definition in (*old.deadlines.items(), *new.deadlines.items())}
    rules = keyed("deadline", _deadlines(old.deadlines), _deadlines(new.deadlines), names)
    yield from placed(rules, "deadlines.toml", core)
    for name in old.deadlines.keys() & new.deadlines.keys():
        yield from placed(_rows("deadline_row", name, old.deadlines[name], new.deadlines[name]), "deadlines.toml", core)
    named = {name: parameter.names for name, parameter in (*old.parameters.items(), *new.parameters.items())}
    values = keyed("parameter", _parameters(old.parameters), _parameters(new.parameters), named)
    yield from placed(values, "parameters.toml")
    for name in old.parameters.keys() & new.parameters.keys():
        yield from placed(_rows("parameter_row", name, old.parameters[name], new.parameters[name]), "parameters.toml")
    days, called = _closed(old), {day.on.isoformat(): day.name for day in (*old.closed_days, *new.closed_days)}
    yield from placed(keyed("closed_day", days, _closed(new), called), "calendar.toml")
    yield from _letters(old, new)


def _text(value: Any) -> Any:
    """A value of a register as JSON."""
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, Mapping):  # texts by language
        return dict(value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return [_text(item) for item in value] if isinstance(value, (list, tuple)) else str(value)


def _deadlines(found: Mapping[str, DeadlineDefinition]) -> dict[str, Facets]:
    return {
        name: {facet: _text(getattr(rule, facet)) for facet in _DEADLINE}
        | {"name": dict(rule.names), "event_words": dict(rule.event)}
        | {"anchor": _text(rule.anchor), "pauses": _text(rule.pauses)}
        for name, rule in found.items()
    }


def _parameters(found: Mapping[str, Parameter]) -> dict[str, Facets]:
    return {
        name: {
            "name": dict(p.names),
            "unit": p.unit,
            "source": dict(p.source),
            "local": p.local,
            "doubt": dict(p.doubt),
        }
        for name, p in found.items()
    }


def _rows(what: str, name: str, old: Any, new: Any) -> Iterator[Change]:
    """The rows of one deadline or parameter, told apart by their first day."""
    before, after = ({f"{name}/{row.from_on}": _row(row) for row in found.rows} for found in (old, new))
    for change in keyed(what, before, after, dict.fromkeys([*before, *after], new.names)):
        if change.how == "changed":
            yield change
        else:
            yield Change(what, change.how, change.at, "", before.get(change.at), after.get(change.at), new.names)


def _row(row: Any) -> dict[str, Any]:
    if not isinstance(row, DeadlineRow):
        return {"value": _text(row.value), "doubt": dict(row.doubt)}
    facts = {facet: _text(getattr(row, facet)) for facet in ("length", "unit", "roll", "statute", "doubt")}
    return facts | {"valid_to": None if row.to_on == LAST_DAY else row.to_on.isoformat()}


def _closed(bundle: Bundle) -> dict[str, Facets]:
    return {day.on.isoformat(): {"name": dict(day.name), "statutory": day.statutory} for day in bundle.closed_days}


def _letters(old: Bundle, new: Bundle) -> Iterator[Change]:
    for name, language in dict.fromkeys([*old.letters, *new.letters]):
        before, after = old.letters.get((name, language)), new.letters.get((name, language))
        sources = [None if template is None else template.source for template in (before, after)]
        if sources[0] != sources[1]:
            how = "added" if before is None else "removed" if after is None else "changed"
            change = Change("letter", how, f"{name}.{language}", "content", sources[0], sources[1])
            yield from placed([change], f"letters/{name}.{language}.html", new.manifest.core.get("letters", ()))
