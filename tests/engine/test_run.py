"""What elements evaluate, store and order: parts, repeated tasks, letters, decisions, deadlines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.errors import BundleError, EngineError
from tests.engine.drawing import Played, boundary, flow, flows, folder, form, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
NAME = 'name = {fi = "a", sv = "b", en = "c"}\nevent = {fi = "a", sv = "b", en = "c"}\n'


def repeated(
    id: str, kind: str = "userTask", inner: str = "", attributes: str = "", *, sequential: bool = False
) -> str:
    order = f'isSequential="{str(sequential).lower()}"'
    loop = f'<multiInstanceLoopCharacteristics {order} asiavirta:collection="ask.people" asiavirta:item="person"/>'
    return f'<{kind} id="{id}" {attributes}>{inner}{loop}</{kind}>'


PEOPLE = {
    "title": "…",
    "type": "object",
    "properties": {
        "people": {"x-kind": "group", "items": {"properties": {"name": {"x-kind": "text"}, "born": {"x-kind": "date"}}}}
    },
}


def for_each(element: str, extra: str = "", parts: tuple[Any, ...] = ()) -> Played:
    import orjson

    body = START + tasks("ask", "after") + element + END + flows("s > ask > each > after > done") + extra
    case = Played(folder(body, files={"forms/ask.json": orjson.dumps(PEOPLE)}), *parts)
    case.start()
    case.do("ask", people=[{"name": "A", "born": "1990-01-02"}, {"name": "B", "born": "2001-03-04"}])
    return case


def test_a_repeated_task_opens_for_every_item_and_collects_a_list() -> None:
    case = for_each(repeated("each"))
    assert [step.item["name"] for step in case.result.steps] == ["A", "B"]
    case.do("each", note="one")
    case.do("each", note="two")
    assert (case.open, [answer["note"] for answer in case.result.data["each"]]) == (["after"], ["one", "two"])


def test_a_sequential_one_opens_one_after_the_other() -> None:
    case = for_each(repeated("each", sequential=True))
    assert (case.open, case.result.steps[0].item["name"]) == (["each"], "A")
    case.do("each")
    assert (case.open, case.result.steps[0].item["name"]) == (["each"], "B")
    case.do("each")
    assert case.open == ["after"]


def test_an_empty_collection_is_passed() -> None:
    case = for_each(repeated("each"))
    case.start()
    case.do("ask", people=[])
    assert case.open == ["after"]


def test_inside_a_repeated_sub_process_each_item_reads_its_own_answers() -> None:
    inner = (
        '<startEvent id="is"/>'
        + tasks("check", "more")
        + '<exclusiveGateway id="g" default="g_to_ie"/><endEvent id="ie"/>'
    )
    inner += flows("is > check > g > ie", "more > ie") + flow(
        "g", "more", 'check.note = person.name and person.born &lt; date("2000-01-01")'
    )
    case = for_each(repeated("each", "subProcess", inner))
    second = case.result.steps[1]
    case.do("check", note="A")
    assert sorted(case.open) == ["check", "more"]
    case.do("more")
    assert [step.id for step in case.result.steps] == [second.id]
    case.do("check", note="B")
    assert case.open == ["after"]


def test_an_interrupting_event_ends_all_items_of_a_repeated_sub_process() -> None:
    inner = '<startEvent id="is"/>' + tasks("check") + '<endEvent id="ie"/>' + flows("is > check > ie")
    extra = boundary("late", "each", timer("timeDuration", "P1D")) + flows("late > after")
    case = for_each(repeated("each", "subProcess", inner), extra)
    case.ring("late")
    assert (case.open, case.result.alarms) == (["after"], ())


PART = folder(
    START
    + tasks("work")
    + '<scriptTask id="x"><script>result = input.day + duration("P1D")</script></scriptTask>'
    + END
    + flows("s > work > x > done"),
    "helper",
    kind="part",
    manifest='[inputs]\nday = "date"\nwho = "any"\n'
    '[outputs]\noutcome = "outcome"\nday = "result"\nnote = "work.note"\n',
)


def call(id: str, who: str = '"x"', loop: str = "") -> str:
    inputs = '<asiavirta:in name="day" value="date(&quot;2026-03-01&quot;)"/>'
    inputs += f'<asiavirta:in name="who" value="{who.replace(chr(34), "&quot;")}"/>'
    given = f"<extensionElements>{inputs}</extensionElements>"
    return f'<callActivity id="{id}" calledElement="helper">{given}{loop}</callActivity>'


def test_a_called_part_has_data_of_its_own_and_gives_back_its_outputs() -> None:
    body = (
        START
        + tasks("a", "b")
        + call("help")
        + '<scriptTask id="y"><script>next = help.day + duration("P1D")</script></scriptTask>'
        + END
    )
    case = Played(folder(body + flows("s > a > help > y > b > done")), PART)
    case.start()
    case.do("a", note="mine")
    assert (case.open, case.result.steps[0].process) == (["help/work"], "helper")
    data = case.do("help/work", note="theirs").data
    assert data["help"] == {"outcome": "done", "day": "2026-03-02", "note": "theirs"}
    assert (data["next"], "work" in data, case.open) == ("2026-03-03", False, ["b"])


def test_a_part_sees_only_its_inputs() -> None:
    part = folder(
        START + tasks("work") + '<scriptTask id="x"><script>seen = [a, input.who]</script></scriptTask>' + END
        + flows("s > work > x > done"),
        "helper", kind="part", manifest='[inputs]\nday = "date"\nwho = "any"\n[outputs]\nseen = "seen"\n',
    )  # fmt: skip
    case = Played(
        folder(START + tasks("a", "b") + call("help", "a.note") + END + flows("s > a > help > b > done")), part
    )
    case.start()
    case.do("a", note="n")
    assert case.do("help/work").data["help"] == {"seen": [None, "n"]}


def test_a_call_may_be_repeated_and_interrupted() -> None:
    loop = '<multiInstanceLoopCharacteristics asiavirta:collection="ask.people" asiavirta:item="person"/>'
    extra = boundary("late", "each", timer("timeDuration", "P1D")) + flows("late > after")
    case = for_each(call("each", "person.name", loop), extra, (PART,))
    assert case.open == ["each/work", "each/work"]
    case.do("each/work", note="1")
    state = case.result
    case.do("each/work", note="2")
    assert [row["note"] for row in case.result.data["each"]] == ["1", "2"]
    case.result = state
    assert case.ring("late").data["each"][0]["note"] == "1"
    assert (case.open, len(case.result.withdrawn)) == (["after"], 1)


def test_an_error_of_a_part_is_caught_at_the_call() -> None:
    bad = '<endEvent id="bad"><errorEventDefinition errorRef="fault"/></endEvent>'
    part = folder(START + tasks("work") + bad + flows("s > work > bad"), "helper", kind="part")
    body = START + '<callActivity id="help" calledElement="helper"/>' + tasks("repair") + END
    body += boundary("caught", "help", '<errorEventDefinition errorRef="fault"/>')
    case = Played(folder(body + flows("s > help > done", "caught > repair > done")), part)
    case.start()
    case.do("help/work")
    assert case.open == ["repair"]


def test_a_part_that_calls_itself_is_refused() -> None:
    part = folder(
        START + '<callActivity id="again" calledElement="helper"/>' + END + flows("s > again > done"),
        "helper",
        kind="part",
    )
    with pytest.raises(BundleError, match="calls itself"):
        Played(
            folder(START + '<callActivity id="help" calledElement="helper"/>' + END + flows("s > help > done")), part
        )


LETTER = {"letters/news.fi.html": "<p>Hei</p>", "letters/news.sv.html": "<p>Hej</p>"}
RULES = '[letters.news]\nto = "customer"\nfields = []\n'


def letter(party: dict[str, Any], attributes: str = 'asiavirta:to="customer"') -> Played:
    body = START + f'<sendTask id="tell" asiavirta:letter="news" {attributes}/>' + tasks("a") + END
    case = Played(
        folder(body + flows("s > tell > a > done"), files=LETTER, manifest=RULES), case={"parties": {"customer": party}}
    )
    case.start()
    return case


@pytest.mark.parametrize(
    ("party", "received"),
    [
        ({"channel": "letter"}, "2026-03-09"),
        ({"channel": "e_notice"}, "2026-03-05"),
        ({"channel": "letter", "authority": True}, "2026-03-02"),
        ({"channel": "handed_over"}, "2026-03-02"),
        ({}, "2026-03-09"),
    ],
)
def test_a_letter_stores_when_it_counts_as_received(party: dict[str, Any], received: str) -> None:
    case = letter(party)
    (sent,) = case.result.letters
    assert (sent.name, sent.to, sent.facts["received_on"]) == ("news", "customer", received)
    assert case.result.data["tell"]["sent_on"] == "2026-03-02"


def test_the_diagram_may_choose_recipient_and_channel() -> None:
    case = letter(
        {"channel": "letter"},
        """asiavirta:to="='customer'" """.replace("'", "&quot;") + 'asiavirta:channel="&quot;e_notice&quot;"',
    )
    assert (case.result.letters[0].to, case.result.data["tell"]["channel"]) == ("customer", "e_notice")


def test_a_letter_of_a_part_is_given_what_the_part_was_handed_in_and_one_of_a_case_is_not() -> None:
    tell = '<sendTask id="tell" asiavirta:letter="news" asiavirta:to="customer"/>'
    body = START + tasks("work") + tell + END + flows("s > work > tell > done")
    part = folder(body, "helper", kind="part", files=LETTER, manifest=f'[inputs]\nday = "date"\nwho = "any"\n{RULES}')
    calling = Played(folder(START + call("help") + END + flows("s > help > done")), part)
    calling.start()
    calling.do("help/work")
    assert calling.result.letters[0].data["input"] == {"day": "2026-03-01", "who": "x"}
    assert "input" not in letter({}).result.letters[0].data


def deadline(rows: str, anchor: str, extra: str = "") -> str:
    return (
        f"[reply]\n{NAME}kind = 'statutory'\nanchor = '{anchor}'\nunit = 'days'\nroll = 'forward'\n"
        f"statute = 'x 1 §'\n{extra}shown_on = ['wait']\n{rows}"
    )


def dated(
    extra: str = "", anchor: str = "ask.day", rows: str = "[[reply.rows]]\nfrom = 2025-01-01\nlength = 14\n"
) -> Played:
    body = START + tasks("ask", "wait", "late", "change") + '<parallelGateway id="p"/>' + END
    body += boundary("passed", "wait", timer("timeDate", 'deadline("reply")'), interrupting=False)
    body += flows("s > ask > p > wait > done", "p > change > done", "passed > late > done")
    forms = {"ask": {"day": "date"}, "change": {"day": "date", "end": "date"}}
    return Played(folder(body, forms=forms, files={"deadlines.toml": deadline(rows, anchor, extra)}))


def test_a_deadline_is_shown_by_its_element_and_rings_the_day_after() -> None:
    case = dated()
    case.start()
    result = case.do("ask", day="2026-03-02")
    (use,) = result.deadlines
    assert (use.name, use.computed.legal_on, use.shown_on, use.version) == (
        "reply",
        date(2026, 3, 16),
        ("wait", "passed")[:1],
        "example@1",
    )
    assert result.alarms[0].due_at == datetime(2026, 3, 16, 22, tzinfo=UTC)
    assert result.alarms[0].deadline == "reply"


def test_a_deadline_without_its_event_has_not_begun() -> None:
    case = dated()
    case.start()
    result = case.do("ask")
    assert (result.deadlines, result.alarms) == ((), ())


def test_a_paused_deadline_does_not_ring_and_moves_when_it_resumes() -> None:
    pauses = "pauses = 'if change.day = null then null else [{from: change.day, to: change.end, reason: \"x\"}]'\n"
    case = dated(pauses)
    case.start()
    case.do("ask", day="2026-03-02")
    paused = case.do("change", day="2026-03-04")
    assert (paused.deadlines[0].computed.paused_on, paused.alarms) == (date(2026, 3, 4), ())


def test_the_row_is_chosen_by_the_event_date() -> None:
    rows = "[[reply.rows]]\nfrom = 2025-01-01\nto = 2026-03-31\nlength = 14\n"
    rows += "[[reply.rows]]\nfrom = 2026-04-01\nlength = 30\n"
    case = dated(rows=rows)
    case.start()
    assert case.do("ask", day="2026-04-01").deadlines[0].computed.nominal_on == date(2026, 5, 1)


def test_a_deadline_that_stops_at_an_element_runs_until_it_is_completed() -> None:
    case = dated('stops_at = ["change"]\n')
    case.start()
    case.do("ask", day="2026-03-02")
    case.do("wait")
    assert len(case.result.deadlines) == 1
    case.do("change")
    assert case.result.deadlines == ()


def test_a_shown_deadline_without_a_row_is_a_problem_and_stops_nobody() -> None:
    body = START + tasks("ask", "wait") + END + flows("s > ask > wait > done")
    rows = "[[reply.rows]]\nfrom = 2025-01-01\nlength = 14\n"
    files = {"deadlines.toml": deadline(rows, "ask.day")}
    case = Played(folder(body, forms={"ask": {"day": "date"}}, files=files))
    case.start()
    result = case.do("ask", day="2024-05-01")
    assert (case.open, result.deadlines) == (["wait"], ())
    assert "no row of deadline 'reply'" in result.problems[0]


def test_a_deadline_that_needs_itself_is_an_error() -> None:
    case = dated(anchor='deadline("reply")')
    case.start()
    with pytest.raises(EngineError, match="needs itself"):
        case.do("ask", day="2026-03-02")


def test_a_message_starts_with_its_channel() -> None:
    from engine import runner

    body = f'<startEvent id="s">{message("application")}</startEvent>' + tasks("a") + END
    case = Played(
        folder(
            body + flows("s > a > done"), messages=["application"], files={"forms/application.json": form(day="date")}
        )
    )
    result = runner.start(
        case.definition, case.situation(), message="application", answers={"day": "2026-01-01"}, channel="letter"
    )
    assert result.data["application"]["channel"] == "letter"
    view = runner.scope_data(case.definition, result.state, case.situation(), "a")
    assert view["application"]["day"] == date(2026, 1, 1)
