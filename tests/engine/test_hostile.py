"""What somebody might send on purpose: refused with findings, never with a crash."""

from __future__ import annotations

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from engine import bundle
from engine.errors import BundleError, EngineError
from engine.letter import read_template, render
from engine.xml import parse

PERMIT = Path(__file__).parents[1] / "tasks" / "bundles" / "permit"


def packed(files: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["../evil.py", "/etc/passwd", "a/../../b", "forms\\..\\x", "C:/x", "./process.toml", "a//b", "a\nb"]
)
def test_a_zip_may_not_name_what_lies_outside(name: str) -> None:
    with pytest.raises(BundleError, match="outside"):
        bundle.inspect(packed([("process.toml", b""), (name, b"x")]))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_zip_may_not_hold_a_file_twice() -> None:
    with pytest.raises(BundleError, match="twice"):
        bundle.inspect(packed([("process.toml", b"a"), ("process.toml", b"b")]))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BundleError, match="at most"):
        bundle.inspect(packed([("process.toml", b"0" * 200_000_000)]))


def test_a_damaged_zip_is_never_a_crash() -> None:
    whole = bytearray(bundle.read(PERMIT).to_zip())
    chance = random.Random(7)
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 12)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with suppress(EngineError):
            bundle.inspect(bytes(damaged))


def test_a_folder_may_not_lead_elsewhere_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "permit" / "forms").mkdir(parents=True)
    (tmp_path / "permit" / "process.toml").write_text('id = "permit"')
    (tmp_path / "secret.json").write_text("{}")
    (tmp_path / "permit" / "forms" / "a.json").symlink_to(tmp_path / "secret.json")
    with pytest.raises(BundleError, match="link"):
        bundle.inspect(tmp_path / "permit")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("process.toml", b"a = " + b"[" * 50_000),
        ("process.toml", b"\xff\xfe\0"),
        ("labels.toml", b"a" + b".a" * 50_000 + b" = 1"),
        ("forms/check.json", b"[" * 100_000),
        ("forms/check.json", b"\0"),
        ("deadlines.toml", b"[a]\nlength = " + b"9" * 5_000),
        ("letters/notice.fi.html", b"{% if a %}" * 5_000),
        ("letters/notice.fi.html", b"{{ " + b"(" * 50_000),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_hostile_file_is_a_finding(name: str, content: bytes) -> None:
    files = dict(bundle.read(PERMIT).files) | {name: content}
    try:
        found = bundle.inspect(packed(list(files.items())))
    except EngineError:
        return
    assert any(finding.severity == "error" for finding in found.findings)


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]><a/>',
        b'<!DOCTYPE a [<!ENTITY b "bb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        b"<a xmlns:x='y'>&undefined;</a>",
        b"<a b='" + b"x" * 20_000_000 + b"'/>",
    ],
    ids=["external", "entity", "parameter", "laughs", "undefined", "huge"],
)
def test_xml_reaches_for_nothing(attack: bytes) -> None:
    with pytest.raises(EngineError):
        parse(attack, file="a.bpmn")


@pytest.mark.parametrize(
    "live",
    ["<script>", "<p onclick=x>", "<img src=x>", "<a href='https://x'>", "<meta>", "<p style='a'>", "<style>", "<!--",
     "{{ a|safe }}", "{{ a | safe }}", "<iframe>", "<form>", "<svg>", "<p\nonload=x>"],
)  # fmt: skip
def test_a_letter_with_what_could_run_or_load_is_not_published(live: str) -> None:
    _, findings = read_template(f"<h1>a</h1>\n{live}".encode(), "notice.fi.html")
    assert "letter-closed" in {finding.rule for finding in findings}


def test_what_somebody_typed_is_text_in_a_letter() -> None:
    template, findings = read_template(b"<p>{{ a.b }}{{ a.c | join(a.b) }}</p>", "notice.fi.html")
    assert template is not None
    assert not findings
    html = render(template, {"a": {"b": "<script>x</script>", "c": ["<b>", "2"]}}, {})
    assert "<script" not in html
    assert "<b>" not in html
