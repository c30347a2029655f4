"""Slack says that the app or a token is gone. The next call is the truth; this only says it early."""

import logging
from typing import Any

from slack_bolt import BoltContext

from app.installations import Installations

log = logging.getLogger(__name__)


def app_uninstalled(context: BoltContext) -> None:
    """Drawbridge was removed from the organization."""
    enterprise_id = str(context["enterprise_id"])
    log.error(
        "Drawbridge was uninstalled from %s: nothing works there until it is installed anew", enterprise_id
    )
    credentials = context["services"].credentials
    if isinstance(credentials, Installations):
        credentials.remove(enterprise_id, None, "uninstalled")


def tokens_revoked(event: dict[str, Any], context: BoltContext) -> None:
    """Tokens of these people or bots no longer work. Slack names user ids, not tokens."""
    enterprise_id = str(context["enterprise_id"])
    people, bots = (
        (event.get("tokens") or {}).get("oauth") or [],
        (event.get("tokens") or {}).get("bot") or [],
    )
    log.error(
        "tokens were revoked in %s (of %d people and %d bots): run `python -m app doctor`",
        enterprise_id,
        len(people),
        len(bots),
    )
    credentials = context["services"].credentials
    if isinstance(credentials, Installations):
        credentials.remove(enterprise_id, None if bots else people, "revoked")
