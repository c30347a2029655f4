"""Who is alive: each process beats in the database, and acts only while its own beat is fresh."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from app.storage import Database, now_ms, upsert
from app.storage.tables import heartbeats

LEASE_MS = 8_000
"""A process whose last beat is older is dead to the others, and does nothing destructive itself."""

BEAT_SECONDS = 1.5


class LeaseLost(Exception):
    """This process has not beaten for too long, or another has the work: it may not act now."""


class Lease:
    """One process's heartbeat, on the database's clock. steady: seconds of a clock that is never set."""

    def __init__(
        self, database: Database, executor: str, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._database, self.executor, self._steady = database, executor, steady

    def beat(self) -> None:
        """Show that this process is alive."""
        with self._database.write() as connection:
            connection.execute(
                upsert(connection, heartbeats)
                .values(executor=self.executor, beat_at=now_ms())
                .on_conflict_do_update(index_elements=["executor"], set_={"beat_at": now_ms()})
            )

    def check(self) -> frozenset[str]:
        """Raise LeaseLost unless this process's beat is fresh; answers every living process."""
        living = self.living()
        if self.executor not in living:
            raise LeaseLost(self.executor)
        return living

    def until(self) -> float:
        """The moment of the steady clock at which the others will take this process for dead.

        Raises LeaseLost when they already may.
        """
        query = sa.select(heartbeats.c.beat_at + LEASE_MS - now_ms()).where(
            heartbeats.c.executor == self.executor
        )
        asked = self._steady()
        with self._database.read() as connection:
            left = connection.scalar(query)
        if left is None or left <= 0:
            raise LeaseLost(self.executor)
        return asked + float(left) / 1000

    def hold(self, until: float) -> None:
        """Raise LeaseLost unless that moment is still to come.

        The last look before a call leaves: a process may be stopped between any two lines, and by the time it
        goes on another one may have made the call.
        """
        if self._steady() >= until:
            raise LeaseLost(self.executor)

    def living(self) -> frozenset[str]:
        """Every process with a fresh beat."""
        query = sa.select(heartbeats.c.executor).where(heartbeats.c.beat_at > now_ms() - LEASE_MS)
        with self._database.read() as connection:
            return frozenset(connection.scalars(query))

    def end(self) -> None:
        """A clean stop: others need not wait."""
        with self._database.write() as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.executor == self.executor))

    def alone(self) -> None:
        """Forget every other process. Only for a SQLite file, which one process has claimed."""
        with self._database.write() as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.executor != self.executor))
