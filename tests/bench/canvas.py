"""A drawing of 150 elements in the editor: `python -m tests.bench.canvas` opens it in Chromium and has it checked.

The draft is a whole folder with forms and labels in three languages. Measured are, each with nothing remembered from an
earlier time: the page from the request until the drawing stands on the canvas, in a browser that has never seen the
site; the checks in the server; and the answer that the canvas waits for after a change, as the browser times it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from engine import bundle as bundles
from engine.drawing import read
from engine.feel import expression
from tasks import skeleton, workbench
from tasks.commands import drafts
from tasks.db import Database
from tasks.drafting import read_files
from tasks.published import published
from tests.bench.checking import sample
from tests.bench.commands import quiet, timed
from tests.bench.figure import Figure, milliseconds, table
from tests.browser.conftest import SECRET, launch, sign_in
from tests.tasks.conftest import Town, prepare
from web.app import create_app
from web.config import Config

ELEMENTS = 150
FILE = "example.bpmn"
MOST_OPEN, MOST_CHECK = 2000.0, 200.0
"""ms"""
ACROSS, STEP, ROW = 15, 160, 140
"""shapes in a row of the layout, and how far apart they stand"""
SIZES = {"Event": (36, 36), "Gateway": (50, 50)}
DI = (
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
DRAWN = """
new MutationObserver((_, seen) => {
  if (document.querySelector("[data-canvas][data-drawn]")) { window.drawnAt = performance.now(); seen.disconnect(); }
}).observe(document, { attributes: true, childList: true, subtree: true });
"""
ANSWERED = """() => performance.getEntriesByType("resource")
  .filter((one) => one.initiatorType === "fetch" && one.name.endsWith("/drawing")).map((one) => one.duration)"""


def folder() -> dict[str, bytes]:
    """The files of a process of 150 flow nodes, drawn with a shape for each and an edge for each arrow.

    Its forms and words are complete in three languages, as those of a draft that somebody works on.
    """
    files = dict(sample(ELEMENTS).files)
    diagram = read(files[FILE], file=FILE)
    named = [*(node.id for node in diagram.nodes.values() if node.name), *diagram.lanes]
    labels = "".join(f'[elements.{id}]\nsv = "{id} sv"\nen = "{id} en"\n' for id in named)
    forms = {path: skeleton.form("handle", {"fi": path}) for path in files if path.startswith("forms/")}
    drawn = laid_out(files[FILE].replace(b".note = ", b".text = "))
    return files | forms | {"labels.toml": labels.encode(), FILE: drawn}


def laid_out(bpmn: bytes) -> bytes:
    """A drawing with shapes in rows, boundary events on the edge of their hosts, and straight arrows."""
    diagram = read(bpmn, file=FILE)
    boxes: dict[str, tuple[float, float, int, int]] = {}
    placed = [node for node in diagram.nodes.values() if not node.attached_to]
    for at, node in enumerate(placed):
        wide, high = next((size for kind, size in SIZES.items() if kind in node.kind), (100, 80))
        x, y = 120 + at % ACROSS * STEP, 100 + at // ACROSS * ROW
        boxes[node.id] = (x - wide / 2, y - high / 2, wide, high)
    for node in diagram.nodes.values():
        if node.attached_to:
            x, y, wide, high = boxes[node.attached_to]
            boxes[node.id] = (x + wide / 2 - 18, y + high - 18, 36, 36)
    width, height = 120 + ACROSS * STEP, 100 + (len(placed) // ACROSS + 1) * ROW
    lane = next(iter(diagram.lanes))
    shapes = [_shape(lane, (20, 20, width, height), ' isHorizontal="true"')]
    shapes += [_shape(id, box) for id, box in boxes.items()]
    shapes += [_edge(flow.id, boxes[flow.source], boxes[flow.target]) for flow in diagram.flows]
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="{diagram.process}">{"".join(shapes)}</bpmndi:BPMNPlane>'
    page = f'<bpmndi:BPMNDiagram id="page">{plane}</bpmndi:BPMNDiagram>'
    text = bpmn.decode().replace("<definitions", f"<definitions{DI}", 1)
    return text.replace("</definitions>", f"{page}</definitions>").encode()


def _shape(id: str, box: tuple[float, float, int, int], more: str = "") -> str:
    x, y, wide, high = box
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{wide}" height="{high}"/>'
    return f'<bpmndi:BPMNShape id="{id}_shape" bpmnElement="{id}"{more}>{bounds}</bpmndi:BPMNShape>'


def _edge(id: str, source: tuple[float, float, int, int], target: tuple[float, float, int, int]) -> str:
    ends = ((source[0] + source[2], source[1] + source[3] / 2), (target[0], target[1] + target[3] / 2))
    points = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in ends)
    return f'<bpmndi:BPMNEdge id="{id}_edge" bpmnElement="{id}">{points}</bpmndi:BPMNEdge>'


def begin(town: Town) -> int:
    """A draft of the folder; gives its number."""
    content = bundles.pack(folder())
    return drafts.start_from_zip(town.database, town.user("olga"), content, title="150 elements", now=town.now)


def forget() -> None:
    """Nothing is remembered of a check: neither its result nor a compiled expression."""
    workbench._KEPT.clear()
    expression._expression.cache_clear()
    expression._unary.cache_clear()


def checked(town: Town, draft: int) -> Callable[[], object]:
    """The checks of the draft as the server runs them, from its files to its findings."""
    with town.database.read() as connection:
        files, versions = read_files(connection, draft), published(town.database).refresh(connection)

    def check() -> object:
        forget()
        return workbench.examine("example", files, versions)

    return check


@contextmanager
def served(town: Town) -> Iterator[str]:
    """The pages on a free port; gives the address."""
    config = Config(secret_key=SECRET, secure_cookies=False, demo=True, session_idle_minutes=10**6)
    server = make_server("127.0.0.1", 0, create_app(config, town.database, clock=lambda: town.now), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def opened(browser: Browser, address: str, draft: int) -> tuple[Page, float]:
    """The canvas in a browser without a memory, and how long it took until the drawing stood there (ms)."""
    page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(DRAWN)
    sign_in(page, "Olga")
    forget()
    page.goto(f"/processes/drafts/{draft}/drawing")
    page.wait_for_selector("[data-canvas][data-drawn]")
    return page, float(page.evaluate("window.drawnAt"))


def answered(page: Page, name: str) -> list[float]:
    """How long the canvas waits for the checks after a change: a step gets another name (ms)."""
    box = page.locator(".djs-element[data-element-id=write_1]").first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 8, box["y"] + box["height"] - 8)
    before = len(page.evaluate(ANSWERED))
    forget()
    page.locator("[data-panel] #c-name").fill(name)
    page.keyboard.press("Tab")
    while len(page.evaluate(ANSWERED)) == before:
        page.wait_for_timeout(50)
    return [float(each) for each in page.evaluate(ANSWERED)[before:]]


def figures(times: int) -> list[Figure]:
    """The three figures."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        database = Database(f"sqlite:///{Path(place) / 'canvas.db'}")
        prepare(database)
        town = Town(database)
        draft = begin(town)
        browser = launch(playwright)
        with served(town) as address:
            opening, waiting = [], []
            for turn in range(times):
                page, taken = opened(browser, address, draft)
                opening.append(taken)
                waiting += answered(page, f"Kirjoita {turn}")
                page.context.close()
        with quiet():
            check = checked(town, draft)
            alone = [timed(check) for _ in range(times)]
        browser.close()
        database.dispose()
    return [
        Figure(f"open a drawing of {ELEMENTS} elements on the canvas", "ms", median(opening), most=MOST_OPEN,
               note=f"from the request to the drawing, nothing in the browser's memory; median of {times}, "
                    f"{min(opening):.0f} to {max(opening):.0f}"),
        Figure("check its whole folder in the server", "ms", milliseconds(alone), most=MOST_CHECK,
               note=f"{len(folder())} files, nothing remembered; median of {times}"),
        Figure("the answer that the canvas waits for after a change", "ms", median(waiting), most=MOST_CHECK,
               note=f"kept for the writer and checked, as the browser times it; median of {len(waiting)}, "
                    f"{min(waiting):.0f} to {max(waiting):.0f}"),
    ]  # fmt: skip


def main() -> int:
    """Print the figures; exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.canvas", description=__doc__)
    parser.add_argument("--times", type=int, default=15)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request would drown the table
    found = figures(parser.parse_args().times)
    print(table(found))
    return 0 if all(figure.met for figure in found) else 1


if __name__ == "__main__":
    sys.exit(main())
