"""Ad-hoc sub-processes: people choose which step comes next, as often as they like (BPMN 2.0.2, 10.3.5 and 13.3.5).

What no flow enters is offered; what a flow leads to begins when its turn comes. After each step the completion
condition is asked; without one, people say when it is enough.
"""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.elements import Catch, Element, Inside, settled
from engine.errors import StepError
from engine.notation import ACTIVITIES
from engine.spiff import READY, STARTED, WAITING, Level, Token


class AdHoc(Inside):
    """An ad-hoc sub-process: open for people for as long as they may choose in it."""

    chooses = True
    until: Any = None

    def choosing(self, token: Token) -> bool:
        """Whether people may still choose here."""
        return token._state == STARTED and "ending" not in token.internal_data

    def end(self, token: Token) -> None:
        """People say that it is enough; StepError where a condition says so instead."""
        if self.until is not None:
            raise StepError(f"{self.node.id} ends when {self.until.source!r} is true, not before")
        level = inside(token)
        level.end()
        level._task_completed_notify(token)


class AdHocLevel(Level):
    """The inside of a running ad-hoc sub-process: it stays open with nothing in it."""

    def enter(self) -> None:
        """Wait for what may happen; nothing else begins by itself."""
        self.listen()
        for spec in self.spec.standing:
            spec.wait(self)

    def working(self) -> list[Token]:
        """The tokens of steps that are under way."""
        return [token for token in self.live() if not token.task_spec.listens]

    def offers(self) -> tuple[Any, ...]:
        """What may be begun now."""
        blocked = self.host.task_spec.node.ad_hoc.sequential and self.working()
        return () if blocked else self.spec.offered

    def pick(self, element: str) -> None:
        """Begin a step; StepError when it is not offered now."""
        for spec in self.offers():
            if spec.node.id == element:
                spec._update(Token(self, spec))
                return
        offered = ", ".join(spec.node.id for spec in self.offers()) or "nothing until the open step is done"
        raise StepError(f"{self.host.task_spec.node.id} does not offer {element!r} now, but {offered}")

    def stops(self, token: Token) -> bool:
        """After each step the condition is asked; once it has been true nothing more begins (13.3.5)."""
        if token.task_spec.node.kind not in ACTIVITIES:
            return False
        if "ending" not in self.host.internal_data:
            until = self.host.task_spec.until
            if until is None or not self.top_workflow.script_engine.holds(self.host, until):
                return False
            self.end()
        return True

    def end(self) -> None:
        """Begin nothing more: what is under way is withdrawn, or finished where the drawing says so."""
        self.host.internal_data["ending"] = 1
        cancels = self.host.task_spec.node.ad_hoc.cancels
        for token in self.live():
            if cancels or token.task_spec.node.kind not in ACTIVITIES:
                token.cancel()

    def idle(self, left: list[Token]) -> bool:
        """It ends only when somebody or its condition has said so."""
        return "ending" in self.host.internal_data and super().idle(left)


class Turn(Element, stock.NoneTask):  # type: ignore[misc]
    """Where one step comes at a time: what a flow leads to waits until nothing else is under way."""

    joins_late = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _update_hook(self, token: Token) -> bool:
        token._set_state(WAITING)
        return False

    def settle(self, token: Token) -> None:
        """Go on when nothing but others in line is left; the first come goes first."""
        working = token.workflow.working()
        if all(isinstance(other.task_spec, Turn) and other._state != READY for other in working):
            token._ready()


class Standing(Catch):
    """An event of an ad-hoc sub-process that no flow enters: it may happen as long as that is open, again and again."""

    listens = True

    def wait(self, level: Level) -> Token:
        """Begin to wait."""
        token = Token(level, self, None, WAITING)
        level.top_workflow.script_engine.set_due(token)
        return token

    def fire(self, token: Token) -> None:
        """It happened: what follows begins, and the event waits again; a timer that does not repeat is over."""
        assert self.node.event is not None
        if self.node.event.kind != "timer":
            settled(self.wait(token.workflow))
        super().fire(token)


def inside(token: Token) -> AdHocLevel:
    """The level that runs inside an ad-hoc sub-process."""
    level: AdHocLevel = token.workflow.top_workflow.subprocesses[token.id]
    return level
