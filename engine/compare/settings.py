"""What differs between two folders' process.toml, labels, code lists, stories and whatever else lies there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from engine.bundle import Bundle
from engine.compare.change import Change, placed

_COMPARED = (".bpmn", ".dmn")
_ELSEWHERE = frozenset({"process.toml", "labels.toml", "deadlines.toml", "parameters.toml", "calendar.toml"})


def compare_settings(old: Bundle, new: Bundle) -> Iterator[Change]:
    """The changes of settings, words, codes, stories and other files."""
    yield from placed(_flat("setting", _toml(old, "process.toml"), _toml(new, "process.toml")), "process.toml")
    yield from placed(_flat("label", _words(old), _words(new)), "labels.toml")
    for name in dict.fromkeys([*old.codes, *new.codes]):
        rows = _flat("code", {name: old.codes.get(name, {})}, {name: new.codes.get(name, {})})
        yield from placed(rows, f"codes/{name}.toml")
    for path in dict.fromkeys([*old.files, *new.files]):
        before, after = old.files.get(path), new.files.get(path)
        if before == after or path in _ELSEWHERE or path.endswith(_COMPARED):
            continue
        if path.startswith(("forms/", "letters/", "codes/")):
            continue
        how = "added" if before is None else "removed" if after is None else "changed"
        what = "story" if path.startswith("stories/") else "file"
        name = path.removeprefix("stories/").removesuffix(".toml") if what == "story" else path
        title = _title(old, name) | _title(new, name) if what == "story" else {}
        yield from placed([Change(what, how, name, "content", name=title)], path)


def _title(bundle: Bundle, story: str) -> dict[str, str]:
    """What a story is called, in whatever language it is written."""
    name = bundle.stories.get(story, {}).get("name")
    return {"fi": name} if isinstance(name, str) and name else {}


def _toml(bundle: Bundle, path: str) -> dict[str, Any]:
    try:
        return tomllib.loads(bundle.files.get(path, b"").decode())
    except (ValueError, RecursionError):
        return {}


def _words(bundle: Bundle) -> dict[str, Any]:
    """labels.toml without the elements, whose names belong to the drawing."""
    labels = bundle.labels
    return {
        "outcomes": labels.outcomes,
        "reasons": labels.reasons,
        "options": labels.options,
        "messages": labels.messages,
    }


def _flat(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """One change for each dotted key whose value differs."""
    before, after = dict(_leaves(old, "")), dict(_leaves(new, ""))
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            how = "added" if key not in before else "removed" if key not in after else "changed"
            yield Change(what, how, key, "value", before.get(key), after.get(key))


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            yield from _leaves(value, path)
        else:
            yield path, value if isinstance(value, (str, bool, int, list)) else str(value)
