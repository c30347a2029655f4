"""From approved to executing: who asked and approved must still be allowed to, and the guardrails agree."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.config import BreakGlass, Group, PolicyBook, Principal, QuietHours
from app.execution.beginning import Beginning
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.requests.policies import Policies
from app.requests.verdicts import Click, Verdicts
from app.slack.directory import Workspace
from app.slack.gateway import ReadFailed
from app.storage import Database
from app.storage.tables import calls, decisions, holds, requests
from tests.unit.execution.conftest import DBA, OPS, Bridge, disabling
from tests.unit.given import (
    ANA,
    BEN,
    CHLOE,
    NOW,
    ORG,
    StillClock,
    Town,
    entitled,
    group,
    item,
    plan,
    policy,
    somebody,
)
from tests.unit.slack.wire import Turn, error, ok


def person(user_id: str, **flags: Any) -> Turn:
    """Slack's answer to `users.info`."""
    return ok(user={"id": user_id, "name": user_id, "enterprise_user": {"enterprise_id": ORG}, **flags})


class Start:
    """An approved request and the one who begins it."""

    def __init__(self, bridge: Bridge, beginning: Beginning) -> None:
        self.bridge, self.beginning = bridge, beginning

    def __call__(self) -> bool:
        return self.beginning.begin(ORG, self.bridge.request.id)

    def lapsed(self) -> Refusal | None:
        return self.beginning.lapsed(ORG, self.bridge.request.id)

    def told(self, *turns: Turn) -> None:
        """What Slack says of Ana, who asked, and then of the approvers."""
        self.bridge.wire.plays(person(ANA), *turns)

    def same_address(self, *people: str, email: str) -> None:
        """Those who decided turn out to have that address, written another way."""
        with self.bridge.database.write() as connection:
            mine = decisions.c.person_id.in_(people)
            connection.execute(decisions.update().where(mine).values(person_email=email.upper()))

    @property
    def closing(self) -> str:
        return self.bridge.stored().closing or ""

    @property
    def state(self) -> str:
        return self.bridge.stored().state.value

    def calls(self) -> int:
        with self.bridge.database.read() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(calls)) or 0


@pytest.fixture
def approved(
    carry_out: Callable[[Plan], Bridge], sqlite: Database, clock: StillClock
) -> Callable[..., Start]:
    """A request approved by those people; changes are to the rules, and `since` to those in force by now."""

    def make(*people: str, since: Mapping[str, Any] | None = None, **changes: Any) -> Start:
        bridge, database = carry_out(disabling(OPS, DBA)), sqlite
        with database.write() as connection:
            connection.execute(calls.delete())
            connection.execute(requests.update().values(state="pending", began_at=None))
        rules = policy(**changes)
        for user_id in people:
            click = Click(ORG, bridge.request.id, user_id)
            right = entitled(somebody(user_id))
            Verdicts(database, clock).approve(click, bridge.stored(), right, rules["disable-usergroup"])
        town = Town(*map(somebody, (ANA, BEN, CHLOE)))
        town.spaces = [Workspace("T0HQ000001", "HQ", True)]
        town.group_lists = {"T0HQ000001": [group("S0DBA00001", "dba")]}
        policies = Policies(PolicyBook(policy(**changes | dict(since or {}))), database, clock)
        policies.resolve(town)
        return Start(bridge, Beginning(database, bridge.gateway, policies, clock))

    return make


