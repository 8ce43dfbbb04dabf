"""The folder that a new process begins from: one message, one task, one end; it passes every check."""

from __future__ import annotations

from collections.abc import Mapping
from string import Template
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import orjson
import tomlkit

WORDS: Mapping[str, Mapping[str, str]] = {
    "arrived": {"fi": "Hakemus saapui", "sv": "Ansökan kom in", "en": "Application arrived"},
    "begun": {"fi": "Osa alkoi", "sv": "Delen började", "en": "Part began"},
    "handle": {"fi": "Käsittele asia", "sv": "Handlägg ärendet", "en": "Handle the case"},
    "handled": {"fi": "Käsitelty", "sv": "Handlagt", "en": "Handled"},
    "officer": {"fi": "Käsittelijä", "sv": "Handläggare", "en": "Caseworker"},
    "application": {"fi": "Hakemus", "sv": "Ansökan", "en": "Application"},
}
QUESTIONS = {
    "application": {"fi": "Mitä haetaan", "sv": "Vad ansökan gäller", "en": "What is applied for"},
    "handle": {"fi": "Miten asia hoidettiin", "sv": "Hur ärendet sköttes", "en": "How the case was handled"},
}
CUSTOMER = {"fi": "hakija", "sv": "sökande", "en": "applicant"}

DRAWING = Template("""\
<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:asiavirta="urn:asiavirta:bpmn:1" id="definitions" \
targetNamespace="urn:asiavirta:processes">
$message  <bpmn:collaboration id="collaboration">
    <bpmn:participant id="pool" name=$name processRef="$process"/>
  </bpmn:collaboration>
  <bpmn:process id="$process" name=$name isExecutable="true">
    <bpmn:laneSet id="lanes">
      <bpmn:lane id="officer" name="Käsittelijä">
        <bpmn:flowNodeRef>$start</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>handle</bpmn:flowNodeRef>
        <bpmn:flowNodeRef>handled</bpmn:flowNodeRef>
      </bpmn:lane>
    </bpmn:laneSet>
    <bpmn:startEvent id="$start" name="$begins">
      <bpmn:outgoing>to_handle</bpmn:outgoing>
$event    </bpmn:startEvent>
    <bpmn:sequenceFlow id="to_handle" sourceRef="$start" targetRef="handle"/>
    <bpmn:userTask id="handle" name="Käsittele asia">
      <bpmn:incoming>to_handle</bpmn:incoming>
      <bpmn:outgoing>to_handled</bpmn:outgoing>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="to_handled" sourceRef="handle" targetRef="handled"/>
    <bpmn:endEvent id="handled" name="Käsitelty">
      <bpmn:incoming>to_handled</bpmn:incoming>
    </bpmn:endEvent>
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram">
    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration">
      <bpmndi:BPMNShape id="pool_shape" bpmnElement="pool" isHorizontal="true">
        <dc:Bounds x="160" y="80" width="600" height="200"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="officer_shape" bpmnElement="officer" isHorizontal="true">
        <dc:Bounds x="190" y="80" width="570" height="200"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="${start}_shape" bpmnElement="$start">
        <dc:Bounds x="262" y="162" width="36" height="36"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="handle_shape" bpmnElement="handle">
        <dc:Bounds x="400" y="140" width="100" height="80"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="handled_shape" bpmnElement="handled">
        <dc:Bounds x="602" y="162" width="36" height="36"/>
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_handle_edge" bpmnElement="to_handle">
        <di:waypoint x="298" y="180"/>
        <di:waypoint x="400" y="180"/>
      </bpmndi:BPMNEdge>
      <bpmndi:BPMNEdge id="to_handled_edge" bpmnElement="to_handled">
        <di:waypoint x="500" y="180"/>
        <di:waypoint x="602" y="180"/>
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
""")

TABLE = Template("""\
<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:asiavirta="urn:asiavirta:bpmn:1" \
id="${id}_definitions" name=$name namespace="urn:asiavirta:decisions">
  <decision id="$id" name=$name>
    <decisionTable id="${id}_table" hitPolicy="FIRST">
      <output id="${id}_output_1" name="result" />
      <rule id="${id}_row_1">
        <outputEntry><text>null</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
</definitions>
""")


def skeleton(
    process: str, *, kind: str, area: str, prefix: str, owner: str, name: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of a new process (or part) by path."""
    whole = kind == "process"
    start, forms = ("arrived", ("application", "handle")) if whole else ("begun", ("handle",))
    return {
        "process.toml": tomlkit.dumps(_manifest(process, kind, area, prefix, owner, name)).encode(),
        f"{process}.bpmn": _drawing(process, name["fi"], start).encode(),
        "labels.toml": tomlkit.dumps(_labels(start, whole)).encode(),
        **{f"forms/{one}.json": form(one) for one in forms},
    }


def _manifest(process: str, kind: str, area: str, prefix: str, owner: str, name: Mapping[str, str]) -> dict[str, Any]:
    head: dict[str, Any] = {"id": process, "kind": kind, "area": area, "owner": owner}
    lanes = {"lanes": {"officer": {"role": "grant_officer"}}}
    if kind != "process":
        return head | {"name": dict(name)} | lanes
    return head | {
        "prefix": prefix, "name": dict(name), **lanes, "starts": {"messages": ["application"]},
        "parties": {"applicant": {"kind": "any", "principal": True, "name": CUSTOMER}},
    }  # fmt: skip


def _drawing(process: str, name: str, start: str) -> str:
    message = '  <bpmn:message id="application" name="Hakemus"/>\n' if start == "arrived" else ""
    event = '      <bpmn:messageEventDefinition id="arrived_message" messageRef="application"/>\n' if message else ""
    return DRAWING.substitute(
        process=process, name=quoteattr(name), start=start, begins=escape(WORDS[start]["fi"]), message=message,
        event=event,
    )  # fmt: skip


def _labels(start: str, whole: bool) -> dict[str, Any]:
    drawn = (start, "handle", "handled", "officer")
    found: dict[str, Any] = {"elements": {id: {it: WORDS[id][it] for it in ("sv", "en")} for id in drawn}}
    found["outcomes"] = {"handled": dict(WORDS["handled"])}
    return found | ({"messages": {"application": dict(WORDS["application"])}} if whole else {})


def table(id: str, name: str) -> bytes:
    """A decision table with one answer and one row; its questions are still to be asked."""
    return TABLE.substitute(id=id, name=quoteattr(name)).encode()


def form(name: str, titles: Mapping[str, str] = {}) -> bytes:
    """A form with one question, complete in three languages; called as `titles` say, else as its kind is called."""
    titles, question = {**WORDS[name], **titles}, QUESTIONS[name]
    field = {
        "type": "string", "x-kind": "long_text", "title": question["fi"], "x-secrecy": "ordinary", "maxLength": 2000,
        "x-i18n": {language: {"title": question[language]} for language in ("sv", "en")},
    }  # fmt: skip
    found = {
        "$schema": "https://json-schema.org/draft/2020-12/schema", "title": titles["fi"],
        "x-i18n": {language: {"title": titles[language]} for language in ("sv", "en")}, "type": "object",
        "required": ["text"], "properties": {"text": field}, "x-example": {"text": "…"},
    }  # fmt: skip
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
