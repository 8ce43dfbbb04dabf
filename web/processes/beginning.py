"""The beginning of a run by hand: what arrives on which day, whose matter it is, and what is so from the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import orjson
from flask import redirect, request, url_for

from engine.bundle import Bundle
from engine.register import Parameter
from engine.story import HELSINKI
from forms.form import Form
from tasks import synthetic, tryout
from tasks.errors import NotFound
from tasks.keksila import FIRST_DAY
from tasks.published import published
from web import current, formats, i18n, rule, words
from web.cases.arrivals import changed_rows, channels, pressed
from web.i18n import t
from web.processes import blueprint
from web.processes.acting import Deed, answered, clean_answers, do, draw
from web.processes.editors import values
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
    pairs, local = _pairs(it), _local(it, on)
    deed = Deed(_message_title(it, message), {}, on, _form(it, message))
    more: dict[str, Any] = {
        "day": typed, "parties": parties, "acts": [*acts, *pairs], "inputs": inputs, "local": local,
        "channel": _channel(),
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
    also += [(f"f-{each.name}", each.error) for each in (*parties, *local) if each.error]
    if errors or also:
        return draw(it, deed, raw, errors, also=also, **more), 422
    step: dict[str, Any] = {"at": tryout.local(datetime.combine(on, time(10), HELSINKI)), "start": message}
    step |= {"channel": more["channel"][0]} if message else {}
    step |= {"data": clean} if clean else {}
    return do(it, deed, step, raw, told=_told(it, parties, acts, pairs, local, inputs), **more)


def _told(
    it: Tried, parties: Sequence[Asked], acts: Sequence[Asked], pairs: Sequence[Asked], local: Sequence[Asked],
    inputs: Sequence[Asked],
) -> dict[str, Any]:  # fmt: skip
    """The head of the story: whose matter it is, and what is so from the start."""
    settings: dict[str, Any] = {
        each.name: each.value for each in acts if each.value != it.bundle.manifest.acts[each.name[5:]]
    }
    told: dict[str, Any] = {
        "process": it.row.process, "parties": _customers(it, parties),
        "settings": settings | {each.name: each.value == "yes" for each in pairs if each.value},
        "parameters": {each.name[6:]: _local_value(it, each) for each in local if each.value},
        "inputs": {each.name[6:]: _value(each.value) for each in inputs if each.value},
    }  # fmt: skip
    return {key: value for key, value in told.items() if value}


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
    offered = channels()
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


def _pairs(it: Tried) -> list[Asked]:
    """The pairs of steps that two people do, which an area may switch on or off."""
    options = (("", t("tryout.as_usual")), ("yes", t("frame.yes")), ("no", t("frame.no")))
    found = []
    for bundle in it.piece.folders.values():
        for pair in bundle.manifest.four_eyes:
            first, second = (_called(it, bundle, path) for path in (pair.first, pair.second))
            name = f"four_eyes.{pair.id}"
            title = t("tryout.four_eyes", first=first, second=second)
            found.append(Asked(name, title, request.form.get(name, ""), options))
    return list({each.name: each for each in found}.values())


def _called(it: Tried, bundle: Bundle, path: str) -> str:
    """What a step is called, be it in the folder or in a part that it calls."""
    first, _, rest = path.partition("/")
    node = words.nodes(bundle).get(first)
    inner = it.piece.folders.get(node.called) if node is not None and rest else None
    return _called(it, inner, rest) if inner else words.element(bundle, path.rpartition("/")[2])


def _parameters(it: Tried) -> dict[str, Parameter]:
    """The values that an area may set for itself, of every folder that the run reaches."""
    found: dict[str, Parameter] = {}
    for bundle in it.piece.folders.values():
        for name, parameter in bundle.parameters.items():
            if parameter.local:
                found.setdefault(name, parameter)
    return found


def _local(it: Tried, on: date) -> list[Asked]:
    """The area's own values, with what they are without one."""
    found = []
    for name, parameter in _parameters(it).items():
        row = parameter.row(on)
        now = rule.value_in_words(parameter, row.value) if row else "–"
        typed = request.form.get(f"local-{name}", "").strip()
        wrong = values.value_fault("", typed, parameter.unit) if typed else []
        title = t("tryout.local_now", name=i18n.pick(parameter.names), now=now)
        found.append(Asked(f"local-{name}", title, typed, error=wrong[0].message(i18n.language()) if wrong else ""))
    return found


def _local_value(it: Tried, asked_: Asked) -> Any:
    return values.value_of(asked_.value, _parameters(it)[asked_.name[6:]].unit, None)


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
