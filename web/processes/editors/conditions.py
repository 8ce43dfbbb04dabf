"""Conditions of a draft's drawing: which way a case goes, as sentences with choices, or as the formula behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request

from engine import drawing
from engine.bundle import Bundle
from engine.diagram import Diagram, Flow
from engine.errors import EngineError, FeelError, RedrawError
from engine.feel import compile as feel
from engine.redraw import SetText, redraw
from tasks.errors import FileChanged, NotFound
from web import errors, i18n, words
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import Desk, desk
from web.processes.editors import condition
from web.processes.editors.condition import OPERATORS, Subject, Term
from web.processes.editors.piece import Piece, first_words, stored
from web.sentences import tell

MOST_TERMS = 12
LONGEST = 5_000
Fault = tuple[str, str]


@dataclass(frozen=True, slots=True)
class WayShown:
    """A flow out of a gateway: where it leads and when."""

    id: str
    name: str
    to: str
    sentence: str
    formula: str
    usual: bool
    """whether it is the way when no other condition holds"""


@dataclass(frozen=True, slots=True)
class TermShown:
    """A comparison as it is drawn."""

    path: str
    operator: str
    value: str
    options: tuple[tuple[str, str], ...]


@blueprint.get("/drafts/<int:draft_id>/conditions")
def draft_conditions(draft_id: int) -> Any:
    """The conditions of a draft's drawing by gateway."""
    it = desk(draft_id)
    bundle = it.examined().bundle
    diagram = _diagram(bundle)
    subjects = _subjects(bundle)
    found: dict[str, list[WayShown]] = {}
    for flow in diagram.flows if diagram else ():
        if flow.condition:
            found.setdefault(flow.source, [])
    for flow in diagram.flows if diagram else ():
        if flow.source in found:
            found[flow.source].append(_way(flow, bundle, subjects))
    groups = [(_called(bundle, source), ways) for source, ways in found.items()]
    return render_template(
        "processes/editors/conditions.html", it=it, groups=groups, readable=diagram is not None, path=_path(it)
    )


def _path(it: Desk) -> str:
    return f"{it.row.process}.bpmn"


def _diagram(bundle: Bundle) -> Diagram | None:
    try:
        return drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn") if bundle.bpmn else None
    except EngineError:
        return None


def _subjects(bundle: Bundle) -> dict[str, Subject]:
    diagram = _diagram(bundle)
    return condition.subjects_of(bundle, diagram.nodes if diagram else {})


def _way(flow: Flow, bundle: Bundle, subjects: Mapping[str, Subject]) -> WayShown:
    read = condition.parse(flow.condition.strip())
    told = condition.sentence(*read, subjects) if read else ""
    name = i18n.pick({"fi": flow.name, **bundle.labels.elements.get(flow.id, {})}) if flow.name else ""
    return WayShown(flow.id, name, _called(bundle, flow.target), told, flow.condition, not flow.condition)


def _called(bundle: Bundle, id: str) -> str:
    diagram = _diagram(bundle)
    return words.point(diagram, bundle.labels.elements, id) if diagram else id


@blueprint.route("/drafts/<int:draft_id>/conditions/<flow>", methods=["GET", "POST"])
def draft_condition(draft_id: int, flow: str) -> Any:
    """The condition of one way; `act` is save, show, or a comparison more or less."""
    it = desk(draft_id)
    bundle = it.examined().bundle
    diagram = _diagram(bundle)
    found = next((one for one in diagram.flows if one.id == flow), None) if diagram else None
    if found is None:
        raise NotFound("condition", flow)
    path = _path(it)
    read = Piece(it, path, stored(it, path), {"condition": found.condition}, ("condition",))
    return _Page(read, bundle, found).answer()


