"""Quiet hours at the beginning: what was approved waits until they are over. Nothing has been called yet."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.audit.chain import APP, append
from app.audit.events import Event
from app.config import QuietHours, open_for
from app.messages import notices
from app.model.clock import Millis, rfc3339
from app.model.lifecycle import State
from app.model.request import Request
from app.requests import telling
from app.requests.transitions import mark_stale
from app.storage.tables import requests


def postpone(
    connection: sa.Connection, request: Request, hours: Sequence[QuietHours], until: Millis, now: Millis
) -> None:
    """Let an approved request begin when the quiet hours are over; the time it has to begin goes on then.

    The workflow that came too early ends, so the one to come has another number.
    """
    cooled_off = (request.approved_at or now) + request.cool_off_ms
    begin_by = open_for(hours, cooled_off, request.execute_within_ms)
    moved = connection.execute(
        requests.update()
        .where(
            requests.c.id == request.id,
            requests.c.state == State.APPROVED.value,
            requests.c.runs == request.runs,
            requests.c.not_before < until,
        )
        .values(not_before=until, begin_by=max(begin_by, request.begin_by or 0), runs=request.runs + 1)
    )
    if moved.rowcount != 1:
        return
    append(
        connection,
        enterprise_id=request.enterprise_id,
        at=now,
        event=Event.REQUEST_POSTPONED,
        actor=APP,
        request_id=request.id,
        body={"until": rfc3339(until), "quiet_hours": list(map(str, hours))},
    )
    line = notices.waiting_line(until, quiet=True)
    telling.in_thread(connection, request, f"quiet:{until}", line, now)
    mark_stale(connection, request.id, now)
