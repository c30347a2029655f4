"""Watches over who could approve: an approver list that has become empty is told loudly, and never passes.

Filing asks the same question for itself, and an execution reads every right again; this only makes it known
in time. What was told is in the database, so that a change is told once, by one process.
"""

import json
import logging
from collections.abc import Callable, Mapping

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import Policy
from app.messages import notices
from app.model.clock import Clock
from app.model.delegation import Delegation
from app.model.lifecycle import State
from app.model.refusal import Refusal
from app.model.request import Request
from app.requests import memory, records, telling
from app.requests.authority import known
from app.requests.delegations import Delegations
from app.requests.policies import Policies
from app.requests.quorums import Electorate, shortage_of, unreachable
from app.requests.transitions import mark_stale
from app.slack.directory import Live
from app.slack.gateway import ReadFailed
from app.storage import Database
from app.storage.tables import requests

log = logging.getLogger(__name__)

_EVERY_SECONDS = 60
_MOST_REQUESTS = 500
_UNREACHABLE = "unreachable"  # what was told last: operation → why


class Vigil:
    """Looks at each organization every `seconds`, in one process of all."""

    def __init__(
        self,
        database: Database,
        live: Callable[[str], Live],
        policies: Policies,
        clock: Clock,
        time_scale: float,
    ) -> None:
        self._database, self._live, self._policies = database, live, policies
        self._clock, self._delegations = clock, Delegations(database, policies, clock)
        self.seconds = max(1.0, _EVERY_SECONDS / time_scale)

    def run_once(self) -> int:
        """Look at every organization whose turn it is; answers how many things were told."""
        return sum(self._turn(enterprise_id) for enterprise_id in self._policies.served())

    def _turn(self, enterprise_id: str) -> int:
        if not self._claimed(enterprise_id):
            return 0
        try:
            return self.look(self._live(enterprise_id))
        except ReadFailed as failed:
            error = failed.answer.error
            log.warning("who could approve in %s could not be read: %s", enterprise_id, failed)
            if error.error_class.passes:
                return 0
            told = f"Slack does not tell Drawbridge who could approve ({failed.answer.method}: {error.code})."
            problem = f"{told} {error.sentence} {error.remedy}"
            return self._tell(enterprise_id, self._policies.of(enterprise_id), {"any operation": problem})

    def look(self, live: Live) -> int:
        """Count who could approve what in that organization, and what waits there. Raises ReadFailed."""
        policy, electorate = self._policies.of(live.enterprise_id), Electorate(live)
        told = self._tell(live.enterprise_id, policy, unreachable(policy, electorate))
        with self._database.read() as connection:
            waiting = records.listed(
                connection, live.enterprise_id, states={State.PENDING}, most=_MOST_REQUESTS
            )
        for request in waiting:
            short = shortage_of(policy, request, electorate)
            if (short is None) != (request.blocked is None):
                told += self._block(request, short)
        return told + sum(
            self._end(delegation, live) for delegation in self._delegations.open(live.enterprise_id)
        )

    def _end(self, delegation: Delegation, live: Live) -> bool:
        """End a delegation of which one of the two is no active full member any more."""
        both = (delegation.delegator_id, delegation.delegate_id)
        gone = any(isinstance(known(person_id, live), Refusal) for person_id in both)
        return gone and self._delegations.end(delegation, APP, "account")

    def _claimed(self, enterprise_id: str) -> bool:
        """Whether it is time to look, and no other process is at it. Loops are never quite on time."""
        every_ms = round(self.seconds * 800)
        with self._database.write() as connection:
            return memory.turn(connection, enterprise_id, "vigil", self._clock(), every_ms)

    def _tell(self, enterprise_id: str, policy: Policy, problems: Mapping[str, str]) -> int:
        """Say in the admin channel what has become unreachable, or that all is well again."""
        now, text = self._clock(), json.dumps(dict(problems), sort_keys=True) if problems else ""
        with self._database.write(enterprise_id) as connection:
            if not memory.changed(connection, enterprise_id, _UNREACHABLE, text, now):
                return 0
            append(
                connection,
                enterprise_id=enterprise_id,
                at=now,
                event=Event.POLICY_UNREACHABLE if problems else Event.POLICY_REACHABLE,
                actor=APP,
                body={"problems": dict(problems)},
            )
            message = notices.unreachable_message(problems) if problems else notices.reachable_message()
            telling.in_channel(connection, enterprise_id, policy.admin_channel, _UNREACHABLE, message, now)
        if problems:
            log.error("nobody could approve in %s: %s", enterprise_id, problems)
        return 1

    def _block(self, request: Request, short: str | None) -> int:
        """Write down that a request has become blocked, or no longer is; a race is lost silently."""
        now, was = self._clock(), requests.c.blocked
        with self._database.write(request.enterprise_id) as connection:
            done = connection.execute(
                requests.update()
                .where(
                    requests.c.id == request.id,
                    requests.c.state == State.PENDING.value,
                    was.is_(None) if short else was.is_not(None),
                )
                .values(blocked=short)
            )
            if done.rowcount != 1:
                return 0
            append(
                connection,
                enterprise_id=request.enterprise_id,
                at=now,
                event=Event.REQUEST_BLOCKED if short else Event.REQUEST_UNBLOCKED,
                actor=APP,
                request_id=request.id,
                body={"sentence": short or ""},
            )
            line = notices.blocked_line(short) if short else notices.unblocked_line()
            telling.in_thread(connection, request, f"blocked:{now}", line, now)
            mark_stale(connection, request.id, now)
        return 1
