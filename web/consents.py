"""Consents in words: what they cover, what for, who may get it and while they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tasks.published import Published
from tasks.queries.consent import ConsentRow
from web import current, formats, i18n
from web.i18n import t

SOMEBODY = "somebody_else"
"""the option of a recipient outside the case"""


@dataclass(frozen=True, slots=True)
class ConsentShown:
    """A consent with the names of its data, its recipient ("" when any may get it) and its time, in words."""

    row: ConsentRow
    data: tuple[str, ...]
    recipient: str
    time: str
    open: bool


def shown(published: Published, rows: Iterable[ConsentRow]) -> tuple[ConsentShown, ...]:
    """The consents as pages show them."""
    return tuple(_shown(published, row) for row in rows)


def _shown(published: Published, row: ConsentRow) -> ConsentShown:
    data: tuple[str, ...] = ()
    if row.process is not None and row.version is not None:
        names = (field_names(published, row.process, row.version, path) for path in row.fields or ())
        data = tuple(i18n.pick(each) for each in names)
    open_ = row.to_on is None or row.to_on >= current.today()
    return ConsentShown(row, data, _recipient(published, row), _time(row, open_), open_)


def field_names(published: Published, process: str, version: int, path: str) -> Mapping[str, str]:
    """What data of a case pinned to a version is called, "permit:application.reason", by language."""
    folder, _, rest = path.partition(":")
    name, _, field = rest.partition(".")
    form = published.form(folder, published.number_of(process, version, folder), name)
    part = form.field_at(f"/{field}") if form is not None else None
    if form is None or (field not in ("", "*") and part is None):
        return dict.fromkeys(i18n.LANGUAGES, rest)
    return {language: part.title(language) if part else form.title(language) for language in i18n.LANGUAGES}


def _recipient(published: Published, row: ConsentRow) -> str:
    if row.recipient is None or row.process is None or row.version is None:
        return ""
    if not row.recipient:
        return t("consent.somebody_else")
    party = published.bundle(row.process, row.version).manifest.parties.get(row.recipient)
    return i18n.pick(party.name) if party else row.recipient


def _time(row: ConsentRow, open_: bool) -> str:
    first = formats.day(row.from_on)
    if row.to_on is None:
        return t("consent.from", first=first)
    if row.to_on < row.from_on:
        return t("consent.never")
    return t("consent.between" if open_ else "consent.ended", first=first, last=formats.day(row.to_on))
