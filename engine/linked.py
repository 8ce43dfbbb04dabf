"""Linked cases: which element of a diagram begins which other case, with what data and for whom (process.toml)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import FeelError, Finding
from engine.feel import Expression
from engine.feel import compile as feel
from engine.table import Table

if TYPE_CHECKING:
    from engine.bundle import Bundle

KINDS = ("follow_up", "part", "rectification", "appeal", "recovery")
"""What the new case is to the one that it comes from."""


@dataclass(frozen=True, slots=True)
class CaseRule:
    """One `[[starts.cases]]`: reaching `on` begins a case of `process`, with answers of its start message.

    `parties` give each role there a role here, or FEEL for a code; empty: the same roles. With `each` a case begins
    for every item of the list, which expressions see as `item`.
    """

    on: str
    process: str
    message: str
    kind: str
    data: Mapping[str, Expression]
    parties: Mapping[str, str | Expression]
    each: Expression | None
    item: str

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """Everything that is evaluated."""
        codes = tuple(found for found in self.parties.values() if isinstance(found, Expression))
        return (*self.data.values(), *codes, *((self.each,) if self.each else ()))


def read_rules(table: Table) -> dict[str, tuple[CaseRule, ...]]:
    """The rules of `[starts]` by the element that begins a case; problems become findings."""
    found: dict[str, tuple[CaseRule, ...]] = {}
    for row in table.tables("cases"):
        rule = _rule(row)
        found[rule.on] = (*found.get(rule.on, ()), rule)
    return found


def _rule(row: Table) -> CaseRule:
    each = row.text("each")
    rule = CaseRule(
        on=row.text("on", required=True),
        process=row.text("process", required=True),
        message=row.text("message"),
        kind=row.choice("kind", KINDS),
        data={name: made for name, source in _texts(row, "data").items() if (made := _feel(row, name, source))},
        parties={role: said for role, source in _texts(row, "parties").items() if (said := _party(row, role, source))},
        each=_feel(row, "each", each) if each else None,
        item=row.text("item", "item"),
    )
    row.finish()
    return rule


def _texts(row: Table, key: str) -> dict[str, str]:
    inner = Table(row.get(key, dict, {}), row.findings, f"{row.where}.{key}")
    return {name: inner.text(name, required=True) for name in inner.values}


def _party(row: Table, role: str, source: str) -> str | Expression | None:
    return _feel(row, role, source[1:]) if source.startswith("=") else source


def _feel(row: Table, name: str, source: str) -> Expression | None:
    try:
        return feel(source)
    except FeelError as error:
        row.findings.error("feel", f"{row.where}.{name}: {error}", row.where)
        return None


def check(bundle: Bundle, find: Callable[[str], Bundle | None]) -> Iterator[Finding]:
    """What the other folders must have for the linked cases of this one; `find` gives a folder by its id."""
    for rule in (rule for rules in bundle.manifest.starts_cases.values() for rule in rules):
        target = find(rule.process)
        for sentence in [f"there is no folder {rule.process!r}"] if target is None else _misfits(bundle, rule, target):
            message = f"starts.cases on {rule.on!r}: {sentence}"
            yield Finding("linked-case", "error", message, "process.toml", "starts")


def _misfits(bundle: Bundle, rule: CaseRule, target: Bundle) -> Iterator[str]:
    manifest = target.manifest
    if manifest.kind != "process":
        yield f"{rule.process} is a {manifest.kind}, only a process begins as a case"
        return
    if rule.message and rule.message not in manifest.start_messages:
        named = ", ".join(manifest.start_messages) or "none"
        yield f"the message {rule.message!r} does not start {rule.process}, expected one of {named}"
    known = (target.forms.get(rule.message) or {}).get("properties") or {}
    for name in sorted(rule.data.keys() - known.keys()):
        yield f"{name!r} is no field of {rule.process}/forms/{rule.message or '(no message)'}.json"
    for role in sorted(rule.parties.keys() - manifest.parties.keys()):
        yield f"{rule.process} has no party {role!r}, expected {', '.join(manifest.parties)}"
    own = bundle.manifest.parties.keys()
    for role, said in rule.parties.items():
        if isinstance(said, str) and own and said not in own:
            yield f"the party {role!r} is {said!r}, expected one of {', '.join(own)}, or FEEL for a code after ="
    if manifest.principal_role not in (rule.parties or own) and own:
        yield f"nobody is the principal customer {manifest.principal_role!r} of {rule.process}"
