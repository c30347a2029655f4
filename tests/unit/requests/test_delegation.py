"""While an approver is away: who decides for them, what counts once, and what never counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.audit.verify import verify
from app.config import PolicyBook, Principal
from app.evidence import evidence
from app.model.delegation import Delegation
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests.delegations import Delegations
from app.requests.explaining import Explaining
from app.requests.handing_over import HandingOver, Wish
from app.requests.overview import gathered
from app.requests.policies import Policies
from app.requests.standing_in import StandingIn
from app.requests.verdicts import Decided
from app.requests.vigil import Vigil
from app.storage.tables import cards, decisions
from tests.unit.given import ADMIN_CHANNEL, ANA, BEN, CHLOE, NOW, ORG, filed, plan, policy, rules, somebody
from tests.unit.requests.conftest import Office, approve, ask, cancel, decided, deny, refused
from tests.unit.requests.test_deciding_at_once import race

DANA, ED = "W0DANA0001", "W0ED000001"
TODAY = date(2026, 9, 21)  # by the clock that stands still
FRIDAY = date(2026, 9, 25)


def handing(office: Office) -> HandingOver:
    return HandingOver(office.policies, delegations(office), office.clock)


def delegations(office: Office) -> Delegations:
    return Delegations(office.database, office.policies, office.clock)


def give(office: Office, away: str = BEN, to: str = DANA, until: date = FRIDAY, note: str = "") -> Any:
    return handing(office).give(away, Wish(to, until, note), office.town)


def given(office: Office, away: str = BEN, to: str = DANA, **wish: Any) -> Delegation:
    told = give(office, away, to, **wish)
    assert isinstance(told, Delegation), told
    return told


def back(office: Office, away: str = BEN) -> bool:
    present = delegations(office).present(ORG, away)
    return present is not None and delegations(office).end(present, away, "back")


@pytest.fixture
def lending(open_office: Callable[..., Office]) -> Callable[..., Office]:
    """Opens an office that lets people hand over, with Dana and Ed; everybody is in the admin channel."""

    def open_it(*people: Person, delegation: bool = True, **changes: Any) -> Office:
        office = open_office(somebody(DANA), somebody(ED), *people, delegation=delegation, **changes)
        assert office.town.chamber is not None
        office.town.chamber = replace(office.town.chamber, members=frozenset(office.town.people))
        return office

    return open_it


@pytest.fixture
def lent(lending: Callable[..., Office]) -> Office:
    """Ben and Chloe approve; Dana and Ed have no right of their own."""
    return lending()


class TestHandingOver:
    def test_gives_the_right_until_the_end_of_that_day_where_the_person_lives(self, lent: Office) -> None:
        lent.town.people[BEN] = somebody(BEN, zone="America/New_York")
        told = given(lent, note="At the sea; <!channel>")
        assert told.until == NOW + 4 * 86_400_000 - (14 * 3600 + 13 * 60 + 20) * 1000 + 28 * 3_600_000
        assert lent.events() == [("delegation:given", BEN)]
        (channel, where, text), (place, who, direct) = lent.told()
        assert (channel, where, place, who) == ("channel", ADMIN_CHANNEL, "person", DANA)
        assert f"<@{BEN}> is away: <@{DANA}> approves and denies for them" in text
        assert f"<@{BEN}> is away: you approve and deny" in direct

    def test_a_zone_slack_does_not_tell_is_utc(self, lent: Office) -> None:
        assert given(lent).until % 86_400_000 == 0
        lent.town.people[BEN] = somebody(BEN, zone="Nowhere/At_All")
        assert given(lent).until % 86_400_000 == 0

    @pytest.mark.parametrize(
        ("wish", "field"),
        [
            (Wish("", FRIDAY), "delegate"),
            (Wish(BEN, FRIDAY), "delegate"),
            (Wish(DANA, None), "until"),
            (Wish(DANA, date(2026, 9, 19)), "until"),
            (Wish(DANA, date(2026, 10, 23)), "until"),
            (Wish(DANA, FRIDAY, "x" * 201), "note"),
        ],
    )
    def test_what_is_surely_wrong_is_said_at_its_field(self, lent: Office, wish: Wish, field: str) -> None:
        assert list(handing(lent).wrong(BEN, wish)) == [field]
        assert isinstance(handing(lent).give(BEN, wish, lent.town), Refusal)
        assert lent.events() == []

    def test_what_is_right_is_not(self, lent: Office) -> None:
        assert handing(lent).wrong(BEN, Wish(DANA, TODAY, "x" * 200)) == {}

    @pytest.mark.parametrize("day", [date(2026, 9, 20), date(2026, 10, 22)])
    def test_a_day_is_judged_by_the_persons_own_clock(self, lent: Office, day: date) -> None:
        assert handing(lent).wrong(BEN, Wish(DANA, day)) == {}
        assert refused(give(lent, until=day)) == "wrong_day"

    @pytest.mark.parametrize(
        ("person", "code"),
        [
            (somebody(DANA, guest=True), "delegate_guest"),
            (somebody(DANA, bot=True), "delegate_bot"),
            (somebody(DANA, deleted=True), "delegate_deactivated"),
            (somebody(DANA, stranger=True), "delegate_outsider"),
            (somebody(DANA, enterprise_id="E0OTHER001"), "delegate_outsider"),
            (somebody(DANA, email=f"{BEN}@EXAMPLE.com"), "delegate_same_person"),
        ],
    )
    def test_only_to_a_full_member_of_ones_own_organization_who_is_somebody_else(
        self, lent: Office, person: Person, code: str
    ) -> None:
        lent.town.people[DANA] = person
        assert refused(give(lent)) == code

    def test_only_to_somebody_who_sees_the_cards(self, lent: Office) -> None:
        room = lent.town.chamber
        assert room is not None
        lent.town.chamber = replace(room, members=frozenset({ANA, BEN, CHLOE}))
        assert refused(give(lent)) == "delegate_not_in_channel"

    @pytest.mark.parametrize("away", [ANA, DANA])
    def test_only_by_an_approver(self, lent: Office, away: str) -> None:
        assert refused(give(lent, away, ED)) == "nothing_to_hand_over"

    def test_not_while_the_policy_does_not_say_so(self, lending: Callable[..., Office]) -> None:
        assert refused(give(lending(delegation=False))) == "nothing_to_hand_over"

    def test_what_others_handed_to_somebody_they_cannot_hand_on(self, lent: Office) -> None:
        given(lent)
        assert refused(give(lent, DANA, ED)) == "nothing_to_hand_over"

    def test_a_new_one_takes_the_place_of_the_old_one(self, lent: Office) -> None:
        first, second = given(lent), given(lent, BEN, ED)
        assert [one.id for one in delegations(lent).open(ORG)] == [second.id]
        assert lent.events() == [
            ("delegation:given", BEN),
            ("delegation:ended", BEN),
            ("delegation:given", BEN),
        ]
        request_id = ask(lent)
        assert refused(approve(lent, request_id, DANA)) == "not_an_approver"
        assert decided(approve(lent, request_id, ED)).approved
        assert first.id != second.id
        assert any("has chosen somebody else" in text for _, _, text in lent.told())

    def test_to_the_same_person_again_it_is_the_same_one_with_another_date(self, lent: Office) -> None:
        first = given(lent)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, DANA))
        given(lent, until=date(2026, 10, 2))
        (present,) = delegations(lent).open(ORG)
        assert (present.id, present.until > first.until) == (first.id, True)
        assert isinstance(standing(lent, request_id), dict)

    def test_pressed_ten_times_there_is_one(self, lent: Office) -> None:
        told = race(*(lambda to=to: give(lent, BEN, to) for to in (DANA, ED) * 5))
        assert all(isinstance(one, Delegation) or one.code == "raced" for one in told)
        assert len(delegations(lent).open(ORG)) == 1
        assert verify(lent.database) == []


def standing(office: Office, request_id: str) -> Any:
    """The proof of the request's only approval as it stands when it is to begin, or why it no longer does."""
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    (approval,) = record.approvals
    wanted = office.policies.of(ORG)["disconnect-org"]
    told = StandingIn(office.database, office.clock).still(approval, wanted, office.town)
    return told if isinstance(told, Refusal) else told.proof.as_json()


