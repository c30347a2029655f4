"""One call: the target is read again, the call goes out once, and whatever comes back has its consequence."""

from collections.abc import Callable

import pytest

from app.audit.events import Event
from app.audit.verify import verify
from app.execution import sending
from app.execution.aftermath import MOST_SENDS
from app.model.plan import Plan
from app.slack.answers import Answer
from app.slack.errors import ErrorClass, catalogued_codes, explain
from app.slack.gateway import ReadFailed
from tests.unit.execution.conftest import DBA, OFF, OPS, Bridge, disabling, groups, members, removing
from tests.unit.given import NOW, ORG
from tests.unit.slack.wire import Turn, error, ok, raw, reset

EVE, FIN, PAT = "W0EVE00001", "W0FIN00001", "W0PAT00001"

NEEDED = raw(200, '{"ok": false, "error": "missing_scope", "needed": "usergroups:write"}')


def codes(method: str, error_class: ErrorClass) -> list[str]:
    """Slack's codes of that class, as that method means them."""
    return [code for code in sorted(catalogued_codes()) if explain(code, method).error_class is error_class]


class TestBeforeTheCall:
    def test_a_target_as_it_was_previewed_may_be_called(self, bridge: Bridge) -> None:
        bridge.wire.plays(groups(OPS))
        assert bridge.recheck()
        assert bridge.outcomes() == [(None, None)]
        assert bridge.events() == [Event.ITEM_RECHECKED]
        assert (bridge.call.checked_at, bridge.call.checked_by) == (NOW, "executor-one")

    def test_one_that_is_already_so_is_not_called(self, bridge: Bridge) -> None:
        bridge.wire.plays(groups(OFF))
        assert not bridge.recheck()
        assert bridge.outcomes() == [("already", None)]
        assert bridge.call.state == "dropped"

    def test_one_that_changed_since_is_not_touched_and_the_thread_says_what_changed(
        self, bridge: Bridge
    ) -> None:
        bridge.wire.plays(groups({**OPS, "handle": "ops-eu"}))
        assert not bridge.recheck()
        assert [outcome for outcome, _ in bridge.outcomes()] == ["drifted"]
        assert "handle: was ops, is ops-eu" in bridge.details()[0]
        assert bridge.call.state == "dropped"
        assert bridge.told() == ["↔️ @ops changed since the preview: handle: was ops, is ops-eu. Not touched."]

    def test_of_many_that_changed_the_thread_names_the_first_and_no_other(
        self, carry_out: Callable[[Plan], Bridge]
    ) -> None:
        bridge = carry_out(disabling(OPS, DBA))
        changed = groups({**OPS, "handle": "ops-eu"}, {**DBA, "handle": "dba-eu"})
        bridge.wire.plays(changed, changed)
        for row in bridge.calls():
            bridge.calling.recheck(ORG, row.id)
        assert [outcome for outcome, _ in bridge.outcomes()] == ["drifted", "drifted"]
        assert ["@ops" in text for text in bridge.told()] == [True]

    def test_one_that_cannot_be_seen_is_not_touched(self, bridge: Bridge) -> None:
        bridge.wire.plays(groups())
        assert not bridge.recheck()
        assert bridge.outcomes() == [("drifted", "unseen")]

    def test_a_read_that_fails_concludes_nothing(self, bridge: Bridge) -> None:
        bridge.wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            bridge.recheck()
        assert (bridge.outcomes(), bridge.events()) == ([(None, None)], [])

    def test_of_many_only_those_that_fit_are_called(self, carry_out: Callable[[Plan], Bridge]) -> None:
        bridge = carry_out(removing(EVE, FIN, PAT))
        person = ok(user={"id": "W", "enterprise_user": {"enterprise_id": ORG}})
        owner = ok(user={"id": "W", "enterprise_user": {"enterprise_id": ORG, "is_owner": True}})
        bridge.wire.plays(members(EVE, PAT), person, owner)
        assert bridge.recheck()
        assert bridge.outcomes() == [(None, None), ("already", None), ("drifted", None)]
        assert bridge.call.keys == (EVE,)
        assert bridge.call.arguments["entity_ids"] == [EVE]

    def test_a_call_that_went_out_is_not_rechecked(self, bridge: Bridge) -> None:
        bridge.wire.plays(ok())
        bridge.send()
        bridge.wire.asked.clear()
        assert bridge.recheck()
        assert bridge.wire.asked == []

    def test_the_methods_turn_is_waited_for(self, bridge: Bridge) -> None:
        turns = [bridge.calling.turn(ORG, bridge.call.id, 0.0) for _ in range(9)]
        assert turns[0] == (0.0, True, 0.0)
        assert 2 < turns[-2][0] < turns[-1][0]


