"""Rounds of many calls: what is sent, what is read ahead, when it pauses, rests and is done."""

from collections.abc import Callable
from typing import Any

import pytest

from app.config import PolicyBook
from app.execution import agenda, canary
from app.execution.beginning import Beginning
from app.execution.engine import Engine
from app.execution.feeding import Feeder
from app.execution.looking import Looking
from app.execution.verifying import Verifying
from app.execution.waves import Told, Waves
from app.model.plan import Plan
from app.requests.policies import Policies
from tests.unit.execution.conftest import Bridge, disabling, groups
from tests.unit.given import NOW, ORG, policy
from tests.unit.slack.wire import Turn, error, ok

ROWS = [{"id": f"S0MANY{at:04}", "handle": f"many-{at}", "name": f"Many {at}"} for at in range(8)]
OFF = [{**row, "date_delete": NOW // 1000} for row in ROWS]
LIST, CALL = "usergroups.list", "usergroups.disable"


class NoQueue:
    """Budgets in which every moment is free."""

    def await_turn(self, *_: object) -> bool:
        return True


class Bulk:
    """A bulk of eight on its way, round by round."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        database, clock, calling = bridge.database, bridge.clock, bridge.calling
        engine = Engine(database)
        engine.lease = bridge.lease
        budgets: Any = NoQueue()
        verifying = Verifying(database, bridge.gateway, clock, 1)
        self.waves = Waves(
            database,
            engine,
            Beginning(database, bridge.gateway, Policies(PolicyBook(policy()), database, clock), clock),
            calling,
            Looking(database, calling, verifying, clock),
            Feeder(database, budgets, calling, clock, engine.ending),
            bridge.holding,
            clock,
            1,
        )
        with database.write() as connection:
            agenda.choose_canary(connection, bridge.request.id, 0, canary.SIZE)

    def round(self, *turns: Turn, run: int = 0, setbacks: int = 0) -> tuple[str, float]:
        """One round, in which Slack answers those in that order."""
        self.bridge.lease.beat()
        self.bridge.wire.asked.clear()
        self.bridge.wire.plays(*turns)
        return self.waves.carry(ORG, self.bridge.request.id, run, setbacks)

    def asked(self) -> list[str]:
        """What Slack was asked in the last round."""
        return self.bridge.methods()

    def outcomes(self) -> list[str | None]:
        """What became of the items."""
        return [outcome for outcome, _ in self.bridge.outcomes()]


@pytest.fixture
def bulk(carry_out: Callable[[Plan], Bridge]) -> Bulk:
    return Bulk(carry_out(disabling(*ROWS)))


def test_one_list_rechecks_all_then_the_first_five_go(bulk: Bulk) -> None:
    assert bulk.round(groups(*ROWS)) == (Told.MORE, 0.0)
    assert bulk.asked() == [LIST]
    assert bulk.round(*[ok()] * 5) == (Told.MORE, 0.0)
    assert bulk.asked() == [CALL] * 5
    assert bulk.outcomes() == ["accepted"] * 5 + [None] * 3


def test_the_others_follow_once_the_first_are_proved(bulk: Bulk) -> None:
    bulk.round(groups(*ROWS))
    bulk.round(*[ok()] * 5)
    told, pause = bulk.round()
    assert (told, bulk.asked()) == (Told.MORE, [])
    assert 0 < pause <= 1, "the effect has its time to show"
    bulk.bridge.clock.forward(pause)
    bulk.round(groups(*OFF[:5], *ROWS[5:]))
    assert bulk.outcomes() == ["verified"] * 5 + [None] * 3
    bulk.round(*[ok()] * 3)
    assert bulk.asked() == [CALL] * 3
    bulk.bridge.clock.forward(1)
    bulk.round(groups(*OFF))
    assert bulk.round() == (Told.DONE, 0.0)


def test_a_failure_among_the_first_pauses_and_the_run_comes_to_rest(bulk: Bulk) -> None:
    bulk.round(groups(*ROWS))
    bulk.round(*[error("no_such_subteam")] * 5)
    assert bulk.round() == (Told.MORE, 0.0)
    assert bulk.bridge.stored().state.value == "paused"
    assert "5 of the first 5" in (bulk.bridge.stored().closing or "")
    assert bulk.round() == (Told.OVER, 0.0)
    assert bulk.bridge.stored().runs == 1
    assert bulk.outcomes() == ["failed"] * 5 + [None] * 3


def test_a_run_that_is_over_does_nothing(bulk: Bulk) -> None:
    bulk.bridge.set(runs=1)
    assert bulk.round() == (Told.OVER, 0.0)


def test_a_call_slack_did_not_carry_out_ends_the_feeding_and_comes_again(bulk: Bulk) -> None:
    bulk.round(groups(*ROWS))
    told, pause = bulk.round(*[error("ratelimited", 429, retry_after="7")] * 5, setbacks=2)
    assert (told, pause) == (Told.SETBACK, 4.0)
    assert bulk.outcomes() == [None] * 8


def test_when_slack_cannot_be_read_it_tries_later_and_pauses_in_the_end(bulk: Bulk) -> None:
    away = [error("internal_error")] * 5
    assert bulk.round(*away, setbacks=3) == (Told.SETBACK, 8.0)
    assert bulk.round(*away, setbacks=30) == (Told.MORE, 0.0)
    assert bulk.bridge.stored().state.value == "paused"


def test_what_a_person_must_put_right_before_reading_pauses_at_once(bulk: Bulk) -> None:
    assert bulk.round(error("missing_scope"), *[error("missing_scope")] * 8) == (Told.MORE, 0.0)
    assert bulk.bridge.stored().state.value == "paused"
    assert bulk.outcomes() == [None] * 8


def test_a_call_a_dead_process_left_is_looked_at_before_anything_is_repeated(bulk: Bulk) -> None:
    bulk.round(groups(*ROWS))
    bulk.bridge.put_call(state="sent", executor="executor-dead")
    bulk.bridge.clock.forward(61)
    bulk.round(groups(OFF[0], *ROWS[1:]), groups(OFF[0], *ROWS[1:]))
    assert set(bulk.asked()) == {LIST}
    assert bulk.outcomes()[0] == "verified"
