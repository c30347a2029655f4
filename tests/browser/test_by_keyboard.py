"""The same without a mouse: Tab, Enter, arrows and letters reach everything a person needs."""

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, REASON, House
from tests.support.targets import KINDS

ORGS, GROUPS = KINDS[0], KINDS[2]


def describe(ana: Window) -> None:
    """Reason and ticket; Enter in the ticket asks for the preview."""
    ana.tab_to(ana.field("Reason"))
    ana.type(REASON)
    ana.press("Tab")
    expect(ana.field("Ticket")).to_be_focused()
    ana.type("SEC-12")
    ana.press("Enter")
    ana.previewed()


def file(ana: Window) -> str:
    ana.tab_to(ana.button("File request"))
    ana.press("Enter")
    request = ana.filed()
    ana.press("Escape")
    expect(ana.modal).to_be_hidden()
    return request


def test_a_user_group_is_disabled(house: House, windows: Windows) -> None:
    group = house.client.create("usergroup", team_id="T0ENG00001", handle="keys-only", users=["W0DINO0001"])
    ana = windows.open(ANA)
    ana.to_composer()
    ana.type("/dis")
    offered = ana.page.get_by_role("option")
    expect(offered).to_have_count(3)
    ana.press(
        *["ArrowDown"] * [text.startswith("/disable") for text in offered.all_inner_texts()].index(True)
    )
    ana.press("Enter")
    expect(ana.composer).to_have_value("/disable-usergroup ")
    ana.press("Enter")

    workspace = ana.modal.get_by_role("combobox", name="Workspace")
    expect(workspace).to_be_focused()
    ana.type("engineering")
    expect(ana.modal.get_by_role("option").filter(has_text="Engineering")).to_have_count(1)
    ana.press("Enter")
    expect(ana.field("User groups")).to_be_visible()
    ana.tab_to(ana.field("Or paste a list"))
    ana.type(group)
    describe(ana)
    expect(ana.modal).to_contain_text("@keys-only")
    request = file(ana)

    ben = windows.open(BEN, ADMIN)
    ben.to_composer()
    ben.press("Escape")
    approve = ben.card(request).get_by_role("button", name="Approve")
    ben.tab_back_to(approve)
    ben.press("Enter")
    ben.tab_to(ben.question.get_by_role("button", name="Approve"))
    ben.press("Enter")
    ben.proved(request)
    assert house.slack.world.org.usergroups[group].disabled_at > 0
    assert len(GROUPS.effects(house, group)) == 1


def test_an_organization_is_disconnected(house: House, windows: Windows) -> None:
    org = house.client.create("external_org", name="Tailspin Toys", domain="tailspin.example")
    house.client.create("channel", name="tailspin-joint", team_ids=["T0ENG00001"], connected=[org])
    ana = windows.open(ANA)
    ana.to_composer()
    ana.type("/disconnect-org")
    ana.press("Enter")
    expect(ana.field("Ticket")).to_be_visible()
    ana.tab_to(ana.field("Or paste a list"))
    ana.type(org)
    ana.tab_to(ana.modal.get_by_role("checkbox"))
    ana.press("Space")
    describe(ana)
    expect(ana.modal).to_contain_text("Tailspin Toys")
    request = file(ana)

    ben = windows.open(BEN, ADMIN)
    ben.to_composer()
    ben.tab_back_to(ben.card(request).get_by_role("button", name="Approve"))
    ben.press("Enter")
    expect(ben.field("To approve, type: ")).to_be_focused()
    ben.type(ben.phrase())
    ben.press("Enter")
    expect(ben.modal).to_contain_text("Your approval is recorded")
    ben.press("Escape")
    expect(ben.modal).to_be_hidden()
    ben.proved(request)
    assert house.slack.world.org.external_orgs[org].status == "DISCONNECTED"
    assert len(ORGS.effects(house, org)) == 1
