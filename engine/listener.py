"""Event sub-processes: while a level runs, each of them waits for its start event beside everything else there."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs import defaults as stock

from engine.elements import Element, settled
from engine.spiff import WAITING, Token


class Listener(Element, stock.IntermediateCatchEvent):  # type: ignore[misc]
    """The start event of an event sub-process, waiting in the level around it; it does not keep that level open."""

    listens = True
    handler: Any = None

    def fire(self, token: Token) -> None:
        """It happened: the event sub-process runs; an interrupting one ends all else in its level first."""
        level = token.workflow
        level.top_workflow.script_engine.visit(token)
        if self.node.interrupting:
            for other in level.live():
                if other is not token:
                    other.cancel()
        else:
            self._again(token)
        token.drop()
        self.handler._update(Token(level, self.handler))

    def _again(self, token: Token) -> None:
        run, event = token.workflow.top_workflow.script_engine, self.node.event
        assert event is not None
        if event.kind != "timer":
            settled(Token(token.workflow, self, None, WAITING))
        elif event.timer == "timeCycle" and (rest := run.next_cycle(token)):
            Token(token.workflow, self, None, WAITING).internal_data.update(rest)
