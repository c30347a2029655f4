"""Writes down what is to be told, in the transaction of what happened. The projector posts it."""

import json
from typing import Any

import sqlalchemy as sa

from app.messages import notices
from app.messages.attachments import Attached
from app.messages.outcomes import RESULTS_SHOWN
from app.messages.text import Block
from app.model.clock import Millis
from app.model.request import OperationInfo, Record, Request
from app.storage import tables, upsert


def in_thread(
    connection: sa.Connection, request: Request, key: str, message: Block, at: Millis, thread: str = ""
) -> None:
    """One line in the card's thread. The same key is told once per request and thread.

    thread: the `ts` of an earlier card of the request, in whose thread the line belongs instead.
    """
    _write(connection, request, "thread", thread, key, message, at)


def attach(connection: sa.Connection, request: Request, what: Attached, message: Block, at: Millis) -> None:
    """That list as a file in the card's thread, once per request; the message becomes its comment."""
    _write(connection, request, "thread", "", f"file:{what}", {"attach": what.value, **message}, at)


def result(connection: sa.Connection, record: Record, info: OperationInfo, at: Millis) -> None:
    """How it ended: a line in the thread, each item's outcome when the card cannot show all, and a direct
    message to the requester.
    """
    request = record.request
    in_thread(connection, request, "result", notices.result_line(record), at)
    if record.results.number > RESULTS_SHOWN:
        attach(connection, request, Attached.RESULTS, notices.results_line(record), at)
    to_person(connection, request, request.requester_id, "result", notices.result_message(record, info), at)


def to_person(
    connection: sa.Connection, request: Request, person_id: str, key: str, message: Block, at: Millis
) -> None:
    """One direct message. The same key is told once per request and person."""
    _write(connection, request, "person", person_id, key, message, at)


def to_channel(
    connection: sa.Connection, request: Request, channel: str, key: str, message: Block, at: Millis
) -> None:
    """One message in a channel, beside the request's card. The same key is told once per request."""
    _write(connection, request, "channel", channel, key, message, at)


def in_channel(
    connection: sa.Connection, enterprise_id: str, channel_id: str, key: str, message: Block, at: Millis
) -> None:
    """One message in a channel about no request in particular."""
    row = _row(enterprise_id, None, "channel", channel_id, key, message, at)
    connection.execute(tables.notices.insert().values(row))


def to_somebody(
    connection: sa.Connection, enterprise_id: str, person_id: str, key: str, message: Block, at: Millis
) -> None:
    """One direct message about no request in particular."""
    row = _row(enterprise_id, None, "person", person_id, key, message, at)
    connection.execute(tables.notices.insert().values(row))


def _write(
    connection: sa.Connection,
    request: Request,
    place: str,
    recipient: str,
    key: str,
    message: Block,
    at: Millis,
) -> None:
    connection.execute(
        upsert(connection, tables.notices)
        .values(_row(request.enterprise_id, request.id, place, recipient, key, message, at))
        .on_conflict_do_nothing()
    )


def _row(
    enterprise_id: str,
    request_id: str | None,
    place: str,
    recipient: str,
    key: str,
    message: Block,
    at: Millis,
) -> dict[str, Any]:
    return {
        "enterprise_id": enterprise_id,
        "request_id": request_id,
        "place": place,
        "recipient": recipient,
        "key": key,
        "message": json.dumps(message, ensure_ascii=False),
        "created_at": at,
        "due_at": at,
    }
