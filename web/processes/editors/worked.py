"""The worked examples of a decision table in a grid: what is asked, what is expected, and what came of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine.amend.columns_text import roots
from engine.amend.examples_text import ExampleColumn, ExampleGrid, ExampleRow, amend_examples, read_example_grid
from engine.amend.table_text import Grid
from engine.errors import AmendError, EngineError
from engine.example import literal
from tasks.errors import FileChanged, NotFound
from tasks.workbench import Examined
from web import errors
from web.i18n import t
from web.processes import blueprint
from web.processes.editors.piece import Piece, first_words, stored
from web.processes.editors.tables import LONGEST_CELL, Played, load, opened, played
from web.sentences import tell

MOST = 1_000
"""examples that the grid takes"""
NAME = "name"
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the grid: its heading in the file, what it is called, and whether it is a question or an answer."""

    heading: str
    title: str
    kind: str
    origin: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """An example as it is drawn: the number that it has in the file ("" for a new one), and its cells."""

    key: str
    cells: tuple[str, ...]


@blueprint.route("/drafts/<int:draft_id>/tables/<table>/examples", methods=["GET", "POST"])
def draft_examples(draft_id: int, table: str) -> Any:
    """The examples of the decision that the file is named for; `act` is save, show, or a row more or less."""
    dmn, grids = opened(draft_id, table)
    path = f"{table}.csv"
    content = stored(dmn.it, path)
    grid = grids.get(table)
    if grid is None:
        raise NotFound("table", table)
    try:
        there = read_example_grid(content or b"", file=path)
    except AmendError as error:
        return render_template(
            "processes/editors/worked.html", it=dmn.it, path=path, table=table, readable=False, why=tell(error.said)
        )
    part = {"examples": asdict(there)} if content is not None else {}
    page = _Page(Piece(dmn.it, path, content, part, ("examples",)), dmn.path, table, grid, there)
    if request.method == "GET":
        return page.draw(list(page.lines()))
    return page.answer()


