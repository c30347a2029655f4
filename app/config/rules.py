"""The rules for one operation: who may request, who may approve, how many, how long, and raises of these."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.config.quiet import QuietHours


@dataclass(frozen=True, order=True)
class Group:
    """A user group; `team` is empty until it has been looked for in the workspaces."""

    id: str
    team: str = ""


@dataclass(frozen=True)
class Principal:
    """One entry of a requesters or approvers list.

    kind: `role` (name: org_owner, org_admin), `usergroup` (name: S…, team maybe) or `user` (name: U…/W…).
    """

    kind: str
    name: str
    team: str = ""

    def __str__(self) -> str:
        team = f"{self.team}/" if self.team else ""
        return f"{self.kind}:{team}{self.name}"

    @property
    def group(self) -> Group:
        """The user group this principal names."""
        return Group(self.name, self.team)

    def placed(self, teams: Mapping[str, str]) -> "Principal":
        """The same with the workspace of a bare user group filled in (group id → team id)."""
        if self.kind != "usergroup" or self.team:
            return self
        return replace(self, team=teams.get(self.name, ""))


Seats = tuple[tuple[Principal, int], ...]
"""Demands `(principal, how many)`, each to be met by people of its own."""


@dataclass(frozen=True)
class Shape:
    """What conditions are held against: how many items a plan has, and what is special about them.

    traits: trait → the same in words with its number (`3 private channels`).
    """

    items: int
    traits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raise:
    """Higher demands under a condition: `items > more_than`, or a trait of the plan.

    Only what is higher than the rules' own counts; approvals_from come on top of theirs.
    """

    when: str
    more_than: int | None = None
    approvals: int = 1
    approvals_from: Seats = ()
    cool_off: int = 0

    def met_by(self, shape: Shape) -> str | None:
        """Why it applies to a plan of that shape, in words; None when it does not."""
        if self.more_than is not None:
            return f"{shape.items:,} items" if shape.items > self.more_than else None
        return shape.traits.get(self.when)


@dataclass(frozen=True)
class OperationPolicy:
    """The rules for one operation. Durations in seconds; an empty list means nobody.

    approvals_from: further demands, each to be met by different people.
    escalate_to: who may approve as well once a request is late; `escalated` adds them.
    quiet_hours: when nothing that was approved begins.
    delegation: whether an approver who is away may have somebody else decide for them.
    raises: higher demands by condition; `raised` applies them. raised_by: why, once it has.
    pacing: `documented` or `adaptive`.
    """

    requesters: tuple[Principal, ...] = ()
    approvers: tuple[Principal, ...] = ()
    approvals: int = 1
    approvals_from: Seats = ()
    expires_after: int = 86400
    execute_within: int = 86400
    cool_off: int = 0
    ticket_pattern: str | None = None
    max_items: int = 1000
    protected_usergroups: tuple[Group, ...] = ()
    pacing: str = "documented"
    escalate_to: tuple[Principal, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    delegation: bool = False
    raises: tuple[Raise, ...] = ()
    raised_by: tuple[str, ...] = ()

    def ticket_fits(self, ticket: str) -> bool:
        """Whether the ticket id is of the wanted form (any text when no pattern is set)."""
        return self.ticket_pattern is None or re.search(self.ticket_pattern, ticket) is not None

    def all_approvers(self) -> tuple[Principal, ...]:
        """Everyone who could ever approve: the list, the further demands, and those of every raise."""
        seats = (*self.approvals_from, *(seat for found in self.raises for seat in found.approvals_from))
        return tuple(dict.fromkeys((*self.approvers, *(principal for principal, _ in seats))))

    def escalated(self) -> "OperationPolicy":
        """The rules for a request that was escalated: these people may approve too, and no fewer have to."""
        return replace(self, approvers=tuple(dict.fromkeys((*self.approvers, *self.escalate_to))))

    def raised(self, shape: Shape) -> "OperationPolicy":
        """The rules for a plan of that shape: each demand as high as the strictest that applies."""
        told = {found: why for found in self.raises if (why := found.met_by(shape)) is not None}
        return self.with_raises(tuple(told), tuple(dict.fromkeys(told.values())))

    def with_raises(self, applying: tuple[Raise, ...], because: tuple[str, ...] = ()) -> "OperationPolicy":
        """The rules with exactly these raises applied. Approvals grow to hold all the demanded people."""
        seats = dict(self.approvals_from)
        for principal, number in (seat for found in applying for seat in found.approvals_from):
            seats[principal] = max(number, seats.get(principal, 0))
        wanted = max(self.approvals, sum(seats.values()), *(found.approvals for found in applying), 1)
        return replace(
            self,
            approvals=wanted,
            approvals_from=tuple(seats.items()),
            cool_off=max(self.cool_off, *(found.cool_off for found in applying), 0),
            raises=(),
            raised_by=because,
        )

    def placed(self, teams: Mapping[str, str]) -> "OperationPolicy":
        """The same with the workspace of each bare user group filled in."""

        def seats(found: Seats) -> Seats:
            return tuple((principal.placed(teams), number) for principal, number in found)

        return replace(
            self,
            requesters=tuple(principal.placed(teams) for principal in self.requesters),
            approvers=tuple(principal.placed(teams) for principal in self.approvers),
            approvals_from=seats(self.approvals_from),
            escalate_to=tuple(principal.placed(teams) for principal in self.escalate_to),
            raises=tuple(replace(found, approvals_from=seats(found.approvals_from)) for found in self.raises),
        )
