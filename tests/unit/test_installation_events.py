"""Slack says that the app or a token is gone: only tokens that Slack itself no longer takes are dropped."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from slack_bolt import BoltContext

from app.config import Secret
from app.installing.installations import Installations
from app.installing.vault import Vault
from app.slack.credentials import Credentials, GivenTokens
from app.storage import Database
from app.storage.tables import audit_events
from listeners.events.installation import app_uninstalled, tokens_revoked
from tests.unit.given import ORG, StillClock
from tests.unit.slack.conftest import INSTALLATION
from tests.unit.slack.wire import Turn, Wire, error, listening, ok, raw, reset

OTHER_ADMIN = replace(
    INSTALLATION, admin_id="W0OTHER001", bot_token=Secret("xoxb-other"), user_token=Secret("xoxp-the-other")
)


def uninstalled(context: BoltContext) -> None:
    app_uninstalled(context)


def revoked(context: BoltContext) -> None:
    tokens_revoked({"tokens": {"oauth": ["W0ADMIN001"], "bot": None}}, context)


every_event = pytest.mark.parametrize("event", [uninstalled, revoked])


@pytest.fixture
def wire() -> Iterator[Wire]:
    with listening() as found:
        yield found


@pytest.fixture
def kept(sqlite: Database, clock: StillClock) -> Installations:
    """Two admins have installed Drawbridge, the other one later."""
    found = Installations(sqlite, Vault([Secret(Vault.new_key())]), clock)
    found.save(INSTALLATION)
    clock.forward(1)
    found.save(OTHER_ADMIN)
    return found


@pytest.fixture
def context(wire: Wire, kept: Installations) -> Callable[..., BoltContext]:
    """What a listener gets with an event of that organization."""

    def made(credentials: Credentials = kept, enterprise_id: str = ORG) -> BoltContext:
        settings = SimpleNamespace(slack_api_url=wire.url)
        services = SimpleNamespace(credentials=credentials, settings=settings)
        return BoltContext({"services": services, "enterprise_id": enterprise_id})

    return made


def admins(kept: Installations) -> list[str]:
    return [found.admin_id for found in kept.every(ORG)]


def removals(database: Database) -> list[Any]:
    query = sa.select(audit_events.c.body).where(audit_events.c.event == "installation:removed")
    with database.read() as connection:
        return list(connection.scalars(query))


@every_event
def test_with_every_token_alive_nothing_is_dropped(
    context: Callable[..., BoltContext], kept: Installations, wire: Wire, event: Callable[..., None]
) -> None:
    event(context())
    assert admins(kept) == ["W0OTHER001", "W0ADMIN001"]
    assert {asked.method for asked in wire.asked} == {"auth.test"}
    assert [asked.token for asked in wire.asked] == [
        "xoxb-other",
        "xoxp-the-other",
        "xoxb-the-bot",
        "xoxp-the-admin",
    ]


@every_event
@pytest.mark.parametrize("code", ["account_inactive", "invalid_auth", "token_expired", "token_revoked"])
@pytest.mark.parametrize("before", [[], [ok()]], ids=["bot", "user"])
def test_an_installation_with_a_dead_token_is_dropped_and_no_other(
    context: Callable[..., BoltContext],
    kept: Installations,
    sqlite: Database,
    wire: Wire,
    event: Callable[..., None],
    code: str,
    before: list[Turn],
) -> None:
    wire.plays(*before, error(code))
    event(context())
    assert admins(kept) == ["W0ADMIN001"]
    (body,) = removals(sqlite)
    assert '"W0OTHER001"' in body
    assert f'"{event.__name__}"' in body


@every_event
def test_with_every_token_dead_nothing_is_left(
    context: Callable[..., BoltContext], kept: Installations, wire: Wire, event: Callable[..., None]
) -> None:
    wire.plays(*[error("token_revoked")] * 2)
    event(context())
    assert admins(kept) == []


@every_event
@pytest.mark.parametrize("turn", [reset, raw(500, "x"), error("internal_error"), error("ratelimited", 429)])
def test_when_slack_cannot_say_nothing_is_dropped(
    context: Callable[..., BoltContext],
    kept: Installations,
    wire: Wire,
    event: Callable[..., None],
    turn: Turn,
) -> None:
    wire.plays(*[turn] * 4)
    event(context())
    assert len(admins(kept)) == 2


@every_event
def test_given_twice_it_is_written_down_once(
    context: Callable[..., BoltContext], sqlite: Database, wire: Wire, event: Callable[..., None]
) -> None:
    wire.plays(*[error("token_revoked")] * 2)
    event(context())
    event(context())
    assert len(removals(sqlite)) == 1


@every_event
def test_another_organizations_event_concerns_nobody_here(
    context: Callable[..., BoltContext], kept: Installations, wire: Wire, event: Callable[..., None]
) -> None:
    event(context(enterprise_id="E0OTHER001"))
    assert (len(admins(kept)), wire.asked) == (2, [])


@every_event
def test_given_tokens_are_not_ours_to_drop(
    context: Callable[..., BoltContext], wire: Wire, event: Callable[..., None]
) -> None:
    event(context(GivenTokens(INSTALLATION)))
    assert wire.asked == []