class TestDecidingForSomebody:
    def test_counts_as_theirs_and_says_whose_it_is(self, lent: Office) -> None:
        one = given(lent)
        request_id = ask(lent)
        assert decided(approve(lent, request_id, DANA)).approved
        _, actor, body = lent.last_event()
        with lent.database.read() as connection:
            row = connection.execute(sa.select(decisions)).one()
        record = lent.deciding.record(ORG, request_id)
        assert record is not None and record.approvals[0].behalf is not None
        assert (row.person_id, actor, body["to"]) == (DANA, DANA, "approved")
        assert record.approvals[0].principals == (f"user:{BEN}",)
        assert record.approvals[0].proof["for"] == {
            "id": BEN,
            "name": f"Name of {BEN}",
            "email": f"{BEN.lower()}@example.com",
            "role": "member",
            "delegation": one.id,
        }
        assert ("thread", "", f"👍 <@{DANA}> for <@{BEN}> approved (1 of 1).") in lent.told()
        assert any(
            f"<@{DANA}> for <@{BEN}> approved your request" in text
            for _, who, text in lent.told()
            if who == ANA
        )

    def test_the_evidence_holds_the_delegation(self, lent: Office) -> None:
        one = given(lent, note="=1+1")
        request_id = ask(lent)
        decided(approve(lent, request_id, DANA))
        found = evidence(lent.database, ORG, request_id)
        assert found is not None
        (made,) = found["decisions"]
        assert (made["person"]["id"], made["for"]["id"]) == (DANA, BEN)
        assert made["for"]["delegation"]["id"] == one.id
        assert made["for"]["delegation"]["note"] == "=1+1"
        assert made["for"]["delegation"]["ended"] is None

    def test_denying_is_the_same(self, lent: Office) -> None:
        given(lent)
        decided(deny(lent, ask(lent), DANA, "Not now."))
        assert ("thread", "", f"❌ <@{DANA}> for <@{BEN}> denied it: Not now.") in lent.told()

    def test_then_the_person_themselves_is_told_who_was_faster(self, lent: Office) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, DANA))
        for told in (approve(lent, request_id, BEN), deny(lent, request_id, BEN)):
            assert refused(told) == "decided_for_you"
            assert told.sentence.startswith(f"Name of {DANA} has approved this for you")
        assert decided(approve(lent, request_id, CHLOE)).approved

    def test_and_so_is_another_account_of_theirs(self, lending: Callable[..., Office]) -> None:
        twin = somebody("W0BENTWO01", email=f"{BEN.lower()}@example.com")
        people = tuple(Principal("user", found) for found in (BEN, CHLOE, twin.id))
        office = lending(twin, approvers=people)
        given(office)
        request_id = ask(office, approvals=2)
        decided(approve(office, request_id, DANA))
        assert refused(approve(office, request_id, twin.id)) == "same_person"

    def test_when_they_were_faster_nobody_decides_for_them(self, lent: Office) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, BEN))
        assert refused(approve(lent, request_id, DANA)) == "seat_taken"

    def test_one_human_counts_once_however_many_they_stand_in_for(self, lent: Office) -> None:
        given(lent)
        lent.clock.forward(1)
        given(lent, CHLOE)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, DANA))
        assert refused(approve(lent, request_id, DANA)) == "already_yours"
        assert lent.state(request_id) == "pending"

    def test_of_several_the_first_counts_whose_seat_is_open(self, lent: Office) -> None:
        given(lent)
        lent.clock.forward(1)
        given(lent, CHLOE)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, BEN))
        lent.clock.forward(1)
        assert decided(approve(lent, request_id, DANA)).approved
        record = lent.deciding.record(ORG, request_id)
        assert record is not None
        assert [made.behalf_id for made in record.approvals] == [None, CHLOE]

    def test_a_right_of_ones_own_comes_first(self, lent: Office) -> None:
        given(lent, BEN, CHLOE)
        request_id = ask(lent, approvals=2)
        decided(approve(lent, request_id, CHLOE))
        assert refused(approve(lent, request_id, CHLOE)) == "already_yours"
        assert decided(approve(lent, request_id, BEN)).approved

    def test_a_chain_gives_no_right(self, lending: Callable[..., Office]) -> None:
        people = tuple(Principal("user", found) for found in (BEN, CHLOE, DANA))
        office = lending(approvers=people)
        given(office, BEN, DANA)
        given(office, DANA, ED)
        request_id = ask(office, approvals=3)
        decided(approve(office, request_id, DANA))
        assert refused(approve(office, request_id, ED)) == "seat_taken"
        assert office.state(request_id) == "pending"

    def test_who_is_stood_in_for_counts_once_with_who_stands_in_for_them(
        self, lending: Callable[..., Office]
    ) -> None:
        people = tuple(Principal("user", found) for found in (BEN, CHLOE, DANA))
        office = lending(approvers=people)
        given(office, DANA, ED)
        request_id = ask(office, approvals=2)
        decided(approve(office, request_id, ED))
        assert refused(approve(office, request_id, DANA)) == "decided_for_you"


