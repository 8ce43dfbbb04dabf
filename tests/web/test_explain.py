"""The trace of a date is told in sentences, in three languages."""

from __future__ import annotations

from datetime import date

import pytest

from engine.calendar import Calendar, ClosedDay, _days_off
from engine.deadline import Pause, Rule, compute, deemed_receipt
from web import i18n
from web.explain import ValueWords, Words, explain
from web.formats import NBSP

CALENDAR = Calendar((ClosedDay(date(2026, 12, 31), {"fi": "myrsky", "sv": "storm", "en": "storm"}, True),))
REPLY = Rule("reply", 14, statute="HL 33 §", version="law@2", valid_from=date(2025, 1, 1), doubt="tarkistettava")


EVENT = Words(event={"fi": "pyyntö on lähetetty", "sv": "begäran har sänts"})


def told(rule: Rule, on: date, language: str = "fi", *pauses: Pause) -> list[str]:
    sentences = explain(
        compute(rule, on, CALENDAR, pauses).trace,
        language,
        EVENT,
    )
    return [sentence.replace(NBSP, " ") for sentence in sentences]


def test_what_started_the_time_comes_first_and_the_result_last() -> None:
    sentences = told(REPLY, date(2026, 12, 10))
    assert sentences[0] == "Aika lasketaan siitä, kun pyyntö on lähetetty: to 10.12.2026."
    assert sentences[-1] == "Viimeinen päivä on ma 28.12.2026."


def test_skipped_days_are_named() -> None:
    (moved,) = [sentence for sentence in told(REPLY, date(2026, 12, 10)) if "siirtyy" in sentence]
    assert "24.12. jouluaatto, 25.12. joulupäivä, 26.12. tapaninpäivä, su 27.12." in moved
    assert "150/1930 5 §" in moved


def test_the_rule_tells_its_section_its_version_and_its_doubt() -> None:
    text = " ".join(told(REPLY, date(2026, 12, 10), "sv"))
    assert "FörvL 33 §" in text
    assert "law@2, i kraft från och med 1.1.2025" in text
    assert "Osäkert (på finska): tarkistettava" in text


def test_a_doubt_is_told_in_the_language_of_the_page_where_the_rule_has_it() -> None:
    trace = compute(REPLY, date(2026, 12, 10), Calendar()).trace
    text = " ".join(explain(trace, "sv", Words(doubt={"fi": "tarkistettava", "sv": "ska kontrolleras"})))
    assert "Osäkert: ska kontrolleras" in text


def test_the_sections_of_each_step_are_written_in_the_language_of_the_page() -> None:
    text = " ".join(told(Rule("x", 1, "months", statute="VNa 385/2024 18 §"), date(2027, 1, 31), "en"))
    assert "(Government Decree 385/2024, section 18)" in text
    assert "(Act 150/1930, section 5)" in text
    assert "§" not in text


def test_the_version_is_told_by_its_folders_name() -> None:
    trace = compute(REPLY, date(2026, 12, 10), Calendar()).trace
    text = " ".join(explain(trace, "en", Words(folder={"fi": "Yhteiset säännöt", "en": "Common rules"})))
    assert "The rule comes from: Common rules, version 2, in force since 1.1.2025." in text


def test_the_number_in_the_rule_base_is_not_told_beside_a_section() -> None:
    text = " ".join(told(Rule("x", 14, statute="HL 33 §", law="D-GEN-04"), date(2026, 12, 10)))
    assert "(HL 33 §)" in text
    assert "D-GEN-04" not in text


def test_a_period_that_looks_back_begins_and_has_no_last_day() -> None:
    back = Rule("x", 12, "months", direction="before", roll="period")
    sentences = told(back, date(2026, 11, 23))
    assert "12 kuukautta ennen." in sentences[1]
    assert sentences[-1] == "Ajanjakso alkaa su 23.11.2025."


def test_a_pause_is_told_with_its_reason_and_what_it_moved() -> None:
    pause = Pause(date(2026, 12, 14), date(2026, 12, 16), "kuuleminen")
    text = " ".join(told(Rule("x", 5), date(2026, 12, 10), "fi", pause))
    assert "keskeytyi ma 14.12.2026: kuuleminen" in text
    assert "Keskeytys kesti 2 päivää" in text


def test_the_reason_of_a_pause_is_told_by_its_name_where_the_code_has_one() -> None:
    trace = compute(Rule("x", 5), date(2026, 12, 10), CALENDAR, [Pause(date(2026, 12, 14), None, "lay_off")]).trace
    text = " ".join(explain(trace, "sv", Words(reasons={"lay_off": {"fi": "Lomautus", "sv": "Permittering"}})))
    assert ": Permittering." in text


