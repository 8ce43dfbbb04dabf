"""process.toml and labels.toml: what a process is called, who owns it, who does what in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from engine import linked
from engine.correlation import MessageRules, read_rules
from engine.errors import FeelError
from engine.feel import Expression
from engine.feel import compile as feel
from engine.linked import CaseRule
from engine.products import Product, read_products
from engine.said import say
from engine.table import Findings, Table, parse
from engine.timer import Length, parse_length

MOST_RETRIES = 50
KINDS = ("process", "part", "law")
CALLER = "caller"
"""the role of a part's lane whose tasks are done by whoever has the lane in which the part is called"""
TYPES = ("string", "number", "boolean", "date", "datetime", "list", "context", "any")


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane of the diagram: the work role that does its tasks (in a part it may be CALLER), or an outside party."""

    role: str
    outside: bool


@dataclass(frozen=True, slots=True)
class PartyRole:
    """A role that a customer has in a case: employer, candidate; `several` customers may have it at once, or one.

    Its kind is person, organisation or any.
    """

    name: Mapping[str, str]
    kind: str
    principal: bool
    several: bool = False

    def fits(self, kind: str) -> bool:
        """Whether a customer of this kind can have the role."""
        return self.kind in ("any", kind)


@dataclass(frozen=True, slots=True)
class FourEyes:
    """Two steps, given as element paths, that the same person never completes in one case (a parameter per area)."""

    id: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class LetterRules:
    """Who a letter goes to, which data paths it may use, and which parts it must have."""

    to: str
    fields: tuple[str, ...]
    consent: tuple[str, ...]
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a case is kept: years from an event, with the source and the doubt of the time by language."""

    years: int | None = None
    since: str = ""
    source: Mapping[str, str] = field(default_factory=dict)
    doubt: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """process.toml, read and checked."""

    id: str
    kind: str
    number: str
    area: str
    owner: str
    prefix: str
    name: Mapping[str, str]
    basis: tuple[Mapping[str, str], ...]
    lanes: Mapping[str, Lane]
    parties: Mapping[str, PartyRole]
    acts: Mapping[str, str]
    start_messages: tuple[str, ...]
    starts_cases: Mapping[str, tuple[CaseRule, ...]]
    summary_fields: tuple[str, ...]
    retention: Retention
    four_eyes: tuple[FourEyes, ...]
    products: tuple[Product, ...]
    delegated: tuple[str, ...]
    inputs: Mapping[str, str]
    outputs: Mapping[str, Expression]
    letters: Mapping[str, LetterRules]
    messages: Mapping[str, MessageRules]
    retries: Mapping[str, tuple[Length, ...]]
    core: Mapping[str, tuple[str, ...]]
    base: str = ""
    review_on: date | None = None
    """the day on which the owner looks at the doubts next"""

    @property
    def principal_role(self) -> str:
        """The party role of the principal customer."""
        return next((role for role, party in self.parties.items() if party.principal), "")


@dataclass(frozen=True, slots=True)
class Labels:
    """labels.toml: names by language of elements, outcomes, reasons, options, messages; with their section of law."""

    elements: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    messages: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def read_manifest(data: bytes, findings: Findings) -> Manifest:
    """Read process.toml; problems become findings, the result is always usable for further checks."""
    table = Table(parse(data, findings), findings, "")
    kind = table.choice("kind", KINDS)
    starts = table.table("starts")
    manifest = Manifest(
        id=table.text("id", required=True),
        kind=kind,
        number=table.text("number"),
        area=table.text("area"),
        owner=table.text("owner", required=True),
        prefix=table.text("prefix", required=kind == "process"),
        name=table.names("name"),
        basis=tuple(_basis(row) for row in table.tables("basis")),
        lanes={id: _lane(row, kind) for id, row in table.named("lanes").items()},
        parties={role: _party(row) for role, row in table.named("parties").items()},
        acts={act: table.table("acts").choice(act, ("national", "here")) for act in table.get("acts", dict, {})},
        start_messages=starts.texts("messages"),
        starts_cases=linked.read_rules(starts),
        summary_fields=table.texts("summary_fields"),
        retention=_retention(table.table("retention")),
        four_eyes=tuple(_four_eyes(row) for row in table.tables("four_eyes")),
        products=read_products(table.tables("products")),
        delegated=table.texts("delegated"),
        inputs={name: table.table("inputs").choice(name, TYPES) for name in table.get("inputs", dict, {})},
        outputs=_outputs(table.table("outputs")),
        letters={name: _letter(row) for name, row in table.named("letters").items()},
        messages={name: read_rules(row) for name, row in table.named("messages").items()},
        retries=_retries(table.table("retries")),
        core={key: table.table("core").texts(key) for key in table.get("core", dict, {})},
        base=table.text("base"),
        review_on=table.day("review_on"),
    )
    table.finish()
    _check(manifest, findings)
    return manifest


