"""What the checks found in a draft, as its reader sees it: named in words, with the way to where it is put right."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine import drawing
from engine.amend.table_text import Grid, read_grids
from engine.bundle import Bundle
from engine.diagram import Diagram
from engine.errors import EngineError, Finding, XmlError
from web import i18n, words
from web.i18n import t
from web.processes.desk import line_of, number_of
from web.sentences import tell

OWN = {
    "deadlines.toml": "deadline", "parameters.toml": "parameter", "labels.toml": "step", "process.toml": "message",
}  # fmt: skip
"""what an element of a file is, where the element does not say so itself"""
PARTS = {
    "letters": "letter", "lanes": "lane", "parties": "party", "messages": "message", "elements": "step",
    "outcomes": "outcome",
}  # fmt: skip
"""what an element such as `letters.decision` is"""
ANCHORS = {
    "lanes": "lanes", "basis": "basis", "retention": "years", "four_eyes": "four_eyes", "acts": "acts",
    "prefix": "prefix", "owner": "owner", "review_on": "review_on", "name": "name_fi", "": "name_fi",
}  # fmt: skip
"""the field of the settings that a table or key of process.toml is changed in"""
UNREADABLE = ("toml-syntax", "toml-encoding", "json-syntax", "xml")
"""findings of a file that no editor can read"""
Way = tuple[str, dict[str, Any]]
"""an endpoint and what it shows"""


@dataclass(frozen=True)
class Names:
    """What the parts of a draft are called in the reader's language; those of files with faults, too."""

    bundle: Bundle

    @property
    def files(self) -> Mapping[str, bytes]:
        """The files of the draft."""
        return self.bundle.files

    def of(self, kind: str, id: str) -> str:
        """The name of a deadline, step, letter and so on; empty where it has none."""
        asked = getattr(self, f"_{kind}", None)
        name = asked(id) if asked is not None else ""
        return name if name != id else ""

    @cached_property
    def diagram(self) -> Diagram | None:
        """The drawing, where it can be read."""
        bundle = self.bundle
        try:
            return drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn") if bundle.bpmn else None
        except EngineError:
            return None

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Grid]]:
        """The decision tables of each file that can be read."""
        found: dict[str, Mapping[str, Grid]] = {}
        for path, data in self.files.items():
            if path.endswith(".dmn") and "/" not in path:
                try:
                    found[path.removesuffix(".dmn")] = read_grids(data, file=path)
                except XmlError:
                    continue
        return found

    def document(self, path: str) -> Mapping[str, Any]:
        """A file of tables as it reads; an empty one while it cannot be read."""
        try:
            text = self.files.get(path, b"").decode("utf-8-sig")
            found = json.loads(text) if path.endswith(".json") else tomllib.loads(text.replace("\r\n", "\n"))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    def grid(self, table: str, element: str) -> str:
        """The decision of a file that an element is in, where it is another than that of the file's name."""
        grids = self.tables.get(table, {})
        rows = (id for id, grid in grids.items() if element == id or element in {row.id for row in grid.rows})
        found = next(rows, table)
        return "" if found == table else found

    def _deadline(self, id: str) -> str:
        return self._dated("deadlines.toml", id)

    def _parameter(self, id: str) -> str:
        return self._dated("parameters.toml", id)

    def _dated(self, path: str, id: str) -> str:
        row = self.document(path).get(id)
        name = row.get("name") if isinstance(row, Mapping) else None
        told = {key: text for key, text in name.items() if isinstance(text, str)} if isinstance(name, Mapping) else {}
        return i18n.pick(told) if told else name if isinstance(name, str) else ""

    def _step(self, id: str) -> str:
        diagram, labels = self.diagram, self.bundle.labels.elements
        if diagram is None:
            return ""
        if id in diagram.nodes:
            return words.point(diagram, labels, id)
        flow = next((one for one in diagram.flows if one.id == id), None)
        if flow is not None:
            return " → ".join(words.point(diagram, labels, end) for end in (flow.source, flow.target))
        return i18n.pick({"fi": diagram.lanes[id], **labels.get(id, {})}) if id in diagram.lanes else ""

    def _lane(self, id: str) -> str:
        return self._step(id)

    def _letter(self, id: str) -> str:
        return words.letter_of_file(self.bundle, id)

    def _message(self, id: str) -> str:
        return words.label(self.bundle, "messages", id) if id in self.bundle.labels.messages else self._form(id)

    def _outcome(self, id: str) -> str:
        return words.label(self.bundle, "outcomes", id)

    def _party(self, id: str) -> str:
        party = self.bundle.manifest.parties.get(id)
        return i18n.pick(party.name) if party else ""

    def _form(self, id: str) -> str:
        return words.title(self.bundle.forms.get(id, {}))

    def _decision(self, id: str) -> str:
        return next((grids[id].name for grids in self.tables.values() if id in grids), "")

    def _story(self, id: str) -> str:
        return str(self.bundle.stories.get(id, {}).get("name", ""))


