"""`check --law`: which sections of law the folders carry, by what, and why some are carried by nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from engine import citation
from engine.bundle import Bundle
from engine.errors import BundleError, Finding
from engine.law import LAW
from engine.statute.catalogue import Catalogue, Entry
from engine.statute.coverage import STATES, Carried, coverage, findings
from tasks.check import PRODUCT, folders_in, read_folders, siblings
from web import i18n
from web.sentences import tell


@dataclass(frozen=True, slots=True)
class Answer:
    """The sections with what carries them, what is wrong, and the catalogue that they are measured by."""

    catalogue: Catalogue
    sections: tuple[Carried, ...]
    findings: tuple[Finding, ...]

    @property
    def ok(self) -> bool:
        """Every section is carried, or explained."""
        return all(finding.severity != "error" for finding in self.findings)


def ask(paths: Sequence[Path], bundles: Iterable[Bundle]) -> Answer:
    """Measure folders by the catalogue of their law folder: among them, beside them, or the product's own.

    The folders beside them count as well: what they carry is not open.
    """
    asked = {bundle.process: bundle for bundle in bundles}
    beside = {name: bundle for name, bundle in _beside(paths).items() if name not in asked}
    law = asked.get(LAW) or beside.get(LAW)
    if law is None or not law.sections.entries:
        law = next(bundle for bundle in read_folders(PRODUCT) if bundle.process == LAW)
    found = coverage(law.sections, asked.values(), beside.values())
    return Answer(law.sections, found, tuple(findings(law.sections, found, asked.values())))


def _beside(paths: Iterable[Path]) -> dict[str, Bundle]:
    found: dict[str, Bundle] = {}
    for path in paths:
        if path.is_dir():
            for folder in folders_in(path):
                with suppress(BundleError):  # what cannot be read is told of by the check itself
                    found |= siblings(folder)
                break  # the siblings of one are the siblings of all
    return found


def document(answer: Answer, language: str) -> list[dict[str, Any]]:
    """The answer for scripts: one object for each section, in the order of the acts."""
    return [
        {
            "act": each.entry.section.act,
            "section": each.entry.section.number,
            "citation": citation.write(each.entry.citation, language),
            "subject": i18n.pick(each.entry.subject, language),
            "state": each.state,
            "carried_by": [
                {"process": b.process, "kind": b.kind, "id": b.id, "file": b.file} for b in each.bearers
            ],
            "elsewhere": list(each.elsewhere),
            "basis_of": list(each.rests),
            "why": _why(each, answer.catalogue, language),
            "doubt": i18n.pick(each.entry.doubt, language) if each.entry.doubt else "",
        }
        for each in answer.sections
    ]  # fmt: skip


def print_law(answer: Answer, language: str, lang: str) -> None:
    """The answer for people: each act, its sections, and under each what carries it or why nothing does."""
    act = ""
    for each in answer.sections:
        if each.entry.section.act != act:
            act = each.entry.section.act
            click.echo(f"\n{i18n.pick(answer.catalogue.acts[act], language)} ({act})")
        told = citation.write(each.entry.citation, language)
        click.echo(f"\n{told}  {i18n.pick(each.entry.subject, language)}")
        for line in _lines(each, answer.catalogue, language):
            click.echo(f"  {line}")
    click.echo()
    for finding in answer.findings:
        click.echo(f"{finding.file}: {finding.severity}: {tell(finding.message, lang)} [{finding.rule}]")
    click.echo(_summary(answer.sections, language))


def _lines(each: Carried, catalogue: Catalogue, language: str) -> Iterable[str]:
    places: dict[tuple[str, str], list[str]] = {}
    for bearer in each.bearers:
        places.setdefault((bearer.process, bearer.kind), []).append(bearer.id)
    for (process, kind), ids in places.items():
        yield f"{process}: {i18n.translate(f'statute.kind_{kind}', language)} {', '.join(ids)}"
    if why := _why(each, catalogue, language):
        yield why
    if each.entry.doubt:
        yield i18n.translate("statute.doubt", language, doubt=i18n.pick(each.entry.doubt, language))


def _why(each: Carried, catalogue: Catalogue, language: str) -> str:
    """Why a section is not carried by the folders asked about; empty for one that is."""
    entry: Entry = each.entry
    if each.state == "elsewhere":
        return i18n.translate("statute.elsewhere", language, processes=", ".join(each.elsewhere))
    if each.state == "planned":
        name = i18n.pick(catalogue.processes[entry.process], language)
        return i18n.translate("statute.planned", language, number=entry.process, name=name)
    if each.state == "explained":
        return i18n.translate("statute.explained", language, reason=i18n.pick(entry.reason, language))
    return i18n.translate("statute.open", language) if each.state == "open" else ""


def _summary(sections: Sequence[Carried], language: str) -> str:
    counts = {state: sum(each.state == state for each in sections) for state in STATES}
    return i18n.translate("statute.summary", language, total=len(sections), **counts)