@dataclass(frozen=True)
class _Page:
    read: Piece
    bundle: Bundle
    flow: Flow

    def answer(self) -> Any:
        """The page, or one press of a button."""
        parsed = condition.parse(self.flow.condition.strip())
        if request.method == "GET":
            joint, terms = parsed or ("and", ())
            way = "words" if parsed or not self.flow.condition else "formula"
            return self.draw(way, joint, terms, self.flow.condition)
        way, joint = request.form.get("way", "words"), request.form.get("joint", "and")
        act, formula = request.form.get("act", ""), request.form.get("formula", "")[:LONGEST].replace("\r\n", "\n")
        terms = self.typed()
        told = condition.sentence(joint, terms, _subjects(self.bundle)) if way == "words" else formula
        errors.words_sent({t("condition.way_words" if way == "words" else "condition.way_formula"): told})
        if act not in ("save", "show"):
            return self.draw(way, joint, _counted(terms, act), formula, blank=act == "add")
        if faults := self.faults(way, terms, formula):
            return self.draw(way, joint, terms, formula, faults=faults), 422
        if way == "words":
            kept = condition.same(self.flow.condition.strip(), joint, terms)
            formula = self.flow.condition if kept else condition.write(joint, terms)
        try:
            content = self.changed(formula)
            if act == "show":
                return self.draw(way, joint, terms, formula, content=content)
            self.read.save(content)
        except RedrawError:
            return self.draw(way, joint, terms, formula, faults=[("form", t("editor.cannot"))]), 422
        except FileChanged as error:
            return self.draw(way, joint, terms, formula, first=first_words(error)), 412
        flash(t("draft.saved"), "done")
        return redirect(request.path)

    def changed(self, formula: str) -> bytes:
        """The drawing with the condition; nothing but its text differs."""
        content = self.read.content or b""
        if formula == self.flow.condition:
            return content
        return redraw(content, [SetText(self.flow.id, "conditionExpression", formula)], file=self.read.path)

    def typed(self) -> tuple[Term, ...]:
        """The comparisons that the form says; those without a subject are left out."""
        subjects = _subjects(self.bundle)
        found = []
        for at in range(MOST_TERMS):
            path, operator = request.form.get(f"t.{at}.path", ""), request.form.get(f"t.{at}.operator", "=")
            if path and operator in OPERATORS:
                value = request.form.get(f"t.{at}.value", "")[:200]
                found.append(Term(path, operator, condition.literal(value, subjects.get(path))))
        return tuple(found)

    def faults(self, way: str, terms: Sequence[Term], formula: str) -> list[Fault]:
        """What cannot be read, each at its control."""
        if way == "formula":
            return _unread("formula", formula) if formula.strip() else []
        if not terms:
            return [("t-0-path", t("condition.wrong_none"))]
        return [
            (f"t-{at}-value", t("condition.wrong_value")) for at, term in enumerate(terms)
            if condition.parse(term.source) is None
        ]  # fmt: skip

    def draw(
        self, way: str, joint: str, terms: Sequence[Term], formula: str, *, faults: Sequence[Fault] = (),
        content: bytes | None = None, first: str = "", blank: bool = False,
    ) -> str:  # fmt: skip
        """The page with what was typed."""
        subjects = _subjects(self.bundle)
        more = {term.path: Subject(term.path, term.path, "any") for term in terms if term.path not in subjects}
        known = sorted((subjects | more).values(), key=lambda one: one.name.casefold())
        shown = [
            TermShown(one.path, one.operator, condition.typed(one.value), _options(one, subjects)) for one in terms
        ]
        if blank or not shown:
            shown.append(TermShown("", "=", "", ()))
        examined = self.read.examined(content)
        written = formula if way == "formula" else condition.write(joint, tuple(terms))
        parsed = condition.parse(written.strip())
        return render_template(
            "processes/editors/condition.html", it=self.read.it, path=self.read.path, base=self.read.base, way=way,
            joint=joint, terms=shown, formula=formula, faults=faults, wrong=dict(faults), first=first, subjects=known,
            operators=OPERATORS, from_=_called(self.bundle, self.flow.source),
            to=_called(self.bundle, self.flow.target), unsaved=content is not None, written=written,
            sentence=condition.sentence(*parsed, subjects) if parsed else "", here=request.path,
            theirs=[(t("condition.formula"), self.flow.condition)] if first else [],
            findings=self.read.findings(examined, self.flow.id),
        )  # fmt: skip


def _counted(terms: tuple[Term, ...], act: str) -> tuple[Term, ...]:
    what, _, number = act.partition(":")
    if what == "drop" and number.isdigit():
        return tuple(term for at, term in enumerate(terms) if at != int(number))
    return terms


def _options(term: Term, subjects: Mapping[str, Subject]) -> tuple[tuple[str, str], ...]:
    subject = subjects.get(term.path)
    if subject is None or not subject.options:
        return ()
    named = dict(subject.options)
    typed = condition.typed(term.value)
    return subject.options + (((typed, typed),) if typed and typed not in named else ())


def _unread(id: str, formula: str) -> list[Fault]:
    try:
        feel(formula)
    except FeelError as error:
        return [(id, t("editor.wrong_formula", error=tell(error.said)))]
    return []
