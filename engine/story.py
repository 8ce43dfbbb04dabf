"""Stories: acceptance scenarios as data, their expectations, and the coverage of a diagram (docs/stories.md)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import FeelError, Finding, ToldError
from engine.feel import compile as compile_feel
from engine.said import Said, say

HELSINKI = ZoneInfo("Europe/Helsinki")
ACTIONS = ("start", "do", "pick", "message", "answer", "publish", "hold", "cancel")
KEYS = {"at", "in", "as", "data", "error", "channel", "occurred", "expect", "refused", *ACTIONS}
EXPECTATIONS = {
    "open", "waits", "calls", "due", "no_deadline", "data", "outcome", "letters", "letter", "events", "reminders",
    "escalated", "started",
}  # fmt: skip
AS_IS = ("paused", "remaining")  # of a deadline; the other keys of `due` are its dates
LISTS = ("open", "waits", "calls", "no_deadline", "letters", "events", "reminders", "escalated", "started")
DUE = {"due", "nominal", "legal", "target", "paused", "remaining"}
LETTER = {"name", "to", "contains", "lacks"}
HOLD = {"task", "until", "reason"}
PUBLISH = {"process", "deadlines", "parameters"}
SERVICE = {"data", "error"}
PARTY = {
    "name", "kind", "identity_code", "business_id", "language", "channel", "authority", "protected", "email", "phone",
    "address",
}  # fmt: skip
REFUSALS = ("forbidden", "invalid", "wrong_state", "not_waiting")


class StoryError(ToldError):
    """A story cannot be read."""


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step: a moment (aware), at most one action with its target, and what must be so afterwards."""

    at: datetime
    action: str
    target: Any
    who: str
    data: Mapping[str, Any]
    channel: str
    occurred: datetime
    expect: Mapping[str, Any]
    refused: str
    inside: str = ""
    """the process of the linked case that the step is about; empty: the story's own case"""
    error: str = ""
    """the declared error that a service answers instead of data"""


@dataclass(frozen=True, slots=True)
class Story:
    """A scenario: its parties, settings and steps in order of time; `services` answer each call at once."""

    id: str
    name: str
    process: str
    law: str
    settings: Mapping[str, Any]
    parameters: Mapping[str, Any]
    parties: Mapping[str, Mapping[str, Any]]
    steps: tuple[StoryStep, ...]
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """what a part is given that the story plays by itself"""


