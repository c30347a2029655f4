"""Databases for tests: SQLite files, and a PostgreSQL server from a wheel."""

import itertools
from pathlib import Path

from localslack.cluster.postgres import Postgres

__all__ = ["Postgres", "sqlite_url"]

_numbers = itertools.count(1)


def sqlite_url(folder: Path) -> str:
    """The URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{folder / f'drawbridge-{next(_numbers)}.db'}"
