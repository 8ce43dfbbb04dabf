"""One value of one process folder changed at a time, and whether a story notices.

`python -m tests.workflows.mutations` plays all of them and lists the survivors; words after it choose by name:
`python -m tests.workflows.mutations pay_subsidy/deadlines.toml`. The tests play a sample.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from html import escape, unescape
from itertools import pairwise
from typing import Any

import tomlkit

from engine import bundle as bundles
from engine.bundle import Bundle
from engine.drawing import read
from engine.errors import BundleError, EngineError
from engine.law import LAW
from engine.story import Story
from tasks.errors import TasksError
from tasks.player import play
from tasks.stage import fresh, prepare, throw_away
from tests.workflows.folders import folders, stories

LATER = date(2040, 1, 1)
ROLLS = {"forward": "target", "target": "forward", "backward": "forward", "period": "forward"}
USED_BY_THE_ENGINE = {"letter_received", "e_notice_received"}
CONDITION = re.compile(r"<bpmn:conditionExpression[^>]*>(?P<value>[^<]*)</")
RULE = re.compile(r'<rule id="(\w+)"')
OUTPUT = re.compile(r"<outputEntry[^>]*>\s*<text>(?P<value>[^<]*)</text>")

SHOWN = "shown to the officer beside the proposal; its worked examples hold it, no later step reads it"
WEEK = "a week after a working day: only a public holiday on that very day would tell"
TOLERATED = {
    "pay_subsidy/deadlines.toml check_start.roll: target -> forward": WEEK,
    "pay_subsidy/deadlines.toml confirm_lapse.roll: target -> forward": WEEK,
} | {
    f"payment/{change}": SHOWN
    for change in (
        "amount.dmn output 3 of M1_full_month: accepted * max(1, percent / 100) - other_aid"
        " -> (accepted * max(1, percent / 100) - other_aid) + 1",
        "amount.dmn output 8 of M2_part_of_month: accepted * max(1, percent / 100) - other_aid"
        " -> (accepted * max(1, percent / 100) - other_aid) + 1",
        'amount.dmn output 4 of M1_full_month: "full_month" -> "full_month_x"',
        'amount.dmn output 9 of M2_part_of_month: "days" -> "days_x"',
        'amount.dmn output 11 of M3_by_days: null -> "mutant"',
        'amount.dmn output 13 of M3_by_days: null -> "mutant"',
        'amount.dmn output 14 of M3_by_days: "daily" -> "daily_x"',
        'timeliness.dmn output 1 of T1_after_last_day: "after_last_day" -> "after_last_day_x"',
        'timeliness.dmn output 7 of T3_in_time: "in_time" -> "in_time_x"',
        'timeliness.dmn output 4 of T2_after_closing: "after_closing" -> "after_closing_x"',
    )
}
"""Changes of what people read, by name, and why no story sees them."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A folder with one value changed; `about` is the name that stories use for what was changed."""

    folder: str
    file: str
    place: str
    before: str
    after: str
    about: str
    apply: Callable[[bytes], bytes]

    @property
    def tolerated(self) -> str:
        """Why no story can notice it, or nothing."""
        return TOLERATED.get(self.name, "")

    @property
    def name(self) -> str:
        """Which value, and what it became."""
        return f"{self.folder}/{self.file} {self.place}: {self.before} -> {self.after}"


def mutants() -> list[Mutant]:
    """Every change, in a stable order."""
    return [mutant for bundle in folders().values() for mutant in _of(bundle)]


def _of(bundle: Bundle) -> Iterator[Mutant]:
    for path, data in sorted(bundle.files.items()):
        if path in ("deadlines.toml", "parameters.toml"):
            for name, values in tomlkit.parse(data.decode()).unwrap().items():
                if bundle.process != LAW or _used(name):
                    yield from _rows(bundle.process, path, name, values)
        elif path.endswith(".bpmn"):
            yield from _flow(bundle.process, path, data.decode())
        elif path.endswith(".dmn"):
            yield from _outputs(bundle.process, path, data.decode())


def _used(name: str) -> bool:
    """Shared rows of law/ that no folder asks for, or that the folder has of its own, have no story."""
    quoted = [f'("{name}"'.encode(), f"(&quot;{name}&quot;".encode()]  # asked by a function; a step may be called so
    drawn = [b for b in folders().values() if b.process != LAW and name not in b.deadlines]
    asked = any(q in data for b in drawn for path, data in b.files.items() if "stories/" not in path for q in quoted)
    return asked or name in USED_BY_THE_ENGINE


