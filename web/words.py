"""What the parts of a process are called in the page's language: elements, lanes, deadlines, outcomes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from engine import citation, drawing
from engine.bundle import Bundle
from engine.diagram import Diagram, Node
from engine.errors import DeadlineError, EngineError
from engine.law import LAW
from engine.redraw.outline import outline
from engine.register import DeadlineDefinition
from tasks.errors import NotFound
from tasks.published import Published
from web import formats, i18n

_NODES: dict[str, Mapping[str, Node]] = {}
"""The elements of a diagram by content hash; a version never changes."""
HEADING = re.compile(r"(<h1[^>]*>)(.*?)(</h1>)", re.DOTALL)
"""of a letter's text"""
MOST_KEPT = 500
"""diagrams: each save of a draft is another"""


def nodes(bundle: Bundle) -> Mapping[str, Node]:
    """The elements of a process's diagram by id, in the order in which a case comes to them; empty for the law."""
    if bundle.hash not in _NODES:
        if len(_NODES) >= MOST_KEPT:
            _NODES.clear()
        diagram = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn") if bundle.bpmn else None
        read = {row.node.id: row.node for row in outline(diagram)} if diagram else {}
        _NODES[bundle.hash] = read
        return read
    return _NODES[bundle.hash]


def element(bundle: Bundle, name: str, language: str | None = None) -> str:
    """What an element is called: labels.toml in Swedish and English, the diagram's own label in Finnish."""
    node = nodes(bundle).get(name)
    finnish = " ".join(node.name.split()) if node else ""
    return i18n.pick({"fi": finnish or name, **bundle.labels.elements.get(name, {})}, language)


def point(diagram: Diagram, labels: Mapping[str, Mapping[str, str]], id: str) -> str:
    """What an element is called among others: its words, or for one without the next step that has some; else its id.

    `labels` are the elements of labels.toml.
    """
    seen: list[str] = []
    while id in diagram.nodes and id not in seen:
        node = diagram.nodes[id]
        if node.name.strip():
            told = i18n.pick({"fi": " ".join(node.name.split()), **labels.get(id, {})})
            return i18n.t("canvas.point_before", next=told) if seen else told
        seen.append(id)
        id = next((flow.target for flow in diagram.leaving(id)), "")
    return seen[0] if seen else id


def process_at(published: Published, process: str, version: int, path: str | None, *, inner: bool = False) -> str:
    """The folder that an element path of a case leads into: each front piece is a call activity.

    With `inner` the last piece is an element of that folder.
    """
    pieces = [piece.split("[", 1)[0] for piece in (path or "").split("/") if piece]
    parts, found = published.row(process, version).parts, process
    for piece in pieces[:-1] if inner else pieces:
        node = nodes(published.bundle(found, published.number_of(process, version, found))).get(piece)
        if node is None or node.called not in parts:
            break
        found = node.called
    return found


def letter(bundle: Bundle, name: str, chosen: str | None = None) -> str:
    """What the letter of a step is called: a noun from labels.toml, else what the step is called."""
    texts = bundle.labels.elements.get(name, {})
    names = {language: texts[key] for language in i18n.LANGUAGES if (key := f"letter_{language}") in texts}
    return i18n.pick(names, chosen) if names else element(bundle, name, chosen)


def letter_of_file(bundle: Bundle, id: str) -> str:
    """What a letter is called: as the step that sends it says, else by its Finnish heading, else by its id."""
    try:
        sending = nodes(bundle)
    except EngineError:
        sending = {}
    for node in sending.values():
        if node.kind == "sendTask" and node.attributes.get("letter") == id:
            return letter(bundle, node.id)
    return heading(bundle.files.get(f"letters/{id}.fi.html", b"").decode("utf-8", "replace")) or id


def heading(text: str) -> str:
    """What stands at the top of a letter, as plain words; empty where nothing does."""
    found = HEADING.search(text)
    return re.sub(r"<[^>]*>|\{.*?\}+", "", found[2]).strip() if found else ""


def title(part: Mapping[str, Any]) -> str:
    """What a form or a question of it is called, as its file says; empty where it does not."""
    others = part.get("x-i18n")
    told = {"fi": part.get("title", "")}
    for language, texts in others.items() if isinstance(others, Mapping) else ():
        if isinstance(texts, Mapping) and texts.get("title"):
            told[language] = texts["title"]
    return str(i18n.pick(told))


def question(form: Mapping[str, Any], name: str) -> str:
    """What a question of a form is called, `group.question` one in its rows; its id where it has no title."""
    part: Any = form
    for piece in name.split(".") if name else ():
        holder = part.get("items", part) if isinstance(part, Mapping) else {}
        questions = holder.get("properties") if isinstance(holder, Mapping) else None
        part = questions.get(piece) if isinstance(questions, Mapping) else None
    return (title(part) if name and isinstance(part, Mapping) else "") or name.rpartition(".")[2]