class TestNever:
    def test_what_the_delegate_asked_for(self, lent: Office) -> None:
        given(lent, BEN, ANA)
        assert refused(approve(lent, ask(lent), ANA)) == "self_approval"

    def test_nor_an_account_with_the_requesters_address(self, lent: Office) -> None:
        lent.town.people[DANA] = somebody(DANA, email=f"{ANA}@example.com")
        given(lent)
        assert refused(approve(lent, ask(lent), DANA)) == "same_person"

    def test_what_the_person_who_is_away_asked_for(self, lending: Callable[..., Office]) -> None:
        people = tuple(Principal("user", found) for found in (ANA, BEN))
        office = lending(approvers=people)
        given(office, ANA, DANA)
        request_id = ask(office)
        assert refused(approve(office, request_id, DANA)) == "seat_taken"
        assert refused(deny(office, request_id, DANA)) == "seat_taken"

    def test_nor_what_another_account_of_theirs_asked_for(self, lending: Callable[..., Office]) -> None:
        people = tuple(Principal("user", found) for found in (CHLOE, BEN))
        twin = somebody(BEN, email=f"{ANA}@example.com")
        office = lending(twin, approvers=people)
        given(office)
        assert refused(approve(office, ask(office), DANA)) == "seat_taken"

    @pytest.mark.parametrize("changes", [{"deleted": True}, {"guest": True}])
    def test_for_somebody_who_lost_their_account_or_rights(self, lent: Office, changes: Any) -> None:
        given(lent)
        lent.town.people[BEN] = somebody(BEN, **changes)
        assert refused(approve(lent, ask(lent), DANA)) == "delegator_void"

    def test_for_somebody_the_policy_names_no_longer(self, lent: Office) -> None:
        given(lent)
        lent.policies.adopt(ORG, policy(delegation=True, approvers=(Principal("user", CHLOE),)))
        assert refused(approve(lent, ask(lent), DANA)) == "delegator_void"

    def test_where_the_policy_no_longer_lets_it_be_delegated(self, lent: Office) -> None:
        given(lent)
        lent.policies.adopt(ORG, policy())
        assert refused(approve(lent, ask(lent), DANA)) == "not_delegable"

    def test_of_two_operations_only_the_one_that_lets_it(self, lent: Office) -> None:
        given(lent)
        mixed = policy(delegation=True)
        closed = {**mixed.operations, "disconnect-org": rules()}
        lent.policies.adopt(ORG, replace(mixed, operations=closed))
        assert refused(approve(lent, ask(lent), DANA)) == "not_delegable"

    @pytest.mark.parametrize("changes", [{"deleted": True}, {"guest": True}, {"stranger": True}])
    def test_by_a_delegate_who_is_no_full_member_any_more(self, lent: Office, changes: Any) -> None:
        given(lent)
        lent.town.people[DANA] = somebody(DANA, **changes)
        assert isinstance(approve(lent, ask(lent), DANA), Refusal)

    def test_after_it_was_taken_back(self, lent: Office) -> None:
        given(lent)
        assert [back(lent), back(lent)] == [True, False]
        assert refused(approve(lent, ask(lent), DANA)) == "not_an_approver"
        assert lent.events(Event.DELEGATION_ENDED) == [("delegation:ended", BEN)]

    def test_after_its_date_even_before_it_was_noticed(self, lent: Office) -> None:
        one = given(lent)
        lent.clock.at = one.until
        assert refused(approve(lent, ask(lent), DANA)) == "not_an_approver"

    def test_by_somebody_of_another_organization(self, lent: Office) -> None:
        given(lent)
        other = plan(enterprise_id="E0OTHER001")
        request_id = filed(lent.database, lent.clock, other).id
        assert refused(approve(lent, request_id, DANA)) == "unknown_request"
        elsewhere = replace(lent.click(request_id, DANA), enterprise_id="E0OTHER001")
        lent.policies.adopt("E0OTHER001", policy(delegation=True))
        lent.town.enterprise_id = "E0OTHER001"
        lent.town.people[DANA] = somebody(DANA, enterprise_id="E0OTHER001")
        lent.town.people[BEN] = somebody(BEN, enterprise_id="E0OTHER001")
        told = lent.deciding.approve(elsewhere, lent.town, "Acme")
        assert refused(told) == "not_an_approver"

    def test_cancelling_what_is_about_to_begin_takes_a_right_of_ones_own(self, lent: Office) -> None:
        given(lent)
        request_id = ask(lent, cool_off=900)
        decided(approve(lent, request_id, DANA))
        assert refused(cancel(lent, request_id, DANA)) == "not_an_approver"


