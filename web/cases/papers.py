"""What is kept in a case: documents to read, attachments to fetch and add, comments to write."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from tasks.commands import remarks
from tasks.errors import InvalidValue, NotFound
from tasks.queries import papers
from web import casepage, current, paper, pdf, sight, words
from web.cases import blueprint
from web.i18n import t


@blueprint.get("/<int:case_id>/documents/<int:number>")
def document(case_id: int, number: int) -> Any:
    """One document as it was written, with its facts; nothing in it runs or loads anything."""
    seen = sight.case(case_id, "document")
    row, html, shown = _letter(case_id, number)
    answer = make_response(
        render_template(
            "cases/document.html",
            head=seen.head,
            document=row,
            name=casepage.document(seen, row),
            html=shown,
            version=_version(row),
            sha256=hashlib.sha256(html.encode()).hexdigest(),
            pdf=pdf.available(),
        )
    )
    answer.headers["Content-Security-Policy"] = paper.CONTENT_POLICY
    return answer


@blueprint.get("/<int:case_id>/documents/<int:number>.pdf")
def document_pdf(case_id: int, number: int) -> Response:
    """The same document as a tagged PDF to keep; not found where PDFs cannot be made."""
    seen = sight.case(case_id, "document")
    if not pdf.available():
        raise NotFound("document", f"{case_id}-{number}.pdf")
    row, _, shown = _letter(case_id, number)
    title = f"{casepage.document(seen, row)} {seen.head.number}"
    answer = make_response(pdf.render(shown, title=title, language=row.language))
    answer.headers["Content-Type"] = "application/pdf"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    named = f"{title} {row.sent_on.isoformat()}.pdf".replace("/", "-")
    answer.headers.set("Content-Disposition", "attachment", filename=named)
    return answer


def _letter(case_id: int, number: int) -> tuple[papers.DocumentRow, str, Markup]:
    """A document's row, its text as it was frozen, and its elements as they may be shown; NotFound."""
    with current.database().read() as connection:
        html = papers.document_html(connection, case_id, number)
        found = [row for row in papers.documents(connection, case_id) if row.number == number]
        hidden = papers.hidden_address(connection, case_id, number)
    if html is None:
        raise NotFound("document", f"{case_id}-{number}")
    return found[0], html, paper.shown(html, hidden)


def _version(row: papers.DocumentRow) -> str:
    """The folder and the version whose template the letter was written from: "Palkkatuki, versio 1"."""
    name = words.process(sight.published(), row.process)
    return t("explain.version_of", name=name, number=row.version.rpartition("@")[2])


@blueprint.get("/<int:case_id>/attachments/<int:number>")
def attachment(case_id: int, number: int) -> Response:
    """One attachment, always as a download, never shown inside our site."""
    sight.case(case_id, "attachment")
    with current.database().read() as connection:
        found = papers.attachment(connection, case_id, number)
    if found is None:
        raise NotFound("attachment", f"{case_id}-{number}")
    row, content = found
    answer = make_response(content)
    answer.headers["Content-Type"] = row.media_type
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers.set("Content-Disposition", "attachment", filename=row.filename)
    return answer


@blueprint.post("/<int:case_id>/attachments")
def attach(case_id: int) -> Any:
    """Keep a file on the case."""
    file = request.files.get("file")
    try:
        content = file.read() if file else b""
        remarks.add_attachment(
            current.database(), current.actor(), case_id,
            content=content, filename=(file.filename if file else "") or "", now=current.now(),
        )  # fmt: skip
    except InvalidValue as error:
        name = file.filename if file else ""
        told = t(f"case.attach_{error.code}", name=name) if name else t("case.attach_none")
        return _refused(case_id, "attach", told, ""), 422
    flash(t("case.attached"), "done")
    return redirect(url_for("cases.page", case_id=case_id, _anchor="attachments"))


@blueprint.post("/<int:case_id>/comments")
def comment(case_id: int) -> Any:
    """Write a note on the case."""
    text = request.form.get("text", "")
    try:
        remarks.comment(current.database(), current.actor(), case_id, text=text, now=current.now())
    except InvalidValue:
        longest = remarks.LONGEST_COMMENT
        told = t("case.comment_too_long", n=longest) if text.strip() else t("case.comment_missing")
        return _refused(case_id, "comment", told, text), 422
    flash(t("case.commented"), "done")
    return redirect(url_for("cases.page", case_id=case_id, _anchor="comments"))


def _refused(case_id: int, what: str, error: str, typed: str) -> str:
    """The small form again, with what was expected and what was typed."""
    seen = sight.case(case_id, what)
    return render_template(
        "cases/refused.html",
        head=seen.head,
        process=words.process(seen.published, seen.head.process),
        what=what,
        error=error,
        typed=typed,
    )
