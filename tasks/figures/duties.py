"""Which deadlines bind the authority itself, as deadlines.toml says; the others are somebody else's time."""

from __future__ import annotations

from engine.bundle import Bundle
from engine.register import AUTHORITY
from tasks.published import Published

Names = frozenset[tuple[str, str]]
"""(folder, name) of deadlines"""

_OF: dict[str, Names] = {}
"""by content hash: a version never changes"""


def duties(versions: Published) -> Names:
    """The deadlines, by folder and name, that bind the authority in any published version."""
    return frozenset().union(*(_of(versions.bundle(row.process, row.number)) for row in versions.rows))


def _of(bundle: Bundle) -> Names:
    found = _OF.get(bundle.hash)
    if found is None:
        found = _OF[bundle.hash] = frozenset(
            (bundle.process, name) for name, definition in bundle.deadlines.items() if definition.binds == AUTHORITY
        )
    return found
