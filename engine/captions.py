"""The words that a drawing shows: read by element id, and replaced in a copy of the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from engine import xml
from engine.bundle import Bundle
from engine.errors import Finding
from engine.notation import BPMN
from engine.said import say

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_NOTE = f"{BPMN}textAnnotation"
_FILE = "labels.toml"


@dataclass(frozen=True, slots=True)
class Caption:
    """One text of a drawing: what it says in Finnish, and of a pool the process inside it ("" for all else)."""

    text: str
    process: str = ""


def drawn(data: bytes, *, file: str) -> dict[str, Caption]:
    """Every text that the drawing shows, by the id of its element; what has no shape and no line shows none."""
    root = xml.parse(data, file=file)
    shown = {shape.get("bpmnElement") for shape in root.iter(f"{_DI}BPMNShape", f"{_DI}BPMNEdge")}
    return {
        id: Caption(" ".join(text.split()), element.get("processRef", ""))
        for id, element, text in _texts(root)
        if id in shown and text.strip()
    }


def rename(data: bytes, names: Mapping[str, str], *, file: str) -> bytes:
    """The same drawing with the names of some elements replaced; nothing else in it changes."""
    root = xml.parse(data, file=file)
    for id, element, _ in list(_texts(root)):
        if id not in names:
            continue
        if element.tag == _NOTE:
            element.find(f"{BPMN}text").text = names[id]
        else:
            element.set("name", names[id])
    written: bytes = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=True)
    return written


def names(bundle: Bundle, language: str) -> dict[str, str]:
    """What a folder calls its messages and the elements of its drawing in Swedish or English, by id."""
    shown = drawn(bundle.bpmn, file=f"{bundle.process}.bpmn") if bundle.bpmn is not None else {}
    pools = {id: bundle.manifest.name for id, caption in shown.items() if _is_own_pool(bundle, caption)}
    tables = (pools, bundle.labels.messages, bundle.labels.elements)
    return {id: texts[language] for table in tables for id, texts in table.items() if texts.get(language)}


def check(bundle: Bundle) -> Iterator[Finding]:
    """Texts of the drawing without Swedish or English, and labels of elements that the drawing does not have."""
    if bundle.bpmn is None:
        return
    shown = drawn(bundle.bpmn, file=f"{bundle.process}.bpmn")
    for id, caption in shown.items():
        texts = bundle.labels.elements.get(id, {})
        if not (texts.get("sv") and texts.get("en")) and not _is_own_pool(bundle, caption):
            message = say(
                "{id}: the drawing says {text!r}, which has no Swedish and English in {file}",
                id=id, text=caption.text, file=_FILE,
            )  # fmt: skip
            yield Finding("label-language", "warning", message, _FILE, id)
    ids = {element.get("id") for element in xml.parse(bundle.bpmn, file=f"{bundle.process}.bpmn").iter("{*}*")}
    for id in sorted(bundle.labels.elements.keys() - ids):
        yield Finding("label-unknown", "warning", say("{id}: no element of the drawing has this id", id=id), _FILE, id)


def _is_own_pool(bundle: Bundle, caption: Caption) -> bool:
    """A pool that says the process's own name needs no label of its own, be the folder read under another id."""
    return bool(caption.process) and caption.text == bundle.manifest.name.get("fi")


def _texts(root: Any) -> Iterator[tuple[str, Any, str]]:
    """The elements of BPMN's own namespace that have an id and a text, with both."""
    for element in root.iter(f"{BPMN}*"):
        text = element.findtext(f"{BPMN}text") if element.tag == _NOTE else element.get("name")
        if element.get("id") and text:
            yield element.get("id"), element, text
