"""Small things an organization remembers between processes: what was told last, and whose turn it was."""

import sqlalchemy as sa

from app.model.clock import Millis
from app.storage import upsert
from app.storage.tables import remembered


def recalled(connection: sa.Connection, enterprise_id: str, key: str) -> str | None:
    """What is remembered under that key."""
    query = sa.select(remembered.c.value).where(*_under(enterprise_id, key))
    return connection.scalar(query)


def changed(connection: sa.Connection, enterprise_id: str, key: str, value: str, now: Millis) -> bool:
    """Remember that value; answers whether another one (at first: the empty one) was remembered before.

    Of several processes that come to the same value, one is answered yes.
    """
    _known(connection, enterprise_id, key)
    done = connection.execute(
        remembered.update()
        .where(*_under(enterprise_id, key), remembered.c.value != value)
        .values(value=value, at=now)
    )
    return done.rowcount == 1


def turn(connection: sa.Connection, enterprise_id: str, key: str, now: Millis, every_ms: Millis) -> bool:
    """Whether the last turn under that key was long enough ago; if so, this is the next one."""
    _known(connection, enterprise_id, key)
    done = connection.execute(
        remembered.update()
        .where(*_under(enterprise_id, key), remembered.c.at <= now - every_ms)
        .values(at=now)
    )
    return done.rowcount == 1


def _known(connection: sa.Connection, enterprise_id: str, key: str) -> None:
    row = {"enterprise_id": enterprise_id, "key": key, "value": "", "at": 0}
    connection.execute(upsert(connection, remembered).values(row).on_conflict_do_nothing())


def _under(enterprise_id: str, key: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (remembered.c.enterprise_id == enterprise_id, remembered.c.key == key)
