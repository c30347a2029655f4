"""One emulator for all tests, put back to its seed before each, and a tiny Bolt app under a real server."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from waitress.server import create_server

from localslack.logs import Call
from localslack.people import Person
from localslack.server import LocalSlack
from localslack.web_api.catalog import COMMON_ERRORS, METHODS

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class TinyApp:
    """A WSGI server whose Bolt app can be replaced; ``app`` is the current one."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self._executor = ThreadPoolExecutor(64)
        listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._server = create_server(self._serve, sockets=[listener], threads=16)
        self.app = self.fresh()
        threading.Thread(target=self._server.run, daemon=True).start()

    def fresh(self) -> App:
        """Start over with an app that has no listeners."""
        env = self._slack.env()
        client = WebClient(base_url=self._slack.api_url, retry_handlers=[])

        def authorize(enterprise_id: str) -> AuthorizeResult:
            return AuthorizeResult(
                enterprise_id=enterprise_id,
                team_id=None,
                bot_token=env["SLACK_BOT_TOKEN"],
                bot_id="B0DRAWBRDG",
                bot_user_id="U0DRAWBRDG",
            )

        self.app = App(
            signing_secret=env["SLACK_SIGNING_SECRET"],
            authorize=authorize,
            client=client,
            listener_executor=self._executor,
        )
        self.handler: Wsgi = SlackRequestHandler(self.app, path="/slack/events")
        return self.app

    def _serve(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.handler(environ, start_response)


@pytest.fixture(scope="session")
def running() -> Iterator[LocalSlack]:
    """The emulator of this test session."""
    with LocalSlack() as slack:
        yield slack


@pytest.fixture(scope="session")
def tiny(running: LocalSlack) -> TinyApp:
    """The WSGI server of this test session."""
    return TinyApp(running)


@pytest.fixture
def slack(running: LocalSlack) -> Iterator[LocalSlack]:
    """The emulator in the state of the small seed, with no app listening.

    Whatever a test does, only error codes that the method documents may have been answered.
    """
    running.world.reset("small")
    running.app_url = "http://127.0.0.1:1"
    yield running
    undocumented = [call for call in running.world.ledger.calls if not _documented(call)]
    assert undocumented == []


def _documented(call: Call) -> bool:
    method = METHODS.get(call.method)
    if call.error is None or call.fault is not None or method is None:
        return True
    # usergroups.enable and .disable document no code for an unknown group; the sibling method's is used.
    return call.error in COMMON_ERRORS | {"no_such_subteam"} | method.errors


@pytest.fixture
def app(slack: LocalSlack, tiny: TinyApp) -> App:
    """A fresh Bolt app that receives what the emulator sends."""
    slack.app_url = tiny.url
    return tiny.fresh()


@pytest.fixture
def bot(slack: LocalSlack) -> WebClient:
    """The official client with the bot token."""
    return WebClient(token=slack.env()["SLACK_BOT_TOKEN"], base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def admin(slack: LocalSlack) -> WebClient:
    """The official client with the installing admin's user token."""
    return WebClient(token=slack.env()["SLACK_USER_TOKEN"], base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: LocalSlack) -> Person:
    """Ana Ferreira, org admin."""
    return slack.client.person("W0ANA00001")


@pytest.fixture
def ben(slack: LocalSlack) -> Person:
    """Ben Okafor of the security team."""
    return slack.client.person("W0BEN00001")
