"""How a run takes its turns."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from bench.frame.progress import Steps
from bench.frame.run import Run


def run(folder: Path, rounds: int, *, quick: bool = False) -> Run:
    return Run(folder, Steps(Console(file=io.StringIO())), rounds, quick)


def test_the_sides_take_turns_and_neither_always_comes_first(tmp_path: Path) -> None:
    order: list[str] = []
    sides = {"ours": lambda: order.append("ours"), "bare": lambda: order.append("bare")}
    run(tmp_path, 3).turns("turns", sides)
    assert order == ["ours", "bare", "bare", "ours", "ours", "bare"]


def test_each_side_gets_its_own_figures_in_the_order_of_rounds(tmp_path: Path) -> None:
    ours, bare = iter([1, 2, 3]), iter([10, 20, 30])
    found = run(tmp_path, 3).turns("turns", {"ours": lambda: next(ours), "bare": lambda: next(bare)})
    assert found == {"ours": [1, 2, 3], "bare": [10, 20, 30]}


@pytest.mark.parametrize(("rounds", "few"), [(1, 1), (2, 1), (5, 2), (10, 4)])
def test_what_takes_minutes_is_done_in_fewer_rounds(tmp_path: Path, rounds: int, few: int) -> None:
    assert run(tmp_path, rounds).few == few


def test_a_quick_try_is_small(tmp_path: Path) -> None:
    assert run(tmp_path, 1).size(1000, 10) == 1000
    assert run(tmp_path, 1, quick=True).size(1000, 10) == 10


def test_every_part_has_a_folder_of_its_own(tmp_path: Path) -> None:
    one = run(tmp_path, 1)
    assert one.new_folder() != one.new_folder()
    assert one.new_database("sqlite") != one.new_database("sqlite")
