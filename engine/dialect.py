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
from engine.vocabulary import ATTRIBUTES, CAMUNDA, DRAWING_TOOLS, ELSEWHERE, SETTINGS, SPIFF, ZEEBE, ZEEBE_WORDS

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_WRAPPED = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_TOKENS = re.compile(r"""'[^'"]*'|"[^"]*"|&&|\|\||==|!=|!\s*[A-Za-z_][\w.]*|[^'"&|=!]+|.""", re.DOTALL)
_LISTED = re.compile(r'=?\s*\[((?:\s*"[^"]*"\s*,?)*)\]')
_EMPTY = re.compile(r"\b(not\s+)?empty\s+([A-Za-z_][\w.]*)")
_OPERATORS = {"eq": "=", "ne": "!=", "gt": ">", "lt": "<", "ge": ">=", "le": "<="}
_COMPARED = re.compile(rf"\b({'|'.join(_OPERATORS)})\b(?!\s*\()")
_HANDING = (f"{BPMN}callActivity", f"{BPMN}serviceTask")
_WORDS = {"&&": " and ", "||": " or ", "==": " = "}


@dataclass(slots=True)
class Understood:
    """What another engine's words on an element mean here: our names and values, sentences, and what was used."""

    means: dict[str, str] = field(default_factory=dict)
    inputs: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)

    def take(self, key: str, ours: str, value: str) -> None:
        """Note that a foreign word means one of ours; a value that can be no name or expression is left foreign."""
        word = key.rpartition("}")[2]
        if ours == "lane" and len(groups := _groups(value)) != 1:
            self.used.add(key)
            many = "names several roles, and a task has one" if groups else "is computed"
            self.notes.append(f"{word} {value!r} {many}: draw the task in the lane of its role")
            return
        text = _READ[ours](value) if ours in _READ else value
        if not text or (ours != "collection" and not _NAME.fullmatch(text)):
            return
        self.used.add(key)
        self.means[ours] = text
        self.notes.append(f"{word} {value!r} is read as {ours} {text!r}")

    def tell(self, key: str, value: str = "") -> None:
        """Note that a foreign word has no effect, and why."""
        word = key.rpartition("}")[2]
        self.used.add(key)
        self.notes.append(f"{word} {value!r} has no effect: {ELSEWHERE[word]}" if value else _without(word))
        if word == "dueDate" and _NAME.fullmatch(name := expression(value)):
            self.means["due"] = name  # perhaps the name of a deadline: engine.crosscheck looks

    def hand_in(self, key: str, name: str, source: str) -> bool:
        """Note that something is handed in under a name; False for what is no FEEL."""
        text = expression(source)
        if not _NAME.fullmatch(name) or not _is_feel(text):
            return False
        self.used.add(key)
        self.inputs.append((name, text))
        self.notes.append(f"{key.rpartition('}')[2]} hands in {name!r} as {text!r}")
        return True


def _without(word: str) -> str:
    return f"<{word}> has no effect: {ELSEWHERE[word]}"


def drawing_tools(namespace: str) -> bool:
    """Whether a namespace is of a tool's own notes on a drawing, never meant to run."""
    return namespace.startswith(DRAWING_TOOLS)


def understand(element: Any) -> Understood:
    """What the foreign attributes and extension elements of a BPMN element (and of its repetition) mean here."""
    found = Understood()
    multi = element.find(f"{BPMN}multiInstanceLoopCharacteristics")
    for where in (element,) if multi is None else (element, multi):
        for key, value in where.attrib.items():
            namespace, _, word = key[1:].partition("}")
            if namespace in CAMUNDA and _fits(element, ATTRIBUTES.get(word)):
                found.take(key, ATTRIBUTES[word], value)
            elif namespace in CAMUNDA and word in ELSEWHERE:
                found.tell(key, value)
            elif namespace in CAMUNDA and word in SETTINGS:
                found.used.add(key)
        for child in where.findall(f"{BPMN}extensionElements/*"):
            if isinstance(child.tag, str):
                _extension(found, element, child)
    return found


