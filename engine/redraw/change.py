"""The changes that can be made to a stored drawing, each by the id of an element."""

from __future__ import annotations

from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rename:
    """Give an element, a flow, a lane, a pool or a text annotation another label."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SetAttribute:
    """Set an attribute, or take it away with None; ours are written `asiavirta:form`."""

    id: str
    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class SetText:
    """Set the text of an element's part (`documentation`, `timerEventDefinition/timeDate`); "" takes the part away."""

    id: str
    part: str
    text: str


@dataclass(frozen=True, slots=True)
class Define:
    """Give an event that says nothing yet its definition: timer, message, error, escalation, signal, conditional."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class SetTimer:
    """Say when a timer is due: `kind` is timeDate, timeDuration or timeCycle; without text none is said."""

    id: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Refer:
    """Let an event or a receive task name a message, error, escalation or signal; a new one is declared."""

    id: str
    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """How often an activity is done: for each of a collection, or a number of times; without both it is done once."""

    id: str
    collection: str = ""
    item: str = ""
    cardinality: str = ""
    sequential: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class Rounds:
    """Until when an activity is done again and again; without a condition and a maximum it is done once."""

    id: str
    condition: str = ""
    maximum: str = ""


@dataclass(frozen=True, slots=True)
class SetInput:
    """What a call, a table or a service is handed under a name, in FEEL; "" hands nothing."""

    id: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class AddNode:
    """Draw a new element in a process or sub-process (`parent`), with its shape at x, y and its lane."""

    id: str
    kind: str
    parent: str
    x: float
    y: float
    width: float
    height: float
    name: str = ""
    lane: str = ""
    attached_to: str = ""


@dataclass(frozen=True, slots=True)
class Connect:
    """Draw a new sequence flow along points, with a label and a condition."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]
    name: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Let a flow begin or end at another element, along other points."""

    id: str
    source: str
    target: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """Put a shape elsewhere; its label goes with it."""

    id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Resize:
    """Give a shape another size."""

    id: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Bend:
    """Draw a flow along other points."""

    id: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class PutInLane:
    """Put an element into a lane of its process, out of any other."""

    id: str
    lane: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out an element with its flows, what lies in it, what hangs on it, and all their shapes; or a flow."""

    id: str


Change = (
    Rename | SetAttribute | SetText | Define | SetTimer | Refer | Repeat | Rounds | SetInput | AddNode | Connect
    | Reconnect | Move | Resize | Bend | PutInLane | Remove
)  # fmt: skip
