"""The figures a scrape reads from the database: right, cheap however much there is, and kept for a while."""

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry, generate_latest

from app.execution.lease import Lease
from app.gauges import Gauges
from app.model.lifecycle import State
from app.slack.pace import Lane, Pace
from app.storage import Database
from app.storage.tables import cards, requests
from tests.unit.given import ORG, StillClock, filed


def exposed(gauges: Gauges) -> dict[str, float]:
    registry = CollectorRegistry()
    registry.register(gauges)
    lines = generate_latest(registry).decode().splitlines()
    return {name: float(value) for name, value in (x.rsplit(" ", 1) for x in lines if x[0] != "#")}


def test_open_requests_and_queues_with_their_age(database: Database, clock: StillClock) -> None:
    filed(database, clock)
    Lease(database, "living").beat()
    Pace(database, 1).turn(ORG, "usergroups.list", Lane.EXECUTION)
    clock.at += 90_000
    found = exposed(Gauges(database, clock))
    assert found['drawbridge_requests{state="pending"}'] == 1
    assert found['drawbridge_requests{state="executing"}'] == 0
    assert found['drawbridge_queue_depth{queue="cards"}'] == 1
    assert found['drawbridge_queue_oldest_seconds{queue="cards"}'] == 90
    assert found['drawbridge_queue_depth{queue="notices"}'] == 0
    assert found["drawbridge_replicas"] == 1
    assert found[f'drawbridge_pace_ratio{{enterprise="{ORG}",method="usergroups.list"}}'] == 1
    assert found["drawbridge_database_up"] == 1


def test_they_are_read_again_only_after_ten_seconds(database: Database, clock: StillClock) -> None:
    gauges = Gauges(database, clock)
    assert exposed(gauges)['drawbridge_requests{state="pending"}'] == 0
    filed(database, clock)
    assert exposed(gauges)['drawbridge_requests{state="pending"}'] == 0
    clock.at += 10_000
    assert exposed(gauges)['drawbridge_requests{state="pending"}'] == 1


def test_given_no_database_that_is_what_they_say(
    database: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise sa.exc.OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(database, "read", away)
    assert exposed(Gauges(database, clock)) == {"drawbridge_database_up": 0}


def test_no_figure_looks_at_every_row(sqlite: Database, clock: StillClock) -> None:
    asked: list[str] = []

    @sa.event.listens_for(sqlite.engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    exposed(Gauges(sqlite, clock))
    tables = [table.name for table in (requests, cards)] + ["drawbridge_notices"]
    big = [statement for statement in asked if any(name in statement for name in tables)]
    assert len(big) == 5
    with sqlite.read() as connection:
        for statement in big:
            number = statement.count("?")
            cursor = connection.connection.cursor()
            plan = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", [State.PENDING.value] * number)
            steps = " ".join(str(row[3]) for row in plan.fetchall())
            assert "SEARCH" in steps and "SCAN drawbridge" not in steps, (statement, steps)
