"""Customers' plans on the board: how they stand, where the debt is, and how it grew or shrank."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tasks.figures.duties import Names
from tasks.figures.plans import Found, Plans
from tasks.figures.targets import Target
from web import current, formats, i18n, sight, words
from web.board import addresses
from web.board.aims import told
from web.board.asking import Asking
from web.board.figure import Drawing, Figure, share
from web.board.pictures import columns
from web.board.results import change
from web.i18n import t

COUNTED = ("debt", "missing", "outdated", "current", "ahead")
"""numbers of plans that are told and listed, in the order of the tables"""


@dataclass(frozen=True, slots=True)
class Line:
    """The plans of one process or unit."""

    name: str
    plans: Plans
    query: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """What the board tells of plans."""

    figures: list[Figure]
    picture: Drawing | None
    """none where no week had any debt"""
    processes: list[Line]
    units: list[Line]
    rules: list[tuple[str, str]]
    """the deadlines that the plans are told by, and their sections of law"""


def section(found: Found | None, ask: Asking, aims: Mapping[str, Target], rules: Names) -> Section | None:
    """The plans of what was asked; None where there are none and there were none."""
    if found is None or not (found.all.n or found.before.n):
        return None
    return Section(
        _figures(found, ask, aims), _picture(found), _lines(found.processes, dict(ask.processes), "process", ask),
        _lines({str(id): plans for id, plans in found.units.items()}, dict(ask.units), "unit", ask),
        _rules(rules),
    )  # fmt: skip


def address(query: Mapping[str, Any], which: str, n: int) -> str:
    """Where the plans behind a number are listed."""
    return addresses.entries(query, "plans", n, which=which)


def _figures(found: Found, ask: Asking, aims: Mapping[str, Target]) -> list[Figure]:
    now, before = found.all, found.before
    counted = {
        which: Figure(
            f"plan_{which}", str(getattr(now, which)), str(getattr(before, which)),
            change(getattr(now, which), getattr(before, which)), address(ask.query, which, 1),
            alarm=which == "debt" and now.debt > 0,
            target=told(aims.get("plan_debt"), now.debt) if which == "debt" else None,
        )
        for which in COUNTED
    }  # fmt: skip
    shares = [None if each is None else round(100 * each) for each in (now.share, before.share)]
    current = Figure(
        "plan_share", share(now.share), share(before.share), change(shares[0], shares[1]), "",
        target=told(aims.get("plan_share"), shares[0]),
    )  # fmt: skip
    return [counted.pop("debt"), current, *counted.values()]


def _picture(found: Found) -> Drawing | None:
    if not any(plans.debt for _, plans in found.weeks):
        return None
    weeks = tuple((formats.day(monday), (plans.missing, plans.outdated)) for monday, plans in found.weeks)
    short = [(name[: name.rindex(".")], values) for name, values in weeks]
    return Drawing(
        "plans", t("board.plan_weeks"), (t("board.plan_missing"), t("board.plan_outdated")), t("board.week"), weeks,
        columns(short),
    )  # fmt: skip


def _lines(found: Mapping[str, Plans], names: Mapping[str, str], limit: str, ask: Asking) -> list[Line]:
    lines = [Line(names.get(key, key), plans, {**ask.query, limit: key}) for key, plans in found.items()]
    return sorted(lines, key=lambda line: (-line.plans.debt, line.name.lower()))


def _rules(names: Names) -> list[tuple[str, str]]:
    versions, today = sight.published(), current.today()
    found = [words.deadline_rule(versions, part, name, today) for part, name in sorted(names)]
    return [(i18n.pick(rule.names), row.statute) for rule in found if rule and (row := rule.row(today))]
