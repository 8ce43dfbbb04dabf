from __future__ import annotations

import io
import json

from engine import bundle as bundles
from tasks.commands import work
from tasks.commands.publishing import publish
from tasks.moments import day
from tests.tasks.conftest import BUNDLES, HOUSE, Town
from tests.web.conftest import Browser


def started(town: Town, who: str = "vilma") -> str:
    """A task that somebody has claimed."""
    task = town.start().task_ids[0]
    work.claim(town.database, town.user(who), task, now=town.now)
    return task


def test_a_free_task_offers_one_button_and_no_form(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    page = vilma.get(f"/tasks/{task}")
    assert f'action="/tasks/{task}/claim"' in page
    assert "/complete" not in page
    assert 'name="complete"' in vilma.post(f"/tasks/{task}/claim", version=vilma.version(task))


def test_the_page_explains_the_date_and_why_one_sees_it(town: Town, vilma: Browser) -> None:
    page = vilma.get(f"/tasks/{started(town)}")
    assert "Miksi tämä päivä?" in page
    assert "hakemus saapui" in page
    assert "Tehtävä kuuluu työrooliin tukipäätöksen valmistelija yksikössä Pohjola" in page
    assert "HL 31\N{NO-BREAK SPACE}§" in page


def test_looking_at_a_task_is_recorded_with_the_reason(town: Town, vilma: Browser) -> None:
    task = started(town)
    vilma.get(f"/tasks/{task}")
    row = town.rows("SELECT user_id, customer_id, what, why FROM views ORDER BY id DESC")[0]
    assert row.customer_id == town.customer
    assert row.what == f"task {task}"
    assert row.why == "work_role_in_unit"


def test_a_file_that_is_not_kept_is_told_at_its_question_and_the_other_answers_stay(town: Town, vilma: Browser) -> None:
    files = dict(bundles.read(BUNDLES / "permit").files)
    form = json.loads(files["forms/check.json"])
    form["properties"]["account"] = {
        "type": "string", "x-kind": "file", "title": "Selvitys", "x-secrecy": "ordinary",
        "x-i18n": {"sv": {"title": "Utredning"}, "en": {"title": "Account"}},
    }  # fmt: skip
    files["forms/check.json"] = json.dumps(form).encode()
    changed = bundles.assemble(files, "permit")
    publish(town.database, HOUSE, [changed], author="olga", approver="oona", from_on=day(town.now), now=town.now)
    task = started(town)
    sent = {"version": vilma.version(task), "complete": "true", "account": (io.BytesIO(b"MZ"), "tili.exe")}
    page = vilma.post(f"/tasks/{task}/complete", 422, **sent)
    assert '<a href="#f-account">' in page
    assert "Tiedosto tili.exe ei ole sisällöltään PDF" in page
    assert town.value("SELECT count(*) FROM attachments") == 0


def test_a_wrong_answer_is_told_in_a_summary_linked_to_the_field(town: Town, vilma: Browser) -> None:
    task = started(town)
    page = vilma.post(f"/tasks/{task}/complete", 422, version=vilma.version(task))
    assert 'class="error-summary"' in page
    assert 'href="#f-complete"' in page
    assert 'id="f-complete"' in page
    assert "<title>Virhe: " in page


def test_completing_answers_the_form_and_goes_on_to_the_next_task(town: Town, vilma: Browser) -> None:
    task, other = started(town), town.start().task_ids[0]
    page = vilma.post(f"/tasks/{task}/complete", version=vilma.version(task), complete="true", next="1")
    assert f'action="/tasks/{other}/complete"' in page
    assert "Valmis: " in page
    assert town.value("SELECT completed_by FROM tasks WHERE case_id = :c AND number = 1", c=task.split("-")[0])


def test_a_draft_is_kept_unchecked_and_comes_back(town: Town, vilma: Browser) -> None:
    task = started(town)
    sent = {"version": vilma.version(task), "complete": "false"}
    answer = vilma.client.post(f"/tasks/{task}/draft", data=sent, headers={"Accept": "application/json"})
    assert answer.json is not None
    assert answer.json["words"] == "Luonnos tallennettu 10.00"
    assert answer.json["version"] == vilma.version(task)
    assert answer.json["fields"]["complete"] == {"visible": True, "required": True}
    page = vilma.get(f"/tasks/{task}")
    assert 'value="false" checked' in page
    assert "kesken" in vilma.get("/tasks/")


def test_a_task_cannot_be_changed_without_telling_the_version(town: Town, vilma: Browser) -> None:
    task = started(town)
    page = vilma.post(f"/tasks/{task}/complete", 428, complete="true")
    assert "Sivun versio puuttuu" in page
    assert "true" in page


def test_who_comes_second_is_told_who_was_first_and_keeps_the_text(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    version = vilma.version(task)
    kalle = Browser(town, "kalle")
    kalle.post(f"/tasks/{task}/claim", version=version)
    kalle.post(f"/tasks/{task}/complete", version=kalle.version(task), complete="true")
    page = vilma.post(f"/tasks/{task}/complete", 412, version=version, complete="false")
    assert "Kalle teki tehtävän valmiiksi 9.2.2026 10.00." in page
    assert '<dd class="typed">false</dd>' in page
    assert town.value("SELECT count(*) FROM events WHERE kind = 'task_completed'") == 1


def test_a_stale_version_of_ones_own_task_can_be_gone_on_with(town: Town, vilma: Browser) -> None:
    task = started(town)
    page = vilma.post(f"/tasks/{task}/complete", 412, version=1, complete="false")
    assert f'action="/tasks/{task}/refresh"' in page
    again = vilma.post(f"/tasks/{task}/refresh", complete="false")
    assert 'value="false" checked' in again
    assert f'name="version" value="{vilma.version(task)}"' in again


def test_a_hold_needs_a_day_ahead_and_a_reason(town: Town, vilma: Browser) -> None:
    task = started(town)
    page = vilma.post(f"/tasks/{task}/hold", 422, version=vilma.version(task), until="1.1.2020", reason="x")
    assert 'href="#side-until"' in page
    assert 'value="1.1.2020"' in page
    assert 'href="#side-reason"' in vilma.post(f"/tasks/{task}/hold", 422, version=1, until="20.2.2026", reason="")
    page = vilma.post(f"/tasks/{task}/hold", version=vilma.version(task), until="20.2.2026", reason="Odottaa")
    assert "Siirretty päivään" in page


def test_a_supervisor_assigns_and_the_caseworker_releases(town: Town, vilma: Browser) -> None:
    task = town.start().task_ids[0]
    esko = Browser(town, "esko")
    assert "Kalle" in esko.get(f"/tasks/{task}")
    esko.post(f"/tasks/{task}/assign", version=esko.version(task), person=town.user("vilma").user_id)
    assert "/complete" in vilma.get(f"/tasks/{task}")
    assert "/claim" in vilma.post(f"/tasks/{task}/release", version=vilma.version(task))


def test_a_note_stands_on_the_page_and_an_empty_one_is_refused(town: Town, vilma: Browser) -> None:
    task = started(town)
    assert "Soitettu hakijalle" in vilma.post(f"/tasks/{task}/comments", text="Soitettu hakijalle")
    assert 'href="#side-text"' in vilma.post(f"/tasks/{task}/comments", 422, text=" ")


def test_what_is_typed_never_becomes_markup(town: Town, vilma: Browser) -> None:
    task = started(town)
    page = vilma.post(f"/tasks/{task}/comments", text="<script>alert(1)</script>")
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_done_task_says_who_did_it_and_offers_nothing(town: Town, vilma: Browser) -> None:
    task = started(town)
    vilma.post(f"/tasks/{task}/complete", version=vilma.version(task), complete="true")
    page = vilma.get(f"/tasks/{task}")
    assert "Tehtävä on tehty. Vilma 9.2.2026 10.00." in page
    assert f'action="/tasks/{task}/complete"' not in page


def test_there_is_no_task_of_a_made_up_id(vilma: Browser) -> None:
    for task in ("999-1", "x", "1-x", "1-1-1", "0-0"):
        vilma.get(f"/tasks/{task}", status=404)
