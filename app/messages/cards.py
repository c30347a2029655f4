"""The card: a request's one message in the admin channel, drawn anew from the database each time."""

from app.messages.bulk import bulk_blocks
from app.messages.outcomes import outcome_blocks, progress_text, result_sentence
from app.messages.plans import left_out_blocks, preview_blocks, raised_sentence, undo_sentence
from app.messages.steering import steering_buttons
from app.messages.text import (
    Block,
    acting,
    button,
    confirm,
    context,
    cut,
    escape,
    header,
    labelled,
    message,
    moment,
    person,
    quoted,
    section,
)
from app.model.clock import Millis
from app.model.lifecycle import OPEN, READY, REVERSIBLE_END, TERMINAL, State
from app.model.request import Decision, OperationInfo, Record, Request

APPROVE = "approve"
DENY = "deny"
CANCEL = "cancel"
DETAILS = "details"
UNDO = "undo"
CLOSE = "close_retrospective"
"""action_ids of the card's buttons; the value is the request's id."""

ITEMS_SHOWN = 5
"""Items of a plan on the card; a longer list is attached in full."""
_HEAD = {
    State.PENDING: "⏳ *Waits for approval*",
    State.APPROVED: "👍 *Approved*, about to begin",
    State.BREAK_GLASS: "🚨 *Break-glass: begins without approval*",
    State.EXECUTING: "⚙️ *Being carried out*",
    State.PAUSED: "⏸ *Paused*",
    State.VERIFYING: "🔎 *Done by Slack, effect not proved yet*",
    State.SUCCEEDED: "✅ *Done and proved*",
    State.PARTIAL: "🟠 *Partly done*",
    State.FAILED: "🔴 *Failed*",
    State.DRIFTED: "↔️ *Not carried out: the target changed after the preview*",
    State.UNKNOWN: "❓ *Outcome unknown: look at Slack yourself*",
    State.STOPPED: "⏹ *Stopped*",
    State.DENIED: "❌ *Denied*",
    State.EXPIRED: "⌛ *Expired without a decision*",
    State.CANCELLED: "↩️ *Cancelled by the requester*",
}

_STOPPING = "⏹ *Being stopped*: what is out is still proved"
_LAPSED = "⌛ *Expired: approved, but not begun in time*"
_CALLED_OFF = "↩️ *Cancelled by an approver before it began*"


def card(
    record: Record, info: OperationInfo, mentions: tuple[str, ...] = (), now: Millis | None = None
) -> Block:
    """The whole message.

    mentions: user groups and people told of a new card, in their mention form. now: tells how far a long
    execution is.
    """
    request = record.request
    blocks = [header(_title(request)), section(_status(record)), section(_who(request))]
    blocks.append(labelled([("Reason given by the requester: ", request.reason)]))
    if _matters(record):
        blocks.append(section(undo_sentence(reversible=info.reversible, undoes=request.undo_of is not None)))
    if request.state in (State.PENDING, State.APPROVED) and request.raised_by:
        blocks.append(context(raised_sentence(request.raised_by)))
    if request.state is State.PENDING and request.blocked:
        blocks.append(section(f"🚨 *As things are it cannot be approved.* {escape(request.blocked)}"))
    blocks += _glass(record)
    if request.state in (State.PENDING, State.BREAK_GLASS):
        blocks += _asked(request, info) + left_out_blocks(request.preview)
        if mentions and request.state is State.PENDING:
            blocks.append(context(f"For {' '.join(mentions)}"))
    else:
        progress = progress_text(record, now) if now is not None else ""
        blocks += [context(f"⚙️ {progress}")] if progress else []
        blocks += outcome_blocks(record)
    buttons = _buttons(record, info)
    if buttons:
        blocks.append({"type": "actions", "block_id": "decide", "elements": buttons})
    blocks.append(context(_small_print(request, info)))
    return message(_fallback(record), *blocks)


def _asked(request: Request, info: OperationInfo) -> list[Block]:
    """What is asked for: each item, or of a long list what matters."""
    if len(request.preview.items) > ITEMS_SHOWN:
        return bulk_blocks(request, info)
    return preview_blocks(request.preview, ITEMS_SHOWN)


def details(record: Record, info: OperationInfo) -> list[Block]:
    """The same in full, for a modal: every item with everything that was read."""
    request = record.request
    blocks = [header(_title(request)), section(_status(record)), section(_who(request))]
    blocks += [labelled([("Reason given by the requester: ", request.reason)]), *_glass(record)]
    blocks += outcome_blocks(record, most=40)
    blocks += preview_blocks(request.preview, most_items=50) + left_out_blocks(request.preview)
    blocks.append(context(_small_print(request, info)))
    return blocks


