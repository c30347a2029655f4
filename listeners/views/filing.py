"""From the form to the preview, and from the preview to the request."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_bolt import Ack, BoltContext

from app.messages.forms import (
    REASON,
    field_key,
    ticket_field,
    wrong_files,
    wrong_lengths,
)
from app.messages.plans import FILE
from app.messages.screens import filed_view
from app.model.form import KEEP, UPLOAD, Entries, UploadedFile
from app.model.refusal import DRAFT_GONE, Refusal
from app.operations import OPERATIONS
from app.requests.authority import may_request
from app.requests.drafts import Draft
from app.requests.quorums import nobody_left
from listeners.forms import offer_to_go_on, preview
from listeners.payloads import attached, callback, entered, inputs, metadata
from listeners.scene import Scene


def submit(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """Check what can be checked at once, then make and show the preview."""
    operation = OPERATIONS[callback(body).split(":", 1)[1]]
    scene = Scene.of(context, body, operation.title)
    entries, files = entered(body), attached(body)
    draft = _draft(scene, metadata(body), operation.key, entries)
    wrong = wrong_files(files) or _errors(scene, draft, _with_list(draft, entries, files), operation.key)
    errors = _by_block(wrong, inputs(body))
    if errors:
        ack(response_action="errors", errors=errors)
        return
    scene = scene.loading(ack)
    if draft is None:
        scene.refuse(
            Refusal(DRAFT_GONE.code, f"{DRAFT_GONE.sentence} Your reason was: {entries.get('reason', '')}")
        )
        return
    draft = scene.services.drafts.enter(draft, _with_list(draft, entries, ()))
    for file in files:
        read = _read(scene, draft, file)
        if read is None:
            return
        draft = read
    preview(scene, draft)


def file(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """File the previewed draft, once, if the person still may."""
    scene = Scene.of(context, body)
    draft = scene.draft(metadata(body))
    if draft is None:
        scene.loading(ack).refuse(DRAFT_GONE)
        return
    scene = scene.titled(OPERATIONS[draft.operation].title).loading(ack)
    services = scene.services
    policy = services.policies.of(scene.enterprise_id)
    may = may_request(scene.user_id, policy[draft.operation], scene.live, services.clock)
    if isinstance(may, Refusal):
        services.filing.refused(scene.enterprise_id, scene.user_id, draft.operation, may)
        scene.refuse(may)
        return
    if draft.plan is not None:
        nobody = nobody_left(policy, draft.plan, scene.user_id, scene.live)
        if nobody is not None:
            services.filing.refused(scene.enterprise_id, scene.user_id, draft.operation, nobody)
            scene.refuse(nobody)
            return
    filed = services.filing.file(draft, may, policy)
    if isinstance(filed, Refusal):
        scene.refuse(filed)
        return
    services.nudge()
    scene.show(filed_view(scene.title, filed.request, policy.admin_channel))


def closed(ack: Ack, body: dict[str, Any], context: BoltContext) -> None:
    """A modal was closed. Whoever closed a preview by accident is led back to it; the draft stays an hour."""
    ack()
    scene = Scene.of(context, body)
    draft = scene.draft(metadata(body))
    if callback(body) == FILE and draft is not None and draft.request_id is None:
        offer_to_go_on(scene, draft, "You closed the preview without filing it.")


def _with_list(
    draft: Draft | None, entered: Mapping[str, Any], files: Sequence[UploadedFile]
) -> dict[str, Any]:
    """What was entered, with the uploaded list it goes by: the file attached now, else the one kept."""
    if files:
        return {**entered, UPLOAD: [file.id for file in files]}
    if entered.get(KEEP) == []:  # the box was there, and unticked
        return {**entered, UPLOAD: None}
    kept = draft.entries.values.get(UPLOAD) if draft is not None else None
    return {**entered, UPLOAD: kept} if kept else dict(entered)


def _read(scene: Scene, draft: Draft, file: UploadedFile) -> Draft | None:
    """The draft with the rows of that file; None when they cannot be read, which was said."""
    services, operation = scene.services, OPERATIONS[draft.operation]
    rules = services.policies.of(scene.enterprise_id)[draft.operation]
    table = services.uploads.read(scene.enterprise_id, file, operation.columns, rules.max_items)
    if isinstance(table, Refusal):
        services.filing.refused(scene.enterprise_id, scene.user_id, draft.operation, table)
        scene.refuse(table)
        return None
    return services.drafts.enter(draft, {UPLOAD: table.as_json(), KEEP: ["yes"]})


def _draft(scene: Scene, draft_id: str, operation: str, entries: Mapping[str, Any]) -> Draft | None:
    """The form's draft. A form open for more than an hour gets a new one: nothing typed is lost."""
    draft = scene.draft(draft_id)
    if draft is None and set(entries) - {"reason", "ticket"}:
        return scene.begin(operation, entries)
    return draft


def _errors(scene: Scene, draft: Draft | None, entered: Mapping[str, Any], operation: str) -> dict[str, str]:
    """What is wrong without asking Slack: field key → sentence."""
    rules = scene.services.policies.of(scene.enterprise_id)[operation]
    entries = Entries(entered)
    undo = draft is not None and draft.undo_of is not None
    fields = () if undo else OPERATIONS[operation].form(entries, rules).fields
    errors = wrong_lengths((*fields, REASON, ticket_field(rules.ticket_pattern)), entries)
    if not undo:
        errors |= OPERATIONS[operation].missing(entries)
    if not rules.ticket_fits(entries.text("ticket")):
        errors["ticket"] = f"The ticket must match {rules.ticket_pattern}."
    return errors


def _by_block(errors: Mapping[str, str], inputs: Sequence[str]) -> dict[str, str]:
    """Errors by the block that shows them; one about a field that is not drawn goes to the first.

    None for a view without inputs, which is no form of ours.
    """
    if not inputs:
        return {}
    blocks = {field_key(block): block for block in inputs}
    return {blocks.get(key, inputs[0]): sentence for key, sentence in errors.items()}
