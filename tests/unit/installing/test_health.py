"""What Slack says of each token when asked is the truth: refused ones come last, and come back."""

from dataclasses import replace
from typing import Any

import pytest

from app.installing.health import Health
from app.installing.installations import LOST, Installations
from app.manifest import scopes
from app.slack.methods import Token
from app.storage import Database
from tests.unit.given import ORG, StillClock
from tests.unit.installing.conftest import ROTATING, SECOND, events, told
from tests.unit.slack.wire import Turn, Wire, error, ok, raw, reset

FIVE_MINUTES = 300


@pytest.fixture
def health(both: Installations, database: Database, wire: Wire, clock: StillClock) -> Health:
    return Health(database, both, wire.url, clock)


def admin(role: str = "is_admin") -> Turn:
    """`users.info` of an org admin, or of whatever else."""
    return ok(user={"id": "W0OTHER001", "enterprise_user": {"enterprise_id": ORG, role: True}})


def granted(kind: Token, *, without: str = "") -> Turn:
    """`auth.test` of a token with its scopes."""
    wanted = [scope for scope in scopes(kind) if scope != without]
    return raw(200, '{"ok": true}', x_oauth_scopes=",".join(wanted), content_type="application/json")


def problems(kept: Installations) -> dict[str, str | None]:
    return {row.user_id: row.problem for row in kept.kept(ORG, Token.USER)}


def look(health: Health, wire: Wire, *turns: Turn) -> None:
    """Bot first, then the admins: each `auth.test` is followed by the owner's role."""
    wire.plays(*turns)
    health.look(ORG, "asked")


def test_with_every_token_alive_nothing_changes(
    health: Health, both: Installations, wire: Wire, database: Database
) -> None:
    look(health, wire, ok(), ok(), admin(), ok(), admin("is_owner"))
    assert [asked.method for asked in wire.asked] == [
        "auth.test",
        "auth.test",
        "users.info",
        "auth.test",
        "users.info",
    ]
    assert [asked.token for asked in wire.asked[1::2]] == ["xoxp-the-other", "xoxp-the-admin"]
    assert problems(both) == {"W0OTHER001": None, "W0ADMIN001": None}
    assert told(database) == []


@pytest.mark.parametrize(
    "code", ["account_inactive", "invalid_auth", "org_login_required", "token_expired", "token_revoked"]
)
def test_a_refused_token_is_written_down_and_told(
    health: Health, both: Installations, wire: Wire, database: Database, code: str
) -> None:
    look(health, wire, ok(), error(code), ok(), admin())
    assert problems(both) == {"W0OTHER001": code, "W0ADMIN001": None}
    assert len(told(database)) == 1


def test_whoever_is_no_admin_any_more_is_found_although_the_token_lives(
    health: Health, both: Installations, wire: Wire
) -> None:
    look(health, wire, ok(), ok(), admin("is_member"), ok(), admin())
    assert problems(both) == {"W0OTHER001": "not_an_admin", "W0ADMIN001": None}


def test_a_token_from_before_a_scope_was_asked_for_is_found(
    health: Health, both: Installations, wire: Wire
) -> None:
    lacking = granted(Token.USER, without="usergroups:write")
    look(health, wire, granted(Token.BOT), lacking, granted(Token.USER), admin())
    assert problems(both) == {"W0OTHER001": "missing_scope", "W0ADMIN001": None}


def test_one_that_works_again_is_used_again(
    health: Health, both: Installations, wire: Wire, database: Database
) -> None:
    look(health, wire, ok(), error("invalid_auth"), ok(), admin())
    look(health, wire, ok(), ok(), admin(), ok(), admin())
    assert problems(both) == {"W0OTHER001": None, "W0ADMIN001": None}
    assert [line[0] for line in told(database)] == ["⚠", "✅"]


def test_one_whose_owner_is_still_no_admin_does_not_count_as_well_again(
    health: Health, both: Installations, wire: Wire, database: Database
) -> None:
    look(health, wire, ok(), ok(), admin("is_member"), ok(), admin())
    for _ in range(2):  # the one with a problem comes last
        look(health, wire, ok(), ok(), admin(), ok(), admin("is_member"))
    assert problems(both)["W0OTHER001"] == "not_an_admin"
    assert len(told(database)) == 1


