"""What a list of work is made of: the queues that a person reaches, and what of them is wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

GROUPS = ("first", "late", "soon", "later", "undated", "paused", "held")
"""The order of the list."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One queue: a unit and a work role, in some processes or (None) in all."""

    unit_id: int
    role: str
    processes: tuple[str, ...] | None = None


Pairs = tuple[Reach, ...]
Absent = tuple[tuple[int, int], ...]
"""people who are away, each in a unit: (user id, unit id)"""


@dataclass(frozen=True, slots=True)
class Queue:
    """Whose work: the person, and the queues that their roles reach."""

    user_id: int
    pairs: Pairs
    """what the person may do"""
    watched: Pairs = ()
    """what the person supervises, beside the former"""
    stands_for: Absent = ()
    """for whom the person stands in"""

    def supervises(self, unit_id: int, process: str) -> bool:
        """Whether the person supervises the unit's tasks in cases of this process."""
        return any(r.unit_id == unit_id and (r.processes is None or process in r.processes) for r in self.watched)

    def serves(self, unit_id: int, role: str, process: str) -> bool:
        """Whether the person's own work roles reach the unit's tasks of this role in cases of this process."""
        return any(
            (r.unit_id, r.role) == (unit_id, role) and (r.processes is None or process in r.processes)
            for r in self.pairs
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """What to show; empty values do not limit.

    `who` is open (mine, what I stand in for and nobody's), mine, free, next (open without mine) or all.
    """

    who: str = "open"
    unit_id: int | None = None
    process: str = ""
    role: str = ""
    element: str = ""
    """a step: the element's id, within a part that is called "part/element\""""
    assignee_id: int | None = None
    """one person's tasks only"""
    group: str = ""
    """one of GROUPS"""

    @property
    def shape(self) -> Filter:
        """What the statement depends on; which step and whose tasks is bound when it runs."""
        step = "/" if "/" in self.element else self.element and "."
        return replace(self, element=step, assignee_id=None if self.assignee_id is None else 0, group="")

    @property
    def bound(self) -> dict[str, Any]:
        """What the statement leaves open of it."""
        folder, _, element = self.element.rpartition("/")
        return {"assignee": self.assignee_id, "folder": folder, "element": element}


@dataclass(frozen=True, slots=True)
class Days:
    """The days that part the groups: today, and the last day that counts as soon."""

    today: date
    soon: date
