"""Cases in every kind of situation that a state can hold; `python -m tests.engine.golden.keep` stores what is new."""

from __future__ import annotations

from collections.abc import Callable

from tests.engine.drawing import Played, boundary, flow, flows, folder, form, message, tasks, timer

START, END = '<startEvent id="s"/>', '<endEvent id="done"/>'
SCENES: dict[str, Callable[[], Played]] = {}


def scene(make: Callable[[], Played]) -> Callable[[], Played]:
    """A case played up to the moment whose state is kept."""
    SCENES[make.__name__] = make
    return make


@scene
def task_with_typed_data() -> Played:
    lines = 'total = a.amount * 2\nsince = a.day\nspan = duration("P14D")'
    body = START + tasks("a", "b") + f'<scriptTask id="sum"><script>{lines}</script></scriptTask>' + END
    body += '<exclusiveGateway id="x" default="x_to_done"/><endEvent id="rich"/>'
    body += flows("s > a > sum > b > x > done") + flow("x", "rich", 'total > 10 and since + span = date("2026-03-19")')
    case = Played(folder(body, forms={"a": {"amount": "number", "day": "date"}}))
    case.start()
    case.do("a", amount="7.50", day="2026-03-05", typename="timedelta")
    return case


@scene
def parallel_join_with_one_branch_done() -> Played:
    body = START + tasks("a", "b", "after") + '<parallelGateway id="p"/><parallelGateway id="j"/>' + END
    case = Played(folder(body + flows("s > p > a > j > after > done", "p > b > j")))
    case.start()
    case.do("a")
    return case


@scene
def inclusive_join_with_one_branch_done() -> Played:
    body = START + tasks("a", "b", "c", "after") + '<inclusiveGateway id="i"/><inclusiveGateway id="j"/>' + END
    body += flows("a > j > after > done", "b > j", "c > j", "s > i")
    body += flow("i", "a", "1 = 1") + flow("i", "b", "1 = 1") + flow("i", "c", "1 = 2")
    case = Played(folder(body))
    case.start()
    case.do("b")
    return case


@scene
def race_of_message_and_timers() -> Played:
    body = START + '<eventBasedGateway id="g"/>' + tasks("replied", "late") + END
    body += f'<intermediateCatchEvent id="reply_came">{message("reply")}</intermediateCatchEvent>'
    body += f'<intermediateCatchEvent id="week">{timer("timeDuration", "P7D")}</intermediateCatchEvent>'
    body += f'<intermediateCatchEvent id="month">{timer("timeDuration", "P1M")}</intermediateCatchEvent>'
    body += flows("s > g > reply_came > replied > done", "g > week > late > done", "g > month > late")
    case = Played(folder(body, messages=["reply"]))
    case.start()
    return case


@scene
def task_with_boundary_timers() -> Played:
    body = START + tasks("a", "nag", "late") + END + '<endEvent id="e"/><endEvent id="f"/>'
    body += boundary("every", "a", timer("timeCycle", "R3/P2D"), interrupting=False)
    body += boundary("once", "a", timer("timeDuration", "P10D"))
    body += boundary("fixed", "a", timer("timeDate", 'date("2026-04-01")'))
    body += flows("s > a > done", "every > nag > e", "once > late > f", "fixed > late")
    case = Played(folder(body))
    case.start()
    case.ring("every")
    return case


@scene
def sub_process_in_sub_process() -> Played:
    inner = '<startEvent id="is"/>' + tasks("deep") + '<endEvent id="ie"/>' + flows("is > deep > ie")
    outer = '<startEvent id="os"/>' + f'<subProcess id="inner">{inner}</subProcess>' + tasks("middle")
    outer += '<endEvent id="oe"/>' + flows("os > inner > middle > oe")
    body = START + f'<subProcess id="outer">{outer}</subProcess>' + tasks("after", "stopped") + END
    body += boundary("stop", "outer", message("withdrawn")) + '<endEvent id="ended"/>'
    case = Played(folder(body + flows("s > outer > after > done", "stop > stopped > ended"), messages=["withdrawn"]))
    case.start()
    return case


