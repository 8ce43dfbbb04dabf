"""Why somebody may or may not do something: the reasons of tasks.access in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tasks.access import Verdict
from web import words
from web.i18n import known, t


def why_not(reason: str, params: Mapping[str, Any]) -> str:
    """One sentence that says why something is refused: to who asks, or because of a colleague whom `of` names."""
    if "of" in params:
        key = f"forbidden_of.{reason}"
        return t(key, **_in_words(params)) if known(key) else t("forbidden_of.other", of=params["of"])
    if reason == "no_access_role" and params.get("needed"):
        return t("forbidden.needs_role", roles=", ".join(t(f"role.{role}") for role in params["needed"]))
    key = f"forbidden.{reason}"
    return t(key, **_in_words(params)) if known(key) else t("forbidden.other")


def why(verdict: Verdict, unit: str) -> str:
    """One sentence that says why somebody sees a task or a case in this unit."""
    key = f"why.{verdict.reason}"
    return t(key, **{**_in_words(verdict.params), "unit": unit}) if known(key) else ""


def _in_words(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a reason with ids of roles replaced by their names."""
    told = dict(params)
    if "work_role" in told:
        told["work_role"] = words.work_role(str(told["work_role"]))
    if "role" in told:
        told["role"] = t(f"role.{told['role']}")
    return told
