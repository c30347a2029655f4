"""A place to break: local Slack, a database, and one replica or three behind a load balancer."""

import tempfile
import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from localslack.cluster.balancer import Balancer
from localslack.cluster.postgres import Postgres
from localslack.server import LocalSlack
from tests.chaos.replica import Replica
from tests.support.databases import sqlite_url
from tests.support.people import House
from tests.support.running import ROOT, SCALE

_CONNECTIONS = 300
_RESTART_SECONDS = 0.3  # an orchestrator's
_DESKS = 4

Row = sa.Row[Any]


@dataclass(frozen=True)
class Ground:
    """What a site stands on."""

    name: str
    database: str
    replicas: int
    sockets: bool = False


GROUNDS = (
    Ground("SQLite, one replica", "sqlite", 1),
    Ground("PostgreSQL, one replica", "postgresql", 1),
    Ground("PostgreSQL, three replicas", "postgresql", 3),
    Ground("PostgreSQL, three replicas, Socket Mode", "postgresql", 3, sockets=True),
)


class Site:
    """One site with everything on it running. A replica that ended is started again.

    desks: pairs of people, a requester and an approver each, who can work side by side.
    died_at: boundaries at which replicas of former sites have died or stopped.
    """

    def __init__(self, ground: Ground, died_at: Collection[str] = ()) -> None:
        self.ground, self.died_at = ground, died_at
        self._stack = ExitStack()
        self._keeping = threading.Event()
        self.folder = Path(
            self._stack.enter_context(
                tempfile.TemporaryDirectory(prefix="drawbridge-chaos-", ignore_cleanup_errors=True)
            )
        )
        self.postgres: Postgres | None = None
        try:
            self._start()
        except BaseException:
            self._stack.close()
            raise

    def _start(self) -> None:
        self.slack = LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE)
        self._stack.enter_context(self.slack)
        self.client = self.slack.client
        self.client.settings(ack_grace=0.0, disconnect_delay=120.0)
        if self.ground.database == "postgresql":
            self.postgres = Postgres(self.folder / "postgres", _CONNECTIONS)
            self._stack.callback(self.postgres.stop)
        url = sqlite_url(self.folder) if self.postgres is None else self.postgres.new()
        self.engine = sa.create_engine(url, poolclass=sa.NullPool)
        names = [f"replica-{number}" for number in range(1, self.ground.replicas + 1)]
        self.replicas = [
            Replica(self.slack, url, self.folder, name, sockets=self.ground.sockets) for name in names
        ]
        self._stack.callback(self._stop_replicas)
        self.slack.app_url = self.replicas[0].url
        if self.ground.replicas > 1:
            addresses = [replica.url for replica in self.replicas]
            self.slack.app_url = self._stack.enter_context(Balancer(addresses)).url
        for replica in self.replicas:
            replica.launch()
        self.await_ready()
        self.desks = [self._desk(number) for number in range(_DESKS)]
        keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)
        keeper.start()
        self._stack.callback(keeper.join)
        self._stack.callback(self._keeping.set)

    def await_ready(self, timeout: float = 60.0) -> None:
        """Wait until every replica takes requests."""
        deadline = time.monotonic() + timeout
        for replica in self.replicas:
            while replica.get("/readyz")[0] != 200:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{replica.log.name} does not get ready: {replica.logged()[-2000:]}")
                time.sleep(0.05)

    def rows(self, query: str, **values: object) -> Sequence[Row]:
        """What the database says; asked again while it is away."""
        return self._patiently(lambda: self._ask(query, values))

    def close(self) -> None:
        """Stop everything and remove the folder."""
        self._stack.close()

    def _ask(self, query: str, values: dict[str, object]) -> Sequence[Row]:
        with self.engine.connect() as connection:
            return connection.execute(sa.text(query), values).all()

    def _patiently(self, ask: Callable[[], Sequence[Row]]) -> Sequence[Row]:
        deadline = time.monotonic() + 60
        while True:
            try:
                return ask()
            except sa.exc.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _desk(self, number: int) -> House:
        """A house seen by two people of its own: each person has one screen."""
        desk = House(self.slack, self.replicas[0])
        teams = ["T0HQ000001", "T0ENG00001", "T0SALES001"]
        requester = self.client.create(
            "user", real_name=f"Requester {number}", teams=teams, is_org_admin=True
        )
        approver = self.client.create("user", real_name=f"Approver {number}", teams=teams)
        with self.slack.world.lock:
            org = self.slack.world.org
            org.usergroups["S0SECURITY"].users.append(approver)
            for channel, person in (("C0LOBBY0001", requester), ("C0ADMIN0001", approver)):
                org.channels[channel].members.append(person)
        desk.ana, desk.ben = self.client.person(requester), self.client.person(approver)
        return desk

    def _keep(self) -> None:
        while not self._keeping.wait(0.1):
            for replica in self.replicas:
                if not replica.alive and not self._keeping.wait(_RESTART_SECONDS):
                    replica.launch()

    def _stop_replicas(self) -> None:
        for replica in self.replicas:
            if replica.process is not None:
                replica.kill()
