"""`/disconnect-channel`: one team out of one channel, with Slack's refusals said early."""

import pytest

from tests.support.people import House

METHOD = "admin.conversations.disconnectShared"


def shared(house: House, *orgs: str, **more: object) -> str:
    """A channel of Engineering that those organizations share."""
    return house.client.create("channel", team_ids=["T0ENG00001"], connected=list(orgs), **more)


def test_one_organization_leaves_and_the_others_stay(house: House) -> None:
    leaving = house.client.create("external_org", name="Leaving Ltd", domain="leaving")
    staying = house.client.create("external_org", name="Staying Ltd", domain="staying")
    channel = shared(house, leaving, staying, name="joint-work")
    request = house.ask_disconnect_channel((channel, leaving))
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert f"#joint-work is now shared with {staying}" in card.text
    calls = house.calls(METHOD, lambda call: call["args"]["channel_id"] == channel)
    assert [call["args"]["leaving_team_ids"] for call in calls] == [[leaving]] or [
        call["args"]["leaving_team_ids"] for call in calls
    ] == [leaving]


def test_who_leaves_is_offered_only_once_the_channel_is_known(house: House) -> None:
    org = house.client.create("external_org", name="Offered SA", domain="offered")
    channel = shared(house, org, name="offered-room")
    form = house.open("/disconnect-channel")
    assert "Who leaves it" not in form.text
    house.ana.choose("Shared channel", house.offered("Shared channel", channel, channel), query=channel)
    house.ana.wait_modal(lambda modal: "Who leaves it" in modal.text)
    assert [option.value for option in house.ana.options("Who leaves it")] == [org]
    house.ana.choose("Who leaves it", f"Offered SA ({org})")
    house.ana.fill("Reason", "still here after the form was drawn anew")
    house.describe()
    preview = house.preview()
    assert f"Take Offered SA (offered, {org}) out of #offered-room" in preview
    assert "Host: us" in preview and "— leaves" in preview
    request = house.file()
    house.approve(request, typed="offered-room")
    house.card(request, "Done and proved")


def test_another_channel_empties_who_leaves(house: House) -> None:
    one = house.client.create("external_org", name="First Org")
    two = house.client.create("external_org", name="Second Org")
    first, second = shared(house, one, name="first-room"), shared(house, two, name="second-room")
    house.open("/disconnect-channel")
    house.ana.choose("Shared channel", house.offered("Shared channel", first, first), query=first)
    house.ana.wait_modal(lambda modal: "Who leaves it" in modal.text)
    house.ana.choose("Who leaves it", f"First Org ({one})")
    house.ana.choose("Shared channel", house.offered("Shared channel", second, second), query=second)
    house.ana.wait_modal(lambda modal: "First Org" not in modal.text and "Who leaves it" in modal.text)
    assert [option.value for option in house.ana.options("Who leaves it")] == [two]
    house.ana.close(everything=True)


def test_the_last_shared_channel_ends_the_direct_messages_too(house: House) -> None:
    org = house.client.create("external_org", name="Last One")
    channel = shared(house, org, name="the-only-room")
    house.client.create("channel", type="im", connected=[org])
    house.open("/disconnect-channel")
    house.ana.fill("Or paste a list", f"{channel} {org}")
    house.describe()
    assert "Last shared channel with them: direct messages end too (1 conversation)." in house.preview()
    house.ana.close(everything=True)


@pytest.mark.parametrize(
    ("channel", "leaving", "reason"),
    [
        ("C0ACME00002", "T0ACME0001", "only the host may take others out"),
        ("C0GLOBEX001", "E0MERIDIAN", "E0MERIDIAN is not in this channel"),
        ("C0ACME00003", "T0SALES001", "Slack never takes its home out of it"),
        ("C0GENERALHQ", "T0HQ000001", "This is #general, where everybody of a workspace is"),
        ("C0LOCAL0001", "T0ACME0001", "T0ACME0001 is not in this channel, nothing is left to cut"),
        ("C0NOWHERE01", "T0ACME0001", "Slack shows no such channel to Drawbridge"),
        ("project-borealis", "T0ACME0001", "2 channels have this name"),
    ],
)
def test_what_slack_would_refuse_is_refused_early(
    house: House, channel: str, leaving: str, reason: str
) -> None:
    house.open("/disconnect-channel")
    house.ana.fill("Or paste a list", f"{channel} {leaving}")
    house.describe()
    preview = house.preview()
    assert "Nothing can be requested like this" in preview and reason in preview
    house.ana.close(everything=True)


