"""The folder that a local copy of a process begins from: the same files under another id, with what they copy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import quoteattr

from engine.amend import Change, Put, amend_toml
from engine.bundle import Bundle

HASH = 12
"""characters of the hash by which a copy names its base"""


def copied(
    base: Bundle, process: str, *, area: str, prefix: str, owner: str, name: Mapping[str, str]
) -> dict[str, bytes]:
    """The files of a copy of a folder, by path; all that is not named here is byte for byte that of the base."""
    files = dict(base.files)
    told: list[Change] = [Put(("id",), process), Put(("area",), area), Put(("owner",), owner)]
    if base.kind == "process":
        told.append(Put(("prefix",), prefix))
    told += [Put(("name", language), text) for language, text in name.items()]
    told.append(Put(("base",), f"{base.process}@{base.hash[:HASH]}"))
    files["process.toml"] = amend_toml(files["process.toml"], told, file="process.toml")
    if drawing := files.pop(f"{base.process}.bpmn", None):
        files[f"{process}.bpmn"] = _renamed(drawing, base.process, process, name["fi"])
    for path, data in files.items():
        if path.startswith("stories/") and path.endswith(".toml"):
            files[path] = amend_toml(data, [Put(("process",), process)], file=path)
    return files


def _renamed(drawing: bytes, old: str, new: str, name: str) -> bytes:
    """The drawing of another process: its id where it is given and where it is pointed to, and what it is called."""
    process = re.compile(rf'(<(?:\w+:)?process\b[^>]*?\sid=)"{old}"')
    pointer = re.compile(rf'(\s(?:processRef|bpmnElement)=)"{old}"')
    called = re.compile(r'(<(?:\w+:)?(?:process|participant)\b[^>]*?)\sname="[^"]*"([^>]*?>)')
    own = re.compile(rf'"{new}"')

    def call(found: re.Match[str]) -> str:
        """The pool and the process itself; pools of others keep their names."""
        return f"{found[1]} name={quoteattr(name)}{found[2]}" if own.search(found[0]) else found[0]

    text = pointer.sub(rf'\1"{new}"', process.sub(rf'\1"{new}"', drawing.decode("utf-8")))
    return called.sub(call, text).encode("utf-8")
