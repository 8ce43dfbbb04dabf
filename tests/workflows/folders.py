"""The process folders of this repository and their stories, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.alone import caller
from engine.bundle import Bundle
from engine.definition import Definition, build
from engine.law import LAW
from engine.story import Story, read_story
from tasks.check import read_folders

WORKFLOWS = Path(__file__).resolve().parents[2] / "workflows"


@cache
def folders() -> dict[str, Bundle]:
    """Every folder by its id."""
    return {bundle.process: bundle for bundle in read_folders(WORKFLOWS)}


@cache
def stories() -> dict[str, Story]:
    """Every story as folder/story."""
    return {
        f"{bundle.process}/{id}": read_story(id, source)
        for bundle in folders().values()
        for id, source in sorted(bundle.stories.items())
    }


@cache
def definitions() -> dict[str, Definition]:
    """What runs: every folder that is a process, with the parts that it calls."""
    parts = folders()
    return {
        name: build(bundle, {other: part for other, part in parts.items() if other != name})
        for name, bundle in parts.items()
        if bundle.kind == "process"
    }


def drawn() -> list[Bundle]:
    """The folders with a diagram."""
    return [bundle for name, bundle in folders().items() if name != LAW]


@cache
def alone() -> dict[str, Definition]:
    """The parts whose stories play them by themselves, each as what then runs."""
    parts, played = folders(), {story.process for story in stories().values()}
    return {
        name: build(caller(bundle, {}, {}), parts)
        for name, bundle in parts.items()
        if bundle.kind == "part" and name in played
    }
