"""Everything fits: nothing is wider than the window or has to be scrolled sideways."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.views import VIEWS, View
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, House
from tests.support.targets import KINDS

SIZES = ((390, 844), (1280, 720))

_TOO_WIDE = """async () => {
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const shortened = (node) => {
    for (let up = node.parentElement; up; up = up.parentElement)
      if (getComputedStyle(up).textOverflow === "ellipsis") return true;
    return false;
  };
  const name = (node) => `${node.tagName}.${node.className} ${node.textContent.slice(0, 60)}`;
  return [...document.querySelectorAll("body, body *")].filter((node) => {
    const style = getComputedStyle(node);
    const box = node.getBoundingClientRect();
    if (!box.width || style.visibility === "hidden" || node.closest(".skip, .hidden, svg")) return false;
    const scrolls = ["auto", "scroll"].includes(style.overflowX) && node.scrollWidth > node.clientWidth + 1;
    const outside = (box.right > innerWidth + 1 || box.left < -1) && !shortened(node);
    return scrolls || outside;
  }).map(name);
}"""


def form_of(operation: str) -> View:
    """The form of an operation, all of it."""

    def view(house: House, windows: Windows) -> Window:
        ana = windows.open(ANA)
        ana.command(f"/{operation}")
        return ana

    view.__name__ = operation
    return view


ALL = (*VIEWS, *(form_of(kind.operation) for kind in KINDS))


@pytest.mark.parametrize("view", ALL, ids=[view.__name__ for view in ALL])
def test_nothing_is_too_wide(house: House, windows: Windows, view: View) -> None:
    page = view(house, windows).page
    found = {size: too_wide(page, size) for size in SIZES}
    assert found == {size: [] for size in SIZES}


def too_wide(page: Page, size: tuple[int, int]) -> list[str]:
    """What does not fit into a window of that size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    named: list[str] = page.evaluate(_TOO_WIDE)
    return named


def test_what_is_too_wide_is_found(house: House, windows: Windows) -> None:
    page = windows.open(BEN, ADMIN).page
    page.locator("#main .messages").evaluate("""(node) => {
      const wide = document.createElement("p");
      wide.textContent = "wider than the pane";
      wide.style.width = "1100px";
      node.append(wide);
    }""")
    found = [too_wide(page, size) for size in SIZES]
    assert [any("wider than the pane" in one for one in these) for these in found] == [True, True]


def test_a_phone_says_where_one_writes_in_full(house: House, windows: Windows) -> None:
    ben = windows.open(BEN, ADMIN)
    expect(ben.composer).to_have_attribute("placeholder", "Message #admin-approvals, or / for a command")
    ben.page.set_viewport_size({"width": 390, "height": 844})
    expect(ben.composer).to_have_attribute("placeholder", "Message #admin-approvals")


def test_a_phone_names_the_channel_before_its_facts(house: House, windows: Windows) -> None:
    ana = windows.open(ANA, viewport={"width": 390, "height": 844})
    name = ana.page.get_by_role("heading", name="lobby", exact=True).locator("bdi")
    expect(name).to_have_text("lobby")
    assert name.evaluate("node => node.scrollWidth <= node.clientWidth || !node.clientWidth")
    expect(ana.page.locator("#main .facts")).to_contain_text("members")


def test_the_state_of_the_org_is_seen_and_filtered(house: House, windows: Windows) -> None:
    ben = windows.open(BEN, ADMIN, viewport={"width": 1280, "height": 720})
    ben.panel.get_by_role("button", name="Behind the scenes").click()
    rows = ben.panel.locator(".org-rows")
    expect(rows.locator("summary").first).to_contain_text("Policies")
    whole = rows.evaluate("node => node.getBoundingClientRect().bottom <= innerHeight && node.clientHeight")
    assert whole >= 200
    ben.panel.get_by_label("Filter").fill("acme corp")
    expect(rows).to_contain_text("T0ACME0001")
    expect(rows.locator("summary")).not_to_contain_text(["(0)"])
    expect(rows.locator("summary", has_text="Policies")).to_have_count(0)
    ben.panel.get_by_label("Filter").fill("nobody is called that")
    expect(rows).to_have_text("Nothing is called that.")
