"""Why: the entry that gives a right, the ones that do not, who is missing, and what was refused before."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.config import BreakGlass, Principal, QuietHours, Raise
from app.model.explanation import Explanation
from app.requests.explaining import Explaining
from app.requests.reminders import Reminders
from tests.unit.given import ANA, BEN, CHLOE, ORG, TEAM, filed, policy, somebody
from tests.unit.requests.conftest import Office, approve, deny

DINO, OLGA = "W0DINO0001", "W0OLGA0001"
SECURITY = Principal("usergroup", "S0SECURITY", TEAM)
OWNER = Principal("role", "org_owner")


@pytest.fixture
def guarded(open_office: Callable[..., Office]) -> Office:
    """Security approves; with private channels an org owner has to agree as well."""
    return open_office(
        somebody(DINO),
        somebody(OLGA, org_owner=True),
        groups={"S0SECURITY": {BEN, CHLOE}},
        approvers=(SECURITY,),
        raises=(Raise("private_channel", approvals_from=((OWNER, 1),)),),
        approvals=2,
    )


def lines(found: Explanation) -> list[tuple[bool | None, str]]:
    return [(point.fine, point.text) for point in found.points]


def of_person(office: Office, user_id: str, operation: str = "disconnect-org") -> str:
    found = Explaining(office.database, office.clock).person(
        user_id, operation, office.policies.of(ORG), office.town
    )
    assert found.subject == f"{user_id} and {operation}"
    return "\n".join(f"{fine}: {text}" for fine, text in lines(found))


def of_request(office: Office, request_id: str, user_id: str | None = None) -> str:
    record = office.deciding.record(ORG, request_id)
    assert record is not None
    found = Explaining(office.database, office.clock).request(
        record, office.policies.of(ORG), office.town, user_id
    )
    return "\n".join(f"{fine}: {text}" for fine, text in lines(found))


class TestAPerson:
    def test_is_told_the_entry_that_lets_them_ask_and_the_list_that_does_not_let_them_approve(
        self, guarded: Office
    ) -> None:
        told = of_person(guarded, ANA)
        assert f"True: May request it: yes, by user:{ANA}. Slack says: Name of {ANA}, member, read" in told
        assert "False: May approve it: no (not_an_approver)" in told
        assert f"The policy names: {SECURITY}." in told
        assert "None: It needs 2 approvals." in told

    def test_is_told_of_higher_demands_and_who_approves_only_then(self, guarded: Office) -> None:
        told = of_person(guarded, OLGA)
        assert "None: When private_channel: 2 approvals, among them 1 of role:org_owner." in told
        assert "False: May approve it: no" in told
        assert "True: May approve it when private_channel: yes, by role:org_owner" in told

    @pytest.mark.parametrize(
        ("flags", "why"),
        [({"guest": True}, "guest"), ({"deleted": True}, "deactivated"), ({"bot": True}, "bot")],
    )
    def test_is_told_when_it_is_the_account_and_not_the_policy(
        self, guarded: Office, flags: dict[str, bool], why: str
    ) -> None:
        guarded.town.people[BEN] = somebody(BEN, **flags)
        assert f"False: May approve it: no ({why})" in of_person(guarded, BEN)

    def test_is_told_about_the_glass_only_where_it_can_be_broken(self, guarded: Office) -> None:
        assert "May break the glass: no" in of_person(guarded, ANA)
        assert "glass" not in of_person(guarded, ANA, "disable-usergroup")
        explaining = Explaining(guarded.database, guarded.clock)
        allowed = replace(policy(), break_glass=BreakGlass((Principal("user", ANA),), 30))
        told = explaining.person(ANA, "disconnect-org", allowed, guarded.town)
        assert (True, "May break the glass: yes, it begins 30 s later.") in lines(told)


class TestARequest:
    def test_tells_what_is_missing_and_who_could_give_it(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock, approvals=2)
        approve(guarded, request.id)
        told = of_request(guarded, request.id)
        assert "None: It needs 2 approvals." in told
        assert f"True: 2026-09-21T14:13:20.000Z: Name of {BEN} ({BEN}) approved it, by {SECURITY}" in told
        assert "False: 1 more needed." in told
        assert f"True: Could still approve: Name of {CHLOE} ({CHLOE}) by {SECURITY}." in told

    def test_tells_that_nobody_is_left(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock, approvals=2)
        approve(guarded, request.id)
        guarded.town.groups[TEAM, "S0SECURITY"] = frozenset({BEN})
        assert "False: Could still approve: nobody." in of_request(guarded, request.id)

    def test_tells_of_an_approval_that_no_longer_counts(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock, approvals=2)
        approve(guarded, request.id)
        guarded.town.groups[TEAM, "S0SECURITY"] = frozenset({CHLOE})
        told = of_request(guarded, request.id)
        assert f"False: Name of {BEN} has lost the right since, so that approval no longer counts." in told
        assert "False: 2 more needed." in told

    def test_tells_each_refused_click_with_its_reason(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock)
        approve(guarded, request.id, ANA)
        approve(guarded, request.id, DINO)
        told = of_request(guarded, request.id)
        assert f"{ANA} wanted to approve and was refused (self_approval): You asked for this" in told
        assert f"{DINO} wanted to approve and was refused (not_an_approver)" in told

    @pytest.mark.parametrize(
        ("who", "words"),
        [
            (CHLOE, f"True: {CHLOE} could decide it: yes, by {SECURITY}."),
            (DINO, f"False: {DINO} could decide it: no. The policy does not let you decide this."),
            (BEN, f"False: {BEN} could decide it: no. This person, or an account with the same address"),
        ],
    )
    def test_tells_whether_somebody_could_decide_it(self, guarded: Office, who: str, words: str) -> None:
        request = filed(guarded.database, guarded.clock, approvals=2)
        approve(guarded, request.id, BEN)
        assert words in of_request(guarded, request.id, who)

    def test_tells_when_more_people_may_approve_and_that_they_may_now(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(somebody(OLGA, org_owner=True), escalate_to=(OWNER,))
        request = filed(office.database, office.clock, expires_after=7200)
        told = of_request(office, request.id, OLGA)
        assert "None: If it is still short of approvals 2026-09-21T15:13:20.000Z, role:org_owner may" in told
        assert f"False: {OLGA} could decide it: no." in told
        assert "True: May approve it once it is late and escalated: yes, by role:org_owner" in of_person(
            office, OLGA
        )
        office.clock.forward(3600)
        Reminders(office.database, office.policies, office.clock).run_once()
        told = of_request(office, request.id, OLGA)
        assert "None: Escalated 2026-09-21T15:13:20.000Z: role:org_owner may approve it too." in told
        assert f"Name of {OLGA} ({OLGA}) by role:org_owner" in told
        assert f"True: {OLGA} could decide it: yes, by role:org_owner." in told

    def test_tells_of_quiet_hours_and_until_when_they_are_waited_for(
        self, open_office: Callable[..., Office]
    ) -> None:
        office = open_office(quiet_hours=(QuietHours(14 * 60, 15 * 60, "UTC"),))
        request = filed(office.database, office.clock)
        always_told = "None: Quiet hours: 14:00-15:00 UTC. What is approved then begins afterwards."
        assert always_told in of_person(office, ANA)
        assert always_told in of_request(office, request.id)
        assert "waits for the end" not in of_request(office, request.id)
        approve(office, request.id)
        told = of_request(office, request.id)
        assert "None: It waits for the end of quiet hours: it begins 2026-09-21T15:00:00.000Z." in told

    def test_tells_that_the_policy_has_changed_since(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock)
        record = guarded.deciding.record(ORG, request.id)
        assert record is not None
        newer = replace(policy(approvals=2), digest="of another file")
        found = Explaining(guarded.database, guarded.clock).request(record, newer, guarded.town)
        assert (None, "It needs 2 approvals.") in lines(found)
        assert any("The policy was changed since it was filed" in text for _, text in lines(found))

    def test_tells_why_it_ended(self, guarded: Office) -> None:
        request = filed(guarded.database, guarded.clock)
        deny(guarded, request.id, reason="Still in use.")
        told = of_request(guarded, request.id, CHLOE)
        assert "None: It is denied." in told
        assert "denied it, by" in told and "Still in use." in told
        assert f"False: {CHLOE} could decide it: no, nothing is left to decide." in told
        assert "Could still approve" not in told
