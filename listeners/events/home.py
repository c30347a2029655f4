"""Somebody looks at the app's Home tab."""

from typing import Any

from slack_bolt import BoltContext


def app_home_opened(event: dict[str, Any], context: BoltContext) -> None:
    """Draw it for them; the Messages tab sends the same event."""
    if event.get("tab") != "home":
        return
    services = context["services"]
    services.homes.opened(str(context["enterprise_id"]), str(event["user"]))
    services.nudge()
