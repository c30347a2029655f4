"""Slack says that something changed: whatever waits for that effect is looked at at once."""

from typing import Any

from slack_bolt import BoltContext


def channel_unshared(event: dict[str, Any], context: BoltContext) -> None:
    """A channel lost an organization."""
    _hint(context, f"channel:{event.get('channel')}", f"org:{event.get('previously_connected_team_id')}")


def subteam_updated(event: dict[str, Any], context: BoltContext) -> None:
    """A user group changed."""
    _hint(context, f"usergroup:{(event.get('subteam') or {}).get('id')}")


def _hint(context: BoltContext, *holds: str) -> None:
    context["services"].sweeper.hint(str(context["enterprise_id"]), holds)
