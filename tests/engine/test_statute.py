"""Sections of law are found where folders cite or name them, and what carries none of them is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.statute.bearer import bearers
from engine.statute.catalogue import Catalogue, read_sections
from engine.statute.coverage import coverage, findings
from engine.statute.place import NUMBERS, Section, cited, mentioned
from engine.table import Findings
from tests.workflows.folders import folders

CITED = {
    "380/2023 83.3 § 5 kohta, 95.3 § 4 kohta": ["380/2023 83", "380/2023 95"],
    "380/2023 87.3, 89.2 ja 92 §; VNa 385/2024 18.2 §": [
        "380/2023 87", "380/2023 89", "380/2023 92", "385/2024 18",
    ],
    "380/2023 133–134 ja 138 §": ["380/2023 133", "380/2023 134", "380/2023 138"],
    "380/2023 120 ja 120 a §": ["380/2023 120", "380/2023 120 a"],
    "HL 49 c §; HOL 13 §": ["434/2003 49 c", "808/2019 13"],
    "TTL 11:4 §": [],
    "(EU) 2023/2831 3 artikla": [],
    "KHO 10.3.2016/780": [],
    "a rule of our own": [],
}  # fmt: skip
SAID = {
    "Laki (380/2023) 85, 93–94 ja 145 §; asetus (385/2024) 18 §.": [
        "380/2023 85", "380/2023 93", "380/2023 94", "380/2023 145", "385/2024 18",
    ],
    "(laki työvoimapalveluiden järjestämisestä 380/2023, 145 §; hallintolaki 434/2003, 7 a luku)": ["380/2023 145"],
    "jatketaan (380/2023 92 §). Tarkista 83.3 §:n 1–4 kohta": ["380/2023 92", "380/2023 83"],
    "380/2023 91 § ja työsopimuslain 1 luvun 7 §:n 3 momentti": ["380/2023 91"],
    "työttömyysturvalaki 1290/2002, 11 luvun 2 §": [],
    "Tarkista 133 §": [],
    "12/14 kuukautta työttömänä": [],
}  # fmt: skip


def told(found: tuple[Section, ...]) -> list[str]:
    return [f"{section.act} {section.number}" for section in found]


@pytest.mark.parametrize("text", CITED)
def test_a_citation_names_its_sections(text: str) -> None:
    assert told(cited(text)) == CITED[text]


@pytest.mark.parametrize("text", SAID)
def test_a_sentence_names_sections_of_the_act_before_them(text: str) -> None:
    assert told(mentioned(text)) == SAID[text]


def test_every_act_that_is_cited_by_name_has_its_number() -> None:
    assert [name for name in NUMBERS if told(cited(f"{name} 3 §")) != [f"{NUMBERS[name]} 3"]] == []


def carried(bundle: Bundle, act: str, number: str) -> set[tuple[str, str]]:
    return {(bearer.kind, bearer.id) for bearer in bearers(bundle) if bearer.section == Section(act, number)}


EXPECTED = [
    ("pay_subsidy", "84", "deadline", "decision_before_start"),
    ("pay_subsidy", "84", "field", "application.start_on"),
    ("pay_subsidy", "84", "form", "check_start"),
    ("pay_subsidy", "84", "reason", "R4"),
    ("pay_subsidy", "84", "row", "eligibility/R4"),
    ("pay_subsidy", "84", "outcome", "refused"),
    ("pay_subsidy", "84", "letter_part", "transfer_notice#result"),
    ("pay_subsidy", "82", "table", "variant"),
    ("decision", "145", "letter_part", "decision#appeal_instruction"),
    ("law", "133", "parameter", "recovery_minimum"),
    ("interruption", "92", "element", "assess_extension"),
]


@pytest.mark.parametrize(("folder", "number", "kind", "id"), EXPECTED)
def test_each_kind_of_thing_carries_what_it_cites(folder: str, number: str, kind: str, id: str) -> None:
    assert (kind, id) in carried(folders()[folder], "380/2023", number)


def test_a_range_over_a_chapter_carries_nothing() -> None:
    form = {"title": "x", "x-basis": "380/2023 81–97 §", "properties": {}}
    whole = replace(folders()["payment"], forms={"x": form})
    few = replace(whole, forms={"x": form | {"x-basis": "380/2023 81–84 §"}})
    assert ("form", "x") not in carried(whole, "380/2023", "81")
    assert ("form", "x") in carried(few, "380/2023", "81")


CATALOGUE = """
[acts."380/2023"]
name = {fi = "Laki", sv = "Lag", en = "Act"}
ranges = ["90–92"]
[processes]
P99 = {name = {fi = "Tuleva", sv = "Kommande", en = "Coming"}}
[sections."380/2023 90 §"]
subject = {fi = "a", sv = "b", en = "c"}
[sections."380/2023 91 §"]
subject = {fi = "a", sv = "b", en = "c"}
process = "P99"
[sections."380/2023 92 §"]
subject = {fi = "a", sv = "b", en = "c"}
reason = {fi = "ei", sv = "nej", en = "no"}
"""


def read(text: str) -> tuple[Catalogue, list[str]]:
    found = Findings("sections.toml")
    catalogue = read_sections(text.encode(), found)
    return catalogue, [finding.message for finding in found]


def measured(*asked: Bundle, beside: tuple[Bundle, ...] = ()) -> tuple[dict[str, str], dict[str, str]]:
    """The state of each section, and the severity of each finding by its rule."""
    catalogue, wrong = read(CATALOGUE)
    assert wrong == []
    found = coverage(catalogue, asked, beside)
    problems = {finding.rule: finding.severity for finding in findings(catalogue, found, asked)}
    return {each.entry.section.number: each.state for each in found}, problems


def test_a_section_that_nothing_carries_is_open_planned_or_explained() -> None:
    assert measured(folders()["hearing"]) == ({"90": "open", "91": "planned", "92": "explained"}, {"law-open": "error"})


def test_a_process_that_is_here_must_carry_its_section() -> None:
    hearing = folders()["hearing"]
    here = replace(hearing, manifest=replace(hearing.manifest, number="P99"))
    assert measured(here)[0]["91"] == "open"
    assert measured(hearing, beside=(here,))[0]["91"] == "open"


def test_what_folders_beside_carry_is_not_open_but_its_reason_is_out_of_date() -> None:
    states, problems = measured(folders()["hearing"], beside=(folders()["pay_subsidy"],))
    assert states == {"90": "elsewhere", "91": "planned", "92": "elsewhere"}
    assert problems == {"law-stale": "warning"}


def test_a_section_that_the_act_does_not_have_is_told() -> None:
    odd = replace(folders()["hearing"], forms={"x": {"x-basis": "380/2023 91 a §"}})
    assert measured(odd)[1]["law-unknown"] == "warning"


WRONG = {
    'ranges = ["90–92"]': ('ranges = ["90-92"]', "is no range of sections"),
    '"380/2023 91 §"': ('"380/2023 95 §"', "91 § is not told"),
    '"380/2023 90 §"': ('"380/2023 90–91 §"', "names 2 sections"),
    'process = "P99"': ('process = "P98"', "expected one of [processes]: P99"),
    'reason = {fi = "ei", sv = "nej", en = "no"}': (
        'process = "P99"\nreason = {fi = "ei", sv = "nej", en = "no"}', "both a process",
    ),
}  # fmt: skip


@pytest.mark.parametrize("part", WRONG)
def test_a_wrong_catalogue_says_what_is_wrong(part: str) -> None:
    instead, sentence = WRONG[part]
    assert any(sentence in message for message in read(CATALOGUE.replace(part, instead))[1])


def test_the_house_carries_or_explains_every_section() -> None:
    law = folders()["law"].sections
    found = findings(law, coverage(law, folders().values(), ()), folders().values())
    assert [finding.message for finding in found if finding.severity == "error"] == []


def test_the_catalogue_of_the_house_is_complete_and_in_three_languages() -> None:
    assert [finding for finding in folders()["law"].findings if finding.file == "sections.toml"] == []
    entries = folders()["law"].sections.entries
    assert {Section("380/2023", "143 a"), Section("385/2024", "23")} <= entries.keys()
    told_in = [texts for entry in entries.values() for texts in (entry.subject, entry.reason, entry.doubt) if texts]
    assert [texts for texts in told_in if set(texts) != {"fi", "sv", "en"}] == []


def test_a_zip_of_the_law_keeps_its_sections() -> None:
    law = folders()["law"]
    assert bundles.inspect(law.to_zip()).sections == law.sections
