"""Stories of a draft: a table of dates, events and expectations, and the form of each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from flask import render_template, request, url_for

from engine.amend import Add, Change, differences
from engine.bundle import Bundle
from forms.errors import FieldError
from forms.form import Form
from tasks.errors import NotFound
from tasks.workbench import beside
from web import i18n, ownform
from web.cases.arrivals import channels
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import desk
from web.processes.editors import scenes, spoken
from web.processes.editors.piece import Piece, Turn, drawn, piece, theirs

FORM = Path(__file__).parent / "step.json"
NEW = 100_000
"""the number of a step that there is not yet"""


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step in the table: its number from 0, when, what happens, what it says, what is expected."""

    number: int
    when: str
    event: str
    data: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]


def path_of(story: str) -> str:
    """The file of a story."""
    return f"stories/{story}.toml"


@blueprint.get("/drafts/<int:draft_id>/stories")
def draft_stories(draft_id: int) -> Any:
    """The stories of a draft."""
    it = desk(draft_id)
    bundle = it.examined().bundle
    ids = [path[8:-5] for path in bundle.files if path.startswith("stories/") and path.endswith(".toml")]
    rows = [(id, str(bundle.stories.get(id, {}).get("name", id))) for id in ids]
    return render_template("processes/editors/stories.html", it=it, stories=rows)


def _story(draft_id: int, story: str, *key: str | int) -> Piece:
    read = piece(draft_id, path_of(story), *key)
    if read.content is None:
        raise NotFound("story", story)
    return read


def _steps(document: Any) -> list[Mapping[str, Any]]:
    steps = document.get("steps", []) if isinstance(document, Mapping) else []
    return [step for step in steps if isinstance(step, Mapping)] if isinstance(steps, list) else []


@blueprint.get("/drafts/<int:draft_id>/stories/<story>")
def draft_story(draft_id: int, story: str) -> Any:
    """A story as a table of dates, events and expectations."""
    read = _story(draft_id, story)
    named = names_of(read)
    called = dict(named.steps)
    more = {**named.parties, **named.outcomes, **called}
    shown = [_shown(number, step, called, more, named) for number, step in enumerate(_steps(read.document))]
    document = read.document or {}
    return render_template(
        "processes/editors/story.html", it=read.it, name=story, path=read.path, readable=read.document is not None,
        title=str(document.get("name", story)), text=str(document.get("text", "")), steps=shown, new=NEW,
        findings=read.findings(read.examined()), parties=_parties(read.it.examined().bundle, document),
    )  # fmt: skip


