"""Buttons of the Home tab that cards do not have: to a form, and to another page."""

from typing import Any

from slack_bolt import Ack, BoltContext

from listeners.commands.operation import begin
from listeners.payloads import button_value, operation
from listeners.scene import Scene


def open_form(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Open an operation's form, as its command does."""
    ack()
    begin(body, context, operation(body), "")


def turn(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Show another page of what waits."""
    ack()
    scene = Scene.of(context, body)
    page = button_value(body)
    scene.services.homes.opened(scene.enterprise_id, scene.user_id, int(page) if page.isdecimal() else 0)
    scene.services.nudge()
