"""What a select offers while somebody types."""

from slack_bolt import App

from app.messages.forms import CHOOSE
from listeners.acknowledging import offering
from listeners.options.choices import choices


def register(app: App) -> None:
    """Every select of every form has the same action_id; its block names the field."""
    app.options(CHOOSE)(offering(choices))
