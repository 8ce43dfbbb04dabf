"""Processes and their published versions; publishing or proposing a folder as a zip."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request, url_for
from flask_smorest.fields import Upload
from marshmallow import Schema, ValidationError, fields, validates_schema

from engine import bundle as bundles
from tasks.commands.proposing import propose_zip
from tasks.commands.publishing import publish
from tasks.errors import NotFound
from tasks.queries import process as queries
from web import current, sight
from web.api.bearer import needs, resource, scoped
from web.api.shapes import Names

blueprint = resource("processes", "Processes: what cases run on.")


class Start(Schema):
    """A message that starts a case of the process; its form says what `data` holds."""

    message = fields.String(required=True)
    form = fields.Dict(allow_none=True, metadata={"description": "JSON Schema of the answers, with names in x-i18n"})


class PartyRole(Schema):
    """A role that a customer has in a case of the process."""

    role = fields.String(required=True)
    kind = fields.String(required=True)
    principal = fields.Boolean(required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String())


class Process(Schema):
    """A process in force today, or the next one to be."""

    key = fields.String(required=True)
    kind = fields.String(required=True, metadata={"enum": ["process", "part", "law"]})
    name = fields.Nested(Names, required=True)
    area = fields.String()
    owner = fields.String()
    version = fields.Integer(required=True)


class ProcessWhole(Process):
    """A process with what starts it and who takes part."""

    starts = fields.List(fields.Nested(Start), required=True)
    parties = fields.List(fields.Nested(PartyRole), required=True)


class Processes(Schema):
    """All processes; there are few enough for one page."""

    items = fields.List(fields.Nested(Process), required=True)


class Version(Schema):
    """One published version: never changed afterwards."""

    number = fields.Integer(required=True)
    from_on = fields.Date(required=True)
    hash = fields.String(required=True)
    author = fields.String(required=True)
    approver = fields.String(required=True)
    published_at = fields.AwareDateTime(required=True)


class Versions(Schema):
    """The versions of a process, the newest first."""

    items = fields.List(fields.Nested(Version), required=True)


class Papers(Schema):
    """To publish: who made the version and who approved it, and its first day (default: today). To propose: a title."""

    author = fields.String(metadata={"description": "user name; needed to publish"})
    approver = fields.String(metadata={"description": "another user's name; needed to publish"})
    from_on = fields.Date()
    title = fields.String(metadata={"description": "of a proposal"})
    comment = fields.String(load_default="", metadata={"description": "to who judges a proposal"})

    @validates_schema
    def _publishing(self, given: dict[str, Any], **_: Any) -> None:
        missing = [name for name in ("author", "approver") if scoped("publish") and not given.get(name)]
        if missing:
            raise ValidationError({name: ["Missing data for required field."] for name in missing})


class Content(Schema):
    """The process folder as a zip."""

    bundle = Upload(required=True)


class Published(Schema):
    """What publishing gave; `new` is false when the same content stands published already."""

    process = fields.String(required=True)
    number = fields.Integer(required=True)
    hash = fields.String(required=True)
    new = fields.Boolean(required=True)


class Proposed(Schema):
    """The proposal that the folder became, for a process owner to judge; `new` is false when the same one waits."""

    process = fields.String(required=True)
    draft = fields.Integer(required=True)
    state = fields.String(required=True, metadata={"enum": ["proposed"]})
    hash = fields.String(required=True)
    new = fields.Boolean(required=True)


@blueprint.get("")
@needs("processes:read")
@blueprint.response(200, Processes)
def index() -> Any:
    """List every process with its version in force today."""
    return {"items": [_process(key) for key in sorted({row.process for row in sight.published().rows})]}


@blueprint.get("/<key>")
@needs("processes:read")
@blueprint.response(200, ProcessWhole)
def read(key: str) -> Any:
    """Read one process: its version in force, the messages that start it with their forms, its parties."""
    found = _process(key)
    bundle = sight.published().bundle(key, found["version"])
    manifest = bundle.manifest
    return found | {
        "starts": [{"message": name, "form": bundle.forms.get(name)} for name in manifest.start_messages],
        "parties": [
            {"role": role, "kind": party.kind, "principal": party.principal, "name": dict(party.name)}
            for role, party in manifest.parties.items()
        ],
    }


@blueprint.get("/<key>/versions")
@needs("processes:read")
@blueprint.response(200, Versions)
def versions(key: str) -> Any:
    """List the versions of a process, the newest first."""
    _process(key)
    with current.database().read() as connection:
        return {"items": queries.versions(connection, key)}


@blueprint.get("/<key>/versions/<int:number>")
@needs("processes:read")
@blueprint.response(200, Version)
def version(key: str, number: int) -> Any:
    """Read one version."""
    with current.database().read() as connection:
        found = next((row for row in queries.versions(connection, key) if row.number == number), None)
    if found is None:
        raise NotFound("version", f"{key}@{number}")
    return found


@blueprint.get("/<key>/versions/<int:number>/bundle")
@needs("processes:read")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="application/zip")
def content(key: str, number: int) -> Any:
    """The folder of a version as a zip, byte for byte the same each time."""
    answer = Response(sight.published().bundle(key, number).to_zip(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{key}-{number}.zip"'
    return answer


@blueprint.post("/<key>/versions")
@blueprint.arguments(Content, location="files")
@blueprint.arguments(Papers, location="form")
@blueprint.alt_response(202, schema=Proposed)
@blueprint.response(201, Published)
@needs("processes:propose", "publish")
def add(files: dict[str, Any], papers: dict[str, Any], key: str) -> Any:
    """Publish a process folder as the next version with the scope `publish`; propose it with `processes:propose` (202).

    200 when the same content stands published already.
    """
    content = files["bundle"].read()
    given = bundles.inspect(content)
    if given.process != key:
        raise NotFound("process in the zip", f"{key} (it holds {given.process or 'none'})")
    if not scoped("publish"):
        return _propose(content, papers, key)
    (made,) = publish(
        current.database(), current.actor(), [given], author=papers["author"], approver=papers["approver"],
        from_on=papers.get("from_on") or current.today(), now=current.now(),
    )  # fmt: skip
    location = f"{request.path}/{made.number}"
    return made, 201 if made.new else 200, {"Location": location}


def _propose(content: bytes, papers: dict[str, Any], key: str) -> Response:
    title = papers.get("title") or f"{key} {current.today().isoformat()}"
    found = propose_zip(
        current.database(), current.actor(), content, title=title, comment=papers["comment"], now=current.now()
    )
    told = {"process": key, "draft": found.draft_id, "state": "proposed", "hash": found.hash, "new": found.new}
    answer = jsonify(Proposed().dump(told))
    answer.status_code = 202
    answer.headers["Location"] = url_for("processes.draft", draft_id=found.draft_id)
    return answer


def _process(key: str) -> dict[str, Any]:
    """A process as its version in force has it, or the newest one when none is yet; NotFound."""
    published = sight.published()
    rows = [row for row in published.rows if row.process == key]
    if not rows:
        raise NotFound("process", key)
    row = published.taking(key, current.today()) or max(rows, key=lambda row: (row.from_on, row.number))
    manifest = published.bundle(key, row.number).manifest
    return {
        "key": key, "kind": row.kind, "name": dict(manifest.name), "area": manifest.area, "owner": manifest.owner,
        "version": row.number,
    }  # fmt: skip
