"""A call goes out once, from one living process, and only right after that process has read the target."""

from collections.abc import Callable
from typing import Any

import pytest

from app.audit.events import Event
from app.execution import sending
from app.execution.calling import Calling
from app.execution.lease import LEASE_MS, Lease, LeaseLost
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.storage.tables import heartbeats
from tests.unit.execution.conftest import DBA, OFF, OPS, Bridge, disabling, groups
from tests.unit.given import NOW, ORG
from tests.unit.slack.wire import Turn, ok


class TestOnlyOnce:
    def test_after_a_crash_the_same_call_does_not_go_out_again(self, bridge: Bridge) -> None:
        with bridge.database.write(ORG) as connection:
            sending.mark_sent(connection, bridge.request, bridge.call, "a-dead-executor", (), NOW)
        assert bridge.send() == ("look", 0.0)
        assert bridge.wire.asked == []
        assert bridge.events()[-1] is Event.CALL_UNANSWERED

    @pytest.mark.parametrize("state", ["answered", "split", "dropped"])
    def test_a_call_that_is_over_does_not_go_out(self, bridge: Bridge, state: str) -> None:
        bridge.put_call(state=state)
        assert bridge.send() == ("verify", 0.0)
        assert bridge.wire.asked == []

    def test_a_process_that_stopped_beating_sends_nothing(self, bridge: Bridge) -> None:
        with bridge.database.write(ORG) as connection:
            connection.execute(heartbeats.update().values(beat_at=0))
        with pytest.raises(LeaseLost):
            bridge.send()
        assert (bridge.wire.asked, bridge.call.state, bridge.events()) == ([], "ready", [])

    def test_a_process_that_was_stopped_before_the_call_left_does_not_send_it_when_it_goes_on(
        self, bridge: Bridge
    ) -> None:
        moments = iter([0.0, LEASE_MS / 1000])
        lease = Lease(bridge.database, "executor-one", lambda: next(moments))
        bridge.put_call(checked_at=NOW, checked_by="executor-one")
        with pytest.raises(LeaseLost):
            calling = Calling(bridge.database, bridge.gateway, lease, bridge.holding, bridge.clock)
            calling.send(ORG, bridge.call.id)
        assert (bridge.wire.asked, bridge.call.state) == ([], "sent")
        assert bridge.send() == ("look", 0.0), "whoever comes next reads before anything is sent"

    def test_when_another_took_over_meanwhile_the_late_answer_does_not_count(self, bridge: Bridge) -> None:
        row = bridge.call

        def taken_over(connection: object) -> None:
            with bridge.database.write(ORG) as database:
                sending.mark_sent(database, bridge.request, row, "the-heir", ("the-heir",), NOW)
            ok()(connection)  # type: ignore[arg-type]

        bridge.wire.plays(taken_over)
        assert bridge.send() == ("look", 0.0)
        assert (bridge.call.state, bridge.outcomes()) == ("lost", [(None, None)])
        assert bridge.body()["counted"] is False

    def test_a_call_that_a_living_process_has_is_left_to_it(self, bridge: Bridge) -> None:
        Lease(bridge.database, "executor-two").beat()
        bridge.put_call(state="sent", executor="executor-two", sent_at=NOW)
        with pytest.raises(LeaseLost, match="another process has call"):
            bridge.send()
        assert (bridge.wire.asked, bridge.call.state, bridge.call.doubt) == ([], "sent", "")
        assert bridge.events() == []

    @pytest.mark.parametrize(
        "values",
        [{"state": "lost", "sent_at": NOW}, {"state": "sent", "sent_at": NOW - 60_001}],
        ids=["it knows no answer came", "no answer can come any more"],
    )
    def test_a_living_process_that_lost_the_execution_does_not_hold_a_call_for_ever(
        self, bridge: Bridge, values: dict[str, Any]
    ) -> None:
        Lease(bridge.database, "executor-two").beat()
        bridge.put_call(executor="executor-two", **values)
        assert bridge.send() == ("look", 0.0)
        assert (bridge.wire.asked, bridge.call.state, bridge.call.doubt) == ([], "lost", "lost")

    @pytest.mark.parametrize("seen", [groups(OFF), groups({**OPS, "handle": "ops-eu"})])
    def test_what_a_process_saw_before_another_took_over_settles_nothing(
        self, bridge: Bridge, seen: Turn
    ) -> None:
        def taken_over(connection: Any) -> None:
            bridge.put_call(state="sent", executor="executor-two")
            seen(connection)

        bridge.wire.plays(taken_over)
        bridge.recheck()
        assert (bridge.outcomes(), bridge.call.state, bridge.told()) == ([(None, None)], "sent", [])
        assert bridge.events() == []

    def test_stopping_leaves_a_call_on_its_way_to_whoever_sent_it(
        self, carry_out: Callable[[Plan], Bridge]
    ) -> None:
        bridge = carry_out(disabling(OPS, DBA))
        bridge.put_call(state="sent", executor="executor-two")
        bridge.calling.stop(ORG, bridge.request.id, Refusal("approval_void", "No right any more."))
        assert [outcome for outcome, _ in bridge.outcomes()] == [None, "skipped"]
        assert [row.state for row in bridge.calls()] == ["sent", "dropped"]


class TestLeaveToCall:
    def send(self, bridge: Bridge) -> tuple[str, float]:
        return bridge.calling.send(ORG, bridge.call.id)

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"checked_at": NOW - 60_001, "checked_by": "executor-one"},
            {"checked_at": NOW, "checked_by": "executor-two"},
        ],
        ids=["never", "long ago", "by another process"],
    )
    def test_a_call_whose_target_was_not_read_just_now_and_here_waits_for_that(
        self, bridge: Bridge, values: dict[str, Any]
    ) -> None:
        bridge.put_call(attempts=0, **values)
        assert self.send(bridge) == ("wait", 0.0)
        assert (bridge.wire.asked, bridge.call.state, bridge.events()) == ([], "ready", [])

    def test_a_recheck_is_the_leave_for_a_minute(self, bridge: Bridge) -> None:
        bridge.wire.plays(groups(OPS), ok())
        bridge.recheck()
        bridge.clock.forward(60)
        assert self.send(bridge) == ("verify", 0.0)
        assert bridge.methods() == ["usergroups.list", "usergroups.disable"]

    def test_what_went_out_before_is_looked_at_without_one(self, bridge: Bridge) -> None:
        bridge.put_call(state="sent", executor="a-dead-executor")
        assert self.send(bridge) == ("look", 0.0)
        assert (bridge.call.state, bridge.call.doubt) == ("lost", "lost")
