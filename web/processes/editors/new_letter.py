"""A new letter of a draft: made of a pattern, filled in with what its cases know, and shown before it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from engine.amend import Put
from engine.bundle import Bundle
from engine.errors import AmendError, EngineError
from engine.letter import lacking
from engine.lint.expressions import script_lines
from tasks.commands import draft_files
from tasks.drafting import digest
from tasks.errors import FileChanged, InvalidValue
from web import current, i18n, paper, words
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk
from web.processes.drafts import wrong as refused
from web.processes.editors import condition, patterns
from web.processes.editors.letters import PartShown, path_of, specimen_of
from web.processes.editors.patterns import LANGUAGES, Pattern, Slot
from web.processes.editors.piece import Piece, first_words, read, stored, usable
from web.processes.finding import FindingShown, placed

MANIFEST = "process.toml"
DATES = ("date", "long_date")
LONGEST = 200
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SlotShown:
    """A place of the pattern as it is drawn: its control, what it is, and the data that may stand there."""

    name: str
    title: str
    written: bool
    choices: tuple[tuple[str, str], ...]
    chosen: str


@blueprint.route("/drafts/<int:draft_id>/new-letter", methods=["GET", "POST"])
def new_letter(draft_id: int) -> Any:
    """Choose a `pattern`, fill it in, and see it; `act` is save or show. One made for a `step` is chosen there."""
    it = desk(draft_id)
    found = patterns.pattern(it, request.values.get("pattern", ""))
    page = _Page(it, found, it.examined().bundle)
    return page.draw() if request.method == "GET" or found is None else page.answer(found)


@dataclass(frozen=True)
class _Page:
    it: Desk
    pattern: Pattern | None
    bundle: Bundle

    def answer(self, found: Pattern) -> Any:
        """One press of a button."""
        if faults := self.faults(found):
            return self.draw(faults=faults), 422
        try:
            files = self.files(found)
            if request.form.get("act") != "save":
                return self.draw(files=files)
            self.save(files)
        except AmendError:
            return self.draw(faults=[("form", t("editor.cannot"))]), 422
        except InvalidValue as error:
            return self.draw(faults=[("form", refused(error))]), 422
        except FileChanged as error:
            return self.draw(faults=[("form", f"{first_words(error)} {t('canvas.again')}")]), 412
        flash(t("letter.made"), "done")
        draft, step = self.it.row.id, request.form.get("step", "")
        if step:
            id, to = self.typed("id"), self.typed("to")
            there = url_for("processes.drawing_page", draft_id=draft, step=step, letter=id, to=to, _anchor="step")
            return redirect(there)
        return redirect(url_for("processes.draft_letter", draft_id=draft, letter=self.typed("id"), language="fi"))

    def typed(self, name: str) -> str:
        """What stands in a control."""
        return " ".join(request.form.get(name, "").split())

    def chosen(self, found: Pattern) -> dict[str, str]:
        """The data that were chosen for the places of a pattern: at first the same, where the draft has it."""
        known = {path for path, _, _ in data_of(self.bundle)}
        if request.method == "GET":
            return {slot.path: slot.path for slot in found.slots if slot.path in known}
        sent = {slot.path: request.form.get(f"slot-{at}", "") for at, slot in enumerate(found.slots)}
        return {path: value for path, value in sent.items() if value in known}

    def faults(self, found: Pattern) -> list[Fault]:
        """What keeps the letter from being made."""
        id, wrong = self.typed("id"), list[Fault]()
        if not usable(id):
            wrong.append(("f-id", t("editor.wrong_id")))
        elif id in self.bundle.manifest.letters or any(path_of(id, one) in self.bundle.files for one in LANGUAGES):
            wrong.append(("f-id", t("letter.wrong_taken")))
        wrong += [
            (f"f-title_{one}", t("letter.wrong_title")) for one in LANGUAGES
            if not 0 < len(self.typed(f"title_{one}")) <= LONGEST
        ]  # fmt: skip
        if self.typed("to") not in dict(recipients(self.bundle)):
            wrong.append(("f-to", t("letter.wrong_to")))
        chosen = self.chosen(found)
        wrong += [
            (f"f-slot-{at}", t("letter.wrong_slot", name=i18n.pick(slot.names)))
            for at, slot in enumerate(found.slots) if not slot.written and slot.path not in chosen
        ]  # fmt: skip
        return wrong

    def files(self, found: Pattern) -> dict[str, bytes]:
        """The files of the draft that are new or changed; AmendError."""
        id, chosen = self.typed("id"), self.chosen(found)
        days = {path for path, _, kind in data_of(self.bundle) if kind in ("date", "datetime")}
        texts = {
            path_of(id, one): patterns.made(found, one, chosen, self.typed(f"title_{one}"), days).encode()
            for one in LANGUAGES if one in found.texts
        }  # fmt: skip
        passages = {path: data for path, data in found.passages.items() if path not in self.bundle.files}
        rules = {"to": self.typed("to"), "fields": sorted(set(chosen.values())), "requires": list(found.requires)}
        manifest = stored(self.it, MANIFEST)
        whole = Piece(self.it, MANIFEST, manifest, read(MANIFEST, manifest))
        return texts | passages | {MANIFEST: whole.amended([Put(("letters", id), rules)])}

    def save(self, files: Mapping[str, bytes]) -> None:
        """Save them all or none; FileChanged, InvalidValue."""
        there = {path: content for path in files if (content := stored(self.it, path)) is not None}
        draft_files.save_files(
            current.database(), current.actor(), self.it.row.id, files,
            expected={path: digest(content) for path, content in there.items()}, now=current.now(), typed=False,
        )  # fmt: skip

    def draw(self, *, faults: Sequence[Fault] = (), files: Mapping[str, bytes] | None = None) -> str:
        """The page: the patterns to choose from, and the one that is chosen with what was typed."""
        found, it = self.pattern, self.it
        common: dict[str, Any] = {
            "it": it, "house": patterns.house(), "used": patterns.used(it), "pattern": found, "faults": faults,
            "step": request.values.get("step", ""), "wrong": dict(faults),
        }  # fmt: skip
        if found is None:
            return render_template("processes/editors/new_letter.html", **common)
        typed = {name: self.typed(name) for name in ("id", "to")}
        for one in LANGUAGES:
            typed[f"title_{one}"] = self.typed(f"title_{one}") if request.method == "POST" else found.heading(one)
        return render_template(
            "processes/editors/new_letter.html", **common, typed=typed, recipients=recipients(self.bundle),
            slots=self.slots(found), previews=self.previews(files) if files else [],
            findings=self.findings(files) if files else [],
        )  # fmt: skip

    def slots(self, found: Pattern) -> list[SlotShown]:
        """The places of the pattern as they are drawn."""
        known, chosen = data_of(self.bundle), self.chosen(found)
        return [
            SlotShown(f"slot-{at}", i18n.pick(slot.names), slot.written, _fitting(slot, known),
                      chosen.get(slot.path, ""))
            for at, slot in enumerate(found.slots)
        ]  # fmt: skip

    def previews(self, files: Mapping[str, bytes]) -> list[tuple[str, Markup, str, list[PartShown]]]:
        """The letter in each language on example data: (language, what it looks like or why not, its parts)."""
        bundle, id = self.it.examined(**files).bundle, self.typed("id")
        shown = []
        for one in LANGUAGES:
            template = bundle.letters.get((id, one))
            if template is None:
                continue
            html, why = specimen_of(self.it, bundle, id, one)
            rules = bundle.manifest.letters.get(id)
            requires = rules.requires if rules else ()
            missing = lacking(template, requires, html) if html else requires
            parts = [PartShown(part, part not in missing) for part in requires]
            shown.append((one, paper.shown(html, None) if html else Markup(), why, parts))
        return shown

    def findings(self, files: Mapping[str, bytes]) -> list[FindingShown]:
        """What the checks say of the new letter."""
        examined = self.it.examined(**files)
        own = {path_of(self.typed("id"), one) for one in LANGUAGES}
        return placed([one for one in examined.findings if one.file in own], examined.bundle)


def recipients(bundle: Bundle) -> list[tuple[str, str]]:
    """To whom a letter may go: the parties of a process, and what a part is handed in."""
    manifest = bundle.manifest
    parties = [(role, i18n.pick(party.name)) for role, party in manifest.parties.items() if not party.several]
    return parties + [(f"input.{name}", t("condition.of_input", name=name)) for name in manifest.inputs]


def _fitting(slot: Slot, known: Sequence[tuple[str, str, str]]) -> tuple[tuple[str, str], ...]:
    """The data that may stand in a place: a filter of days wants a day."""
    dates = slot.filter in DATES
    return tuple((path, name) for path, name, kind in known if not dates or kind in ("date", "datetime", ""))


def data_of(bundle: Bundle) -> list[tuple[str, str, str]]:
    """What a letter of a folder may read of a case: (path, what it is called, its type, "" where it is not known)."""
    try:
        nodes = words.nodes(bundle)
    except EngineError:
        nodes = {}
    found = [(one.path, one.name, one.type) for one in condition.subjects_of(bundle, nodes).values()]
    caught = {node.message or (node.event.ref if node.event and node.event.kind == "message" else "")
              for node in nodes.values()}  # fmt: skip
    for form in bundle.forms:
        if form in caught:
            name = i18n.pick({"fi": form, **bundle.labels.messages.get(form, {})})
            found.append((f"{form}.on", t("letter.arrived", name=name), "date"))
    for node in nodes.values():
        if node.kind == "scriptTask":
            found += [(name, t("letter.computed", name=name), "") for name, _ in script_lines(node.script)]
    known: dict[str, tuple[str, str, str]] = {}
    for path, name, kind in found:
        known.setdefault(path, (path, name, kind))
    return sorted(known.values(), key=lambda one: one[1].casefold())