def _extension(found: Understood, element: Any, child: Any) -> None:
    namespace, _, word = child.tag[1:].partition("}")
    if namespace == SPIFF:
        for ours, value in _spiff(child, word):
            found.take(child.tag, ours, value)
    if namespace not in (*CAMUNDA, ZEEBE):
        return
    for name, value in child.attrib.items():
        if namespace == ZEEBE and _fits(element, ZEEBE_WORDS.get((word, name))):
            found.take(child.tag, ZEEBE_WORDS[word, name], value)
        elif name in ELSEWHERE:
            found.tell(f"{{{namespace}}}{name}", value)
            found.used.add(child.tag)
    if word == "script" and child.get("expression"):
        _script(found, child.tag, child.get("resultVariable", ""), child.get("expression"))
    elif word in ("in", "inputOutput", "ioMapping") and element.tag in _HANDING:
        _hand_in(found, child, word)
    elif word in ELSEWHERE:
        found.tell(child.tag)
    elif word in SETTINGS:
        found.used.add(child.tag)


def _fits(element: Any, ours: str | None) -> bool:
    """Whether a word means something of ours on an element: only a service task calls a service."""
    return ours is not None and (ours != "service" or element.tag == f"{BPMN}serviceTask")


def _hand_in(found: Understood, child: Any, word: str) -> None:
    """What a call hands in; what comes back is stored under the call's id."""
    if word == "in":
        source = child.get("sourceExpression") or child.get("source", "")
        found.hand_in(child.tag, child.get("target", ""), source)
        return
    for inner in child:
        kind = inner.tag.rpartition("}")[2] if isinstance(inner.tag, str) else ""
        if kind == "inputParameter":
            found.hand_in(child.tag, inner.get("name", ""), (inner.text or "").strip())
        elif kind == "input":
            found.hand_in(child.tag, inner.get("target", ""), inner.get("source", ""))
        elif kind in ("outputParameter", "output"):
            found.used.add(child.tag)
            found.notes.append(f"<{kind}> has no effect: {ELSEWHERE['resultVariable']}")


def _script(found: Understood, key: str, name: str, source: str) -> None:
    if _NAME.fullmatch(name):
        found.used.add(key)
        found.means["script"] = f"{name} = {expression(source)}"
        found.notes.append(f"script is read as {found.means['script']!r}")


def _spiff(child: Any, word: str) -> Iterator[tuple[str, str]]:
    if word == "calledDecisionId":
        yield "decision", (child.text or "").strip()
    elif word == "serviceTaskOperator":
        yield "service", child.get("id", "")
    elif word == "properties":
        for inner in child:
            if inner.get("name") == "formJsonSchemaFilename":
                yield "form", inner.get("value", "")


def _groups(value: str) -> list[str]:
    """The groups that a text names: `a, b` or Zeebe's `=["a", "b"]`; none when they are computed."""
    listed = _LISTED.fullmatch(value.strip())
    text = listed[1] if listed else value
    if "{" in text or text.startswith("="):
        return []
    return [group for part in text.split(",") if (group := part.strip().strip('"'))]


def _lane(value: str) -> str:
    return re.sub(r"\W+", "_", _groups(value)[0]).strip("_")


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
    return feel_text if _is_feel(feel_text) else text


def _is_feel(text: str) -> bool:
    try:
        feel(text)
    except FeelError:
        return False
    return True


def _token(token: str) -> str:
    if token.startswith("'"):
        return f'"{token[1:-1]}"'
    if token.startswith('"'):
        return token
    if token.startswith("!") and token != "!=":
        return f" not({token[1:].strip()})"
    words = _EMPTY.sub(lambda match: f" {match[2]} {'!=' if match[1] else '='} null ", token)
    return _WORDS.get(token, _COMPARED.sub(lambda match: _OPERATORS[match[0]], words))


def duration(text: str) -> str:
    """A timer's text without another engine's wrapping: SpiffWorkflow's `"P3D"` is P3D."""
    plain = text.strip()
    quoted = len(plain) > 2 and plain[0] == plain[-1] and plain[0] in "\"'" and plain[1] in "PR"
    return plain[1:-1] if quoted else expression(text)


_READ: dict[str, Callable[[str], str]] = {
    "form": _stem,
    "collection": expression,
    "service": _service,
    "lane": _lane,
}
