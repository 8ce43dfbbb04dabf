"""Commands on a running case: plain data in, a Result out. The only module that holds live SpiffWorkflow objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from engine import state as codec
from engine.adhoc import inside
from engine.correlation import case_key
from engine.definition import Definition
from engine.errors import EngineError, StepError
from engine.law import Law
from engine.moving.joins import full
from engine.moving.plan import Plan, make_plan, new_work
from engine.moving.verdict import Effect, Move, Reason
from engine.posting import Posted
from engine.result import Alarm, Choice, DeadlineUse, Job, Letter, Open, Result, Situation, Step, Wait
from engine.run import Run, items_of, reads_the_day
from engine.scope import Scopes, View
from engine.service import awaited, fail
from engine.spiff import READY, WAITING, Case, Token

__all__ = [
    "Alarm", "Choice", "DeadlineUse", "Job", "Letter", "Move", "Open", "Reason", "Result", "Situation", "Step", "Wait",
    "cancel", "complete", "deliver", "fail_job", "finish_job", "fire", "look", "migrate", "pick", "refresh",
    "scope_data", "start",
]  # fmt: skip
Json = Mapping[str, Any]
_NONE: Json = {}
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = Situation(_NEVER, _NEVER, Law({}))


def start(
    definition: Definition,
    situation: Situation,
    *,
    message: str | None = None,
    answers: Json = _NONE,
    channel: str | None = None,
) -> Result:
    """Begin a case at the start event of a message (or the one without), with the answers of the message's form.

    StepError when no start event has the message.
    """
    run = Run(definition, situation, Scopes({}))
    run.scopes.open("", definition.process)
    case = Case(definition.specs[definition.process], definition.specs, run)
    try:
        token = case.begin(message)
    except LookupError:
        raise StepError(f"{definition.process} does not start with the message {message!r}") from None
    if message:
        run.answer(token, message, answers, channel)
    case.drain()
    return _result(run, case, {}, ())


def complete(
    definition: Definition,
    state: bytes,
    situation: Situation,
    step_id: str,
    answers: Json,
    *,
    seen: View | None = None,
) -> Result:
    """Complete an open user task with the clean answers of its form, or end a choice; StepError when it is not open.

    `seen` is what `scope_data` gave for the same state and situation, if its form asked: what was loaded then goes on.
    """
    run, case = (seen.take() if seen is not None else None) or _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    token = _token(case, step_id)
    if step_id not in before or token is None:
        raise StepError(f"the step {step_id} is not open")
    if token.task_spec.chooses:
        token.task_spec.end(token)
    else:
        run.answer(token, before[step_id].form, answers)
        token.complete()
    case.drain()
    return _result(run, case, before, (step_id,))


def pick(definition: Definition, state: bytes, situation: Situation, step_id: str, element: str) -> Result:
    """Begin a step of an ad-hoc sub-process that is open for choosing; StepError when it does not offer the element."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    token = _token(case, step_id)
    if step_id not in before or token is None or not token.task_spec.chooses:
        raise StepError(f"nothing is to be chosen at {step_id}")
    inside(token).pick(element)
    case.drain()
    return _result(run, case, before, ())


def deliver(
    definition: Definition,
    state: bytes,
    situation: Situation,
    wait_id: str,
    answers: Json,
    *,
    channel: str | None = None,
) -> Result:
    """Deliver a message to exactly one wait, with its form's answers and how it came; StepError when nothing waits."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    token = _token(case, wait_id)
    if token is None or not _awaits_message(token):
        raise StepError(f"nothing waits for a message at {wait_id}")
    run.answer(token, token.task_spec.message, answers, channel)
    token.task_spec.fire(token)
    case.drain()
    return _result(run, case, before, ())


def finish_job(definition: Definition, state: bytes, situation: Situation, job_id: str, answers: Json) -> Result:
    """A call was answered, with clean answers of its form; StepError when nothing waits for it any more."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    token = awaited(_token(case, job_id), job_id)
    run.answer(token, definition.elements[token.workflow.prefix + token.task_spec.node.id].form, answers)
    token._resume()
    case.drain()
    return _result(run, case, before, ())


def fail_job(definition: Definition, state: bytes, situation: Situation, job_id: str, code: str) -> Result:
    """A call ended in an error that its service declares; StepError as above, EngineError when nothing catches it."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    fail(awaited(_token(case, job_id), job_id), code)
    case.drain()
    return _result(run, case, before, ())


def fire(definition: Definition, state: bytes, situation: Situation, alarm_id: str) -> Result:
    """A timer has gone off; StepError when it does not wait, or is not due at `situation.now`."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    token = _token(case, alarm_id)
    if token is None or not _awaits_time(token):
        raise StepError(f"no timer waits at {alarm_id}")
    if token.task_spec.awaited is not None:  # a condition: when all is at rest it is asked, with the others
        run.asked_on = run.moment.date()
    else:
        due = run.due(token)
        if due is None or due > situation.now:
            raise StepError(f"the timer {alarm_id} is due {due.isoformat() if due else 'at no known time'}, not yet")
        token.task_spec.fire(token)
    case.drain()
    return _result(run, case, before, ())


