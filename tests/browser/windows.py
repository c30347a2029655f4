"""Browser windows, and what a person does in one: by mouse and keyboard, seeing what the page shows."""

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, expect

from tests.support.people import LOBBY, REASON

WAIT = 15_000
"""Milliseconds until something that should show is missed."""

_TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
  console.error(`Content-Security-Policy: ${event.violatedDirective} refused ${event.blockedURI}`))"""

expect.set_options(timeout=WAIT)


class Windows:
    """Opens windows, one browser context for each, and writes down what goes wrong in any of them."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser, self._address = browser, address
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def open(self, person: str, place: str = LOBBY, *, more: str = "", **options: Any) -> "Window":
        """A window in which that person (id) is at that place. options: of Playwright's new_context."""
        options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        context = self._browser.new_context(base_url=self._address, **options)
        self._contexts.append(context)
        context.set_default_timeout(WAIT)
        context.add_init_script(_TELL_VIOLATIONS)
        page = context.new_page()
        page.on("console", lambda message: self._console(person, message))
        page.on("pageerror", lambda error: self._error(person, error))
        page.goto(f"/?as={person}&in={place}{more}")
        page.locator(".conversation[aria-current]").wait_for(state="attached")  # it knows who and where it is
        return Window(page)

    def close(self) -> None:
        """Close all of them."""
        for context in self._contexts:
            context.close()

    def _console(self, person: str, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.troubles.append(f"{person}: console {message.type}: {message.text}")

    def _error(self, person: str, error: Error) -> None:
        self.troubles.append(f"{person}: {error.name}: {error.message}")


class Window:
    """One window."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.composer = page.locator("#composer-main")
        self.modal = page.locator("dialog.modal")
        self.question = page.locator("dialog.confirm")
        self.thread = page.get_by_role("complementary", name="Thread")
        self.home = page.locator(".home")
        self.panel = page.get_by_role("region", name="Behind the scenes")

    def button(self, name: str) -> Locator:
        """A button of the open modal."""
        return self.modal.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """A field of the open modal, by its label."""
        return self.modal.get_by_label(re.compile(rf"^{re.escape(label)}"))

    def command(self, text: str) -> None:
        """Type a command, press Send, and wait for its form."""
        self.composer.fill(text)
        self.page.locator("#main").get_by_role("button", name="Send").click()
        expect(self.field("Ticket")).to_be_visible()

    def choose(self, field: str, query: str, option: str) -> None:
        """Type into a select and click what it offers."""
        box = self.modal.get_by_role("combobox", name=field)
        box.click()
        box.fill(query)
        self.modal.get_by_role("option").filter(has_text=option).click()
        expect(self.modal.locator(".select-box[aria-busy]")).to_have_count(0)

    def describe(self) -> None:
        """Fill in reason and ticket, and ask for the preview."""
        self.field("Reason").fill(REASON)
        self.field("Ticket").fill("SEC-12")
        self.button("Preview").click()
        self.previewed()

    def previewed(self) -> None:
        """Wait until the preview is there."""
        expect(self.modal.get_by_role("heading", name="Check before filing")).to_be_visible()

    def file(self) -> str:
        """File what is previewed, and close; answers the request's id."""
        self.button("File request").click()
        request = self.filed()
        self.modal.get_by_role("button", name="Close").last.click()
        expect(self.modal).to_be_hidden()
        return request

    def filed(self) -> str:
        """The request's id, once the modal tells it."""
        expect(self.modal).to_contain_text("Filed as R")
        found = re.search(r"Filed as (R[0-9A-Z]+)", self.modal.inner_text())
        assert found is not None
        return found[1]

    def card(self, request: str) -> Locator:
        """The request's card in the channel."""
        return self.page.locator("#main article.message").filter(has_text=f"Request {request} ·").last

    def approve(self, request: str) -> None:
        """Press Approve on the card and answer the question, or type what has to be typed."""
        approve = self.card(request).get_by_role("button", name="Approve")
        expect(approve).to_be_visible()
        if "…" not in approve.inner_text():
            approve.click()
            self.question.get_by_role("button", name="Approve").click()
            return
        approve.click()
        phrase = self.field("To approve, type: ")
        phrase.fill(self.phrase())
        self.button("Approve").click()
        expect(self.modal).to_contain_text("Your approval is recorded")
        self.modal.get_by_role("button", name="Close").last.click()

    def phrase(self) -> str:
        """What the open modal wants to be typed."""
        label = self.modal.locator("label").filter(has_text="To approve, type: ").inner_text()
        return label.partition("To approve, type: ")[2].strip()

    def proved(self, request: str) -> None:
        """Wait until the card says that it is done and proved."""
        expect(self.card(request)).to_contain_text("Done and proved")
        expect(self.card(request)).to_contain_text("proved by reading back")

    # By keyboard alone.

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self.page.keyboard.type(text)

    def tab_to(self, target: Locator, key: str = "Tab", most: int = 60) -> None:
        """Press Tab until the target has the focus, as somebody without a mouse does."""
        expect(target).to_be_visible()
        for _ in range(most):
            if target.evaluate("node => node === document.activeElement"):
                return
            self.page.keyboard.press(key)
        raise AssertionError(f"{target} is not reached by {most} presses of {key}")

    def tab_back_to(self, target: Locator) -> None:
        """The same backwards."""
        self.tab_to(target, "Shift+Tab")

    def to_composer(self) -> None:
        """Skip to the composer, by the link that comes first."""
        self.tab_to(self.page.get_by_role("link", name="Skip to the composer"))
        self.press("Enter")
        expect(self.composer).to_be_focused()


ANA, BEN, CHLOE, DINO = "W0ANA00001", "W0BEN00001", "W0CHLOE001", "W0DINO0001"
