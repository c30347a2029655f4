"""How quick local Slack's page is in Chromium, beside a bare request of the same browser."""

import statistics
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect, sync_playwright

from bench.frame.figures import percentile
from bench.frame.report import Row, Section
from bench.frame.run import Run
from bench.rig.processes import house_running
from tests.browser import chromium
from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, LOBBY, House

_EACH = 5
"""How often a thing is done within a round, whose median counts."""

_AGAINST = "a bare request of the same browser"
_HOW = """A real Chromium in front of local Slack's page. The yardstick is one small request of that browser
to the same server, so the ratio says how many requests' worth of time a person waits."""

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


def measure(run: Run) -> Section | None:
    """Everything a person waits for on the page; None without a browser."""
    path = chromium.path()
    if path is None:
        run.steps.say(f"page: skipped, {chromium.MISSING}")
        return None
    messages = run.size(1000, 100)
    with (
        house_running(run.new_database("sqlite"), run.new_folder(), time_scale=600) as house,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS])
        windows = Windows(browser, house.slack.base_url)
        with run.steps.of("the page", run.rounds + 1) as done:
            rows = _everyday(run, house, windows, done)
            rows += _crowded(run, house, windows, messages)
        windows.close()
        browser.close()
    return Section("Local Slack's page", _HOW, tuple(rows))


def _everyday(run: Run, house: House, windows: Windows, done: Callable[[int], None]) -> list[Row]:
    ana, ben = windows.open(ANA, LOBBY), windows.open(BEN, LOBBY)
    waits: dict[str, Callable[[], None]] = {
        "Page loaded and ready to type in": lambda: load(ana.page),
        "A form after its command": lambda: form(ana),
        "Another person's message shows": lambda: live(house, ben),
    }
    requests: list[float] = []
    found: dict[str, list[float]] = {name: [] for name in waits}
    for number in range(run.rounds):
        requests.append(_request(ana))
        for name, work in waits.items():
            found[name].append(statistics.median(once(work) for _ in range(_EACH)))
        done(number + 1)
    return [Row(name, "ms", tuple(values), tuple(requests), _AGAINST) for name, values in found.items()]


def _crowded(run: Run, house: House, windows: Windows, messages: int) -> list[Row]:
    """A channel of many messages: opened, and scrolled through, each round in a new window."""
    for number in range(messages):
        house.ana.say(ADMIN, f"message {number} of {messages}")
    requests, opened, median, worst = [], [], [], []
    for _ in range(run.rounds):
        window = windows.open(BEN, LOBBY)
        requests.append(_request(window))
        opened.append(once(lambda shown=window: enter(shown, messages)))  # type: ignore[misc]
        frames = [float(frame) for frame in window.page.evaluate(_SCROLL)]
        median.append(percentile(frames, 0.5))
        worst.append(percentile(frames, 0.95))
    told = {
        f"A channel of {messages:,} messages opened": opened,
        "A frame while scrolling it, median": median,
        "A frame while scrolling it, p95": worst,
    }
    return [Row(name, "ms", tuple(values), tuple(requests), _AGAINST) for name, values in told.items()]


def _request(window: Window) -> float:
    """A bare request of that window's browser, in milliseconds: the median of a few."""
    return statistics.median(float(window.page.evaluate(_REQUEST)) for _ in range(_EACH * 3))


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


def enter(window: Window, messages: int) -> None:
    """Go into the crowded channel."""
    window.page.locator("nav, aside").get_by_text("admin-approvals").first.click()
    window.page.get_by_text(f"message {messages - 1} of {messages}").first.wait_for()