def _rows(folder: str, path: str, name: str, values: dict[str, Any]) -> Iterator[Mutant]:
    for index, row in enumerate(values.get("rows", ())):  # the register rows without a date (`untimed`) have none
        for key, before in row.items():
            after = _other(key, before)
            if after is not None:
                place = f"{name}.rows[{index}].{key}"
                yield Mutant(folder, path, place, str(before), str(after), name, _set(after, name, "rows", index, key))
    if "roll" in values and values["unit"] != "working days":  # a working day is never rolled
        after = ROLLS[values["roll"]]
        yield Mutant(folder, path, f"{name}.roll", values["roll"], after, name, _set(after, name, "roll"))


def _other(key: str, before: Any) -> Any:
    if key in ("from", "to"):
        return LATER
    if isinstance(before, bool):
        return not before
    if isinstance(before, int):
        return before + 1
    if key == "length":
        return f"({before}) + 1"
    if key == "value" and re.fullmatch(r"\d\d:\d\d", str(before)):
        return f"{(int(before[:2]) + 23) % 24:02}{before[2:]}"
    try:
        return str(Decimal(before) + 1) if key == "value" else None
    except InvalidOperation:
        return None


def _set(value: Any, *keys: Any) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        document: Any = tomlkit.parse(data.decode())
        place = document
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value
        return tomlkit.dumps(document).encode()

    return apply


def _flow(folder: str, path: str, text: str) -> Iterator[Mutant]:
    """Conditions turned round, and outcomes exchanged."""
    for number, found in enumerate(CONDITION.finditer(text)):
        before = unescape(found["value"])
        after = f"not({before})"
        about = text[: found.start()].rsplit('id="', 1)[1].split('"', 1)[0]
        place = f"condition {number} of {about}"
        yield Mutant(folder, path, place, before, after, about, _replace(found.span("value"), escape(after)))
    for first, second in _ends(folder, text):
        name, about = f"ends {first} and {second}", f"{first}|{second}"
        yield Mutant(folder, path, name, first, second, about, _swap(f'targetRef="{first}"', f'targetRef="{second}"'))


def _ends(folder: str, text: str) -> Iterator[tuple[str, str]]:
    """Neighbouring outcomes."""
    nodes = read(text.encode(), file=folder).nodes.values()
    return pairwise(node.id for node in nodes if node.kind == "endEvent" and not node.parent)


def _swap(first: str, second: str) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        return second.join(part.replace(second, first) for part in data.decode().split(first)).encode()

    return apply


def _outputs(folder: str, path: str, text: str) -> Iterator[Mutant]:
    for number, found in enumerate(OUTPUT.finditer(text)):
        before = unescape(found["value"]).strip()
        if re.search(r"§|artikla", before):  # words that name the law, not a value
            continue
        if before in ("true", "false"):
            after = "false" if before == "true" else "true"
        elif before.startswith('"'):
            after = f'"{before[1:-1]}_x"'
        elif before and before not in ("null", "-"):
            after = f"({before}) + 1"
        else:
            after = '"mutant"' if before == "null" else ""
        if after:
            about = re.escape(before.strip('"'))
            place = f"output {number} of {RULE.findall(text[: found.start()])[-1]}"
            yield Mutant(folder, path, place, before, after, about, _replace(found.span("value"), escape(after)))


def _replace(span: tuple[int, int], value: str) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        text = data.decode()
        return (text[: span[0]] + value + text[span[1] :]).encode()

    return apply


def noticed(mutant: Mutant) -> str:
    """The first story that fails with this change, or "refused" when it cannot even be published; "" when none."""
    original = folders()[mutant.folder]
    files = dict(original.files) | {mutant.file: mutant.apply(original.files[mutant.file])}
    try:
        changed = bundles.read(bundles.pack(files))
        with throw_away(None) as database:
            stage = prepare(database, (folders() | {mutant.folder: changed}).values())
            for name, story in _in_order(mutant):
                with fresh(stage) as own:
                    if not play(own, story).ok:
                        return name
    except (BundleError, EngineError, TasksError) as error:
        return f"refused: {error}"
    return ""


def _in_order(mutant: Mutant) -> Sequence[tuple[str, Story]]:
    """Stories that name what was changed first, then those of its folder."""
    about = re.compile(rf"\b({mutant.about})\b")

    def rank(item: tuple[str, Story]) -> tuple[int, int]:
        name, story = item
        told = repr([step.expect for step in story.steps])
        return (-len(about.findall(told)), int(not name.startswith(f"{mutant.folder}/")))

    return sorted(stories().items(), key=rank)


def main(words: Sequence[str]) -> int:
    """Play the chosen mutants; gives how many survived."""
    chosen = [m for m in mutants() if not m.tolerated and (not words or any(word in m.name for word in words))]
    survivors = 0
    for number, mutant in enumerate(chosen, 1):
        by = noticed(mutant)
        survivors += not by
        told = f"noticed by {by[:60]}" if by else "SURVIVED"
        sys.stdout.write(f"[{number}/{len(chosen)}] {told}  {mutant.name}\n")
        sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} mutants, {survivors} survived\n")
    return survivors


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1:])))
