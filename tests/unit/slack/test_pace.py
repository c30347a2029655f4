"""Pace: calls evenly spaced by one row in the database, whoever draws on it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from app.slack.methods import METHODS
from app.slack.pace import Lane, Pace
from app.storage import Database
from tests.unit.given import ORG

TWENTY = "usergroups.list"  # a minute: one each three seconds
ONE = "team.externalTeams.disconnect"


def waits(pace: Pace, number: int, lane: Lane = Lane.BACKGROUND, method: str = TWENTY) -> list[float]:
    return [pace.reserve(ORG, method, lane) for _ in range(number)]


def about(*seconds: float) -> object:
    return pytest.approx(list(seconds), abs=1)


@pytest.fixture
def pace(database: Database) -> Pace:
    return Pace(database, 1)


def test_given_a_free_method_the_first_call_goes_at_once_and_the_others_follow_evenly(pace: Pace) -> None:
    assert waits(pace, 4) == about(0, 3, 6, 9)


def test_each_interval_is_at_least_the_documented_one(pace: Pace) -> None:
    assert all(later - earlier > 2.8 for earlier, later in pairwise(waits(pace, 10)))


def test_a_waiting_person_may_run_a_little_ahead_and_then_waits_too(pace: Pace) -> None:
    assert waits(pace, 8, Lane.INTERACTIVE) == about(0, 0, 0, 0, 0, 0, 3, 6)


def test_a_waiting_person_does_not_queue_behind_an_execution(pace: Pace) -> None:
    assert waits(pace, 3, Lane.EXECUTION) == about(0, 0, 0)
    assert waits(pace, 2, Lane.INTERACTIVE) == about(0, 0)
    assert waits(pace, 1, Lane.EXECUTION) == about(9)
    assert waits(pace, 1, Lane.BACKGROUND) == about(18)


def test_what_may_be_called_once_a_minute_is_never_called_ahead(pace: Pace) -> None:
    assert waits(pace, 3, Lane.INTERACTIVE, ONE) == about(0, 60, 120)


def test_each_method_and_each_organization_has_a_budget_of_its_own(pace: Pace) -> None:
    waits(pace, 5)
    assert pace.reserve(ORG, "usergroups.users.list", Lane.BACKGROUND) == 0
    assert pace.reserve("E0OTHER001", TWENTY, Lane.BACKGROUND) == 0


@pytest.mark.parametrize("method", [name for name, spec in METHODS.items() if spec.per_minute == 0])
def test_a_method_without_a_tier_is_always_free(pace: Pace, method: str) -> None:
    pace.hold_off(ORG, method, 60)
    assert waits(pace, 3, Lane.BACKGROUND, method) == [0, 0, 0]


def test_given_a_faster_clock_on_the_other_side_every_interval_shrinks(database: Database) -> None:
    assert waits(Pace(database, 60), 3, Lane.EXECUTION, ONE) == about(0, 1, 2)


class TestRetryAfter:
    @pytest.mark.parametrize("lane", Lane)
    def test_nobody_calls_before_then_in_any_lane(self, pace: Pace, lane: Lane) -> None:
        waits(pace, 1, lane)
        pace.hold_off(ORG, TWENTY, 40)
        assert all(wait > 39 for wait in waits(pace, 3, lane))

    @pytest.mark.parametrize("lane", Lane)
    def test_nor_when_the_method_was_never_called(self, pace: Pace, lane: Lane) -> None:
        pace.hold_off(ORG, ONE, 40)
        assert waits(pace, 1, lane, ONE) == about(40)

    def test_a_waiting_person_is_the_first_again(self, pace: Pace) -> None:
        pace.hold_off(ORG, TWENTY, 40)
        assert waits(pace, 1, Lane.INTERACTIVE) == about(40)

    def test_a_shorter_one_does_not_undo_a_longer_one(self, pace: Pace) -> None:
        pace.hold_off(ORG, TWENTY, 40)
        pace.hold_off(ORG, TWENTY, 5)
        assert waits(pace, 1, Lane.INTERACTIVE)[0] > 39

    def test_it_does_not_bring_forward_what_is_already_taken(self, pace: Pace) -> None:
        waits(pace, 30)
        pace.hold_off(ORG, TWENTY, 1)
        assert waits(pace, 1)[0] > 85

    def test_it_concerns_that_method_only(self, pace: Pace) -> None:
        pace.hold_off(ORG, TWENTY, 40)
        assert pace.reserve(ORG, ONE, Lane.BACKGROUND) == 0


def test_given_two_processes_and_many_threads_no_moment_is_taken_twice(database: Database) -> None:
    second = Database(database.url)
    processes = (Pace(database, 1), Pace(second, 1))
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: waits(processes[number % 2], 5), range(8)))
    second.close()
    taken = sorted(wait for own in found for wait in own)
    assert taken == pytest.approx([3 * number for number in range(40)], abs=1.4)
