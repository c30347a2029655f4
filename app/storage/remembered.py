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
