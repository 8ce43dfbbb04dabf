"""One part of one file of a draft before its editor: what stands there, what was seen of it, and its saving.

An editor changes its own part and leaves the rest of the file to others: it may be saved as long as that part still
reads as it did when the page was drawn, whatever else of the file somebody has changed meanwhile.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, request

from engine import citation
from engine.amend import Change, Drop, amend_json, amend_toml
from engine.errors import AmendError, CitationError, FeelError
from engine.feel import compile as feel
from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.commands import draft_files
from tasks.drafting import digest
from tasks.errors import FileChanged
from tasks.queries import drafts as queries
from tasks.workbench import Examined
from web import current, errors, formats, i18n
from web.i18n import t
from web.processes.desk import Desk, desk
from web.processes.finding import FindingShown, placed
from web.sentences import tell
from web.sheet import Sheet, sheet


@dataclass(frozen=True)
class Piece:
    """A part of a file: the whole file's bytes (None: no such file), the part as it reads, where it is."""

    it: Desk
    path: str
    content: bytes | None
    document: Any
    """the whole file as it reads; None while it cannot be read"""
    key: tuple[str | int, ...] = ()
    """where the part is in the document"""

    @property
    def part(self) -> Any:
        """The part itself, or None where there is none."""
        found = self.document
        for step in self.key:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found

    @property
    def base(self) -> str:
        """What the reader sees of it, as a hash: the form carries it, and saving compares it."""
        return digest(json.dumps(self.part, default=str, sort_keys=True).encode()) if self.part is not None else ""

    def amended(self, changes: Sequence[Change]) -> bytes:
        """The file with changes; AmendError when they cannot be made safely."""
        make = amend_json if self.path.endswith(".json") else amend_toml
        empty = b"{}\n" if self.path.endswith(".json") else b""
        return make(empty if self.content is None else self.content, changes, file=self.path)

    def save(self, content: bytes, beside: Mapping[str, tuple[bytes | None, bytes]] | None = None) -> None:
        """Save the whole file; FileChanged when the part is no more what the form was drawn from.

        `beside` are other files that change with it, all or none: {path: (as it was read, as it is to be)}.
        """
        if request.form.get("base", "") != self.base:
            raise self.changed()
        files = {self.path: (self.content, content), **(beside or {})}
        draft_files.save_files(
            current.database(), current.actor(), self.it.row.id, {path: new for path, (_, new) in files.items()},
            expected={path: digest(old) if old is not None else "" for path, (old, _) in files.items()},
            now=current.now(), typed=False,
        )  # fmt: skip

    def changed(self) -> FileChanged:
        """Who was first."""
        with current.database().read() as connection:
            rows = [row for row in queries.files(connection, self.it.row.id) if row.path == self.path]
        who, when = (rows[0].changed_by, rows[0].changed_at) if rows else (self.it.row.changed_by, None)
        return FileChanged(who, when, self.path, self.content, digest(self.content or b""))

    def examined(self, content: bytes | None = None) -> Examined:
        """What the checks say of the draft, with the file as it is or as it would be."""
        return self.it.examined(**({self.path: content} if content is not None else {}))

    def findings(self, examined: Examined, *starts: str) -> list[FindingShown]:
        """What was found in the file at elements that begin with one of the words; all of it without any."""
        found = [
            finding
            for finding in examined.of_file(self.path)
            if not starts or any(_about(finding.element or "", start) for start in starts)
        ]
        return placed(found, examined.bundle)


def _about(element: str, start: str) -> bool:
    return element == start or element.startswith((f"{start}.", f"{start}[", f"{start}/"))


def piece(draft_id: int, path: str, *key: str | int) -> Piece:
    """A part of a file of a draft. NotFound, Forbidden."""
    it = desk(draft_id)
    content = stored(it, path)
    return Piece(it, path, content, read(path, content), key)


def stored(it: Desk, path: str) -> bytes | None:
    """A file of a draft as it is saved, or None."""
    with current.database().read() as connection:
        return queries.content(connection, it.row.id, path)


def read(path: str, content: bytes | None) -> Any:
    """A TOML or JSON file as it reads; None when it cannot be read, an empty one when it is not there."""
    if content is None:
        return {}
    try:
        text = content.decode("utf-8-sig" if path.endswith(".json") else "utf-8")
        found = json.loads(text) if path.endswith(".json") else tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def first_words(error: FileChanged) -> str:
    """Who was first, and what becomes of what was typed."""
    when = formats.when(error.when) if error.when else ""
    return t("editor.first_saved", who=error.who, when=when)


def wrong(pointer: str, key: str, value: object = None, **params: object) -> FieldError:
    """A fault that the editor finds itself, at a field of its form."""
    texts = {}
    for language in i18n.LANGUAGES:
        told = {name: tell(param, language) if isinstance(param, str) else param for name, param in params.items()}
        texts[language] = i18n.translate(key, language, **told)
    return FieldError(pointer, "check", {"texts": texts}, value)


