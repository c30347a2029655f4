"""A log to tell stories about: written by the app, tampered with behind its back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from app.audit.chain import AuditEvent, append
from app.audit.events import Event
from app.audit.verify import read_chain
from app.storage import Database
from app.storage.tables import audit_events, audit_heads
from tests.unit.given import ANA, NOW, ORG

EVENTS = [
    Event.REQUEST_FILED,
    Event.DECISION_MADE,
    Event.REQUEST_APPROVED,
    Event.CALL_SENT,
    Event.CALL_ANSWERED,
]


def write(database: Database, number: int, enterprise_id: str = ORG) -> None:
    """Append so many events, a second apart."""
    for at in range(number):
        with database.write(enterprise_id) as connection:
            append(
                connection,
                enterprise_id=enterprise_id,
                at=NOW + at * 1000,
                event=EVENTS[at % len(EVENTS)],
                actor=ANA,
                request_id=f"R{at % 2}",
                body={"number": at},
            )


def chain(database: Database, enterprise_id: str = ORG) -> list[AuditEvent]:
    """The chain as it stands."""
    with database.read() as connection:
        return list(read_chain(connection, enterprise_id))


@contextmanager
def tampering(database: Database) -> Iterator[sa.Connection]:
    """The database as its owner has it, with the triggers out of the way."""
    with database.write() as connection:
        if database.sqlite:
            names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(sa.text("ALTER TABLE drawbridge_audit_events DISABLE TRIGGER USER"))
        yield connection


def where(seq: int, enterprise_id: str = ORG) -> tuple[sa.ColumnElement[bool], ...]:
    """That event."""
    return audit_events.c.enterprise_id == enterprise_id, audit_events.c.seq == seq


def change(database: Database, seq: int, /, **values: Any) -> None:
    """Edit an event."""
    with tampering(database) as connection:
        connection.execute(audit_events.update().where(*where(seq)).values(values))


def remove(database: Database, *seqs: int) -> None:
    """Delete events."""
    with tampering(database) as connection:
        connection.execute(audit_events.delete().where(audit_events.c.seq.in_(seqs)))


def forge(database: Database, events: list[AuditEvent], *, head: bool = True) -> None:
    """Put a whole chain of one's own in place of the real one, correctly sealed."""
    with tampering(database) as connection:
        connection.execute(audit_events.delete())
        previous, sealed = "0" * 64, ""
        for seq, event in enumerate(events, 1):
            row = replace(event, seq=seq, previous=previous)
            sealed = row.sealed()
            connection.execute(audit_events.insert().values(asdict(row) | {"hash": sealed}))
            previous = sealed
        if head:
            connection.execute(audit_heads.update().values(seq=len(events), hash=sealed))
