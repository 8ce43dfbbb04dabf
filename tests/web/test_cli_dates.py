"""`date`, `deadline` and `decide` answer as the contract says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.web.command_line import WORKFLOWS, CommandLine

PAY_SUBSIDY = WORKFLOWS / "pay_subsidy"
AMOUNT = PAY_SUBSIDY / "amount.dmn"
SECTION_86 = (
    '{"variant": "section_86", "unemployed_12_14": false, "application_kind": "new", "economic_activity": true,'
    ' "exempt_83_2": false, "cap_86": 1260, "cap_87": 2770, "cap_88": 2020}'
)

VECTORS = [
    # from, length, roll, flags, nominal, due
    ("2026-12-10", "14 days", "forward", (), "2026-12-24", "2026-12-28"),
    ("2026-12-10", "14 days", "target", (), "2026-12-24", "2026-12-23"),
    ("2026-12-10", "14 days", "period", (), "2026-12-24", "2026-12-24"),
    ("2026-08-31", "3 months", "forward", (), "2026-11-30", "2026-11-30"),
    ("2026-11-30", "3 months", "forward", (), "2027-02-28", "2027-03-01"),
    ("2026-01-31", "1 months", "forward", (), "2026-02-28", "2026-03-02"),
    ("2024-02-29", "1 years", "period", (), "2025-02-28", "2025-02-28"),
    ("2026-06-05", "2 weeks", "forward", (), "2026-06-19", "2026-06-22"),
    ("2026-12-22", "3 working days", "forward", (), "2026-12-29", "2026-12-29"),
    ("2026-03-02", "5 months", "period", ("--inclusive",), "2026-08-01", "2026-08-01"),
    ("2026-03-02", "1 days", "backward", ("--before",), "2026-03-01", "2026-03-01"),
    ("2026-12-28", "2 working days", "target", ("--before",), "2026-12-22", "2026-12-22"),
]


@pytest.mark.parametrize(("from_on", "length", "roll", "flags", "nominal", "due"), VECTORS)
def test_a_date(
    cli: CommandLine, from_on: str, length: str, roll: str, flags: tuple[str, ...], nominal: str, due: str
) -> None:
    answer = cli.ask("date", "--from", from_on, "--length", length, "--roll", roll, *flags)
    assert {key: answer[key] for key in ("from", "nominal", "due")} == {"from": from_on, "nominal": nominal, "due": due}
    assert answer["trace"][-1]["step"] == "result"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_date_is_explained_in_the_chosen_language(cli: CommandLine, language: str) -> None:
    told = cli("date", "--from", "2026-12-10", "--length", "14 days", "--roll", "forward", "--language", language).out
    assert told.splitlines()[0] == "2026-12-28"
    assert {"fi": "joulupäivä", "sv": "juldagen", "en": "Christmas Day"}[language] in told


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"--from": "2026-02-30"}, "2026-02-30"),
        ({"--from": "2.1.2026"}, "2.1.2026"),
        ({"--length": "14 moons"}, "14 moons"),
        ({"--length": "-3 days"}, "-3 days"),
        ({"--length": "99999999999 years"}, "99999999999 years"),
        ({"--from": "9999-12-31"}, "outside the years"),
        ({"--roll": "sideways"}, "sideways"),
    ],
)
def test_a_date_that_cannot_be_asked(cli: CommandLine, wrong: dict[str, str], said: str) -> None:
    options = {"--from": "2026-12-10", "--length": "14 days", "--roll": "forward"} | wrong
    assert said in cli.refused("date", *[word for option in options.items() for word in option])


@pytest.mark.parametrize("name", ["final_claim", "D-PAL-07"])
def test_a_deadline_of_a_folder_by_its_name_or_its_id_in_the_register(cli: CommandLine, name: str) -> None:
    answer = cli.ask("deadline", PAY_SUBSIDY, name, "--event", "2026-08-31")
    assert (answer["name"], answer["law"], answer["due"]) == ("final_claim", "D-PAL-07", "2026-11-30")
    assert "VNa 385/2024 18 §" in answer["statute"]


def test_a_deadline_of_the_law_folder_belongs_to_every_process(cli: CommandLine) -> None:
    answer = cli.ask("deadline", PAY_SUBSIDY, "rectification", "--event", "2026-02-28")
    assert (answer["nominal"], answer["due"]) == ("2026-03-30", "2026-03-30")


def test_a_length_that_depends_on_the_case_is_given_as_data(cli: CommandLine) -> None:
    words = ("deadline", PAY_SUBSIDY, "D-PAL-02", "--event", "2026-03-02")
    assert cli.ask(*words, "--data", '{"period_months": 5}')["due"] == "2026-08-01"
    assert "expected a whole number" in cli.refused(*words)
    assert "expected a whole number" in cli.refused(*words, "--data", '{"period_months": "five"}')


def test_a_deadline_that_cannot_be_asked(cli: CommandLine, tmp_path: Path) -> None:
    assert "'nothing'; it has" in cli.refused("deadline", PAY_SUBSIDY, "nothing", "--event", "2026-03-02")
    assert "1999-01-01" in cli.refused("deadline", PAY_SUBSIDY, "final_claim", "--event", "1999-01-01")
    assert "JSON" in cli.refused("deadline", PAY_SUBSIDY, "final_claim", "--event", "2026-03-02", "--data", "{")
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "process.toml").write_text("id = [")
    assert "not TOML" in cli.refused("deadline", tmp_path / "half", "x", "--event", "2026-03-02")


def test_a_decision_gives_its_outputs(cli: CommandLine) -> None:
    result = cli.ask("decide", AMOUNT, "--decision", "amount", "--input", SECTION_86)["result"]
    assert (result["percent"], result["months"], result["cap"]) == (50, 5, 1260)
    assert result["extension_months"] is None


def test_input_may_come_from_a_file(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "input.json").write_text(SECTION_86)
    answer = cli.ask("decide", AMOUNT, "--decision", "amount", "--input", f"@{tmp_path}/input.json")
    assert answer["result"]["variant"] == "section_86"


@pytest.mark.parametrize(
    ("decision", "given", "said"),
    [
        ("size", "{}", "there is no decision 'size'; found amount"),
        ("amount", "[1]", "a JSON object is needed"),
        ("amount", "{", "not JSON"),
        ("amount", '{"cap_86": NaN}', "NaN"),
        ("amount", '{"cap_86": "much"}', "'much' is no number"),
        ("amount", "@/nowhere.json", "nowhere.json"),
    ],
)
def test_a_decision_that_cannot_be_asked(cli: CommandLine, decision: str, given: str, said: str) -> None:
    assert said in cli.refused("decide", AMOUNT, "--decision", decision, "--input", given)


BROKEN: dict[str, Any] = {
    "no xml": "hello",
    "a doctype": '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]><definitions>&x;</definitions>',
    "an expression": (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d" name="d">'
        "<literalExpression><text>1 +</text></literalExpression></decision></definitions>"
    ),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_decision_file_is_refused(cli: CommandLine, tmp_path: Path, content: str) -> None:
    (tmp_path / "d.dmn").write_text(content)
    assert "d.dmn" in cli.refused("decide", tmp_path / "d.dmn", "--decision", "d", "--input", "{}")


def test_before_any_installation_a_process_of_the_product_answers_from_its_folder(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ASIAVIRTA_DATABASE_URL", raising=False)
    answer = cli.ask("deadline", "pay_subsidy", "D-PAL-07", "--event", "2026-08-31")
    assert (answer["due"], answer["version"]) == ("2026-11-30", "")


def test_what_dmn_calls_an_error_is_null_with_its_reason(cli: CommandLine, tmp_path: Path) -> None:
    decided = (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="d" name="d">'
        '<variable name="d" typeRef="string"/><literalExpression><text>1 + 1</text></literalExpression></decision>'
        "</definitions>"
    )
    (tmp_path / "d.dmn").write_text(decided)
    answer = cli.ask("decide", tmp_path / "d.dmn", "--decision", "d", "--input", "{}")
    assert answer == {"result": None, "problems": ["decision 'd': 2 is no string"]}
