"""``python -m tests.browser.screenshots``: pictures of the main views, into docs/images."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from tests.browser import chromium
from tests.browser.shrinking import shrunk
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.houses import running_house
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.running import ROOT

IMAGES = ROOT / "docs" / "images"
MOST = 150_000
"""Bytes of a picture: they are kept in the repository."""


def main() -> int:
    """Take all pictures anew; 0 when that worked and each is small enough."""
    path = chromium.path()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with running() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS])
        windows = Windows(browser, house.slack.base_url)
        pictures = take(house, windows)
        workshop = browser.new_page()
        sizes = {}
        for name, picture in pictures.items():
            sizes[name] = (IMAGES / f"{name}.png").write_bytes(shrunk(picture, workshop))
        windows.close()
        browser.close()
    told = [
        f"{size:>8} docs/images/{name}.png{'  too large' if size > MOST else ''}"
        for name, size in sizes.items()
    ]
    sys.stdout.write("\n".join([*told, *windows.troubles, ""]))
    return int(bool(windows.troubles) or max(sizes.values()) > MOST)


@contextmanager
def running() -> Iterator[House]:
    """Local Slack with the app, in a folder that is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="drawbridge-pictures-") as folder,
        running_house(f"sqlite:///{folder}/drawbridge.db", Path(folder)) as house,
    ):
        yield house


def take(house: House, windows: Windows) -> dict[str, bytes]:
    """Play one disconnect from the form to the result, with a picture of each view on the way, by name."""
    pictures = {}
    ana = windows.open(ANA)
    ana.command("/disconnect-org acme")
    ana.field(EXPORTED).check()
    pictures["form"] = picture(ana)
    ana.describe()
    pictures["preview"] = picture(ana)
    request = ana.file()

    ben = windows.open(BEN, ADMIN)
    expect(ben.card(request)).to_be_visible()
    pictures["card"] = picture(ben)
    pictures |= {name: picture(other_look(windows, request, how)) for name, how in LOOKS.items()}
    home = windows.open(BEN, "app", more="&tab=home")
    expect(home.home.get_by_role("button", name="Approve").first).to_be_visible()
    pictures["home"] = picture(home)

    behind = behind_the_scenes(windows)
    ben.card(request).get_by_role("button", name="Approve").click()
    ben.field("To approve, type: ").fill(ben.phrase())
    pictures["approval"] = picture(ben)
    ben.button("Approve").click()
    expect(ben.modal).to_contain_text("Your approval is recorded")
    ben.modal.get_by_role("button", name="Close").last.click()
    ben.proved(request)
    expect(behind.panel.locator(".changes")).to_contain_text("disconnected")
    behind.panel.locator(".org-rows").evaluate("node => node.scrollTo(0, node.scrollHeight)")
    behind.card(request).evaluate("node => node.scrollIntoView()")
    pictures["panel"] = picture(behind)
    ben.card(request).locator(".replies").click()
    expect(ben.thread.locator("article.message").nth(2)).to_be_visible()
    expect(ben.card(request).locator(".new-replies")).to_have_count(0)
    pictures["result"] = picture(ben)
    return pictures


LOOKS: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


def other_look(windows: Windows, request: str, how: dict[str, Any]) -> Window:
    """The same card in another look, from its beginning."""
    window = windows.open(BEN, ADMIN, **how)
    expect(window.card(request)).to_be_visible()
    window.card(request).evaluate("node => node.scrollIntoView()")
    return window


def behind_the_scenes(windows: Windows) -> Window:
    """A window with the panel open, in which the answer of the next disconnect is to be lost."""
    window = windows.open(BEN, ADMIN)
    window.panel.get_by_role("button", name="Behind the scenes").click()
    window.panel.get_by_label("only what changes the org").check()
    window.panel.get_by_label("Filter").fill("acme corp")
    window.panel.get_by_role("button", name="Done, but the answer is lost").click()
    expect(window.panel.get_by_role("region", name="Faults")).to_contain_text("waiting")
    return window


def picture(window: Window) -> bytes:
    """What the window shows."""
    return window.page.screenshot(animations="disabled", caret="hide")


if __name__ == "__main__":
    sys.exit(main())
