"""The policy while people work: higher demands, emptied groups, reminders, a changed file, and why."""

import json
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.people import ADMIN, LOBBY, House
from tests.support.running import POLICY

RAISED = (
    POLICY
    + """
[[operations.set-channel-workspaces.raise]]
when = "org_wide"
approvals = 2
approvals_from = [["role:org_owner", 1]]
"""
)
SHORT = POLICY + 'expires_after = "24s"\n'
SLOW = POLICY + 'cool_off = "1h"\n'


def usergroup(house: House) -> str:
    """A group nobody else's test uses."""
    return house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"])


def staff(house: House, *people: str) -> None:
    """The approvers' group has only those people from now on."""
    with house.slack.world.lock:
        house.slack.world.org.usergroups["S0SECURITY"].users[:] = people


def events(house: House, name: str, request: str = "") -> list[dict[str, Any]]:
    """Bodies of those events, of the whole log or of one request."""
    found = house.app.evidence(request)["events"] if request else exported(house)
    return [event["body"] for event in found if event["event"] == name]


def exported(house: House) -> list[dict[str, Any]]:
    """The whole audit log."""
    lines = house.app.cli("audit", "export").stdout.splitlines()
    return [{**event, "body": json.loads(event["body"])} for event in map(json.loads, lines)]


def test_a_channel_that_becomes_org_wide_takes_an_owner_and_somebody_else(
    own_house: Callable[..., House],
) -> None:
    house = own_house(policy=RAISED)
    house.app.start()
    channel = house.client.create("channel", name="all-hands-notes", team_ids=["T0ENG00001"])
    house.open("/set-channel-workspaces")
    house.ana.fill("Or paste a list of channels", channel)
    house.ana.choose("What to change", "Share it org-wide, with every workspace")
    house.ana.wait_modal(lambda modal: "Workspaces to add" not in modal.text)
    house.describe()
    preview = house.preview()
    assert "2 other people have to approve" in preview
    assert "asks for more than usual: 1 channel becomes org-wide" in preview
    request = house.file()
    assert "1 channel becomes org-wide" in house.card(request, "0 of 2 approvals").text
    house.approve(request)
    card = house.card(request, "1 of 2 approvals")
    house.ben.wait_reply(card, "1 more needed, among them role:org_owner")
    house.chloe.click(card, "Approve", confirm=True)
    house.card(request, "Approved by @Chloe Martin")
    house.approve(request, house.olga)
    house.card(request, "Done and proved")
    assert house.app.evidence(request)["request"]["raised_by"] == ["1 channel becomes org-wide"]