def test_what_comes_before_its_event_is_counted_back() -> None:
    trace = compute(Rule("x", 1, "months", direction="before", roll="target"), date(2026, 12, 31), CALENDAR).trace
    words = Words(event={"fi": "työn arvioidaan päättyvän", "en": "work is expected to end"})
    assert explain(trace, "fi", words)[0].startswith("Aika lasketaan taaksepäin siitä, kun työn arvioidaan päättyvän:")
    assert explain(trace, "en", words)[0].startswith("The time is counted back from when work is expected to end:")


def test_a_stopped_clock_tells_what_is_left() -> None:
    sentences = told(Rule("x", 5, "working days"), date(2026, 12, 10), "en", Pause(date(2026, 12, 14)))
    assert sentences[-1] == "The time has been stopped since Mon 14.12.2026. There are 3 working days left."


def test_a_closed_day_of_the_area_has_its_own_name() -> None:
    text = " ".join(told(Rule("x", 3, "working days"), date(2026, 12, 29)))
    assert "31.12. myrsky, 1.1. uudenvuodenpäivä" in text


def test_deemed_receipt_tells_how_it_was_sent() -> None:
    first = explain(deemed_receipt(date(2026, 12, 31), "letter").trace, "en")[0]
    assert first.startswith("Sent Thu")
    assert "seventh day" in first


@pytest.mark.parametrize("year", range(2020, 2041))
def test_every_day_off_has_a_name(year: int) -> None:
    reasons = set(_days_off(year).values()) - {"saturday", "sunday"}
    assert not [reason for reason in reasons if not i18n.known(f"explain.day_{reason}")]


VALUE = {
    "step": "value", "name": "reply_days", "process": "law", "version": "law@2", "area": False, "on": "2026-12-10",
    "value": 14, "unit": "days", "source": "HL 33 §", "doubt": "arvo on ehdotus", "valid_from": "2026-03-01",
}  # fmt: skip
NAMED = ValueWords({"fi": "Vastausaika", "sv": "Svarstid", "en": "Time to reply"}, {"fi": "Yhteiset säännöt"})


def told_of(value: dict[str, object], language: str = "fi") -> str:
    trace = compute(REPLY, date(2026, 12, 10), Calendar(), values=[value]).trace
    words = Words(values={("reply_days", "2026-03-01"): NAMED})
    return " ".join(explain(trace, language, words)).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "fi",
            "Vastausaika: 14 päivää, voimassa 1.3.2026 alkaen (HL 33 §). Arvo on tästä: Yhteiset säännöt, versio 2.",
        ),
        (
            "sv",
            "Svarstid: 14 dagar, i kraft från och med 1.3.2026 (FörvL 33 §). Värdet kommer från: Yhteiset säännöt, ",
        ),
        (
            "en",
            "Time to reply: 14 days, in force since 1.3.2026 (Administrative Procedure Act, section 33). The value ",
        ),
    ],
)
def test_a_length_that_is_a_value_says_which_and_from_where(language: str, sentence: str) -> None:
    assert sentence in told_of(VALUE, language)


def test_the_values_doubt_is_told_and_the_day_it_was_read_for_where_that_is_another_than_the_event() -> None:
    assert "Epävarmaa: arvo on ehdotus" in told_of(VALUE)
    assert "Arvo on se" not in told_of(VALUE)
    assert "Arvo on se, joka oli voimassa ma 30.11.2026." in told_of({**VALUE, "on": "2026-11-30"})


def test_an_areas_own_value_says_so_and_names_no_version() -> None:
    text = told_of({**VALUE, "area": True, "doubt": "", "on": "2026-11-30"})
    assert "14 päivää, voimassa 1.3.2026 alkaen (HL 33 §). Arvo on alueen omista asetuksista." in text
    assert "Arvo on tästä" not in text
    assert "joka oli voimassa" not in text


def test_a_trace_of_before_tells_what_it_told_before() -> None:
    old = compute(REPLY, date(2026, 12, 10), Calendar()).trace
    new = compute(REPLY, date(2026, 12, 10), Calendar(), values=[VALUE]).trace
    told_before, told_now = explain(old, "fi"), explain(new, "fi")
    assert [sentence for sentence in told_now if sentence in told_before] == list(told_before)
    assert len(told_now) == len(told_before) + 3
