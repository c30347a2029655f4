"""What one person's Home tab has to show, by their rights as they are now."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from app.config import Policy
from app.model.clock import Clock, Millis
from app.model.home import Home
from app.model.lifecycle import State
from app.model.person import Person
from app.model.refusal import Refusal
from app.model.request import OperationInfo, Record
from app.model.results import Results
from app.operations import OPERATIONS
from app.requests import lists, records
from app.requests.authority import concerned, known, may_approve, may_request
from app.requests.demands import rules_of
from app.requests.policies import Policies
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

    def of(self, enterprise_id: str, user_id: str, page: int = 0) -> Home:
        """That person's tab. Raises ReadFailed, NotInstalled and NotInForce."""
        policy, live = self._policies.of(enterprise_id), Glance(self._gateway, enterprise_id)
        refusal = concerned(user_id, policy, live, self._clock)
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
        states = self._snapshots.states(enterprise_id)
        read = [read_at for read_at, _ in states.values() if read_at is not None]
        with self._database.read() as connection:
            found = gathered(connection, policy, enterprise_id, person, decides, self._clock(), page)
        return replace(
            found,
            forms=tuple(forms),
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
) -> Home:
    """The lists of that person's tab, as the database has them.

    decides: operation → the policy entries by which the person may approve, those of raised demands and of
    escalation included.
    """
    waiting = _waiting(connection, policy, enterprise_id, person, decides, now)
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
) -> list[Record]:
    """Pending requests that this person may decide, the first to lapse first."""
    found = records.listed(connection, enterprise_id, states={State.PENDING}, most=_MOST_PENDING)
    open_ = [
        request
        for request in found
        if request.expires_at > now
        and not decides.get(request.operation, frozenset()).isdisjoint(
            map(str, rules_of(policy, request).all_approvers())
        )
    ]
    ordered = sorted(open_, key=lambda request: (request.expires_at, request.id))
    made = records.made_for(connection, [request.id for request in ordered])
    waiting = [Record(request, Results({}), made[request.id]) for request in ordered]
    return [record for record in waiting if not record.involves(person)]
