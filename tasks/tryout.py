"""A process tried by hand: a story in the making, played on a stage of its own that is kept while somebody looks at it.

What lasts is the story (tasks.commands.trying). A stage that is no longer there is prepared again, and the steps are
played on it from the first: pages may come to any of several servers, and a draft may change under a run.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson
import tomlkit
from sqlalchemy import select
from tomlkit.items import Item

from engine.bundle import Bundle
from engine.errors import EngineError
from engine.story import HELSINKI, Picture, Story, StoryStep, read_story
from tasks.errors import TasksError
from tasks.models import Case
from tasks.player import Player
from tasks.published import Published
from tasks.rehearsal import reached
from tasks.stage import Stage, fresh, prepare, throw_away
from tasks.workbench import beside

MOST_STAGES = 4
MOST_RUNS = 8
MOST_FIRED = 2000
"""timers that one step may let fire"""
NAME = "tryout"
MOMENTS = ("at", "occurred")
DATED = ("publish", "hold")
"""what a step does with days in it: kept as ISO texts, too"""
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Told = Mapping[str, Any]
"""the story so far as it is kept: as docs/stories.md has it, moments as ISO texts in local time"""


@dataclass(frozen=True)
class Piece:
    """What is played: a process, and the folders that its cases reach."""

    process: str
    folders: Mapping[str, Bundle]

    @property
    def key(self) -> str:
        """The same for the same content."""
        return _digest({name: bundle.hash for name, bundle in self.folders.items()})


class Broken(EngineError):
    """A step of the run no longer succeeds: `number` (from 1) and what was raised."""

    def __init__(self, number: int, error: Exception) -> None:
        self.number = number
        self.error = error
        super().__init__(f"step {number}: {error}")


@dataclass
class Run:
    """A run on its stage, after the steps that are played; one request at a time holds it."""

    stage: Stage
    player: Player
    steps: list[StoryStep]
    expected: list[dict[str, Any]]
    """what was so after each step, as a story expects it"""
    closing: ExitStack

    @property
    def now(self) -> datetime:
        """The moment of the virtual clock (aware, in Helsinki)."""
        return self.steps[-1].at

    @property
    def cases(self) -> tuple[int, ...]:
        """The cases of the run, its own first."""
        with self.stage.database.read() as connection:
            return tuple(connection.execute(select(Case.id).order_by(Case.id)).scalars())


def piece(bundle: Bundle, versions: Published) -> Piece:
    """A draft or a version beside the newest published folders that it reaches."""
    process = bundle.process
    return Piece(process, reached(process, beside(process, versions) | {process: bundle}))


@contextmanager
def begun(piece: Piece) -> Iterator[Stage]:
    """The prepared stage, before anything happens on it; NotPublishable for folders with errors."""
    with _PREPARING:
        stage = _STAGES.pop(piece.key, None)
        if stage is None:
            stack = ExitStack()
            stage = prepare(stack.enter_context(throw_away(None)), piece.folders.values())
            _CLOSING[piece.key] = stack
        _STAGES[piece.key] = stage
        while len(_STAGES) > MOST_STAGES:
            old, _ = _STAGES.popitem(last=False)
            _CLOSING.pop(old).close()
        yield stage


@contextmanager
def played(piece: Piece, told: Told) -> Iterator[Run]:
    """The run after these steps, at least one; Broken when one of them no longer succeeds."""
    run = _after(piece, told, read(told))
    try:
        yield run
    finally:
        _keep(piece, told, run)


def go_on(piece: Piece, told: Told, step: Mapping[str, Any]) -> dict[str, Any]:
    """Do one step more; gives the story with it. Raises what the commands raise, Broken, StoryError."""
    further = {**told, "steps": [*told.get("steps", ()), dict(step)]}
    story = read(further)
    run = _after(piece, told, story)
    try:
        _perform(run, story.steps[-1])
    except BaseException:
        run.closing.close()  # time may have passed on it
        raise
    _keep(piece, further, run)
    return further


def _after(piece: Piece, told: Told, story: Story) -> Run:
    """The run after the steps told, which nobody else holds: a kept one, or played anew; Broken."""
    run = _take(piece, told)
    if run is not None:
        return run
    run = _new(piece, story)
    for number, step in enumerate(story.steps[: len(told.get("steps", ()))], 1):
        try:
            _perform(run, step)
        except (TasksError, EngineError) as error:
            run.closing.close()
            raise Broken(number, error) from error
    return run


def read(told: Told) -> Story:
    """The story so far; StoryError."""
    steps = [_timed(step) for step in told.get("steps", ())]
    return read_story(NAME, {**told, "steps": steps, "inputs": _typed(told.get("inputs", {}))})


def _typed(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What a part is given, days as days."""
    return {
        name: date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value
        for name, value in inputs.items()
    }