def test_one_of_our_own_workspaces_can_leave(house: House) -> None:
    org = house.client.create("external_org")
    channel = house.client.create(
        "channel", name="two-workspaces", team_ids=["T0ENG00001", "T0SALES001"], connected=[org]
    )
    request = house.ask_disconnect_channel((channel, "T0SALES001"))
    assert "This takes one of our own workspaces out" in house.card(request).text
    house.approve(request)
    house.card(request, "Done and proved")


def test_the_admin_channel_is_never_touched(house: House) -> None:
    house.client.set("channel", "C0ADMIN0001", connected=["T0INITECH1"])
    house.open("/disconnect-channel")
    house.ana.fill("Or paste a list", "C0ADMIN0001 T0INITECH1")
    house.describe()
    assert "Requests are decided in this channel; Drawbridge never touches it" in house.preview()
    house.ana.close(everything=True)
    house.client.set("channel", "C0ADMIN0001", connected=[])


def test_two_teams_of_one_channel_do_not_make_each_other_drift(house: House) -> None:
    orgs = [house.client.create("external_org") for _ in range(3)]
    channel = shared(house, *orgs, name="crowded")
    request = house.ask_disconnect_channel((channel, orgs[0]), (channel, orgs[1]))
    house.approve(request)
    assert "2 in all: 2 proved by reading back" in house.card(request, "Done and proved").text


def test_another_organization_that_joined_meanwhile_is_drift(house: House) -> None:
    leaving, joined = house.client.create("external_org"), house.client.create("external_org")
    channel = shared(house, leaving, name="drifting-room")
    request = house.ask_disconnect_channel((channel, leaving))
    house.client.set("channel", channel, connected=[leaving, joined])
    house.approve(request)
    card = house.card(request, "Not carried out: the target changed after the preview")
    assert f"staying: now also {joined}" in card.text
    assert house.calls(METHOD, lambda call: call["args"]["channel_id"] == channel) == []


def test_somebody_else_cutting_it_first_counts_as_already_so(house: House) -> None:
    org = house.client.create("external_org")
    channel = shared(house, org, name="cut-elsewhere")
    request = house.ask_disconnect_channel((channel, org))
    house.client.set("channel", channel, connected=[])
    house.approve(request)
    assert "1 already so before" in house.card(request, "Done and proved").text
    assert house.calls(METHOD, lambda call: call["args"]["channel_id"] == channel) == []


def test_a_private_channel_only_the_bot_sees_is_said_so_in_the_preview(house: House) -> None:
    org = house.client.create("external_org")
    channel = house.client.create(
        "channel",
        name="hidden-room",
        private=True,
        team_ids=["T0FINANCE1"],
        connected=[org],
        members=["W0ANA00001", "U0DRAWBRDG"],
    )
    house.open("/disconnect-channel")
    house.ana.fill("Or paste a list", f"{channel} {org}")
    house.describe()
    assert "is visible to the bot, not to the admin token's search" in house.preview()
    house.ana.close(everything=True)


def test_a_channel_that_vanishes_before_execution_is_not_touched(house: House) -> None:
    org = house.client.create("external_org")
    channel = shared(house, org, name="vanishing")
    request = house.ask_disconnect_channel((channel, org))
    house.client.post("remove", kind="channel", id=channel)
    house.approve(request)
    card = house.card(request, "Not carried out: the target changed after the preview")
    assert "Neither search nor the channel itself shows it" in card.text
