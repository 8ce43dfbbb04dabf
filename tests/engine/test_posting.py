"""A letter that left later than it says: its facts are put right where they stand, and so are the dates from them."""

from __future__ import annotations

from datetime import date

from engine import runner
from engine.bundle import Bundle
from engine.posting import Posted
from engine.result import Result
from tests.engine.drawing import Played, flows, folder, tasks

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
TEXTS = {"letters/news.fi.html": "<p>Hei</p>", "letters/news.sv.html": "<p>Hej</p>"}
RULES = '[letters.news]\nto = "customer"\nfields = []\n'
TELL = '<sendTask id="tell" asiavirta:letter="news" asiavirta:to="customer"/>'
WORDS = 'name = {fi = "a", sv = "b", en = "c"}\nevent = {fi = "a", sv = "b", en = "c"}\n'
WRITTEN = {"sent_on": "2026-03-02", "channel": "letter", "received_on": "2026-03-09"}
CUSTOMER = {"customer": {"channel": "letter"}}
ACTUAL = {"sent_on": "2026-03-05", "channel": "letter", "received_on": "2026-03-12"}


def reply(anchor: str) -> str:
    """A deadline of ten days from the day that the anchor gives, shown on the task `wait`."""
    rows = "rows = [{from = 2020-01-01, length = 10}]\n"
    shown = f"kind = 'agreed'\nunit = 'days'\nroll = 'period'\nstatute = 'x 1 §'\nshown_on = ['wait']\n{rows}"
    return f"[reply]\n{WORDS}anchor = '{anchor}'\n{shown}"


def started(body: str, anchor: str, *parts: Bundle, files: dict[str, str] | None = None, manifest: str = "") -> Played:
    files = {"deadlines.toml": reply(anchor), **(files or {})}
    case = Played(
        folder(body, files=files, manifest=manifest), *parts, case={"parties": {"customer": {"channel": "letter"}}}
    )  # type: ignore[arg-type]
    case.start()
    return case


def posted(case: Played, path: str) -> Result:
    return runner.refresh(case.definition, case.result.state, case.situation(), Posted(path, WRITTEN, ACTUAL))


def alone() -> Played:
    body = START + TELL + tasks("wait") + END + flows("s > tell > wait > done")
    return started(body, "tell.received_on", files=TEXTS, manifest=RULES)


def called(outputs: str, anchor: str) -> Played:
    """The letter is written in a part that has ended."""
    inner, rules = START + TELL + END + flows("s > tell > done"), RULES + "[outputs]\n" + outputs
    part = folder(inner, "notice", files=TEXTS, manifest=rules, kind="part")
    body = START + '<callActivity id="inform" calledElement="notice"/>' + tasks("wait") + END
    return started(body + flows("s > inform > wait > done"), anchor, part)


def dates(result: Result) -> list[date]:
    return [use.computed.legal_on for use in result.deadlines]


def test_a_date_counts_from_the_receipt_of_the_day_on_which_the_letter_left() -> None:
    case = alone()
    assert dates(case.result) == [date(2026, 3, 19)]
    after = posted(case, "tell")
    assert (after.data["tell"], dates(after)) == (ACTUAL, [date(2026, 3, 22)])


def test_what_a_part_that_has_ended_passed_on_is_corrected_too() -> None:
    case = called(
        'received_on = "if tell != null then tell.received_on else null"\nday = "tell.sent_on"\n', "inform.received_on"
    )
    after = posted(case, "inform/tell")
    assert after.data["inform"] == {"received_on": "2026-03-12", "day": "2026-03-05"}
    assert dates(after) == [date(2026, 3, 22)]


def test_a_day_that_is_only_counted_from_it_stays() -> None:
    case = called('reply_on = "tell.received_on + duration(\\"P1D\\")"\n', "inform.reply_on")
    after = posted(case, "inform/tell")
    assert after.data["inform"] == {"reply_on": "2026-03-10"}


def test_a_later_letter_of_the_same_element_keeps_its_own_facts() -> None:
    case = alone()
    other = Posted("tell", WRITTEN | {"sent_on": "2026-02-02"}, ACTUAL)
    after = runner.refresh(case.definition, case.result.state, case.situation(), other)
    assert (after.data["tell"], dates(after)) == (WRITTEN, [date(2026, 3, 19)])


def test_a_correction_can_be_made_again_on_the_state_that_it_left() -> None:
    case = called('received_on = "tell.received_on"\n', "inform.received_on")
    first = posted(case, "inform/tell")
    back = Posted("inform/tell", ACTUAL, WRITTEN)
    assert dates(runner.refresh(case.definition, first.state, case.situation(), back)) == [date(2026, 3, 19)]
