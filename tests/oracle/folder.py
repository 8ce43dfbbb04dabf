"""A drawing as process folders: the files around the diagrams that the product needs to run them."""

from __future__ import annotations

import json
import re

from engine import definition
from engine.bundle import Bundle
from engine.errors import BundleError
from engine.law import Edition, Law
from tests.engine.drawing import folder
from tests.oracle.sketch import MAIN, MESSAGES, PEOPLE, Drawing

_TITLES = {"title": "a", "x-i18n": {"sv": {"title": "b"}, "en": {"title": "c"}}}
_FIELDS = {"ok": {"type": "boolean", "x-kind": "yes_no"}, "n": {"type": "integer", "x-kind": "integer"}}
FORM = json.dumps(
    {
        **_TITLES,
        "type": "object",
        "properties": {name: {**field, **_TITLES, "x-secrecy": "ordinary"} for name, field in _FIELDS.items()},
    }
)


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


def bundle_of(drawing: Drawing, process: str) -> Bundle:
    """One process of a drawing as a folder."""
    text = drawing.files[process]
    tasks = re.findall(rf'<(?:{"|".join(PEOPLE)}) id="(\w+)"', text)
    files = {f"{process}.bpmn": text, "process.toml": _manifest(drawing, process)}
    tasks += re.findall(r'<serviceTask id="(\w+)"', text)
    files |= {f"forms/{name}.json": FORM for name in (*tasks, *MESSAGES)}
    return folder("", process, files=files)


def _manifest(drawing: Drawing, process: str) -> str:
    head = 'owner = "o"\narea = "area"\n[name]\nfi = "a"\nsv = "b"\nen = "c"\n[lanes.office]\nrole = "grant_officer"\n'
    if process == MAIN:
        party = 'kind = "person"\nprincipal = true\nname = {fi = "a", sv = "b", en = "c"}'
        return f'id = "{process}"\nkind = "process"\nprefix = "EX"\n{head}[parties.customer]\n{party}\n'
    outputs = "".join(f'{name} = "{source}"\n' for name, source in drawing.outputs[process].items())
    return f'id = "{process}"\nkind = "part"\n{head}[inputs]\ngiven = "number"\n[outputs]\n{outputs}'
