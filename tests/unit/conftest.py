"""Fixtures of the unit tests. There are hundreds: a database is copied or emptied, not made anew."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.storage import Database
from app.storage.migrate import migrate
from app.storage.tables import audit_events, metadata
from tests.conftest import KINDS
from tests.support.databases import sqlite_url
from tests.unit.given import StillClock


@pytest.fixture
def clock() -> StillClock:
    """A clock that stands still until it is moved."""
    return StillClock()


@pytest.fixture(scope="session")
def sqlite_file(new_database: Callable[[str], str]) -> Path:
    """A migrated SQLite file, to be copied."""
    template = Database(new_database("sqlite"))
    migrate(template)
    template.close()
    return Path(template.url.removeprefix("sqlite:///"))


@pytest.fixture(scope="session")
def postgresql(new_database: Callable[[str], str]) -> Iterator[Database]:
    """A migrated PostgreSQL database, to be emptied after each test."""
    found = Database(new_database("postgresql"))
    migrate(found)
    yield found
    found.close()


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database, once of each kind."""
    if request.param == "sqlite":
        yield from _copied(sqlite_file, tmp_path)
        return
    found: Database = request.getfixturevalue("postgresql")
    yield found
    _empty(found)


@pytest.fixture
def sqlite(sqlite_file: Path, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated SQLite database, where the kind makes no difference."""
    yield from _copied(sqlite_file, tmp_path)


def _copied(file: Path, folder: Path) -> Iterator[Database]:
    found = Database(sqlite_url(folder))
    shutil.copy(file, found.url.removeprefix("sqlite:///"))
    yield found
    found.close()


def _empty(database: Database) -> None:
    """Delete every row, the log's too: only a superuser's replication role gets past its triggers."""
    statements = [
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in metadata.tables),
        f"ALTER TABLE {audit_events.name} ENABLE TRIGGER USER",
    ]
    with database.write() as connection:
        connection.execute(sa.text("; ".join(statements)))
