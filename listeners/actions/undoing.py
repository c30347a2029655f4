"""Undo: a new request that reverses a finished one, with its own reason and its own approval."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.model.refusal import Refusal
from app.operations import OPERATIONS
from app.requests.authority import may_request
from listeners.forms import draw
from listeners.payloads import button_value
from listeners.scene import Scene


def undo(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Open the form of the inverse request."""
    ack()
    request_id = button_value(body)
    scene = Scene.of(context, body, f"Undo {request_id}"[:24]).open()
    if scene is None:
        return
    services = scene.services
    record = scene.record(request_id)
    if record is None:
        return
    operation = OPERATIONS[record.request.operation]
    rules = services.policies.of(scene.enterprise_id)[operation.key]
    may = may_request(scene.user_id, rules, scene.live, services.clock)
    finished = services.planner.finished(scene.enterprise_id, request_id)
    for refusal in (may, finished):
        if isinstance(refusal, Refusal):
            services.filing.refused(scene.enterprise_id, scene.user_id, operation.key, refusal)
            scene.refuse(refusal)
            return
    entries = {"ticket": record.request.ticket}
    draft = scene.begin(operation.key, entries, undo_of=request_id)
    draw(scene, draft)
