"""The engine as one side of a match: states are bytes between any two steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine import runner
from engine import state as codec
from engine.errors import StepError
from engine.result import Result, Situation
from tests.oracle.folder import build
from tests.oracle.formula import plain
from tests.oracle.play import Seen, Thing, data_of
from tests.oracle.sketch import Drawing


class EngineSide:
    """One case in engine.runner."""

    ticks = False

    def __init__(self, drawing: Drawing, now: datetime) -> None:
        self.definition, self.law = build(drawing)
        self.fingerprint = self.definition.fingerprint
        self.now = now
        self.result: Result | None = None
        self.calls: dict[str, tuple[str, str]] = {}
        """path and inputs of the calls that wait for an answer: the engine tells of a call when it orders it"""

    def situation(self) -> Situation:
        """Now, with the law."""
        return Situation(self.now, self.now, self.law, {})

    @property
    def state(self) -> bytes:
        """The bytes of the case."""
        assert self.result is not None
        return self.result.state

    def start(self) -> None:
        """The case starts."""
        self.result = runner.start(self.definition, self.situation())
        self._calls()

    def complete(self, label: str, answers: Mapping[str, Any]) -> None:
        """Somebody completes a task."""
        self._step(runner.complete, label, answers)

    def deliver(self, label: str, answers: Mapping[str, Any]) -> None:
        """A message comes."""
        self._step(runner.deliver, label, answers)

    def fire(self, label: str) -> None:
        """A timer goes off."""
        self._step(runner.fire, label)

    def answer(self, label: str, answers: Mapping[str, Any]) -> None:
        """A service answers."""
        self._step(runner.finish_job, label, answers)
        self.calls.pop(label, None)

    def fail(self, label: str, code: str) -> None:
        """A service answers with an error."""
        self._step(runner.fail_job, label, code)
        self.calls.pop(label, None)

    def pick(self, label: str, element: str) -> None:
        """Somebody chooses a step."""
        self._step(runner.pick, label, element)

    def enough(self, label: str) -> None:
        """Somebody ends a choice."""
        self._step(runner.complete, label, {})

    def oldest(self, label: str) -> str:
        """Who takes a message that comes to a label: nobody else."""
        return label

    def cancel(self) -> None:
        """The case is called off."""
        self.result = runner.cancel(self.definition, self.state, self.situation())
        self._calls()

    def refuses(self, label: str) -> bool:
        """Whether each command is refused for something that is not open."""
        tries = [
            lambda: runner.complete(self.definition, self.state, self.situation(), label, {}),
            lambda: runner.deliver(self.definition, self.state, self.situation(), label, {}),
            lambda: runner.fire(self.definition, self.state, self.situation(), label),
            lambda: runner.finish_job(self.definition, self.state, self.situation(), label, {}),
            lambda: runner.pick(self.definition, self.state, self.situation(), label, "a"),
        ]
        return all(_refused(command) for command in tries)

    def too_early(self, label: str) -> bool:
        """Whether a timer is refused before its moment."""
        return _refused(lambda: runner.fire(self.definition, self.state, self.situation(), label))

    def seen(self) -> Seen:
        """What is open now."""
        result = self.result
        assert result is not None
        things = {
            step.id: Thing(
                "choice" if step.choice else "task", step.path, "" if step.item is None else plain(step.item)
            )
            for step in result.steps
        }
        things |= {id: Thing("call", *call) for id, call in self.calls.items()}
        things |= {wait.id: Thing("wait", wait.path, wait.message) for wait in result.waits}
        things |= {alarm.id: Thing("alarm", alarm.path, alarm.due_at.isoformat()) for alarm in result.alarms}
        return Seen(things, data_in(result.state), result.outcome, result.closed)

    def wrong(self) -> str:
        """What is wrong with the engine's own account, whatever the oracle says; "" when nothing is."""
        result = self.result
        assert result is not None
        again = runner.refresh(self.definition, result.state, self.situation())
        looked = runner.look(self.definition, result.state)
        if again.state != result.state or looked.steps != result.steps or looked.waits != result.waits:
            return "what was stored shows something else when it is read again"
        if self.definition.fingerprint != self.fingerprint:
            return "the run changed the shared definition"
        return ""

    def _step(self, command: Callable[..., Result], *given: Any) -> None:
        assert self.result is not None
        before, after = self.result, command(self.definition, self.state, self.situation(), *given)
        self.result = after
        self._calls()
        old, new = ({step.id for step in result.steps} for result in (before, after))
        opened, withdrawn = {step.id for step in after.opened}, set(after.withdrawn)
        assert opened == new - old, f"tells that {opened} opened, of {old} and {new}"
        assert withdrawn == old - new - set(after.completed), (
            f"tells that {withdrawn} were withdrawn, of {old} and {new}"
        )

    def _calls(self) -> None:
        assert self.result is not None
        for id in self.result.called_off:
            self.calls.pop(id, None)
        self.calls |= {job.id: (job.path, plain(job.inputs)) for job in self.result.jobs}


def _refused(command: Callable[[], object]) -> bool:
    try:
        command()
    except StepError:
        return True
    return False


def data_in(state: bytes) -> str:
    """All data in a state."""
    scopes = codec.read(state)["d"].values()
    return data_of([(scope["process"], scope["data"], scope.get("input")) for scope in scopes])
