"""The official Python clients in front of local Slack: a Bolt app behind either of its two doors."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier

from localslack.server import LocalSlack
from tests.localslack.conftest import TinyApp

JSON = dict[str, Any]
COMMAND = "/ask"
MANIFEST = Path(__file__).with_name("manifest.yml")


class HttpDoor(TinyApp):
    """Bolt behind WSGI; the SDK's own verifier looks at each request before Bolt does."""

    transport = "http"

    def __init__(self, slack: LocalSlack) -> None:
        super().__init__(slack)
        self._verifier = SignatureVerifier(slack.env()["SLACK_SIGNING_SECRET"])
        self.verdicts: list[bool] = []
        slack.app_url = self.url

    def _serve(self, environ: JSON, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            body = environ["wsgi.input"].read()
            environ["wsgi.input"].seek(0)
            headers = {
                name.removeprefix("HTTP_").replace("_", "-"): str(value) for name, value in environ.items()
            }
            self.verdicts.append(self._verifier.is_valid_request(body, headers))
        return super()._serve(environ, start_response)

    def close(self) -> None:
        """Nobody waits for this door."""


class SocketDoor:
    """Bolt's Socket Mode handler, whose app can be replaced while it stays connected."""

    transport = "socket"

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self.verdicts: list[bool] = []
        token = slack.env(socket_mode=True)["SLACK_APP_TOKEN"]
        self.handler = SocketModeHandler(self.fresh(), token)
        self.handler.connect()
        assert slack.client.wait(lambda: slack.client.get("app")["socket_mode"])

    def fresh(self) -> App:
        """Start over with an app that has no listeners."""
        env = self._slack.env()
        client = WebClient(env["SLACK_BOT_TOKEN"], base_url=self._slack.api_url, retry_handlers=[])
        app = App(client=client, signing_secret="not used by this door")
        if hasattr(self, "handler"):
            self.handler.app = app
        return app

    def close(self) -> None:
        """Disconnect and stop the handler's threads."""
        self.handler.client.close()


def plain(text: str) -> JSON:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def modal(title: str = "Form", *blocks: JSON, **more: Any) -> JSON:
    """A modal with a submit button."""
    return {"type": "modal", "title": plain(title), "submit": plain("Send"), "blocks": [*blocks], **more}


def text_input(block_id: str, label: str) -> JSON:
    """An input block with one line of text."""
    element = {"type": "plain_text_input", "action_id": "text"}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element}


def button(action_id: str, label: str) -> JSON:
    """An actions block with one button."""
    element = {"type": "button", "action_id": action_id, "text": plain(label), "value": action_id}
    return {"type": "actions", "block_id": f"b-{action_id}", "elements": [element]}


def error_code(caught: pytest.ExceptionInfo[SlackApiError]) -> str:
    """What Slack answered."""
    return str(caught.value.response["error"])
