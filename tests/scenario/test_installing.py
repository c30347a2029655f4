"""The org-wide install over OAuth: who may, what is kept, and what happens when it is withdrawn."""

import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from cryptography.fernet import Fernet

from tests.support import wire
from tests.support.people import House
from tests.support.running import POLICY

OLGA = "W0OLGA0001"  # primary owner
DINO = "W0DINO0001"  # plain member
UNREACHABLE = POLICY.replace("usergroup:S0SECURITY", "usergroup:S0NOTHERE1")
TOKENS = re.compile(r"xox[a-z.]+-[A-Za-z0-9-]+")


class Browser:
    """Somebody's browser on the way from /slack/install over Slack's page and back.

    As browsers do, and httpx does not, it sends a Secure cookie to loopback over http too.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._cookie = ""

    def begin(self) -> str:
        """Open /slack/install; the address of Slack's page."""
        answer = httpx.get(f"{self._house.app.url}/slack/install", trust_env=False, timeout=60)
        assert answer.status_code == 302, answer.text
        self._cookie = answer.headers["set-cookie"].partition(";")[0]
        return str(answer.headers["location"])

    def consent(self, page: str, user: str, **more: str) -> str:
        """Agree on Slack's page as that user; the address Slack sends the browser back to."""
        query = {**_query(page), "user": user, **more}
        return str(httpx.get(page, params=query, trust_env=False, timeout=60).headers["location"])

    def land(self, address: str) -> tuple[int, str]:
        """Follow Slack back to Drawbridge; status and page."""
        answer = httpx.get(address, headers={"Cookie": self._cookie}, trust_env=False, timeout=60)
        return answer.status_code, answer.text

    def install(self, user: str, **more: str) -> tuple[int, str]:
        """The whole way."""
        return self.land(self.consent(self.begin(), user, **more))


