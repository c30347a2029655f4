"""A running house: local Slack and the app, once per database kind for all tests that can share them.

Each test works on targets of its own, so it does not matter what the others left behind.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localslack.server import LocalSlack
from tests.support.houses import running_house
from tests.support.payloads import last_numbers, sdk_problems
from tests.support.people import House
from tests.support.running import ROOT, SCALE, RunningApp


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_house(
    request: pytest.FixtureRequest,
    new_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """One local Slack and one app on that kind of database."""
    url, folder = new_database(request.param), tmp_path_factory.mktemp("app")
    with running_house(
        url, folder, ack_grace=0.0
    ) as house:  # an update right after an ack may come before it
        yield house


@pytest.fixture
def house(shared_house: House) -> Iterator[House]:
    """The shared house; afterwards nothing Slack would have refused may have been sent.

    Two judges: local Slack's checker, and the models of the official SDK.
    """
    before = shared_house.client.settings()
    sent = last_numbers(shared_house.client)
    yield shared_house
    shared_house.client.clear_faults()
    shared_house.client.settings(**before)
    assert shared_house.client.problems() == []
    assert sdk_problems(shared_house.client, **sent) == []


@pytest.fixture
def own_house(new_database: Callable[[str], str], tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Makes a house of the test's own: another policy, other settings, several apps on one database."""
    houses: list[House] = []

    def make(
        kind: str = "sqlite", *, seed: str = "small", manifest: Path = ROOT / "manifest.yml", **options: Any
    ) -> House:
        slack = LocalSlack(manifest=manifest, time_scale=SCALE, seed=seed).start()
        app = RunningApp(slack, new_database(kind), tmp_path, **options)
        slack.app_url = app.url
        houses.append(House(slack, app))
        return houses[-1]

    yield make
    for made in houses:
        made.end()