def repeated(element: str, sequential: str) -> str:
    """A body with one repeated element over three texts."""
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}" asiavirta:item="one"'
    loop += """ asiavirta:collection='["x", "y", "z"]'/>"""
    return START + element.replace(">", f">{loop}", 1) + tasks("after") + END


@scene
def tasks_for_three_items_with_one_done() -> Played:
    body = repeated('<userTask id="a" name="a"></userTask>', "false") + flows("s > a > after > done")
    case = Played(folder(body))
    case.start()
    case.do("a", note="first")
    return case


@scene
def sub_processes_one_after_the_other() -> Played:
    inner = '<startEvent id="is"/>' + tasks("a", "b") + '<endEvent id="ie"/>' + flows("is > a > b > ie")
    body = repeated(f'<subProcess id="sub">{inner}</subProcess>', "true") + flows("s > sub > after > done")
    case = Played(folder(body))
    case.start()
    case.do("a", note="kept")
    return case


@scene
def task_with_a_loop_marker() -> Played:
    loop = '<standardLoopCharacteristics testBefore="false" loopMaximum="3"><loopCondition>true</loopCondition>'
    body = START + f'<userTask id="a">{loop}</standardLoopCharacteristics></userTask>' + END + flows("s > a > done")
    case = Played(folder(body))
    case.start()
    case.do("a")
    return case


PART = folder(
    START
    + tasks("listen")
    + '<receiveTask id="answer" messageRef="statement"/><endEvent id="heard"/>'
    + flows("s > listen > answer > heard"),
    process="hearing",
    kind="part",
    messages=["statement"],
    manifest='[inputs]\nwho = "string"\n[outputs]\nstatement = "statement.note"\n',
)


@scene
def called_part() -> Played:
    call = '<callActivity id="hear" calledElement="hearing">'
    call += '<extensionElements><asiavirta:in name="who" value="a.note"/></extensionElements></callActivity>'
    body = START + tasks("a", "after") + call + END
    case = Played(folder(body + flows("s > a > hear > after > done")), PART)
    case.start()
    case.do("a", note="employer")
    case.do("hear/listen")
    return case


@scene
def called_parts_for_each_item() -> Played:
    call = '<callActivity id="hear" calledElement="hearing">'
    call += '<extensionElements><asiavirta:in name="who" value="one"/></extensionElements></callActivity>'
    case = Played(folder(repeated(call, "false") + flows("s > hear > after > done")), PART)
    case.start()
    case.do("hear/listen", note="one")
    return case


def handler(id: str, event: str, interrupting: str) -> str:
    """An event sub-process of one task."""
    body = f'<startEvent id="{id}_start" isInterrupting="{interrupting}">{event}</startEvent>' + tasks(f"{id}_work")
    body += f'<endEvent id="{id}_end"/>' + flows(f"{id}_start > {id}_work > {id}_end")
    return f'<subProcess id="{id}" triggeredByEvent="true">{body}</subProcess>'


def listening() -> Played:
    """Two tasks beside three event sub-processes."""
    body = START + '<parallelGateway id="p"/>' + tasks("a", "b") + END + flows("s > p > a > done", "p > b > done")
    body += handler("note", message("news"), "false") + handler("stop", message("withdrawn"), "true")
    body += handler("slow", timer("timeCycle", "R2/P30D"), "false")
    case = Played(folder(body, messages=["news", "withdrawn"]))
    case.start()
    return case


@scene
def event_sub_processes_that_wait() -> Played:
    return listening()


@scene
def event_sub_process_beside_its_level() -> Played:
    case = listening()
    case.get("news", note="n")
    case.ring("slow_start")
    return case


@scene
def event_sub_process_that_interrupted() -> Played:
    case = listening()
    case.do("a")
    case.get("withdrawn")
    return case


DEADLINES = """
[reply]
law = "D-X-01"
name = {fi = "a", sv = "b", en = "c"}
kind = "statutory"
anchor = "a.on"
event = {fi = "a", sv = "b", en = "c"}
unit = "days"
roll = "forward"
statute = "HL 33 §"
stops_at = ["b"]
rows = [{from = 2020-01-01, length = 14}]
"""


