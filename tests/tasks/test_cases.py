"""A case from the application to the decision, on both databases."""

from __future__ import annotations


def test_an_application_opens_a_task_with_its_deadline(town) -> None:
    started = town.start()
    row = town.rows("SELECT * FROM tasks WHERE case_id = :c", c=started.case_id)[0]
    assert (started.number, row.element, row.role, row.deadline) == ("LU/1/2026", "check", "grant_officer", "check")
    assert str(row.due_on) == "2026-02-23"


def test_a_case_goes_from_application_to_decision_and_letter(town) -> None:
    started = town.start()
    checked = town.complete("vilma", started.task_ids[0], {"complete": "true"})
    decided = town.complete("paula", checked.opened[0], {"approved": "true"})
    assert (decided.closed, decided.outcome) == (True, "decided")
    assert town.events(started.case_id) == [
        "case_started", "task_opened", "deadline_opened", "task_completed", "task_opened", "deadline_met",
        "task_completed", "letter_written", "case_closed",
    ]  # fmt: skip
    document = town.rows("SELECT * FROM documents WHERE case_id = :c", c=started.case_id)[0]
    assert "Lupa myönnetään." in document.html
    assert "Salakuja 1" not in document.html
