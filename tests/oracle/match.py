"""Plays a drawn process on the product and on the oracle side by side: the same steps, after each the same picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from engine.errors import EngineError, LimitError
from tests.oracle import chart
from tests.oracle.chart import ACTIVITIES
from tests.oracle.dice import Dice
from tests.oracle.formula import Unclear
from tests.oracle.play import Act, Found, Play, Seen, describe
from tests.oracle.sketch import MAIN, Drawing

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
MOST_STEPS = 14


class Disagreement(AssertionError):
    """The product does not do what the oracle says."""


class Side(Protocol):
    """The product, as a match drives it."""

    now: datetime
    ticks: bool
    """whether time is what fires timers, all that are due, or each is fired by name"""

    def start(self) -> None: ...
    def complete(self, label: str, answers: Mapping[str, Any]) -> None: ...
    def deliver(self, label: str, answers: Mapping[str, Any]) -> None: ...
    def fire(self, label: str) -> None: ...
    def answer(self, label: str, answers: Mapping[str, Any]) -> None: ...
    def fail(self, label: str, code: str) -> None: ...
    def pick(self, label: str, element: str) -> None: ...
    def enough(self, label: str) -> None: ...
    def oldest(self, label: str) -> str: ...
    def cancel(self) -> None: ...
    def refuses(self, label: str) -> bool: ...
    def too_early(self, label: str) -> bool: ...
    def seen(self) -> Seen: ...
    def wrong(self) -> str: ...


@dataclass(frozen=True)
class Step:
    """One step, known by where it happens, to the nth thing at a path; `word` is an error's code or a step chosen."""

    kind: str
    path: str
    nth: int = 0
    answers: Mapping[str, Any] | None = None
    word: str = ""


# What may be done with each kind of thing, the likelier the more often it stands here.
DONE = {
    "task": ("complete",),
    "wait": ("deliver",),
    "alarm": ("fire",),
    "call": ("answer", "answer", "fail"),
    "choice": ("pick", "pick", "pick", "enough"),
}


def charts_of(drawing: Drawing) -> dict[str, chart.Chart]:
    """The drawing as the oracle reads it."""
    return {process: chart.read(text, drawing.outputs.get(process)) for process, text in drawing.files.items()}