def _glass(record: Record) -> list[Block]:
    """Who acted without approval, and what somebody else found of it; nothing for other requests."""
    found = record.retrospective
    if found is None:
        return []
    lead = f"🚨 *Nobody approved this:* {person(found.person_id)} broke the glass."
    skipped = f" {len(found.skipped)} could have approved and were told at once."
    blocks = [section(lead + skipped), quoted(f"Why nobody could approve in time: {found.why}")]
    if found.closed_by is not None:
        blocks.append(section(f"🔍 {person(found.closed_by)} closed the retrospective:"))
        blocks.append(quoted(found.findings or ""))
    elif record.request.state in TERMINAL:
        again = f"{person(found.person_id)} cannot do this again before an approver closes it."
        blocks.append(section(f"🔍 *The retrospective is open.* {again}"))
    return blocks


def _matters(record: Record) -> bool:
    """Whether anything surely happened, or still may, that somebody could want to take back."""
    return record.request.state in OPEN or record.took_effect


def _title(request: Request) -> str:
    return f"{'Undo: ' if request.undo_of else ''}{request.preview.headline}"


def _status(record: Record) -> str:
    request = record.request
    late = request.state is State.EXPIRED and (request.approved_at or request.begin_by) is not None
    by_approver = request.state is State.CANCELLED and request.closing is not None
    stopping = request.stopped_by is not None and request.state is State.EXECUTING
    special = _LAPSED if late else _CALLED_OFF if by_approver else _STOPPING if stopping else None
    told = [special or _HEAD[request.state]]
    if request.state is State.PENDING:
        told.append(f"{len(record.approvals)} of {request.approvals_wanted} approvals")
        told.append(f"lapses {moment(request.expires_at)}")
    if request.state in READY and request.not_before is not None:
        quiet = " after quiet hours" if request.in_quiet_hours else ""
        told.append(f"begins {moment(request.not_before)}{quiet}")
    if request.state is State.PAUSED and request.resume_by is not None:
        until = moment(request.resume_by)
        told.append(f"waits for an approver to resume or stop it, else it is stopped {until}")
    if request.finished_at is not None:
        told.append(moment(request.finished_at))
    if request.state is State.VERIFYING and request.look_at is not None:
        told.append(f"next look {moment(request.look_at)}")
    return " · ".join(told) + _decided(record)


def _decided(record: Record) -> str:
    lines = [f"Approved by {_maker(decision)} {moment(decision.decided_at)}" for decision in record.approvals]
    denial = record.denial
    if denial is not None:
        lines.append(f"Denied by {_maker(denial)} {moment(denial.decided_at)}: {escape(denial.reason)}")
    return "".join(f"\n{line}" for line in lines)


def _maker(decision: Decision) -> str:
    return acting(decision.person_id, decision.behalf_id)


def _who(request: Request) -> str:
    parts = [f"Asked by {person(request.requester_id)} {moment(request.filed_at)}"]
    if request.ticket:
        parts.append(f"Ticket {escape(request.ticket)}")
    if request.undo_of:
        parts.append(f"Undoes {request.undo_of}")
    return " · ".join(parts)


def _small_print(request: Request, info: OperationInfo) -> str:
    return f"Request *{request.id}* · {info.key} · `{info.method}` · plan {request.plan_hash[:12]}"


def _buttons(record: Record, info: OperationInfo) -> list[Block]:
    request = record.request
    buttons: list[Block] = []
    if request.state is State.PENDING:
        buttons += [approve_button(request, info), deny_button(request)]
    if request.state in (State.PENDING, *READY):
        buttons.append(cancel_button(request.id))
    buttons += steering_buttons(record)
    buttons.append(button("Details", DETAILS, request.id))
    if record.retrospective is not None and record.retrospective.closed_at is None and request.finished_at:
        buttons.append(button("Close retrospective …", CLOSE, request.id))
    if _undoable(record, info):
        buttons.append(button("Undo", UNDO, request.id))
    return buttons


def approve_button(request: Request, info: OperationInfo) -> Block:
    """Approve: asks to type the target where nothing can be undone, else to confirm."""
    if not info.reversible:
        return button("Approve …", APPROVE, request.id, "danger")
    sure = confirm("Approve this request?", cut(request.preview.headline, 290), "Approve")
    return button("Approve", APPROVE, request.id, "primary", confirm=sure)


def deny_button(request: Request) -> Block:
    """Deny: asks for the reason."""
    return button("Deny", DENY, request.id)


def cancel_button(request_id: str) -> Block:
    """Cancel, for the requester: asks to confirm."""
    sure = confirm("Cancel this request?", "Nothing is carried out. You can file a new one.", "Cancel it")
    return button("Cancel", CANCEL, request_id, confirm=sure)


def _undoable(record: Record, info: OperationInfo) -> bool:
    return (
        info.reversible
        and record.request.state in REVERSIBLE_END
        and record.request.undo_of is None
        and record.undone_by is None
        and record.took_effect
    )


def _fallback(record: Record) -> str:
    request = record.request
    return f"{request.id}: {escape(_title(request))} ({result_sentence(record)})"
