"""The details of a request, for those it concerns."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.cards import details as detail_blocks
from app.messages.text import modal
from app.model.refusal import Refusal
from app.model.request import Record
from app.operations import OPERATIONS
from app.requests.authority import known
from listeners.payloads import button_value
from listeners.scene import Scene


def details(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Everything that was read and decided, in a modal."""
    ack()
    request_id = button_value(body)
    scene = Scene.of(context, body, f"Request {request_id}"[:24]).open()
    if scene is None:
        return
    services = scene.services
    record = scene.record(request_id)
    if record is None:
        return
    refusal = _stranger_to(record, scene)
    if refusal is not None:
        services.deciding.refuse(scene.click(request_id), "read", refusal)
        scene.refuse(refusal)
        return
    info = OPERATIONS[record.request.operation].info(record.request.plan)
    scene.show(modal(scene.title, detail_blocks(record, info)))


def _stranger_to(record: Record, scene: Scene) -> Refusal | None:
    """Why that request is not this person's to read: nobody's but the requester's and the policy's people."""
    services = scene.services
    if record.request.requester_id == scene.user_id:
        person = known(scene.user_id, scene.live)
        return person if isinstance(person, Refusal) else None
    policy = services.policies.of(scene.enterprise_id)
    return services.standing_in.concerned(scene.user_id, policy, scene.live)
