"""One browser, one local Slack and one app for all tests here; targets and windows of each test's own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.browser.windows import Windows
from tests.support.houses import running_house
from tests.support.people import ADMIN, House


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The machine's Chromium. Only for this package: Playwright keeps an event loop running meanwhile."""
    path = chromium.path()
    if path is None and chromium.REQUIRED:
        pytest.fail(chromium.MISSING)
    if path is None:
        pytest.skip(chromium.MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*chromium.FLAGS])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def shared_house(
    browser: Browser, new_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """One local Slack and one app on SQLite."""
    with running_house(new_database("sqlite"), tmp_path_factory.mktemp("app")) as house:
        yield house


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    """The shared house; afterwards nothing waits, and nothing was sent that Slack refuses."""
    yield shared_house
    shared_house.client.clear_faults()
    for person in (shared_house.ana, shared_house.ben, shared_house.chloe):
        if person.modal() is not None:
            person.close(everything=True)
    for card in shared_house.ana.messages(ADMIN):
        if "Cancel" in card.buttons:
            shared_house.ana.click(card, "Cancel", confirm=True)
            shared_house.card(card.text.split("Request ")[-1].split()[0], "Cancelled")
    assert shared_house.client.problems() == []


@pytest.fixture
def windows(browser: Browser, house: House) -> Iterator[Windows]:
    """Opens windows on the shared house."""
    made = Windows(browser, house.slack.base_url)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _nothing_goes_wrong_in_the_page(windows: Windows) -> Iterator[None]:
    """No test leaves an error in a window's console, be it a script's or the Content-Security-Policy's."""
    yield
    assert windows.troubles == []
