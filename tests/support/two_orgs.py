"""Two organizations behind one address, as Slack's are: each call goes to the one its token belongs to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import httpx

from localslack.server import LocalSlack
from tests.support.running import ROOT, SCALE

HARBOR = "E0HARBOR01"
"""The second organization. People, channels and groups have the same ids in both, so only the
organization's own id tells them apart."""


class Exchange:
    """Passes Web API calls on to the organization whose token, code or refresh token they carry."""

    def __init__(self, *slacks: LocalSlack) -> None:
        self._slacks = slacks
        exchange = self

        class Handler(BaseHTTPRequestHandler):
            """One request of the app's."""

            def do_POST(self) -> None:
                """Ask the right organization, and answer as it does."""
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                where = exchange.home(self.headers.get("authorization", ""), body.decode())
                sent = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                answer = httpx.post(
                    f"{where.base_url}{self.path}", content=body, headers=sent, trust_env=False, timeout=30
                )
                self.send_response(answer.status_code)
                for name, value in answer.headers.items():
                    if name not in ("content-length", "transfer-encoding", "connection", "content-encoding"):
                        self.send_header(name, value)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def home(self, authorization: str, body: str) -> LocalSlack:
        """The organization a call belongs to; the first one for what nobody has issued."""
        form = {name: values[0] for name, values in parse_qs(body).items()}
        token = authorization.removeprefix("Bearer ")
        for slack in self._slacks:
            with slack.world.lock:
                refresh = {found.refresh_token for found in slack.world.app.tokens.values()} - {""}
                if token in slack.world.app.tokens or form.get("code") in slack.world.oauth_codes:
                    return slack
                if form.get("refresh_token") in refresh:
                    return slack
        return self._slacks[0]

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def two_orgs() -> Iterator[tuple[LocalSlack, LocalSlack, Exchange]]:
    """Meridian, Harbor and the address both are reached at."""
    first, second = (LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE) for _ in range(2))
    with second.world.lock:
        org = second.world.org
        org.id, org.name, org.domain = HARBOR, "Harbor", "harbor"
        for _ in range(100_000):  # secrets are numbered: never the same one in both
            second.world.new_secret("")
        second.world.app.tokens.clear()
    with first.world.lock:
        first.world.app.tokens.clear()
    with first, second:
        exchange = Exchange(first, second)
        try:
            yield first, second, exchange
        finally:
            exchange.stop()
