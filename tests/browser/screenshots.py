"""``python -m tests.browser.screenshots``: pictures of the main views, into docs/images."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import expect, sync_playwright

from localslack.server import LocalSlack
from tests.browser import chromium
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.running import ROOT, SCALE, RunningApp

IMAGES = ROOT / "docs" / "images"
MOST = 150_000
"""Bytes of a picture: they are kept in the repository."""

ACME = "T0ACME0001"


def main() -> int:
    """Take all pictures anew; 0 when that worked."""
    path = chromium.path()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    IMAGES.mkdir(exist_ok=True)
    with running() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS])
        windows = Windows(browser, house.slack.base_url)
        take(house, windows)
        windows.close()
        browser.close()
    sizes = {image.name: image.stat().st_size for image in sorted(IMAGES.glob("*.png"))}
    for name, size in sizes.items():
        sys.stdout.write(f"{size:>8} {name}{'  too large' if size > MOST else ''}\n")
    for trouble in windows.troubles:
        sys.stderr.write(f"{trouble}\n")
    return int(bool(windows.troubles) or any(size > MOST for size in sizes.values()))


@contextmanager
def running() -> Iterator[House]:
    """Local Slack with the app, in a folder that is gone afterwards."""
    slack = LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE)
    with slack, tempfile.TemporaryDirectory(prefix="drawbridge-pictures-") as folder:
        app = RunningApp(slack, f"sqlite:///{folder}/drawbridge.db", Path(folder))
        slack.app_url = app.url
        app.start()
        try:
            yield House(slack, app)
        finally:
            app.stop()


def take(house: House, windows: Windows) -> None:
    """Play one disconnect from the form to the result, with a picture of each view on the way."""
    ana = windows.open(ANA)
    ana.command("/disconnect-org acme")
    ana.field(EXPORTED).check()
    picture(ana, "form")
    ana.describe()
    picture(ana, "preview")
    request = ana.file()

    ben = windows.open(BEN, ADMIN)
    show_card(ben, request)
    picture(ben, "card")
    for name, how in VARIANTS.items():
        variant = windows.open(BEN, ADMIN, **how)
        show_card(variant, request)
        picture(variant, name)
    home = windows.open(BEN, "app", more="&tab=home")
    expect(home.home.get_by_role("button", name="Approve").first).to_be_visible()
    picture(home, "home")

    ben.card(request).get_by_role("button", name="Approve").click()
    phrase = ben.field("To approve, type: ")
    phrase.fill(ben.phrase())
    picture(ben, "approval")
    ben.button("Approve").click()
    expect(ben.modal).to_contain_text("Your approval is recorded")
    ben.modal.get_by_role("button", name="Close").last.click()
    ben.proved(request)
    ben.card(request).locator(".replies").click()
    expect(ben.thread.locator("article.message").nth(2)).to_be_visible()
    show_card(ben, request)
    picture(ben, "result")
    ben.thread.get_by_role("button", name="Close the thread").click()
    ben.panel.get_by_role("button", name="Behind the scenes").click()
    ben.panel.get_by_label("only what changes the org").check()
    ben.panel.get_by_label("Filter").fill("acme")
    expect(ben.panel.locator(".call")).to_have_count(1)
    ben.panel.get_by_role("button", name="Done, but the answer is lost").click()
    expect(ben.panel.get_by_role("region", name="Faults")).to_contain_text("waiting")
    picture(ben, "panel")


VARIANTS: dict[str, dict[str, Any]] = {
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}},
}


def show_card(window: Window, request: str) -> None:
    """Scroll to where the card begins."""
    card = window.card(request)
    expect(card).to_be_visible()
    card.evaluate("node => node.scrollIntoView({ block: 'start' })")


def picture(window: Window, name: str) -> None:
    """Save what the window shows."""
    window.page.screenshot(path=IMAGES / f"{name}.png", animations="disabled", caret="hide")


if __name__ == "__main__":
    sys.exit(main())
