"""Draws the form and the preview of a draft; what commands, buttons and submissions share."""

import logging
from collections.abc import Mapping

from app.messages.forms import form_view
from app.messages.plans import preview_view
from app.messages.screens import resume_message, trouble_view
from app.messages.text import View, moment
from app.model.canonical import Json
from app.model.form import Form, Select
from app.operations import OPERATIONS
from app.operations.contract import Planned
from app.requests.demands import rules_for
from app.requests.drafts import Draft
from app.slack.gateway import ReadFailed
from listeners.progress import Progress
from listeners.scene import Scene, unread

log = logging.getLogger(__name__)

_NOTHING = (
    "Nothing can be chosen here: Slack shows Drawbridge nothing that fits. "
    "The preview says why, for ids you paste."
)


def form_of(scene: Scene, draft: Draft) -> Form:
    """The form for what was entered so far; an undo asks only for reason and ticket."""
    operation = OPERATIONS[draft.operation]
    if draft.undo_of is not None:
        intro = f"Files a new request that reverses {draft.undo_of}. It needs its own approval."
        return Form(f"Undo {draft.undo_of}", (intro,), ())
    rules = scene.services.policies.of(scene.enterprise_id)[draft.operation]
    return operation.form(draft.entries, rules)


def offer(scene: Scene, draft: Draft, entered: Mapping[str, Json]) -> tuple[Draft, tuple[str, ...]]:
    """Fetch the lists of selects that depend on what was just entered; answers the draft, and notes."""
    notes: list[str] = []
    for field in form_of(scene, draft).fields:
        parent = field.parent if isinstance(field, Select) else None
        if parent is not None and parent in entered and draft.entries.one(parent):
            site = scene.services.planner.site(scene.enterprise_id, draft.operation)
            choices = OPERATIONS[draft.operation].offers(field.key, draft.entries, site)
            draft = scene.services.drafts.offer(draft, field.key, choices)
            notes += [] if choices else [_NOTHING]
    return draft, tuple(notes)


def draw(scene: Scene, draft: Draft, notes: tuple[str, ...] = ()) -> bool:
    """Show the form; False when it was closed.

    Where Slack does not let the app ask for files, the form comes without: lists can still be pasted.
    """
    form = form_of(scene, draft)
    if draft.undo_of is None and scene.services.uploads.allowed(scene.enterprise_id):
        asking = form.with_upload(OPERATIONS[draft.operation].columns, draft.entries.table())
        answer = scene.update(_view(scene, draft, asking, notes))
        if answer.ok or answer.code == "not_found":
            return answer.ok
    return scene.show(_view(scene, draft, form, notes))


def _view(scene: Scene, draft: Draft, form: Form, notes: tuple[str, ...]) -> View:
    """The form's view, with the directory's age below it."""
    services = scene.services
    rules = services.policies.of(scene.enterprise_id)[draft.operation]
    ages = [
        f"{source.replace('_', ' ')} as of {moment(read_at)}"
        if read_at
        else f"{source.replace('_', ' ')} not read yet"
        for source in OPERATIONS[draft.operation].sources
        for read_at in [services.snapshots.read_at(scene.enterprise_id, source)]
    ]
    told = notes if draft.undo_of else (*notes, f"Lists: {', '.join(ages)}. Anything else: paste its id.")
    return form_view(draft.operation, form, draft.entries, draft.id, rules.ticket_pattern, told)


def preview(scene: Scene, draft: Draft) -> None:
    """Make the plan and show it, if the person may still request it; a closed view is followed up by a
    direct message.
    """
    if scene.requester(draft.operation) is None:
        return
    try:
        planned = scene.services.planner.plan(draft, Progress(scene, draft))
    except ReadFailed as failed:
        log.warning("a preview could not be read: %s", failed)
        if not scene.show(trouble_view(scene.title, unread(failed), draft.id)):
            offer_to_go_on(scene, draft, "The preview could not be made, and the form was closed.")
        return
    scene.services.filing.left_out(draft, planned)
    scene.services.drafts.planned(draft, planned)
    show_preview(scene, draft, planned)


def show_preview(scene: Scene, draft: Draft, planned: Planned) -> None:
    """Show a plan that was made."""
    operation = OPERATIONS[draft.operation]
    policy = scene.services.policies.of(scene.enterprise_id)
    rules = policy[draft.operation] if planned.plan is None else rules_for(policy, planned.plan)
    view = preview_view(
        "Check before filing",
        planned.preview,
        planned.problems,
        draft.id,
        reversible=operation.info().reversible,
        undoes=draft.undo_of is not None,
        approvals=rules.approvals,
        expires_after=rules.expires_after,
        because=rules.raised_by,
        glass=scene.services.break_glass.offered(draft, policy, scene.live),
    )
    if not scene.show(view):
        offer_to_go_on(scene, draft, "The preview is ready, but the form was closed.")


def offer_to_go_on(scene: Scene, draft: Draft, why: str) -> None:
    """A direct message with a button: nothing typed is lost with a closed form."""
    told = resume_message(OPERATIONS[draft.operation].info(), draft.id, why)
    scene.services.gateway.call(scene.enterprise_id, "chat.postMessage", {"channel": scene.user_id, **told})
