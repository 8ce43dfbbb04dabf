"""Any two versions of a process beside each other: published ones, drafts, and what a local copy was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, render_template, request, url_for

from engine import compare
from engine.bundle import Bundle
from engine.local import base_of
from tasks import access
from tasks import review as weighed
from tasks.drafting import OPEN
from tasks.errors import NotFound
from tasks.published import Published
from tasks.queries import drafts as queries
from web import current, formats, i18n, sight
from web.i18n import t
from web.processes import blueprint
from web.processes.desk import desk
from web.processes.page import drawn
from web.processes.sides import SIGNS, differences_of, drawings, text_of

BASE = "base"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared: how the address names it, what it is called, and its folder."""

    key: str
    title: str
    bundle: Bundle


@blueprint.get("/<process>/compare")
def compare_versions(process: str) -> Any:
    """Two versions of a process in words and on both diagrams; `?old=` and `?new=` choose them, `?on=` the examples."""
    versions = sight.published()
    choices = _choices(versions, process)
    if not choices:
        raise NotFound("process", process)
    chosen = {name: request.args.get(name, "") for name in ("old", "new")}
    asked = all(chosen.values())
    old, new = (_side(versions, process, chosen[name], choices) for name in ("old", "new")) if asked else (None, None)
    shown = _shown(versions, old, new) if old and new else {}
    if not asked:
        keys = list(choices)
        chosen = {"old": keys[1] if len(keys) > 1 else keys[0], "new": keys[0]}
    newest = _newest(versions, process)
    name = i18n.pick(newest.manifest.name) if newest is not None else process
    return render_template(
        "processes/compare.html", process=process, name=name, choices=choices, chosen=chosen, asked=asked,
        page=("processes.compare_versions", {"process": process, **chosen}), **shown,
    )  # fmt: skip


def _choices(versions: Published, process: str) -> dict[str, str]:
    """What may be compared: {key: title}; drafts under way, versions and drafts that are done with, each newest first.

    Drafts are for who may read them.
    """
    rows = [row for row in reversed(versions.rows) if row.process == process]
    found: dict[str, str] = {}
    done: dict[str, str] = {}
    if access.read_drafts(sight.rights()).allowed:
        with current.database().read() as connection:
            drafts = queries.of_process(connection, process)
        for row in drafts:
            (found if row.state in OPEN else done)[f"draft-{row.id}"] = t("compare.draft", title=row.title)
    found |= {str(row.number): t("compare.version", n=row.number, day=formats.day(row.from_on)) for row in rows}
    copy = _newest(versions, process)
    if copy is not None and _base(versions, copy) is not None:
        found[BASE] = t("compare.base")
    return found | done


def _newest(versions: Published, process: str) -> Bundle | None:
    """The newest version of a process; of one that is not published yet, its newest draft for who may read it."""
    row = versions.newest(process)
    if row is not None:
        return versions.bundle(process, row.number)
    if not access.read_drafts(sight.rights()).allowed:
        return None
    with current.database().read() as connection:
        drafts = queries.of_process(connection, process)
    return desk(drafts[0].id).examined().bundle if drafts else None


def _base(versions: Published, bundle: Bundle) -> tuple[str, int] | None:
    """The published version that a local copy was made from."""
    process, hash = base_of(bundle)
    rows = [row for row in versions.rows if process and row.process == process and row.hash.startswith(hash)]
    return (process, rows[-1].number) if rows else None


def _side(versions: Published, process: str, key: str, choices: Mapping[str, str]) -> Side:
    """The side that a key names; NotFound."""
    if key not in choices:
        raise NotFound("version", f"{process}@{key}")
    if key.startswith("draft-"):
        return Side(key, choices[key], desk(int(key[6:])).examined().bundle)
    if key == BASE:
        copy = _newest(versions, process)
        base = _base(versions, copy) if copy is not None else None
        assert base is not None  # it was offered
        return Side(key, choices[key], weighed.as_process(versions.bundle(*base), process))
    return Side(key, choices[key], versions.bundle(process, int(key)))


def _shown(versions: Published, old: Side, new: Side) -> dict[str, Any]:
    asked = request.args.get("on", "").strip()
    on = formats.read_day(asked) or current.today()
    changes = compare.compare(old.bundle, new.bundle)
    laws = weighed.laws_of(versions, old.bundle, new.bundle)
    file = request.args.get("file", "")
    sides = [
        (side.title, url_for("processes.compared_diagram", process=new.bundle.process, key=side.key), side.bundle)
        for side in (old, new)
    ]
    return {
        "old": old, "new": new, "changes": len(changes), "both": drawings(sides, changes), "signs": SIGNS,
        "told": differences_of(old.bundle, new.bundle, changes, laws, on, _broken(old.bundle, new.bundle)),
        "shown_on": asked or formats.day(on), "wrong": bool(asked) and formats.read_day(asked) is None,
        "file": file, "text": text_of(old.bundle, new.bundle, file),
    }  # fmt: skip


def _broken(*bundles: Bundle) -> frozenset[str]:
    """Files that could not be read on either side: their text says enough."""
    return frozenset(finding.file for bundle in bundles for finding in bundle.findings if finding.severity == "error")


@blueprint.get("/<process>/compare/<key>/diagram")
def compared_diagram(process: str, key: str) -> Response:
    """The diagram of one side, for its drawing on the page."""
    versions = sight.published()
    return drawn(_side(versions, process, key, _choices(versions, process)).bundle)
