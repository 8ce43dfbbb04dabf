"""What the pages of drafts share: one draft with what its reader may do, kinds of files, and text as people edit it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.errors import Finding
from engine.mention import line_of as line_of_step
from tasks import access, draftstates
from tasks.drafting import authors, published_area, read_files
from tasks.errors import NotFound
from tasks.published import Published
from tasks.queries import drafts as queries
from tasks.queries.drafts import DraftRow
from tasks.workbench import Examined, examine
from web import current, i18n, sight

KINDS = ("process", "drawing", "forms", "tables", "dates", "letters", "stories", "codes", "other")
LOOKS = {
    "draft": "none", "proposed": "soon", "approved": "fine", "published": "fine", "withdrawn": "paused",
    "rejected": "late",
}  # fmt: skip
"""The badge of each state of a draft."""
LONGEST_EDITED = 1_000_000
"""characters of a file that the text editor takes; a larger one is downloaded and uploaded"""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARED = re.compile(r"""^<\?xml[^>]*encoding=["']([\w-]+)["']""")


@dataclass(frozen=True)
class Desk:
    """One draft before somebody who may read it."""

    row: DraftRow
    versions: Published
    writers: Mapping[int, str]
    """who has put content into it: {user id: name}"""
    owns: bool
    """whether the reader is a process owner of its area"""

    @property
    def wrote(self) -> bool:
        """Whether the reader has written in it."""
        return current.person().id in self.writers

    @property
    def writable(self) -> bool:
        """Whether the reader may change its files now."""
        return self.owns and self.row.state == "draft"

    @property
    def judges(self) -> bool:
        """Whether the reader may decide on it now."""
        return self.owns and not self.wrote and self.row.state in ("proposed", "approved")

    @property
    def name(self) -> str:
        """What the process is called: as published, else as the draft says, else its id."""
        newest = self.versions.newest(self.row.process)
        bundle = self.versions.bundle(newest.process, newest.number) if newest else self.examined().bundle
        return i18n.pick(bundle.manifest.name) or self.row.process

    @property
    def behind(self) -> int | None:
        """The version that was published after the draft was begun, or None."""
        newest = self.versions.latest(self.row.process)
        return newest.number if newest is not None and newest.number != self.row.base_version else None

    @property
    def state(self) -> draftstates.StateRow | None:
        """The saved state in which it stands."""
        with current.database().read() as connection:
            return draftstates.latest(connection, self.row.id)

    def files(self) -> dict[str, bytes]:
        """Every file by path."""
        with current.database().read() as connection:
            return read_files(connection, self.row.id)

    def examined(self, **instead: bytes) -> Examined:
        """What the checks say of the draft, with the content of some files put in their place."""
        return examine(self.row.process, self.files() | instead, self.versions)


def reader() -> access.Rights:
    """The rights of somebody who may read drafts; Forbidden."""
    rights = sight.rights()
    access.read_drafts(rights).require()
    return rights


def desk(draft_id: int) -> Desk:
    """A draft before the reader. Forbidden for who reads no drafts, NotFound."""
    rights, versions = reader(), sight.published()
    with current.database().read() as connection:
        row = queries.draft(connection, draft_id)
        if row is None:
            raise NotFound("draft", draft_id)
        writers = authors(connection, draft_id)
    owns = access.own_processes(rights, row.area, *published_area(versions, row.process)).allowed
    return Desk(row, versions, writers, owns)


def kind_of(path: str) -> str:
    """The kind of a file of a process folder, by its place (docs/process-folder.md)."""
    top, _, rest = path.partition("/")
    if rest:
        return top if top in ("forms", "letters", "stories", "codes") else "other"
    if path in ("process.toml", "labels.toml"):
        return "process"
    if path in ("deadlines.toml", "parameters.toml", "calendar.toml"):
        return "dates"
    suffix = path.rpartition(".")[2].lower()
    return {"bpmn": "drawing", "dmn": "tables", "csv": "tables"}.get(suffix, "other")


def readable(content: bytes) -> str | None:
    """A file as text with plain line ends, or None when it is none that can be edited here."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    declared = _DECLARED.match(text.lstrip("\ufeff"))
    if declared and declared[1].lower() not in ("utf-8", "us-ascii"):
        return None
    if len(text) > LONGEST_EDITED or _CONTROL.search(text):
        return None
    return plain(text)


def plain(text: str) -> str:
    """Text with a line feed at the end of each line, as browsers show it in whatever form they send it."""
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def written(text: str, before: bytes | None) -> bytes:
    """What was typed as bytes: lines that did not change keep the line ends that the file had."""
    old = (before or b"").decode("utf-8", "replace")
    mark = "\ufeff" if old.startswith("\ufeff") else ""
    lines = plain(text).splitlines(keepends=True) if "\n" in text or "\r" in text else [text]
    if "\r" not in old:
        return (mark + plain(text)).encode()
    kept = old.lstrip("\ufeff").splitlines(keepends=True)
    usual = "\r\n" if old.count("\r\n") * 2 >= old.count("\n") else "\n"
    found: list[str] = []
    matcher = SequenceMatcher(None, [plain(line) for line in kept], lines, autojunk=False)
    for what, a1, a2, b1, b2 in matcher.get_opcodes():
        found += kept[a1:a2] if what == "equal" else [line.replace("\n", usual) for line in lines[b1:b2]]
    return (mark + "".join(found)).encode()


def line_of(finding: Finding, text: str) -> int | None:
    """The line of a file that a finding is about: its own, or where its element stands; None when it does not tell."""
    if finding.line:
        return finding.line
    if not finding.element:
        return None
    if finding.file.startswith("stories/"):
        return line_of_step(text, number_of(finding.element))
    whole = f"\n{text}"
    for wanted in _places(finding):
        if (at := whole.find(wanted)) >= 0:
            return whole.count("\n", 0, at + 1)
    return None


def number_of(element: str) -> int:
    """The number from 1 of the step of a story that an element such as `steps[3]` is; 0 for none."""
    first, _, rest = element.partition("[")
    number = rest.partition("]")[0]
    return int(number) if first == "steps" and number.isdigit() else 0


def _places(finding: Finding) -> Iterable[str]:
    """Texts to look for, the surest first: a TOML table, an id of XML, a property of JSON."""
    element = finding.element or ""
    if finding.file.endswith((".bpmn", ".dmn")):
        return (f'id="{element}"', f"id='{element}'")
    if finding.file.endswith(".json"):
        names = [
            piece for piece in element.split("/") if piece and not piece.startswith("x-") and piece != "properties"
        ]
        return tuple(f'"{name}":' for name in reversed(names))
    head, _, key = element.rpartition(".")
    return (f"[{element}]", f"[{head}]" if head else f"\n{element} =", f"\n{key} =")
