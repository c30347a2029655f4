"""Inside a form: a choice another field depends on, the way back from the preview, going on with a draft."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.forms import entries_from, field_key
from app.model.form import Form, Select
from app.model.refusal import Refusal
from app.operations import OPERATIONS
from app.operations.contract import Planned
from listeners.forms import draw, form_of, offer, show_preview
from listeners.scene import Scene, button_value

_GONE = Refusal("draft_gone", "This form is more than an hour old and was dropped. Start it again.")


def choose(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Keep everything entered so far, and draw the form anew for the choice."""
    ack()
    scene = Scene.of(context, body)
    view = body.get("view") or {}
    draft = scene.services.drafts.find(
        scene.enterprise_id, scene.user_id, str(view.get("private_metadata") or "")
    )
    if draft is None:
        scene.refuse(_GONE)
        return
    entered = entries_from(view["state"]["values"])
    key = field_key(str(body["actions"][0]["block_id"]))
    entered |= {dependent: [] for dependent in _dependents(form_of(scene, draft), key)}
    draft = scene.services.drafts.enter(draft, entered)
    scene = scene.titled(OPERATIONS[draft.operation].title)
    offered, notes = offer(scene, draft, {key: entered.get(key)})
    latest = scene.services.drafts.find(scene.enterprise_id, scene.user_id, draft.id)
    if latest is not None and latest.revision == draft.revision:
        draw(scene, offered, notes)


def _dependents(form: Form, key: str) -> list[str]:
    """Fields whose choices belong to the former choice of that one: they start empty again."""
    return [field.key for field in form.fields if isinstance(field, Select) and field.parent == key]


def back(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """From the preview to the form, with everything still in it."""
    ack()
    scene = Scene.of(context, body)
    draft = scene.services.drafts.find(scene.enterprise_id, scene.user_id, button_value(body))
    if draft is None:
        scene.refuse(_GONE)
        return
    draw(scene, draft)


def resume(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Go on with a draft whose form was closed: with its preview if there is one."""
    ack()
    scene = Scene.of(context, body)
    draft = scene.services.drafts.find(scene.enterprise_id, scene.user_id, button_value(body))
    if draft is None:
        scene.refuse(_GONE)
        return
    opened = scene.titled(OPERATIONS[draft.operation].title).open()
    if opened is None:
        return
    if draft.plan is not None:
        show_preview(opened, draft, Planned(draft.plan, draft.preview))
    else:
        draw(opened, draft)
