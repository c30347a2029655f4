"""What has become of a request's items: how many of each outcome, and the few that a person looks at first.

A request may have ten thousand items and its card is drawn every few seconds: nothing here grows with them.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.model.lifecycle import Outcome

WORST_FIRST: tuple[Outcome | None, ...] = (
    Outcome.UNKNOWN,
    Outcome.FAILED,
    Outcome.DRIFTED,
    Outcome.SKIPPED,
    Outcome.ACCEPTED,
    None,
    Outcome.ALREADY,
    Outcome.VERIFIED,
)
"""The order in which people look at outcomes; None is an item that still waits."""

KEPT = 40
"""Items that are at hand singly."""


@dataclass(frozen=True, slots=True)
class ItemState:
    """What has become of one item so far. code: Slack's, or ours, when something stood in the way."""

    position: int
    key: str
    label: str
    outcome: Outcome | None
    code: str | None
    detail: str | None


@dataclass(frozen=True)
class Results:
    """tally: how many items have which outcome. worst: the first `KEPT` in the order of `WORST_FIRST`."""

    tally: Mapping[Outcome | None, int]
    worst: tuple[ItemState, ...] = ()

    @classmethod
    def of(cls, items: Iterable[ItemState]) -> "Results":
        """Those of items that are all at hand."""
        ranked = sorted(items, key=lambda item: (WORST_FIRST.index(item.outcome), item.position))
        return cls(Counter(item.outcome for item in ranked), tuple(ranked[:KEPT]))

    @property
    def number(self) -> int:
        """How many items there are in all."""
        return sum(self.tally.values())

    @property
    def waiting(self) -> int:
        """How many still wait."""
        return self.of_outcome(None)

    def of_outcome(self, outcome: Outcome | None) -> int:
        """How many have that outcome."""
        return self.tally.get(outcome, 0)
