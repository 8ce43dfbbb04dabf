"""A process folder, or a zip of one, as a Bundle: its files, read, typed and cross-checked."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from engine import decision
from engine.calendar import ClosedDay
from engine.claims import FILE as CLAIMS
from engine.claims import read_claims
from engine.decision import Decisions
from engine.errors import BundleError, DecisionError, Finding, XmlError
from engine.letter import Template, check_parts, check_use, read_template
from engine.manifest import Labels, Manifest, read_labels, read_manifest
from engine.passage import PLACE, included
from engine.register import (
    DeadlineDefinition,
    Parameter,
    Register,
    Untimed,
    read_calendar,
    read_parameters,
    read_register,
)
from engine.said import say
from engine.statute.catalogue import FILE as SECTIONS
from engine.statute.catalogue import Catalogue, read_sections
from engine.table import Findings, parse

MAX_FILE = 5_000_000
MAX_FOLDER = 20_000_000
MAX_FILES = 500
STANDARD = Path(__file__).resolve().parents[1] / "workflows" / "letters"
"""the passages that came with the product"""


@dataclass(frozen=True)
class Bundle:
    """The content of one process folder, immutable; `hash` is the sha256 over its paths and bytes."""

    manifest: Manifest
    files: Mapping[str, bytes]
    hash: str
    forms: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    decisions: Mapping[str, Decisions] = field(default_factory=dict)
    deadlines: Mapping[str, DeadlineDefinition] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    closed_days: tuple[ClosedDay, ...] = ()
    letters: Mapping[tuple[str, str], Template] = field(default_factory=dict)
    labels: Labels = field(default_factory=Labels)
    stories: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sections: Catalogue = field(default_factory=Catalogue)
    untimed: Mapping[str, Untimed] = field(default_factory=dict)
    claims: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    @property
    def process(self) -> str:
        """The process id."""
        return self.manifest.id

    @property
    def kind(self) -> str:
        """process, part or law."""
        return self.manifest.kind

    @property
    def bpmn(self) -> bytes | None:
        """The diagram's XML, or None for the law folder."""
        return self.files.get(f"{self.process}.bpmn")

    @cached_property
    def register(self) -> Register:
        """The deadlines with their elements."""
        return Register.of(self.deadlines)

    def to_zip(self) -> bytes:
        """The same content as a reproducible zip."""
        return pack(self.files)


