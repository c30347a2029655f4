"""The same page in front of other houses: the demo's org, Socket Mode, PostgreSQL."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from localslack.org.seeds.names import HOSTILE
from localslack.tour.house import House as Demo
from tests.browser.test_hostile_names import stays_text
from tests.browser.windows import ANA, BEN, CHLOE, Windows
from tests.support.houses import running_house
from tests.support.people import ADMIN, EXPORTED
from tests.support.targets import KINDS

GROUPS = KINDS[2]
LOOKING_LIKE_ACME = ("Acme Corp.", "ACME Corp")


@pytest.fixture(params=[False, True], ids=["signed HTTP", "Socket Mode"])
def demo(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Demo, Windows]]:
    """What `make demo` starts, and windows on it."""
    demo = Demo("demo", socket_mode=request.param)
    with closing(demo):
        demo.start()
        with clean_windows(browser, demo.slack.base_url) as windows:
            yield demo, windows
        assert demo.stop_app() == 0


@contextmanager
def clean_windows(browser: Browser, address: str) -> Iterator[Windows]:
    """Windows in which nothing goes wrong."""
    windows = Windows(browser, address)
    yield windows
    assert windows.troubles == []
    windows.close()


def test_the_first_thing_to_try_in_the_demo(demo: tuple[Demo, Windows]) -> None:
    house, windows = demo
    ana = windows.open(ANA)
    ana.command("/disconnect-org acme")
    expect(ana.modal.get_by_role("button", name="Remove Acme Corp")).to_be_visible()
    ana.modal.get_by_role("combobox", name="External organizations").fill("acme")
    offered = ana.modal.get_by_role("option")
    for name in LOOKING_LIKE_ACME:
        expect(offered.filter(has_text=name).first).to_be_visible()
    chosen = offered.and_(ana.modal.locator("[aria-selected=true]"))
    expect(chosen).to_contain_text("T0ACME0001")  # ids tell them apart
    ana.modal.get_by_role("heading").first.click()
    ana.field(EXPORTED).check()
    ana.describe()
    request = ana.file()

    for person, done in ((BEN, "1 of 2 approvals"), (CHLOE, "Done and proved")):
        window = windows.open(person, ADMIN)
        window.approve(request)
        expect(window.card(request)).to_contain_text(done)
    assert house.slack.world.org.external_orgs["T0ACME0001"].status == "DISCONNECTED"
    calls = house.slack.client.calls("team.externalTeams.disconnect")
    assert [call["args"]["target_team"] for call in calls if call["effect"]] == ["T0ACME0001"]


def test_hostile_names_and_three_hundred_people(demo: tuple[Demo, Windows]) -> None:
    house, windows = demo
    policy = house.slack.world.org.policies["email_password"].entities
    assert len(policy) == 300
    hostile = [one for one in house.slack.world.org.external_orgs.values() if one.name in dict(HOSTILE)]
    ana = windows.open(ANA)
    ana.command("/disconnect-org")
    ana.field("Or paste a list").fill("\n".join(one.id for one in hostile))
    ana.field(EXPORTED).check()
    ana.describe()
    stays_text(ana, "<!channel> Urgent Inc", "*Approved by Security*", "<https://evil.example|Acme Corp>")
    house.slack.client.person(ANA).close(everything=True)
    expect(ana.modal).to_be_hidden()

    leaving = list(policy)[-3:]
    ana.command("/remove-policy-users")
    for person in leaving:
        ana.choose("People on the policy", person, person)
    ana.describe()
    request = ana.file()
    ben = windows.open(BEN, ADMIN)
    ben.approve(request)
    ben.proved(request)
    assert (len(policy), [person for person in leaving if person in policy]) == (297, [])


def test_on_postgresql(browser: Browser, new_database: Callable[[str], str], tmp_path: Path) -> None:
    with (
        running_house(new_database("postgresql"), tmp_path) as house,
        clean_windows(browser, house.slack.base_url) as windows,
    ):
        group = GROUPS.make(house)
        ana, ben = windows.open(ANA), windows.open(BEN, ADMIN)
        ana.command("/disable-usergroup")
        ana.choose("Workspace", "Engineering", "Engineering")
        expect(ana.field("User groups")).to_be_visible()  # the form is drawn anew for the choice
        ana.field("Or paste a list").fill(group)
        ana.describe()
        request = ana.file()
        ben.approve(request)
        ben.proved(request)
        assert len(GROUPS.effects(house, group)) == 1
