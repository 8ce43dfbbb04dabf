"""`date`, `deadline`, `decide`: one answer each, without a case."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from engine import bundle as bundles
from engine import citation, decision
from engine.deadline import Computed, compute_date
from engine.dmn.imports import beside
from engine.errors import BundleError
from engine.inquiry import inquire
from engine.law import Edition, Law
from web import i18n
from web.cli.clock import now, today
from web.cli.output import DEFAULT_DATABASE, as_json, on_database, on_language, show
from web.explain import Words, explain, values_of

ISO_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--from", "from_on", type=ISO_DAY, required=True, help="The day that starts the count.")
@click.option("--length", required=True, help='"14 days", "10 working days", "3 months", …')
@click.option("--roll", type=click.Choice(["forward", "target", "backward", "period"]), required=True)
@click.option("--before", is_flag=True, help="Count back from the day.")
@click.option("--inclusive", is_flag=True, help="The day itself is the first day; the answer is the last day.")
@on_language
@as_json
def date(
    from_on: datetime, length: str, roll: str, before: bool, inclusive: bool, language: str, json_wanted: bool
) -> None:
    """Compute one date and explain it."""
    computed = compute_date(from_on.date(), length, roll, before, inclusive)
    _answer(computed, explain(computed.trace, language), json_wanted, {})


@click.command()
@click.argument("process")
@click.argument("name")
@click.option("--event", "event_on", type=ISO_DAY, required=True, help="The event date that the rule counts from.")
@click.option("--data", "data_json", default="{}", help="Case data as JSON, for rules whose length depends on it.")
@on_language
@on_database
@as_json
def deadline(
    process: str, name: str, event_on: datetime, data_json: str, language: str, database: str, json_wanted: bool
) -> None:
    """Compute a rule of a process: PROCESS is a published process or a folder, NAME its name or its id (D-PAL-07)."""
    law, key = _law(process, database)
    found = law.find(key, name)
    if found is None:
        known = ", ".join(sorted(law.editions[key][0].bundle.deadlines))
        raise click.UsageError(f"{key} has no deadline {name!r}; it has {known}")
    computed = inquire(law, key, found, event_on.date(), read_json(data_json, "--data"), today())
    definition, row, label = law.deadline(key, found, event_on.date())
    extra = {
        "process": key,
        "name": found,
        "law": definition.law,
        "statute": citation.write(row.statute, language),
        "version": label,
    }
    if row.doubt:
        extra["doubt"] = i18n.pick(row.doubt, language)
    values = values_of(law, computed.trace)
    words = Words(name=definition.names, event=definition.event, doubt=row.doubt, values=values)
    _answer(computed, explain(computed.trace, language, words), json_wanted, extra)


def _law(process: str, database: str) -> tuple[Law, str]:
    """The law of a folder with its siblings, or of the versions published in the database; and the process id.

    Where nothing was ever installed (the default database is not there), the folder that came with the product answers.
    """
    folder = Path(process).resolve()
    shipped = Path(__file__).resolve().parents[2] / "workflows" / process
    missing = database == DEFAULT_DATABASE and not Path(database.removeprefix("sqlite:///")).exists()
    if missing and process.isidentifier() and (shipped / "process.toml").is_file():
        click.echo(f"no database yet: {process} is read from the folder that came with the product", err=True)
        folder = shipped
    if (folder / "process.toml").is_file():
        from tasks.check import read_folders

        found = {bundle.process: bundle for bundle in read_folders(folder.parent)}
        own = found.get(folder.name) or bundles.inspect(folder)
        if errors := [finding for finding in own.findings if finding.severity == "error"]:
            raise BundleError(errors)
        return Law.of(Edition("", bundle) for bundle in found.values()), own.process
    from tasks.db import Database
    from tasks.published import published

    opened = Database(database)
    with opened.read() as connection:
        law = published(opened).refresh(connection).law
    if process not in law.editions:
        raise click.UsageError(f"{process!r} is neither a process folder nor a published process")
    return law, process


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", "name", required=True, help="Name or id of the decision.")
@click.option("--input", "input_json", required=True, help="Input values as JSON; dates as ISO strings.")
@as_json
def decide(file: Path, name: str, input_json: str, json_wanted: bool) -> None:
    """Evaluate one decision, decision service or knowledge model of a DMN file.

    As DMN has it, what cannot be evaluated or is not of its declared type is null; the reasons are on standard
    error and in "problems". Whether a file is right says `check`.
    """
    decisions = decision.load(file.read_bytes(), str(file), beside(file))
    answer = decisions.answer(name, read_json(input_json, "--input"), {"today": today, "now": now})
    document: dict[str, Any] = {"result": decision.to_json(answer.value)}
    for problem in answer.problems:
        click.echo(problem, err=True)
    if answer.problems:
        document["problems"] = list(answer.problems)
    if json_wanted:
        show(document)
    else:
        click.echo(json.dumps(document["result"], ensure_ascii=False, indent=2))


def read_json(text: str, option: str) -> dict[str, Any]:
    """A JSON object given on the command line, `@file` for a file, `-` for standard input."""
    try:
        if text == "-":
            text = sys.stdin.read()
        elif text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8")
        value = json.loads(text, parse_constant=_no_number)
    except (json.JSONDecodeError, RecursionError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{option} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError(f"{option} is {text[:80]!r}; a JSON object is needed")
    return value


def _no_number(name: str) -> None:
    raise click.UsageError(f"{name} is no JSON number")


def _answer(computed: Computed, words: tuple[str, ...], json_wanted: bool, extra: Mapping[str, Any]) -> None:
    if json_wanted:
        show({**extra, **computed.answer(), "words": list(words)})
        return
    click.echo(computed.due_on.isoformat())
    for number, line in enumerate(words, 1):
        click.echo(f"{number:>3}. {line}")
