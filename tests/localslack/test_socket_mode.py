"""Socket Mode with the official client: everything goes over the socket, and acks carry payloads back."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from localslack.people import Person
from localslack.server import LocalSlack

ADMIN = "C0ADMIN0001"
Answer = Callable[[SocketModeRequest], dict[str, Any] | None]


class SocketApp:
    """Connects, remembers requests, and acknowledges each with what ``answer`` returns."""

    def __init__(self, slack: LocalSlack) -> None:
        token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
        web = WebClient(token, base_url=slack.api_url, retry_handlers=[])
        self.answer: Answer = lambda request: None
        self.requests: list[SocketModeRequest] = []
        self.silent = threading.Event()
        self.client = SocketModeClient(app_token=token, web_client=web, auto_reconnect_enabled=True)
        self.client.socket_mode_request_listeners.append(self._take)
        self.client.connect()

    def _take(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        self.requests.append(request)
        if not self.silent.is_set():
            reply = SocketModeResponse(envelope_id=request.envelope_id, payload=self.answer(request))
            client.send_socket_mode_response(reply)


@pytest.fixture(scope="module")
def connected(running: LocalSlack) -> Iterator[SocketApp]:
    """One client for all tests here: the official one takes seconds to close."""
    app = SocketApp(running)
    assert running.client.wait(lambda: running.client.get("app")["socket_mode"])
    yield app
    app.client.close()
    running.client.wait(lambda: not running.client.get("app")["socket_mode"])


@pytest.fixture
def socket_app(slack: LocalSlack, connected: SocketApp) -> SocketApp:
    connected.answer = lambda request: None
    connected.requests.clear()
    connected.silent.clear()
    return connected


def test_a_command_goes_over_the_socket_and_its_ack_is_shown(socket_app: SocketApp, ana: Person) -> None:
    socket_app.answer = lambda request: {"text": "Working on it"}
    result = ana.command("/disconnect-org", "acme", channel=ADMIN)
    assert [m.text for m in result.messages] == ["Working on it"]
    (request,) = socket_app.requests
    assert (request.type, request.accepts_response_payload) == ("slash_commands", True)
    assert request.payload["is_enterprise_install"] == "true"
    assert ana.slack.deliveries("slash_commands")[0]["transport"] == "socket"


def test_a_submission_is_answered_in_the_ack(socket_app: SocketApp, ana: Person, bot: WebClient) -> None:
    def answer(request: SocketModeRequest) -> dict[str, Any] | None:
        if request.type == "slash_commands":
            bot.views_open(trigger_id=request.payload["trigger_id"], view=view)
            return None
        return {"response_action": "errors", "errors": {"why": "Say more."}}

    view = {
        "type": "modal",
        "title": {"type": "plain_text", "text": "Form"},
        "submit": {"type": "plain_text", "text": "Send"},
        "blocks": [
            {
                "type": "input",
                "block_id": "why",
                "label": {"type": "plain_text", "text": "Why"},
                "element": {"type": "plain_text_input", "action_id": "text"},
            }
        ],
    }
    socket_app.answer = answer
    ana.command("/disconnect-org", channel=ADMIN)
    ana.wait_modal(title="Form")
    ana.fill("Why", "because")
    assert ana.submit().errors == {"Why": "Say more."}
    assert socket_app.requests[-1].type == "interactive"


def test_events_come_as_envelopes_that_take_no_payload(socket_app: SocketApp, admin: WebClient) -> None:
    admin.usergroups_disable(usergroup="S0FACILITY", team_id="T0HQ000001")
    for _ in range(200):
        if socket_app.requests:
            break
        threading.Event().wait(0.01)
    request = socket_app.requests[0]
    assert (request.type, request.accepts_response_payload, request.retry_attempt) == ("events_api", False, 0)
    assert request.payload["event"]["type"] == "subteam_updated"


def test_no_ack_in_time_is_a_timeout(socket_app: SocketApp, slack: LocalSlack, ana: Person) -> None:
    socket_app.silent.set()
    slack.client.settings(ack_deadline=0.05)
    result = ana.command("/disconnect-org", channel=ADMIN)
    assert result.error == '/disconnect-org failed with the error "operation_timeout"'


def test_a_disconnect_frame_makes_the_client_come_back(
    socket_app: SocketApp, slack: LocalSlack, ana: Person
) -> None:
    before = socket_app.client.current_session
    assert slack.client.post("socket", reason="refresh_requested") == {"connections": 1}
    assert slack.client.wait(
        lambda: slack.client.calls("apps.connections.open") and slack.client.get("app")["socket_mode"]
    )
    assert ana.command("/disconnect-org", channel=ADMIN).sent
    assert socket_app.client.current_session is not before


def test_a_ticket_is_good_once(slack: LocalSlack) -> None:
    token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
    url = WebClient(token, base_url=slack.api_url).apps_connections_open(app_token=token)["url"]
    with connect(url) as socket:
        assert json.loads(socket.recv())["type"] == "hello"
    with pytest.raises(InvalidStatus), connect(url):
        pass


def test_an_eleventh_connection_is_sent_away(slack: LocalSlack, socket_app: SocketApp) -> None:
    token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
    web = WebClient(token, base_url=slack.api_url)
    with contextlib.ExitStack() as open_sockets:
        frames = [
            json.loads(
                open_sockets.enter_context(connect(web.apps_connections_open(app_token=token)["url"])).recv()
            )
            for _ in range(10)
        ]
    assert [frame["type"] for frame in frames] == ["hello"] * 9 + ["disconnect"]
    assert frames[-1]["reason"] == "too_many_websockets"


def test_only_the_app_level_token_opens_connections_and_only_by_post(
    slack: LocalSlack, bot: WebClient
) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        bot.api_call("apps.connections.open")
    app_token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
    client = WebClient(app_token, base_url=slack.api_url)
    headers = {"Authorization": f"Bearer {app_token}"}
    by_get = httpx.get(f"{slack.api_url}apps.connections.open", headers=headers, trust_env=False)
    assert by_get.json()["error"] == "insecure_request"
    assert client.apps_connections_open(app_token=app_token)["url"].startswith("ws://127.0.0.1:")
