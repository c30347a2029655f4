"""The rows behind an execution: calls with their answers, items with their outcomes. Plain transactions."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from app.audit.chain import APP, append_all
from app.audit.events import Event
from app.metrics import ITEMS
from app.model.canonical import Json
from app.model.clock import Millis, new_id
from app.model.lifecycle import Outcome
from app.model.request import Request
from app.operations.contract import Call
from app.requests.transitions import mark_stale
from app.storage.tables import calls, items

_OPEN = ("ready", "sent", "lost")

Settled = tuple[Outcome, str | None, str]
"""What became of an item: its outcome, the code that stood in the way, a sentence."""


@dataclass(frozen=True)
class CallRow:
    """A call as stored. state: ready, sent, lost (its answer never came), answered, split or dropped.

    doubt: what an earlier sending left open: "" nothing, "split" its items were in a larger call that Slack
    refused as a whole, "lost" it may have taken effect. checked_at, checked_by: the last recheck.
    canary: the run of the execution that makes this call before the others.
    """

    id: str
    request_id: str
    method: str
    arguments: Mapping[str, Any]
    keys: tuple[str, ...]
    state: str
    attempts: int
    doubt: str
    checked_at: Millis | None
    checked_by: str | None
    code: str | None
    sent_at: Millis | None = None
    answered_at: Millis | None = None
    canary: int | None = None

    @property
    def call(self) -> Call:
        """What to send."""
        return Call(self.method, self.arguments, self.keys)


def write_calls(
    connection: sa.Connection,
    request_id: str,
    packed: Iterable[Call],
    attempts: int = 0,
    doubt: str = "",
    canary: int | None = None,
) -> None:
    """Add calls at the end of the request's list. The rest is that of the call they were split from."""
    last = connection.scalar(sa.select(sa.func.max(calls.c.position)).where(calls.c.request_id == request_id))
    start = 0 if last is None else last + 1
    rows = [
        {
            "id": new_id("C", 14),
            "request_id": request_id,
            "position": start + number,
            "method": call.method,
            "arguments": json.dumps(call.arguments),
            "item_keys": json.dumps(list(call.keys)),
            "state": "ready",
            "attempts": attempts,
            "doubt": doubt,
            "canary": canary,
        }
        for number, call in enumerate(packed)
    ]
    if rows:
        connection.execute(calls.insert(), rows)


def find_call(connection: sa.Connection, call_id: str) -> CallRow:
    """That call."""
    return call_row(connection.execute(sa.select(calls).where(calls.c.id == call_id)).one())


def every_call(connection: sa.Connection, request_id: str) -> list[CallRow]:
    """All calls of a request, in order."""
    query = sa.select(calls).where(calls.c.request_id == request_id).order_by(calls.c.position)
    return [call_row(row) for row in connection.execute(query)]


def mark_checked(
    connection: sa.Connection, row: CallRow, call: Call | None, executor: str, at: Millis
) -> bool:
    """The items were read just now: send that call, maybe for fewer of them; None drops it.

    False, and nothing written, when the call is not waiting to be sent any more.
    """
    values: dict[str, Any] = {"state": "dropped"}
    if call is not None:
        arguments, keys = json.dumps(call.arguments), json.dumps(list(call.keys))
        values = {"arguments": arguments, "item_keys": keys, "checked_at": at, "checked_by": executor}
    unsent = (calls.c.id == row.id, calls.c.state == "ready")
    return connection.execute(calls.update().where(*unsent).values(values)).rowcount == 1


def set_state(
    connection: sa.Connection, call_id: str, state: str, *, only_from: str, doubt: str | None = None
) -> bool:
    """Move a call on, if it still is where we saw it, and answer whether it was.

    To `ready` for a repeat, `split`, `dropped`, `lost`, `answered` when looking has told enough. doubt: what
    this sending leaves open.
    """
    values = {"state": state} | ({} if doubt is None else {"doubt": doubt})
    mine = (calls.c.id == call_id, calls.c.state == only_from)
    return connection.execute(calls.update().where(*mine).values(values)).rowcount == 1


