"""The cluster: local Slack, PostgreSQL, the replicas of the app, and the load balancer before them."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from localslack.cluster.balancer import Balancer
from localslack.cluster.postgres import Postgres
from localslack.server import LocalSlack
from localslack.tour.house import app_settings, demo_slack, temporary_folder
from localslack.tour.interrupting import undisturbed
from localslack.tour.process import AppProcess, free_port

SCALE = 10
RESTART_SECONDS = 20.0
"""How long an ended replica stays away: the others have taken its work over by then, and one can watch it."""

_CONNECTIONS = 300
_LOOK_SECONDS = 0.2
_DRAIN_SECONDS = "1"


class Cluster:
    """So many replicas behind one address. Whoever starts it closes it, also when starting failed.

    ports: for local Slack, the first free one; 0 is any. socket_mode: each replica opens a socket of its own
    and events come over any of them; the balancer then carries only health and metrics.
    """

    def __init__(self, replicas: int, ports: Sequence[int], *, socket_mode: bool = False) -> None:
        self._number, self._ports, self._socket_mode = replicas, ports, socket_mode
        self._stack = ExitStack()
        self.replicas: tuple[AppProcess, ...] = ()
        self.slack: LocalSlack
        self.balancer: Balancer
        self.folder: Path
        self.database_url = ""

    def start(self) -> None:
        """Start everything and wait until each replica is ready. Raises NotStarted."""
        self.folder = temporary_folder(self._stack, "cluster")
        self.slack = demo_slack(self._ports, SCALE)
        self._stack.enter_context(self.slack)
        with undisturbed():
            postgres = Postgres(self.folder / "postgres", _CONNECTIONS)
            self._stack.callback(postgres.stop)
        self.database_url = postgres.new()
        self.replicas = tuple(self._replica(number) for number in range(1, self._number + 1))
        self.balancer = self._stack.enter_context(Balancer([replica.url for replica in self.replicas]))
        self.slack.app_url = self.balancer.url
        self._stack.callback(self._stop_replicas)
        self._start_replicas()

    def events(self) -> Iterator[str]:
        """What happens to the replicas, in words, for ever; an ended one is started again after a while."""
        ready = self.balancer.ready
        ended: dict[str, float] = {}
        while True:
            for replica in self.replicas:
                yield from self._of_process(replica, ended)
                if (replica.url in self.balancer.ready) != (replica.url in ready):
                    came = replica.url in self.balancer.ready
                    yield f"{replica.name} {'is ready' if came else 'gets no requests any more'}"
            ready = self.balancer.ready
            time.sleep(_LOOK_SECONDS)

    def close(self) -> None:
        """Stop the replicas, the balancer, PostgreSQL and local Slack, and remove the folder."""
        self._stack.close()

    def last_words(self) -> list[str]:
        """The end of each replica's log."""
        return [f"{replica.name}: {line}" for replica in self.replicas for line in replica.log_lines()[-4:]]

    def _of_process(self, replica: AppProcess, ended: dict[str, float]) -> Iterator[str]:
        if replica.exit_code is None:
            return
        if replica.name not in ended:
            ended[replica.name] = time.monotonic()
            yield f"{replica.name} has ended ({replica.exit_code}); again in {RESTART_SECONDS:.0f} seconds"
        elif time.monotonic() - ended[replica.name] > RESTART_SECONDS:
            del ended[replica.name]
            replica.launch()
            yield f"{replica.name} is started again: pid {replica.pid}"

    def _replica(self, number: int) -> AppProcess:
        settings = app_settings(self.slack, self.folder, SCALE, socket_mode=self._socket_mode)
        settings |= {
            "PORT": str(free_port()),
            "DATABASE_URL": self.database_url,
            "DRAIN_SECONDS": _DRAIN_SECONDS,
        }
        return AppProcess(self.folder, settings, f"replica-{number}")

    def _start_replicas(self) -> None:
        for replica in self.replicas:
            replica.launch()
        for replica in self.replicas:
            replica.await_ready()
        while len(self.balancer.ready) < self._number:
            time.sleep(_LOOK_SECONDS)

    def _stop_replicas(self) -> None:
        for replica in self.replicas:
            replica.terminate()
        for replica in self.replicas:
            replica.stop()