@dataclass
class Match:
    """One case, played on both; `steps` is what was done, `undecided` why the oracle gave up, if it did."""

    drawing: Drawing
    side: Side
    steps: list[Step] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    undecided: str = ""
    seen: Seen | None = None

    def __post_init__(self) -> None:
        self.play = Play(charts_of(self.drawing), MAIN, self.side.now)

    def at_random(self, dice: Dice) -> Match:
        """Play with the dice until the case is closed, stands still or has gone on long enough."""
        return self._all(self._choices(dice), dice)

    def again(self, steps: Sequence[Step]) -> Match:
        """Play given steps, as far as they are possible."""
        return self._all(iter(steps), Dice.of_list([]))

    def _all(self, steps: Iterator[Step], dice: Dice) -> Match:
        try:
            self._do("start", self._step(lambda game: game.begin(MAIN)), self.side.start)
            for step in steps:
                if self.seen is None or not self._take(step, dice):
                    break
            if self.seen is not None and not self.seen.closed and dice.chance(15):
                self._call_off()
        except Unclear as reason:
            self.undecided = str(reason)
        return self

    def _choices(self, dice: Dice) -> Iterator[Step]:
        while self.seen is not None and len(self.steps) < MOST_STEPS and self.seen.things:
            things = sorted(self.seen.things.items())
            label, thing = dice.pick([one for one in things for _ in range(3 if one[1].kind == "task" else 1)])
            same = [other for other, one in things if (one.kind, one.path) == (thing.kind, thing.path)]
            kind = dice.pick(DONE[thing.kind])
            answers = {**dice.pick([{"ok": True}, {"ok": False}, {}]), "n": dice.below(4)}
            filled = answers if kind in ("complete", "deliver", "answer") else None
            yield Step(kind, thing.path, same.index(label), filled, self._word(kind, thing.path, dice))

    def _word(self, kind: str, path: str, dice: Dice) -> str:
        """The code of an error, or a step of an ad-hoc sub-process, offered or not."""
        if kind == "fail":
            return dice.pick(["fault", "other"])
        if kind != "pick":
            return ""
        level = path.rpartition("/")[2]
        return dice.pick([n.id for one in self.play.charts.values() for n in one.inside(level) if n.kind in ACTIVITIES])

    def _take(self, step: Step, dice: Dice) -> bool:
        assert self.seen is not None
        wanted = next(thing for thing, kinds in DONE.items() if step.kind in kinds), step.path
        same = [label for label, one in sorted(self.seen.things.items()) if (one.kind, one.path) == wanted]
        if step.nth >= len(same):
            return False
        label = same[step.nth]
        used = sorted(self.play.labels - self.seen.things.keys())
        if dice.chance(15) and not self.side.refuses(dice.pick(["999999", *used])):
            raise Disagreement(self.story("a step at something that is not open was not refused"))
        self.steps.append(step)
        if step.kind == "fire":
            self._fire(label, dice)
            return True
        command, label = step.kind, self.side.oldest(label) if step.kind == "deliver" else label
        given: tuple[Any, ...] = (step.word,) if step.word else ()
        given = given if step.answers is None else (dict(step.answers),)
        act = self._step(lambda game: getattr(game, command)(label, *given))
        self._do(f"{step}", act, lambda: getattr(self.side, command)(label, *given))
        return True

    def _step(self, act: Act) -> Callable[[], Found]:
        return lambda: self.play.step(act, self.side.now)

    def _fire(self, label: str, dice: Dice) -> None:
        assert self.seen is not None
        alarms = [thing for thing in self.seen.things.values() if thing.kind == "alarm"] if self.side.ticks else []
        due = datetime.fromisoformat(min(thing.detail for thing in alarms or [self.seen.things[label]]))
        if due > self.side.now and dice.chance(20) and not self.side.too_early(label):
            raise Disagreement(self.story("a timer fired before its moment"))
        late = timedelta(hours=7) if not self.side.ticks and dice.chance(25) else timedelta()
        self.side.now = max(self.side.now, due + late)
        act = (lambda: self.play.tick(self.side.now)) if self.side.ticks else self._step(lambda game: game.ring(label))
        self._do(f"{self.steps[-1]} on {due:%d.%m. %H:%M}", act, lambda: self.side.fire(label))

    def _call_off(self) -> None:
        """The case is called off: all is withdrawn."""
        self.side.cancel()
        seen = self.side.seen()
        if not seen.closed or seen.things or seen.outcome != (self.seen and self.seen.outcome):
            raise Disagreement(self.story(f"called off, it shows {describe(seen)}"))

    def _do(self, what: str, act: Callable[[], Found], command: Callable[[], None]) -> None:
        """One step on both sides."""
        self.told.append(what)
        found = act()
        try:
            command()
        except EngineError as error:
            self.told.append(f"  -> refused: {error}")
            allowed = found.endless() if isinstance(error, LimitError) else found.refused
            if not allowed:
                raise Disagreement(self.story(f"the engine refuses: {error}\n{self.expected(found)}")) from error
            if self.seen is not None and self.side.seen() != self.seen:
                raise Disagreement(self.story("a step that was refused has left something behind")) from error
        else:
            self._compare(found)

    def _compare(self, found: Found) -> None:
        """The product's picture is one of the oracle's."""
        seen = self.seen = self.side.seen()
        self.told += describe(seen).splitlines()
        if not self.play.keep(found, seen):
            raise Disagreement(self.story(self.expected(found)))
        if wrong := self.side.wrong():
            raise Disagreement(self.story(wrong))

    def expected(self, found: Found) -> str:
        """What the oracle allows, for people."""
        ways = [*map(self.play.describe, found.positions), *(["a refusal"] if found.refused else [])]
        return "\n".join(["the oracle expects one of:", *(ways or ["tokens that move for ever"])])

    def story(self, what: str) -> str:
        """The whole run for people: the files, the steps, what is wrong."""
        return "\n".join(["", *self.drawing.files.values(), *self.told, "", what])
