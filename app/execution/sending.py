"""What is written down around a call that goes out, so that no other process ever makes it a second time."""

from collections.abc import Collection

import sqlalchemy as sa

from app.audit.events import Event
from app.execution.lease import LeaseLost
from app.execution.ledger import CallRow, note
from app.model.canonical import Json
from app.model.clock import Millis
from app.model.request import Request
from app.slack.answers import Answer
from app.storage.tables import calls, requests

_LONGEST_CALL_MS = 60_000
"""From writing down that a call goes out to its answer: the lease, the gateway's patience, and some more."""


class Dropped(Exception):
    """Somebody has stopped the request just before this call went out."""


def mark_sent(
    connection: sa.Connection,
    request: Request,
    row: CallRow,
    executor: str,
    living: Collection[str],
    at: Millis,
) -> bool:
    """Write down that the call goes out now; False when it went out before and was never answered.

    Such a call becomes `lost` and ours: a process that comes back late can no longer write its answer.
    Raises LeaseLost when a living process may be at it, or has answered it meanwhile, and Dropped when it is
    not to be made any more.
    """
    body: dict[str, Json] = {"call": row.id, "method": row.method, "arguments": dict(row.arguments)}
    taken = connection.execute(
        calls.update()
        .where(calls.c.id == row.id, calls.c.state == "ready")
        .values(state="sent", attempts=calls.c.attempts + 1, executor=executor, sent_at=at, answered_at=None)
    )
    if taken.rowcount == 1:
        body |= {"items": list(row.keys), "attempt": row.attempts + 1}
        note(connection, request, Event.CALL_SENT, at, body)
        return True
    if connection.scalar(sa.select(calls.c.state).where(calls.c.id == row.id)) == "dropped":
        raise Dropped(row.id)
    inherit(connection, request, row, executor, living, at)
    return False


def inherit(
    connection: sa.Connection,
    request: Request,
    row: CallRow,
    executor: str,
    living: Collection[str],
    at: Millis,
) -> None:
    """Take over a call that went out and whose answer nobody waits for any more: it becomes `lost` and ours.

    Raises LeaseLost when a living process may be at it, or has answered it meanwhile. It is not at it any
    more once it has written down that the answer was lost, or when no answer can come any more: it lives, but
    may have been thought dead for a while and have lost the execution.
    """
    body: dict[str, Json] = {"call": row.id, "method": row.method, "arguments": dict(row.arguments)}
    others = [found for found in living if found != executor]
    over = (calls.c.state == "lost") | (calls.c.sent_at < at - _LONGEST_CALL_MS)
    left = (
        calls.c.id == row.id,
        calls.c.state.in_(["sent", "lost"]),
        over | calls.c.executor.not_in(others),
    )
    inherited = connection.execute(
        calls.update()
        .where(*left)
        .values(state="lost", doubt="lost", executor=executor, code="answer_lost", answered_at=at)
    )
    if inherited.rowcount != 1:
        raise LeaseLost(f"another process has call {row.id}")
    note(connection, request, Event.CALL_UNANSWERED, at, body)


def mark_answered(
    connection: sa.Connection, request: Request, row: CallRow, answer: Answer, executor: str, at: Millis
) -> bool:
    """Write down what Slack said; False when another process has taken the call over meanwhile."""
    written = connection.execute(
        calls.update()
        .where(calls.c.id == row.id, calls.c.state == "sent", calls.c.executor == executor)
        .values(state="answered", answered_at=at, code=answer.code, slack_request_id=answer.request_id)
    )
    body: dict[str, Json] = {
        "call": row.id,
        "method": row.method,
        "code": answer.code,
        "slack_request_id": answer.request_id,
        "acted_as": answer.acted_as,
        "counted": written.rowcount == 1,
    }
    connection.execute(requests.update().where(requests.c.id == request.id).values(called_at=at))
    for name in ("needed", "provided"):
        if isinstance(answer.data.get(name), str):
            body[name] = answer.data[name]
    note(connection, request, Event.CALL_ANSWERED, at, body)
    return written.rowcount == 1
