"""``python -m bench.yardsticks.bare_bolt``: a Bolt app that does nothing but answer, on the same server.

The same number of threads, the same acknowledgement, the same kind of answer to the person; no policy, no
database, no audit. Settings by environment: SLACK_API_URL, SLACK_BOT_TOKEN, SLACK_USER_TOKEN,
SLACK_SIGNING_SECRET, PORT.
"""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from slack_bolt import Ack, App
from slack_bolt.adapter.wsgi import SlackRequestHandler
from slack_sdk.web import WebClient
from waitress import serve

from app.server import HTTP_THREADS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_LISTENERS = 64
"""Bolt's own default is 5: five slow listeners, and the next request is answered 404 after three seconds."""

_TEXT = {"type": "plain_text", "text": "A bare Bolt app"}
_BLOCKS = [{"type": "section", "text": _TEXT}]
_VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "Bare"}, "blocks": _BLOCKS}


def main() -> None:
    """Serve until killed."""
    token = os.environ.pop("SLACK_BOT_TOKEN")  # Bolt would read it too, and warn that there is a client
    client = WebClient(base_url=os.environ["SLACK_API_URL"], token=token)
    app = App(
        client=client,
        signing_secret=os.environ["SLACK_SIGNING_SECRET"],
        listener_executor=ThreadPoolExecutor(_LISTENERS),
    )
    app.command("/disconnect-org")(open_form(client))
    app.command("/drawbridge")(answer(client))
    app.action("approve")(call_at_once(client))
    serve(with_readiness(app), host="127.0.0.1", port=int(os.environ["PORT"]), threads=HTTP_THREADS)


def open_form(client: WebClient) -> Callable[..., None]:
    """A listener that opens a modal."""

    def opened(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=_VIEW)

    return opened


def answer(client: WebClient) -> Callable[..., None]:
    """A listener that answers with a message to the person."""

    def answered(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.chat_postMessage(channel=body["user_id"], text="A bare Bolt app", blocks=_BLOCKS)

    return answered


def call_at_once(client: WebClient) -> Callable[..., None]:
    """A listener that takes the person named by the button off the policy, whoever clicked."""

    def called(ack: Ack, body: dict[str, Any]) -> None:
        ack()
        client.admin_auth_policy_removeEntities(
            token=os.environ["SLACK_USER_TOKEN"],
            policy_name="email_password",
            entity_type="USER",
            entity_ids=body["actions"][0]["value"],
        )

    return called


def with_readiness(app: App) -> "Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]":
    """The app's WSGI handler, with `/readyz` beside it."""
    handler = SlackRequestHandler(app)

    def web(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if environ.get("PATH_INFO") == "/readyz":
            start_response("200 OK", [("content-type", "text/plain")])
            return [b"ready"]
        return handler(environ, start_response)

    return web


if __name__ == "__main__":
    main()
