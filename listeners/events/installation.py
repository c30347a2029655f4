"""Slack says that the app, a token or a workspace is gone. Such events come late, twice, in any order, and
for single workspaces too: they only make us ask Slack what is so."""

import logging
from typing import Any

from slack_bolt import BoltContext

log = logging.getLogger(__name__)


def app_uninstalled(context: BoltContext) -> None:
    """Drawbridge was removed from the organization, or from one workspace of it."""
    log.error(
        "Slack says that Drawbridge was uninstalled from %s (workspace %s): run `python -m app doctor`",
        context["enterprise_id"],
        context.get("team_id") or "any",
    )
    _ask(context, "uninstalled")


def tokens_revoked(event: dict[str, Any], context: BoltContext) -> None:
    """Tokens of some people or bots no longer work. Slack names user ids, not tokens."""
    revoked = event.get("tokens") or {}
    log.error(
        "tokens were revoked in %s (of %d people and %d bots): run `python -m app doctor`",
        context["enterprise_id"],
        len(revoked.get("oauth") or []),
        len(revoked.get("bot") or []),
    )
    _ask(context, "revoked")


def team_access_changed(context: BoltContext) -> None:
    """Drawbridge was added to workspaces of the organization, or removed from some."""
    services = context["services"]
    if services.workspaces.look(str(context["enterprise_id"])):
        services.nudge()


def _ask(context: BoltContext, reason: str) -> None:
    """Ask Slack about every token of the organization."""
    services = context["services"]
    services.health.look(str(context["enterprise_id"]), reason)
    services.nudge()
