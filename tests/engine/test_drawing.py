"""Whatever file is given, reading it ends in a diagram or in words, soon, and each refusal says where."""

from __future__ import annotations

import codecs
import random
from contextlib import suppress
from time import monotonic

import pytest

from engine import lint
from engine.diagram import Diagram
from engine.drawing import read, read_all
from engine.errors import EngineError, XmlError
from tests.engine.exporting import TOOLS, export

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
HEAD = f'<definitions xmlns="{MODEL}" xmlns:own="urn:own" id="d">'
LINE = (
    '<process id="p"><startEvent id="s"/><task id="työ"/><endEvent id="e"/>'
    '<sequenceFlow id="f" sourceRef="s" targetRef="työ"/><sequenceFlow id="g" sourceRef="työ" targetRef="e"/></process>'
)


def file(*parts: str) -> bytes:
    return f"{HEAD}{''.join(parts)}</definitions>".encode()


def process(body: str, id: str = "p", executable: str = "") -> str:
    flag = f' isExecutable="{executable}"' if executable else ""
    return f'<process id="{id}"{flag}>{body}</process>'


@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-32", "ISO-8859-1", "windows-1252"])
def test_a_drawing_is_read_in_whatever_encoding_it_declares(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?>{HEAD}{LINE}</definitions>'.encode(encoding)
    assert list(read(data, file="x").nodes) == ["s", "työ", "e"]


def test_a_byte_order_mark_alone_tells_the_encoding() -> None:
    assert "työ" in read(file(LINE).decode().encode("utf-16"), file="x").nodes
    assert "työ" in read(codecs.BOM_UTF8 + file(LINE), file="x").nodes


@pytest.mark.parametrize("namespace", ["http://schema.omg.org/spec/BPMN/2.0", "http://www.omg.org/bpmn20"])
def test_a_draft_of_the_standard_is_read_like_the_standard(namespace: str) -> None:
    data = file(LINE).decode().replace("<", "<b:").replace("<b:/", "</b:").replace("xmlns=", "xmlns:b=")
    assert list(read(data.replace(MODEL, namespace).encode(), file="x").nodes) == ["s", "työ", "e"]


def test_references_may_be_qualified_names() -> None:
    body = (
        '<startEvent id="s"><messageEventDefinition messageRef="own:news"/></startEvent><task id="a" default="own:g"/>'
        '<boundaryEvent id="b" attachedToRef="own:a" cancelActivity="0"><timerEventDefinition/></boundaryEvent>'
        '<callActivity id="c" calledElement="own:part"/><sequenceFlow id="f" sourceRef="own:s" targetRef="own:a"/>'
        '<laneSet><lane id="l"><flowNodeRef>own:a</flowNodeRef></lane></laneSet>'
    )
    diagram = read(file('<message id="news"/>', process(body, executable="1")), file="x")
    nodes = diagram.nodes
    assert (nodes["s"].events[0].ref, nodes["b"].attached_to, nodes["b"].interrupting) == ("news", "a", False)
    assert (nodes["a"].lane, nodes["a"].default, nodes["c"].called) == ("l", "g", "part")
    assert (diagram.flows[0].source, diagram.flows[0].target) == ("s", "a")


def test_a_colon_in_an_id_is_part_of_it_when_it_is_no_prefix() -> None:
    assert read(file(process('<boundaryEvent id="b" attachedToRef="x:1"/>')), file="x").nodes["b"].attached_to == "x:1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty document"),
        (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>', "XPDL2.2, expected BPMN 2.0"),
        (b"<definitions/>", "found <definitions>, expected BPMN 2.0"),
        (b"<!DOCTYPE x>" + file(LINE), "found a DOCTYPE, expected none"),
        (file('<process id="p"/>'), "found 1 <process> without elements"),
        (file('<choreography id="c"/>'), "found 1 <choreography>"),
        (file('<x:BPMNDiagram xmlns:x="http://www.omg.org/spec/BPMN/20100524/DI"/>'), "found no process"),
        (b'<?xml version="1.0" encoding="klingon"?>' + file(LINE), "Unsupported encoding"),
    ],
)
def test_a_file_that_is_no_drawing_of_a_process_is_refused_in_words(data: bytes, words: str) -> None:
    (finding,) = lint.check(data, "x.bpmn")[1]
    assert (finding.rule, finding.severity) == ("xml", "error")
    assert words in finding.message