class TestAtTheSameMoment:
    @pytest.mark.parametrize("attempt", range(3))
    def test_the_person_and_who_stands_in_for_them_count_once(self, lent: Office, attempt: int) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        told = race(*(lambda who=who: approve(lent, request_id, who) for who in (BEN, DANA)))
        assert sum(isinstance(one, Decided) for one in told) == 1
        (no,) = [one.code for one in told if isinstance(one, Refusal)]
        assert no in ("decided_for_you", "seat_taken")
        assert len(lent.events(Event.DECISION_MADE)) == 1

    @pytest.mark.parametrize(
        ("meanwhile", "code"),
        [
            (lambda office, request_id: approve(office, request_id, BEN), "seat_taken"),
            (lambda office, request_id: back(office), "delegation_over"),
        ],
    )
    def test_what_happens_while_slack_is_asked_is_found_in_the_transaction(
        self,
        lent: Office,
        monkeypatch: pytest.MonkeyPatch,
        meanwhile: Callable[[Office, str], Any],
        code: str,
    ) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        room, done = lent.town.room, list[bool]()

        def read(channel_id: str) -> Any:
            if not done:
                done.append(True)
                meanwhile(lent, request_id)
            return room(channel_id)

        monkeypatch.setattr(lent.town, "room", read)
        assert refused(approve(lent, request_id, DANA)) == code
        assert ("decision:made", DANA) not in lent.events()


