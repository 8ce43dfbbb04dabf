"""Which rows of the rule base's register of deadlines each process claims, and what becomes of them.

A row that a process claims is timed by a diagram (its own, or that of a part it calls), or [untimed] in deadlines.toml
says why no date is computed for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine import drawing
from engine.diagram import Node
from engine.errors import Finding, XmlError
from engine.said import Said, say
from engine.table import Findings, parse

if TYPE_CHECKING:
    from engine.bundle import Bundle

FILE = "claims.toml"
LAW = "law"
_ID = re.compile(r"(?P<family>D-[A-Z]+)-(?P<first>\d\d)(?:–(?P<last>\d\d))?")
_CALLED = re.compile(rb'deadline\(\s*\\?(?:"|&quot;)([a-z0-9_]+)')
_RECEIPTS = frozenset({"letter_received", "e_notice_received"})
"""the law's deadlines that every sent letter counts by"""


def read_claims(data: bytes, findings: Findings) -> dict[str, tuple[str, ...]]:
    """Read claims.toml: the number of a process (P08, SP-PAATOS), or `law`, -> the ids that it claims, one by one."""
    found: dict[str, tuple[str, ...]] = {}
    for number, ranges in parse(data, findings).items():
        matches = [_ID.fullmatch(text) for text in ranges if isinstance(text, str)] if isinstance(ranges, list) else []
        if not matches or None in matches or len(matches) != len(ranges):
            findings.error(
                "claims",
                say(
                    "{number} is {ranges!r}, expected ids such as 'D-PAL-01' or 'D-PAL-01–17'",
                    number=number,
                    ranges=ranges,
                ),
                number,
            )
            continue
        found[number] = tuple(id for match in matches if match is not None for id in _ids(match))
    return found


def _ids(match: re.Match[str]) -> Iterator[str]:
    last = int(match["last"] or match["first"])
    yield from (f"{match['family']}-{number:02}" for number in range(int(match["first"]), last + 1))


def check(bundle: Bundle, parts: Mapping[str, Bundle]) -> list[Finding]:
    """Rows that the folder claims and neither times nor explains, and explanations that are out of date."""
    law = bundle if bundle.process == LAW else parts.get(LAW)
    if law is None or not law.claims:
        return []
    mine = law.claims.get(bundle.manifest.number or bundle.process, ())
    used = timed(bundle, parts)
    found = []
    for id in mine:
        if id not in used and id not in bundle.untimed:
            sentence = say(
                "{id} is a row of {number} that no diagram uses; give [untimed.{id}] its name and its reason",
                id=id, number=bundle.manifest.number or bundle.process,
            )  # fmt: skip
            found.append(_finding("untimed-missing", sentence, id))
    for id in bundle.untimed:
        if id in used:
            found.append(
                _finding("untimed-stale", say("untimed.{id} says why it has no date, but a diagram uses it", id=id), id)
            )
        if id not in mine:
            whose = bundle.manifest.number or bundle.process
            found.append(
                _finding(
                    "untimed-unknown",
                    say("untimed.{id} is no row that {process} claims in {file}", id=id, process=whose, file=FILE),
                    id,
                )
            )
    return found


def _finding(rule: str, sentence: Said, id: str) -> Finding:
    return Finding(rule, "warning", sentence, "deadlines.toml", f"untimed.{id}")


def timed(bundle: Bundle, parts: Mapping[str, Bundle]) -> frozenset[str]:
    """The ids of the register that the folder's diagram uses, and those of the parts that it calls."""
    law = bundle if bundle.process == LAW else parts.get(LAW)
    found: set[str] = set()
    seen, left = {bundle.process}, [bundle]
    while left:
        folder = left.pop()
        found |= _timed(folder, law)
        for name in _calls(folder) - seen:
            seen.add(name)
            left += [parts[name]] if name in parts else []
    return frozenset(found)


def _calls(bundle: Bundle) -> set[str]:
    return {node.called for node in _nodes(bundle) if node.called}


def _nodes(bundle: Bundle) -> tuple[Node, ...]:
    try:
        return tuple(drawing.read(bundle.bpmn, file="").nodes.values()) if bundle.bpmn else ()
    except XmlError:  # told of by the check of the drawing
        return ()


def _timed(bundle: Bundle, law: Bundle | None) -> set[str]:
    nodes = _nodes(bundle)
    ids = {node.id for node in nodes}
    called = {name.decode() for data in bundle.files.values() for name in _CALLED.findall(data)} if nodes else set()
    if any(node.kind == "sendTask" for node in nodes):
        called |= _RECEIPTS
    own = {
        definition.law
        for name, definition in bundle.deadlines.items()
        if name in called or any(element.partition("/")[0] in ids for element in definition.elements)
    }
    national = {d.law for name, d in law.deadlines.items() if name in called} if law is not None else set()
    return (own | national) - {""}
