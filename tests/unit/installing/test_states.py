"""States of the OAuth flow: good for one install, for ten minutes, in whichever process."""

import pytest

from app.installing.states import STATE_LIFE_MS, OAuthStates
from app.storage import Database
from tests.unit.given import StillClock


def test_one_that_was_issued_is_good_once(database: Database, clock: StillClock) -> None:
    states = OAuthStates(database, clock)
    state = states.issue()
    assert [states.consume(state), states.consume(state)] == [True, False]


def test_it_is_good_in_another_process(database: Database, clock: StillClock) -> None:
    assert OAuthStates(database, clock).consume(OAuthStates(database, clock).issue())


def test_it_is_good_for_ten_minutes(database: Database, clock: StillClock) -> None:
    states = OAuthStates(database, clock)
    first, second = states.issue(), states.issue()
    clock.forward(STATE_LIFE_MS / 1000 - 1)
    assert states.consume(first)
    clock.forward(1)
    assert not states.consume(second)


@pytest.mark.parametrize("state", ["", "made-up", "%"])
def test_one_that_was_not_issued_is_no_good(database: Database, clock: StillClock, state: str) -> None:
    states = OAuthStates(database, clock)
    states.issue()
    assert not states.consume(state)


def test_no_two_are_the_same(database: Database, clock: StillClock) -> None:
    states = OAuthStates(database, clock)
    assert len({states.issue() for _ in range(5)}) == 5
