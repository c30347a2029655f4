"""What lapses: requests nobody decided, and approved ones that did not begin in time. Real time, always."""

import sqlalchemy as sa

from app.audit.chain import APP
from app.audit.events import Event
from app.messages import notices
from app.model.clock import Clock, Millis
from app.model.lifecycle import READY, State
from app.model.request import Request
from app.operations import OPERATIONS
from app.requests import records, telling
from app.requests.transitions import move
from app.storage import Database
from app.storage.tables import requests


class Expiry:
    """Ends what is overdue."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def run_once(self) -> int:
        """Expire everything overdue; answers how many requests."""
        now = self._clock()
        with self._database.read() as connection:
            rows = connection.execute(sa.select(requests).where(_overdue(now)).limit(100)).all()
        return sum(self._expire(records.request_from(row), now) for row in rows)

    def _expire(self, request: Request, now: Millis) -> bool:
        begun = request.state in READY
        with self._database.write(request.enterprise_id) as connection:
            moved = move(
                connection,
                enterprise_id=request.enterprise_id,
                request_id=request.id,
                state=request.state,
                following=State.EXPIRED,
                event=Event.REQUEST_EXPIRED,
                actor=APP,
                at=now,
            )
            if moved:
                line = notices.expired_line(request, begun=begun)
                telling.in_thread(connection, request, "expired", line, now)
                message = notices.decision_message(
                    request, OPERATIONS[request.operation].info(request.plan), line["text"]
                )
                telling.to_person(connection, request, request.requester_id, "expired", message, now)
        return moved


def _overdue(now: Millis) -> sa.ColumnElement[bool]:
    table = requests.c
    return sa.or_(
        sa.and_(table.state == State.PENDING.value, table.expires_at <= now),
        sa.and_(table.state.in_([state.value for state in READY]), table.begin_by <= now),
    )