def test_who_still_may_approve_lets_it_begin(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.told(person(BEN))
    assert start()
    assert (start.state, start.calls(), start.bridge.stored().began_at) == ("executing", 2, NOW)
    body = start.bridge.body()
    assert body["calls"] == 2
    assert body["approvers"][BEN]["principals"] == [f"user:{BEN}"]


def test_begun_twice_it_begins_once(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.told(person(BEN))
    assert [start(), start()] == [True, True]
    assert start.calls() == 2
    assert start.bridge.events().count(Event.REQUEST_BEGUN) == 1


class TestQuietHours:
    """They had not come when it was approved, and the policy in force by now has them: 14:13:20 to 15:00."""

    AFTERNOON = QuietHours(14 * 60, 15 * 60, "UTC")
    AT_THREE = NOW + (46 * 60 + 40) * 1000

    def test_it_waits_until_they_are_over_and_is_not_the_shorter_for_it(
        self, approved: Callable[..., Start]
    ) -> None:
        start = approved(BEN, since={"quiet_hours": (self.AFTERNOON,)})
        assert [start(), start()] == [False, False]
        after = start.bridge.stored()
        assert (after.state, after.not_before, after.runs) == ("approved", self.AT_THREE, 1)
        assert after.begin_by == self.AT_THREE + 25 * 3_600_000  # a day, and the hour that is quiet tomorrow
        assert start.bridge.events().count(Event.REQUEST_POSTPONED) == 1
        assert start.bridge.body() == {
            "until": "2026-09-21T15:00:00.000Z",
            "quiet_hours": ["14:00-15:00 UTC"],
        }
        assert start.bridge.told()[-1].startswith("🕰 Quiet hours: it begins")
        assert start.calls() == 0

    def test_afterwards_only_the_next_workflow_begins_it(
        self, approved: Callable[..., Start], clock: StillClock
    ) -> None:
        start = approved(BEN, since={"quiet_hours": (self.AFTERNOON,)})
        start()
        clock.at = self.AT_THREE
        assert not start()
        start.told(person(BEN))
        assert start.beginning.begin(ORG, start.bridge.request.id, 1)
        assert start.state == "executing"

    def test_broken_glass_does_not_wait(self, approved: Callable[..., Start]) -> None:
        start = approved(BEN, since={"quiet_hours": (self.AFTERNOON,)})
        with start.bridge.database.write() as connection:
            connection.execute(requests.update().values(state="break_glass", authorisation="break_glass"))
        assert not start()  # of another kind than what the glass is for, and so stopped; but not put off
        assert (start.state, start.bridge.stored().runs) == ("stopped", 0)


@pytest.mark.parametrize("escalated", [True, False])
def test_who_it_was_escalated_to_lets_it_begin_and_without_that_moment_does_not(
    approved: Callable[..., Start], escalated: bool
) -> None:
    start = approved("W0OLGA0001", escalate_to=(Principal("user", "W0OLGA0001"),))
    if escalated:
        with start.bridge.database.write() as connection:
            connection.execute(requests.update().values(escalated_at=NOW))
    start.told(person("W0OLGA0001"))
    assert start() is escalated
    assert start.state == ("executing" if escalated else "stopped")


@pytest.mark.parametrize("escalate_to", [(), (Principal("user", CHLOE),)])
def test_who_left_the_list_of_escalation_no_longer_counts(
    approved: Callable[..., Start], escalate_to: tuple[Principal, ...]
) -> None:
    olga = (Principal("user", "W0OLGA0001"),)
    start = approved("W0OLGA0001", escalate_to=olga, since={"escalate_to": escalate_to})
    with start.bridge.database.write() as connection:
        connection.execute(requests.update().values(escalated_at=NOW))
    start.told(person("W0OLGA0001"))
    assert (start(), start.state) == (False, "stopped")


@pytest.mark.parametrize("flags", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}])
def test_an_approver_who_lost_the_right_stops_it_untouched(
    approved: Callable[..., Start], flags: dict[str, bool]
) -> None:
    start = approved(BEN)
    start.told(person(BEN, **flags))
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)
    assert start.bridge.outcomes() == [("skipped", "approval_void")] * 2
    assert f"Name of {BEN} had no right to approve it any more" in start.closing
    assert Event.REQUEST_STOPPED in start.bridge.events()
    assert any("Stopped" in text for text in start.bridge.told())
    with start.bridge.database.read() as connection:
        assert connection.execute(sa.select(holds)).all() == []


@pytest.mark.parametrize("flags", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}])
def test_a_requester_who_lost_the_right_stops_it_untouched(
    approved: Callable[..., Start], flags: dict[str, bool]
) -> None:
    start = approved(BEN)
    start.bridge.wire.plays(person(ANA, **flags), person(BEN))
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)
    assert start.bridge.outcomes() == [("skipped", "requester_void")] * 2
    assert f"Name of {ANA} had no right to request it any more" in start.closing


def test_so_does_one_from_whom_the_policy_took_it(approved: Callable[..., Start]) -> None:
    start = approved(BEN, since={"requesters": (Principal("user", CHLOE),)})
    start.told(person(BEN))
    assert not start()
    assert start.bridge.outcomes()[0] == ("skipped", "requester_void")


def test_of_two_approvers_one_who_left_is_one_too_few(approved: Callable[..., Start]) -> None:
    start = approved(BEN, CHLOE, approvals=2)
    start.told(person(BEN), error("user_not_found"))
    assert not start()
    assert start.state == "stopped"


