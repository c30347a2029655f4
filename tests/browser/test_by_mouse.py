"""Each operation by mouse: command, form, preview, request, somebody else's approval, and the proved result."""

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House
from tests.support.targets import KINDS

ENG, SALES, SUPPORT = "T0ENG00001", "T0SALES001", "T0SUPPORT1"
METHODS = {kind.operation: kind for kind in KINDS}


def carried_out(house: House, windows: Windows, ana: Window, request: str, operation: str, target: str) -> Window:
    """Ben approves in a window of his own; the card tells the result, and Slack was called once."""
    ben = windows.open(BEN, ADMIN)
    ben.approve(request)
    ben.proved(request)
    assert len(METHODS[operation].effects(house, target)) == 1
    return ben


def test_an_organization_is_disconnected(house: House, windows: Windows) -> None:
    org = house.client.create("external_org", name="Northwind Traders", domain="northwind.example")
    house.client.create("channel", name="northwind-joint", team_ids=[ENG], connected=[org])
    ana = windows.open(ANA)
    ana.command("/disconnect-org")
    ana.field("Or paste a list").fill(org)
    ana.field(EXPORTED).check()
    ana.describe()
    expect(ana.modal).to_contain_text("Northwind Traders")
    expect(ana.modal).to_contain_text("northwind-joint")
    request = ana.file()
    carried_out(house, windows, ana, request, "disconnect-org", org)
    assert house.slack.world.org.external_orgs[org].status == "DISCONNECTED"
