"""A local copy keeps what its base locks: what was removed, bypassed, loosened or added elsewhere is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatch

import pytest

from engine import bundle as bundles
from engine import local
from engine.bundle import Bundle, pack
from engine.errors import Finding
from tests.workflows.folders import folders

Files = dict[str, bytes]
Edit = Callable[[Files], None]
PAY, HEARING = "pay_subsidy", "hearing"


def swap(path: str, old: str, new: str) -> Edit:
    """Replace one text in one file; it must be there exactly once or be a whole block."""

    def edit(files: Files) -> None:
        text = files[path].decode()
        assert old in text, old
        files[path] = text.replace(old, new, 1).encode()

    return edit


def lead(path: str, flow: str, target: str) -> Edit:
    """Lead a flow to another element."""

    def edit(files: Files) -> None:
        pattern = re.compile(rf'(<bpmn:sequenceFlow id="{flow}"[^>]*targetRef=")[^"]*')
        text, count = pattern.subn(rf"\g<1>{target}", files[path].decode())
        assert count == 1
        files[path] = text.encode()

    return edit


def cut(path: str, pattern: str, instead: str = "", count: int = 1) -> Edit:
    """Take out what a pattern finds first (`count` = 0: everywhere)."""

    def edit(files: Files) -> None:
        text, found = re.subn(pattern, instead, files[path].decode(), count=count, flags=re.DOTALL)
        assert found, pattern
        files[path] = text.encode()

    return edit


def before(path: str, place: str, *more: str) -> Edit:
    """Put something before the element or flow with an id."""

    def edit(files: Files) -> None:
        text, count = re.subn(rf'<bpmn:\w+ id="{place}"', lambda found: "".join(more) + found[0], files[path].decode())
        assert count == 1
        files[path] = text.encode()

    return edit


def flow(id: str, source: str, target: str) -> str:
    return f'<bpmn:sequenceFlow id="{id}" sourceRef="{source}" targetRef="{target}" />'


def drop(path: str) -> Edit:
    return lambda files: files.pop(path) and None


def add(path: str, text: str) -> Edit:
    return lambda files: files.update({path: text.encode()})


def copied(folder: str, *edits: Edit) -> list[Finding]:
    """What is found in a copy of a folder with some edits."""
    base = folders()[folder]
    files = dict(base.files)
    head = f'base = "{folder}@{base.hash[:16]}"\n'
    files["process.toml"] = head.encode() + files["process.toml"]
    for edit in edits:
        edit(files)
    copy = bundles.inspect(pack(files))
    return local.check(copy, {folder: base})


BPMN, DRAWN = "pay_subsidy.bpmn", "hearing.bpmn"
CLAIM = "[[final_claim.rows]]\nfrom = 2025-01-01\nlength = "
OWN_FIELD = '"own": {"type": "string", "title": "Oma merkintä", "x-kind": "text", "x-secrecy": "ordinary"},'
OWN_VALUE = """
[hearing_reply_days]
name = {fi = "a", sv = "b", en = "c"}
unit = "days"
source = "HL 36 §"
rows = [{from = 2025-01-01, value = 7}]
"""
CLOSED = r"(?<=<bpmn:outgoing>register_checks_to_assess_candidate</bpmn:outgoing>\n      )</bpmn:userTask>"
NOTE = '<bpmn:userTask id="note" name="Kirjaa" />'


def test_a_copy_that_changes_nothing_keeps_everything() -> None:
    assert copied(PAY) == []
    assert copied(HEARING) == []


def test_every_folder_is_a_faithful_copy_of_itself() -> None:
    assert [finding for name, folder in folders().items() if folder.bpmn for finding in copied(name)] == []


GOOD: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "a step before an extension point": (
        PAY,
        (
            before(BPMN, "prepare_decision", NOTE),
            lead(BPMN, "hearing_needed_to_prepare_decision", "note"),
            before(BPMN, "hearing_to_hearing_result", flow("note_out", "note", "prepare_decision")),
        ),
    ),
    "other words": (PAY, (swap(BPMN, 'name="Valmistele päätös"', 'name="Kirjoita esitys"'),)),
    "more time for the customer": (PAY, (swap("deadlines.toml", f"{CLAIM}3", f"{CLAIM}4"),)),
    "a field at an extension point": (
        HEARING,
        (swap("forms/assess_reply.json", '"properties": {', f'"properties": {{{OWN_FIELD}'),),
    ),
    "another reminder": (
        HEARING,
        (swap("deadlines.toml", 'reminders = ["50 %", "2 working days"]', 'reminders = ["1 working days"]'),),
    ),
    "a stricter letter": (
        HEARING,
        (swap("process.toml", '"matter", "subject", "facts"', '"matter", "subject", "facts", "head"'),),
    ),
    "a story of its own": (HEARING, (add("stories/own.toml", 'name = "own"'),)),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_open_may_be_changed(name: str) -> None:
    folder, edits = GOOD[name]
    assert copied(folder, *edits) == []


BAD: dict[str, tuple[str, str, str, str, tuple[Edit, ...]]] = {
    # what was done: folder, rule, element, a part of the sentence, the edits
    "a locked step is gone": (
        HEARING,
        "copy-removed",
        "assess_reply",
        "hearing has the userTask 'Arvioi vastine' of ",
        (
            cut(DRAWN, r'<bpmn:userTask id="assess_reply".*?</bpmn:userTask>'),
            lead(DRAWN, "reply_at_hand_to_assess_reply", "heard"),
            lead(DRAWN, "reply_recorded_to_assess_reply", "heard"),
            cut(DRAWN, r'<bpmn:sequenceFlow id="assess_reply_to_heard"[^>]*/>'),
        ),
    ),
    "a locked step has another id": (
        HEARING,
        "copy-removed",
        "assess_reply",
        "'judge_reply' stands in its place",
        (cut(DRAWN, '"assess_reply"', '"judge_reply"', count=0),),
    ),
    "a locked step is of another kind": (
        PAY,
        "copy-loosened",
        "register_checks",
        "its kind of element is 'manualTask'; the base has 'userTask'",
        (cut(BPMN, r"user(?=Task id=.register_checks)", "manual"), cut(BPMN, CLOSED, "</bpmn:manualTask>")),
    ),
    "a way around a locked step": (
        HEARING,
        "copy-bypassed",
        "send_hearing",
        "from set_reply_date (",
        (lead(DRAWN, "set_reply_date_to_send_hearing", "reply_awaited"),),
    ),
    "a way around the decision": (
        PAY,
        "copy-bypassed",
        "decision",
        "without it; the base has none",
        (lead(BPMN, "variant_kept_to_decision", "decided"),),
    ),
    "a second way past the register checks": (
        PAY,
        "copy-bypassed",
        "register_checks",
        "without it",
        (before(BPMN, "variant_kept_to_decision", flow("quick", "check_completeness", "assess_candidate")),),
    ),
    "a new end instead of a decision": (
        PAY,
        "copy-bypassed",
        "decision",
        "from",
        (
            before(BPMN, "prepare_decision", '<bpmn:endEvent id="shelved" />'),
            before(BPMN, "variant_kept_to_decision", flow("shelve", "prepare_decision", "shelved")),
        ),
    ),
    "another role does it": (
        PAY,
        "copy-loosened",
        "register_checks",
        "its work role is 'employment_expert'; the base has 'grant_officer'",
        (
            swap(
                "process.toml",
                '[lanes.grant_officer]\nrole = "grant_officer"',
                '[lanes.grant_officer]\nrole = "employment_expert"',
            ),
        ),
    ),
    "another part is called": (
        PAY,
        "copy-loosened",
        "hearing",
        "its called part is 'own_hearing'; the base has 'hearing'",
        (swap(BPMN, 'calledElement="hearing"', 'calledElement="own_hearing"'),),
    ),
    "a locked choice has another condition": (
        HEARING,
        "copy-loosened",
        "hearing_needed",
        "the base has one on 'assess_hearing.needed = false'",
        (swap(DRAWN, "assess_hearing.needed = false", "true"),),
    ),
    "a step far from the extension points": (
        PAY,
        "copy-outside",
        "note",
        "pay_subsidy has ",
        (
            before(BPMN, "prepare_decision", NOTE),
            lead(BPMN, "decided_to_handled", "note"),
            before(BPMN, "hearing_to_hearing_result", flow("note_out", "note", "handled")),
        ),
    ),
    "a deadline is gone": (
        PAY,
        "copy-removed",
        "decision_before_start",
        "the base has it by 380/2023 84.1 §, 95.3 § 7 kohta",
        (cut("deadlines.toml", r"\[decision_before_start\].*?(?=\[support_end_86\])"),),
    ),
    "less time for the customer": (
        PAY,
        "copy-loosened",
        "final_claim",
        "is 2 months from 2025-01-01; the base has 3 months",
        (swap("deadlines.toml", f"{CLAIM}3", f"{CLAIM}2"),),
    ),
    "a time in another unit": (
        PAY,
        "copy-loosened",
        "final_claim",
        "is 3 weeks from 2025-01-01; the base has 3 months",
        (swap("deadlines.toml", f"{CLAIM}3", f'{CLAIM}3\nunit = "weeks"'),),
    ),
    "a date that rolls": (
        PAY,
        "copy-loosened",
        "decision_before_start",
        "rolls forward from 2025-01-01; the base has backward",
        (swap("deadlines.toml", 'unit = "days"\nroll = "backward"', 'unit = "days"\nroll = "forward"'),),
    ),
    "another event begins it": (
        PAY,
        "copy-loosened",
        "final_claim",
        "anchor is end_of_year(period_end); the base has end_of_month(period_end)",
        (swap("deadlines.toml", "end_of_month(period_end)", "end_of_year(period_end)"),),
    ),
    "a pause that the law does not know": (
        PAY,
        "copy-loosened",
        "final_claim",
        "pauses is interruption.pauses; the base has none",
        (
            swap(
                "deadlines.toml",
                'anchor = "end_of_month(period_end)"',
                'anchor = "end_of_month(period_end)"\npauses = "interruption.pauses"',
            ),
        ),
    ),
    "a value that the base takes from the law": (
        HEARING,
        "copy-loosened",
        "hearing_reply_days",
        "7 days here; the base takes it from the law",
        (add("parameters.toml", OWN_VALUE),),
    ),
    "a field need not be filled in": (
        HEARING,
        "copy-loosened",
        "assess_reply.assessment",
        "is required never; the base requires it always",
        (
            swap(
                "forms/assess_reply.json",
                '"required": ["summary", "changes_matter", "assessment"]',
                '"required": ["summary", "changes_matter"]',
            ),
        ),
    ),
    "a required field is gone": (
        HEARING,
        "copy-removed",
        "assess_hearing.needed",
        "the base has it as a required field",
        (
            cut("forms/assess_hearing.json", r'"needed": \{.*?\}\s*\},'),
            swap("forms/assess_hearing.json", '"required": ["needed"]', '"required": []'),
        ),
    ),
    "a form is gone": (
        HEARING,
        "copy-removed",
        "assess_reply",
        "the form assess_reply is gone",
        (drop("forms/assess_reply.json"),),
    ),
    "a rule is gone": (
        PAY,
        "copy-removed",
        "eligibility/*",
        '| "R5" | ',
        (cut("eligibility.dmn", r'<rule id="R5">.*?</rule>'),),
    ),
    "a rule asks something else": (
        PAY,
        "copy-loosened",
        "eligibility/*/dismissals",
        "'> 20'; the base has '> 0'",
        (swap("eligibility.dmn", "<text>&gt; 0</text>", "<text>&gt; 20</text>"),),
    ),
    "a part of a letter is not required": (
        HEARING,
        "copy-removed",
        "letters.hearing",
        "need not have the part 'evidence'; the base requires it",
        (swap("process.toml", '"facts", "evidence", "reply_by", "consequence"', '"facts", "reply_by", "consequence"'),),
    ),
    "one person does both": (
        PAY,
        "copy-loosened",
        "four_eyes",
        "the base has the pair preparation_and_decision",
        (cut("process.toml", r'\[\[four_eyes\]\]\nid = "preparation_and_decision"\n.*?(?=\[\[)'),),
    ),
    "less is locked": (
        HEARING,
        "copy-loosened",
        "core",
        "no longer locks send_hearing",
        (swap("process.toml", '"hearing_needed", "send_hearing", ', '"hearing_needed", '),),
    ),
    "a locked step is opened": (
        HEARING,
        "copy-loosened",
        "core",
        "has send_hearing besides those of the base",
        (
            swap(
                "process.toml",
                'extension_points = ["assess_reply"]',
                'extension_points = ["assess_reply", "send_hearing"]',
            ),
        ),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_locked_stays(name: str) -> None:
    folder, rule, element, sentence, edits = BAD[name]
    found = copied(folder, *edits)
    assert all(finding.severity == "error" for finding in found)
    told = [finding.message for finding in found if finding.rule == rule and fnmatch(finding.element or "", element)]
    assert any(sentence in message for message in told), [(f.rule, f.element, f.message) for f in found]


def test_the_base_is_told_when_it_has_moved_on() -> None:
    old = swap("process.toml", folders()[HEARING].hash[:16], "0" * 16)
    (finding,) = copied(HEARING, old)
    assert (finding.rule, finding.severity) == ("copy-base", "warning")
    assert "hearing@000000000000, the base at hand is hearing@" in finding.message


def with_base(text: str) -> Bundle:
    files = dict(folders()[HEARING].files)
    files["process.toml"] = f'base = "{text}"\n'.encode() + files["process.toml"]
    return bundles.inspect(pack(files))


def test_a_base_that_is_not_there_or_cannot_be_read_is_an_error() -> None:
    (away,) = local.check(with_base("nowhere@0123456789ab"), folders())
    assert "the base 'nowhere' is not at hand" in away.message
    (odd,) = local.check(with_base("hearing"), folders())
    assert "base is 'hearing', expected a process and the hash" in odd.message


def test_a_core_locks_only_what_there_is() -> None:
    files = dict(folders()[HEARING].files)
    text = files["process.toml"].decode()
    files["process.toml"] = text.replace('"send_hearing", ', '"send_haering", ', 1).encode()
    (finding,) = local.check_core(bundles.inspect(pack(files)))
    assert (finding.rule, finding.severity) == ("core-unknown", "error")
    assert "core.elements names 'send_haering'" in finding.message
    files["process.toml"] = (text + 'gates = ["hearing_needed"]\n').encode()
    (odd,) = local.check_core(bundles.inspect(pack(files)))
    assert "core.gates locks nothing" in odd.message
