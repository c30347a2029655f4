"""How much a request needs to be approved: the stricter of what was in force at filing and what is now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.config import OperationPolicy, Policy
from app.model.plan import Plan
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests.authority import seated


def rules_for(policy: Policy, plan: Plan) -> OperationPolicy:
    """The policy's rules for that plan, every raise applied that its items ask for."""
    return policy[plan.operation].raised(OPERATIONS[plan.operation].shape(plan))


def rules_of(policy: Policy, request: Request) -> OperationPolicy:
    """The policy's rules for a filed request: raised as its plan asks for, escalated if it was."""
    return widened(rules_for(policy, request.plan), request)


def widened(rules: OperationPolicy, request: Request) -> OperationPolicy:
    """Those rules, with the people the request was escalated to if it was."""
    return rules if request.escalated_at is None else rules.escalated()


@dataclass(frozen=True)
class Demand:
    """What must come together. seats: principal → how many people of it; because: why it was raised."""

    approvals: int
    seats: Mapping[str, int]
    cool_off_ms: int = 0
    because: tuple[str, ...] = ()

    def met(self, approvals: Sequence[Iterable[str]]) -> bool:
        """Whether those approvals, each given as the principals its person matches, are enough."""
        return len(approvals) >= self.approvals and seated(self._seats(), approvals)

    def missing(self, approvals: Sequence[Iterable[str]]) -> tuple[int, tuple[str, ...]]:
        """What is still wanted: how many people in all, and of which principals (one entry a seat)."""
        unfilled: list[str] = []
        filled: list[str] = []
        for seat in self._seats():
            fits = seated([*filled, seat], approvals)
            (filled if fits else unfilled).append(seat)
        return max(self.approvals - len(approvals), len(unfilled)), tuple(unfilled)

    def _seats(self) -> list[str]:
        return [principal for principal, number in self.seats.items() for _ in range(number)]


def demand(rules: OperationPolicy, request: Request | None = None) -> Demand:
    """The demand of those rules (already raised), and of the filed request if it asked for more."""
    seats = {str(principal): number for principal, number in rules.approvals_from}
    if request is None:
        return Demand(rules.approvals, seats, rules.cool_off * 1000, rules.raised_by)
    for principal, number in request.approvals_from:
        seats[principal] = max(number, seats.get(principal, 0))
    return Demand(
        max(request.approvals_wanted, rules.approvals, sum(seats.values())),
        seats,
        max(request.cool_off_ms, rules.cool_off * 1000),
        tuple(dict.fromkeys((*request.raised_by, *rules.raised_by))),
    )
