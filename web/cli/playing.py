"""`play`: stories on a virtual clock, in a throw-away database, through the real commands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.errors import BundleError
from engine.story import Story, read_story
from tasks.check import folders_in, read_folders
from tasks.player import Played
from tasks.player import play as play_story
from tasks.rehearsal import covered as coverage_of
from tasks.stage import fresh, prepare, throw_away
from web.cli.output import as_json, show


@click.command()
@click.argument("stories", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--database", help="Play on a throw-away database of this PostgreSQL server instead of SQLite in memory.")
@as_json
def play(stories: Sequence[Path], database: str | None, json_wanted: bool) -> int:
    """Play stories: story files, process folders, or a folder of process folders."""
    for path in stories:
        _must_be_story(path)
    folders = {bundle.process: bundle for path in stories for bundle in _around(path)}
    chosen = [story for path in stories for story in _stories(path)]
    if not chosen:
        raise click.UsageError("there is no story at the given paths")
    for story in chosen:
        if story.process not in folders or folders[story.process].kind == "law":
            raise click.UsageError(
                f"story {story.id!r} plays {story.process!r}, which is no process or part at the given paths"
            )
    played = []
    with throw_away(database) as empty:
        stage = prepare(empty, folders.values())
        for story in chosen:
            with fresh(stage) as own:
                played.append(play_story(own, story))
            if not json_wanted:
                _print(played[-1], len(played), len(chosen))
    covered = coverage_of(folders, played)
    if json_wanted:
        show(
            {
                "stories": [{"story": p.story, "ok": p.ok, "failures": list(p.failures)} for p in played],
                "coverage": covered,
            }
        )
    else:
        for row in covered:
            missed = f", not visited: {', '.join(row.missed)}" if row.missed else ""
            click.echo(f"{row.process}: {row.visited} of {row.elements} elements visited{missed}")
        failed = sum(not p.ok for p in played)
        click.echo(f"{len(played)} stories, {failed} failed")
    return 0 if all(p.ok for p in played) else 1


def _folder(path: Path) -> Path:
    """The folder of process folders that a path belongs to."""
    path = path.resolve()
    if path.is_file():
        return path.parent.parent.parent
    return path.parent if (path / "process.toml").is_file() else path


def _must_be_story(path: Path) -> None:
    path = path.resolve()
    if path.is_file() and not (path.parent.name == "stories" and (path.parent.parent / "process.toml").is_file()):
        raise click.UsageError(f"{path} is not a story of a process folder (<folder>/stories/<name>.toml)")


def _around(path: Path) -> list[Bundle]:
    return read_folders(_folder(path))


def _stories(path: Path) -> Iterable[Story]:
    path = path.resolve()
    if path.is_file():
        bundle = bundles.inspect(path.parent.parent)
        if broken := [finding for finding in bundle.findings if finding.file == f"stories/{path.name}"]:
            raise BundleError(broken)
        if path.stem not in bundle.stories:
            raise click.UsageError(f"{path} is not a story: its name ends in .toml")
        yield read_story(path.stem, bundle.stories[path.stem])
        return
    for folder in folders_in(path):
        bundle = bundles.inspect(folder)
        for id, source in sorted(bundle.stories.items()):
            yield read_story(id, source)


def _print(played: Played, number: int, total: int) -> None:
    click.echo(f"[{number}/{total}] {'ok    ' if played.ok else 'FAILED'} {played.process}/{played.story}")
    for failure in played.failures:
        click.echo(f"    {failure.at}\n      expected {failure.expected}\n      got      {failure.got}")
