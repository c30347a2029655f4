"""Pace: the budgets in the database, on which everybody draws. Their rules are tested with `budget`."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from app.slack.budget import HEADROOM
from app.slack.methods import METHODS
from app.slack.pace import Lane, Pace
from app.storage import Database
from tests.unit.given import ORG

TWENTY = "usergroups.list"  # a minute: one each three seconds
ONE = "team.externalTeams.disconnect"
GAP = 3 * HEADROOM


class Hands:
    """A clock that is set by hand, Unix milliseconds."""

    def __init__(self) -> None:
        self.now = 1_790_000_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def pace(database: Database, hands: Hands) -> Pace:
    return Pace(database, 1, clock=hands)


def goes(pace: Pace, hands: Hands, lane: Lane = Lane.EXECUTION, method: str = TWENTY) -> float:
    """Wait for the next turn; answers its moment in seconds."""
    turn = pace.turn(ORG, method, lane)
    while not turn.taken:
        hands.now += turn.wait * 1000
        turn = pace.turn(ORG, method, lane, turn.place)
    hands.now += turn.wait * 1000
    return hands.now / 1000


def test_given_a_free_method_the_first_call_goes_at_once_and_the_others_follow_evenly(
    pace: Pace, hands: Hands
) -> None:
    began = hands.now / 1000
    moments = [goes(pace, hands) for _ in range(10)]
    assert moments[0] == began
    assert [later - earlier for earlier, later in pairwise(moments)] == pytest.approx([GAP] * 9, abs=0.01)


def test_it_goes_by_the_databases_clock(database: Database) -> None:
    pace = Pace(database, 1)
    assert pace.turn(ORG, TWENTY, Lane.EXECUTION).taken
    turn = pace.turn(ORG, TWENTY, Lane.EXECUTION)
    assert not turn.taken
    assert turn.wait == pytest.approx(GAP, abs=1)


def test_what_one_process_took_the_other_knows(pace: Pace, database: Database, hands: Hands) -> None:
    other = Pace(database, 1, clock=hands)
    first = goes(pace, hands)
    assert goes(other, hands) - first == pytest.approx(GAP, abs=0.01)


def test_a_person_goes_at_once_though_a_bulk_has_long_been_drawing(pace: Pace, hands: Hands) -> None:
    for _ in range(30):
        goes(pace, hands)
    for _ in range(50):
        assert not pace.turn(ORG, TWENTY, Lane.EXECUTION).taken
    turns = [pace.turn(ORG, TWENTY, Lane.INTERACTIVE) for _ in range(3)]
    assert all(turn.taken and turn.wait == 0 for turn in turns)


def test_each_method_and_each_organization_has_a_budget_of_its_own(pace: Pace) -> None:
    pace.turn(ORG, TWENTY, Lane.EXECUTION)
    assert pace.turn(ORG, "usergroups.users.list", Lane.BACKGROUND).taken
    assert pace.turn("E0OTHER001", TWENTY, Lane.BACKGROUND).taken


@pytest.mark.parametrize("method", [name for name, spec in METHODS.items() if spec.per_minute == 0])
def test_a_method_without_a_tier_is_always_free(pace: Pace, method: str) -> None:
    pace.hold_off(ORG, method, 60)
    turns = [pace.turn(ORG, method, Lane.BACKGROUND) for _ in range(3)]
    assert all(turn.taken and turn.wait == 0 for turn in turns)


def test_given_a_faster_clock_on_the_other_side_every_interval_shrinks(
    database: Database, hands: Hands
) -> None:
    fast = Pace(database, 60, clock=hands)
    moments = [goes(fast, hands, method=ONE) for _ in range(3)]
    assert moments[2] - moments[0] == pytest.approx(2 * HEADROOM, abs=0.01)


class TestRetryAfter:
    @pytest.mark.parametrize("lane", Lane)
    @pytest.mark.parametrize("method", [TWENTY, ONE])
    def test_nobody_calls_before_then_in_any_lane(
        self, pace: Pace, hands: Hands, lane: Lane, method: str
    ) -> None:
        began = hands.now / 1000
        pace.hold_off(ORG, method, 40)
        assert goes(pace, hands, lane, method) - began >= 40

    def test_it_concerns_that_method_only(self, pace: Pace) -> None:
        pace.hold_off(ORG, TWENTY, 40)
        assert pace.turn(ORG, ONE, Lane.BACKGROUND).wait == 0

    def test_the_other_process_holds_off_too_and_slows_down_with_this_one(
        self, pace: Pace, database: Database, hands: Hands
    ) -> None:
        for _ in range(2):
            pace.hold_off(ORG, TWENTY, 1)
            hands.now += 30_000
        other = Pace(database, 1, clock=hands)
        first = goes(other, hands)
        assert goes(other, hands) - first == pytest.approx(GAP / 0.7, abs=0.01)


def test_given_a_policy_that_says_adaptive_the_pace_rises_with_use_and_is_remembered(
    database: Database, hands: Hands
) -> None:
    pace = Pace(database, 1, adaptive=lambda _, method: method == TWENTY, clock=hands)
    for _ in range(200):
        goes(pace, hands)
    first = goes(Pace(database, 1, adaptive=lambda *_: True, clock=hands), hands)
    assert goes(pace, hands) - first < GAP / 1.5


def test_given_two_processes_and_many_threads_no_moment_is_taken_twice(database: Database) -> None:
    second = Database(database.url)
    processes = (Pace(database, 1), Pace(second, 1))
    with ThreadPoolExecutor(8) as threads:
        turns = list(
            threads.map(lambda number: processes[number % 2].turn(ORG, TWENTY, Lane.INTERACTIVE), range(40))
        )
    second.close()
    waits = sorted(turn.wait for turn in turns)
    at_once = 7  # a few ahead, a few made up for
    assert all(turn.taken for turn in turns)
    assert waits[at_once:] == pytest.approx([GAP * number for number in range(1, 41 - at_once)], abs=1.4)
