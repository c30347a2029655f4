"""Who decides, and everybody who is told why not."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support import wire
from tests.support.people import ADMIN, LOBBY, House

TWO = """
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin", "role:org_owner"]
approvers = ["usergroup:S0SECURITY", "role:org_owner"]
approvals = 2
"""
QUICK = """
admin_channel = "C0ADMIN0001"
requesters = ["role:org_admin"]
approvers = ["usergroup:S0SECURITY"]
expires_after = "3s"
"""


def usergroup(house: House) -> str:
    """A group nobody else's test uses."""
    return house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])


def refusals(house: House, request: str) -> list[tuple[str, str]]:
    """(who, reason code) of every refused click in the audit log."""
    events = house.app.evidence(request)["events"]
    return [(e["actor"], e["body"]["code"]) for e in events if e["event"] == "decision:refused"]


def test_nobody_approves_their_own_request(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.ana.click(house.card(request), "Approve", confirm=True)
    house.refusal(house.ana, "You asked for this, so somebody else has to decide")
    assert house.client.wait(lambda: ("W0ANA00001", "self_approval") in refusals(house, request), 5)
    assert all("You asked for this" not in message.text for message in house.ben.messages(ADMIN))


def test_somebody_without_the_right_is_refused_however_they_got_at_the_button(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.olga.click(house.card(request), "Approve", confirm=True)  # in the channel, but no approver
    house.refusal(house.olga, "The policy does not let you decide this")
    assert house.client.wait(lambda: ("W0OLGA0001", "not_an_approver") in refusals(house, request), 5)
    assert "0 of 1 approvals" in house.card(request).text


def test_a_denial_needs_a_reason_and_names_who_decided(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.deny(request, "Still used by the night shift")
    card = house.card(request, "Denied")
    assert "Denied by @Ben Okafor" in card.text and "Still used by the night shift" in card.text
    assert "Approve" not in card.buttons
    house.ana.wait_message("dm", containing="denied your request: Still used by the night shift")
    house.chloe.click(card, "Details")
    house.chloe.wait_modal(lambda modal: "Still used by the night shift" in modal.text)
    house.chloe.close(everything=True)


def test_the_second_click_is_told_who_decided(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    house.card(request, "Done and proved")
    assert wire.interaction(house.app, wire.click("W0CHLOE001", "approve", request))[0] == 200
    house.chloe.wait_message("dm", containing="Too late: Ben Okafor has approved it")
    assert ("W0CHLOE001", "already_decided") in refusals(house, request)


def test_only_the_requester_cancels(house: House) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    house.ben.click(house.card(request), "Cancel", confirm=True)
    house.refusal(house.ben, "Only the person who asked can cancel it")
    house.ana.click(house.card(request), "Cancel", confirm=True)
    card = house.card(request, "Cancelled by the requester")
    assert "Approve" not in card.buttons
    house.ben.wait_reply(card, "cancelled the request. Nothing was carried out")


def test_a_cancelled_target_can_be_asked_for_again(house: House) -> None:
    group = usergroup(house)
    first = house.ask_disable_usergroup(group)
    house.ana.click(house.card(first), "Cancel", confirm=True)
    house.card(first, "Cancelled by the requester")
    assert house.ask_disable_usergroup(group) != first


@pytest.mark.parametrize("typed", ["acm", "ACME CORP.", ""])
def test_the_wrong_words_approve_nothing(house: House, typed: str) -> None:
    org = house.client.create("external_org", name="Acme Sub", domain="acme-sub")
    request = house.ask_disconnect_org(org)
    house.ben.click(house.card(request), "Approve …")
    house.ben.wait_modal(lambda modal: "To approve, type: acme-sub" in modal.text)
    house.ben.fill("To approve, type: acme-sub", typed or "x")
    result = house.ben.submit()
    assert "Type exactly: acme-sub" in str(result.errors)
    house.ben.fill("To approve, type: acme-sub", "  Acme SUB ")  # the name does as well, in any case
    house.ben.submit()
    house.card(request, "Done and proved")
    house.ben.close(everything=True)
    assert ("W0BEN00001", "wrong_phrase") in refusals(house, request)


def test_two_different_people_have_to_approve(own_house: Callable[..., House]) -> None:
    house = own_house(policy=TWO)
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    card = house.card(request, "1 of 2 approvals")
    assert "Approved by @Ben Okafor" in card.text
    house.ben.click(card, "Approve", confirm=True)
    house.refusal(house.ben, "You have already approved this; it needs somebody else too")
    house.approve(request, house.chloe)
    card = house.card(request, "Done and proved")
    assert "Approved by @Ben Okafor" in card.text and "Approved by @Chloe Martin" in card.text


def test_two_accounts_of_one_person_count_once(own_house: Callable[..., House]) -> None:
    house = own_house(policy=TWO)
    house.app.start()
    with house.slack.world.lock:
        users = house.slack.world.org.users
        users["W0CHLOE001"].email = users["W0BEN00001"].email
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    house.chloe.click(house.card(request, "1 of 2 approvals"), "Approve", confirm=True)
    house.refusal(house.chloe, "Another account with your e-mail address already takes part")


def test_an_undecided_request_expires_and_loses_its_buttons(own_house: Callable[..., House]) -> None:
    house = own_house(policy=QUICK)
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    card = house.card(request)
    expired = house.card(request, "Expired without a decision", timeout=20)
    assert expired.ts == card.ts and expired.buttons == ["Details"]
    house.ben.wait_reply(expired, "Nobody decided before")
    house.ana.wait_message("dm", containing="Nobody decided before")
    wire.interaction(house.app, wire.click("W0BEN00001", "approve", request))
    house.ben.wait_message("dm", containing="Too late: It has expired: nobody decided in time")


def test_an_approval_is_void_when_the_right_is_gone_at_execution(own_house: Callable[..., House]) -> None:
    house = own_house(policy=QUICK.replace('expires_after = "3s"', 'cool_off = "2s"'))
    house.app.start()
    group = usergroup(house)
    request = house.ask_disable_usergroup(group)
    house.approve(request)
    assert "begins" in house.card(request, "Approved").text
    with house.slack.world.lock:
        house.slack.world.org.usergroups["S0SECURITY"].users.remove("W0BEN00001")
    card = house.card(request, "Stopped", timeout=20)
    assert "Ben Okafor had no right to approve it any more. Nothing was carried out" in card.text
    assert house.calls("usergroups.disable") == []


def test_a_cool_off_can_be_used_to_cancel(own_house: Callable[..., House]) -> None:
    house = own_house(policy=QUICK.replace('expires_after = "3s"', 'cool_off = "1h"'))
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    card = house.card(request, "Approved")
    house.ana.click(card, "Cancel", confirm=True)
    house.card(request, "Cancelled by the requester")
    assert house.calls("usergroups.disable") == []


def test_people_who_should_not_be_there_learn_nothing(house: House) -> None:
    for person, reason in (
        (house.dino, "The policy does not let you request this"),
        (house.gia, "Guests cannot use Drawbridge"),
    ):
        person.command("/disconnect-org", "acme", channel=LOBBY)
        house.refusal(person, reason)
        modal = person.modal()
        assert modal is None or "Acme" not in modal.text
        person.close(everything=True)
    house.dino.command("/drawbridge", "history", channel=LOBBY)
    house.refusal(house.dino, "this is not for you")


@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ("U0OUTSIDE1", "Only members of this organization can use Drawbridge"),
        ("W0GUEST001", "Guests cannot use Drawbridge"),
        ("W0GONE0001", "Your account is deactivated"),
        ("U0DRAWBRDG", "Apps and bots decide nothing here"),
        ("W0NOWHERE1", "Slack does not know you"),
    ],
)
def test_strangers_guests_and_machines_decide_nothing(house: House, user: str, reason: str) -> None:
    request = house.ask_disable_usergroup(usergroup(house))
    for action in ("approve", "deny", "details", "undo"):
        assert wire.interaction(house.app, wire.click(user, action, request))[0] == 200

    def written() -> bool:
        events = house.app.evidence(request)["events"]
        return any(e["actor"] == user and reason in e["body"].get("sentence", "") for e in events)

    assert house.client.wait(written, 15)
    assert "0 of 1 approvals" in house.card(request).text


def test_a_double_submit_files_once(house: House) -> None:
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    house.ana.fill("Or paste a list", usergroup(house))
    house.describe()
    house.preview()
    modal = house.ana.modal()
    assert modal is not None
    again = wire.submission("W0ANA00001", "file", modal.private_metadata)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: wire.interaction(house.app, again)[0], range(8)))
    assert answers == [200] * 8
    request = house.file()
    house.card(request)
    listed = house.app.cli("requests", "list", "--state", "pending").stdout
    assert listed.count(request) == 1
    filed = [e for e in house.app.evidence(request)["events"] if e["event"] == "request:filed"]
    assert len(filed) == 1
