"""GovSlack: with its Web API address every other address moves along, and public Slack is never asked."""

import ast
import logging
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from slack_sdk.web import WebClient

import app as app_package
import listeners as listeners_package
from app.config import Secret, Settings, read_settings
from app.manifest import as_yaml, manifest
from app.model.attachment import Attachment
from app.oauth import Flow
from app.server import Socket
from app.slack import gateway as gateway_module
from app.slack.credentials import GivenTokens
from app.slack.gateway import Gateway, call_once, exchange, identify, open_socket, renew
from app.slack.methods import METHODS
from app.slack.pace import Pace
from app.storage import Database
from tests.unit.given import ORG
from tests.unit.slack.conftest import INSTALLATION
from tests.unit.slack.wire import Wire, listening, ok

GOV = "https://slack-gov.com/api/"
OAUTH = {
    "SLACK_API_URL": GOV,
    "SLACK_SIGNING_SECRET": "signing-secret",
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "client-secret",
    "ENCRYPTION_KEYS": "key",
    "PUBLIC_URL": "https://drawbridge.agency.example",
}


@pytest.fixture
def settings() -> Settings:
    return read_settings(OAUTH, None)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Hosts somebody wanted the address of; nobody gets one."""
    found: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> Any:
        found.append(str(host))
        raise socket.gaierror(socket.EAI_NONAME, "no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield found


@pytest.fixture
def gateway(settings: Settings, sqlite: Database) -> Gateway:
    hooks = settings.hooks_host()
    pace = Pace(sqlite, 1e6)
    return Gateway(GivenTokens(INSTALLATION), base_url=settings.slack_api_url, hooks_host=hooks, pace=pace)


def test_every_address_of_the_settings_is_govslacks(settings: Settings) -> None:
    assert settings.gov
    assert settings.slack_host() == "slack-gov.com"
    assert settings.hooks_host() == "hooks.slack-gov.com"
    assert settings.authorize_url() == "https://slack-gov.com/oauth/v2/authorize"
    assert settings.add_workspaces_page("E1", "A1") is None, "Slack documents none for GovSlack"
    assert not read_settings(OAUTH | {"SLACK_API_URL": "https://slack.com/api/"}, None).gov


def test_an_install_goes_to_govslacks_page_and_back(settings: Settings, asked: list[str]) -> None:
    flow = Flow(settings, None, None, lambda _: None)  # type: ignore[arg-type]
    page = urlsplit(flow.settings.authorize_url_generator.generate("state"))
    assert (page.scheme, page.netloc, page.path) == ("https", "slack-gov.com", "/oauth/v2/authorize")
    assert flow.run_installation("code") is None
    assert set(asked) == {"slack-gov.com"}


def test_no_call_of_any_kind_asks_another_host(
    settings: Settings, gateway: Gateway, asked: list[str]
) -> None:
    url, secret = settings.slack_api_url, Secret("secret")
    answers = [gateway.call(ORG, method, {}) for method in METHODS]
    answers += [
        identify(url, secret),
        call_once(url, secret, "users.info", {}),
        exchange(url, "1.2", secret, "code", "https://here"),
        renew(url, "1.2", secret, secret),
        open_socket(url, secret),
        gateway.upload(ORG, "C1", "1.1", Attachment("a.csv", "A", b"x"), "here"),
    ]
    assert {answer.code for answer in answers} == {"not_sent"}
    assert not gateway.respond("https://hooks.slack-gov.com/commands/1", "x")
    assert set(asked) == {"slack-gov.com", "hooks.slack-gov.com"}


@pytest.mark.parametrize(
    "host",
    [
        "https://hooks.slack.com",
        "https://hooks.slack-gov.com.evil.example",
        "https://slack-gov.com",
        "http://hooks.slack-gov.com",
    ],
)
def test_an_answer_to_a_person_goes_nowhere_else(gateway: Gateway, asked: list[str], host: str) -> None:
    assert not gateway.respond(f"{host}/commands/1", "x")
    assert asked == []


def test_the_socket_is_asked_for_at_govslack(settings: Settings) -> None:
    class NoApp:
        """Stands for Bolt's App, which the handler only keeps."""

        logger, _logger = None, None
        client = WebClient(base_url=settings.slack_api_url)

    front: Any = SimpleNamespace(app=NoApp())
    found = Socket(front, "xapp-1-a", settings.slack_api_url)
    assert found._handler.client.web_client.base_url == GOV


