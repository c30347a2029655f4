"""Submitted and closed modals."""

import re

from slack_bolt import App

from app.messages import screens
from app.messages.delegating import AWAY
from app.messages.forms import FORM
from app.messages.plans import BREAK_GLASS, FILE
from app.operations import OPERATIONS
from listeners.acknowledging import listener, submission
from listeners.views.away import hand_over
from listeners.views.break_glass import break_glass, close_retrospective
from listeners.views.deciding import approve_typed, deny_reason
from listeners.views.filing import closed, file, submit


def register(app: App) -> None:
    """One line per modal; every operation has a form."""
    for key in OPERATIONS:
        app.view(f"{FORM}:{key}")(submission(submit))
    app.view(FILE)(submission(file))
    app.view(screens.APPROVE)(submission(approve_typed))
    app.view(screens.DENY)(submission(deny_reason))
    app.view(BREAK_GLASS)(submission(break_glass))
    app.view(screens.CLOSE)(submission(close_retrospective))
    app.view(AWAY)(submission(hand_over))
    app.view_closed(re.compile(".*"))(listener(closed))