def settle(
    connection: sa.Connection,
    request: Request,
    outcomes: Mapping[str, Settled],
    at: Millis,
) -> None:
    """Write down what became of items: key → (outcome, code, sentence). Marks the card stale."""
    if not outcomes:
        return
    rows = [
        {"item": key, "outcome": outcome.value, "code": code, "detail": detail}
        for key, (outcome, code, detail) in outcomes.items()
    ]
    connection.execute(_SETTLED, [{"request": request.id, "changed_at": at, **row} for row in rows])
    for outcome, number in Counter(outcome for outcome, _, _ in outcomes.values()).items():
        ITEMS.labels(request.operation, outcome.value).inc(number)
    note_all(connection, request, Event.ITEM_SETTLED, at, rows)
    mark_stale(connection, request.id, at)


_SETTLED = (
    items.update()
    .where(items.c.request_id == sa.bindparam("request"), items.c.key == sa.bindparam("item"))
    .values({name: sa.bindparam(name) for name in ("outcome", "code", "detail", "changed_at")})
)

EARLIER = (
    "An earlier call for it went out and did not tell whether it took effect. Look at Slack yourself before "
    "trying again."
)


def drop(
    connection: sa.Connection,
    request: Request,
    told: Settled,
    at: Millis,
    states: Collection[str] = ("ready", "lost"),
) -> int:
    """Make no further call of those in these states; answers how many items that leaves untouched.

    Settles whatever has no outcome: as told, or unknown where a call went out before. What is on its way
    is left to whoever sent it.
    """
    rows = every_call(connection, request.id)
    dropped = [
        row
        for row in rows
        if row.state in states and set_state(connection, row.id, "dropped", only_from=row.state)
    ]
    gone = {row.id for row in dropped}
    doubted = {key for row in dropped if row.doubt for key in row.keys}
    going = {key for row in rows if row.state in _OPEN and row.id not in gone for key in row.keys}
    unsure = (Outcome.UNKNOWN, told[1], EARLIER)
    left = [key for key in unsettled(connection, request.id, None) if key not in going]
    settle(connection, request, {key: unsure if key in doubted else told for key in left}, at)
    return len(left) - len(doubted.intersection(left))


def unsettled(connection: sa.Connection, request_id: str, *outcomes: Outcome | None) -> list[str]:
    """Keys of items with one of those outcomes, in order; None stands for no outcome yet."""
    wanted = [outcome.value for outcome in outcomes if outcome is not None]
    fits: sa.ColumnElement[bool] = items.c.outcome.in_(wanted)
    if None in outcomes:
        fits = sa.or_(fits, items.c.outcome.is_(None))
    query = sa.select(items.c.key).where(items.c.request_id == request_id, fits).order_by(items.c.position)
    return list(connection.scalars(query))


def note(
    connection: sa.Connection, request: Request, event: Event, at: Millis, body: Mapping[str, Json]
) -> None:
    """An audit event about that request, by the app itself."""
    note_all(connection, request, event, at, [body])


def note_all(
    connection: sa.Connection,
    request: Request,
    event: Event,
    at: Millis,
    bodies: Sequence[Mapping[str, Json]],
) -> None:
    """Several of one kind, in that order; at least one."""
    append_all(
        connection,
        bodies,
        enterprise_id=request.enterprise_id,
        at=at,
        event=event,
        actor=APP,
        request_id=request.id,
    )


def call_row(row: sa.Row[Any]) -> CallRow:
    """The call in a row of the table."""
    return CallRow(
        row.id,
        row.request_id,
        row.method,
        json.loads(row.arguments),
        tuple(json.loads(row.item_keys)),
        row.state,
        row.attempts,
        row.doubt,
        row.checked_at,
        row.checked_by,
        row.code,
        row.sent_at,
        row.answered_at,
        row.canary,
    )
