"""Small modals: loading, refused, filed, and the ones in which people decide."""

from app.messages.plans import BACK, BREAK_GLASS, one_line, undo_sentence
from app.messages.text import (
    Block,
    View,
    button,
    context,
    duration,
    escape,
    header,
    label,
    labelled,
    message,
    modal,
    plain,
    quoted,
    section,
)
from app.model.refusal import Refusal
from app.model.request import OperationInfo, Request

APPROVE = "approve_typed"
DENY = "deny_reason"
CLOSE = "close_findings"
"""callback_ids of the modals in which an approver decides."""

RESUME = "resume"
"""action_id of the button that goes on with a draft."""


def loading_view(title: str, text: str = "Reading from Slack …") -> View:
    """What is seen at once, until there is more. Closing it is noticed."""
    return modal(title, [section(f"⏳ {text}")], callback_id="loading", notify_on_close=True)


def refusal_view(title: str, refusal: Refusal, draft_id: str | None = None) -> View:
    """Why it was not done, to the person it concerns. A draft can be gone back to."""
    return _stopped(title, "🚫 *Not done*", refusal.sentence, draft_id)


def trouble_view(title: str, sentence: str, draft_id: str | None = None) -> View:
    """Something went wrong on the way; nothing was changed in Slack. A draft can be gone back to."""
    return _stopped(title, "⚠️ *That did not work*", sentence, draft_id)


def _stopped(title: str, lead: str, sentence: str, draft_id: str | None) -> View:
    blocks = [section(lead), quoted(sentence)]
    if draft_id is not None:
        blocks.append({"type": "actions", "elements": [button("Back to the form", BACK, draft_id)]})
    return modal(title, blocks)


def filed_view(title: str, request: Request, channel: str) -> View:
    """The request exists; where to follow it."""
    wanted = "one person" if request.approvals_wanted == 1 else f"{request.approvals_wanted} people"
    return modal(
        title,
        [
            section(f"✅ *Filed as {request.id}*"),
            quoted(request.preview.headline),
            section(f"It waits for {wanted} in <#{channel}>. You get a message at each decision and result."),
        ],
    )


def decided_view(title: str, sentence: str) -> View:
    """The decision is recorded."""
    return modal(title, [section(f"✅ {sentence}")])


def approve_view(request: Request, info: OperationInfo, phrase: str) -> View:
    """Asks the approver to type the target's name or domain: the last look at what will be hit."""
    ask = {
        "type": "input",
        "block_id": "typed",
        "label": plain(f"To approve, type: {phrase}", 2000),
        "element": {"type": "plain_text_input", "action_id": "type", "max_length": 300},
        "hint": plain("Upper and lower case do not matter.", 2000),
    }
    dangers = [
        f"🔴 {one_line(warning.text)}"
        for _, warning in request.preview.all_warnings()
        if warning.severity == "danger"
    ]
    blocks = [
        header(request.preview.headline),
        section(undo_sentence(reversible=info.reversible, undoes=request.undo_of is not None)),
    ]
    if dangers:
        blocks.append(quoted("\n".join(dangers[:5])))
    blocks += [
        labelled([("Reason given by the requester: ", request.reason)]),
        ask,
        context(f"Request {request.id} · plan {request.plan_hash[:12]} · asked by <@{request.requester_id}>"),
    ]
    return modal(
        f"Approve {request.id}",
        blocks,
        callback_id=APPROVE,
        private_metadata=request.id,
        submit=label("Approve"),
    )


def break_glass_view(
    draft_id: str, headline: str, phrase: str, incident: str, delay: int, skipped: int
) -> View:
    """The last look before somebody acts without approval: what to type, and what will follow."""
    lead = (
        f"🚨 *Nobody approves this.* It begins {duration(delay)} after you go on. The admin channel and all "
        f"{skipped} people who could approve are told at once; each can cancel it until then."
    )
    after = (
        "Somebody else has to close a retrospective afterwards. Until then you cannot do this again. "
        "All of it is in the audit log."
    )
    typed = _asked("typed", f"To go on, type: {phrase}", "Upper and lower case do not matter.")
    why = _asked("why", "Why can nobody approve in time?", "The approvers and the auditor read this.")
    why["element"] |= {"multiline": True, "min_length": 10, "max_length": 1000}
    back = {"type": "actions", "elements": [button("Back to the form", BACK, draft_id)]}
    small = context(f"Incident {escape(incident)}")
    return modal(
        "Break glass",
        [header(headline), section(lead), section(after), why, typed, small, back],
        callback_id=BREAK_GLASS,
        private_metadata=draft_id,
        submit=label("Go on alone"),
    )


def broken_view(title: str, request: Request, channel: str, delay: int) -> View:
    """The glass is broken; where to follow it, and how to stop it."""
    return modal(
        title,
        [
            section(f"🚨 *{request.id} begins in {duration(delay)}, without approval*"),
            quoted(request.preview.headline),
            section(f"Follow it in <#{channel}>. You and every approver can cancel it there until then."),
        ],
    )


def close_view(request: Request, why: str) -> View:
    """Asks an approver what the look at a broken glass has shown."""
    findings = _asked("findings", "What was found?", "Was it right? What would make it needless?")
    findings["element"] |= {"multiline": True, "min_length": 10, "max_length": 2000}
    return modal(
        f"Close {request.id}",
        [
            header(request.preview.headline),
            quoted(f"Reason: {request.reason}\nWhy nobody could approve in time: {why}"),
            findings,
        ],
        callback_id=CLOSE,
        private_metadata=request.id,
        submit=label("Close it"),
    )


def _asked(key: str, question: str, hint: str) -> Block:
    """A text input of our own."""
    return {
        "type": "input",
        "block_id": key,
        "label": plain(question, 2000),
        "element": {"type": "plain_text_input", "action_id": "type", "max_length": 300},
        "hint": plain(hint, 2000),
    }


def deny_view(request: Request) -> View:
    """Asks for the reason of a denial."""
    ask = {
        "type": "input",
        "block_id": "reason",
        "label": label("Why not?", 2000),
        "element": {
            "type": "plain_text_input",
            "action_id": "type",
            "multiline": True,
            "min_length": 3,
            "max_length": 1000,
        },
        "hint": plain("The requester and the auditor read this.", 2000),
    }
    return modal(
        f"Deny {request.id}",
        [header(request.preview.headline), ask],
        callback_id=DENY,
        private_metadata=request.id,
        submit=label("Deny"),
    )


def resume_message(info: OperationInfo, draft_id: str, why: str) -> dict[str, object]:
    """A message that offers to go on with what was typed."""
    text = f"{escape(why)} What you entered for /{info.key} is kept for an hour."
    go_on = {"type": "actions", "elements": [button("Go on", RESUME, draft_id, "primary")]}
    return message(text, section(text), go_on)
