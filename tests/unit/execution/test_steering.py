"""Pause, resume and stop: who may, what is written down, and what becomes of the items."""

from collections.abc import Callable
from typing import Any

import pytest

from app.audit.events import Event
from app.config import PolicyBook
from app.execution import ledger, sending
from app.execution.resting import Resting
from app.execution.steering import Steered, Steering
from app.model.lifecycle import Outcome
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.requests.admin_channel import AdminChannels
from app.requests.deciding import Deciding
from app.requests.policies import Policies
from app.requests.verdicts import Click
from tests.unit.execution.conftest import DBA, OPS, Bridge, disabling
from tests.unit.given import ANA, BEN, NOW, ORG, Town, policy, somebody

EVE = "W0EVE00001"


@pytest.fixture
def town() -> Town:
    return Town(somebody(ANA), somebody(BEN), somebody(EVE))


@pytest.fixture
def bridge(carry_out: Callable[[Plan], Bridge]) -> Bridge:
    """Two groups to disable."""
    return carry_out(disabling(OPS, DBA))


def steering(bridge: Bridge) -> Steering:
    policies = Policies(PolicyBook(policy()), bridge.database, bridge.clock)
    policies.resolve(Town(somebody(ANA), somebody(BEN), somebody("W0CHLOE001")))
    channels = AdminChannels(bridge.database, policies, bridge.clock)
    deciding = Deciding(bridge.database, policies, channels, bridge.clock)
    return Steering(bridge.database, policies, channels, deciding, bridge.holding, bridge.clock)


def press(bridge: Bridge, town: Town, verb: str, who: str = BEN) -> Steered | Refusal:
    act: Any = getattr(steering(bridge), verb)
    told: Steered | Refusal = act(Click(ORG, bridge.request.id, who, "1.2", "3.4"), town)
    return told


def test_an_approver_pauses_it_and_the_deadline_begins(bridge: Bridge, town: Town) -> None:
    assert isinstance(press(bridge, town, "pause"), Steered)
    stored = bridge.stored()
    assert (stored.state.value, stored.paused_at) == ("paused", NOW)
    assert stored.resume_by == NOW + stored.execute_within_ms
    assert "paused it." in (stored.closing or "")
    assert bridge.events() == [Event.REQUEST_PAUSED]
    assert bridge.body()["proof"]["principals"] == [f"user:{BEN}"]


def test_it_is_resumed_by_somebody_else_and_a_few_go_first(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "pause")
    assert Resting(bridge.database, bridge.clock).rest(ORG, bridge.request.id, 0)
    told = press(bridge, town, "resume")
    assert isinstance(told, Steered)
    assert told.run == 1
    assert (bridge.stored().state.value, bridge.stored().closing) == ("executing", None)
    assert [row.canary for row in bridge.calls()] == [1, 1]


def test_before_it_has_come_to_rest_the_same_run_goes_on(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "pause")
    told = press(bridge, town, "resume")
    assert isinstance(told, Steered)
    assert told.run == 0
    assert not Resting(bridge.database, bridge.clock).rest(ORG, bridge.request.id, 0)


def test_stopped_the_rest_is_skipped_and_what_is_out_is_left_to_its_answer(
    bridge: Bridge, town: Town
) -> None:
    with bridge.database.write(ORG) as connection:
        sending.mark_sent(connection, bridge.request, bridge.call, "executor-one", (), NOW)
    assert isinstance(press(bridge, town, "stop"), Steered)
    assert bridge.outcomes() == [(None, None), ("skipped", "stopped")]
    assert [row.state for row in bridge.calls()] == ["sent", "dropped"]
    assert (bridge.stored().state.value, bridge.stored().stopped_by) == ("executing", BEN)
    assert Event.REQUEST_STOPPING in bridge.events()


def test_a_paused_one_is_stopped_too(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "pause")
    assert isinstance(press(bridge, town, "stop"), Steered)
    assert bridge.stored().state.value == "executing", "it ends by itself, once what is out is proved"
    assert [outcome for outcome, _ in bridge.outcomes()] == ["skipped", "skipped"]


def test_nobody_resumes_it_in_time(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "pause")
    assert steering(bridge).lapse() == []
    bridge.clock.forward(bridge.stored().execute_within_ms / 1000)
    (lapsed,) = steering(bridge).lapse()
    assert lapsed.request.id == bridge.request.id
    assert bridge.stored().stopped_by == "drawbridge"
    assert steering(bridge).lapse() == []


@pytest.mark.parametrize(
    ("verb", "who", "code"),
    [
        ("pause", EVE, "not_an_approver"),
        ("stop", EVE, "not_an_approver"),
        ("stop", ANA, "not_an_approver"),
        ("resume", BEN, "moved_on"),
    ],
)
def test_who_may_not_is_told_and_it_is_written_down(
    bridge: Bridge, town: Town, verb: str, who: str, code: str
) -> None:
    told = press(bridge, town, verb, who)
    assert isinstance(told, Refusal)
    assert told.code == code
    assert bridge.events() == [Event.DECISION_REFUSED]
    assert bridge.body()["verb"] == verb


@pytest.mark.parametrize("verb", ["pause", "stop"])
def test_when_every_call_is_out_nothing_is_left_to_hold_back(bridge: Bridge, town: Town, verb: str) -> None:
    with bridge.database.write(ORG) as connection:
        accepted = dict.fromkeys(("S0OPS00001", "S0DBA00001"), (Outcome.ACCEPTED, None, ""))
        ledger.settle(connection, bridge.request, accepted, NOW)
    told = press(bridge, town, verb)
    assert isinstance(told, Refusal)
    assert told.code == "nothing_left"


def test_a_pause_that_held_nothing_back_ends_by_itself(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "pause")
    with bridge.database.write(ORG) as connection:
        accepted = dict.fromkeys(("S0OPS00001", "S0DBA00001"), (Outcome.ACCEPTED, None, ""))
        ledger.settle(connection, bridge.request, accepted, NOW)
    assert not Resting(bridge.database, bridge.clock).rest(ORG, bridge.request.id, 0)
    assert bridge.stored().state.value == "executing"


def test_a_second_stop_comes_too_late(bridge: Bridge, town: Town) -> None:
    press(bridge, town, "stop")
    told = press(bridge, town, "stop")
    assert isinstance(told, Refusal)
    assert told.code == "stopping"
