"""Whose right a person acts by: their own, or that of somebody who is away. Rights are read live.

There are no chains: what a delegate may do comes from the delegator's own right alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.config import OperationPolicy, Policy
from app.model.clock import Clock
from app.model.delegation import Delegation
from app.model.person import Behalf, Person
from app.model.refusal import Refusal
from app.model.request import Decision, Record
from app.requests import authority, delegation_rows
from app.requests.authority import Entitled, known, may_approve
from app.slack.directory import Live
from app.storage import Database

SAME_PERSON = Refusal(
    "same_person", "Another account with your e-mail address already takes part; one person counts once."
)


@dataclass(frozen=True)
class Seat:
    """What somebody may decide for a person who is away: operation → by which policy entries of theirs."""

    delegation: Delegation
    person: Person
    decides: Mapping[str, frozenset[str]]


class StandingIn:
    """Finds the right that counts. Everything that reads Slack raises ReadFailed."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def may_decide(
        self, user_id: str, record: Record, rules: OperationPolicy, live: Live
    ) -> Entitled | Refusal:
        """By their own right, else for the first person who is away and does not take part yet."""
        own = may_approve(user_id, rules, live, self._clock)
        if not isinstance(own, Refusal) or own.code != authority.NO_APPROVER.code:
            return own
        refusal = own
        for given in self._given_to(live.enterprise_id, user_id):
            may = self._by(given, rules, live)
            if not isinstance(may, Refusal):
                taken = conflict(record, may)
                if taken is None:
                    return may
                may = taken
            refusal = may
        return refusal

    def still(self, decision: Decision, rules: OperationPolicy, live: Live) -> Entitled | Refusal:
        """Whether who made a decision may still approve, and for whom they did.

        That the delegation's date has passed since does not matter; that it was taken back does.
        """
        if decision.behalf is None:
            return may_approve(decision.person_id, rules, live, self._clock)
        with self._database.read() as connection:
            given = delegation_rows.find(connection, live.enterprise_id, decision.behalf.delegation)
        if given is None or given.withdrawn:
            return _over(decision.behalf.name)
        return self._by(given, rules, live)

    def seats(self, user_id: str, policy: Policy, live: Live) -> Sequence[Seat]:
        """Everything that person may decide for others now, what is only escalated to those included."""
        found = []
        for given in self._given_to(live.enterprise_id, user_id):
            away = known(given.delegator_id, live)
            decides: dict[str, frozenset[str]] = {}
            for key, rules in policy.operations.items():
                may = self._by(given, rules.escalated(), live)
                if not isinstance(may, Refusal):
                    decides[key] = frozenset(may.proof.principals)
            if decides and not isinstance(away, Refusal):
                found.append(Seat(given, away, decides))
        return found

    def concerned(self, user_id: str, policy: Policy, live: Live) -> Refusal | None:
        """None when that person may request or approve anything, also for somebody else; else why not."""
        refusal = authority.concerned(user_id, policy, live, self._clock)
        if refusal is None or refusal.code != authority.NOT_CONCERNED.code:
            return refusal
        return None if self.seats(user_id, policy, live) else refusal

    def _given_to(self, enterprise_id: str, user_id: str) -> Sequence[Delegation]:
        with self._database.read() as connection:
            return delegation_rows.in_force_for(connection, enterprise_id, user_id, self._clock())

    def _by(self, given: Delegation, rules: OperationPolicy, live: Live) -> Entitled | Refusal:
        """The delegate's right by that delegation, as the delegator has it now."""
        if not rules.delegation:
            return _not_delegable(given.delegator_name)
        delegate = known(given.delegate_id, live)
        if isinstance(delegate, Refusal):
            return delegate
        may = may_approve(given.delegator_id, rules, live, self._clock)
        if isinstance(may, Refusal):
            return _no_right(given.delegator_name)
        away = may.person
        behalf = Behalf(away.id, away.name, away.email, may.proof.role, given.id)
        return Entitled(delegate, replace(may.proof, role=delegate.role, behalf=behalf))


def conflict(record: Record, may: Entitled) -> Refusal | None:
    """Why that person cannot take part any more, or not for whom they stand in: one person counts once."""
    if record.involves(may.person):
        return SAME_PERSON
    return _taken(may.behalf.name) if may.behalf is not None and record.involves(may.behalf) else None


def decided_for(decision: Decision) -> Refusal:
    """To whom it was decided for, and who comes to decide it themselves."""
    done = "approved" if decision.approves else "denied"
    return Refusal("decided_for_you", f"{decision.person_name} has {done} this for you; you count once.")


def _over(name: str) -> Refusal:
    return Refusal("delegation_over", f"What {name} had handed over to you was taken back or has run out.")


def _taken(name: str) -> Refusal:
    sentence = (
        f"{name}, for whom you stand in, takes part in this already, by themselves or by somebody else."
    )
    return Refusal("seat_taken", f"{sentence} One person counts once.")


def _no_right(name: str) -> Refusal:
    sentence = f"{name} has handed their approving over to you, but may not decide this themselves now."
    return Refusal("delegator_void", sentence)


def _not_delegable(name: str) -> Refusal:
    sentence = f"You stand in for {name}, but the policy lets nobody decide this for somebody else."
    return Refusal("not_delegable", sentence)


def over(may: Entitled) -> Refusal | None:
    """Why a right that was there a moment ago is gone; None for somebody's own."""
    return None if may.behalf is None else _over(may.behalf.name)
