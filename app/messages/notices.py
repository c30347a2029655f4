"""Lines in a card's thread, and direct messages: each tells one step of the story."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.messages.outcomes import outcome_blocks, result_sentence, tally_text
from app.messages.text import (
    Block,
    acting,
    context,
    cut,
    escape,
    header,
    message,
    moment,
    person,
    quoted,
    section,
)
from app.model.clock import Millis
from app.model.request import OperationInfo, Record, Request

_MOST_CHANGES = 10


def approved_line(
    person_id: str, given: int, wanted: int, seats: Sequence[str] = (), behalf_id: str | None = None
) -> Block:
    """An approval, in the thread. seats: principals of whom somebody is still needed."""
    more = max(wanted - given, len(seats))
    among = f", among them {', '.join(map(escape, seats))}" if seats else ""
    rest = "" if not more else f" {more} more needed{among}."
    return message(f"👍 {acting(person_id, behalf_id)} approved ({given} of {wanted}).{rest}")


def denied_line(person_id: str, reason: str, behalf_id: str | None = None) -> Block:
    """A denial, in the thread."""
    return message(f"❌ {acting(person_id, behalf_id)} denied it: {escape(reason)}")


def cancelled_line(person_id: str) -> Block:
    """A cancellation, in the thread."""
    return message(f"↩️ {person(person_id)} cancelled the request. Nothing was carried out.")


def expired_line(request: Request, *, begun: bool) -> Block:
    """An expiry, in the thread."""
    if begun:
        return message("⌛ It was to be carried out, but did not begin in time. Nothing was carried out.")
    return message(f"⌛ Nobody decided before {moment(request.expires_at)}. Nothing was carried out.")


def paused_line(
    request: Request, why: str, resume_by: Millis, mentions: Sequence[str] = (), *, loud: bool = False
) -> Block:
    """A pause, in the thread; a loud one also in the channel. mentions: who can resume it."""
    text = (
        f"⏸ *{request.id} is paused.* {escape(why)} Nothing further is called. An approver resumes or stops "
        f"it on the card; otherwise it is stopped {moment(resume_by)}."
    )
    told = message(f"{text} {' '.join(mentions)}" if mentions else text)
    return {**told, "reply_broadcast": True} if loud else told


def going_on_line(person_id: str, left: int) -> Block:
    """A resumption, in the thread. left: items that wait."""
    return message(f"▶️ {person(person_id)} resumed it: {left:,} more to do, a few of them first.")


def stopping_line(who: str, skipped: int) -> Block:
    """A stop midway, in the thread. who: our own mrkdwn; skipped: items left alone."""
    return message(f"⏹ {who}: {skipped:,} not attempted. What is out is still proved.")


def waiting_line(until: Millis, *, quiet: bool) -> Block:
    """The cool-off, in the thread. quiet: quiet hours make it longer, or are all there is to wait for."""
    who = "the requester and every approver"
    lead = "🕰 Quiet hours: it begins" if quiet else "🕰 It begins"
    return message(f"{lead} {moment(until)}. Until then {who} can still cancel it.")


def reminder_line(request: Request, given: int, mentions: Sequence[str], *, last: bool) -> Block:
    """A reminder, in the thread; it calls the approvers. last: the second one."""
    lead = "It lapses soon" if last else "Half of its time is over"
    calls = f" For {' '.join(mentions)}" if mentions else ""
    count = f"{given} of {request.approvals_wanted} approvals"
    return message(f"⏰ {lead}: {count}, lapses {moment(request.expires_at)}.{calls}")


def escalated_line(principals: Sequence[str], mentions: Sequence[str]) -> Block:
    """More people may approve from now on, in the thread. principals: as the policy names them."""
    calls = f" For {' '.join(mentions)}" if mentions else ""
    who = escape(", ".join(principals))
    return message(f"📣 Still short of approvals. {who} may approve it too from now on.{calls}")


def blocked_line(sentence: str) -> Block:
    """Nobody can complete the approvals, in the thread."""
    return message(f"🚨 As things are it cannot be approved. {escape(sentence)}")


def unblocked_line() -> Block:
    """They can again, in the thread."""
    return message("✅ There are enough people again who can approve it.")


def unreachable_message(problems: Mapping[str, str]) -> Block:
    """In the admin channel: operations nobody can approve at present. problems: operation → why."""
    lines = [f"• *{escape(operation)}*: {escape(why)}" for operation, why in sorted(problems.items())]
    lead = "🚨 *Nobody can approve these at present; new requests are refused, waiting ones wait:*"
    remedy = "Put the user groups or the policy file right. Drawbridge looks again every minute."
    return message(
        f"Nobody can approve {', '.join(map(escape, sorted(problems)))} at present",
        section("\n".join([lead, *lines])),
        context(remedy),
    )


def reachable_message() -> Block:
    """In the admin channel: all is well again."""
    return message("✅ Every operation has enough people again who can approve it.")


def policy_message(changes: Mapping[str, Any]) -> Block:
    """In the admin channel: the policy was changed. changes: setting → old and new value."""
    lines = [
        f"• {escape(key)}: {escape(cut(old, 100)) or '_none_'} → {escape(cut(new, 100)) or '_none_'}"
        for key, (old, new) in list(changes.items())[:_MOST_CHANGES]
    ]
    if len(changes) > _MOST_CHANGES:
        lines.append(f"… and {len(changes) - _MOST_CHANGES} more, all in the audit log")
    lead = "⚙️ *The policy was changed and is in force.* Requests that wait keep what was stricter."
    nothing = "No setting differs."
    return message("The policy was changed", section("\n".join([lead, *(lines or [nothing])])))


def policy_refused_message(problems: Sequence[str]) -> Block:
    """In the admin channel: a changed policy file is not used."""
    lines = [f"• {escape(cut(problem, 250))}" for problem in problems[:_MOST_CHANGES]]
    lead = "🚨 *The policy file was changed, but cannot be used. The former policy stays in force.*"
    return message("The changed policy file cannot be used", section("\n".join([lead, *lines])))


def glass_message(
    request: Request, why: str, not_before: Millis, skipped: int, mentions: Sequence[str]
) -> Block:
    """In the admin channel: somebody acts without approval. It calls the approvers."""
    who = person(request.requester_id)
    lead = f"🚨 *Break-glass: {who} acts without approval.* It begins {moment(not_before)}."
    calls = f"{' '.join(mentions)} — " if mentions else ""
    ask = f"{calls}every approver can cancel it on its card until then. {skipped} could have approved."
    return message(
        f"🚨 Break-glass {request.id}: {escape(request.preview.headline)}, without approval",
        section(lead),
        quoted(request.preview.headline),
        quoted(f"Reason: {request.reason}\nWhy nobody can approve in time: {why}"),
        section(ask),
        context(f"Request {request.id} · incident {escape(request.ticket)}"),
    )


def skipped_message(
    request: Request, info: OperationInfo, why: str, not_before: Millis, channel: str
) -> Block:
    """To somebody who could have approved and was not asked."""
    who = person(request.requester_id)
    lead = f"🚨 *{who} acts without your approval* and begins {moment(not_before)}: break-glass {request.id}."
    return message(
        f"🚨 Break-glass {request.id}: you could have approved this and were not asked",
        section(lead),
        quoted(request.preview.headline),
        quoted(f"Reason: {request.reason}\nWhy nobody can approve in time: {why}"),
        section(f"Until then you can cancel it on its card in <#{channel}>."),
        context(f"{info.title} · incident {escape(request.ticket)}"),
    )


def retrospective_line(person_id: str, findings: str) -> Block:
    """A retrospective was closed, in the thread."""
    return message(f"🔍 {person(person_id)} closed the retrospective: {escape(findings)}")


def verifying_line(record: Record) -> Block:
    """Slack took everything, the effect is not visible yet."""
    text = f"🔎 Slack accepted it, but the effect does not show yet ({tally_text(record)}). I keep looking."
    return message(text)


def result_line(record: Record) -> Block:
    """The end, in the thread."""
    return message(f"*{result_sentence(record).capitalize()}*: {tally_text(record)}.")


def items_line(request: Request) -> Block:
    """Above the file with everything that was asked for, when the card shows only some."""
    return message(f"📎 All {len(request.plan.items):,} items, with what was read of each.")


def results_line(record: Record) -> Block:
    """Above the file with what became of each item, when the card shows only some."""
    return message(f"📎 What became of each of the {record.results.number:,} items.")


def not_attached_line(comment: str, code: str, remedy: str) -> Block:
    """In the place of a file that Slack did not take. comment: our own mrkdwn."""
    text = f"{comment} The file could not be attached here ({escape(code)}). {escape(remedy)}"
    return message(f"{text} The evidence of the request has it all.")


def drift_line(label: str, change: str) -> Block:
    """The first item that changed since the preview, in the thread; the card names every one."""
    return message(f"↔️ {escape(label)} changed since the preview: {escape(change)} Not touched.")


def decision_message(request: Request, info: OperationInfo, sentence: str) -> Block:
    """To the requester: somebody decided. `sentence` is our own mrkdwn."""
    text = f"{request.id}: {sentence}"
    return message(text, section(text), context(f"{info.title}: {escape(request.preview.headline)}"))


def result_message(record: Record, info: OperationInfo) -> Block:
    """To the requester: how it ended."""
    request = record.request
    text = f"{request.id} {result_sentence(record)}: {escape(request.preview.headline)}"
    blocks = [header(f"{request.id}: {result_sentence(record)}"), context(escape(request.preview.headline))]
    return message(text, *blocks, *outcome_blocks(record), context(info.title))


def suspended_line(found: str) -> Block:
    """In the admin channel: why nothing is decided there now. found: parts of a sentence."""
    text = (
        f"⛔ *Decisions are suspended.* This channel {escape(found)}. Make it a private channel of your own "
        "full members only. Requests wait, and nothing else is posted here until then."
    )
    return message(text)


def resumed_line() -> Block:
    """In the admin channel: it is fit again."""
    return message("✅ *Decisions go on.* This channel is private, unshared and without guests again.")


def replaced_line(reason: str, link: str = "") -> Block:
    """Why there is a second card, and where the first one is."""
    earlier = f"<{link}|an earlier one>" if link else "an earlier one"
    return message(f"♻️ This card replaces {earlier}: {escape(reason)}. Its buttons work all the same.")


def moved_line(link: str) -> Block:
    """In the thread of a card that can no longer be changed: where the new one is."""
    text = "♻️ This card can no longer be changed; the one that shows what is so now is further down."
    return message(f"{text} <{link}|Go to it>" if link else text)
