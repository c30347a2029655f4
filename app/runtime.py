"""One serving process from start to stop: what has to be true before Slack's requests are taken."""

import logging
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from prometheus_client import REGISTRY

from app.bolt import build
from app.config import ConfigError, Secret, Settings, read_policy
from app.execution.engine import Engine
from app.execution.lease import BEAT_SECONDS
from app.execution.loops import Loop
from app.followups import FollowUps
from app.gauges import Gauges
from app.installing.installations import Installations
from app.installing.rotation import Rotation
from app.installing.states import OAuthStates
from app.installing.vault import Vault
from app.logs import on_every_line
from app.oauth import Flow
from app.operations import TERMS
from app.organizations import Organizations
from app.requests.policies import Policies
from app.server import HttpServer, Socket, Web
from app.services import Services, assemble
from app.slack.credentials import Credentials
from app.slack.gateway import ReadFailed, renew
from app.slack.identity import SlackAway, given_tokens
from app.storage import Database
from app.storage.clock import SYNC_SECONDS, DatabaseClock
from app.storage.migrate import migrate

log = logging.getLogger(__name__)

T = TypeVar("T")

_SLACK_AWAY_PAUSE = 3.0
_GRACE_SECONDS = 10  # for people who wait for an answer
_LOOP_SECONDS = 3  # for loops; one in the middle of a long list ends with the process, and loses nothing


def _listening(web: Web, settings: Settings) -> HttpServer:
    try:
        return HttpServer(web, settings.host, settings.port)
    except OSError as error:
        problem = f"HOST, PORT: cannot listen on {settings.host}:{settings.port}: {error.strerror}"
        raise ConfigError([problem]) from error


class Runtime:
    """Starts everything in order, and stops it in the other one."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.database = Database(settings.database_url.reveal())
        self.web = Web(events=not settings.socket_mode)
        self.http = _listening(self.web, settings)
        self._engine = Engine(self.database)
        on_every_line(executor=self._engine.executor)
        self._gauges: Gauges | None = None
        self._ended = threading.Event()
        self._loops: list[Loop] = []
        self._socket: Socket | None = None
        self._followups = FollowUps()
        self.services: Services | None = None
        self._clock: DatabaseClock

    def start(self) -> None:
        """Come up. Raises ConfigError when the configuration cannot work, and waits while Slack is away."""
        book = read_policy(self._settings.policy_file, TERMS)
        self.database.claim()
        migrate(self.database)
        self._clock = DatabaseClock(self.database)
        self.http.start()
        log.info("listening on %s:%d", self._settings.host, self._settings.port)
        policies = Policies(book, self.database, self._clock)
        credentials = self._patiently(partial(self._credentials, policies))
        if credentials is None:
            return
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
        organizations = Organizations(services)
        if isinstance(credentials, Installations):
            self._renew(credentials)
            organizations.take_in()
            self._loops.append(Loop("organizations", organizations.take_in, 5.0))
            states = OAuthStates(self.database, self._clock)
            self.web.install = Flow(self._settings, credentials, states, organizations.admit)
        else:
            for enterprise_id in credentials.enterprise_ids():
                if self._patiently(partial(organizations.accept, enterprise_id)) is None:
                    return
        self._loops.append(Loop("admin channels", organizations.look_at_channels, 300.0))
        self.services = services
        self._gauges = Gauges(self.database, self._clock, services.health.standing)
        REGISTRY.register(self._gauges)
        self._engine.launch()
        self._start_loops(services)
        self.web.app = build(services, self._followups)
        if self._settings.app_token is not None:
            token = self._settings.app_token.reveal()
            self._socket = Socket(self.web.app, token, self._settings.slack_api_url)
            self._socket.start()
        self.web.ready.set()
        log.info("ready")

    def run(self) -> None:
        """Start, serve until SIGTERM or SIGINT, stop. SIGHUP: read the policy file again."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._ended.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload())
        try:
            self.start()
            self._ended.wait()
        finally:
            self.stop()

    def stop(self) -> None:
        """Take nothing new, let what runs come to a step's end, give everything back.

        First it is not ready any more, and goes on serving until a load balancer has seen that.
        """
        self._ended.set()
        if self.web.ready.is_set():
            self.web.ready.clear()
            time.sleep(self._settings.drain_seconds)
        self._engine.ending.set()
        if self._socket is not None:
            self._socket.stop()
        self.http.stop()
        self._followups.finish(_GRACE_SECONDS)
        self._end_loops()
        if self._gauges is not None:
            REGISTRY.unregister(self._gauges)
        if self.services is not None:
            self._engine.stop()
        self.database.close()
        log.info("stopped")

    def _end_loops(self) -> None:
        for loop in self._loops:
            loop.end()
        deadline = time.monotonic() + _LOOP_SECONDS
        for loop in self._loops:
            loop.join(deadline - time.monotonic())

    def _renew(self, installations: Installations) -> None:
        """Have tokens that run out renewed, from now on: while nothing ran they may have run out."""
        settings = self._settings
        secret = settings.client_secret or Secret("")
        ask = partial(renew, settings.slack_api_url, settings.client_id or "", secret)
        worker, scale = self._engine.executor, settings.time_scale
        rotation = Rotation(self.database, installations, worker, ask, self._clock, scale)
        installations.renewing = rotation.now
        self._engine.lease.beat()
        rotation.run_once()
        self._loops.append(Loop("renewal", rotation.run_once, 5.0))

    def _credentials(self, policies: Policies) -> Credentials:
        settings = self._settings
        if settings.bot_token is not None and settings.user_token is not None:
            return given_tokens(settings.slack_api_url, settings.bot_token, settings.user_token)
        return Installations(self.database, Vault(settings.encryption_keys), self._clock, policies)

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

    def _start_loops(self, services: Services) -> None:
        self._loops += [
            Loop("heartbeat", self._engine.lease.beat, BEAT_SECONDS, slowest=BEAT_SECONDS),
            Loop("clock", self._clock.sync, SYNC_SECONDS),
            Loop("sweeper", services.sweeper.run_once, 1.0),
            Loop("policy", services.reload.run_once, services.reload.seconds),
            Loop("vigil", services.vigil.run_once, services.vigil.seconds),
            Loop("projector", services.projector.run_once, 0.5),
            Loop("homes", services.homes.run_once, 0.5),
            Loop("directory", services.refresher.run_once, 5.0),
            Loop("workspaces", services.workspaces.run_once, 5.0),
            Loop("tokens", services.health.run_once, 5.0),
        ]
        for loop in self._loops:
            loop.start()

    def _reload(self) -> None:
        """Read the policy file now."""
        if self.services is not None:
            self.services.reload.ask()
            for loop in self._loops:
                if loop.name == "policy":
                    loop.nudge()

    def _nudge(self) -> None:
        for loop in self._loops:
            if loop.name in ("projector", "homes"):
                loop.nudge()
