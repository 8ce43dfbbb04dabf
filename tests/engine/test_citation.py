"""Sections of law are cited in the Finnish form once, and written in Swedish and English."""

from __future__ import annotations

import pytest

from engine.citation import read, write
from engine.errors import CitationError

WRITTEN = [
    ("HL 33 §", "FörvL 33 §", "Administrative Procedure Act, section 33"),
    ("HL 33, 34 ja 36 §", "FörvL 33, 34 och 36 §", "Administrative Procedure Act, sections 33, 34 and 36"),
    ("VNa 385/2024 8 §", "SRF 385/2024 8 §", "Government Decree 385/2024, section 8"),
    ("L 380/2023 66 § 2 mom. 3 kohta", "L 380/2023 66 § 2 mom. 3 punkten", "Act 380/2023, section 66(2)(3)"),
    ("380/2023 83.3 § 1–4 kohta", "380/2023 83 § 3 mom. 1–4 punkten", "Act 380/2023, section 83(3)(1)–(4)"),
    ("380/2023 112, 114 ja 120 a §", "380/2023 112, 114 och 120 a §", "Act 380/2023, sections 112, 114 and 120a"),
    (
        "380/2023 83.3 § 5 kohta; 95.3 § 4 kohta",
        "380/2023 83 § 3 mom. 5 punkten; 95 § 3 mom. 4 punkten",
        "Act 380/2023, section 83(3)(5); section 95(3)(4)",
    ),
    (
        "380/2023 84.1 §, 95.3 § 7 kohta",
        "380/2023 84 § 1 mom., 95 § 3 mom. 7 punkten",
        "Act 380/2023, sections 84(1), 95(3)(7)",
    ),
    (
        "TTL 11:4 a § 1 mom. 9 kohta",
        "L 1290/2002 11 kap. 4 a § 1 mom. 9 punkten",
        "Unemployment Security Act, chapter 11, section 4a(1)(9)",
    ),
    (
        "TTL 9:1 §, 11:2–4 a § ja 12:1 §",
        "L 1290/2002 9 kap. 1 §, 11 kap. 2–4 a § och 12 kap. 1 §",
        "Unemployment Security Act, chapter 9, section 1, chapter 11, sections 2–4a and chapter 12, section 1",
    ),
    ("TTL 9:1 §, 3 §", "L 1290/2002 9 kap. 1 §, 3 §", "Unemployment Security Act, chapter 9, sections 1, 3"),
    (
        "(EU) 2023/2831 3 artikla 2 kohta",
        "förordning (EU) 2023/2831 artikel 3.2",
        "Regulation (EU) 2023/2831, Article 3(2)",
    ),
    (
        "TEMa 512/2024 1 § (175/2026 1.5.2026 alkaen)",
        "ANM:s förordning 512/2024 1 § (175/2026 fr.o.m. 1.5.2026)",
        "Ministerial Decree 512/2024, section 1 (175/2026 from 1.5.2026)",
    ),
    (
        "SAL 19 §; HE 124/2025; KHO 10.3.2016/780",
        "L 13/2003 19 §; RP 124/2025; HFD 10.3.2016/780",
        "Act 13/2003, section 19; Government proposal HE 124/2025; Supreme Administrative Court 10.3.2016/780",
    ),
]


@pytest.mark.parametrize(("finnish", "swedish", "english"), WRITTEN)
def test_a_section_is_written_in_every_language(finnish: str, swedish: str, english: str) -> None:
    assert [write(finnish, language) for language in ("fi", "sv", "en")] == [finnish, swedish, english]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("HL 33 §: riittävä määräaika", "': riittävä määräaika'"),
        ("Kirkkolaki 3 §", "'Kirkkolaki 3 §'"),
        ("380/2023 92 § ja", "' ja'"),
        ("380/2023 92 pykälä", "'92 pykälä'"),
        ("380/2023 92 § (muutettu)", "'muutettu'"),
        ("380/20233 92 §", "'380/20233 92 §'"),
        ("92 §", "names no act"),
        ("", "names no act"),
    ],
)
def test_what_cannot_be_read_is_shown_with_the_form_that_can(text: str, told: str) -> None:
    with pytest.raises(CitationError) as refused:
        read(text)
    assert told in str(refused.value)


def test_a_text_that_is_no_section_stays_as_it_was_written() -> None:
    assert write("Keksilän hallintosääntö 12 §", "sv") == "Keksilän hallintosääntö 12 §"
