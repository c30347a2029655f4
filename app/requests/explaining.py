"""Which rule allows or refuses: of a person and an operation, or of a request. Rights are read live."""

import json
from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from app.audit.events import Event
from app.audit.export import events
from app.config import OperationPolicy, Policy
from app.model.clock import Clock, rfc3339
from app.model.explanation import Explanation, Point
from app.model.lifecycle import State
from app.model.refusal import Refusal
from app.model.request import Decision, Record, Request
from app.operations import OPERATIONS
from app.requests.authority import Entitled, may_approve, may_request
from app.requests.demands import Demand, demand, rules_for, rules_of
from app.requests.quorums import Electorate
from app.requests.standing_in import StandingIn, conflict
from app.slack.directory import Live
from app.storage import Database

_MOST_NAMED = 10
_MOST_REFUSALS = 20


class Explaining:
    """Explains by the policy it is given; writes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._standing_in = StandingIn(database, clock)

    def person(self, user_id: str, operation: str, policy: Policy, live: Live) -> Explanation:
        """What that person may do with an operation, and by which entries. Raises ReadFailed."""
        rules = policy[operation]
        points = [
            _right("request it", may_request(user_id, rules, live, self._clock), rules.requesters),
            _right(
                "approve it",
                may_approve(user_id, rules.with_raises(()), live, self._clock),
                rules.with_raises(()).all_approvers(),
            ),
            Point(f"It needs {_needs(demand(rules))}."),
        ]
        if rules.escalate_to:
            own = may_approve(user_id, rules.with_raises(()).escalated(), live, self._clock)
            points.append(_right("approve it once it is late and escalated", own, rules.escalate_to))
        for found in rules.raises:
            raised = rules.with_raises((found,))
            points.append(Point(f"When {found.when}: {_needs(demand(raised))}."))
            own = may_approve(user_id, raised, live, self._clock)
            points.append(_right(f"approve it when {found.when}", own, raised.all_approvers()))
        points += self._handed(user_id, operation, policy, live)
        points += _quiet(rules)
        if OPERATIONS[operation].containment:
            points.append(_glass(user_id, policy))
        return Explanation(f"{user_id} and {operation}", tuple(points))

    def _handed(self, user_id: str, operation: str, policy: Policy, live: Live) -> Iterator[Point]:
        """For whom they may decide it, and whether others could decide it for them."""
        allowed = policy[operation].delegation
        why = "that person may not approve it" if allowed else "the policy lets nobody decide it for another"
        for seat in self._standing_in.seats(user_id, policy, live):
            given, by = seat.delegation, ", ".join(sorted(seat.decides.get(operation, ())))
            until = f"who is away until {rfc3339(given.until)}"
            doing = f"May decide it for {given.delegator_name} ({given.delegator_id}), {until}"
            yield Point(f"{doing}: yes, by {by}." if by else f"{doing}: no, {why}.", fine=bool(by))
        if allowed:
            yield Point("An approver who is away may have somebody else decide it for them.")

    def request(self, record: Record, policy: Policy, live: Live, user_id: str | None = None) -> Explanation:
        """Why a request stands where it stands; of `user_id` also why it can or cannot be decided by them.

        Raises ReadFailed.
        """
        request = record.request
        points = [Point(f"It is {request.state.value}. {request.requester_name} asked for it.")]
        points += self._rules(record, policy)
        points += [_made(decision) for decision in record.decisions]
        if request.state is State.PENDING:
            points += self._missing(record, policy, live)
        if request.closing:
            points.append(Point(request.closing))
        if user_id is not None:
            points.append(self._own(record, policy, live, user_id))
        points += self._refusals(record)
        return Explanation(f"{request.id}: {request.preview.headline}", tuple(points))

    def _rules(self, record: Record, policy: Policy) -> Iterator[Point]:
        request = record.request
        if request.break_glass:
            yield Point("Nobody approved it: the glass was broken.", fine=False)
            return
        wanted = demand(rules_for(policy, request.plan), request)
        why = f" because of {', '.join(wanted.because)}" if wanted.because else ""
        yield Point(f"It needs {_needs(wanted)}{why}.")
        yield from _escalation(request, policy)
        yield from _quiet(rules_for(policy, request.plan))
        if request.state is State.APPROVED and request.in_quiet_hours:
            yield Point(f"It waits for the end of quiet hours: it begins {rfc3339(request.not_before or 0)}.")
        if request.policy_digest != policy.digest:
            text = "The policy was changed since it was filed; the stricter of both counts."
            yield Point(text)

    def _missing(self, record: Record, policy: Policy, live: Live) -> Iterator[Point]:
        """What is still missing, by rights as they are now, and who could give it."""
        request = record.request
        rules = rules_of(policy, request)
        wanted = demand(rules, request)
        standing = []
        for decision in record.approvals:
            may = self._standing_in.still(decision, rules, live)
            if isinstance(may, Refusal):
                text = f"{decision.named} has lost the right since, so that approval no longer counts."
                yield Point(text, fine=False)
            else:
                standing.append(may.proof.principals)
        number, seats = wanted.missing(standing)
        among = f", among them {', '.join(seats)}" if seats else ""
        yield Point(f"{number} more needed{among}.", fine=not number)
        taken = {request.requester_id, *(decision.person_id for decision in record.decisions)}
        taken |= {made.behalf_id for made in record.decisions if made.behalf_id is not None}
        left = Electorate(live).approving(rules, without=taken)
        yield Point(f"Could still approve: {_named(left, live)}.", fine=bool(left))

    def _own(self, record: Record, policy: Policy, live: Live, user_id: str) -> Point:
        rules = rules_of(policy, record.request)
        may = self._standing_in.may_decide(user_id, record, rules, live)
        doing = f"{user_id} could decide it"
        if isinstance(may, Refusal):
            return Point(f"{doing}: no. {may.sentence}", fine=False)
        if conflict(record, may) is not None:
            text = f"{doing}: no. This person, or an account with the same address, already takes part."
            return Point(text, fine=False)
        if record.request.state is not State.PENDING:
            return Point(f"{doing}: no, nothing is left to decide.", fine=False)
        behalf = "" if may.behalf is None else f" for {may.behalf.name} ({may.behalf.id})"
        return Point(f"{doing}{behalf}: yes, by {', '.join(may.proof.principals)}.", fine=True)

    def _refusals(self, record: Record) -> list[Point]:
        """Who was told no, from the audit log; the latest ones."""
        with self._database.read() as connection:
            told = list(_refused(connection, record.request.id))
        return told[-_MOST_REFUSALS:]


def _refused(connection: sa.Connection, request_id: str) -> Iterator[Point]:
    for event in events(connection, request_id=request_id):
        body = json.loads(event.body)
        if event.event == Event.DECISION_REFUSED.value:
            yield Point(
                f"{event.at}: {event.actor} wanted to {body['verb']} and was refused ({body['code']}): "
                f"{body['sentence']}",
                fine=False,
            )
        elif event.event == Event.REQUEST_STOPPED.value:
            yield Point(f"{event.at}: stopped ({body['code']}): {body['sentence']}", fine=False)


def _right(what: str, may: Entitled | Refusal, listed: Iterable[object]) -> Point:
    if isinstance(may, Refusal):
        entries = ", ".join(map(str, listed)) or "nobody"
        return Point(f"May {what}: no ({may.code}). {may.sentence} The policy names: {entries}.", fine=False)
    proof = may.proof
    by = ", ".join(proof.principals)
    read = f"Slack says: {may.person.name}, {proof.role}, read {rfc3339(proof.read_at)}"
    return Point(f"May {what}: yes, by {by}. {read}.", fine=True)


def _glass(user_id: str, policy: Policy) -> Point:
    named = any(principal.name == user_id for principal in policy.break_glass.people)
    if not named:
        return Point("May break the glass: no, [break_glass] people does not name them.", fine=False)
    return Point(f"May break the glass: yes, it begins {policy.break_glass.delay} s later.", fine=True)


def _escalation(request: Request, policy: Policy) -> Iterator[Point]:
    """Who may approve as well because it took long, or will when it does."""
    people = ", ".join(map(str, rules_for(policy, request.plan).escalate_to))
    if request.escalated_at is not None:
        since = rfc3339(request.escalated_at)
        yield Point(f"Escalated {since}: {people or 'nobody, by the policy in force,'} may approve it too.")
    elif people and request.state is State.PENDING:
        half = rfc3339((request.filed_at + request.expires_at) // 2)
        yield Point(f"If it is still short of approvals {half}, {people} may approve it too.")


def _quiet(rules: OperationPolicy) -> Iterator[Point]:
    """When nothing begins."""
    if rules.quiet_hours:
        hours = ", ".join(map(str, rules.quiet_hours))
        yield Point(f"Quiet hours: {hours}. What is approved then begins afterwards.")


def _needs(wanted: Demand) -> str:
    """`2 approvals, among them 1 of role:org_owner`."""
    number = f"{wanted.approvals} approval" + ("" if wanted.approvals == 1 else "s")
    among = ", ".join(f"{count} of {principal}" for principal, count in wanted.seats.items())
    return f"{number}, among them {among}" if among else number


def _made(decision: Decision) -> Point:
    verb = "approved" if decision.approves else "denied"
    by = ", ".join(decision.principals) or "no entry of the policy"
    why = f": {decision.reason}" if decision.reason else ""
    who = f"{decision.person_name} ({decision.person_id})"
    behalf = f" for {decision.behalf.name} ({decision.behalf.id})" if decision.behalf is not None else ""
    text = f"{rfc3339(decision.decided_at)}: {who} {verb} it{behalf}, by {by}{why}"
    return Point(text, fine=decision.approves)


def _named(people: dict[str, frozenset[str]], live: Live) -> str:
    """Names of those people with their ids, as far as there is room."""
    if not people:
        return "nobody"
    shown = []
    for person_id, principals in sorted(people.items())[:_MOST_NAMED]:
        found = live.person(person_id)
        name = f"{found.name} ({person_id})" if found is not None else person_id
        shown.append(f"{name} by {', '.join(sorted(principals))}")
    hidden = len(people) - len(shown)
    return "; ".join(shown) + (f"; and {hidden} more" if hidden > 0 else "")
