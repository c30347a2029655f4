"""Lists of requests, a line each: they read what a line shows, whatever the plans behind it weigh.

Every query walks an index in the order it answers, so that it costs the same however many requests there are.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.model.lifecycle import State
from app.model.request import Listed
from app.storage.tables import requests

MOST = 20

_FIELDS = tuple(Listed.__dataclass_fields__)


def latest(
    connection: sa.Connection,
    enterprise_id: str,
    *,
    state: State | None = None,
    requester_id: str | None = None,
    most: int = MOST,
) -> Sequence[Listed]:
    """An organization's requests, the newest first; only those in that state, or of that requester."""
    query = _of(enterprise_id)
    if state is not None:
        query = query.where(requests.c.state == state.value)
    if requester_id is not None:
        query = query.where(requests.c.requester_id == requester_id)
    ordered = query.order_by(requests.c.filed_at.desc(), requests.c.id).limit(most)
    return [_line(row) for row in connection.execute(ordered)]


def finished(connection: sa.Connection, enterprise_id: str, most: int = MOST) -> Sequence[Listed]:
    """An organization's requests that have ended, the last to end first."""
    query = _of(enterprise_id).where(requests.c.finished_at.is_not(None))
    ordered = query.order_by(requests.c.finished_at.desc(), requests.c.id).limit(most)
    return [_line(row) for row in connection.execute(ordered)]


def pending(connection: sa.Connection, enterprise_id: str) -> int:
    """How many requests of an organization wait for a decision."""
    query = sa.select(sa.func.count()).where(
        requests.c.enterprise_id == enterprise_id, requests.c.state == State.PENDING.value
    )
    return connection.scalar(query) or 0


def _of(enterprise_id: str) -> sa.Select[Any]:
    columns = [requests.c[name] for name in _FIELDS]
    return sa.select(*columns).where(requests.c.enterprise_id == enterprise_id)


def _line(row: sa.Row[Any]) -> Listed:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Listed(**{**values, "state": State(row.state)})
