"""XES, IEEE 1849-2016: a trace for each case, with the concept, time, lifecycle and organisational extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.sax.saxutils import quoteattr

from tasks.exporting.log import EventLog, Happening, Trail
from tasks.moments import iso

EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
CLASSIFIERS = (("Activity", "concept:name"), ("ActivityAndLifecycle", "concept:name lifecycle:transition"))
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML 1.0 document may hold."""


def write(log: EventLog) -> Iterator[str]:
    """The document in pieces, one for each case."""
    yield _head()
    for trail in log.trails():
        yield _trace(trail)
    yield "</log>\n"


def _head() -> str:
    extensions = [f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>' for name, prefix, uri in EXTENSIONS]
    classifiers = [f'<classifier name="{name}" scope="event" keys="{keys}"/>' for name, keys in CLASSIFIERS]
    of_trace = _attributes(("string", "concept:name", "-"))
    of_event = _attributes(
        ("string", "concept:name", "-"),
        ("date", "time:timestamp", "1970-01-01T00:00:00.000+00:00"),
        ("string", "lifecycle:transition", "complete"),
    )
    of_log = _attributes(("string", "concept:name", "Asiavirta"), ("string", "lifecycle:model", "standard"))
    return "\n".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">',
            *extensions,
            f'<global scope="trace">{of_trace}</global>',
            f'<global scope="event">{of_event}</global>',
            *classifiers,
            f"{of_log}\n",
        )
    )


def _trace(trail: Trail) -> str:
    row = trail.row
    facts = _attributes(
        ("string", "concept:name", trail.key),
        ("string", "process", row.process),
        ("int", "version", row.version),
        ("string", "unit", trail.unit),
        ("string", "customer", trail.customer),
        ("string", "arrived_on", row.arrived_on),
        ("string", "status", row.status),
        ("string", "outcome", row.outcome),
    )
    events = "".join(f"<event>{_event(trail, happening)}</event>\n" for happening in trail.happenings)
    return f"<trace>{facts}\n{events}</trace>\n"


def _event(trail: Trail, happening: Happening) -> str:
    return _attributes(
        ("string", "concept:name", happening.activity),
        ("string", "concept:instance", happening.task),
        ("string", "lifecycle:transition", happening.transition),
        ("date", "time:timestamp", iso(happening.occurred_at)),
        ("string", "org:resource", happening.person),
        ("string", "org:role", happening.role),
        ("string", "org:group", trail.unit),
        ("string", "kind", happening.kind),
        ("string", "process", happening.place.process),
        ("int", "version", happening.place.version),
        ("string", "element", happening.place.element),
        ("date", "recorded_at", iso(happening.at)),
        ("string", "via", happening.via),
        ("string", "due_on", happening.due_on),
        ("string", "legal_on", happening.legal_on),
    )


def _attributes(*facts: tuple[str, str, object]) -> str:
    """Attributes (kind, key, value); what has no value is left out."""
    return "".join(
        f'<{kind} key="{key}" value={_quoted(str(value))}/>'
        for kind, key, value in facts
        if value is not None and value != ""
    )


@lru_cache(maxsize=8192)
def _quoted(value: str) -> str:
    """The value of an attribute with its quotes; most values of a log come again and again."""
    return quoteattr(NO_XML.sub("", value))
