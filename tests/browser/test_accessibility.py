"""axe-core finds nothing serious or critical: in light, in dark, and on a phone's width."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.targets import KINDS

ORGS, GROUPS = KINDS[0], KINDS[2]
GRAVE = ("serious", "critical")


def channel(house: House, windows: Windows) -> Window:
    request = GROUPS.ask(house, GROUPS.make(house))
    ben = windows.open(BEN, ADMIN)
    expect(ben.card(request)).to_contain_text("Waits for approval")
    return ben


def thread(house: House, windows: Windows) -> Window:
    request = GROUPS.ask(house, GROUPS.make(house))
    house.approve(request)
    ben = windows.open(BEN, ADMIN)
    ben.proved(request)
    ben.card(request).get_by_role("button", name="repl").click()
    expect(ben.thread.locator("article.message").nth(1)).to_be_visible()
    return ben


def form(house: House, windows: Windows) -> Window:
    ana = windows.open(ANA)
    ana.command("/disconnect-org acme")
    return ana


def open_select(house: House, windows: Windows) -> Window:
    ana = windows.open(ANA)
    ana.command("/set-channel-workspaces")
    ana.modal.get_by_role("combobox", name="Channels").fill("project")
    expect(ana.modal.get_by_role("option").first).to_be_visible()
    return ana


def wrong_field(house: House, windows: Windows) -> Window:
    ana = form(house, windows)
    ana.field("Reason").fill("Because")
    ana.field("Ticket").fill("twelve")
    ana.button("Preview").click()
    expect(ana.modal.locator(".field-error:visible").first).to_be_visible()
    return ana


def preview(house: House, windows: Windows) -> Window:
    ana = form(house, windows)
    ana.field(EXPORTED).check()
    ana.describe()
    return ana


def question(house: House, windows: Windows) -> Window:
    ben = channel(house, windows)
    ben.page.locator("#main").get_by_role("button", name="Approve", exact=True).last.click()
    expect(ben.question).to_be_visible()
    return ben


def typed_approval(house: House, windows: Windows) -> Window:
    request = ORGS.ask(house, ORGS.make(house))
    ben = windows.open(BEN, ADMIN)
    ben.card(request).get_by_role("button", name="Approve").click()
    expect(ben.field("To approve, type: ")).to_be_visible()
    return ben


def home(house: House, windows: Windows) -> Window:
    GROUPS.ask(house, GROUPS.make(house))
    ben = windows.open(BEN, "app", more="&tab=home")
    expect(ben.home.get_by_role("button", name="Approve", exact=True).first).to_be_visible()
    return ben


def panel(house: House, windows: Windows) -> Window:
    ben = windows.open(BEN, ADMIN)
    ben.panel.get_by_role("button", name="Behind the scenes").click()
    expect(ben.panel.locator(".call").first).to_be_visible()
    expect(ben.panel.locator(".org-rows li").first).to_be_visible()
    return ben


def people(house: House, windows: Windows) -> Window:
    ana = windows.open(ANA)
    ana.page.get_by_role("button", name="You act as").click()
    expect(ana.page.get_by_role("button", name="Act as Ben Okafor")).to_be_visible()
    return ana


def commands(house: House, windows: Windows) -> Window:
    ana = windows.open(ANA)
    ana.composer.press_sequentially("/dis")
    expect(ana.page.get_by_role("option").first).to_be_visible()
    return ana


VIEWS = (
    channel,
    thread,
    form,
    open_select,
    wrong_field,
    preview,
    question,
    typed_approval,
    home,
    panel,
    people,
    commands,
)


@pytest.mark.parametrize("view", VIEWS, ids=[view.__name__ for view in VIEWS])
def test_nothing_grave(house: House, windows: Windows, view: Callable[[House, Windows], Window]) -> None:
    page = view(house, windows).page
    found = [f"light: {one}" for one in grave(page)]
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in grave(page)]
    page.set_viewport_size({"width": 390, "height": 844})
    found += [f"phone, dark: {one}" for one in grave(page)]
    page.emulate_media(color_scheme="light")
    found += [f"phone: {one}" for one in grave(page)]
    assert found == []


def grave(page: Page) -> list[str]:
    """What axe-core finds, as rule, element and why."""
    violations = Axe().run(page).response["violations"]
    return [
        f"{one['id']} at {node['html'][:200]}: {node['failureSummary']}"
        for one in violations
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
