"""The Home tab: what waits is there with its buttons, and goes when it is decided, by whomever."""

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, Windows
from tests.support.people import House
from tests.support.targets import KINDS

GROUPS = KINDS[2]
HOME = "&tab=home"


def test_a_decision_of_somebody_else_shows_by_itself(house: House, windows: Windows) -> None:
    ben = windows.open(BEN, "app", more=HOME)
    expect(ben.home).to_contain_text("Waiting for your decision: 0")
    request = GROUPS.ask(house, GROUPS.make(house))
    expect(ben.home).to_contain_text("Waiting for your decision: 1")
    expect(ben.home).to_contain_text(request)
    for name in ("Approve", "Deny"):
        expect(ben.home.get_by_role("button", name=name, exact=True)).to_be_visible()
    house.deny(request, "not today", person=house.chloe)
    expect(ben.home).to_contain_text("Waiting for your decision: 0")
    expect(ben.home.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def test_a_decision_made_there_shows_for_both(house: House, windows: Windows) -> None:
    group = GROUPS.make(house)
    request = GROUPS.ask(house, group)
    ana, ben = windows.open(ANA, "app", more=HOME), windows.open(BEN, "app", more=HOME)
    expect(ana.home).to_contain_text(request)
    ben.home.get_by_role("button", name="Approve", exact=True).click()
    ben.question.get_by_role("button", name="Approve").click()
    for window in (ana, ben):
        expect(window.home).to_contain_text("Waiting for your decision: 0")
        expect(window.home.get_by_text("Done and proved").first).to_be_visible()
    house.card(request, "Done and proved")
    assert len(GROUPS.effects(house, group)) == 1


def test_a_form_opens_from_there(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    expect(ana.composer).to_be_visible()
    ana.page.get_by_role("navigation").get_by_role("button", name="Drawbridge").click()
    ana.page.get_by_role("button", name="Home", exact=True).click()
    ana.home.get_by_role("button", name="Disable user groups").click()
    expect(ana.field("Ticket")).to_be_visible()
