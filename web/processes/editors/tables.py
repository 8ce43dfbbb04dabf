"""Decision tables of a draft in a grid: rows, cells and the hit policy, with examples, gaps and overlaps beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from engine import decision as decisions
from engine import feel
from engine.amend.table_text import KINDS, Grid, Row, amend_table, read_grids
from engine.decision import Decisions
from engine.errors import AmendError, EngineError, FeelError, XmlError
from engine.example import read_examples, run_examples
from tasks import skeleton
from tasks.commands import draft_files
from tasks.errors import FileChanged, NotFound
from web import current, errors, i18n, ownform
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk, kind_of
from web.processes.editors.piece import Piece, first_words, stored, usable
from web.sentences import tell

POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "COLLECT", "RULE ORDER", "OUTPUT ORDER")
SHOWN_APART = ("decision-gap", "decision-overlap", "decision-example")
COLUMN = Path(__file__).parent / "column.json"
MOST_NAME = 200
MOST_ROWS = 500
LONGEST_CELL = 5_000
Fault = tuple[str, str]
"""id of the control, words"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid as it is drawn: the id that it is known by ("" for a new one), its purpose, its cells."""

    key: str
    note: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A worked example: what it asks, what is expected, what came of it."""

    name: str
    inputs: str
    outputs: str
    told: tuple[str, ...]


@blueprint.get("/drafts/<int:draft_id>/tables")
def draft_tables(draft_id: int) -> Any:
    """The decision tables of a draft; `?step=` makes a new one for a step of the drawing."""
    return _listed(desk(draft_id))


def _listed(it: Desk, errors: Sequence[Fault] = (), typed: Mapping[str, str] | None = None) -> str:
    examined = it.examined()
    found = []
    for path, content in examined.bundle.files.items():
        if path.endswith(".dmn") and "/" not in path:
            wrong = [finding for finding in examined.of_file(path) if finding.severity == "error"]
            table = path.removesuffix(".dmn")
            names = _names(content, path)
            found.append((table, names.pop(table, ""), names, len(wrong)))
    return render_template(
        "processes/editors/tables.html", it=it, tables=found, errors=errors, told=dict(errors), typed=typed or {},
        step=request.values.get("step", ""),
    )  # fmt: skip


@blueprint.post("/drafts/<int:draft_id>/tables")
def begin_table(draft_id: int) -> Any:
    """Make a table of one answer; one that is made for a step is chosen there."""
    it, id, name = desk(draft_id), request.form.get("id", "").strip(), " ".join(request.form.get("name", "").split())
    step = request.form.get("step", "")
    if not usable(id):
        return _listed(it, (("f-id", t("editor.wrong_id")),), request.form), 422
    if not 0 < len(name) <= MOST_NAME:
        return _listed(it, (("f-name", t("editor.wrong_table_name")),), request.form), 422
    house = (current.database(), current.actor(), draft_id)
    try:
        draft_files.save_file(*house, f"{id}.dmn", skeleton.table(id, name), expected="", now=current.now())
    except FileChanged:
        return _listed(it, (("f-id", t("draft.is_there", path=f"{id}.dmn")),), request.form), 409
    flash(t("editor.table_made", name=name), "done")
    if step:
        return redirect(url_for("processes.drawing_page", draft_id=draft_id, step=step, decision=id, _anchor="step"))
    return redirect(url_for("processes.draft_table", draft_id=draft_id, table=id))


def _names(content: bytes, path: str) -> dict[str, str]:
    """The tables of a file: what each decision is called, by its id."""
    try:
        return {id: grid.name for id, grid in read_grids(content, file=path).items()}
    except XmlError:
        return {}


@blueprint.route("/drafts/<int:draft_id>/tables/<table>", methods=["GET", "POST"])
def draft_table(draft_id: int, table: str) -> Any:
    """The grid of a table, `?decision=` of another one in the same file; `act` is save, show, or a change of rows."""
    read, grids = opened(draft_id, table)
    grid = chosen(grids, table)
    if grid is None:
        return render_template("processes/editors/table.html", it=read.it, path=read.path, grid=None, name=table)
    page = _Page(of_grid(read, grid), table, grid, tuple(grids))
    if request.method == "GET":
        return page.draw(grid, [Line(key, grid.rows[at].note, grid.rows[at].cells) for key, at in keys(grid).items()])
    return page.answer()


def opened(draft_id: int, table: str) -> tuple[Piece, dict[str, Grid]]:
    """The file of a table, and the tables in it that can be drawn; NotFound."""
    path, it = f"{table}.dmn", desk(draft_id)
    content = stored(it, path)
    if content is None or kind_of(path) != "tables":
        raise NotFound("table", table)
    try:
        grids = read_grids(content, file=path)
    except XmlError:
        grids = {}
    return Piece(it, path, content, None), grids


def chosen(grids: Mapping[str, Grid], table: str) -> Grid | None:
    """The table that the request is about: `decision`, else that of the file's name, else the first."""
    return grids.get(request.values.get("decision", table)) or next(iter(grids.values()), None)


