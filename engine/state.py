"""A running case as bytes and back: live tokens and data only, no diagram inside, nothing in the data names a type.

Layout (JSON): `v` codec number; `n` next token id; `l` levels [host token, spec, scope, prefix, tokens], outer before
inner; a token is [id, element, state, parent, notes] with trailing empty values left off; `d` data by scope; `o` the
outcome; `c` closed; `u` by host token what was completed in its level and can be undone, and where that is under way
what is left to undo (engine/compensation.py). Finished history is never stored: spiff.Token drops it when a token
completes.

Notes of a token: `from` the element whose flow it waits on at a join, `race` the events that end each other, `due`,
`since`, `count`, `left` of a timer, `was` of a condition that has been true, `n`, `rest` and `item` of a repeated
activity, `round` of a loop, `used` and `phase` of a complex gateway, `ending` of an ad-hoc sub-process in which nothing
more begins, `then`, `aside`, `undo` and `cancelled` of what is being undone.
A state of every codec that was ever released is read for ever: tests/engine/golden keeps some of each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from engine.compensation import Undoing
from engine.errors import EngineError
from engine.scope import Scopes
from engine.spiff import READY, STARTED, WAITING, Case, Token

if TYPE_CHECKING:
    from engine.run import Run

CODEC = 1
_STATES = {WAITING: "w", READY: "r", STARTED: "s"}
_BACK = {letter: state for state, letter in _STATES.items()}


def encode(case: Case, scopes: Scopes, outcome: str | None) -> bytes:
    """The state of a case between two commands."""
    levels = []
    for level in case.levels():
        rows = [_token(token) for token in level.live()]
        levels.append([level.host.id if level.host else 0, level.spec.name, level.scope, level.prefix, rows])
    undo = {str(level.host.id if level.host else 0): kept for level in case.levels() if (kept := _undo(level))}
    document: dict[str, Any] = {"v": CODEC, "n": case.next_id, "l": levels, "d": scopes.content}
    if outcome is not None:
        document["o"] = outcome
    if case.completed:
        document["c"] = True
    if undo:
        document["u"] = undo
    return orjson.dumps(document)


def _undo(level: Any) -> list[Any]:
    if level.undoing:
        return [level.undo, level.plan]
    return [level.undo] if level.undo else []


def _token(token: Token) -> list[Any]:
    row: list[Any] = [token.id, token.task_spec.name, _STATES[token._state], token._parent or 0, token.internal_data]
    while not row[-1]:
        row.pop()
    return row


def read(state: bytes) -> dict[str, Any]:
    """The document of a state; EngineError when it is none."""
    try:
        document = orjson.loads(state)
    except orjson.JSONDecodeError as error:
        raise EngineError(f"the stored state cannot be read: {error}") from error
    if not isinstance(document, dict) or document.get("v") != CODEC:
        raise EngineError(f"the stored state is not of codec {CODEC}")
    return document


def decode(document: dict[str, Any], run: Run) -> Case:
    """The live case of a document, on the specs of the run's definition."""
    specs = run.definition.specs
    undo: dict[str, list[Any]] = document.get("u", {})
    case: Case | None = None
    tokens: dict[int, Token] = {}
    for host, name, scope, prefix, rows in document["l"]:
        if case is None:
            case = Case(specs[name], specs, run, document["n"])
        level: Any = case
        kept = undo.get(str(host), [])
        if len(kept) > 1:
            level = Undoing(specs[name], tokens[host], scope, prefix)
            level.plan = kept[1]
        elif host:
            level = specs[name].open(tokens[host], scope, prefix)
        if kept:
            level.undo = kept[0]
        for row in rows:
            tokens[row[0]] = _revive(level, row, tokens)
    if case is None:
        raise EngineError("the stored state has no level")
    case.completed = document.get("c", False)
    return case


def _revive(level: Any, row: list[Any], tokens: dict[int, Token]) -> Token:
    spec = level.spec.task_specs.get(row[1])
    if spec is None:
        raise EngineError(f"the case stands on {row[1]!r}, which this version of {level.process} does not have")
    token = Token(level, spec, tokens.get(row[3]) if len(row) > 3 else None, _BACK[row[2]], row[0])
    if len(row) > 4:
        token.internal_data = row[4]
    return token
