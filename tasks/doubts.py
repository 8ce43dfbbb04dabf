"""Everything that a process folder marks as uncertain, with the file, the place in it and the value (formats.md 19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.bundle import Bundle
from engine.register import FIRST_DAY
from forms.texts import remark
from tasks.formwords import parts


@dataclass(frozen=True, slots=True)
class Doubt:
    """One value in doubt: its file, its key there, the value (None where there is none), the doubt in words."""

    file: str
    key: str
    value: Any
    texts: Mapping[str, str]


def doubts(bundle: Bundle) -> tuple[Doubt, ...]:
    """The doubts of a folder, file by file."""
    return tuple(doubt for doubt in (*_dated(bundle), *_elsewhere(bundle)) if doubt.texts)


def _dated(bundle: Bundle) -> Iterator[Doubt]:
    retention = bundle.manifest.retention
    yield Doubt("process.toml", "retention", retention.years, retention.doubt)
    for deadline in bundle.deadlines.values():
        for row in deadline.rows:
            length = row.length if isinstance(row.length, int) else row.length.source
            key = deadline.name if row.from_on == FIRST_DAY else f"{deadline.name} from {row.from_on}"
            yield Doubt("deadlines.toml", key, f"{length} {row.unit}", row.doubt)
    for parameter in bundle.parameters.values():
        for value in parameter.rows:
            key = f"{parameter.name} from {value.from_on}"
            yield Doubt("parameters.toml", key, value.value, value.doubt or parameter.doubt)


def _elsewhere(bundle: Bundle) -> Iterator[Doubt]:
    for name, table in bundle.decisions.items():
        yield from (Doubt(f"{name}.dmn", id, None, texts) for id, texts in table.doubts)
    for name, form in bundle.forms.items():
        for pointer, part in parts(form):
            yield Doubt(f"forms/{name}.json", pointer, part.get("x-default"), remark(part.get("x-doubt")))
    for entry in bundle.sections.entries.values():
        yield Doubt("sections.toml", entry.citation, None, entry.doubt)
    for name, codes in bundle.codes.items():
        yield Doubt(f"codes/{name}.toml", name, None, remark(codes.get("doubt")))
