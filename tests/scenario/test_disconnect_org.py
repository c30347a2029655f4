"""`/disconnect-org` from the command to the proof, and everything that must stop it on the way."""

from collections.abc import Callable

from tests.support.people import EXPORTED, LOBBY, House
from tests.support.running import SCALE

METHOD = "team.externalTeams.disconnect"


def test_an_organization_is_disconnected_after_a_second_person_approves(house: House) -> None:
    org = house.client.create("external_org", name="Hooli Cloud", domain="hooli-cloud")
    request = house.ask_disconnect_org(org)
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert "Approved by @Ben Okafor" in card.text
    assert "Slack shows it as disconnected, 0 conversations left" in card.text
    assert "Approve" not in " ".join(card.buttons)
    calls = house.calls(METHOD, lambda call: call["args"]["target_team"] == org)
    assert [call["ok"] for call in calls] == [True]


def test_the_story_is_told_in_the_thread_and_to_the_requester(house: House) -> None:
    request = house.ask_disconnect_org(house.client.create("external_org"))
    house.approve(request)
    card = house.card(request, "Done and proved")
    approval = house.ben.wait_reply(card, "approved (1 of 1)")
    result = house.ben.wait_reply(card, "Done and proved: 1 proved by reading back")
    assert approval.author != "" and result.ts > approval.ts
    house.ana.wait_message("dm", containing=f"{request}: 👍 @Ben Okafor approved your request")
    house.ana.wait_message("dm", containing=f"{request}: done and proved")


def test_the_preview_says_what_will_be_lost_and_what_could_not_be_seen(house: House) -> None:
    org = house.client.create("external_org", name="Soylent Corp", domain="soylent")
    for n in range(2):
        house.client.create("channel", name=f"soylent-project-{n}", connected=[org])
    house.client.create("channel", name="soylent-support", connected=[org], host=org)
    seen, unseen = {"team_ids": ["T0SALES001"]}, {"team_ids": ["T0FINANCE1"]}
    for where in (seen, unseen):
        house.client.create("channel", name="soylent-contracts", private=True, connected=[org], **where)
    for kind in ("im", "mpim"):
        house.client.create("channel", type=kind, connected=[org])
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.describe()
    preview = house.preview()
    for expected in (
        "Cannot be undone from here",
        f"Soylent Corp (soylent, {org})",
        "Connection: connected",
        "Ends: 3 public and 2 private channels, 1 direct message, 1 group message",
        "#soylent-support (host: them)",
        "4 of 5 channels visible to this token; 1 hidden",
        "Files they shared become unreadable",
    ):
        assert expected in preview, preview
    house.ana.close(everything=True)


def test_organizations_are_found_by_name_domain_and_id_across_all_pages(house: House) -> None:
    ids = [
        house.client.create("external_org", name=f"Paged {n:03}", domain=f"paged-{n:03}") for n in range(130)
    ]
    house.open("/disconnect-org", ids[129])  # typing a command asks for a fresh list
    for query in ("Paged 129", "paged-129", ids[129]):
        house.offered("External organizations", query, ids[129])
    offered = house.ana.options("External organizations", "Paged")
    assert len(offered) == 100
    house.ana.close(everything=True)
    for org in ids:
        house.client.post("remove", kind="external_org", id=org)


def test_an_organization_newer_than_the_list_is_looked_up_once_chosen(house: House) -> None:
    unreadable = house.client.fault("team.externalTeams.list", "error", error="internal_error")
    org = house.client.create("external_org", name="Chosen Ltd", domain="chosen")
    house.open("/disconnect-org")
    offered = house.ana.options("External organizations", org)
    assert [option.label for option in offered] == [f"Look up “{org}” in Slack"]
    house.ana.choose("External organizations", offered[0].label, query=org)
    house.client.clear_faults(unreadable)
    house.ana.check(EXPORTED)
    house.describe()
    assert f"Chosen Ltd (chosen, {org})" in house.preview()
    request = house.file()
    house.approve(request)
    house.card(request, "Done and proved")


def test_lookalikes_are_pointed_out(house: House) -> None:
    org = house.client.create("external_org", name="Umbrelia Group", domain="umbrelia-group")
    house.client.create("external_org", name="Umbrella Group", domain="umbrella-group")
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.describe()
    preview = house.preview()
    assert "🔴 Easily taken for" in preview and "Umbrella Group (umbrella-group," in preview
    house.ana.close(everything=True)


def test_several_organizations_are_confirmed_by_number_and_settled_one_by_one(house: House) -> None:
    orgs = [house.client.create("external_org") for _ in range(3)]
    request = house.ask_disconnect_org(*orgs)
    card = house.card(request)
    house.ben.click(card, "Approve …")
    house.ben.wait_modal(lambda modal: "To approve, type: DISCONNECT 3" in modal.text)
    house.ben.fill("To approve, type: DISCONNECT 3", "disconnect 3 ")
    house.ben.submit()
    assert "3 in all: 3 proved by reading back" in house.card(request, "Done and proved").text
    house.ben.close(everything=True)


