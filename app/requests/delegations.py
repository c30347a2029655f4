"""Delegations as they are kept: given, ended by somebody, or run out. Each is told, and in the audit log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.messages import delegating
from app.model.clock import Clock, Millis
from app.model.delegation import LAPSED, Delegation
from app.model.lifecycle import State
from app.requests import delegation_rows, telling
from app.requests.policies import Policies
from app.requests.transitions import mark_homes, mark_stale
from app.storage import Database
from app.storage.tables import requests


class Delegations:
    """Writes delegations: one at a time for each person who is away."""

    def __init__(self, database: Database, policies: Policies, clock: Clock) -> None:
        self._database, self._policies, self._clock = database, policies, clock

    def give(self, given: Delegation) -> bool:
        """Keep a new one; what that person gave to somebody else before ends. False when a race was lost.

        To the same delegate again it is the same one with another date: what was decided by it stands.
        """
        now = self._clock()
        with self._database.write(given.enterprise_id) as connection:
            before = delegation_rows.open_of(connection, given.enterprise_id, given.delegator_id)
            if before is not None and before.delegate_id == given.delegate_id:
                given = replace(given, id=before.id)
                kept = delegation_rows.change(connection, given)
            else:
                if before is not None:
                    self._end(connection, before, given.delegator_id, "replaced", now)
                kept = delegation_rows.insert(connection, given)
            if not kept:
                return False
            self._write(connection, given, Event.DELEGATION_GIVEN, given.delegator_id, _given(given), now)
            told = delegating.given_message(given, None if before is None else before.until)
            self._tell(connection, given, told, delegating.to_delegate(given), now)
            _redraw(connection, given, now)
        return True

    def end(self, delegation: Delegation, actor: str, why: str) -> bool:
        """End one; False when it had ended already. why: see `Delegation`; after its date it has lapsed."""
        now = self._clock()
        with self._database.write(delegation.enterprise_id) as connection:
            ended = self._end(connection, delegation, actor, why, now)
            if ended:
                _redraw(connection, delegation, now)
        return ended

    def lapse(self) -> int:
        """End those whose date has passed; answers how many."""
        with self._database.read() as connection:
            found = delegation_rows.overdue(connection, self._clock())
        return sum(self.end(delegation, APP, LAPSED) for delegation in found)

    def present(self, enterprise_id: str, delegator_id: str) -> Delegation | None:
        """What that person has handed over, and not taken back."""
        with self._database.read() as connection:
            return delegation_rows.open_of(connection, enterprise_id, delegator_id)

    def open(self, enterprise_id: str) -> Sequence[Delegation]:
        """All of an organization that have not ended, the earliest first."""
        with self._database.read() as connection:
            return delegation_rows.listed(connection, enterprise_id)

    def _end(
        self, connection: sa.Connection, delegation: Delegation, actor: str, why: str, now: Millis
    ) -> bool:
        if now >= delegation.until:
            actor, why = APP, LAPSED
        if not delegation_rows.end(connection, delegation, actor, why, now):
            return False
        body = {**_given(delegation), "why": why}
        self._write(connection, delegation, Event.DELEGATION_ENDED, actor, body, now)
        ended = replace(delegation, ended_at=now, ended_by=actor, why=why)
        self._tell(connection, ended, delegating.ended_line(ended), delegating.ended_to_delegate(ended), now)
        return True

    def _write(
        self,
        connection: sa.Connection,
        delegation: Delegation,
        event: Event,
        actor: str,
        body: dict[str, Any],
        now: Millis,
    ) -> None:
        append(
            connection,
            enterprise_id=delegation.enterprise_id,
            at=now,
            event=event,
            actor=actor,
            body={"delegation": delegation.id, **body},
        )

    def _tell(
        self,
        connection: sa.Connection,
        delegation: Delegation,
        in_channel: dict[str, Any],
        to_delegate: dict[str, Any],
        now: Millis,
    ) -> None:
        policy, org = self._policies.written(delegation.enterprise_id), delegation.enterprise_id
        key = f"delegation:{delegation.id}"
        if policy is not None:
            telling.in_channel(connection, org, policy.admin_channel, key, in_channel, now)
        telling.to_somebody(connection, org, delegation.delegate_id, key, to_delegate, now)


def _redraw(connection: sa.Connection, delegation: Delegation, now: Millis) -> None:
    """Home tabs and waiting cards name delegates."""
    waiting = sa.select(requests.c.id).where(
        requests.c.enterprise_id == delegation.enterprise_id,
        requests.c.state == State.PENDING.value,
        requests.c.operation.in_(delegation.operations),
    )
    for request_id in connection.scalars(waiting).all():
        mark_stale(connection, request_id, now)
    mark_homes(connection, delegation.enterprise_id, now)


def _given(delegation: Delegation) -> dict[str, Any]:
    names = ("delegator_id", "delegator_name", "delegate_id", "delegate_name", "note", "until")
    return {name: getattr(delegation, name) for name in names} | {"operations": list(delegation.operations)}
