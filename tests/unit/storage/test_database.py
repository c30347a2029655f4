"""One database of either kind: transactions, one clock, one owner of a SQLite file, no password shown."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.execution.lease import LEASE_MS
from app.storage import Database, now_ms, upsert
from app.storage.engine import IDLE_TRANSACTION_SECONDS, SecondProcess
from app.storage.tables import budgets, heartbeats
from tests.support.databases import sqlite_url
from tests.unit.given import ORG

CLAIM = "import sys; from app.storage import Database; Database(sys.argv[1]).claim()"


def beats(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.scalars(sa.select(heartbeats.c.executor)))


class TestTransactions:
    def test_a_write_is_kept_when_its_block_ends(self, database: Database) -> None:
        with database.write() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
        assert beats(database) == ["a"]

    def test_a_write_that_raises_leaves_nothing(self, database: Database) -> None:
        with pytest.raises(RuntimeError), database.write() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
            raise RuntimeError
        assert beats(database) == []

    def test_what_is_jotted_is_there_for_everybody(self, database: Database) -> None:
        with database.jot() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
        assert beats(database) == ["a"]

    def test_a_jot_that_raises_leaves_nothing(self, database: Database) -> None:
        with pytest.raises(RuntimeError), database.jot() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
            raise RuntimeError
        assert beats(database) == []

    @pytest.mark.parametrize("fails", [False, True])
    def test_after_a_jot_a_write_is_on_disk_again(self, database: Database, fails: bool) -> None:
        setting = "PRAGMA synchronous" if database.sqlite else "SHOW synchronous_commit"
        with contextlib.suppress(RuntimeError), database.jot() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
            hurried = connection.exec_driver_sql(setting).scalar()
            if fails:
                raise RuntimeError
        with database.write() as connection:
            durable = connection.exec_driver_sql(setting).scalar()
        assert (hurried, durable) == ((1, 2) if database.sqlite else ("off", "on"))

    def test_what_is_written_through_a_reading_connection_is_not_kept(self, database: Database) -> None:
        with database.read() as connection:
            connection.execute(heartbeats.insert().values(executor="a", beat_at=1))
        assert beats(database) == []

    def test_many_writers_queue_instead_of_failing(self, database: Database) -> None:
        with database.write() as connection:
            row = {"enterprise_id": ORG, "method": "chat.update", "free_at": 0}
            connection.execute(upsert(connection, budgets).values(row))

        def count_on(_: int) -> None:
            with database.write() as connection:
                connection.execute(budgets.update().values(free_at=budgets.c.free_at + 1))

        with ThreadPoolExecutor(16) as threads:
            list(threads.map(count_on, range(64)))
        with database.read() as connection:
            assert connection.scalar(sa.select(budgets.c.free_at)) == 64


class TestOneClock:
    def test_the_databases_clock_is_within_a_second_of_ours(self, database: Database) -> None:
        with database.read() as connection:
            told = connection.scalar(sa.select(now_ms()))
        assert isinstance(told, int)
        assert abs(told - time.time() * 1000) < 1000

    def test_it_goes_on_within_a_transaction(self, database: Database) -> None:
        with database.read() as connection:
            first = connection.scalar(sa.select(now_ms()))
            while (second := connection.scalar(sa.select(now_ms()))) == first:
                pass
        assert second is not None
        assert first is not None
        assert second > first


class TestAFileHasOneOwner:
    def test_a_second_process_is_refused_with_what_to_do(self, folder: Path) -> None:
        database = Database(sqlite_url(folder))
        database.claim()
        second = [sys.executable, "-c", CLAIM, database.url]
        done = subprocess.run(second, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "another process already serves from" in done.stderr
        assert "use PostgreSQL for several replicas" in done.stderr
        database.close()
        assert subprocess.run(second, check=False).returncode == 0

    def test_the_owner_may_ask_again(self, folder: Path) -> None:
        database, other = Database(sqlite_url(folder)), None
        database.claim()
        database.claim()
        other = Database(database.url)
        with pytest.raises(SecondProcess):
            other.claim()
        database.close()
        other.claim()
        other.close()

    def test_what_is_no_file_needs_no_owner(self) -> None:
        url = "postgresql+psycopg://u@db/drawbridge"
        first, second = Database(url), Database(url)
        first.claim()
        second.claim()
        first.close()
        second.close()

    def test_only_a_file_is_sqlite(self, database: Database) -> None:
        assert database.sqlite == database.url.startswith("sqlite")


class TestThePasswordIsHidden:
    @pytest.mark.parametrize(
        ("url", "shown"),
        [
            ("postgresql+psycopg://ana:hunter2@db:5432/x", "postgresql+psycopg://ana:***@db:5432/x"),
            ("postgresql+psycopg://ana:hunter%402@db/x", "postgresql+psycopg://ana:***@db/x"),
            ("postgresql+psycopg://ana@db/x", "postgresql+psycopg://ana@db/x"),
            ("postgresql+psycopg://:hunter2@db/x", "postgresql+psycopg://:***@db/x"),
            (
                "postgresql+psycopg:///x?host=/run/pg&user=ana&password=hunter2",
                "postgresql+psycopg:///x?host=/run/pg&user=ana&password=***",
            ),
            ("sqlite:///drawbridge.db", "sqlite:///drawbridge.db"),
        ],
    )
    def test_a_database_is_described_without_it(self, url: str, shown: str) -> None:
        database = Database(url)
        assert database.described() == shown
        database.close()


def test_a_statement_that_fails_does_not_tell_its_values(database: Database) -> None:
    failing = sa.text("SELECT 1 FROM nowhere WHERE told = :told")
    with pytest.raises(sa.exc.DBAPIError, match="nowhere") as failed, database.read() as connection:
        connection.execute(failing, {"told": "ana@example.com"})
    assert "ana@example.com" not in str(failed.value)
    assert "hidden" in str(failed.value)


def test_an_upsert_speaks_the_databases_dialect(database: Database) -> None:
    row = {"executor": "a", "beat_at": 1}
    for beat_at in (1, 2):
        with database.write() as connection:
            told: Any = upsert(connection, heartbeats).values(row | {"beat_at": beat_at})
            connection.execute(
                told.on_conflict_do_update(index_elements=["executor"], set_={"beat_at": beat_at})
            )
    with database.read() as connection:
        assert connection.execute(sa.select(heartbeats)).all() == [("a", 2)]


def test_a_process_that_is_stopped_amid_a_transaction_keeps_no_locks_on_postgresql(
    new_database: Callable[[str], str],
) -> None:
    database = Database(new_database("postgresql"))
    with database.read() as connection:
        shown = connection.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar_one()
    database.close()
    assert shown == f"{IDLE_TRANSACTION_SECONDS}s"
    assert IDLE_TRANSACTION_SECONDS * 1000 <= LEASE_MS
