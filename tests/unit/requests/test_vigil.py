"""An approver list that becomes empty: nothing is filed, what waits is blocked, and everybody hears of it."""

from collections.abc import Callable

import pytest

from app.audit.events import Event
from app.config import Principal, Raise
from app.model.refusal import Refusal
from app.requests.quorums import nobody_left
from app.requests.vigil import Vigil
from tests.unit.given import ADMIN_CHANNEL, ANA, BEN, CHLOE, ORG, TEAM, filed, item, plan, somebody
from tests.unit.requests.conftest import Office, decided, deny

SECURITY = Principal("usergroup", "S0SECURITY", TEAM)
EVERY = (Event.POLICY_UNREACHABLE, Event.POLICY_REACHABLE, Event.REQUEST_BLOCKED, Event.REQUEST_UNBLOCKED)


@pytest.fixture
def guarded(open_office: Callable[..., Office]) -> Office:
    """An office whose approvers are the user group of Ben and Chloe."""
    return open_office(groups={"S0SECURITY": {BEN, CHLOE}}, approvers=(SECURITY,))


def staff(office: Office, *people: str) -> None:
    """The group has only those people by now."""
    office.town.groups[TEAM, "S0SECURITY"] = frozenset(people)


def vigil(office: Office) -> Vigil:
    return Vigil(office.database, lambda _: office.town, office.policies, office.clock, 1)


def turn(office: Office) -> int:
    """A minute later, another look."""
    office.clock.forward(60)
    return vigil(office).run_once()


def in_channel(office: Office) -> list[str]:
    return [text for place, where, text in office.told() if (place, where) == ("channel", ADMIN_CHANNEL)]


def blocked(office: Office, request_id: str) -> str | None:
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    return record.request.blocked


class TestFiling:
    def test_is_possible_while_somebody_else_can_approve(self, guarded: Office) -> None:
        assert nobody_left(guarded.policies.of(ORG), plan(), ANA, guarded.town) is None
        staff(guarded, ANA, BEN)
        assert nobody_left(guarded.policies.of(ORG), plan(), ANA, guarded.town) is None

    @pytest.mark.parametrize("people", [(), (ANA,)])
    def test_is_refused_when_nobody_else_is_left(self, guarded: Office, people: tuple[str, ...]) -> None:
        staff(guarded, *people)
        refusal = nobody_left(guarded.policies.of(ORG), plan(), ANA, guarded.town)
        assert isinstance(refusal, Refusal)
        assert refusal.code == "nobody_to_approve"
        assert f"{SECURITY}: {len(people) or 'nobody'}" in refusal.sentence
        assert "Tell whoever keeps" in refusal.sentence

    @pytest.mark.parametrize("flags", [{"deleted": True}, {"guest": True}, {"bot": True}, {"stranger": True}])
    def test_people_named_singly_count_only_while_they_could_decide(
        self, open_office: Callable[..., Office], flags: dict[str, bool]
    ) -> None:
        office = open_office(approvers=(Principal("user", BEN),))
        office.town.people[BEN] = somebody(BEN, **flags)
        assert nobody_left(office.policies.of(ORG), plan(), ANA, office.town) is not None

    def test_looks_at_what_this_plan_needs(self, open_office: Callable[..., Office]) -> None:
        raises = (Raise("items > 1", 1, approvals=2),)
        office = open_office(groups={"S0SECURITY": {BEN, CHLOE}}, approvers=(SECURITY,), raises=raises)
        staff(office, BEN)
        policy = office.policies.of(ORG)
        assert nobody_left(policy, plan(item("T0ONE00001")), ANA, office.town) is None
        two = plan(item("T0ONE00001"), item("T0TWO00001"))
        refusal = nobody_left(policy, two, ANA, office.town)
        assert refusal is not None
        assert "It needs 2 approvals, and 1 person could give one now" in refusal.sentence


class TestTheWatch:
    def test_says_nothing_while_all_is_well(self, guarded: Office) -> None:
        filed(guarded.database, guarded.clock)
        assert [turn(guarded), turn(guarded)] == [0, 0]
        assert guarded.events(*EVERY) == []

    def test_an_emptied_group_is_told_once_in_the_channel_and_blocks_what_waits(
        self, guarded: Office
    ) -> None:
        request = filed(guarded.database, guarded.clock)
        staff(guarded)
        assert [turn(guarded), turn(guarded)] == [2, 0]
        assert [event for event, _ in guarded.events(*EVERY)] == ["policy:unreachable", "request:blocked"]
        assert in_channel(guarded)[0].startswith("Nobody can approve disable-usergroup, disconnect-channel")
        assert "usergroup:T0HQ000001/S0SECURITY: nobody" in (blocked(guarded, request.id) or "")
        assert any("As things are it cannot be approved" in text for _, _, text in guarded.told())

    def test_a_group_with_people_again_is_told_too(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock)
        staff(guarded)
        turn(guarded)
        staff(guarded, CHLOE)
        assert turn(guarded) == 2
        assert [event for event, _ in guarded.events(*EVERY)][2:] == ["policy:reachable", "request:unblocked"]
        assert blocked(guarded, request.id) is None
        assert in_channel(guarded)[1].startswith("✅")

    def test_a_request_alone_can_be_blocked(self, guarded: Office) -> None:
        two = filed(guarded.database, guarded.clock, approvals=2)  # filed under stricter rules
        staff(guarded, BEN)
        assert turn(guarded) == 1
        assert "It needs 2 approvals" in (blocked(guarded, two.id) or "")
        assert in_channel(guarded) == []

    def test_what_is_decided_is_not_looked_at(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock)
        decided(deny(guarded, request.id))
        staff(guarded)
        assert turn(guarded) == 1
        assert blocked(guarded, request.id) is None

    def test_several_processes_take_turns(self, guarded: Office) -> None:
        staff(guarded)
        guarded.clock.forward(60)
        assert [vigil(guarded).run_once(), vigil(guarded).run_once()] == [1, 0]
        guarded.town.asked.clear()
        assert vigil(guarded).run_once() == 0
        assert guarded.town.asked == []

    def test_a_slack_that_is_away_for_a_moment_changes_nothing(self, guarded: Office) -> None:
        guarded.town.away = "internal_error"
        assert turn(guarded) == 0
        assert guarded.events(*EVERY) == []

    def test_a_slack_that_refuses_to_tell_is_told(self, guarded: Office) -> None:
        guarded.town.away = "missing_scope"
        assert turn(guarded) == 1
        (text,) = in_channel(guarded)
        assert text == "Nobody can approve any operation at present"
