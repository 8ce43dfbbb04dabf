"""Linked cases: which element of a diagram begins which other case, with what data and for whom (process.toml)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import FeelError, Finding
from engine.feel import Expression
from engine.feel import compile as feel
from engine.said import Said, say
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
        row.findings.error(
            "feel", say("{where}.{name}: {reason}", where=row.where, name=name, reason=error.said), row.where
        )
        return None


def check(bundle: Bundle, find: Callable[[str], Bundle | None]) -> Iterator[Finding]:
    """What the other folders must have for the linked cases of this one; `find` gives a folder by its id."""
    for rule in (rule for rules in bundle.manifest.starts_cases.values() for rule in rules):
        target = find(rule.process)
        gone = say("there is no folder {process!r}", process=rule.process)
        for sentence in [gone] if target is None else _misfits(bundle, rule, target):
            message = say("starts.cases on {on!r}: {sentence}", on=rule.on, sentence=sentence)
            yield Finding("linked-case", "error", message, "process.toml", "starts")


def _misfits(bundle: Bundle, rule: CaseRule, target: Bundle) -> Iterator[Said]:
    manifest = target.manifest
    if manifest.kind != "process":
        yield say("{process} is a {kind}, only a process begins as a case", process=rule.process, kind=manifest.kind)
        return
    if rule.message and rule.message not in manifest.start_messages:
        named = ", ".join(manifest.start_messages) or say("none")
        yield say(
            "the message {message!r} does not start {process}, expected one of {names}",
            message=rule.message, process=rule.process, names=named,
        )  # fmt: skip
    known = (target.forms.get(rule.message) or {}).get("properties") or {}
    for name in sorted(rule.data.keys() - known.keys()):
        form = f"{rule.process}/forms/{rule.message or '(no message)'}.json"
        yield say("{name!r} is no field of {form}", name=name, form=form)
    for role in sorted(rule.parties.keys() - manifest.parties.keys()):
        names = ", ".join(manifest.parties)
        yield say("{process} has no party {role!r}, expected {names}", process=rule.process, role=role, names=names)
    own = bundle.manifest.parties.keys()
    for role, said in rule.parties.items():
        if isinstance(said, str) and own and said not in own:
            yield say(
                "the party {role!r} is {said!r}, expected one of {names}, or FEEL for a code after =",
                role=role, said=said, names=", ".join(own),
            )  # fmt: skip
    if manifest.principal_role not in (rule.parties or own) and own:
        role = manifest.principal_role
        yield say("nobody is the principal customer {role!r} of {process}", role=role, process=rule.process)
