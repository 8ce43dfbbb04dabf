"""`check`: read process folders and single files, and say what is wrong, where, and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from engine.errors import Finding
from tasks.check import PRODUCT, Checked, Report, check_paths
from web.cli.describing import describe, doubts
from web.cli.drawings import describe_drawings, print_drawings
from web.cli.output import as_json, on_language, show
from web.cli.statutes import Answer, ask, document, print_law
from web.sentences import tell


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--doubts", "doubts_wanted", is_flag=True, help="List every value that the rule base marks as uncertain.")
@click.option("--describe", "describe_wanted", is_flag=True, help="Describe each process, list all that a .bpmn has.")
@click.option(
    "--law", "law_wanted", is_flag=True, help="Tell which sections of law the folders carry, and why not all."
)
@click.option("--as-executable", is_flag=True, help="Read drawings as if meant to run: stand-ins told as rewrites.")
@on_language
@click.option(
    "--lang", type=click.Choice(["fi", "sv", "en"]), default="en", show_default=True, help="Language of the findings."
)
@as_json
def check(
    paths: Sequence[Path],
    doubts_wanted: bool,
    describe_wanted: bool,
    law_wanted: bool,
    as_executable: bool,
    language: str,
    lang: str,
    json_wanted: bool,
) -> int:
    """Check process folders, .bpmn, .dmn, forms and deadline files."""
    if not paths and not law_wanted:
        raise click.UsageError("Missing argument 'PATHS...'.")
    paths = paths or (PRODUCT,)
    for path in paths:
        if not path.exists():
            raise click.UsageError(f"{path} does not exist")
    checked = check_paths(paths, as_executable=as_executable)
    law = ask(paths, checked.bundles) if law_wanted else None
    if json_wanted:
        show(_document(checked, law, language, lang, doubts_wanted=doubts_wanted, describe_wanted=describe_wanted))
    else:
        _print(checked, doubts(checked.bundles, language) if doubts_wanted else (), describe_wanted, lang)
        if law is not None:
            print_law(law, language, lang)
    return 0 if all(report.ok for report in checked.reports) and (law is None or law.ok) else 1


def _document(
    checked: Checked, law: Answer | None, language: str, lang: str, *, doubts_wanted: bool, describe_wanted: bool
) -> dict[str, object]:
    told: dict[str, object] = {"files": [_file(report, lang) for report in checked.reports]}
    if doubts_wanted:
        told["doubts"] = doubts(checked.bundles, language)
    if describe_wanted:
        told["processes"] = [describe(*built) for built in checked.built]
        told["drawings"] = describe_drawings(report.path for report in checked.reports)
    if law is not None:
        told["law"] = document(law, language)
        told["law_findings"] = [_finding(finding, lang) for finding in law.findings]
    return told


def _file(report: Report, lang: str) -> dict[str, object]:
    return {
        "path": report.path,
        "ok": report.ok,
        "rewrites": [{"element": r.element, "message": r.message} for r in report.rewrites],
        "findings": [_finding(finding, lang) for finding in report.findings],
    }


def _finding(found: Finding, lang: str) -> dict[str, object]:
    told = {name: getattr(found, name) for name in ("rule", "severity", "element", "line")}
    return {**told, "message": tell(found.message, lang)}


def _print(checked: Checked, told: Iterable[Mapping[str, object]], describe_wanted: bool, lang: str) -> None:
    for report in checked.reports:
        for rewrite in report.rewrites:
            click.echo(f"{report.path}: rewritten: {rewrite.element}: {rewrite.message}")
        for finding in report.findings:
            line = f":{finding.line}" if finding.line else ""
            element = f" {finding.element}:" if finding.element else ""
            click.echo(
                f"{report.path}{line}: {finding.severity}:{element} {tell(finding.message, lang)} [{finding.rule}]"
            )
    for doubt in told:
        value = "" if doubt["value"] is None else f" = {doubt['value']}"
        click.echo(f"{doubt['file']}: {doubt['key']}{value}: {doubt['doubt']}")
    if describe_wanted:
        for built in checked.built:
            _print_description(describe(*built))
        print_drawings(describe_drawings(report.path for report in checked.reports))
    errors = sum(f.severity == "error" for report in checked.reports for f in report.findings)
    warnings = sum(f.severity == "warning" for report in checked.reports for f in report.findings)
    rewrites = sum(len(report.rewrites) for report in checked.reports)
    click.echo(f"{len(checked.reports)} files: {errors} errors, {warnings} warnings, {rewrites} rewrites")


def _print_description(description: dict[str, object]) -> None:
    click.echo(f"{description['process']}")
    for kind in ("tasks", "messages", "outcomes", "decisions", "deadlines"):
        rows = description[kind]
        assert isinstance(rows, list)
        for row in rows:
            fields = ", ".join(field["name"] for field in row.get("fields", []))
            law = f" ({row['law']})" if row.get("law") else ""
            click.echo(f"  {kind[:-1]} {row['id']}{law}{': ' + fields if fields else ''}")
