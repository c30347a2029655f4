"""Slack's events about installs: hints, in any order and repeated, after which Slack is asked what is so."""

from collections.abc import Callable
from itertools import permutations
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt import BoltContext

from app.installing.health import Health
from app.installing.installations import Installations
from app.slack.methods import Token
from app.storage import Database
from listeners.events.installation import app_uninstalled, team_access_changed, tokens_revoked
from tests.unit.given import ORG, StillClock
from tests.unit.installing.conftest import events, told
from tests.unit.slack.wire import Wire, error, ok

Deed = Callable[[BoltContext], None]


def uninstalled(context: BoltContext) -> None:
    app_uninstalled(context)


def revoked(context: BoltContext) -> None:
    tokens_revoked({"tokens": {"oauth": ["W0ADMIN001"], "bot": None}}, context)


class Places:
    """Counts the looks at workspaces."""

    def __init__(self) -> None:
        self.looked: list[str] = []

    def look(self, enterprise_id: str) -> bool:
        self.looked.append(enterprise_id)
        return True


@pytest.fixture
def context(both: Installations, database: Database, wire: Wire, clock: StillClock) -> BoltContext:
    """What a listener gets with an event of that organization."""
    health = Health(database, both, wire.url, clock)
    services: Any = SimpleNamespace(health=health, workspaces=Places(), nudge=lambda: None)
    return BoltContext({"services": services, "enterprise_id": ORG})


every_event = pytest.mark.parametrize("event", [uninstalled, revoked])


@every_event
def test_it_makes_us_ask_about_every_token_of_that_organization(
    context: BoltContext, both: Installations, wire: Wire, event: Deed
) -> None:
    event(context)
    assert [asked.token for asked in wire.asked if asked.method == "auth.test"] == [
        "xoxb-the-bot",
        "xoxp-the-other",
        "xoxp-the-admin",
    ]


@pytest.mark.parametrize("order", list(permutations([uninstalled, revoked, revoked, uninstalled], 3)))
def test_in_any_order_and_repeated_the_end_is_the_same(
    context: BoltContext, both: Installations, wire: Wire, database: Database, order: tuple[Deed, ...]
) -> None:
    wire.plays(error("token_revoked"))
    for event in order:
        event(context)
    assert both.enterprise_ids() == ()
    assert [event for event, _ in events(database)].count("installation:removed") == 1


@every_event
def test_one_about_a_single_workspace_or_an_older_install_ends_nothing(
    context: BoltContext, both: Installations, wire: Wire, database: Database, event: Deed
) -> None:
    wire.plays(ok(), error("internal_error"), error("internal_error"))
    event(context)
    assert both.enterprise_ids() == (ORG,)
    assert len(both.grants(ORG, Token.USER)) == 2
    assert told(database) == []


def test_a_workspace_gained_or_lost_makes_us_look_where_we_are(context: BoltContext) -> None:
    team_access_changed(context)
    assert context["services"].workspaces.looked == [ORG]
