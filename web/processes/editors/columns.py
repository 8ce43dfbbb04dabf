"""A column of a decision table: its words, what it asks or answers, its kind, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request

from engine import decision as decisions
from engine import feel
from engine.amend.columns_text import BLANK, amend_columns, roots
from engine.amend.examples_text import ExampleColumn, ExampleGrid, amend_examples, read_example_grid
from engine.amend.table_text import KINDS, Column, Grid, amend_table, declared_types, read_grids
from engine.errors import AmendError, FeelError
from forms import posted
from forms.errors import FieldError, FormError
from forms.form import Form
from tasks.errors import FileChanged, NotFound
from tasks.workbench import Examined
from web import current, errors, i18n, ownform
from web.i18n import t
from web.processes import blueprint
from web.processes.editors.piece import Piece, drawn, first_words, formula_fault, stored, theirs, usable, wrong
from web.processes.editors.tables import COLUMN, address, cell_fault, chosen, load, of_grid, opened, played
from web.processes.finding import FindingShown, placed
from web.sentences import tell

SOURCES = {"question": "formula", "answer": "name", "note": "heading"}
"""kind -> the field that says what the column is"""
FIELDS = {"question": ("label", "type", "allowed"), "answer": ("label", "type", "allowed", "default"), "note": ()}
ALWAYS = ("place", "fill")
MOST_SHOWN = 8
"""rows of the table that stand beside the form"""


@blueprint.route("/drafts/<int:draft_id>/tables/<table>/columns/<int:number>", methods=["GET", "POST"])
def draft_column(draft_id: int, table: str, number: int) -> Any:
    """The form of a column, by its number from 0: questions, then answers, then notes; `act` is save, show or drop."""
    read, grids = opened(draft_id, table)
    grid = chosen(grids, table)
    if grid is None or number >= len(grid.columns):
        raise NotFound("column", number)
    page = _Page(of_grid(read, grid), table, grid, grid.columns[number])
    return page.draw(page.answers()) if request.method == "GET" else page.act()


@blueprint.route("/drafts/<int:draft_id>/tables/<table>/new-column", methods=["GET", "POST"])
def new_column(draft_id: int, table: str) -> Any:
    """The form of a column that there is not yet, of the `kind` question, answer or note."""
    read, grids = opened(draft_id, table)
    grid, kind = chosen(grids, table), request.values.get("kind", KINDS[0])
    if grid is None or kind not in KINDS:
        raise NotFound("column", kind)
    page = _Page(of_grid(read, grid), table, grid, Column("", "", kind=kind))
    return page.draw(page.answers()) if request.method == "GET" else page.act()


@dataclass(frozen=True, slots=True)
class Changed:
    """The files as a change of a column would have them; the examples are None where they stay as they are."""

    table: bytes
    examples: bytes | None = None


@dataclass(frozen=True)
class _Page:
    read: Piece
    table: str
    grid: Grid
    column: Column
    """the column as it stands in the file; without an origin for a new one"""

    @property
    def is_new(self) -> bool:
        """Whether the column is yet to be."""
        return self.column.origin is None

    @property
    def here(self) -> str:
        """The address of the page."""
        if self.is_new:
            return address(self.read, self.table, self.grid, "new_column", kind=self.column.kind)
        return address(self.read, self.table, self.grid, "draft_column", number=self.column.origin)

    @property
    def form(self) -> Form:
        """The fields that a column of this kind has."""
        kind = self.column.kind
        kept = {SOURCES[kind], *FIELDS[kind], "place", *(("fill",) if self.is_new else ())}
        names = {"label", *SOURCES.values(), "type", "allowed", "default", *ALWAYS}
        options: dict[str, Any] = {"place": {code: _same(words) for code, words in self.places()}}
        if "type" in kept:
            options["type"] = self.types()
        must = () if kind == "answer" else (SOURCES[kind],)
        return ownform.with_options(COLUMN, options, required=must, without=sorted(names - kept))

    def places(self) -> list[tuple[str, str]]:
        """Where the column may stand among its like: (how many stand before it, words) pairs."""
        others = [column for column in self.grid.columns if column.kind == self.column.kind and column != self.column]
        after = [(str(at), t("column.after", name=other.title)) for at, other in enumerate(others, 1)]
        return [("0", t("column.first")), *after]

    def types(self) -> dict[str, dict[str, str]]:
        """The kinds of values: FEEL's, those that the file declares by name, and the one it has."""
        own = next(field for field in ownform.load(COLUMN).fields if field.name == "type")
        found = {code.code: {one: code.name(one) for one in i18n.LANGUAGES} for code in own.codes}
        for type in (*declared_types(self.read.content or b"", file=self.read.path), self.column.type):
            found |= {type: _same(type)} if type and type not in found else {}
        return found

    def answers(self) -> dict[str, Any]:
        """What the form says of the column as it stands."""
        column, kind = self.column, self.column.kind
        alike = [each for each in self.grid.columns if each.kind == kind]
        place = alike.index(column) if column in alike else len(alike)
        found = {"label": column.label, "type": column.type, "allowed": column.allowed, "default": column.default}
        return found | {SOURCES[kind]: column.source, "place": str(place), "fill": BLANK[kind]}

    def act(self) -> Any:
        """One press of a button."""
        form = self.form
        errors.form_sent(form)
        raw = posted.read(form, request.form.items(multi=True))
        act = request.form.get("act", "")
        try:
            content = self.changed(self.wanted({}, drop=True)) if act == "drop" else self.written(form, raw)
            if act not in ("save", "drop"):
                return self.draw(raw, content=content)
            csv, old = f"{self.table}.csv", stored(self.read.it, f"{self.table}.csv")
            self.read.save(content.table, {csv: (old, content.examples)} if content.examples is not None else {})
        except FormError as error:
            return self.draw(raw, errors=error.errors), 422
        except AmendError as error:
            return self.draw(raw, errors=[wrong("", "column.cannot", error=error.said)]), 422
        except FileChanged as error:
            return self.draw(raw, first=first_words(error)), 412
        name = self.column.title or raw.get(SOURCES[self.column.kind], "")
        flash(t("editor.dropped", name=name) if act == "drop" else t("draft.saved"), "done")
        return redirect(address(self.read, self.table, self.grid, _anchor="grid-title"))

    def written(self, form: Form, raw: Mapping[str, Any]) -> Changed:
        """The files with what was typed; FormError, AmendError."""
        clean = form.validate(raw, on=current.today())
        if faults := self.faults(clean):
            raise FormError(faults)
        found = self.changed(self.wanted(clean))
        fill = (clean.get("fill") or "").strip()
        if not self.is_new or fill in ("", BLANK[self.column.kind]):
            return found
        grid = read_grids(found.table, file=self.read.path)[self.grid.decision]
        at = next(n for n, column in enumerate(self.wanted(clean)) if column.origin is None)
        rows = [replace(row, cells=(*row.cells[:at], fill, *row.cells[at + 1 :])) for row in grid.rows]
        filled = amend_table(found.table, replace(grid, rows=tuple(rows)), file=self.read.path)
        return replace(found, table=filled)

    def faults(self, clean: Mapping[str, Any]) -> list[FieldError]:
        """What the form itself cannot tell."""
        kind = self.column.kind
        found = formula_fault("/formula", clean["formula"]) if kind == "question" else []
        found += formula_fault("/default", clean["default"]) if clean.get("default") else []
        if clean.get("allowed"):
            try:
                feel.compile_unary(clean["allowed"])
            except FeelError as error:
                found.append(wrong("/allowed", "editor.wrong_formula", clean["allowed"], error=error.said))
        if self.is_new and kind != "note" and (told := cell_fault(kind, clean.get("fill") or "")):
            found.append(wrong("/fill", "editor.wrong_formula", clean["fill"], error=told))
        return found + (self._name_faults(clean.get("name") or "") if kind == "answer" else [])

    def _name_faults(self, name: str) -> list[FieldError]:
        others = [column.source for column in self.grid.columns if column.kind == "answer" and column != self.column]
        if name in others:
            return [wrong("/name", "column.wrong_taken", name)]
        if name == self.column.source and not self.is_new:
            return []
        if (not name and others) or (name and not usable(name)):
            return [wrong("/name", "column.wrong_name", name)]
        return []

    def wanted(self, clean: Mapping[str, Any], *, drop: bool = False) -> list[Column]:
        """The columns as the file is to have them."""
        kind = self.column.kind
        alike = [column for column in self.grid.columns if column.kind == kind and column != self.column]
        if not drop:
            label, type, allowed, default = (clean.get(name) or "" for name in ("label", "type", "allowed", "default"))
            source = (clean.get(SOURCES[kind]) or "").strip()
            column = Column(label, source, type, allowed, kind, default, self.column.origin)
            alike.insert(min(int(clean.get("place") or len(alike)), len(alike)), column)
        found = {each: [column for column in self.grid.columns if column.kind == each] for each in KINDS}
        found[kind] = alike
        return [column for each in KINDS for column in found[each]]

    def changed(self, columns: Sequence[Column]) -> Changed:
        """The files with these columns; AmendError."""
        table = amend_columns(self.read.content or b"", self.grid.decision, columns, file=self.read.path)
        new = next((column for column in columns if column.origin == self.column.origin), None)
        return Changed(table, None if self.is_new else self._examples(table, new))

    def _examples(self, table: bytes, new: Column | None) -> bytes | None:
        """The worked examples with the heading of a column that got another name, and without one that went."""
        path = f"{self.table}.csv"
        content = stored(self.read.it, path) if self.grid.decision == self.table else None
        kind, old = self.column.kind, self.column.source
        if content is None or kind == "note" or (new is not None and new.source == old):
            return None
        if kind == "question" and old.partition(".")[0] in roots(read_grids(table, file=path)[self.grid.decision]):
            return None  # something else still reads it
        side = "in" if kind == "question" else "out"
        grid = read_example_grid(content, file=path)
        to = f"{side}:{new.source}" if new is not None and _plain(new.source) else ""
        columns = [
            column if column.heading != f"{side}:{old}" else ExampleColumn(to, column.origin) for column in grid.columns
        ]
        kept = [at for at, column in enumerate(columns) if column.heading]
        rows = tuple(replace(row, cells=tuple(row.cells[at] for at in kept)) for row in grid.rows)
        return amend_examples(content, ExampleGrid(tuple(columns[at] for at in kept), rows), file=path)

    def draw(
        self, raw: Mapping[str, Any], *, errors: Sequence[FieldError] = (), content: Changed | None = None,
        first: str = "",
    ) -> str:  # fmt: skip
        """The page with what was typed, and beside it the table as it would be."""
        examined = self.examined(content)
        files = examined.bundle.files
        bytes_now = files.get(self.read.path, b"")
        grid = read_grids(bytes_now, file=self.read.path).get(self.grid.decision, self.grid)
        loaded = load(bytes_now, self.read.path)
        own = self.grid.decision == self.table
        answers = drawn(self.form, raw, self.here, errors)
        return render_template(
            "processes/editors/column.html", it=self.read.it, path=self.read.path, table=self.table,
            decision=self.grid.decision, above=address(self.read, self.table, self.grid), here=self.here,
            base=self.read.base, answers=answers, first=first, is_new=self.is_new, kind=self.column.kind,
            theirs=theirs(answers, self.answers()) if first else [], title=self.column.title, grid=grid,
            rows=grid.rows[:MOST_SHOWN], more=len(grid.rows) - MOST_SHOWN, unsaved=content is not None,
            gaps=[tell(one.message) for one in decisions.gaps_and_overlaps(loaded)] if loaded else [],
            played=played(loaded, self.table, files.get(f"{self.table}.csv")) if own else None,
            findings=self.read.findings(examined), elsewhere=self.elsewhere(examined), last=self.last(),
        )  # fmt: skip

    def examined(self, content: Changed | None) -> Examined:
        """What the checks say of the draft with the files as they are or as they would be."""
        if content is None:
            return self.read.it.examined()
        more = {f"{self.table}.csv": content.examples} if content.examples is not None else {}
        return self.read.it.examined(**{self.read.path: content.table, **more})

    def elsewhere(self, examined: Examined) -> list[FindingShown]:
        """What a change breaks in other files: the drawing, a letter or a form that reads the answer."""
        before = {(one.file, one.rule, str(one.message)) for one in self.read.it.examined().findings}
        new = [
            one for one in examined.findings
            if not one.file.startswith(f"{self.table}.") and (one.file, one.rule, str(one.message)) not in before
        ]  # fmt: skip
        return placed(new, examined.bundle)

    def last(self) -> bool:
        """Whether the table would have no answer without it."""
        answers = [column for column in self.grid.columns if column.kind == "answer"]
        return self.column.kind == "answer" and len(answers) == 1


def _same(words: str) -> dict[str, str]:
    """The same words in every language."""
    return dict.fromkeys(i18n.LANGUAGES, words)


def _plain(source: str) -> bool:
    """Whether a question asks for one piece of data as it is."""
    return all(part.isidentifier() for part in source.split("."))