@pytest.mark.parametrize(
    ("people", "email"), [((BEN, CHLOE), "one@example.com"), ((CHLOE,), f"{ANA.lower()}@example.com")]
)
def test_accounts_with_one_address_count_as_one_person(
    approved: Callable[..., Start], people: tuple[str, ...], email: str
) -> None:
    start = approved(BEN, CHLOE, approvals=2)
    start.same_address(*people, email=email)
    start.told(person(BEN), person(CHLOE))
    assert not start()
    assert start.bridge.outcomes()[0] == ("skipped", "approval_void")


def test_people_without_an_address_are_not_taken_for_one(approved: Callable[..., Start]) -> None:
    start = approved(BEN, CHLOE, approvals=2)
    start.same_address(BEN, CHLOE, email="")
    start.told(person(BEN), person(CHLOE))
    assert start()


def test_a_policy_that_wants_more_by_now_gets_more_or_nothing_begins(approved: Callable[..., Start]) -> None:
    start = approved(BEN, since={"approvals": 2})
    start.told(person(BEN))
    assert not start()
    assert start.bridge.outcomes()[0] == ("skipped", "approval_void")
    assert "the policy asked for more approvals than it had" in start.closing


def test_a_policy_that_wants_fewer_by_now_changes_nothing(approved: Callable[..., Start]) -> None:
    start = approved(BEN, CHLOE, approvals=2, since={"approvals": 1})
    start.told(person(BEN), error("user_not_found"))
    assert not start()
    assert start.bridge.outcomes()[0] == ("skipped", "approval_void")