def test_each_process_that_may_run_is_checked_and_named() -> None:
    pools = [process('<task id="a"/>', "one", "true"), process('<task id="b"/>', "two", "true")]
    rewrites, findings = lint.check(file(*pools, process('<task id="c"/>', "drawn", "false")), "x.bpmn")
    assert {"a", "b", "drawn"} <= {rewrite.element for rewrite in rewrites}
    assert "c" not in {rewrite.element for rewrite in rewrites}
    assert "one, two" in next(f.message for f in findings if f.rule == "several-processes")


def test_a_flow_belongs_to_the_process_of_its_ends_wherever_it_stands() -> None:
    other = '<task id="b"/><sequenceFlow id="f" sourceRef="s" targetRef="a"/>'
    data = file(process('<startEvent id="s"/><task id="a"/>', "one"), process(other, "two"))
    one, two = read_all(data, file="x")
    assert isinstance(one, Diagram)
    assert isinstance(two, Diagram)
    assert ([flow.id for flow in one.flows], two.flows) == (["f"], ())
    assert "stands in another process" in one.nodes["s"].notes[0]
    assert [finding.message for finding in lint.check(data, "x")[1] if finding.severity == "error"] == []


def test_a_folder_holds_one_process() -> None:
    with pytest.raises(XmlError, match=r"2 processes with elements \(one, two\)"):
        read(file(process('<task id="a"/>', "one"), process('<task id="b"/>', "two")), file="x")


def test_a_process_too_large_to_check_is_refused_beside_one_that_is_not() -> None:
    tasks = "".join(f'<task id="t{n}"/>' for n in range(501))
    large, small = read_all(file(process(tasks, "large"), process('<task id="a"/>', "small")), file="x")
    assert isinstance(large, XmlError)
    assert isinstance(small, Diagram)
    assert (large.element, "501 elements" in str(large)) == ("large", True)


HUGE = {
    "20,000 elements": process("".join(f'<task id="t{n}"/>' for n in range(20_000))),
    "40 processes": "".join(
        process("".join(f'<task id="t{p}_{n}"/>' for n in range(490)), f"p{p}") for p in range(40)
    ),
    "10 MB of words": process(f'<task id="t"/><documentation>{"x" * 10_000_000}</documentation>'),
    "10 MB of name": process(f'<task id="t" name="{"x" * 9_000_000}"/>'),
    "deeper than XML goes": process("<subProcess>" * 5000 + "</subProcess>" * 5000),
    "200 levels": process("".join(f'<subProcess id="s{n}">' for n in range(200)) + "</subProcess>" * 200),
    "a bottomless condition": process(
        '<sequenceFlow id="f" sourceRef="a" targetRef="b"><conditionExpression>${' + "!a'" * 200_000
        + "}</conditionExpression></sequenceFlow><task id='a'/><task id='b'/>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", HUGE)
def test_a_huge_file_ends_soon_and_in_words(what: str) -> None:
    before = monotonic()
    rewrites, findings = lint.check(file(HUGE[what]), "x.bpmn")
    assert monotonic() - before < 20
    messages = [rewrite.message for rewrite in rewrites] + [finding.message for finding in findings]
    assert 0 < max(map(len, messages)) < 700


@pytest.mark.parametrize("tool", TOOLS)
def test_a_damaged_drawing_is_never_a_crash(tool: str) -> None:
    whole = export(tool)
    chance = random.Random(len(whole))
    for _ in range(120):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            spot = chance.randrange(len(damaged))
            damaged[spot : spot + chance.randint(0, 30)] = chance.choice(
                [b"", b"<", b'"', b"&#0;", b"\xff", b'id="', whole[:200], b"sub", b"${", b"startEvent"]
            )
        _ends_in_words(bytes(damaged[: chance.choice([len(damaged), chance.randrange(len(damaged))])]))


@pytest.mark.parametrize("tool", TOOLS)
def test_a_drawing_with_its_words_exchanged_is_never_a_crash(tool: str) -> None:
    text = export(tool).decode("latin-1")
    words = [
        "startEvent",
        "endEvent",
        "task",
        "subProcess",
        "boundaryEvent",
        "parallelGateway",
        "process",
        "eventBasedGateway",
    ]
    chance = random.Random(len(text))
    for _ in range(60):
        one, other = chance.sample(words, 2)
        mixed = text.replace(f"{one} ", f"{other} ").replace(f"{one}>", f"{other}>")
        mixed = mixed.replace("sourceRef", chance.choice(["sourceRef", "attachedToRef", "targetRef", "default"]))
        _ends_in_words(mixed.encode("latin-1"))


def _ends_in_words(data: bytes) -> None:
    rewrites, findings = lint.check(data, "x.bpmn")
    assert all(rewrite.message for rewrite in rewrites)
    assert all(finding.message for finding in findings)
    with suppress(EngineError):
        read(data, file="x.bpmn")
