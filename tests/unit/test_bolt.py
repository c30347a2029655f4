"""Requests that reach the app while an organization goes away."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest
from slack_bolt import BoltRequest
from slack_sdk.signature import SignatureVerifier

from app.bolt import build
from app.config import Secret
from app.followups import FollowUps
from app.services import Services
from app.slack.credentials import NotInstalled
from tests.unit.given import ANA, ORG

SECRET = "signing-secret"


class GoneMeanwhile:
    """Installed when asked first, uninstalled when the tokens are wanted."""

    def enterprise_ids(self) -> tuple[str, ...]:
        return (ORG,)

    def installation(self, enterprise_id: str) -> Any:
        raise NotInstalled(enterprise_id)


@pytest.mark.parametrize("command", ["/disconnect-org", "/drawbridge"])
def test_one_that_was_uninstalled_just_now_is_told_so(command: str) -> None:
    settings = SimpleNamespace(
        signing_secret=Secret(SECRET), slack_api_url="https://slack.invalid/api/", command_prefix=""
    )
    services = SimpleNamespace(
        settings=settings,
        credentials=GoneMeanwhile(),
        policies=SimpleNamespace(in_force=lambda _: True),
        clock=lambda: 1_790_000_000_000,
    )
    body = f"command={command}&user_id={ANA}&enterprise_id={ORG}&team_id=T1&is_enterprise_install=true"
    verifier = SignatureVerifier(SECRET)
    now = str(int(verifier.clock.now()))
    signature = verifier.generate_signature(timestamp=now, body=body)
    headers: dict[str, str | Sequence[str]] = {
        "content-type": ["application/x-www-form-urlencoded"],
        "x-slack-request-timestamp": [now],
        "x-slack-signature": [signature or ""],
    }
    followups = FollowUps(1, 0)
    app = build(cast(Services, services), followups)
    answer = app.dispatch(BoltRequest(body=body, headers=headers))
    followups.finish(5)
    assert answer.status == 200
    assert "Drawbridge is not installed in this organization." in json.dumps(answer.body)
