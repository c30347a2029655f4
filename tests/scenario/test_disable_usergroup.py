"""`/disable-usergroup`: off, proved, and on again by a second request."""

from tests.support.people import REASON, House

METHOD = "usergroups.disable"
ENG = "T0ENG00001"


def group(house: House, **more: object) -> str:
    """A user group of Engineering with two members."""
    defaults = {"team_id": ENG, "users": ["W0ANA00001", "W0BEN00001"], **more}
    return house.client.create("usergroup", **defaults)


def test_a_group_is_disabled_and_enabled_again(house: House) -> None:
    found = group(house, handle="night-shift", name="Night shift", channels=["C0LOCAL0002"])
    request = house.ask_disable_usergroup(found)
    house.approve(request)
    card = house.card(request, "Done and proved")
    assert "Slack shows @night-shift disabled" in card.text and "Undo" in card.buttons
    call = house.calls(METHOD, lambda call: call["args"]["usergroup"] == found)[0]
    assert call["args"]["team_id"] == ENG and call["token"] == "user:W0INSTALL1"

    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    assert "Enable @night-shift again" in house.preview()
    undo = house.file()
    undo_card = house.card(undo)
    assert f"Undoes {request}" in undo_card.text and "0 of 1 approvals" in undo_card.text
    house.approve(undo)
    assert "with the members and default channels it had before" in house.card(undo, "Done and proved").text
    house.client.wait(lambda: "Undo" not in house.card(request).buttons or None, 1)


def test_an_undo_is_refused_to_its_own_requester_and_to_strangers(house: House) -> None:
    found = group(house)
    request = house.ask_disable_usergroup(found)
    house.approve(request)
    card = house.card(request, "Done and proved")
    house.ben.click(card, "Undo")
    house.refusal(house.ben, "The policy does not let you request this")
    house.ben.close(everything=True)
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    house.preview()
    undo = house.file()
    house.ana.click(house.card(undo), "Approve", confirm=True)
    house.refusal(house.ana, "You asked for this, so somebody else has to decide")
    assert house.client.wait(lambda: "Undo" not in house.card(request).buttons, 15)
    house.ana.click(house.card(undo), "Cancel", confirm=True)
    house.card(undo, "Cancelled by the requester")
    assert house.client.wait(lambda: "Undo" in house.card(request).buttons, 15)


def test_members_that_did_not_come_back_are_said(house: House) -> None:
    found = group(house, handle="lossy")
    request = house.ask_disable_usergroup(found)
    house.approve(request)
    card = house.card(request, "Done and proved")
    house.client.set("usergroup", found, users=["W0ANA00001"])
    house.ana.click(card, "Undo")
    house.ana.wait_modal(lambda modal: f"reverses {request}" in modal.text)
    house.describe()
    house.preview()
    undo = house.file()
    house.approve(undo)
    assert "1 member did not come back" in house.card(undo, "Done and proved").text


def test_the_preview_names_members_channels_and_who_changed_it_last(house: House) -> None:
    found = group(house, handle="described", channels=["C0LOCAL0002"], updated_by="W0OLGA0001")
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    assert any(option.value == found for option in house.ana.options("User groups", "described"))
    house.ana.fill("Or paste a list", "@described")
    house.describe()
    preview = house.preview()
    assert "Members: 2: Ana Ferreira (W0ANA00001) and Ben Okafor (W0BEN00001)" in preview
    assert "Default channels: #eng-backend (C0LOCAL0002)" in preview
    assert "by Olga Lindqvist (W0OLGA0001)" in preview
    house.ana.close(everything=True)


def test_directory_managed_and_org_level_groups_are_marked(house: House) -> None:
    managed = group(house, handle="from-idp", is_idp_group=True)
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    house.ana.fill("Or paste a list", f"{managed}\nS0ORGLVL01")
    house.describe()
    preview = house.preview()
    assert "Mastered by the identity provider" in preview
    assert "An organization-level group" in preview
    house.ana.close(everything=True)


def test_a_group_slack_refuses_fails_with_its_code_and_the_remedy(house: House) -> None:
    managed = group(house, handle="refused-by-slack", is_idp_group=True)
    request = house.ask_disable_usergroup(managed)
    house.approve(request)
    card = house.card(request, "Failed")
    assert "[permission_denied]" in card.text
    assert len(house.calls(METHOD, lambda call: call["args"]["usergroup"] == managed)) == 1


def test_the_approvers_own_group_is_protected(house: House) -> None:
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Meridian HQ")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    house.ana.fill("Or paste a list", "S0SECURITY")
    house.describe()
    assert "The policy uses or protects this group; Drawbridge never disables it" in house.preview()
    house.ana.close(everything=True)


def test_a_workspace_without_drawbridge_is_refused_with_the_way_to_add_it(house: House) -> None:
    house.open("/disable-usergroup")
    assert "Drawbridge not added" in house.choose_workspace("Workspace", "Labs")
    house.ana.wait_modal(lambda modal: "Nothing can be chosen here" in modal.text)
    house.ana.fill("Or paste a list", "@lab-rats")
    house.describe()
    assert "Drawbridge has not been added to this workspace. An org admin adds it" in house.preview()
    house.ana.close(everything=True)


def test_an_already_disabled_group_is_left_out(house: House) -> None:
    gone = group(house, handle="long-gone", disabled_at=1760000000)
    alive = group(house, handle="still-there")
    house.open("/disable-usergroup")
    house.choose_workspace("Workspace", "Engineering")
    house.ana.wait_modal(lambda modal: "User groups" in modal.text)
    house.ana.fill("Or paste a list", f"{gone}\n{alive}\n@nobody-knows")
    house.ana.fill("Reason", REASON)
    house.describe()
    preview = house.preview()
    assert "Left out of the request" in preview
    assert "long-gone" in preview and "Already disabled" in preview
    assert "@nobody-knows: Slack shows no user group of this workspace" in preview
    request = house.file()
    house.approve(request)
    assert "1 in all: 1 proved by reading back" in house.card(request, "Done and proved").text


def test_new_members_after_the_preview_are_drift(house: House) -> None:
    found = group(house, handle="growing-group")
    request = house.ask_disable_usergroup(found)
    house.client.set("usergroup", found, users=["W0ANA00001", "W0BEN00001", "W0CHLOE001"])
    house.approve(request)
    card = house.card(request, "Not carried out: the target changed after the preview")
    assert "member count: was 2, is 3" in card.text
    assert house.calls(METHOD, lambda call: call["args"]["usergroup"] == found) == []