def _timed(step: Mapping[str, Any]) -> dict[str, Any]:
    """A step with its moments and days as such."""
    timed = {key: datetime.fromisoformat(value) if key in MOMENTS else value for key, value in step.items()}
    return {key: _dated(value) if key in DATED else value for key, value in timed.items()}


def _dated(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _dated(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_dated(each) for each in value]
    return date.fromisoformat(value) if isinstance(value, str) and DAY.fullmatch(value) else value


def undated(value: Any) -> Any:
    """What a step does as it is kept: days as ISO texts."""
    if isinstance(value, Mapping):
        return {key: undated(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [undated(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def local(moment: datetime) -> str:
    """A moment as the kept story has it."""
    return moment.astimezone(HELSINKI).replace(tzinfo=None).isoformat(timespec="seconds")


def written(told: Told, expected: list[dict[str, Any]], *, name: str, text: str) -> str:
    """The run as the text of a story file, with what was so after each step as its expectation."""
    document = tomlkit.document()
    for key, value in (("name", name), ("process", told["process"]), ("text", text)):
        if value:
            document.add(key, tomlkit.item(value))
    for table in ("settings", "parameters", "parties", "inputs"):
        if told.get(table):
            document.add(table, _table(_typed(told[table]) if table == "inputs" else told[table]))
    steps = tomlkit.aot()
    for step, expect in zip(told["steps"], expected, strict=True):
        flat = {key: value for key, value in _timed(step).items() if key != "data"}
        found = _table(flat | {"expect": expect})
        if step.get("data"):
            found.add("data", _table(step["data"]))
        steps.append(found)
    document.add("steps", steps)
    return tomlkit.dumps(document)


def _table(values: Mapping[str, Any]) -> Any:
    found = tomlkit.table()
    for key, value in values.items():
        found.add(key, _inline(value))
    return found


def _inline(value: Any) -> Item:
    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, each in value.items():
            table.append(key, _inline(each))
        return table
    if isinstance(value, list | tuple):
        array = tomlkit.array()
        for each in value:
            array.append(_inline(each))
        return array
    found: Item = tomlkit.item(value)
    return found


def _new(piece: Piece, story: Story) -> Run:
    with begun(piece) as stage:
        closing = ExitStack()
        own = closing.enter_context(fresh(stage))
    return Run(own, Player(own, story, most_fired=MOST_FIRED), [], [], closing)


def _perform(run: Run, step: StoryStep) -> None:
    run.player.perform(step)
    run.steps.append(step)
    run.expected.append(_expectations(run.player.picture(run.player.before, step.at)))


def _expectations(picture: Picture) -> dict[str, Any]:
    found: dict[str, Any] = {"open": list(picture.open)}
    due: dict[str, date] = {}
    for deadline in picture.deadlines:
        due.setdefault(deadline.name, deadline.due_on)
    told = {
        "waits": list(picture.waits), "calls": list(picture.calls), "due": due, "letters": list(picture.letters),
        "started": list(picture.started), "outcome": picture.outcome,
    }  # fmt: skip
    return found | {key: value for key, value in told.items() if value}


def _digest(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


_PREPARING = threading.RLock()
_STAGES: OrderedDict[str, Stage] = OrderedDict()
_CLOSING: dict[str, ExitStack] = {}
_KEPT: OrderedDict[str, Run] = OrderedDict()
_RUNS = threading.Lock()


def _key(piece: Piece, told: Told) -> str:
    return _digest([piece.key, told])


def _take(piece: Piece, told: Told) -> Run | None:
    """The kept run of these steps, which is then the taker's alone."""
    with _RUNS:
        return _KEPT.pop(_key(piece, told), None)


def _keep(piece: Piece, told: Told, run: Run) -> None:
    with _RUNS:
        twin = _KEPT.pop(_key(piece, told), None)  # another page of the same run was faster
        _KEPT[_key(piece, told)] = run
        over = [_KEPT.popitem(last=False)[1] for _ in range(len(_KEPT) - MOST_RUNS)]
    for old in [*over, *([twin] if twin is not None else [])]:
        old.closing.close()
