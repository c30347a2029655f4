"""`/set-channel-workspaces`: people say what to add and remove; Slack gets the whole list."""

from collections.abc import Callable

import pytest

from tests.support.people import House

METHOD = "admin.conversations.setTeams"
HQ, ENG, SALES, SUPPORT = "T0HQ000001", "T0ENG00001", "T0SALES001", "T0SUPPORT1"


def channel(house: House, *workspaces: str, **more: object) -> str:
    """A channel of those workspaces."""
    return house.client.create("channel", team_ids=list(workspaces), **more)


def sent(house: House, channel_id: str) -> list[dict[str, object]]:
    """Arguments of the calls made for that channel."""
    return [
        call["args"] for call in house.calls(METHOD, lambda call: call["args"]["channel_id"] == channel_id)
    ]


def workspaces(house: House, channel_id: str) -> set[str]:
    """The workspaces that have the channel now."""
    with house.slack.world.lock:
        return set(house.slack.world.org.channels[channel_id].team_ids)


def test_what_is_kept_added_and_removed_is_shown_and_becomes_the_whole_list(house: House) -> None:
    found = channel(house, HQ, ENG, name="atlas")
    request = house.ask_set_workspaces(found, add=("Sales",), remove=("Engineering",))
    card = house.card(request)
    assert f"Keep: Meridian HQ ({HQ})" in card.text
    assert f"Add (opens it to more people): Sales ({SALES})" in card.text
    assert f"Remove (closes it to people): Engineering ({ENG})" in card.text
    assert "Widening: everyone in the added workspaces can open it" in card.text
    assert "Narrowing: people, guests and apps" in card.text
    house.approve(request)
    house.card(request, "Done and proved")
    assert workspaces(house, found) == {HQ, SALES}
    assert str(sent(house, found)[0]["target_team_ids"]).split(",") == sorted([HQ, SALES])


def test_an_undo_gives_back_the_former_list(house: House) -> None:
    found = channel(house, HQ, ENG, SALES, name="undoable")
    request = house.ask_set_workspaces(found, remove=("Sales", "Engineering"))
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert workspaces(house, found) == {HQ}
    assert sent(house, found)[0]["team_id"] == HQ
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    assert f"Add (opens it to more people): Engineering ({ENG}) and Sales ({SALES})" in house.preview()
    undo = house.file()
    house.approve(undo)
    house.card(undo, "Done and proved")
    assert workspaces(house, found) == {HQ, ENG, SALES}


def test_sharing_org_wide_is_said_loudly_and_can_be_undone(house: House) -> None:
    found = channel(house, HQ, name="for-everyone")
    house.open("/set-channel-workspaces", found)
    house.ana.choose("What to change", "Share it org-wide, with every workspace")
    house.ana.wait_modal(lambda modal: "Workspaces to add" not in modal.text)
    house.describe()
    assert (
        "🔴 Widening to the whole organization: everyone in the organization can open it" in house.preview()
    )
    request = house.file()
    house.approve(request)
    card = house.card(request, "Done and proved")
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    house.preview()
    undo = house.file()
    house.approve(undo)
    house.card(undo, "Done and proved")
    assert workspaces(house, found) == {HQ}


def test_a_channel_can_be_kept_in_one_workspace(house: House) -> None:
    found = channel(house, HQ, ENG, name="only-hq")
    house.open("/set-channel-workspaces", found)
    house.ana.choose("What to change", "Keep it in one workspace only")
    house.ana.wait_modal(lambda modal: "The one workspace" in modal.text)
    house.choose_workspace("The one workspace", "Meridian HQ")
    house.describe()
    house.preview()
    request = house.file()
    house.approve(request)
    house.card(request, "Done and proved")
    assert workspaces(house, found) == {HQ}


