"""Slash commands: one per operation, and `/drawbridge`."""

from slack_bolt import App

from app.operations import OPERATIONS
from listeners.acknowledging import listener
from listeners.commands.drawbridge import drawbridge
from listeners.commands.operation import open_operation


def register(app: App, prefix: str) -> None:
    """`/disconnect-org` and its sisters open a form; `/drawbridge` answers in words."""
    for key in OPERATIONS:
        app.command(f"/{prefix}{key}")(listener(open_operation))
    app.command(f"/{prefix}drawbridge")(listener(drawbridge))
