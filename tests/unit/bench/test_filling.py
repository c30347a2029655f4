"""A database filled with requests of many years: as many as asked for, and such as the app makes."""

from collections import Counter

import pytest
import sqlalchemy as sa

from app.model.lifecycle import TERMINAL, State
from app.requests import lists, records
from app.storage import Database
from app.storage.tables import items, requests
from bench.rig.filing import ORG
from bench.rig.filling import PENDING, fill
from tests.unit.given import NOW

TOTAL = 400


@pytest.fixture
def filled(database: Database) -> Database:
    done: list[int] = []
    fill(database, TOTAL, NOW, done.append)
    assert done == [TOTAL]
    return database


def test_as_many_as_asked_for_and_fifty_of_them_undecided(filled: Database) -> None:
    with filled.read() as connection:
        states = Counter(connection.scalars(sa.select(requests.c.state)))
        ended = connection.scalar(sa.select(sa.func.count()).where(requests.c.finished_at.is_not(None)))
    assert states.total() == TOTAL
    assert states[State.PENDING] == PENDING
    assert {State(name) for name in states} - {State.PENDING} <= TERMINAL
    assert ended == TOTAL - PENDING


def test_the_app_reads_them_as_its_own(filled: Database) -> None:
    with filled.read() as connection:
        newest, *_ = lists.latest(connection, ORG)
        done, *_ = lists.finished(connection, ORG)
        found = [records.record(connection, ORG, line.id) for line in (newest, done)]
    assert [record.request.state for record in found if record] == [State.PENDING, done.state]
    assert all(record.results.worst and record.request.plan.items for record in found if record)
    assert found[1] is not None
    assert found[1].request.expires_at > found[1].request.filed_at


def test_some_of_them_have_many_items(filled: Database) -> None:
    each = sa.select(sa.func.count()).select_from(items).group_by(items.c.request_id)
    with filled.read() as connection:
        sizes = Counter(connection.scalars(each))
    assert set(sizes) == {1, 10, 500}


def test_a_filled_database_keeps_its_writes_again(filled: Database) -> None:
    if not filled.sqlite:
        return
    with filled.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
