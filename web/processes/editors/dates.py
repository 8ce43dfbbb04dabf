"""One deadline of a draft: its form, its rule as a sentence, and what it gives on real days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine import drawing
from engine.bundle import Bundle
from engine.errors import EngineError
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import NotFound
from web import current, formats, i18n, ownform, words
from web.i18n import t
from web.processes import blueprint
from web.processes.catalogue import TASKS
from web.processes.editors import examples, starts, timing
from web.processes.editors.piece import (
    Piece,
    Turn,
    asked_day,
    drawn,
    piece,
    theirs,
    usable,
)

FILE = "deadlines.toml"
FORM = Path(__file__).parent / "deadline.json"
SHOWING = frozenset({*TASKS, "receiveTask", "intermediateCatchEvent", "boundaryEvent", "callActivity", "subProcess",
                     "serviceTask", "eventBasedGateway", "adHocSubProcess"})  # fmt: skip


def form_of(bundle: Bundle, table: Mapping[str, Any], but: str = "") -> Form:
    """The form with the steps of the draft's drawing and its work roles to choose from; `but` is the deadline's id."""
    try:
        nodes = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes if bundle.bpmn else {}
    except EngineError:
        nodes = {}
    shown = {name: words_of(bundle, name, node.name) for name, node in nodes.items() if node.kind in SHOWING}
    every = {name: words_of(bundle, name, node.name) for name, node in nodes.items() if node.name.strip()}
    roles = {lane.role for lane in bundle.manifest.lanes.values() if lane.role} | {"supervisor"}
    roles |= {str(table.get("escalate_to", "supervisor"))}
    begins = starts.options(starts.starts(bundle, but))
    return ownform.with_options(
        FORM,
        {
            "starts": begins,
            "shown_on": _with(shown, table.get("shown_on", ())),
            "stops_at": _with(every, table.get("stops_at", ())),
            "renews_at": _with(every, table.get("renews_at", ())),
            "escalate_to": {role: dict.fromkeys(i18n.LANGUAGES, words.work_role(role)) for role in sorted(roles)},
        },
        required=("starts",) if begins else ("event_fi", "event_sv", "event_en", "anchor"),
    )


def words_of(bundle: Bundle, name: str, label: str) -> dict[str, str]:
    """What a step of the drawing is called in each language, with its id."""
    texts = {"fi": " ".join(label.split()) or name, **bundle.labels.elements.get(name, {})}
    return {language: f"{texts.get(language) or texts['fi']} ({name})" for language in i18n.LANGUAGES}


def _with(options: Mapping[str, Mapping[str, str]], stored: Any) -> dict[str, Mapping[str, str]]:
    """The options and what is stored already, though the drawing has it no more."""
    more = [str(name) for name in stored if name not in options] if isinstance(stored, list) else []
    return dict(options) | {name: dict.fromkeys(i18n.LANGUAGES, name) for name in more}


@blueprint.route("/drafts/<int:draft_id>/deadlines/<deadline>", methods=["GET", "POST"])
def draft_deadline(draft_id: int, deadline: str) -> Any:
    """The form of one deadline; `act` is save, show (nothing is saved), a row more or less, or drop."""
    read = piece(draft_id, FILE, deadline)
    if read.document is None:
        return _draw(
            read, deadline, {}, form_of(read.it.examined().bundle, {})
        ), 200 if request.method == "GET" else 409
    table = read.part if isinstance(read.part, dict) else {}
    if not table and not (request.values.get("new") and usable(deadline)):
        raise NotFound("deadline", deadline)
    bundle, step = read.it.examined().bundle, request.args.get("step", "")
    form, found = form_of(bundle, table, deadline), starts.starts(bundle, deadline)
    before = str(table.get("anchor", ""))
    if request.method == "GET":
        told = timing.answers(table) | {"starts": starts.chosen(found, before)} if table else _begun(read, bundle, step)
        return _draw(read, deadline, told, form)

    def settled(clean: Mapping[str, Any]) -> dict[str, Any]:
        return starts.settled(found, before, clean)

    return Turn(
        read, form, lambda clean: timing.faults(settled(clean)),
        lambda clean: timing.changes(deadline, table, settled(clean)),
        lambda raw, **more: _draw(read, deadline, raw, form, **more),
        url_for("processes.draft_dates", draft_id=draft_id), timing.called(table, deadline),
        after=_back(draft_id, deadline, step),
    ).answer()  # fmt: skip


def _begun(read: Piece, bundle: Bundle, step: str) -> dict[str, Any]:
    """What the form of a new deadline says already: from when, and for a step its name and an own target in days."""
    first = min((row.from_on for row in read.it.versions.rows if row.process == bundle.process), default=None)
    begun: dict[str, Any] = {"direction": "after", "unit": "days"}
    begun["rows"] = [{"from": (first or current.today().replace(month=1, day=1)).isoformat()}]
    if title := request.args.get("title"):
        begun[f"name_{i18n.language()}"] = title
    if not step:
        return begun
    begun |= {f"name_{language}": words.element(bundle, step, language) for language in i18n.LANGUAGES}
    if not request.args.get("timer"):
        begun |= {"shown_on": [step], "kind": "target", "binds": "authority", "roll": "target"}
    return begun


def _for_step() -> dict[str, Any]:
    """The step for which the deadline is made, to be carried along."""
    return {key: request.args[key] for key in ("step", "timer") if request.args.get(key)}


def _back(draft_id: int, deadline: str, step: str) -> str:
    """Where one comes to after saving: the step for which the deadline was made, with it chosen there."""
    if not step:
        return ""
    moment = deadline if request.args.get("timer") else None
    return url_for("processes.drawing_page", draft_id=draft_id, step=step, moment=moment, _anchor="step")


def _title(read: Piece, shown: examples.DeadlineShown | None, name: str) -> str:
    if shown is not None:
        return shown.title
    step = request.args.get("step", "")
    called = request.args.get("title") or (words.element(read.it.examined().bundle, step) if step else name)
    return t("editor.new_deadline_of", name=called)


def _draw(
    read: Piece, name: str, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    here = url_for("processes.draft_deadline", draft_id=read.it.row.id, deadline=name, **_for_step())
    examined = read.examined(content)
    asked, wrong_day = asked_day()
    on = formats.read_day(asked) or current.today()
    answers = drawn(form, raw, here, errors, blank)
    there = timing.answers(read.part) if first and isinstance(read.part, dict) else {}
    shown = examples.show(read.it, examined.bundle, name, on)
    return render_template(
        "processes/editors/deadline.html", it=read.it, title=_title(read, shown, name), path=FILE,
        base=read.base, answers=answers, field={item.name: item for item in answers.fields},
        readable=read.document is not None, first=first,
        theirs=theirs(answers, there),
        shown=shown, asked=asked, wrong=wrong_day, here=here,
        findings=read.findings(examined, name), unsaved=content is not None, is_new=not read.part,
    )  # fmt: skip
