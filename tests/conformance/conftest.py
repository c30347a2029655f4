"""One local Slack for each file of official clients, put back to its seed before each test."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from localslack.people import Person
from localslack.server import LocalSlack
from tests.conformance.clients import MANIFEST


@pytest.fixture(scope="module")
def emulator() -> Iterator[LocalSlack]:
    with LocalSlack(manifest=MANIFEST) as slack:
        yield slack


@pytest.fixture
def slack(emulator: LocalSlack) -> LocalSlack:
    emulator.world.reset("small")
    return emulator


@pytest.fixture
def bot(slack: LocalSlack) -> WebClient:
    return WebClient(slack.env()["SLACK_BOT_TOKEN"], base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def admin(slack: LocalSlack) -> WebClient:
    return WebClient(slack.env()["SLACK_USER_TOKEN"], base_url=slack.api_url, retry_handlers=[])


@pytest.fixture
def ana(slack: LocalSlack) -> Person:
    return slack.client.person("W0ANA00001")
