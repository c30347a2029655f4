"""The one way a request changes its state: all of it, or nothing."""

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.model.lifecycle import OPEN, TERMINAL, State, may_follow
from app.requests.transitions import mark_stale, move
from app.storage import Database
from app.storage.tables import cards, holds, requests
from tests.unit.given import NOW, ORG, StillClock, filed
from tests.unit.requests.conftest import Office


def go(database: Database, request_id: str, state: State, following: State, org: str = ORG) -> bool:
    with database.write(org) as connection:
        return move(
            connection,
            enterprise_id=org,
            request_id=request_id,
            state=state,
            following=following,
            event=Event.REQUEST_STOPPED,
            actor="drawbridge",
            at=NOW + 5,
            body={"why": "a test"},
            values={"closing": "It was a test."},
        )


@pytest.fixture
def request_id(database: Database, clock: StillClock) -> str:
    return filed(database, clock).id


def test_the_state_the_event_the_card_and_the_values_move_together(office: Office, request_id: str) -> None:
    assert go(office.database, request_id, State.PENDING, State.APPROVED)
    event, actor, body = office.last_event()
    assert (event, actor) == ("request:stopped", "drawbridge")
    assert body == {"from": "pending", "to": "approved", "why": "a test"}
    with office.database.read() as connection:
        request = connection.execute(sa.select(requests)).one()
        card = connection.execute(sa.select(cards)).one()
    assert (request.state, request.closing, request.finished_at) == ("approved", "It was a test.", None)
    assert (card.wanted, card.due_at) == (2, NOW + 5)


def test_a_move_the_table_does_not_know_is_a_mistake_of_ours(sqlite: Database) -> None:
    forbidden = [
        (state, following) for state in State for following in State if not may_follow(state, following)
    ]
    for state, following in forbidden:
        with pytest.raises(ValueError, match="cannot be followed by"):
            go(sqlite, "R7K3QF2WXA", state, following)


def test_from_another_state_nothing_moves_and_nothing_is_written(office: Office, request_id: str) -> None:
    before = office.events()
    assert not go(office.database, request_id, State.APPROVED, State.EXECUTING)
    assert not go(office.database, request_id, State.PENDING, State.APPROVED, org="E0OTHER001")
    assert not go(office.database, "R0NOBODY01", State.PENDING, State.APPROVED)
    assert (office.events(), office.state(request_id)) == (before, "pending")


@pytest.mark.parametrize("following", [state for state in State if may_follow(State.EXECUTING, state)])
def test_targets_are_let_go_exactly_when_nothing_can_follow(
    database: Database, request_id: str, following: State
) -> None:
    with database.write(ORG) as connection:
        connection.execute(requests.update().values(state="executing"))
    assert go(database, request_id, State.EXECUTING, following)
    with database.read() as connection:
        held = len(connection.execute(sa.select(holds)).all())
        finished = connection.scalar(sa.select(requests.c.finished_at))
    assert (held, finished) == ((1, None) if following in OPEN else (0, NOW + 5))
    assert (following in OPEN) != (following in TERMINAL)


def test_given_an_error_after_the_move_nothing_of_it_stays(office: Office, request_id: str) -> None:
    before = office.events()
    with pytest.raises(RuntimeError), office.database.write(ORG) as connection:
        arguments = {"enterprise_id": ORG, "request_id": request_id, "actor": "drawbridge", "at": NOW}
        move(
            connection,
            state=State.PENDING,
            following=State.CANCELLED,
            event=Event.REQUEST_CANCELLED,
            **arguments,  # type: ignore[arg-type]
        )
        raise RuntimeError
    assert (office.events(), office.state(request_id)) == (before, "pending")


def test_a_card_that_rests_is_not_hurried(database: Database, request_id: str) -> None:
    with database.write(ORG) as connection:
        connection.execute(cards.update().values(due_at=NOW + 1500))
        mark_stale(connection, request_id, NOW + 10)
        card = connection.execute(sa.select(cards)).one()
    assert (card.due_at, card.wanted) == (NOW + 1500, 2)
