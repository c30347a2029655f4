"""What one person's Home tab has to show, by their rights as they are now."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.config import Policy
from app.model.clock import Clock
from app.model.home import Home
from app.model.lifecycle import TERMINAL, State
from app.model.refusal import Refusal
from app.model.request import Record
from app.operations import OPERATIONS
from app.requests import records
from app.requests.authority import concerned, known, may_approve, may_request
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
        forms = tuple(
            operation.info()
            for key, operation in OPERATIONS.items()
            if not isinstance(may_request(user_id, policy[key], live, self._clock), Refusal)
        )
        states = self._snapshots.states(enterprise_id)
        read = [read_at for read_at, _ in states.values() if read_at is not None]
        with self._database.read() as connection:
            waiting = list(self._waiting(connection, enterprise_id, user_id, policy, live))
            pages = max(1, -(-len(waiting) // _PER_PAGE))
            page = min(max(page, 0), pages - 1)
            shown = waiting[page * _PER_PAGE : (page + 1) * _PER_PAGE]
            mine = records.listed(connection, enterprise_id, requester_id=user_id, most=_LATEST)
            latest = records.listed(connection, enterprise_id, states=TERMINAL, most=_LATEST)
            return Home(
                forms=forms,
                to_decide=tuple(
                    (record, OPERATIONS[record.request.operation].info(record.request.plan))
                    for record in shown
                ),
                waiting=len(waiting),
                page=page,
                pages=pages,
                mine=_whole(connection, enterprise_id, [request.id for request in mine]),
                latest=_whole(connection, enterprise_id, [request.id for request in latest]),
                problems=tuple(
                    f"{kind.replace('_', ' ')}: {problem}"
                    for kind, (_, problem) in sorted(states.items())
                    if problem
                ),
                read_at=max(read, default=None),
            )

    def _waiting(
        self, connection: sa.Connection, enterprise_id: str, user_id: str, policy: Policy, live: Glance
    ) -> Iterator[Record]:
        """Pending requests this person may decide, the first to lapse first."""
        person = known(user_id, live)
        if isinstance(person, Refusal):
            return
        found = records.listed(connection, enterprise_id, states={State.PENDING}, most=_MOST_PENDING)
        now = self._clock()
        for request in sorted(found, key=lambda request: (request.expires_at, request.id)):
            rules = policy[request.operation]
            record = Record(request, (), records.made(connection, request.id))
            lapsed = request.expires_at <= now
            if lapsed or record.involves(person):
                continue
            if not isinstance(may_approve(user_id, rules, live, self._clock), Refusal):
                yield record


def _whole(connection: sa.Connection, enterprise_id: str, request_ids: Sequence[str]) -> tuple[Record, ...]:
    found = (records.record(connection, enterprise_id, request_id) for request_id in request_ids)
    return tuple(record for record in found if record is not None)
