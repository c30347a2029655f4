"""Small things worth keeping between processes: a value under a key, and since when."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from app.storage.engine import upsert
from app.storage.tables import remembered


def recall(connection: sa.Connection, enterprise_id: str, keys: Iterable[str]) -> dict[str, tuple[str, int]]:
    """What is kept under those keys: key → (value, when in Unix milliseconds)."""
    query = sa.select(remembered).where(
        remembered.c.enterprise_id == enterprise_id, remembered.c.key.in_(list(keys))
    )
    return {row.key: (row.value, row.at) for row in connection.execute(query)}


def remember(connection: sa.Connection, enterprise_id: str, values: Mapping[str, str], at: int) -> None:
    """Keep those values under their keys, in place of what was there."""
    for key, value in values.items():
        row = {"key": key, "value": value, "at": at}
        connection.execute(
            upsert(connection, remembered)
            .values(enterprise_id=enterprise_id, **row)
            .on_conflict_do_update(index_elements=["enterprise_id", "key"], set_=row)
        )


def exchange(
    connection: sa.Connection, enterprise_id: str, key: str, before: str, value: str, at: int
) -> bool:
    """Put a value in place of that one; answers whether it still stood there. Nothing kept counts as ""."""
    _exist(connection, enterprise_id, key)
    mine = (
        remembered.c.enterprise_id == enterprise_id,
        remembered.c.key == key,
        remembered.c.value == before,
    )
    return connection.execute(remembered.update().where(*mine).values(value=value, at=at)).rowcount == 1


def turn(connection: sa.Connection, enterprise_id: str, key: str, at: int, every: int) -> bool:
    """Take the turn at something done every so many milliseconds; answers whether it was free."""
    _exist(connection, enterprise_id, key)
    due = (
        remembered.c.enterprise_id == enterprise_id,
        remembered.c.key == key,
        remembered.c.at <= at - every,
    )
    return connection.execute(remembered.update().where(*due).values(at=at)).rowcount == 1


def _exist(connection: sa.Connection, enterprise_id: str, key: str) -> None:
    row = {"enterprise_id": enterprise_id, "key": key, "value": "", "at": 0}
    connection.execute(upsert(connection, remembered).values(row).on_conflict_do_nothing())
