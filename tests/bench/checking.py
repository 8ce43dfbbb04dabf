"""Checking a folder of sixty elements: read, normalised and linted, with nothing remembered from an earlier time."""

from __future__ import annotations

from engine import bundle as bundles
from engine import definition
from engine.bundle import Bundle
from engine.drawing import read
from engine.feel import expression
from engine.lint import check_diagram
from engine.normalise import normalise
from tests.bench.commands import quiet, timed
from tests.bench.figure import Figure, milliseconds
from tests.engine.drawing import boundary, flow, flows, folder, tasks, timer

EACH = 6
"""elements of a round: two tasks, a choice, a script, a timer and an end"""
ELEMENTS = 60
MOST = 50.0
"""ms"""


def sample(elements: int = ELEMENTS) -> Bundle:
    """So many elements: user tasks with forms, choices with conditions, scripts, boundary timers and ends."""
    body, before = '<startEvent id="start"/><endEvent id="end"/>', "start"
    rounds = (elements - 2) // EACH
    for n in range(1, rounds + 1):
        body += tasks(f"write_{n}", f"review_{n}") + f'<endEvent id="late_{n}"/>'
        body += f'<exclusiveGateway id="good_{n}" default="good_{n}_to_write_{n}"/>'
        body += f'<scriptTask id="note_{n}"><script>sum_{n} = {n} + {n}</script></scriptTask>'
        body += boundary(f"waited_{n}", f"review_{n}", timer("timeDuration", f"P{n}D"), interrupting=False)
        body += flows(
            f"{before} > write_{n} > review_{n} > good_{n}", f"good_{n} > write_{n}", f"waited_{n} > late_{n}"
        )
        body += flow(f"good_{n}", f"note_{n}", f'review_{n}.note = "good {n}"')
        before = f"note_{n}"
    extra = [f"extra_{n}" for n in range(1, elements - 2 - EACH * rounds + 1)]
    body += tasks(*extra) + flows(" > ".join([before, *extra, "end"]))
    return folder(body)


def _forget() -> None:
    """Compiled expressions are kept for good, which would hide their cost from the second round on."""
    expression._expression.cache_clear()
    expression._unary.cache_clear()


def figures(times: int) -> list[Figure]:
    """The drawing alone, and the whole folder with its forms and cross-checks; no decision table is analysed."""
    bundle = sample()
    content, bpmn = bundle.to_zip(), bundle.bpmn or b""
    nodes = len(read(bpmn, file="example.bpmn").nodes)

    def drawn() -> None:
        _forget()
        diagram, _ = normalise(read(bpmn, file="example.bpmn"))
        assert not [finding for finding in check_diagram(diagram) if finding.severity == "error"]

    def whole() -> None:
        _forget()
        read_again = bundles.inspect(content)
        assert not [f for f in definition.check(read_again, {})[1] if f.severity == "error"]

    with quiet():
        alone, all_of_it = [timed(drawn) for _ in range(times)], [timed(whole) for _ in range(times)]
    return [
        Figure(f"parse, normalise and lint a drawing of {nodes} elements", "ms", milliseconds(alone), most=MOST,
               note=f"nothing remembered between two rounds; median of {times}"),
        Figure("the same with its folder: forms, cross-checks", "ms", milliseconds(all_of_it), most=MOST,
               note=f"{len(bundle.files)} files out of a zip; median of {times}"),
    ]  # fmt: skip
