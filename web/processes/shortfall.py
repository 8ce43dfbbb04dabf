"""What a story expected and what came instead, told in the page's language by what things are called.

The engine tells both in its own words (engine/story.py, tasks/player.py); what is not known here is shown as it is.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.story import ACTIONS
from web.i18n import t

LISTED = ("open", "waits", "calls", "started", "events", "reminders")
_KNOWN = {
    "''": "nothing", "": "nothing", "not open": "not_open", "it was done": "was_done", "it is there": "is_there",
}  # fmt: skip
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: (\d{2}):(\d{2}))?")
_ESCALATED, _NO_DEADLINE = re.compile(r"escalated: (.*)"), re.compile(r"no open deadline (.*)")
_DUE = re.compile(r"(\w+) due (.*)", re.S)
_OF_DEADLINES = (_ESCALATED, _NO_DEADLINE, _DUE)
_REFUSED = re.compile(
    r"(?:WrongState: task|NotWaiting: message) (\S+) is not (?:open|awaited), expected one of (.*)", re.S
)


@dataclass(frozen=True)
class Shortfall:
    """One expectation that did not hold: when, what was expected, what came."""

    at: str
    expected: str
    got: str


def told(failure: Mapping[str, str], names: Mapping[str, str], deadlines: Mapping[str, str]) -> Shortfall:
    """A failure of a played story in words; `names` are of tasks, messages, letters and outcomes by id.

    A deadline may have the id of a task, and has its own name.
    """
    expected, got = failure.get("expected", ""), failure.get("got", "")
    for pattern, tell in _PATTERNS:
        if found := pattern.fullmatch(expected):
            names = {**names, **deadlines} if pattern in _OF_DEADLINES else names
            expected = tell(found, names)
            break
    return Shortfall(_days(failure.get("at", "")), _days(expected), _days(_came(got, names)))


def _days(text: str) -> str:
    """Days and moments of ISO 8601 as people here write them."""

    def day(found: re.Match[str]) -> str:
        year, month, day, hour, minute = found.groups()
        clock = f" {int(hour)}.{minute}" if hour else ""
        return f"{int(day)}.{int(month)}.{year}{clock}"

    return _DAY.sub(day, text)


def _called(id: str, names: Mapping[str, str]) -> str:
    plain = id.strip().strip("'\"")
    return names.get(plain) or names.get(plain.rpartition("/")[2]) or plain


def _all(listed: str, names: Mapping[str, str]) -> str:
    try:
        ids = ast.literal_eval(listed)
    except (ValueError, SyntaxError):
        return listed
    return ", ".join(_called(str(id), names) for id in ids) or "–"


def _came(got: str, names: Mapping[str, str]) -> str:
    if refused := _REFUSED.fullmatch(got):
        others = [_called(id, names) for id in refused[2].split(", ") if id != "none"]
        return t("shortfall.not_possible", name=_called(refused[1], names), others=", ".join(others) or "–")
    known = {
        "''": "nothing",
        "": "nothing",
        "not open": "not_open",
        "it was done": "was_done",
        "it is there": "is_there",
    }
    if got in known:
        return t(f"shortfall.{known[got]}")
    if got.startswith(("[", "(")):
        return _dates(got) if "{" in got else _all(got, names)
    return _called(got, names)


def _dates(text: str) -> str:
    """The dates of a deadline as the player tells them, `{'due': '2026-03-19'}`, without signs of a program."""
    for word in ("due", "nominal", "legal", "target", "paused", "remaining"):
        text = re.sub(rf"'{word}': ", f"{t(f'shortfall.{word}')} ", text)
    return re.sub(r"[\[\]{}']", "", text)


def _value(key: str, *, many: bool = False) -> Callable[[re.Match[str], Mapping[str, str]], str]:
    def tell(found: re.Match[str], names: Mapping[str, str]) -> str:
        return t(key, value=_all(found[1], names) if many else _called(found[1], names))

    return tell


def _letter(key: str) -> Callable[[re.Match[str], Mapping[str, str]], str]:
    return lambda found, names: t(key, letter=_called(found[1], names), text=found[2])


def _due(found: re.Match[str], names: Mapping[str, str]) -> str:
    return t("story.expect_due", value=f"{_called(found[1], names)}: {_dates(found[2])}")


def _event(found: re.Match[str], names: Mapping[str, str]) -> str:
    return t(f"story.event_{found[1]}", target=_called(found[2], names))


_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Mapping[str, str]], str]], ...] = (
    *((re.compile(rf"{name}: (\[.*\])", re.S), _value(f"story.expect_{name}", many=True)) for name in LISTED),
    *(
        (re.compile(rf"{name}: (.*)", re.S), _value(f"story.expect_{name}", many=True))
        for name in ("events", "reminders")
    ),
    (re.compile(r"outcome: (.*)"), _value("story.expect_outcome")),
    (_ESCALATED, _value("story.expect_escalated")),
    (_NO_DEADLINE, _value("story.expect_no_deadline")),
    (re.compile(r"letter (\S+) contains (.*)", re.S), _letter("shortfall.contains")),
    (re.compile(r"letter (\S+) lacks (.*)", re.S), _letter("shortfall.lacks")),
    (re.compile(r"letter to (.*)"), _value("shortfall.letter_to")),
    (re.compile(r"(?:a )?letter (.*)"), _value("story.expect_letters")),
    (_DUE, _due),
    (re.compile(rf"({'|'.join(ACTIONS)}) (.*)", re.S), _event),
)
