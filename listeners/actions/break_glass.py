"""Break-glass from the preview, and the look at it afterwards from the card."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.screens import break_glass_view, close_view, loading_view
from app.model.refusal import DRAFT_GONE, Refusal
from app.requests.demands import rules_for
from app.requests.quorums import Electorate
from listeners.payloads import button_value
from listeners.scene import Scene


def break_glass(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Ask those whom the policy names, and nobody else, to type what they are about to do alone."""
    ack()
    scene = Scene.of(context, body, "Break glass")
    draft = scene.draft(button_value(body))
    if draft is None or draft.plan is None or draft.preview is None:
        scene.refuse(DRAFT_GONE)
        return
    scene.show(loading_view(scene.title))
    policy, service = scene.services.policies.of(scene.enterprise_id), scene.services.break_glass
    may = service.allowed(draft, policy, scene.live)
    if isinstance(may, Refusal):
        scene.refuse(may)
        return
    skipped = Electorate(scene.live).approving(rules_for(policy, draft.plan), without={scene.user_id})
    scene.show(
        break_glass_view(
            draft.id,
            draft.preview.headline,
            service.phrase(draft),
            draft.entries.text("ticket"),
            policy.break_glass.delay,
            len(skipped),
        )
    )


def close_retrospective(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Ask an approver what was found."""
    ack()
    request_id = button_value(body)
    scene = Scene.of(context, body, f"Close {request_id}"[:24]).open()
    if scene is None:
        return
    record = scene.services.retrospectives.closable(scene.click(request_id), scene.live)
    if isinstance(record, Refusal):
        scene.refuse(record)
    elif record.retrospective is not None:
        scene.show(close_view(record.request, record.retrospective.why))
