"""Several admins have installed Drawbridge: the gateway goes on with another's token when one is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.config import Secret
from app.installing.installations import Installations
from app.installing.rotation import Rotation
from app.model.attachment import Attachment
from app.slack.answers import Answer
from app.slack.credentials import OF_THE_TOKEN, Renewal
from app.slack.errors import ErrorClass, explain
from app.slack.gateway import Gateway
from app.slack.pace import Pace
from app.storage import Database
from tests.unit.given import NOW, ORG, StillClock
from tests.unit.installing.conftest import SECOND, told
from tests.unit.slack.wire import Turn, Wire, error, ok, raw, reset

DISABLE = "usergroups.disable"
NEWEST, OLDER = "xoxp-the-other", "xoxp-the-admin"


@pytest.fixture
def gateway(both: Installations, database: Database, wire: Wire) -> Gateway:
    """A gateway with both admins' tokens."""
    return Gateway(both, base_url=wire.url, hooks_host=wire.host, pace=Pace(database, 1))


def disable(gateway: Gateway) -> Answer:
    """A destructive call."""
    return gateway.call(ORG, DISABLE, {"usergroup": "S0OPS00001"})


def used(wire: Wire) -> list[str]:
    """Whose tokens Slack saw, in order."""
    return [asked.token for asked in wire.asked]


@pytest.mark.parametrize("code", sorted(OF_THE_TOKEN))
def test_a_refused_token_is_followed_by_the_next_admins(
    gateway: Gateway, wire: Wire, database: Database, code: str
) -> None:
    wire.plays(error(code), ok(usergroup={"id": "S0OPS00001"}))
    answer = disable(gateway)
    assert (answer.code, answer.acted_as) == ("ok", "W0ADMIN001")
    assert used(wire) == [NEWEST, OLDER]
    assert len(told(database)) == 1


@pytest.mark.parametrize("code", sorted(OF_THE_TOKEN))
def test_no_such_refusal_leaves_anything_done(code: str) -> None:
    """Else the call would be made twice."""
    assert explain(code).error_class in (ErrorClass.OPERATOR, ErrorClass.RETRY)


def test_the_next_call_begins_with_the_token_that_works(gateway: Gateway, wire: Wire) -> None:
    wire.plays(error("not_an_admin"), ok())
    disable(gateway)
    assert disable(gateway).ok
    assert used(wire) == [NEWEST, OLDER, OLDER]


@pytest.mark.parametrize(
    ("turn", "code"),
    [
        (reset, "answer_lost"),
        (raw(500, "x"), "http_error"),
        (error("internal_error"), "internal_error"),
        (error("fatal_error"), "fatal_error"),
        (error("ratelimited", 429, retry_after="7"), "ratelimited"),
        (error("no_such_subteam"), "no_such_subteam"),
        (error("permission_denied"), "permission_denied"),
    ],
)
def test_a_call_whose_outcome_is_unknown_or_that_was_refused_for_its_target_is_made_once(
    gateway: Gateway, wire: Wire, database: Database, turn: Turn, code: str
) -> None:
    wire.plays(turn)
    answer = disable(gateway)
    assert (answer.code, answer.acted_as) == (code, "W0OTHER001")
    assert used(wire) == [NEWEST]
    assert told(database) == []


def test_when_every_token_is_refused_that_is_the_answer(
    gateway: Gateway, wire: Wire, database: Database
) -> None:
    wire.plays(error("token_revoked"), error("not_an_admin"))
    assert disable(gateway).code == "not_an_admin"
    assert len(told(database)) == 2


def test_one_that_was_refused_for_a_while_is_tried_when_nobody_else_is_left(
    gateway: Gateway, wire: Wire, both: Installations
) -> None:
    wire.plays(error("not_an_admin"), error("not_an_admin"))
    disable(gateway)
    wire.asked.clear()
    assert disable(gateway).ok


def test_with_no_token_left_nothing_is_sent(gateway: Gateway, wire: Wire) -> None:
    wire.plays(error("token_revoked"), error("token_revoked"))
    disable(gateway)
    wire.asked.clear()
    assert disable(gateway) == Answer(DISABLE, "no_token")
    assert wire.asked == []


def test_a_refused_bot_is_not_replaced_by_an_admin(gateway: Gateway, wire: Wire, database: Database) -> None:
    wire.plays(error("token_revoked"))
    answer = gateway.call(ORG, "chat.postMessage", {"channel": "C1", "text": "x"})
    assert (answer.code, answer.acted_as) == ("token_revoked", "U0BOT")
    assert used(wire) == ["xoxb-the-bot"]
    assert told(database) == []


@pytest.fixture
def renewable(both: Installations, database: Database, clock: StillClock) -> Callable[[Answer], None]:
    """The second admin's token runs out; renewing it gives that answer."""
    renewal = Renewal(Secret("xoxe-1-refresh"), NOW + 1)
    both.save(replace(SECOND, user_renewal=renewal))

    def answering(answer: Answer) -> None:
        both.renewing = Rotation(database, both, "one", lambda _: answer, clock, sleep=lambda _: None).now

    return answering


def test_a_token_that_ran_out_is_renewed_and_the_call_made_with_the_new_one(
    gateway: Gateway, wire: Wire, renewable: Callable[[Answer], None], database: Database
) -> None:
    fresh = {"access_token": "xoxe.xoxp-new", "refresh_token": "xoxe-1-b", "expires_in": 43_200}
    renewable(Answer("oauth.v2.access", "ok", fresh))
    wire.plays(error("token_expired"), ok())
    answer = disable(gateway)
    assert (answer.code, answer.acted_as) == ("ok", "W0OTHER001")
    assert used(wire) == [NEWEST, "xoxe.xoxp-new"]
    assert told(database) == []


def test_one_that_cannot_be_renewed_is_followed_by_the_next_admins(
    gateway: Gateway, wire: Wire, renewable: Callable[[Answer], None]
) -> None:
    renewable(Answer("oauth.v2.access", "invalid_refresh_token"))
    wire.plays(error("token_expired"), ok())
    assert disable(gateway).acted_as == "W0ADMIN001"
    assert used(wire) == [NEWEST, OLDER]


def test_the_upload_of_a_file_renews_its_token_too(
    gateway: Gateway, wire: Wire, both: Installations, database: Database, clock: StillClock
) -> None:
    both.save(replace(SECOND, bot_renewal=Renewal(Secret("xoxe-1-bot"), NOW + 1)))
    fresh = {"access_token": "xoxe.xoxb-new", "refresh_token": "xoxe-1-b", "expires_in": 43_200}
    renewed = Answer("oauth.v2.access", "ok", fresh)
    both.renewing = Rotation(database, both, "one", lambda _: renewed, clock, sleep=lambda _: None).now
    wire.plays(error("token_expired"), error("invalid_arguments"))
    answer = gateway.upload(ORG, "C1", "1.1", Attachment("a.csv", "A", b"x"), "here")
    assert (answer.code, used(wire)) == ("invalid_arguments", ["xoxb-the-bot", "xoxe.xoxb-new"])