class TestTheCall:
    def test_what_slack_accepts_is_accepted_and_not_yet_proved(self, bridge: Bridge) -> None:
        bridge.wire.plays(ok())
        assert bridge.send() == ("verify", 0.0)
        assert bridge.outcomes() == [("accepted", None)]
        assert (bridge.call.state, bridge.call.code) == ("answered", "ok")
        assert bridge.events() == [Event.CALL_SENT, Event.CALL_ANSWERED, Event.ITEM_SETTLED]
        assert bridge.wire.asked[0].form["usergroup"] == "S0OPS00001"
        assert bridge.wire.asked[0].token == "xoxp-the-admin"

    def test_it_is_written_down_before_it_goes_out(self, bridge: Bridge) -> None:
        seen: list[list[Event]] = []

        def noting(connection: object) -> None:
            seen.append(bridge.events())
            ok()(connection)  # type: ignore[arg-type]

        bridge.wire.plays(noting)
        bridge.send()
        assert seen == [[Event.CALL_SENT]]

    def test_what_slack_refuses_fails_with_its_sentence(self, bridge: Bridge) -> None:
        code = codes("usergroups.disable", ErrorClass.PERMANENT)[0]
        bridge.wire.plays(error(code))
        assert bridge.send() == ("fail", 0.0)
        assert bridge.outcomes() == [("failed", code)]
        assert bridge.details()[0].startswith(explain(code, "usergroups.disable").sentence)

    def test_what_a_person_must_put_right_ends_a_request_of_one_call(self, bridge: Bridge) -> None:
        bridge.wire.plays(NEEDED)
        assert bridge.send() == ("halt", 0.0)
        assert bridge.outcomes() == [("failed", "missing_scope")]
        assert bridge.details()[0].endswith("Scope needed: usergroups:write.")
        assert bridge.calling.only_call(bridge.request.id) is None

    def test_of_several_calls_it_pauses_all_and_nothing_is_lost(
        self, carry_out: Callable[[Plan], Bridge]
    ) -> None:
        bridge = carry_out(disabling(OPS, DBA))
        bridge.wire.plays(NEEDED)
        assert bridge.send() == ("hold", 0.0)
        assert bridge.outcomes() == [(None, None)] * 2
        assert [row.state for row in bridge.calls()] == ["ready", "ready"]
        stored = bridge.stored()
        assert (stored.state.value, stored.paused_at) == ("paused", NOW)
        assert "Scope needed: usergroups:write." in (stored.closing or "")
        assert "is paused" in bridge.told()[-1]

    def test_one_that_is_refused_so_again_after_a_resumption_stands_alone(
        self, carry_out: Callable[[Plan], Bridge]
    ) -> None:
        bridge = carry_out(disabling(OPS, DBA))
        bridge.wire.plays(NEEDED, NEEDED)
        bridge.send()
        bridge.set(state="executing")
        assert bridge.send() == ("fail", 0.0)
        assert bridge.outcomes() == [("failed", "missing_scope"), (None, None)]
        assert bridge.stored().state.value == "executing"

    def test_what_was_not_done_waits_as_long_as_slack_asks(self, bridge: Bridge) -> None:
        bridge.wire.plays(error("ratelimited", 429, retry_after="7"), ok())
        assert bridge.send() == ("wait", 7.0)
        assert (bridge.call.state, bridge.outcomes()) == ("ready", [(None, None)])
        assert bridge.send() == ("verify", 0.0)
        assert bridge.call.attempts == 2

    def test_one_bad_person_does_not_stop_the_others(self, carry_out: Callable[[Plan], Bridge]) -> None:
        bridge = carry_out(removing(EVE, FIN, PAT))
        bridge.wire.plays(error("entity_not_found"))
        assert bridge.send() == ("split", 0.0)
        assert [(row.keys, row.state, row.attempts, row.doubt) for row in bridge.calls()] == [
            ((EVE, FIN, PAT), "split", 1, ""),
            ((EVE,), "ready", 1, "split"),
            ((FIN, PAT), "ready", 1, "split"),
        ]
        assert bridge.events()[-1] is Event.CALL_SPLIT
        assert bridge.outcomes() == [(None, None)] * 3

    @pytest.mark.parametrize(
        "turn", [reset, raw(500, "<html>"), raw(200, "x"), error("fatal_error"), error("new_code")]
    )
    def test_what_may_have_happened_is_looked_at(self, bridge: Bridge, turn: Turn) -> None:
        bridge.wire.plays(turn)
        assert bridge.send() == ("look", 0.0)
        assert (bridge.call.state, bridge.call.doubt) == ("lost", "lost")
        assert bridge.outcomes() == [(None, None)]
        assert len(bridge.wire.asked) == 1


