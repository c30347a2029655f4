"""Finds edits, deletions, insertions, and with an anchor also a cut-off end."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from app.audit.chain import GENESIS, AuditEvent
from app.storage.engine import Database
from app.storage.tables import audit_events, audit_heads


@dataclass(frozen=True)
class Anchor:
    """A position of a chain and the hash it had, kept somewhere else."""

    enterprise_id: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Broken:
    """The first event of a chain that does not hold, and why."""

    enterprise_id: str
    seq: int
    reason: str


def read_chain(connection: sa.Connection, enterprise_id: str) -> Generator[AuditEvent]:
    """The organization's events in order, streamed."""
    query = (
        sa.select(audit_events)
        .where(audit_events.c.enterprise_id == enterprise_id)
        .order_by(audit_events.c.seq)
        .execution_options(yield_per=1000)
    )
    with connection.execute(query) as rows:
        for row in rows:
            yield AuditEvent(**row._mapping)


def organizations(connection: sa.Connection) -> list[str]:
    """Every organization with a chain."""
    heads = sa.select(audit_heads.c.enterprise_id)
    events = sa.select(audit_events.c.enterprise_id).distinct()
    return sorted(connection.scalars(heads.union(events)))


def heads(database: Database) -> list[Anchor]:
    """The present end of every chain: what to keep elsewhere as an anchor."""
    query = sa.select(audit_heads).order_by(audit_heads.c.enterprise_id)
    with database.read() as connection:
        return [Anchor(row.enterprise_id, row.seq, row.hash) for row in connection.execute(query)]


def verify(database: Database, anchors: Iterable[Anchor] = ()) -> list[Broken]:
    """Walk every chain; answers the first broken event of each, or nothing when all hold."""
    kept = list(anchors)
    with database.read() as connection:
        chains = set(organizations(connection)) | {anchor.enterprise_id for anchor in kept}
        found = [_first_broken(connection, enterprise_id, kept) for enterprise_id in sorted(chains)]
    return [broken for broken in found if broken is not None]


def _first_broken(connection: sa.Connection, enterprise_id: str, anchors: list[Anchor]) -> Broken | None:
    wanted = {anchor.seq: anchor.hash for anchor in anchors if anchor.enterprise_id == enterprise_id}
    begun = _head(connection, enterprise_id)
    previous, expected, at_head = GENESIS, 1, ""
    with closing(read_chain(connection, enterprise_id)) as chain:
        for event in chain:
            reason = _fault(event, expected, previous, wanted.pop(event.seq, None))
            if reason is not None:
                return Broken(enterprise_id, min(event.seq, expected), reason)
            previous, expected = event.hash, expected + 1
            at_head = event.hash if event.seq == begun.seq else at_head
    if wanted:
        return Broken(enterprise_id, expected, f"the end is missing: an anchor knows event {max(wanted)}")
    if begun.seq >= expected:
        return Broken(enterprise_id, expected, "the end is missing: the chain's head points past it")
    ended = _head(connection, enterprise_id)
    beyond = ended.seq < expected - 1
    if beyond or at_head != begun.hash or (ended.seq == expected - 1 and ended.hash != previous):
        return Broken(enterprise_id, expected - 1, "it is not what the chain's head says comes last")
    return None


def _head(connection: sa.Connection, enterprise_id: str) -> Anchor:
    """Where the chain ends. Read before the walk and after it: events may be added meanwhile."""
    query = sa.select(audit_heads).where(audit_heads.c.enterprise_id == enterprise_id)
    row = connection.execute(query).one_or_none()
    return Anchor(enterprise_id, row.seq, row.hash) if row is not None else Anchor(enterprise_id, 0, "")


def _fault(event: AuditEvent, expected: int, previous: str, anchored: str | None) -> str | None:
    if event.seq != expected:
        return f"event {expected} is missing" if event.seq > expected else "an event was inserted"
    if event.previous != previous:
        return "it does not follow the event before it: something was inserted, removed or replaced"
    if event.sealed() != event.hash:
        return "its content was changed after it was written"
    if anchored is not None and anchored != event.hash:
        return "it differs from the anchor: the chain was rewritten"
    return None


def read_anchors(path: Path) -> list[Anchor]:
    """Anchors from a file written by `audit anchor` or by `audit export` (JSON Lines).

    Raises ValueError when the file holds none.
    """
    latest: dict[str, Anchor] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            data = json.loads(line)
            anchor = Anchor(str(data["enterprise_id"]), int(data["seq"]), str(data["hash"]))
            if anchor.seq >= latest.get(anchor.enterprise_id, anchor).seq:
                latest[anchor.enterprise_id] = anchor
    if not latest:
        raise ValueError(f"{path} holds no anchor")
    return list(latest.values())
