"""What Camunda, Flowable, Zeebe and SpiffArena write for their own engines, read as ours where it means the same here.

Our own attributes always win. What is understood is told as a rewrite, what is known and has no counterpart is told
too; everything else foreign is warned of by the linter and kept in the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.errors import FeelError
from engine.feel import compile as feel
from engine.notation import BPMN

_CAMUNDA = ("http://camunda.org/schema/1.0/bpmn", "http://flowable.org/bpmn", "http://activiti.org/bpmn")
_ZEEBE = "http://camunda.org/schema/zeebe/1.0"
_SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
_MEANS = {
    "formKey": "form",
    "formRef": "form",
    "decisionRef": "decision",
    "candidateGroups": "lane",
    "collection": "collection",
    "elementVariable": "item",
    "topic": "service",
}
_ZEEBE_MEANS = {
    ("formDefinition", "formId"): "form",
    ("formDefinition", "formKey"): "form",
    ("calledDecision", "decisionId"): "decision",
    ("taskDefinition", "type"): "service",
    ("calledElement", "processId"): "called",
    ("assignmentDefinition", "candidateGroups"): "lane",
    ("loopCharacteristics", "inputCollection"): "collection",
    ("loopCharacteristics", "inputElement"): "item",
}
_ELSEWHERE = {
    "assignee": "who does a task is chosen in the inbox of its lane's role",
    "candidateUsers": "who does a task is chosen in the inbox of its lane's role",
    "dueDate": "dates come from deadlines.toml, where a deadline names the tasks that it is shown on",
    "followUpDate": "a caseworker puts a task on hold until a day",
    "priority": "the inbox is ordered by due date",
    "resultVariable": "a decision's result is stored under the decision's id",
    "mapDecisionResult": "a decision's result is stored as a context of its outputs",
}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_TOKENS = re.compile(r"""'[^'"]*'|"[^"]*"|&&|\|\||==|!=|!\s*[A-Za-z_][\w.]*|[^'"&|=!]+|.""", re.DOTALL)
_WORDS = {"&&": " and ", "||": " or ", "==": " = "}


@dataclass(slots=True)
class Understood:
    """What another engine's words on an element mean here: our names and values, sentences, and what was used."""

    means: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def take(self, key: str, ours: str, value: str) -> None:
        """Note that a foreign word means one of ours; a value that can be no name or expression is left foreign."""
        word = key.rpartition("}")[2]
        text = _READ[ours](value) if ours in _READ else value
        if not text or (ours != "collection" and not _NAME.fullmatch(text)):
            return
        self.used.add(key)
        self.means[ours] = text
        self.notes.append(f"{word} {value!r} is read as {ours} {text!r}")


def understand(element: Any) -> Understood:
    """What the foreign attributes and extension elements of a BPMN element (and of its repetition) mean here."""
    found = Understood()
    multi = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    for where in (element,) if multi is None else (element, multi):
        for key, value in where.attrib.items():
            namespace, _, word = key[1:].partition("}")
            if namespace in _CAMUNDA and word in _MEANS:
                found.take(key, _MEANS[word], value)
            elif namespace in _CAMUNDA and word in _ELSEWHERE:
                found.used.add(key)
                found.notes.append(f"{word} {value!r} has no effect: {_ELSEWHERE[word]}")
        for key, ours, value in _extensions(where):
            found.take(key, ours, value)
    return found


def _extensions(element: Any) -> Iterator[tuple[str, str, str]]:
    for child in element.findall(f"{BPMN}extensionElements/*"):
        namespace, _, word = child.tag[1:].partition("}") if isinstance(child.tag, str) else ("", "", "")
        if namespace == _ZEEBE:
            for name, value in child.attrib.items():
                if (word, name) in _ZEEBE_MEANS:
                    yield child.tag, _ZEEBE_MEANS[word, name], value
        elif namespace == _SPIFF and word == "serviceTaskOperator":
            yield child.tag, "service", child.get("id", "")
        elif namespace == _SPIFF and word == "calledDecisionId":
            yield child.tag, "decision", (child.text or "").strip()
        elif namespace == _SPIFF and word == "properties":
            for inner in child:
                if inner.get("name") == "formJsonSchemaFilename":
                    yield child.tag, "form", inner.get("value", "")


def _stem(value: str) -> str:
    """The name of a form file: `embedded:app:forms/apply.html` and `apply-schema.json` are `apply`."""
    name = re.split(r"[/:]", value)[-1].partition(".")[0]
    return name.removesuffix("-schema").replace("-", "_")


def _service(value: str) -> str:
    """The name of a service: the topic `address-register` and the operator `http/GetRequest` as names of ours."""
    return re.sub(r"\W+", "_", value).strip("_").lower()


def expression(text: str) -> str:
    """FEEL for another engine's expression: `${a == 'x' && !b}` and `=a = "x"`; the text itself if it is none."""
    wrapped = _WRAPPED.fullmatch(text.strip())
    if wrapped is None:
        plain = text.strip()
        return plain[1:].strip() if plain.startswith("=") else text
    feel_text = re.sub(r"\s+", " ", "".join(_token(token) for token in _TOKENS.findall(wrapped[1]))).strip()
    try:
        feel(feel_text)
    except FeelError:
        return text
    return feel_text


def _token(token: str) -> str:
    if token.startswith("'"):
        return f'"{token[1:-1]}"'
    if token.startswith("!") and token != "!=":
        return f" not({token[1:].strip()})"
    return _WORDS.get(token, token)


def duration(text: str) -> str:
    """A timer's text without another engine's wrapping: SpiffWorkflow's `"P3D"` is P3D."""
    plain = text.strip()
    quoted = len(plain) > 2 and plain[0] == plain[-1] and plain[0] in "\"'" and plain[1] in "PR"
    return plain[1:-1] if quoted else expression(text)


_READ: dict[str, Callable[[str], str]] = {"form": _stem, "collection": expression, "service": _service}