def test_what_is_already_cut_is_left_out_and_said(house: House) -> None:
    gone = house.client.create("external_org", name="Gone Inc", status="DISCONNECTED")
    house.open("/disconnect-org")
    house.ana.fill("Or paste a list", f"{gone}\nT0NOWHERE1\n{gone}")
    house.ana.check(EXPORTED)
    house.describe()
    preview = house.preview()
    assert "Nothing can be requested like this" in preview
    assert "Already disconnected, nothing is left to cut" in preview
    assert "T0NOWHERE1: Slack shows no external organization" in preview
    assert "in the list more than once" in preview
    house.ana.press("Back to the form")
    form = house.ana.wait_modal(title="Disconnect organizations")
    assert "T0NOWHERE1" in form.text and "The contract ended" in form.text, "what was typed is still there"
    house.ana.close(everything=True)


def test_an_ambiguous_name_asks_for_the_id(house: House) -> None:
    one = house.client.create("external_org", name="Twin Co", domain="twin-one")
    two = house.client.create("external_org", name="Twin Co", domain="twin-two")
    house.open("/disconnect-org")
    house.ana.fill("Or paste a list", "Twin Co")
    house.ana.check(EXPORTED)
    house.describe()
    preview = house.preview()
    assert "This fits 2 external organization" in preview and one in preview and two in preview
    house.ana.close(everything=True)


def test_our_own_organization_is_never_disconnected(house: House) -> None:
    house.client.create("external_org", id="E0MERIDIAN", name="Meridian", domain="meridian")
    house.open("/disconnect-org", "E0MERIDIAN")
    house.ana.check(EXPORTED)
    house.describe()
    assert "This is your own organization; Drawbridge never disconnects it" in house.preview()
    house.ana.close(everything=True)
    house.client.post("remove", kind="external_org", id="E0MERIDIAN")


def test_an_effect_that_takes_long_is_accepted_first_and_proved_later(house: House) -> None:
    org = house.client.create("external_org")
    house.client.settings(disconnect_delays={org: 8.0 * SCALE})
    request = house.ask_disconnect_org(org)
    house.approve(request)
    card = house.card(request, "Done by Slack, effect not proved yet", timeout=20)
    assert "accepted by Slack, not visible yet" in card.text and "next look" in card.text
    house.ben.wait_reply(card, "Slack accepted it, but the effect does not show yet")
    assert "proved by reading back" in house.card(request, "Done and proved", timeout=60).text
    assert len(house.calls(METHOD, lambda call: call["args"]["target_team"] == org)) == 1


def test_growth_after_the_preview_is_drift_and_nothing_is_called(house: House) -> None:
    org = house.client.create("external_org", name="Growing AG")
    house.client.create("channel", name="growing-one", connected=[org])
    request = house.ask_disconnect_org(org)
    house.client.create("channel", name="growing-two", connected=[org])
    house.approve(request)
    card = house.card(request, "Not carried out: the target changed after the preview")
    assert "public channels: were 1, are 2" in card.text
    house.ben.wait_reply(card, "Growing AG changed since the preview")
    assert house.calls(METHOD, lambda call: call["args"]["target_team"] == org) == []


def test_shrinkage_after_the_preview_is_only_a_note(house: House) -> None:
    org = house.client.create("external_org")
    channel = house.client.create("channel", name="shrinking", connected=[org])
    request = house.ask_disconnect_org(org)
    house.client.set("channel", channel, connected=[])
    house.approve(request)
    house.card(request, "Done and proved")


def test_a_target_of_an_open_request_is_refused_with_that_request_named(house: House) -> None:
    org = house.client.create("external_org", name="Held GmbH")
    request = house.ask_disconnect_org(org)
    house.open("/disconnect-org", org)
    house.ana.check(EXPORTED)
    house.describe()
    assert f"Request {request} is already about this" in house.preview()
    house.ana.close(everything=True)


def test_an_effect_that_never_shows_ends_as_unknown(own_house: Callable[..., House]) -> None:
    house = own_house(SLACK_TIME_SCALE="20000")
    house.slack.world.settings.change({"time_scale": 20000.0})
    house.app.start()
    org = house.client.create("external_org")
    house.client.settings(disconnect_never=[org])
    request = house.ask_disconnect_org(org)
    house.approve(request)
    card = house.card(request, "Outcome unknown", timeout=60)
    assert "the effect has not shown. Look at Slack yourself" in card.text
    assert house.ana.ephemerals(LOBBY) == []
