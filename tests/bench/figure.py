"""One measured figure, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A value with its unit, the floor measured in the same run (None: there is none), and the target.

    `note` says what was measured: row counts, spread, settings.
    """

    name: str
    unit: str
    ours: float
    floor: float | None = None
    most: float | None = None
    most_ratio: float | None = None
    note: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """Ours over the floor."""
        return self.ours / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None when there is no target."""
        checks = []
        if self.most is not None:
            checks.append(self.ours <= self.most)
        if self.most_ratio is not None and self.ratio is not None:
            checks.append(self.ratio <= self.most_ratio)
        return all(checks) if checks else None

    @property
    def target(self) -> str:
        """The target in words."""
        said = []
        if self.most_ratio is not None:
            said.append(f"≤ {self.most_ratio:g} × floor")
        if self.most is not None:
            said.append(f"≤ {self.most:g} {self.unit}")
        return ", ".join(said) or "reported"

    def document(self) -> dict[str, Any]:
        """The figure as JSON."""
        return {
            "name": self.name, "unit": self.unit, "ours": self.ours, "floor": self.floor, "ratio": self.ratio,
            "target": self.target, "met": self.met, "note": self.note, **self.more,
        }  # fmt: skip


def milliseconds(nanoseconds: Sequence[int]) -> float:
    """The median in milliseconds."""
    return median(nanoseconds) / 1e6


def percentile(nanoseconds: Sequence[int], share: float) -> float:
    """The value in milliseconds below which this share lies."""
    ordered = sorted(nanoseconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] / 1e6


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, with their notes below."""
    head = "| figure | ours | floor | ratio | target | met |\n|---|---|---|---|---|---|"
    rows = [
        f"| {f.name} | {_number(f.ours)} {f.unit} | {_number(f.floor)} | {_number(f.ratio)} | {f.target} |"
        f" {'' if f.met is None else 'yes' if f.met else 'NO'} |"
        for f in figures
    ]
    notes = [f"- {f.name}: {f.note}" for f in figures if f.note]
    return "\n".join([head, *rows, "", *notes])


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) and abs(value) >= 10 else f"{value:.2f}"
