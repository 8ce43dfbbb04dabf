"""One run of a case: what its elements evaluate, store and order. It is SpiffWorkflow's script engine here."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from SpiffWorkflow.bpmn.script_engine.python_engine import PythonScriptEngine

from engine.beginning import beginnings
from engine.definition import Definition
from engine.dues import Dues
from engine.errors import EngineError, FeelError
from engine.feel import Expression
from engine.functions import host_functions
from engine.posting import passed_on
from engine.result import Beginning, Job, Letter, Situation
from engine.scope import Scopes, View
from engine.spiff import Level, Token
from engine.stored import local, restore, store
from engine.timer import length_of, moment_of

MAX_ITEMS = 1000
_DAILY = frozenset({"today", "now", "parameter"})


class Run(PythonScriptEngine):  # type: ignore[misc]
    """Evaluates compiled FEEL against scopes; never Python text, never a task's data."""

    def __init__(self, definition: Definition, situation: Situation, scopes: Scopes) -> None:
        # PythonScriptEngine.__init__ is not called: there is no environment that could run Python.
        self.definition = definition
        self.situation = situation
        self.scopes = scopes
        self.moment = local(situation.occurred_at)
        self.asked_on = local(situation.now).date()
        self.visited: dict[str, None] = {}
        self.letters: list[Letter] = []
        self.jobs: list[Job] = []
        self.called_off: list[str] = []
        self.beginnings: list[Beginning] = []
        self.outcome: str | None = None
        self.dues = Dues(self)
        self._base = {"case": _case(situation.case), "today": self.moment.date()}
        self._functions: dict[str, Mapping[str, Callable[..., Any]]] = {}

    # What an expression sees

    def view(self, scope: str, token: Token | None = None) -> View:
        """The names that an expression sees in a scope; of a repeated task's item, the item and its own answers too."""
        shapes = self.definition.parts[self.scopes.process(scope)].shapes
        items = items_of(token) if token is not None else []
        if not items:
            return self.scopes.view(scope, shapes, self._base)
        extra = dict(self._base)
        for item in items:
            extra[item["name"]] = restore(item["value"], item["shape"])
            extra |= {key: restore(value, shape or shapes.get(key)) for key, (value, shape) in item["own"].items()}
        return View(self.scopes.content[scope], shapes, extra)

    def functions(self, scope: str) -> Mapping[str, Callable[..., Any]]:
        """Our FEEL functions, for the process that runs in a scope."""
        found = self._functions.get(scope)
        if found is None:
            found = self._functions[scope] = host_functions(self, scope)
        return found

    def value(self, token: Token, expression: Expression, names: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression where a token stands, which may know more names; EngineError names the element."""
        scope = token.workflow.scope
        view: Mapping[str, Any] = self.view(scope, token)
        if names is not None:
            view = ChainMap(dict(names), view)  # type: ignore[arg-type]
        try:
            return expression(view, self.functions(scope))
        except FeelError as error:
            raise EngineError(f"{token.task_spec.node.id}: {error}") from error

    def holds(self, token: Token, condition: Expression, names: Mapping[str, Any] | None = None) -> bool:
        """Whether a condition is true; null is not, and any other value is an error."""
        value = self.value(token, condition, names)
        if value is None or isinstance(value, bool):
            return value is True
        raise EngineError(f"{token.task_spec.node.id}: {condition.source!r} is {value!r}, expected true or false")

    # Where a token has been

    def visit(self, token: Token) -> None:
        """A token reached an element; what the normaliser added is nobody's element."""
        if ":" not in token.task_spec.node.id:
            self.visited[token.workflow.prefix + token.task_spec.node.id] = None

    def done(self, token: Token) -> None:
        """A token completed an element: deadlines that stop there stop."""
        scope = token.workflow.scope
        if scope in self.scopes.content:
            self.dues.stop(scope, token.task_spec.node.id)

    def set_outcome(self, token: Token) -> None:
        """The last end event at the main level of the case or of a part is its outcome."""
        if token.workflow.scope == "":
            self.outcome = token.task_spec.node.id
        else:
            self.put(token, "outcome", token.task_spec.node.id)

    # Storing

    def put(self, token: Token, name: str, value: Any, shape: Any = None) -> None:
        """Store JSON under a name: overwritten when repeated, a list under a repeated activity."""
        self.dues.forget()
        scope = token.workflow.scope
        items = items_of(token)
        if not items:
            self.scopes.write(scope, name, value, shape)
            return
        items[-1]["own"][name] = [value, shape]
        self.scopes.append(scope, name, value, shape)

    def answer(self, token: Token, name: str, answers: Mapping[str, Any], channel: str | None = None) -> None:
        """Store the clean answers of a form with when it happened, and how it came."""
        record = {**answers, "at": self.moment.isoformat(timespec="seconds"), "on": self.moment.date().isoformat()}
        if channel is not None:
            record["channel"] = channel
        self.put(token, name, record)

    # What elements do

    def execute(self, task: Token, script: Any, external_context: Any = None) -> bool:
        """Run a script task: store the value of each line under its name, one after the other."""
        for name, expression in script:
            value, shape = store(self.value(task, expression))
            self.put(task, name, value, shape)
        return True

    def evaluate(self, task: Token, expression: Any, external_context: Any = None) -> Any:
        """SpiffWorkflow's way in: only compiled FEEL."""
        return self.value(task, expression)

    def decide(self, token: Token) -> None:
        """Evaluate a decision table and store its outputs under the decision's id."""
        spec, scope = token.task_spec, token.workflow.scope
        name = spec.node.attributes["decision"]
        table = self.definition.parts[self.scopes.process(scope)].bundle.decisions[name]
        inputs: Mapping[str, Any] = self.view(scope, token)
        if spec.mapping:
            inputs = {key: self.value(token, expression) for key, expression in spec.mapping}
        outputs, _ = table.evaluate_outputs(name, inputs, self.functions(scope))
        value, shape = store(outputs)
        self.put(token, name, value, shape)

    def items(self, token: Token) -> list[dict[str, Any]]:
        """The items that a repeated activity goes through, as its tokens keep them."""
        multi = token.task_spec.node.multi
        found = self.value(token, token.task_spec.collection)
        if multi.cardinality and not multi.collection:
            found = tuple(range(1, int(found or 0) + 1)) if found is None or found <= MAX_ITEMS else found
        if found is None:
            return []
        if not isinstance(found, (list, tuple)) or len(found) > MAX_ITEMS:
            raise EngineError(f"{token.task_spec.name}: the collection is no list of at most {MAX_ITEMS} items")
        pairs = [store(item) for item in found]
        return [
            {"name": multi.item, "value": value, "shape": shape, "index": index, "own": {}}
            for index, (value, shape) in enumerate(pairs)
        ]

    def begin_cases(self, token: Token) -> None:
        """Note the linked cases that process.toml begins at an element."""
        rules = self.definition.parts[token.workflow.process].bundle.manifest.starts_cases.get(token.task_spec.node.id)
        if rules:
            self.beginnings += beginnings(self, token, rules)

    def order(self, token: Token) -> None:
        """Order a call to an outside system, with its inputs as JSON."""
        node, level = token.task_spec.node, token.workflow
        inputs = {name: store(self.value(token, expression))[0] for name, expression in token.task_spec.mapping}
        path, service = level.prefix + node.id, node.attributes["service"]
        self.jobs.append(Job(str(token.id), path, level.process, node.id, service, inputs, level.scope))

    def write_letter(self, token: Token) -> None:
        """Order a letter and store when it was sent, how, and when it counts as received."""
        node, level = token.task_spec.node, token.workflow
        role = self._recipient(token, node.attributes["to"])
        party = (self.situation.case.get("parties") or {}).get(role) or {}
        sent_on, channel = self.moment.date(), self._channel(token, party)
        received = self.situation.law.receipt(sent_on, channel, authority=bool(party.get("authority")))
        facts = {"sent_on": sent_on, "channel": channel, "received_on": received}
        value, shape = store(facts)
        self.put(token, node.id, value, shape)
        path, process = level.prefix + node.id, level.process
        entry = self.scopes.content[level.scope]
        data = entry["data"] | ({"input": entry["input"]} if "input" in entry else {})
        self.letters.append(Letter(path, process, node.id, node.attributes["letter"], role, data, value))

    def _channel(self, token: Token, party: Mapping[str, Any]) -> str:
        chosen = token.task_spec.channel
        return str((self.value(token, chosen) if chosen is not None else None) or party.get("channel") or "letter")

    def _recipient(self, token: Token, to: str) -> str:
        if token.task_spec.recipient is None:
            return to
        role = self.value(token, token.task_spec.recipient)
        if not isinstance(role, str) or not role:
            raise EngineError(f"{token.task_spec.node.id}: the letter goes to {role!r}, expected a party role")
        return role

    # Called parts

    def enter_part(self, token: Token) -> tuple[str, str]:
        """Open the scope of a called part with its inputs; gives the scope's id and the path prefix of its elements."""
        level, node = token.workflow, token.task_spec.node
        pairs = {name: store(self.value(token, expression)) for name, expression in token.task_spec.mapping}
        inputs = {name: value for name, (value, _) in pairs.items()}
        shapes = {name: shape for name, (_, shape) in pairs.items() if shape is not None}
        scope = (f"{level.scope}/" if level.scope else "") + node.id
        if "item" in token.internal_data:
            scope += f"[{token.internal_data['item']['index']}]"
        if scope in self.scopes.content:  # a second token in the same call
            scope += f"#{token.id}"
        self.scopes.open(scope, node.called, inputs, shapes)
        return scope, f"{level.prefix}{node.id}/"

    def leave_part(self, level: Level) -> None:
        """Store the declared outputs of a part under its call activity, and forget its data."""
        part = self.definition.parts[level.process]
        view, functions = self.view(level.scope), self.functions(level.scope)

        def evaluate(changed: str = "") -> dict[str, Any]:
            view.forget(changed)
            try:
                return {name: expression(view, functions) for name, expression in part.bundle.manifest.outputs.items()}
            finally:
                view.forget(changed)

        outputs, call = evaluate(), level.host.task_spec.node.id
        letters = [node.id for node in part.diagram.nodes.values() if "letter" in node.attributes]
        links = passed_on(self.scopes.content[level.scope], level.prefix, letters, call, outputs, evaluate)
        value, shape = store(outputs)
        self.drop_scope(level.scope)
        self.put(level.host, call, value, shape)
        if links:
            self.scopes.content[level.host.workflow.scope].setdefault("passed", {}).update(links)

    def drop_scope(self, scope: str) -> None:
        """Forget the data of a part."""
        self.scopes.drop(scope)
        self._functions.clear()
        self.dues.forget()

    # Timers

    def set_due(self, token: Token) -> None:
        """Note what a timer counts from, when its token begins to wait."""
        timer = token.task_spec.timer
        if timer is None or timer.kind == "timeDate":
            return
        length = timer.length or length_of(self.value(token, timer.expression))
        start = self.situation.occurred_at
        if timer.kind == "timeCycle":
            token.internal_data |= {"since": start.isoformat(timespec="seconds"), "count": 1, "left": timer.repeats}
        token.internal_data["due"] = length.after(start).isoformat(timespec="seconds")

    def next_cycle(self, token: Token) -> dict[str, Any] | None:
        """What a repeating timer notes for its next turn, counted from its start; None after the last."""
        data, length = token.internal_data, token.task_spec.timer.length
        left = None if data["left"] is None else data["left"] - 1
        if left == 0:
            return None
        count = data["count"] + 1
        due = length.after(datetime.fromisoformat(data["since"]), count)
        return {"since": data["since"], "count": count, "left": left, "due": due.isoformat(timespec="seconds")}

    def due(self, token: Token) -> datetime | None:
        """When a waiting timer is due, in UTC; None while its date is not known or its deadline stands still.

        A condition that reads the day is asked again at every midnight.
        """
        timer, awaited = token.task_spec.timer, token.task_spec.awaited
        if awaited is not None:
            return moment_of(self.asked_on, day_after=True) if reads_the_day(awaited) else None
        if timer.kind != "timeDate":
            return datetime.fromisoformat(token.internal_data["due"])
        if timer.deadline is not None:
            use = self.dues.compute(token.workflow.scope, timer.deadline)
            paused = use is None or use.computed.paused_on is not None
            return None if paused or use is None else moment_of(use.computed.legal_on, day_after=True)
        return moment_of(self.value(token, timer.expression), day_after=False)


def reads_the_day(expression: Expression) -> bool:
    """Whether the value of an expression may change by the mere passing of days."""
    return "today" in expression.paths or any(name in _DAILY for name, _ in expression.calls)


def items_of(token: Token) -> list[dict[str, Any]]:
    """The items of the repeated activities that a token is inside of, in its own scope, outermost first."""
    found: list[dict[str, Any]] = []
    current: Any = token
    while current is not None:
        if "item" in current.internal_data:
            found.insert(0, current.internal_data["item"])
        level = current.workflow
        current = current.parent or (level.host if level.host is not None and not level.called else None)
    return found


def _case(case: Mapping[str, Any]) -> Mapping[str, Any]:
    """The read-only case object with its days as dates."""
    return {key: _day(value) if key.endswith("_on") else value for key, value in case.items()}


def _day(value: Any) -> Any:
    return date.fromisoformat(value[:10]) if isinstance(value, str) and value else value
