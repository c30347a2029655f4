"""Rows of work that several processes share: which are free, and when a failed one is tried again."""

import sqlalchemy as sa

from app.execution.lease import LEASE_MS
from app.slack.answers import Answer
from app.storage import now_ms
from app.storage.tables import heartbeats

_LONGEST_PAUSE_MS = 300_000


def free(table: sa.Table) -> sa.ColumnElement[bool]:
    """Rows nobody works on: never leased, leased too long ago, or leased by a process that is dead."""
    living = sa.select(heartbeats.c.executor).where(heartbeats.c.beat_at > now_ms() - LEASE_MS)
    return sa.or_(
        table.c.leased_until.is_(None),
        table.c.leased_until < now_ms(),
        table.c.worker.not_in(living),
    )


def pause_ms(answer: Answer, failures: int) -> int:
    """Milliseconds before the next try: what Slack asked for, else growing to five minutes."""
    if answer.retry_after is not None:
        return round(answer.retry_after * 1000)
    return int(min(_LONGEST_PAUSE_MS, 1000 * 2 ** min(failures, 10)))
