"""Events: hints that something happened, never proof of it."""

from slack_bolt import App

from listeners.acknowledging import aside
from listeners.events.effects import channel_unshared, subteam_updated
from listeners.events.home import app_home_opened
from listeners.events.installation import app_uninstalled, team_access_changed, tokens_revoked


def register(app: App) -> None:
    """One line per event."""
    app.event("app_home_opened")(aside(app_home_opened))
    app.event("channel_unshared")(aside(channel_unshared))
    app.event("subteam_updated")(aside(subteam_updated))
    app.event("team_access_granted")(aside(team_access_changed))
    app.event("team_access_revoked")(aside(team_access_changed))
    app.event("app_uninstalled")(aside(app_uninstalled))
    app.event("tokens_revoked")(aside(tokens_revoked))