@dataclass(frozen=True)
class FindingShown:
    """What the checks found, and the line where it stands."""

    finding: Finding
    line: int | None
    there: bool
    """whether the file is one of the draft"""
    names: Names

    @property
    def told(self) -> str:
        """The sentence in the reader's language, with the names of things beside their ids."""
        return tell(self.finding.message, called=self._called)

    @property
    def label(self) -> str:
        """What the thing that was found is called; empty where the sentence says it, or nothing does."""
        name = self._named(self.finding.element or "")
        return "" if name and name in self.told else name

    @property
    def editor(self) -> Way | None:
        """Where it is put right in words: the page and what it shows; None where only the text will do."""
        if self.finding.rule in UNREADABLE:
            return None
        top, _, rest = self.finding.file.partition("/")
        asked = {"forms": self._form, "stories": self._story, "letters": self._letter}.get(top) if rest else None
        if asked is not None:
            return asked(rest.rpartition(".")[0]) if self.there else asked("")
        stem, _, suffix = top.rpartition(".")
        ways = {
            "deadlines.toml": self._deadline, "parameters.toml": self._value, "process.toml": self._settings,
            "labels.toml": self._drawn,
        }  # fmt: skip
        if top in ways:
            return ways[top]()
        if suffix == "bpmn":
            return self._drawn()
        return self._table(stem, suffix) if suffix in ("dmn", "csv") and not rest else None

    def _called(self, kind: str, id: str) -> str:
        """The name of a value of the sentence; without a kind it is one of the file's own."""
        if kind:
            return self.names.of(kind, id)
        return self._named(id) if id == self._key and not self.finding.file.endswith((".dmn", ".csv")) else ""

    @property
    def _key(self) -> str:
        """The id of the thing: what an element such as `letters.decision` or `reply.rows[1]` begins with."""
        element = self.finding.element or ""
        first, _, rest = element.partition(".")
        own = rest.partition(".")[0] if self.finding.file in ("process.toml", "labels.toml") and rest else first
        return element if self.finding.file.endswith((".bpmn", ".dmn", ".csv", ".json")) else own.partition("[")[0]

    def _named(self, element: str) -> str:
        file, names = self.finding.file, self.names
        top, _, rest = file.partition("/")
        stem = rest.rpartition(".")[0]
        if top == "forms":
            asked = words.question(names.document(file), _question(element, names.document(file)))
            return ": ".join(filter(None, (names.of("form", stem), asked)))
        if top == "letters":
            return names.of("letter", stem.rpartition(".")[0])
        if top == "stories":
            step = number_of(element)
            return ", ".join(filter(None, (names.of("story", stem), t("story.step", n=step) if step else "")))
        if file.endswith(".bpmn"):
            return names.of("step", element)
        if file.endswith((".dmn", ".csv")):
            table = file.rpartition(".")[0]
            return names.of("decision", names.grid(table, element) or table)
        kind = PARTS.get(element.partition(".")[0]) if "." in element else OWN.get(file)
        kind = OWN.get(file) if file in ("deadlines.toml", "parameters.toml") else kind
        return names.of(kind or "", self._key) if element else ""

    def _form(self, form: str) -> Way | None:
        if not form:
            return None
        field = _question(self.finding.element or "", self.names.document(self.finding.file))
        if field:
            return "processes.draft_field", {"form": form, "field": field}
        return "processes.draft_form", {"form": form}

    def _story(self, story: str) -> Way | None:
        number = number_of(self.finding.element or "")
        if story and number:
            return "processes.draft_step", {"story": story, "number": number - 1}
        return ("processes.draft_story", {"story": story}) if story else None

    def _letter(self, text: str) -> Way | None:
        if "/" in text:  # a passage
            return None
        letter, _, language = text.rpartition(".")
        if letter and language in ("fi", "sv"):
            return "processes.draft_letter", {"letter": letter, "language": language}
        return "processes.draft_letters", {}

    def _deadline(self) -> Way | None:
        if self._key == "untimed":
            return None
        if isinstance(self.names.document("deadlines.toml").get(self._key), Mapping):
            return "processes.draft_deadline", {"deadline": self._key}
        return "processes.draft_dates", {}

    def _value(self) -> Way:
        if isinstance(self.names.document("parameters.toml").get(self._key), Mapping):
            return "processes.draft_value", {"value": self._key}
        return "processes.draft_dates", {}

    def _settings(self) -> Way | None:
        first, _, rest = (self.finding.element or "").lstrip(".").partition(".")
        rules = self.names.document("process.toml").get("letters", {})
        if first == "letters" and isinstance(rules, Mapping) and rest.partition(".")[0] in rules:
            return "processes.draft_letter_rules", {"letter": rest.partition(".")[0]}
        anchor = ANCHORS.get(first.partition("[")[0])
        return ("processes.draft_settings", {"_anchor": f"f-{anchor}"}) if anchor else None

    def _drawn(self) -> Way | None:
        diagram, step = self.names.diagram, self._key
        if self.finding.file.endswith(".bpmn") and diagram is None:
            return "processes.drawing_page", {}
        flows = {flow.id: flow for flow in diagram.flows} if diagram else {}
        if step in flows and flows[step].condition and self.finding.file.endswith(".bpmn"):
            return "processes.draft_condition", {"flow": step}
        if diagram is not None and (step in diagram.nodes or step in diagram.lanes or step in flows):
            return "processes.drawing_page", {"step": step, "_anchor": "step"}
        return ("processes.drawing_page", {}) if self.finding.file.endswith(".bpmn") else None

    def _table(self, table: str, suffix: str) -> Way | None:
        if not self.names.tables.get(table):
            return None
        if suffix == "csv":
            return "processes.draft_examples", {"table": table}
        other = self.names.grid(table, self.finding.element or "")
        return "processes.draft_table", {"table": table} | ({"decision": other} if other else {})


def placed(findings: Iterable[Finding], bundle: Bundle) -> list[FindingShown]:
    """Findings of a folder with the lines where they stand, errors first."""
    shown, names = [], Names(bundle)
    for finding in sorted(findings, key=lambda one: one.severity != "error"):
        text = bundle.files.get(finding.file, b"").decode("utf-8", "replace")
        shown.append(FindingShown(finding, line_of(finding, text), finding.file in bundle.files, names))
    return shown


def _question(pointer: str, form: Mapping[str, Any]) -> str:
    """The question that a pointer is about, as its editor names it; empty where the form has no such."""
    part: Any = form
    asked: list[str] = []
    pieces = iter(pointer.split("/")[1:])
    for piece in pieces:
        name = next(pieces, "") if piece == "properties" else ""
        inner = part.get(piece) if isinstance(part, Mapping) else None
        if piece == "properties" and isinstance(inner, Mapping) and isinstance(inner.get(name), Mapping):
            asked.append(name)
            part = inner[name]
        elif piece == "items" and asked:
            part = inner
        else:
            break
    return ".".join(asked)
