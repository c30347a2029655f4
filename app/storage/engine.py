"""One database, SQLite or PostgreSQL, opened so that writers queue instead of failing."""

import fcntl
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from app.storage.turns import Turns
from app.storage.unstorable import leave_out

IDLE_TRANSACTION_SECONDS = 8
"""After so long PostgreSQL ends a transaction whose process does nothing, and others get at its rows."""


class now_ms(FunctionElement[int]):
    """The database's own clock in Unix milliseconds, so that replicas agree about leases and pace."""

    type = sa.BigInteger()
    inherit_cache = True


@compiles(now_ms, "sqlite")
def _now_sqlite(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(now_ms, "postgresql")
def _now_postgresql(_element: Any, _compiler: Any, **_: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"


def upsert(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT into the table that can take `on_conflict_…`, in the connection's dialect."""
    return {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name](table)


_CHAIN = "drawbridge_chain"
_CHAIN_TURNS = 1  # seed that tells these locks from others of the same text


def has_turn(connection: sa.Connection, chain: str) -> bool:
    """Whether that transaction was opened for writing to that organization's audit chain."""
    return bool(connection.get_execution_options().get(_CHAIN) == chain)


_HURRIED = {"sqlite": "PRAGMA synchronous=NORMAL", "postgresql": "SET LOCAL synchronous_commit = off"}


class SecondProcess(Exception):
    """Another process already serves from this SQLite file; several replicas need PostgreSQL."""


class Database:
    """The engine with two ways in: `read()` and `write()` (one transaction, committed at the end)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._lock: IO[str] | None = None
        self._writing = Turns() if self.sqlite else nullcontext()

    @property
    def sqlite(self) -> bool:
        """Whether this is a SQLite file, which one serving process owns."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection for queries only."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self, chain: str | None = None) -> Iterator[sa.Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        On SQLite the threads of this process take turns, in the order in which they came: none is kept
        waiting by another that writes much, and nobody asks again and again.

        chain: the organization whose audit chain it writes to, wherever in the block. On PostgreSQL such
        transactions take turns from the start. Each waits for the chain's head in any case; one that came to
        it with rows in hand that the other needs would deadlock with it.
        """
        with self._writing, self.engine.begin() as connection:
            if chain is not None:
                connection.execution_options(**{_CHAIN: chain})
                if not self.sqlite:
                    turn = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(chain, _CHAIN_TURNS))
                    connection.execute(sa.select(turn))
            yield connection

    @contextmanager
    def jot(self) -> Iterator[sa.Connection]:
        """One transaction like `write`, that does not wait until it is on disk.

        For what only processes that run need, such as pace: a power cut may undo the last of it, as a whole.
        What `write` commits afterwards is on disk together with everything before it.
        """
        with self._writing, self.engine.connect() as connection:
            try:
                with connection.begin():
                    connection.exec_driver_sql(_HURRIED[connection.dialect.name])
                    yield connection
            finally:
                if self.sqlite:  # elsewhere the setting ends with the transaction
                    connection.exec_driver_sql("PRAGMA synchronous=FULL")

    def claim(self) -> None:
        """Make this process the only one that serves from a SQLite file.

        Raises SecondProcess when another one does. PostgreSQL takes any number of processes.
        """
        path = _sqlite_path(self.url)
        if path is None or self._lock is not None:
            return
        lock = Path(f"{path}.lock").open("w")  # noqa: SIM115  (held for the life of the process)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise SecondProcess(
                f"another process already serves from {path}; stop it, or use PostgreSQL for several replicas"
            ) from error
        self._lock = lock

    def close(self) -> None:
        """Give back every connection and the claim."""
        self.engine.dispose()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def described(self) -> str:
        """The database without its password, for people."""
        shown = re.sub(r"://([^:/@]*):[^@]*@", r"://\1:***@", self.url)
        return re.sub(r"([?&]password=)[^&]*", r"\1***", shown)


def _sqlite_path(url: str) -> str | None:
    return sa.make_url(url).database if url.startswith("sqlite") else None


def _engine(url: str) -> sa.Engine:
    """hide_parameters: what people typed, addresses and OAuth states belong in no error and no log."""
    sqlite = url.startswith("sqlite")
    engine = sa.create_engine(
        url, pool_size=24, max_overflow=24, pool_pre_ping=not sqlite, hide_parameters=True
    )
    leave_out(engine)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    else:
        sa.event.listen(engine, "connect", _prepare_postgresql)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """A process that is stopped amid a transaction keeps its locks no longer than its lease."""
    connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TRANSACTION_SECONDS}s'")
    connection.commit()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Writers wait for each other up to 30 s; a commit is on disk before it counts.

    Each connection keeps half a megabyte of pages (SQLite's default is two, times the whole pool); the
    operating system keeps the file in memory once for all of them.
    """
    connection.isolation_level = "IMMEDIATE"
    for pragma in (
        "journal_mode=WAL",
        "busy_timeout=30000",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-512",
    ):
        connection.execute(f"PRAGMA {pragma}")
