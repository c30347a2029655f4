"""Reminds those who can approve: at half of a request's time, and once more when it is about to lapse.

The first reminder also escalates: from then on the policy's `escalate_to` may approve as well.
"""

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import OperationPolicy
from app.messages import notices
from app.messages.mentions import mentions
from app.model.clock import Clock, Millis
from app.model.lifecycle import State
from app.model.request import Request
from app.requests import records, telling
from app.requests.demands import rules_of
from app.requests.policies import Policies
from app.requests.transitions import mark_homes, mark_stale
from app.storage import Database
from app.storage.tables import requests

_HALF_TIME, _LAST = 1, 2
_AT_MOST_BEFORE_MS = 3_600_000  # the last one: a tenth of the time before the end, an hour at most


class Reminders:
    """Writes reminders, each once, as a line in the card's thread that mentions the approvers."""

    def __init__(self, database: Database, policies: Policies, clock: Clock) -> None:
        self._database, self._policies, self._clock = database, policies, clock

    def run_once(self) -> int:
        """Remind of everything that is due; answers of how many requests."""
        now, table = self._clock(), requests.c
        query = sa.select(requests).where(
            table.state == State.PENDING.value,
            table.expires_at > now,
            table.reminded < _LAST,
            (table.filed_at + table.expires_at) <= 2 * now,
        )
        with self._database.read() as connection:
            waiting = [records.request_from(row) for row in connection.execute(query.limit(100))]
        return sum(self._remind(request, now) for request in waiting)

    def _remind(self, request: Request, now: Millis) -> bool:
        last = now >= request.expires_at - min(
            _AT_MOST_BEFORE_MS, (request.expires_at - request.filed_at) // 10
        )
        number = _LAST if last else _HALF_TIME
        if number <= request.reminded or not self._policies.in_force(request.enterprise_id):
            return False
        rules = rules_of(self._policies.of(request.enterprise_id), request)
        with self._database.write(request.enterprise_id) as connection:
            if not _counted(connection, request, number):
                return False
            given = sum(made.approves for made in records.made(connection, request.id))
            line = notices.reminder_line(request, given, mentions(rules.all_approvers()), last=last)
            telling.in_thread(connection, request, f"reminded:{number}", line, now)
            append(
                connection,
                enterprise_id=request.enterprise_id,
                at=now,
                event=Event.REQUEST_REMINDED,
                actor=APP,
                request_id=request.id,
                body={"reminder": number, "approvers": list(map(str, rules.all_approvers()))},
            )
            if request.escalated_at is None:
                _escalate(connection, request, rules, now)
        return True


def _escalate(connection: sa.Connection, request: Request, rules: OperationPolicy, now: Millis) -> None:
    """Let more people approve it from now on, and call them. The requester is never one of them."""
    people = [principal for principal in rules.escalate_to if principal.name != request.requester_id]
    if not people:
        return
    connection.execute(requests.update().where(requests.c.id == request.id).values(escalated_at=now))
    line = notices.escalated_line(list(map(str, people)), mentions(people))
    telling.in_thread(connection, request, "escalated", line, now)
    append(
        connection,
        enterprise_id=request.enterprise_id,
        at=now,
        event=Event.REQUEST_ESCALATED,
        actor=APP,
        request_id=request.id,
        body={"to": list(map(str, people))},
    )
    mark_stale(connection, request.id, now)
    mark_homes(connection, request.enterprise_id, now)


def _counted(connection: sa.Connection, request: Request, number: int) -> bool:
    done = connection.execute(
        requests.update()
        .where(
            requests.c.id == request.id,
            requests.c.state == State.PENDING.value,
            requests.c.reminded == request.reminded,
        )
        .values(reminded=number)
    )
    return done.rowcount == 1
