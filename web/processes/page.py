"""A published process: a page with its diagram, deadlines, tasks, letters and versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request

from engine import captions, local
from engine.bundle import Bundle
from tasks import access
from tasks.commands import migrating
from tasks.doubts import Doubt, doubts
from tasks.errors import NotFound
from tasks.queries import drafts as draft_queries
from tasks.queries import moves
from tasks.queries import process as queries
from web import current, formats, i18n, rule, sight, steps, words
from web.i18n import t
from web.processes import blueprint, library
from web.processes.desk import LOOKS
from web.processes.uncertain import place
from web.rule import RuleTold


@dataclass(frozen=True, slots=True)
class DeadlineShown:
    """A deadline rule in words, by its row in force today (or its last one)."""

    name: str
    kind: str
    law: str
    told: RuleTold


@dataclass(frozen=True, slots=True)
class TaskShown:
    """A user task: what it is called, and whose work it is."""

    name: str
    role: str
    instruction: str


def may_move(process: str) -> bool:
    """Whether the person moves cases of the process to other versions."""
    return migrating.may_move(current.database(), current.actor(), process, current.now()).allowed


@blueprint.get("/<process>")
def page(process: str) -> Any:
    """One folder in one of its versions (`?version=`, the newest by default)."""
    versions = sight.published()
    newest = versions.newest(process)
    if newest is None:
        raise NotFound("process", process)
    number = request.args.get("version", newest.number, type=int)
    bundle = versions.bundle(process, number)
    within, people = library.counted(), library.owners()
    with current.database().read() as connection:
        rows = queries.versions(connection, process)
        running = queries.version_cases(connection, process, within)
        ordered = moves.moves(connection, process)
    nodes = words.nodes(bundle)
    names = {name: words.element(bundle, name) for name, node in nodes.items() if node.name}
    return render_template(
        "processes/page.html",
        process=process,
        number=number,
        name=i18n.pick(bundle.manifest.name),
        manifest=bundle.manifest,
        people=people,
        owner=people.get(bundle.manifest.owner, bundle.manifest.owner),
        versions=rows,
        may_move=bundle.kind == "process" and len(rows) > 1 and may_move(process),
        moves=ordered,
        **_next_versions(bundle),
        running=running,
        steps=tuple(steps.steps(nodes, names, {})),
        tasks=_tasks(bundle),
        deadlines=_deadlines(bundle),
        retention=_retention(bundle),
        copy_of=copy_of(bundle),
        doubts=_doubts(bundle),
        outcomes=[(i18n.pick(texts), texts.get("law", "")) for texts in bundle.labels.outcomes.values()],
    )


def _doubts(bundle: Bundle) -> list[tuple[str, Doubt]]:
    """Each with its place in words; those of dates and values stand beside them in the register."""
    dated = ("deadlines.toml", "parameters.toml")
    return [(place(bundle, each), each) for each in doubts(bundle) if each.file not in dated]


def _next_versions(bundle: Bundle) -> dict[str, Any]:
    """What is to come of a process and what is over: its drafts, its retired versions, and who may begin and retire."""
    rights = sight.rights()
    owns = access.own_processes(rights, bundle.manifest.area).allowed
    with current.database().read() as connection:
        reads = access.read_drafts(rights).allowed
        drafts = draft_queries.of_process(connection, bundle.process) if reads else ()
        retired = draft_queries.retirements(connection, bundle.process)
    retires = owns or access.hold_role(rights, "operator").allowed
    return {
        "drafts": drafts, "looks": LOOKS, "retired": retired, "may_begin": owns,
        "may_copy": bundle.kind != "law" and access.own_processes(rights).allowed,
        "may_try": reads and bundle.kind != "law",
        "may_retire": retires and bundle.kind == "process",
    }  # fmt: skip


@blueprint.get("/<process>/versions/<int:number>/diagram")
def diagram(process: str, number: int) -> Response:
    """The diagram's XML for the drawing on the page, with its words in the language of the page."""
    return drawn(sight.published().bundle(process, number))


def drawn(bundle: Bundle) -> Response:
    """The answer that holds a folder's diagram, its words in the language of the page; NotFound."""
    bpmn, language = bundle.bpmn, i18n.language()
    if bpmn is None:
        raise NotFound("diagram", bundle.process)
    if language != i18n.LANGUAGES[0]:
        bpmn = captions.rename(bpmn, captions.names(bundle, language), file=f"{bundle.process}.bpmn")
    answer = make_response(bpmn)
    answer.headers["Content-Type"] = "application/xml; charset=utf-8"
    return answer


def _retention(bundle: Bundle) -> str:
    """How long cases are kept and by which law; empty where the folder does not say."""
    kept = bundle.manifest.retention
    if kept.years is None:
        return ""
    source = formats.unbroken(i18n.pick(kept.source))
    return f"{formats.remaining(kept.years, 'years')} ({source})" if source else formats.remaining(kept.years, "years")


def copy_of(bundle: Bundle) -> str:
    """Which version of which process a local copy was made from; empty for what is no copy."""
    process, start = local.base_of(bundle)
    if not process:
        return ""
    versions = sight.published()
    found = [row for row in versions.rows if row.process == process and row.hash.startswith(start)]
    name = words.process(versions, process)
    return f"{name}, {t('draft.version_n', n=found[0].number)}" if found else name


def _tasks(bundle: Bundle) -> list[TaskShown]:
    found = []
    for name, node in words.nodes(bundle).items():
        if node.kind in ("userTask", "adHocSubProcess"):  # in one of the latter people choose the next step
            lane = bundle.manifest.lanes.get(node.lane)
            role = words.work_role(lane.role) if lane and lane.role else ""
            found.append(TaskShown(words.element(bundle, name), role, words.instruction(bundle, name)))
    return found


def _deadlines(bundle: Bundle) -> list[DeadlineShown]:
    today = current.today()
    values = rule.values_on(sight.published().law, bundle.process, today)
    return [
        DeadlineShown(
            i18n.pick(it.names), words.kind_of(it), it.law, rule.tell(it, it.row(today) or it.rows[-1], values)
        )
        for it in bundle.deadlines.values()
    ]
