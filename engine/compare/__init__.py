"""Two versions of a folder -> what changed, by element and in order: drawing, forms, tables, dates, words, settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.bundle import Bundle
from engine.compare.change import FACETS, HOWS, WHATS, Change
from engine.compare.dated import compare_dates
from engine.compare.decisions import compare_decisions
from engine.compare.elements import compare_drawings, renamed
from engine.compare.questions import compare_forms
from engine.compare.settings import compare_settings

__all__ = ["FACETS", "HOWS", "WHATS", "Change", "compare", "compare_parts", "renamed"]


def compare(old: Bundle, new: Bundle) -> tuple[Change, ...]:
    """What changed from one version of a folder to another, each change with its file and process."""
    if old.hash == new.hash:
        return ()
    compared = (compare_drawings, compare_forms, compare_decisions, compare_dates, compare_settings)
    return tuple(replace(change, process=new.process) for one in compared for change in one(old, new))


def compare_parts(old: Mapping[str, Bundle], new: Mapping[str, Bundle]) -> tuple[Change, ...]:
    """The same for a process with all that it calls, by process id: parts that came, went, or changed themselves."""
    found: list[Change] = []
    for process in dict.fromkeys([*new, *old]):
        before, after = old.get(process), new.get(process)
        if before is None or after is None:
            how = "added" if before is None else "removed"
            names = (after or before or new[process]).manifest.name
            found.append(Change("part", how, process, name=names, process=process))
        else:
            found += compare(before, after)
    return tuple(found)
