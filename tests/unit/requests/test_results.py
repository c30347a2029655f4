"""What has become of a request's items, counted by the database."""

from collections.abc import Sequence

import pytest

from app.model.lifecycle import Outcome
from app.model.results import KEPT, WORST_FIRST, ItemState, Results
from app.requests import records
from app.storage import Database
from app.storage.tables import items
from tests.unit.given import record

REQUEST = "R7K3QF2WXA"


def stored(database: Database, outcomes: Sequence[Outcome | None]) -> None:
    """Items of a request with those outcomes."""
    rows = [
        {"request_id": REQUEST, "position": at, "key": f"T{at:04}", "label": "Acme", "outcome": outcome}
        for at, outcome in enumerate(outcomes)
    ]
    with database.engine.connect() as connection:
        if database.sqlite:
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        connection.commit()
        connection.execute(items.insert(), rows)
        connection.commit()
        connection.invalidate()


@pytest.mark.parametrize("number", [1, KEPT - 1, KEPT, KEPT + 1, 500])
def test_the_database_counts_and_ranks_like_one_who_has_all_items_at_hand(
    database: Database, number: int
) -> None:
    kinds = [None, *Outcome]
    outcomes = [kinds[(at * 7) % len(kinds)] for at in range(number)]
    stored(database, outcomes)
    with database.read() as connection:
        found, every = records.results(connection, REQUEST), records.item_states(connection, REQUEST)
    assert found == Results.of(every)
    assert [state.outcome for state in every] == outcomes


def test_no_more_items_are_read_than_a_card_can_show(database: Database) -> None:
    stored(database, [Outcome.VERIFIED] * 300 + [Outcome.FAILED])
    with database.read() as connection:
        found = records.results(connection, REQUEST)
    assert (found.number, len(found.worst), found.worst[0].outcome) == (301, KEPT, Outcome.FAILED)


def test_what_was_proved_comes_in_the_plans_order(database: Database) -> None:
    stored(database, [Outcome.VERIFIED, Outcome.FAILED, None, Outcome.VERIFIED])
    with database.read() as connection:
        assert records.proved(connection, REQUEST) == ("T0000", "T0003")


def test_nothing_is_missing_from_the_order_of_outcomes() -> None:
    assert set(WORST_FIRST) == {None, *Outcome}


def test_a_request_without_items_has_no_results() -> None:
    assert (Results.of([]).number, Results({}).waiting, record().results.waiting) == (0, 0, 1)
    assert Results.of([ItemState(0, "T1", "Acme", None, None, None)]).tally == {None: 1}
