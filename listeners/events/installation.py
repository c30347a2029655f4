"""Slack says that the app or a token is gone. The next call is the truth; this only says it early."""

import logging
from typing import Any

from slack_bolt import BoltContext

log = logging.getLogger(__name__)


def app_uninstalled(context: BoltContext) -> None:
    """Drawbridge was removed from the organization."""
    log.error(
        "Drawbridge was uninstalled from %s: nothing works there until it is installed anew",
        context.get("enterprise_id"),
    )


def tokens_revoked(event: dict[str, Any], context: BoltContext) -> None:
    """Tokens of these people or bots no longer work."""
    tokens = event.get("tokens") or {}
    admin = context["services"].credentials.installation(str(context["enterprise_id"])).admin_id
    log.error(
        "tokens were revoked in %s (of %d people and %d bots)%s: run `python -m app doctor`",
        context.get("enterprise_id"),
        len(tokens.get("oauth") or ()),
        len(tokens.get("bot") or ()),
        ", among them the admin Drawbridge acts with" if admin in (tokens.get("oauth") or ()) else "",
    )
