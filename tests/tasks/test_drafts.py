"""Drafts: begun, written by several people without loss, judged by another person, published exactly as approved."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from engine import bundle as bundles
from engine import drawing
from engine.errors import BundleError
from engine.local import base_of
from tasks import clock
from tasks.check import folder_findings
from tasks.commands import draft_files, drafts, people, retiring, reviewing
from tasks.drafting import KINDS, digest
from tasks.errors import (
    FileChanged,
    Forbidden,
    InvalidValue,
    NotFound,
    NotPublishable,
    NotPublished,
    Stale,
    WrongState,
)
from tasks.localcopy import copied
from tasks.published import published
from tasks.skeleton import skeleton
from tests.tasks.conftest import BUNDLES, HOUSE, Town

LABELS = b'sv = "Granska"'
NAMES = {"fi": "Kokeilu", "sv": "Försök", "en": "Trial"}


def begin(town: Town, who: str = "olga", title: str = "Uusi vastausaika") -> int:
    return drafts.start_from_version(town.database, town.user(who), process="permit", title=title, now=town.now)


def content(town: Town, draft: int, path: str) -> bytes:
    sql = "SELECT content FROM draft_files WHERE draft_id = :d AND path = :p"
    return bytes(town.value(sql, d=draft, p=path))


def save(town: Town, draft: int, path: str, data: bytes, who: str = "olga", expected: str | None = None) -> str:
    if expected is None:
        sql = "SELECT hash FROM draft_files WHERE draft_id = :d AND path = :p"
        expected = town.value(sql, d=draft, p=path) or ""
    return draft_files.save_file(town.database, town.user(who), draft, path, data, expected=expected, now=town.now)


def swap(town: Town, draft: int, path: str, old: bytes, new: bytes, who: str = "olga") -> str:
    before = content(town, draft, path)
    assert old in before
    return save(town, draft, path, before.replace(old, new), who)


def revision(town: Town, draft: int) -> int:
    return int(town.value("SELECT revision FROM drafts WHERE id = :d", d=draft))


def state(town: Town, draft: int) -> str:
    return str(town.value("SELECT state FROM drafts WHERE id = :d", d=draft))


def kinds(town: Town, draft: int) -> list[str]:
    rows = town.rows("SELECT kind FROM draft_events WHERE draft_id = :d ORDER BY number", d=draft)
    return [row.kind for row in rows]


def step(town: Town, command, draft: int, who: str, **more) -> object:
    return command(
        town.database, town.user(who), draft, revision=more.pop("revision", revision(town, draft)), now=town.now, **more
    )


def approved(town: Town, draft: int | None = None) -> int:
    if draft is None:
        draft = begin(town)
        swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"')
    step(town, reviewing.propose, draft, "olga", comment="")
    step(town, reviewing.approve, draft, "oona", comment="")
    return draft


def publish(town: Town, draft: int, who: str = "oona", from_on: date = date(2026, 2, 9), **more):
    return step(town, reviewing.publish_draft, draft, who, from_on=from_on, **more)


def test_a_draft_begins_with_every_file_of_the_version(town) -> None:
    draft = begin(town)
    rows = town.rows("SELECT path, content, hash FROM draft_files WHERE draft_id = :d", d=draft)
    files = {row.path: bytes(row.content) for row in rows}
    assert bundles.fingerprint(files) == town.value("SELECT hash FROM versions")
    assert all(row.hash == digest(bytes(row.content)) for row in rows)
    assert kinds(town, draft) == ["started"]
    assert town.value("SELECT kind FROM audit ORDER BY id DESC") == "draft_started"


def test_a_draft_from_a_zip_takes_the_folder_out_of_it_and_keeps_every_byte(town) -> None:
    files = dict(bundles.read(BUNDLES / "permit").files)
    zipped = bundles.pack({f"permit/{path}": data for path, data in files.items()})
    draft = drafts.start_from_zip(town.database, town.user("olga"), zipped, title="Zipistä", now=town.now)
    assert town.value("SELECT base_version FROM drafts WHERE id = :d", d=draft) == 1
    assert content(town, draft, "permit.bpmn") == files["permit.bpmn"]


@pytest.mark.parametrize("files", [{"../process.toml": b"id = 1"}, {"a.txt": b""}, {"process.toml": b"", "..\\b": b""}])
def test_a_zip_that_is_no_process_folder_is_refused_with_a_sentence(town, files) -> None:
    with pytest.raises(BundleError, match="zip"):
        drafts.start_from_zip(town.database, town.user("olga"), bundles.pack(files), title="x", now=town.now)
    with pytest.raises(BundleError, match="not a usable zip"):
        drafts.start_from_zip(town.database, town.user("olga"), b"PK\x03\x04 nonsense", title="x", now=town.now)
    assert town.value("SELECT count(*) FROM drafts") == 0


@pytest.mark.parametrize("kind", ["process", "part"])
def test_a_new_process_begins_with_a_folder_that_passes_every_check(kind) -> None:
    files = skeleton("trial", kind=kind, area="finding_work", prefix="KO", owner="olga", name=NAMES)
    rewrites, findings = folder_findings(bundles.assemble(files, "trial"), {})
    assert (rewrites, findings) == ((), [])


def test_a_new_process_is_written_approved_and_takes_its_first_case(town) -> None:
    draft = drafts.start_empty(
        town.database, town.user("olga"), process="trial", kind="process", area="finding_work", prefix="KO",
        name=NAMES, title="Kokeilu", now=town.now,
    )  # fmt: skip
    (made,) = publish(town, approved(town, draft))
    assert (made.process, made.number, made.new) == ("trial", 1, True)
    assert b'owner = "olga"' in content(town, draft, "process.toml")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("process", {"process": "permit"}), ("process", {"process": "Uusi"}), ("process", {"process": "drafts"}),
        ("name_sv", {"name": {"fi": "A", "en": "A"}}), ("prefix", {"prefix": "ab"}), ("kind", {"kind": "law"}),
        ("title", {"title": "  "}), ("title", {"title": "x" * 201}),
    ],
)  # fmt: skip
def test_what_a_new_process_cannot_be_is_refused_by_its_field(town, field, values) -> None:
    given = {"process": "trial", "kind": "process", "area": "finding_work", "prefix": "KO", "name": NAMES, "title": "K"}
    with pytest.raises(InvalidValue) as refused:
        drafts.start_empty(town.database, town.user("olga"), **given | values, now=town.now)
    assert refused.value.field == field


OWN = {"fi": "Oma lupa", "sv": "Eget tillstånd", "en": "Own permit"}
COPY = {
    "source": "permit",
    "process": "own_permit",
    "area": "finding_work",
    "prefix": "OL",
    "name": OWN,
    "title": "Oma",
}


def test_a_local_copy_is_made_of_a_version_approved_and_takes_its_first_case(town) -> None:
    draft = drafts.start_copy(town.database, town.user("olga"), **COPY, now=town.now)
    base = bundles.read(BUNDLES / "permit")
    told = content(town, draft, "process.toml")
    assert f'base = "permit@{base.hash[:12]}"'.encode() in told
    assert b'owner = "olga"' in told
    assert content(town, draft, "labels.toml") == base.files["labels.toml"]
    (made,) = publish(town, approved(town, draft))
    assert (made.process, made.number, made.new) == ("own_permit", 1, True)
    with town.database.read() as connection:
        copy = published(town.database).refresh(connection).bundle("own_permit", 1)
    assert base_of(copy) == ("permit", base.hash[:12])
    assert set(copy.stories) == set(base.stories)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("process", {"process": "permit"}), ("process", {"process": "Oma lupa"}), ("prefix", {"prefix": "ol"}),
        ("name_fi", {"name": OWN | {"fi": "Lupa"}}), ("name_en", {"name": {"fi": "A", "sv": "A"}}),
    ],
)  # fmt: skip
def test_what_a_copy_cannot_be_is_refused_by_its_field(town, field, values) -> None:
    with pytest.raises(InvalidValue) as refused:
        drafts.start_copy(town.database, town.user("olga"), **COPY | values, now=town.now)
    assert refused.value.field == field


@pytest.mark.parametrize("source", ["nowhere", "law"])
def test_only_a_published_process_or_part_is_copied(town, source) -> None:
    with pytest.raises(NotFound):
        drafts.start_copy(town.database, town.user("olga"), **COPY | {"source": source}, now=town.now)


WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"
FOLDERS = {path.parent.name: bundles.read(path.parent) for path in sorted(WORKFLOWS.glob("*/process.toml"))}


@pytest.mark.parametrize("process", [name for name, each in FOLDERS.items() if each.kind != "law"])
def test_a_copy_of_each_folder_of_the_product_passes_as_its_base_does(process: str) -> None:
    base = FOLDERS[process]
    files = copied(base, "own_one", area=base.manifest.area, prefix="OMA", owner="olga", name=OWN)
    copy = bundles.assemble(files, "own_one")
    found = [finding for finding in folder_findings(copy, FOLDERS)[1] if finding.severity == "error"]
    assert found == []
    assert copy.bpmn is not None
    assert drawing.read(copy.bpmn, file="").process == "own_one"
    assert f'name="{base.manifest.name["fi"]}" processRef'.encode() not in copy.bpmn
    assert {story["process"] for story in copy.stories.values()} <= {"own_one"}


def test_the_second_of_two_who_save_gets_both_texts_and_overwrites_nothing(town) -> None:
    draft = begin(town)
    before = digest(content(town, draft, "labels.toml"))
    mine = swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"')
    with pytest.raises(FileChanged) as refused:
        save(town, draft, "labels.toml", b"other", "oona", expected=before)
    assert refused.value.content == content(town, draft, "labels.toml")
    assert (refused.value.who, refused.value.hash) == ("olga", mine)
    save(town, draft, "labels.toml", b"other", "oona", expected=mine)
    assert kinds(town, draft) == ["started", "saved", "saved"]


def test_the_very_same_content_is_no_conflict_and_no_change(town) -> None:
    draft = begin(town)
    same = content(town, draft, "labels.toml")
    assert save(town, draft, "labels.toml", same, "oona", expected="what it was long ago") == digest(same)
    assert kinds(town, draft) == ["started"]


def test_a_file_that_was_removed_meanwhile_is_a_conflict_too(town) -> None:
    draft = begin(town)
    hash = digest(content(town, draft, "labels.toml"))
    draft_files.remove_file(town.database, town.user("oona"), draft, "labels.toml", expected=hash, now=town.now)
    with pytest.raises(FileChanged) as refused:
        save(town, draft, "labels.toml", b"mine", expected=hash)
    assert (refused.value.content, refused.value.who) == (None, "oona")
    save(town, draft, "labels.toml", b"mine", expected="")
    assert content(town, draft, "labels.toml") == b"mine"


def test_a_file_gets_another_name_with_what_was_typed_into_it(town) -> None:
    draft, olga = begin(town), town.user("olga")
    hash = digest(content(town, draft, "forms/check.json"))
    draft_files.keep_text(town.database, olga, draft, "forms/check.json", text="typed", base=hash, now=town.now)
    draft_files.rename_file(
        town.database, olga, draft, "forms/check.json", "forms/inspect.json", expected=hash, now=town.now
    )
    assert digest(content(town, draft, "forms/inspect.json")) == hash
    assert town.value("SELECT path FROM draft_texts") == "forms/inspect.json"
    with pytest.raises(InvalidValue, match="is there already"):
        draft_files.rename_file(
            town.database, olga, draft, "forms/inspect.json", "labels.toml", expected=hash, now=town.now
        )


@pytest.mark.parametrize(
    "path", ["", "/etc/passwd", "a/../b", "forms//a.json", ".env", "forms/.a", "a\\b", "c:d", "a\nb", "x" * 201]
)
def test_a_path_that_is_none_is_refused(town, path) -> None:
    with pytest.raises(InvalidValue) as refused:
        save(town, begin(town), path, b"x", expected="")
    assert refused.value.field == "path"


def test_a_folder_larger_than_the_engine_reads_is_refused(town) -> None:
    draft = begin(town)
    with pytest.raises(InvalidValue, match="at most"):
        save(town, draft, "large.txt", b"x" * (bundles.MAX_FILE + 1), expected="")
    assert town.value("SELECT count(*) FROM draft_files WHERE path = 'large.txt'") == 0


def test_the_process_id_stays_and_process_toml_too(town) -> None:
    draft, olga = begin(town), town.user("olga")
    with pytest.raises(InvalidValue, match="expected 'permit'"):
        swap(town, draft, "process.toml", b'id = "permit"', b'id = "licence"')
    hash = digest(content(town, draft, "process.toml"))
    with pytest.raises(InvalidValue, match=r"process\.toml"):
        draft_files.remove_file(town.database, olga, draft, "process.toml", expected=hash, now=town.now)


def test_a_letter_brings_the_passages_that_it_includes(town) -> None:
    draft = begin(town)
    save(town, draft, "letters/extra.fi.html", b'{% include "head" %}\n<h1>Kirje</h1>\n')
    assert b"authority" in content(town, draft, "letters/passages/head.fi.html")


def test_what_is_typed_is_kept_for_its_writer_until_the_file_is_saved(town) -> None:
    draft = begin(town)
    for who in ("olga", "oona"):
        draft_files.keep_text(town.database, town.user(who), draft, "labels.toml", text=who, base="h", now=town.now)
    draft_files.keep_text(town.database, town.user("olga"), draft, "labels.toml", text="more", base="h", now=town.now)
    assert {row.text for row in town.rows("SELECT text FROM draft_texts")} == {"more", "oona"}
    swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"')
    assert [row.text for row in town.rows("SELECT text FROM draft_texts")] == ["oona"]
    draft_files.drop_text(town.database, town.user("oona"), draft, "labels.toml", now=town.now)
    assert town.value("SELECT count(*) FROM draft_texts") == 0


def test_a_zip_takes_the_place_of_all_files_unless_somebody_was_first(town) -> None:
    draft, files = begin(town), dict(bundles.read(BUNDLES / "permit").files)
    del files["forms/go_on.json"]
    files["labels.toml"] += b"\n# note\n"
    seen = revision(town, draft)
    swap(town, draft, "deadlines.toml", b"length = 7", b"length = 8")
    with pytest.raises(Stale):
        draft_files.replace_files(
            town.database, town.user("oona"), draft, bundles.pack(files), revision=seen, now=town.now
        )
    draft_files.replace_files(
        town.database, town.user("oona"), draft, bundles.pack(files), revision=revision(town, draft), now=town.now
    )
    rows = town.rows("SELECT path, content FROM draft_files WHERE draft_id = :d", d=draft)
    assert {row.path: bytes(row.content) for row in rows} == files


def test_a_draft_with_errors_cannot_be_proposed(town) -> None:
    draft = begin(town)
    swap(town, draft, "forms/check.json", b'"yes_no"', b'"maybe"')
    with pytest.raises(NotPublishable) as refused:
        step(town, reviewing.propose, draft, "olga", comment="")
    assert any(finding.file == "forms/check.json" for finding in refused.value.findings)
    assert state(town, draft) == "draft"


def test_what_is_proposed_stands_still_and_what_was_approved_is_what_is_published(town) -> None:
    draft = approved(town)
    with pytest.raises(WrongState):
        save(town, draft, "labels.toml", b"sneaked in")
    with pytest.raises(WrongState):
        draft_files.keep_text(town.database, town.user("olga"), draft, "labels.toml", text="", base="", now=town.now)
    (made,) = publish(town, draft)
    row = town.rows("SELECT number, hash, author, approver, from_on FROM versions ORDER BY id DESC")[0]
    assert (row.number, row.author, row.approver, str(row.from_on)) == (2, "olga", "oona", "2026-02-09")
    assert row.hash == made.hash == town.value("SELECT hash FROM drafts WHERE id = :d", d=draft)
    assert kinds(town, draft) == ["started", "saved", "proposed", "approved", "published"]
    said = [row.kind for row in town.rows("SELECT kind FROM audit ORDER BY id") if "draft" in row.kind]
    assert said == ["draft_started", "draft_proposed", "draft_approved", "draft_published"]


def test_a_part_is_published_with_the_callers_that_are_to_use_it(town) -> None:
    olga = (town.database, town.user("olga"))
    given = {"kind": "part", "area": "finding_work", "prefix": "", "name": NAMES, "title": "Osa", "now": town.now}
    part = drafts.start_empty(*olga, process="trial_part", **given)
    publish(town, approved(town, part))
    caller = begin(town)
    bpmn = content(town, caller, "permit.bpmn")
    start = bpmn.index(b'<bpmn:userTask id="go_on"')
    end = bpmn.index(b"</bpmn:userTask>", start)
    call = bpmn[start:end].replace(b"<bpmn:userTask ", b'<bpmn:callActivity calledElement="trial_part" ')
    save(town, caller, "permit.bpmn", bpmn[:start] + call + b"</bpmn:callActivity>" + bpmn[end + 16 :])
    publish(town, approved(town, caller))
    again = drafts.start_from_version(*olga, process="trial_part", title="Osa", now=town.now)
    swap(town, again, "forms/handle.json", b'"maxLength": 2000', b'"maxLength": 500')
    approved(town, again)
    with pytest.raises(InvalidValue, match="does not call"):
        publish(town, again, callers=["trial_part"])
    made = publish(town, again, callers=["permit"])
    assert [(one.process, one.number) for one in made] == [("trial_part", 2), ("permit", 3)]
    versions = town.rows("SELECT number, parts, hash FROM versions WHERE process = 'permit' ORDER BY number")
    assert ["2" in str(row.parts) for row in versions] == [False, False, True]
    assert versions[1].hash == versions[2].hash


def test_content_changed_behind_our_back_is_not_published(town) -> None:
    draft = approved(town)
    with town.database.transaction() as connection:
        connection.execute(text("UPDATE draft_files SET content = :c WHERE path = 'labels.toml'"), {"c": b""})
    with pytest.raises(WrongState, match="changed since it was proposed"):
        publish(town, draft)
    assert town.value("SELECT count(*) FROM versions") == 1


@pytest.mark.parametrize("command", [reviewing.approve, reviewing.send_back, reviewing.reject])
def test_nobody_judges_what_they_have_written_even_a_little(town, command) -> None:
    draft = begin(town)
    swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"', who="oona")
    step(town, reviewing.propose, draft, "olga", comment="")
    for who in ("olga", "oona"):
        with pytest.raises(Forbidden, match="own_draft"):
            step(town, command, draft, who, comment="Hyvä")
    assert state(town, draft) == "proposed"


def test_an_author_publishes_neither_by_approving_nor_behind_an_approval(town) -> None:
    draft = approved(town)
    with pytest.raises(Forbidden, match="own_draft"):
        publish(town, draft, who="olga")
    with town.database.transaction() as connection:  # an approval that is none
        connection.execute(text("UPDATE drafts SET approver_id = owner_id"))
    with pytest.raises(Forbidden, match="own_draft"):
        publish(town, draft)
    assert town.value("SELECT count(*) FROM versions") == 1


def test_an_approver_who_has_left_publishes_nothing(town) -> None:
    draft = approved(town)
    third = people.add_user(town.database, HOUSE, name="otto", full_name="Otto", now=town.now)
    people.add_role(town.database, HOUSE, user_id=third, role="process_owner", now=town.now)
    people.set_active(town.database, HOUSE, town.user("oona").user_id, active=False, now=town.now)
    with pytest.raises(Forbidden, match="inactive"):
        publish(town, draft, who="otto")


def test_a_draft_is_returned_with_a_comment_written_on_and_proposed_again(town) -> None:
    draft = begin(town)
    step(town, reviewing.propose, draft, "olga", comment="Katso tätä")
    with pytest.raises(InvalidValue):
        step(town, reviewing.send_back, draft, "oona", comment="  ")
    step(town, reviewing.send_back, draft, "oona", comment="Vastausaika puuttuu")
    assert state(town, draft) == "draft"
    swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"')
    publish(town, approved(town, draft))
    assert town.value("SELECT why FROM audit WHERE kind = 'draft_returned'") == "Vastausaika puuttuu"


def test_authors_take_a_proposal_back_and_an_approval_is_void_then(town) -> None:
    draft = approved(town)
    with pytest.raises(Forbidden, match="not_author"):
        step(town, reviewing.take_back, draft, "oona")
    step(town, reviewing.take_back, draft, "olga")
    assert town.value("SELECT approver_id FROM drafts") is None
    with pytest.raises(WrongState):
        publish(town, draft)


@pytest.mark.parametrize("end", ["rejected", "withdrawn"])
def test_what_is_rejected_or_withdrawn_stays_to_be_read_and_goes_no_further(town, end) -> None:
    draft = begin(town)
    step(town, reviewing.propose, draft, "olga", comment="")
    if end == "rejected":
        step(town, reviewing.reject, draft, "oona", comment="Ei tarvita")
    else:
        step(town, drafts.withdraw, draft, "olga")
    assert state(town, draft) == end
    for command in (reviewing.approve, reviewing.propose):
        with pytest.raises(WrongState):
            step(town, command, draft, "oona", comment="")
    assert content(town, draft, "process.toml")


def test_a_command_on_an_old_sight_of_the_draft_is_refused(town) -> None:
    draft = begin(town)
    seen = revision(town, draft)
    swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"')
    with pytest.raises(Stale):
        step(town, reviewing.propose, draft, "olga", comment="", revision=seen)


def test_a_version_begins_today_or_later_and_not_before_the_one_that_it_builds_on(town) -> None:
    draft = approved(town)
    with pytest.raises(InvalidValue, match="is before 2026-02-09"):
        publish(town, draft, from_on=date(2026, 2, 8))
    publish(town, draft, from_on=date(2026, 3, 1))
    town.start()
    town.pass_time(days=30)
    town.start()
    assert [row.version for row in town.rows("SELECT version FROM cases ORDER BY id")] == [1, 2]
    town.now -= timedelta(days=25)
    again = begin(town)
    swap(town, again, "labels.toml", b'"Kontrollera"', b'"Syna"')
    with pytest.raises(InvalidValue, match="the first day of version 2"):
        publish(town, approved(town, again), from_on=date(2026, 2, 20))


def test_a_draft_behind_a_newer_version_is_brought_up_and_loses_neither_change(town) -> None:
    late, quick = begin(town), begin(town)
    swap(town, late, "labels.toml", LABELS, b'sv = "Kontrollera"')
    swap(town, late, "deadlines.toml", b"length = 7", b"length = 9")
    swap(town, quick, "forms/check.json", b'"yes_no"', b'"yes_no" ')
    swap(town, quick, "deadlines.toml", b"length = 7", b"length = 10")
    publish(town, approved(town, quick))
    step(town, reviewing.propose, late, "olga", comment="")
    step(town, reviewing.approve, late, "oona", comment="")
    with pytest.raises(WrongState, match="published meanwhile"):
        publish(town, late)
    step(town, reviewing.take_back, late, "olga")
    assert step(town, draft_files.bring_up, late, "olga") == ("deadlines.toml",)
    assert b'"yes_no" ' in content(town, late, "forms/check.json")
    assert b"length = 9" in content(town, late, "deadlines.toml")
    with pytest.raises(WrongState):
        step(town, draft_files.bring_up, late, "olga")
    (made,) = publish(town, approved(town, late))
    assert made.number == 3


def test_a_draft_without_changes_is_no_new_version(town) -> None:
    with pytest.raises(WrongState, match="the same as version 1"):
        publish(town, approved(town, begin(town)))
    assert town.value("SELECT count(*) FROM versions") == 1


@pytest.mark.parametrize("who", ["vilma", "esko", "outi", "liisa"])
def test_only_process_owners_write_and_judge_drafts(town, who) -> None:
    with pytest.raises(Forbidden):
        begin(town, who)
    draft = begin(town)
    for command in (
        lambda: save(town, draft, "labels.toml", b"x", who),
        lambda: step(town, reviewing.propose, draft, who, comment=""),
        lambda: step(town, drafts.withdraw, draft, who),
    ):
        with pytest.raises(Forbidden):
            command()


def test_a_process_owner_of_another_area_writes_nothing_and_moves_no_process_out_of_reach(town) -> None:
    draft = begin(town)
    for area, name in (("other", "otto"), ("finding_work", "orvokki")):
        user = people.add_user(town.database, HOUSE, name=name, full_name=name.title(), now=town.now)
        people.add_role(town.database, HOUSE, user_id=user, role="process_owner", areas=[area], now=town.now)
    with pytest.raises(Forbidden, match="other_process_area"):
        swap(town, draft, "labels.toml", LABELS, b"", who="otto")
    with pytest.raises(Forbidden, match="other_process_area"):
        swap(town, draft, "process.toml", b'area = "finding_work"', b'area = "other"', who="orvokki")
    swap(town, draft, "labels.toml", LABELS, b'sv = "Kontrollera"', who="orvokki")


def test_no_draft_is_not_found(town) -> None:
    with pytest.raises(NotFound):
        save(town, 99, "labels.toml", b"x", expected="")


def test_a_retired_version_takes_no_new_case_while_those_on_it_go_on(town) -> None:
    running = town.start()
    publish(town, approved(town))
    newer = town.start()
    retiring.retire(town.database, town.user("olga"), "permit", 2, why="Virhe kaaviossa", now=town.now)
    town.start()
    assert [row.version for row in town.rows("SELECT version FROM cases ORDER BY id")] == [1, 2, 1]
    with pytest.raises(InvalidValue, match="retired"):
        town.start(version=2)
    town.complete("vilma", newer.task_ids[0], {"complete": "true"})
    town.complete("vilma", running.task_ids[0], {"complete": "true"})
    retiring.retire(town.database, HOUSE, "permit", 1, why="Prosessi päättyy", now=town.now)
    with pytest.raises(NotPublished):
        town.start()
    assert clock.run_until(town.database, town.now).failed == 0
    with town.database.read() as connection:
        assert [row.retired for row in published(town.database).refresh(connection).rows] == [True, True]


def test_retiring_needs_a_reason_the_right_person_and_a_version_that_takes_cases(town) -> None:
    with pytest.raises(InvalidValue):
        retiring.retire(town.database, town.user("olga"), "permit", 1, why=" ", now=town.now)
    with pytest.raises(Forbidden):
        retiring.retire(town.database, town.user("vilma"), "permit", 1, why="x", now=town.now)
    retiring.retire(town.database, town.user("outi"), "permit", 1, why="x", now=town.now)
    with pytest.raises(WrongState):
        retiring.retire(town.database, town.user("outi"), "permit", 1, why="x", now=town.now)


def test_every_kind_of_event_that_is_written_is_named() -> None:
    source = "".join(
        (BUNDLES.parents[2] / "tasks" / "commands" / f"{name}.py").read_text()
        for name in ("drafts", "draft_files", "reviewing")
    )
    written = set(re.findall(r'\.note\(\s*"(\w+)"|_judge\([^)]*?"(\w+)", "(?:draft|rejected)"', source))
    assert {name for pair in written for name in pair if name} <= set(KINDS)
