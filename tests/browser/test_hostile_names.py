"""Names that look like markup stay text wherever they show: nothing is run, loaded, linked or mentioned."""

from playwright.sync_api import expect

from tests.browser.windows import ANA, BEN, Window, Windows
from tests.support.people import ADMIN, EXPORTED, House

NAMES = (
    "<img src=x onerror=globalThis.broken=1>",
    "<script>globalThis.broken=1</script>",
    "<b>Bold & Sons</b>",
    "<https://evil.example|Acme Corp>",
    "<!channel> <@W0BEN00001>",
    "*Approved* `code` ~gone~ :tada:",
    '"><svg onload=globalThis.broken=1>',
    "{{constructor}} ${globalThis.broken=1}",
)

_MADE_OF_NAMES = """() => [...document.querySelectorAll("body *")].filter((node) =>
    node.matches("script, img, iframe, object, embed, b, [onerror], [onload], [href*='evil.example']") &&
    !node.matches(".disclaimer b")).map((node) => node.outerHTML)"""


def stays_text(window: Window, *names: str) -> None:
    """The names are on screen as they are, and no element has been made of them."""
    text = " ".join(window.page.locator("body").inner_text().split())
    for name in names:
        assert name in text, (name, text)
    assert window.page.evaluate(_MADE_OF_NAMES) == []
    assert window.page.evaluate("globalThis.broken") is None


def test_names_of_organizations(house: House, windows: Windows) -> None:
    orgs = [
        house.client.create("external_org", name=name, domain=f"hostile{n}.example")
        for n, name in enumerate(NAMES)
    ]
    for org in orgs:
        house.client.create("channel", team_ids=["T0ENG00001"], connected=[org])
    ana = windows.open(ANA)
    ana.command("/disconnect-org")
    ana.field("Or paste a list").fill("\n".join(orgs))
    ana.field(EXPORTED).check()
    ana.describe()
    stays_text(ana, *NAMES)
    request = ana.file()

    ben = windows.open(BEN, ADMIN)
    expect(ben.card(request)).to_contain_text("Waits for approval")
    stays_text(ben, *NAMES[:3])
    ben.panel.get_by_role("button", name="Behind the scenes").click()
    ben.panel.get_by_label("Filter").fill(orgs[0])
    expect(ben.panel.locator(".org-rows")).to_contain_text(NAMES[0])
    stays_text(ben, NAMES[0])
    ben.card(request).get_by_role("button", name="Approve").click()
    expect(ben.field("To approve, type: ")).to_be_visible()
    stays_text(ben)
    house.ben.close(everything=True)
    house.deny(request, NAMES[0])
    expect(ben.card(request)).to_contain_text(f"{NAMES[0]}")
    stays_text(ben, NAMES[0])


def test_names_of_groups_people_and_channels(house: House, windows: Windows) -> None:
    people = [house.client.create("user", real_name=name, teams=["T0ENG00001"]) for name in NAMES]
    group = house.client.create(
        "usergroup", team_id="T0ENG00001", handle="hostile", name=NAMES[0], users=people, description=NAMES[1]
    )
    ana = windows.open(ANA)
    ana.command("/disable-usergroup")
    ana.choose("Workspace", "Engineering", "Engineering")
    expect(ana.field("User groups")).to_be_visible()
    ana.field("Or paste a list").fill(group)
    ana.describe()
    stays_text(ana, NAMES[0])


def test_what_people_say(house: House, windows: Windows) -> None:
    ana = windows.open(ANA, ADMIN)
    for name in NAMES[:3]:
        ana.composer.fill(name)
        ana.composer.press("Enter")
        expect(ana.page.locator("#main article.message").last).to_contain_text(name)
    stays_text(ana, *NAMES[:3])
