"""Plays a story through the real commands on a virtual clock, and compares what it expects with the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from engine.alone import caller
from engine.errors import EngineError
from engine.feel import compile as feel
from engine.runner import Situation, look, scope_data
from engine.story import HELSINKI, DueDate, Failure, Picture, Story, StoryStep, compare
from tasks.actor import Actor
from tasks.amended import amend
from tasks.clock import begin_linked, run_until, tick
from tasks.commands.cases import cancel_case, start_case
from tasks.commands.customers import create_customer
from tasks.commands.jobs import finish_job
from tasks.commands.messages import record_message
from tasks.commands.publishing import publish
from tasks.commands.work import complete, hold, pick
from tasks.errors import Forbidden, InvalidAnswers, InvalidValue, NotWaiting, TasksError, WrongState
from tasks.job import Answer
from tasks.keksila import FIRST_DAY, OPENED
from tasks.moments import read_day
from tasks.published import published
from tasks.stage import EVERYONE, HOUSE, Stage

MOST_ANSWERS = 100
"""calls that standing answers give in one step: a loop of calls must not play for ever"""
REFUSED: tuple[tuple[str, tuple[type[TasksError], ...]], ...] = (
    ("forbidden", (Forbidden,)),
    ("invalid", (InvalidAnswers, InvalidValue)),
    ("not_waiting", (NotWaiting,)),
    ("wrong_state", (WrongState,)),
)


@dataclass(frozen=True, slots=True)
class Played:
    """How a story went: its failures, the element paths it visited, and the case it made."""

    story: str
    process: str
    failures: tuple[Failure, ...]
    visited: frozenset[str]
    case_id: int | None = None

    @property
    def ok(self) -> bool:
        """Every expectation held."""
        return not self.failures


@dataclass
class Player:
    """One story on one stage."""

    stage: Stage
    story: Story
    case_id: int | None = None
    """the case that the present step is about"""
    main_id: int | None = None
    """the story's own case"""
    failures: list[Failure] = field(default_factory=list)
    before: int = 0
    """how many events the case had before the present step"""
    most_fired: int = 0
    """timers that one step may let fire; 0: any number"""

    def play(self) -> Played:
        """Play to the end, or to the first step that cannot be done."""
        for step in self.story.steps:
            if not self._step(step):
                break
        return Played(self.story.id, self.story.process, tuple(self.failures), self._visited(), self.main_id)

    def perform(self, step: StoryStep) -> None:
        """Let time pass to the step and do it; raises what the commands refuse."""
        self.case_id = self._about(step)
        self.before = self._count_events()
        self._let_pass(step.at)
        self.case_id = self._about(step)
        if step.inside and self.case_id is None:
            raise EngineError(f"no linked case of {step.inside!r} has begun")
        if step.action:
            self._act(step)
        self._answer_calls(step.at)
        begin_linked(self.stage.database, step.at)

    def _step(self, step: StoryStep) -> bool:
        refusal = ""
        try:
            self.perform(step)
        except (TasksError, EngineError) as error:
            refusal = next((id for id, kinds in REFUSED if isinstance(error, kinds)), "error")
            if refusal != step.refused:
                self._fail(step, f"{step.action} {_short(step.target)}", f"{type(error).__name__}: {error}")
                return False
        if step.refused and refusal != step.refused:
            self._fail(step, f"refused: {step.refused}", "it was done")
        if step.expect and self.case_id is not None:
            self.failures += compare(step.expect, self.picture(self.before, step.at), step.at)
        return True

    def _let_pass(self, at: datetime) -> None:
        """Let everything happen that is due by a moment; EngineError when it is more than `most_fired`."""
        fired = 0
        while (once := tick(self.stage.database, at)).fired or once.failed:
            fired += once.fired + once.failed
            if self.most_fired and fired > self.most_fired:
                raise EngineError(f"more than {self.most_fired} timers fired by {at:%Y-%m-%d %H:%M}")

    def _about(self, step: StoryStep) -> int | None:
        """The case of a step: the story's own, or the newest of a process that came from it, step by step."""
        found, reached = None, [self.main_id]
        while step.inside and reached:
            self.case_id = reached.pop()
            rows = self._rows(
                "SELECT c.id, c.process FROM links l JOIN cases c ON c.id = l.case_id WHERE l.from_case_id = :case"
            )
            reached += [row.id for row in rows]
            found = max([found or 0, *(row.id for row in rows if row.process == step.inside)]) or None
        return found if step.inside else self.main_id

    def _fail(self, step: StoryStep, expected: str, got: str) -> None:
        when = step.at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")
        self.failures.append(Failure(when, expected, got))

    def _act(self, step: StoryStep) -> None:
        database, act = self.stage.database, step.action
        if act == "start":
            self.case_id = self.main_id = self._start(step)
            return
        if act == "publish":
            self._publish(step)
            return
        assert self.case_id is not None
        if act == "do":
            task, role = self._task(str(step.target))
            complete(database, self._who(step, role), task, answers=step.data, now=step.at, occurred_at=step.occurred)
        elif act == "pick":
            self._pick(step, str(step.target))
        elif act == "message":
            record_message(
                database, self._who(step, EVERYONE), self.case_id, message=str(step.target), answers=step.data,
                channel=step.channel or None, now=step.at, occurred_at=step.occurred,
            )  # fmt: skip
        elif act == "answer":
            self._answer(self._call(str(step.target)), step.data, step.error, step.at)
        elif act == "hold":
            task, role = self._task(str(step.target["task"]))
            hold(
                database, self._who(step, role), task, until=step.target["until"], reason=step.target["reason"],
                now=step.at,
            )  # fmt: skip
        elif act == "cancel":
            cancel_case(database, self._who(step, EVERYONE), self.case_id, reason=str(step.target), now=step.at)

    def _pick(self, step: StoryStep, element: str) -> None:
        """Choose a step where it is offered: in the oldest choice that offers it."""
        case = self._rows("SELECT process, version, state FROM cases WHERE id = :case")[0]
        opened = look(published(self.stage.database).definition(case.process, case.version), bytes(case.state)).steps
        choices = [each for each in opened if each.choice]
        offering = [each for each in choices if each.choice and _offers(each.choice.offers, element)]
        if not offering:
            offers = [path for each in choices if each.choice for path in each.choice.offers]
            raise WrongState(f"step {element}", "not offered", f"one of {', '.join(offers) or 'none'}")
        rows = self._rows("SELECT number, role, engine_id FROM tasks WHERE case_id = :case AND state = 'open'")
        row = next(row for row in rows if row.engine_id == offering[0].id)
        pick(
            self.stage.database, self._who(step, row.role), f"{self.case_id}-{row.number}",
            element=element.rsplit("/", 1)[-1], now=step.at, occurred_at=step.occurred,
        )  # fmt: skip

    def _start(self, step: StoryStep) -> int:
        parties = {role: self._customer(values, step.at) for role, values in self.story.parties.items()}
        settings = dict(self.story.settings) | {f"parameter.{k}": v for k, v in self.story.parameters.items()}
        started = start_case(
            self.stage.database, self._who(step, EVERYONE), process=self._process(),
            message=str(step.target) or None,
            answers=step.data, parties=parties, unit_id=self.stage.unit_id, channel=step.channel or None,
            settings=settings, now=step.at, occurred_at=step.occurred,
        )  # fmt: skip
        return started.case_id

    def _process(self) -> str:
        """The process of the story; for a part, the process that calls it and does nothing else, published here."""
        versions = published(self.stage.database)
        with self.stage.database.read() as connection:
            part = versions.refresh(connection).law.newest(self.story.process)
        if part is None or part.kind != "part":
            return self.story.process
        bundle = caller(part, self.story.inputs, self.story.parties)
        publish(
            self.stage.database, HOUSE, [bundle], author=EVERYONE, approver=self._approver(), from_on=FIRST_DAY,
            now=OPENED,
        )  # fmt: skip
        return bundle.process

    def _answer_calls(self, at: datetime) -> None:
        """Let the services that the story answers for answer what was ordered, and what they lead to."""
        for _ in range(MOST_ANSWERS):
            call = next((row for row in self._calls() if row.service in self.story.services), None)
            if call is None:
                return
            said = self.story.services[call.service]
            self._answer(call.number, said.get("data", {}), str(said.get("error", "")), at)
        raise EngineError(f"more than {MOST_ANSWERS} calls in one step")

    def _answer(self, call: int, data: Mapping[str, Any], code: str, at: datetime) -> None:
        assert self.case_id is not None
        finish_job(self.stage.database, self.case_id, call, Answer({} if code else data, code), now=at)

    def _calls(self) -> list[Any]:
        return self._rows(
            "SELECT number, path, service FROM jobs WHERE case_id = :case AND state = 'waiting' ORDER BY number"
        )

    def _call(self, path: str) -> int:
        """The call that an element waits for, by its path or the last part of it."""
        rows = self._calls()
        found = [r for r in rows if r.path == path] or [r for r in rows if r.path.rsplit("/", 1)[-1] == path]
        if not found:
            raise WrongState(f"call {path}", "not waiting", f"one of {', '.join(r.path for r in rows) or 'none'}")
        return int(found[0].number)

    def _customer(self, values: Mapping[str, Any], at: datetime) -> int:
        return create_customer(self.stage.database, HOUSE, now=at, **values)

    def _publish(self, step: StoryStep) -> None:
        change: Mapping[str, Any] = step.target
        versions = published(self.stage.database)
        with self.stage.database.read() as connection:
            law = versions.refresh(connection).law
        process = str(change.get("process", self.story.process))
        current = law.newest(process)
        assert current is not None, process
        publish(
            self.stage.database, HOUSE, [amend(current, change)], author=EVERYONE, approver=self._approver(),
            from_on=step.at.astimezone(HELSINKI).date(), now=step.at,
        )  # fmt: skip
        run_until(self.stage.database, step.at)  # running cases follow the new rows at once

    def _approver(self) -> str:
        return next(name for name in self.stage.people if name != EVERYONE)

    def _who(self, step: StoryStep, default: str) -> Actor:
        name = step.who or default
        if name not in self.stage.people:
            raise EngineError(f"nobody is called {name!r}; there are {', '.join(self.stage.people)}")
        return self.stage.people[name]

    def _task(self, path: str) -> tuple[str, str]:
        rows = self._rows(
            "SELECT number, path, role FROM tasks WHERE case_id = :case AND state = 'open' ORDER BY number"
        )
        found = [r for r in rows if r.path == path] or [r for r in rows if r.path.rsplit("/", 1)[-1] == path]
        if not found:
            raise WrongState(f"task {path}", "not open", f"one of {', '.join(r.path for r in rows) or 'none'}")
        return f"{self.case_id}-{found[0].number}", found[0].role

    def _rows(self, sql: str) -> list[Any]:
        with self.stage.database.read() as connection:
            return list(connection.execute(text(sql), {"case": self.case_id}).all())

    def _count_events(self) -> int:
        return len(self._rows("SELECT number FROM events WHERE case_id = :case")) if self.case_id else 0

    def _visited(self) -> frozenset[str]:
        self.case_id = self.main_id
        rows = self._rows("SELECT payload FROM events WHERE case_id = :case") if self.case_id else []
        return frozenset(path for row in rows for path in _json(row.payload).get("visited", ()))

    def picture(self, before: int, at: datetime) -> Picture:
        """What the rows say now; events and letters are those after event number `before`."""
        case = self._rows("SELECT process, version, state, status, outcome FROM cases WHERE id = :case")[0]
        events = [r for r in self._rows("SELECT number, kind FROM events WHERE case_id = :case ORDER BY number")
                  if r.number > before]  # fmt: skip
        written = self._rows("SELECT name, recipient_role, html FROM documents WHERE case_id = :case ORDER BY number")
        new = sum(event.kind == "letter_written" for event in events)
        versions = published(self.stage.database)
        definition = versions.definition(case.process, case.version)
        situation = Situation(now=at, occurred_at=at, law=versions.law)
        data = scope_data(definition, bytes(case.state), situation, "") if case.state else {}
        return Picture(
            open=tuple(r.path for r in self._rows("SELECT path FROM tasks WHERE case_id = :case AND state = 'open'")),
            waits=tuple(r.message for r in self._rows("SELECT message FROM subscriptions WHERE case_id = :case")),
            deadlines=tuple(self._deadlines()),
            value=lambda path: feel(path)(data),
            outcome=case.outcome or "" if case.status != "open" else "",
            letters=tuple(r.name for r in written[len(written) - new :]),
            letter_texts=tuple((r.name, r.recipient_role, plain_text(r.html)) for r in written),
            events=tuple(event.kind for event in events),
            reminders=tuple(self._reminders()),
            escalated=tuple(self._escalated()),
            calls=tuple(row.path for row in self._calls()),
            started=tuple(self._started(before)),
        )

    def _started(self, before: int) -> list[str]:
        rows = self._rows("SELECT number, payload FROM events WHERE case_id = :case AND kind = 'case_linked'")
        return [str(_json(row.payload)["process"]) for row in rows if row.number > before]

    def _deadlines(self) -> list[DueDate]:
        rows = self._rows(
            "SELECT name, due_on, nominal_on, legal_on, target_on, paused_on, remaining FROM deadlines"
            " WHERE case_id = :case AND state = 'open'"
        )
        return [
            DueDate(
                name=r.name,
                due_on=_day(r.due_on),
                nominal_on=_day(r.nominal_on),
                legal_on=_day(r.legal_on),
                target_on=_day(r.target_on),
                paused=r.paused_on is not None,
                remaining=r.remaining,
            )
            for r in rows
        ]

    def _reminders(self) -> list[date]:
        rows = self._rows("SELECT due_at FROM timers WHERE case_id = :case AND kind = 'reminder'")
        moments = [r.due_at if isinstance(r.due_at, datetime) else datetime.fromisoformat(r.due_at) for r in rows]
        return [moment.astimezone(HELSINKI).date() for moment in moments]

    def _escalated(self) -> list[str]:
        rows = self._rows("SELECT name FROM deadlines WHERE case_id = :case AND escalated_at IS NOT NULL")
        return [r.name for r in rows]


def play(stage: Stage, story: Story) -> Played:
    """Play one story on a stage that is its own."""
    return Player(stage, story).play()


def plain_text(html: str) -> str:
    """The words of a letter without its tags."""
    from html import unescape
    from re import sub

    return " ".join(unescape(sub(r"<(style|script).*?</\1>|<[^>]+>", " ", html)).split())


def _offers(offers: Iterable[str], element: str) -> bool:
    return any(path == element or path.rsplit("/", 1)[-1] == element for path in offers)


def _json(value: Any) -> Mapping[str, Any]:
    import orjson

    return orjson.loads(value) if isinstance(value, (str, bytes)) else (value or {})


def _day(value: Any) -> date:
    found = read_day(value)
    assert found is not None
    return found


def _short(value: object) -> str:
    return str(value)[:80]
