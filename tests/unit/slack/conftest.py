"""A Slack that plays a script, and a gateway that talks to it."""

from collections.abc import Iterator

import pytest

from app.config import Secret
from app.slack.credentials import GivenTokens, Installation
from app.slack.gateway import Gateway
from app.slack.pace import Pace
from app.storage import Database
from tests.unit.given import ORG
from tests.unit.slack.wire import Wire, listening

INSTALLATION = Installation(
    ORG, "HQ", "A0APP", "B0BOT", "U0BOT", Secret("xoxb-the-bot"), "W0ADMIN001", Secret("xoxp-the-admin")
)


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A Slack on a real socket."""
    with listening() as found:
        yield found


@pytest.fixture
def slept() -> list[float]:
    """How long the gateway would have slept, each time."""
    return []


@pytest.fixture
def gateway(wire: Wire, sqlite: Database, slept: list[float]) -> Gateway:
    """A gateway to that Slack that notes its pauses instead of making them; its clock goes by them."""

    def clock() -> float:
        return 1_790_000_000_000 + sum(slept) * 1000

    return Gateway(
        GivenTokens(INSTALLATION),
        base_url=wire.url,
        hooks_host=wire.host,
        pace=Pace(sqlite, 1, clock=clock),
        time_scale=600,
        sleep=slept.append,
    )
