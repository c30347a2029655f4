"""While somebody is away: another person approves and denies for them, until a date."""

from dataclasses import dataclass

from app.model.clock import Millis

LAPSED = "lapsed"
"""Why a delegation ended whose date had passed; every other end is an early one."""


@dataclass(frozen=True)
class Delegation:
    """One person's approving in the hands of another. Times in Unix milliseconds.

    operations: what the delegator could approve when it was given, for showing only; rights are read live.
    why: how it ended: `lapsed`, `back`, `replaced`, `operator` or `account`.
    """

    id: str
    enterprise_id: str
    delegator_id: str
    delegator_name: str
    delegate_id: str
    delegate_name: str
    operations: tuple[str, ...]
    note: str
    given_at: Millis
    until: Millis
    ended_at: Millis | None = None
    ended_by: str | None = None
    why: str | None = None

    def in_force(self, now: Millis) -> bool:
        """Whether the delegate may decide by it at that moment."""
        return self.ended_at is None and now < self.until

    @property
    def withdrawn(self) -> bool:
        """Whether it was ended before its date: what was approved by it no longer counts."""
        return self.ended_at is not None and self.why != LAPSED
