"""The first few items of a bulk go ahead of the others; if one of them fails, a person looks first.

Every run of an execution begins with its own: the first run with the plan's first items, a resumed one with
the first of those that are left.
"""

from collections.abc import Sequence
from enum import StrEnum

from app.model.lifecycle import Outcome

SIZE = 5
"""Items that go ahead."""

_BAD = frozenset({Outcome.FAILED, Outcome.UNKNOWN, Outcome.DRIFTED, Outcome.SKIPPED})


class Verdict(StrEnum):
    """What the canary says about the rest."""

    WAIT = "wait"  # not all of it is told yet
    GO = "go"
    PAUSE = "pause"


def verdict(outcomes: Sequence[Outcome | None], *, settled: bool) -> Verdict:
    """Whether the others may follow.

    Every outcome but `verified`, `already` and `accepted` is a failure, drift included: a preview that no
    longer holds for one target may hold for none. settled: accepted items have been looked at for as long as
    an effect takes that shows at once (`Patience.settle`); one that shows later is no failure.
    """
    if None in outcomes or (Outcome.ACCEPTED in outcomes and not settled):
        return Verdict.WAIT
    return Verdict.PAUSE if _BAD.intersection(outcomes) else Verdict.GO


def failures(outcomes: Sequence[Outcome | None]) -> int:
    """How many of them speak against going on."""
    return sum(outcome in _BAD for outcome in outcomes)
