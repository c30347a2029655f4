"""Who we are in each organization: the bot's token, and the tokens of the admins who installed us."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.config import Secret
from app.model.clock import Millis
from app.slack.methods import Token

OF_THE_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_an_admin",
        "org_login_required",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    }
)
"""Refusals that concern whose token it was, before anything was done: another admin's may be taken.

Source: the errors of every method's page on docs.slack.dev (reference/methods). All are given while the
caller is authorized; none leaves part of the work done.
"""


@dataclass(frozen=True)
class Renewal:
    """How a token that runs out is renewed: once, with the refresh token, before that moment."""

    refresh_token: Secret
    expires_at: Millis


@dataclass(frozen=True)
class Installation:
    """An org-wide install: the app's bot token, and the user token of the admin who installed it.

    bot_renewal, user_renewal: None for tokens that never run out.
    """

    enterprise_id: str
    enterprise_name: str
    app_id: str
    bot_id: str
    bot_user_id: str
    bot_token: Secret
    admin_id: str
    user_token: Secret
    bot_renewal: Renewal | None = None
    user_renewal: Renewal | None = None

    def token(self, kind: Token) -> Secret:
        """The token of that kind."""
        return self.bot_token if kind is Token.BOT else self.user_token

    def grant(self, kind: Token) -> "Grant":
        """The token of that kind, and whose it is."""
        return Grant(self.bot_user_id if kind is Token.BOT else self.admin_id, self.token(kind))


@dataclass(frozen=True)
class Grant:
    """One token, and the user id of the bot or admin it belongs to.

    problem: the code with which Slack refused it when last asked.
    """

    user_id: str
    token: Secret
    problem: str | None = field(default=None, compare=False)


class NotInstalled(Exception):
    """Drawbridge is not installed in that organization (or its tokens are gone)."""


class Credentials(Protocol):
    """Where tokens come from: given ones, or what OAuth stored."""

    def installation(self, enterprise_id: str) -> Installation:
        """The bot, with the admin whose token is used first. Raises NotInstalled.

        When no admin's token is left, the one who installed last, with an empty token.
        """
        ...

    def grants(self, enterprise_id: str, kind: Token) -> Sequence[Grant]:
        """Tokens of that kind, in the order to try them: working ones first. Raises NotInstalled."""
        ...

    def admin_ids(self, enterprise_id: str) -> frozenset[str]:
        """Every admin who has installed Drawbridge there, whether their token works now or not."""
        ...

    def refused(self, enterprise_id: str, kind: Token, grant: Grant, code: str) -> Grant | None:
        """Slack refused that token itself; answers a renewed one in its place, if there is one."""
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

    def grants(self, enterprise_id: str, kind: Token) -> Sequence[Grant]:
        """The one token of that kind."""
        return (self.installation(enterprise_id).grant(kind),)

    def admin_ids(self, enterprise_id: str) -> frozenset[str]:
        """The one admin."""
        return frozenset({self.installation(enterprise_id).admin_id})

    def refused(self, enterprise_id: str, kind: Token, grant: Grant, code: str) -> Grant | None:
        """There is nothing to take in its place."""
        return None

    def enterprise_ids(self) -> tuple[str, ...]:
        """The one organization."""
        return (self.only.enterprise_id,)
