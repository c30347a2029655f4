"""Decisions made in a modal: an approval that was typed, a denial with its reason."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.screens import decided_view
from app.model.refusal import Refusal
from listeners.actions.deciding import approved
from listeners.payloads import metadata, sent_at, typed
from listeners.scene import Scene


def approve_typed(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Count the approval if the right words were typed."""
    request_id = metadata(body)
    scene = Scene.of(context, body, f"Approve {request_id}")
    deciding = scene.services.deciding
    click = scene.click(request_id, deciding.card_ts(scene.enterprise_id, request_id), sent_at(context))
    record = deciding.waiting(click)
    words = typed(body, "typed")
    phrases = () if record is None else deciding.phrase(record.request)
    if phrases and record is not None and not deciding.typed_right(record.request, words):
        refusal = deciding.refuse(click, "approve", Refusal("wrong_phrase", f"Type exactly: {phrases[0]}"))
        ack(response_action="errors", errors={"typed": refusal.sentence})
        return
    scene = scene.loading(ack)
    refused = deciding.at_hand(click, scene.live) if record is None else None
    if isinstance(refused, Refusal):
        scene.refuse(refused)
    elif approved(scene, click, words):
        scene.show(decided_view(scene.title, "Your approval is recorded."))


def deny_reason(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Deny with the reason given."""
    request_id = metadata(body)
    scene = Scene.of(context, body, f"Deny {request_id}").loading(ack)
    deciding = scene.services.deciding
    click = scene.click(request_id, deciding.card_ts(scene.enterprise_id, request_id), sent_at(context))
    decided = deciding.deny(click, scene.live, typed(body, "reason"))
    if isinstance(decided, Refusal):
        scene.refuse(decided)
        return
    scene.services.nudge()
    scene.show(decided_view(scene.title, "Your denial is recorded; the requester is told."))
