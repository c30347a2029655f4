"""Given tokens are asked about like installed ones; when one dies it is shown, logged and told once."""

import logging
from typing import cast

import pytest

from app.gauges import Gauges
from app.installing.given import GivenHealth
from app.requests.policies import Policies
from app.slack.credentials import GivenTokens
from app.slack.methods import Token
from app.storage import Database
from tests.unit.given import ORG, StillClock
from tests.unit.installing.conftest import Written, events, told
from tests.unit.installing.test_health import admin, granted
from tests.unit.slack.conftest import INSTALLATION
from tests.unit.slack.wire import Turn, Wire, error, ok, reset
from tests.unit.test_gauges import exposed

WELL = (ok(), ok(), admin())


@pytest.fixture
def health(database: Database, wire: Wire, clock: StillClock) -> GivenHealth:
    policies = cast(Policies, Written())
    return GivenHealth(database, GivenTokens(INSTALLATION), wire.url, policies, clock)


def shown(database: Database, clock: StillClock, health: GivenHealth) -> dict[str, float]:
    """What a scrape tells about tokens: (bot, user), and when they were checked."""
    found = exposed(Gauges(database, clock, health.standing))
    return {name: value for name, value in found.items() if name.startswith("drawbridge_token")}


def look(health: GivenHealth, wire: Wire, *turns: Turn) -> None:
    wire.plays(*turns)
    health.look(ORG, "asked")


def test_with_both_alive_that_is_shown_and_nothing_told(
    health: GivenHealth, wire: Wire, database: Database, clock: StillClock
) -> None:
    look(health, wire, *WELL)
    assert [asked.token for asked in wire.asked] == ["xoxb-the-bot", "xoxp-the-admin", "xoxb-the-bot"]
    assert shown(database, clock, health) == {
        f'drawbridge_token_ok{{enterprise="{ORG}",token="bot"}}': 1,
        f'drawbridge_token_ok{{enterprise="{ORG}",token="user"}}': 1,
        f'drawbridge_token_checked_timestamp_seconds{{enterprise="{ORG}"}}': clock.at / 1000,
    }
    assert (events(database), told(database)) == ([], [])


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "invalid_auth"])
def test_a_dead_one_is_shown_logged_and_told_once(
    health: GivenHealth,
    wire: Wire,
    database: Database,
    clock: StillClock,
    caplog: pytest.LogCaptureFixture,
    code: str,
) -> None:
    for _ in range(2):
        look(health, wire, ok(), error(code))
    found = shown(database, clock, health)
    assert found[f'drawbridge_token_ok{{enterprise="{ORG}",token="bot"}}'] == 1
    assert found[f'drawbridge_token_ok{{enterprise="{ORG}",token="user"}}'] == 0
    (message,) = told(database)
    assert f"({code})" in message and "SLACK_USER_TOKEN" in message
    assert [event for event, _ in events(database)] == ["installation:refused"]
    loud = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(loud) == 2, "as long as it lasts"
    assert code in loud[0] and "SLACK_USER_TOKEN" in loud[0]
    assert "xox" not in caplog.text


@pytest.mark.parametrize(
    ("turns", "code"),
    [
        ((ok(), ok(), admin("is_member")), "not_an_admin"),
        ((ok(), granted(Token.USER, without="usergroups:write")), "missing_scope"),
    ],
)
def test_one_that_lives_and_cannot_do_the_work_is_found(
    health: GivenHealth, wire: Wire, database: Database, turns: tuple[Turn, ...], code: str
) -> None:
    look(health, wire, *turns)
    assert events(database)[-1][1]["code"] == code
    assert len(told(database)) == 1


def test_one_that_works_again_is_told_too(health: GivenHealth, wire: Wire, database: Database) -> None:
    look(health, wire, ok(), error("invalid_auth"))
    look(health, wire, *WELL)
    assert [line[0] for line in told(database)] == ["⚠", "✅"]
    assert [event for event, _ in events(database)] == ["installation:refused", "installation:recovered"]


def test_a_dead_bot_is_evidence_and_loud_but_can_tell_nobody(
    health: GivenHealth, wire: Wire, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    look(health, wire, error("token_revoked"), ok(), error("token_revoked"))
    assert events(database)[-1][1] == {
        "owner": INSTALLATION.bot_user_id,
        "kind": "bot",
        "code": "token_revoked",
    }
    assert told(database) == []
    assert "SLACK_BOT_TOKEN" in caplog.text


def test_without_an_answer_nothing_is_concluded(
    health: GivenHealth, wire: Wire, database: Database, clock: StillClock
) -> None:
    look(health, wire, ok(), error("token_revoked"))
    before = shown(database, clock, health)
    clock.forward(10)
    look(health, wire, reset, reset)
    assert shown(database, clock, health) == before
    assert len(told(database)) == 1


def test_of_several_processes_one_asks_every_five_minutes(
    health: GivenHealth, wire: Wire, clock: StillClock
) -> None:
    wire.plays(*WELL, *WELL)
    assert [health.run_once(), health.run_once()] == [2, 0]
    clock.forward(299)
    assert health.run_once() == 0
    clock.forward(1)
    assert health.run_once() == 2


def test_another_organization_s_events_ask_about_nothing(health: GivenHealth, wire: Wire) -> None:
    health.look("E0OTHER001", "revoked")
    assert wire.asked == []
