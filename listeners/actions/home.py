"""Buttons of the Home tab that cards do not have: to a form, and to another page."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.operations import OPERATIONS
from listeners.commands.operation import begin
from listeners.scene import Scene, button_value


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Open an operation's form, as its command does."""
    ack()
    begin(body, context, OPERATIONS[button_value(body)], "")


def turn(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Show another page of what waits."""
    ack()
    scene = Scene.of(context, body)
    page = button_value(body)
    scene.services.homes.opened(scene.enterprise_id, scene.user_id, int(page) if page.isdecimal() else 0)
    scene.services.nudge()
