"""SpiffWorkflow with the parts replaced that are slow, forgetful or wrong for us (engine.md 1.3, 5 and 6).

What stays: tasks, task specs, workflows, sub-workflows and their states. What differs, and why:

- a token that is done is dropped at once, so a state never grows and no rule has to search the past;
- nothing is predicted: the next tokens are made when a token completes (prediction was most of a step's time);
- a token's id is a small number of its case: stable over storing, and no UUID hashing;
- joins count the tokens on their flows, so that loops around them and several tokens on one flow are right;
- a boundary event hangs on its host; when it interrupts, the host and everything inside it ends
  before anything else runs;
- no deep copies and no log extras: data lives in scopes (engine/scope.py), not in tasks;
- an event sub-process waits in the level around it and does not keep that level open (engine/listener.py);
- a timer never looks at a clock: it is WAITING until somebody says that it fired.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.errors import LimitError

WAITING, READY, STARTED = TaskState.WAITING, TaskState.READY, TaskState.STARTED
COMPLETED, CANCELLED, FUTURE = TaskState.COMPLETED, TaskState.CANCELLED, TaskState.FUTURE
LIVE = WAITING | READY | STARTED | FUTURE
MAX_STEPS = 2000
MAX_TOKENS = 2000
# Ids of one width keep a state's size the same from round to round.
FIRST_ID = 100_001


class Token(Task):  # type: ignore[misc]
    """One token of a case: where it stands and, in `internal_data`, the little that its element must remember."""

    def __init__(self, workflow: Any, task_spec: Any, parent: Any = None, state: int = FUTURE, id: int | None = None):
        # Task.__init__ is not called: it reads the clock and makes a UUID.
        top = workflow.top_workflow
        self.id = top.new_id() if id is None else id
        self.workflow = workflow
        self.task_spec = task_spec
        self.data: dict[str, Any] = {}
        self.internal_data: dict[str, Any] = {}
        self.triggered = False
        self.thread_id = 0
        self.last_state_change = 0.0
        self._state = state
        self._children: list[int] = []
        self._parent = None if parent is None else parent.id
        workflow.tasks[self.id] = self
        if parent is not None:
            parent._children.append(self.id)
        if len(workflow.tasks) > MAX_TOKENS:
            raise LimitError(f"{task_spec.name}: more than {MAX_TOKENS} tokens at once")

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """Data lives in scopes."""

    def _ready(self) -> None:
        self._state = READY
        if not self.task_spec.manual:
            self.workflow.top_workflow.queue.append(self)

    def _resume(self) -> None:
        """What this token waited for is done: it runs by itself, also when its element is one for people."""
        self._state = READY
        self.workflow.top_workflow.queue.append(self)

    def run(self) -> bool:
        """Do what the element does, then complete; an element that ended itself while running stays ended."""
        self.task_spec._run_hook(self)
        if self._state == READY:
            self.complete()
        return True

    def cancel(self) -> None:
        """End this token without completing it, and all that hangs on it: events, items, what runs inside."""
        if not self._state & LIVE:
            return
        self._state = CANCELLED
        if self.task_spec.calls:
            self.workflow.top_workflow.script_engine.called_off.append(str(self.id))
        inside = self.workflow.top_workflow.subprocesses.pop(self.id, None)
        if inside is not None:
            inside.abandon()
        for child in self.children:
            if child is not None:
                child.cancel()
        self.drop()

    def drop(self) -> None:
        """Forget this token."""
        if self._state & LIVE:
            self._state = CANCELLED
        self.detach()
        self.workflow.tasks.pop(self.id, None)

    def detach(self) -> None:
        """Let go of the token that this one hangs on."""
        host = self.parent
        if host is not None and self.id in host._children:
            host._children.remove(self.id)
        self._parent = None


class _Flowing:
    """What both kinds of workflow share: live tokens only, and their end."""

    tasks: dict[int, Token]
    spec: Any
    completed: bool
    top_workflow: Any
    scope: str
    prefix: str
    process: str
    # What was completed here and can be undone, and whether undoing is all that is done here (engine/compensation.py).
    undo: list[dict[str, Any]]
    undoing = False

    def live(self) -> list[Token]:
        """Tokens that are not done."""
        return [token for token in self.tasks.values() if token._state & LIVE]

    def begin(self, message: str | None = None) -> Token:
        """Put a token on the start event of a message, or the one without; LookupError when there is none.

        A sub-process has one start event, whatever it reacts to.
        """
        for spec in self.spec.bpmn_start_events:
            if spec.message == (message or "") or self.spec.element:
                token = Token(self, spec)
                spec._update(token)
                return token
        raise LookupError(message or "")

    def listen(self) -> None:
        """Let the event sub-processes of this level wait for their events."""
        for spec in self.spec.listeners:
            self.top_workflow.script_engine.set_due(Token(self, spec, None, WAITING))

    def abandon(self) -> None:
        """End every token here."""
        self.completed = True
        for token in self.live():
            token.cancel()

    def stops(self, token: Token) -> bool:
        """Whether nothing follows what has just been done here."""
        return False

    def idle(self, left: list[Token]) -> bool:
        """Whether none of the tokens left keeps this level open."""
        return all(token.task_spec.listens for token in left)

    def _task_completed_notify(self, task: Token) -> None:
        if self.completed:
            return
        left = self.live()
        if self.idle(left):
            for token in left:
                token.drop()
            self.completed = True
            self.finished()
            return
        for token in left:
            if token._state == WAITING and token.task_spec.joins_late:
                token.task_spec.settle(token)

    def finished(self) -> None:
        """Every token here is done."""


class Case(_Flowing, BpmnWorkflow):  # type: ignore[misc]
    """The main level of a running case."""

    def __init__(self, spec: Any, subprocess_specs: Mapping[str, Any], run: Any, next_id: int = FIRST_ID) -> None:
        self.next_id = next_id
        self.queue: deque[Token] = deque()
        self.scope = ""
        self.prefix = ""
        self.process = spec.process
        self.host = None
        self.undo = []
        super().__init__(spec, subprocess_specs, script_engine=run, deserializing=True)

    def new_id(self) -> int:
        """The next token id of this case."""
        self.next_id += 1
        return self.next_id - 1

    def levels(self) -> Iterator[Any]:
        """The main level and every running sub-process and part, outer before inner."""
        yield self
        yield from list(self.subprocesses.values())

    def tokens(self) -> Iterator[Token]:
        """Every live token of the case, in the order of their ids."""
        everything = [token for level in self.levels() for token in level.live()]
        return iter(sorted(everything, key=lambda token: token.id))

    def drain(self) -> None:
        """Run everything that runs by itself; LimitError when it would not end."""
        steps = 0
        while self.queue or (self.script_engine.definition.watches and self._watch()):
            token = self.queue.popleft()
            if token._state != READY:
                continue
            steps += 1
            if steps > MAX_STEPS:
                raise LimitError(f"{token.task_spec.name}: more than {MAX_STEPS} steps without anybody to wait for")
            token.run()

    def _watch(self) -> bool:
        """Ask every condition that is waited for, now that all is at rest; whether any has become true.

        One that has happened already must be found false before it can happen again (BPMN 2.0.2, 10.5.5).
        """
        for token in self.tokens():
            awaited = token.task_spec.awaited
            if token._state == WAITING and token.task_spec.activates:
                token.task_spec.settle(token)
            if awaited is None or token._state != WAITING:
                continue
            if not self.script_engine.holds(token, awaited):
                token.internal_data.pop("was", None)
            elif "was" not in token.internal_data:
                token.task_spec.fire(token)
        return bool(self.queue)


class Level(_Flowing, BpmnSubWorkflow):  # type: ignore[misc]
    """The inside of a running sub-process or called part; `host` is the token that stands on it."""

    def __init__(self, spec: Any, host: Token, scope: str, prefix: str) -> None:
        # BpmnSubWorkflow.__init__ is not called: it walks up the tree to count its depth.
        self.host = host
        self.parent_task_id = host.id
        self.top_workflow = host.workflow.top_workflow
        self.correlations: dict[str, Any] = {}
        self.depth = 0
        self.scope = scope
        self.prefix = prefix
        self.process = spec.process
        self.undo = []
        Workflow.__init__(self, spec, deserializing=True)
        self.top_workflow.subprocesses[host.id] = self

    def enter(self) -> None:
        """Begin what begins by itself here."""
        self.begin()

    @property
    def parent_workflow(self) -> Any:
        """The level that this one runs in."""
        return self.host.workflow

    @property
    def called(self) -> bool:
        """Whether this is a called part, with a scope of its own, and not an embedded sub-process."""
        return bool(self.scope != self.host.workflow.scope)

    def abandon(self) -> None:
        """End every token here and forget the part's data."""
        super().abandon()
        if self.called:
            self.top_workflow.script_engine.drop_scope(self.scope)

    def finished(self) -> None:
        """Hand over to the token that waited for this level."""
        if self.called:
            self.top_workflow.script_engine.leave_part(self)
        elif self.undo and not self.undoing:
            self.host.internal_data["undo"] = self.undo
        self.top_workflow.subprocesses.pop(self.host.id, None)
        self.host.task_spec.emptied(self.host)


class ProcessSpec(BpmnProcessSpec):  # type: ignore[misc]
    """The elements of one level; `process` is the folder that it was drawn in, `element` its sub-process or ""."""

    def __init__(self, name: str, process: str, element: str = "") -> None:
        super().__init__(name=name, filename=process)
        self.process = process
        self.element = element
        # Set once by the builder: the waiting starts of event sub-processes, and whether end events are outcomes here.
        self.listeners: tuple[Any, ...] = ()
        self.decides = not element
        self.level: type[Level] = Level
        # Of an ad-hoc sub-process: what people may choose, and the events that may happen at any time.
        self.offered: tuple[Any, ...] = ()
        self.standing: tuple[Any, ...] = ()
        # The event sub-process that says how the level is undone.
        self.undoer: Any = None

    def open(self, host: Token, scope: str, prefix: str) -> Level:
        """A running level of these elements inside the element that `host` stands on."""
        return self.level(self, host, scope, prefix)