class TestFiles:
    @pytest.fixture
    def elsewhere(self) -> Iterator[Wire]:
        with listening() as found:
            yield found

    @pytest.fixture
    def here(self, sqlite: Database) -> Iterator[tuple[Wire, Gateway]]:
        with listening() as wire:
            credentials = GivenTokens(INSTALLATION)
            pace = Pace(sqlite, 1e6)
            yield wire, Gateway(credentials, base_url=wire.url, hooks_host=wire.host, pace=pace)

    def upload(self, gateway: Gateway) -> str:
        return gateway.upload(ORG, "C1", "1.1", Attachment("a.csv", "A", b"secret rows"), "here").code

    def test_the_bytes_go_only_to_slacks_own_hosts(
        self, here: tuple[Wire, Gateway], elsewhere: Wire, caplog: pytest.LogCaptureFixture
    ) -> None:
        wire, gateway = here
        wire.plays(ok(upload_url=f"http://{elsewhere.host}/upload/v1/x", file_id="F1"))
        assert self.upload(gateway) == "http_error"
        assert elsewhere.asked == []
        assert "was not made" in caplog.text

    def test_its_own_host_takes_them(self, here: tuple[Wire, Gateway]) -> None:
        wire, gateway = here
        address = ok(upload_url=f"http://{wire.host}/upload/v1/x", file_id="F1")
        wire.plays(address, ok(), ok(files=[{"id": "F1"}]))
        assert self.upload(gateway) == "ok"
        assert wire.asked[1].path == "/upload/v1/x"

    @pytest.mark.parametrize(
        ("url", "reached"),
        [
            ("https://files.slack-gov.com/upload/v1/x", ["files.slack-gov.com"]),
            ("https://files.slack.com/upload/v1/x", []),
            ("http://files.slack-gov.com/upload/v1/x", []),
            ("https://files.slack-gov.com.evil.example/x", []),
            ("https://notslack-gov.com/x", []),
        ],
    )
    def test_govslacks_files_stay_there(self, asked: list[str], url: str, reached: list[str]) -> None:
        client = gateway_module._Client(token="xoxb-1", base_url=GOV)
        more = {"data": b"x", "logger": logging.getLogger("quiet"), "timeout": 1, "proxy": None, "ssl": None}
        with pytest.raises(Exception, match=r"not an address|no network"):
            client._upload_file(url=url, **more)
        assert asked == reached


class TestTheManifest:
    def test_govslacks_claims_nothing_about_compliance(self) -> None:
        found = manifest(gov=True)["compliance"]
        assert found == {"fedramp_authorization": "None", "itar_compliant": "No", "dod_srg_ilx": "None"}
        assert "compliance" not in manifest()

    def test_it_says_where_the_app_is_created(self) -> None:
        assert "https://api.slack-gov.com/apps" in as_yaml(manifest(gov=True))
        assert "slack.com" not in as_yaml(manifest(gov=True))
        assert "https://api.slack.com/apps" in as_yaml(manifest())


ALLOWED = {
    ("config/settings.py", "slack.com"),  # which domains are Slack's own
    ("config/settings.py", "https://slack.com/api/"),  # the default
    ("manifest.py", "api.slack.com"),  # beside GovSlack's
    ("operations/disconnect_org/operation.py", ".slack.com"),  # how partners' workspaces are written
}


def sources() -> Iterator[tuple[str, ast.AST]]:
    """Every module of ours, by its path."""
    for package in (app_package, listeners_package):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            yield str(path.relative_to(folder)), ast.parse(path.read_text(encoding="utf-8"))


def docstrings(tree: ast.AST) -> set[int]:
    """Strings that stand alone: they are read by people."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def test_no_address_of_public_slack_stands_in_the_code() -> None:
    found = {
        (path, node.value)
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if "slack.com" in node.value and id(node) not in docstrings(tree)
    }
    only_when_commercial = {entry for entry in found if entry[1].startswith("https://app.slack.com/manage/")}
    assert found - only_when_commercial == ALLOWED
    assert only_when_commercial == {("config/settings.py", "https://app.slack.com/manage/")}


def test_no_client_of_the_sdk_is_made_without_our_address() -> None:
    made = [
        (path, {keyword.arg for keyword in node.keywords})
        for path, tree in sources()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        if node.func.id in ("WebClient", "_Client")
    ]
    assert len(made) > 5
    assert [path for path, keywords in made if "base_url" not in keywords] == []
