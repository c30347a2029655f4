"""One serving process from start to stop: what has to be true before Slack's requests are taken."""

import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.audit.chain import APP, append
from app.audit.events import Event
from app.bolt import build
from app.config import ConfigError, Policy, Settings, read_policy
from app.execution.engine import Engine
from app.execution.lease import BEAT_SECONDS
from app.execution.loops import Loop
from app.model.clock import Clock, system_clock
from app.operations import OPERATIONS
from app.requests.policies import Policies
from app.server import HttpServer, Socket, Web
from app.services import Services, assemble
from app.slack.credentials import Credentials
from app.slack.directory import Live
from app.slack.gateway import ReadFailed
from app.slack.identity import SlackAway, given_tokens
from app.slack.pace import Lane
from app.storage import Database
from app.storage.migrate import migrate

log = logging.getLogger(__name__)

T = TypeVar("T")

LISTENER_THREADS = 64
"""Bolt's own default is 5: five slow listeners, and the next request is answered 404 after three seconds."""

_SLACK_AWAY_PAUSE = 3.0
_GRACE_SECONDS = 10


class Runtime:
    """Starts everything in order, and stops it in the other one."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        self._settings, self._clock = settings, clock
        self.database = Database(settings.database_url)
        self.web = Web(events=not settings.socket_mode)
        self.http = HttpServer(self.web, settings.host, settings.port)
        self._engine = Engine(self.database)
        self._ended = threading.Event()
        self._loops: list[Loop] = []
        self._socket: Socket | None = None
        self._listeners = ThreadPoolExecutor(LISTENER_THREADS, thread_name_prefix="listener")
        self.services: Services | None = None

    def start(self) -> None:
        """Come up. Raises ConfigError when the configuration cannot work, and waits while Slack is away."""
        book = read_policy(
            self._settings.policy_file, {key: found.max_items for key, found in OPERATIONS.items()}
        )
        self.database.claim()
        migrate(self.database)
        self.http.start()
        log.info("listening on %s:%d", self._settings.host, self._settings.port)
        credentials = self._patiently(self._credentials)
        if credentials is None:
            return
        policies = Policies(book, self.database, self._clock)
        self._engine.prepare()
        services = assemble(
            self._settings,
            self.database,
            credentials,
            policies,
            self._engine,
            self._clock,
            self._nudge,
        )
        for enterprise_id in credentials.enterprise_ids():
            live = Live(services.gateway, enterprise_id, Lane.INTERACTIVE)
            policy = self._patiently(lambda live=live: policies.resolve(live))  # type: ignore[misc]
            if policy is None:
                return
            self._note_settings(enterprise_id, policy)
        self.services = services
        self._engine.launch()
        self._start_loops(services)
        self.web.app = build(services, self._listeners)
        if self._settings.app_token is not None:
            token = self._settings.app_token.reveal()
            self._socket = Socket(self.web.app, token, self._settings.slack_api_url)
            self._socket.start()
        self.web.ready.set()
        log.info("ready")

    def run(self) -> None:
        """Start, serve until SIGTERM or SIGINT, stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ended.set())
        try:
            self.start()
            self._ended.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Take nothing new, let what runs come to a step's end, give everything back."""
        self._ended.set()
        self.web.ready.clear()
        if self._socket is not None:
            self._socket.stop()
        self.http.stop()
        self._finish_listeners()
        for loop in self._loops:
            loop.stop()
        if self.services is not None:
            self._engine.stop()
        self.database.close()
        log.info("stopped")

    def _finish_listeners(self) -> None:
        """People who are waiting get their answer, within reason."""
        waiting = threading.Thread(target=self._listeners.shutdown, daemon=True)
        waiting.start()
        waiting.join(_GRACE_SECONDS)

    def _credentials(self) -> Credentials:
        bot, user = self._settings.bot_token, self._settings.user_token
        if bot is None or user is None:
            raise ConfigError(["SLACK_BOT_TOKEN, SLACK_USER_TOKEN: missing"])
        return given_tokens(self._settings.slack_api_url, bot, user)

    def _patiently(self, work: Callable[[], T]) -> T | None:
        """What `work` gives, tried again while Slack is away; None when the process is to end meanwhile."""
        while not self._ended.is_set():
            try:
                return work()
            except (SlackAway, ReadFailed) as away:
                if isinstance(away, ReadFailed) and not away.answer.error.error_class.passes:
                    error = away.answer.error
                    told = f"{away.answer.method}: {error.code}. {error.sentence} {error.remedy}"
                    raise ConfigError([told]) from away
                log.warning("waiting for Slack: %s", away)
                self._ended.wait(_SLACK_AWAY_PAUSE)
        return None

    def _note_settings(self, enterprise_id: str, policy: Policy) -> None:
        """The policy in force is part of the evidence: written down whenever a process comes up with it."""
        with self.database.write() as connection:
            append(
                connection,
                enterprise_id=enterprise_id,
                at=self._clock(),
                event=Event.SETTINGS_READ,
                actor=APP,
                body={"policy_digest": policy.digest, "admin_channel": policy.admin_channel},
            )

    def _start_loops(self, services: Services) -> None:
        self._loops = [
            Loop("heartbeat", self._engine.lease.beat, BEAT_SECONDS),
            Loop("sweeper", services.sweeper.run_once, 1.0),
            Loop("projector", services.projector.run_once, 0.5),
            Loop("directory", services.refresher.run_once, 5.0),
        ]
        for loop in self._loops:
            loop.start()

    def _nudge(self) -> None:
        for loop in self._loops:
            if loop.name == "projector":
                loop.nudge()
