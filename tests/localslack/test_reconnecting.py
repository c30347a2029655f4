"""Between two sockets: what an app that was told to reconnect gets, and where."""

import json

import pytest
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosedOK
from websockets.sync.client import ClientConnection, connect

from localslack.server import LocalSlack


def test_nothing_goes_over_http_while_the_app_reconnects_and_an_ack_may_come_over_the_new_socket(
    slack: LocalSlack, admin: WebClient
) -> None:
    token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
    web = WebClient(token, base_url=slack.api_url)

    def connected() -> ClientConnection:
        return connect(web.apps_connections_open(app_token=token)["url"])

    with connected() as old:
        assert json.loads(old.recv(5))["type"] == "hello"
        admin.usergroups_disable(usergroup="S0FACILITY", team_id="T0HQ000001")
        first = json.loads(old.recv(5))
        slack.client.post("socket", reason="refresh_requested")
        assert json.loads(old.recv(5))["type"] == "disconnect"
        admin.usergroups_enable(usergroup="S0FACILITY", team_id="T0HQ000001")
    with connected() as new:
        assert json.loads(new.recv(5))["type"] == "hello"
        second = json.loads(new.recv(5))
        for envelope in (first, second):
            new.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        sent = slack.client.wait(
            lambda: [d for d in slack.client.deliveries("events_api") if d["status"] == 200][1:]
        )
        assert sent, slack.client.deliveries("events_api")
    assert {d["transport"] for d in slack.client.deliveries("events_api")} == {"socket"}


def test_a_socket_that_stays_is_closed_after_a_moment(slack: LocalSlack) -> None:
    token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
    url = WebClient(token, base_url=slack.api_url).apps_connections_open(app_token=token)["url"]
    with connect(url) as socket:
        assert json.loads(socket.recv(5))["type"] == "hello"
        slack.client.post("socket", reason="refresh_requested")
        assert json.loads(socket.recv(5))["type"] == "disconnect"
        with pytest.raises(TimeoutError):
            socket.recv(0.3)
        with pytest.raises(ConnectionClosedOK):
            socket.recv(5)
