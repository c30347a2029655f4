"""Decisions at the same moment: whoever comes first counts, once, and everybody else is told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.audit.events import Event
from app.audit.verify import verify
from app.config import Principal
from app.model.person import Person
from app.model.refusal import Refusal
from app.requests.expiry import Expiry
from app.requests.verdicts import Decided, Verdicts
from tests.unit.given import BEN, CHLOE, NOW, entitled, filed, rules, somebody
from tests.unit.requests.conftest import Office, approve, ask, cancel, deny, refused

TWIN = "W0BENTWO01"


def race(*deeds: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(deeds)) as threads:
        return [future.result() for future in [threads.submit(deed) for deed in deeds]]


def test_of_twenty_approvals_one_approves_and_is_written_down_once(
    open_office: Callable[..., Office],
) -> None:
    people = [f"W0CROWD{number:03}" for number in range(20)]
    principals = tuple(Principal("user", found) for found in people)
    office = open_office(*map(somebody, people), approvers=principals)
    request_id = ask(office)
    told = race(*(lambda who=who: approve(office, request_id, who) for who in people))
    assert sum(isinstance(one, Decided) and one.approved for one in told) == 1
    assert {one.code for one in told if isinstance(one, Refusal)} == {"already_decided"}
    assert len(office.events(Event.REQUEST_APPROVED)) == 1
    assert len(office.events(Event.DECISION_MADE)) == 1
    assert len(office.events(Event.DECISION_REFUSED)) == 19
    assert verify(office.database) == []


def test_twenty_clicks_of_one_person_count_once(office: Office) -> None:
    request_id = ask(office, approvals=2)
    told = race(*[lambda: approve(office, request_id)] * 20)
    assert sum(isinstance(one, Decided) for one in told) == 1
    assert office.state(request_id) == "pending"
    assert len(office.events(Event.DECISION_MADE)) == 1


def test_of_the_last_two_wanted_exactly_one_completes_the_quorum(office: Office) -> None:
    request_id = ask(office, approvals=2)
    told = race(*(lambda who=who: approve(office, request_id, who) for who in (BEN, CHLOE)))
    assert sorted(one.approved for one in told) == [False, True]
    assert office.state(request_id) == "approved"
    assert len(office.events(Event.REQUEST_APPROVED)) == 1


@pytest.mark.parametrize("attempt", range(4))
def test_approving_and_denying_end_one_way(office: Office, attempt: int) -> None:
    request_id = ask(office)
    told = race(lambda: approve(office, request_id, BEN), lambda: deny(office, request_id, CHLOE))
    assert sum(isinstance(one, Decided) for one in told) == 1
    assert office.state(request_id) in ("approved", "denied")
    assert len(office.events(Event.DECISION_MADE)) == 1


@pytest.mark.parametrize("attempt", range(4))
def test_cancelling_and_approving_leave_a_story_that_holds_together(office: Office, attempt: int) -> None:
    request_id = ask(office)
    approved, cancelled = race(lambda: approve(office, request_id), lambda: cancel(office, request_id))
    assert isinstance(cancelled, Decided)
    assert office.state(request_id) == "cancelled"
    story = [event for event, _ in office.events(Event.REQUEST_APPROVED, Event.REQUEST_CANCELLED)]
    expected = (
        ["request:approved", "request:cancelled"] if isinstance(approved, Decided) else ["request:cancelled"]
    )
    assert story == expected


def test_a_decision_that_expires_on_its_way_to_the_database_does_not_count(office: Office) -> None:
    request = filed(office.database, office.clock, expires_after=60)
    late = Verdicts(office.database, lambda: NOW + 60_000)
    click, right = office.click(request.id), entitled(somebody(BEN))
    assert late.approve(click, request, right, rules()) is None
    assert late.deny(click, request, right, "Not now.") is None
    assert office.state(request.id) == "pending"
    assert office.events(Event.DECISION_MADE) == []


@pytest.mark.parametrize("attempt", range(4))
def test_expiring_and_approving_end_one_way(office: Office, attempt: int) -> None:
    request_id = ask(office, expires_after=60)
    late = Expiry(office.database, lambda: NOW + 60_000)
    approved, expired = race(lambda: approve(office, request_id), late.run_once)
    assert isinstance(approved, Decided) == (expired == 0)
    assert office.state(request_id) == ("approved" if expired == 0 else "expired")
    assert len(office.events(Event.REQUEST_APPROVED, Event.REQUEST_EXPIRED)) == 1


class TestTwoAccountsOfOnePerson:
    @pytest.fixture
    def office(self, open_office: Callable[..., Office]) -> Office:
        """Ben has another account, with the same address, and it may approve too."""
        twin = somebody(TWIN, email=f"{BEN}@Example.com")
        people = (BEN, CHLOE, TWIN)
        return open_office(twin, approvers=tuple(Principal("user", found) for found in people))

    def test_pressing_together_count_once(self, office: Office) -> None:
        request_id = ask(office, approvals=2)
        told = race(*(lambda who=who: approve(office, request_id, who) for who in (BEN, TWIN)))
        assert sum(isinstance(one, Decided) for one in told) == 1
        assert [one.code for one in told if isinstance(one, Refusal)] == ["same_person"]
        assert office.state(request_id) == "pending"
        assert len(office.events(Event.DECISION_MADE)) == 1

    @pytest.mark.parametrize("deed", [approve, deny])
    def test_the_second_is_refused_even_if_the_first_came_while_slack_was_asked(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, deed: Callable[..., Any]
    ) -> None:
        request_id = ask(office, approvals=2)
        read = office.town.person

        def meanwhile(user_id: str) -> Person | None:
            if user_id == TWIN:
                approve(office, request_id, BEN)
            return read(user_id)

        monkeypatch.setattr(office.town, "person", meanwhile)
        assert refused(deed(office, request_id, TWIN)) == "same_person"
        assert office.events(Event.DECISION_MADE) == [("decision:made", BEN)]
        assert office.state(request_id) == "pending"

    def test_the_transaction_itself_takes_one_of_them(self, office: Office) -> None:
        request = filed(office.database, office.clock, approvals=2)
        verdicts = Verdicts(office.database, office.clock)
        right = entitled(somebody(TWIN, email=f"{BEN.lower()}@example.com"))
        assert verdicts.approve(office.click(request.id), request, entitled(somebody(BEN)), rules())
        assert verdicts.approve(office.click(request.id, TWIN), request, right, rules()) is None
        assert verdicts.deny(office.click(request.id, TWIN), request, right, "Not now.") is None
        assert office.state(request.id) == "pending"
