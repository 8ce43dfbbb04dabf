"""What was told of customers' groups, for other systems: what is held back is null for everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from marshmallow import Schema, fields

from tasks import area
from tasks.figures import groups
from tasks.figures.groups import Quarter, Told
from tasks.figures.holding import ALL
from web import current, i18n, sight
from web.api.bearer import needs
from web.api.figures import blueprint

HELD_BACK = "null where it is held back: a group of few customers, or what would tell of one"


class Group(Schema):
    """The cases of one group of customers, of one process or of all."""

    process = fields.String(allow_none=True, required=True, metadata={"description": "null: all processes"})
    trait = fields.String(allow_none=True, required=True, metadata={"description": "null: all cases"})
    group = fields.String(allow_none=True, required=True)
    name = fields.String(required=True)
    received = fields.Integer(allow_none=True, required=True, metadata={"description": HELD_BACK})
    completed = fields.Integer(allow_none=True, required=True)
    mean_days = fields.Integer(
        allow_none=True, required=True, metadata={"description": "calendar days from arrival to completion"}
    )


class QuarterOfGroups(Schema):
    """A quarter of a year in one employment area, as it was counted once and stands."""

    area = fields.Integer(required=True)
    from_on = fields.Date(data_key="from", required=True)
    to_on = fields.Date(data_key="to", required=True)
    counted_on = fields.Date(required=True)
    smallest_group = fields.Integer(required=True, metadata={"description": "customers"})
    groups = fields.List(fields.Nested(Group), required=True)


class Groups(Schema):
    """The quarters that have been counted, the newest first, and what the figures mean."""

    quarters = fields.List(fields.Nested(QuarterOfGroups), required=True)
    definition = fields.String(required=True)


@blueprint.get("/customers")
@blueprint.response(200, Groups)
@needs("figures:read")
def customers() -> dict[str, Any]:
    """Cases by customers' groups in the employment areas of the integration's units."""
    units = set(current.person().units)
    with current.database().read() as connection:
        places = [place.id for place in area.places(connection) if units & set(place.units)]
        quarters = [(place, each) for place in places for each in groups.read_quarters(connection, place)]
    return {
        "quarters": [_quarter(place, each) for place, each in quarters],
        "definition": f"{i18n.t('board.customers_what')} {i18n.t('board.customers_once', n=groups.SETTLED.days)}",
    }


def _quarter(place: int, told: Quarter) -> dict[str, Any]:
    return {
        "area": place, "from_on": told.period.from_on, "to_on": told.period.to_on, "counted_on": told.told_on,
        "smallest_group": told.smallest, "groups": list(_groups(told)),
    }  # fmt: skip


def _groups(told: Quarter) -> Iterator[dict[str, Any]]:
    limits = sight.reached().limits
    reached = [
        process for process in sorted(told.processes)
        if any(processes is None or process in processes for _, processes in limits)
    ]  # fmt: skip
    for process in (ALL, *reached):
        totals = {figure: told.totals[figure].get(process, Told(0)) for figure in groups.FIGURES}
        yield {"process": process or None, "trait": None, "group": None, "name": i18n.t("board.together")} | _told(
            totals
        )
        for trait, names in groups.TRAITS.items():
            for group in names:
                found = {
                    figure: told.groups[figure].get(process, {}).get(trait, {}).get(group, Told(0))
                    for figure in groups.FIGURES
                }
                name = i18n.t(f"board.group_{trait}_{group}")
                yield {"process": process or None, "trait": trait, "group": group, "name": name} | _told(found)


def _told(found: dict[str, Told]) -> dict[str, int | None]:
    received, completed = found["received"], found["completed"]
    return {"received": received.n, "completed": completed.n, "mean_days": completed.days}
