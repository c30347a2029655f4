"""Escalation: more people may approve what is late, from the first reminder on and never before."""

from collections.abc import Callable
from typing import Any

import pytest

from app.audit.events import Event
from app.config import PolicyBook, Principal
from app.operations import OPERATIONS
from app.requests.overview import gathered
from app.requests.quorums import Electorate, nobody_left, shortage_of
from app.requests.reminders import Reminders
from tests.unit.given import ANA, BEN, CHLOE, ORG, filed, plan, policy, somebody
from tests.unit.requests.conftest import Office, approve, cancel, decided, deny, refused

HOUR = 3600
OLGA = "W0OLGA0001"
OWNER, ASKING = Principal("role", "org_owner"), Principal("user", ANA)


@pytest.fixture
def late(open_office: Callable[..., Office]) -> Callable[..., tuple[Office, str]]:
    """An office with a request at half time; changes are to the rules."""

    def make(**changes: Any) -> tuple[Office, str]:
        rules = {"escalate_to": (OWNER,), **changes}
        office = open_office(somebody(OLGA, org_owner=True), **rules)
        request = filed(office.database, office.clock, expires_after=24 * HOUR, **rules)
        office.clock.forward(12 * HOUR)
        return office, request.id

    return make


def remind(office: Office) -> int:
    return Reminders(office.database, office.policies, office.clock).run_once()


def in_force(office: Office, **changes: Any) -> None:
    """The policy file is changed, and adopted."""
    office.policies.adopt(ORG, office.policies.checked(office.town, PolicyBook(policy(**changes))))


def test_before_the_first_reminder_they_have_no_say(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late()
    assert refused(approve(office, request_id, OLGA)) == "not_an_approver"
    assert refused(deny(office, request_id, OLGA)) == "not_an_approver"


def test_from_then_on_they_may_approve_and_it_is_told_and_written_down(
    late: Callable[..., tuple[Office, str]],
) -> None:
    office, request_id = late()
    assert remind(office) == 1
    assert office.last_event() == (Event.REQUEST_ESCALATED, "drawbridge", {"to": ["role:org_owner"]})
    assert office.told()[-1][2].startswith("📣 Still short of approvals. role:org_owner may approve it too")
    assert decided(approve(office, request_id, OLGA)).approved


def test_they_may_call_it_off_too(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late(cool_off=HOUR)
    remind(office)
    decided(approve(office, request_id, BEN))
    decided(cancel(office, request_id, OLGA))
    assert office.state(request_id) == "cancelled"


def test_they_may_deny_it_too(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late()
    remind(office)
    decided(deny(office, request_id, OLGA))
    assert office.state(request_id) == "denied"


def test_as_many_have_to_approve_as_before(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late(approvals=2)
    remind(office)
    assert not decided(approve(office, request_id, OLGA)).approved
    assert decided(approve(office, request_id, BEN)).approved


def test_a_demanded_seat_stays_demanded(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late(approvals=1, approvals_from=((Principal("user", CHLOE), 1),))
    remind(office)
    assert not decided(approve(office, request_id, OLGA)).approved
    assert decided(approve(office, request_id, CHLOE)).approved


def test_what_has_its_approvals_is_not_escalated(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late()
    approve(office, request_id, BEN)
    assert remind(office) == 0
    assert office.events(Event.REQUEST_ESCALATED) == []


def test_both_reminders_escalate_once_and_the_second_calls_everybody(
    late: Callable[..., tuple[Office, str]],
) -> None:
    office, _ = late(escalate_to=(Principal("user", OLGA),))
    remind(office)
    office.clock.forward(12 * HOUR - 1)
    remind(office)
    assert len(office.events(Event.REQUEST_ESCALATED)) == 1
    assert office.told()[-1][2].endswith(f"For <@{BEN}> <@{CHLOE}> <@{OLGA}>")


def test_the_requester_is_never_one_of_them(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late(escalate_to=(ASKING,))
    remind(office)
    assert office.events(Event.REQUEST_ESCALATED) == []
    assert refused(approve(office, request_id, ANA)) == "self_approval"


def test_another_account_of_the_requester_is_not_either(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late()
    remind(office)
    office.town.people[OLGA] = somebody(OLGA, org_owner=True, email=f"{ANA.lower()}@example.com")
    assert refused(approve(office, request_id, OLGA)) == "same_person"


def test_an_empty_list_escalates_to_nobody(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late(escalate_to=())
    assert remind(office) == 1
    assert office.events(Event.REQUEST_ESCALATED) == []
    assert refused(approve(office, request_id, OLGA)) == "not_an_approver"


def test_who_leaves_the_list_afterwards_has_no_say_any_more(
    late: Callable[..., tuple[Office, str]],
) -> None:
    office, request_id = late()
    remind(office)
    in_force(office, escalate_to=())
    assert refused(approve(office, request_id, OLGA)) == "not_an_approver"


def test_a_list_that_is_filled_later_serves_at_the_last_reminder(
    late: Callable[..., tuple[Office, str]],
) -> None:
    office, request_id = late(escalate_to=())
    remind(office)
    in_force(office, escalate_to=(OWNER,))
    office.clock.forward(12 * HOUR - 1)
    remind(office)
    assert decided(approve(office, request_id, OLGA)).approved


def test_filing_does_not_count_on_them_and_a_waiting_request_does_once_it_is_late(
    late: Callable[..., tuple[Office, str]],
) -> None:
    office, request_id = late()
    for gone in (BEN, CHLOE):
        office.town.people[gone] = somebody(gone, deleted=True)
    in_force_now = office.policies.of(ORG)
    assert refused(nobody_left(in_force_now, plan(), ANA, office.town)) == "nobody_to_approve"
    for short in (True, False):
        record = office.deciding.record(ORG, request_id)
        assert record is not None
        told = shortage_of(in_force_now, record.request, Electorate(office.town))
        assert (told is not None) is short
        remind(office)


def test_it_is_on_their_home_tab_once_it_is_late(late: Callable[..., tuple[Office, str]]) -> None:
    office, request_id = late()
    decides = dict.fromkeys(OPERATIONS, frozenset({"role:org_owner"}))
    shown = []
    for _ in range(2):
        with office.database.read() as connection:
            found = gathered(
                connection, office.policies.of(ORG), ORG, somebody(OLGA), decides, office.clock(), 0
            )
        shown.append([record.request.id for record, _ in found.to_decide])
        remind(office)
    assert shown == [[], [request_id]]
