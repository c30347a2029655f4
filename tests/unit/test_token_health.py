"""Each token of each organization is tried now and then; what Slack says of it is shown and logged."""

import logging

import pytest
from prometheus_client import REGISTRY

from app.slack.gateway import Gateway
from app.token_health import TokenHealth
from tests.unit.given import ORG
from tests.unit.slack.conftest import gateway, slept, wire
from tests.unit.slack.wire import Wire, error, ok, reset

__all__ = ["gateway", "slept", "wire"]


def shown(token: str) -> float | None:
    return REGISTRY.get_sample_value("drawbridge_token_ok", {"enterprise": ORG, "token": token})


def test_both_tokens_work(gateway: Gateway, wire: Wire) -> None:
    wire.plays(ok(), ok())
    assert TokenHealth(gateway.credentials, gateway).run_once() == 0
    assert (shown("bot"), shown("user")) == (1, 1)
    assert [asked.token for asked in wire.asked] == ["xoxb-the-bot", "xoxp-the-admin"]


def test_a_revoked_one_is_shown_and_logged_with_what_to_do(
    gateway: Gateway, wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.plays(ok(), error("token_revoked"))
    assert TokenHealth(gateway.credentials, gateway).run_once() == 1
    assert (shown("bot"), shown("user")) == (1, 0)
    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert f"the user token of {ORG}: token_revoked" in record.getMessage()
    assert "xoxp" not in caplog.text


def test_without_an_answer_nothing_is_concluded(gateway: Gateway, wire: Wire) -> None:
    wire.plays(ok(), error("token_revoked"), reset, reset)
    health = TokenHealth(gateway.credentials, gateway)
    health.run_once()
    assert health.run_once() == 0
    assert (shown("bot"), shown("user")) == (1, 0)
