"""`ok: true` is never success: effects are read back, looked for again, and one day given up with a word."""

from collections.abc import Callable

import pytest

from app.audit.events import Event
from app.execution import ledger
from app.execution.verifying import Verifying
from app.model.lifecycle import Outcome
from app.model.plan import Plan
from app.slack.gateway import ReadFailed
from tests.unit.execution.conftest import DBA, OFF, OPS, Bridge, disabling, groups
from tests.unit.given import NOW, ORG
from tests.unit.slack.wire import error

BOTH_OFF = [OFF, {**DBA, "date_delete": NOW // 1000}]


class Watch:
    """Two accepted items, and the one who looks for their effect."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.id = bridge.request.id
        self.verifying = Verifying(bridge.database, bridge.gateway, bridge.clock, 1)
        self.settle(Outcome.ACCEPTED, Outcome.ACCEPTED)

    def settle(self, *outcomes: Outcome) -> None:
        with self.bridge.database.write(ORG) as connection:
            told = {
                item.key: (outcome, None, "")
                for item, outcome in zip(self.bridge.request.plan.items, outcomes, strict=True)
            }
            ledger.settle(connection, self.bridge.request, told, NOW)

    def look(self) -> tuple[int, int]:
        return self.verifying.look(ORG, self.id)

    @property
    def state(self) -> str:
        return self.bridge.stored().state.value


@pytest.fixture
def watch(carry_out: Callable[[Plan], Bridge]) -> Watch:
    return Watch(carry_out(disabling(OPS, DBA)))


class TestLooking:
    def test_what_shows_is_proved_and_what_does_not_is_counted(self, watch: Watch) -> None:
        watch.bridge.wire.plays(groups(OFF, DBA), groups(*BOTH_OFF))
        assert watch.look() == (1, 0)
        assert watch.bridge.outcomes() == [("verified", None), ("accepted", None)]
        assert watch.look() == (0, 0)
        assert watch.bridge.outcomes() == [("verified", None)] * 2

    def test_what_cannot_be_seen_is_counted_apart(self, watch: Watch) -> None:
        watch.bridge.wire.plays(groups(DBA))
        assert watch.look() == (2, 1)

    def test_with_nothing_accepted_slack_is_not_asked(self, watch: Watch) -> None:
        watch.settle(Outcome.VERIFIED, Outcome.FAILED)
        assert watch.look() == (0, 0)
        assert watch.bridge.wire.asked == []

    def test_a_failed_read_concludes_nothing(self, watch: Watch) -> None:
        watch.bridge.wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            watch.look()
        assert watch.bridge.outcomes() == [("accepted", None)] * 2

    def test_patience_is_that_of_the_operation_divided_by_the_scale(self, watch: Watch) -> None:
        faster = Verifying(watch.bridge.database, watch.bridge.gateway, watch.bridge.clock, 10)
        assert watch.verifying.patience(ORG, watch.id) == [1, 15, 120, 3600, 5]
        assert faster.patience(ORG, watch.id) == [0.1, 1.5, 12, 360, 0.5]


class TestTheEnd:
    @pytest.mark.parametrize(
        ("outcomes", "state"),
        [
            ((Outcome.VERIFIED, Outcome.ALREADY), "succeeded"),
            ((Outcome.VERIFIED, Outcome.FAILED), "partial"),
            ((Outcome.FAILED, Outcome.SKIPPED), "failed"),
            ((Outcome.DRIFTED, Outcome.DRIFTED), "drifted"),
            ((Outcome.VERIFIED, Outcome.UNKNOWN), "unknown"),
            ((Outcome.SKIPPED, Outcome.SKIPPED), "stopped"),
        ],
    )
    @pytest.mark.parametrize("before", ["executing", "verifying"])
    def test_a_request_ends_as_its_items_did_and_tells(
        self, watch: Watch, outcomes: tuple[Outcome, Outcome], state: str, before: str
    ) -> None:
        watch.bridge.set(state=before, look_at=NOW)
        watch.settle(*outcomes)
        watch.verifying.finish(ORG, watch.id)
        watch.verifying.finish(ORG, watch.id)
        stored = watch.bridge.stored()
        assert (stored.state.value, stored.finished_at, stored.look_at) == (state, NOW, None)
        assert watch.bridge.events().count(Event.REQUEST_FINISHED) == 1
        assert len(watch.bridge.told()) == 2

    @pytest.mark.parametrize("state", ["pending", "stopped", "cancelled"])
    def test_one_that_is_not_running_does_not_end(self, watch: Watch, state: str) -> None:
        watch.bridge.set(state=state)
        watch.verifying.finish(ORG, watch.id)
        assert watch.state == state

    def test_what_no_token_can_see_is_unknown_and_says_so(self, watch: Watch) -> None:
        watch.verifying.settle_unseen(ORG, watch.id)
        assert watch.bridge.outcomes() == [("unknown", "unseen")] * 2
        assert "Look at Slack yourself" in watch.bridge.details()[0]


class TestLaterLooks:
    @pytest.fixture(autouse=True)
    def handed_over(self, watch: Watch) -> None:
        watch.bridge.set(called_at=NOW)
        watch.verifying.hand_over(ORG, watch.id)

    def test_are_announced_once_with_the_moment_of_the_next(self, watch: Watch) -> None:
        stored = watch.bridge.stored()
        assert (stored.state.value, stored.looks) == ("verifying", 0)
        assert stored.look_at == NOW + 30_000
        watch.verifying.hand_over(ORG, watch.id)
        assert watch.bridge.events().count(Event.REQUEST_VERIFYING) == 1
        assert sum("does not show yet" in text for text in watch.bridge.told()) == 1

    def test_come_ever_more_rarely_and_at_least_hourly(self, watch: Watch) -> None:
        pauses = []
        for _ in range(12):
            watch.verifying.look_again(ORG, watch.id)
            look_at = watch.bridge.stored().look_at
            assert look_at is not None
            pauses.append((look_at - NOW) / 1000)
        assert pauses == sorted(pauses)
        assert (pauses[0], pauses[-1]) == (60, 3600)

    def test_go_on_until_the_limit(self, watch: Watch) -> None:
        watch.bridge.clock.forward(3599)
        watch.verifying.looked(ORG, watch.id)
        assert (watch.state, watch.bridge.stored().looks) == ("verifying", 1)

    def test_then_end_with_what_is_not_known(self, watch: Watch) -> None:
        watch.settle(Outcome.VERIFIED, Outcome.ACCEPTED)
        watch.bridge.clock.forward(3600)
        watch.verifying.looked(ORG, watch.id)
        assert watch.state == "unknown"
        assert watch.bridge.outcomes() == [("verified", None), ("unknown", "not_shown")]

    def test_of_one_that_waited_long_count_from_its_beginning(self, watch: Watch) -> None:
        watch.bridge.clock.forward(7200)
        watch.bridge.set(called_at=None, began_at=watch.bridge.clock())
        watch.verifying.looked(ORG, watch.id)
        assert watch.state == "verifying"
        watch.bridge.clock.forward(3600)
        watch.verifying.looked(ORG, watch.id)
        assert watch.state == "unknown"

    def test_of_one_that_never_began_count_from_its_filing(self, watch: Watch) -> None:
        watch.bridge.set(called_at=None, began_at=None)
        watch.bridge.clock.forward(3600)
        watch.verifying.looked(ORG, watch.id)
        assert watch.state == "unknown"

    def test_end_at_once_when_everything_shows(self, watch: Watch) -> None:
        watch.bridge.wire.plays(groups(*BOTH_OFF))
        watch.look()
        watch.verifying.looked(ORG, watch.id)
        assert watch.state == "succeeded"

    def test_of_a_request_there_is_not_are_a_mistake_of_ours(self, watch: Watch) -> None:
        with pytest.raises(LookupError):
            watch.verifying.looked(ORG, "R0NOBODY01")
