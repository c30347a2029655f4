"""Two people, two windows: each sees what the other does, without a reload."""

import re

from playwright.sync_api import Route, expect

from tests.browser.windows import ANA, BEN, CHLOE, Windows
from tests.support.people import ADMIN, House
from tests.support.targets import KINDS

GROUPS = KINDS[2]


def test_each_sees_the_others_clicks(house: House, windows: Windows) -> None:
    ben = windows.open(BEN, ADMIN)
    both = (windows.open(ANA, ADMIN), ben)
    for window in both:
        expect(window.composer).to_be_visible()
        window.page.evaluate("() => { globalThis.neverReloaded = true; }")
    request = GROUPS.ask(house, GROUPS.make(house))
    for window in both:
        expect(window.card(request)).to_contain_text("Waits for approval")

    ben.card(request).get_by_role("button", name="Deny").click()
    ben.field("Why not?").fill("Not before the audit")
    ben.button("Deny").click()
    expect(ben.modal).to_contain_text("Your denial is recorded")
    for window in both:
        expect(window.card(request)).to_contain_text("Denied")
        expect(window.card(request)).to_contain_text("Not before the audit")
        expect(window.card(request).get_by_role("button", name="Approve")).to_have_count(0)
        assert window.page.evaluate("globalThis.neverReloaded") is True


def test_what_is_said_arrives_and_is_counted_as_unread(house: House, windows: Windows) -> None:
    chloe, ben = windows.open(CHLOE, ADMIN), windows.open(BEN, "C0LOCAL0002")
    expect(chloe.composer).to_be_visible()
    expect(ben.composer).to_be_visible()
    chloe.composer.fill("Who has looked at this?\nI have.")
    chloe.composer.press("Enter")
    expect(chloe.page.locator("#main article.message").last).to_contain_text("Who has looked at this?")
    unread = ben.page.get_by_role("button", name="admin-approvals")
    expect(unread).to_have_accessible_name(re.compile(r"^admin-approvals, 1 unread"))
    unread.click()
    expect(ben.page.locator("#main article.message").last).to_contain_text("I have.")
    expect(unread).to_have_accessible_name(re.compile(r"^admin-approvals(, \d+ new .*)?$"))


def test_what_is_said_while_the_last_is_on_its_way_arrives_too(house: House, windows: Windows) -> None:
    chloe, ben = windows.open(CHLOE, ADMIN), windows.open(BEN, ADMIN)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    chloe.page.route("**/_control/act/say", hold_the_first)
    chloe.composer.fill("first of two")
    with chloe.page.expect_request("**/_control/act/say"):
        chloe.composer.press("Enter")
    chloe.composer.fill("second of two")
    chloe.composer.press("Enter")
    held[0].continue_()
    for window in (chloe, ben):
        for text in ("first of two", "second of two"):
            expect(window.page.locator("#main article.message").filter(has_text=text)).to_have_count(1)
    expect(chloe.composer).to_have_value("")


def test_one_window_becomes_somebody_else(house: House, windows: Windows) -> None:
    window = windows.open(ANA, ADMIN)
    window.page.get_by_role("button", name="You act as Ana Ferreira").click()
    window.page.get_by_role("button", name="Act as Ben Okafor").click()
    expect(window.page.get_by_role("button", name="You act as Ben Okafor")).to_be_visible()
    expect(window.page).to_have_url(f"{house.slack.base_url}/?as={BEN}&in={ADMIN}")
