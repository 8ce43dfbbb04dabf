"""The board itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, url_for

from engine.register import AUTHORITY
from tasks import area
from tasks.figures import board as boards
from tasks.figures import coming, products, targets, work
from tasks.figures.board import Board, Line, Rule
from tasks.figures.conditions import AGES
from tasks.figures.duties import duties
from tasks.figures.duties import plans as of_plans
from tasks.figures.plans import read_plans
from tasks.figures.spread import BARS
from tasks.figures.targets import Target
from web import current, formats, i18n, sight, words
from web.board import addresses, asking, blueprint, plans, results
from web.board.aims import told
from web.board.asking import Asking
from web.board.figure import Drawing, Figure, days, share, working_days
from web.board.pictures import columns
from web.board.results import change
from web.i18n import pick, t

WEEK = 7
Aims = Mapping[str, Target]
"""targets by figure"""


@dataclass(frozen=True, slots=True)
class Part:
    """The figures of one process, unit or version."""

    name: str
    line: Line
    query: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RuleLine:
    """How one deadline was kept."""

    name: str
    kind: str
    rule: Rule
    share: str
    met: str
    """where those that were met are listed"""
    missed: str


@blueprint.get("/")
def index() -> Any:
    """What is late, what stands, what came in and went out, how long it took, and where."""
    ask, versions = asking.read(), sight.published()
    with asking.sums(ask.asked) as sums:
        aims = targets.of(area.values(sums.connection, _seen(ask), current.today()), ask.asked.process)
        found = boards.read_board(sums, duties(versions))
        dues = coming.read_due(sums)
        made = products.read_products(sums)
        letters = work.read_letters(sums)
        load = work.read_load(sums)
        planned = of_plans(versions)
        standing = read_plans(sums) if planned else None
    soon = sum(due.n for due in dues if (due.on - current.today()).days < WEEK)
    units = dict(ask.units)
    return render_template(
        "board/index.html", ask=ask, query=ask.query, board=found, figures_now=_standing(found, ask, soon, aims),
        figures=_period(found, ask, aims), aimed=bool(aims), drawings=drawings(found, ask), rules=_rules(found, ask),
        load=load, load_address=lambda row, which, n: addresses.entries(
            ask.query, "load", n, at=row.unit_id, role=row.role, which=which
        ),
        processes=_parts(found.processes, dict(ask.processes), "process", ask),
        units=_parts({str(id): line for id, line in found.units.items()}, units, "unit", ask),
        cases_of=addresses.cases, unit_name=lambda id: unit_name(units, id), role_name=words.work_role, days=days,
        share=share, versions=_versions(found, ask), outcomes=results.outcomes(found, ask),
        letters=results.letters(letters, ask), products=results.kinds(made, ask),
        products_by=results.by_process(made, ask), plans=plans.section(standing, ask, aims, planned),
        plans_at=plans.address, plans_counted=plans.COUNTED,
    )  # fmt: skip


def _seen(ask: Asking) -> list[int]:
    """The units that the figures are of."""
    return [int(unit) for unit, _ in ask.units if ask.asked.unit_id in (None, int(unit))]


def _standing(found: Board, ask: Asking, soon: int, aims: Aims) -> list[Figure]:
    """What stands now: the late first."""
    now, query = found.all, ask.query

    def listed(what: str) -> str:
        return addresses.cases(query, what, 1)

    began = "" if found.open_before is None else str(found.open_before)
    return [
        Figure("late_by_law", str(now.late_by_law), "", "", listed("late_by_law"), alarm=now.late_by_law > 0),
        Figure(
            "late", str(now.late), "", "", listed("late"), alarm=now.late > 0, target=told(aims.get("late"), now.late)
        ),
        Figure("soon", str(soon), "", "", url_for("board.ahead", **query)),
        Figure("open", str(now.open), began, change(now.open, found.open_before), listed("open")),
    ]


def _period(found: Board, ask: Asking, aims: Aims) -> list[Figure]:
    """What happened in the period, beside the period before."""
    now, before = found.all, found.before

    def listed(what: str) -> str:
        return addresses.cases(ask.query, what, 1)

    counted = [
        Figure(name, str(getattr(now, name)), str(getattr(before, name)),
               change(getattr(now, name), getattr(before, name)), listed(name))
        for name in ("received", "completed", "cancelled")
    ]  # fmt: skip
    spreads = [
        Figure("median", f"{days(now.lead.median)} ({working_days(now.working.median)})", days(before.lead.median),
               change(now.lead.median, before.lead.median), listed("completed"),
               target=told(aims.get("median"), now.lead.median)),
        Figure("p90", f"{days(now.lead.p90)} ({working_days(now.working.p90)})", days(before.lead.p90),
               change(now.lead.p90, before.lead.p90), listed("completed"), target=told(aims.get("p90"), now.lead.p90)),
    ]  # fmt: skip
    shares = [None if each is None else round(100 * each) for each in (now.in_time, before.in_time)]
    in_time = Figure(
        "in_time", share(now.in_time), share(before.in_time), change(shares[0], shares[1]), "",
        target=told(aims.get("in_time"), shares[0]),
    )  # fmt: skip
    return [*counted, *spreads, in_time]


def drawings(found: Board, ask: Asking) -> list[Drawing]:
    """Flow over time, ageing and how long completed cases took."""
    weeks = tuple((formats.day(week.monday), (week.received, week.completed)) for week in found.weeks)
    short = [(name[: name.rindex(".")], values) for name, values in weeks]
    ages = tuple((name, (n,)) for name, n in zip(age_names(), found.ages, strict=True))
    took = tuple((name, (n,)) for name, n in zip(_bar_names(), found.all.lead.bars(), strict=True))
    lists = tuple(addresses.cases(ask.query, "aged", 1, age=number) for number in range(len(ages)))
    return [
        Drawing("flow", t("board.flow"), (t("board.received"), t("board.completed")), t("board.week"), weeks,
                columns(short)),
        Drawing("ages", t("board.ages"), (t("board.open"),), t("board.age"), ages,
                columns([(_short(name), values) for name, values in ages]), lists),
        Drawing("lead", t("board.lead_spread"), (t("board.completed"),), t("board.took"), took,
                columns([(_short(name), values) for name, values in took])),
    ]  # fmt: skip


def age_names() -> list[str]:
    """The ages of open cases in words."""
    return _ranges(AGES)


def _bar_names() -> list[str]:
    return _ranges(BARS)


def _ranges(ends: Sequence[int]) -> list[str]:
    firsts = [0, *(end + 1 for end in ends)]
    names = [t("board.range", first=first, last=last) for first, last in zip(firsts, ends, strict=False)]
    return [*names, t("board.over", n=ends[-1])]


def _short(name: str) -> str:
    """The numbers of a range without the word for days, to stand below a bar."""
    return name.rsplit(formats.NBSP, 1)[0]


def _parts(lines: Mapping[str, Line], names: Mapping[str, str], limit: str, ask: Asking) -> list[Part]:
    found = [Part(names.get(key, key), line, ask.query | {limit: key}) for key, line in lines.items()]
    return sorted(found, key=lambda part: (-part.line.late, -part.line.open, part.name))


def _versions(found: Board, ask: Asking) -> list[Part]:
    """The versions of processes, so that one sees whether a change helped."""
    names = dict(ask.processes)
    return [
        Part(t("board.version", name=names.get(process, process), number=number), line,
             ask.query | {"process": process, "version": number})
        for (process, number), line in sorted(found.versions.items())
    ]  # fmt: skip


def _rules(found: Board, ask: Asking) -> list[RuleLine]:
    versions, today = sight.published(), current.today()
    lines: list[tuple[bool, RuleLine]] = []
    for (part, name), rule in found.rules.items():
        told = words.deadline_rule(versions, part, name, today)
        kind = words.kind_of(told) if told else t(f"deadline.kind_{rule.kind}")
        kept = share(rule.met / (rule.met + rule.missed))
        own = told is not None and told.binds == AUTHORITY
        met, missed = (
            addresses.entries(ask.query, state, getattr(rule, state), part=part, name=name)
            for state in ("met", "missed")
        )
        line = RuleLine(i18n.pick(told.names) if told else name, kind, rule, kept, met, missed)
        lines.append((not own, line))
    return [line for _, line in sorted(lines, key=lambda each: (each[0], -each[1].rule.missed, each[1].name))]


def unit_name(names: Mapping[str, str], unit_id: int) -> str:
    """A unit's name out of those supervised."""
    return names.get(str(unit_id)) or pick(current.person().units.get(unit_id, {})) or str(unit_id)
