"""The figures of supervisors for other systems, with their definitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import Schema, fields

from engine.products import KINDS
from tasks import area
from tasks.errors import InvalidValue
from tasks.figures import period, small, targets
from tasks.figures.board import Board, Line, read_board
from tasks.figures.conditions import Asked
from tasks.figures.duties import duties
from tasks.figures.period import Period
from tasks.figures.plans import Found, Plans, read_plans
from tasks.figures.products import Products, read_products
from tasks.figures.sums import Sums
from web import current, i18n, sight
from web.api import references
from web.api.bearer import needs, resource, scoped

blueprint = resource("figures", "Figures: how much came in, went out, stands and is late, and how long it took.")

COUNTED: Mapping[str, Callable[[Line], int]] = {
    "late": lambda line: line.late,
    "late_by_law": lambda line: line.late_by_law,
    "open": lambda line: line.open,
    "received": lambda line: line.received,
    "completed": lambda line: line.completed,
    "cancelled": lambda line: line.cancelled,
}
STANDING = ("current", "outdated", "missing", "ahead")
DEFINED = (
    *COUNTED, "median", "p90", "in_time", *(f"plan_{name}" for name in (*STANDING, "debt", "share")),
    *(f"product_{kind}" for kind in KINDS),
)  # fmt: skip
HELD_BACK = "null where 1 to 4 cases stand behind it and the token may not read cases"


class FiguresAsked(Schema):
    """Which figures: of the last four weeks unless days are given."""

    from_on = fields.Date(data_key="from", metadata={"description": "first day"})
    to_on = fields.Date(data_key="to", metadata={"description": "last day; today when only `from` is given"})
    process = fields.String()
    unit = fields.String(metadata={"description": "a unit's id or code"})


class Definition(Schema):
    """What a figure means, and what to do when it worries."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    what = fields.String(required=True)
    act = fields.String(required=True)


class Counts(Schema):
    """The figures of some cases; days are calendar days unless they say otherwise."""

    late = fields.Integer(allow_none=True, required=True, metadata={"description": HELD_BACK})
    late_by_law = fields.Integer(allow_none=True, required=True)
    open = fields.Integer(allow_none=True, required=True)
    received = fields.Integer(allow_none=True, required=True)
    completed = fields.Integer(allow_none=True, required=True)
    cancelled = fields.Integer(allow_none=True, required=True)
    median_days = fields.Integer(allow_none=True, required=True)
    median_working_days = fields.Integer(allow_none=True, required=True)
    p90_days = fields.Integer(allow_none=True, required=True)
    in_time = fields.Float(allow_none=True, required=True, metadata={"description": "share, 0 to 1"})


class OfProcess(Counts):
    """The figures of one process."""

    process = fields.String(required=True)


class MadeBy(Schema):
    """The work products of one kind of one process."""

    process = fields.String(required=True)
    now = fields.Integer(allow_none=True, required=True)
    before = fields.Integer(allow_none=True, required=True)


class Made(Schema):
    """The work products of one kind: how many were made in the period, and in the period before."""

    kind = fields.String(required=True, metadata={"description": ", ".join(KINDS)})
    now = fields.Integer(allow_none=True, required=True, metadata={"description": HELD_BACK})
    before = fields.Integer(allow_none=True, required=True)
    processes = fields.List(fields.Nested(MadeBy), required=True)


class PlansOf(Schema):
    """How the plans of some customers stand: how many there are in each state."""

    current = fields.Integer(allow_none=True, required=True, metadata={"description": HELD_BACK})
    outdated = fields.Integer(allow_none=True, required=True)
    missing = fields.Integer(allow_none=True, required=True)
    ahead = fields.Integer(allow_none=True, required=True)
    debt = fields.Integer(allow_none=True, required=True, metadata={"description": "outdated and missing"})
    share = fields.Float(
        allow_none=True, required=True, metadata={"description": "current of current and debt, 0 to 1"}
    )


class PlansOfProcess(PlansOf):
    """The plans of one process."""

    process = fields.String(required=True)


class AllPlans(Schema):
    """Customers' plans now and when the period began; by process for a token that may read cases."""

    now = fields.Nested(PlansOf, required=True)
    before = fields.Nested(PlansOf, required=True, metadata={"description": "in the evening before the period"})
    processes = fields.List(fields.Nested(PlansOfProcess), required=True)


class Target(Schema):
    """What the area aims at with a figure, and where the number was decided."""

    figure = fields.String(required=True)
    at = fields.Integer(required=True)
    unit = fields.String(required=True, metadata={"description": "days, percent, cases or plans"})
    direction = fields.String(required=True, metadata={"description": "at_most or at_least"})
    source = fields.String(required=True)
    borrowed = fields.Boolean(required=True, metadata={"description": "decided for somebody else, to compare with"})


class Figures(Schema):
    """The figures of a period, those of the period before, by process, and what they mean."""

    from_on = fields.Date(data_key="from", required=True)
    to_on = fields.Date(data_key="to", required=True)
    counted_at = fields.AwareDateTime(required=True)
    now = fields.Nested(Counts, required=True)
    before = fields.Nested(Counts, required=True, metadata={"description": "what stands is told of now only"})
    processes = fields.List(fields.Nested(OfProcess), required=True)
    products = fields.List(
        fields.Nested(Made), required=True,
        metadata={"description": "work products; defined as `product_` and the kind"},
    )  # fmt: skip
    plans = fields.Nested(AllPlans, required=True, metadata={"description": "defined as `plan_` and the name"})
    targets = fields.List(
        fields.Nested(Target), required=True,
        metadata={"description": "in force today, first those of the process asked for; none where areas differ"},
    )  # fmt: skip
    definitions = fields.List(fields.Nested(Definition), required=True)


