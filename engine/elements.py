"""What each kind of BPMN element does when a token reaches, runs or leaves it: SpiffWorkflow specs with our hooks."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.diagram import Node
from engine.errors import UncaughtError
from engine.spiff import STARTED, WAITING, Token


class Element:
    """Common to every element: it is reached, it runs, it completes, and tokens go on along its flows."""

    manual = False
    chooses = False
    calls = False
    joins_late = False
    listens = False
    races = False
    activates = False
    message = ""
    code = ""
    until: Any = None
    timer: Any = None
    awaited: Any = None
    inner: Any = None
    outputs: tuple[Any, ...] = ()
    node: Node
    name: str
    # Set once by the builder (engine/assemble.py) and never changed by a run.
    following: tuple[Any, ...] = ()
    boundaries: tuple[Any, ...] = ()
    # Whether it can be undone when it is completed, by which element, and whether an event sub-process inside says how.
    undoable = False
    undo: Any = None
    undoes_inside = False

    def _predict(self, *args: Any, **kwargs: Any) -> None:
        """Nothing is predicted."""

    def _update(self, token: Token) -> None:
        if self._update_hook(token):
            token._ready()

    def _update_hook(self, token: Token) -> bool:
        run = token.workflow.top_workflow.script_engine
        run.visit(token)
        for spec in self.boundaries:
            arm(token, spec)
        return True

    def _run_hook(self, token: Token) -> bool:
        return True

    def next_elements(self, token: Token) -> tuple[Any, ...]:
        """Where tokens go when this one completes."""
        return self.following

    def _on_complete(self, token: Token) -> None:
        for child in token.children:  # boundary events end with their host
            child.cancel()
        loop, level = token.parent if repeated(token) else None, token.workflow
        if not (self.undoable and level.undoing):  # there its undoing is done, not itself
            run = level.top_workflow.script_engine
            if self.outputs:
                run.execute(token, self.outputs)
            run.done(token)
            if self.undoable:
                keep(token)
        token.drop()
        if loop is not None:
            loop.task_spec.item_done(loop, token)
        elif not level.stops(token):
            new = [(spec, Token(level, spec)) for spec in self.next_elements(token)]
            for spec, child in new:
                child.internal_data.update(spec.remember(token))
                spec._update(child)
        level._task_completed_notify(token)

    def remember(self, source: Token) -> dict[str, Any]:
        """What a token notes about the element that it came from."""
        return {}

    def emptied(self, token: Token) -> None:
        """The level that ran inside this element is done."""
        token._resume()


def repeated(token: Token) -> bool:
    """Whether a token is one item or one round of a repeated activity, whose own token is its parent."""
    return ("item" in token.internal_data or "round" in token.internal_data) and token._parent is not None


def keep(token: Token) -> None:
    """Note that an activity is completed and can be undone from now on (engine/compensation.py)."""
    spec, record = token.task_spec, {"t": token.id, "e": token.task_spec.name}
    if spec.undo is None:  # a sub-process or repeated activity without an undoing of its own: what is in it
        record["in"] = token.internal_data.pop("undo", [])
        if not record["in"] and not spec.undoes_inside:
            return
    if "item" in token.internal_data:
        record["item"] = token.internal_data["item"]
    if repeated(token):
        token.parent.internal_data.setdefault("undo", []).append(record)
    else:
        token.workflow.undo.append(record)


def arm(host: Token, spec: Any) -> Token:
    """Hang a waiting boundary event on its host."""
    token = Token(host.workflow, spec, host, WAITING)
    host.workflow.top_workflow.script_engine.set_due(token)
    return token


def settled(token: Token) -> None:
    """An event that has happened and waits again: a condition must become false before it can become true anew."""
    if token.task_spec.awaited is not None:
        token.internal_data["was"] = 1


class UserTask(Element, stock.UserTask):  # type: ignore[misc]
    """A task for people: waits until it is completed from outside."""


class Pass(Element, stock.IntermediateThrowEvent):  # type: ignore[misc]
    """An event without a definition: the token passes, and a linked case may begin."""

    def _run_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.script_engine.begin_cases(token)
        return True


class Script(Element, stock.ScriptTask):  # type: ignore[misc]
    """Lines of `name = FEEL`."""

    def _run_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.script_engine.execute(token, self.script)
        return True


class Decide(Element, stock.NoneTask):  # type: ignore[misc]
    """A business rule task: evaluates a decision table."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.manual = False

    def _run_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.script_engine.decide(token)
        return True


class SendLetter(Element, stock.SendTask):  # type: ignore[misc]
    """A send task: writes a letter to one recipient."""

    def _run_hook(self, token: Token) -> bool:
        token.workflow.top_workflow.script_engine.write_letter(token)
        return True


class Start(Element, stock.StartEvent):  # type: ignore[misc]
    """A start event, with its message or none; from here on the event sub-processes of its level wait."""

    def _run_hook(self, token: Token) -> bool:
        token.workflow.listen()
        return True