class TestWhenItIsToBegin:
    @pytest.fixture
    def approved(self, lent: Office) -> str:
        given(lent)
        request_id = ask(lent)
        decided(approve(lent, request_id, DANA))
        return request_id

    def test_it_stands_with_the_proof_of_both(self, lent: Office, approved: str) -> None:
        proof = standing(lent, approved)
        assert (proof["principals"], proof["for"]["id"]) == ([f"user:{BEN}"], BEN)

    def test_a_date_that_has_passed_since_voids_nothing(self, lent: Office, approved: str) -> None:
        lent.clock.forward(30 * 86_400)
        assert delegations(lent).lapse() == 1
        assert isinstance(standing(lent, approved), dict)

    def test_taken_back_it_does(self, lent: Office, approved: str) -> None:
        back(lent)
        assert refused(standing(lent, approved)) == "delegation_over"

    def test_so_does_another_delegate_in_its_place(self, lent: Office, approved: str) -> None:
        given(lent, BEN, ED)
        assert refused(standing(lent, approved)) == "delegation_over"

    def test_so_does_a_policy_that_no_longer_lets_it(self, lent: Office, approved: str) -> None:
        lent.policies.adopt(ORG, policy())
        assert refused(standing(lent, approved)) == "not_delegable"

    @pytest.mark.parametrize(
        ("gone", "code"), [(BEN, "delegator_void"), (DANA, "deactivated")], ids=["away", "delegate"]
    )
    def test_so_does_one_of_the_two_who_is_gone(
        self, lent: Office, approved: str, gone: str, code: str
    ) -> None:
        lent.town.people[gone] = somebody(gone, deleted=True)
        assert refused(standing(lent, approved)) == code


