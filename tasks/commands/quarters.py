"""Telling the quarters: what is told of customers' groups is counted once, when a quarter has settled, and stands."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Connection, insert, select

from tasks import area
from tasks.db import Database
from tasks.exporting.extent import SMALLEST_GROUP, SMALLEST_GROUP_SETTING
from tasks.figures import groups
from tasks.figures.period import Period
from tasks.models import Area, FigureQuarter, Unit
from tasks.moments import day


def tell_quarters(database: Database, now: datetime) -> int:
    """Tell the quarters that have settled and are not told yet, one transaction each; gives how many."""
    today = day(now)
    with database.read() as connection:
        missing = _missing(connection, today)
    told = 0
    for area_id, period in missing:
        with database.transaction() as connection:
            # only one worker tells at a time: the rows of areas stand for the quarters that are not there yet
            connection.execute(select(Area.id).where(Area.id == area_id).with_for_update())
            if (area_id, period) in _missing(connection, today):
                _tell(connection, area_id, period, today)
                told += 1
    return told


def _missing(connection: Connection, today: date) -> list[tuple[int, Period]]:
    told = {(row.area_id, row.quarter_on) for row in connection.execute(_TOLD)}
    areas = list(connection.execute(select(Area.id).order_by(Area.id)).scalars())
    return [
        (area_id, period)
        for area_id in areas
        for period in groups.settled(today)
        if (area_id, period.from_on) not in told
    ]


_TOLD = select(FigureQuarter.area_id, FigureQuarter.quarter_on)


def _tell(connection: Connection, area_id: int, period: Period, today: date) -> None:
    smallest = _smallest(connection, area_id, today)
    told = groups.tell(groups.count(connection, area_id, period), smallest)
    row = insert(FigureQuarter).values(
        area_id=area_id, quarter_on=period.from_on, told_on=today, smallest=smallest, told=told
    )
    connection.execute(row)


def _smallest(connection: Connection, area_id: int, today: date) -> int:
    """What the area has set, never below what the house asks."""
    units = list(connection.execute(select(Unit.id).where(Unit.area_id == area_id)).scalars())
    set_now = [int(values.get(SMALLEST_GROUP_SETTING, 0)) for values in area.values(connection, units, today)]
    return max([SMALLEST_GROUP, *set_now])