def pack(files: Mapping[str, bytes]) -> bytes:
    """Files as a zip; the same bytes in, the same bytes out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# what zipfile lets through of a file that is not one
BROKEN_ZIP = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    OverflowError,
)  # fmt: skip


def read(source: Path | bytes) -> Bundle:
    """Read a folder or a zip; raises BundleError when a file is broken. Use `inspect` to get findings instead."""
    bundle = inspect(source)
    errors = [finding for finding in bundle.findings if finding.severity == "error"]
    if errors:
        raise BundleError(errors)
    return bundle


def inspect(source: Path | bytes) -> Bundle:
    """Read as much as can be read and keep every finding in `Bundle.findings`."""
    files = unpack(source) if isinstance(source, bytes) else _walk(source)
    return assemble(files, source.name if isinstance(source, Path) else "")


def _walk(folder: Path) -> dict[str, bytes]:
    if not (folder / "process.toml").is_file():
        message = say("{name} has no process.toml; a process folder has one", name=folder.name)
        raise BundleError([Finding("folder", "error", message, folder.name)])
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for name, path in found.items():
        if path.is_symlink():
            raise BundleError(
                [
                    Finding(
                        "folder-link", "error", say("{name} is a link; a folder holds its own files", name=name), name
                    )
                ]
            )
    if folder.name == "law":  # code lists are national too: published and versioned with the law
        found |= {f"codes/{path.name}": path for path in sorted((folder.parent / "codes").glob("*.toml"))}
    found = _passages(folder, found) | found  # what the folder brings itself counts
    found = {name: path for name, path in found.items() if not any(part.startswith(".") for part in name.split("/"))}
    _limit(len(found), sum(path.stat().st_size for path in found.values()), folder.name)
    return {name: path.read_bytes() for name, path in found.items()}


def _passages(folder: Path, files: Mapping[str, Path]) -> dict[str, Path]:
    """The passages that letters of the folder include: from here on they are a part of it and of its hash.

    They lie beside the folder; those that do not are taken from what came with the product.
    """
    found = {}
    for name, path in files.items():
        if name.startswith("letters/") and name.endswith(".html") and path.stat().st_size <= MAX_FILE:
            language = name.removesuffix(".html").rpartition(".")[2]
            for passage in included(path.read_text("utf-8", "replace")):
                places = (folder.parent / "letters", STANDARD)
                shared = (place / f"{passage}.{language}.html" for place in places)
                if taken := next((path for path in shared if path.is_file() and not path.is_symlink()), None):
                    found[f"{PLACE}{taken.name}"] = taken
    return found


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip by path; BundleError for one that is broken, hostile or too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _limit(len(entries), sum(entry.file_size for entry in entries), "the zip")
            names = [entry.filename for entry in entries]
            _paths_stay_inside(names)
            return {entry.filename: archive.read(entry) for entry in entries}
    except BROKEN_ZIP as error:
        raise BundleError(
            [Finding("zip", "error", say("not a usable zip file: {reason}", reason=str(error)))]
        ) from error


def _paths_stay_inside(names: list[str]) -> None:
    """Every file stands once, under a plain relative path."""
    for path in names:
        odd = any(piece in ("", ".", "..") for piece in path.split("/")) or not path.isprintable()
        if odd or "\\" in path or ":" in path:
            raise BundleError(
                [Finding("zip-path", "error", say("the zip has a file outside its folder: {path!r}", path=path), path)]
            )
    twice = next((path for path in names if names.count(path) > 1), None)
    if twice is not None:
        raise BundleError(
            [Finding("zip-path", "error", say("the zip has {twice!r} twice; which one counts?", twice=twice), twice)]
        )


def _limit(count: int, size: int, name: str) -> None:
    if count > MAX_FILES or size > MAX_FOLDER:
        message = say(
            "{name} has {count} files and {size} bytes; at most {most} files and {most_2} bytes are read",
            name=name, count=count, size=size, most=MAX_FILES, most_2=MAX_FOLDER,
        )  # fmt: skip
        raise BundleError([Finding("folder-size", "error", message, name)])


def fingerprint(files: Mapping[str, bytes]) -> str:
    """sha256 over the paths and the contents, in path order."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def with_passages(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The same files with the product's passages that letters include and that are not among them."""
    found = dict(files)
    for name, data in files.items():
        if name.startswith("letters/") and name.endswith(".html"):
            language = name.removesuffix(".html").rpartition(".")[2]
            for passage in included(data.decode("utf-8", "replace")):
                taken = STANDARD / f"{passage}.{language}.html"
                if f"{PLACE}{taken.name}" not in found and taken.is_file():
                    found[f"{PLACE}{taken.name}"] = taken.read_bytes()
    return found


def assemble(files: Mapping[str, bytes], folder: str = "") -> Bundle:
    """Files as a Bundle with every finding; `folder` is the process id that process.toml must name, if it is known."""
    read = Findings("process.toml")
    manifest = read_manifest(files.get("process.toml", b""), read)
    findings = [*read, *_misnamed(manifest, files, folder)]
    parts = _Parts(files, findings)
    deadlines, untimed = parts.toml("deadlines.toml", read_register, ({}, {}))
    return Bundle(
        manifest=manifest,
        files=files,
        hash=fingerprint(files),
        forms=parts.read_forms,
        decisions=parts.decisions(),
        deadlines=deadlines,
        parameters=parts.toml("parameters.toml", read_parameters, {}),
        closed_days=parts.toml("calendar.toml", read_calendar, ()),
        letters=parts.letters(manifest),
        labels=parts.toml("labels.toml", read_labels, Labels()),
        stories=parts.stories(),
        codes=parts.tables("codes/"),
        untimed=untimed,
        claims=parts.toml(CLAIMS, read_claims, {}),
        sections=parts.toml(SECTIONS, read_sections, Catalogue()),
        findings=tuple(findings),
    )


def _misnamed(manifest: Manifest, files: Mapping[str, bytes], folder: str) -> list[Finding]:
    """What is wrong with the process id: it is the folder's name, and the drawing's."""
    findings = []
    if folder and manifest.id != folder:
        message = say("id is {id!r}, expected the folder's name {folder!r}", id=manifest.id, folder=folder)
        findings.append(Finding("folder-name", "error", message, "process.toml", "id"))
    if manifest.kind != "law" and f"{manifest.id}.bpmn" not in files:
        missing = f"{manifest.id}.bpmn"
        findings.append(
            Finding("folder-diagram", "error", say("the diagram {missing} is missing", missing=missing), missing)
        )
    return findings


