"""Safe loading of XML that somebody uploaded: no DOCTYPE, no entities, bounded size, depth and number of elements."""

from __future__ import annotations

from typing import Any

from lxml import etree

from engine.errors import XmlError
from engine.said import Said, say

MAX_BYTES = 12_000_000
MAX_ELEMENTS = 100_000
_MARKS_PER_ELEMENT = 2  # "<" opens and closes an element


def parse(data: bytes, *, file: str) -> Any:
    """Parse an uploaded XML file into its lxml root element.

    At most MAX_BYTES bytes and MAX_ELEMENTS elements, 256 levels deep (libxml2's own limit); raises XmlError naming
    the file, the line, what was found and what was expected.
    """
    if len(data) > MAX_BYTES:
        raise XmlError(
            say("{file}: {count} bytes, at most {most} are read", file=file, count=len(data), most=MAX_BYTES)
        )
    # Counted before parsing: a tree of a million elements would already have cost the memory.
    if data.count(b"<") > _MARKS_PER_ELEMENT * MAX_ELEMENTS + 1000:
        raise XmlError(say("{file}: more than {most} elements, at most {most} are read", file=file, most=MAX_ELEMENTS))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=False
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", None)
        raise XmlError(
            say("{file}: not well-formed XML: {reason}", file=file, reason=_reason(error, data)), line=line
        ) from None
    _refuse_dtd(root, file)
    return root


def _refuse_dtd(root: Any, file: str) -> None:
    info = root.getroottree().docinfo
    if info.internalDTD is not None or info.doctype:
        raise XmlError(say("{file}: found a DOCTYPE, expected none", file=file), line=1)
    elements = 0
    for node in root.iter():
        if node.tag is etree.Entity:
            raise XmlError(
                say("{file}: found the entity {text}, expected none", file=file, text=node.text), line=node.sourceline
            )
        elements += 1
    if elements > MAX_ELEMENTS:
        raise XmlError(
            say("{file}: {elements} elements, at most {most} are read", file=file, elements=elements, most=MAX_ELEMENTS)
        )


def _reason(error: Exception, data: bytes) -> str | Said:
    if not data.strip():
        return say("empty document")
    return " ".join(str(error).split(" (<string>")[0].split()) or say("nothing that could be read")
