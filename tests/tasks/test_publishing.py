"""Publishing: checked, by two people, and running cases keep what they started on."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine import definition
from engine.bundle import Bundle
from tasks import clock
from tasks.check import check_paths
from tasks.commands import publishing
from tasks.errors import Forbidden, NotPublishable
from tasks.published import published

PERMIT = Path(__file__).parent / "bundles" / "permit"
WORKFLOWS = Path(__file__).parents[2] / "workflows"


def changed(path: str, old: str, new: str, folder: Path) -> Bundle:
    """The permit with one text replaced in one file."""
    for file in PERMIT.rglob("*"):
        if file.is_file():
            target = folder / "permit" / file.relative_to(PERMIT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
    target = folder / "permit" / path
    assert old in target.read_text()
    target.write_text(target.read_text().replace(old, new))
    return bundles.read(folder / "permit")


def publish(town, bundle: Bundle, author: str = "olga", approver: str = "oona", from_on: date = date(2026, 2, 1)):
    return publishing.publish(
        town.database, town.user("outi"), [bundle], author=author, approver=approver, from_on=from_on, now=town.now
    )


def test_the_same_content_again_is_no_new_version(town) -> None:
    result = publish(town, bundles.read(PERMIT))
    assert (result[0].number, result[0].new) == (1, False)


@pytest.mark.parametrize(("author", "approver"), [("olga", "olga"), ("olga", "nobody")])
def test_publishing_needs_two_different_people(town, author, approver) -> None:
    with pytest.raises(Forbidden):
        publish(town, bundles.read(PERMIT), author, approver)


def test_a_running_case_keeps_its_diagram_and_follows_the_new_dated_rows(town, tmp_path) -> None:
    started = town.start()
    new = changed("deadlines.toml", "{from = 2025-01-01, length = 7}", "{from = 2025-01-01, length = 21}", tmp_path)
    assert publish(town, new)[0].number == 2
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    row = town.rows("SELECT legal_on, law_version FROM deadlines WHERE name = 'reply_time'")[0]
    assert (str(row.legal_on), row.law_version) == ("2026-03-02", "permit@2")
    assert town.value("SELECT version FROM cases") == 1


def test_a_new_case_takes_the_version_in_force_on_the_day_it_arrived(town, tmp_path) -> None:
    new = changed("labels.toml", '"Granska"', '"Kontrollera"', tmp_path)
    publish(town, new, from_on=date(2026, 3, 1))
    town.start()
    town.pass_time(days=30)
    town.start()
    assert [row.version for row in town.rows("SELECT version FROM cases ORDER BY id")] == [1, 2]


def test_a_broken_form_is_refused_with_its_file_and_nothing_is_published(town, tmp_path) -> None:
    broken = changed("forms/check.json", '"yes_no"', '"maybe"', tmp_path)
    with pytest.raises(NotPublishable) as refused:
        publish(town, broken)
    assert any("check" in finding.file for finding in refused.value.findings)
    assert town.value("SELECT count(*) FROM versions") == 1
    with town.database.read() as connection:
        assert len(published(town.database).refresh(connection).rows) == 1


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("forms/check.json", '"yes_no"', '"maybe"'),
        ("deadlines.toml", '"wait_reply"', '"wait_replies"'),
        ("stories/granted.toml", "[[steps]]", "[[stepps]]"),
        ("timeliness.csv", '"in_time"', '"too_late"'),
    ],
)
def test_what_check_refuses_is_refused_with_the_same_sentences(town, tmp_path, path, old, new) -> None:
    changed("labels.toml", "[", "[", tmp_path)
    folder = tmp_path / "permit"
    for name in ("timeliness.dmn", "timeliness.csv"):
        shutil.copy(WORKFLOWS / "payment" / name, folder)
    (folder / "stories").mkdir()
    (folder / "stories" / "granted.toml").write_text('name = "A"\n[[steps]]\nat = 2026-02-09T09:00:00\n')
    assert old in (folder / path).read_text()
    (folder / path).write_text((folder / path).read_text().replace(old, new))
    said = [f.message for r in check_paths([folder]).reports for f in r.findings if f.severity == "error"]
    with pytest.raises(NotPublishable) as refused:
        publish(town, bundles.inspect(folder))
    assert said
    assert sorted(finding.message for finding in refused.value.findings) == sorted(said)


def test_a_call_to_an_unknown_part_is_refused(town) -> None:
    permit = bundles.read(PERMIT)
    bpmn = permit.files["permit.bpmn"]
    start = bpmn.index(b'<bpmn:userTask id="check"')
    end = bpmn.index(b"</bpmn:userTask>", start)
    call = bpmn[start:end].replace(b"<bpmn:userTask ", b'<bpmn:callActivity calledElement="nowhere" ')
    bpmn = bpmn[:start] + call + b"</bpmn:callActivity>" + bpmn[end + len(b"</bpmn:userTask>") :]
    broken = replace(permit, files={**permit.files, "permit.bpmn": bpmn}, hash="other")
    with pytest.raises(NotPublishable) as refused:
        publish(town, broken)
    assert "nowhere" in str(refused.value)


def test_what_is_published_comes_back_byte_for_byte(town) -> None:
    content = bytes(town.value("SELECT content FROM versions"))
    assert bundles.read(content).hash == town.value("SELECT hash FROM versions") == bundles.read(PERMIT).hash


def test_an_open_deadline_follows_the_new_rows_at_the_next_tick(town, tmp_path) -> None:
    started = town.start()
    new = changed("deadlines.toml", "{from = 2025-01-01, length = 14}", "{from = 2025-01-01, length = 21}", tmp_path)
    publish(town, new)
    assert clock.run_until(town.database, town.now).fired == 1
    row = town.rows("SELECT legal_on, law_version FROM deadlines")[0]
    assert (str(row.legal_on), row.law_version) == ("2026-03-02", "permit@2")
    assert str(town.value("SELECT due_on FROM tasks")) == "2026-03-02"
    assert town.events(started.case_id)[-1] == "deadline_changed"
    assert town.value("SELECT count(*) FROM timers WHERE kind = 'escalation'") == 1


def test_a_date_without_a_row_is_an_incident_until_one_is_published(town, tmp_path) -> None:
    publish(town, changed("deadlines.toml", '"application.on"', '"add_months(application.on, -24)"', tmp_path))
    started = town.start()
    (incident,) = town.rows("SELECT kind, error, resolved_at FROM incidents WHERE case_id = :c", c=started.case_id)
    assert (incident.kind, incident.resolved_at) == ("deadline", None)
    assert "2024-02-09" in incident.error
    publish(town, bundles.read(PERMIT))
    clock.tick(town.database, town.now)
    assert town.value("SELECT resolved_by FROM incidents WHERE case_id = :c", c=started.case_id) == "clock"
    assert town.value("SELECT count(*) FROM deadlines WHERE name = 'check' AND state = 'open'") == 1


def test_a_published_version_runs_on_when_rules_have_become_stricter(town, tmp_path) -> None:
    files = dict(bundles.read(PERMIT).files)
    files["deadlines.toml"] = re.sub(rb'statute = "[^"]*"', b'statute = "hallintolain mukaan"', files["deadlines.toml"])
    files["permit.bpmn"] = files["permit.bpmn"].replace(b'id="check"', b'id="check" startQuantity="0"')
    old = bundles.inspect(bundles.pack(files))
    refused = {
        finding.rule for finding in (*old.findings, *definition.check(old, {})[1]) if finding.severity == "error"
    }
    assert {"citation", "attribute"} <= refused
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE versions SET content = :c, hash = :h"), {"c": old.to_zip(), "h": old.hash})
    started = town.start()
    town.complete("vilma", started.task_ids[0], {"complete": "false"})
    assert town.value("SELECT statute FROM deadlines WHERE name = 'reply_time'") == "hallintolain mukaan"


def local_copy(base: Bundle, old: str = "", new: str = "") -> Bundle:
    """A copy under a name of its own, with one text of its deadlines replaced."""
    files = dict(base.files)
    drawing = files.pop("permit.bpmn").replace(b'process id="permit"', b'process id="own_permit"')
    manifest = files["process.toml"].replace(b'id = "permit"', b'id = "own_permit"', 1)
    assert old.encode() in files["deadlines.toml"]
    return bundles.inspect(
        bundles.pack(
            files
            | {"own_permit.bpmn": drawing, "process.toml": f'base = "permit@{base.hash[:12]}"\n'.encode() + manifest}
            | {"deadlines.toml": files["deadlines.toml"].replace(old.encode(), new.encode())}
        )
    )


def test_a_local_copy_that_loosens_what_its_base_locks_is_not_published(town, tmp_path) -> None:
    lanes = "[lanes.clerk]"
    base = changed("process.toml", lanes, f'[core]\ndeadlines = ["check"]\n\n{lanes}', tmp_path)
    publish(town, base)
    with pytest.raises(NotPublishable) as refused:
        publish(town, local_copy(base, "length = 14", "length = 30"))
    assert [finding.rule for finding in refused.value.findings] == ["copy-loosened"]
    assert publish(town, local_copy(base, "length = 7", "length = 9"))[0].new


def test_a_local_copy_is_compared_with_the_version_that_it_was_made_from(town, tmp_path) -> None:
    lanes = "[lanes.clerk]"
    base = changed("process.toml", lanes, f'[core]\ndeadlines = ["check"]\n\n{lanes}', tmp_path)
    publish(town, base)
    stricter = dict(base.files) | {
        "deadlines.toml": base.files["deadlines.toml"].replace(b"length = 14", b"length = 10")
    }
    publish(town, bundles.inspect(bundles.pack(stricter)))
    assert publish(town, local_copy(base))[0].new
