"""What differs between two folders' decision tables: columns, rows and cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from engine.bundle import Bundle
from engine.compare.change import Change, facets, placed
from engine.decision import Decision
from engine.decision_table import Rule, Table


def compare_decisions(old: Bundle, new: Bundle) -> Iterator[Change]:
    """The changes of the decision files and their worked examples."""
    for stem in dict.fromkeys([*old.decisions, *new.decisions]):
        file, core = f"{stem}.dmn", new.manifest.core.get("tables", ())
        if old.files.get(file) == new.files.get(file):
            continue
        before, after = (dict(b.decisions[stem].by_id) if stem in b.decisions else {} for b in (old, new))
        found = list(_decisions(before, after))
        if not found:  # other logic than tables, or words around them
            found = [Change("table", "changed", stem, "logic")]
        yield from placed(found, file, core)


def _decisions(old: Mapping[str, Decision], new: Mapping[str, Decision]) -> Iterator[Change]:
    for id in dict.fromkeys([*old, *new]):
        before, after = old.get(id), new.get(id)
        name = {"fi": (after or before or old[id]).name}
        if before is None or after is None:
            yield Change("table", "added" if before is None else "removed", id, name=name)
        elif before.table is not None and after.table is not None:
            yield from _tables(id, name, before.table, after.table)


def _tables(id: str, name: Mapping[str, str], old: Table, new: Table) -> Iterator[Change]:
    policies = [{"hit_policy": f"{table.hit_policy} {table.aggregation}".strip()} for table in (old, new)]
    yield from facets("table", id, policies[0], policies[1], name)
    before, after = _columns(old), _columns(new)
    for column in dict.fromkeys([*before, *after]):
        if column not in after:
            yield Change("column", "removed", f"{id}/{column}", name=name)
        elif column not in before:
            yield Change("column", "added", f"{id}/{column}", name=name)
        else:
            yield from facets("column", f"{id}/{column}", before[column], after[column], name)
    yield from _rows(id, name, old, new, [column for column in before if column in after])


def _columns(table: Table) -> dict[str, dict[str, Any]]:
    asked = {c.expression.source: {"kind": c.type, "options": c.allowed.source if c.allowed else ""}
             for c in table.inputs}  # fmt: skip
    given = {f"= {c.name}": {"kind": c.type, "options": [str(value) for value in c.values or ()]}
             for c in table.outputs}  # fmt: skip
    return asked | given


def _cells(table: Table, rule: Rule, columns: Sequence[str]) -> dict[str, str]:
    texts = (*(test.source for test in rule.tests), *(output.source for output in rule.outputs))
    row = dict(zip(_columns(table), texts, strict=False))
    return {column: row.get(column, "") for column in columns}


def _rows(id: str, name: Mapping[str, str], old: Table, new: Table, columns: Sequence[str]) -> Iterator[Change]:
    pairs = _pairs(old, new, columns)
    for before, after in pairs:
        if after is None and before is not None:
            yield Change("rule", "removed", f"{id}/{before.row}", old=_cells(old, before, columns), name=name)
        elif before is None and after is not None:
            yield Change("rule", "added", f"{id}/{after.row}", new=_cells(new, after, columns), name=name)
        elif before is not None and after is not None:
            then, now = _cells(old, before, columns), _cells(new, after, columns)
            for column in columns:
                if then[column] != now[column]:
                    yield Change(
                        "cell", "changed", f"{id}/{after.row}/{column}", "cell", then[column], now[column], name
                    )
    kept = [(before.row, after.row) for before, after in pairs if before is not None and after is not None]
    if [row for row, _ in sorted(kept, key=lambda pair: pair[1])] != sorted(row for row, _ in kept):
        yield Change("table", "changed", id, "order", [row for row, _ in kept], [row for _, row in kept], name)


def _pairs(old: Table, new: Table, columns: Sequence[str]) -> list[tuple[Rule | None, Rule | None]]:
    """Which row became which: by their ids where every row has one of its own, else by what they say."""
    ids = [[rule.id for rule in table.rules] for table in (old, new)]
    if all(all(found) and len(set(found)) == len(found) for found in ids) and set(ids[0]) & set(ids[1]):
        after = {rule.id: rule for rule in new.rules}
        gone: list[tuple[Rule | None, Rule | None]] = [(rule, after.get(rule.id)) for rule in old.rules]
        return gone + [(None, rule) for rule in new.rules if rule.id not in set(ids[0])]
    texts = [[tuple(_cells(table, rule, columns).values()) for rule in table.rules] for table in (old, new)]
    found: list[tuple[Rule | None, Rule | None]] = []
    for _, a1, a2, b1, b2 in SequenceMatcher(None, texts[0], texts[1], autojunk=False).get_opcodes():
        found += zip_longest(old.rules[a1:a2], new.rules[b1:b2])
    return found
