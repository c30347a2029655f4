"""The main views, each as a function that brings a window to it."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.targets import KINDS

ORGS, GROUPS, MEMBERS = KINDS[0], KINDS[2], KINDS[4]

View = Callable[[House, Windows], Window]


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


def attached(house: House, windows: Windows) -> Window:
    request = house.ask_remove_users(*(MEMBERS.make(house) for _ in range(12)))
    ben = windows.open(BEN, ADMIN)
    ben.card(request).get_by_role("button", name="repl").click()
    expect(ben.thread.get_by_role("group", name="File ")).to_be_visible()
    return ben


VIEWS: tuple[View, ...] = (
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
    attached,
)