def formula_fault(pointer: str, source: str) -> list[FieldError]:
    """What is wrong with a formula, or nothing."""
    try:
        feel(source)
    except FeelError as error:
        return [wrong(pointer, "editor.wrong_formula", source, error=error.said)]
    return []


def citation_fault(pointer: str, text: str) -> list[FieldError]:
    """What is wrong with a section of law, or nothing."""
    try:
        citation.read(text)
    except CitationError as error:
        return [wrong(pointer, "editor.wrong_citation", text, error=error.said)]
    return []


def rows_asked(form: Form, raw: dict[str, Any]) -> dict[str, int]:
    """A row more or a row less in a group, as a button asked; gives the empty rows to draw by group."""
    blank: dict[str, int] = {}
    if added := request.form.get("add"):
        blank[added] = 1
    name, _, index = request.form.get("remove", "").rpartition(".")
    rows = raw.get(name)
    if isinstance(rows, list) and index.isdigit() and int(index) < len(rows):
        rows.pop(int(index))
    return blank if any(field.name in blank for field in form.fields) else {}


def drawn(
    form: Form, raw: Mapping[str, Any], refresh: str, errors: Sequence[FieldError] = (),
    blank: Mapping[str, int] | None = None,
) -> Sheet:  # fmt: skip
    """The form of an editor with what was typed; its choices are lists to pull down."""
    known = {field.name for field in form.fields}
    return sheet(
        form, {name: value for name, value in raw.items() if name in known}, data={}, on=current.today(),
        errors=errors, refresh=refresh, blank_rows=blank, most_radios=0,
    )  # fmt: skip


def theirs(answers: Sheet, there: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What somebody else has saved where something else is typed: (title, their text) pairs."""
    found = []
    for item in answers.fields:
        mine = item.value or "".join(item.chosen[:1])
        saved = there.get(item.name)
        if isinstance(saved, str | bool) and str(saved).lower() != mine.lower() and item.widget != "group":
            named = dict(item.options).get(str(saved).lower(), str(saved))
            found.append((item.title, named or t("editor.empty")))
    return found


def texts(clean: Mapping[str, Any], name: str) -> dict[str, str | None]:
    """The three fields of a text in three languages; None for a language without one."""
    return {language: clean.get(f"{name}_{language}") or None for language in i18n.LANGUAGES}


def usable(name: str) -> bool:
    """Whether a new deadline or value may have this id."""
    return name.isidentifier() and name.isascii() and name == name.lower() and name != "untimed" and len(name) <= 60


def asked_day() -> tuple[str, bool]:
    """The day of the examples as typed, and whether it is no day."""
    asked = request.values.get("on", "").strip()
    return asked or formats.day(current.today()), bool(asked) and formats.read_day(asked) is None


@dataclass(frozen=True)
class Turn:
    """One press of a button on an editor: what was typed is drawn again, shown in words, saved, or the part goes."""

    read: Piece
    form: Form
    faults: Callable[[Mapping[str, Any]], list[FieldError]]
    """what the form itself cannot tell of its clean answers"""
    changes: Callable[[Mapping[str, Any]], list[Change]]
    """what clean answers change in the file"""
    draw: Callable[..., str]
    """the page: (answers, errors=, content=, first=, blank=)"""
    above: str
    """the address of the list that the part belongs to"""
    name: str
    after: str = field(default="", kw_only=True)
    """where one goes after saving; the same page where it does not say"""

    def answer(self) -> Any:
        """The page or a way on."""
        errors.form_sent(self.form)
        raw = posted.read(self.form, request.form.items(multi=True))
        act = request.form.get("act", "")
        if act not in ("save", "show", "drop"):
            return self.draw(raw, blank=rows_asked(self.form, raw))
        try:
            content = self._content(raw, act)
            if act == "show":
                return self.draw(raw, content=content)
            self.read.save(content)
        except FormError as error:
            return self.draw(raw, errors=error.errors), 422
        except AmendError:
            return self.draw(raw, errors=[wrong("", "editor.cannot")]), 422
        except FileChanged as error:
            return self.draw(raw, first=first_words(error)), 412
        if act == "drop":
            flash(t("editor.dropped", name=self.name), "done")
            return redirect(self.above)
        flash(t("draft.saved"), "done")
        return redirect(self.done)

    @property
    def done(self) -> str:
        """Where one goes after saving."""
        return self.after or request.path

    @property
    def dropped(self) -> tuple[str | int, ...]:
        """What goes when the part is taken out."""
        return self.read.key

    def _content(self, raw: dict[str, Any], act: str) -> bytes:
        if act == "drop":
            return self.read.amended([Drop(self.dropped)])
        clean = self.form.validate(raw, on=current.today())
        if found := self.faults(clean):
            raise FormError(found)
        return self.read.amended(self.changes(clean))