def _check(manifest: Manifest, findings: Findings) -> None:
    principals = [role for role, party in manifest.parties.items() if party.principal]
    if manifest.kind == "process" and len(principals) != 1:
        found = ", ".join(principals) or say("none")
        findings.error(
            "party-principal", say("exactly one party is the principal customer; found {found}", found=found), "parties"
        )
    many = {role for role, party in manifest.parties.items() if party.several}
    for role in sorted(many & set(principals)):
        findings.error(
            "party-principal", say("{role} is the principal customer, of whom there is one", role=role), "parties"
        )
    for name, rules in manifest.letters.items():
        if rules.to in many:
            sentence = say("goes to {to}, a role that several may have; a letter has one recipient", to=rules.to)
            findings.error("letter-recipient", sentence, f"letters.{name}")
    if manifest.kind == "process" and not manifest.start_messages:
        findings.warning("start-message", say("no message starts this process; only people can start it"), "starts")


def _basis(row: Table) -> Mapping[str, str]:
    found = {"act": row.text("act", required=True), "sections": row.text("sections")}
    row.finish()
    row.cited(" ".join(filter(None, found.values())), "sections")
    return found


def _retention(row: Table) -> Retention:
    found = Retention(row.get("years", int), row.text("from"), row.source(), row.remark("doubt"))
    row.finish()
    return found


def _lane(row: Table, kind: str) -> Lane:
    lane = Lane(role=row.text("role"), outside=row.flag("outside"))
    if lane.role == CALLER and kind != "part":
        row.findings.error(
            "lane-role",
            say("{where} has the role of the caller, and only a part is called", where=row.where),
            row.where,
        )
    if bool(lane.role) == lane.outside:
        row.findings.error(
            "lane-role", say("{where} needs either a work role or outside = true", where=row.where), row.where
        )
    row.finish()
    return lane


def _party(row: Table) -> PartyRole:
    kind = row.choice("kind", ("person", "organisation", "any"))
    party = PartyRole(row.names("name"), kind, row.flag("principal"), row.flag("several"))
    row.finish()
    return party


def _four_eyes(row: Table) -> FourEyes:
    pair = FourEyes(row.text("id", required=True), row.text("first", required=True), row.text("second", required=True))
    row.finish()
    return pair


def _letter(row: Table) -> LetterRules:
    rules = LetterRules(row.text("to"), row.texts("fields"), row.texts("consent"), row.texts("requires"))
    row.finish()
    return rules


def _retries(table: Table) -> dict[str, tuple[Length, ...]]:
    """Named cycles of waiting times between the attempts of a call."""
    cycles = {}
    for name in table.values:
        texts = table.texts(name)
        lengths = [parse_length(text) for text in texts]
        cycles[name] = tuple(length for length in lengths if length is not None)
        if None in lengths or len(lengths) > MOST_RETRIES:
            table.findings.error(
                "retries",
                say(
                    "retries.{name} is {texts!r}, expected at most {most} lengths such as PT10M or P1D",
                    name=name,
                    texts=list(texts),
                    most=MOST_RETRIES,
                ),
                "retries",
            )
    return cycles


def _outputs(table: Table) -> dict[str, Expression]:
    outputs = {}
    for name in table.values:
        source = table.text(name)
        try:
            outputs[name] = feel(source)
        except FeelError as error:
            table.findings.error("feel", say("outputs.{name}: {reason}", name=name, reason=error.said), "outputs")
    return outputs


def read_labels(data: bytes, findings: Findings) -> Labels:
    """Read labels.toml; every text must be there in the languages its table needs."""
    table = Table(parse(data, findings), findings, "")
    sections = {}
    for section in ("elements", "outcomes", "reasons", "options", "messages"):
        needed = ("sv", "en") if section == "elements" else ("fi", "sv", "en")
        rows = table.named(section)
        for row in rows.values():
            for language in needed:
                row.text(language, required=True)
            row.citation("law")
        sections[section] = {name: dict(row.values) for name, row in rows.items()}
    table.finish()
    return Labels(**sections)
