"""Changes made to a stored drawing by element id, with everything else byte for byte as it was (formats.md 6).

Foreign attributes and extension elements, comments, CDATA, the order and quotes of attributes, line ends and the
encoding stay. Renaming one label gives a difference of one line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.drawing import definitions
from engine.errors import RedrawError, XmlError
from engine.redraw import adding, happening, layout, removing, wording
from engine.redraw.carrying import carry_over
from engine.redraw.change import (
    AddNode,
    Bend,
    Change,
    Connect,
    Define,
    Move,
    PutInLane,
    Reconnect,
    Refer,
    Remove,
    Rename,
    Repeat,
    Resize,
    Rounds,
    SetAttribute,
    SetInput,
    SetText,
    SetTimer,
)  # fmt: skip
from engine.redraw.markup import Markup
from engine.redraw.sheet import Sheet
from engine.said import say

__all__ = [
    "AddNode", "Bend", "Change", "Connect", "Define", "Move", "PutInLane", "Reconnect", "Refer", "Remove",
    "Rename", "Repeat", "Resize", "Rounds", "SetAttribute", "SetInput", "SetText", "SetTimer", "carry_over", "redraw",
]  # fmt: skip
_APPLY: Mapping[type, Callable[[Sheet, Any], None]] = {
    Rename: wording.rename,
    SetAttribute: wording.set_attribute,
    SetText: wording.set_text,
    Define: happening.define,
    SetTimer: happening.set_timer,
    Refer: happening.refer,
    Repeat: happening.repeat,
    Rounds: happening.rounds,
    SetInput: happening.set_input,
    AddNode: adding.add_node,
    Connect: adding.connect,
    Reconnect: adding.reconnect,
    Move: layout.move,
    Resize: layout.resize,
    Bend: layout.bend,
    PutInLane: wording.put_in_lane,
    Remove: removing.remove,
}
# Changes that never touch the same place for different elements: they are made in one go.
_APART = (Rename, Move, Resize, Bend)


def redraw(data: bytes, changes: Sequence[Change], *, file: str) -> bytes:
    """The bytes of a BPMN file after changes, made one after the other; all of them or none.

    XmlError when the file cannot be read; RedrawError names the first change that cannot be made and why.
    """
    definitions(data, file=file)
    sheet = Sheet(Markup(data, file), file)
    touched: set[str] = set()
    for change in changes:
        if type(change) not in _APART or change.id in touched:
            sheet.commit()
            touched.clear()
        _APPLY[type(change)](sheet, change)
        touched.add(change.id)
    sheet.commit()
    result = sheet.markup.bytes()
    try:
        definitions(result, file=file)
    except XmlError as error:
        raise RedrawError(
            say(
                "{file}: the changes would break the file ({reason}), so it is left as it was",
                file=file,
                reason=error.said,
            )
        ) from None
    return result
