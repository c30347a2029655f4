"""What one person's Home tab has to show, by their rights as they are now."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa

from app.config import Policy
from app.model.clock import Clock, Millis
from app.model.home import Home
from app.model.lifecycle import State
from app.model.person import Person
from app.model.refusal import Refusal
from app.model.request import OperationInfo, Record, Request
from app.model.results import Results
from app.operations import OPERATIONS
from app.requests import lists, records
from app.requests.authority import known, may_approve, may_request
from app.requests.demands import rules_of
from app.requests.policies import Policies
from app.requests.standing_in import Seat, StandingIn
from app.slack.directory.glance import Glance
from app.slack.directory.snapshot import Snapshots
from app.slack.gateway import Gateway
from app.storage import Database

_PER_PAGE = 5
_LATEST = 5
_MOST_PENDING = 500


class Overview:
    """Gathers Home tabs. Reads Slack for the person's role and groups, nothing else."""

    def __init__(
        self,
        gateway: Gateway,
        snapshots: Snapshots,
        policies: Policies,
        database: Database,
        clock: Clock,
    ) -> None:
        self._gateway, self._snapshots, self._policies = gateway, snapshots, policies
        self._database, self._clock = database, clock
        self._standing_in = StandingIn(database, clock)

    def of(self, enterprise_id: str, user_id: str, page: int = 0) -> Home:
        """That person's tab. Raises ReadFailed, NotInstalled and NotInForce."""
        policy, live = self._policies.of(enterprise_id), Glance(self._gateway, enterprise_id)
        refusal = self._standing_in.concerned(user_id, policy, live)
        if refusal is not None:
            return Home(refusal=refusal.sentence)
        person = known(user_id, live)
        if isinstance(person, Refusal):
            return Home(refusal=person.sentence)
        forms: list[OperationInfo] = []
        decides: dict[str, frozenset[str]] = {}
        for key, operation in OPERATIONS.items():
            if not isinstance(may_request(user_id, policy[key], live, self._clock), Refusal):
                forms.append(operation.info())
            deciding = may_approve(user_id, policy[key].escalated(), live, self._clock)
            if not isinstance(deciding, Refusal):
                decides[key] = frozenset(deciding.proof.principals)
        seats = self._standing_in.seats(user_id, policy, live)
        states = self._snapshots.states(enterprise_id)
        read = [read_at for read_at, _ in states.values() if read_at is not None]
        with self._database.read() as connection:
            found = gathered(connection, policy, enterprise_id, person, decides, self._clock(), page, seats)
        return replace(
            found,
            forms=tuple(forms),
            standing_in=tuple(seat.delegation for seat in seats),
            problems=tuple(
                f"{kind.replace('_', ' ')}: {problem}"
                for kind, (_, problem) in sorted(states.items())
                if problem
            ),
            read_at=max(read, default=None),
        )


def gathered(
    connection: sa.Connection,
    policy: Policy,
    enterprise_id: str,
    person: Person,
    decides: Mapping[str, frozenset[str]],
    now: Millis,
    page: int,
    seats: Sequence[Seat] = (),
) -> Home:
    """The lists of that person's tab, as the database has them.

    decides: operation → the policy entries by which the person may approve, those of raised demands and of
    escalation included. seats: the same of those for whom the person stands in.
    """
    found = _waiting(connection, policy, enterprise_id, person, decides, now, seats)
    waiting = [record for record, _ in found]
    pages = max(1, -(-len(waiting) // _PER_PAGE))
    page = min(max(page, 0), pages - 1)
    shown = waiting[page * _PER_PAGE : (page + 1) * _PER_PAGE]
    return Home(
        to_decide=tuple(
            (record, OPERATIONS[record.request.operation].info(record.request.plan)) for record in shown
        ),
        waiting=len(waiting),
        page=page,
        pages=pages,
        behalf={record.request.id: behalf for record, behalf in found if behalf is not None},
        mine=tuple(lists.latest(connection, enterprise_id, requester_id=person.id, most=_LATEST)),
        latest=tuple(lists.finished(connection, enterprise_id, _LATEST)),
    )


def _waiting(
    connection: sa.Connection,
    policy: Policy,
    enterprise_id: str,
    person: Person,
    decides: Mapping[str, frozenset[str]],
    now: Millis,
    seats: Sequence[Seat],
) -> list[tuple[Record, str | None]]:
    """Pending requests that this person may decide, and for whom; the first to lapse first."""
    pending = records.listed(connection, enterprise_id, states={State.PENDING}, most=_MOST_PENDING)
    rights = {request.id: _rights(request, policy, decides, seats) for request in pending}
    open_ = [request for request in pending if request.expires_at > now and rights[request.id]]
    ordered = sorted(open_, key=lambda request: (request.expires_at, request.id))
    made = records.made_for(connection, [request.id for request in ordered])
    found = []
    for record in (Record(request, Results({}), made[request.id]) for request in ordered):
        left = [away for away in rights[record.request.id] if away is None or not record.involves(away)]
        if left and not record.involves(person):
            found.append((record, None if left[0] is None else left[0].id))
    return found


def _rights(
    request: Request, policy: Policy, decides: Mapping[str, frozenset[str]], seats: Sequence[Seat]
) -> list[Person | None]:
    """By whose right it may be decided: one's own (None), else that of each who is away."""
    named = frozenset(map(str, rules_of(policy, request).all_approvers()))
    if not named.isdisjoint(decides.get(request.operation, ())):
        return [None]
    return [seat.person for seat in seats if not named.isdisjoint(seat.decides.get(request.operation, ()))]
