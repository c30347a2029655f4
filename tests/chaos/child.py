"""A replica under fire: `python -m app serve`, but it can die where it is told to.

Nothing in `app` knows of this. What is wrapped is what the app stands on: durable steps of DBOS, requests of
the official SDK, commits of SQLAlchemy. A boundary is a moment right before or after one of those, named
`step:begin:before`, `call:usergroups.disable:after`, `commit:after`. Orders come by a file (see `orders`).
"""

import os
import re
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
from dbos import DBOS
from slack_sdk.web import WebClient
from sqlalchemy.engine.default import DefaultDialect

from app.cli import main
from tests.chaos.orders import ORDERS, Orders, take, write_line

_LOOK_SECONDS = 0.02
_WRITES = re.compile(r"\s*(INSERT|UPDATE)\b", re.IGNORECASE)
_NO_LIMIT = 0xFFFFFFFE  # SQLite's own


class Fire:
    """Follows the orders. Thread-safe: boundaries are passed on many threads."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        self._known: set[str] = set()
        self._orders, self._left = Orders(), 0

    def watch(self) -> None:
        """Read the orders again and again; without a parent end at once."""
        parent = os.getppid()
        while os.getppid() == parent:
            orders = take(self._path)
            with self._lock:
                if orders != self._orders:
                    self._orders, self._left = orders, orders.count
            time.sleep(_LOOK_SECONDS)
        os._exit(1)

    @property
    def orders(self) -> Orders:
        """The latest."""
        return self._orders

    def passes(self, boundary: str) -> None:
        """The process comes by that boundary, and may not come further."""
        with self._lock:
            if boundary not in self._known:
                self._known.add(boundary)
                write_line(self._path.with_suffix(".passed"), boundary)
            if not self._orders.fits(boundary):
                return
            self._left -= 1
            if self._left > 0:
                return
            self._path.unlink(missing_ok=True)
            number = signal.SIGSTOP if self._orders.stop else signal.SIGKILL
            self._orders = Orders()
            write_line(self._path.with_suffix(f".{number.name.lower()}"), boundary)
            os.kill(os.getpid(), number)

    def around(self, work: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        """The work with a boundary before and one after it; `name` gets its arguments."""

        def worked(*arguments: Any, **options: Any) -> Any:
            told = name(*arguments, **options)
            self.passes(f"{told}:before")
            result = work(*arguments, **options)
            self.passes(f"{told}:after")
            return result

        return worked


def wrap(fire: Fire) -> None:
    """Put the boundaries in."""
    run_step = DBOS.run_step
    steps = fire.around(run_step, lambda options, *_, **__: f"step:{(options or {}).get('name')}")
    setattr(DBOS, "run_step", staticmethod(steps))  # noqa: B010  (mypy: a method is not assigned to)
    calls = fire.around(WebClient.api_call, lambda _, method, **__: f"call:{method}")
    setattr(WebClient, "api_call", calls)  # noqa: B010
    commits = fire.around(DefaultDialect.do_commit, lambda *_: "commit")
    setattr(DefaultDialect, "do_commit", commits)  # noqa: B010


def move_clock(fire: Fire) -> None:
    """Let the process's wall clock be ahead by what the orders say; the monotonic clock stays."""
    real, real_ns = time.time, time.time_ns
    time.time = lambda: real() + fire.orders.clock
    time.time_ns = lambda: real_ns() + round(fire.orders.clock * 1_000_000_000)


_NO_SPACE = """DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'
    USING ERRCODE = 'disk_full'; END $$"""


def fill_disk(fire: Fire) -> None:
    """While the orders say so, SQLite answers "database or disk is full" to whatever needs a new page, and
    PostgreSQL, itself, that no space is left to every statement that would write a row.
    """
    for name in ("execute", "executemany"):
        setattr(psycopg.Cursor, name, _without_space(fire, getattr(psycopg.Cursor, name)))

    def checkout(connection: Any, record: Any, _proxy: Any) -> None:
        if not isinstance(connection, sqlite3.Connection) or record.info.get("full") == fire.orders.full:
            return
        record.info["full"] = fire.orders.full
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if fire.orders.full else _NO_LIMIT
        connection.execute(f"PRAGMA max_page_count = {pages}").fetchone()

    sa.event.listen(sa.Pool, "checkout", checkout)


def _without_space(fire: Fire, work: Callable[..., Any]) -> Callable[..., Any]:
    execute = psycopg.Cursor.execute

    def worked(cursor: Any, statement: Any, *rest: Any, **options: Any) -> Any:
        if fire.orders.full and _WRITES.match(str(statement)):
            return execute(cursor, _NO_SPACE)
        return work(cursor, statement, *rest, **options)

    return worked


if __name__ == "__main__":
    under_fire = Fire(Path(os.environ[ORDERS]))
    wrap(under_fire)
    move_clock(under_fire)
    fill_disk(under_fire)
    threading.Thread(target=under_fire.watch, daemon=True).start()
    sys.exit(main(["serve"]))
