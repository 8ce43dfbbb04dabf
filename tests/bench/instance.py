"""A whole case in memory, from its start to its end: ours, and the same drawing on SpiffWorkflow as it comes.

Ours is what a command does without its database: between two steps the case is bytes. Stock keeps its objects alive
and never writes them down. `live` is ours without the bytes, for those who ask what they cost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.util.task import TaskState

from engine import definition, runner
from engine.law import Law
from engine.result import Situation
from engine.run import Run
from engine.scope import Scopes
from engine.spiff import Case
from tests.bench.commands import quiet, timed
from tests.bench.figure import Figure, milliseconds
from tests.engine.drawing import drawing, flow, flows, folder, tasks

NAMES = [f"task_{number}" for number in range(1, 9)]
BODY = (
    '<startEvent id="start"/><endEvent id="end"/><endEvent id="refused"/>'
    '<scriptTask id="count"><script>total = 5 * 3</script></scriptTask>'
    '<scriptTask id="more"><script>rest = total - 1</script></scriptTask>'
    '<exclusiveGateway id="which" default="which_to_refused"/><parallelGateway id="split"/><parallelGateway id="join"/>'
    + tasks(*NAMES)
    + flows("start > count > task_1 > task_2 > which", "which > refused", "split > task_3 > task_4 > join")
    + flows("split > task_5 > task_6 > join", "join > more > task_7 > task_8 > end")
    + flow("which", "split", "total &gt; 10")
)
"""eight tasks, two scripts, a choice and two branches side by side; its expressions are FEEL and Python alike"""
NOTE = {"note": "x"}
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SITUATION = Situation(NOW, NOW, Law({}))
LEAST = 1.5
"""how many times as many cases as stock in the same time"""


def stock() -> Callable[[], int]:
    """The drawing on SpiffWorkflow's own parser, specs and script engine; the call runs a case and counts its tasks."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(drawing(BODY)), filename="example.bpmn")
    spec, inner = parser.get_spec("example"), parser.get_subprocess_specs("example")

    def run() -> int:
        workflow, done = BpmnWorkflow(spec, inner), 0
        workflow.do_engine_steps()
        while not workflow.is_completed():
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            task.data[task.task_spec.name] = dict(NOTE)
            task.run()
            workflow.do_engine_steps()
            done += 1
        return done

    return run


def ours() -> Callable[[], int]:
    """The same through engine.runner: decoded, run and encoded at every task."""
    built = definition.build(folder(BODY), {})

    def run() -> int:
        result, done = runner.start(built, SITUATION), 0
        while not result.closed:
            result = runner.complete(built, result.state, SITUATION, result.steps[0].id, NOTE)
            done += 1
        return done

    return run


def live() -> Callable[[], int]:
    """Ours with the case kept alive from start to end, as stock does."""
    built = definition.build(folder(BODY), {})

    def run() -> int:
        engine = Run(built, SITUATION, Scopes({}))
        engine.scopes.open("", built.process)
        case, done = Case(built.specs[built.process], built.specs, engine), 0
        case.begin(None)
        case.drain()
        while not case.completed:
            token = next(token for token in case.tokens() if token.task_spec.manual)
            engine.answer(token, token.task_spec.name, NOTE)
            token.complete()
            case.drain()
            done += 1
        return done

    return run


def figures(times: int) -> list[Figure]:
    """Both, in turn, `times` times."""
    runs = {"ours": ours(), "stock": stock(), "live": live()}
    taken: dict[str, list[int]] = {name: [] for name in runs}
    assert {run() for run in runs.values()} == {len(NAMES)}
    with quiet():
        for _ in range(times):
            for name, run in runs.items():
                taken[name].append(timed(run))
    more = median(theirs / mine for theirs, mine in zip(taken["stock"], taken["ours"], strict=True))
    rates = {name: 1000 / milliseconds(values) for name, values in taken.items()}
    return [
        Figure(
            "a whole case in memory, beside stock SpiffWorkflow", "ms", milliseconds(taken["ours"]),
            milliseconds(taken["stock"]), most_ratio=round(1 / LEAST, 2),
            note=f"{len(NAMES)} tasks; {rates['ours']:.0f} cases a second, stock {rates['stock']:.0f}: {more:.1f} times"
                 f" as many; kept alive without its bytes {rates['live']:.0f}; median of {times}",
        )
    ]  # fmt: skip
