"""`migrate`: preview or carry out a move of running cases to another version of their process."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from tasks.actor import Actor
from tasks.commands.migrating import Order, begin_move, preview, run_move
from tasks.commands.people import find_user
from tasks.db import Database
from tasks.moving import CaseMove
from web import moving
from web.cli.clock import now
from web.cli.output import as_json, on_database, show
from web.i18n import translate

FINE = ("movable", "moved", "gone")


@click.command()
@click.argument("process")
@click.option("--from", "from_version", type=click.IntRange(1), required=True, help="The version the cases are on.")
@click.option("--to", "to_version", type=click.IntRange(1), required=True, help="The version they move to.")
@click.option("--apply", "carry_out", is_flag=True, help="Move them; without it nothing is changed.")
@click.option("--map", "told", multiple=True, metavar="OLD=NEW", help="A renamed element; of a part: PART:OLD=NEW.")
@click.option("--case", "cases", multiple=True, type=int, metavar="ID", help="Only this case; repeat.")
@click.option("--as", "acting", help="User name of the operator or process owner who gives the command.")
@on_database
@as_json
def migrate(
    process: str, from_version: int, to_version: int, carry_out: bool, told: Sequence[str], cases: Sequence[int],
    acting: str | None, database: str, json_wanted: bool,
) -> int:  # fmt: skip
    """Preview, or with --apply carry out, a move of the running cases of PROCESS. Exit 1: some cannot be moved."""
    opened = Database(database)
    actor = find_user(opened, acting) if acting else Actor(None, "operator", "cli")
    order = Order(process, from_version, to_version, _told(told))
    only = list(cases) or None
    if carry_out:
        move_id: int | None = begin_move(opened, actor, order, now=now(), cases=only)
        found = _carry_out(opened, move_id or 0, quiet=json_wanted)
    else:
        move_id, found = None, list(preview(opened, actor, order, now=now(), cases=only))
    if json_wanted:
        show(_document(order, move_id, found))
    else:
        _table(found)
    return 0 if all(case.state in FINE for case in found) else 1


def _told(pairs: Sequence[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        old, equals, new = pair.partition("=")
        if not (old and equals and new):
            raise click.BadParameter(f"{pair!r}: expected OLD=NEW", param_hint="--map")
        found[old] = new
    return found


def _carry_out(database: Database, move_id: int, *, quiet: bool) -> list[CaseMove]:
    """Run a move with a line that moves on a terminal."""
    found: list[CaseMove] = []

    def heard(case: CaseMove) -> None:
        found.append(case)
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r{len(found)} cases looked at", nl=False, err=True)

    run_move(database, move_id, now(), heard)
    if not quiet and sys.stderr.isatty():
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)
    return found


def _table(cases: Iterable[CaseMove]) -> None:
    counts: Counter[str] = Counter()
    for case in cases:
        counts[case.state] += 1
        state = translate(f"moving.state_{case.state}", "en").lower()
        click.echo(f"{case.number or case.case_id:<16} {state}")
        for line in (*_words(case), *([case.error] if case.error else [])):
            click.echo(f"{'':<16} - {line}")
    told = ", ".join(f"{n} {translate(f'moving.state_{state}', 'en').lower()}" for state, n in sorted(counts.items()))
    total = sum(counts.values())
    click.echo(f"{total} {'case' if total == 1 else 'cases'}{f': {told}' if told else ' on that version'}")


def _words(case: CaseMove) -> list[str]:
    reasons = [moving.reason(one, "en") for one in case.reasons]
    effects = [moving.effect(one, "en") for one in case.effects]
    dates = [moving.dates(one, "en", lambda date: f"{date.kind} {date.name}", _moment) for one in case.dates]
    return [*reasons, *effects, *dates]


def _moment(value: str) -> str:
    """A day as it is, a moment to the second."""
    return value if len(value) == 10 else f"{value[:19]}Z"


def _document(order: Order, move_id: int | None, cases: Sequence[CaseMove]) -> Mapping[str, Any]:
    return {
        "process": order.process, "from": order.from_version, "to": order.to_version, "applied": move_id is not None,
        "move": move_id, "counts": Counter(case.state for case in cases),
        "cases": [_case(case) for case in cases],
    }  # fmt: skip


def _case(case: CaseMove) -> Mapping[str, Any]:
    return {
        "case": case.case_id, "number": case.number, "state": case.state,
        "reasons": [
            {"code": one.code, "element": one.path, "message": moving.reason(one, "en")} for one in case.reasons
        ],
        "effects": [
            {"code": one.code, "element": one.path, "message": moving.effect(one, "en")} for one in case.effects
        ],
        "dates": list(case.dates), "error": case.error or None,
    }  # fmt: skip
