"""``python -m bench.page``: how quick local Slack's page is, beside a bare request of the same browser.

Every figure is a median of this run on this machine; the ratios are what can be compared with another one.
"""

import statistics
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.screenshots import running
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, LOBBY, House

ROUNDS = 15
MESSAGES = 1000

_REQUEST = """async () => {
  const began = performance.now();
  await (await fetch("/_control/see/version")).text();
  return performance.now() - began;
}"""

_SCROLL = """async () => {
  const list = document.querySelector("#main .messages") ?? document.scrollingElement;
  let box = list;
  while (box && box.scrollHeight <= box.clientHeight) box = box.parentElement;
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < 120; step++) {
    box.scrollTop -= box.scrollHeight / 120;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames;
}"""


def main() -> int:
    """Measure everything once and print it."""
    path = chromium.path()
    if path is None:
        print(chromium.MISSING, file=sys.stderr)
        return 1
    with running() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS])
        windows = Windows(browser, house.slack.base_url)
        for line in measure(house, windows):
            print(line, flush=True)
        windows.close()
        browser.close()
    return 0


def measure(house: House, windows: Windows) -> list[str]:
    """Every figure, as a line of the report."""
    ana, ben = windows.open(ANA, LOBBY), windows.open(BEN, LOBBY)
    request = statistics.median(ana.page.evaluate(_REQUEST) for _ in range(ROUNDS))
    lines = [f"a bare request of this browser        {request:7.1f} ms"]

    def told(what: str, milliseconds: float) -> None:
        lines.append(f"{what:<37} {milliseconds:7.1f} ms   {milliseconds / request:6.1f} requests")

    told("page loaded and ready to type in", median(lambda: load(ana.page)))
    told("a form after its command", median(lambda: form(ana)))
    told("another person's message shows", median(lambda: live(house, ben)))
    for number in range(MESSAGES):
        house.ana.say(ADMIN, f"message {number} of {MESSAGES}")
    crowded = windows.open(BEN, LOBBY)
    told(f"a channel of {MESSAGES} messages opened", once(lambda: enter(crowded)))
    frames = sorted(crowded.page.evaluate(_SCROLL))
    told("a frame while scrolling it (median)", statistics.median(frames))
    told("a frame while scrolling it (p95)", frames[int(len(frames) * 0.95)])
    return lines


def median(work: Callable[[], None]) -> float:
    """The median of that many rounds, in milliseconds."""
    return statistics.median(once(work) for _ in range(ROUNDS))


def once(work: Callable[[], None]) -> float:
    """How long it took, in milliseconds."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def load(page: Page) -> None:
    """Load the page anew, until one can type."""
    page.goto(f"/?as={ANA}&in={LOBBY}")
    page.locator("#composer-main").wait_for(state="visible")
    page.locator(".conversation[aria-current]").wait_for(state="attached")


def form(window: Window) -> None:
    """Type a command, wait for its form, close it."""
    window.command("/disconnect-org")
    window.modal.get_by_role("button", name="Close").last.click()
    expect(window.modal).to_be_hidden()


def live(house: House, window: Window) -> None:
    """Somebody else says something; wait until it shows."""
    text = f"said at {time.perf_counter_ns()}"
    house.ana.say(LOBBY, text)
    window.page.locator("#main article.message").filter(has_text=text).wait_for()


def enter(window: Window) -> None:
    """Go into the crowded channel."""
    window.page.locator("nav, aside").get_by_text("admin-approvals").first.click()
    window.page.get_by_text(f"message {MESSAGES - 1} of {MESSAGES}").first.wait_for()


if __name__ == "__main__":
    sys.exit(main())
