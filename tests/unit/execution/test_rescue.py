"""Requests whose workflow broke come to a truthful end, and what is due is started."""

from collections.abc import Callable
from typing import Any

import pytest

from app.config import PolicyBook
from app.execution import ledger, sending
from app.execution.engine import Engine
from app.execution.rescue import Rescue
from app.execution.steering import Steering
from app.execution.sweeper import Sweeper
from app.execution.verifying import Verifying
from app.model.lifecycle import Outcome
from app.model.plan import Plan
from app.requests.admin_channel import AdminChannels
from app.requests.deciding import Deciding
from app.requests.delegations import Delegations
from app.requests.drafts import LIFE_MS, Drafts
from app.requests.expiry import Expiry
from app.requests.policies import Policies
from app.requests.reminders import Reminders
from tests.unit.execution.conftest import DBA, OPS, Bridge, disabling
from tests.unit.given import ANA, NOW, ORG, policy


class Told(Engine):
    """Durable execution as it is told to look: the statuses of workflows that no longer run."""

    def __init__(self, bridge: Bridge, statuses: dict[str, str]) -> None:
        super().__init__(bridge.database)
        self.statuses, self.asked, self.broken = statuses, list[str](), False
        self.forgotten: list[str] = []

    def ended(self, workflow_ids: list[str]) -> dict[str, str]:
        self.asked += workflow_ids
        return {
            workflow_id: self.statuses[workflow_id]
            for workflow_id in workflow_ids
            if workflow_id in self.statuses
        }

    def forget(self, workflow_id: str) -> None:
        self.forgotten.append(workflow_id)

    def take_over(self) -> int:
        if self.broken:
            raise ConnectionError("no database")
        return 0


class Started:
    """Workflows that only note what was started."""

    def __init__(self) -> None:
        self.executed: list[str] = []
        self.runs: list[int] = []
        self.looked: list[tuple[str, int]] = []

    def execute(self, enterprise_id: str, request_id: str, run: int = 0) -> None:
        self.executed.append(request_id)
        self.runs.append(run)

    def look_again(self, enterprise_id: str, request_id: str, looks: int) -> None:
        self.looked.append((request_id, looks))


def steering(bridge: Bridge) -> Steering:
    """Pausing, resuming and stopping, on that database."""
    policies = Policies(PolicyBook(policy()), bridge.database, bridge.clock)
    channels = AdminChannels(bridge.database, policies, bridge.clock)
    deciding = Deciding(bridge.database, policies, channels, bridge.clock)
    return Steering(bridge.database, policies, channels, deciding, bridge.holding, bridge.clock)


@pytest.fixture
def broken(carry_out: Callable[[Plan], Bridge]) -> Bridge:
    """Two groups: the call for the first went out."""
    bridge = carry_out(disabling(OPS, DBA))
    with bridge.database.write(ORG) as connection:
        sending.mark_sent(connection, bridge.request, bridge.call, "executor-one", (), NOW)
    return bridge


def rescue(bridge: Bridge, status: str | None = "ERROR", workflow: str = "exec-{}") -> int:
    statuses = {workflow.format(bridge.request.id): status} if status else {}
    verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1)
    started: Any = Started()
    done = Rescue(bridge.database, Told(bridge, statuses), started, verifying, bridge.clock).run_once()
    assert started.executed == [], "what broke is not started again"
    return done


class TestABrokenExecution:
    @pytest.mark.parametrize("status", ["ERROR", "CANCELLED"])
    def test_ends_with_what_is_known_of_each_item(self, broken: Bridge, status: str) -> None:
        assert rescue(broken, status) == 1
        assert broken.outcomes() == [("unknown", "execution_broke"), ("skipped", "execution_broke")]
        assert broken.stored().state.value == "unknown"
        assert "after the call went out" in broken.details()[0]
        assert "Nothing was done" in broken.details()[1]

    def test_a_call_slack_did_not_carry_out_was_not_attempted(self, broken: Bridge) -> None:
        broken.put_call(state="ready")  # as after a 429
        assert rescue(broken) == 1
        assert broken.outcomes() == [("skipped", "execution_broke"), ("skipped", "execution_broke")]

    def test_is_rescued_once(self, broken: Bridge) -> None:
        assert [rescue(broken), rescue(broken)] == [1, 0]

    def test_whose_calls_were_accepted_is_looked_after(self, broken: Bridge) -> None:
        with broken.database.write(ORG) as connection:
            accepted = {"S0OPS00001": (Outcome.ACCEPTED, None, "")}
            ledger.settle(connection, broken.request, accepted, NOW)
        rescue(broken)
        assert broken.stored().state.value == "verifying"
        assert broken.outcomes() == [("accepted", None), ("skipped", "execution_broke")]

    def test_one_that_runs_is_left_alone(self, broken: Bridge) -> None:
        assert rescue(broken, None) == 0
        assert broken.outcomes() == [(None, None)] * 2

    @pytest.mark.parametrize("state", ["approved", "verifying", "succeeded"])
    def test_one_that_is_not_executing_is_not_asked_about(self, broken: Bridge, state: str) -> None:
        broken.set(state=state)
        assert rescue(broken) == 0


