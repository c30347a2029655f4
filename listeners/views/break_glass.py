"""Break-glass submitted, and its retrospective."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.screens import broken_view, decided_view
from app.model.refusal import DRAFT_GONE, Refusal
from listeners.payloads import metadata, typed
from listeners.scene import Scene


def break_glass(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """File it, to begin without approval, if the right words were typed and the person still may."""
    scene = Scene.of(context, body, "Break glass")
    draft = scene.draft(metadata(body))
    if draft is None:
        scene.loading(ack).refuse(DRAFT_GONE)
        return
    service, policy = scene.services.break_glass, scene.services.policies.of(scene.enterprise_id)
    phrase, why = typed(body, "typed"), typed(body, "why")
    wrong = service.errors(draft, phrase, why)
    if wrong:
        ack(response_action="errors", errors=wrong)
        return
    scene = scene.loading(ack)
    filed = service.use(draft, policy, scene.live, phrase, why)
    if isinstance(filed, Refusal):
        scene.refuse(filed)
        return
    scene.services.nudge()
    scene.show(broken_view(scene.title, filed.request, policy.admin_channel, policy.break_glass.delay))


def close_retrospective(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Close it with what was found."""
    request_id = metadata(body)
    scene = Scene.of(context, body, f"Close {request_id}"[:24]).loading(ack)
    click = scene.click(request_id, scene.services.deciding.card_ts(scene.enterprise_id, request_id))
    closed = scene.services.retrospectives.close(click, scene.live, typed(body, "findings"))
    if isinstance(closed, Refusal):
        scene.refuse(closed)
        return
    scene.services.nudge()
    scene.show(decided_view(scene.title, "The retrospective is closed."))