def of_grid(read: Piece, grid: Grid) -> Piece:
    """The part of the file that is one table."""
    return replace(read, document={"table": asdict(grid)}, key=("table",))


def address(read: Piece, table: str, grid: Grid, endpoint: str = "draft_table", **more: Any) -> str:
    """The address of a page about a table."""
    other = grid.decision if grid.decision != table else None
    return url_for(f"processes.{endpoint}", draft_id=read.it.row.id, table=table, decision=other, **more)


def keys(grid: Grid) -> dict[str, int]:
    """What each row is known by: its id, or its place where it has none of its own."""
    ids = [row.id for row in grid.rows]
    return {id if id and ids.count(id) == 1 else f"#{at}": at for at, id in enumerate(ids)}


@dataclass(frozen=True)
class _Page:
    read: Piece
    table: str
    grid: Grid
    names: tuple[str, ...]

    def answer(self) -> Any:
        """One press of a button."""
        act = request.form.get("act", "")
        typed, lines = self.typed()
        errors.words_sent(dict(self.told(lines)))
        if act not in ("save", "show"):
            lines, focus = changed(lines, act, len(self.grid.columns))
            return self.draw(typed, lines, focus=focus)
        if faults := self.faults(lines):
            return self.draw(typed, lines, faults=faults), 422
        try:
            content = amend_table(self.read.content or b"", replace(typed, rows=self.rows(lines)), file=self.read.path)
            if act == "show":
                return self.draw(typed, lines, content=content)
            self.read.save(content)
        except AmendError:
            return self.draw(typed, lines, faults=[("form", t("editor.cannot"))]), 422
        except FileChanged as error:
            return self.draw(typed, lines, first=first_words(error)), 412
        flash(t("draft.saved"), "done")
        return redirect(self.here)

    def told(self, lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
        """Every cell by its row and column."""
        for row, line in enumerate(lines, start=1):
            for column, cell in zip(self.grid.columns, line.cells, strict=False):
                yield t("editor.cell", row=row, column=column.title), cell
            yield t("editor.cell", row=row, column=t("editor.note")), line.note

    @property
    def here(self) -> str:
        """The address of the page."""
        return address(self.read, self.table, self.grid)

    def address(self, endpoint: str, **more: Any) -> str:
        """The address of a page about this table."""
        return address(self.read, self.table, self.grid, endpoint, **more)

    def typed(self) -> tuple[Grid, list[Line]]:
        """What the form says: the hit policy, and the rows in their order."""
        policy, _, aggregation = request.form.get("policy", "").partition(":")
        known = policy if policy in POLICIES else self.grid.policy
        grid = replace(self.grid, policy=known, aggregation=aggregation if known == "COLLECT" else "")
        lines: list[Line] = []
        for at in range(MOST_ROWS):
            if f"r.{at}.key" not in request.form:
                break
            key, note = request.form[f"r.{at}.key"], request.form.get(f"r.{at}.note", "")
            cells = [request.form.get(f"r.{at}.{n}", "").replace("\r\n", "\n") for n in range(len(grid.columns))]
            lines.append(Line(key, note[:LONGEST_CELL], tuple(cell[:LONGEST_CELL] for cell in cells)))
        return grid, lines

    def rows(self, lines: Sequence[Line]) -> tuple[Row, ...]:
        """The rows as the file is to have them; each row of the file is taken once."""
        places = keys(self.grid)
        found = []
        for line in lines:
            origin = places.pop(line.key, None)
            id = self.grid.rows[origin].id if origin is not None else ""
            found.append(Row(id, line.note, line.cells, origin))
        return tuple(found)

    def faults(self, lines: Sequence[Line]) -> list[Fault]:
        """Cells that are no FEEL."""
        found: list[Fault] = []
        for at, line in enumerate(lines):
            for number, (column, cell) in enumerate(zip(self.grid.columns, line.cells, strict=True)):
                if error := cell_fault(column.kind, cell):
                    words = t("editor.wrong_cell", row=at + 1, column=column.title, error=error)
                    found.append((f"c-{at}-{number}", words))
        return found

    def draw(
        self, grid: Grid, lines: Sequence[Line], *, faults: Sequence[Fault] = (), content: bytes | None = None,
        first: str = "", focus: str = "",
    ) -> str:  # fmt: skip
        """The page with what was typed."""
        examined = self.read.examined(content)
        stored = examined.bundle.files
        loaded = load(stored.get(self.read.path, b""), self.read.path)
        gaps = [tell(one.message) for one in decisions.gaps_and_overlaps(loaded)] if loaded else []
        csv = stored.get(f"{self.table}.csv") if self.grid.decision == self.table else None
        noted = any(line.note for line in lines) or not any(column.kind == "note" for column in grid.columns)
        return render_template(
            "processes/editors/table.html", it=self.read.it, path=self.read.path, name=self.table, names=self.names,
            grid=grid, lines=lines, base=self.read.base, here=self.here, faults=faults, wrong=dict(faults), first=first,
            policies=_policies(), gaps=gaps, played=played(loaded, self.table, csv), csv=f"{self.table}.csv",
            noted=noted, kinds=KINDS, types=type_names(), address=self.address,
            exemplary=self.grid.decision == self.table,
            findings=[one for one in self.read.findings(examined) if one.finding.rule not in SHOWN_APART],
            unsaved=content is not None, focus=focus,
        )  # fmt: skip


def changed(lines: Sequence[Line], act: str, columns: int) -> tuple[list[Line], str]:
    """The rows after a button of a row, and the control that takes the focus then."""
    what, _, number = act.partition(":")
    found, at = list(lines), int(number) if number.isdigit() else len(lines)
    if what == "add" and len(found) < MOST_ROWS:
        found.insert(min(at + 1, len(found)), Line("", "", ("",) * columns))
        return found, f"c-{min(at + 1, len(found) - 1)}-0"
    if what == "drop" and at < len(found):
        found.pop(at)
        return found, f"c-{min(at, len(found) - 1)}-0" if found else "add"
    to = at - 1 if what == "up" else at + 1
    if what in ("up", "down") and at < len(found) and 0 <= to < len(found):
        found[at], found[to] = found[to], found[at]
        ends = {0: "down", len(found) - 1: "up"}  # where the way on ends, the way back takes the focus
        return found, f"{ends.get(to, what)}-{to}"
    return found, ""


def cell_fault(kind: str, cell: str) -> str:
    """Why a cell is no condition or formula; "" for one that is."""
    try:
        if kind != "note":
            feel.compile_unary(cell or "-") if kind == "question" else feel.compile(cell or "null")
    except FeelError as error:
        return tell(error.said)
    return ""


def type_names() -> dict[str, str]:
    """The kinds of values in words."""
    field = next(field for field in ownform.load(COLUMN).fields if field.name == "type")
    return dict(field.options(i18n.language()))


def _policies() -> list[tuple[str, str]]:
    plain = [(name, t(f"editor.policy_{name.lower().replace(' ', '_')}")) for name in POLICIES]
    sums = [(f"COLLECT:{name}", t(f"editor.policy_collect_{name.lower()}")) for name in ("SUM", "MIN", "MAX", "COUNT")]
    return plain + sums


def load(content: bytes, path: str) -> Decisions | None:
    """The decisions of a file; None while it cannot be read."""
    try:
        return decisions.load(content, path)
    except EngineError:
        return None


def played(loaded: Decisions | None, table: str, content: bytes | None) -> list[Played] | None:
    """The worked examples with what comes of each; None where there are none or the table cannot be read."""
    if loaded is None or content is None:
        return None
    try:
        examples = read_examples(content.decode("utf-8"))
    except (EngineError, UnicodeDecodeError):
        return None
    functions = {"today": current.today, "now": current.now}
    shown = []
    for example in examples:
        found = run_examples(loaded, table, [example], functions)
        told = tuple(tell(one.message).partition(": ")[2] for one in found)
        shown.append(Played(example.name, _said(example.inputs), _said(example.outputs), told))
    return shown


def _said(values: Mapping[str, Any]) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return "; ".join(f"{name} = {feel.text(value)}" for name, value in given.items())