class Catch(Element, stock.IntermediateCatchEvent):  # type: ignore[misc]
    """Waits for a message, a timer or a signal."""

    def remember(self, source: Token) -> dict[str, Any]:
        """Behind an event-based gateway a token knows that it races."""
        return {"race": source.id} if source.task_spec.races else {}

    def _update_hook(self, token: Token) -> bool:
        for spec in self.boundaries:
            arm(token, spec)
        token._set_state(WAITING)
        token.workflow.top_workflow.script_engine.set_due(token)
        return False

    def fire(self, token: Token) -> None:
        """It happened: the token goes on, and the events that it raced with are over."""
        token.workflow.top_workflow.script_engine.visit(token)
        race = token.internal_data.get("race")
        for other in token.workflow.live() if race else ():
            if other is not token and other.internal_data.get("race") == race and other._state == WAITING:
                other.cancel()
        token._resume()


class Boundary(Element, stock.BoundaryEvent):  # type: ignore[misc]
    """An event on the border of a task or sub-process."""

    def fire(self, token: Token) -> None:
        """It happened: an interrupting event ends its host; another one is armed again where it can happen again."""
        host = token.parent
        token.workflow.top_workflow.script_engine.visit(token)
        token.detach()
        if self.cancel_activity:
            host.cancel()
        else:
            self._again(token, host)
        token._resume()

    def _again(self, token: Token, host: Token) -> None:
        run = token.workflow.top_workflow.script_engine
        event = self.node.event
        assert event is not None
        if event.kind != "timer":
            settled(arm(host, self))
        elif event.timer == "timeCycle" and (rest := run.next_cycle(token)):
            Token(host.workflow, self, host, WAITING).internal_data.update(rest)


class End(Element, stock.EndEvent):  # type: ignore[misc]
    """An end event; at the main level of a process or part, or where that was interrupted to, its id is the outcome."""

    def _run_hook(self, token: Token) -> bool:
        level = token.workflow
        level.top_workflow.script_engine.begin_cases(token)
        if level.spec.decides:
            level.top_workflow.script_engine.set_outcome(token)
        event = self.node.event
        if event is not None and event.kind == "terminate":
            for other in level.live():
                if other is not token:
                    other.cancel()
        elif event is not None:
            throw(token, event.kind, self.code)
        return True


class Throw(Element, stock.IntermediateThrowEvent):  # type: ignore[misc]
    """An intermediate event that throws a signal or an escalation."""

    def _run_hook(self, token: Token) -> bool:
        event = self.node.event
        if event is not None:
            throw(token, event.kind, self.code)
        return True


def throw(token: Token, kind: str, code: str) -> None:
    """Throw a signal to whoever waits in the case, an error or escalation to the nearest level around that catches it.

    UncaughtError for an error that nobody catches; an escalation that nobody catches passes (BPMN 2.0.2, 10.5.6).
    """
    if kind == "compensate":  # asked for when the event was reached (engine/compensation.py)
        return
    if kind == "signal":
        for other in [t for t in token.workflow.top_workflow.tokens() if _catches(t, kind, code, exact=True)]:
            if other._state == WAITING:
                other.task_spec.fire(other)
        return
    if not _rises(token, kind, code) and kind == "error":
        raise UncaughtError(token.task_spec.name, code)


def throw_from(holder: Token, kind: str, code: str) -> None:
    """Throw out of an activity itself: its own border catches first; EngineError for an error that nobody catches."""
    if not _caught(holder.children, kind, code):
        throw(holder, kind, code)


def _rises(token: Token, kind: str, code: str) -> bool:
    """Whether a level around catches it: its event sub-processes, then the border of what it runs in."""
    level = token.workflow
    while level is not None:
        if _caught([listener for listener in level.live() if listener.task_spec.listens], kind, code):
            return True
        if level.host is None:
            return False
        holder = level.host.parent if repeated(level.host) else level.host
        if _caught(holder.children, kind, code):
            return True
        level = holder.workflow
    return False


def _caught(waiting: list[Token], kind: str, code: str) -> bool:
    """Whether one of several waiting events catches something: first the one for this code, else one for any."""
    for exact in (True, False):
        for event in waiting:
            if _catches(event, kind, code, exact=exact):
                event.task_spec.fire(event)
                return True
    return False


def _catches(token: Token, kind: str, code: str, *, exact: bool) -> bool:
    spec = token.task_spec
    event = spec.node.event
    if token._state != WAITING or event is None or event.kind != kind or not hasattr(spec, "fire"):
        return False
    return bool(spec.code == code if exact else not event.ref)


class Inside(Element, stock.SubWorkflowTask):  # type: ignore[misc]
    """An embedded sub-process: shares its parent's data."""

    def _update_hook(self, token: Token) -> bool:
        Element._update_hook(self, token)
        token._set_state(STARTED)
        level = token.workflow
        level.top_workflow.subprocess_specs[self.spec].open(token, level.scope, level.prefix).enter()
        return False


class Call(Element, stock.CallActivity):  # type: ignore[misc]
    """A call activity: runs another folder's process with data of its own."""

    def _update_hook(self, token: Token) -> bool:
        Element._update_hook(self, token)
        token._set_state(STARTED)
        top = token.workflow.top_workflow
        scope, prefix = top.script_engine.enter_part(token)
        top.subprocess_specs[self.spec].open(token, scope, prefix).enter()
        return False
