"""One line for each event, as RFC 4180 has it: for spreadsheets, databases and data frames."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from tasks.exporting.log import EventLog, Happening, Trail
from tasks.moments import iso

COLUMNS = (
    "case", "activity", "lifecycle", "timestamp", "recorded_at", "kind", "process", "version", "element", "role",
    "resource", "via", "due_on", "legal_on", "task", "case_process", "case_version", "unit", "customer", "arrived_on",
    "status", "outcome",
)  # fmt: skip
RECKONED = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula."""


def write(log: EventLog) -> Iterator[str]:
    """The file in pieces, one for each case."""
    yield _lines([COLUMNS])
    for trail in log.trails():
        yield _lines([_cells(trail, happening) for happening in trail.happenings])


def _cells(trail: Trail, happening: Happening) -> tuple[object, ...]:
    row, place = trail.row, happening.place
    return (
        trail.key, _as_text(happening.activity), happening.transition, iso(happening.occurred_at), iso(happening.at),
        happening.kind, place.process, place.version, place.element, happening.role, _as_text(happening.person),
        happening.via, happening.due_on, happening.legal_on, happening.task, row.process, row.version,
        _as_text(trail.unit), trail.customer, row.arrived_on, row.status, row.outcome,
    )  # fmt: skip


def _as_text(words: str) -> str:
    """A label, user name or code that people chose, so that no spreadsheet reckons with it."""
    return f"'{words}" if words.startswith(RECKONED) else words


def _lines(rows: list[tuple[object, ...]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()
