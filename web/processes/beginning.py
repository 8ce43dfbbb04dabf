"""The beginning of a run by hand: what arrives on which day, whose matter it is, and what is so from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
from flask import redirect, request, url_for

from engine.story import HELSINKI
from forms.form import Form
from tasks import synthetic, tryout
from tasks.errors import NotFound
from tasks.keksila import FIRST_DAY
from tasks.published import published
from web import current, formats, i18n, ownform, words
from web.cases.arrivals import ARRIVAL, changed_rows, pressed
from web.i18n import t
from web.processes import blueprint
from web.processes.acting import Deed, answered, clean_answers, do, draw
from web.processes.tried import Tried, tried


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the beginning: a party, an act of the process, an input of a part; and what is offered for it."""

    name: str
    title: str
    value: str
    options: tuple[tuple[str, str], ...] = ()
    needed: bool = False
    error: str = ""


@blueprint.route("/tryouts/<int:tryout_id>/start", methods=["GET", "POST"])
def start_tryout(tryout_id: int) -> Any:
    """Begin the run: what arrives on which day, whose matter it is, and what the application says."""
    it = tried(tryout_id)
    if it.steps or it.broken:
        return redirect(url_for("processes.tryout", tryout_id=tryout_id))
    manifest = it.bundle.manifest
    messages = list(manifest.start_messages) if it.bundle.kind == "process" else []
    message = request.args.get("message", messages[0] if messages else "")
    if messages and message not in messages:
        raise NotFound("start", message)
    typed = request.form.get("day", "").strip() or formats.day(current.now())
    day = formats.read_day(typed)
    on = day if day is not None and day >= FIRST_DAY else current.today()
    parties, acts, inputs = _parties(it), _acts(it), _inputs(it)
    deed = Deed(_message_title(it, message), {}, on, _form(it, message))
    more: dict[str, Any] = {
        "day": typed, "parties": parties, "acts": acts, "inputs": inputs, "channel": _channel(),
        "starts": [(name, _message_title(it, name)) for name in messages] if len(messages) > 1 else [],
        "message": message,
    }  # fmt: skip
    if request.method == "GET":
        return draw(it, deed, deed.form.prefill({}, on) if deed.form else {}, **more)
    raw = answered(deed)
    if pressed() or "example" in request.form:
        return draw(it, deed, raw, blank=changed_rows(deed.form, raw), **more)
    clean, errors = clean_answers(deed, raw, None)
    also = [("f-day", t("tryout.wrong_day", day=formats.day(FIRST_DAY)))] if on != day else []
    also += [(f"f-{each.name}", each.error) for each in parties if each.error]
    if errors or also:
        return draw(it, deed, raw, errors, also=also, **more), 422
    told: dict[str, Any] = {
        "process": it.row.process, "parties": _customers(it, parties),
        "settings": {each.name: each.value for each in acts if each.value != it.bundle.manifest.acts[each.name[5:]]},
        "inputs": {each.name[6:]: _value(each.value) for each in inputs if each.value},
    }  # fmt: skip
    step: dict[str, Any] = {"at": tryout.local(datetime.combine(on, time(10), HELSINKI)), "start": message}
    step |= {"channel": more["channel"][0]} if message else {}
    step |= {"data": clean} if clean else {}
    return do(it, deed, step, raw, told={key: value for key, value in told.items() if value}, **more)


def _form(it: Tried, message: str) -> Form | None:
    """The form of the message that begins the case."""
    if not message:
        return None
    with tryout.begun(it.piece) as stage, stage.database.read() as connection:
        versions = published(stage.database).refresh(connection)
        newest = versions.newest(it.row.process)
        return versions.form(it.row.process, newest.number, message) if newest else None


def _message_title(it: Tried, message: str) -> str:
    if not message:
        return it.name
    if message in it.bundle.labels.messages:
        return words.label(it.bundle, "messages", message)
    form = _form(it, message)
    return form.title(i18n.language()) if form else message


def _channel() -> tuple[str, tuple[tuple[str, str], ...]]:
    """How the matter arrives, and what may be chosen."""
    options = ownform.load(ARRIVAL).field_at("/arrival_channel")
    offered = options.options(i18n.language(), current.today()) if options else ()
    chosen = request.form.get("channel", "")
    return (chosen if chosen in dict(offered) else "e_service"), offered


@dataclass(frozen=True, slots=True)
class Role:
    """A party of the run: what it is called, what kind of customer, and whether the matter is theirs."""

    name: str
    title: str
    kind: str
    principal: bool


def _roles(it: Tried) -> list[Role]:
    """The party roles of a process; a part that is played by itself has those of its first story."""
    if it.bundle.kind == "part":
        told = next(iter(it.bundle.stories.values()), {}).get("parties") or {"customer": {}}
        return [
            Role(role, role, str(values.get("kind", "person")), not number)
            for number, (role, values) in enumerate(told.items())
        ]
    found = []
    for role, wanted in it.bundle.manifest.parties.items():
        title = i18n.pick(wanted.name)
        kind = wanted.kind if wanted.kind in ("person", "organisation") else "person"
        found.append(Role(role, title[:1].upper() + title[1:], kind, wanted.principal))
    return found


def _parties(it: Tried) -> list[Asked]:
    """A made-up customer for each role."""
    found = []
    for number, role in enumerate(_roles(it), 1):
        name = f"party-{role.name}"
        value = request.form.get(name, synthetic.example(role.kind, number).name).strip()[:200]
        missing = t("case.party_missing") if role.principal and not value else ""
        found.append(Asked(name, role.title, value, needed=role.principal, error=missing))
    return found


def _customers(it: Tried, parties: Sequence[Asked]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for number, (role, asked_) in enumerate(zip(_roles(it), parties, strict=True), 1):
        if asked_.value:
            example = synthetic.example(role.kind, number)
            codes = {"identity_code": example.identity_code, "business_id": example.business_id}
            told = {"name": asked_.value, "kind": example.kind} | {k: v for k, v in codes.items() if v}
            found[role.name] = told
    return found


def _acts(it: Tried) -> list[Asked]:
    """Where each act of the process happens; what differs from process.toml is a setting of the story."""
    found = []
    options = (("national", t("tryout.act_national")), ("here", t("tryout.act_here")))
    for act, usual in it.bundle.manifest.acts.items():
        chosen = request.form.get(f"acts.{act}", usual)
        known = i18n.known(f"tryout.act_of_{act}")
        found.append(Asked(f"acts.{act}", t(f"tryout.act_of_{act}") if known else act, chosen, options))
    return found


def _inputs(it: Tried) -> list[Asked]:
    """What a part is given by the process that would call it; its first story has an example."""
    if it.bundle.kind != "part":
        return []
    example = next(iter(it.bundle.stories.values()), {}).get("inputs") or {}
    found = []
    for name, type_ in it.bundle.manifest.inputs.items():
        usual = _typed_as(example[name]) if name in example else ""
        found.append(Asked(f"input-{name}", f"{name} ({type_})", request.form.get(f"input-{name}", usual).strip()))
    return found


def _typed_as(value: Any) -> str:
    """A value of an input as somebody would type it."""
    if isinstance(value, date):
        return formats.day(value)
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _value(text: str) -> Any:
    """A typed value of an input: a day, JSON (a number, true, false, a list), or the text itself."""
    day = formats.read_day(text)
    if day is not None:
        return day.isoformat()
    try:
        return orjson.loads(text)
    except ValueError:
        return text
