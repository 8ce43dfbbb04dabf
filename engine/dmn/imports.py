"""Finding the DMN files that a file imports among those beside it: by namespace, or by the place that it names."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from engine import xml
from engine.dmn.element import children
from engine.errors import XmlError

MAX_BESIDE = 100
"""files beside an importing one that are looked at"""


def beside(path: Path) -> dict[str, bytes]:
    """Read the DMN files in the folder of a file and one level below, by their path; none if it imports none."""
    if b"import" not in path.read_bytes()[: xml.MAX_BYTES]:
        return {}
    near = chain(sorted(path.parent.glob("*.dmn")), sorted(path.parent.glob("*/*.dmn")))
    files = [file for file in islice(near, MAX_BESIDE) if file != path and file.stat().st_size <= xml.MAX_BYTES]
    return {file.relative_to(path.parent).as_posix(): file.read_bytes() for file in files}


def imported(root: Any, others: Mapping[str, bytes]) -> list[tuple[Any, str, bytes | None]]:
    """Give each DMN import of a file with the name and the bytes of the file that it means, or None."""
    asked = [e for e in children(root, "import") if "DMN" in e.get("importType", "DMN")]
    if not asked:
        return []
    spaces: dict[str, str] = {}
    for name, data in others.items():
        try:
            spaces.setdefault(xml.parse(data, file=name).get("namespace", ""), name)
        except XmlError:
            continue  # a broken file is found when it is checked itself
    found = []
    for element in asked:
        place = element.get("locationURI", "").removeprefix("./")
        name = place if place in others else spaces.get(element.get("namespace", ""), "")
        found.append((element, name, others.get(name)))
    return found