@blueprint.get("")
@blueprint.arguments(FiguresAsked, location="query")
@blueprint.response(200, Figures)
@needs("figures:read")
def figures(asked: dict[str, Any]) -> dict[str, Any]:
    """The figures of the integration's units."""
    versions = sight.published()
    wanted = _asked(asked)
    with current.database().snapshot() as connection:
        sums = Sums(connection, sight.reached(), wanted, versions.law.calendar)
        board, made, plans = read_board(sums, duties(versions)), read_products(sums), read_plans(sums)
        aims = targets.of(area.values(connection, _units(wanted), current.today()), wanted.process)
    shown = _counts if scoped("cases:read") else _held_back
    return {
        "from_on": wanted.period.from_on, "to_on": wanted.period.to_on, "counted_at": current.now(),
        "now": shown(board.all), "before": shown(board.before), "processes": _by_process(board),
        "products": _products(made), "plans": _plans(plans), "targets": [_target(target) for target in aims.values()],
        "definitions": [_definition(id) for id in DEFINED],
    }  # fmt: skip


def _asked(asked: Mapping[str, Any]) -> Asked:
    today = current.today()
    chosen = period.named(period.NAMED[0], today)
    if asked.get("from_on") or asked.get("to_on"):
        last = asked.get("to_on") or today
        try:
            chosen = Period(asked.get("from_on") or last, last)
        except ValueError as error:
            raise InvalidValue("?query/from", "period", str(error)) from error
    unit = asked.get("unit")
    return Asked(chosen, today, asked.get("process", ""), references.unit(unit) if unit else None)


def _units(asked: Asked) -> list[int] | None:
    """The units that the figures are of; None for all of them."""
    if asked.unit_id is not None:
        return [asked.unit_id]
    limits = [units for units, _ in sight.reached().limits]
    return None if None in limits else sorted({unit for units in limits for unit in units or ()})


def _target(target: targets.Target) -> dict[str, Any]:
    aim = target.aim
    return {
        "figure": aim.figure, "at": target.at, "unit": aim.unit, "source": target.source, "borrowed": target.borrowed,
        "direction": "at_most" if aim.at_most else "at_least",
    }  # fmt: skip


def _counts(line: Line) -> dict[str, Any]:
    return {name: count(line) for name, count in COUNTED.items()} | _times(line)


def _times(line: Line) -> dict[str, Any]:
    return {
        "median_days": line.lead.median, "median_working_days": line.working.median, "p90_days": line.lead.p90,
        "in_time": line.in_time,
    }  # fmt: skip


def _held_back(line: Line) -> dict[str, Any]:
    """The same for who may not read the cases behind it: nothing of groups so small that they single somebody out."""
    counts = {name: small.total(count(line)) for name, count in COUNTED.items()}
    told = line.completed >= small.FEWEST
    return counts | {name: value if told else None for name, value in _times(line).items()}


def _by_process(board: Board) -> list[dict[str, Any]]:
    rows = {process: _counts(line) | {"process": process} for process, line in sorted(board.processes.items())}
    if not scoped("cases:read"):
        for name, count in COUNTED.items():
            for process, n in small.told({id: count(line) for id, line in board.processes.items()}).items():
                rows[process][name] = n
        for process, line in board.processes.items():
            if line.completed < small.FEWEST:
                rows[process].update(dict.fromkeys(_times(line)))
    return list(rows.values())


def _products(found: Products) -> list[dict[str, Any]]:
    """The products by kind and process; nothing of small numbers for who may not read the cases behind them."""
    told = scoped("cases:read")
    rows = []
    for kind, count in found.kinds.items():
        by = {process: counts[kind] for process, counts in sorted(found.processes.items()) if kind in counts}
        shown: Callable[[dict[str, int]], Mapping[str, int | None]] = dict if told else small.told
        now = shown({process: one.now for process, one in by.items()})
        before = shown({process: one.before for process, one in by.items()})
        rows.append({
            "kind": kind,
            "now": count.now if told else small.total(count.now),
            "before": count.before if told else small.total(count.before),
            "processes": [{"process": process, "now": now[process], "before": before[process]} for process in by],
        })  # fmt: skip
    return rows


def _plans(found: Found) -> dict[str, Any]:
    """The plans; for who may not read the cases behind them nothing of small numbers, nor what would give them away."""
    if not scoped("cases:read"):
        return {"now": _few(found.all), "before": _few(found.before), "processes": []}
    rows = [_standing(plans) | {"process": process} for process, plans in sorted(found.processes.items())]
    return {"now": _standing(found.all), "before": _standing(found.before), "processes": rows}


def _standing(plans: Plans) -> dict[str, Any]:
    counts = {name: getattr(plans, name) for name in STANDING}
    return counts | {"debt": plans.debt, "share": plans.share}


def _few(plans: Plans) -> dict[str, Any]:
    counts = small.told({name: int(getattr(plans, name)) for name in STANDING})
    debt = None if None in (counts["outdated"], counts["missing"]) else plans.debt
    return counts | {"debt": debt, "share": None if None in (counts["current"], debt) else plans.share}


def _definition(id: str) -> dict[str, str]:
    return {
        "id": id,
        "name": i18n.t(f"board.{id}"),
        "what": i18n.t(f"board.what.{id}"),
        "act": i18n.t(f"board.do.{id}"),
    }


from web.api import groups  # noqa: E402, F401  # it adds to this resource
