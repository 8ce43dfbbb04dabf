"""The sums behind the figures of supervisors (tasks.figures): what each case adds to them, and how far they reach."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tasks.models.base import Base, json, key


class FigureKey(Base):
    """What cases have in common that are summed together; written once, never changed."""

    __tablename__ = "figure_keys"
    __table_args__ = (UniqueConstraint("measure", "process", "version", "unit_id", "about"),)
    id: Mapped[key] = mapped_column(primary_key=True, autoincrement=False)
    measure: Mapped[int] = mapped_column(SmallInteger)
    """tasks.figures.parts.Measure"""
    process: Mapped[str]
    version: Mapped[int]
    unit_id: Mapped[key]
    """the case's unit; 0 where the measure is of the whole house"""
    about: Mapped[str]
    """what else they share, a JSON array of texts that the measure explains"""


class FigureSum(Base):
    """How many there are of one key, day and length."""

    __tablename__ = "figure_sums"
    measure: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    span: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """0: of one day; 1: of a whole month, told by its first day"""
    on_day: Mapped[date] = mapped_column(primary_key=True)
    key_id: Mapped[key] = mapped_column(ForeignKey("figure_keys.id"), primary_key=True, autoincrement=False)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """calendar days that it took"""
    working: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """working days that it took, where the measure tells them"""
    n: Mapped[int]


class FigureCase(Base):
    """What one case has added, so that exactly that can be taken away when the case has changed."""

    __tablename__ = "figure_cases"
    case_id: Mapped[key] = mapped_column(ForeignKey("cases.id"), primary_key=True, autoincrement=False)
    revision: Mapped[int]
    """the case's revision as it was added"""
    parts: Mapped[bytes] = mapped_column(LargeBinary)
    """zlib of a JSON array of [key, ordinal of the day, days, working days, how many]"""


class FigureMark(Base):
    """How far the sums reach: one row."""

    __tablename__ = "figure_marks"
    name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[key | None]
    """every event before it is in the sums (tasks.figures.changed); null until all cases have been compared"""
    compared_on: Mapped[date | None]
    """when every case was last compared with what it has added"""
    calendar: Mapped[str | None]
    """the extra closed days by which working days were counted"""
    recount_from: Mapped[key | None]
    """cases above this id are counted anew because the calendar has changed; null when none are"""


class FigureQuarter(Base):
    """What is told of customers' groups in one quarter of a year: counted once, then it stands (tasks.figures.groups).

    What is held back is not in it.
    """

    __tablename__ = "figure_quarters"
    area_id: Mapped[key] = mapped_column(ForeignKey("areas.id"), primary_key=True, autoincrement=False)
    quarter_on: Mapped[date] = mapped_column(primary_key=True)
    """its first day"""
    told_on: Mapped[date]
    smallest: Mapped[int]
    """customers; smaller groups were held back"""
    told: Mapped[json]
    """figure -> totals and groups -> trait -> process ("" for all) -> group -> [number, mean days] or null"""