def refresh(definition: Definition, state: bytes, situation: Situation, posted: Posted | None = None) -> Result:
    """Dates are computed and conditions asked anew: after a publication, or when the case object has changed.

    `posted` is a letter that left on another day than it says: what is stored of it is put right first.
    """
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    if posted is not None:
        posted.correct(run.scopes.content, case.tokens())
    case.drain()
    return _result(run, case, before, ())


def cancel(definition: Definition, state: bytes, situation: Situation) -> Result:
    """End the case without an outcome; StepError when it is closed already."""
    run, case = _load(definition, state, situation)
    before = _steps(run.definition, case.tokens())
    if case.completed:
        raise StepError("the case is closed")
    case.abandon()
    return _result(run, case, before, ())


def migrate(
    old: Definition,
    new: Definition,
    state: bytes,
    situation: Situation,
    *,
    told: Mapping[str, str] = _NONE,
    done: Collection[str] = (),
) -> Move:
    """Move a case to another version of its process, on a copy: the result there, or the reasons why it cannot be.

    `told` maps ids of elements that were renamed, `done` are the paths of what was completed. Nothing runs: steps keep
    their ids, timers their moments. StepError for a closed case, MappingError for a `told` id that is not there.
    """
    run, case = _load(old, state, situation)
    if case.completed:
        raise StepError("the case is closed")
    before, dues = _steps(old, case.tokens()), _dues(run, case)
    roles = (situation.case.get("parties") or {}).keys()
    plan = make_plan(old, new, codec.read(state), dues, told, done, roles)
    if plan.reasons:
        return Move(None, tuple(plan.reasons), tuple(plan.effects))
    try:
        result = _moved(new, plan, situation, run.outcome, before)
    except EngineError as error:
        plan.reasons.append(Reason("refused", "", {"error": str(error)}))
        result = None
    if result is None or plan.reasons:
        return Move(None, tuple(plan.reasons), tuple(plan.effects))
    unknown = (Effect("date_unknown", "", {"problem": problem}) for problem in result.problems)
    effects = (*plan.effects, *new_work(before.values(), result.steps), *unknown)
    return Move(result, (), effects, plan.places.scopes, plan.calls)


def _dues(run: Run, case: Case) -> dict[int, datetime | None]:
    """When the running timers are due; one whose date cannot be computed has none."""
    found: dict[int, datetime | None] = {}
    for token in case.tokens():
        if token._state == WAITING and token.task_spec.timer is not None:
            try:
                found[token.id] = run.due(token)
            except EngineError:
                found[token.id] = None
    return found


def _moved(
    new: Definition, plan: Plan, situation: Situation, outcome: str | None, before: Mapping[str, Step]
) -> Result | None:
    """Bring a planned state to life, let what is new begin to wait, and see that it comes back as it was stored."""
    document = plan.document
    run = Run(new, situation, Scopes(document["d"]))
    run.outcome = None if outcome is None else plan.names.of(new.process, outcome)
    case = codec.decode(document, run)
    plan.reasons += [*plan.attached.begin(case), *full(case)]
    if plan.reasons:
        return None
    result = _result(run, case, before, ())
    again = _result(*_load(new, result.state, situation), before, ())
    if (again.state, again.steps, again.waits, again.alarms) != (
        result.state, result.steps, result.waits, result.alarms,
    ):  # fmt: skip
        raise EngineError("the moved state does not come back as it was stored")
    return result


def look(definition: Definition, state: bytes) -> Open:
    """What is open in a stored state, without running anything."""
    run, case = _load(definition, state, _NOWHERE)
    steps = tuple(_steps(definition, case.tokens()).values())
    waits = tuple(_wait(token) for token in case.tokens() if _awaits_message(token))
    return Open(steps, waits, case.completed, run.outcome)


def scope_data(definition: Definition, state: bytes, situation: Situation, path: str, step_id: str = "") -> View:
    """The typed data that an element sees, for its form; `step_id` tells repeated ones apart.

    StepError when nothing is open at the path.
    """
    run, case = _load(definition, state, situation)
    for token in case.tokens():
        here = token.workflow.prefix + token.task_spec.node.id
        if here == path and step_id in ("", str(token.id)):
            return _outside(run, case, token.workflow.scope, run.view(token.workflow.scope, token))
    if "/" not in path:
        return _outside(run, case, "", run.view(""))
    raise StepError(f"nothing is open at {path}")


def _outside(run: Run, case: Case, scope: str, view: View) -> View:
    view.functions, view.live = run.functions(scope), (run, case)
    return view


