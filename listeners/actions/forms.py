"""Inside a form: a choice another field depends on, the way back from the preview, going on with a draft."""

from typing import Any

from slack_bolt import Ack, BoltContext

from app.model.form import Form, Select
from app.model.refusal import DRAFT_GONE
from app.operations import OPERATIONS
from app.operations.contract import Planned
from app.requests.drafts import Draft
from listeners.forms import draw, form_of, offer, show_preview
from listeners.payloads import button_value, chosen_in, entered, metadata
from listeners.scene import Scene


def choose(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Keep everything entered so far, and draw the form anew for the choice."""
    ack()
    scene = Scene.of(context, body)
    draft = _found(scene, metadata(body))
    if draft is None:
        return
    key, entries = chosen_in(body), entered(body)
    entries |= {dependent: [] for dependent in _dependents(form_of(scene, draft), key)}
    draft = scene.services.drafts.enter(draft, entries)
    scene = scene.titled(OPERATIONS[draft.operation].title)
    offered, notes = offer(scene, draft, {key: entries.get(key)})
    latest = scene.draft(draft.id)
    if latest is not None and latest.revision == draft.revision:
        draw(scene, offered, notes)


def _found(scene: Scene, draft_id: str) -> Draft | None:
    """The draft; None when it is gone, which was said."""
    draft = scene.draft(draft_id)
    if draft is None:
        scene.refuse(DRAFT_GONE)
    return draft


def _dependents(form: Form, key: str) -> list[str]:
    """Fields whose choices belong to the former choice of that one: they start empty again."""
    return [field.key for field in form.fields if isinstance(field, Select) and field.parent == key]


def back(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """From the preview to the form, with everything still in it."""
    ack()
    scene = Scene.of(context, body)
    draft = _found(scene, button_value(body))
    if draft is None:
        return
    draw(scene, draft)


def resume(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Go on with a draft whose form was closed: with its preview if there is one."""
    ack()
    scene = Scene.of(context, body)
    draft = _found(scene, button_value(body))
    if draft is None:
        return
    opened = scene.titled(OPERATIONS[draft.operation].title).open()
    if opened is None:
        return
    if draft.plan is not None:
        show_preview(opened, draft, Planned(draft.plan, draft.preview))
    else:
        draw(opened, draft)
