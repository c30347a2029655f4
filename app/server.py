"""HTTP (WSGI) and Socket Mode runtimes: Slack's requests, health, readiness, metrics."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt import BoltRequest
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.internals import build_headers, send_response
from slack_bolt.oauth import OAuthFlow
from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web import WebClient
from waitress.server import create_server

from app.front import Front

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger(__name__)

HTTP_THREADS = 32
_CONNECTIONS = 1000
"""Waitress's own default is 100: with more at once the next ones would wait outside."""

_INSTALLERS = 4
"""Threads that may wait for Slack during an installation; the others stay free for Slack's requests."""

_GRACE_SECONDS = 5
MOST_BYTES = 1_000_000
"""Slack's own payloads stay far below: a view may have 250 KB."""

_PLAIN = "text/plain; charset=utf-8"
Answer = tuple[HTTPStatus, str, bytes]


class Web:
    """The WSGI application. It answers from the first moment; Slack's requests once `app` is set."""

    def __init__(self, *, events: bool) -> None:
        self.app: Front | None = None
        self.install: OAuthFlow | None = None
        self.ready = threading.Event()
        self._installers = threading.BoundedSemaphore(_INSTALLERS)
        self._routes: Mapping[tuple[str, str], Callable[[WSGIEnvironment], Answer | BoltResponse]] = {
            ("GET", "/healthz"): self._health,
            ("GET", "/readyz"): self._readiness,
            ("GET", "/metrics"): self._metrics,
            ("GET", "/slack/install"): self._begin_install,
            ("GET", "/slack/oauth_redirect"): self._end_install,
            **({("POST", "/slack/events"): self._events} if events else {}),
        }

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer one request. Whatever is wrong with it, no stack trace goes out."""
        route = self._routes.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
        if route is None:
            answer: Answer | BoltResponse = _text(HTTPStatus.NOT_FOUND, "not found")
        else:
            try:
                answer = route(environ)
            except Exception:
                log.exception("a request could not be answered")
                answer = _text(HTTPStatus.INTERNAL_SERVER_ERROR, "failed")
        return _sent(answer, start_response)

    def _health(self, environ: "WSGIEnvironment") -> Answer:
        return _text(HTTPStatus.OK, "alive")

    def _readiness(self, environ: "WSGIEnvironment") -> Answer:
        if self.ready.is_set():
            return _text(HTTPStatus.OK, "ready")
        return _text(HTTPStatus.SERVICE_UNAVAILABLE, "not ready")

    def _metrics(self, environ: "WSGIEnvironment") -> Answer:
        return HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest()

    def _begin_install(self, environ: "WSGIEnvironment") -> Answer | BoltResponse:
        return self._installed(lambda install: install.handle_installation(_asked(environ)))

    def _end_install(self, environ: "WSGIEnvironment") -> Answer | BoltResponse:
        return self._installed(lambda install: install.handle_callback(_asked(environ)))

    def _installed(self, work: Callable[[OAuthFlow], BoltResponse]) -> Answer | BoltResponse:
        """A step of an installation, few at a time: it waits for Slack."""
        if self.install is None:
            told = "this Drawbridge was given its tokens; nothing to install here"
            return _text(HTTPStatus.NOT_FOUND, told)
        if not self._installers.acquire(blocking=False):
            return _text(HTTPStatus.SERVICE_UNAVAILABLE, "busy, try again in a minute")
        try:
            return work(self.install)
        finally:
            self._installers.release()

    def _events(self, environ: "WSGIEnvironment") -> Answer | BoltResponse:
        if self.app is None or not self.ready.is_set():
            return _text(HTTPStatus.SERVICE_UNAVAILABLE, "starting")
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > MOST_BYTES:
            return _text(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too large")
        raw = environ["wsgi.input"].read(int(length))
        query = environ.get("QUERY_STRING", "")
        try:
            request = BoltRequest(body=raw.decode("utf-8"), query=query, headers=_headers(environ))
            return self.app.dispatch(request)
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            # Bolt takes every payload for well-formed; our listeners run elsewhere and never raise here.
            log.warning("a request could not be understood: %s", type(error).__name__)
            return _text(HTTPStatus.BAD_REQUEST, "not a request of Slack's")


def _asked(environ: "WSGIEnvironment") -> BoltRequest:
    return BoltRequest(body="", query=environ.get("QUERY_STRING", ""), headers=_headers(environ))


def _text(status: HTTPStatus, text: str) -> Answer:
    return status, _PLAIN, text.encode()


def _headers(environ: "WSGIEnvironment") -> dict[str, str | Sequence[str]]:
    headers: dict[str, str | Sequence[str]] = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["content-type"] = environ.get("CONTENT_TYPE", "")
    return headers


def _sent(answer: Answer | BoltResponse, start_response: "StartResponse") -> Iterable[bytes]:
    if isinstance(answer, BoltResponse):
        status, body = HTTPStatus(answer.status), (answer.body or "").encode()
        headers = [(name, value) for name, values in answer.headers.items() for value in values]
    else:
        status, kind, body = answer
        headers = [("content-type", kind)]
    headers.append(("content-length", str(len(body))))
    start_response(f"{status.value} {status.phrase}", headers)
    return [body]


class HttpServer:
    """Waitress on its own thread."""

    def __init__(self, web: Web, host: str, port: int) -> None:
        self._server = create_server(
            web,
            host=host,
            port=port,
            threads=HTTP_THREADS,
            ident="drawbridge",
            connection_limit=_CONNECTIONS,
            max_request_body_size=MOST_BYTES * 2,
            clear_untrusted_proxy_headers=True,
            asyncore_use_poll=True,  # select() raises when stop() closes what it waits on
        )
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests at hand are finished, idle connections are cut with the process."""
        self._server.close()
        self._server.task_dispatcher.shutdown(timeout=_GRACE_SECONDS)


class Socket:
    """Socket Mode: Slack's events over a WebSocket that we open."""

    def __init__(self, front: Front, app_token: str, base_url: str) -> None:
        client = WebClient(token=app_token, base_url=base_url)
        self._handler = _Handler(front, app_token, web_client=client, concurrency=HTTP_THREADS)

    def start(self) -> None:
        """Connect, and stay connected."""
        self._handler.connect()  # type: ignore[no-untyped-call]

    def stop(self) -> None:
        """Disconnect."""
        self._handler.close()  # type: ignore[no-untyped-call]


class _Handler(SocketModeHandler):
    """Bolt's handler, through our front."""

    def __init__(self, front: Front, app_token: str, **options: Any) -> None:
        super().__init__(front.app, app_token, **options)
        self._front = front

    def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]
        began = time.time()
        request = BoltRequest(mode="socket_mode", body=req.payload, headers=build_headers(req))
        send_response(client, req, self._front.dispatch(request), began)