def test_an_emptied_approver_group_refuses_what_is_new_blocks_what_waits_and_is_told(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    waiting = house.ask_disable_usergroup(usergroup(house))
    people = list(house.slack.world.org.usergroups["S0SECURITY"].users)
    staff(house)
    assert "it cannot be approved" in house.card(waiting, "As things are").text
    house.ben.wait_message(ADMIN, containing="Nobody can approve these at present")
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    house.ana.fill("Or paste a list", usergroup(house))
    house.describe()
    house.preview()
    house.ana.submit()
    house.refusal(house.ana, "Nobody could approve this. It needs 1 approvals, and nobody could give one now")
    house.ana.close(everything=True)
    staff(house, *people)
    house.ben.wait_message(ADMIN, containing="Every operation has enough people again")
    house.client.wait(lambda: "As things are" not in house.card(waiting).text, 20)
    house.approve(waiting)
    house.card(waiting, "Done and proved")
    assert len(events(house, "policy:unreachable")) == len(events(house, "policy:reachable")) == 1


def test_the_approvers_are_reminded_at_half_time_and_near_the_end(own_house: Callable[..., House]) -> None:
    house = own_house(policy=SHORT)
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    card = house.card(request)
    house.ben.wait_reply(card, "Half of its time is over: 0 of 1 approvals", timeout=40)
    house.card(request, "Expired without a decision", timeout=40)
    reminders = [body["reminder"] for body in events(house, "request:reminded", request)]
    assert reminders in ([1], [1, 2])


def test_what_is_late_is_escalated_and_those_people_may_approve_it_from_then_on(
    own_house: Callable[..., House],
) -> None:
    house = own_house(policy=POLICY + 'expires_after = "40s"\nescalate_to = ["role:org_owner"]\n')
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.olga.click(house.card(request), "Approve", confirm=True)
    house.refusal(house.olga, "The policy does not let you decide this")
    house.ben.wait_reply(house.card(request), "role:org_owner may approve it too from now on", timeout=60)
    house.approve(request, house.olga)
    house.card(request, "Done and proved")
    (escalated,) = events(house, "request:escalated", request)
    (begun,) = events(house, "request:begun", request)
    assert escalated["to"] == ["role:org_owner"]
    assert begun["approvers"]["W0OLGA0001"]["principals"] == ["role:org_owner"]


@pytest.mark.timeout(240)
def test_quiet_hours_that_come_before_it_begins_are_waited_for(own_house: Callable[..., House]) -> None:
    policy = POLICY + 'cool_off = "15s"\n'
    house = own_house(policy=policy)
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    now = datetime.now(UTC)
    ends = (now + timedelta(seconds=95)).replace(second=0, microsecond=0)
    times = f'{{ from = "{now - timedelta(hours=1):%H:%M}", to = "{ends:%H:%M}", zone = "UTC" }}'
    (house.app.folder / "app.toml").write_text(policy + f"quiet_hours = [{times}]\n")
    house.ben.wait_message(ADMIN, containing="The policy was changed and is in force", timeout=20)
    card = house.card(request, "after quiet hours")
    house.ben.wait_reply(card, "Quiet hours: it begins")
    assert datetime.now(UTC) < ends and house.calls("usergroups.disable") == []
    house.card(request, "Done and proved", timeout=120)
    assert len(house.calls("usergroups.disable")) == 1
    assert datetime.now(UTC) >= ends
    (postponed,) = events(house, "request:postponed", request)
    assert postponed["until"] == f"{ends:%Y-%m-%dT%H:%M}:00.000Z"


def test_a_changed_policy_file_is_adopted_while_it_runs_or_told_and_left(
    own_house: Callable[..., House],
) -> None:
    house = own_house()
    house.app.start()
    path = house.app.folder / "app.toml"
    path.write_text(POLICY + "approvals = 9\n")
    house.ben.wait_message(ADMIN, containing="The former policy stays in force", timeout=30)
    request = house.ask_disable_usergroup(usergroup(house))
    house.card(request, "0 of 1 approvals")
    path.write_text(POLICY + "approvals = 2\n")
    assert house.app.process is not None
    house.app.process.send_signal(signal.SIGHUP)
    message = house.ben.wait_message(ADMIN, containing="The policy was changed and is in force", timeout=30)
    assert "disable-usergroup.approvals: 1 → 2" in message.text
    house.approve(request)
    house.card(request, "1 of 2 approvals")
    house.approve(request, house.chloe)
    house.card(request, "Done and proved")
    (refused,) = events(house, "policy:refused")
    (changed,) = events(house, "policy:changed")
    assert any("9 wanted, but only" in problem for problem in refused["problems"])
    assert changed["changes"]["disable-usergroup.approvals"] == ["1", "2"]


def test_an_approver_calls_off_what_was_approved(own_house: Callable[..., House]) -> None:
    house = own_house(policy=SLOW)
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request)
    card = house.card(request, "Approved")
    house.ben.wait_reply(card, "the requester and every approver can still cancel it")
    house.chloe.click(card, "Cancel", confirm=True)
    card = house.card(request, "Cancelled by an approver before it began")
    assert "Chloe Martin, who may approve it, cancelled it before it began" in card.text
    house.ana.wait_message("dm", containing="cancelled your request before it began")
    assert house.calls("usergroups.disable") == []


def test_why_says_which_rule_allows_and_which_refuses(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    request = house.ask_disable_usergroup(usergroup(house))
    house.olga.click(house.card(request), "Approve", confirm=True)
    house.refusal(house.olga, "The policy does not let you decide this")
    house.ben.command("/drawbridge", f"why {request.lower()}", channel=LOBBY)
    told = house.refusal(house.ben, "Could still approve")
    assert "Chloe Martin (W0CHLOE001) by usergroup:T0HQ000001/S0SECURITY" in told
    assert "W0BEN00001 could decide it: yes, by usergroup:T0HQ000001/S0SECURITY" in told
    assert "W0OLGA0001 wanted to approve and was refused (not_an_approver)" in told
    house.dino.command("/drawbridge", f"why {request}", channel=LOBBY)
    house.refusal(house.dino, "this is not for you")
    done = house.app.cli("policy", "explain", "--user", "W0BEN00001", "--operation", "disconnect-org")
    assert done.returncode == 0, done.stderr
    assert "✗ May request it: no (not_a_requester)" in done.stdout
    assert "✓ May approve it: yes, by usergroup:T0HQ000001/S0SECURITY. Slack says: Ben Okafor" in done.stdout
    done = house.app.cli("policy", "explain", "--request", request, "--user", "W0ANA00001")
    assert "✗ W0ANA00001 could decide it: no" in done.stdout
    assert house.app.cli("policy", "explain", "--request", "R0NOWHERE1").returncode == 1
    assert "give --user and --operation" in house.app.cli("policy", "explain").stderr
