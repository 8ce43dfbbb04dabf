"""All stories of a draft played in the background: the order, how far it has come, what failed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Any

from flask import redirect, render_template, url_for

from engine import drawing
from engine.bundle import Bundle
from engine.errors import XmlError
from tasks.commands import rehearsing
from tasks.errors import InvalidValue, NotFound, NotPublishable
from tasks.queries import drafts as queries
from web import current, i18n, sight, steps, words
from web.i18n import t
from web.processes import blueprint, shortfall
from web.processes.desk import desk
from web.processes.drafts import show
from web.processes.ordered import progress

ORDER = ("failed", "late", "waiting", "left", "passed")
LOOKS = {"failed": "late", "late": "late", "passed": "fine", "waiting": "none", "left": "soon"}


@blueprint.post("/drafts/<int:draft_id>/rehearsals")
def begin_rehearsal(draft_id: int) -> Any:
    """Order every story to be played; the worker plays them."""
    it = desk(draft_id)
    try:
        found = rehearsing.order(current.database(), current.actor(), draft_id, now=current.now())
    except NotPublishable:
        return show(it, (("findings", t("draft.has_errors")),)), 422
    except InvalidValue:
        return show(it, (("stories-title", t("draft.no_stories")),)), 422
    return redirect(url_for("processes.rehearsal", draft_id=draft_id, rehearsal_id=found))


@blueprint.get("/drafts/<int:draft_id>/rehearsals/<int:rehearsal_id>")
def rehearsal(draft_id: int, rehearsal_id: int) -> Any:
    """How the stories went, the failed ones first; followed while they are played."""
    it = desk(draft_id)
    with current.database().read() as connection:
        row = queries.rehearsal(connection, rehearsal_id)
        if row is None or row.draft_id != draft_id:
            raise NotFound("rehearsal", rehearsal_id)
        stories = queries.stories(connection, rehearsal_id)
        counts = queries.counts(connection, rehearsal_id)
    bundle = it.examined().bundle
    names = _names(bundle)
    deadlines = {id: i18n.pick(row.names) for id, row in bundle.deadlines.items()}
    marks = painted(bundle, names, row.coverage or ())
    under_way = row.state in ("waiting", "running")
    far = progress(
        t(f"draft.rehearsal_{row.state}"), "draft.played_of", "draft.story_", counts, ORDER, under_way=under_way
    )
    return render_template(
        "processes/drafts/rehearsal.html", it=it, row=row, looks=LOOKS, far=far, marks=marks,
        painted=tuple(steps.steps(words.nodes(bundle), names, marks)) if marks else (),
        stories=sorted(stories, key=lambda one: ORDER.index(one.state)), current_hash=bundle.hash, names=names,
        told=lambda failure: shortfall.told(failure, called(bundle), deadlines),
        part=partial(words.process, sight.published()),
        titles={id: str(source.get("name") or id) for id, source in bundle.stories.items()},
    )  # fmt: skip


def painted(bundle: Bundle, known: Collection[str], coverage: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """What the stories visited and what they missed, by element of the draft's own diagram; empty until it is known."""
    own = next((one for one in coverage if one["process"] == bundle.process), None)
    if own is None:
        return {}
    return {id: "missed" if id in own["missed"] else "visited" for id in known}


def called(bundle: Bundle) -> dict[str, str]:
    """What stories name by id: steps and messages, outcomes, parties."""
    found = {id: i18n.pick(each) for id, each in bundle.labels.outcomes.items()}
    found |= {id: i18n.pick(party.name) for id, party in bundle.manifest.parties.items()}
    return found | {id: i18n.pick(each) for id, each in bundle.labels.messages.items()} | _names(bundle)


def _names(bundle: Bundle) -> dict[str, str]:
    """What the elements are called, as far as the drawing can be read now."""
    try:
        nodes = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes if bundle.bpmn else {}
    except XmlError:
        return {}
    named = {id: {"fi": " ".join(node.name.split()) or id} for id, node in nodes.items()}
    return {id: i18n.pick(names | dict(bundle.labels.elements.get(id, {}))) for id, names in named.items()}


@blueprint.post("/drafts/<int:draft_id>/rehearsals/<int:rehearsal_id>/stop")
def stop_rehearsal(draft_id: int, rehearsal_id: int) -> Any:
    """Leave the stories that have not been played."""
    desk(draft_id)
    rehearsing.stop(current.database(), current.actor(), rehearsal_id, now=current.now())
    return redirect(url_for("processes.rehearsal", draft_id=draft_id, rehearsal_id=rehearsal_id))