class TestTheEnd:
    def test_its_date_ends_it_once_and_it_is_told(self, lent: Office) -> None:
        one = given(lent)
        assert delegations(lent).lapse() == 0
        lent.clock.at = one.until
        assert [delegations(lent).lapse(), delegations(lent).lapse()] == [1, 0]
        event, actor, body = lent.last_event()
        assert (event, actor, body["why"]) == ("delegation:ended", "drawbridge", "lapsed")
        assert lent.told()[-2:] == [
            ("channel", ADMIN_CHANNEL, f"🔙 <@{DANA}> no longer decides for <@{BEN}>: the date has passed."),
            ("person", DANA, f"🔙 You no longer decide for <@{BEN}>: the date has passed."),
        ]

    def test_one_that_got_another_date_meanwhile_does_not_lapse(self, lent: Office) -> None:
        one = given(lent)
        lent.clock.at = one.until
        prolonged = given(lent, until=date(2026, 10, 2))
        assert (prolonged.delegate_id, delegations(lent).end(one, "drawbridge", "lapsed")) == (DANA, False)
        assert delegations(lent).lapse() == 0
        assert decided(approve(lent, ask(lent), DANA)).approved

    def test_one_whose_date_had_passed_lapsed_whoever_ends_it(self, lent: Office) -> None:
        one = given(lent)
        request_id = ask(lent)
        decided(approve(lent, request_id, DANA))
        lent.clock.at = one.until
        given(lent, BEN, ED, until=date(2026, 10, 2))
        assert ("delegation:ended", "drawbridge") in lent.events()
        assert isinstance(standing(lent, request_id), dict)

    @pytest.mark.parametrize("gone", [BEN, DANA])
    def test_a_lost_account_ends_it(self, lent: Office, gone: str) -> None:
        given(lent)
        vigil = Vigil(lent.database, lambda _: lent.town, lent.policies, lent.clock, 1)
        assert vigil.look(lent.town) == 0
        lent.town.people[gone] = somebody(gone, deleted=True)
        vigil.look(lent.town)
        assert delegations(lent).open(ORG) == []
        assert ("delegation:ended", "drawbridge") in lent.events()

    def test_waiting_cards_are_drawn_anew(self, lent: Office) -> None:
        ask(lent)

        def wanted() -> int:
            with lent.database.read() as connection:
                return int(connection.scalar(sa.select(cards.c.wanted)) or 0)

        before = wanted()
        given(lent)
        between = wanted()
        back(lent)
        assert before < between < wanted()


