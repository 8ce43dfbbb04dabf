"""What is held back of a table of groups: tried by finding every table that fits to what is told."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import pytest

from tasks.figures.holding import ALL, Cell, held_back, slack, with_all

Rows = dict[str, dict[str, int]]
SMALLEST = 3
"""so that every table that fits can be looked at"""


def small(cells: Mapping[Cell, int], smallest: int = SMALLEST) -> set[Cell]:
    return {cell for cell, n in cells.items() if 0 < n < smallest}


def largest(rows: Rows, hidden: frozenset[Cell]) -> dict[Cell, int]:
    """The largest number that each cell has in any table that fits to what is told: every one is tried."""
    groups = list(next(iter(rows.values())))
    cells, found = with_all(rows), dict.fromkeys(hidden, -1)
    fitting = [
        [way for way in _ways(sum(values.values()), len(groups))
         if all((row, group) in hidden or way[at] == values[group] for at, group in enumerate(groups))]
        for row, values in rows.items()
    ]  # fmt: skip
    for chosen in product(*fitting):
        table = with_all({row: dict(zip(groups, way, strict=True)) for row, way in zip(rows, chosen, strict=True)})
        if all((ALL, group) in hidden or table[ALL, group] == cells[ALL, group] for group in groups):
            found = {cell: max(n, table[cell]) for cell, n in found.items()}
    return found


def _ways(total: int, places: int) -> Iterator[tuple[int, ...]]:
    """Every way to part a sum."""
    if places == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in _ways(total - first, places - 1):
            yield (first, *rest)


def draw(chance: random.Random, rows: int, groups: int, most: int) -> Rows:
    return {
        f"p{row}": {f"g{group}": chance.choice((0, 0, 1, 2, 3, most)) for group in range(groups)} for row in range(rows)
    }


@pytest.mark.parametrize("shape", [(1, 2), (2, 2), (2, 3), (3, 2), (3, 3)])
def test_a_small_number_could_be_much_larger_in_a_table_that_fits_to_all_that_is_told(shape: tuple[int, int]) -> None:
    chance, told = random.Random(f"{shape}"), 0
    tables = 80 if shape != (3, 3) else 25  # every way to fill one of nine cells is tried, which takes its time
    for _ in range(tables):
        rows = draw(chance, *shape, most=6)
        cells = with_all(rows)
        hidden = held_back(cells, small(cells), SMALLEST)
        assert small(cells) <= hidden
        most, bound = largest(rows, hidden), largest(rows, frozenset(cells))
        for cell in small(cells):
            assert most[cell] >= min(cells[cell] + SMALLEST, bound[cell])
            assert slack(cells, hidden, cell, SMALLEST) == min(most[cell] - cells[cell], SMALLEST)
        told += len(cells) - len(hidden)
    assert told > tables  # it does not simply hold back everything


def bound_by_subtraction(cells: Mapping[Cell, int], hidden: frozenset[Cell]) -> set[Cell]:
    """What is held back and yet follows from the sums alone: found by solving the equations."""
    unknown = sorted(hidden)
    equations = []
    for row in {row for row, _ in cells}:  # a row adds up to its sum
        equations.append([Fraction(cell[0] == row) for cell in unknown])
    for group in {group for _, group in cells}:  # a group adds up to what it is in all
        equations.append([Fraction(0 if cell[1] != group else -1 if cell[0] == ALL else 1) for cell in unknown])
    solved = []
    for column in range(len(unknown)):
        pivot = next((each for each in equations if each[column]), None)
        if pivot is None:
            continue
        equations.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        for each in [*equations, *solved]:
            factor = each[column]
            if factor:
                each[:] = [value - factor * by for value, by in zip(each, pivot, strict=True)]
        solved.append(pivot)
    return {unknown[column] for each in solved for column in [each.index(1)] if sum(map(bool, each)) == 1}


def test_nothing_small_follows_from_the_sums_of_large_tables() -> None:
    chance, alone = random.Random(5), 0
    for _ in range(12):
        rows = {f"p{row}": {f"g{group}": int(chance.expovariate(1 / 30)) for group in range(5)} for row in range(8)}
        cells = with_all(rows)
        hidden = held_back(cells, small(cells, 5), 5)
        assert not bound_by_subtraction(cells, hidden) & small(cells, 5)
        alone += len(bound_by_subtraction(cells, frozenset(small(cells, 5))))
        assert len(hidden) < len(cells) / 2
    assert alone > 12  # to hold back the small ones alone would not do


def test_a_small_group_takes_the_smallest_others_of_its_row_and_its_group_with_it() -> None:
    cells = with_all({"a": {"x": 2, "y": 20, "z": 30}, "b": {"x": 40, "y": 9, "z": 50}})
    assert held_back(cells, small(cells, 5), 5) == {("a", "x"), ("a", "y"), ("b", "x"), ("b", "y")}


def test_where_nothing_is_small_everything_is_told_empty_groups_as_well() -> None:
    cells = with_all({"a": {"x": 0, "y": 20}, "b": {"x": 40, "y": 9}})
    assert held_back(cells, small(cells, 5), 5) == frozenset()


def test_beside_a_small_group_an_empty_one_is_not_told_as_empty() -> None:
    cells = with_all({"a": {"x": 1, "y": 1, "z": 0, "å": 30}})
    assert {("a", "z"), (ALL, "z")} <= held_back(cells, small(cells, 5), 5)


def test_a_large_group_of_few_people_could_be_twice_as_large() -> None:
    cells = with_all({"a": {"x": 40, "y": 90, "z": 200}, "b": {"x": 7, "y": 8, "z": 9}})
    hidden = held_back(cells, {("a", "x")}, 5)
    assert slack(cells, hidden, ("a", "x"), 100) >= 15  # as much as the other rows allow
    assert ("a", "x") in hidden


def test_of_fewer_cases_than_the_smallest_group_nothing_is_told() -> None:
    cells = with_all({"a": {"x": 1, "y": 2}, "b": {"x": 30, "y": 40}})
    assert {("a", "x"), ("a", "y")} <= held_back(cells, small(cells, 5), 5)
