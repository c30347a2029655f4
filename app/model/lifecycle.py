"""States of a request, outcomes of an item, and the one table that says what may follow what.

pending ─┬─ approved ─┬─ executing ⇄ paused
         │            │      └─ verifying ─┬─ succeeded, partial, failed, drifted, unknown
         ├─ denied    ├─ expired           └─ (executing and verifying may also end as) stopped
         ├─ expired   └─ cancelled, stopped
         ├─ cancelled
         └─ break_glass, in place of approved: nobody approved it, and nothing says so
"""

from collections.abc import Iterable
from enum import StrEnum


class State(StrEnum):
    """Where a request stands."""

    PENDING = "pending"
    APPROVED = "approved"
    BREAK_GLASS = "break_glass"  # begins after its delay without approval
    EXECUTING = "executing"
    PAUSED = "paused"
    VERIFYING = "verifying"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    DRIFTED = "drifted"
    UNKNOWN = "unknown"
    STOPPED = "stopped"
    DENIED = "denied"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What became of an item. An item without an outcome is still waiting."""

    VERIFIED = "verified"  # read back: the effect is visible
    ALREADY = "already"  # it was so before we called
    ACCEPTED = "accepted"  # Slack took it, the effect is not visible yet
    FAILED = "failed"  # Slack refused, nothing happened
    UNKNOWN = "unknown"  # nobody can say from here
    DRIFTED = "drifted"  # the target changed since the preview, nothing was called
    SKIPPED = "skipped"  # never attempted


_RESULTS = {State.SUCCEEDED, State.PARTIAL, State.FAILED, State.DRIFTED, State.UNKNOWN, State.STOPPED}
_BEGINS_OR_NOT = frozenset({State.EXECUTING, State.EXPIRED, State.CANCELLED, State.STOPPED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset(
        {State.APPROVED, State.BREAK_GLASS, State.DENIED, State.EXPIRED, State.CANCELLED}
    ),
    State.APPROVED: _BEGINS_OR_NOT,
    State.BREAK_GLASS: _BEGINS_OR_NOT,
    State.EXECUTING: frozenset({State.PAUSED, State.VERIFYING} | _RESULTS),
    State.PAUSED: frozenset({State.EXECUTING, State.STOPPED}),
    State.VERIFYING: frozenset(_RESULTS),
}

TERMINAL = frozenset(State) - frozenset(TRANSITIONS)
"""States nothing follows."""

OPEN = frozenset(TRANSITIONS)
"""States in which a request still holds its targets."""

READY = frozenset({State.APPROVED, State.BREAK_GLASS})
"""States from which an execution begins once its time has come, and can still be called off."""

REVERSIBLE_END = frozenset({State.SUCCEEDED, State.PARTIAL, State.UNKNOWN, State.STOPPED})
"""States in which something may have taken effect that an undo can reverse."""


def may_follow(state: State, following: State) -> bool:
    """Whether the table allows `following` right after `state`."""
    return following in TRANSITIONS.get(state, frozenset())


def roll_up(outcomes: Iterable[Outcome], *, stopped: bool = False) -> State:
    """The request's state once every item has an outcome other than `accepted`.

    All verified or already so → succeeded; all drifted → drifted; all skipped → stopped; any unknown →
    unknown; some took effect and some did not → partial; else failed. While any item is only accepted
    the request is still verifying.

    stopped: a person stopped it midway: what was skipped then makes it stopped, unless something is unknown.
    """
    seen = set(outcomes)
    done = {Outcome.VERIFIED, Outcome.ALREADY}
    if Outcome.ACCEPTED in seen:
        return State.VERIFYING
    if seen <= done:
        return State.SUCCEEDED
    for alone, state in ((Outcome.DRIFTED, State.DRIFTED), (Outcome.SKIPPED, State.STOPPED)):
        if seen == {alone}:
            return state
    if Outcome.UNKNOWN in seen:
        return State.UNKNOWN
    if stopped and Outcome.SKIPPED in seen:
        return State.STOPPED
    return State.PARTIAL if seen & done else State.FAILED
