"""A drawing as process folders: the files around the diagrams that the product needs to run them."""

from __future__ import annotations

import re
from typing import Any

from engine import definition
from engine.bundle import Bundle
from engine.errors import BundleError
from engine.law import Edition, Law
from tests.engine.drawing import folder
from tests.oracle.sketch import MAIN, MESSAGES, PEOPLE, Drawing

FIELDS = {"ok": "yes_no", "n": "integer"}


class Unusable(Exception):
    """The linter refuses the drawing, so there is nothing to play."""


def build(drawing: Drawing) -> tuple[definition.Definition, Law]:
    """The drawing as the engine runs it; Unusable when the linter refuses it."""
    bundles = {process: bundle_of(drawing, process) for process in drawing.files}
    parts = {process: bundle for process, bundle in bundles.items() if process != MAIN}
    try:
        built = definition.build(bundles[MAIN], parts)
    except BundleError as error:
        raise Unusable(str(error)) from error
    return built, Law.of([Edition(f"{b.process}@1", b) for b in bundles.values()])


def bundle_of(drawing: Drawing, process: str, manifest: str = "") -> Bundle:
    """One process of a drawing as a folder."""
    text = drawing.files[process]
    tasks = re.findall(rf'<(?:{"|".join(PEOPLE)}) id="(\w+)"', text)
    if process != MAIN:
        outputs = "".join(f'{name} = "{source}"\n' for name, source in drawing.outputs[process].items())
        manifest += f'[inputs]\ngiven = "number"\n[outputs]\n{outputs}'
    given: dict[str, Any] = {
        "forms": dict.fromkeys([*tasks, *MESSAGES], FIELDS),
        "files": {f"{process}.bpmn": text},
        "kind": "process" if process == MAIN else "part",
        "messages": MESSAGES,
    }
    body = "".join(f'<userTask id="{task}"/>' for task in tasks)  # for the forms; the file itself is in `files`
    return folder(body, process, manifest=manifest, **given)
