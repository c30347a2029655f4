"""Figures as people read them: three digits that count, and the range when it says something."""

from bench.frame.figures import Spread


def number(value: float) -> str:
    """`0.42`, `12.3`, `1,204`."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}"


def with_range(found: Spread) -> str:
    """`12.3 (11.9–14.0)`; only the figure where all rounds agree."""
    middle, lowest, highest = number(found.median), number(found.lowest), number(found.highest)
    return middle if lowest == highest else f"{middle} ({lowest}–{highest})"
