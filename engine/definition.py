"""A bundle and the parts that it calls -> a Definition: checked, compiled, immutable, cached and fingerprinted."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from engine import crosscheck
from engine.assemble import assemble, fingerprint
from engine.bundle import Bundle
from engine.diagram import Diagram, Node
from engine.drawing import read
from engine.errors import BundleError, Finding, Rewrite, XmlError
from engine.lint import check_diagram
from engine.manifest import CALLER
from engine.normalise import normalise
from engine.said import say
from engine.spiff import ProcessSpec
from engine.stored import Shape, form_shape

WITH_FORM = ("userTask", "serviceTask")
_CACHE_SIZE = 64
_cache: OrderedDict[tuple[str, ...], Definition] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Element:
    """One element that people see, at its path from the main process; names and instructions by language."""

    path: str
    process: str
    element: str
    kind: str
    name: str
    names: Mapping[str, str]
    role: str
    form: str
    message: str
    lane: str
    multi: bool
    order: int
    instructions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """One folder of a definition: its bundle, its normalised diagram and the shapes of its answers."""

    bundle: Bundle
    diagram: Diagram
    shapes: Mapping[str, Shape]


@dataclass(frozen=True, slots=True)
class Definition:
    """What cases run: the process and every part that it calls, by process id; never changed by a run."""

    process: str
    hash: str
    parts: Mapping[str, Part]
    specs: Mapping[str, ProcessSpec]
    elements: Mapping[str, Element]
    main_ends: tuple[str, ...]
    messages: tuple[str, ...]
    start_messages: tuple[str, ...]
    coverage_elements: Mapping[str, tuple[str, ...]]
    rewrites: Mapping[str, tuple[Rewrite, ...]]
    warnings: tuple[Finding, ...]
    watches: bool = False
    """whether anything in it waits for a condition: an event, or a complex gateway"""

    @property
    def fingerprint(self) -> str:
        """sha256 over the engine objects as they are now: equal before and after every run."""
        return fingerprint(self.specs)

    @property
    def form_types(self) -> Mapping[str, Mapping[str, Shape]]:
        """For each process, the shapes of its forms' answers."""
        return {process: part.shapes for process, part in self.parts.items()}


def build(bundle: Bundle, parts: Mapping[str, Bundle], *, published: bool = False) -> Definition:
    """The definition of a bundle, with the parts to resolve its calls and the `law` folder when it is known.

    Cached by content; raises BundleError with every error found in the diagram and in what it names. What is
    `published` was checked then: a rule that is newer than it stops no running case, so its findings are warnings.
    """
    key = ("published" if published else "", bundle.hash, *(f"{name}:{parts[name].hash}" for name in sorted(parts)))
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    definition = _build(bundle, parts, published)
    with _lock:
        _cache[key] = definition
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return definition


def check(bundle: Bundle, parts: Mapping[str, Bundle]) -> tuple[tuple[Rewrite, ...], tuple[Finding, ...]]:
    """What `build` would rewrite and find in this bundle itself, without raising; its parts are checked apart."""
    found, rewrites, findings = _read_all(bundle, parts)
    if bundle.process in found:
        findings += crosscheck.check(found, bundle.process, parts.get("law"))
        findings += crosscheck.check_calls(found, bundle.process)
    others = {f"{process}.bpmn" for process in rewrites if process != bundle.process}
    return rewrites.get(bundle.process, ()), tuple(finding for finding in findings if finding.file not in others)


def _read_all(
    bundle: Bundle, parts: Mapping[str, Bundle], published: bool = False
) -> tuple[dict[str, Part], dict[str, tuple[Rewrite, ...]], list[Finding]]:
    """The folder and all that it calls, read and linted, as far as they can be."""
    found: dict[str, Part] = {}
    rewrites: dict[str, tuple[Rewrite, ...]] = {}
    findings: list[Finding] = []
    waiting = [bundle]
    while waiting:
        current = waiting.pop(0)
        if current.process in found or current.process in rewrites or current.bpmn is None:
            continue
        file = f"{current.process}.bpmn"
        rewrites[current.process] = ()
        try:
            diagram, rewrites[current.process] = normalise(read(current.bpmn, file=file))
        except XmlError as error:
            findings.append(Finding("xml", "error", error.said, file, error.element, error.line))
            continue
        problems = check_diagram(diagram)
        findings += problems
        if not published and any(finding.severity == "error" for finding in problems):
            continue
        shapes = {name: form_shape(form) for name, form in current.forms.items()}
        found[current.process] = Part(current, diagram, shapes)
        called = [node.called for node in diagram.nodes.values() if node.kind == "callActivity"]
        waiting += [parts[name] for name in called if name in parts]
    return found, rewrites, findings


