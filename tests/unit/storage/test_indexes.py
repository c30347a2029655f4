"""What loops ask for all the time goes by an index of the few rows it concerns."""

import pytest
import sqlalchemy as sa

from app.storage import Database
from app.storage.tables import cards, homes


@pytest.mark.parametrize("table", [cards, homes])
def test_what_is_to_be_drawn_is_found_without_looking_at_what_is_drawn(
    sqlite: Database, table: sa.Table
) -> None:
    query = (
        sa.select(table).where(table.c.wanted > table.c.shown, table.c.due_at <= 5).order_by(table.c.due_at)
    )
    with sqlite.read() as connection:
        compiled = query.compile(connection, compile_kwargs={"literal_binds": True})
        plan = " ".join(row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}"))
    assert f"SEARCH {table.name} USING INDEX ix_{table.name}_due_at" in plan
