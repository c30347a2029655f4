"""Writes the log out: JSON Lines as it is hashed, or CSV that no spreadsheet takes for formulas."""

import csv
import json
from collections.abc import Iterator
from typing import TextIO

import sqlalchemy as sa

from app.audit.chain import AuditEvent
from app.model.cells import neutral
from app.storage.tables import audit_events

_COLUMNS = ("enterprise_id", "seq", "at", "event", "actor", "request_id", "body", "previous", "hash")


def events(
    connection: sa.Connection,
    *,
    since: str | None = None,
    until: str | None = None,
    request_id: str | None = None,
    enterprise_id: str | None = None,
) -> Iterator[AuditEvent]:
    """Events from `since` (inclusive) to `until` (exclusive), both written as the log writes `at`."""
    ordered = sa.select(audit_events).order_by(audit_events.c.enterprise_id, audit_events.c.seq)
    query = ordered.where(*_within(since, until))
    if request_id is not None:
        query = query.where(audit_events.c.request_id == request_id)
    if enterprise_id is not None:
        query = query.where(audit_events.c.enterprise_id == enterprise_id)
    with connection.execute(query.execution_options(yield_per=1000)) as rows:
        for row in rows:
            yield AuditEvent(**row._mapping)


def how_many(
    connection: sa.Connection,
    *,
    since: str | None = None,
    until: str | None = None,
    enterprise_id: str | None = None,
) -> int:
    """How many events `events` would give for that time and organization."""
    query = sa.select(sa.func.count()).select_from(audit_events).where(*_within(since, until))
    if enterprise_id is not None:
        query = query.where(audit_events.c.enterprise_id == enterprise_id)
    return connection.scalar(query) or 0


def _within(since: str | None, until: str | None) -> list[sa.ColumnElement[bool]]:
    from_then = [] if since is None else [audit_events.c.at >= since]
    return from_then if until is None else [*from_then, audit_events.c.at < until]


def write_jsonl(found: Iterator[AuditEvent], out: TextIO) -> int:
    """One JSON object a line, every column; `body` stays the hashed text. Answers how many."""
    count = 0
    for event in found:
        out.write(json.dumps({name: getattr(event, name) for name in _COLUMNS}, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_csv(found: Iterator[AuditEvent], out: TextIO) -> int:
    """CSV with a header line. A cell that a spreadsheet would calculate begins with an apostrophe."""
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    count = 0
    for event in found:
        writer.writerow([neutral(getattr(event, name)) for name in _COLUMNS])
        count += 1
    return count
