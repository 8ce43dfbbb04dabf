"""An area's own values: what may be decided locally, what is in force, and a new value from a day on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from tasks import access, area
from tasks.area import Known, Place, Row
from tasks.commands import areas
from tasks.errors import InvalidValue, NotFound
from tasks.figures.targets import TARGETS
from web import current, formats, sight, words
from web.board.aims import at as target_in_words
from web.i18n import pick, t

blueprint = Blueprint("area", __name__, url_prefix="/area")

GROUPS = ("targets", "house", "four_eyes", "acts", "parameters")
FIELDS = ("value", "source", "borrowed", "from_on")


@dataclass(frozen=True, slots=True)
class Line:
    """One value on the page: its name, what holds now and what is coming, in words."""

    known: Known
    name: str
    where: str
    """the processes that it concerns, empty for the whole house"""
    now: str
    own: bool
    """whether the area itself has set what holds now"""
    coming: tuple[str, ...]


@blueprint.get("/")
def index() -> str:
    """The areas that the person governs, each with its values."""
    published, today = sight.published(), current.today()
    found = area.known(published, today)
    with current.database().read() as connection:
        places = _governed(area.places(connection))
        rows = {place.id: area.rows(connection, place.id) for place in places}
    sheets = [(place, _groups(found, rows[place.id], today)) for place in places]
    return render_template("area/index.html", sheets=sheets, aims=TARGETS, processes=_processes(found), groups=GROUPS)


@blueprint.route("/<int:area_id>/<name>", methods=["GET", "POST"])
def change(area_id: int, name: str) -> Any:
    """One value: what it is, what has held, and the form for a new one."""
    place, known = _asked(area_id, name)
    if request.method == "GET":
        return _draw(place, known, {"from_on": formats.day(current.today())}, {})
    typed = {field: request.form.get(field, "").strip() for field in FIELDS}
    from_on = formats.read_day(typed["from_on"])
    wrong = {} if from_on else {"from_on": t("area.wrong_from_on", text=typed["from_on"])}
    try:
        area.read_value(known, typed)
        if from_on is not None:
            areas.set_value(
                current.database(), current.actor(), area_id=area_id, name=name, typed=typed, from_on=from_on,
                now=current.now(),
            )  # fmt: skip
    except InvalidValue as error:
        params = {key: formats.day(value) if isinstance(value, date) else value for key, value in error.params.items()}
        wrong[error.field] = t(f"area.wrong_{error.field}_{error.code}", **params)
    if wrong:
        return _draw(place, known, typed, wrong), 422
    flash(t("area.saved", name=title(known)), "done")
    return redirect(url_for("area.index", _anchor=f"area-{area_id}"))


@blueprint.post("/<int:area_id>/<name>/take-back")
def take_back(area_id: int, name: str) -> Any:
    """Take back a value that has not come into force."""
    _asked(area_id, name)
    from_on = formats.read_day(request.form.get("from_on", "")) or current.today()
    try:
        areas.take_back(
            current.database(), current.actor(), area_id=area_id, name=name, from_on=from_on, now=current.now()
        )
    except (InvalidValue, NotFound):
        flash(t("area.not_taken_back"), "warning")
    else:
        flash(t("area.taken_back"), "done")
    return redirect(url_for("area.change", area_id=area_id, name=name))


def _governed(places: Sequence[Place]) -> list[Place]:
    """The areas whose values the person may set; Forbidden for who is no supervisor and no operator."""
    rights = sight.rights()
    access.hold_role(rights, "operator", "supervisor").require()
    return [place for place in places if access.govern(rights, place.units, None).allowed]


def _asked(area_id: int, name: str) -> tuple[Place, Known]:
    known = area.known(sight.published(), current.today()).get(name)
    with current.database().read() as connection:
        place = next((place for place in area.places(connection) if place.id == area_id), None)
    access.hold_role(sight.rights(), "operator", "supervisor").require()
    if known is None or place is None:
        abort(404)
    access.govern(sight.rights(), place.units, None).require()
    return place, known


def _draw(place: Place, known: Known, typed: Mapping[str, str], wrong: Mapping[str, str]) -> str:
    with current.database().read() as connection:
        rows = [row for row in area.rows(connection, place.id) if row.name == known.name]
    line = _line(known, rows, current.today())
    return render_template(
        "area/change.html", place=place, known=known, line=line, typed=typed, wrong=wrong,
        rows=[(row, value_words(known, row.value), row.from_on > current.today()) for row in reversed(rows)],
        hint=hint(known), about=about(known), order=[(name, wrong[name]) for name in FIELDS if name in wrong],
        choices=_choices(known),
    )  # fmt: skip


def _groups(found: Mapping[str, Known], rows: Sequence[Row], today: date) -> dict[str, list[Line]]:
    """The values by group, those of one process's target only where the area has set them."""
    by_name: dict[str, list[Row]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    groups: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for name, known in found.items():
        if not (known.group == "targets" and known.process and name not in by_name):
            groups[known.group].append(_line(known, by_name.get(name, []), today))
    groups["parameters"].sort(key=lambda line: (words.process(sight.published(), line.known.process), line.name))
    return groups


def _line(known: Known, rows: Sequence[Row], today: date) -> Line:
    past = [row for row in rows if row.from_on <= today]
    coming = [row for row in rows if row.from_on > today]
    now = value_words(known, past[-1].value) if past else given(known)
    told = tuple(
        t("area.from_day", day=formats.day(row.from_on), value=value_words(known, row.value)) for row in coming
    )
    return Line(known, title(known), _where(known), now, bool(past), told)


def _processes(found: Mapping[str, Known]) -> list[tuple[str, str]]:
    published = sight.published()
    named = {one.process: words.process(published, one.process) for one in found.values() if one.group == "targets"}
    return sorted(((process, name) for process, name in named.items() if process), key=lambda pair: pair[1].lower())


def _where(known: Known) -> str:
    published = sight.published()
    folders = [row.process for row, *_ in known.steps] or ([known.process] if known.parameter is not None else [])
    return ", ".join(words.process(published, folder) for folder in folders)


def title(known: Known) -> str:
    """What a value is called."""
    published = sight.published()
    if known.parameter is not None:
        return pick(known.parameter.names)
    if known.steps:
        row, first, second = known.steps[0]
        return t("area.pair", first=_step(row, first), second=_step(row, second))
    if known.acting:
        return t(f"area.{known.name.replace('.', '_')}") if known.name in ACTS else known.name.removeprefix("acts.")
    if known.group == "targets":
        figure = t(f"board.{known.name.split('.')[1]}")
        if known.process:
            return t("area.target_of", figure=figure, process=words.process(published, known.process))
        return figure
    return t(f"area.{known.name.replace('.', '_')}")


ACTS = ("acts.application", "acts.decision", "acts.payment", "acts.statement")
"""The acts that have a name in words."""


def _step(row: Any, path: str) -> str:
    """A step in words: `decision/decide` is a step of the part that the element calls."""
    published = sight.published()
    return words.task_at(published, row.process, row.number, path)


def about(known: Known) -> list[str]:
    """What a value means and where it comes from, in paragraphs."""
    published = sight.published()
    if known.parameter is not None:
        told = [t("area.of_folder", process=words.process(published, known.process))]
        told += [t("area.source", source=pick(known.parameter.source))] if known.parameter.source else []
        return told + ([pick(known.parameter.doubt)] if known.parameter.doubt else [])
    if known.steps:
        return [t("area.about_four_eyes"), *(words.process(published, row.process) for row, _, _ in known.steps)]
    if known.acting:
        each = (f"{words.process(published, row.process)}: {t(f'area.{where}')}" for row, where in known.acting)
        return [t("area.about_acts"), *each]
    if known.group == "targets":
        return [t("area.about_targets"), t(f"board.what.{known.name.split('.')[1]}")]
    return [t(f"area.about_{known.name.replace('.', '_')}")]


def hint(known: Known) -> str:
    """How a value is typed."""
    if known.kind == "target":
        return t(f"area.hint_{known.name.split('.')[1]}")
    if known.kind in ("clock", "number"):
        return t(f"area.hint_{known.kind}")
    if known.parameter is not None and known.kind == "whole":
        return t(f"area.hint_{known.parameter.unit}")
    return t("area.hint_least", n=known.least) if known.kind == "whole" else ""


def _choices(known: Known) -> tuple[tuple[str, str], ...]:
    names = {"switch": ("yes", "no"), "act": ("national", "here")}.get(known.kind, ())
    return tuple((name, t(f"area.{name}")) for name in names)


def given(known: Known) -> str:
    """What holds where the area says nothing."""
    if known.steps:
        return t("area.given_four_eyes")
    if known.acting:
        said = {where for _, where in known.acting}
        return t(f"area.{said.pop()}") if len(said) == 1 else t("area.given_acts")
    return t("area.not_set") if known.given is None else value_words(known, known.given)


def value_words(known: Known, value: Any) -> str:
    """A value in words."""
    if known.kind == "target":
        told = target_in_words(known.name.split(".")[1], value["at"])
        return t("area.target_said", target=told, source=value["source"])
    if isinstance(value, bool):
        return t("area.yes" if value else "area.no")
    if known.kind == "act":
        return t(f"area.{value}") if value in ("national", "here") else str(value)
    if known.kind == "clock":
        return str(value).replace(":", ".")
    if known.parameter is not None and known.kind == "whole":
        return formats.remaining(int(value), known.parameter.unit)
    return formats.number(value)
