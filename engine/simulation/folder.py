"""A process folder with nothing in it, for running a drawing alone."""

from __future__ import annotations

from dataclasses import replace

from engine.bundle import Bundle, fingerprint
from engine.manifest import read_manifest
from engine.table import Findings


def empty_folder(process: str) -> Bundle:
    """A folder of a process id without forms, tables, letters or dates; what it lacks is nobody's mistake."""
    manifest = replace(read_manifest(b'id = "simulated"\nkind = "part"\n', Findings("process.toml")), id=process)
    return Bundle(manifest, {}, fingerprint({process: b""}))
