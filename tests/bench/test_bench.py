"""The sizes of the issue, asserted; and the benchmark itself, small: never a clock time."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine import bundle as bundles
from engine.drawing import read
from tasks.check import folder_findings
from tests.bench import canvas, checking, instance, processes, state
from tests.bench.commands import completing, starting
from tests.bench.figure import Figure, percentile, table
from tests.bench.run import Measured
from tests.bench.scene import KEPT, rehearse, throw_away
from web.cli import bench as command


def test_a_running_case_of_20_elements_with_2_kb_of_data_takes_at_most_6_kb() -> None:
    running = state.running_case()
    assert state.data_size(running) >= state.BYTES
    assert len(running) <= 6000


@pytest.mark.parametrize("timed", [False, True], ids=["without a timer", "with a boundary timer"])
def test_a_review_loop_grows_by_no_byte_after_round_3(timed: bool) -> None:
    sizes = state.review_loop(500, timed=timed)
    assert set(sizes[2:]) == {sizes[2]}


@pytest.fixture(scope="module")
def scene():
    """The story played on SQLite, with its copies."""
    with throw_away("sqlite://") as database:
        yield rehearse(database)


def test_the_floor_writes_the_same_rows_and_bytes_as_the_command(scene) -> None:
    """The first pair of the first task: what ours and the floor left in every table of the case."""
    completing(scene, 5)
    first = KEPT + 100_000
    with scene.stage.database.read() as connection:
        for table_name in ("tasks", "events", "answers", "deadlines", "timers", "subscriptions", "documents"):
            counted = text(f"SELECT count(*) FROM {table_name} WHERE case_id = :case")
            ours, floor = (connection.execute(counted, {"case": case}).scalar() for case in (first, first + 1))
            assert ours == floor, table_name
        states = text("SELECT state FROM cases WHERE id IN (:ours, :floor)")
        (ours,), (floor,) = connection.execute(states, {"ours": first, "floor": first + 1})
    assert bytes(ours) == bytes(floor)


def test_every_task_of_the_story_is_measured(scene) -> None:
    paths = {doing.path for doing in scene.doings}
    assert {"check_completeness", "decision/decide", "payment/approve_payment", "close_case"} <= paths


def test_a_start_is_measured_beside_its_floor(scene) -> None:
    figure = starting(scene, 5)
    assert figure.floor is not None
    assert "1 cases" in figure.note


def test_the_same_drawing_runs_to_its_end_on_stock_spiffworkflow() -> None:
    assert instance.stock()() == instance.ours()() == instance.live()() == len(instance.NAMES)


def test_the_draft_on_the_canvas_has_150_elements_each_with_a_shape_and_no_error() -> None:
    bundle = bundles.inspect(bundles.pack(canvas.folder()))
    diagram = read(bundle.bpmn or b"", file=canvas.FILE)
    assert len(diagram.nodes) == canvas.ELEMENTS
    drawn = (bundle.bpmn or b"").decode()
    assert all(f'bpmnElement="{id}"' in drawn for id in (*diagram.nodes, *(flow.id for flow in diagram.flows)))
    assert [finding for finding in folder_findings(bundle, {})[1] if finding.severity == "error"] == []


def test_the_folder_that_is_checked_has_sixty_elements_and_no_error() -> None:
    assert len(read(checking.sample().bpmn, file="example.bpmn").nodes) == checking.ELEMENTS
    assert all(figure.most == 50 for figure in checking.figures(1))


def test_two_processes_share_the_work_out(scene) -> None:
    tasks, timers = processes.figures(scene, 1)
    assert f"{len(scene.doings)} each" in tasks.note
    assert timers.ours > 0


def test_a_figure_says_whether_it_meets_its_target() -> None:
    assert Figure("f", "ms", 3.0, floor=1.0, most=4.0, most_ratio=2.0).met is False
    assert Figure("f", "ms", 3.0, floor=1.5, most=4.0, most_ratio=2.0).met is True
    assert "| NO |" in table([Figure("f", "ms", 5.0, most=4.0)])


def test_a_percentile_is_a_measured_value() -> None:
    assert percentile([1_000_000 * n for n in range(1, 101)], 0.95) == 96


def test_without_a_source_checkout_the_command_says_so_in_one_sentence(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(command, "CHECKOUT", tmp_path)
    answer = CliRunner().invoke(command.bench, [])
    assert answer.exit_code == 2
    assert "comes with a source checkout" in answer.output


def test_a_run_with_a_missed_target_is_not_ok() -> None:
    missed, met = Figure("f", "ms", 5.0, most=4.0), Figure("g", "ms", 3.0, most=4.0)
    assert Measured({}, (met,), ()).ok
    assert not Measured({}, (met, missed), ()).ok
    assert Measured({}, (met, missed), ()).document()["figures"][1]["met"] is False
