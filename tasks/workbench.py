"""What `asiavirta check` says of a draft: its folder beside the published ones, read once for each content."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.errors import Finding, Rewrite
from tasks.check import folder_findings
from tasks.published import Published

MOST_KEPT = 8


@dataclass(frozen=True)
class Examined:
    """A draft's folder as it could be read, with what was found in it."""

    bundle: Bundle
    rewrites: tuple[Rewrite, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """What stops it from being published."""
        return tuple(finding for finding in self.findings if finding.severity == "error")

    def of_file(self, path: str) -> tuple[Finding, ...]:
        """What was found in one file."""
        return tuple(finding for finding in self.findings if finding.file == path)


_KEPT: OrderedDict[tuple[str, int, str], Examined] = OrderedDict()
_LOCK = threading.Lock()


def examine(process: str, files: Mapping[str, bytes], versions: Published) -> Examined:
    """Check a draft of `process`; its calls and its law are the versions published last."""
    newest_id = versions.rows[-1].id if versions.rows else 0
    key = (process, newest_id, bundles.fingerprint(files))
    with _LOCK:
        if key in _KEPT:
            _KEPT.move_to_end(key)
            return _KEPT[key]
    bundle = bundles.assemble(files, process)
    rewrites, findings = folder_findings(bundle, beside(process, versions))
    found = Examined(bundle, rewrites, tuple(findings))
    with _LOCK:
        _KEPT[key] = found
        while len(_KEPT) > MOST_KEPT:
            _KEPT.popitem(last=False)
    return found


def beside(process: str, versions: Published) -> dict[str, Bundle]:
    """The newest version of every other folder, by process id."""
    newest = {row.process: row for row in versions.rows}
    return {name: versions.bundle(name, row.number) for name, row in newest.items() if name != process}
