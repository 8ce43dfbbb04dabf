"""Uploaded XML is read safely or refused with a sentence."""

from __future__ import annotations

import pytest

from engine import xml
from engine.errors import XmlError


def test_a_plain_document_is_read() -> None:
    root = xml.parse(b"<a><b>text</b></a>", file="a.xml")
    assert root.tag == "a"
    assert root[0].text == "text"


def test_a_doctype_is_refused_with_the_file_name() -> None:
    with pytest.raises(XmlError, match=r"x\.bpmn: found a DOCTYPE"):
        xml.parse(b'<!DOCTYPE a SYSTEM "http://example.invalid/a.dtd"><a/>', file="x.bpmn")


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>',
        b'<!DOCTYPE a [<!ENTITY e "x"><!ENTITY f "&e;&e;&e;">]><a>&f;</a>',
        b"<a>&undefined;</a>",
    ],
)
def test_entities_are_refused(body: bytes) -> None:
    with pytest.raises(XmlError):
        xml.parse(body, file="x.bpmn")


def test_an_oversized_file_is_refused_before_parsing() -> None:
    with pytest.raises(XmlError, match="bytes, at most"):
        xml.parse(b"<" * (xml.MAX_BYTES + 1), file="x.bpmn")


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(XmlError, match="elements"):
        xml.parse(b"<a>" + b"<b/>" * (xml.MAX_ELEMENTS + 1) + b"</a>", file="x.bpmn")


@pytest.mark.parametrize("body", [b"", b"not xml", b"<a>", b"\xff\xfe\x00", b"<a>" * 1000, b'<?xml version="1"'])
def test_broken_files_are_refused_without_a_traceback(body: bytes) -> None:
    with pytest.raises(XmlError, match="not well-formed"):
        xml.parse(body, file="x.bpmn")


def test_the_line_of_the_fault_is_named() -> None:
    with pytest.raises(XmlError) as caught:
        xml.parse(b"<a>\n<b>\n</a>", file="x.bpmn")
    assert caught.value.line == 3
