"""Runs local Slack on a background thread: for tests, the tour, and ``python -m localslack``."""

import socket
import threading
import time
from functools import cached_property
from pathlib import Path
from types import TracebackType

import uvicorn

from localslack.application import build_application
from localslack.connections import SeverableProtocol
from localslack.org.seeds import APP_TOKEN, BOT_TOKEN, CLIENT_ID, CLIENT_SECRET, SIGNING_SECRET, USER_TOKEN
from localslack.people import LocalSlackClient
from localslack.world import World


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only then: without it each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(128)
    return listener


class LocalSlack:
    """One emulator on 127.0.0.1; several can run in one process.

    ``port`` 0 takes a free one. ``app_url`` is where the app listens (``/slack/events`` is added) and may
    be set
    later. ``seed`` is ``small`` or ``demo``. Without a ``manifest`` the app has every scope, event and
    command.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        app_url: str = "http://127.0.0.1:3000",
        seed: str = "small",
        manifest: str | Path | None = None,
        time_scale: float = 1.0,
    ) -> None:
        self.world = World(seed=seed, manifest=manifest, time_scale=time_scale)
        self._listener = _listen(port)
        self.world.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.app_url = app_url
        config = uvicorn.Config(
            build_application(self.world),
            http=SeverableProtocol,
            ws="websockets-sansio",
            lifespan="on",
            log_config=None,
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="localslack", daemon=True)

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:<port>``, without a trailing slash."""
        return self.world.base_url

    @property
    def api_url(self) -> str:
        """The Web API base for ``SLACK_API_URL``: ``…/api/``."""
        return f"{self.base_url}/api/"

    @property
    def app_url(self) -> str:
        """Base address of the app."""
        return self.world.app_url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.world.app_url = url.rstrip("/")

    def env(self, *, socket_mode: bool = False, oauth: bool = False) -> dict[str, str]:
        """The ``SLACK_*`` variables the app needs: given tokens, or OAuth credentials instead."""
        variables = {"SLACK_API_URL": self.api_url, "SLACK_SIGNING_SECRET": SIGNING_SECRET}
        if oauth:
            variables |= {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET}
        else:
            variables |= {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_USER_TOKEN": USER_TOKEN}
        return variables | ({"SLACK_APP_TOKEN": APP_TOKEN} if socket_mode else {})

    @cached_property
    def client(self) -> LocalSlackClient:
        """A driver bound to this emulator."""
        return LocalSlackClient(self.base_url)

    def start(self) -> "LocalSlack":
        """Start serving; returns once requests are answered."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("local Slack did not start")
            time.sleep(0.002)
        return self

    def stop(self) -> None:
        """Stop serving and close all connections."""
        if "client" in self.__dict__:
            self.client.close()
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._listener.close()

    def __enter__(self) -> "LocalSlack":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _serve(self) -> None:
        self._server.run(sockets=[self._listener])
