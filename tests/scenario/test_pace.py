"""The pace against local Slack's own limiter, by real calls over HTTP: nobody is refused who keeps to it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from urllib.parse import urlsplit

import pytest

from app.config import Secret
from app.slack.credentials import GivenTokens, Installation
from app.slack.gateway import Gateway
from app.slack.pace import Lane, Pace
from app.storage import Database
from localslack.server import LocalSlack
from tests.support.running import ROOT

METHOD = "usergroups.list"  # 20 a minute
ASKED = {"team_id": "T0ENG00001"}
ORG = "E0MERIDIAN"
SCALE = 60  # a minute of Slack's is a second


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(manifest=ROOT / "manifest.yml", time_scale=SCALE) as running:
        yield running


@pytest.fixture
def gateway(slack: LocalSlack, database: Database) -> Iterator[Callable[..., Gateway]]:
    """Makes gateways as several processes have them: each with a database connection of its own."""
    opened: list[Database] = []
    told = slack.env()
    tokens = (Secret(told["SLACK_BOT_TOKEN"]), Secret(told["SLACK_USER_TOKEN"]))
    here = Installation(ORG, "Meridian", "A", "B", "U", tokens[0], "W", tokens[1])

    def make(*, adaptive: bool = False) -> Gateway:
        opened.append(Database(database.url))
        url = told["SLACK_API_URL"]
        pace = Pace(opened[-1], SCALE, adaptive=lambda *_: adaptive)
        return Gateway(
            GivenTokens(here),
            base_url=url,
            hooks_host=urlsplit(url).netloc,
            pace=pace,
            time_scale=SCALE,
        )

    yield make
    for made in opened:
        made.close()


def refusals(slack: LocalSlack) -> int:
    return sum(call["status"] == 429 for call in slack.client.calls(METHOD))


def bulk(gateways: list[Gateway], number: int) -> None:
    """That many calls by all of them together, each tried until it is taken."""
    left = iter(range(number))
    lock = threading.Lock()

    def work(gateway: Gateway) -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            gateway.read(ORG, METHOD, ASKED, Lane.EXECUTION)

    with ThreadPoolExecutor(len(gateways)) as pool:
        list(pool.map(work, gateways))


def test_three_processes_that_share_a_budget_are_never_refused(
    slack: LocalSlack, gateway: Callable[..., Gateway]
) -> None:
    bulk([gateway() for _ in range(3)], 100)
    assert len(slack.client.calls(METHOD)) == 100
    assert refusals(slack) == 0


def test_given_a_slack_that_grants_more_an_adaptive_pace_finds_it_and_is_seldom_refused(
    slack: LocalSlack, gateway: Callable[..., Gateway]
) -> None:
    slack.client.settings(rate_per_minute={METHOD: 40})
    gateways = [gateway(adaptive=True) for _ in range(2)]
    bulk(gateways, 400)
    assert refusals(slack) <= 4
    calls = [call for call in slack.client.calls(METHOD) if call["status"] == 200]
    windows = [calls[-1]["at"] - calls[-60]["at"], calls[60]["at"] - calls[0]["at"]]
    assert windows[0] < windows[1], "the last sixty calls came closer together than the first"


def test_a_person_is_answered_at_once_while_a_bulk_runs(
    slack: LocalSlack, gateway: Callable[..., Gateway]
) -> None:
    person, ended = gateway(), threading.Event()
    pauses: list[float] = []
    person._sleep = pauses.append

    def run(runner: Gateway) -> None:
        for _ in count():
            if ended.is_set():
                return
            runner.read(ORG, METHOD, ASKED, Lane.EXECUTION)

    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(run, gateway()) for _ in range(3)]
        try:
            slack.client.wait(lambda: len(slack.client.calls(METHOD)) >= 20, 20)
            assert person.paced(ORG, METHOD, ASKED, Lane.INTERACTIVE).code in ("ok", "ratelimited")
        finally:
            ended.set()
        for done in runs:
            done.result()
    assert pauses == []
