"""The deadlines of a running case: anchor, dated row, pauses, date. Computed once per run and scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.deadline import Pause, compute
from engine.errors import DeadlineError, FeelError
from engine.feel import Expression, Host
from engine.functions import host_functions
from engine.law import LAW
from engine.reading import Reading, steps_of
from engine.register import DeadlineDefinition, DeadlineRow, Register
from engine.result import DeadlineUse
from engine.rule import TraceStep
from engine.said import say
from engine.scope import View
from engine.stored import local

if TYPE_CHECKING:
    from engine.run import Run

Sight = tuple[View, Host]


class Dues:
    """Computes deadlines of the scopes of one run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self._cache: dict[tuple[str, str], DeadlineUse | None] = {}
        self._working: set[tuple[str, str]] = set()
        self._registers: dict[str, Register] = {}
        self._sights: dict[str, Sight] = {}
        self.problems: dict[str, None] = {}

    def forget(self) -> None:
        """Data has changed: dates may have moved."""
        self._cache.clear()
        self._sights.clear()

    def register(self, process: str) -> Register:
        """A process's deadlines as its newest published version has them, else the version of the case."""
        found = self._registers.get(process)
        if found is None:
            newest = self.run.situation.law.newest(process)
            found = self._registers[process] = (newest or self.run.definition.parts[process].bundle).register
        return found

    def compute(self, scope: str, name: str) -> DeadlineUse | None:
        """The deadline in a scope; None while its anchor is null. DeadlineError when it is unknown or has no row."""
        key = (scope, name)
        if key in self._cache:
            return self._cache[key]
        if key in self._working:
            raise DeadlineError(say("the deadline {name!r} needs itself to be computed", name=name))
        self._working.add(key)
        try:
            found = self._cache[key] = self._compute(scope, name)
        finally:
            self._working.discard(key)
        return found

    def _compute(self, scope: str, name: str) -> DeadlineUse | None:
        law = self.run.situation.law
        process = self.run.scopes.process(scope)
        newest = self._definition(process, name)
        anchor = self._day(scope, name, newest.anchor)
        if anchor is None:
            return None
        definition, row, version = law.deadline(process, name, anchor)
        if definition is not newest and definition.anchor.source != newest.anchor.source:
            again = self._day(scope, name, definition.anchor)  # this version counts from another event
            if again is None:
                return None
            anchor = again
            definition, row, version = law.deadline(process, name, anchor)
        length, values = self._length(scope, name, row, anchor)
        pauses = tuple(self._pauses(scope, definition.pauses)) if definition.pauses is not None else ()
        key = (version, process, name, row.from_on, length, anchor, pauses, *(tuple(step.values()) for step in values))
        computed = law.computed.get(key)
        if computed is None:
            rule = definition.rule(row, process, version, length)
            computed = law.keep(key, compute(rule, anchor, law.calendar, pauses, values=values))
        return DeadlineUse(scope, process, name, computed, definition, row, version)

    def _shown(self, scope: str, name: str) -> DeadlineUse | None:
        """A deadline that is only shown: one that cannot be computed is told in the result and stops nobody's work."""
        try:
            return self.compute(scope, name)
        except (DeadlineError, FeelError) as error:
            self.problems[f"{self.run.scopes.process(scope)}.{name}: {error}"] = None
            return None

    def _definition(self, process: str, name: str) -> DeadlineDefinition:
        law = self.run.situation.law
        found = self.register(process).definitions.get(name)
        if found is None and (national := law.newest(LAW)):
            found = national.deadlines.get(name)
        if found is None:
            raise DeadlineError(
                say("{process} has no deadline {name!r}, nor has the law folder", process=process, name=name)
            )
        return found

    def _sight(self, scope: str) -> Sight:
        """What an anchor sees in a scope: the same for every deadline there until data changes."""
        found = self._sights.get(scope)
        if found is None:
            found = self._sights[scope] = (self.run.view(scope), self.run.functions(scope))
        return found

    def _day(self, scope: str, name: str, anchor: Expression) -> date | None:
        value = anchor(*self._sight(scope))
        if isinstance(value, datetime):
            return local(value).date()
        if value is None or isinstance(value, date):
            return value
        raise DeadlineError(say("the anchor of {name!r} is {value!r}, expected a date", name=name, value=value))

    def _length(self, scope: str, name: str, row: DeadlineRow, anchor: date) -> tuple[int, list[TraceStep]]:
        """The length, and of each parameter that it was read from a step that says where the value comes from."""
        if isinstance(row.length, int):
            return row.length, []
        read: list[Reading] = []
        # parameter("…") in a length means the value in force on the event day, as law counts
        functions = host_functions(self.run, scope, anchor, read) if row.length.calls else self.run.functions(scope)
        value = row.length(self.run.view(scope), functions)
        if isinstance(value, Decimal) and value == int(value):
            return int(value), steps_of(read)
        raise DeadlineError(say("the length of {name!r} is {value!r}, expected a whole number", name=name, value=value))

    def _pauses(self, scope: str, expression: Expression) -> Iterable[Pause]:
        value = expression(*self._sight(scope))
        rows = (value,) if isinstance(value, Mapping) else value or ()
        for row in rows if isinstance(rows, (list, tuple)) else ():
            start = _date(row.get("from")) if isinstance(row, Mapping) else None
            if isinstance(row, Mapping) and start is not None:
                yield Pause(start, _date(row.get("to")), str(row.get("reason") or ""))

    def stop(self, scope: str, element: str) -> None:
        """An element completed: the deadlines that stop there are over until their event happens anew."""
        for name in self.register(self.run.scopes.process(scope)).stopped_by.get(element, ()):
            use = self._shown(scope, name)
            if use is not None:
                entry = self.run.scopes.content[scope]
                entry.setdefault("stopped", {})[name] = use.computed.event_on.isoformat()

    def in_use(self, scope: str, shown: Mapping[str, list[str]], timed: Iterable[str]) -> list[DeadlineUse]:
        """The running deadlines of a scope: shown by an open element, set by a timer, or begun and not yet stopped.

        `shown` maps element names, relative to the scope, to the paths of the open steps and waits there.
        """
        register = self.register(self.run.scopes.process(scope))
        wanted = {*timed, *register.lasting}
        for element in shown:
            if element in register.shown_on:
                wanted.update(register.shown_on[element])
        begun = [name for name in register.definitions if name in wanted]
        foreign = [name for name in dict.fromkeys(timed) if name not in register.definitions]
        stopped = self.run.scopes.content[scope].get("stopped", {})
        uses = []
        for name in (*begun, *foreign):
            use = self._shown(scope, name)
            if use is not None and (name not in stopped or stopped[name] != use.computed.event_on.isoformat()):
                uses.append(use if foreign and name not in register.definitions else _shown_on(use, shown))
        return uses


def _shown_on(use: DeadlineUse, shown: Mapping[str, list[str]]) -> DeadlineUse:
    """The deadline with the paths of the open steps and waits that show it."""
    found = [path for element in use.definition.elements if element in shown for path in shown[element]]
    if not found:
        return use
    paths = tuple(dict.fromkeys(found))
    return DeadlineUse(use.scope, use.process, use.name, use.computed, use.definition, use.row, use.version, paths)


def _date(value: Any) -> date | None:
    if isinstance(value, datetime):
        return local(value).date()
    if value is None or isinstance(value, date):
        return value
    raise DeadlineError(say("a pause has {value!r}, expected a date", value=value))