def _load(definition: Definition, state: bytes, situation: Situation) -> tuple[Run, Case]:
    document = codec.read(state)
    run = Run(definition, situation, Scopes(document["d"]))
    run.outcome = document.get("o")
    return run, codec.decode(document, run)


def _token(case: Case, id: str) -> Token | None:
    number = int(id) if id.isascii() and id.isdigit() else 0
    for level in case.levels():
        token: Token | None = level.tasks.get(number)
        if token is not None:
            return token
    return None


def _steps(definition: Definition, tokens: Iterable[Token]) -> dict[str, Step]:
    found = {}
    for token in tokens:
        spec = token.task_spec
        if (token._state == READY and spec.manual) or (spec.chooses and spec.choosing(token)):
            found[str(token.id)] = _step(definition, token)
    return found


def _step(definition: Definition, token: Token) -> Step:
    level, spec, items = token.workflow, token.task_spec, items_of(token)
    path, item = level.prefix + spec.node.id, items[-1]["value"] if items else None
    element = definition.elements[path]
    choice = None
    if spec.chooses:
        chosen = inside(token)
        offers = tuple(level.prefix + other.node.id for other in chosen.offers())
        choice = Choice(offers, spec.until is None, len(chosen.working()))
    return Step(str(token.id), path, level.process, spec.node.id, element.role, item, element.form, level.scope, choice)


def _awaits_time(token: Token) -> bool:
    spec = token.task_spec
    daily = spec.awaited is not None and reads_the_day(spec.awaited)
    return token._state == WAITING and (spec.timer is not None or daily)


def _awaits_message(token: Token) -> bool:
    return token._state == WAITING and bool(token.task_spec.message)


def _wait(token: Token, key: str | None = None) -> Wait:
    return Wait(*_where(token), token.task_spec.message, token.workflow.scope, key)


def _key(run: Run, token: Token) -> str | None:
    """The correlation key that a token waits with: of the data as it is now (BPMN 2.0.2, 8.4.2)."""
    rules = run.definition.parts[token.workflow.process].bundle.manifest.messages.get(token.task_spec.message)
    return case_key(rules, lambda expression: run.value(token, expression))


def _where(token: Token) -> tuple[str, str, str, str]:
    level, element = token.workflow, token.task_spec.node.id
    return str(token.id), level.prefix + element, level.process, element


def _result(run: Run, case: Case, before: Mapping[str, Step], completed: tuple[str, ...]) -> Result:
    tokens = tuple(case.tokens())
    steps, deadlines = _steps(run.definition, tokens), tuple(_deadlines(run, tokens))
    waits, alarms = [], []
    for token in tokens:
        if _awaits_message(token):
            waits.append(_wait(token, _key(run, token)))
        elif _awaits_time(token) and (due := run.due(token)) is not None:
            alarms.append(_alarm(token, due))
    return Result(
        state=codec.encode(case, run.scopes, run.outcome),
        opened=tuple(step for id, step in steps.items() if id not in before),
        completed=completed,
        withdrawn=tuple(id for id in before if id not in steps and id not in completed),
        steps=tuple(steps.values()),
        waits=tuple(waits),
        alarms=tuple(alarms),
        letters=tuple(run.letters),
        deadlines=deadlines,
        visited=tuple(run.visited),
        outcome=run.outcome,
        data=run.scopes.content[""]["data"],
        closed=case.completed,
        problems=tuple(run.dues.problems),
        jobs=tuple(job for job in run.jobs if job.id not in run.called_off),
        called_off=tuple(run.called_off),
        beginnings=tuple(run.beginnings),
    )


def _alarm(token: Token, due: datetime) -> Alarm:
    timer = token.task_spec.timer
    deadline = timer.deadline if timer is not None else None
    return Alarm(*_where(token), due, deadline, token.workflow.scope, asks=timer is None)


def _deadlines(run: Run, tokens: Iterable[Token]) -> list[DeadlineUse]:
    """The deadlines that run; what is open inside a sub-process or part shows the deadlines of that element too."""
    shown: dict[str, defaultdict[str, list[str]]] = {}
    timed: dict[str, list[str]] = {}
    for token in tokens:
        level, spec = token.workflow, token.task_spec
        path = level.prefix + spec.node.id
        timer = spec.timer
        if timer is not None and timer.deadline is not None:
            timed.setdefault(level.scope, []).append(timer.deadline)
        names = [path]
        while level is not None:
            elements = shown.get(level.scope)
            if elements is None:
                elements = shown[level.scope] = defaultdict(list)
            length = len(level.prefix)
            for name in names:
                elements[name[length:]].append(path)
            host = level.host
            if host is not None:
                names.append(host.workflow.prefix + host.task_spec.node.id)
            level = host.workflow if host is not None else None
    uses: list[DeadlineUse] = []
    for scope, elements in shown.items():
        uses += run.dues.in_use(scope, elements, timed.get(scope, ()))
    return uses
