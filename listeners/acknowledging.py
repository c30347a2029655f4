"""How listeners answer Slack in time: acknowledged in the request's own thread, carried out in another.

No failure of ours reaches Slack as an error or the person as silence; nor does a queue that is full.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from slack_bolt import Ack, BoltContext
from slack_bolt.response import BoltResponse

from app.followups import FollowUps
from app.logs import about
from app.messages.screens import trouble_view
from app.messages.text import message
from app.metrics import TURNED_AWAY
from app.model.clock import new_id
from app.slack.gateway import ReadFailed
from listeners.payloads import NOT_UNDERSTOOD, NotUnderstood
from listeners.scene import Scene, unread

log = logging.getLogger(__name__)

Listener = Callable[..., None]

BUSY = "Drawbridge is busy, try again in a minute."
_BUSY_VIEW = (
    "Drawbridge is busy. Close this, and press the button again in a minute: what you entered is kept."
)
_PATIENCE = 2.5  # seconds; Slack waits three


def listener(handle: Listener) -> Listener:
    """Wrap a listener of commands and buttons: their acknowledgement says nothing, so it goes out first."""

    @wraps(handle)
    def guarded(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        followups: FollowUps = context["followups"]
        if followups.take(partial(_carry_out, handle, ack, body, context), _whose(context)):
            ack()
        elif "command" in body:
            TURNED_AWAY.labels("command").inc()
            ack(text=BUSY)
        else:
            TURNED_AWAY.labels("button").inc()
            ack()
            followups.aside(lambda: Scene.of(context, body).tell(message(BUSY)))

    return guarded


def submission(handle: Listener) -> Listener:
    """Wrap the listener of a submitted modal: its acknowledgement says what becomes of the modal.

    It waits for nobody: without a free thread, or after too long, the modal stays as it is under a message.
    """

    @wraps(handle)
    def guarded(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        followups: FollowUps = context["followups"]
        heard = _Heard(ack)
        begun = followups.begin(partial(_carry_out, handle, heard, body, context), _whose(context))
        if not begun or not heard.answered.wait(_PATIENCE):
            TURNED_AWAY.labels("submission").inc()
            ack(response_action="push", view=trouble_view("Drawbridge", _BUSY_VIEW))

    return guarded


def offering(handle: Listener) -> Listener:
    """Wrap the listener of a select, which answers from the database at once; with nothing when it fails."""

    @wraps(handle)
    def guarded(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
        try:
            handle(ack=ack, body=body, context=context)
        except NotUnderstood as error:
            log.warning("a payload was not of the shape that Slack sends: %s", error)
            ack(options=[])
        except Exception:
            log.exception("a select could not be answered")
            ack(options=[])

    return guarded


def aside(handle: Listener) -> Listener:
    """Wrap the listener of an event, which Bolt acknowledges by itself: the rest is done in other threads."""

    @wraps(handle)
    def guarded(**given: Any) -> None:
        followups: FollowUps = given["context"]["followups"]
        followups.aside(partial(handle, **given))

    return guarded


class _Heard(Ack):
    """An acknowledgement that somebody waits for."""

    def __init__(self, ack: Ack) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._ack, self.answered = ack, threading.Event()

    def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:
        self.response = self._ack(*args, **kwargs)
        self.answered.set()
        return self.response


def _whose(context: BoltContext) -> str:
    """The person who acts, in their organization."""
    return f"{context.get('enterprise_id')}/{context.get('user_id')}"


def _carry_out(handle: Listener, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    with about(enterprise=str(context.get("enterprise_id")), listener=handle.__name__):
        _answered(handle, ack, body, context)


def _answered(handle: Listener, ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    try:
        handle(ack=ack, body=body, context=context)
    except NotUnderstood as error:
        log.warning("a payload was not of the shape that Slack sends: %s", error)
        if ack.response is None:
            ack()
        Scene.of(context, body).as_left().refuse(NOT_UNDERSTOOD)
    except Exception as error:
        reference = new_id("X", 6)
        if isinstance(error, ReadFailed):
            log.warning("Slack could not be read (%s): %s", reference, error)
            sentence = unread(error)
        else:
            log.exception("a listener failed (%s)", reference)
            sentence = (
                "Drawbridge failed here and changed nothing in Slack. "
                f"Tell its operators this reference: {reference}."
            )
        if ack.response is None:
            ack()
        Scene.of(context, body).as_left().trouble(sentence)
