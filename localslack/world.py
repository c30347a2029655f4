"""The one object that holds an emulator's whole state, behind one lock."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from localslack.conversation.store import Conversations
from localslack.logs import Call, Delivery
from localslack.org.app import App, Manifest, default_manifest, read_manifest
from localslack.org.model import Org
from localslack.org.seeds import seeded_app, seeded_org
from localslack.settings import Settings
from localslack.web_api.faults import Fault

JSON = dict[str, Any]


@dataclass
class FunctionExecution:
    """A running step of a workflow (docs.slack.dev/workflows/workflow-steps)."""

    id: str
    callback_id: str
    token: str
    state: str = "running"
    result: Any = None


@dataclass
class OAuthCode:
    """A code handed out at authorize: one use, ten minutes."""

    user: str
    team_id: str | None
    scopes: list[str]
    user_scopes: list[str]
    redirect_uri: str
    issued_at: float


@dataclass
class Ledger:
    """What happened, in order: Web API calls, deliveries to the app, and what Slack would have refused."""

    calls: list[Call] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class World:
    """State of one emulator. Hold ``lock`` while reading or changing it; never hold it across network
    traffic.

    ``on_change`` is called (from any thread, lock held) whenever somebody could see something new.
    """

    def __init__(
        self,
        *,
        seed: str = "small",
        manifest: str | Path | None = None,
        time_scale: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.on_change: Callable[[], None] = lambda: None
        self.base_url = ""
        self.app_url = ""
        self.version = 0
        self.epoch = 0
        self._seed = seed
        self._manifest: Manifest = read_manifest(manifest) if manifest else default_manifest()
        self._time_scale = time_scale
        self._start()

    def _start(self) -> None:
        self.settings = Settings(time_scale=self._time_scale)
        self.org: Org = seeded_org(self._seed, int(self.clock()))
        self.app: App = seeded_app(self._manifest)
        self.talk = Conversations()
        self.ledger = Ledger()
        self.faults: list[Fault] = []
        self.rate_log: dict[tuple[str, ...], list[float]] = {}
        self.oauth_codes: dict[str, OAuthCode] = {}
        self.executions: dict[str, FunctionExecution] = {}
        self.socket_tickets: set[str] = set()
        self.outbox: list[JSON] = []
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count(1)
        self._last_ts = 0

    def reset(self, seed: str | None = None) -> None:
        """Back to the seed; connections of the app (HTTP and sockets) stay."""
        with self.lock:
            self._seed = seed or self._seed
            self.epoch += 1
            self._start()
            self.touch()

    def touch(self) -> None:
        """Tell whoever waits that something changed."""
        self.version += 1
        self.on_change()

    def now(self) -> int:
        """Unix seconds."""
        return int(self.clock())

    def new_id(self, prefix: str) -> str:
        """A fresh id in Slack's style, deterministic within a world."""
        return f"{prefix}0L{next(self._numbers):08X}"

    def new_secret(self, prefix: str) -> str:
        """A fresh opaque string, deterministic within a world."""
        return f"{prefix}{next(self._numbers):012x}"

    def new_ts(self) -> str:
        """A message timestamp, strictly increasing."""
        self._last_ts = max(self._last_ts + 1, int(self.clock() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Run ``action`` (lock held) in ``seconds`` of Slack's time, divided by the time scale."""
        due = self.clock() + seconds / self.settings.time_scale
        heapq.heappush(self._agenda, (due, next(self._numbers), action))
        self.touch()

    def settle(self) -> float | None:
        """Run what is due; seconds until the next thing is due, None when nothing is."""
        with self.lock:
            while self._agenda and self._agenda[0][0] <= self.clock():
                _, _, action = heapq.heappop(self._agenda)
                action()
                self.touch()
            return self._agenda[0][0] - self.clock() if self._agenda else None
