"""What a screen reader is told: names and roles in Chromium's accessibility tree, live regions, the focus."""

import re
from typing import Any

from playwright.sync_api import Locator, expect

from tests.browser.views import wrong_field
from tests.browser.windows import ANA, BEN, CHLOE, Window, Windows
from tests.support.people import ADMIN, LOBBY, House
from tests.support.targets import KINDS

GROUPS = KINDS[2]


class Tree:
    """Chromium's accessibility tree of a window, as assistive technology gets it."""

    def __init__(self, window: Window) -> None:
        session = window.page.context.new_cdp_session(window.page)
        self.nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
        self.nodes = [node for node in self.nodes if not node["ignored"]]

    def named(self, role: str) -> set[str]:
        """The names of everything that has this role."""
        return {text(node, "name") for node in self.nodes if text(node, "role") == role}

    def live(self) -> dict[str, str]:
        """Regions whose changes are read out: role to how soon."""
        found = {}
        for node in self.nodes:
            told = {one["name"]: one["value"].get("value") for one in node.get("properties", [])}
            if told.get("live") in ("polite", "assertive") and told.get("root", True):
                found[text(node, "role")] = str(told["live"])
        return found


def text(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", ""))


def is_announced(region: Locator, politeness: str) -> None:
    """Changes inside the region are read out: by its role, or because it says so."""
    roles = {"log": "polite", "status": "polite", "alert": "assertive"}
    role, said = region.get_attribute("role") or "", region.get_attribute("aria-live")
    assert (said or roles.get(role)) == politeness


def test_main_controls_have_roles_and_names(house: House, windows: Windows) -> None:
    request = GROUPS.ask(house, GROUPS.make(house))
    house.card(request)
    ben = windows.open(BEN, ADMIN)
    expect(ben.card(request)).to_be_visible()
    tree = Tree(ben)
    assert {"Channels and direct messages"} <= tree.named("navigation")
    assert {"Conversation"} <= tree.named("main")
    assert {"Behind the scenes"} <= tree.named("region")
    assert {"Message #admin-approvals"} <= tree.named("textbox")
    assert {"Approve", "Deny", "Details", "Send", "Drawbridge"} <= tree.named("button")
    assert any(name.startswith("admin-approvals") for name in tree.named("button"))
    assert {"admin-approvals", "Apps", "Channels"} <= tree.named("heading")
    assert any(name.startswith("Disable @") for name in tree.named("heading"))
    assert any(name.startswith("Drawbridge, ") for name in tree.named("article"))
    assert "" not in tree.named("button") | tree.named("link") | tree.named("textbox")


def test_a_form_is_named_and_its_fields_are(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    ana.command("/set-channel-workspaces")
    tree = Tree(ana)
    assert tree.named("dialog") == {"Set workspaces"}
    assert {"Reason", "Ticket"} <= {name.removesuffix(" (optional)") for name in tree.named("textbox")}
    assert {"Channels (optional)", "Workspaces to add (optional)"} <= tree.named("combobox")
    assert {"What to change"} <= tree.named("group") | tree.named("radiogroup")
    assert "Add or remove workspaces" in tree.named("radio")
    assert {"Close", "Preview"} <= tree.named("button")
    assert tree.named("navigation") == set()  # what is behind the form is out of reach


def test_new_messages_are_announced(house: House, windows: Windows) -> None:
    ben = windows.open(BEN, ADMIN)
    log = ben.page.get_by_role("log", name="Messages")
    is_announced(log, "polite")
    assert Tree(ben).live()["log"] == "polite"
    log.evaluate("""(node) => {
      globalThis.added = [];
      new MutationObserver((all) => {
        for (const one of all) for (const node of one.addedNodes) globalThis.added.push(node.textContent);
      }).observe(node, { childList: true });
    }""")
    house.chloe.say(ADMIN, "Only this is new")
    expect(log.locator("article").last).to_contain_text("Only this is new")
    added = ben.page.evaluate("globalThis.added")
    assert [told for told in added if "Only this is new" not in told and told not in ("New", "Today")] == []


def test_errors_of_a_form_are_announced_and_tied_to_their_fields(house: House, windows: Windows) -> None:
    ana = wrong_field(house, windows)
    error = ana.modal.locator(".field-error:visible").first
    is_announced(error, "assertive")
    told = error.get_attribute("id") or ""
    wrong = ana.modal.locator(f"[aria-describedby~='{told}']").first
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile(re.escape(error.inner_text())))
    expect(wrong).to_be_focused()


def test_trouble_is_announced_at_once(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    ana.command("/disable-usergroup")
    is_announced(ana.modal.locator(".trouble"), "assertive")


def test_the_focus_goes_into_a_form_and_back(house: House, windows: Windows) -> None:
    ana = windows.open(ANA)
    ana.command("/disable-usergroup")
    expect(ana.modal.locator(":focus")).to_have_role("combobox")
    ana.press("Escape")
    expect(ana.modal).to_be_hidden()
    expect(ana.page.locator("#main .composer :focus")).to_have_count(1)


def test_the_focus_goes_into_a_question_and_back(house: House, windows: Windows) -> None:
    request = GROUPS.ask(house, GROUPS.make(house))
    ben = windows.open(BEN, ADMIN)
    approve = ben.card(request).get_by_role("button", name="Approve")
    approve.click()
    expect(ben.question.locator(":focus")).to_have_role("button")
    ben.press("Escape")
    expect(ben.question).to_be_hidden()
    expect(approve).to_be_focused()

    deny = ben.card(request).get_by_role("button", name="Deny")
    deny.click()
    expect(ben.field("Why not?")).to_be_focused()
    ben.press("Escape")
    expect(ben.modal).to_be_hidden()
    expect(deny).to_be_focused()


def test_the_focus_goes_into_a_thread_and_back(house: House, windows: Windows) -> None:
    house.chloe.say(LOBBY, "Anybody here?")
    chloe = windows.open(CHLOE, LOBBY)
    reply = chloe.page.get_by_role("button", name="Reply in a thread").last
    reply.click()
    expect(chloe.thread.get_by_role("textbox")).to_be_focused()
    chloe.press("Escape")
    expect(chloe.thread).to_be_hidden()
    expect(reply).to_be_focused()
