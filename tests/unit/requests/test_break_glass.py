"""Break-glass: named people, containment only, in front of all, and once until somebody looked at it."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.audit.events import Event
from app.audit.verify import verify
from app.config import BreakGlass as Rule
from app.config import Policy, Principal
from app.evidence import evidence
from app.model.plan import Plan
from app.model.refusal import Refusal
from app.requests.admin_channel import AdminChannels
from app.requests.break_glass import BreakGlass
from app.requests.filing import Filed, Filing
from app.requests.retrospectives import Retrospectives
from app.slack.gateway import ReadFailed
from app.storage.tables import requests, retrospectives
from tests.unit.given import (
    ADMIN_CHANNEL,
    ANA,
    BEN,
    CHLOE,
    NOW,
    ORG,
    draft,
    entitled,
    item,
    plan,
    policy,
    somebody,
)
from tests.unit.requests.conftest import Office, approve, ask, cancel, decided, deny, refused

DINO = "W0DINO0001"
WHY = "Both approvers are on a plane until six."
FOUND = "Right to do; we add a third approver in another time zone."


def allowing(*people: str, delay: int = 60) -> Policy:
    """The usual rules, and those people may break the glass."""
    named = tuple(Principal("user", person_id) for person_id in people)
    return replace(policy(), break_glass=Rule(named, delay))


def service(office: Office) -> BreakGlass:
    channels = AdminChannels(office.database, office.policies, office.clock)
    return BreakGlass(office.database, Filing(office.database, office.clock), channels, office.clock)


def use(
    office: Office,
    rules: Policy | None = None,
    planned: Plan | None = None,
    *,
    typed: str = "acme",
    why: str = WHY,
    ticket: str = "SEC-12",
) -> Filed | Refusal:
    """Ana breaks the glass."""
    found = draft(office.database, office.clock, planned, entries={"ticket": ticket})
    return service(office).use(found, rules or allowing(ANA), office.town, typed, why)


def broken(office: Office, planned: Plan | None = None) -> str:
    told = use(office, planned=planned)
    assert isinstance(told, Filed), told
    return told.request.id


def ended(office: Office, request_id: str) -> str:
    """As after its execution."""
    with office.database.write() as connection:
        mine = requests.c.id == request_id
        connection.execute(
            requests.update().where(mine).values(state="succeeded", finished_at=office.clock())
        )
    return request_id


def close(office: Office, request_id: str, person_id: str = BEN, findings: str = FOUND) -> object:
    found = Retrospectives(office.database, office.policies, office.deciding, office.clock)
    return found.close(office.click(request_id, person_id), office.town, findings)


def other() -> Plan:
    return plan(item("T0BETA0001", "Beta"))


class TestWhoMay:
    def test_nobody_by_default(self, office: Office) -> None:
        assert refused(use(office, policy())) == "not_named"
        assert office.last_event()[:2] == ("request:refused", ANA)

    def test_nobody_who_is_not_named(self, office: Office) -> None:
        assert refused(use(office, allowing(BEN))) == "not_named"

    @pytest.mark.parametrize("key", ["set-channel-workspaces", "remove-policy-users", "disable-usergroup"])
    def test_nothing_but_containment(self, office: Office, key: str) -> None:
        assert refused(use(office, planned=plan(operation=key))) == "no_containment"

    @pytest.mark.parametrize(
        ("flags", "code"),
        [
            ({"deleted": True}, "deactivated"),
            ({"guest": True}, "guest"),
            ({"stranger": True}, "outsider"),
            ({"bot": True}, "bot"),
        ],
    )
    def test_nobody_whose_account_is_no_full_member_s(
        self, office: Office, flags: dict[str, bool], code: str
    ) -> None:
        office.town.people[ANA] = somebody(ANA, **flags)
        assert refused(use(office)) == code

    def test_nobody_who_may_not_request_it(self, office: Office) -> None:
        rules = replace(allowing(ANA), operations=policy(requesters=(Principal("user", BEN),)).operations)
        assert refused(use(office, rules)) == "not_a_requester"

    def test_not_without_an_incident_the_words_and_the_why(self, office: Office) -> None:
        assert refused(use(office, ticket=" ")) == "no_incident"
        assert refused(use(office, typed="acne")) == "wrong_phrase"
        assert refused(use(office, typed="")) == "wrong_phrase"
        assert refused(use(office, why="hurry")) == "wrong_phrase"
        with office.database.read() as connection:
            assert connection.execute(sa.select(requests)).all() == []

    def test_the_way_is_shown_to_the_named_only_and_slack_is_not_asked_about_others(
        self, office: Office
    ) -> None:
        found = draft(office.database, office.clock)
        assert service(office).offered(found, allowing(ANA), office.town)
        office.town.asked.clear()
        assert not service(office).offered(found, allowing(BEN), office.town)
        assert not service(office).offered(found, policy(), office.town)
        assert office.town.asked == []

    def test_not_while_the_admin_channel_is_not_fit_to_hear_of_it(self, office: Office) -> None:
        assert office.town.chamber is not None
        office.town.chamber = replace(office.town.chamber, private=False)
        assert refused(use(office)) == "admin_channel_unfit"

    def test_when_slack_cannot_tell_nothing_is_filed(self, office: Office) -> None:
        office.town.away = "internal_error"
        with pytest.raises(ReadFailed):
            use(office)


class TestWhatFollows:
    def test_it_waits_its_delay_and_never_says_approved(self, office: Office) -> None:
        request_id = broken(office)
        record = office.deciding.record(ORG, request_id)
        assert record is not None
        assert office.state(request_id) == "break_glass"
        request = record.request
        assert (request.not_before, request.approved_at) == (NOW + 60_000, None)
        assert request.begin_by == NOW + 60_000 + request.execute_within_ms
        assert (request.authorisation, record.approvals) == ("break_glass", ())
        assert office.events() == [("request:filed", ANA), ("break-glass:used", ANA)]
        body = office.last_event()[2]
        assert (body["why"], body["incident"], body["skipped"]) == (WHY, "SEC-12", [BEN, CHLOE])
        assert (body["from"], body["to"], body["delay"]) == ("pending", "break_glass", 60)

    def test_the_channel_and_everybody_who_was_skipped_hear_of_it_at_once(self, office: Office) -> None:
        broken(office)
        assert [(place, where) for place, where, _ in office.told()] == [
            ("channel", ADMIN_CHANNEL),
            ("person", BEN),
            ("person", CHLOE),
        ]
        assert all("Break-glass" in text for _, _, text in office.told())

    def test_whoever_breaks_it_is_not_counted_among_the_skipped(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(approvers=(Principal("user", ANA), Principal("user", BEN)))
        rules = replace(
            allowing(ANA),
            operations=policy(approvers=(Principal("user", ANA), Principal("user", BEN))).operations,
        )
        assert isinstance(use(office, rules), Filed)
        assert office.last_event()[2]["skipped"] == [BEN]

    @pytest.mark.parametrize("who", [ANA, BEN, CHLOE])
    def test_it_can_be_called_off_until_it_begins(self, office: Office, who: str) -> None:
        request_id = broken(office)
        decided(cancel(office, request_id, who))
        assert office.state(request_id) == "cancelled"

    def test_it_can_be_neither_approved_nor_denied(self, office: Office) -> None:
        request_id = broken(office)
        assert refused(approve(office, request_id)) == "already_decided"
        assert refused(deny(office, request_id)) == "already_decided"
        assert "broke the glass" in office.last_event()[2]["sentence"]

    def test_a_second_submit_breaks_nothing_twice(self, office: Office) -> None:
        found = draft(office.database, office.clock)
        first = service(office).use(found, allowing(ANA), office.town, "acme", WHY)
        again = Filing(office.database, office.clock).file(found, entitled(), allowing(ANA))
        assert isinstance(first, Filed) and isinstance(again, Filed)
        assert (again.again, again.request.id) == (True, first.request.id)

    def test_the_evidence_names_nobody_as_approving(self, office: Office) -> None:
        request_id = broken(office)
        found = evidence(office.database, ORG, request_id)
        assert found is not None
        assert found["decisions"] == []
        told = found["authorisation"]
        assert (told["kind"], told["approved_by"], told["broken_by"]) == ("break_glass", [], ANA)
        assert (told["incident"], told["why"], told["skipped"]) == ("SEC-12", WHY, [BEN, CHLOE])
        assert told["retrospective"]["closed"] is None
        assert "approved" not in json.dumps(found["events"])
        assert verify(office.database) == []


class TestTheRetrospective:
    def test_until_it_is_closed_the_same_person_cannot_do_it_again(self, office: Office) -> None:
        ended(office, broken(office))
        assert refused(use(office, planned=other(), typed="acme")) == "retrospective_open"
        assert "is still open" in office.last_event()[2]["sentence"]

    def test_not_with_another_account_of_the_same_address_either(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office()
        ended(office, broken(office))
        office.town.people[DINO] = somebody(DINO, email=f"{ANA.upper()}@EXAMPLE.COM")
        rules = replace(allowing(DINO), operations=policy(requesters=(Principal("user", DINO),)).operations)
        found = draft(office.database, office.clock, other(), user_id=DINO)
        told = service(office).use(found, rules, office.town, "acme", WHY)
        assert refused(told) == "retrospective_open"

    def test_an_approver_closes_it_with_what_was_found(self, office: Office) -> None:
        request_id = ended(office, broken(office))
        assert not isinstance(close(office, request_id), Refusal)
        event, actor, body = office.last_event()
        assert (event, actor, body["findings"]) == ("retrospective:closed", BEN, FOUND)
        found = evidence(office.database, ORG, request_id)
        assert found is not None
        assert found["authorisation"]["retrospective"]["by"] == BEN
        assert isinstance(use(office, planned=other(), typed="acme"), Filed)

    @pytest.mark.parametrize("who", [ANA, DINO])
    def test_nobody_else_does(self, open_office: Callable[..., Office], who: str) -> None:
        office = open_office(somebody(DINO))
        request_id = ended(office, broken(office))
        assert refused(close(office, request_id, who)) in {"own_retrospective", "not_an_approver"}
        assert office.last_event()[:2] == ("decision:refused", who)

    def test_not_even_an_approver_with_the_same_address(self, office: Office) -> None:
        request_id = ended(office, broken(office))
        office.town.people[BEN] = somebody(BEN, email=f"{ANA.lower()}@example.com")
        assert refused(close(office, request_id)) == "own_retrospective"

    def test_not_before_it_is_over_not_without_findings_and_not_twice(self, office: Office) -> None:
        request_id = broken(office)
        assert refused(close(office, request_id)) == "not_over"
        ended(office, request_id)
        assert refused(close(office, request_id, findings="ok")) == "no_findings"
        close(office, request_id)
        assert refused(close(office, request_id, CHLOE)) == "already_closed"
        assert len(office.events(Event.RETROSPECTIVE_CLOSED)) == 1

    def test_a_request_that_was_approved_has_none(self, office: Office) -> None:
        assert refused(close(office, ask(office))) == "unknown_request"

    def test_the_database_itself_keeps_a_second_one_out(self, office: Office) -> None:
        broken(office)
        with office.database.read() as connection:
            row = dict(connection.execute(sa.select(retrospectives)).one()._mapping)
        with pytest.raises(sa.exc.IntegrityError), office.database.write() as connection:
            connection.execute(retrospectives.insert().values({**row, "request_id": "R0OTHER001"}))
