"""Who is alive: only a process that has just beaten may act, and the others may take over from the rest."""

import pytest
import sqlalchemy as sa

from app.execution.lease import BEAT_SECONDS, LEASE_MS, Lease, LeaseLost
from app.storage import Database
from app.storage.tables import heartbeats


def stop_beating(database: Database, executor: str, milliseconds: int = LEASE_MS + 1) -> None:
    """Let the process's last beat be that long ago."""
    with database.write() as connection:
        connection.execute(
            heartbeats.update()
            .where(heartbeats.c.executor == executor)
            .values(beat_at=heartbeats.c.beat_at - milliseconds)
        )


def test_a_process_that_beats_is_alive_and_may_act(database: Database) -> None:
    lease = Lease(database, "one")
    lease.beat()
    lease.beat()
    lease.check()
    assert lease.living() == frozenset({"one"})


def test_one_that_never_beat_may_not_act(database: Database) -> None:
    with pytest.raises(LeaseLost, match="one"):
        Lease(database, "one").check()


def test_one_that_stopped_beating_may_not_act_and_is_dead_to_the_others(database: Database) -> None:
    one, two = Lease(database, "one"), Lease(database, "two")
    one.beat()
    two.beat()
    stop_beating(database, "one")
    with pytest.raises(LeaseLost):
        one.check()
    assert two.living() == frozenset({"two"})


def test_a_beat_brings_it_back(database: Database) -> None:
    lease = Lease(database, "one")
    lease.beat()
    stop_beating(database, "one")
    lease.beat()
    lease.check()


def test_several_beats_may_be_missed_before_it_counts_as_dead(database: Database) -> None:
    lease = Lease(database, "one")
    lease.beat()
    stop_beating(database, "one", round(BEAT_SECONDS * 3 * 1000))
    lease.check()


def test_a_clean_stop_is_known_at_once(database: Database) -> None:
    one, two = Lease(database, "one"), Lease(database, "two")
    one.beat()
    two.beat()
    one.end()
    assert two.living() == frozenset({"two"})


def test_whoever_owns_the_file_forgets_every_other(sqlite: Database) -> None:
    for executor in ("one", "two", "three"):
        Lease(sqlite, executor).beat()
    Lease(sqlite, "two").alone()
    with sqlite.read() as connection:
        assert list(connection.scalars(sa.select(heartbeats.c.executor))) == ["two"]


class Steady:
    """A steady clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def test_a_process_that_was_stopped_for_too_long_may_not_go_on_even_if_it_beats_again(
    database: Database,
) -> None:
    steady = Steady()
    lease = Lease(database, "one", steady)
    lease.beat()
    until = lease.until()
    lease.hold(until)
    steady.seconds += LEASE_MS / 1000
    lease.beat()
    with pytest.raises(LeaseLost, match="one"):
        lease.hold(until)


def test_the_time_left_counts_from_the_beat_not_from_the_question(database: Database) -> None:
    steady = Steady()
    lease = Lease(database, "one", steady)
    lease.beat()
    stop_beating(database, "one", 6_000)
    left = lease.until() - steady()
    assert 0 < left <= (LEASE_MS - 6_000) / 1000
    stop_beating(database, "one", 3_000)
    with pytest.raises(LeaseLost):
        lease.until()
