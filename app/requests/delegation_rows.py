"""The rows of delegations: found, kept, changed and ended, each on condition of what it was."""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.model.clock import Millis
from app.model.delegation import LAPSED, Delegation
from app.storage import upsert
from app.storage.tables import delegations

_FIELDS = tuple(Delegation.__dataclass_fields__)


def find(connection: sa.Connection, enterprise_id: str, delegation_id: str) -> Delegation | None:
    """That delegation of that organization, ended or not."""
    row = connection.execute(sa.select(delegations).where(*_this(enterprise_id, delegation_id))).one_or_none()
    return None if row is None else _read(row)


def open_of(connection: sa.Connection, enterprise_id: str, delegator_id: str) -> Delegation | None:
    """The one of that person that has not ended."""
    found = listed(connection, enterprise_id, delegations.c.delegator_id == delegator_id)
    return found[0] if found else None


def in_force_for(
    connection: sa.Connection, enterprise_id: str, delegate_id: str, now: Millis
) -> Sequence[Delegation]:
    """By which that person may decide for others now, the earliest first."""
    mine = (delegations.c.delegate_id == delegate_id, delegations.c.until > now)
    return listed(connection, enterprise_id, *mine)


def listed(
    connection: sa.Connection, enterprise_id: str, *more: sa.ColumnElement[bool]
) -> Sequence[Delegation]:
    """Those of an organization that have not ended and fit, the earliest first."""
    query = (
        sa.select(delegations)
        .where(delegations.c.enterprise_id == enterprise_id, delegations.c.ended_at.is_(None), *more)
        .order_by(delegations.c.given_at, delegations.c.id)
    )
    return [_read(row) for row in connection.execute(query)]


def hold(connection: sa.Connection, enterprise_id: str, delegation_id: str, now: Millis) -> bool:
    """Lock a delegation for this transaction, if it is in force: no end can come between."""
    held = connection.execute(
        delegations.update()
        .where(
            *_this(enterprise_id, delegation_id),
            delegations.c.ended_at.is_(None),
            delegations.c.until > now,
        )
        .values(ended_at=None)
    )
    return held.rowcount == 1


def insert(connection: sa.Connection, given: Delegation) -> bool:
    """Keep a new one; False when that person has another one that has not ended."""
    row = {name: getattr(given, name) for name in _FIELDS} | {"operations": json.dumps(given.operations)}
    kept = upsert(connection, delegations).values(row).on_conflict_do_nothing().returning(delegations.c.id)
    return connection.scalar(kept) is not None


def end(connection: sa.Connection, given: Delegation, actor: str, why: str, now: Millis) -> bool:
    """End it; False when it had ended already, or is to lapse and got another date meanwhile."""
    still = [delegations.c.ended_at.is_(None), *([delegations.c.until <= now] if why == LAPSED else [])]
    done = connection.execute(
        delegations.update()
        .where(*_this(given.enterprise_id, given.id), *still)
        .values(ended_at=now, ended_by=actor, why=why)
    )
    return done.rowcount == 1


def overdue(connection: sa.Connection, now: Millis) -> Sequence[Delegation]:
    """Those of any organization whose date has passed and that have not ended."""
    over = (delegations.c.ended_at.is_(None), delegations.c.until <= now)
    return [_read(row) for row in connection.execute(sa.select(delegations).where(*over))]


def change(connection: sa.Connection, given: Delegation) -> bool:
    """Keep its new date, note and operations; False when it has ended."""
    changed = {"until": given.until, "note": given.note, "operations": json.dumps(given.operations)}
    done = connection.execute(
        delegations.update()
        .where(*_this(given.enterprise_id, given.id), delegations.c.ended_at.is_(None))
        .values(changed)
    )
    return done.rowcount == 1


def _this(enterprise_id: str, delegation_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (delegations.c.enterprise_id == enterprise_id, delegations.c.id == delegation_id)


def _read(row: sa.Row[Any]) -> Delegation:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Delegation(**{**values, "operations": tuple(json.loads(row.operations))})
