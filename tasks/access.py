"""May this person do this to this row, and why: pure yes or no, with a reason that the page puts in words.

Every command makes several of each, so they are named tuples: a frozen dataclass takes four times as long to make.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from tasks.errors import Disqualified, Forbidden, FourEyes

CASEWORK = frozenset({"caseworker", "decision_maker", "payment_approver", "supervisor"})
REACHING = CASEWORK | {"integration"}
"""Access roles whose units and process areas reach cases. What an integration may do there, its token's scopes say."""
ACCESS_OF_WORK = {
    "decision_maker": frozenset({"decision_maker"}),
    "payment_approver": frozenset({"payment_approver"}),
}
"""Work roles that only a certain access role may hold; every other is open to all of REACHING."""


class Role(NamedTuple):
    """One access role with what it covers; None covers all units or all process areas."""

    role: str
    work_roles: frozenset[str]
    units: frozenset[int] | None
    areas: frozenset[str] | None

    def covers(self, unit_id: int, area: str) -> bool:
        """Whether the unit and the process area are within the role."""
        return (self.units is None or unit_id in self.units) and (self.areas is None or area in self.areas)


class Delegation(NamedTuple):
    """A right to decide in force on the day: process and unit, None = any."""

    process: str | None
    unit_id: int | None


class Rights(NamedTuple):
    """What a person may do, as it was when the case row was locked."""

    user_id: int | None
    active: bool = True
    roles: tuple[Role, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    disqualified: bool = False
    completed: frozenset[str] = frozenset()
    """element paths that this person has completed on the case"""
    stands_for: frozenset[tuple[int, int]] = frozenset()
    """whose taken tasks in which unit are this person's to complete too: (user id, unit id)"""

    @property
    def house(self) -> bool:
        """The house itself (the clock) needs no role."""
        return self.user_id is None


class Place(NamedTuple):
    """Where the row stands: its unit, process area, process and, for a task, element path and work role."""

    unit_id: int
    area: str
    process: str = ""
    path: str = ""
    work_role: str = ""


class Verdict(NamedTuple):
    """Yes or no, with a reason id and its parameters."""

    allowed: bool
    reason: str
    params: Mapping[str, Any] = MappingProxyType({})
    error: type[Forbidden] = Forbidden

    def require(self) -> None:
        """Raise what the verdict says when it is no."""
        if not self.allowed:
            raise self.error(self.reason, self.params)


def read_rights(user_id: int | None, row: Mapping[str, Any] | None, on: date) -> Rights:
    """Rights from the JSON that the locking query reads; a person without a row is not active."""
    if user_id is None:
        return Rights(None)
    if not row:
        return Rights(user_id, active=False)
    today = on.isoformat()
    roles = tuple(
        Role(r["role"], frozenset(r["work_roles"] or ()), _set(r["units"]), _set(r["areas"]))
        for r in row.get("roles") or ()
        if (r["from_on"] or "") <= today <= (r["to_on"] or "9999")
    )
    delegations = tuple(
        Delegation(d["process"], d["unit_id"])
        for d in row.get("delegations") or ()
        if d["from_on"] <= today <= (d["to_on"] or "9999")
    )
    completed = frozenset(row.get("completed") or ())
    stands_for = frozenset(
        (s["user_id"], s["unit_id"]) for s in row.get("substitutions") or () if s["from_on"] <= today <= s["to_on"]
    )
    return Rights(
        user_id, bool(row["active"]), roles, delegations, bool(row.get("disqualified")), completed, stands_for
    )


def _set(values: Sequence[Any] | None) -> frozenset[Any] | None:
    return None if values is None else frozenset(values)


def see(rights: Rights, place: Place) -> Verdict:
    """May the person see the case: a casework role in its unit and area, and not disqualified from it.

    `reason` also answers "why do I see this".
    """
    if verdict := _barred(rights):
        return verdict
    fitting = [role for role in rights.roles if role.role in REACHING]
    if not fitting:
        return Verdict(False, "no_access_role")
    covering = [role for role in fitting if role.covers(place.unit_id, place.area)]
    if not covering:
        return _out_of_reach(fitting, place)
    return Verdict(True, "role_in_unit", {"role": covering[0].role, "unit": place.unit_id})


def sort(rights: Rights, unit_id: int | None, areas: Collection[str]) -> Verdict:
    """May the person see a message without a case and find its place: casework in its unit and one of its areas.

    A message of no unit concerns every unit.
    """
    if verdict := _barred(rights):
        return verdict
    for role in rights.roles:
        here = role.units is None or unit_id is None or unit_id in role.units
        if role.role in CASEWORK and here and (role.areas is None or not role.areas.isdisjoint(areas)):
            return Verdict(True, "message_in_unit", {"role": role.role, "unit": unit_id})
    return Verdict(False, "no_access_role")


def work(rights: Rights, place: Place) -> Verdict:
    """May the person do the task: an access role that fits, with the work role, in the unit and process area."""
    if verdict := _barred(rights):
        return verdict
    fits = ACCESS_OF_WORK.get(place.work_role, REACHING)
    fitting = [role for role in rights.roles if role.role in fits]
    if not fitting:
        return Verdict(False, "no_access_role", {"work_role": place.work_role, "needed": sorted(fits)})
    skilled = [role for role in fitting if place.work_role in role.work_roles]
    if not skilled:
        return Verdict(False, "no_work_role", {"work_role": place.work_role})
    covering = [role for role in skilled if role.covers(place.unit_id, place.area)]
    if not covering:
        return _out_of_reach(skilled, place)
    return Verdict(
        True, "work_role_in_unit", {"role": covering[0].role, "work_role": place.work_role, "unit": place.unit_id}
    )


def decide(rights: Rights, place: Place, delegated: Sequence[str]) -> Verdict:
    """May the person decide: a delegation in force where process.toml lists the step under `delegated`."""
    if rights.house or not matches(place.path, delegated):
        return Verdict(True, "no_delegation_needed")
    for delegation in rights.delegations:
        if delegation.process in (None, place.process) and delegation.unit_id in (None, place.unit_id):
            return Verdict(True, "delegation", {"process": place.process})
    return Verdict(False, "no_delegation", {"process": place.process, "path": place.path})


def other_side(rights: Rights, path: str, pairs: Sequence[tuple[str, str, str]]) -> tuple[str, str] | None:
    """The four-eyes pair (id, path done) whose other side this person has completed on the case, or None."""
    if not rights.completed:
        return None
    for pair, first, second in pairs:
        for mine, other in ((first, second), (second, first)):
            if matches(path, (mine,)):
                done = next((p for p in sorted(rights.completed) if matches(p, (other,))), None)
                if done is not None:
                    return pair, done
    return None


def four_eyes(pair: str, done: str) -> Verdict:
    """The refusal of a person who stands on both sides of a pair."""
    return Verdict(False, "four_eyes", {"pair": pair, "done": done}, FourEyes)


def supervise(rights: Rights, place: Place) -> Verdict:
    """May the person assign others' work: a supervisor of the unit and process area (or an integration there)."""
    if verdict := _barred(rights):
        return verdict
    fitting = [role for role in rights.roles if role.role in ("supervisor", "integration")]
    if not fitting:
        return Verdict(False, "no_access_role", {"needed": ["supervisor"]})
    if not any(role.covers(place.unit_id, place.area) for role in fitting):
        return _out_of_reach(fitting, place)
    return Verdict(True, "supervisor", {"unit": place.unit_id})


def govern(rights: Rights, units: Collection[int] | None, area: str | None) -> Verdict:
    """May the person set or grant what concerns these units and this process area (None: all of them).

    An operator may anywhere, a supervisor where one role covers all that it concerns.
    """
    anywhere = hold_role(rights, "operator")
    supervisor = hold_role(rights, "supervisor")
    if anywhere.allowed or not supervisor.allowed:
        return anywhere
    for role in rights.roles:
        wide = role.units is None or (bool(units) and role.units >= set(units or ()))
        if role.role == "supervisor" and wide and (role.areas is None or area in role.areas):
            return supervisor
    return Verdict(False, "outside_supervision")


def move(rights: Rights, area: str) -> Verdict:
    """May the person move running cases of a process area: an operator, or a process owner of the area."""
    anywhere = hold_role(rights, "operator")
    owner = hold_role(rights, "process_owner")
    if anywhere.allowed:
        return anywhere
    if not owner.allowed:
        return Verdict(False, "not_mover" if rights.active else "inactive")
    if any(role.role == "process_owner" and (role.areas is None or area in role.areas) for role in rights.roles):
        return owner
    return Verdict(False, "other_area", {"area": area})


def read_drafts(rights: Rights) -> Verdict:
    """May the person read drafts of processes: any process owner, an operator, an auditor."""
    return hold_role(rights, "process_owner", "operator", "auditor")


def own_processes(rights: Rights, *areas: str) -> Verdict:
    """May the person write drafts in these process areas and judge those of others: a process owner of all of them."""
    held = hold_role(rights, "process_owner")
    if rights.house or not held.allowed:
        return held
    roles = [role for role in rights.roles if role.role == "process_owner"]
    for area in areas:
        if not any(role.areas is None or area in role.areas for role in roles):
            return Verdict(False, "other_process_area", {"area": area})
    return held


def hold_role(rights: Rights, *needed: str) -> Verdict:
    """Does the person hold one of these access roles anywhere."""
    if rights.house:
        return Verdict(True, "house")
    if not rights.active:
        return Verdict(False, "inactive")
    held = next((role.role for role in rights.roles if role.role in needed), None)
    if held is None:
        return Verdict(False, "no_access_role", {"needed": sorted(needed)})
    return Verdict(True, "role", {"role": held})


def matches(path: str, listed: Sequence[str]) -> bool:
    """Whether an element path is listed; the repetition index of a multi-instance does not count."""
    return path in listed or ("[" in path and bare(path) in listed)


def bare(path: str) -> str:
    """An element path without the repetition index of multi-instances."""
    return "/".join(piece.split("[", 1)[0] for piece in path.split("/")) if "[" in path else path


def _barred(rights: Rights) -> Verdict | None:
    if rights.house:
        return Verdict(True, "house")
    if not rights.active:
        return Verdict(False, "inactive")
    if rights.disqualified:
        return Verdict(False, "disqualified", error=Disqualified)
    return None


def _out_of_reach(roles: Sequence[Role], place: Place) -> Verdict:
    if any(role.units is None or place.unit_id in role.units for role in roles):
        return Verdict(False, "other_area", {"area": place.area})
    return Verdict(False, "other_unit", {"unit": place.unit_id})
