"""Every text that the process folders and the product's own forms show to people, by language."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from engine.bundle import Bundle
from engine.drawing import read
from forms.texts import remark
from tasks.formwords import parts
from tests.workflows.folders import folders

LANGUAGES = ("fi", "sv", "en")
ROOT = Path(__file__).resolve().parents[2]
Texts = Mapping[str, str]


def spoken() -> dict[str, Texts]:
    """Where a text stands -> the text in its languages."""
    found = {f"{name}/{key}": texts for name, bundle in folders().items() for key, texts in _folder(bundle) if texts}
    for path in sorted((ROOT / "web").rglob("*.json")):
        if "vendor" not in path.parts:
            form = json.loads(path.read_text(encoding="utf-8"))
            found |= {f"{path.relative_to(ROOT)}/{key}": texts for key, texts in _form(form)}
    return found


def _folder(bundle: Bundle) -> Iterator[tuple[str, Texts]]:
    manifest = bundle.manifest
    yield "name", manifest.name
    yield "retention", manifest.retention.doubt
    yield from ((f"parties.{role}", party.name) for role, party in manifest.parties.items())
    for name, deadline in bundle.deadlines.items():
        yield f"{name}.name", deadline.names
        yield f"{name}.event", deadline.event
        yield f"{name}.suspension", deadline.suspension
        yield from ((f"{name}.doubt {row.from_on}", row.doubt) for row in deadline.rows)
    for name, parameter in bundle.parameters.items():
        yield f"{name}.name", parameter.names
        yield from ((f"{name}.doubt {row.from_on}", row.doubt or parameter.doubt) for row in parameter.rows)
    yield from ((f"closed {day.on}", day.name) for day in bundle.closed_days)
    yield from _labels(bundle)
    for name, form in bundle.forms.items():
        yield from ((f"{name}{key}", texts) for key, texts in _form(form))
    for name, table in bundle.decisions.items():
        yield from ((f"{name}/{id}.doubt", doubt) for id, doubt in table.doubts)
    for name, codes in bundle.codes.items():
        yield f"{name}.doubt", remark(codes.get("doubt"))
        yield from ((f"{name}/{code['code']}", code["name"]) for code in codes["codes"])


def _labels(bundle: Bundle) -> Iterator[tuple[str, Texts]]:
    drawn = read(bundle.bpmn, file=bundle.process).nodes if bundle.bpmn else {}
    for id, texts in bundle.labels.elements.items():
        node = drawn.get(id)
        if node is not None:
            yield id, {"fi": node.name, "sv": texts["sv"], "en": texts["en"]}
            told = {language: texts.get(f"instruction_{language}", "") for language in LANGUAGES[1:]}
            yield f"{id}.instruction", {"fi": node.documentation, **told} if node.documentation else {}
        letter = {language: texts.get(f"letter_{language}", "") for language in LANGUAGES}
        yield f"{id}.letter", letter if any(letter.values()) else {}
    for table in ("outcomes", "reasons", "options", "messages"):
        for id, texts in getattr(bundle.labels, table).items():
            yield f"{table}.{id}", {language: texts.get(language, "") for language in LANGUAGES}


def _form(form: Mapping[str, Any]) -> Iterator[tuple[str, Texts]]:
    for pointer, part in parts(form):
        others = part.get("x-i18n", {})
        for key in ("title", "description"):
            if key in part:
                yield (
                    f"{pointer}/{key}",
                    {"fi": part[key], **{code: text.get(key, "") for code, text in others.items()}},
                )
        yield from ((f"{pointer}/x-enum/{option}", names) for option, names in part.get("x-enum", {}).items())
        if "x-doubt" in part:
            yield f"{pointer}/x-doubt", remark(part["x-doubt"])
    yield from ((f"/x-checks/{n}", check["message"]) for n, check in enumerate(form.get("x-checks", ())))
