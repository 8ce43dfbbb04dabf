"""What the board is made of: lines with a number, pictures with theirs, and numbers in words."""

from __future__ import annotations

from dataclasses import dataclass

from web import formats
from web.board.aims import Told
from web.board.pictures import Picture
from web.i18n import t


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the board: a number in words now and before, where its cases are, and what it means."""

    id: str
    now: str
    before: str
    change: str
    address: str
    alarm: bool = False
    target: Told | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its title, the names of its series and the same numbers in rows."""

    id: str
    title: str
    series: tuple[str, ...]
    head: str
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    picture: Picture
    addresses: tuple[str, ...] = ()
    """where the cases of each row are"""


def share(value: float | None) -> str:
    """A share in words: 93 %, or a dash when there is none."""
    return "–" if value is None else t("board.percent", n=formats.number(round(100 * value)))


def days(value: int | None) -> str:
    """A number of days in words, or a dash."""
    return "–" if value is None else t("date.unit_days", n=value)


def working_days(value: int | None) -> str:
    """A number of working days in words, or a dash."""
    return "–" if value is None else t("date.unit_working_days", n=value)
