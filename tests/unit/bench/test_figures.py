"""The arithmetic of the bench."""

import pytest

from bench.frame.figures import Spread, percentile, ratios, spread
from bench.frame.numbers import number, with_range


def test_a_spread_is_the_median_between_the_lowest_and_the_highest_round() -> None:
    assert spread([3, 1, 2]) == Spread(1, 2, 3)
    assert spread([4, 1, 2, 3]) == Spread(1, 2.5, 4)
    assert spread([7]) == Spread(7, 7, 7)


def test_a_percentile_is_a_value_that_was_measured() -> None:
    hundred = list(range(100, 0, -1))
    assert [percentile(hundred, share) for share in (0.5, 0.95, 0.99, 1)] == [50, 95, 99, 100]
    assert percentile([1, 2, 3], 0.99) == 3
    assert percentile([1, 2, 3], 0) == 1
    assert percentile([5], 0.5) == 5


def test_each_round_is_held_against_its_own_yardstick() -> None:
    assert ratios([2, 30], [1, 10]) == Spread(2, 2.5, 3)


@pytest.mark.parametrize(("ours", "yardstick"), [([1, 2], [1]), ([1], [0]), ([], [])])
def test_what_does_not_pair_up_has_no_ratio(ours: list[float], yardstick: list[float]) -> None:
    with pytest.raises(ValueError, match=r"held against|needs at least"):
        ratios(ours, yardstick)


def test_nothing_measured_has_no_figure() -> None:
    with pytest.raises(ValueError, match="spread"):
        spread([])
    with pytest.raises(ValueError, match="percentile"):
        percentile([], 0.5)


def test_figures_are_told_with_the_digits_that_count() -> None:
    assert [number(value) for value in (0, 0.4242, 1.05, 12.345, 123.4, 12_345.6)] == [
        "0.00",
        "0.42",
        "1.05",
        "12.3",
        "123",
        "12,346",
    ]


def test_a_range_is_told_only_when_it_says_something() -> None:
    assert with_range(Spread(1, 2, 3)) == "2.00 (1.00–3.00)"
    assert with_range(Spread(2.001, 2, 2.002)) == "2.00"