def test_several_channels_in_one_request(house: House) -> None:
    one, two = channel(house, HQ, ENG, name="pair-one"), channel(house, HQ, SALES, name="pair-two")
    request = house.ask_set_workspaces(one, two, add=("Support",))
    house.approve(request)
    assert "2 in all: 2 proved by reading back" in house.card(request, "Done and proved").text
    assert workspaces(house, one) == {HQ, ENG, SUPPORT} and workspaces(house, two) == {HQ, SALES, SUPPORT}


@pytest.mark.parametrize(
    ("target", "add", "remove", "reason"),
    [
        ("C0ACME00001", "Sales", "", "It is shared with another organization"),
        ("C0ALLHANDS1", "", "Sales", "An org default channel"),
        ("C0GENERALHQ", "Sales", "", "This is #general, where everybody of a workspace is"),
        ("C0LOCAL0001", "", "Meridian HQ", "No workspace would be left"),
        ("C0LOCAL0002", "Sales", "Engineering", "Slack does not move a channel this way"),
        ("C0ORGWIDE01", "", "Sales", "This channel is org-wide"),
        ("C0LOCAL0001", "Meridian HQ", "", "It is already as you want it"),
        ("C0NOWHERE01", "Sales", "", "Slack shows no such channel to Drawbridge"),
    ],
)
def test_what_slack_would_refuse_is_refused_early(
    house: House, target: str, add: str, remove: str, reason: str
) -> None:
    house.open("/set-channel-workspaces")
    house.ana.fill("Or paste a list of channels", target)
    for field, name in (("Workspaces to add", add), ("Workspaces to remove", remove)):
        if name:
            house.choose_workspace(field, name)
    house.describe()
    preview = house.preview()
    assert "Nothing can be requested like this" in preview and reason in preview
    house.ana.close(everything=True)


def test_a_channel_cut_off_by_drawbridge_counts_as_once_external(house: House) -> None:
    org = house.client.create("external_org")
    found = house.client.create("channel", name="ex-partner", team_ids=[ENG, HQ], connected=[org])
    request = house.ask_disconnect_channel((found, org))
    house.approve(request)
    house.card(request, "Done and proved")
    house.open("/set-channel-workspaces")
    house.ana.fill("Or paste a list of channels", found)
    house.choose_workspace("Workspaces to add", "Sales")
    house.describe()
    assert "It was shared with another organization" in house.preview()
    house.ana.close(everything=True)


def test_a_workspace_added_by_somebody_else_is_drift(house: House) -> None:
    found = channel(house, HQ, ENG, name="raced")
    request = house.ask_set_workspaces(found, remove=("Engineering",))
    house.client.set("channel", found, team_ids=[HQ, ENG, SALES])
    house.approve(request)
    card = house.card(request, "Not carried out: the target changed after the preview")
    assert f"workspaces: now also Sales ({SALES})" in card.text
    assert sent(house, found) == [] and workspaces(house, found) == {HQ, ENG, SALES}


def test_a_refusal_only_slack_knows_is_told_with_its_remedy(house: House) -> None:
    request = house.ask_set_workspaces("C0MANAGED01", remove=("Engineering",))
    house.approve(request)
    card = house.card(request, "Failed")
    assert "[managed_channel_not_supported]" in card.text
    assert "Undo" not in card.buttons


def test_an_undo_is_refused_when_it_was_changed_again(house: House) -> None:
    found = channel(house, HQ, ENG, name="changed-again")
    request = house.ask_set_workspaces(found, add=("Sales",))
    house.approve(request)
    card = house.card(request, "Done and proved")
    house.client.set("channel", found, team_ids=[HQ])
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    assert "It was changed again since" in house.preview()
    house.ana.close(everything=True)


def test_the_admin_channel_is_never_touched(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    house.open("/set-channel-workspaces")
    house.ana.fill("Or paste a list of channels", "C0ADMIN0001")
    house.choose_workspace("Workspaces to add", "Sales")
    house.describe()
    assert "Requests are decided in this channel; Drawbridge never touches it" in house.preview()
