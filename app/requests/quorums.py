"""Who could approve, counted against real people: at start, at filing, and while requests wait."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

from app.config import OperationPolicy, Policy, Principal
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.model.request import Request
from app.requests.authority import known, quorum_met
from app.requests.demands import Demand, demand, rules_for, rules_of
from app.slack.directory import Live


class Electorate:
    """Whom principals name, as user ids; each is read live once. Everything may raise ReadFailed."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._read: dict[Principal, frozenset[str]] = {}

    def people(self, principal: Principal) -> frozenset[str]:
        """Everybody that principal names; nobody for a person who is gone, a guest or a bot."""
        if principal not in self._read:
            self._read[principal] = self._people(principal)
        return self._read[principal]

    def approving(self, rules: OperationPolicy, without: Iterable[str] = ()) -> dict[str, frozenset[str]]:
        """Who may approve under those rules: person → the principals that give the right."""
        found: dict[str, set[str]] = defaultdict(set)
        for principal in rules.all_approvers():
            for person_id in self.people(principal) - frozenset(without):
                found[person_id].add(str(principal))
        return {person_id: frozenset(principals) for person_id, principals in found.items()}

    def _people(self, principal: Principal) -> frozenset[str]:
        if principal.kind == "user":
            gone = isinstance(known(principal.name, self._live), Refusal)
            return frozenset() if gone else frozenset({principal.name})
        if principal.kind == "usergroup":
            return self._live.usergroup_members(principal.team, principal.name)
        if principal.name == "org_owner":
            owners = self._live.accounts(include_owners=True)
            return frozenset(account.id for account in owners if account.role == "owner")
        admins = self._live.accounts(include_admins=True)
        return frozenset(account.id for account in admins if account.org_admin)


def members(principals: Iterable[Principal], live: Live) -> frozenset[str]:
    """Everybody those principals name, read live, as user ids. Raises ReadFailed."""
    electorate = Electorate(live)
    return frozenset[str]().union(*(electorate.people(principal) for principal in principals))


def unreachable(policy: Policy, electorate: Electorate) -> dict[str, str]:
    """Operations whose quorum no request could ever meet, each with the key that asks for too much.

    The requester never counts. Every set of raises that may apply together is tried. Raises ReadFailed.
    """
    found = {}
    for key, rules in policy.operations.items():
        told = _unmet_ever(rules, electorate) if rules.requesters else None
        if told is not None:
            found[key] = told
    return found


def shortage(rules: OperationPolicy, wanted: Demand, requester_id: str, electorate: Electorate) -> str | None:
    """Why the approvals a request needs cannot come together now, in a sentence; None when they can.

    rules: already raised for the request. Raises ReadFailed.
    """
    approving = electorate.approving(rules, without={requester_id})
    if wanted.met(list(approving.values())):
        return None
    number, seats = wanted.missing(list(approving.values()))
    people = "1 person" if len(approving) == 1 else f"{len(approving)} people" if approving else "nobody"
    among = f", among them {', '.join(seats)}" if seats else ""
    return (
        f"It needs {wanted.approvals} approvals, and {people} could give one now "
        f"({_counts(rules, electorate)}; the requester never counts): {number} too few{among}."
    )


def nobody_left(policy: Policy, plan: Plan, requester_id: str, live: Live) -> Refusal | None:
    """Why such a request could not be approved by anybody, so that it is not filed. Raises ReadFailed."""
    rules = rules_for(policy, plan)
    told = shortage(rules, demand(rules), requester_id, Electorate(live))
    if told is None:
        return None
    remedy = "Nothing was filed. Tell whoever keeps Drawbridge's policy file and these user groups."
    return Refusal("nobody_to_approve", f"Nobody could approve this. {told} {remedy}")


def shortage_of(policy: Policy, request: Request, electorate: Electorate) -> str | None:
    """The same for a filed request. Raises ReadFailed."""
    rules = rules_of(policy, request)
    return shortage(rules, demand(rules, request), request.requester_id, electorate)


def _unmet_ever(rules: OperationPolicy, electorate: Electorate) -> str | None:
    for number in range(len(rules.raises) + 1):
        for applying in combinations(rules.raises, number):
            unmet = _unmet(rules.with_raises(applying), electorate)
            if unmet:
                when = " and ".join(found.when for found in applying)
                return f"raise when {when}: {unmet}" if when else unmet
    return None


def _unmet(rules: OperationPolicy, electorate: Electorate) -> str | None:
    """Which key asks for more people than there are."""
    approving = electorate.approving(rules)
    requesting = frozenset[str]().union(*map(electorate.people, rules.requesters))
    left = len(approving) - (1 if requesting and requesting <= approving.keys() else 0)
    if left < rules.approvals:
        return (
            f"approvals: {rules.approvals} wanted, but only {left} people could approve "
            f"({_counts(rules, electorate)}; the requester never counts)"
        )
    few = [
        f"approvals_from: fewer than {number} people in {principal}"
        for principal, number in rules.approvals_from
        if len(electorate.people(principal)) < number
    ]
    if few:
        return "; ".join(few)
    for requester in requesting or {""}:
        others = [principals for person_id, principals in approving.items() if person_id != requester]
        if quorum_met(rules, others, rules.approvals):
            return None
    return "approvals_from: there are not enough different people for all of these demands together"


def _counts(rules: OperationPolicy, electorate: Electorate) -> str:
    """`usergroup:T…/S…: nobody, role:org_owner: 2`."""
    counted = [(principal, len(electorate.people(principal))) for principal in rules.all_approvers()]
    return (
        ", ".join(f"{principal}: {number or 'nobody'}" for principal, number in counted) or "nobody is named"
    )
