"""What is refused is said where the person looks, and nothing is called."""

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, DINO, Windows
from tests.support.people import ADMIN, LOBBY, REASON, House
from tests.support.targets import KINDS

ORGS, GROUPS = KINDS[0], KINDS[2]


def test_nobody_approves_their_own_request(house: House, windows: Windows) -> None:
    group = GROUPS.make(house)
    request = GROUPS.ask(house, group)
    ana = windows.open(ANA, ADMIN)
    ana.approve(request)
    told = ana.page.locator("#main article.ephemeral").last
    expect(told).to_contain_text("You asked for this, so somebody else has to decide")
    expect(told).to_contain_text("Only visible to you")
    expect(ana.card(request)).to_contain_text("0 of 1 approvals")
    ana.card(request).get_by_role("button", name="Cancel").click()
    ana.question.locator(".danger, .primary").click()
    expect(ana.card(request)).to_contain_text("Cancelled by the requester")
    assert GROUPS.calls(house, group) == []


def test_a_wrong_phrase_is_told_in_its_field(house: House, windows: Windows) -> None:
    org = house.client.create("external_org", name="Fabrikam", domain="fabrikam.example")
    request = ORGS.ask(house, org)
    ben = windows.open(BEN, ADMIN)
    ben.card(request).get_by_role("button", name="Approve").click()
    phrase = ben.field("To approve, type: ")
    phrase.fill("northwind")
    ben.button("Approve").click()
    expect(ben.modal.locator(".field-error:visible")).to_contain_text("Type exactly: fabrikam.example")
    expect(phrase).to_have_attribute("aria-invalid", "true")
    expect(phrase).to_be_focused()
    assert ORGS.calls(house, org) == []
    phrase.fill("  FABRIKAM.example ")
    ben.button("Approve").click()
    expect(ben.modal).to_contain_text("Your approval is recorded")
    ben.modal.get_by_role("button", name="Close").last.click()
    ben.proved(request)


def test_a_form_says_what_is_missing_and_keeps_the_rest(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    ana.command("/remove-policy-users dino.rossi@meridian.example")
    ana.field("Reason").fill(REASON)
    ana.field("Ticket").fill("twelve")
    ana.button("Preview").click()
    expect(ana.modal.locator(".input.wrong")).to_contain_text("Ticket")
    expect(ana.field("Ticket")).to_be_focused()
    expect(ana.field("Reason")).to_have_value(REASON)
    ana.field("Ticket").fill("SEC-12")
    ana.button("Preview").click()
    ana.previewed()


def test_a_click_counts_though_the_page_is_drawn_anew_under_it(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    ana.command("/remove-policy-users dino.rossi@meridian.example")
    ana.field("Reason").fill(REASON)
    ana.field("Ticket").fill("twelve")
    ana.button("Preview").hover()
    ana.page.mouse.down()
    house.ben.say(LOBBY, "Something else goes on meanwhile.")
    expect(ana.page.locator("#main")).to_contain_text("Something else goes on meanwhile.")
    ana.page.mouse.up()
    expect(ana.modal.locator(".input.wrong")).to_contain_text("Ticket")


def test_who_may_not_ask_is_told_so(house: House, windows: Windows) -> None:
    dino = windows.open(DINO)
    dino.composer.fill("/disable-usergroup")
    dino.composer.press("Enter")
    expect(dino.page.locator("dialog.modal, article.ephemeral").last).to_contain_text(
        "The policy does not let you request this"
    )
    house.dino.close(everything=True)
