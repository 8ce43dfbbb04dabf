"""What a move would do to a case, in words: reasons, effects and dates; for the pages and the command line."""

from __future__ import annotations

from collections.abc import Callable

from engine.moving.verdict import Effect, Reason
from tasks.moving import DateChange
from web.i18n import translate

Naming = Callable[[str], str]
"""Gives an element's path the name that people know; the command line shows the path itself."""


def reason(found: Reason, language: str, name: Naming = str) -> str:
    """Why a case cannot be moved, as a sentence without its full stop."""
    facts = {"other": name(found.facts.get("other", "")), "error": found.facts.get("error", "")}
    return translate(f"moving.reason_{found.code}", language, element=name(found.path), **facts)


def effect(found: Effect, language: str, name: Naming = str, role: Naming = str) -> str:
    """What else changes for a case."""
    told = {key: role(value) if found.code == "role" else value for key, value in found.facts.items()}
    facts = {"old": "", "new": "", "problem": "", "fields": "", "what": ""} | told
    return translate(f"moving.effect_{found.code}", language, element=name(found.path), **facts)


def dates(found: DateChange, language: str, name: Callable[[DateChange], str], show: Callable[[str], str]) -> str:
    """A date that changes, comes or falls away."""
    how = "new" if found.old is None else "gone" if found.new is None else "changed"
    old, new = (show(value) if value else "" for value in (found.old, found.new))
    return translate(f"moving.date_{how}", language, name=name(found), old=old, new=new)