class _Parts:
    """Reads the files of a folder by kind and collects their findings."""

    def __init__(self, files: Mapping[str, bytes], findings: list[Finding]) -> None:
        self.files = files
        self.findings = findings

    def under(self, prefix: str, suffix: str) -> dict[str, bytes]:
        return {
            path.removeprefix(prefix).removesuffix(suffix): data
            for path, data in sorted(self.files.items())
            if path.startswith(prefix)
            and path.endswith(suffix)
            and "/" not in path.removeprefix(prefix)
            and self._small(path, data)
        }

    def _small(self, path: str, data: bytes) -> bool:
        if len(data) > MAX_FILE:
            message = say(
                "{path} has {count} bytes; at most {most} are read", path=path, count=len(data), most=MAX_FILE
            )
            self.findings.append(Finding("file-size", "error", message, path))
        return len(data) <= MAX_FILE

    def toml(self, path: str, reader: Any, empty: Any) -> Any:
        if path not in self.files or not self._small(path, self.files[path]):
            return empty
        findings = Findings(path)
        value = reader(self.files[path], findings)
        self.findings += findings
        return value

    @cached_property
    def read_forms(self) -> dict[str, Mapping[str, Any]]:
        forms: dict[str, Mapping[str, Any]] = {}
        for name, data in self.under("forms/", ".json").items():
            path = f"forms/{name}.json"
            try:
                value = orjson.loads(data)
            except orjson.JSONDecodeError as error:
                self.findings.append(
                    Finding(
                        "json-syntax", "error", say("not JSON: {reason}", reason=str(error)), path, None, error.lineno
                    )
                )
                continue
            if isinstance(value, dict):
                forms[name] = value
            else:
                self.findings.append(
                    Finding("form", "error", say("a form is an object, found {kind}", kind=type(value).__name__), path)
                )
        return forms

    def decisions(self) -> dict[str, Decisions]:
        found = {}
        files = self.under("", ".dmn")
        beside = {f"{name}.dmn": data for name, data in files.items()}
        for name, data in files.items():
            path = f"{name}.dmn"
            try:
                found[name] = decision.load(data, path, beside)
            except XmlError as error:
                self.findings.append(Finding("xml", "error", error.said, path, None, error.line))
            except DecisionError as error:
                self.findings.append(Finding("decision", "error", error.said, path))
            else:
                self.findings += decision.check(found[name])
        return found

    def passages(self) -> dict[str, dict[str, tuple[str, str]]]:
        found: dict[str, dict[str, tuple[str, str]]] = {}
        for stem, data in self.under(PLACE, ".html").items():
            name, _, language = stem.rpartition(".")
            path = f"{PLACE}{stem}.html"
            try:
                found.setdefault(language, {})[name] = path, data.decode("utf-8")
            except UnicodeDecodeError as error:
                self.findings.append(
                    Finding(
                        "letter-syntax", "error", say("not a passage of letters: {reason}", reason=str(error)), path
                    )
                )
        return found

    def letters(self, manifest: Manifest) -> dict[tuple[str, str], Template]:
        found, passages = {}, self.passages()
        for stem, data in self.under("letters/", ".html").items():
            name, _, language = stem.rpartition(".")
            path = f"letters/{stem}.html"
            template, findings = read_template(data, path, passages.get(language, {}))
            self.findings += findings
            if name and template:
                found[name, language] = template
                if name not in manifest.letters:
                    message = say(
                        "process.toml has no [letters.{name}]: a letter names its recipient and the fields it may use",
                        name=name,
                    )
                    self.findings.append(Finding("letter-rules", "error", message, path))
        secrecy = self.secrecy()
        for (name, _), template in found.items():
            if rules := manifest.letters.get(name):
                self.findings += check_use(template, rules.fields, rules.consent, secrecy, manifest.inputs)
                self.findings += check_parts(template, rules.requires)
        for name in manifest.letters:
            for language in ("fi", "sv"):
                if (name, language) not in found:
                    message = say("the letter {name!r} has no text in {language!r}", name=name, language=language)
                    self.findings.append(
                        Finding("letter-language", "error", message, f"letters/{name}.{language}.html")
                    )
        return found

    def secrecy(self) -> dict[str, str]:
        return {
            f"{form}.{name}": str(field.get("x-secrecy", ""))
            for form, definition in self.read_forms.items()
            if isinstance(fields := definition.get("properties"), dict)
            for name, field in fields.items()
            if isinstance(field, dict)
        }

    def stories(self) -> dict[str, Mapping[str, Any]]:
        return self.tables("stories/")

    def tables(self, prefix: str) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for name, data in self.under(prefix, ".toml").items():
            findings = Findings(f"{prefix}{name}.toml")
            found[name] = parse(data, findings)
            self.findings += findings
        return found
