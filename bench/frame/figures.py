"""The arithmetic: percentiles of many values, the spread of a figure over rounds, ratios round by round."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """A figure over several rounds: the median, with the lowest and the highest round."""

    lowest: float
    median: float
    highest: float


def spread(values: Iterable[float]) -> Spread:
    """The spread of those values. Raises ValueError for none."""
    found = sorted(values)
    if not found:
        raise ValueError("a spread needs at least one value")
    return Spread(found[0], statistics.median(found), found[-1])


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` (0 to 1) of all values do not exceed: the nearest rank, nothing interpolated.

    Raises ValueError for no values.
    """
    found = sorted(values)
    if not found:
        raise ValueError("a percentile needs at least one value")
    return found[max(0, math.ceil(share * len(found)) - 1)]


def ratios(ours: Sequence[float], yardstick: Sequence[float]) -> Spread:
    """Ours divided by the yardstick's, each within its own round: what disturbs a round disturbs both.

    Raises ValueError when the rounds do not pair up, or when a yardstick is zero.
    """
    if len(ours) != len(yardstick):
        raise ValueError(f"{len(ours)} rounds cannot be held against {len(yardstick)}")
    if not all(yardstick):
        raise ValueError("nothing can be held against zero")
    return spread(own / other for own, other in zip(ours, yardstick, strict=True))