@dataclass(frozen=True, slots=True)
class DueDate:
    """An open deadline as a story sees it."""

    name: str
    due_on: date
    nominal_on: date
    legal_on: date
    target_on: date
    paused: bool
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """What is so after a step: the player fills it in from rows, the expectations are compared with it."""

    open: tuple[str, ...]
    waits: tuple[str, ...]
    deadlines: tuple[DueDate, ...]
    value: Callable[[str], object]
    outcome: str
    letters: tuple[str, ...]
    letter_texts: tuple[tuple[str, str, str], ...] = field(default=())
    events: tuple[str, ...] = ()
    reminders: tuple[date, ...] = ()
    escalated: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()
    started: tuple[str, ...] = ()
    """processes of the linked cases that the step began"""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a story expected and what was so instead."""

    at: str
    expected: str
    got: str


def read_story(id: str, source: Mapping[str, Any]) -> Story:
    """Read one story; StoryError names the step and the offending key or value."""
    listed = source.get("steps") or []
    if not isinstance(listed, list):
        raise StoryError(say("story {id!r}: steps is {listed!r}, expected [[steps]]", id=id, listed=listed))
    steps = tuple(_step(i + 1, _table(step, say("step {number}", number=i + 1))) for i, step in enumerate(listed))
    if not steps or steps[0].action != "start":
        raise StoryError(say('story {id!r}: the first step starts the case, with start = "<message>"', id=id))
    for before, after in pairwise(steps):
        if after.at < before.at:
            raise StoryError(
                say("story {id!r}: the step at {at:%Y-%m-%d %H:%M} comes after a later one", id=id, at=after.at)
            )
    return Story(
        id=id,
        name=str(source.get("name", id)),
        process=str(source.get("process", "")),
        law=str(source.get("law", "")),
        settings=_table(source.get("settings", {}), "settings"),
        parameters=_table(source.get("parameters", {}), "parameters"),
        parties={
            role: _table(party, say("party {name}", name=role), PARTY)
            for role, party in _table(source.get("parties", {}), "parties").items()
        },
        steps=steps,
        services={
            name: _table(row, say("service {name}", name=name), SERVICE)
            for name, row in _table(source.get("services", {}), "services").items()
        },
        inputs=_table(source.get("inputs", {}), "inputs"),
    )


def _table(value: Any, place: str, keys: Collection[str] = ()) -> Mapping[str, Any]:
    """A table, with no other keys than these when some are given."""
    if not isinstance(value, Mapping):
        raise StoryError(say("{place} is {value!r}, expected a table", place=place, value=value))
    if keys and (unknown := sorted(set(value) - set(keys))):
        raise StoryError(say("{place} has an unknown key: {names}", place=place, names=", ".join(unknown)))
    return value


def _step(number: int, source: Mapping[str, Any]) -> StoryStep:
    place = say("step {number}", number=number)
    _table(source, place, KEYS)
    expect = _expect(source.get("expect", {}), place)
    actions = [action for action in ACTIONS if action in source]
    if len(actions) > 1:
        raise StoryError(
            say("step {number} does {names}; one step does one thing", number=number, names=" and ".join(actions))
        )
    if source.get("refused") and source["refused"] not in REFUSALS:
        raise StoryError(
            say(
                "step {number}: refused is {source!r}, expected one of {names}",
                number=number,
                source=source["refused"],
                names=", ".join(REFUSALS),
            )
        )
    action = actions[0] if actions else ""
    at = moment(source.get("at"), number)
    return StoryStep(
        at=at,
        action=action,
        target=_target(action, source[action], place) if action else None,
        who=str(source.get("as", "")),
        data=_table(source.get("data", {}), say("{place}, data", place=place)),
        channel=str(source.get("channel", "")),
        occurred=moment(source["occurred"], number) if "occurred" in source else at,
        expect=expect,
        refused=str(source.get("refused", "")),
        error=str(source.get("error", "")),
        inside=str(source.get("in", "")),
    )


def _target(action: str, value: Any, place: str) -> Any:
    if action == "hold":
        return _table(value, say("{place}, hold", place=place), HOLD)
    if action == "publish":
        return _table(value, say("{place}, publish", place=place), PUBLISH)
    if not isinstance(value, str):
        raise StoryError(
            say("{place}, {action} is {value!r}, expected a text", place=place, action=action, value=value)
        )
    return value


def _expect(value: Any, place: str) -> Mapping[str, Any]:
    expect = _table(value, say("{place}, expect", place=place), EXPECTATIONS)
    for name in LISTS:
        if not isinstance(expect.get(name, []), list):
            raise StoryError(
                say(
                    "{place}, expect, {name} is {expect!r}, expected a list",
                    place=place,
                    name=name,
                    expect=expect[name],
                )
            )
    for name, wanted in _table(expect.get("due", {}), say("{place}, due", place=place)).items():
        if not isinstance(wanted, date):
            _table(wanted, say("{place}, due, {name}", place=place, name=name), DUE)
    for path in _table(expect.get("data", {}), say("{place}, data", place=place)):
        try:
            compile_feel(path)
        except FeelError as error:
            raise StoryError(say("{place}, data: {reason}", place=place, reason=error.said)) from error
    _table(expect.get("letter", {}), say("{place}, letter", place=place), LETTER)
    return expect


def moment(value: object, number: int = 0) -> datetime:
    """A TOML date or date and time as an aware moment; a date alone means noon in Helsinki."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=HELSINKI)
    if isinstance(value, date):
        return datetime.combine(value, time(12), HELSINKI)
    raise StoryError(
        say("step {number}: at is {value!r}, expected a date or a date and time", number=number, value=value)
    )


def compare(expect: Mapping[str, Any], picture: Picture, at: datetime) -> list[Failure]:
    """Every expectation that does not hold."""
    when = at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")
    failures: list[Failure] = []

    def must(holds: bool, expected: object, got: object) -> None:
        if not holds:
            failures.append(Failure(when, str(expected), str(got)))

    for name, got in (("open", picture.open), ("calls", picture.calls)):
        if name in expect:
            must(_same_paths(expect[name], got), f"{name}: {sorted(expect[name])}", sorted(got))
    for name, got in (("waits", picture.waits), ("started", picture.started)):
        if name in expect:
            must(sorted(expect[name]) == sorted(got), f"{name}: {sorted(expect[name])}", sorted(got))
    if "outcome" in expect:
        must(expect["outcome"] == picture.outcome, f"outcome: {expect['outcome']!r}", repr(picture.outcome))
    for name in expect.get("letters", []):
        must(name in picture.letters, f"letter {name}", list(picture.letters))
    if "events" in expect:
        must(_in_order(expect["events"], picture.events), f"events: {expect['events']}", list(picture.events))
    if "reminders" in expect:
        must(
            _days(expect["reminders"]) == sorted(picture.reminders),
            f"reminders: {expect['reminders']}",
            picture.reminders,
        )
    for name in expect.get("escalated", []):
        must(name in picture.escalated, f"escalated: {name}", list(picture.escalated))
    _compare_data(expect.get("data", {}), picture, must)
    _compare_deadlines(expect, picture, must)
    if "letter" in expect:
        _compare_letter(expect["letter"], picture, must)
    return failures


