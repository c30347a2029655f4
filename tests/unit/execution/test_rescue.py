"""Requests whose workflow broke come to a truthful end, and what is due is started."""

from collections.abc import Callable
from typing import Any

import pytest

from app.execution import ledger
from app.execution.engine import Engine
from app.execution.rescue import Rescue
from app.execution.sweeper import Sweeper
from app.execution.verifying import Verifying
from app.model.lifecycle import Outcome
from app.model.plan import Plan
from app.requests.drafts import LIFE_MS, Drafts
from app.requests.expiry import Expiry
from tests.unit.execution.conftest import OPS, Bridge, disabling
from tests.unit.given import ANA, NOW, ORG

DBA = {"id": "S0DBA00001", "handle": "dba", "name": "Dba"}


class Told(Engine):
    """Durable execution as it is told to look: the statuses of workflows that no longer run."""

    def __init__(self, bridge: Bridge, statuses: dict[str, str]) -> None:
        super().__init__(bridge.database)
        self.statuses, self.asked = statuses, list[str]()

    def ended(self, workflow_ids: list[str]) -> dict[str, str]:
        self.asked += workflow_ids
        return {
            workflow_id: self.statuses[workflow_id]
            for workflow_id in workflow_ids
            if workflow_id in self.statuses
        }

    def take_over(self) -> int:
        return 0


class Started:
    """Workflows that only note what was started."""

    def __init__(self) -> None:
        self.executed: list[str] = []
        self.looked: list[tuple[str, int]] = []

    def execute(self, enterprise_id: str, request_id: str) -> None:
        self.executed.append(request_id)

    def look_again(self, enterprise_id: str, request_id: str, looks: int) -> None:
        self.looked.append((request_id, looks))


@pytest.fixture
def broken(carry_out: Callable[[Plan], Bridge]) -> Bridge:
    """Two groups: the call for the first went out."""
    bridge = carry_out(disabling(OPS, DBA))
    with bridge.database.write() as connection:
        ledger.mark_sent(connection, bridge.request, bridge.call, "executor-one", NOW)
    return bridge


def rescue(bridge: Bridge, status: str | None = "ERROR") -> int:
    statuses = {f"exec-{bridge.request.id}": status} if status else {}
    verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1)
    return Rescue(bridge.database, Told(bridge, statuses), verifying, bridge.clock).run_once()


class TestABrokenExecution:
    @pytest.mark.parametrize("status", ["ERROR", "MISSING", "CANCELLED"])
    def test_ends_with_what_is_known_of_each_item(self, broken: Bridge, status: str) -> None:
        assert rescue(broken, status) == 1
        assert broken.outcomes() == [("unknown", "execution_broke"), ("skipped", "execution_broke")]
        assert broken.stored().state.value == "unknown"
        assert "after the call went out" in broken.details()[0]
        assert "Nothing was done" in broken.details()[1]

    def test_is_rescued_once(self, broken: Bridge) -> None:
        assert [rescue(broken), rescue(broken)] == [1, 0]

    def test_whose_calls_were_accepted_is_looked_after(self, broken: Bridge) -> None:
        with broken.database.write() as connection:
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


class TestTheSweep:
    def sweeper(self, bridge: Bridge) -> tuple[Sweeper, Started]:
        started: Any = Started()
        engine = Told(bridge, {f"exec-{bridge.request.id}": "ERROR"})
        verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1)
        parts = (
            started,
            Expiry(bridge.database, bridge.clock),
            Rescue(bridge.database, engine, verifying, bridge.clock),
            Drafts(bridge.database, bridge.clock),
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
