"""How much a request needs: what was in force at filing or what is now, whichever is stricter."""

from collections.abc import Callable

import pytest

from app.config import Principal, Raise
from app.requests.demands import Demand, demand
from tests.unit.given import BEN, CHLOE, item, plan, request, rules, somebody
from tests.unit.given import filed as filed_request
from tests.unit.requests.conftest import Office, approve, decided, refused

OWNER = Principal("role", "org_owner")
OLGA = "W0OLGA0001"
BULK = Raise("items > 1", more_than=1, approvals=2)
PRIVATE = Raise("private_channel", approvals=2, approvals_from=((OWNER, 1),), cool_off=60)
SECRET = plan(item(facts={"status": "CONNECTED", "domain": "acme", "private_channels": 2}))


class TestDemand:
    @pytest.mark.parametrize(
        ("approvals", "met", "missing"),
        [
            ([], False, (2, ("a", "b"))),
            ([{"a"}], False, (1, ("b",))),
            ([{"a"}, {"a"}], False, (1, ("b",))),
            ([{"a", "b"}], False, (1, ("b",))),
            ([{"a", "b"}, {"a"}], True, (0, ())),
            ([{"b"}, {"c"}, {"a"}], True, (0, ())),
        ],
    )
    def test_it_knows_what_is_missing(
        self, approvals: list[set[str]], met: bool, missing: tuple[int, tuple[str, ...]]
    ) -> None:
        found = Demand(2, {"a": 1, "b": 1})
        assert found.met(approvals) is met
        assert found.missing(approvals) == missing

    def test_what_was_filed_counts_when_it_asked_for_more(self) -> None:
        asked = request(approvals_wanted=3, approvals_from=(("role:org_owner", 1),), cool_off_ms=5000)
        found = demand(rules(approvals=2, cool_off=1), asked)
        assert (found.approvals, found.seats, found.cool_off_ms) == (3, {"role:org_owner": 1}, 5000)

    def test_so_does_what_is_asked_now(self) -> None:
        now = rules(approvals=2, approvals_from=((OWNER, 2),), cool_off=60, raised_by=("9 items",))
        found = demand(now, request(raised_by=("140 items",)))
        assert (found.approvals, found.seats, found.cool_off_ms) == (2, {"role:org_owner": 2}, 60_000)
        assert found.because == ("140 items", "9 items")


class TestARaisedRequest:
    def test_a_bulk_needs_more_people_than_one_alone(self, open_office: Callable[..., Office]) -> None:
        office = open_office(raises=(BULK,))
        one = filed_request(office.database, office.clock, plan(item("T0ONE00001")), raises=(BULK,))
        two = plan(item("T0TWO00001"), item("T0THREE001"))
        many = filed_request(office.database, office.clock, two, raises=(BULK,))
        assert decided(approve(office, one.id)).approved
        assert (many.approvals_wanted, many.raised_by) == (2, ("2 items",))
        assert not decided(approve(office, many.id, typed="DISCONNECT 2")).approved
        assert decided(approve(office, many.id, CHLOE, typed="DISCONNECT 2")).approved

    def test_the_demanded_people_have_to_be_among_them_and_the_cool_off_is_waited_for(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(somebody(OLGA, org_owner=True), raises=(PRIVATE,))
        asked = filed_request(office.database, office.clock, SECRET, raises=(PRIVATE,))
        assert asked.raised_by == ("1 private channel",)
        approve(office, asked.id, BEN)
        assert not decided(approve(office, asked.id, CHLOE)).approved
        assert "1 more needed, among them role:org_owner" in office.told()[-2][2]
        last = decided(approve(office, asked.id, OLGA))
        assert (last.approved, last.begins_at_once) == (True, False)

    def test_people_of_a_raise_decide_nothing_else(self, open_office: Callable[..., Office]) -> None:
        office = open_office(somebody(OLGA, org_owner=True), raises=(PRIVATE,))
        plain = filed_request(office.database, office.clock, raises=(PRIVATE,))
        assert refused(approve(office, plain.id, OLGA)) == "not_an_approver"

    def test_a_raise_that_came_after_filing_counts_too(self, open_office: Callable[..., Office]) -> None:
        office = open_office(somebody(OLGA, org_owner=True), raises=(PRIVATE,))
        asked = filed_request(office.database, office.clock, SECRET)
        assert asked.approvals_wanted == 1
        assert not decided(approve(office, asked.id)).approved
        record = office.deciding.record(asked.enterprise_id, asked.id)
        assert record is not None
        assert (record.request.approvals_wanted, record.request.raised_by) == (2, ("1 private channel",))

    def test_seats_that_were_filed_are_not_forgotten_by_a_milder_policy(self, office: Office) -> None:
        asked = filed_request(office.database, office.clock, SECRET, raises=(PRIVATE,))
        approve(office, asked.id, BEN)
        assert not decided(approve(office, asked.id, CHLOE)).approved
        assert office.state(asked.id) == "pending"
