"""What an earlier sending left open: nothing, a refusal of the whole list, or nobody knows what."""

from collections.abc import Callable

import pytest

from app.model.plan import Plan
from app.model.refusal import Refusal
from app.operations.disconnect_org.move import facts_of
from app.slack.errors import explain
from tests.unit.execution.conftest import DBA, OFF, OPS, Bridge, disabling, groups, removing
from tests.unit.given import ORG, item, org, plan
from tests.unit.slack.wire import Turn, error, ok, reset

EVE, FIN, PAT = "W0EVE00001", "W0FIN00001", "W0PAT00001"
CHANGED = groups({**OPS, "handle": "ops-eu"})
ACME = {"team_id": "T0ACME0001", "team_name": "Acme", "team_domain": "acme"}
REFUSED = "no_such_subteam"
STOPPED = Refusal("approval_void", "Ben had no right any more.")

every_doubt = pytest.mark.parametrize("doubt", ["split", "lost"])


class TestBeforeARepeat:
    @pytest.mark.parametrize(
        ("turn", "outcome"),
        [
            (groups(OFF), ("verified", None)),
            (groups(), ("unknown", "unseen")),
            (CHANGED, ("accepted", None)),
        ],
    )
    def test_our_own_call_may_have_done_it(
        self, bridge: Bridge, turn: Turn, outcome: tuple[str, str | None]
    ) -> None:
        bridge.wire.plays(reset)
        bridge.send()
        assert bridge.conclude()
        bridge.wire.plays(turn)
        assert not bridge.recheck()
        assert bridge.outcomes() == [outcome]

    @pytest.mark.parametrize(
        ("turn", "outcome"),
        [
            (groups(OFF), ("already", None)),
            (groups(), ("drifted", "unseen")),
            (CHANGED, ("drifted", None)),
        ],
    )
    def test_a_call_that_slack_did_not_carry_out_has_done_nothing(
        self, bridge: Bridge, turn: Turn, outcome: tuple[str, str | None]
    ) -> None:
        bridge.wire.plays(error("ratelimited", 429, retry_after="7"), turn)
        assert bridge.send() == ("wait", 7.0)
        assert (bridge.call.attempts, bridge.call.doubt) == (1, "")
        assert not bridge.recheck()
        assert bridge.outcomes() == [outcome]


class TestWhatSlackIsDoingAlready:
    @pytest.fixture
    def cutting(self, carry_out: Callable[[Plan], Bridge]) -> Bridge:
        """A disconnection of which Slack says that one is under way."""
        told = {**ACME, "connection_status": "CONNECTED", "public_channel_count": 3}
        bridge = carry_out(plan(item(facts=facts_of(org()))))
        at_it = {"id": "C0DEALS001", "name": "deals", "is_disconnect_in_progress": True}
        bridge.wire.plays(ok(organizations=[told]), ok(conversations=[at_it]))
        return bridge

    def test_may_be_about_something_else_so_the_call_is_made(self, cutting: Bridge) -> None:
        assert cutting.recheck()
        assert cutting.outcomes() == [(None, None)]

    @every_doubt
    def test_is_taken_for_ours_when_a_call_of_ours_may_have_begun_it(
        self, cutting: Bridge, doubt: str
    ) -> None:
        cutting.put_call(doubt=doubt)
        assert not cutting.recheck()
        assert cutting.outcomes() == [("accepted", None)]


class TestARefusal:
    @pytest.mark.parametrize("doubt", ["", "split"])
    def test_of_what_never_got_through_is_a_failure(self, bridge: Bridge, doubt: str) -> None:
        bridge.put_call(doubt=doubt)
        bridge.wire.plays(error(REFUSED))
        assert bridge.send() == ("fail", 0.0)
        assert bridge.outcomes() == [("failed", REFUSED)]

    def test_does_not_undo_what_an_earlier_call_may_have_done(self, bridge: Bridge) -> None:
        bridge.put_call(doubt="lost")
        bridge.wire.plays(error(REFUSED))
        assert bridge.send() == ("fail", 0.0)
        assert bridge.outcomes() == [("unknown", REFUSED)]
        (told,) = bridge.details()
        assert told.startswith(explain(REFUSED, "usergroups.disable").sentence)
        assert "did not tell whether it took effect" in told

    def test_that_ends_the_request_does_not_either(self, bridge: Bridge) -> None:
        bridge.put_call(doubt="lost")
        bridge.wire.plays(error("missing_scope"))
        assert bridge.send() == ("halt", 0.0)
        assert bridge.outcomes() == [("unknown", "missing_scope")]

    def test_that_pauses_the_request_leaves_the_doubt(self, carry_out: Callable[[Plan], Bridge]) -> None:
        bridge = carry_out(disabling(OPS, DBA))
        bridge.put_call(doubt="lost")
        bridge.wire.plays(error("missing_scope"))
        assert bridge.send() == ("hold", 0.0)
        assert (bridge.call.state, bridge.call.doubt) == ("ready", "lost")


class TestWhenNothingFurtherIsCalled:
    @pytest.fixture
    def two(self, carry_out: Callable[[Plan], Bridge]) -> Bridge:
        return carry_out(disabling(OPS, DBA))

    @every_doubt
    @pytest.mark.parametrize("state", ["ready", "lost"])
    def test_because_it_may_not_go_on_what_is_in_doubt_is_unknown_and_the_rest_was_skipped(
        self, two: Bridge, state: str, doubt: str
    ) -> None:
        two.put_call(state=state, doubt=doubt)
        two.calling.stop(ORG, two.request.id, STOPPED)
        assert two.outcomes() == [("unknown", "approval_void"), ("skipped", "approval_void")]
        assert "did not tell whether it took effect" in two.details()[0]
        assert two.details()[1] == STOPPED.sentence
        assert [row.state for row in two.calls()] == ["dropped", "dropped"]

    @every_doubt
    def test_because_it_cannot_be_read_what_is_in_doubt_is_unknown_too(self, two: Bridge, doubt: str) -> None:
        two.put_call(doubt=doubt)
        two.calling.give_up(ORG, two.request.id, "missing_scope", "usergroups.list")
        assert two.outcomes() == [("unknown", "missing_scope"), ("skipped", "missing_scope")]

    def test_what_has_its_outcome_keeps_it(self, two: Bridge) -> None:
        two.wire.plays(ok())
        two.send()
        two.calling.stop(ORG, two.request.id, STOPPED)
        assert two.outcomes() == [("accepted", None), ("skipped", "approval_void")]

    def test_stopped_twice_it_is_told_once(self, two: Bridge) -> None:
        two.calling.stop(ORG, two.request.id, STOPPED)
        before = two.events()
        two.calling.stop(ORG, two.request.id, STOPPED)
        assert two.events() == before

    def test_a_request_there_is_not_is_left_alone(self, two: Bridge) -> None:
        two.calling.stop(ORG, "R0NOBODY01", STOPPED)
        assert two.outcomes() == [(None, None)] * 2


@pytest.mark.parametrize(("doubt", "inherited"), [("", "split"), ("lost", "lost")])
def test_the_parts_of_a_call_inherit_its_doubt(
    carry_out: Callable[[Plan], Bridge], doubt: str, inherited: str
) -> None:
    bridge = carry_out(removing(EVE, FIN, PAT))
    bridge.put_call(doubt=doubt)
    bridge.wire.plays(error("entity_not_found"))
    bridge.send()
    assert [row.doubt for row in bridge.calls()] == [doubt, inherited, inherited]