def _parties(bundle: Bundle, document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Who takes part: the role in words, and the name of the example customer."""
    roles: dict[str, str] = {role: i18n.pick(party.name) for role, party in bundle.manifest.parties.items()}
    parties = document.get("parties")
    rows = parties.items() if isinstance(parties, Mapping) else ()
    return [
        (roles.get(str(role), str(role)), str(row.get("name", ""))) for role, row in rows if isinstance(row, Mapping)
    ]


def names_of(read: Piece) -> spoken.Names:
    """What the stories of the draft can name."""
    return spoken.names(read.it.examined().bundle, beside(read.it.row.process, read.it.versions))


def _form_of(named: spoken.Names, was: Mapping[str, Any]) -> Form:
    """The form with the tasks, messages and services of the draft to choose from, and what the step has already."""
    return ownform.with_options(
        FORM,
        {
            "task": spoken.options(named.tasks, was.get("task", "")),
            "message": spoken.options(named.messages, was.get("message", "")),
            "service": spoken.options(named.services, was.get("service", "")),
            "way": spoken.options(dict(channels()), was.get("way", "")),
        },
    )


def _told(read: Piece) -> dict[str, Any]:
    return spoken.told(scenes.answers(read.part), names_of(read))


def _shown(
    number: int, step: Mapping[str, Any], called: Mapping[str, str], more: Mapping[str, str],
    named: spoken.Names,
) -> StepShown:  # fmt: skip
    data = step.get("data", {})
    facts = spoken.told(scenes.answers(step), named)["facts"] if isinstance(data, Mapping) else ()
    told = tuple((row["name"], row["value"]) for row in facts)
    return StepShown(
        number, scenes.moment(step.get("at")), scenes.event(step, called), told,
        tuple(scenes.expectations(step, more, named.deadlines, named.letters)),
    )  # fmt: skip


@blueprint.route("/drafts/<int:draft_id>/stories/<story>/steps/<int:number>", methods=["GET", "POST"])
def draft_step(draft_id: int, story: str, number: int) -> Any:
    """The form of a step; a new one takes its place by its moment. `act` is save, show, a row more or less, or drop."""
    read = _story(draft_id, story)
    steps = _steps(read.document)
    if read.document is None or (number != NEW and number >= len(steps)):
        raise NotFound("step", number)
    read = Piece(read.it, read.path, read.content, {"step": steps[number] if number != NEW else {}}, ("step",))
    old = steps[number] if number != NEW else {}
    named = names_of(read)
    was: dict[str, Any] = scenes.answers(old) if old else {}
    form = _form_of(named, was)
    if request.method == "GET":
        return _draw(read, story, number, spoken.told(was, named) if old else {"action": "none"}, form)
    return StepTurn(
        read, form, scenes.faults,
        lambda clean: _changes(steps, number, spoken.resolved(clean, named, was)),
        lambda raw, **more: _draw(read, story, number, raw, form, **more),
        url_for("processes.draft_story", draft_id=draft_id, story=story), t("story.step", n=number + 1),
        ("steps", number),
        url_for("processes.draft_story", draft_id=draft_id, story=story),
    ).answer()  # fmt: skip


@dataclass(frozen=True)
class StepTurn(Turn):
    """A press of a button on a step, which is one of a list: its place in the file is another than its own hash."""

    place: tuple[str | int, ...] = ()
    onward: str = ""

    @property
    def dropped(self) -> tuple[str | int, ...]:
        """What goes when the step is taken out."""
        return self.place

    @property
    def done(self) -> str:
        """After saving one sees the story: the step may stand elsewhere in it now."""
        return self.onward


def _changes(steps: Sequence[Mapping[str, Any]], step: int, clean: Mapping[str, Any]) -> list[Change]:
    old = steps[step] if step != NEW else {}
    wanted = scenes.wanted(clean, old)
    if step != NEW:
        return list(differences(("steps", step), old, wanted))
    new = {key: value for key, value in wanted.items() if value is not None}
    moment = _moment(new["at"])
    later = next((place for place, each in enumerate(steps) if _moment(each.get("at")) > moment), None)
    return [Add(("steps",), new, later)]


def _moment(value: Any) -> datetime:
    """A moment to be compared; a day alone is noon."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value if isinstance(value, date) else date.min, time(12))


def _draw(
    read: Piece, story: str, step: int, raw: Mapping[str, Any], form: Form, *, errors: Sequence[FieldError] = (),
    content: bytes | None = None, first: str = "", blank: Mapping[str, int] | None = None,
) -> str:  # fmt: skip
    examined = read.examined(content)
    answers = drawn(form, raw, request.path, errors, blank)
    return render_template(
        "processes/editors/step.html", it=read.it, story=story, path=read.path, base=read.base, answers=answers,
        title=t("story.new_step") if step == NEW else t("story.step", n=step + 1), first=first, here=request.path,
        theirs=theirs(answers, _told(read)) if first and read.part else [], is_new=step == NEW,
        story_title=str(examined.bundle.stories.get(story, {}).get("name", story)), unsaved=content is not None,
        findings=read.findings(examined), field={item.name: item for item in answers.fields},
        above=url_for("processes.draft_story", draft_id=read.it.row.id, story=story),
    )  # fmt: skip
