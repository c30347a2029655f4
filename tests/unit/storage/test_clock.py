"""One clock for all replicas: the database's, whatever this machine's own says."""

import pytest
import sqlalchemy as sa

from app.storage import Database, now_ms
from app.storage.clock import DatabaseClock


class Steady:
    """A clock that is moved by hand. seconds: since nobody knows when."""

    def __init__(self) -> None:
        self.seconds = 5_000.0

    def __call__(self) -> float:
        return self.seconds


def told(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(sa.select(now_ms())).scalar_one())


def test_it_tells_the_databases_time(database: Database) -> None:
    assert abs(DatabaseClock(database)() - told(database)) < 5_000


def test_between_two_looks_it_goes_on_with_the_steady_clock(database: Database) -> None:
    steady = Steady()
    clock = DatabaseClock(database, steady)
    first = clock()
    steady.seconds += 1.5
    assert clock() == first + 1_500


def test_a_look_puts_it_right(database: Database) -> None:
    steady = Steady()
    clock = DatabaseClock(database, steady)
    steady.seconds += 3_600  # a machine that counted an hour too much
    assert clock() > told(database) + 3_000_000
    clock.sync()
    assert abs(clock() - told(database)) < 5_000


def test_when_the_database_is_away_the_last_look_counts(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = DatabaseClock(database, Steady())
    first = clock()

    def away() -> None:
        raise ConnectionError("no database")

    monkeypatch.setattr(database, "read", away)
    with pytest.raises(ConnectionError):
        clock.sync()
    assert clock() == first