@pytest.mark.parametrize("turn", [reset, raw(500, "x"), error("internal_error"), error("ratelimited", 429)])
def test_when_slack_cannot_say_nothing_changes(
    health: Health, both: Installations, wire: Wire, database: Database, turn: Turn
) -> None:
    look(health, wire, *[turn] * 5)
    assert problems(both) == {"W0OTHER001": None, "W0ADMIN001": None}
    assert both.enterprise_ids() == (ORG,)
    assert told(database) == []


def test_a_renewal_that_was_lost_is_not_forgotten_while_the_token_still_works(
    kept: Installations, database: Database, wire: Wire, clock: StillClock
) -> None:
    kept.save(ROTATING)
    row = kept.one(ORG, "W0ADMIN001")
    assert row is not None
    kept.found(row, LOST)
    look(Health(database, kept, wire.url, clock), wire, ok(), ok(), admin())
    assert problems(kept) == {"W0ADMIN001": LOST}
    assert len(told(database)) == 1


class TestTheBot:
    @pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
    def test_one_that_is_gone_means_uninstalled(
        self, health: Health, both: Installations, wire: Wire, database: Database, code: str
    ) -> None:
        look(health, wire, error(code))
        assert both.enterprise_ids() == ()
        event, body = events(database)[-1]
        assert (event, body) == ("installation:removed", {"reason": "asked", "tokens": 3})

    def test_one_that_is_refused_may_come_from_the_wrong_address_and_is_kept(
        self, health: Health, both: Installations, wire: Wire, database: Database
    ) -> None:
        look(health, wire, error("invalid_auth"), ok(), admin(), ok(), admin())
        assert both.enterprise_ids() == (ORG,)
        assert told(database) == [], "it could not be posted"
        assert events(database)[-1][0] == "installation:refused"


class TestByItself:
    def test_every_token_is_asked_about_every_five_minutes(
        self, health: Health, wire: Wire, clock: StillClock
    ) -> None:
        clock.forward(FIVE_MINUTES - 1)
        assert health.run_once() == 1  # the first admin; bot and second admin were stored a second later
        clock.forward(1)
        assert [health.run_once(), health.run_once()] == [2, 0]
        clock.forward(FIVE_MINUTES)
        assert health.run_once() == 3

    def test_other_organizations_are_asked_about_too(
        self, health: Health, both: Installations, wire: Wire, clock: StillClock
    ) -> None:
        both.save(replace(SECOND, enterprise_id="E0OTHER001"))
        clock.forward(FIVE_MINUTES)
        assert health.run_once() == 5

    def test_tokens_that_are_gone_are_not(
        self, health: Health, both: Installations, wire: Wire, clock: StillClock
    ) -> None:
        both.remove(ORG, "uninstalled")
        clock.forward(FIVE_MINUTES)
        assert health.run_once() == 0
        assert wire.asked == []


def test_nothing_of_a_token_is_written_into_the_log(
    health: Health, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    turns: list[Any] = [ok(), error("invalid_auth"), error("token_revoked")]
    look(health, wire, *turns)
    assert "W0OTHER001" in caplog.text
    assert "xox" not in caplog.text


class TestWhatIsShown:
    """Of several admins one is enough; what Drawbridge does not serve is not shown."""

    def test_one_admin_s_token_is_enough(self, health: Health, wire: Wire, clock: StillClock) -> None:
        look(health, wire, ok(), error("invalid_auth"), ok(), admin())
        assert [(found.kind, found.works) for found in health.standing()] == [
            (Token.BOT, True),
            (Token.USER, True),
        ]
        look(health, wire, ok(), error("invalid_auth"), error("token_revoked"))
        assert {found.kind: found.works for found in health.standing()}[Token.USER] is False

    def test_a_lost_renewal_works_until_it_runs_out(self, health: Health, both: Installations) -> None:
        for kept in both.kept(ORG, Token.USER):
            both.found(kept, LOST)
        assert all(found.works for found in health.standing())

    def test_an_organization_that_is_gone_is_not_shown(self, health: Health, both: Installations) -> None:
        both.remove(ORG, "uninstalled")
        assert list(health.standing()) == []