class TestABrokenBeginning:
    @pytest.fixture
    def approved(self, bridge: Bridge) -> Bridge:
        """A request whose time has come, and of which nothing was called."""
        bridge.set(state="approved", not_before=NOW, begin_by=NOW + 1)
        return bridge

    def rescued(self, bridge: Bridge, status: str | None) -> tuple[int, list[str]]:
        engine = Told(bridge, {} if status is None else {f"exec-{bridge.request.id}": status})
        verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1.0)
        started: Any = Started()
        rescue = Rescue(bridge.database, engine, started, verifying, bridge.clock)
        return rescue.run_once(), engine.forgotten

    @pytest.mark.parametrize("status", ["ERROR", "CANCELLED", "SUCCESS"])
    def test_is_forgotten_so_that_it_can_be_started_again(self, approved: Bridge, status: str) -> None:
        assert self.rescued(approved, status) == (1, [f"exec-{approved.request.id}"])
        assert approved.stored().state.value == "approved"

    @pytest.mark.parametrize("status", [None, "MISSING"])
    def test_one_that_runs_or_was_not_started_yet_is_left_alone(
        self, approved: Bridge, status: str | None
    ) -> None:
        assert self.rescued(approved, status) == (0, [])

    @pytest.mark.parametrize("values", [{"not_before": NOW + 1}, {"begin_by": NOW}])
    def test_one_whose_time_has_not_come_or_is_over_is_left_alone(
        self, approved: Bridge, values: dict[str, Any]
    ) -> None:
        approved.set(**values)
        assert self.rescued(approved, "ERROR") == (0, [])


class TestABrokenLook:
    LOOK = "look-{}-3"

    @pytest.fixture
    def watched(self, bridge: Bridge) -> Bridge:
        """A request whose effect is looked for the fourth time."""
        with bridge.database.write(ORG) as connection:
            accepted = {"S0OPS00001": (Outcome.ACCEPTED, None, "")}
            ledger.settle(connection, bridge.request, accepted, NOW)
        bridge.set(state="verifying", look_at=NOW, looks=3, called_at=NOW)
        return bridge

    @pytest.mark.parametrize("status", ["ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"])
    def test_does_not_leave_the_request_watched_by_nobody(self, watched: Bridge, status: str) -> None:
        assert rescue(watched, status, self.LOOK) == 1
        stored = watched.stored()
        assert (stored.state.value, stored.looks) == ("verifying", 4)
        assert stored.look_at is not None
        assert stored.look_at > NOW
        assert rescue(watched, status, self.LOOK) == 0

    @pytest.mark.parametrize("status", [None, "MISSING", "SUCCESS"])
    def test_one_that_runs_starts_or_is_done_is_left_alone(self, watched: Bridge, status: str | None) -> None:
        assert rescue(watched, status, self.LOOK) == 0
        assert (watched.stored().looks, watched.stored().look_at) == (3, NOW)

    def test_one_of_an_earlier_time_says_nothing_about_this_one(self, watched: Bridge) -> None:
        assert rescue(watched, "ERROR", "look-{}-2") == 0

    def test_one_that_is_not_due_is_not_asked_about(self, watched: Bridge) -> None:
        watched.set(look_at=NOW + 1)
        assert rescue(watched, "ERROR", self.LOOK) == 0

    def test_past_the_limit_ends_with_what_is_not_known(self, watched: Bridge) -> None:
        watched.clock.forward(3600)
        assert rescue(watched, "ERROR", self.LOOK) == 1
        assert watched.stored().state.value == "unknown"
        assert watched.outcomes() == [("unknown", "not_shown")]


