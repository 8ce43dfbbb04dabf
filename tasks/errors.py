"""What a command may refuse; web/errors.py gives each its status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any


class TasksError(Exception):
    """A command was refused or could not be carried out; nothing was written."""


class NotFound(TasksError):
    """There is no such row, or none that may be known of."""

    def __init__(self, what: str, key: object) -> None:
        self.what = what
        self.key = key
        super().__init__(f"there is no {what} {key}")


class Forbidden(TasksError):
    """The actor may not do this: `reason` is an id that the page puts in words with `params`."""

    def __init__(self, reason: str, params: Mapping[str, Any] | None = None) -> None:
        self.reason = reason
        self.params = dict(params or {})
        super().__init__(f"not allowed: {reason} {self.params}" if self.params else f"not allowed: {reason}")


class FourEyes(Forbidden):
    """The same person would be on both sides of a four-eyes pair."""


class Disqualified(Forbidden):
    """The person is declared disqualified on this case (434/2003 27–30 §)."""


class Stale(TasksError):
    """Somebody changed the task after it was read."""

    def __init__(self, who: str, when: datetime | None, what: str) -> None:
        self.who = who
        self.when = when
        self.what = what
        at = when.isoformat(timespec="seconds") if when else "an unknown moment"
        super().__init__(f"{who} changed this ({what}) at {at}")


class FileChanged(Stale):
    """Somebody saved or removed the file of a draft after it was read: what stands there now comes along."""

    def __init__(self, who: str, when: datetime | None, path: str, content: bytes | None, hash: str) -> None:
        self.path = path
        self.content = content
        self.hash = hash
        super().__init__(who, when, path)


class WrongState(TasksError):
    """The task or case is not in a state that allows this."""

    def __init__(
        self, what: str, state: str, wanted: str = "open", *, who: str = "", when: datetime | None = None
    ) -> None:
        self.what = what
        self.state = state
        self.wanted = wanted
        self.who = who
        self.when = when
        super().__init__(f"{what} is {state}, expected {wanted}")


class LetterIncomplete(WrongState):
    """A written letter lacks parts that the law requires in it: it may not leave the house."""

    def __init__(self, letter: str, parts: tuple[str, ...]) -> None:
        self.parts = parts
        super().__init__(f"letter {letter}", f"without {' and '.join(parts)}", "a letter that has them")


class NotWaiting(WrongState):
    """The case does not wait for this message now."""

    def __init__(self, message: str, waits: tuple[str, ...]) -> None:
        self.waits = waits
        super().__init__(f"message {message}", "not awaited", f"one of {', '.join(waits) or 'none'}")


class SameId(WrongState):
    """Another message came under this id before: `source` and `id` name one message for ever."""

    def __init__(self, source: str, id: str) -> None:
        self.source = source
        self.id = id
        super().__init__(f"message {id!r} of {source}", "known with another content", "the same content, or another id")


class InvalidAnswers(TasksError):
    """The answers do not fit the form: `error` is the form's own FormError."""

    def __init__(self, error: Any) -> None:
        self.error = error
        super().__init__(str(error))


class InvalidValue(TasksError):
    """One value that is not a form answer is unusable: an identity code, a file, a date."""

    def __init__(self, field: str, code: str, message: str, params: Mapping[str, Any] | None = None) -> None:
        self.field = field
        self.code = code
        self.params = dict(params or {})
        super().__init__(f"{field}: {message}")


class NotPublished(TasksError):
    """No version of the process is in force on the day."""

    def __init__(self, process: str, on: object) -> None:
        self.process = process
        self.on = on
        super().__init__(f"no version of process {process} is in force on {on}")


class NotPublishable(TasksError):
    """A process folder has errors; its findings say where."""

    def __init__(self, findings: tuple[Any, ...]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{f.file}: {f.message}" for f in findings[:5]))


class DatabaseAway(TasksError):
    """The database does not answer; the same command may be tried again."""


class NoSchema(DatabaseAway):
    """The database answers, but `asiavirta db upgrade` has not been run on it."""


class UnusableDatabase(TasksError, ValueError):
    """This is no URL of a database that we can use."""
