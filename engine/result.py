"""What goes into a run and what comes out of it: plain frozen data, no engine objects.

What a command makes many of are named tuples: making a frozen dataclass takes four times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from engine.law import Law
from engine.register import DeadlineDefinition, DeadlineRow, Own
from engine.rule import Computed


class Situation(NamedTuple):
    """When and where a command happens: `now` and `occurred_at` in UTC, the law in force, the read-only case object.

    `local` are the area's own values of parameters, each from its day on.
    """

    now: datetime
    occurred_at: datetime
    law: Law
    case: Mapping[str, Any] = MappingProxyType({})
    local: Own = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be chosen in an ad-hoc sub-process: paths of steps, whether people end it, how many steps are open."""

    offers: tuple[str, ...]
    ends: bool
    working: int


class Step(NamedTuple):
    """An open user task, or a choice of the next step; `item` is the JSON item that a repeated one is for."""

    id: str
    path: str
    process: str
    element: str
    role: str
    item: Any = None
    form: str = ""
    scope: str = ""
    choice: Choice | None = None


class Wait(NamedTuple):
    """A message that the case waits for; `key` is the correlation key that it waits with (engine.correlation)."""

    id: str
    path: str
    process: str
    element: str
    message: str
    scope: str = ""
    key: str | None = None


class Alarm(NamedTuple):
    """A timer and the UTC moment at which it is due; `deadline` names the deadline that it waits for.

    With `asks` nothing is due but the question whether a condition has become true.
    """

    id: str
    path: str
    process: str
    element: str
    due_at: datetime
    deadline: str | None = None
    scope: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to write: its name, the party role that it goes to, and the data of its scope at that moment."""

    path: str
    process: str
    element: str
    name: str
    to: str
    data: Mapping[str, Any]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Job:
    """A call that the case ordered: its service by name, and its inputs as JSON; `id` is the case's own for ever."""

    id: str
    path: str
    process: str
    element: str
    service: str
    inputs: Mapping[str, Any]
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Beginning:
    """A linked case to begin: its process, start message and answers as JSON, and what it is to this one.

    `parties` give each role there a role here; `codes` a code of a customer instead.
    """

    path: str
    process: str
    message: str
    kind: str
    data: Mapping[str, Any]
    parties: Mapping[str, str]
    codes: Mapping[str, str]


class DeadlineUse(NamedTuple):
    """A deadline that runs in a scope, computed, with the row that gave it and the paths of what shows it."""

    scope: str
    process: str
    name: str
    computed: Computed
    definition: DeadlineDefinition
    row: DeadlineRow
    version: str
    shown_on: tuple[str, ...] = ()


class Result(NamedTuple):
    """What a command did: the new state, what opened, completed and was withdrawn, and all that is open now.

    `problems` are deadlines that should be shown and could not be computed, a sentence each. `jobs` were ordered by
    this command, `called_off` are the ids of those whose answer is no longer waited for; `beginnings` are linked cases
    to begin.
    """

    state: bytes
    opened: tuple[Step, ...]
    completed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    alarms: tuple[Alarm, ...]
    letters: tuple[Letter, ...]
    deadlines: tuple[DeadlineUse, ...]
    visited: tuple[str, ...]
    outcome: str | None
    data: Mapping[str, Any]
    closed: bool
    problems: tuple[str, ...] = ()
    jobs: tuple[Job, ...] = ()
    called_off: tuple[str, ...] = ()
    beginnings: tuple[Beginning, ...] = ()


@dataclass(frozen=True, slots=True)
class Open:
    """What is open in a stored state, without running it."""

    steps: tuple[Step, ...]
    waits: tuple[Wait, ...]
    closed: bool
    outcome: str | None