def test_a_plan_changed_behind_the_approval_is_never_carried_out(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.bridge.set(plan=disabling(DBA).canonical())
    start.told()
    assert not start()
    assert (start.state, start.bridge.methods()) == ("stopped", ["users.info"])
    assert start.bridge.outcomes()[0] == ("skipped", "plan_changed")


def test_a_guardrail_that_forbids_it_now_stops_it(approved: Callable[..., Start]) -> None:
    start = approved(BEN, protected_usergroups=(Group("S0DBA00001"),))
    start.told(person(BEN))
    assert not start()
    assert start.bridge.outcomes() == [("skipped", "protected_group")] * 2
    assert "@dba: The policy uses or protects this group" in start.closing


def test_a_right_the_policy_took_away_counts(approved: Callable[..., Start]) -> None:
    start = approved(BEN, approvers=(Principal("user", CHLOE),))
    start.told(person(BEN))
    assert not start()
    assert start.bridge.outcomes()[0] == ("skipped", "approval_void")


def test_when_slack_is_away_nothing_begins_and_nothing_stops(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.bridge.wire.plays(error("missing_scope"))
    with pytest.raises(ReadFailed):
        start()
    assert (start.state, start.calls()) == ("approved", 0)


@pytest.mark.parametrize("state", ["pending", "cancelled", "expired", "succeeded"])
def test_what_is_not_approved_does_not_begin(approved: Callable[..., Start], state: str) -> None:
    start = approved(BEN)
    start.bridge.set(state=state)
    assert not start()
    assert start.bridge.wire.asked == []


@pytest.mark.parametrize(("seconds", "begins"), [(86_399, True), (86_400, False)])
def test_what_is_too_late_is_left_to_expire(
    approved: Callable[..., Start], seconds: float, begins: bool
) -> None:
    start = approved(BEN)
    start.bridge.clock.forward(seconds)
    start.told(person(BEN))
    assert start() is begins
    assert start.state == ("executing" if begins else "approved")
    assert bool(start.bridge.wire.asked) is begins


def test_a_request_there_is_not_does_not_begin(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    assert not start.beginning.begin(ORG, "R0NOBODY01")


class TestWithoutApproval:
    """A broken glass: whoever broke it must still be allowed to, and the guardrails agree."""

    @pytest.fixture
    def broken(
        self, carry_out: Callable[[Plan], Bridge], sqlite: Database, clock: StillClock
    ) -> Callable[..., Start]:
        """Ana's request, about to begin without approval; `people` may break the glass by now."""

        def make(*people: str, **changes: Any) -> Start:
            bridge, database = carry_out(plan(item("T0ACME0001"))), sqlite
            with database.write() as connection:
                connection.execute(calls.delete())
            bridge.set(state="break_glass", authorisation="break_glass", began_at=None)
            town = Town(*map(somebody, (ANA, BEN, CHLOE)))
            glass = BreakGlass(tuple(Principal("user", person_id) for person_id in people))
            policies = Policies(PolicyBook(replace(policy(**changes), break_glass=glass)), database, clock)
            policies.resolve(town)
            return Start(bridge, Beginning(database, bridge.gateway, policies, clock))

        return make

    def test_it_begins_and_the_log_names_nobody_as_approver(self, broken: Callable[..., Start]) -> None:
        start = broken(ANA)
        start.told(ok(teams=[]), ok(teams=[]))
        assert start()
        body = start.bridge.body()
        assert (start.state, start.calls()) == ("executing", 1)
        assert (body["authorisation"], body["approvers"]) == ("break_glass", {})
        assert list(body["broken_by"]) == [ANA]
        assert (body["from"], body["to"]) == ("break_glass", "executing")

    def test_whoever_is_no_longer_named_carries_out_nothing(self, broken: Callable[..., Start]) -> None:
        start = broken(BEN)
        assert not start()
        assert (start.state, start.calls()) == ("stopped", 0)
        assert start.bridge.outcomes() == [("skipped", "glass_void")]
        assert "was no longer named for break-glass. Nothing was carried out." in start.closing

    @pytest.mark.parametrize("flags", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}])
    def test_nor_does_whoever_lost_the_right_to_request(
        self, broken: Callable[..., Start], flags: dict[str, bool]
    ) -> None:
        start = broken(ANA)
        start.bridge.wire.plays(person(ANA, **flags))
        assert not start()
        assert start.bridge.outcomes() == [("skipped", "requester_void")]

    def test_guardrails_hold_all_the_same(self, broken: Callable[..., Start]) -> None:
        start = broken(ANA)
        start.told(ok(teams=[]), ok(teams=[{"id": "T0ACME0001", "name": "Ours"}]))
        assert not start()
        assert start.bridge.outcomes() == [("skipped", "own_org")]

    def test_when_slack_is_away_nothing_is_concluded(self, broken: Callable[..., Start]) -> None:
        start = broken(ANA)
        start.bridge.wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            start()
        assert start.state == "break_glass"


class TestAfterALongGap:
    """A request half carried out that lay still: authority is read again before the next call."""

    @pytest.fixture
    def begun(self, approved: Callable[..., Start]) -> Callable[..., Start]:
        def make(**since: Any) -> Start:
            start = approved(BEN, since=since)
            start.bridge.set(state="executing", began_at=NOW)
            return start

        return make

    @pytest.mark.parametrize("moment", ["began_at", "called_at"])
    def test_within_an_hour_of_beginning_or_of_a_call_nothing_is_read(
        self, begun: Callable[..., Start], moment: str
    ) -> None:
        start = begun()
        start.bridge.set(**{"began_at": NOW - 7_200_000, moment: NOW})
        start.bridge.clock.forward(3599)
        assert start.lapsed() is None
        assert start.bridge.wire.asked == []

    def test_afterwards_everybody_and_every_guardrail_is_read_again(
        self, begun: Callable[..., Start]
    ) -> None:
        start = begun()
        start.bridge.set(called_at=NOW)
        start.bridge.clock.forward(3600)
        start.told(person(BEN))
        assert start.lapsed() is None
        assert [asked.form["user"] for asked in start.bridge.wire.asked] == [ANA, BEN]

    @pytest.mark.parametrize(
        ("turns", "code"),
        [
            ([person(ANA, deleted=True)], "requester_void"),
            ([person(ANA), person(BEN, deleted=True)], "approval_void"),
        ],
    )
    def test_whoever_lost_the_right_meanwhile_ends_it(
        self, begun: Callable[..., Start], turns: list[Turn], code: str
    ) -> None:
        start = begun()
        start.bridge.clock.forward(3600)
        start.bridge.wire.plays(*turns)
        refusal = start.lapsed()
        assert refusal is not None
        assert refusal.code == code
        assert start.state == "executing"

    def test_so_does_a_guardrail(self, begun: Callable[..., Start]) -> None:
        start = begun(protected_usergroups=(Group("S0DBA00001"),))
        start.bridge.clock.forward(3600)
        start.told(person(BEN))
        refusal = start.lapsed()
        assert refusal is not None
        assert refusal.code == "protected_group"

    def test_when_slack_is_away_nothing_is_concluded(self, begun: Callable[..., Start]) -> None:
        start = begun()
        start.bridge.clock.forward(3600)
        start.bridge.wire.plays(error("missing_scope"))
        with pytest.raises(ReadFailed):
            start.lapsed()