class TestLooking:
    @pytest.fixture
    def lost(self, bridge: Bridge) -> Bridge:
        bridge.wire.plays(reset)
        bridge.send()
        return bridge

    def test_an_effect_that_shows_is_proof(self, lost: Bridge) -> None:
        lost.wire.plays(groups(OFF))
        assert lost.look() == "reached"
        assert (lost.outcomes(), lost.call.state) == ([("verified", None)], "answered")
        assert Event.ITEM_READ_BACK in lost.events()

    @pytest.mark.parametrize(("turn", "told"), [(groups(OPS), "not_yet"), (groups(), "unseen")])
    def test_one_that_does_not_leaves_everything_open(self, lost: Bridge, turn: Turn, told: str) -> None:
        lost.wire.plays(turn)
        assert lost.look() == told
        assert (lost.outcomes(), lost.call.state) == ([(None, None)], "lost")

    def test_a_failed_read_concludes_nothing(self, lost: Bridge) -> None:
        lost.wire.plays(error("missing_scope"))
        before = lost.events()
        with pytest.raises(ReadFailed):
            lost.look()
        assert lost.events() == before

    def test_when_slack_says_it_was_so_before_it_was(self, carry_out: Callable[[Plan], Bridge]) -> None:
        bridge = carry_out(removing(EVE))
        bridge.wire.plays(ok())
        with bridge.database.write(ORG) as connection:
            sending.mark_sent(connection, bridge.request, bridge.call, "executor-one", (), NOW)
        already = codes(bridge.call.method, ErrorClass.ALREADY_DONE)
        with bridge.database.write(ORG) as connection:
            answer = Answer(bridge.call.method, already[0])
            sending.mark_answered(connection, bridge.request, bridge.call, answer, "executor-one", NOW)
        bridge.wire.script.clear()
        bridge.wire.plays(members())
        assert bridge.look() == "reached"
        assert bridge.outcomes() == [("already", None)]

    def test_of_many_those_that_show_are_settled_and_the_rest_waits(
        self, carry_out: Callable[[Plan], Bridge]
    ) -> None:
        bridge = carry_out(removing(EVE, FIN))
        bridge.wire.plays(reset, members(FIN), ok(user={"id": FIN}))
        bridge.send()
        assert bridge.look() == "not_yet"
        assert bridge.outcomes() == [("verified", None), (None, None)]


