"""Slack says that the app or a token is gone. Such events come late, twice, and for single workspaces too:
they only make us ask Slack whether our tokens still work."""

import logging
from typing import Any

from slack_bolt import BoltContext

from app.installations import Installations
from app.slack.credentials import Installation
from app.slack.gateway import identify

log = logging.getLogger(__name__)

_DEAD = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})


def app_uninstalled(context: BoltContext) -> None:
    """Drawbridge was removed from the organization, or from one workspace of it."""
    log.error(
        "Slack says that Drawbridge was uninstalled from %s (workspace %s): run `python -m app doctor`",
        context["enterprise_id"],
        context.get("team_id") or "any",
    )
    _drop_dead(context, "uninstalled")


def tokens_revoked(event: dict[str, Any], context: BoltContext) -> None:
    """Tokens of some people or bots no longer work. Slack names user ids, not tokens."""
    revoked = event.get("tokens") or {}
    log.error(
        "tokens were revoked in %s (of %d people and %d bots): run `python -m app doctor`",
        context["enterprise_id"],
        len(revoked.get("oauth") or []),
        len(revoked.get("bot") or []),
    )
    _drop_dead(context, "revoked")


def _drop_dead(context: BoltContext, reason: str) -> None:
    """Stop using installations whose tokens Slack no longer takes."""
    services, enterprise_id = context["services"], str(context["enterprise_id"])
    credentials = services.credentials
    if not isinstance(credentials, Installations):
        return
    base_url = services.settings.slack_api_url
    dead = [found.admin_id for found in credentials.every(enterprise_id) if _is_dead(base_url, found)]
    if dead:
        credentials.remove(enterprise_id, dead, reason)


def _is_dead(base_url: str, found: Installation) -> bool:
    return any(identify(base_url, token).code in _DEAD for token in (found.bot_token, found.user_token))
