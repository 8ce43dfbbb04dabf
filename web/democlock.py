"""The demonstration's clock: the real one and how far it has been moved on, in a file that web and worker share."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "ASIAVIRTA_DEMO_CLOCK"
"""Path of the file; `asiavirta demo` sets it, and outside demo mode it is ignored."""

Clock = Callable[[], datetime]


def real_clock() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


class DemoClock:
    """A clock that can be moved on and never back. The file holds the seconds that it is ahead of the real one."""

    def __init__(self, file: Path, real: Clock = real_clock) -> None:
        self._file = file
        self._real = real

    def now(self) -> datetime:
        """The moment of the demonstration (aware, UTC)."""
        return self._real() + self._ahead()

    def forward(self, to: datetime) -> datetime:
        """Move on to a moment, unless it has passed already; gives the moment it is then."""
        ahead = max(to - self._real(), self._ahead())
        written = self._file.with_name(f"{self._file.name}.new")
        written.write_text(str(ahead.total_seconds()), encoding="ascii")
        os.replace(written, self._file)
        return self.now()

    def _ahead(self) -> timedelta:
        try:
            return timedelta(seconds=float(self._file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return timedelta()


def demo_clock(demo: bool, file: str, real: Clock = real_clock) -> DemoClock | None:
    """The demonstration's clock, or None: outside demo mode there is none, whatever file is named."""
    return DemoClock(Path(file), real) if demo and file else None


def clock_file(database: Path) -> Path:
    """Where the demonstration keeps how far its clock has been moved on: beside its database."""
    return database.with_name(f"{database.name}.clock")


def clock_of(url: str) -> Clock:
    """The clock of whoever works on a database: a demonstration's that has been moved on, else the real one."""
    scheme, _, path = url.partition(":///")
    file = clock_file(Path(path)) if scheme.startswith("sqlite") and path not in ("", ":memory:") else None
    return DemoClock(file).now if file is not None and file.is_file() else real_clock


def worker_clock(environ: Mapping[str, str]) -> Clock:
    """The clock of a worker: the demonstration's in demo mode, else the real one."""
    demo = environ.get("ASIAVIRTA_DEMO", "").lower() in ("1", "true", "yes")
    found = demo_clock(demo, environ.get(VARIABLE, ""))
    return found.now if found else real_clock
