"""Lists of requests: the right ones, in order, and read without touching all the others."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from app.execution.homes import Homes
from app.execution.projector import Projector
from app.model.lifecycle import State
from app.operations import OPERATIONS
from app.requests import lists
from app.requests.expiry import Expiry
from app.requests.overview import gathered
from app.storage import Database
from app.storage.migrate import migrate
from app.storage.tables import requests
from tests.support.databases import sqlite_url
from tests.unit.given import ANA, BEN, NOW, ORG, StillClock, filed, item, plan, policy, somebody

GROWING = ("requests", "items", "decisions", "cards", "notices", "calls", "audit_events")
"""Tables that only ever get longer: no loop and no list may read one of them from end to end."""


def new(database: Database, clock: StillClock, number: int, state: State = State.PENDING) -> str:
    """A request filed a minute after the one before, in that state."""
    clock.forward(60)
    request = filed(database, clock, plan(item(f"T0ACME{number:04}")))
    over = clock.at if state not in (State.PENDING, State.EXECUTING) else None
    with database.write() as connection:
        changed = requests.update().where(requests.c.id == request.id)
        connection.execute(changed.values(state=state.value, finished_at=over))
    return request.id


class TestWhatIsListed:
    def test_the_latest_come_first(self, database: Database, clock: StillClock) -> None:
        ids = [new(database, clock, number) for number in range(3)]
        with database.read() as connection:
            found = lists.latest(connection, ORG)
            assert [line.id for line in found] == ids[::-1]
            assert [line.id for line in lists.latest(connection, ORG, most=1)] == ids[2:]
        assert found[0].headline == "Disconnect Acme: 5 conversations end"
        assert (found[0].requester_id, found[0].state, found[0].finished_at) == (ANA, State.PENDING, None)

    def test_only_those_in_a_state_or_of_a_requester(self, database: Database, clock: StillClock) -> None:
        pending, done = new(database, clock, 1), new(database, clock, 2, State.SUCCEEDED)
        with database.read() as connection:
            assert [line.id for line in lists.latest(connection, ORG, state=State.PENDING)] == [pending]
            assert [line.id for line in lists.latest(connection, ORG, requester_id=ANA)] == [done, pending]
            assert lists.latest(connection, ORG, requester_id=BEN) == []
            assert lists.latest(connection, "E0OTHER0001") == []
            assert lists.pending(connection, ORG) == 1

    def test_results_are_listed_by_when_they_ended(self, database: Database, clock: StillClock) -> None:
        first, second = (new(database, clock, number, State.SUCCEEDED) for number in range(2))
        new(database, clock, 3, State.EXECUTING)
        with database.write() as connection:
            late = requests.update().where(requests.c.id == first)
            connection.execute(late.values(finished_at=clock.at + 1))
        with database.read() as connection:
            assert [line.id for line in lists.finished(connection, ORG)] == [first, second]


@pytest.fixture
def sqlite(tmp_path: Any) -> Iterator[Database]:
    database = Database(sqlite_url(tmp_path))
    migrate(database)
    yield database
    database.close()


@contextmanager
def plans_of(database: Database) -> Iterator[list[tuple[str, list[str]]]]:
    """What SQLite would read for each query of the block, filled in when it ends."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    told: list[tuple[str, list[str]]] = []
    sa.event.listen(database.engine, "before_cursor_execute", note)
    yield told
    sa.event.remove(database.engine, "before_cursor_execute", note)
    with database.read() as connection:
        for statement, parameters in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            told.append((statement, [str(row.detail) for row in rows]))


def history(database: Database, clock: StillClock) -> None:
    with database.read() as connection:
        lists.latest(connection, ORG)
        lists.latest(connection, ORG, state=State.PENDING)
        lists.pending(connection, ORG)


def home(database: Database, clock: StillClock) -> None:
    with database.read() as connection:
        decides = dict.fromkeys(OPERATIONS, frozenset({f"user:{BEN}"}))
        gathered(connection, policy(), ORG, somebody(BEN), decides, clock.at, 0)


def loops(database: Database, clock: StillClock) -> None:
    nothing: Any = None
    Projector(database, nothing, nothing, nothing, "worker", clock, 1).run_once()
    Homes(database, nothing, nothing, "worker", clock, 1).run_once()
    Expiry(database, clock).run_once()


@pytest.mark.parametrize("look", [history, home, loops])
def test_nothing_that_is_looked_at_often_reads_a_whole_table(
    look: Callable[[Database, StillClock], None], sqlite: Database
) -> None:
    with plans_of(sqlite) as plans:
        look(sqlite, StillClock(NOW))
    assert plans
    for statement, steps in plans:
        read = [step for step in steps if any(f"SCAN drawbridge_{table}" in step for table in GROWING)]
        assert read == [], statement
        if "FROM drawbridge_requests" in statement and "LIMIT" in statement:
            assert "USE TEMP B-TREE FOR ORDER BY" not in steps, statement
