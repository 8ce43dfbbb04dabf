"""What becomes of a draft: proposed, returned, rejected, approved, published, given up; and versions are retired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, request, url_for

from tasks.commands import draft_files, drafts, reviewing
from tasks.commands import retiring as retire_commands
from tasks.errors import InvalidValue, NotFound, NotPublishable
from web import current, formats
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import desk
from web.processes.drafts import show, wrong

STEPS: dict[str, Callable[..., Any]] = {
    "propose": reviewing.propose, "take_back": reviewing.take_back, "return": reviewing.send_back,
    "reject": reviewing.reject, "approve": reviewing.approve, "withdraw": drafts.withdraw,
    "bring_up": draft_files.bring_up, "publish": reviewing.publish_draft, "retitle": drafts.retitle,
}  # fmt: skip
COMMENTED = ("propose", "return", "reject", "approve")


@blueprint.post("/drafts/<int:draft_id>/<step>")
def judge(draft_id: int, step: str) -> Any:
    """One step with a draft; the page again with what is wrong when it cannot be taken."""
    if step not in STEPS:
        raise NotFound("step", step)
    it = desk(draft_id)
    given: dict[str, Any] = {}
    if step == "retitle":
        given["title"] = request.form.get("title", "")
    else:
        given["revision"] = request.form.get("revision", 0, type=int)
    if step in COMMENTED:
        given["comment"] = request.form.get("comment", "")
    if step == "publish":
        day = formats.read_day(request.form.get("from_on", formats.day(current.today())).strip())
        if day is None:  # also one that was emptied: what is published cannot be taken back
            return show(it, (("f-from_on", t("draft.wrong_from_on_format")),), typed=request.form), 422
        given |= {"from_on": day, "callers": request.form.getlist("callers")}
    try:
        STEPS[step](current.database(), current.actor(), draft_id, now=current.now(), **given)
    except InvalidValue as error:
        return show(it, ((f"f-{error.field}", wrong(error)),), typed=request.form), 422
    except NotPublishable:
        return show(it, (("findings", t("draft.has_errors")),), typed=request.form), 422
    about = {"n": desk(draft_id).row.version, "day": formats.day(given["from_on"])} if step == "publish" else {}
    flash(t(f"draft.done_{step}", **about), "done")
    return redirect(url_for("processes.draft", draft_id=draft_id))


@blueprint.post("/<process>/versions/<int:number>/retire")
def retire(process: str, number: int) -> Any:
    """Let no new case take a version any more."""
    why = request.form.get("why", "")
    retire_commands.retire(current.database(), current.actor(), process, number, why=why, now=current.now())
    flash(t("draft.retired", number=number), "done")
    return redirect(url_for("processes.page", process=process))
