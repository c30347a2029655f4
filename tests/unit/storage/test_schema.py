"""The schema: what the migrations make is what `tables` says, and the database itself keeps the log."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.audit.chain import append
from app.audit.events import Event
from app.storage import Database
from app.storage.migrate import migrate
from app.storage.tables import audit_events, audit_heads, drafts, metadata
from tests.unit.given import NOW, ORG


def ours(name: str | None, kind: str, _: Any) -> bool:
    return kind != "table" or str(name).startswith("drawbridge_")


def test_given_the_migrations_the_database_is_exactly_what_the_tables_say(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True, "include_name": ours}
    options["version_table"] = "drawbridge_schema"
    with database.read() as connection:
        found = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert found == []


def test_every_table_of_ours_carries_our_prefix() -> None:
    assert all(name.startswith("drawbridge_") for name in metadata.tables)


def test_given_a_migrated_database_when_migrated_again_nothing_is_lost(database: Database) -> None:
    with database.write(ORG) as connection:
        append(connection, enterprise_id=ORG, at=NOW, event=Event.SETTINGS_READ, actor="drawbridge")
    migrate(database)
    with database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(audit_events)) == 1


def test_given_replicas_that_start_together_each_finds_the_schema_made(new_database: Any) -> None:
    replicas = [Database(new_database("postgresql"))]
    replicas += [Database(replicas[0].url) for _ in range(3)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(migrate, replicas))
    with replicas[0].read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(drafts)) == 0
    for replica in replicas:
        replica.close()


class TestTheLogIsAppendOnly:
    @pytest.fixture(autouse=True)
    def event(self, database: Database) -> None:
        with database.write(ORG) as connection:
            append(connection, enterprise_id=ORG, at=NOW, event=Event.SETTINGS_READ, actor="drawbridge")

    def refused(self, database: Database, statement: Any) -> None:
        with (
            pytest.raises(sa.exc.DBAPIError, match="audit events are append-only"),
            database.write(ORG) as connection,
        ):
            connection.execute(statement)
        with database.read() as connection:
            assert connection.execute(sa.select(audit_events)).one().actor == "drawbridge"

    def test_an_update_is_refused_by_the_database(self, database: Database) -> None:
        self.refused(database, audit_events.update().values(actor="somebody else"))

    def test_a_delete_is_refused_by_the_database(self, database: Database) -> None:
        self.refused(database, audit_events.delete())

    def test_so_is_the_stroke_that_asks_neither_trigger(self, database: Database) -> None:
        row = "SELECT enterprise_id, seq, at, event, 'x', request_id, body, previous, hash"
        stroke = {
            True: f"INSERT OR REPLACE INTO drawbridge_audit_events {row} FROM drawbridge_audit_events",
            False: "TRUNCATE drawbridge_audit_events",
        }
        self.refused(database, sa.text(stroke[database.sqlite]))

    def test_the_head_of_a_chain_does_move(self, database: Database) -> None:
        with database.write(ORG) as connection:
            append(connection, enterprise_id=ORG, at=NOW, event=Event.SETTINGS_READ, actor="drawbridge")
        with database.read() as connection:
            assert connection.scalar(sa.select(audit_heads.c.seq)) == 2
