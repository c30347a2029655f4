"""Appends events to an organization's chain, inside the transaction of what they record."""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.events import Event
from app.model.canonical import Json, canonical, digest
from app.model.clock import Millis, rfc3339
from app.storage import upsert
from app.storage.tables import audit_events, audit_heads
from app.storage.unstorable import without

GENESIS = "0" * 64
"""What the first event of a chain names as the one before it."""

APP = "drawbridge"
"""The actor of what the app does by itself."""


@dataclass(frozen=True)
class AuditEvent:
    """One row of the log. `hash` covers every other field, `previous` included."""

    enterprise_id: str
    seq: int
    at: str
    event: str
    actor: str
    request_id: str | None
    body: str
    previous: str
    hash: str

    def sealed(self) -> str:
        """The hash this row must carry."""
        fields: dict[str, Json] = {
            "enterprise_id": self.enterprise_id,
            "seq": self.seq,
            "at": self.at,
            "event": self.event,
            "actor": self.actor,
            "request_id": self.request_id,
            "body": self.body,
            "previous": self.previous,
        }
        return digest(fields)


def append(
    connection: sa.Connection,
    *,
    enterprise_id: str,
    at: Millis,
    event: Event,
    actor: str,
    request_id: str | None = None,
    body: Mapping[str, Json] | None = None,
) -> int:
    """Write one event at the end of the organization's chain and return its position.

    Part of the caller's transaction: it is kept exactly when what it records is kept. Writers of one
    organization queue on the head row, so positions have no gaps. What is hashed is what the database keeps.
    """
    seq, previous = _advance(connection, enterprise_id)
    draft = AuditEvent(
        enterprise_id,
        seq,
        rfc3339(at),
        event.value,
        without(actor),
        None if request_id is None else without(request_id),
        without(canonical(body or {})),
        previous,
        "",
    )
    sealed = draft.sealed()
    row = {field: getattr(draft, field) for field in draft.__dataclass_fields__} | {"hash": sealed}
    connection.execute(audit_events.insert().values(row))
    connection.execute(
        audit_heads.update().where(audit_heads.c.enterprise_id == enterprise_id).values(hash=sealed)
    )
    return seq


def _advance(connection: sa.Connection, enterprise_id: str) -> tuple[int, str]:
    """Lock the chain's head and move it on by one; answers (new position, hash of the last event)."""
    statement = (
        upsert(connection, audit_heads)
        .values(enterprise_id=enterprise_id, seq=1, hash=GENESIS)
        .on_conflict_do_update(index_elements=["enterprise_id"], set_={"seq": audit_heads.c.seq + 1})
        .returning(audit_heads.c.seq, audit_heads.c.hash)
    )
    seq, previous = connection.execute(statement).one()
    return seq, previous
