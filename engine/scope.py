"""Case data in scopes: one for the case and one for each running part, typed when FEEL reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.stored import Shape, restore


class View(Mapping[str, Any]):
    """What an expression sees: items of repeated tasks, then the scope's data, its inputs, and the read-only names."""

    __slots__ = ("_cache", "_extra", "_scope", "_shapes", "functions", "live")

    def __init__(self, scope: Mapping[str, Any], shapes: Mapping[str, Shape], extra: Mapping[str, Any]) -> None:
        self._scope = scope
        self._shapes = shapes
        self._extra = extra
        self._cache: dict[str, Any] = {}
        self.functions: Mapping[str, Callable[..., Any]] = {}
        """our functions of the scope, for those who evaluate outside a run (engine.runner.scope_data)"""
        self.live: Any = None
        """what engine.runner loaded for them"""

    def get(self, key: str, default: Any = None) -> Any:
        """The typed value of a name, or the default."""
        if key in self._extra:
            return self._extra[key]
        if key in self._cache:
            return self._cache[key]
        data = self._scope["data"]
        if key in data:
            value = restore(data[key], self._scope["shapes"].get(key, self._shapes.get(key)))
        elif key == "input":
            value = restore(self._scope.get("input", {}), self._scope.get("input_shapes"))
        else:
            return default
        self._cache[key] = value
        return value

    def __getitem__(self, key: str) -> Any:
        missing = object()
        value = self.get(key, missing)
        if value is missing:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return key in self._extra or key in self._scope["data"] or (key == "input" and "input" in self._scope)

    def __iter__(self) -> Iterator[str]:
        yield from dict.fromkeys([*self._extra, *self._scope["data"], *(["input"] if "input" in self._scope else [])])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def beside(self, names: Mapping[str, Any]) -> View:
        """The same with more names in front."""
        return View(self._scope, self._shapes, {**self._extra, **names})

    def take(self) -> Any:
        """What was loaded, once: a run that went on can not begin again."""
        live, self.live = self.live, None
        return live

    def forget(self, key: str) -> None:
        """The stored value has changed."""
        self._cache.pop(key, None)


class Scopes:
    """The data of a running case by scope id: "" for the case, the call's path for a part."""

    def __init__(self, content: dict[str, dict[str, Any]]) -> None:
        self.content = content
        self._views: dict[str, View] = {}

    def open(self, scope: str, process: str, inputs: dict[str, Any] | None = None, shapes: Shape = None) -> None:
        """Begin a scope with its inputs (a part) or without (a case)."""
        entry: dict[str, Any] = {"process": process, "data": {}, "shapes": {}}
        if inputs is not None:
            entry |= {"input": inputs, "input_shapes": shapes}
        self.content[scope] = entry
        self._views.pop(scope, None)

    def drop(self, scope: str) -> None:
        """Forget a scope."""
        self.content.pop(scope, None)
        self._views.pop(scope, None)

    def process(self, scope: str) -> str:
        """The process that runs in a scope."""
        return str(self.content[scope]["process"])

    def view(self, scope: str, shapes: Mapping[str, Shape], extra: Mapping[str, Any]) -> View:
        """The typed view of a scope; the one without items of repeated tasks is made once."""
        found = self._views.get(scope)
        if found is None or found._extra is not extra:
            found = View(self.content[scope], shapes, extra)
            self._views[scope] = found
        return found

    def write(self, scope: str, name: str, value: Any, shape: Shape = None) -> None:
        """Set a name; a None shape means the form's own."""
        entry = self.content[scope]
        entry["data"][name] = value
        _set(entry["shapes"], name, shape)
        self._changed(scope, name)

    def append(self, scope: str, name: str, value: Any, shape: Shape = None) -> None:
        """Add to the list of a repeated task."""
        entry = self.content[scope]
        before = entry["data"].get(name)
        items = before if isinstance(before, list) else []
        known = entry["shapes"].get(name)
        if shape is not None:
            if not items:
                shapes = [shape]
            elif known == [shape]:
                shapes = known
            else:
                shapes = [*(known * len(items) if known and len(known) == 1 else known or [None] * len(items)), shape]
            entry["shapes"][name] = shapes
        entry["data"][name] = [*items, value]
        self._changed(scope, name)

    def _changed(self, scope: str, name: str) -> None:
        if scope in self._views:
            self._views[scope].forget(name)


def _set(shapes: dict[str, Shape], name: str, shape: Shape) -> None:
    if shape is None:
        shapes.pop(name, None)
    else:
        shapes[name] = shape
