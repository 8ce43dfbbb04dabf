"""Drawings with steps that once disagreed, in files: kept for ever, and readable by any BPMN tool."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.match import Step
from tests.oracle.sketch import Drawing

FOLDER = Path(__file__).parent / "seeds"


def keep(folder: Path, drawing: Drawing, steps: Sequence[Step], why: str) -> None:
    """Write a drawing and its steps into a folder of their own."""
    folder.mkdir(parents=True)
    for process, text in drawing.files.items():
        (folder / f"{process}.bpmn").write_text(text)
    told = [{"kind": s.kind, "path": s.path, "nth": s.nth, "answers": s.answers, "word": s.word} for s in steps]
    content = {"why": why, "outputs": drawing.outputs, "steps": told}
    (folder / "case.json").write_text(json.dumps(content, indent=1) + "\n")


def read(folder: Path) -> tuple[Drawing, list[Step]]:
    """The drawing and the steps of a folder."""
    content = json.loads((folder / "case.json").read_text())
    files = {path.stem: path.read_text() for path in sorted(folder.glob("*.bpmn"))}
    return Drawing(files, content["outputs"]), [Step(**step) for step in content["steps"]]


def folders() -> list[Path]:
    """The folders of all that is kept."""
    return sorted(path.parent for path in FOLDER.glob("*/case.json"))
