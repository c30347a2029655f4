"""From approved to executing: who approved must still be allowed to, and the guardrails still agree."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.config import Group, PolicyBook, Principal
from app.execution.beginning import Beginning
from app.model.plan import Plan
from app.requests.policies import Policies
from app.requests.verdicts import Click, Verdicts
from app.slack.directory import Workspace
from app.slack.gateway import ReadFailed
from app.storage import Database
from app.storage.tables import calls, holds, requests
from tests.unit.execution.conftest import OPS, Bridge, disabling
from tests.unit.given import ANA, BEN, CHLOE, NOW, ORG, StillClock, Town, entitled, group, policy, somebody
from tests.unit.slack.wire import Turn, error, ok

DBA = {"id": "S0DBA00001", "handle": "dba", "name": "Dba"}


def person(user_id: str, **flags: Any) -> Turn:
    """Slack's answer to `users.info`."""
    return ok(user={"id": user_id, "name": user_id, "enterprise_user": {"enterprise_id": ORG}, **flags})


class Start:
    """An approved request and the one who begins it."""

    def __init__(self, bridge: Bridge, beginning: Beginning) -> None:
        self.bridge, self.beginning = bridge, beginning

    def __call__(self) -> bool:
        return self.beginning.begin(ORG, self.bridge.request.id)

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
    """A request approved by those people; changes are to the rules."""

    def make(*people: str, **changes: Any) -> Start:
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
        policies = Policies(PolicyBook(rules), database, clock)
        policies.resolve(town)
        return Start(bridge, Beginning(database, bridge.gateway, policies, clock))

    return make


def test_who_still_may_approve_lets_it_begin(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.bridge.wire.plays(person(BEN))
    assert start()
    assert (start.state, start.calls(), start.bridge.stored().began_at) == ("executing", 2, NOW)
    body = start.bridge.body()
    assert body["calls"] == 2
    assert body["approvers"][BEN]["principals"] == [f"user:{BEN}"]


def test_begun_twice_it_begins_once(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.bridge.wire.plays(person(BEN))
    assert [start(), start()] == [True, True]
    assert start.calls() == 2
    assert start.bridge.events().count(Event.REQUEST_BEGUN) == 1


@pytest.mark.parametrize("flags", [{"deleted": True}, {"is_restricted": True}, {"is_bot": True}])
def test_an_approver_who_lost_the_right_stops_it_untouched(
    approved: Callable[..., Start], flags: dict[str, bool]
) -> None:
    start = approved(BEN)
    start.bridge.wire.plays(person(BEN, **flags))
    assert not start()
    assert (start.state, start.calls()) == ("stopped", 0)
    assert start.bridge.outcomes() == [("skipped", "approval_void")] * 2
    closing = start.bridge.stored().closing
    assert closing is not None
    assert f"Name of {BEN} had no right" in closing
    assert Event.REQUEST_STOPPED in start.bridge.events()
    assert any("Stopped" in text for text in start.bridge.told())
    with start.bridge.database.read() as connection:
        assert connection.execute(sa.select(holds)).all() == []


def test_of_two_approvers_one_who_left_is_one_too_few(approved: Callable[..., Start]) -> None:
    start = approved(BEN, CHLOE, approvals=2)
    with start.bridge.database.write() as connection:
        connection.execute(requests.update().values(state="approved", approvals_wanted=2))
    start.bridge.wire.plays(person(BEN), error("user_not_found"))
    assert not start()
    assert start.state == "stopped"


def test_a_plan_changed_behind_the_approval_is_never_carried_out(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    start.bridge.set(plan=disabling(DBA).canonical())
    assert not start()
    assert (start.state, start.bridge.wire.asked) == ("stopped", [])
    assert start.bridge.outcomes()[0] == ("skipped", "plan_changed")


def test_a_guardrail_that_forbids_it_now_stops_it(approved: Callable[..., Start]) -> None:
    start = approved(BEN, protected_usergroups=(Group("S0DBA00001"),))
    start.bridge.wire.plays(person(BEN))
    assert not start()
    assert start.bridge.outcomes() == [("skipped", "protected_group")] * 2
    closing = start.bridge.stored().closing
    assert closing is not None
    assert "@dba: The policy uses or protects this group" in closing


def test_a_right_the_policy_took_away_counts(approved: Callable[..., Start]) -> None:
    start = approved(BEN, approvers=(Principal("user", CHLOE),))
    start.bridge.wire.plays(person(BEN))
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


def test_a_request_there_is_not_does_not_begin(approved: Callable[..., Start]) -> None:
    start = approved(BEN)
    assert not start.beginning.begin(ORG, "R0NOBODY01")
