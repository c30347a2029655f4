"""Buttons and choices: in forms, and on cards."""

import re

from slack_bolt import App

from app.messages import cards
from app.messages.forms import CHOOSE
from app.messages.home import OPEN, TURN
from app.messages.plans import BACK, BREAK_GLASS
from app.messages.screens import RESUME
from app.messages.steering import GO_ON, PAUSE, STOP
from listeners.acknowledging import listener
from listeners.actions.break_glass import break_glass, close_retrospective
from listeners.actions.deciding import approve, cancel, deny
from listeners.actions.forms import back, choose, resume
from listeners.actions.home import open_form, turn
from listeners.actions.reading import details
from listeners.actions.steering import pause, stop
from listeners.actions.steering import resume as resume_execution
from listeners.actions.undoing import undo


def register(app: App) -> None:
    """One line per button."""
    app.action(cards.APPROVE)(listener(approve))
    app.action(cards.DENY)(listener(deny))
    app.action(cards.CANCEL)(listener(cancel))
    app.action(cards.DETAILS)(listener(details))
    app.action(cards.UNDO)(listener(undo))
    app.action(PAUSE)(listener(pause))
    app.action(GO_ON)(listener(resume_execution))
    app.action(STOP)(listener(stop))
    app.action(BREAK_GLASS)(listener(break_glass))
    app.action(cards.CLOSE)(listener(close_retrospective))
    app.action(CHOOSE)(listener(choose))
    app.action(BACK)(listener(back))
    app.action(RESUME)(listener(resume))
    app.action(re.compile(f"{OPEN}:[a-z-]+"))(listener(open_form))
    app.action(re.compile(f"{TURN}:[0-9]+"))(listener(turn))