def _query(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.fixture
def key() -> str:
    """A key for tokens at rest."""
    return Fernet.generate_key().decode()


@pytest.fixture
def house(own_house: Callable[..., House], key: str) -> House:
    """An app that nobody has installed yet."""
    made = own_house(oauth=True, ENCRYPTION_KEYS=key, SLACK_TIME_SCALE="600")
    made.app.start()
    return made


def answered(house: House) -> str:
    """What a command gets at once."""
    status, body = wire.post(house.app, wire.command("W0ANA00001", "/drawbridge", "status"))
    assert status == 200
    return body


def tokens_issued(house: House) -> list[str]:
    return [token.value for token in house.slack.world.app.tokens.values()]


def test_an_org_wide_install_serves_the_organization(house: House, key: str, tmp_path: Path) -> None:
    assert "not installed in this organization" in answered(house)
    status, page = Browser(house).install(OLGA)
    assert status == 200, page
    assert "Drawbridge is installed in Meridian" in page and "/invite @Drawbridge" in page
    request = house.ask_disconnect_org(house.client.create("external_org", name="Over OAuth"))
    house.approve(request)
    house.card(request, "Done and proved")
    assert house.app.cli("audit", "verify").returncode == 0
    doctor = house.app.cli("doctor")
    assert doctor.returncode == 0 and "✓ Org-level install: Meridian" in doctor.stdout, doctor.stdout
    everything = house.app.logged() + doctor.stdout + house.app.cli("audit", "export").stdout + page
    assert TOKENS.findall(everything) == []
    stored = _database(house).read_bytes()
    assert [token for token in tokens_issued(house) if token.encode() in stored] == []
    assert house.client.problems() == []


def test_what_slack_asks_for_is_what_the_manifest_needs(house: House) -> None:
    query = _query(Browser(house).begin())
    declared = house.slack.world.app.manifest
    assert set(query["scope"].split(",")) == set(declared.bot_scopes)
    assert set(query["user_scope"].split(",")) == set(declared.user_scopes)
    assert query["redirect_uri"] == f"http://127.0.0.1:{house.app.port}/slack/oauth_redirect"


def test_a_workspace_install_is_refused(house: House) -> None:
    status, page = Browser(house).install(OLGA, install_on="T0HQ000001")
    assert status == 403 and "single workspace" in page and "switcher" in page
    assert "not installed in this organization" in answered(house)


def test_a_member_cannot_install(house: House) -> None:
    status, page = Browser(house).install(DINO)
    assert status == 403 and "Only an org admin or org owner can install Drawbridge" in page
    assert "not installed in this organization" in answered(house)


def test_whoever_is_no_admin_any_more_at_the_exchange_is_refused(house: House) -> None:
    browser = Browser(house)
    address = browser.consent(browser.begin(), "W0ANA00001")
    house.client.set("user", "W0ANA00001", is_org_admin=False)
    status, page = browser.land(address)
    assert status == 403 and "Only an org admin or org owner" in page
    assert "not installed in this organization" in answered(house)


def test_declining_is_told_as_such(house: House) -> None:
    status, page = Browser(house).install(OLGA, deny="1")
    assert status == 403 and "The installation was cancelled" in page


def test_a_state_works_once_and_only_in_the_browser_it_was_made_for(house: House) -> None:
    browser = Browser(house)
    address = browser.consent(browser.begin(), OLGA)
    status, page = Browser(house).land(address)
    assert status == 400 and "another browser" in page
    assert browser.land(address)[0] == 200
    status, page = browser.land(address)
    assert status == 401 and "was used before" in page


def test_a_policy_that_cannot_be_met_keeps_the_organization_out(
    own_house: Callable[..., House], key: str
) -> None:
    house = own_house(oauth=True, ENCRYPTION_KEYS=key, policy=UNREACHABLE)
    house.app.start()
    status, page = Browser(house).install(OLGA)
    assert status == 403 and "usergroup:S0NOTHERE1: no such enabled user group" in page
    assert "not installed in this organization" in answered(house)


def test_an_uninstall_ends_service_and_a_new_install_takes_it_up_again(house: House) -> None:
    assert Browser(house).install(OLGA)[0] == 200
    org = house.client.create("external_org", name="Interrupted", domain="interrupted")
    request = house.ask_disconnect_org(org)
    house.client.post("app", uninstall=True)
    assert house.client.wait(lambda: "not installed" in answered(house), 15)
    assert Browser(house).install(OLGA)[0] == 200
    house.approve(request)
    house.card(request, "Done and proved")
    rows = [json.loads(line) for line in house.app.cli("audit", "export").stdout.splitlines()]
    events = [row["event"] for row in rows if row["event"].startswith("installation:")]
    events = [event for event in events if event != "installation:refused"]  # when a call came first
    assert events == ["installation:saved", "installation:removed", "installation:saved"]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "app_uninstalled"},
        {"type": "tokens_revoked", "tokens": {"oauth": [OLGA], "bot": ["U0DRAWBRDG"]}},
    ],
)
def test_an_event_about_one_workspace_or_an_older_install_ends_nothing(
    house: House, event: dict[str, object]
) -> None:
    assert Browser(house).install(OLGA)[0] == 200
    payload = {
        "type": "event_callback",
        "team_id": "T0SALES001",
        "enterprise_id": "E0MERIDIAN",
        "api_app_id": "A0DRAWBRDG",
        "event_id": "Ev0LATE0001",
        "event_time": 1,
        "is_enterprise_install": False,
        "authorizations": [],
        "event": event,
    }
    assert wire.post(house.app, json.dumps(payload), kind="application/json")[0] == 200
    assert house.client.wait(lambda: house.client.calls("auth.test")[-1:], 10)
    house.ana.command("/drawbridge", "status", channel="C0LOBBY0001")
    house.ana.wait_message("C0LOBBY0001", containing="Admin user token works, as olga.lindqvist")


def test_a_restart_serves_who_has_installed_and_keys_rotate(house: House, key: str) -> None:
    assert Browser(house).install(OLGA)[0] == 200
    new = house.app.cli("keys", "new").stdout.strip()
    house.app.environment["ENCRYPTION_KEYS"] = f"{new},{key}"
    rotated = house.app.cli("keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    house.app.stop()
    house.app.environment["ENCRYPTION_KEYS"] = new
    house.app.start()
    house.ana.command("/drawbridge", "status", channel="C0LOBBY0001")
    house.ana.wait_message("C0LOBBY0001", containing="Admin user token works, as olga.lindqvist")


def test_without_the_key_it_says_which_setting_is_wrong(house: House) -> None:
    assert Browser(house).install(OLGA)[0] == 200
    house.app.stop()
    house.app.environment["ENCRYPTION_KEYS"] = Fernet.generate_key().decode()
    done = house.app.cli("doctor")
    assert done.returncode == 1
    assert "ENCRYPTION_KEYS: none of these keys opens the stored tokens" in done.stdout


def test_given_tokens_and_oauth_together_refuse_to_start(own_house: Callable[..., House]) -> None:
    house = own_house(SLACK_CLIENT_ID="1.2", SLACK_CLIENT_SECRET="s")
    house.app.launch()
    assert house.app.wait() == 2
    assert "cannot be set together with SLACK_BOT_TOKEN" in house.app.logged()


def test_with_given_tokens_there_is_nothing_to_install(own_house: Callable[..., House]) -> None:
    house = own_house()
    house.app.start()
    status, page = house.app.get("/slack/install")
    assert status == 404 and "was given its tokens" in page


def _database(house: House) -> Path:
    path = Path(house.app.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path