@scene
def timer_of_a_deadline_and_one_that_stopped() -> Played:
    body = START + tasks("a", "b", "late") + END
    wait = timer("timeDate", 'deadline("reply")')
    body += f'<intermediateCatchEvent id="wait">{wait}</intermediateCatchEvent>'
    case = Played(folder(body + flows("s > a > b > wait > late > done"), files={"deadlines.toml": DEADLINES}))
    case.start()
    case.do("a")
    case.do("b")
    return case


@scene
def closed_case() -> Played:
    case = Played(folder(START + tasks("a") + END + flows("s > a > done")))
    case.start()
    case.do("a", note="n")
    return case


def support(inner: str, attributes: str = "", until: str = "") -> Played:
    """A case in an ad-hoc sub-process."""
    body = START + f'<adHocSubProcess id="support" {attributes}>{inner}{until}</adHocSubProcess>' + tasks("after") + END
    case = Played(folder(body + flows("s > support > after > done"), messages=["news"]))
    case.start()
    return case


@scene
def ad_hoc_sub_process_with_steps_in_line() -> Played:
    inner = tasks("visit", "report", "bill") + '<parallelGateway id="p"/>' + flows("visit > p > report", "p > bill")
    case = support(inner, 'ordering="Sequential"')
    case.pick("visit")
    case.do("visit")
    return case


@scene
def ad_hoc_sub_process_that_ends_when_its_last_step_is_done() -> Played:
    news = f'<intermediateCatchEvent id="heard">{message("news")}</intermediateCatchEvent>'
    inner = tasks("visit", "call", "note") + news + flow("heard", "note")
    case = support(inner, 'cancelRemainingInstances="false"')
    case.pick("visit")
    case.pick("call")
    case.do("support")
    return case


@scene
def call_that_waits_for_its_answer() -> Played:
    call = '<serviceTask id="ask" asiavirta:service="register"/>'
    ask = form(found="yes_no")
    case = Played(folder(START + call + tasks("b") + END + flows("s > ask > b > done"), files={"forms/ask.json": ask}))
    case.start()
    return case


@scene
def condition_that_has_been_true() -> Played:
    when = "<conditionalEventDefinition><condition>a.n &gt;= 3</condition></conditionalEventDefinition>"
    body = START + '<parallelGateway id="p"/>' + tasks("a", "b", "note") + END + '<endEvent id="e"/>'
    body += boundary("x", "b", when, interrupting=False) + flows("s > p > a > done", "p > b > done", "x > note > e")
    case = Played(folder(body, forms={"a": {"n": "integer"}}))
    case.start()
    case.do("a", n=3)
    return case


def undoable() -> Played:
    """Two steps of which the first can be undone, and an event that undoes it."""
    body = START + tasks("a", "b") + boundary("c", "a", "<compensateEventDefinition/>") + END
    body += '<userTask id="u" name="u" isForCompensation="true"/><association id="as" sourceRef="c" targetRef="u"/>'
    body += '<intermediateThrowEvent id="t"><compensateEventDefinition/></intermediateThrowEvent>'
    case = Played(folder(body + flows("s > a > b > t > done")))
    case.start()
    case.do("a")
    return case


@scene
def step_that_can_be_undone() -> Played:
    return undoable()


@scene
def step_that_is_being_undone() -> Played:
    case = undoable()
    case.do("b")
    return case


@scene
def complex_gateway_that_waits_to_be_reset() -> Played:
    gate = '<complexGateway id="g"><activationCondition>activationCount &gt;= 2</activationCondition></complexGateway>'
    body = START + '<parallelGateway id="p"/>' + tasks("a", "b", "c", "after", "rest") + gate + END
    body += flow("g", "after", "waitingForStart") + flow("g", "rest", "not(waitingForStart)")
    case = Played(folder(body + flows("s > p > a > g", "p > b > g", "p > c > g", "after > done", "rest > done")))
    case.start()
    case.do("a")
    case.do("b")
    return case


@scene
def tokens_that_gather() -> Played:
    body = START + '<parallelGateway id="p"/><exclusiveGateway id="m"/>' + tasks("a", "b") + END
    body += '<userTask id="both" name="both" startQuantity="2"/>'
    case = Played(folder(body + flows("s > p > a > m > both > done", "p > b > m")))
    case.start()
    case.do("a")
    return case
