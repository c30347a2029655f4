"""Who we are: learned from two tokens, or refused with the variable's name."""

import pytest

from app.config import ConfigError, Secret
from app.slack.credentials import GivenTokens, NotInstalled
from app.slack.identity import SlackAway, given_tokens
from app.slack.methods import Token
from tests.unit.given import ORG
from tests.unit.slack.conftest import INSTALLATION
from tests.unit.slack.wire import Wire, error, nobody_listens, ok, raw

BOT = {
    "enterprise_id": ORG,
    "is_enterprise_install": True,
    "team": "HQ",
    "user_id": "U0BOT",
    "bot_id": "B0BOT",
}
ADMIN = {"enterprise_id": ORG, "is_enterprise_install": True, "team": "HQ", "user_id": "W0ADMIN001"}


def learned(wire: Wire) -> GivenTokens:
    return given_tokens(wire.url, Secret("xoxb-the-bot"), Secret("xoxp-the-admin"))


def problems(wire: Wire) -> list[str]:
    with pytest.raises(ConfigError) as refused:
        learned(wire)
    return refused.value.problems


def test_both_tokens_tell_the_organization_the_bot_and_the_admin(wire: Wire) -> None:
    wire.plays(ok(**BOT, app_id="A0APP"), ok(**ADMIN))
    assert learned(wire).only == INSTALLATION
    assert [asked.token for asked in wire.asked] == ["xoxb-the-bot", "xoxp-the-admin"]


@pytest.mark.parametrize("code", ["invalid_auth", "token_revoked", "account_inactive"])
def test_a_dead_token_is_named_with_a_remedy(wire: Wire, code: str) -> None:
    wire.plays(ok(**BOT), error(code))
    (problem,) = problems(wire)
    assert problem.startswith(f"SLACK_USER_TOKEN: {code}. ")


def test_a_workspaces_token_is_named(wire: Wire) -> None:
    wire.plays(ok(**BOT | {"is_enterprise_install": False}), ok(**ADMIN | {"enterprise_id": None}))
    assert [problem.split(":")[0] for problem in problems(wire)] == ["SLACK_BOT_TOKEN", "SLACK_USER_TOKEN"]


def test_tokens_of_two_organizations_are_refused(wire: Wire) -> None:
    wire.plays(ok(**BOT), ok(**ADMIN | {"enterprise_id": "E0OTHER001"}))
    assert problems(wire) == ["SLACK_USER_TOKEN: belongs to another organization than SLACK_BOT_TOKEN"]


@pytest.mark.parametrize(
    "turn", [raw(500, "<html>"), error("internal_error"), error("ratelimited", 429), raw(200, "{}")]
)
def test_a_slack_that_is_away_is_no_mistake_of_the_configuration(wire: Wire, turn: object) -> None:
    wire.plays(turn)  # type: ignore[arg-type]
    with pytest.raises(SlackAway, match="SLACK_BOT_TOKEN"):
        learned(wire)


def test_nor_is_one_that_nobody_reaches() -> None:
    with pytest.raises(SlackAway, match="not_sent"):
        given_tokens(nobody_listens(), Secret("xoxb-1"), Secret("xoxp-1"))


class TestCredentials:
    def test_each_kind_of_token_is_found(self) -> None:
        assert INSTALLATION.token(Token.BOT).reveal() == "xoxb-the-bot"
        assert INSTALLATION.token(Token.USER).reveal() == "xoxp-the-admin"

    def test_there_is_one_organization_and_no_other(self) -> None:
        given = GivenTokens(INSTALLATION)
        assert given.enterprise_ids() == (ORG,)
        assert given.installation(ORG) is INSTALLATION
        with pytest.raises(NotInstalled):
            given.installation("E0OTHER001")

    def test_an_installation_shows_no_token(self) -> None:
        assert "the-bot" not in repr(INSTALLATION)
        assert "the-admin" not in repr(GivenTokens(INSTALLATION))
