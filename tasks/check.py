"""Checking folders and files from disk: what `asiavirta check` reports and what publishing refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import orjson

from engine import bundle as bundles
from engine import captions, claims, decision, example, linked, lint, local, mention, standin
from engine import definition as definitions
from engine.bundle import Bundle
from engine.definition import Definition
from engine.dmn.imports import beside
from engine.errors import BundleError, DecisionError, Finding, Rewrite, ToldError, XmlError
from engine.law import LAW
from engine.manifest import read_labels, read_manifest
from engine.register import read_calendar, read_deadlines, read_parameters
from engine.said import Said, Worded, say
from engine.statute.catalogue import FILE as SECTIONS
from engine.statute.catalogue import read_sections
from engine.story import check_stories
from engine.table import Findings, parse
from forms.codes import Codes
from forms.errors import DefinitionFinding, FormDefinitionError
from forms.form import Form
from tasks.formlogic import compile_form
from tasks.formwords import remarks
from tasks.published import codes

TOML: Mapping[str, Callable[[bytes, Findings], object]] = {
    "process.toml": read_manifest,
    "labels.toml": read_labels,
    "deadlines.toml": read_deadlines,
    "parameters.toml": read_parameters,
    "calendar.toml": read_calendar,
    claims.FILE: claims.read_claims,
    SECTIONS: read_sections,
}

Inspect = Callable[[Path | bytes], Bundle]
"""How a folder or zip is read: `engine.bundle.inspect`, or the same with a memory."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one file."""

    path: str
    rewrites: tuple[Rewrite, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """No finding is an error; warnings and rewrites alone are fine."""
        return all(finding.severity != "error" for finding in self.findings)


@dataclass(frozen=True)
class Checked:
    """The reports of all files, and the folders that could be read and built."""

    reports: tuple[Report, ...]
    bundles: tuple[Bundle, ...] = ()
    built: tuple[tuple[Bundle, Definition], ...] = field(default=())


MOST_CHECKED = 2_000
_CHECKED: dict[tuple[object, ...], tuple[Finding, ...]] = {}
"""what was found in a form file, by its content and its code lists: a draft is checked after each change of it"""
PRODUCT = Path(__file__).resolve().parents[1] / "workflows"
"""the folders that came with the product: the base of a local copy that lies alone"""


def folder_findings(
    bundle: Bundle, parts: Mapping[str, Bundle], bases: Mapping[str, Bundle] | None = None
) -> tuple[tuple[Rewrite, ...], list[Finding]]:
    """Everything about one folder that can be checked without a database; `parts` resolve its calls and its law.

    `bases` are what a local copy may be one of, when they are others than its parts.
    """
    rewrites: tuple[Rewrite, ...] = ()
    findings = list(bundle.findings) + check_stories(bundle.stories)
    findings += mention.check(bundle, parts)
    findings += _forms_findings(bundle, parts.get(LAW))
    findings += _examples(bundle)
    findings += local.check_core(bundle) + local.check(bundle, parts if bases is None else bases)
    findings += claims.check(bundle, parts)
    findings += linked.check(bundle, lambda name: bundle if name == bundle.process else parts.get(name))
    for table in bundle.decisions.values():
        findings += decision.gaps_and_overlaps(table)
    if bundle.bpmn is not None:
        rewrites, problems = definitions.check(bundle, parts)
        findings += problems
        with suppress(XmlError):  # an unreadable drawing is told of above
            findings += captions.check(bundle)
    return rewrites, findings


def _forms_findings(bundle: Bundle, law: Bundle | None) -> Iterator[Finding]:
    """What is wrong with the forms of a folder; a form that was checked with the same code lists is not read again."""
    own = tuple(sorted((path, data) for path, data in bundle.files.items() if path.startswith("codes/")))
    lists: dict[str, Codes] | None = None
    for name, form in bundle.forms.items():
        path = f"forms/{name}.json"
        key = (path, bundle.files.get(path, b""), law.hash if law else "", own)
        found = _CHECKED.get(key)
        if found is None:
            lists = codes(bundle, law) if lists is None else lists
            if len(_CHECKED) >= MOST_CHECKED:
                _CHECKED.clear()
            found = _CHECKED[key] = tuple(_form_findings(form, path, lists, law))
        yield from found


def form_findings(form: Mapping[str, object], file: str, bundle: Bundle | None, law: Bundle | None) -> list[Finding]:
    """What is wrong with one form file."""
    return _form_findings(form, file, codes(bundle, law) if bundle else None, law)


def _form_findings(
    form: Mapping[str, object], file: str, lists: Mapping[str, Codes] | None, law: Bundle | None
) -> list[Finding]:
    found = list(remarks(form, file))
    try:
        Form.load(form, file=file, compile=compile_form, codes=lists)
    except FormDefinitionError as error:
        found += [
            Finding("form", _severity(f.pointer, law), fault(f), f.file or file, f.pointer) for f in error.findings
        ]
    return found


def fault(found: DefinitionFinding) -> Said:
    """A fault of a form as a sentence: forms know no engine, and tell their patterns and values as they are."""
    values = {
        name: value.said if isinstance(value, ToldError) else Worded(value) if isinstance(value, Mapping) else value
        for name, value in found.values.items()
    }
    if found.pointer.startswith("/x-example/") and "answer" in values:
        where = found.pointer.removeprefix("/x-example/")
        return say(
            "the form does not accept its own example at {where}: {answer}", where=where, answer=values["answer"]
        )
    expected = Said(found.expected, values)
    shown = found.found or say("nothing")
    pointer = found.pointer or "/"
    return say("{pointer}: found {found}, expected {expected}", pointer=pointer, found=shown, expected=expected)


def _severity(pointer: str, law: Bundle | None) -> str:
    """Without the law folder at hand a code list cannot be looked up, which is not the form's fault."""
    return "warning" if law is None and pointer.endswith("/x-codes") else "error"


def _examples(bundle: Bundle) -> list[Finding]:
    findings = []
    for name, table in bundle.decisions.items():
        path = f"{name}.csv"
        if path not in bundle.files:
            message = say("{name}.dmn has no worked examples; its expert writes them in {path}", name=name, path=path)
            findings.append(Finding("decision-examples", "warning", message, f"{name}.dmn"))
            continue
        try:
            examples = example.read_examples(bundle.files[path].decode("utf-8"), path)
            findings += example.run_examples(table, name, examples, file=path)
        except DecisionError as error:
            findings.append(Finding("decision-example", "error", error.said, path))
        except UnicodeDecodeError as error:
            message = say("{path} is not UTF-8: {reason}", path=path, reason=str(error))
            findings.append(Finding("decision-example", "error", message, path))
    return findings


def check_paths(paths: Sequence[Path], *, as_executable: bool = False) -> Checked:
    """Check folders, folders of folders, zips and single files; single drawings with stand-ins if asked."""
    reports: list[Report] = []
    read: list[Bundle] = []
    built: list[tuple[Bundle, Definition]] = []
    zips = {path: path.read_bytes() for path in paths if path.suffix == ".zip" and path.is_file()}
    inspect = cache(bundles.inspect)  # a folder is beside all the others: read once, not once for each
    for path in paths:
        if path.is_dir() and (loose := _loose_drawings(path)):
            reports += [check_file(file, as_executable=as_executable, inspect=inspect) for file in loose]
        elif path.is_dir():
            for folder in folders_in(path):
                _check_bundle(folder.resolve(), str(folder), siblings(folder, inspect), reports, read, built, inspect)
        elif path in zips:
            _check_bundle(zips[path], str(path), _readable(zips, path, inspect), reports, read, built, inspect)
        else:
            reports.append(check_file(path, as_executable=as_executable, inspect=inspect))
    return Checked(tuple(reports), tuple(read), tuple(built))


def _readable(zips: Mapping[Path, bytes], own: Path, inspect: Inspect) -> dict[str, Bundle]:
    """The folders in the other zips, by process id: zips that are checked together resolve each other."""
    found = {}
    for path, data in zips.items():
        if path != own:
            with suppress(BundleError):
                bundle = inspect(data)
                found[bundle.process] = bundle
    return found


def folders_in(path: Path) -> list[Path]:
    """The process folders at or directly below a path; at least the path itself."""
    if (path / "process.toml").is_file():
        return [path]
    below = [p.parent for p in sorted(path.glob("*/process.toml"))]
    return below or [path]


def _loose_drawings(path: Path) -> list[Path]:
    """The drawings of a folder that is no process folder and has none: what a modelling tool has exported."""
    if any(path.glob("process.toml")) or any(path.glob("*/process.toml")):
        return []
    return sorted(file for file in path.iterdir() if file.suffix.lower() == ".bpmn" and file.is_file())


def read_folders(path: Path) -> list[Bundle]:
    """The bundles of a folder of folders, with whatever findings they have."""
    return [bundles.inspect(folder) for folder in folders_in(path)]


def siblings(folder: Path, inspect: Inspect = bundles.inspect) -> dict[str, Bundle]:
    """The folders beside this one, by process id: they resolve its calls and its law."""
    found = {}
    for other in sorted(folder.resolve().parent.glob("*/process.toml")):
        if other.parent != folder.resolve():
            bundle = inspect(other.parent)
            found[bundle.process] = bundle
    return found


def _check_bundle(
    source: Path | bytes, where: str, parts: Mapping[str, Bundle], reports: list[Report], read: list[Bundle],
    built: list[tuple[Bundle, Definition]], inspect: Inspect = bundles.inspect,
) -> None:  # fmt: skip
    try:
        bundle = inspect(source)
    except BundleError as error:
        reports.append(Report(where, (), error.findings))
        return
    rewrites, findings = folder_findings(bundle, parts, _bases(bundle, parts))
    read.append(bundle)
    files = dict.fromkeys([*sorted(bundle.files), *(f.file for f in findings)])
    for name in files:
        own = tuple(f for f in findings if f.file == name)
        reports.append(Report(f"{where}/{name}", rewrites if name.endswith(".bpmn") else (), own))
    if bundle.bpmn is not None and all(f.severity != "error" for f in findings):
        try:
            built.append((bundle, definitions.build(bundle, parts)))
        except BundleError as error:
            reports.append(Report(where, (), error.findings))


def _bases(bundle: Bundle, parts: Mapping[str, Bundle]) -> Mapping[str, Bundle]:
    """The folders beside a local copy, and the one of the product that it may be a copy of."""
    process, _ = local.base_of(bundle)
    folder = PRODUCT / process
    if not process or process in parts or not (folder / "process.toml").is_file():
        return parts
    return {process: bundles.inspect(folder), **parts}


def check_file(path: Path, *, as_executable: bool = False, inspect: Inspect = bundles.inspect) -> Report:
    """Check one .bpmn, .dmn, form or deadline file by itself; an unknown kind is a finding."""
    name, where = path.name, str(path)
    try:
        data = path.read_bytes()
        if path.suffix.lower() in (".bpmn", ".xml"):
            rewrites, problems = (standin if as_executable else lint).check(data, name)
            return Report(where, tuple(rewrites), tuple(problems))
        if path.suffix.lower() == ".dmn":
            read = decision.load(data, name, beside(path))
            return Report(where, (), tuple(decision.check(read) + decision.gaps_and_overlaps(read)))
        if path.suffix == ".json":
            return Report(where, (), tuple(_form_file(data, name, *_home(path, inspect))))
        if path.suffix == ".toml":
            return Report(where, (), tuple(_toml_file(data, path)))
    except XmlError as error:
        return Report(where, (), (Finding("xml", "error", error.said, name, error.element, error.line),))
    except DecisionError as error:
        return Report(where, (), (Finding("decision", "error", error.said, name),))
    message = say(
        "{name} is no kind of file that is checked: .bpmn, .dmn, .json (a form), .toml, .zip or a folder", name=name
    )
    return Report(where, (), (Finding("file-kind", "error", message, name),))


def _home(path: Path, inspect: Inspect) -> tuple[Bundle | None, Bundle | None]:
    """The process folder that a form lies in, and its law, where there are such."""
    folder = path.resolve().parent.parent
    if path.resolve().parent.name != "forms" or not (folder / "process.toml").is_file():
        return None, None
    return inspect(folder), siblings(folder, inspect).get(LAW)


def _form_file(data: bytes, name: str, folder: Bundle | None, law: Bundle | None) -> Iterable[Finding]:
    if len(data) > bundles.MAX_FILE:
        return [
            Finding(
                "file-size",
                "error",
                say(
                    "{name} has {count} bytes; at most {most} are read",
                    name=name,
                    count=len(data),
                    most=bundles.MAX_FILE,
                ),
                name,
            )
        ]
    try:
        form = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        return [Finding("json-syntax", "error", say("not JSON: {reason}", reason=str(error)), name, None, error.lineno)]
    if not isinstance(form, dict):
        return [Finding("form", "error", say("a form is an object, found {kind}", kind=type(form).__name__), name)]
    return form_findings(form, name, folder, law)


def _toml_file(data: bytes, path: Path) -> Iterable[Finding]:
    name = path.name
    findings = Findings(name)
    reader = TOML.get(name)
    if reader is not None:
        reader(data, findings)
        return findings
    table = parse(data, findings)
    if path.resolve().parent.name == "stories" and not findings:
        return check_stories({path.stem: table})
    return findings
