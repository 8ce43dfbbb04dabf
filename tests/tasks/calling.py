"""A small process that can be published and calls a register between two tasks."""

from __future__ import annotations

from typing import Any

import orjson

from engine.bundle import Bundle
from tasks.actor import Actor
from tasks.commands.cases import CaseStarted, start_case
from tasks.commands.publishing import publish
from tasks.commands.work import complete
from tests.engine.drawing import boundary, flows, folder, tasks, timer

STORY = Actor(None, "somebody", "story")
CALL = (
    '<serviceTask id="ask" asiavirta:service="register" asiavirta:retry="patient" asiavirta:byhand="true">'
    '<extensionElements><asiavirta:input name="code" value="first.code"/></extensionElements></serviceTask>'
)


def whole(field: str, kind: str) -> bytes:
    """A form of one field that can be published."""
    texts = {"sv": {"title": "t"}, "en": {"title": "t"}}
    known = {"title": "t", "x-i18n": texts}
    properties = {field: {"type": "string", "x-kind": kind, "x-secrecy": "ordinary", **known}}
    return orjson.dumps({**known, "type": "object", "properties": properties})


def calling() -> Bundle:
    """First, the call (five days at most, one declared error), last."""
    body = '<startEvent id="s"/><endEvent id="e"/><endEvent id="f"/><endEvent id="g"/>' + CALL
    body += tasks("first", "last", "other", "wrong")
    body += boundary("late", "ask", timer("timeDuration", "P5D"))
    body += boundary("fault_came", "ask", '<errorEventDefinition errorRef="fault"/>')
    body += flows("s > first > ask > last > e", "late > other > f", "fault_came > wrong > g")
    files = {"forms/ask.json": whole("amount", "money"), "forms/first.json": whole("code", "text")}
    files |= {f"forms/{name}.json": whole("note", "text") for name in ("last", "other", "wrong")}
    return folder(body, files=files, manifest='[retries]\npatient = ["PT10M", "P1D"]\n')


def order(town: Any) -> CaseStarted:
    """A case of it that has just ordered its call."""
    day = town.now.date()
    publish(town.database, STORY, [calling()], author="olga", approver="oona", from_on=day, now=town.now)
    started = start_case(
        town.database, STORY, process="example", message=None, answers={}, parties={"customer": town.customer},
        unit_id=town.unit("north"), now=town.now,
    )  # fmt: skip
    complete(town.database, STORY, started.task_ids[0], answers={"code": "KOODI-77"}, now=town.now)
    return started
