"""Three replicas on one PostgreSQL with a load balancer before them, as a house."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from localslack.cluster.balancer import Balancer
from localslack.server import LocalSlack
from tests.support.people import House
from tests.support.running import ROOT, SCALE, RunningApp

NUMBER = 3


@contextmanager
def three_replicas(database_url: str, folder: Path, *, socket_mode: bool = False) -> Iterator[House]:
    """The house, all its replicas ready; `house.apps` are the replicas."""
    slack = LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE).start()
    apps = [
        RunningApp(
            slack, database_url, folder, name=f"replica-{n}", socket_mode=socket_mode, DRAIN_SECONDS="2"
        )
        for n in range(1, NUMBER + 1)
    ]
    house = House(slack, apps[0])
    house.apps = apps
    balancer = Balancer([app.url for app in apps])
    try:
        with balancer:
            slack.app_url = balancer.url
            for app in apps:
                app.launch()
            for app in apps:
                app.await_ready()
            yield house
    finally:
        house.end()