Must = Callable[[bool, object, object], None]


def _compare_data(expected: Mapping[str, Any], picture: Picture, must: Must) -> None:
    for path, value in expected.items():
        got = picture.value(path)
        must(_equal(value, got), f"{path} = {value}", got)


def _compare_deadlines(expect: Mapping[str, Any], picture: Picture, must: Must) -> None:
    for name in expect.get("no_deadline", []):
        must(all(d.name != name for d in picture.deadlines), f"no open deadline {name}", name)
    for name, wanted in expect.get("due", {}).items():
        found = [d for d in picture.deadlines if d.name == name]
        fields = wanted if isinstance(wanted, Mapping) else {"due": wanted}
        got = [{key: getattr(d, key if key in AS_IS else f"{key}_on") for key in fields} for d in found]
        must(
            any(row == dict(fields) for row in got),
            f"{name} due {_plain(fields)}",
            [_plain(row) for row in got] or "not open",
        )


def _compare_letter(wanted: Mapping[str, Any], picture: Picture, must: Must) -> None:
    texts = [(to, text) for name, to, text in picture.letter_texts if name == wanted.get("name")]
    to, text = texts[-1] if texts else ("", "")
    must(bool(texts), f"a letter {wanted.get('name')!r}", [name for name, _, _ in picture.letter_texts])
    must(wanted.get("to", to) == to, f"letter to {wanted.get('to')}", to)
    flat = " ".join(text.split())
    for piece in wanted.get("contains", []):
        must(piece in flat, f"letter {wanted.get('name')} contains {piece!r}", flat[:400])
    for piece in wanted.get("lacks", []):
        must(piece not in flat, f"letter {wanted.get('name')} lacks {piece!r}", "it is there")


def _same_paths(wanted: Iterable[str], got: Sequence[str]) -> bool:
    """Paths match in full or by their last part, each open task once."""
    left = list(got)
    for path in wanted:
        match = next((p for p in left if p == path or p.rsplit("/", 1)[-1] == path), None)
        if match is None:
            return False
        left.remove(match)
    return not left


def _in_order(wanted: Sequence[str], got: Sequence[str]) -> bool:
    rest = iter(got)
    return all(kind in rest for kind in wanted)


def _days(values: Iterable[date]) -> list[date]:
    return sorted(values)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def _equal(wanted: Any, got: Any) -> bool:
    if wanted == "null":
        return got is None
    if isinstance(wanted, bool) or isinstance(got, bool):
        return bool(wanted is got)
    if isinstance(wanted, list) and isinstance(got, (list, tuple)):
        return len(wanted) == len(got) and all(_equal(a, b) for a, b in zip(wanted, got, strict=True))
    return bool(wanted == got) or str(_plain(wanted)) == str(_plain(got)) or _same_number(wanted, got)


def _same_number(wanted: Any, got: Any) -> bool:
    try:
        return float(wanted) == float(got)
    except (TypeError, ValueError):
        return False


@dataclass(frozen=True, slots=True)
class Coverage:
    """Which elements of a diagram the stories visited."""

    process: str
    elements: int
    visited: int
    missed: tuple[str, ...]


def coverage(process: str, elements: Iterable[str], visited: Iterable[str]) -> Coverage:
    """Compare the elements of a diagram with those visited."""
    every, seen = set(elements), set(visited)
    return Coverage(process, len(every), len(every & seen), tuple(sorted(every - seen)))


def _place(message: object) -> str | None:
    """The step that a sentence is about, as `steps[3]`; None where it is about the story."""
    values = message.values if isinstance(message, Said) else {}
    if isinstance(values.get("number"), int):
        return f"steps[{values['number']}]"
    return next((place for value in values.values() if (place := _place(value))), None)


def check_stories(bundle_stories: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    """Findings for the stories of a folder that cannot be read."""
    findings = []
    for id, source in bundle_stories.items():
        try:
            read_story(id, source)
        except StoryError as error:
            findings.append(Finding("story", "error", error.said, f"stories/{id}.toml", _place(error.said)))
    return findings
