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
from engine.decision import Decisions
from engine.errors import BundleError, DecisionError, Finding, XmlError
from engine.letter import Template, check_parts, check_use, read_template
from engine.manifest import Labels, Manifest, read_labels, read_manifest
from engine.passage import PLACE, included
from engine.register import DeadlineDefinition, Parameter, Register, read_calendar, read_deadlines, read_parameters
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
    files = _unzip(source) if isinstance(source, bytes) else _walk(source)
    return _assemble(files, source.name if isinstance(source, Path) else "")


def _walk(folder: Path) -> dict[str, bytes]:
    if not (folder / "process.toml").is_file():
        message = f"{folder.name} has no process.toml; a process folder has one"
        raise BundleError([Finding("folder", "error", message, folder.name)])
    found = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    for name, path in found.items():
        if path.is_symlink():
            raise BundleError(
                [Finding("folder-link", "error", f"{name} is a link; a folder holds its own files", name)]
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


def _unzip(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _limit(len(entries), sum(entry.file_size for entry in entries), "the zip")
            names = [entry.filename for entry in entries]
            _paths_stay_inside(names)
            return {entry.filename: archive.read(entry) for entry in entries}
    except BROKEN_ZIP as error:
        raise BundleError([Finding("zip", "error", f"not a usable zip file: {error}")]) from error


def _paths_stay_inside(names: list[str]) -> None:
    """Every file stands once, under a plain relative path."""
    for path in names:
        odd = any(piece in ("", ".", "..") for piece in path.split("/")) or not path.isprintable()
        if odd or "\\" in path or ":" in path:
            raise BundleError([Finding("zip-path", "error", f"the zip has a file outside its folder: {path!r}", path)])
    twice = next((path for path in names if names.count(path) > 1), None)
    if twice is not None:
        raise BundleError([Finding("zip-path", "error", f"the zip has {twice!r} twice; which one counts?", twice)])


def _limit(count: int, size: int, name: str) -> None:
    if count > MAX_FILES or size > MAX_FOLDER:
        message = (
            f"{name} has {count} files and {size} bytes; at most {MAX_FILES} files and {MAX_FOLDER} bytes are read"
        )
        raise BundleError([Finding("folder-size", "error", message, name)])


def fingerprint(files: Mapping[str, bytes]) -> str:
    """sha256 over the paths and the contents, in path order."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode())
        total.update(files[path])
    return total.hexdigest()


def _assemble(files: dict[str, bytes], folder: str) -> Bundle:
    findings: list[Finding] = []

    def reading(path: str) -> Findings:
        return Findings(path)

    manifest_findings = reading("process.toml")
    manifest = read_manifest(files.get("process.toml", b""), manifest_findings)
    findings += manifest_findings
    if folder and manifest.id != folder:
        findings.append(
            Finding(
                "folder-name",
                "error",
                f"id is {manifest.id!r}, expected the folder's name {folder!r}",
                "process.toml",
                "id",
            )
        )
    if manifest.kind != "law" and f"{manifest.id}.bpmn" not in files:
        findings.append(
            Finding("folder-diagram", "error", f"the diagram {manifest.id}.bpmn is missing", f"{manifest.id}.bpmn")
        )
    parts = _Parts(files, findings)
    return Bundle(
        manifest=manifest,
        files=files,
        hash=fingerprint(files),
        forms=parts.read_forms,
        decisions=parts.decisions(),
        deadlines=parts.toml("deadlines.toml", read_deadlines, {}),
        parameters=parts.toml("parameters.toml", read_parameters, {}),
        closed_days=parts.toml("calendar.toml", read_calendar, ()),
        letters=parts.letters(manifest),
        labels=parts.toml("labels.toml", read_labels, Labels()),
        stories=parts.stories(),
        codes=parts.tables("codes/"),
        findings=tuple(findings),
    )


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
            message = f"{path} has {len(data)} bytes; at most {MAX_FILE} are read"
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
                self.findings.append(Finding("json-syntax", "error", f"not JSON: {error}", path, None, error.lineno))
                continue
            if isinstance(value, dict):
                forms[name] = value
            else:
                self.findings.append(
                    Finding("form", "error", f"a form is an object, found {type(value).__name__}", path)
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
                self.findings.append(Finding("xml", "error", str(error), path, None, error.line))
            except DecisionError as error:
                self.findings.append(Finding("decision", "error", str(error), path))
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
                self.findings.append(Finding("letter-syntax", "error", f"not a passage of letters: {error}", path))
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
                    message = (
                        f"process.toml has no [letters.{name}]: a letter names its recipient and the fields it may use"
                    )
                    self.findings.append(Finding("letter-rules", "error", message, path))
        secrecy = self.secrecy()
        for (name, _), template in found.items():
            if rules := manifest.letters.get(name):
                self.findings += check_use(template, rules.fields, rules.consent, secrecy)
                self.findings += check_parts(template, rules.requires)
        for name in manifest.letters:
            for language in ("fi", "sv"):
                if (name, language) not in found:
                    message = f"the letter {name!r} has no text in {language!r}"
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
