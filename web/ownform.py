"""Forms of the pages themselves, from JSON files beside their modules: judged and drawn like a task's form."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import orjson

from engine.feel import compile as feel
from forms.form import Form


@cache
def load(path: Path) -> Form:
    """The form of a JSON file that ships with the product; FormDefinitionError when it is broken."""
    return Form.load(orjson.loads(path.read_bytes()), file=path.name, compile=feel)
