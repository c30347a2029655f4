"""What DBOS needs of the database below it, on every SQLite there is."""

import sqlite3
import time
from contextlib import closing

import pytest

from app.execution.engine import _add_unixepoch


def test_an_old_sqlite_tells_the_time_in_milliseconds() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        _add_unixepoch(connection, None)
        connection.execute(
            "CREATE TABLE t (n INTEGER, at INTEGER NOT NULL DEFAULT (unixepoch('subsec') * 1000))"
        )
        connection.execute("INSERT INTO t (n) VALUES (1)")
        (at,) = connection.execute("SELECT at FROM t").fetchone()
    assert abs(at - time.time() * 1000) < 60_000


def test_anything_else_it_might_be_asked_is_an_error_and_no_wrong_time() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        _add_unixepoch(connection, None)
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("SELECT unixepoch('2026-01-01')").fetchone()


def test_other_databases_are_left_alone() -> None:
    _add_unixepoch(object(), None)
