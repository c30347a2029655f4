"""Fixtures every test may use: a database of either kind, migrated and empty."""

import warnings
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import settings

from app.storage import Database
from app.storage.migrate import migrate
from tests.support.databases import Postgres, sqlite_url

KINDS = ("sqlite", "postgresql")

settings.register_profile("drawbridge", deadline=None)  # how long an example takes is no property of ours
settings.load_profile("drawbridge")


@pytest.hookimpl(wrapper=True)
def pytest_report_to_serializable() -> Generator[None, Any, Any]:
    """What a worker reports, with lone surrogates escaped: hostile text that was logged or compared cannot be
    sent as it is, and would end the whole run.
    """
    return _sendable((yield))


def _sendable(found: Any) -> Any:
    if isinstance(found, str):
        return found.encode("utf-8", "backslashreplace").decode()
    if isinstance(found, dict):
        return {_sendable(key): _sendable(value) for key, value in found.items()}
    if isinstance(found, list | tuple):
        return type(found)(map(_sendable, found))
    return found


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole run, in a folder that another run of pytest does not touch.

    Each run takes everybody else's rights from pytest's own folder, and root's server has a user of its own.
    """
    with TemporaryDirectory(prefix="drawbridge-tests-") as folder:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns about a missing XDG_RUNTIME_DIR
            server = Postgres(Path(folder) / "postgres")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], str]:
    """Makes URLs of new, empty databases of the kind asked for."""

    def new(kind: str) -> str:
        if kind == "sqlite":
            return sqlite_url(tmp_path_factory.mktemp("database"))
        server: Postgres = request.getfixturevalue("postgres")
        return server.new()

    return new


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, new_database: Callable[[str], str]) -> Iterator[Database]:
    """An empty, migrated database, once of each kind."""
    found = Database(new_database(request.param))
    migrate(found)
    yield found
    found.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    return tmp_path
