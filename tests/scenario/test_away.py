"""While an approver is away: somebody else approves for them, in front of everybody, until they are back."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.scenario.test_home import shows
from tests.support.people import ADMIN, LOBBY, House
from tests.support.running import POLICY

DINO = "W0DINO0001"
AWAY = POLICY + "delegation = true\n[operations.disconnect-org]\ndelegation = false\n"
NOTE = "At the sea <!channel> *back* soon"


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, own_house: Callable[..., House]) -> House:
    """Dino, who has no right of his own, is in the admin channel."""
    made = own_house(request.param, policy=AWAY)
    with made.slack.world.lock:
        made.slack.world.org.channels[ADMIN].members.append(DINO)
    made.app.start()
    return made


def usergroup(house: House) -> str:
    return house.client.create("usergroup", team_id="T0ENG00001", users=[DINO])


def day(days: int = 0) -> str:
    """A date from today on, as a date picker has it."""
    return str((datetime.now(UTC) + timedelta(days=days)).date())


def hand_over(house: House, to: str, until: str, note: str = "") -> None:
    """Ben fills in the form and sends it."""
    house.ben.command("/drawbridge", "away", channel=LOBBY)
    house.ben.wait_modal(lambda modal: "Who decides for you" in modal.text)
    house.ben.choose("Who decides for you", to)
    house.ben.choose("Your last day away", until)
    if note:
        house.ben.fill("Note", note)
    house.ben.submit()


def away(house: House) -> None:
    """Ben is away for five days, and Dino decides for him."""
    hand_over(house, "Dino Rossi", day(5), NOTE)
    house.ben.wait_modal(lambda modal: "decides for you until" in modal.text)
    house.ben.close(everything=True)


def logged(house: House, *kinds: str) -> list[tuple[str, str]]:
    """Those events of the whole log, with who did it."""
    events = map(json.loads, house.app.cli("audit", "export").stdout.splitlines())
    return [(event["event"], event["actor"]) for event in events if event["event"] in kinds]


@pytest.mark.timeout(180)
def test_somebody_else_approves_while_an_approver_is_away(house: House) -> None:
    away(house)
    told = house.ben.wait_message(ADMIN, containing="approves and denies for them").text
    assert "@Ben Okafor is away: @Dino Rossi" in told and NOTE in told
    direct = house.dino.wait_message("dm", containing="you approve and deny for them").text
    assert NOTE in direct
    request = house.ask_disable_usergroup(usergroup(house))
    assert "@Dino Rossi for @Ben Okafor" in house.card(request, "0 of 1 approvals").text
    house.dino.open_home()
    shows(house, house.dino, request, "You stand in for @Ben Okafor", "You decide this for @Ben Okafor")
    house.approve(request, house.dino)
    card = house.card(request, "Done and proved")
    assert "Approved by @Dino Rossi for @Ben Okafor" in card.text
    house.ben.wait_reply(card, "@Dino Rossi for @Ben Okafor approved (1 of 1)")
    found = house.app.evidence(request)
    (made,) = found["decisions"]
    assert (made["person"]["id"], made["for"]["id"]) == (DINO, "W0BEN00001")
    assert made["for"]["delegation"]["note"] == NOTE
    (begun,) = [event["body"] for event in found["events"] if event["event"] == "request:begun"]
    assert begun["approvers"][DINO]["for"]["id"] == "W0BEN00001"
    house.ben.click(card, "Details")
    house.ben.wait_modal(lambda modal: "Approved by @Dino Rossi for @Ben Okafor" in modal.text)
    house.ben.close(everything=True)
    house.ben.command("/drawbridge", f"why {request}", channel=LOBBY)
    house.refusal(house.ben, "Dino Rossi (W0DINO0001) approved it for Ben Okafor (W0BEN00001)")


@pytest.mark.timeout(180)
def test_both_never_count_and_being_back_ends_it(own_house: Callable[..., House]) -> None:
    house = own_house(policy=AWAY + "[operations.disable-usergroup]\napprovals = 2\n")
    with house.slack.world.lock:
        house.slack.world.org.channels[ADMIN].members.append(DINO)
    house.app.start()
    away(house)
    request = house.ask_disable_usergroup(usergroup(house))
    house.approve(request, house.dino)
    card = house.card(request, "1 of 2 approvals")
    house.ben.click(card, "Approve", confirm=True)
    house.refusal(house.ben, "Dino Rossi has approved this for you")
    house.ben.command("/drawbridge", "back", channel=LOBBY)
    house.refusal(house.ben, "@Dino Rossi no longer decides for you")
    house.dino.wait_message("dm", containing="You no longer decide for")
    house.ben.wait_message(ADMIN, containing="What was approved for them and has not begun no longer counts")
    house.approve(request, house.chloe)
    ended = house.card(request, "Stopped").text
    assert "Dino Rossi for Ben Okafor had no right to approve it any more" in ended
    assert house.calls("usergroups.disable") == []
    other = house.ask_disable_usergroup(usergroup(house))
    house.dino.click(house.card(other), "Approve", confirm=True)
    house.refusal(house.dino, "The policy does not let you decide this")
    assert logged(house, "delegation:given", "delegation:ended") == [
        ("delegation:given", "W0BEN00001"),
        ("delegation:ended", "W0BEN00001"),
    ]


@pytest.mark.timeout(120)
def test_the_form_says_at_each_field_what_is_wrong_and_loses_nothing(own_house: Callable[..., House]) -> None:
    house = own_house(policy=AWAY)
    house.app.start()
    house.dino.command("/drawbridge", "away", channel=LOBBY)
    house.refusal(house.dino, "There is nothing you could hand over")
    house.dino.close(everything=True)
    hand_over(house, "Ben Okafor", day(40))
    modal = house.ben.modal()
    assert modal is not None
    assert "Choose somebody else" in str(modal.raw) and "to 30 days ahead" in str(modal.raw)
    house.ben.choose("Who decides for you", "Dino Rossi")
    house.ben.choose("Your last day away", day(3))
    house.ben.fill("Note", NOTE)
    house.ben.submit()
    again = house.ben.wait_modal(lambda modal: "is not in the admin channel" in modal.text)
    assert "That was not done" in again.text and NOTE in again.text
    with house.slack.world.lock:
        house.slack.world.org.channels[ADMIN].members.append(DINO)
    house.ben.submit()
    house.ben.wait_modal(lambda modal: "decides for you until" in modal.text)
    house.ben.close(everything=True)
    request = house.ask_disconnect_org(house.client.create("external_org", name="Kestrel Freight"))
    house.dino.click(house.card(request), "Approve …")
    house.refusal(house.dino, "the policy lets nobody decide this for somebody else")
    house.dino.close(everything=True)
    assert house.client.problems() == []