class TestWhatIsShown:
    def test_a_waiting_card_calls_who_stands_in(self, lent: Office) -> None:
        request_id = ask(lent)
        record = lent.deciding.record(ORG, request_id)
        assert record is not None
        assert lent.policies.called(record.request) == (f"<@{BEN}>", f"<@{CHLOE}>")
        given(lent)
        called = lent.policies.called(record.request)
        assert called[-1] == f"<@{DANA}> for <@{BEN}>"
        closed = Policies(PolicyBook(policy()), lent.database, lent.clock)
        assert len(closed.called(record.request)) == 2

    def test_the_home_tab_of_a_delegate_lists_what_they_may_decide_and_for_whom(self, lent: Office) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        assert waiting(lent, DANA) == [(request_id, BEN)]
        decided(approve(lent, request_id, BEN))
        assert waiting(lent, DANA) == []

    def test_nothing_is_shown_to_others_or_any_more(self, lent: Office) -> None:
        given(lent)
        ask(lent)
        assert waiting(lent, ED) == []
        back(lent)
        assert waiting(lent, DANA) == []

    def test_who_stands_in_is_concerned_while_they_do(self, lent: Office) -> None:
        service, rules = StandingIn(lent.database, lent.clock), lent.policies.of(ORG)
        assert refused(service.concerned(DANA, rules, lent.town)) == "not_concerned"
        given(lent)
        assert service.concerned(DANA, rules, lent.town) is None
        back(lent)
        assert refused(service.concerned(DANA, rules, lent.town)) == "not_concerned"

    def test_an_explanation_tells_what_somebody_may_do_for_whom(self, lent: Office) -> None:
        given(lent)
        explaining = Explaining(lent.database, lent.clock)
        told = explaining.person(DANA, "disconnect-org", lent.policies.of(ORG), lent.town)
        texts = [point.text for point in told.points if point.fine]
        closed = {**lent.policies.of(ORG).operations, "disconnect-org": rules()}
        lent.policies.adopt(ORG, replace(lent.policies.of(ORG), operations=closed))
        no = explaining.person(DANA, "disconnect-org", lent.policies.of(ORG), lent.town)
        assert any("the policy lets nobody decide it for another" in point.text for point in no.points)
        assert any(f"for Name of {BEN} ({BEN})" in text and f"yes, by user:{BEN}" in text for text in texts)

    def test_why_a_request_stands_where_it_stands_names_both(self, lent: Office) -> None:
        given(lent)
        request_id = ask(lent, approvals=2)
        assert f"{DANA} could decide it for Name of {BEN} ({BEN}): yes" in why(lent, request_id, DANA)
        decided(approve(lent, request_id, DANA))
        told = why(lent, request_id, BEN)
        assert f"Name of {DANA} ({DANA}) approved it for Name of {BEN} ({BEN}), by user:{BEN}" in told
        assert f"Could still approve: Name of {CHLOE} ({CHLOE})" in told
        assert "1 more needed" in told
        back(lent)
        lost = f"Name of {DANA} for Name of {BEN} has lost the right since"
        assert lost in why(lent, request_id, BEN)


def waiting(office: Office, user_id: str) -> list[tuple[str, str | None]]:
    """Ids of the requests on that person's Home tab, each with for whom it is decided."""
    rules = office.policies.of(ORG)
    seats = StandingIn(office.database, office.clock).seats(user_id, rules, office.town)
    with office.database.read() as connection:
        who = somebody(user_id)
        found = gathered(connection, rules, ORG, who, {}, office.clock(), 0, seats)
    return [(record.request.id, found.behalf.get(record.request.id)) for record, _ in found.to_decide]


def why(office: Office, request_id: str, user_id: str) -> str:
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    explaining = Explaining(office.database, office.clock)
    found = explaining.request(record, office.policies.of(ORG), office.town, user_id)
    return "\n".join(point.text for point in found.points)