class TestTheSweep:
    def sweeper(self, bridge: Bridge, *, broken: bool = False) -> tuple[Sweeper, Started]:
        started: Any = Started()
        engine = Told(bridge, {f"exec-{bridge.request.id}": "ERROR"})
        engine.broken = broken
        verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1)
        policies = Policies(PolicyBook(policy()), bridge.database, bridge.clock)
        parts = (
            started,
            Expiry(bridge.database, bridge.clock),
            steering(bridge),
            Rescue(bridge.database, engine, started, verifying, bridge.clock),
            Drafts(bridge.database, bridge.clock),
            Reminders(bridge.database, policies, bridge.clock),
            Delegations(bridge.database, policies, bridge.clock),
        )
        return Sweeper(bridge.database, engine, *parts, bridge.clock), started

    @pytest.mark.parametrize(
        ("values", "starts"),
        [
            ({"state": "approved", "not_before": NOW, "begin_by": NOW + 1}, True),
            ({"state": "approved", "not_before": NOW + 1, "begin_by": NOW + 2}, False),
            ({"state": "approved", "not_before": NOW - 2, "begin_by": NOW}, False),
            ({"state": "pending", "not_before": NOW, "begin_by": NOW + 1}, False),
            ({"state": "executing", "not_before": NOW, "begin_by": NOW + 1}, False),
        ],
    )
    def test_starts_what_is_approved_and_whose_time_has_come(
        self, bridge: Bridge, values: dict[str, Any], starts: bool
    ) -> None:
        sweeper, started = self.sweeper(bridge)
        bridge.set(**values)
        sweeper.run_once()
        assert started.executed == ([bridge.request.id] if starts else [])

    def test_looks_again_when_it_is_time(self, bridge: Bridge) -> None:
        sweeper, started = self.sweeper(bridge)
        bridge.set(state="verifying", look_at=NOW + 1, looks=3)
        sweeper.run_once()
        bridge.clock.forward(1)
        sweeper.run_once()
        assert started.looked == [(bridge.request.id, 3)]

    def test_a_hint_brings_the_look_forward(self, bridge: Bridge) -> None:
        sweeper, started = self.sweeper(bridge)
        bridge.set(state="verifying", look_at=NOW + 3_600_000)
        sweeper.hint(ORG, ["channel:C0OTHER001"])
        sweeper.run_once()
        assert started.looked == []
        sweeper.hint("E0OTHER001", ["S0OPS00001"])
        sweeper.run_once()
        assert started.looked == []
        sweeper.hint(ORG, ["S0OPS00001"])
        sweeper.run_once()
        assert len(started.looked) == 1

    def test_expires_what_is_overdue(self, bridge: Bridge) -> None:
        sweeper, _ = self.sweeper(bridge)
        bridge.set(state="pending", expires_at=NOW)
        assert sweeper.run_once() == 1
        assert bridge.stored().state.value == "expired"

    def test_rescues_and_clears_away_only_now_and_then(self, bridge: Bridge) -> None:
        sweeper, _ = self.sweeper(bridge)
        drafts = Drafts(bridge.database, bridge.clock)
        draft = drafts.begin(ORG, ANA, "disable-usergroup", {})
        bridge.clock.forward(LIFE_MS / 1000)
        for _ in range(9):
            sweeper.run_once()
        assert bridge.stored().state.value == "executing"
        sweeper.run_once()
        assert bridge.stored().state.value == "stopped"
        assert drafts.sweep() == 0
        assert draft.id

    def test_a_part_that_fails_stops_no_other_and_is_told_at_the_end(self, bridge: Bridge) -> None:
        sweeper, started = self.sweeper(bridge, broken=True)
        bridge.set(state="approved", not_before=NOW, begin_by=NOW + 1)
        with pytest.raises(ExceptionGroup, match="failed in part") as failed:
            sweeper.run_once()
        assert [str(error) for error in failed.value.exceptions] == ["no database"]
        assert started.executed == [bridge.request.id]

    def test_so_does_one_that_comes_only_now_and_then(self, bridge: Bridge) -> None:
        sweeper, _ = self.sweeper(bridge, broken=True)
        for _ in range(10):
            with pytest.raises(ExceptionGroup):
                sweeper.run_once()
        assert bridge.stored().state.value == "stopped"
