"""`/drawbridge`: help, pending, history, status; seen only by who asked."""

from collections.abc import Callable

from tests.support.people import ADMIN, LOBBY, House


def answer(house: House, text: str) -> str:
    before = len(house.ana.ephemerals(LOBBY))
    house.ana.command("/drawbridge", text, channel=LOBBY)
    seen = house.client.wait(lambda: house.ana.ephemerals(LOBBY)[before:], 15)
    assert seen, f"/drawbridge {text} was not answered"
    return str(seen[-1].text)


def test_help_lists_every_command(house: House) -> None:
    told = answer(house, "help")
    for command in ("disconnect-org", "disconnect-channel", "disable-usergroup", "remove-policy-users"):
        assert f"/{command}" in told
    assert "/drawbridge pending" in answer(house, "nonsense")


def test_pending_and_history_name_requests_with_a_way_to_the_details(house: House) -> None:
    group = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"], handle="listed")
    request = house.ask_disable_usergroup(group)
    assert request in answer(house, "pending") and request in answer(house, "history")
    message = house.ana.ephemerals(LOBBY)[-1]
    assert "Details" in message.buttons
    house.deny(request, "Not this one")
    house.card(request, "Denied")
    assert request not in answer(house, "pending")
    assert f"{request} · denied" in answer(house, "history")


def test_status_tells_tokens_and_directory(house: House) -> None:
    told = answer(house, "status")
    assert "Bot token works" in told and "Admin user token works" in told
    assert "Directory of external orgs: read" in told
    assert "xox" not in told


def test_status_tells_that_the_admin_has_become_somebody_else(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    owner = house.slack.world.app.installer
    house.client.set("user", owner, is_org_admin=False, is_org_owner=False, is_primary_owner=False)
    asking = house.chloe
    asking.command("/drawbridge", "status", channel=ADMIN)
    shown = asking.wait_message(ADMIN, containing="Bot token works")
    assert f"Admin user token of {owner}: not_an_admin" in shown.text
    assert "Admin user token works" not in shown.text


def test_details_are_for_those_it_concerns(house: House) -> None:
    group = house.client.create("usergroup", team_id="T0ENG00001", users=["W0DINO0001"], handle="detailed")
    request = house.ask_disable_usergroup(group)
    house.ben.click(house.card(request), "Details")
    shown = house.ben.wait_modal(lambda modal: "Members: 1: Dino Rossi" in modal.text)
    assert request in shown.title
    house.ben.close(everything=True)
    assert house.ben.messages(ADMIN)
