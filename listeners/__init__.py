"""What Slack sends, and who answers it. Thin: parse, call one thing, render."""

from slack_bolt import App

from listeners import actions, commands, events, options, views


def register(app: App, prefix: str) -> None:
    """Register every listener. `prefix` goes before every slash command."""
    commands.register(app, prefix)
    actions.register(app)
    options.register(app)
    views.register(app)
    events.register(app)