def _build(bundle: Bundle, parts: Mapping[str, Bundle], published: bool) -> Definition:
    found, rewrites, findings = _read_all(bundle, parts, published)
    if bundle.bpmn is None:
        findings.append(
            Finding("no-diagram", "error", say("the folder has no diagram, so it cannot run"), bundle.process)
        )
    if not published and not any(finding.severity == "error" for finding in findings):
        for process in found:
            findings += crosscheck.check(found, process, parts.get("law"))
        findings += crosscheck.check_calls(found, bundle.process)
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors and (not published or bundle.process not in found):
        raise BundleError(errors)
    return of_parts(found, bundle.process, rewrites, findings)


def of_parts(
    found: Mapping[str, Part], process: str, rewrites: Mapping[str, tuple[Rewrite, ...]], findings: Sequence[Finding]
) -> Definition:
    """The definition of a process whose part, and the parts that it calls, have been read and found usable."""
    specs: dict[str, ProcessSpec] = {}
    for part in found.values():
        specs |= assemble(part.diagram)
    main = found[process].diagram
    elements = {element.path: element for element in _elements(found, process, "", "")}
    return Definition(
        process=process,
        hash=_hash(found),
        parts=found,
        specs=specs,
        elements={path: replace(element, order=order) for order, (path, element) in enumerate(elements.items())},
        main_ends=tuple(n.id for n in main.nodes.values() if n.kind == "endEvent" and main.decides(n.parent)),
        messages=tuple(dict.fromkeys(element.message for element in elements.values() if element.message)),
        start_messages=tuple(
            node.event.ref for node in main.inside("") if node.kind == "startEvent" and node.event is not None
        ),
        coverage_elements={process: tuple(_drawn(part.diagram)) for process, part in found.items()},
        rewrites=rewrites,
        warnings=tuple(findings),
        watches=any(
            n.kind == "complexGateway" or n.about("conditional")
            for part in found.values()
            for n in part.diagram.nodes.values()
        ),
    )


def _hash(found: Mapping[str, Part]) -> str:
    total = hashlib.sha256()
    for process in sorted(found):
        total.update(f"{process}:{found[process].bundle.hash}\n".encode())
    return total.hexdigest()


def _drawn(diagram: Diagram) -> Iterator[str]:
    """The elements that somebody drew; what the normaliser added is not counted."""
    for node in diagram.nodes.values():
        if ":" not in node.id:
            yield node.id


def _elements(found: Mapping[str, Part], process: str, prefix: str, caller: str) -> Iterator[Element]:
    """Those of a part and of what it calls; `caller` is the work role of the lane in which it is called."""
    part = found[process]
    for node in part.diagram.nodes.values():
        element = _element(part, node, process, prefix, caller)
        yield element
        if node.kind == "callActivity":
            yield from _elements(found, node.called, f"{prefix}{node.id}/", element.role)


def _element(part: Part, node: Node, process: str, prefix: str, caller: str) -> Element:
    labels = part.bundle.labels
    message = node.message or (node.event.ref if node.event and node.event.kind == "message" else "")
    texts = labels.elements.get(node.id, {})
    own = {"fi": node.name, **{language: texts[language] for language in ("sv", "en") if texts.get(language)}}
    names = own if node.name else dict(labels.messages.get(message, own))
    instructions = {"fi": node.documentation}
    for language in ("sv", "en"):
        if texts.get(f"instruction_{language}"):
            instructions[language] = texts[f"instruction_{language}"]
    lane = part.bundle.manifest.lanes.get(node.lane)
    role = lane.role if lane else ""
    return Element(
        path=prefix + node.id,
        process=process,
        element=node.id,
        kind=node.kind,
        name=node.name,
        names=names,
        role=caller if role == CALLER else role,
        form=message or (node.attributes.get("form") or node.id if node.kind in WITH_FORM else ""),
        message=message,
        lane=node.lane,
        multi=node.multi is not None,
        order=0,
        instructions=instructions,
    )
