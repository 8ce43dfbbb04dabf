"""Every story of a folder played in a process of its own, which can be ended: a story that never ends holds up nothing.

The stories run on a throw-away database (tasks/stage.py), beside the published folders that the process reaches.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from time import monotonic
from typing import Any

from engine import bundle as bundles
from engine.alone import caller
from engine.bundle import Bundle
from engine.definition import build
from engine.errors import EngineError
from engine.law import LAW
from engine.story import Coverage, coverage, read_story
from tasks.commands.publishing import called
from tasks.errors import TasksError
from tasks.player import Played, play
from tasks.stage import fresh, prepare, throw_away

PREPARE_SECONDS = 120.0
STORY_SECONDS = 60.0
LOOK_SECONDS = 0.2
Zips = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Told:
    """What the playing process tells: one story's end, at last the coverage, or why nothing could be played."""

    story: str = ""
    state: str = ""
    """passed | failed | late"""
    failures: tuple[Mapping[str, str], ...] = ()
    visited: tuple[str, ...] = ()
    coverage: tuple[Mapping[str, Any], ...] | None = None
    error: str = ""


def reached(process: str, folders: Mapping[str, Bundle], also: Iterable[str] = ()) -> dict[str, Bundle]:
    """The folders that cases of a process run in: itself, the law, what it calls and starts, and so on.

    `also` are other processes: those through which the stories of a part play it.
    """
    found: dict[str, Bundle] = {}
    wanted = [process, LAW, *also]
    while wanted:
        name = wanted.pop()
        if name in folders and name not in found:
            bundle = found[name] = folders[name]
            wanted += called(bundle)
            wanted += [rule.process for rules in bundle.manifest.starts_cases.values() for rule in rules]
    return found


def rehearse(
    process: str, folders: Mapping[str, Bundle], stories: Sequence[str],
    stopping: Callable[[], bool] = lambda: False, *, prepare_seconds: float = PREPARE_SECONDS,
    story_seconds: float = STORY_SECONDS,
) -> Generator[Told, None, None]:  # fmt: skip
    """Play stories of a folder one by one, and tell of each as it ends; the coverage comes last.

    A story that takes longer than `story_seconds` is ended and told as late; the others are played in a new process.
    When `stopping` says so, nothing more is told.
    """
    through = {str(folders[process].stories[id].get("process", process)) for id in stories}
    zips = {name: bundle.to_zip() for name, bundle in reached(process, folders, through).items()}
    left, visited = list(stories), dict[str, tuple[str, ...]]()
    while True:
        playing = _Playing(process, zips, left, visited)
        try:
            limit = prepare_seconds
            while (told := playing.next(limit, stopping)) is not None:
                limit = story_seconds
                if told.story:
                    left.remove(told.story)
                    visited[told.story] = told.visited
                if told.story or told.error or told.coverage is not None:
                    yield told
                if told.error or told.coverage is not None:
                    return
        finally:
            playing.end()
        if stopping():
            return
        if limit == prepare_seconds or not left:
            yield Told(error=f"nothing could be played within {int(limit)} seconds")
            return
        yield Told(story=(late := left.pop(0)), state="late")
        visited[late] = ()


class _Playing:
    """The process that plays, and the pipe on which it tells."""

    def __init__(
        self, process: str, zips: Zips, stories: Sequence[str], visited: Mapping[str, tuple[str, ...]]
    ) -> None:
        context = get_context("spawn")  # threads of the worker hold locks that a fork would copy
        self._pipe, theirs = context.Pipe(duplex=False)
        arguments = (theirs, process, dict(zips), list(stories), dict(visited))
        self._process = context.Process(target=_play_all, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def next(self, seconds: float, stopping: Callable[[], bool]) -> Told | None:
        """What is told next; None when nothing was within that time, or when it is to stop."""
        last = monotonic() + seconds
        while not self._pipe.poll(LOOK_SECONDS):
            if stopping() or monotonic() > last:
                return None
        try:
            found: Told = self._pipe.recv()
        except EOFError:
            return Told(error="the stories could not be played to their end")
        return found

    def end(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _play_all(
    pipe: Connection, process: str, zips: Zips, stories: Sequence[str], visited: Mapping[str, tuple[str, ...]]
) -> None:
    """Runs in the process of its own."""
    with suppress(OSError):
        os.nice(10)
    try:
        folders = {name: bundles.inspect(data) for name, data in zips.items()}
        played = [Played(story, process, (), frozenset(paths)) for story, paths in visited.items()]
        with throw_away(None) as empty:
            stage = prepare(empty, folders.values())
            pipe.send(Told())
            for id in stories:
                with fresh(stage) as own:
                    one = play(own, read_story(id, folders[process].stories[id]))
                played.append(one)
                failures = tuple(asdict(failure) for failure in one.failures)
                pipe.send(Told(id, "passed" if one.ok else "failed", failures, tuple(sorted(one.visited))))
        pipe.send(Told(coverage=tuple(asdict(row) for row in covered(folders, played))))
    except (EngineError, TasksError) as error:
        pipe.send(Told(error=str(error)[:2000]))
    except Exception as error:  # what it says may hold anything: only its kind is told
        pipe.send(Told(error=type(error).__name__))


def covered(folders: Mapping[str, Bundle], played: Iterable[Played]) -> list[Coverage]:
    """Coverage of every diagram that a played process runs, its called parts included."""
    found = list(played)
    elements: dict[str, set[str]] = {}
    visited: dict[str, set[str]] = {}
    for process in sorted({p.process for p in found} & set(folders)):
        main = folders[process] if folders[process].kind == "process" else caller(folders[process], {}, {})
        definition = build(main, {name: b for name, b in folders.items() if name != main.process})
        for part, names in definition.coverage_elements.items():
            if part in folders:
                elements.setdefault(part, set()).update(names)
        for one in found:
            if one.process == process:
                for path in one.visited:
                    if seen := definition.elements.get(path):
                        visited.setdefault(seen.process, set()).add(seen.element)
    return [coverage(process, names, visited.get(process, set())) for process, names in sorted(elements.items())]
