"""A stored token: sealed together with whose it is, so that it opens only where it belongs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.config import ConfigError, Secret
from app.installing.vault import Vault
from app.model.clock import Millis
from app.slack.credentials import Grant, Renewal
from app.slack.methods import Token


@dataclass(frozen=True)
class Kept:
    """One stored token. sealed: as it stands in the row, so that a later change of the row shows.

    token: None once it is gone for good. problem: why Slack refuses it, since problem_at.
    """

    enterprise_id: str
    user_id: str
    kind: Token
    sealed: str = field(repr=False)
    token: Secret | None
    refresh_token: Secret | None
    expires_at: Millis | None
    problem: str | None
    problem_at: Millis | None
    more: Mapping[str, str]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The token, if there still is one."""
        return (Grant(self.user_id, self.token, self.problem),) if self.token is not None else ()


def opened(vault: Vault, row: sa.Row[Any]) -> Kept:
    """The token in a row. Raises ConfigError when no key opens it, or when it is another row's."""
    values = json.loads(vault.open(row.sealed)) if row.sealed else {}
    if values and values["owner"] != [row.enterprise_id, row.user_id]:
        problem = (
            f"DATABASE_URL: the token stored for {row.user_id} in {row.enterprise_id} is somebody else's"
        )
        raise ConfigError([problem])
    token, refresh = values.get("token"), values.get("refresh_token")
    return Kept(
        row.enterprise_id,
        row.user_id,
        Token(row.kind),
        row.sealed,
        Secret(token) if token else None,
        Secret(refresh) if refresh else None,
        row.expires_at,
        row.problem,
        row.problem_at,
        values.get("more", {}),
    )


def sealed(
    vault: Vault, enterprise_id: str, grant: Grant, renewal: Renewal | None, more: Mapping[str, str]
) -> str:
    """A token as it is stored. more: what else is known of its owner."""
    values = {
        "owner": [enterprise_id, grant.user_id],
        "token": grant.token.reveal(),
        "refresh_token": renewal.refresh_token.reveal() if renewal else None,
        "more": dict(more),
    }
    return vault.seal(json.dumps(values))
