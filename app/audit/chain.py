"""Appends events to an organization's chain, inside the transaction of what they record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from app.audit.events import Event
from app.model.canonical import Json, canonical, digest
from app.model.clock import Millis, rfc3339
from app.storage import has_turn, upsert
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
    organization take turns, so positions have no gaps. What is hashed is what the database keeps.

    Raises RuntimeError in a transaction that was not opened for this chain: that is a mistake of ours.
    """
    return append_all(
        connection,
        [body or {}],
        enterprise_id=enterprise_id,
        at=at,
        event=event,
        actor=actor,
        request_id=request_id,
    )


def append_all(
    connection: sa.Connection,
    bodies: Sequence[Mapping[str, Json]],
    *,
    enterprise_id: str,
    at: Millis,
    event: Event,
    actor: str,
    request_id: str | None = None,
) -> int:
    """The same for several events of one kind, in that order; answers the position of the last.

    There must be at least one. The head moves once: a bulk that settles thousands of items holds it briefly.
    """
    if not has_turn(connection, enterprise_id):
        raise RuntimeError(f"this transaction was not opened for the chain of {enterprise_id}")
    last, previous = _advance(connection, enterprise_id, len(bodies))
    rows = []
    for seq, body in enumerate(bodies, last - len(bodies) + 1):
        draft = AuditEvent(
            enterprise_id,
            seq,
            rfc3339(at),
            event.value,
            without(actor),
            None if request_id is None else without(request_id),
            without(canonical(body)),
            previous,
            "",
        )
        previous = draft.sealed()
        rows.append(
            {field: getattr(draft, field) for field in draft.__dataclass_fields__} | {"hash": previous}
        )
    connection.execute(audit_events.insert(), rows)
    connection.execute(
        audit_heads.update().where(audit_heads.c.enterprise_id == enterprise_id).values(hash=previous)
    )
    return last


def _advance(connection: sa.Connection, enterprise_id: str, steps: int) -> tuple[int, str]:
    """Lock the chain's head and move it on; answers (new position, hash of the last event)."""
    statement = (
        upsert(connection, audit_heads)
        .values(enterprise_id=enterprise_id, seq=steps, hash=GENESIS)
        .on_conflict_do_update(index_elements=["enterprise_id"], set_={"seq": audit_heads.c.seq + steps})
        .returning(audit_heads.c.seq, audit_heads.c.hash)
    )
    seq, previous = connection.execute(statement).one()
    return seq, previous
