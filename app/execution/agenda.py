"""What is next for an execution, as the rows tell it: which calls, which looks, how the canary fares."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from app.execution.ledger import CallRow, call_row
from app.model.clock import Millis
from app.model.lifecycle import Outcome
from app.storage.tables import calls, items

_OPEN = ("ready", "sent", "lost")


def only_call(connection: sa.Connection, request_id: str) -> str | None:
    """The call of a request that has a single one, while it still has to be answered."""
    query = sa.select(calls.c.id, calls.c.state).where(calls.c.request_id == request_id).limit(2)
    rows = connection.execute(query).all()
    return rows[0].id if len(rows) == 1 and rows[0].state in _OPEN else None


def several_calls(connection: sa.Connection, request_id: str) -> bool:
    """Whether the request has more than one call."""
    query = sa.select(calls.c.id).where(calls.c.request_id == request_id).limit(2)
    return len(connection.execute(query).all()) == 2


def in_state(
    connection: sa.Connection,
    request_id: str,
    states: Collection[str],
    *,
    due: Millis | None = None,
    canary: int | None = None,
    most: int | None = None,
) -> list[CallRow]:
    """The first calls in one of those states. due: that may go out by then; canary: of that run."""
    query = sa.select(calls).where(calls.c.request_id == request_id, calls.c.state.in_(states))
    if due is not None:
        query = query.where(sa.or_(calls.c.due_at.is_(None), calls.c.due_at <= due))
    if canary is not None:
        query = query.where(calls.c.canary == canary)
    return [call_row(row) for row in connection.execute(query.order_by(calls.c.position).limit(most))]


@dataclass(frozen=True)
class Due:
    """When the first call of each kind may go on: waiting to be sent, or lost. None when there is none."""

    ready: Millis | None
    lost: Millis | None


def next_due(connection: sa.Connection, request_id: str, canary: int | None = None) -> Due:
    """When there is something to do for the calls that are not answered. canary: only those of that run."""

    def first(state: str) -> Millis | None:
        mine = [calls.c.request_id == request_id, calls.c.state == state]
        mine += [] if canary is None else [calls.c.canary == canary]
        return connection.scalar(sa.select(sa.func.min(sa.func.coalesce(calls.c.due_at, 0))).where(*mine))

    return Due(first("ready"), first("lost"))


def others(connection: sa.Connection, request_id: str, run: int) -> bool:
    """Whether any call waits that is not part of that run's canary."""
    query = sa.select(calls.c.id).where(
        calls.c.request_id == request_id,
        calls.c.state == "ready",
        calls.c.canary.is_distinct_from(run),
    )
    return connection.execute(query.limit(1)).first() is not None


def items_per_call(connection: sa.Connection, request_id: str) -> int:
    """How many items a call has on average, at least one."""
    number = sa.select(sa.func.count()).select_from(items).where(items.c.request_id == request_id)
    made = sa.select(sa.func.count()).select_from(calls).where(calls.c.request_id == request_id)
    return max(1, (connection.scalar(number) or 0) // max(1, connection.scalar(made) or 0))


def put_off(connection: sa.Connection, call_id: str, until: Millis) -> None:
    """That call is not to be sent again before then."""
    connection.execute(calls.update().where(calls.c.id == call_id).values(due_at=until))


def choose_canary(connection: sa.Connection, request_id: str, run: int, size: int) -> None:
    """The first calls that wait, with that many items together, go before the others in that run."""
    for table in (calls, items):  # a run that had no rest in between has a new one
        former = (table.c.request_id == request_id, table.c.canary == run)
        connection.execute(table.update().where(*former).values(canary=None))
    chosen: list[CallRow] = []
    for row in in_state(connection, request_id, ("ready",), most=size):
        if sum(len(found.keys) for found in chosen) < size:
            chosen.append(row)
    keys = [key for row in chosen for key in row.keys]
    ids = [row.id for row in chosen]
    connection.execute(calls.update().where(calls.c.id.in_(ids)).values(canary=run))
    connection.execute(
        items.update().where(items.c.request_id == request_id, items.c.key.in_(keys)).values(canary=run)
    )


def canary(
    connection: sa.Connection, request_id: str, run: int
) -> list[tuple[Outcome | None, Millis | None]]:
    """What became of the items that went ahead in that run, and when."""
    query = sa.select(items.c.outcome, items.c.changed_at).where(
        items.c.request_id == request_id, items.c.canary == run
    )
    return [
        (Outcome(row.outcome) if row.outcome else None, row.changed_at) for row in connection.execute(query)
    ]


@dataclass(frozen=True)
class Accepted:
    """An item Slack took. changed_at: when; looked_at: when its effect was last looked for."""

    key: str
    changed_at: Millis
    looked_at: Millis | None


def accepted(connection: sa.Connection, request_id: str) -> list[Accepted]:
    """Items that Slack took and that are not proved yet, those longest not looked at first."""
    query = (
        sa.select(items.c.key, items.c.changed_at, items.c.looked_at)
        .where(items.c.request_id == request_id, items.c.outcome == Outcome.ACCEPTED.value)
        .order_by(sa.func.coalesce(items.c.looked_at, 0), items.c.position)
    )
    return [Accepted(row.key, row.changed_at, row.looked_at) for row in connection.execute(query)]


def mark_looked(connection: sa.Connection, request_id: str, keys: Collection[str], at: Millis) -> None:
    """The effect of those items was looked for just now."""
    mine = (items.c.request_id == request_id, items.c.key.in_(keys))
    connection.execute(items.update().where(*mine).values(looked_at=at))
