"""Which deadlines bind the authority itself, and which are of customers' plans, as deadlines.toml says."""

from __future__ import annotations

from engine.bundle import Bundle
from engine.register import AUTHORITY
from tasks.published import Published

Names = frozenset[tuple[str, str]]
"""(folder, name) of deadlines"""

_OF: dict[str, tuple[Names, Names]] = {}
"""by content hash: a version never changes"""


def duties(versions: Published) -> Names:
    """The deadlines, by folder and name, that bind the authority in any published version."""
    return frozenset().union(*(_of(versions.bundle(row.process, row.number))[0] for row in versions.rows))


def plans(versions: Published) -> Names:
    """The deadlines, by folder and name, by which a customer's plan is made or renewed in any published version."""
    return frozenset().union(*(_of(versions.bundle(row.process, row.number))[1] for row in versions.rows))


def _of(bundle: Bundle) -> tuple[Names, Names]:
    found = _OF.get(bundle.hash)
    if found is None:
        rules = bundle.deadlines.items()
        own = frozenset((bundle.process, name) for name, rule in rules if rule.binds == AUTHORITY)
        found = _OF[bundle.hash] = (own, frozenset((bundle.process, name) for name, rule in rules if rule.plan))
    return found
