"""The clock all replicas share: the database's, carried on by this machine's steady one between two looks."""

import threading
import time
from collections.abc import Callable

import sqlalchemy as sa

from app.model.clock import Millis
from app.storage.engine import Database, now_ms

SYNC_SECONDS = 5.0


class DatabaseClock:
    """Answers the database's time in Unix milliseconds: replicas agree about every moment they write down.

    Neither a replica whose clock is wrong nor one whose clock is set while it runs can put a deadline or the
    next look where no other would. steady: seconds of a clock that is never set.
    """

    def __init__(self, database: Database, steady: Callable[[], float] = time.monotonic) -> None:
        self._database, self._steady = database, steady
        self._lock = threading.Lock()
        self._ahead = 0.0
        self.sync()

    def __call__(self) -> Millis:
        """The present moment."""
        with self._lock:
            return round(self._steady() * 1000 + self._ahead)

    def sync(self) -> None:
        """Read the database's clock again. When that raises, the last reading is carried on."""
        with self._database.read() as connection:
            before = self._steady()
            told = connection.execute(sa.select(now_ms())).scalar_one()
            after = self._steady()
        with self._lock:
            self._ahead = told - (before + after) / 2 * 1000
