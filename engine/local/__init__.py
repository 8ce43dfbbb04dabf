"""A local copy of a folder, and what law locks in its base: nothing of it removed, bypassed or loosened (formats.md 4).

ways: which ways through a drawing avoid an element. steps: elements and flows. rows: forms, tables, deadlines, letters
and four-eyes pairs. core: the [core] of process.toml itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from engine import drawing
from engine.bundle import Bundle
from engine.errors import Finding, XmlError
from engine.local import rows, steps
from engine.said import Said, say

_BASE = re.compile(r"(?P<process>[a-z][a-z0-9_]*)@(?P<hash>[0-9a-f]{12,64})")


def base_of(bundle: Bundle) -> tuple[str, str]:
    """The process that a local copy is of and the content hash (or its beginning) that it was made from; else ""."""
    match = _BASE.fullmatch(bundle.manifest.base)
    return (match["process"], match["hash"]) if match else ("", "")


def check(copy: Bundle, known: Mapping[str, Bundle]) -> list[Finding]:
    """What a local copy may not have done to its base; nothing for a folder that is no copy.

    `known` are folders by process id; the one that `base` names is compared with, whatever version it is in.
    """
    if not copy.manifest.base:
        return []
    process, hash = base_of(copy)
    if not process:
        sentence = say(
            "base is {base!r}, expected a process and the hash of one of its versions, "
            "such as 'pay_subsidy@0123456789ab'",
            base=copy.manifest.base,
        )
        return [_about_base("error", sentence)]
    base = known.get(process)
    if base is None:
        sentence = say(
            "the base {process!r} is not at hand; put its folder beside this one, or check them together",
            process=process,
        )
        return [_about_base("error", sentence)]
    found = list(_compared(copy, base))
    if not base.hash.startswith(hash):
        sentence = say(
            "this copy was made from {process}@{hash}, the base at hand is {process}@{newer}; "
            "bring in what has changed and write the new hash",
            process=process, hash=hash[:12], newer=base.hash[:12],
        )  # fmt: skip
        found.append(_about_base("warning", sentence))
    return found


def _about_base(severity: str, sentence: Said) -> Finding:
    return Finding("copy-base", severity, sentence, "process.toml", "base")


def _compared(copy: Bundle, base: Bundle) -> Iterator[Finding]:
    try:
        drawn = [drawing.read(bundle.bpmn or b"", file=f"{bundle.process}.bpmn") for bundle in (base, copy)]
    except XmlError:  # told of by the check of the drawing itself
        return
    yield from steps.compared(base, copy, *drawn)
    yield from rows.compared(base, copy, drawn[0])


def check_core(bundle: Bundle) -> list[Finding]:
    """The [core] of process.toml locks only what there is: a misspelt id would lock nothing, without a word."""
    core = bundle.manifest.core
    if not core or bundle.bpmn is None:
        return []
    try:
        nodes = set(drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes)
    except XmlError:
        return []
    fields = {
        f"{form}.{name}"
        for form, definition in bundle.forms.items()
        if isinstance(properties := definition.get("properties"), Mapping)
        for name in properties
    }
    known: dict[str, set[str]] = {
        "elements": nodes,
        "extension_points": nodes,
        "deadlines": set(bundle.deadlines),
        "fields": fields,
        "tables": set(bundle.decisions),
        "letters": {name for name, _ in bundle.letters},
    }
    found = []
    for key, names in core.items():
        if key not in known:
            sentence = say("core.{key} locks nothing, expected one of {names}", key=key, names=", ".join(known))
            found.append(Finding("core-unknown", "error", sentence, "process.toml", "core"))
        for name in names if key in known else ():
            if name not in known[key]:
                sentence = say("core.{key} names {name!r}, which this folder does not have", key=key, name=name)
                found.append(Finding("core-unknown", "error", sentence, "process.toml", "core"))
    return found
