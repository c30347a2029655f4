"""Deciding: whoever may, once, in time; and a reasoned no, written down, for everybody else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.audit.verify import verify
from app.config import Principal, QuietHours
from app.model.refusal import Refusal
from app.requests.expiry import Expiry
from app.slack.gateway import ReadFailed
from app.storage.tables import cards, decisions, holds, requests
from tests.unit.given import ANA, BEN, CHLOE, NOW, ORG, filed, item, plan, somebody
from tests.unit.requests.conftest import Office, approve, ask, cancel, decided, deny, refused

DINO = "W0DINO0001"
AFTERNOON = QuietHours(14 * 60, 15 * 60, "UTC")  # it is 14:13:20
AT_THREE = NOW + (46 * 60 + 40) * 1000


def row(office: Office, table: sa.Table) -> Any:
    with office.database.read() as connection:
        return connection.execute(sa.select(table)).one()


class TestApproving:
    def test_one_approval_approves_what_wants_one(self, office: Office) -> None:
        request_id = ask(office)
        office.clock.forward(60)
        told = decided(approve(office, request_id))
        assert (told.approved, told.given) == (True, 1)
        assert office.state(request_id) == "approved"
        found = row(office, requests)
        assert (found.approved_at, found.not_before) == (NOW + 60_000, NOW + 60_000)
        assert found.begin_by == NOW + 60_000 + 86_400_000

    def test_the_decision_keeps_what_was_decided_where_and_by_which_right(self, office: Office) -> None:
        request_id = ask(office)
        approve(office, request_id)
        found = row(office, decisions)
        assert (found.person_id, found.verdict, found.plan_hash) == (
            BEN,
            "approve",
            row(office, requests).plan_hash,
        )
        assert (found.card_ts, found.action_ts) == ("1790000000.000100", "1790000000.000200")
        assert found.proof == f'{{"principals": ["user:{BEN}"], "role": "member", "read_at": {NOW}}}'

    def test_both_steps_are_audit_events_in_order(self, office: Office) -> None:
        approve(office, ask(office))
        assert office.events() == [("request:filed", ANA), ("decision:made", BEN), ("request:approved", BEN)]
        assert verify(office.database) == []

    def test_the_card_is_stale_and_thread_and_requester_are_told(self, office: Office) -> None:
        request_id = ask(office)
        approve(office, request_id)
        card = row(office, cards)
        assert card.wanted > card.shown + 1
        assert office.told() == [
            ("thread", "", f"👍 <@{BEN}> approved (1 of 1)."),
            ("person", ANA, f"{request_id}: 👍 <@{BEN}> approved your request."),
        ]

    def test_quiet_hours_are_waited_for_and_told_and_their_time_does_not_count(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(quiet_hours=(AFTERNOON,))
        ask_id = ask(office, execute_within=3600)
        told = decided(approve(office, ask_id))
        assert (told.approved, told.begins_at_once) == (True, False)
        record = office.deciding.record(ORG, ask_id)
        assert record is not None and record.request.in_quiet_hours
        assert record.request.not_before == AT_THREE
        assert record.request.begin_by == AT_THREE + 3_600_000
        assert any("🕰 Quiet hours: it begins" in text for _, _, text in office.told())

    def test_a_cool_off_that_ends_in_quiet_hours_goes_on_until_they_are_over(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(quiet_hours=(replace(AFTERNOON, begins=14 * 60 + 30),))
        ask_id = ask(office, cool_off=1800)
        decided(approve(office, ask_id))
        record = office.deciding.record(ORG, ask_id)
        assert record is not None
        assert (record.request.not_before, record.request.in_quiet_hours) == (AT_THREE, True)

    def test_quiet_hours_that_come_later_only_lengthen_the_time_to_begin(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(quiet_hours=(replace(AFTERNOON, begins=14 * 60 + 30),))
        ask_id = ask(office, execute_within=1800)
        assert decided(approve(office, ask_id)).begins_at_once
        record = office.deciding.record(ORG, ask_id)
        assert record is not None
        assert (record.request.not_before, record.request.in_quiet_hours) == (NOW, False)
        assert record.request.begin_by == NOW + 1_800_000 + 1_800_000

    def test_a_cool_off_is_waited_for_and_told(self, office: Office) -> None:
        ask_id = ask(office, cool_off=600)
        approve(office, ask_id)
        found = row(office, requests)
        assert (found.not_before, found.begin_by) == (NOW + 600_000, NOW + 600_000 + 86_400_000)
        assert any("It begins" in text for _, _, text in office.told())

    def test_of_two_wanted_the_first_waits_for_the_second(self, office: Office) -> None:
        request_id = ask(office, approvals=2)
        first = decided(approve(office, request_id, BEN))
        assert (first.approved, first.given, office.state(request_id)) == (False, 1, "pending")
        second = decided(approve(office, request_id, CHLOE))
        assert (second.approved, second.given, office.state(request_id)) == (True, 2, "approved")
        assert office.events(Event.REQUEST_APPROVED) == [("request:approved", CHLOE)]

    def test_the_requester_is_told_of_each_approval_and_how_many_are_wanted(self, office: Office) -> None:
        request_id = ask(office, approvals=2)
        approve(office, request_id, BEN)
        approve(office, request_id, CHLOE)
        assert [text for place, _, text in office.told() if place == "person"] == [
            f"{request_id}: 👍 <@{BEN}> approved your request (1 of 2).",
            f"{request_id}: 👍 <@{CHLOE}> approved your request (2 of 2).",
        ]

    def test_a_policy_that_wants_more_by_now_gets_more(self, open_office: Callable[..., Office]) -> None:
        office = open_office(approvals=2)
        request_id = ask(office, approvals=1)
        assert not decided(approve(office, request_id, BEN)).approved
        assert row(office, requests).approvals_wanted == 2
        event, _, body = office.last_event()
        assert (event, body["approvals_wanted"]) == ("decision:made", 2)
        assert office.told()[0][2] == f"👍 <@{BEN}> approved (1 of 2). 1 more needed."
        assert decided(approve(office, request_id, CHLOE)).approved

    def test_one_that_wants_fewer_by_now_changes_nothing_for_what_was_filed(self, office: Office) -> None:
        request_id = ask(office, approvals=2)
        assert not decided(approve(office, request_id, BEN)).approved
        assert row(office, requests).approvals_wanted == 2

    def test_enough_people_are_not_enough_while_a_demand_is_unmet(
        self, open_office: Callable[..., Office]
    ) -> None:
        olga = somebody("W0OLGA0001", org_owner=True)
        office = open_office(olga, approvals=2, approvals_from=((Principal("role", "org_owner"), 1),))
        request_id = ask(office, approvals=2)
        assert not decided(approve(office, request_id, BEN)).approved
        assert not decided(approve(office, request_id, CHLOE)).approved
        assert decided(approve(office, request_id, "W0OLGA0001")).approved

    def test_the_typed_phrase_may_differ_in_case_and_blanks(self, office: Office) -> None:
        assert decided(approve(office, ask(office), typed="  aCME ")).approved

    def test_what_can_be_undone_needs_no_typing(self, office: Office) -> None:
        wanted = plan(item("S0OPS00001", "@ops"), operation="disable-usergroup")
        request_id = filed(office.database, office.clock, wanted).id
        assert decided(approve(office, request_id, typed="")).approved


class TestEveryNoIsWrittenDown:
    @pytest.fixture
    def crowd(self, open_office: Callable[..., Office]) -> Office:
        return open_office(
            somebody(DINO),
            somebody("W0GUEST001", guest=True),
            somebody("W0BOT00001", bot=True),
            somebody("W0GONE0001", deleted=True),
            somebody("U0OUTSIDE1", stranger=True),
            somebody("W0ANATWO01", email="W0ANA00001@Example.com"),
            approvers=tuple(Principal("user", found) for found in (BEN, CHLOE, "W0ANATWO01", "W0GUEST001")),
        )

    @pytest.mark.parametrize(
        ("person_id", "code"),
        [
            (ANA, "self_approval"),
            (DINO, "not_an_approver"),
            ("W0GUEST001", "guest"),
            ("W0BOT00001", "bot"),
            ("W0GONE0001", "deactivated"),
            ("U0OUTSIDE1", "outsider"),
            ("W0NOBODY01", "unknown_person"),
            ("W0ANATWO01", "same_person"),
        ],
    )
    @pytest.mark.parametrize("verb", ["approve", "deny", "open"])
    def test_whoever_may_not_decide_is_told_why_and_nothing_moves(
        self, crowd: Office, person_id: str, code: str, verb: str
    ) -> None:
        request_id = ask(crowd)
        click = crowd.click(request_id, person_id)
        told = {
            "approve": lambda: approve(crowd, request_id, person_id),
            "deny": lambda: deny(crowd, request_id, person_id),
            "open": lambda: crowd.deciding.entitled(click, crowd.town),
        }[verb]()
        assert refused(told) == code
        event, actor, body = crowd.last_event()
        assert (event, actor, body["verb"], body["code"]) == ("decision:refused", person_id, verb, code)
        assert (body["card_ts"], body["action_ts"]) == ("1790000000.000100", "1790000000.000200")
        assert crowd.state(request_id) == "pending"

    def test_a_request_of_another_organization_is_unknown(self, office: Office) -> None:
        request_id = filed(office.database, office.clock, plan(enterprise_id="E0OTHER001")).id
        assert refused(approve(office, request_id)) == "unknown_request"
        assert refused(cancel(office, request_id)) == "unknown_request"

    def test_a_wrong_phrase_is_told_the_right_one(self, office: Office) -> None:
        request_id = ask(office)
        told = approve(office, request_id, typed="Acne")
        assert refused(told) == "wrong_phrase"
        assert told.sentence == "That is not it. Type: Acme" or told.sentence == "That is not it. Type: acme"
        assert office.state(request_id) == "pending"

    def test_a_second_approval_by_the_same_person_does_not_count(self, office: Office) -> None:
        request_id = ask(office, approvals=2)
        approve(office, request_id, BEN)
        assert refused(approve(office, request_id, BEN)) == "already_yours"
        assert refused(deny(office, request_id, BEN)) == "already_yours"
        assert office.state(request_id) == "pending"

    def test_nor_does_one_from_another_account_with_the_same_address(
        self, open_office: Callable[..., Office]
    ) -> None:
        twin = somebody("W0BENTWO01", email=f"{BEN.lower()}@example.com")
        people = (BEN, CHLOE, "W0BENTWO01")
        office = open_office(twin, approvers=tuple(Principal("user", found) for found in people))
        request_id = ask(office, approvals=2)
        approve(office, request_id, BEN)
        assert refused(approve(office, request_id, "W0BENTWO01")) == "same_person"

    def test_people_without_an_address_are_told_apart_by_id(self, open_office: Callable[..., Office]) -> None:
        office = open_office(somebody(BEN, email=None), somebody(CHLOE, email=None))
        request_id = ask(office, approvals=2)
        approve(office, request_id, BEN)
        assert decided(approve(office, request_id, CHLOE)).approved

    @pytest.mark.parametrize("reason", ["", "  ", "no"])
    def test_a_denial_needs_a_reason(self, office: Office, reason: str) -> None:
        assert refused(deny(office, ask(office), reason=reason)) == "no_reason"

    def test_only_the_requester_cancels(self, office: Office) -> None:
        request_id = ask(office)
        assert refused(cancel(office, request_id, BEN)) == "not_the_requester"
        assert office.last_event()[2]["verb"] == "cancel"

    def test_when_slack_is_away_nothing_is_decided(self, office: Office) -> None:
        request_id = ask(office)
        office.town.away = "internal_error"
        with pytest.raises(ReadFailed):
            approve(office, request_id)
        with pytest.raises(ReadFailed):
            deny(office, request_id)
        assert office.state(request_id) == "pending"


class TestTooLate:
    @pytest.mark.parametrize(
        ("before", "words"),
        [
            (approve, f"Name of {BEN} has approved it; it is approved now."),
            (deny, f"Name of {BEN} has denied it."),
            (lambda office, request_id: cancel(office, request_id), f"Name of {ANA} has cancelled it."),
        ],
    )
    def test_a_later_click_is_told_who_was_faster(
        self, office: Office, before: Callable[..., Any], words: str
    ) -> None:
        request_id = ask(office)
        decided(before(office, request_id))
        for late in (approve(office, request_id, CHLOE), deny(office, request_id, CHLOE)):
            assert refused(late) == "already_decided"
            assert late.sentence == f"Too late: {words}"

    def test_what_has_expired_is_refused_before_the_sweep_has_come(self, office: Office) -> None:
        request_id = ask(office, expires_after=60)
        office.clock.forward(60)
        assert refused(approve(office, request_id)) == "expired"
        assert refused(deny(office, request_id)) == "expired"
        assert office.state(request_id) == "pending"

    def test_and_after_it(self, office: Office) -> None:
        request_id = ask(office, expires_after=60)
        office.clock.forward(60)
        Expiry(office.database, office.clock).run_once()
        told = approve(office, request_id)
        assert refused(told) == "already_decided"
        assert "nobody decided in time" in told.sentence

    def test_one_that_was_approved_and_never_began_says_so(self, office: Office) -> None:
        request_id = ask(office, execute_within=60)
        approve(office, request_id)
        office.clock.forward(61)
        Expiry(office.database, office.clock).run_once()
        told = approve(office, request_id, CHLOE)
        assert refused(told) == "already_decided"
        assert "nobody decided" not in told.sentence


class TestDenyingAndCancelling:
    def test_a_denial_ends_it_frees_its_targets_and_tells_the_requester_why(self, office: Office) -> None:
        request_id = ask(office)
        decided(deny(office, request_id, reason="  <!channel> runs until May  "))
        assert office.state(request_id) == "denied"
        assert row(office, requests).finished_at == NOW
        with office.database.read() as connection:
            assert connection.execute(sa.select(holds)).all() == []
        assert office.told() == [
            ("thread", "", f"❌ <@{BEN}> denied it: &lt;!channel&gt; runs until May"),
            (
                "person",
                ANA,
                f"{request_id}: ❌ <@{BEN}> denied your request: &lt;!channel&gt; runs until May",
            ),
        ]
        assert office.events(Event.REQUEST_DENIED) == [("request:denied", BEN)]

    @pytest.mark.parametrize("approved", [False, True])
    def test_the_requester_can_take_it_back_until_it_begins(self, office: Office, approved: bool) -> None:
        request_id = ask(office)
        if approved:
            approve(office, request_id)
        decided(cancel(office, request_id))
        assert office.state(request_id) == "cancelled"
        assert office.events(Event.REQUEST_CANCELLED) == [("request:cancelled", ANA)]

    def test_an_approver_can_have_second_thoughts_before_it_begins(self, office: Office) -> None:
        request_id = ask(office, cool_off=900)
        approve(office, request_id)
        decided(cancel(office, request_id, CHLOE))
        assert office.state(request_id) == "cancelled"
        event, actor, body = office.last_event()
        assert (event, actor, body["proof"]["principals"]) == ("request:cancelled", CHLOE, [f"user:{CHLOE}"])
        assert row(office, requests).closing.startswith(f"Name of {CHLOE}, who may approve it, cancelled it")
        assert office.told()[-2:] == [
            ("thread", "", f"↩️ <@{CHLOE}> cancelled the request. Nothing was carried out."),
            (
                "person",
                ANA,
                f"{request_id}: ↩️ <@{CHLOE}> cancelled your request before it began.",
            ),
        ]

    def test_so_can_the_one_who_approved_it(self, office: Office) -> None:
        request_id = ask(office, cool_off=900)
        approve(office, request_id)
        decided(cancel(office, request_id, BEN))

    def test_somebody_without_the_right_cannot(self, open_office: Callable[..., Office]) -> None:
        office = open_office(somebody(DINO))
        request_id = ask(office, cool_off=900)
        approve(office, request_id)
        assert refused(cancel(office, request_id, DINO)) == "not_an_approver"
        assert office.state(request_id) == "approved"

    def test_when_slack_cannot_tell_the_role_nothing_is_cancelled(self, office: Office) -> None:
        request_id = ask(office, cool_off=900)
        approve(office, request_id)
        office.town.away = "internal_error"
        with pytest.raises(ReadFailed):
            cancel(office, request_id, CHLOE)
        decided(cancel(office, request_id, ANA))

    def test_not_afterwards(self, office: Office) -> None:
        request_id = ask(office)
        approve(office, request_id)
        with office.database.write() as connection:
            connection.execute(requests.update().values(state="executing"))
        assert refused(cancel(office, request_id)) == "already_decided"


class TestOpeningTheDialog:
    def test_what_is_to_be_typed_is_known_only_for_what_cannot_be_undone(self, office: Office) -> None:
        record = office.deciding.record(ORG, ask(office))
        assert record is not None
        assert office.deciding.phrase(record.request)
        assert office.deciding.typed_right(record.request, " ACME ")
        assert not office.deciding.typed_right(record.request, "")
        assert not office.deciding.typed_right(record.request, "   ")

    def test_an_approver_is_entitled_and_has_it_at_hand(self, office: Office) -> None:
        request_id = ask(office)
        click = office.click(request_id)
        assert not isinstance(office.deciding.entitled(click, office.town), Refusal)
        record = office.deciding.at_hand(click, office.town)
        assert not isinstance(record, Refusal)
        assert record.request.id == request_id
        assert refused(office.deciding.at_hand(office.click(request_id, ANA), office.town)) == "self_approval"

    def test_what_became_of_it_is_told_to_our_own_people_only(self, office: Office) -> None:
        request_id = ask(office)
        decided(deny(office, request_id))
        office.town.people["W0GUEST001"] = somebody("W0GUEST001", guest=True)
        asked = office.deciding.at_hand(office.click(request_id, "W0GUEST001"), office.town)
        assert refused(asked) == "guest"
        assert (
            refused(office.deciding.at_hand(office.click(request_id, CHLOE), office.town))
            == "already_decided"
        )

    def test_the_card_is_known_once_it_was_posted(self, office: Office) -> None:
        request_id = ask(office)
        assert office.deciding.card_ts(ORG, request_id) == ""
        with office.database.write() as connection:
            connection.execute(cards.update().values(ts="1.2"))
        assert office.deciding.card_ts(ORG, request_id) == "1.2"
        assert office.deciding.card_ts("E0OTHER001", request_id) == ""
