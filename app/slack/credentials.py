"""Who we are in each organization: the two tokens and the identities behind them."""

from dataclasses import dataclass
from typing import Protocol

from app.config import Secret
from app.slack.methods import Token


@dataclass(frozen=True)
class Installation:
    """An org-wide install: the app's bot token, and the user token of the admin who installed it.

    admin_id: whose user token it is; guardrails keep that account from harm.
    """

    enterprise_id: str
    enterprise_name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    bot_token: Secret
    admin_id: str
    user_token: Secret

    def token(self, kind: Token) -> Secret:
        """The token of that kind."""
        return self.bot_token if kind is Token.BOT else self.user_token


class NotInstalled(Exception):
    """Drawbridge is not installed in that organization (or its tokens are gone)."""


class Credentials(Protocol):
    """Where installations come from: given tokens, or what OAuth stored."""

    def installation(self, enterprise_id: str) -> Installation:
        """The installation of an organization. Raises NotInstalled."""
        ...

    def enterprise_ids(self) -> tuple[str, ...]:
        """Every organization Drawbridge is installed in."""
        ...


@dataclass(frozen=True)
class GivenTokens:
    """One organization, its tokens given by the environment."""

    only: Installation

    def installation(self, enterprise_id: str) -> Installation:
        """The one installation, if it is that organization's."""
        if enterprise_id != self.only.enterprise_id:
            raise NotInstalled(enterprise_id)
        return self.only

    def enterprise_ids(self) -> tuple[str, ...]:
        """The one organization."""
        return (self.only.enterprise_id,)
