"""axe-core finds nothing serious or critical: in light, in dark, and on a phone's width."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.views import VIEWS, View
from tests.browser.windows import Windows
from tests.support.people import House

GRAVE = ("serious", "critical")


@pytest.mark.parametrize("view", VIEWS, ids=[view.__name__ for view in VIEWS])
def test_nothing_grave(house: House, windows: Windows, view: View) -> None:
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