@dataclass(frozen=True)
class _Page:
    read: Piece
    dmn: str
    table: str
    grid: Grid
    there: ExampleGrid

    @property
    def here(self) -> str:
        """The address of the page."""
        return url_for("processes.draft_examples", draft_id=self.read.it.row.id, table=self.table)

    def headings(self) -> list[Heading]:
        """The columns of the file, and before them or among them those that the table has and the file lacks."""
        asked = [column for column in self.there.columns if column.heading.startswith("in:")]
        told = [column for column in self.there.columns if column.heading.startswith("out:")]
        known = {column.heading.partition(":")[2].partition(".")[0] for column in asked}
        inputs = [name for name in self._asks() if name.partition(".")[0] not in known]
        outputs = [column.source or self.table for column in self.grid.columns if column.kind == "answer"]
        have = {column.heading for column in told}
        named = [column for column in self.there.columns if column.heading == NAME] or [ExampleColumn(NAME)]
        found = [*named, *asked, *(ExampleColumn(f"in:{name}") for name in inputs), *told]
        found += [ExampleColumn(f"out:{name}") for name in outputs if f"out:{name}" not in have]
        if [each.origin for each in found if each.origin is not None] != list(range(len(self.there.columns))):
            new = [each for each in found if each.origin is None]  # the file has an order of its own
            found = [*self.there.columns, *new]
        return [self._heading(column) for column in found]

    def _asks(self) -> list[str]:
        """What the table is given: the names that its questions ask for, and the others that its cells read."""
        loaded = load(self.read.it.examined().bundle.files.get(self.dmn, b""), self.dmn)
        declared = list(loaded.data) if loaded is not None else []
        plain = [column.source for column in self.grid.columns if column.question]
        fields = [source for source in plain if all(part.isidentifier() for part in source.split("."))]
        known = {source.partition(".")[0] for source in fields}
        return [*dict.fromkeys(fields), *sorted((roots(self.grid) | set(declared)) - known - {"today"})]

    def _heading(self, column: ExampleColumn) -> Heading:
        side, _, name = column.heading.partition(":")
        kind = {"in": "question", "out": "answer"}.get(side, NAME)
        titles = {each.source or self.table: each.title for each in self.grid.columns if each.kind == kind}
        title = t("editor.example_name") if kind == NAME else titles.get(name) or name
        return Heading(column.heading, title, kind, column.origin)

    def lines(self) -> Iterator[Line]:
        """The examples of the file."""
        headings = self.headings()
        for at, row in enumerate(self.there.rows):
            yield Line(str(at), tuple(row.cells[one.origin] if one.origin is not None else "" for one in headings))

    def typed(self) -> list[Line]:
        """What the form says."""
        width, found = len(self.headings()), []
        for at in range(MOST):
            if f"e.{at}.key" not in request.form:
                break
            cells = [request.form.get(f"e.{at}.{n}", "").replace("\r\n", "\n")[:LONGEST_CELL] for n in range(width)]
            found.append(Line(request.form[f"e.{at}.key"], tuple(cells)))
        return found

    def answer(self) -> Any:
        """One press of a button."""
        lines, act = self.typed(), request.form.get("act", "")
        errors.words_sent({t("editor.cell", row=row, column=one.title): cell for row, line in enumerate(lines, start=1)
                           for one, cell in zip(self.headings(), line.cells, strict=False)})  # fmt: skip
        if act not in ("save", "show"):
            lines, focus = changed(lines, act, len(self.headings()))
            return self.draw(lines, content=self.amended(lines), focus=focus)
        if faults := self.faults(lines):
            return self.draw(lines, faults=faults), 422
        try:
            content = amend_examples(self.read.content or b"", self.wanted(lines), file=self.read.path)
            if act == "show":
                return self.draw(lines, content=content)
            self.read.save(content)
        except AmendError:
            return self.draw(lines, faults=[("form", t("editor.cannot"))]), 422
        except FileChanged as error:
            return self.draw(lines, first=first_words(error)), 412
        flash(t("draft.saved"), "done")
        return redirect(self.here)

    def amended(self, lines: Sequence[Line]) -> bytes | None:
        """The file with what was typed so far; None while it cannot be written."""
        try:
            return amend_examples(self.read.content or b"", self.wanted(lines), file=self.read.path)
        except AmendError:
            return None

    def faults(self, lines: Sequence[Line]) -> list[Fault]:
        """Cells that are no values, and examples that say nothing."""
        headings, found = self.headings(), list[Fault]()
        for at, line in enumerate(lines):
            if not any(cell.strip() for cell in line.cells):
                found.append((f"e-{at}-0", t("worked.wrong_empty", row=at + 1)))
            for number, (heading, cell) in enumerate(zip(headings, line.cells, strict=True)):
                try:
                    if heading.kind != NAME:
                        literal(cell)
                except EngineError as error:
                    words = t("worked.wrong_cell", row=at + 1, column=heading.title, error=tell(error.said))
                    found.append((f"e-{at}-{number}", words))
        return found

    def wanted(self, lines: Sequence[Line]) -> ExampleGrid:
        """The examples as the file is to have them: a column that it lacks comes with the first cell that is typed."""
        headings = self.headings()
        kept = [
            n for n, heading in enumerate(headings)
            if heading.origin is not None or not self.there.columns or any(line.cells[n].strip() for line in lines)
        ]  # fmt: skip
        rows, free = [], dict.fromkeys(range(len(self.there.rows)))
        for line in lines:
            at = int(line.key) if line.key.isdigit() else -1
            origin = at if at in free and free.pop(at) is None else None  # each example of the file is taken once
            rows.append(ExampleRow(tuple(line.cells[n] for n in kept), origin))
        columns = tuple(ExampleColumn(headings[n].heading, headings[n].origin) for n in kept)
        return ExampleGrid(columns, tuple(self._as_written(row, kept, headings) for row in rows))

    def _as_written(self, row: ExampleRow, kept: Sequence[int], headings: Sequence[Heading]) -> ExampleRow:
        """A row whose cells that nobody changed are what the file has, to the space."""
        if row.origin is None:
            return replace(row, cells=tuple(cell.strip() for cell in row.cells))
        old = self.there.rows[row.origin].cells
        cells = []
        for n, cell in zip(kept, row.cells, strict=True):
            origin = headings[n].origin
            was = old[origin] if origin is not None else ""
            cells.append(was if was.replace("\r\n", "\n").strip() == cell.strip() else cell.strip())
        return replace(row, cells=tuple(cells))

    def draw(
        self, lines: Sequence[Line], *, faults: Sequence[Fault] = (), content: bytes | None = None, first: str = "",
        focus: str = "",
    ) -> str:  # fmt: skip
        """The page with what was typed, each example with what comes of it."""
        examined = self.read.examined(content)
        shown = [] if faults else self.results(examined, lines)
        return render_template(
            "processes/editors/worked.html", it=self.read.it, path=self.read.path, table=self.table, readable=True,
            headings=self.headings(), lines=lines, base=self.read.base, here=self.here, faults=faults,
            wrong=dict(faults), first=first, unsaved=content is not None, focus=focus, results=shown,
            off=sum(bool(one and one.told) for one in shown), findings=self.findings(examined),
        )  # fmt: skip

    def results(self, examined: Examined, lines: Sequence[Line]) -> list[Played | None]:
        """What came of each example, in the order of the lines."""
        files: Mapping[str, bytes] = examined.bundle.files
        found = played(load(files.get(self.dmn, b""), self.dmn), self.table, files.get(self.read.path))
        return list(found) if found is not None and len(found) == len(lines) else [None] * len(lines)

    def findings(self, examined: Examined) -> list[Any]:
        """What the checks say of the file besides what its examples give."""
        return [one for one in self.read.findings(examined) if one.finding.rule != "decision-example"]


def changed(lines: Sequence[Line], act: str, width: int) -> tuple[list[Line], str]:
    """The examples after a button of a row, and the control that takes the focus then."""
    what, _, number = act.partition(":")
    found, at = list(lines), int(number) if number.isdigit() else len(lines)
    if what in ("add", "copy") and len(found) < MOST:
        to = min(at + 1, len(found))
        like = found[at].cells if what == "copy" and at < len(found) else ("",) * width
        found.insert(to, Line("", like))
        return found, f"e-{to}-0"
    if what == "drop" and at < len(found):
        found.pop(at)
        return found, f"e-{min(at, len(found) - 1)}-0" if found else "add"
    return found, ""
