"""Who may request and who may approve, read live from Slack at that moment. Caches serve no decision."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.config import OperationPolicy, Policy, Principal
from app.model.clock import Clock
from app.model.person import Behalf, Person, RoleProof
from app.model.refusal import Refusal
from app.slack.directory import Live


@dataclass(frozen=True)
class Entitled:
    """A person with a right, and the proof of it."""

    person: Person
    proof: RoleProof

    @property
    def behalf(self) -> Behalf | None:
        """Whose right it is when it is not their own."""
        return self.proof.behalf

    @property
    def behalf_id(self) -> str | None:
        """That person's id."""
        return None if self.behalf is None else self.behalf.id


def known(user_id: str, live: Live) -> Person | Refusal:
    """The person, if they are an active full member of our organization. Raises ReadFailed."""
    person = live.person(user_id)
    if person is None:
        return Refusal("unknown_person", "Slack does not know you in this organization.")
    if person.bot:
        return Refusal("bot", "Apps and bots decide nothing here.")
    if person.deleted:
        return Refusal("deactivated", "Your account is deactivated.")
    if person.stranger or person.enterprise_id != live.enterprise_id:
        return Refusal("outsider", "Only members of this organization can use Drawbridge.")
    if person.guest:
        return Refusal("guest", "Guests cannot use Drawbridge.")
    return person


def may_request(user_id: str, rules: OperationPolicy, live: Live, clock: Clock) -> Entitled | Refusal:
    """Whether that person may file such a request now. Raises ReadFailed."""
    return _entitled(user_id, rules.requesters, live, clock, _NO_REQUESTER)


def may_approve(user_id: str, rules: OperationPolicy, live: Live, clock: Clock) -> Entitled | Refusal:
    """Whether that person may approve or deny such a request now. Raises ReadFailed."""
    return _entitled(user_id, rules.all_approvers(), live, clock, NO_APPROVER)


def concerned(user_id: str, policy: Policy, live: Live, clock: Clock) -> Refusal | None:
    """None when that person may request or approve anything at all, else why not. Raises ReadFailed."""
    principals = [
        principal
        for rules in policy.operations.values()
        for principal in (*rules.requesters, *rules.escalated().all_approvers())
    ]
    entitled = _entitled(user_id, tuple(dict.fromkeys(principals)), live, clock, NOT_CONCERNED)
    return entitled if isinstance(entitled, Refusal) else None


NOT_CONCERNED = Refusal(
    "not_concerned", "The policy names you neither as a requester nor as an approver, so this is not for you."
)
_NO_REQUESTER = Refusal(
    "not_a_requester",
    "The policy does not let you request this. Ask an admin who is on its list of requesters.",
)
NO_APPROVER = Refusal(
    "not_an_approver",
    "The policy does not let you decide this. Ask somebody on its list of approvers.",
)


def _entitled(
    user_id: str, principals: tuple[Principal, ...], live: Live, clock: Clock, otherwise: Refusal
) -> Entitled | Refusal:
    person = known(user_id, live)
    if isinstance(person, Refusal):
        return person
    matching = tuple(principal for principal in dict.fromkeys(principals) if _is(person, principal, live))
    if not matching:
        return otherwise
    return Entitled(person, RoleProof(tuple(map(str, matching)), person.role, clock()))


def _is(person: Person, principal: Principal, live: Live) -> bool:
    if principal.kind == "user":
        return person.id == principal.name
    if principal.kind == "role":
        owner = person.org_owner or person.primary_owner
        return owner if principal.name == "org_owner" else person.org_admin
    return person.id in live.usergroup_members(principal.team, principal.name)


def quorum_met(rules: OperationPolicy, approvals: Sequence[Iterable[str]], wanted: int) -> bool:
    """Whether those approvals, each given as the principals its person matches, are enough.

    `wanted` people in all, and for each further demand its own people: nobody counts for two demands.
    """
    if len(approvals) < wanted:
        return False
    return seated(
        [str(principal) for principal, number in rules.approvals_from for _ in range(number)], approvals
    )


def seated(seats: Sequence[str], approvals: Sequence[Iterable[str]]) -> bool:
    """Whether every seat, a principal, finds a person of its own (augmenting paths; both lists are short)."""
    people = [set(principals) for principals in approvals]
    taken: dict[int, int] = {}

    def seat(number: int, tried: set[int]) -> bool:
        for index, principals in enumerate(people):
            if seats[number] not in principals or index in tried:
                continue
            tried.add(index)
            if index not in taken or seat(taken[index], tried):
                taken[index] = number
                return True
        return False

    return all(seat(number, set()) for number in range(len(seats)))
