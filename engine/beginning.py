"""The linked cases that a run begins: what process.toml says, computed where a token stands (engine/linked.py)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.errors import EngineError, FeelError
from engine.feel import Expression
from engine.linked import CaseRule
from engine.result import Beginning
from engine.scope import View
from engine.stored import store

if TYPE_CHECKING:
    from engine.run import Run
    from engine.spiff import Token

MOST = 500
"""cases that one element may begin"""


def beginnings(run: Run, token: Token, rules: tuple[CaseRule, ...]) -> Iterator[Beginning]:
    """The cases that an element begins where a token stands; EngineError for what cannot be begun."""
    element = token.task_spec.node.id
    for rule in rules:
        for view in _views(run, token, rule):
            yield Beginning(
                path=token.workflow.prefix + element,
                process=rule.process,
                message=rule.message,
                kind=rule.kind,
                data={name: store(_value(run, token, view, source))[0] for name, source in rule.data.items()},
                parties={role: said for role, said in rule.parties.items() if isinstance(said, str)},
                codes={
                    role: _code(element, role, _value(run, token, view, said))
                    for role, said in rule.parties.items()
                    if isinstance(said, Expression)
                },
            )


def _views(run: Run, token: Token, rule: CaseRule) -> Iterator[View]:
    """What the expressions of a rule see: once, or for each item."""
    view = run.view(token.workflow.scope, token)
    if rule.each is None:
        yield view
        return
    items = _value(run, token, view, rule.each)
    if items is not None and (not isinstance(items, (list, tuple)) or len(items) > MOST):
        raise EngineError(f"{rule.on}: {rule.each.source!r} is no list of at most {MOST} items")
    for item in items or ():
        yield view.beside({rule.item: item})


def _value(run: Run, token: Token, view: View, expression: Expression) -> Any:
    try:
        return expression(view, run.functions(token.workflow.scope))
    except FeelError as error:
        raise EngineError(f"{token.task_spec.node.id}: {error}") from error


def _code(element: str, role: str, value: Any) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise EngineError(f"{element}: the party {role!r} has no code, expected an identity code or a business id")