class TestConcluding:
    def lose(self, bridge: Bridge, *turns: Turn) -> None:
        bridge.wire.plays(*turns)
        for _ in turns:
            bridge.put_call(state="ready")
            bridge.send()

    def test_a_call_that_shows_no_effect_is_made_again(self, bridge: Bridge) -> None:
        self.lose(bridge, reset)
        assert bridge.conclude()
        assert (bridge.call.state, bridge.outcomes()) == ("ready", [(None, None)])

    def test_but_not_for_ever(self, bridge: Bridge) -> None:
        self.lose(bridge, *[reset] * MOST_SENDS)
        assert not bridge.conclude()
        assert bridge.outcomes() == [("unknown", "answer_lost")]
        assert bridge.call.state == "answered"

    def test_and_never_when_the_target_could_not_be_read(self, bridge: Bridge) -> None:
        self.lose(bridge, reset)
        assert not bridge.conclude(clear=False)
        assert bridge.outcomes() == [("unknown", "answer_lost")]

    def test_nor_after_a_code_nobody_knows(self, bridge: Bridge) -> None:
        self.lose(bridge, error("code_of_next_year"))
        assert not bridge.conclude()
        assert bridge.outcomes() == [("unknown", "code_of_next_year")]

    def test_concluded_twice_it_is_made_again_once(self, bridge: Bridge) -> None:
        self.lose(bridge, reset)
        assert [bridge.conclude(), bridge.conclude()] == [True, True]
        assert (bridge.call.state, bridge.call.attempts) == ("ready", 1)

    def test_concluded_after_it_went_out_again_nothing_changes(self, bridge: Bridge) -> None:
        self.lose(bridge, reset)
        bridge.put_call(state="sent", attempts=MOST_SENDS)
        assert not bridge.conclude()
        assert (bridge.call.state, bridge.outcomes()) == ("sent", [(None, None)])

    def test_what_was_given_up_is_settled_once(self, bridge: Bridge) -> None:
        self.lose(bridge, reset)
        bridge.conclude(clear=False)
        before = bridge.events()
        assert not bridge.conclude()
        assert (bridge.events(), bridge.outcomes()) == (before, [("unknown", "answer_lost")])

    def test_what_has_shown_itself_keeps_its_outcome(self, carry_out: Callable[[Plan], Bridge]) -> None:
        bridge = carry_out(removing(EVE, FIN))
        self.lose(bridge, *[reset] * MOST_SENDS)
        bridge.wire.plays(members(FIN), ok(user={"id": FIN}))
        bridge.look()
        assert not bridge.conclude()
        assert bridge.outcomes() == [("verified", None), ("unknown", "answer_lost")]


def test_targets_that_cannot_be_read_any_more_are_skipped_with_the_reason(
    carry_out: Callable[[Plan], Bridge],
) -> None:
    bridge = carry_out(disabling(OPS, DBA))
    bridge.wire.plays(ok())
    bridge.send()
    bridge.calling.give_up(ORG, bridge.request.id, "missing_scope", "usergroups.list")
    assert bridge.outcomes() == [("accepted", None), ("skipped", "missing_scope")]
    assert [row.state for row in bridge.calls()] == ["answered", "dropped"]
    bridge.calling.give_up(ORG, "R0NOBODY01", "missing_scope", "usergroups.list")


def test_a_whole_story_leaves_a_chain_that_holds(bridge: Bridge) -> None:
    bridge.wire.plays(groups(OPS), reset, groups(OPS))
    bridge.recheck()
    bridge.calling.send(ORG, bridge.call.id)
    bridge.look()
    bridge.conclude()
    bridge.wire.plays(groups(OPS), ok())
    bridge.recheck()
    bridge.calling.send(ORG, bridge.call.id)
    assert bridge.methods() == [
        "usergroups.list",
        "usergroups.disable",
        "usergroups.list",
        "usergroups.list",
        "usergroups.disable",
    ]
    assert verify(bridge.database) == []


def test_a_call_there_is_not_is_a_mistake_of_ours(bridge: Bridge) -> None:
    with pytest.raises(LookupError):
        bridge.calling.recheck("E0OTHER001", bridge.call.id)
