"""Faults switched on in the panel: what Slack did is found out, and nothing is done twice."""

import pytest
from playwright.sync_api import expect

from tests.browser.windows import BEN, Windows
from tests.support.people import ADMIN, House
from tests.support.targets import KINDS

GROUPS = KINDS[2]


@pytest.mark.parametrize(
    ("fault", "verdicts"),
    [
        ("Done, but the answer is lost", ["answer lost"]),
        ("500: server error", ["500", "ok"]),
        ("429: too many requests", ["429", "ok"]),
    ],
)
def test_it_is_proved_nevertheless(house: House, windows: Windows, fault: str, verdicts: list[str]) -> None:
    group = GROUPS.make(house)
    request = GROUPS.ask(house, group)
    ben = windows.open(BEN, ADMIN)
    ben.panel.get_by_role("button", name="Behind the scenes").click()
    expect(ben.panel.get_by_text("None: everything works.")).to_be_visible()
    ben.panel.get_by_label("At the next call of").select_option(GROUPS.method)
    ben.panel.get_by_role("button", name=fault).click()
    expect(ben.panel.get_by_role("region", name="Faults")).to_contain_text("waiting")

    ben.approve(request)
    ben.proved(request)
    expect(ben.card(request)).to_contain_text("1 proved by reading back")
    expect(ben.panel.get_by_role("region", name="Faults")).to_contain_text("has struck")
    ben.panel.get_by_label("only what changes the org").check()
    made = ben.panel.locator(".call").filter(has_text=group).locator(".verdict")
    expect(made).to_have_text(verdicts[::-1])
    expect(ben.panel.locator(".changes")).to_contain_text("disabled")
    assert len(GROUPS.effects(house, group)) == 1