def step(published: Published, process: str, name: str) -> str:
    """What a step is called in the newest version of its folder that has it; its id when none has."""
    bundle = _with(published, process, name)
    return element(bundle, name) if bundle else name


def letter_of(published: Published, process: str, name: str) -> str:
    """The same of the letter of a step."""
    bundle = _with(published, process, name)
    return letter(bundle, name) if bundle else name


def _with(published: Published, process: str, name: str) -> Bundle | None:
    """The newest version of a folder whose diagram has the element."""
    bundles = (published.bundle(process, row.number) for row in reversed(published.rows) if row.process == process)
    return next((bundle for bundle in bundles if name in nodes(bundle)), None)


def number(label: str) -> int:
    """The number in pay_subsidy@3."""
    return int(label.rpartition("@")[2])


def instruction(bundle: Bundle, name: str, language: str | None = None) -> str:
    """The instruction of an element to the caseworker, empty when it has none."""
    node = nodes(bundle).get(name)
    chosen = language or i18n.language()
    told = bundle.labels.elements.get(name, {}).get(f"instruction_{chosen}", "")
    return told or (node.documentation.strip() if node else "")


def process(published: Published, name: str, language: str | None = None) -> str:
    """The name of a process as its newest version has it."""
    newest = published.newest(name)
    return i18n.pick(published.bundle(name, newest.number).manifest.name, language) if newest else name


def task(published: Published, process: str, version: int, name: str) -> str:
    """What a task asks for; its id when the version is not to be had."""
    try:
        return element(published.bundle(process, version), name)
    except NotFound:
        return name


def label(bundle: Bundle, table: str, name: str, language: str | None = None) -> str:
    """An outcome, reason, option or message of labels.toml in words; the id when it has none."""
    names: Mapping[str, str] | None = getattr(bundle.labels, table).get(name)
    return i18n.pick(names, language) if names else name


def deadline_unit(published: Published, process: str, name: str) -> str:
    """The unit that a paused remainder is counted in (engine.rule.Computed): working days or days."""
    for place in (process, LAW):
        newest = published.law.newest(place)
        if newest and name in newest.deadlines:
            return "working days" if newest.deadlines[name].rows[-1].unit == "working days" else "days"
    return "days"


def task_at(published: Published, process: str, version: int, path: str) -> str:
    """What the step at an element path asks for: `decision/decide` is a step of the part that `decision` calls."""
    folder = process_at(published, process, version, path, inner=True)
    return task(published, folder, published.number_of(process, version, folder), path.rpartition("/")[2])


def reasons(published: Published, trace: Sequence[Mapping[str, object]]) -> dict[str, Mapping[str, str]]:
    """What the reasons of a trace's pauses are called: codes of the lists that the law folder brings."""
    wanted = {str(step["reason"]) for step in trace if step.get("step") == "pause" and step.get("reason")}
    law = published.law.newest(LAW) if wanted else None
    rows = [row for listed in law.codes.values() for row in listed.get("codes", ())] if law else []
    return {row["code"]: row["name"] for row in rows if row["code"] in wanted}


def statute(text: str, language: str | None = None) -> str:
    """A section of law as files cite it, written in the language of the page."""
    return formats.unbroken(citation.write(text, language or i18n.language()))


def work_role(role: str) -> str:
    """A work role in words; its id when the glossary has none."""
    key = f"work_role.{role}"
    return i18n.t(key) if i18n.known(key) else role


def deadline_rule(published: Published, process: str, name: str, on: date) -> DeadlineDefinition | None:
    """The rule of a deadline on its event day; None when no such rule is known."""
    try:
        return published.law.deadline(process, name, on)[0]
    except DeadlineError:
        return None


def channel(code: str | None) -> str:
    """How something came or went; the code itself where it has no words."""
    key = f"case.channel_{code}"
    return i18n.t(key) if i18n.known(key) else code or ""


def kind_of(rule: DeadlineDefinition) -> str:
    """What a deadline is and whom it binds: "lakisääteinen, sitoo viranomaista"."""
    return f"{i18n.t(f'deadline.kind_{rule.kind}')}, {i18n.t(f'deadline.binds_{rule.binds}')}"


def deadline(published: Published, process: str, name: str, on: date) -> str:
    """The name of a deadline on a day; its id when no rule of that name is known."""
    rule = deadline_rule(published, process, name, on)
    return i18n.pick(rule.names) if rule else name
