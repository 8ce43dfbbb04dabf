"""Every drawing is readable on one sheet of A3."""

from __future__ import annotations

import re

import pytest

from engine.bundle import Bundle
from tests.workflows import layout
from tests.workflows.folders import drawn

SHEET = (400, 277)
"""What a printer leaves of A3 on its side, in millimetres."""
TEXT, SMALLEST = 12, 1.4
"""The height of a label in the drawing's own units, and what it must still be on paper: 4 points."""
PLACED = re.compile(rb"<\w+:(?:Bounds|waypoint) (?P<numbers>[^>]*)/>")
NUMBER = re.compile(rb'(\w+)="(-?[\d.]+)"')


def extent(bpmn: bytes) -> tuple[float, float]:
    """Width and height of everything drawn, labels too."""
    across: list[float] = []
    down: list[float] = []
    for found in PLACED.finditer(bpmn):
        at = {name: float(value) for name, value in NUMBER.findall(found["numbers"])}
        across += [at[b"x"], at[b"x"] + at.get(b"width", 0)]
        down += [at[b"y"], at[b"y"] + at.get(b"height", 0)]
    return max(across) - min(across), max(down) - min(down)


@pytest.mark.parametrize("bundle", drawn(), ids=lambda bundle: bundle.process)
def test_a_drawing_fits_on_a3_with_its_words_readable(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    width, height = extent(bundle.bpmn)
    assert min(SHEET[0] / width, SHEET[1] / height) * TEXT >= SMALLEST, f"{width:g} × {height:g}"


@pytest.mark.parametrize("bundle", drawn(), ids=lambda bundle: bundle.process)
def test_words_cover_nothing_and_lines_keep_off_borders(bundle: Bundle) -> None:
    assert bundle.bpmn is not None
    assert list(layout.faults(layout.read(bundle.bpmn))) == []


def test_a_word_over_a_shape_is_found() -> None:
    (bundle,) = [bundle for bundle in drawn() if bundle.process == "decision"]
    found = layout.read(bundle.bpmn or b"")
    task = found.shapes["decide"]
    found.labels["decided_or_returned"] = task
    assert any("covers decide" in fault for fault in layout.faults(found))
