"""Events: signed, retried when they fail, never in the way of a call."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from localslack.server import LocalSlack


class Receiver(ThreadingHTTPServer):
    """An app that remembers requests and answers with the statuses it was told, then 200."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, headers = self.server.answers.pop(0) if self.server.answers else (200, {})
        self.send_response(status)
        for name, value in {"Content-Length": "0", **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def receiver(slack: LocalSlack) -> Iterator[Receiver]:
    with Receiver() as server:
        slack.app_url = server.url
        yield server
        server.shutdown()


def disable(admin: WebClient) -> None:
    admin.usergroups_disable(usergroup="S0FACILITY", team_id="T0HQ000001")


def attempts(slack: LocalSlack, count: int) -> list[dict[str, Any]]:
    found = slack.client.wait(
        lambda: [d for d in slack.client.deliveries("subteam_updated") if d["ms"]][count - 1 :], timeout=3
    )
    assert found
    return slack.client.deliveries("subteam_updated")


def test_an_event_is_signed_as_slack_signs(slack: LocalSlack, admin: WebClient, receiver: Receiver) -> None:
    disable(admin)
    attempts(slack, 1)
    headers, body = receiver.requests[0]
    verifier = SignatureVerifier(slack.env()["SLACK_SIGNING_SECRET"])
    assert verifier.is_valid_request(body, headers)
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"].startswith("Slackbot 1.0")
    assert "x-slack-retry-num" not in headers


def test_a_failing_app_hears_it_again_up_to_three_times(
    slack: LocalSlack, admin: WebClient, receiver: Receiver
) -> None:
    slack.client.settings(time_scale=10_000)
    receiver.answers = [(500, {})] * 4
    disable(admin)
    log = attempts(slack, 4)
    assert [d["attempt"] for d in log] == [0, 1, 2, 3]
    retries = [(h.get("x-slack-retry-num"), h.get("x-slack-retry-reason")) for h, _ in receiver.requests]
    assert retries == [(None, None), ("1", "http_error"), ("2", "http_error"), ("3", "http_error")]
    assert len({d["payload"]["event_id"] for d in log}) == 1


def test_an_app_can_ask_for_no_retry(slack: LocalSlack, admin: WebClient, receiver: Receiver) -> None:
    slack.client.settings(time_scale=10_000)
    receiver.answers = [(500, {"x-slack-no-retry": "1"})]
    disable(admin)
    attempts(slack, 1)
    admin.usergroups_enable(usergroup="S0FACILITY", team_id="T0HQ000001")
    attempts(slack, 2)
    assert len(receiver.requests) == 2


def test_an_absent_app_holds_up_no_call(slack: LocalSlack, admin: WebClient) -> None:
    disable(admin)
    assert attempts(slack, 1)[0]["error"] == "connection_failed"


def test_adding_and_removing_workspaces_is_told_without_a_team(slack: LocalSlack, receiver: Receiver) -> None:
    slack.client.post("app", workspaces=["T0HQ000001", "T0LABS0001"])
    granted = slack.client.wait(lambda: slack.client.deliveries("team_access_granted"))[0]["payload"]
    revoked = slack.client.wait(lambda: slack.client.deliveries("team_access_revoked"))[0]["payload"]
    assert granted["event"]["team_ids"] == ["T0LABS0001"]
    assert revoked["event"]["team_ids"] == ["T0ENG00001", "T0SALES001", "T0SUPPORT1", "T0FINANCE1"]
    assert "team_id" not in granted
    assert "authorizations" not in granted


def test_a_workflow_step_runs_with_a_token_of_its_own(
    slack: LocalSlack, receiver: Receiver, bot: WebClient
) -> None:
    id = slack.client.post("act/run_step", user="W0ANA00001", callback_id="request", inputs={"why": "x"})[
        "id"
    ]
    event = slack.client.wait(lambda: slack.client.deliveries("function_executed"))[0]["payload"]["event"]
    assert (event["function_execution_id"], event["inputs"]) == (id, {"why": "x"})
    step = WebClient(event["bot_access_token"], base_url=slack.api_url)
    assert step.functions_completeSuccess(function_execution_id=id, outputs={"done": "yes"})["ok"]
    with pytest.raises(Exception, match="execution_not_in_running_state"):
        bot.functions_completeError(function_execution_id=id, error="late")
    with pytest.raises(Exception, match="token_revoked"):
        step.auth_test()
    with pytest.raises(Exception, match="function_execution_not_found"):
        bot.functions_completeError(function_execution_id="Fx0", error="x")
