"""Which deadlines bind the authority: those that one of its own steps shows. The others bind somebody outside."""

from __future__ import annotations

from engine import drawing
from engine.bundle import Bundle
from tasks.published import Published

WORK = frozenset({"userTask", "manualTask", "callActivity", "subProcess", "adHocSubProcess", "transaction"})
"""Elements in which the authority works; a wait or an event is somebody else's turn."""

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
        nodes = drawing.read(bundle.bpmn, file=f"{bundle.process}.bpmn").nodes if bundle.bpmn else {}
        lanes = bundle.manifest.lanes
        own = {
            id for id, node in nodes.items()
            if node.kind in WORK and not (node.lane in lanes and lanes[node.lane].outside)
        }  # fmt: skip
        found = _OF[bundle.hash] = frozenset(
            (bundle.process, name)
            for name, definition in bundle.register.definitions.items()
            if own.intersection(definition.elements)
        )
    return found
