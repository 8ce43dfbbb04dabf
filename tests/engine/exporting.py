"""Drawings as modelling tools export them, for tests: small files in the folder exports."""

from __future__ import annotations

import re
from pathlib import Path

EXPORTS = Path(__file__).parent / "exports"
TOOLS = sorted(path.name.partition(".")[0] for path in EXPORTS.iterdir() if path.suffix in (".bpmn", ".xml"))


def export(tool: str) -> bytes:
    """The drawing of a tool, in the encoding that it declares (the folder itself is all UTF-8)."""
    text = next(path for path in EXPORTS.iterdir() if path.name.startswith(f"{tool}.")).read_bytes().decode()
    declared = re.match(r"""<\?xml[^>]*encoding=["']([^"']+)""", text)
    return text.encode(declared[1] if declared else "utf-8")
